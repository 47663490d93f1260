"""The columns of the table of instruments: what their numbers mean, and the range of each.

``data/instrument_columns.toml`` declares every column; ``data/instruments.toml`` gives the numbers.
A number in no column, out of its range or missing stops the program when the table is read.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from poruka.engine.codes import SPHERES
from poruka.engine.declarations import (
    Parameter,
    declaration_error,
    is_finite_number,
    read_range,
    validate_texts,
)
from poruka.engine.state import fields, read_data_file
from poruka.utils.errors import BadInput, unknown_name_error

COLUMNS_FILE = "instrument_columns.toml"
_TEXTS = ("unit", "meaning", "source", "standing", "coding", "effect")
_KEYS = ("unit", "range", "meaning", "anchors", "source", "standing", "coding", "effect")


class InstrumentColumn(NamedTuple):
    """One column of the table of instruments.

    Attributes
    ----------
    name : str
        Such as ``strength``, ``cost.citizens`` or ``against.rival``.
    unit, meaning : str
    low, high : float
        Range of every number in the column.
    anchors : dict
        What 0 and the ends of the range mean, by the number.
    source, standing : str
        Theses or ``assumption``; ``stated``, ``operationalised`` or ``assumption``.
    coding : str
        How the numbers in the column were decided.
    effect : str
        What moves when the whole column is raised.
    absent : float or None
        The number of an instrument that gives none; None where each must give one.
    """

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    anchors: dict[float, str]
    source: str
    standing: str
    coding: str
    effect: str
    absent: float | None


def build_instrument_column(name: str, entry: Any, file: str = COLUMNS_FILE) -> InstrumentColumn:
    """Return one declared column, checked.

    Raises
    ------
    BadInput
        For a key that is missing or unknown, a text or range that cannot be read, an end of the
        range or a 0 without an anchor, or an absent number that a world does not start with.
    """
    if not isinstance(entry, dict) or set(entry) - {"absent"} != set(_KEYS):
        found = ", ".join(entry) if isinstance(entry, dict) else repr(entry)
        advice = f"give exactly {', '.join(_KEYS)}, and absent where a cell may be left out"
        raise declaration_error(name, file, f"the column has {found}", advice)
    low, high = read_range(name, entry["range"], file)
    validate_texts(name, {key: entry[key] for key in _TEXTS}, file)
    wanted = {f"{number:g}" for number in (low, high, *([0.0] if low < 0.0 < high else []))}
    anchors = entry["anchors"]
    if not isinstance(anchors, dict) or set(anchors) != wanted:
        found = ", ".join(anchors) if isinstance(anchors, dict) else repr(anchors)
        advice = f"say what {', '.join(sorted(wanted, key=float))} mean, no more and no fewer"
        raise declaration_error(name, file, f"the anchors are {found}", advice)
    if not all(isinstance(text, str) and text.strip() for text in anchors.values()):
        raise declaration_error(name, file, "an anchor says nothing", "give a text for each")
    absent = entry.get("absent")
    if absent is not None and absent != fields()["aims.fall"].initial:
        # A world's table of promises starts with this number and is written where one is given.
        advice = f"give {fields()['aims.fall'].initial:g}, or leave it out"
        raise declaration_error(name, file, f"absent is {absent!r}", advice)
    numbered = {float(number): anchors[number] for number in sorted(anchors, key=float)}
    texts = {key: entry[key] for key in _TEXTS}
    return InstrumentColumn(name=name, low=low, high=high, anchors=numbered, absent=absent, **texts)


@cache
def instrument_columns() -> dict[str, InstrumentColumn]:
    """Return the columns of the table of instruments by name.

    Examples
    --------
    >>> instrument_columns()["deniable"].anchors
    {0.0: 'all of the blame is his', 1.0: 'none of it is'}
    >>> list(instrument_columns())[5:10]
    ['cost.citizens', 'cost.elite', 'cost.west', 'cost.minority', 'against.rival']
    """
    columns = {}
    for name, entry in read_data_file("instrument_columns").items():
        is_column = not isinstance(entry, dict) or "unit" in entry
        members = {name: entry} if is_column else {f"{name}.{key}": entry[key] for key in entry}
        for member, declared in members.items():
            columns[member] = build_instrument_column(member, declared)
    spheres = tuple(column_members("against", columns))
    if spheres != SPHERES:
        advice = f"declare {', '.join(SPHERES)}, in this order"
        problem = f"the columns are {', '.join(spheres)}"
        raise declaration_error("against", COLUMNS_FILE, problem, advice)
    return columns


def column_members(group: str, columns: Mapping[str, InstrumentColumn]) -> list[str]:
    """Return the names after the point of the columns of a group; with "", columns in no group.

    Examples
    --------
    >>> column_members("cost", instrument_columns())
    ['citizens', 'elite', 'west', 'minority']
    """
    parts = [name.rpartition(".") for name in columns]
    return [name for prefix, _, name in parts if prefix == group]


def given_numbers(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that an instrument gives, by column.

    Examples
    --------
    >>> given_numbers({"label": "a", "blunt": 0.5, "cost": {"west": 0.1}})
    {'blunt': 0.5, 'cost.west': 0.1}
    """
    groups = {name.partition(".")[0] for name in instrument_columns() if "." in name}
    cells: dict[str, Any] = {}
    for key, value in entry.items():
        if key in groups and isinstance(value, Mapping):
            cells |= {f"{key}.{member}": number for member, number in value.items()}
        elif key in groups or key in instrument_columns():
            cells[key] = value
    return cells


