"""The state of a world: every field of every agent, declared once in ``data/fields.toml``, laid out
in one block of memory.

A world is a NamedTuple of record tables, one row an agent, all views of one byte buffer. So a copy
of the buffer is a copy of the world, equal buffers are equal worlds, and the same sources read
``oligarch.wealth`` compiled or interpreted.
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
    """One quantity an agent carries: its kind, unit, range, value before anything is set, and
    meaning.
    """

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
        return f"{self.table}.{self.name}"


class Table(NamedTuple):
    """One kind of agent or thing: the word for a row, how many rows, what it stands for, its
    fields.
    """

    name: str
    row_name: str
    size: int | str
    meaning: str
    fields: tuple[Field, ...]

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(
            [(field.name, FIELD_DTYPES[field.kind]) for field in self.fields], align=True
        )


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
    found = {}
    for name, entry in read_data_file("fields").items():
        fields = tuple(Field(name, key, *spec) for key, spec in entry.items() if key != "table")
        found[name] = Table(
            name, entry["table"]["row"], entry["table"]["size"], entry["table"]["meaning"], fields
        )
    return found


@cache
def fields() -> dict[str, Field]:
    """Return all fields by key, such as ``oligarchs.wealth``."""
    return {field.key: field for table in tables().values() for field in table.fields}


# `events` and `reasons` are written by a world but are not its state; `memory` is the state as
# bytes.
World: Any = namedtuple("World", [*tables(), "memory", "events", "reasons"])
WorldReference = reference_type(World)

EVENT_DTYPE = np.dtype(
    [(name, np.int64) for name in ("month", "kind", "rule", "instrument", "actor", "target")]
    + [("value", np.float64)]
)
REASON_DTYPE = np.dtype([("event", np.int64), ("quantity", np.int64), ("value", np.float64)])


def _row_count(table: Table, sizes: dict[str, int]) -> int:
    return table.size if isinstance(table.size, int) else int(sizes[table.size])


def allocate_world(
    sizes: dict[str, int], event_capacity: int = 12000, reason_capacity: int = 1
) -> Any:
    """Make an empty world: every field at the value it has before anything is set.

    Parameters
    ----------
    sizes : dict
        Rows of the tables whose number a scenario chooses, such as ``{"citizens": 400}``.
    events, reasons : int
        Room for what the world reports.
    """
    layout, offset = [], 0
    for table in tables().values():
        rows = _row_count(table, sizes)
        layout.append((table, rows, offset))
        offset += rows * table.dtype.itemsize
    memory = np.zeros(offset, dtype=np.uint8)
    parts = []
    for table, rows, start in layout:
        block = (
            memory[start : start + rows * table.dtype.itemsize].view(table.dtype).view(np.recarray)
        )
        for field in table.fields:
            block[field.name] = field.initial
        parts.append(block)
    told = np.zeros(event_capacity, dtype=EVENT_DTYPE).view(np.recarray)
    why = np.zeros(reason_capacity, dtype=REASON_DTYPE).view(np.recarray)
    return World(*parts, memory, told, why)
