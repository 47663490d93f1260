"""Runs worlds in C and in numba: first to compare them to the bit, then to time them."""

import ctypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import build, model, numba_month
from .layout import world_pointer
from .source import SetupKernels, Step, month_in_c

MAX_INT64 = np.iinfo(np.int64).max
YARDSTICK_PASSES = 20


class CLibraries(NamedTuple):
    """The compiled C: the month of a country and, from a library of its own, clock and yardstick.

    Attributes
    ----------
    month, yardstick : ctypes.CDLL
        The two libraries.
    clock_address : int
        The address of the clock.
    compiler : str
        The compiler and the flags of the month.
    """

    month: ctypes.CDLL
    yardstick: ctypes.CDLL
    clock_address: int
    compiler: str


class Times(NamedTuple):
    """What was measured, in nanoseconds: each rule's mean over worlds and months, by id."""

    numba: dict[str, float]
    c: dict[str, float]
    yardstick: float
    clock: tuple[float, float]  # what reading the clock costs in numba and in C; taken off


def build_c_libraries(country: model.Country) -> CLibraries:
    """Translate and compile the month of a country; needs a C compiler."""
    command = build.find_compiler()
    schedule = country.schedule
    steps = [Step(rule.function, rule.stream_key, model.switch_of(rule)) for rule in schedule.rules]
    setup = SetupKernels(schedule.start, model.month_key, model.rule_stream)
    records = {"params": country.params, "start": country.start}
    source = month_in_c(steps, setup, country.new_world(), records)
    month = build.load_library(source, build.MONTH_FLAGS, model.CACHE_FOLDER)
    source = Path(__file__).with_name("yardstick.c").read_text()
    yardstick = build.load_library(source, build.YARDSTICK_FLAGS, model.CACHE_FOLDER)
    yardstick.poruka_bench_ticks.restype = ctypes.c_int64
    yardstick.poruka_bench_yardstick.restype = ctypes.c_int64
    clock_address = ctypes.cast(yardstick.poruka_bench_ticks, ctypes.c_void_p).value
    assert clock_address is not None
    compiler = f"{build.compiler_version(command)} {' '.join(build.MONTH_FLAGS)}"
    return CLibraries(month, yardstick, clock_address, compiler)


def _addresses(*arrays: np.ndarray) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(array.ctypes.data) for array in arrays]


def _int64s(*values: int) -> list[ctypes.c_int64]:
    return [ctypes.c_int64(value) for value in values]


def differing_tables(left: Any, right: Any) -> list[str]:
    """Return the tables in which two worlds differ by a bit, with their events and reasons."""
    clock = left.clock[0]
    used_rows = {"events": int(clock.told), "reasons": min(int(clock.reasons), len(left.reasons))}
    return [
        name
        for name in left._fields
        if getattr(left, name)[: used_rows.get(name)].tobytes()
        != getattr(right, name)[: used_rows.get(name)].tobytes()
    ]


def find_differences(
    c: CLibraries, countries: tuple[str, ...], world_count: int, seed: int
) -> list[str]:
    """Run worlds of some countries in C and by the model's driver; return what differs."""
    differences = []
    for name in countries:
        country = model.load_country(name)
        c_world = country.new_world()
        pointer = world_pointer(c_world)
        arguments = _addresses(pointer, country.initial_memory, country.params, country.start)
        for world_number in range(world_count):
            numba_world = model.run_with_model_driver(country, seed, world_number)
            c.month.run_worlds(*arguments, *_int64s(seed, world_number, 1, country.months))
            differences += [
                f"{name}, seed {seed}, world {world_number}: {table}"
                for table in differing_tables(numba_world, c_world)
            ]
    return differences


def _nanoseconds_per_tick(clock: Callable[[], int]) -> float:
    start_time, first_tick = time.perf_counter_ns(), clock()
    time.sleep(0.2)
    end_time, last_tick = time.perf_counter_ns(), clock()
    return (end_time - start_time) / (last_tick - first_tick)


def measure(
    c: CLibraries,
    country: model.Country,
    world_count: int,
    rounds: int,
    seed: int,
    progress: Callable[[str], None],
) -> Times:
    """Time every rule in the running month, numba and C by turns on the same memory.

    Each cell (world, month, rule) keeps its least time over the rounds.
    """
    progress("compiling the timed month of numba, unless it is in the cache")
    machine_code = model.load_machine_code(country.schedule)
    timed_month = numba_month.load_timed_month(country.schedule, c.clock_address)
    world = country.new_world()
    pointer = world_pointer(world)
    arguments = _addresses(pointer, country.initial_memory, country.params, country.start)
    clock_argument = ctypes.c_void_p(c.clock_address)
    shape = (world_count, country.months, len(country.schedule.rules) + 1)
    numba_cells, c_cells = np.full(shape, MAX_INT64), np.full(shape, MAX_INT64)
    yardstick = MAX_INT64
    for round_number in range(1, rounds + 1):
        timed_month.time_worlds(
            machine_code,
            world,
            country.initial_memory,
            country.params,
            country.start,
            seed,
            0,
            world_count,
            country.months,
            numba_cells,
        )
        numba_memory = world.memory.copy()
        numbers = _int64s(seed, 0, world_count, country.months)
        c.month.time_worlds(*arguments, *numbers, clock_argument, *_addresses(c_cells))
        if not np.array_equal(numba_memory, world.memory):
            raise RuntimeError(f"the timed months differ after round {round_number}")
        passes = ctypes.c_int64(YARDSTICK_PASSES)
        yardstick = min(yardstick, int(c.yardstick.poruka_bench_yardstick(passes)))
        progress(f"round {round_number} of {rounds}")
    scale = _nanoseconds_per_tick(c.yardstick.poruka_bench_ticks)
    ids = country.schedule.ids
    numba_times, numba_clock = _rule_means(numba_cells, ids, scale)
    c_times, c_clock = _rule_means(c_cells, ids, scale)
    return Times(numba_times, c_times, yardstick * scale, (numba_clock, c_clock))


def _rule_means(
    cells: np.ndarray, ids: tuple[str, ...], scale: float
) -> tuple[dict[str, float], float]:
    """Return the mean nanoseconds of each rule without the clock, and those of the clock."""
    clock = float(cells[:, :, -1].mean())
    means = np.maximum(cells[:, :, :-1].mean(axis=(0, 1)) - clock, 0.0) * scale
    return dict(zip(ids, means.tolist(), strict=True)), clock * scale
