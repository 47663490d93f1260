"""The compiled driver: start, months and books of many worlds on one reusable buffer, called once
per chunk.
"""

import importlib.util
import os
import sys
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from poruka.engine import codes
from poruka.engine.index_series import SERIES
from poruka.engine.jit import CACHE, COMPILED
from poruka.engine.rule import RuleBook
from poruka.engine.state import EVENT, World, allocate, tables
from poruka.engine.step_codegen import book_key, write_month

_SOURCE = '''"""Written by poruka.engine.driver; do not edit."""

from {month} import step
from poruka.engine.jit import driver
from poruka.rules.initial_state import make_world
from poruka.engine.state import WorldReference
from poruka.engine.random_streams import month_key


@driver
def run_worlds(tables, template, params, start, seed, first, count, fresh, months, series, keep_series, outcomes, events, told, keep_events):
    """Run a chunk of worlds on one buffer up to a month; returns the number of the first that left its bounds, or -1.

    With ``fresh`` false the one world in the buffer goes on from where it is: so a world is stepped.
    """
    world = WorldReference({parts})
    filled = 0
    for k in range(count):
        if fresh:
            make_world(world, template, params[0], start[0], seed, first + k)
        clock = world.clock[0]
        index = world.index[0]
        for month in range(clock.month, months):
            step(world, params[0], month_key(seed, first + k, month))
            clock.month += 1
{series}
            row = k if keep_series else 0
{store}
            if month == 0 or index.control > outcomes[k].apogee:
                outcomes[k].apogee = index.control
                outcomes[k].apogee_month = month
{sums}
            if not finite:
                return first + k
        if clock.told > len(world.events):
            return first + k
        outcome = outcomes[k]
        outcome.world = first + k
{finals}
        defections, first_defection, waves, largest = 0, -1, 0, 0.0
        for e in range(clock.told):
            event = world.events[e]
            if event.kind == {defection}:
                defections += 1
                if first_defection < 0:
                    first_defection = event.month
            elif event.kind == {wave}:
                waves += 1
                largest = max(largest, event.value)
        outcome.defections, outcome.first_defection = defections, first_defection
        outcome.defection_waves, outcome.largest_wave = waves, largest
        told[k] = clock.told
        if keep_events:
            if filled + clock.told > len(events):
                return -2 - k
            for e in range(clock.told):
                events[filled + e] = world.events[e]
            filled += clock.told
    return -1
'''

OUTCOME = np.dtype(
    [("world", np.int64), ("apogee", np.float64), ("apogee_month", np.int64)]
    + [(f"{name}_sum", np.float64) for name in SERIES]
    + [(f"{name}_end", np.float64) for name in SERIES]
    + [(f.name, np.int64 if f.kind == "count" else np.float64) for f in tables()["history"].fields]
    + [
        ("instruments_used", np.int64),
        ("defensive_share", np.float64),
        ("registration_barrier", np.float64),
        ("defections", np.int64),
        ("first_defection", np.int64),
        ("defection_waves", np.int64),
        ("largest_wave", np.float64),
    ]
)


def _render(month: str) -> str:
    """Return the source of the driver: indices, sums and dated facts are copied field by field."""
    series = "            finite = True"
    store = "\n".join(
        f"            series[row, month, {i}] = index.{name}\n            finite = finite and"
        f" index.{name} == index.{name}"
        for i, name in enumerate(SERIES)
    )
    sums = "\n".join(
        f"            outcomes[k].{name}_sum = (outcomes[k].{name}_sum if month > 0 else 0.0) +"
        f" index.{name}"
        for name in SERIES
    )
    finals = [f"        outcome.{name}_end = index.{name}" for name in SERIES]
    finals += [
        f"        outcome.{f.name} = world.history[0].{f.name}" for f in tables()["history"].fields
    ]
    finals += [
        "        outcome.instruments_used = 0",
        "        for i in range(len(world.instruments)):",
        "            outcome.instruments_used += 1 if world.instruments[i].uses > 0 else 0",
        "        outcome.defensive_share = world.tally[0].defensive",
        "        outcome.registration_barrier = world.constitution[0].registration_barrier",
    ]
    parts = ", ".join(f"tables.{name}" for name in World._fields)
    return _SOURCE.format(
        month=month,
        parts=parts,
        defection=codes.EVENT_DEFECTION,
        wave=codes.EVENT_WAVE,
        series=series,
        store=store,
        sums=sums,
        finals="\n".join(finals),
    )


@cache
def _load(key: str) -> ModuleType:
    path = CACHE / f"driver_{key}.py"
    source = _render(f"poruka_month_{key}")
    if not path.exists() or path.read_text() != source:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(source)
        os.replace(draft, path)
    spec = importlib.util.spec_from_file_location(f"poruka_driver_{key}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def load_driver(book: RuleBook) -> ModuleType:
    """Return the driver of a rule book; its ``run_worlds`` does everything."""
    write_month(book)
    return _load(book_key(book))


class Buffer:
    """What one thread needs to run worlds: a world, room for its events and for a
    chunk's results.
    """

    def __init__(
        self,
        sizes: dict[str, int],
        worlds: int,
        months: int,
        series: bool,
        events: bool,
        events_per_world: int = 1500,
        reasons: int = 1,
    ):
        self.world = allocate(sizes, reasons=reasons)
        self.series = np.empty((worlds if series else 1, months, len(SERIES)))
        self.outcomes = np.zeros(worlds, dtype=OUTCOME).view(np.recarray)
        self.events = np.empty(worlds * events_per_world if events else 1, dtype=EVENT).view(
            np.recarray
        )
        self.told = np.zeros(worlds, dtype=np.int64)
        self.keep: tuple[bool, bool] = (series, events)


def is_compiled(book: RuleBook) -> bool:
    """Return whether the driver of a rule book lies compiled in the cache (or needs no
    compiling).
    """
    return not COMPILED or any(CACHE.rglob(f"driver_{book_key(book)}.run_worlds*.nbi"))


def run_chunk(
    play: ModuleType,
    buffer: Buffer,
    template: np.ndarray,
    params: Any,
    start: Any,
    seed: int,
    first: int,
    count: int,
    months: int,
    fresh: bool = True,
) -> int:
    """Run worlds ``first`` to ``first + count - 1``; returns -1, or the number of a world that
    failed.
    """
    return int(
        play.run_worlds(
            buffer.world,
            template,
            params,
            start,
            seed,
            first,
            count,
            fresh,
            months,
            buffer.series,
            buffer.keep[0],
            buffer.outcomes,
            buffer.events,
            buffer.told,
            buffer.keep[1],
        )
    )
