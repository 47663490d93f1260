"""The columns of the table of instruments: what each step means in them, and the range of each.

``data/instrument_columns.toml`` declares every column; ``data/instruments.toml`` gives the steps. A
step in no column, a word that is no step or a number out of its range stops the program when the
table is read.
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
from poruka.engine.instrument_steps import (
    NONE,
    STEPS,
    StepHeights,
    allowed_steps,
    is_step_text,
    possible_steps,
    resolve_cell,
)
from poruka.engine.state import read_data_file
from poruka.utils.errors import BadInput, nearest_names, unknown_name_error

COLUMNS_FILE = "instrument_columns.toml"
_TEXTS = ("unit", "meaning", "rule", "source", "standing", "effect")
_KEYS = ("unit", "range", "meaning", "steps", "rule", "source", "standing", "effect")


class InstrumentColumn(NamedTuple):
    """One column of the table of instruments.

    Attributes
    ----------
    name : str
        Such as ``strength``, ``cost.citizens`` or ``against.rival``.
    unit, meaning : str
    low, high : float
        Range of every number in the column.
    steps : dict
        What each step means here.
    minus : str
        What a step with a minus means; empty in a column without.
    rule : str
        How doubtful cases are decided.
    source, standing : str
        Theses or ``assumption``; ``stated``, ``operationalised`` or ``assumption``.
    effect : str
        What moves when the whole column is raised.
    """

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    steps: dict[str, str]
    minus: str
    rule: str
    source: str
    standing: str
    effect: str

    @property
    def signed(self) -> bool:
        """Whether its steps can have a minus."""
        return bool(self.minus)


def build_instrument_column(name: str, entry: Any, file: str = COLUMNS_FILE) -> InstrumentColumn:
    """Return one declared column, checked.

    Raises
    ------
    BadInput
        For a key that is missing or unknown, a text or range that cannot be read, a step without a
        meaning, or a minus in a column that does not go below 0.
    """
    if not isinstance(entry, dict) or set(entry) - {"minus"} != set(_KEYS):
        found = ", ".join(entry) if isinstance(entry, dict) else repr(entry)
        advice = f"give exactly {', '.join(_KEYS)}, and minus where steps can have one"
        raise declaration_error(name, file, f"the column has {found}", advice)
    low, high = read_range(name, entry["range"], file)
    if ("minus" in entry) != (low < 0.0) or (low, high) not in ((0.0, 1.0), (-1.0, 1.0)):
        problem = f"the range is {low:g} to {high:g}, and minus is {entry.get('minus')!r}"
        advice = "give 0 to 1, or -1 to 1 and what a minus means"
        raise declaration_error(name, file, problem, advice)
    texts = {key: entry[key] for key in (*_TEXTS, "minus") if key in entry}
    validate_texts(name, texts, file)
    steps = entry["steps"]
    if not isinstance(steps, dict) or tuple(steps) != STEPS:
        found = ", ".join(steps) if isinstance(steps, dict) else repr(steps)
        advice = f"say what {', '.join(STEPS)} mean, in this order"
        raise declaration_error(name, file, f"the steps are {found}", advice)
    if not all(isinstance(text, str) and text.strip() for text in steps.values()):
        raise declaration_error(name, file, "a step says nothing", "give a text for each")
    return InstrumentColumn(
        name=name, low=low, high=high, steps=dict(steps), **({"minus": ""} | texts)
    )


@cache
def instrument_columns() -> dict[str, InstrumentColumn]:
    """Return the columns of the table of instruments by name.

    Examples
    --------
    >>> instrument_columns()["deniable"].steps["none"]
    'his own act, and all of the blame is his'
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


