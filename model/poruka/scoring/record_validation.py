"""Validation of an observed record: everything about its lines that is known without simulating."""

import datetime
import math
import re
from typing import Any

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import tables
from poruka.scenario.schema import parse_month
from poruka.scoring.joint_patterns import (
    PATTERN_FORMS,
    PATTERN_UNITS,
    TEXT_COLUMNS,
    is_pattern,
    parse_pattern,
)
from poruka.scoring.measures import parse_measure
from poruka.scoring.record_lines import DID_NOT_HAPPEN, ROLES
from poruka.utils.errors import BadInput, unknown_name_error

_FORK_COLUMN = re.compile(r"fork_([1-9]\d*)_month")
_DATE_FORMS = "write 1993, 1993-12 or 1993-12-10, or leave it empty."


def list_record_errors(
    lines: list[tuple[int, dict[str, str]]], name: str, scenario: Any = None
) -> list[str]:
    """Return the errors of a record, one sentence each, in the order of its lines.

    Parameters
    ----------
    lines : list of (int, dict)
        As :func:`read_record_lines` yields them.
    name : str
        Name of the file, for the messages.
    scenario : Scenario, optional
        The scenario that is scored against the record: its start is where months are counted from.
    """
    errors: list[str] = []
    first_lines: dict[str, int] = {}
    for line, row in lines:
        location = f"{name}, line {line}"
        id = row["id"]
        if not id:
            errors.append(f"{location}: the id is empty; give every figure an id of its own.")
        elif id in first_lines:
            errors.append(
                f"{location}: the id {id!r} occurs twice, first in line {first_lines[id]}; ids are"
                " unique, rename one."
            )
        first_lines.setdefault(id, line)
        errors += _list_line_errors(row, location, scenario)
    return errors


def _list_line_errors(row: dict[str, str], location: str, scenario: Any) -> list[str]:
    errors: list[str] = []
    date_errors = _list_date_errors(row["date"], location)
    errors += date_errors
    if not row["figure"]:
        errors.append(f"{location}: the figure has no name; say in a few words what it is.")
    if not row["episode"]:
        errors.append(
            f"{location}: the episode is empty; name the episode of history to which the figure"
            " belongs, the same for figures that tell of one and the same thing."
        )
    if not row["fact"] or not row["locator"]:
        errors.append(f"{location}: every figure needs a fact and a locator.")
    errors += _list_role_errors(row, location)
    value, value_errors = _read_value(row, location)
    errors += value_errors
    parts: dict[str, str] = {}
    try:
        if is_pattern(row["measure"]):
            allowed: tuple[str, ...] = (PATTERN_UNITS[parse_pattern(row["measure"], location)[0]],)
        else:
            parts = parse_measure(row["measure"], location)
            allowed = _allowed_units(parts, row["measure"], location, scenario)
    except BadInput as error:
        forms = f" Patterns are written: {'; '.join(PATTERN_FORMS)}."
        return [*errors, f"{error}{forms if row['role'] == 'pattern' else ''}"]
    if row["unit"] not in allowed:
        errors.append(
            f"{location}: the measure {row['measure']!r} has the unit {row['unit']!r}; allowed"
            f" {'is' if len(allowed) == 1 else 'are'} {', '.join(allowed)}."
        )
    elif value is not None and not parts:
        errors += _list_pattern_value_errors(row, value, location)
    elif value is not None:
        errors += _list_value_errors(row, parts, value, location)
        errors += _list_most_errors(row, value, location)
        if row["unit"] == "month" and row["date"] and not date_errors and scenario is not None:
            errors += _list_month_errors(row["date"], value, location, scenario)
    return errors


def _read_value(row: dict[str, str], location: str) -> tuple[float | None, list[str]]:
    """Return the value of a line where it is a finite number, and what is wrong with it."""
    if row["value"] == DID_NOT_HAPPEN:
        if row["role"] == "event":
            return None, []
        return None, [
            f"{location}: only an event can have the value {DID_NOT_HAPPEN}; give a number."
        ]
    try:
        value = float(row["value"])
    except ValueError:
        return None, [
            f"{location}: the value {row['value']!r} is not a number; write it with a point and"
            f" without a unit, or {DID_NOT_HAPPEN} for an event that did not happen."
        ]
    if math.isfinite(value):
        return value, []
    return None, [
        f"{location}: the value is {row['value']}; a record holds finite numbers, so omit the row,"
        f" or write {DID_NOT_HAPPEN} for an event that did not happen."
    ]


def _list_role_errors(row: dict[str, str], location: str) -> list[str]:
    """Return the error of a role that is unknown, or that its measure cannot have."""
    role, measure = row["role"], row["measure"]
    if role not in ROLES:
        meanings = "; ".join(f"{name} ({meaning})" for name, meaning in ROLES.items())
        return [f"{location}: the role is {role!r}; allowed are {meanings}."]
    first = measure.split(" ", 1)[0]
    needed = "pattern" if is_pattern(measure) else {"growth": "growth", "month": "event"}.get(first)
    if role == "input" or (needed or "value") == role:
        return []
    return [
        f"{location}: the measure {measure!r} has the role {role}; it needs the role"
        f" {needed or 'value'}, or input where the scenario puts it in."
    ]


