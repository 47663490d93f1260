"""The compiled driver: initialises and simulates many worlds on one buffer, called once per chunk.

Its source is generated (:mod:`.driver_codegen`). It calls the initialisation and every rule by the
address of their machine code, so that the driver stays the same while a rule is being edited.
"""

import contextlib
import hashlib
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
from poruka.engine.kernel_cache import (
    MAX_CACHED_VERSIONS,
    CachedKernel,
    current_layout,
    sample_world,
)
from poruka.engine.machine_code import KNOWN_SIGNATURES
from poruka.engine.parameters import as_record, build_parameters, build_start_values
from poruka.engine.rule import Schedule, validate_own_rules
from poruka.engine.state import EVENT_DTYPE, allocate_world, tables
from poruka.engine.step_codegen import rule_kernels, rule_types


class KernelAddresses(NamedTuple):
    """Addresses of the rules in order, and of the initialisation; interpreted, the functions."""

    rules: Any
    start: Any


class ChunkRequest(NamedTuple):
    """A chunk of worlds to be simulated.

    Attributes
    ----------
    initial_memory : array of bytes
        The memory of a world before its initialisation.
    params, start : record of length one
        The parameters of the rules, and the country's start values.
    seed, first_world, world_count : int
        Worlds ``first_world`` to ``first_world + world_count - 1`` of a seed.
    months : int
        The month up to which they are simulated.
    initialise : bool
        Whether they begin at their start; otherwise the one world in the buffer is continued.
    """

    initial_memory: Any
    params: Any
    start: Any
    seed: int
    first_world: int
    world_count: int
    months: int
    initialise: bool


class ChunkResults(NamedTuple):
    """Arrays for a chunk's results, and whether there is room for all series and events."""

    series: Any
    outcomes: Any
    events: Any
    event_counts: Any
    store_series: bool
    store_events: bool


OUTCOME_DTYPE = np.dtype(
    [("world", np.int64), ("apogee", np.float64), ("apogee_month", np.int64)]
    + [(f"{name}_sum", np.float64) for name in INDEX_DESCRIPTIONS]
    + [(f"{name}_end", np.float64) for name in INDEX_DESCRIPTIONS]
    + [(f.name, np.int64 if f.kind == "count" else np.float64) for f in tables()["history"].fields]
    + [
        ("instruments_used", np.int64),
        ("defensive_share", np.float64),
        ("defections", np.int64),
        ("first_defection", np.int64),
        ("defection_waves", np.int64),
        ("largest_wave", np.float64),
    ]
)


@cache
def _initialisation_types() -> tuple[Any, ...]:
    """Return the compiled types of the arguments of a world's initialisation."""
    world, params = rule_types()[:2]
    memory, integer = machine_code.type_of(sample_world().memory), machine_code.type_of(2**31)
    start = record_type(as_record(build_start_values({})))
    types = (world, memory, params, start, integer, integer)
    KNOWN_SIGNATURES.add(types)
    return types


@cache
def _shorten_argument_types() -> list[Any]:
    """Give the types of the driver's arguments short names; return the types, which keep them."""
    numbers = (as_record(build_parameters({}, frozenset())), as_record(build_start_values({})))
    world = sample_world()
    sizes = {table.size: 1 for table in tables().values() if isinstance(table.size, str)}
    buffer = WorldBuffer(sizes, 1, 1, False, False)
    addresses = KernelAddresses(np.zeros(1, dtype=np.int64), 0)
    request = ChunkRequest(world.memory, *numbers, 0, 0, 0, 0, True)
    arguments = (world, addresses, request, buffer.results())
    return [machine_code.short_type(argument) for argument in arguments]


def _driver_key(source: str) -> str:
    """Return the key of a driver: its source, the kernels in it, and the layout of all memory."""
    digest = hashlib.sha256(source.encode())
    for function in (random_streams.month_key, random_streams.rule_stream):
        digest.update(code_key(function).key.encode())
    digest.update(repr(sorted(current_layout().items())).encode())
    for dtype in (OUTCOME_DTYPE, EVENT_DTYPE):
        digest.update(repr(dtype).encode())
    for argument_type in (KernelAddresses, ChunkRequest, ChunkResults):
        digest.update(repr(argument_type._fields).encode())
    return digest.hexdigest()[:16]


_IMPORT_LOCK = threading.Lock()