def given_cells(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that an instrument gives, by column; those at none are not given.

    Examples
    --------
    >>> given_cells({"label": "a", "blunt": "slight", "lasting": "none", "cost": {"west": 0.1}})
    {'blunt': 'slight', 'cost.west': 0.1}
    """
    groups = {name.partition(".")[0] for name in instrument_columns() if "." in name}
    cells: dict[str, Any] = {}
    for key, value in entry.items():
        if key in groups and isinstance(value, Mapping):
            cells |= {f"{key}.{member}": cell for member, cell in value.items()}
        elif key in groups or key in instrument_columns():
            cells[key] = value
    return {name: cell for name, cell in cells.items() if cell != NONE}


def validate_cell(name: str, value: Any, subject: str, kind: str) -> None:
    """Raise an error if a cell is in no column of the table, no step, or out of its range.

    Parameters
    ----------
    name : str
        The column.
    value : Any
    subject, kind : str
        What the cell, and what the column, is called in messages.

    Raises
    ------
    BadInput
        Naming the cell, what is allowed and what to do.
    """
    column = instrument_columns().get(name)
    if column is None:
        advice = f"data/{COLUMNS_FILE} declares the columns."
        raise unknown_name_error(kind, name, instrument_columns(), advice=advice)
    if is_step_text(value, column.signed):
        return
    if is_finite_number(value) and column.low <= value <= column.high:
        return
    steps = tuple(allowed_steps(column.signed))
    near = nearest_names(value, steps, limit=1) if isinstance(value, str) else []
    suggestion = f"did you mean {near[0]!r}? " if near else ""
    raise BadInput(
        f"{subject} is {value!r}; {suggestion}give a number between {column.low:g} and"
        f" {column.high:g}, one of the steps {', '.join(steps)}, or two of them from low to high"
        f" with a stroke, such as 'none/slight' ({column.meaning})."
    )


def validate_instrument_cells(cells: Mapping[str, Any], location: str) -> None:
    """Raise an error if the cells of an instrument do not fit the columns of the table.

    Parameters
    ----------
    cells : mapping
        Cells by column, as :func:`given_cells` returns them.
    location : str
        Where they stand, for messages.

    Raises
    ------
    BadInput
        Naming the place, the column, what is allowed and what to do.
    """
    for name, value in cells.items():
        validate_cell(name, value, f"{location}: {name}", f"column in {location}")


def validate_instrument_entry(entry: Any, attributes: Collection[str], location: str) -> None:
    """Raise an error if an entry of the table of instruments lacks a key or holds a wrong number.

    Parameters
    ----------
    entry : Any
        The entry as it stands in the file.
    attributes : collection of str
        The keys it can have; all but those of columns must be there.
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
    of_columns = {name.partition(".")[0] for name in instrument_columns()}
    needed = [key for key in attributes if key not in of_columns]
    if missing := [key for key in needed if key not in entry]:
        raise BadInput(f"{location}: {missing[0]} is missing; give all of {', '.join(needed)}.")
    cells = given_cells(entry)
    for key, value in entry.items():
        numbers = value if isinstance(value, list) else [value]
        if key not in of_columns and any(type(number) in (int, float) for number in numbers):
            advice = f"declare a column in data/{COLUMNS_FILE}, or give a text"
            raise BadInput(f"{location}: {key} is {value!r}, a number in no column; {advice}.")
    validate_instrument_cells(cells, location)


def declare_cell(
    column: InstrumentColumn,
    id: str,
    label: str,
    theses: Iterable[str],
    cell: float | str,
    heights: StepHeights,
) -> Parameter:
    """Return a cell of an instrument as a declared number.

    Its source are the theses of the instrument and those of the column, and what was coded.

    Parameters
    ----------
    column : InstrumentColumn
    id, label, theses
        Of the instrument.
    cell : float or str
        A step, two steps, or a number that a scenario gives.
    heights : StepHeights

    Examples
    --------
    >>> heights = StepHeights(0.25, 0.5, 1.0)
    >>> column = instrument_columns()["blunt"]
    >>> blunt = declare_cell(column, "I08", "house dispersed", ["T060"], "middling/strong", heights)
    >>> blunt.key, blunt.value, blunt.meaning
    ('instruments.I08.blunt', 0.75, 'how directly and forcibly the ruler acts: house dispersed')
    >>> blunt.source
    'T060; column: T005; coded middling and strong'
    """
    if isinstance(cell, str):
        coded = (
            "not given, so none" if cell == NONE else f"coded {' and '.join(possible_steps(cell))}"
        )
    else:
        coded = "a number given"
    return Parameter(
        key=f"instruments.{id}.{column.name}",
        value=resolve_cell(cell, heights),
        unit=column.unit,
        low=column.low,
        high=column.high,
        meaning=f"{column.meaning}: {label}",
        source=f"{' '.join(theses) or 'no thesis'}; column: {column.source}; {coded}",
        standing="assumption" if cell == NONE else column.standing,
        effect=column.effect,
    )
