"""A world that writes down, rule by rule, every field read and written and every number read.

Interpreted, the tables and numbers that rules are given are replaced by ones that answer the same
and keep a list. What was recorded is therefore what happened, whatever the sources look like.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from poruka.engine.driver import KernelAddresses, WorldBuffer, load_driver, run_chunk
from poruka.engine.parameters import as_record
from poruka.engine.state import World, tables
from poruka.rules import instruments

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


class Rows:
    """A table of which rows are taken one by one."""

    def __init__(self, recorder: Recorder, name: str, records: np.ndarray):
        self.records, self.recorder = records, recorder
        self.keys = {f"{name}.{field}" for field in records.dtype.names or ()}
        columns = {
            field: _field(recorder, f"{name}.{field}", records[field])
            for field in records.dtype.names or ()
        }
        self.row = type(name, (), {"__slots__": ("at",), **columns})

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, at: int) -> Any:
        if not -len(self.records) <= at < len(self.records):
            raise IndexError(at)
        row = self.row()
        row.at = at
        return row

    def __setitem__(self, at: int, row: Any) -> None:
        self.recorder.reads |= self.keys
        self.recorder.writes |= self.keys
        self.records[at] = self.records[row.at]


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


def play_sized(scenario, seed: int, world: int, months: int, sizes, settings=(), recorder=None):
    """Play a world of given sizes month by month; return its buffer, and what it is every month.

    That is its bytes, and those of what has become of it so far.

    ``settings`` are fields that are set before a month, over all rows of a table or in one:
    ``(month, table, row or None, field, value)``.
    """
    buffer = WorldBuffer(sizes, 1, months, True, True, events_per_world=12000)
    template = instruments.build_initial_memory(buffer.world, scenario)
    plain = buffer.world
    driver = load_driver(scenario.rules)
    params, start = as_record(scenario.params()), as_record(scenario.start())
    if recorder is not None:
        rules = tuple(recorder.follow(one.id, one.function) for one in scenario.rules.rules)
        first = recorder.follow("start", driver.start.function)
        driver = SimpleNamespace(module=driver.module, addresses=KernelAddresses(rules, first))
        records = [Rows(recorder, name, getattr(buffer.world, name)) for name in tables()]
        buffer.world = World(*records, *buffer.world[len(records) :])
        params = recorded_numbers(recorder, "params", params)
        start = recorded_numbers(recorder, "start", start)
    states = []
    for month in range(months):
        for at, table, row, field, value in settings:
            if at == month:
                getattr(plain, table)[field][slice(None) if row is None else row] = value
        span = (seed, world, 1, month + 1, month == 0)
        assert run_chunk(driver, buffer, template, params, start, *span) == -1, (
            f"month {month} of world {world}, seed {seed} failed"
        )
        states.append(buffer.world.memory.tobytes() + buffer.outcomes.tobytes())
    return buffer, states
