"""What a scenario file may hold: its shape."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from poruka.engine.parameters import check_start
from poruka.utils.errors import BadInput

LONGEST_MONTHS = 600
LARGEST_SHOCK = 1000.0
_MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
Number = Annotated[
    float, Field(allow_inf_nan=False)
]  # strict: whole numbers are taken, truth values are not


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class StartValue(_Strict):
    """A start value with the fact it rests on."""

    value: Number
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class Shock(_Strict):
    """Something that happens abroad at a date; it changes one outside variable."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    date: str
    variable: str
    set: Number | None = None
    add: Number | None = None
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class Override(_Strict):
    """A parameter that differs from its default, and why."""

    value: Number
    why: str = Field(min_length=3)


class Mechanisms(_Strict):
    """Mechanisms, or parts of them, switched off."""

    off: list[str] = []


class ForkEntry(_Strict):
    """A branching of the history: when, what is changed, and why that stands for what is meant."""

    at: str
    why: str = Field(min_length=3)
    change: dict[str, Number | str | bool] = {}
    without: list[str] = []
    force: list[str] = []
    forbid: list[str] = []
    allow: list[str] = []
    shocks: list[Shock] = []


class Expectation(_Strict):
    """One thing a path is expected to show: a difference from the history it leaves, or a level of
    its own.

    ``within`` says how large a difference still counts as none: ``sign = "0"`` needs it, and with
    ``+`` it makes "no less" of "more".
    """

    quantity: str = Field(min_length=2)
    sign: str | None = Field(None, pattern=r"^[+0-]$")
    within: Number | None = Field(None, gt=0.0)
    at_least: Number | None = None
    at_most: Number | None = None
    stands_for: str = Field(min_length=3)


class PathEntry(_Strict):
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


class Extension(_Strict):
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
    parameters: dict[str, Override] = {}
    mechanisms: Mechanisms = Mechanisms()
    without: list[str] = []
    posterior: str | None = None
    fork: list[ForkEntry] = []
    path: PathEntry | None = None


class ScenarioFile(Extension):
    """The contents of a scenario file, with what it extends."""

    title: str = Field(min_length=1)
    country: str = Field(min_length=1)
    start_date: str
    end_date: str


SHAPES: dict[str, Any] = {
    "shocks": Shock,
    "start": StartValue,
    "parameters": Override,
    "mechanisms": Mechanisms,
    "fork": ForkEntry,
    "path": PathEntry,
}
"""The shape of the entries of each part of a file."""


def parse_month(text: Any, where: str) -> int:
    """Return a month as a running number, or say what a date looks like.

    Examples
    --------
    >>> parse_month("1990-03", "here") - parse_month("1989-12", "here")
    3
    """
    found = _MONTH.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise BadInput(f"{where} is {text!r}; a date is a year and a month such as '1991-08'.")
    return int(found.group(1)) * 12 + int(found.group(2)) - 1


def check_start_value(key: str, value: Any, where: str = "") -> float:
    """Return a start value as a float, or say why it cannot be used; numbers of agents are whole.

    Examples
    --------
    >>> check_start_value("scale.citizens", 200)
    200.0
    """
    found = check_start(key, value, where)
    if key.startswith("scale.") and not found.is_integer():
        raise BadInput(
            f"start value {key}{f' in {where}' if where else ''} is {found:g}; it counts agents,"
            " give a whole number."
        )
    return found
