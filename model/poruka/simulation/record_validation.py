"""Validation of an observed record: everything about its lines that is known without simulating."""

import csv
import datetime
import io
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from poruka.engine.driver import OUTCOME_DTYPE
from poruka.scenario.schema import parse_month
from poruka.simulation.outcomes import outcome_frame
from poruka.simulation.record_measures import parse_measure
from poruka.utils.errors import BadInput, nearest_names, unknown_name_error

OBSERVED_RECORD_COLUMNS = ("id", "date", "figure", "measure", "value", "unit", "fact", "locator")
"""Columns of a record file, in this order."""
_FORK_COLUMN = re.compile(r"fork_([1-9]\d*)_month")
_DATE_FORMS = "write 1993, 1993-12 or 1993-12-10, or leave it empty."


def read_record_lines(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and the fields of every line of a record.

    Raises
    ------
    BadInput
        When the text is not a table with the columns of a record.
    """
    # Read strictly: an unclosed quotation mark would otherwise swallow the lines after it.
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != OBSERVED_RECORD_COLUMNS:
            raise BadInput(_describe_header(header, name))
        count = 0
        for fields in reader:
            if not fields:
                continue
            count += 1
            line = reader.line_num
            if len(fields) > len(header):
                raise BadInput(
                    f"{name}, line {line}: there are {len(fields)} values for {len(header)}"
                    " columns; put a text that contains a comma in double quotes."
                )
            padded = [*fields, *[""] * (len(header) - len(fields))]
            yield line, dict(zip(header, (field.strip() for field in padded), strict=True))
    except csv.Error as error:
        raise BadInput(
            f"{name}, line {reader.line_num}: the line is not CSV ({error}); close every quotation"
            " mark, and double those inside a text."
        ) from None
    if not count:
        raise BadInput(f"the record {name} has columns but no line; give at least one figure.")


def _describe_header(header: list[str], name: str) -> str:
    needed = (
        f"the record {name} needs the columns {', '.join(OBSERVED_RECORD_COLUMNS)} in this order"
        " and at least one row"
    )
    if not header:
        return f"{needed}; it is empty."
    parts = []
    missing = [column for column in OBSERVED_RECORD_COLUMNS if column not in header]
    if missing:
        parts.append(f"missing: {', '.join(missing)}")
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            parts.append(f"twice: {column}")
        if column not in OBSERVED_RECORD_COLUMNS:
            close = nearest_names(column, missing)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            parts.append(f"unknown: {column[:40]!r}{hint}")
    return f"{needed}; {'; '.join(parts) or 'their order differs'}."


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
    if not row["fact"] or not row["locator"]:
        errors.append(f"{location}: every figure needs a fact and a locator.")
    value: float | None = None
    try:
        value = float(row["value"])
        if not math.isfinite(value):
            errors.append(
                f"{location}: the value is {row['value']}; a record holds finite numbers, so omit"
                " the row."
            )
            value = None
    except ValueError:
        errors.append(
            f"{location}: the value {row['value']!r} is not a number; write it with a point and"
            " without a unit."
        )
    try:
        parts = parse_measure(row["measure"], location)
        allowed = _allowed_units(parts, row["measure"], location, scenario)
    except BadInput as error:
        return [*errors, str(error)]
    if row["unit"] not in allowed:
        errors.append(
            f"{location}: the measure {row['measure']!r} has the unit {row['unit']!r}; allowed"
            f" {'is' if len(allowed) == 1 else 'are'} {', '.join(allowed)}."
        )
    elif value is not None:
        errors += _list_value_errors(row, parts, value, location)
        if row["unit"] == "month" and row["date"] and not date_errors and scenario is not None:
            errors += _list_month_errors(row["date"], value, location, scenario)
    return errors


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
    # One invented world: columns without rows do not show whether they hold numbers or texts.
    outcomes = outcome_frame(np.zeros(1, dtype=OUTCOME_DTYPE), 1, set())
    numeric = [name for name in outcomes if outcomes[name].dtype.kind in "ifb" and name != "world"]
    if column not in numeric:
        if column in outcomes:
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
