"""Plays worlds in C and in numba: first to compare them to the bit, then to time them."""

import ctypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import build, model, numba_month
from .layout import world_pointer
from .source import Frame, Step, month_in_c

LONG = np.iinfo(np.int64).max


class Tools(NamedTuple):
    """The compiled C: the month of a country and, from a library of its own, clock and yardstick.

    Attributes
    ----------
    month, yard : ctypes.CDLL
        The two libraries.
    clock : int
        The address of the clock.
    compiler : str
        The compiler and the flags of the month.
    """

    month: ctypes.CDLL
    yard: ctypes.CDLL
    clock: int
    compiler: str


class Times(NamedTuple):
    """What a run measured, in nanoseconds: each rule's mean over worlds and months, by id."""

    numba: dict[str, float]
    c: dict[str, float]
    yardstick: float
    clock: tuple[float, float]  # what reading the clock costs in numba and in C; taken off


def tools(one: model.Country) -> Tools:
    """Translate and compile the month of a country; needs a C compiler."""
    command = build.compiler()
    steps = [Step(rule.source, rule.constant, model.switch_of(rule)) for rule in one.book.rules]
    frame = Frame(model.make_world, model.month_key, model.rule_stream)
    records = {"params": one.params, "start": one.start}
    text = month_in_c(steps, frame, one.new_world(), records)
    month = build.library(text, build.MONTH_FLAGS, model.CACHE)
    work = Path(__file__).with_name("yardstick.c").read_text()
    yard = build.library(work, build.YARDSTICK_FLAGS, model.CACHE)
    yard.poruka_bench_ticks.restype = ctypes.c_int64
    yard.poruka_bench_yardstick.restype = ctypes.c_int64
    clock = ctypes.cast(yard.poruka_bench_ticks, ctypes.c_void_p).value
    assert clock is not None
    named = f"{build.version(command)} {' '.join(build.MONTH_FLAGS)}"
    return Tools(month, yard, clock, named)


def _addresses(*arrays: np.ndarray) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(one.ctypes.data) for one in arrays]


def _numbers(*values: int) -> list[ctypes.c_int64]:
    return [ctypes.c_int64(value) for value in values]


def differences(one: Any, other: Any) -> list[str]:
    """Return the tables in which two worlds differ by a bit, with what they told and why."""
    told, reasons = int(one.clock[0].told), int(one.clock[0].reasons)
    counts = {"events": told, "reasons": min(reasons, len(one.reasons))}
    return [
        name
        for name in one._fields
        if getattr(one, name)[: counts.get(name)].tobytes()
        != getattr(other, name)[: counts.get(name)].tobytes()
    ]


def check_bits(c: Tools, countries: tuple[str, ...], worlds: int, seed: int) -> list[str]:
    """Play worlds of some countries in C and by the model's driver; return what differs."""
    found = []
    for name in countries:
        one = model.country(name)
        world = one.new_world()
        pointer = world_pointer(world)
        places = _addresses(pointer, one.template, one.params, one.start)
        for number in range(worlds):
            theirs = model.play_as_the_model_does(one, seed, number)
            c.month.play_worlds(*places, *_numbers(seed, number, 1, one.months))
            found += [
                f"{name}, seed {seed}, world {number}: {table}"
                for table in differences(theirs, world)
            ]
    return found


def _nanoseconds_per_tick(clock: Callable[[], int]) -> float:
    began, first = time.perf_counter_ns(), clock()
    time.sleep(0.2)
    ended, last = time.perf_counter_ns(), clock()
    return (ended - began) / (last - first)


def measure(
    c: Tools, one: model.Country, worlds: int, rounds: int, seed: int, tell: Callable[[str], None]
) -> Times:
    """Time every rule in the playing month, numba and C by turns on the same memory.

    Each cell (world, month, rule) keeps its least time over the rounds.
    """
    tell("compiling the timed month of numba, unless it is in the cache")
    timed = numba_month.load(one.book, c.clock)
    world = one.new_world()
    pointer = world_pointer(world)
    places = _addresses(pointer, one.template, one.params, one.start)
    numba_cells, c_cells = (
        np.full((worlds, one.months, len(one.book.rules) + 1), LONG) for _ in range(2)
    )
    yardstick = LONG
    for done in range(rounds):
        timed.time_worlds(
            world, one.template, one.params, one.start, seed, 0, worlds, one.months, numba_cells
        )
        ours = world.memory.copy()
        c.month.time_worlds(
            *places, *_numbers(seed, 0, worlds, one.months), ctypes.c_void_p(c.clock),
            *_addresses(c_cells),
        )  # fmt: skip
        if not np.array_equal(ours, world.memory):
            raise RuntimeError(f"the timed months differ after round {done}")
        yardstick = min(yardstick, int(c.yard.poruka_bench_yardstick(ctypes.c_int64(20))))
        tell(f"round {done + 1} of {rounds}")
    scale = _nanoseconds_per_tick(c.yard.poruka_bench_ticks)
    ids = one.book.ids
    numba_clock, c_clock = (float(cells[:, :, -1].mean()) for cells in (numba_cells, c_cells))
    means = [
        np.maximum(cells[:, :, :-1].mean(axis=(0, 1)) - clock, 0.0) * scale
        for cells, clock in ((numba_cells, numba_clock), (c_cells, c_clock))
    ]
    by_id = [dict(zip(ids, mean.tolist(), strict=True)) for mean in means]
    clocks = (numba_clock * scale, c_clock * scale)
    return Times(by_id[0], by_id[1], yardstick * scale, clocks)
