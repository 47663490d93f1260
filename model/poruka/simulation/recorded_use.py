"""What a rule reads and writes while it runs: tables and numbers that keep a list of their use.

Interpreted, a rule can be given these in place of a world and its numbers. They answer the same, so
that what was written down is what happened, whatever the source looks like.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from poruka.engine.state import World, tables

OUTSIDE = ""
"""What the driver itself does, between two rules."""


class Recorder:
    """What each rule read and wrote."""

    def __init__(self) -> None:
        self.by_rule: dict[str, tuple[set[str], set[str], set[str]]] = {}
        self.enter(OUTSIDE)

    def enter(self, rule: str) -> None:
        """Write down what follows under a rule."""
        self.reads, self.writes, self.numbers = self.by_rule.setdefault(rule, (set(), set(), set()))

    def follow(self, rule: str, function: Callable) -> Callable:
        """Return a kernel whose reading and writing is written down under a rule."""

        def run(*arguments: Any) -> None:
            self.enter(rule)
            function(*arguments)
            self.enter(OUTSIDE)

        return run


def _field(recorder: Recorder, key: str, column: np.ndarray) -> property:
    def read(row: Any) -> Any:
        recorder.reads.add(key)
        return column[row.at]

    def write(row: Any, value: Any) -> None:
        recorder.writes.add(key)
        column[row.at] = value

    return property(read, write)


class RecordedTable:
    """A table of which rows are taken one by one, or some of them as a table."""

    def __init__(self, recorder: Recorder, name: str, records: np.ndarray):
        self.records, self.recorder, self.name = records, recorder, name
        self.keys = {f"{name}.{field}" for field in records.dtype.names or ()}
        columns = {
            field: _field(recorder, f"{name}.{field}", records[field])
            for field in records.dtype.names or ()
        }
        self.row = type(name, (), {"__slots__": ("at",), **columns})

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return RecordedTable(self.recorder, self.name, self.records[at])
        if not -len(self.records) <= at < len(self.records):
            raise IndexError(at)
        row = self.row()
        row.at = at
        return row

    def __setitem__(self, at: int, row: Any) -> None:
        self.recorder.reads |= self.keys
        self.recorder.writes |= self.keys
        self.records[at] = self.records[row.at]


def recorded_world(recorder: Recorder, world: Any) -> World:
    """Return a world over the same memory, of which each field that is used is written down.

    Examples
    --------
    >>> from poruka.engine.kernel_cache import sample_world
    >>> recorder = Recorder()
    >>> recorded_world(recorder, sample_world()).president[0].age += 1.0
    >>> recorder.reads, recorder.writes
    ({'president.age'}, {'president.age'})
    """
    records = [RecordedTable(recorder, name, getattr(world, name)) for name in tables()]
    return World(*records, *tuple(world)[len(records) :])


def _number(recorder: Recorder, key: str, value: Any) -> property:
    def read(_: Any) -> Any:
        recorder.numbers.add(key)
        return value

    return property(read)


def recorded_numbers(recorder: Recorder, root: str, record: Any) -> list[Any]:
    """Return the numbers of a world, of which each that is read is written down."""
    sections = {}
    for section in record.dtype.names:
        numbers = {
            name: _number(recorder, f"{root}.{section}.{name}", record[0][section][name])
            for name in record.dtype[section].names
        }
        sections[section] = type(section, (), {"__slots__": (), **numbers})()
    return [SimpleNamespace(**sections)]
