"""What a scenario file may hold: its shape."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from poruka.engine.parameters import validate_start_value
from poruka.utils.errors import BadInput

MAX_MONTHS = 600
MAX_SHOCK_SIZE = 1000.0
_MONTH_PATTERN = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
FiniteNumber = Annotated[
    float, Field(allow_inf_nan=False)
]  # strict: whole numbers are taken, truth values are not


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class StartValue(_StrictModel):
    """A start value with the fact it rests on."""

    value: FiniteNumber
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class Shock(_StrictModel):
    """Something that happens abroad at a date; it changes one outside variable."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    date: str
    variable: str
    set: FiniteNumber | None = None
    add: FiniteNumber | None = None
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class ParameterOverride(_StrictModel):
    """A parameter that differs from its default, and why."""

    value: FiniteNumber
    why: str = Field(min_length=3)


class MechanismSwitches(_StrictModel):
    """Mechanisms, or parts of them, switched off."""

    off: list[str] = []


class ForkEntry(_StrictModel):
    """A branching of the history: when, what is changed, and why that stands for what is meant."""

    at: str
    why: str = Field(min_length=3)
    change: dict[str, FiniteNumber | str | bool] = {}
    without: list[str] = []
    force: list[str] = []
    forbid: list[str] = []
    allow: list[str] = []
    shocks: list[Shock] = []


class Expectation(_StrictModel):
    """One thing a path is expected to show: a difference from the history it leaves, or a level of
    its own.

    ``within`` says how large a difference still counts as none: ``sign = "0"`` needs it, and with
    ``+`` it makes "no less" of "more".
    """

    quantity: str = Field(min_length=2)
    sign: str | None = Field(None, pattern=r"^[+0-]$")
    within: FiniteNumber | None = Field(None, gt=0.0)
    at_least: FiniteNumber | None = None
    at_most: FiniteNumber | None = None
    stands_for: str = Field(min_length=3)


class CounterfactualEntry(_StrictModel):
    """What a path not taken claims, after whom, what would bear the claim out, and what is thought
    where it is not borne out.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,5}$")
    family: str = Field(min_length=3)
    claim: str = Field(min_length=3)
    locator: str = Field(min_length=3)
    encodes: str = Field(min_length=3)
    against: str | None = Field(None, min_length=1)
    expect: list[Expectation] = Field(min_length=1)
    argued: str = ""


class PartialScenarioFile(_StrictModel):
    """The contents of a file that extends another: everything may be left to the other."""

    title: str | None = Field(None, min_length=1)
    country: str | None = Field(None, min_length=1)
    start_date: str | None = None
    end_date: str | None = None
    record: str | None = Field(None, min_length=1)
    description: str = ""
    extends: str | None = None
    sources: dict[str, str] = {}
    start: dict[str, dict[str, StartValue]] = {}
    shocks: list[Shock] = []
    parameters: dict[str, ParameterOverride] = {}
    mechanisms: MechanismSwitches = MechanismSwitches()
    without: list[str] = []
    posterior: str | None = None
    fork: list[ForkEntry] = []
    path: CounterfactualEntry | None = None


class ScenarioFile(PartialScenarioFile):
    """The contents of a scenario file, with what it extends."""

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
"""The shape of the entries of each part of a file."""


def parse_month(text: Any, location: str) -> int:
    """Return a month as a running number, or say what a date looks like.

    Examples
    --------
    >>> parse_month("1990-03", "here") - parse_month("1989-12", "here")
    3
    """
    found = _MONTH_PATTERN.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise BadInput(f"{location} is {text!r}; a date is a year and a month such as '1991-08'.")
    return int(found.group(1)) * 12 + int(found.group(2)) - 1


def validate_scenario_start_value(key: str, value: Any, location: str = "") -> float:
    """Return a start value as a float, or say why it cannot be used; numbers of agents are whole.

    Examples
    --------
    >>> validate_scenario_start_value("scale.citizens", 200)
    200.0
    """
    found = validate_start_value(key, value, location)
    if key.startswith("scale.") and not found.is_integer():
        raise BadInput(
            f"start value {key}{f' in {location}' if location else ''} is {found:g}; it counts"
            " agents, give a whole number."
        )
    return found