@cache
def _import_driver(source: str) -> ModuleType:
    """Return the module of a driver; its source is written into the compiler's cache folder."""
    path = _driver_path(source)
    with contextlib.suppress(OSError):  # where nothing can be kept, only errors need the file
        if not path.exists() or path.read_text(encoding="utf-8") != source:
            draft = path.with_suffix(f".{os.getpid()}")
            draft.write_text(source, encoding="utf-8")
            os.replace(draft, path)
            _remove_old_drivers()
    for index_file in _compiled_files(path):
        with contextlib.suppress(OSError):
            os.utime(index_file)  # marks it as used, so that others are removed first
    module = ModuleType(f"poruka_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(source, module.__file__, "exec"), module.__dict__)
    return module


def _remove_old_drivers() -> None:
    """Remove the compiled drivers that have not been used for longest."""
    last_used: dict[str, float] = {}
    for path in CACHE_FOLDER.glob("*/driver_*.nbi"):
        with contextlib.suppress(OSError):
            stem = path.name.partition(".")[0]
            last_used[stem] = max(last_used.get(stem, 0.0), path.stat().st_mtime)
    newest_first = sorted(last_used, key=last_used.__getitem__, reverse=True)
    for stem in newest_first[MAX_CACHED_VERSIONS:]:
        for path in (*CACHE_FOLDER.glob(f"{stem}.py"), *CACHE_FOLDER.glob(f"*/{stem}.*")):
            with contextlib.suppress(OSError):
                path.unlink()


def _driver_path(source: str) -> Path:
    return CACHE_FOLDER / f"driver_{_driver_key(source)}.py"


def _compiled_files(path: Path) -> list[Path]:
    """Return the compiler's index files for a driver, which lie in a folder of their own."""
    return list(CACHE_FOLDER.glob(f"*/{path.stem}.run_worlds*.nbi"))


@dataclass
class Driver:
    """A driver with its rules and its initialisation, compiled when first needed."""

    module: ModuleType
    rules: list[CachedKernel]
    start: CachedKernel
    _addresses: KernelAddresses | None = None

    @property
    def addresses(self) -> KernelAddresses:
        """Addresses of the rules and the initialisation; interpreted, the functions themselves."""
        if self._addresses is None and JIT_ENABLED:
            # The driver may have to be compiled: register its calls and shorten its type names.
            rule_types(), _initialisation_types(), _shorten_argument_types()
            rules = np.array([rule.address() for rule in self.rules], dtype=np.int64)
            self._addresses = KernelAddresses(rules, self.start.address())
        elif self._addresses is None:
            functions = tuple(rule.function for rule in self.rules)
            self._addresses = KernelAddresses(functions, self.start.function)
        return self._addresses

    def is_ready(self) -> bool:
        """Return whether the driver itself need not be compiled."""
        return not JIT_ENABLED or any(_compiled_files(Path(str(self.module.__file__))))


_DRIVERS: dict[tuple[str, ...], Driver] = {}


def kernels(schedule: Schedule) -> list[CachedKernel]:
    """Return the kernels of a schedule: the initialisation and the rules, each compiled alone."""
    return [CachedKernel("start", schedule.start, _initialisation_types), *rule_kernels(schedule)]


def _parts_of_driver(schedule: Schedule) -> tuple[tuple[str, ...], list[CachedKernel]]:
    """Return what identifies a schedule's driver, its source first, and its kernels."""
    parts = kernels(schedule)
    return (driver_source(schedule.rules), *(part.key for part in parts)), parts


def load_driver(schedule: Schedule) -> Driver:
    """Return the driver of a schedule; nothing is compiled before it is used."""
    key, (start, *rules) = _parts_of_driver(schedule)
    if key not in _DRIVERS:
        validate_own_rules(schedule)  # a helper may have changed meanwhile
    with _IMPORT_LOCK:
        if key not in _DRIVERS:
            _DRIVERS[key] = Driver(_import_driver(key[0]), rules, start)
        return _DRIVERS[key]


class WorldBuffer:
    """The memory of one thread that simulates worlds: a world, its events and a chunk's results."""

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
        event_rows = worlds * events_per_world if events else 1
        self.events = np.empty(event_rows, dtype=EVENT_DTYPE).view(np.recarray)
        self.event_counts = np.zeros(worlds, dtype=np.int64)
        self.recorded: tuple[bool, bool] = (series, events)

    def results(self) -> ChunkResults:
        """Return the arrays into which the driver writes its results."""
        arrays = (self.series, self.outcomes, self.events, self.event_counts)
        return ChunkResults(*arrays, *self.recorded)


def is_compiled(schedule: Schedule) -> bool:
    """Return whether a schedule needs no compiling: all of it is in the cache, or in use here."""
    if not JIT_ENABLED:
        return True
    key, parts = _parts_of_driver(schedule)
    # What has run here is in memory, whatever has become of the files.
    if key in _DRIVERS and _DRIVERS[key]._addresses is not None:
        return True
    return any(_compiled_files(_driver_path(key[0]))) and all(part.is_ready() for part in parts)


def run_chunk(
    driver: Driver,
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
    """Simulate worlds ``first_world`` to ``first_world + world_count - 1`` on a buffer.

    Returns
    -------
    int
        -1, the number of the first failed world, or -2 - k where world k of the chunk found no room
        for its events.
    """
    if JIT_ENABLED and seed >= 2**63:  # the same bits as the compiler's signed integer
        seed -= 2**64
    request = ChunkRequest(
        initial_memory, params, start, seed, first_world, world_count, months, initialise
    )
    arguments = driver.addresses, buffer.world, request, buffer.results()
    return int(driver.module.run_worlds(*arguments))