def validate_cell(name: str, value: Any, subject: str, kind: str) -> None:
    """Raise an error if a number is in no column of the table, or out of its range.

    Parameters
    ----------
    name : str
        The column.
    value : Any
    subject, kind : str
        What the number, and what the column, is called in messages.

    Raises
    ------
    BadInput
        Naming the number, what is allowed and what to do.
    """
    column = instrument_columns().get(name)
    if column is None:
        advice = f"data/{COLUMNS_FILE} declares the columns."
        raise unknown_name_error(kind, name, instrument_columns(), advice=advice)
    if not is_finite_number(value) or not column.low <= value <= column.high:
        raise BadInput(
            f"{subject} is {value!r}; give a number between {column.low:g} and {column.high:g}"
            f" ({column.meaning})."
        )


def validate_instrument_cells(cells: Mapping[str, Any], location: str) -> None:
    """Raise an error if the numbers of an instrument do not fit the columns of the table.

    Parameters
    ----------
    cells : mapping
        Numbers by column, as :func:`given_numbers` returns them.
    location : str
        Where they stand, for messages.

    Raises
    ------
    BadInput
        Naming the place, the column, what is allowed and what to do.
    """
    columns = instrument_columns()
    for name, value in cells.items():
        validate_cell(name, value, f"{location}: {name}", f"column in {location}")
    for name, column in columns.items():
        if column.absent is None and name not in cells:
            raise BadInput(
                f"{location}: {name} is missing; give a number between {column.low:g} and"
                f" {column.high:g} ({column.meaning})."
            )


def validate_instrument_entry(entry: Any, attributes: Collection[str], location: str) -> None:
    """Raise an error if an entry of the table of instruments lacks a key or holds a wrong number.

    Parameters
    ----------
    entry : Any
        The entry as it stands in the file.
    attributes : collection of str
        The keys it must have, no more and no fewer.
    location : str
        Where it stands, for messages.

    Raises
    ------
    BadInput
        Naming the place, the key, what is allowed and what to do.
    """
    if not isinstance(entry, Mapping):
        raise BadInput(f"{location}: this is {entry!r}; give a table with {', '.join(attributes)}.")
    for key in entry:
        if key not in attributes:
            raise unknown_name_error("key", str(key), attributes, location)
    if missing := [key for key in attributes if key not in entry]:
        raise BadInput(f"{location}: {missing[0]} is missing; give all of {', '.join(attributes)}.")
    cells = given_numbers(entry)
    for key, value in entry.items():
        numbers = value if isinstance(value, list) else [value]
        if key not in cells and any(type(number) in (int, float) for number in numbers):
            advice = f"declare a column in data/{COLUMNS_FILE}, or give a text"
            raise BadInput(f"{location}: {key} is {value!r}, a number in no column; {advice}.")
    validate_instrument_cells(cells, location)


def declare_cell(
    column: InstrumentColumn, id: str, label: str, theses: Iterable[str], value: float | None
) -> Parameter:
    """Return the number of an instrument in a column as a declared number; None for one not given.

    Its source are the theses of the instrument and those of the column, and how it was coded.

    Examples
    --------
    >>> blunt = declare_cell(instrument_columns()["blunt"], "I08", "house dispersed", ["T060"], 1.0)
    >>> blunt.key, blunt.value, blunt.meaning
    ('instruments.I08.blunt', 1.0, 'how directly and forcibly the ruler acts: house dispersed')
    >>> blunt.source
    'T060; column: T005; value: judgement of one coder'
    """
    if value is None:
        value = 0.0 if column.absent is None else column.absent
        coding, standing = f"not given, so {value:g}", "assumption"
    else:
        coding, standing = column.coding, column.standing
    act = " ".join(theses) or "no thesis"
    return Parameter(
        key=f"instruments.{id}.{column.name}",
        value=float(value),
        unit=column.unit,
        low=column.low,
        high=column.high,
        meaning=f"{column.meaning}: {label}",
        source=f"{act}; column: {column.source}; value: {coding}",
        standing=standing,
        effect=column.effect,
    )
