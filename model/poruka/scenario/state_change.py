"""Changes of a world's state where a fork opens: keys such as ``state.president.health``."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from poruka.engine import codes
from poruka.engine.state import Field, tables
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.plain_values import plain_value

DERIVED_TABLES = tuple(
    "clock tally history index shocks interventions instruments aims channels signals".split()
)
"""Tables that no fork changes: they are derived from others, or have keys of their own."""
_ROW_NAMES = {
    "contenders": codes.CONTENDERS,
    "constituencies": codes.CONSTITUENCIES,
    "outsides": codes.EXTERNAL_VARIABLES,
    "courts": codes.COURTS,
    "spheres": codes.SPHERES,
}
EARLIER_FIELD_NAMES = {
    "oligarchs.skeletons": "compromising_files",
    "clients.skeletons": "compromising_files",
    "president.odium": "unpopularity",
    "president.burnt": "hurt_by_premier",
    "president.twilight": "expected_end",
    "society.pole": "focal_challenger",
}
"""State keys that scenario files may still use, with the present names of their fields."""
_OPERATION_PATTERN = re.compile(r"([+*-]) ?([0-9]*\.?[0-9]+)")


class StateChange(NamedTuple):
    """A change of a world's state: a field is set (``=``), raised (``+``) or multiplied (``*``)."""

    field: Field
    row: int | None
    operator: str
    value: float


def parse_state_change(key: str, value: Any, table_sizes: Mapping[str, int]) -> StateChange:
    """Return a change of state, or raise an error that shows what can be changed.

    Parameters
    ----------
    key : str
        ``state.president.health``, ``state.citizens.habit`` (all of them),
        ``state.contenders.moderate.organisation`` or ``state.oligarchs.3.wealth``.
    value : number, bool or str
        New value, or an operation such as ``"+0.1"``, ``"-0.1"``, ``"*1.5"``; results are clipped
        to the field's range.
    table_sizes : mapping
        Number of rows of the tables whose size a scenario sets.

    Examples
    --------
    >>> parse_state_change("state.society.habit", "+0.2", {}).value
    0.2
    """
    table, *rest = key.split(".")[1:]
    value = plain_value(value)
    changeable_tables = [name for name in tables() if name not in DERIVED_TABLES]
    if table in DERIVED_TABLES:
        raise BadInput(
            f"{key}: {table} is derived from the rest of a world; change what it is derived from"
            " (instruments have keys of their own: instruments.I54.strength)."
        )
    if table not in changeable_tables:
        raise unknown_name_error(
            "table", table, changeable_tables, key, f"Known are {', '.join(changeable_tables)}."
        )
    known_fields = {field.name: field for field in tables()[table].fields}
    if rest:
        rest[-1] = EARLIER_FIELD_NAMES.get(f"{table}.{rest[-1]}", rest[-1])
    if not rest or rest[-1] not in known_fields or len(rest) > 2:
        is_row = bool(rest) and rest[-1] in _ROW_NAMES.get(table, ())
        example = f" It is a row: {key}.{next(iter(known_fields))}." if is_row else ""
        raise unknown_name_error(
            f"field of a {tables()[table].row_name}",
            rest[-1] if rest else "",
            known_fields,
            key,
            f"Known are {', '.join(known_fields)}.{example}",
        )
    field = known_fields[rest[-1]]
    if field.unit in ("row", "bits") or field.key == "crisis.kind":
        raise BadInput(
            f"{key} links one part of a world to another and cannot be changed; force the event"
            " instead, such as 'heir.unknown'."
        )
    size = tables()[table].size
    row_count = size if isinstance(size, int) else table_sizes[size]
    row = None if len(rest) == 1 else _parse_row(table, rest[0], row_count, key)
    operator, number = "=", value
    if isinstance(value, str):
        operation = _OPERATION_PATTERN.fullmatch(value.strip())
        if not operation or field.kind != "real":
            raise BadInput(
                f"{key} is {value!r}; give a number from {field.low:g} to {field.high:g}"
                + (", or an operation such as '+0.1' or '*1.5'." if field.kind == "real" else ".")
            )
        sign, number = operation.group(1), float(operation.group(2))
        operator, number = (
            ("*", number) if sign == "*" else ("+", -number if sign == "-" else number)
        )
    elif not isinstance(value, (int, float)) or (isinstance(value, bool) and field.kind != "flag"):
        raise BadInput(f"{key} is {value!r}; give a number from {field.low:g} to {field.high:g}.")
    if operator == "=" and not field.low <= float(number) <= field.high:
        raise BadInput(
            f"{key} is {value!r}; give a value between {field.low:g} and {field.high:g}"
            f" ({field.unit})."
        )
    if field.kind in ("count", "flag") and float(number) != int(number):
        raise BadInput(
            f"{key} is {value!r}; give a whole number from {field.low:g} to {field.high:g}"
            f" ({field.unit})."
        )
    return StateChange(field, row, operator, float(number))


def _parse_row(table: str, row_name: str, row_count: int, key: str) -> int:
    row_names = _ROW_NAMES.get(table, ())
    if row_name in row_names:
        return row_names.index(row_name)
    if row_name.isascii() and row_name.isdigit() and int(row_name) < row_count:
        return int(row_name)
    raise unknown_name_error(
        "row",
        row_name,
        row_names,
        key,
        f"Rows of {table} are numbered from 0 to {row_count - 1}"
        + (f", or called {', '.join(row_names)}." if row_names else "."),
    )
