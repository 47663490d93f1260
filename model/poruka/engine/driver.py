"""The compiled driver: start, months and books of many worlds on one buffer, called once per chunk.

Its source is generated (:mod:`.driver_codegen`). It calls the start and every rule by the address
of their machine code, so that the driver of a month stays the same while a rule is being edited.
"""

import contextlib
import hashlib
import importlib.util
import os
import sys
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from poruka.engine import machine_code, random_streams
from poruka.engine.code_keys import code_key
from poruka.engine.driver_codegen import driver_source
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.jit import CACHE_FOLDER, JIT_ENABLED, record_type
from poruka.engine.kernel_cache import KEPT_VERSIONS, Unit, sample_world, today
from poruka.engine.machine_code import KNOWN_CALLS
from poruka.engine.parameters import as_record, build_parameters, build_start_values
from poruka.engine.rule import Schedule
from poruka.engine.state import EVENT_DTYPE, allocate_world, tables
from poruka.engine.step_codegen import rule_types, units


class Code(NamedTuple):
    """What is called: the rules by their place, and the start; functions when interpreted."""

    rules: Any
    start: Any


class Request(NamedTuple):
    """What is asked of a chunk of worlds.

    Attributes
    ----------
    template : array of bytes
        The memory of a world before its start.
    params, start : record of length one
        The numbers of the rules, and those of the country's first month.
    seed, first, count : int
        Worlds ``first`` to ``first + count - 1`` of a seed.
    months : int
        The month up to which they are played.
    fresh : bool
        Whether they begin at their start; otherwise the one world in the buffer goes on from where
        it is.
    """

    template: Any
    params: Any
    start: Any
    seed: int
    first: int
    count: int
    months: int
    fresh: bool


class Results(NamedTuple):
    """Where a chunk puts what it gives; ``keep_…`` says whether there is room for it."""

    series: Any
    outcomes: Any
    events: Any
    told: Any
    keep_series: bool
    keep_events: bool


