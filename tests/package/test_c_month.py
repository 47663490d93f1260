"""The translator of `make bench` keeps the bits, and its guards break when they should.

1. A kernel becomes C that keeps the order of every sum; names cannot meet words of C.
2. What the C computes is what the kernel computes, to the bit.
3. What the translator does not know is refused by function and line, never guessed.
4. A ratio up to 20 % above the committed one passes and one beyond it fails; so does a hot rule
   without a ratio, and a month that costs more than 1.5 of the first.
5. Renewing the ratios leaves the first month where it is.
"""

import ctypes
from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from c_month.build import MONTH_FLAGS, NoCompiler, find_compiler, load_library
from c_month.guards import check_guards, renew_ratios
from c_month.kinds import FLOAT64, INT64, Record, Row, Untranslatable, World
from c_month.layout import Layout, world_pointer
from c_month.source import Program

LIMITS = np.array([0.25, 0.5, 0.75])
FARMER = np.dtype([("double", "f8"), ("rich", "?"), ("age", "i8")], align=True)
Village = namedtuple("Village", ["farmers", "memory"])


def clamp(x, low, high):
    """A kernel that a kernel calls."""
    if x < low:
        return low
    return high if x > high else x


def harvest(world, params, seed):
    """Use what the rules use: tables, pages, tuples, loops, whole numbers and early ends."""
    first, second, total = 1, 0, 0.0
    weights = (0.1, 0.2, 0.7)
    for i in range(len(world.farmers)):
        farmer = world.farmers[i]
        if farmer.age < 0:
            continue
        first, second = second, first
        farmer.double += 0.1 + params.soil.rain + 0.3 * clamp(farmer.double, -1.0, 1.0)
        farmer.rich = farmer.double > LIMITS[i % 3] or (not farmer.rich and first == 1)
        farmer.age = (seed - i) // 3 + (second if farmer.rich else -second)
        total += weights[(seed * i) % 3] * max(0, farmer.double) / (1 + abs(farmer.age))
    return total, first


def village() -> tuple[Any, np.ndarray]:
    memory = np.zeros(7 * FARMER.itemsize, dtype=np.uint8)
    farmers = memory.view(FARMER).view(np.recarray)
    farmers["double"] = np.linspace(-1.3, 1.1, 7)
    farmers["age"] = [20, 30, -1, 40, 50, 60, 70]
    params = np.array([((0.7,),)], dtype=[("soil", [("rain", "f8")])]).view(np.recarray)
    return Village(farmers, memory), params


def translated() -> tuple[str, str]:
    world, params = village()
    program = Program(Layout(world, {"params": params}))
    name, _ = program.call(harvest, (World(), Record("params"), INT64))
    return program.text(), name


def test_sums_keep_their_order_and_names_end_in_an_underscore() -> None:
    text, _ = translated()
    assert "farmer_->double_ = (farmer_->double_ + ((0.1 + (&params_->soil_)->rain_)" in text
    assert "floor_div((seed_ - i_), 3LL)" in text


def test_c_computes_what_the_kernel_computes_to_the_bit(tmp_path) -> None:
    text, name = translated()
    assert text.count("{") == text.count("}")
    try:
        find_compiler()
    except NoCompiler as error:  # then there is nothing to run, and the benchmark says so
        assert "install" in str(error)
        return
    text += f"""double run(struct world *world, const struct record_params *params, int64_t seed)
    {{ struct values_di pair = {name}(world, params, seed); return pair.part0 + pair.part1; }}"""
    library = load_library(text, MONTH_FLAGS, tmp_path)
    library.run.restype = ctypes.c_double
    for seed in (-5, 0, 11):
        (python_world, params), (c_world, _) = village(), village()
        pointer = world_pointer(c_world)
        total, first = harvest(python_world, params[0], seed)
        addresses = [ctypes.c_void_p(array.ctypes.data) for array in (pointer, params)]
        assert library.run(*addresses, ctypes.c_int64(seed)) == total + first
        assert python_world.memory.tobytes() == c_world.memory.tobytes()


def powers(x):
    return x**2.5


def unknown_field(farmer):
    return farmer.wealth


@pytest.mark.parametrize(
    "kernel, kind, message",
    [(powers, FLOAT64, "x ** 2.5"), (unknown_field, Row("farmers"), "wealth")],
)
def test_what_is_not_known_is_refused_by_name(kernel, kind, message) -> None:
    world, params = village()
    with pytest.raises(Untranslatable, match=kernel.__name__) as refusal:
        Program(Layout(world, {"params": params})).call(kernel, (kind,))
    assert message in str(refusal.value)


C = {"a.hot": 1000.0, "b.warm": 400.0}
COMMITTED = renew_ratios({}, {"a.hot": 1100.0, "b.warm": 400.0}, C, 500.0, "cc", True)


def test_a_run_like_the_committed_one_passes() -> None:
    assert COMMITTED["first_month_in_yardsticks"] == 3.0
    report = check_guards({"a.hot": 1250.0, "b.warm": 440.0}, C, 500.0, COMMITTED)
    assert not report.broken
    assert report.first_months == pytest.approx(1690 / 1500)


@pytest.mark.parametrize(
    "numba, c, yardstick, broken",
    [
        ({"a.hot": 1340.0, "b.warm": 400.0}, C, 500.0, ["a.hot"]),
        ({"a.hot": 1100.0, "b.warm": 500.0}, C, 500.0, ["b.warm"]),
        ({"a.hot": 1400.0, "b.warm": 500.0}, C, 500.0, ["month", "a.hot", "b.warm"]),
        ({"a.hot": 1100.0, "b.new": 400.0}, {"a.hot": 1000.0, "b.new": 400.0}, 500.0, ["b.new"]),
        ({"a.hot": 1100.0, "b.warm": 400.0}, C, 330.0, ["a month costs"]),
    ],
)
def test_a_guard_breaks_where_it_should(numba, c, yardstick, broken) -> None:
    messages = check_guards(numba, c, yardstick, COMMITTED).broken
    assert len(messages) == len(broken)
    for message, start in zip(messages, broken, strict=True):
        assert message.startswith(start)


def test_renewing_the_ratios_keeps_the_first_month() -> None:
    slower = {"a.hot": 1300.0, "b.warm": 500.0}
    renewed = renew_ratios(COMMITTED, slower, C, 500.0, "cc", False)
    assert renewed["ratios"]["a.hot"] == 1.3
    assert renewed["first_month_in_yardsticks"] == 3.0
    assert renew_ratios(COMMITTED, slower, C, 500.0, "cc", True)["first_month_in_yardsticks"] == 3.6
