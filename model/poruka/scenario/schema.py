"""The schema of a scenario file: its tables and their keys."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from poruka.engine.parameters import validate_start_value
from poruka.utils.errors import BadInput

MAX_MONTHS = 600
DEFAULT_NUMBERS = "record"
"""Where the numbers of a scenario come from whose file does not say: the newest file of draws."""
MAX_SHOCK_SIZE = 1000.0
_MONTH_PATTERN = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
# Strict models accept integers for it, but not booleans.
FiniteNumber = Annotated[float, Field(allow_inf_nan=False)]


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class StartValue(_StrictModel):
    """A start value with the fact it rests on."""

    value: FiniteNumber
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class Shock(_StrictModel):
    """An external shock: an event abroad that changes one external variable at a date."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    date: str
    variable: str
    set: FiniteNumber | None = None
    add: FiniteNumber | None = None
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class ParameterOverride(_StrictModel):
    """A parameter, or a cell of an instrument, that differs from its default, with the reason."""

    value: FiniteNumber | str
    why: str = Field(min_length=3)


class MechanismSwitches(_StrictModel):
    """Mechanisms, or parts of them, that are switched off."""

    off: list[str] = []


class ForkEntry(_StrictModel):
    """A fork of the history: when it occurs, what it changes, and why that represents the event."""

    at: str
    why: str = Field(min_length=3)
    change: dict[str, FiniteNumber | str | bool] = {}
    without: list[str] = []
    force: list[str] = []
    forbid: list[str] = []
    allow: list[str] = []
    shocks: list[Shock] = []


class Expectation(_StrictModel):
    """An expected result of a counterfactual: a difference from the baseline, or a level.

    ``within`` is the largest difference that still counts as none: ``sign = "0"`` requires it, and
    with ``+`` it turns "more" into "no less".
    """

    quantity: str = Field(min_length=2)
    sign: str | None = Field(None, pattern=r"^[+0-]$")
    within: FiniteNumber | None = Field(None, gt=0.0)
    at_least: FiniteNumber | None = None
    at_most: FiniteNumber | None = None
    stands_for: str = Field(min_length=3)


class CounterfactualEntry(_StrictModel):
    """A counterfactual claim: its source, confirming results, and the reading otherwise."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,5}$")
    family: str = Field(min_length=3)
    claim: str = Field(min_length=3)
    locator: str = Field(min_length=3)
    encodes: str = Field(min_length=3)
    against: str | None = Field(None, min_length=1)
    expect: list[Expectation] = Field(min_length=1)
    argued: str = ""


class PartialScenarioFile(_StrictModel):
    """The contents of a file that extends another: every key may be inherited."""

    title: str | None = Field(None, min_length=1)
    country: str | None = Field(None, min_length=1)
    start_date: str | None = None
    end_date: str | None = None
    abroad_until: str | None = None
    record: str | None = Field(None, min_length=1)
    record_until: str | None = None
    description: str = ""
    extends: str | None = None
    sources: dict[str, str] = {}
    start: dict[str, dict[str, StartValue]] = {}
    shocks: list[Shock] = []
    parameters: dict[str, ParameterOverride] = {}
    mechanisms: MechanismSwitches = MechanismSwitches()
    without: list[str] = []
    numbers: str = DEFAULT_NUMBERS
    fork: list[ForkEntry] = []
    path: CounterfactualEntry | None = None


class ScenarioFile(PartialScenarioFile):
    """The contents of a scenario file, merged with the file it extends."""

    title: str = Field(min_length=1)
    country: str = Field(min_length=1)
    start_date: str
    end_date: str


ENTRY_MODELS: dict[str, Any] = {
    "shocks": Shock,
    "start": StartValue,
    "parameters": ParameterOverride,
    "mechanisms": MechanismSwitches,
    "fork": ForkEntry,
    "path": CounterfactualEntry,
}
"""The schema of the entries of each part of a file."""


def parse_month(text: Any, location: str) -> int:
    """Return a month as a number counted from year 0, or raise an error showing the date format.

    Examples
    --------
    >>> parse_month("1990-03", "here") - parse_month("1989-12", "here")
    3
    """
    match = _MONTH_PATTERN.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise BadInput(f"{location} is {text!r}; a date is a year and a month such as '1991-08'.")
    return int(match.group(1)) * 12 + int(match.group(2)) - 1


def validate_scenario_start_value(key: str, value: Any, location: str = "") -> float:
    """Return a start value as a float, or raise an error; numbers of agents must be whole.

    Examples
    --------
    >>> validate_scenario_start_value("scale.citizens", 200)
    200.0
    """
    number = validate_start_value(key, value, location)
    if key.startswith("scale.") and not number.is_integer():
        raise BadInput(
            f"start value {key}{f' in {location}' if location else ''} is {number:g}; it counts"
            " agents, give a whole number."
        )
    return number