OUTCOME_DTYPE = np.dtype(
    [("world", np.int64), ("apogee", np.float64), ("apogee_month", np.int64)]
    + [(f"{name}_sum", np.float64) for name in INDEX_DESCRIPTIONS]
    + [(f"{name}_end", np.float64) for name in INDEX_DESCRIPTIONS]
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


@cache
def _start_types() -> tuple[Any, ...]:
    """Return the compiled types of what the start of a world is handed."""
    world, params = rule_types()[:2]
    whole = machine_code.type_of(2**31)
    types = (
        world,
        machine_code.type_of(sample_world().memory),
        params,
        record_type(as_record(build_start_values({}))),
        whole,
        whole,
    )
    KNOWN_CALLS.add(types)
    return types


@cache
def _short_names() -> list[Any]:
    """Give the driver's arguments short type names, and hold the types so that they keep them."""
    numbers = (as_record(build_parameters({}, frozenset())), as_record(build_start_values({})))
    world = sample_world()
    buffer = WorldBuffer(
        {table.size: 1 for table in tables().values() if isinstance(table.size, str)},
        1,
        1,
        False,
        False,
    )
    code = Code(np.zeros(1, dtype=np.int64), 0)
    request = Request(world.memory, *numbers, 0, 0, 0, 0, True)
    return [machine_code.short_type(value) for value in (world, code, request, buffer.results())]


def _driver_key(source: str) -> str:
    """Return the key of a driver: its source, the kernels in it, and the layout of all memory."""
    digest = hashlib.sha256(source.encode())
    for one in (random_streams.month_key, random_streams.rule_stream):
        digest.update(code_key(one).key.encode())
    digest.update(repr(sorted(today().items())).encode())
    for kind in (OUTCOME_DTYPE, EVENT_DTYPE, Code._fields, Request._fields, Results._fields):
        digest.update(repr(kind).encode())
    return digest.hexdigest()[:16]


_IMPORTING = threading.Lock()


@cache
def _module(source: str) -> ModuleType:
    """Return the module of a driver; its source is written where the compiler keeps its code."""
    path = _driver_path(source)
    if not path.exists() or path.read_text() != source:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(source)
        os.replace(draft, path)
        _prune()
    for one in _compiled_parts(path):
        with contextlib.suppress(OSError):
            os.utime(one)  # in use: others are pruned first
    spec = importlib.util.spec_from_file_location(f"poruka_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _prune() -> None:
    """Remove what is kept of the drivers that were used least lately."""
    aged: dict[str, float] = {}
    for one in CACHE_FOLDER.glob("*/driver_*.nbi"):
        with contextlib.suppress(OSError):
            stem = one.name.partition(".")[0]
            aged[stem] = max(aged.get(stem, 0.0), one.stat().st_mtime)
    for stem in sorted(aged, key=aged.__getitem__, reverse=True)[KEPT_VERSIONS:]:
        for one in (*CACHE_FOLDER.glob(f"{stem}.py"), *CACHE_FOLDER.glob(f"*/{stem}.*")):
            with contextlib.suppress(OSError):
                one.unlink()


def _driver_path(source: str) -> Path:
    return CACHE_FOLDER / f"driver_{_driver_key(source)}.py"


@dataclass
class Play:
    """A month that can be played: its driver, rules and start, compiled when first needed."""

    module: ModuleType
    rules: list[Unit]
    start: Unit
    _code: Code | None = None

    @property
    def code(self) -> Code:
        """Addresses of the rules and the start, or the functions themselves when interpreted."""
        if self._code is None:
            if JIT_ENABLED:
                # The driver may have to be compiled: the calls it may make, the names it is given.
                rule_types(), _start_types(), _short_names()
                self._code = Code(
                    np.array([one.address() for one in self.rules], dtype=np.int64),
                    self.start.address(),
                )
            else:
                self._code = Code(tuple(one.function for one in self.rules), self.start.function)
        return self._code

    def is_ready(self) -> bool:
        """Return whether the driver itself has not to be compiled."""
        return not JIT_ENABLED or any(_compiled_parts(Path(str(self.module.__file__))))


def _compiled_parts(path: Path) -> list[Path]:
    """Return the index files of what the compiler keeps of a driver, in a folder of its own."""
    return list(CACHE_FOLDER.glob(f"*/{path.stem}.run_worlds*.nbi"))


_PLAYS: dict[tuple[str, ...], Play] = {}


def kernels(book: Schedule) -> list[Unit]:
    """Return all that is compiled alone for a rule book: the start and every rule."""
    return [Unit("start", book.start, _start_types), *units(book)]


def load_driver(schedule: Schedule) -> Play:
    """Return the driver of a rule book; nothing is compiled before it is used."""
    source = driver_source(schedule.rules)
    start, *rules = kernels(schedule)
    key = (source, start.key, *(one.key for one in rules))
    with _IMPORTING:
        if key not in _PLAYS:
            _PLAYS[key] = Play(_module(source), rules, start)
        return _PLAYS[key]


class WorldBuffer:
    """What one thread needs to run worlds: a world, room for its events and a chunk's results."""

    def __init__(
        self,
        sizes: dict[str, int],
        worlds: int,
        months: int,
        series: bool,
        events: bool,
        events_per_world: int = 1500,
        reason_capacity: int = 1,
    ):
        self.world = allocate_world(sizes, reason_capacity=reason_capacity)
        self.series = np.empty((worlds if series else 1, months, len(INDEX_DESCRIPTIONS)))
        self.outcomes = np.zeros(worlds, dtype=OUTCOME_DTYPE).view(np.recarray)
        self.events = np.empty(worlds * events_per_world if events else 1, dtype=EVENT_DTYPE).view(
            np.recarray
        )
        self.event_counts = np.zeros(worlds, dtype=np.int64)
        self.recorded: tuple[bool, bool] = (series, events)

    def results(self) -> Results:
        """Return where the driver puts what it gives."""
        return Results(self.series, self.outcomes, self.events, self.event_counts, *self.recorded)


def is_compiled(schedule: Schedule) -> bool:
    """Return whether all a rule book needs lies compiled in the cache (or needs no compiling)."""
    if not JIT_ENABLED:
        return True
    return any(_compiled_parts(_driver_path(driver_source(schedule.rules)))) and all(
        one.is_ready() for one in kernels(schedule)
    )


def run_chunk(
    driver_module: Play,
    buffer: WorldBuffer,
    initial_memory: np.ndarray,
    params: Any,
    start: Any,
    seed: int,
    first_world: int,
    world_count: int,
    months: int,
    initialise: bool = True,
) -> int:
    """Run worlds ``first`` to ``first + count - 1``; return -1, or the number of a failed world."""
    if JIT_ENABLED and seed >= 2**63:  # the same bits as the compiler's own whole number
        seed -= 2**64
    request = Request(
        initial_memory, params, start, seed, first_world, world_count, months, initialise
    )
    return int(
        driver_module.module.run_worlds(driver_module.code, buffer.world, request, buffer.results())
    )