def _list_pattern_value_errors(row: dict[str, str], value: float, location: str) -> list[str]:
    """Return the error of a value that a pattern cannot have."""
    if row["unit"] == "tau" and value != 1.0:
        return [f"{location}: the order of the record agrees with itself; its value is 1."]
    if row["unit"] == "yes" and value not in (0.0, 1.0):
        return [f"{location}: the value is {row['value']}; a pattern is shown (1) or not (0)."]
    return []


def _list_date_errors(date: str, location: str) -> list[str]:
    if not date:
        return []
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", date):
        return [f"{location}: the date {date!r} is not understood; {_DATE_FORMS}"]
    try:
        # A year or a month is completed to its first day.
        datetime.date.fromisoformat(date + "-01-01"[len(date) - 4 :])
    except ValueError:
        return [f"{location}: the date {date!r} is not in the calendar; {_DATE_FORMS}"]
    return []


def numeric_outcomes() -> list[str]:
    """Return the names of the outcomes of a world that are numbers.

    Examples
    --------
    >>> "apogee_month" in numeric_outcomes(), "first_successor" in numeric_outcomes()
    (True, False)
    """
    history = [field.name for field in tables()["history"].fields]
    own = "exit_month furman_group first_dissolution apogee apogee_month defections"
    own += " first_defection defection_waves largest_wave instruments_used defensive_share"
    levels = [f"{how}_{name}" for name in INDEX_DESCRIPTIONS for how in ("mean", "end")]
    replaced = {"first_exit", "first_exit_month", "first_dissolution_month", *TEXT_COLUMNS}
    replaced.add("closed")  # decides the group and is no outcome by itself
    return [*own.split(), *(name for name in history if name not in replaced), *levels]


def _allowed_units(
    parts: dict[str, str], measure: str, location: str, scenario: Any
) -> tuple[str, ...]:
    """Return the units in which a measure can be recorded.

    Raises
    ------
    BadInput
        For an outcome that does not exist, or that is not a number.
    """
    if "name" in parts:
        return ("index", "share")
    if "year" in parts:
        return ("percent",)
    if "ckind" in parts:
        return ("count",)
    if "column" not in parts:
        return ("month",) if parts["quantity"] == "month" else ("percent", "share", "count")
    column = parts["column"]
    fork = _FORK_COLUMN.fullmatch(column)
    if fork and (scenario is None or int(fork[1]) <= len(scenario.forks)):
        return ("month",)
    numeric = numeric_outcomes()
    if column not in numeric:
        if column in TEXT_COLUMNS:
            raise BadInput(
                f"{location}: the outcome {column!r} in the measure {measure!r} is not a figure;"
                " choose an outcome that is a number, such as apogee_month."
            )
        raise unknown_name_error("outcome", column, numeric, location)
    is_month = column.endswith("_month") or column in ("first_dissolution", "first_defection")
    return ("month",) if is_month else ("percent", "share", "count")


def _list_value_errors(
    row: dict[str, str], parts: dict[str, str], value: float, location: str
) -> list[str]:
    """Return the error of a value that a measure cannot take in its unit."""
    text, unit = row["value"], row["unit"]
    if "year" in parts:
        impossible = value <= -100.0
        allowed = "growth is above -100 percent"
    elif unit == "percent":
        impossible, allowed = not 0.0 <= value <= 100.0, "a percentage lies between 0 and 100"
    elif unit == "share":
        impossible = not 0.0 <= value <= 1.0
        allowed = "a share lies between 0 and 1; write percentages with the unit percent"
    elif unit == "month":
        impossible, allowed = value < 0.0, "months count from the start of the scenario, which is 0"
    elif "ckind" in parts:
        impossible = value < 0.0 or not value.is_integer()
        allowed = "a count is a whole number from 0 up"
    else:
        return []
    return (
        [f"{location}: the value is {text} with the unit {unit}; {allowed}."] if impossible else []
    )


def _list_most_errors(row: dict[str, str], value: float, location: str) -> list[str]:
    """Return the error of the largest number that is told apart, which each scored count needs."""
    text = row.get("most", "")
    if row["unit"] != "count" or row["role"] == "input":
        return [f"{location}: only a count that is scored has `most`; leave it empty."] * bool(text)
    try:
        most = float(text)
    except ValueError:
        most = math.nan
    if not (math.isfinite(most) and most > 0.0 and row.get("most_from")):
        return [
            f"{location}: `most` is {text!r}; a count needs the columns `most`, the largest number"
            " that is told apart (a number above 0), and `most_from`, what that number rests on"
            " other than what happened, such as a law or how many there are."
        ]
    if value > most:
        return [
            f"{location}: the value is {row['value']}, but `most` is {text}; a number that the"
            " record exceeds is not the largest possible, so argue a larger one."
        ]
    return []


def _list_month_errors(date: str, value: float, location: str, scenario: Any) -> list[str]:
    """Return the error of a number of months that does not lead to the date beside it."""
    start = parse_month(scenario.start_date, "start_date")
    first = parse_month(date[:7] if len(date) > 4 else f"{date}-01", "date") - start
    last = first + (0 if len(date) > 4 else 11)
    if first <= value <= last:
        return []
    expected = f"{first}" if first == last else f"{first} to {last}"
    return [
        f"{location}: the value is {value:g} months, but {date} is {expected} months from"
        f" {scenario.start_date}, where {scenario.name} starts; correct one of the two, or give a"
        " scenario that starts in another month a record of its own."
    ]
