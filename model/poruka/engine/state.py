"""The state of a world: the variables of all agents, declared once in ``data/fields.toml``.

A world is a NamedTuple of record tables with one row per agent, all of them views of one byte
buffer. So a copy of the buffer is a copy of the world, equal buffers are equal worlds, and the same
sources read ``oligarch.wealth`` compiled or interpreted.
"""

import tomllib
from collections import namedtuple
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from poruka.engine.jit import reference_type

DATA_FOLDER = Path(__file__).parent.parent / "data"
FIELD_DTYPES = {"real": np.float64, "count": np.int64, "flag": np.bool_}


class Field(NamedTuple):
    """One state variable of an agent: its kind, unit, range, initial value and meaning."""

    table: str
    name: str
    kind: str
    unit: str
    low: float
    high: float
    initial: float
    meaning: str

    @property
    def key(self) -> str:
        """``table.name``."""
        return f"{self.table}.{self.name}"


class Table(NamedTuple):
    """One kind of agent or institution: the name of a row, the number of rows, meaning, fields."""

    name: str
    row_name: str
    size: int | str
    meaning: str
    fields: tuple[Field, ...]

    @property
    def dtype(self) -> np.dtype:
        """The record type of a row."""
        columns = [(field.name, FIELD_DTYPES[field.kind]) for field in self.fields]
        return np.dtype(columns, align=True)


@cache
def read_data_file(file_name: str) -> dict[str, Any]:
    """Return one of the package's data files."""
    with open(DATA_FOLDER / f"{file_name}.toml", "rb") as file:
        return tomllib.load(file)


@cache
def tables() -> dict[str, Table]:
    """Return all tables of a world by name.

    Examples
    --------
    >>> tables()["oligarchs"].row_name
    'oligarch'
    """
    tables_by_name = {}
    for name, entry in read_data_file("fields").items():
        header = entry["table"]
        fields = tuple(Field(name, key, *spec) for key, spec in entry.items() if key != "table")
        tables_by_name[name] = Table(name, header["row"], header["size"], header["meaning"], fields)
    return tables_by_name


@cache
def fields() -> dict[str, Field]:
    """Return all fields by key, such as ``oligarchs.wealth``."""
    return {field.key: field for table in tables().values() for field in table.fields}


# `events` and `reasons` are logs and not part of the state; `memory` is the state as bytes.
_named_tuple: Any = namedtuple
World: Any = _named_tuple("World", [*tables(), "memory", "events", "reasons"])
WorldReference = reference_type(World)

_EVENT_COLUMNS = ("month", "kind", "rule", "instrument", "actor", "target")
EVENT_DTYPE = np.dtype([(name, np.int64) for name in _EVENT_COLUMNS] + [("value", np.float64)])
REASON_DTYPE = np.dtype([("event", np.int64), ("quantity", np.int64), ("value", np.float64)])


def row_count(table: Table, sizes: dict[str, int]) -> int:
    """Return the number of rows of a table, given those that a scenario chooses."""
    return table.size if isinstance(table.size, int) else int(sizes[table.size])


def allocate_world(
    sizes: dict[str, int], event_capacity: int = 12000, reason_capacity: int = 1
) -> Any:
    """Return an empty world, every field at its declared initial value.

    Parameters
    ----------
    sizes : dict
        Row counts of the tables whose size a scenario chooses, such as ``{"citizens": 400}``.
    event_capacity, reason_capacity : int
        Rows of the logs of events and of reasons.
    """
    layout, size = [], 0
    for table in tables().values():
        table_size = row_count(table, sizes) * table.dtype.itemsize
        layout.append((table, slice(size, size + table_size)))
        size += table_size
    memory = np.zeros(size, dtype=np.uint8)
    records = []
    for table, place in layout:
        rows = memory[place].view(table.dtype).view(np.recarray)
        for field in table.fields:
            rows[field.name] = field.initial
        records.append(rows)
    events = np.zeros(event_capacity, dtype=EVENT_DTYPE).view(np.recarray)
    reasons = np.zeros(reason_capacity, dtype=REASON_DTYPE).view(np.recarray)
    return World(*records, memory, events, reasons)
