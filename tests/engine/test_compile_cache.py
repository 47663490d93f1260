"""What is kept of compiled rules, and when a rule has to be compiled again.

1. A rule's key changes with its own code, a helper, a constant or a default it rests on, however
   far away;
   comments and the keys of other rules stay as they are.
2. It changes with the layout of the tables and pages of numbers it names, and with no other.
3. A constant taken from a module, an enumeration, a table of numbers or a captured variable counts
   like any other.
4. What has no lasting name is never kept for another process.
5. Every rule of the package is kept, and each rests on less than everything.
6. An edited rule compiles alone, once; what it raises fails the world it is raised in, also when
   loaded from the cache.
7. What is kept is read by its exact key only, and never when it is damaged; old versions do not
   pile up.
8. The generated month and driver are the ones a reader was shown.
9. What has run in a process needs no file: its folder may be emptied while it goes on.
"""

import enum
import importlib.util
import json
import math
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from package_folder import MODEL
from worlds import kazakhstan

import poruka as pk
from poruka.engine import driver, jit, kernel_cache, machine_code
from poruka.engine.code_keys import code_key
from poruka.engine.driver import kernels
from poruka.engine.driver_codegen import driver_source
from poruka.engine.jit import JIT_ENABLED, kernel
from poruka.engine.kernel_cache import CachedKernel, current_layout, memory_layout, sample_world
from poruka.engine.parameters import as_record, build_parameters, build_start_values
from poruka.rules.schedule import SCHEDULE

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "reference" / "driver_source.txt"

PAGE = """
import math
import page_helpers as far
from page_helpers import deep, Kind
from poruka.engine.jit import kernel

RATE = {rate}
TABLE = {table}


@kernel
def helper(x):
    return deep(x) * {factor}


@kernel
def uses_helper(world, params, stream):
    {comment}
    clan = world.clans[0]
    clan.standing = helper(clan.standing)


@kernel
def uses_rate(world, params, stream, scale={scale}):
    clan = world.clans[0]
    clan.standing = RATE * scale * math.exp(0.0)


@kernel
def uses_module(world, params, stream):
    clan = world.clans[0]
    clan.standing = far.FAR


@kernel
def uses_kind(world, params, stream):
    clan = world.clans[0]
    clan.standing = 1.0 if clan.leader == Kind.FIRST else 0.0


@kernel
def uses_table(world, params, stream):
    oligarch = world.oligarchs[0]
    oligarch.wealth = TABLE[1] * params.press.leaking
"""
FAR = """
import enum
from poruka.engine.jit import kernel

FAR = {far}


class Kind(enum.IntEnum):
    FIRST = {first}


@kernel
def deep(x):
    return x + {deep}
"""
USUAL = {
    "rate": 0.5,
    "table": "(1.0, 2.0)",
    "factor": 1.0,
    "comment": "pass",
    "scale": 1.0,
    "far": 3.0,
    "first": 0,
    "deep": 0.0,
}
RULES = ("uses_helper", "uses_rate", "uses_module", "uses_kind", "uses_table")


def keys(folder: Path, monkeypatch, **changed) -> dict[str, str]:
    """Return the keys of the rules of two pages written with some of their parts changed."""
    folder.mkdir()
    for name, text in (("page_helpers", FAR), ("page_of_rules", PAGE)):
        (folder / f"{name}.py").write_text(text.format(**{**USUAL, **changed}))
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
    return {name: CachedKernel(name, getattr(module, name), tuple).key for name in RULES}


@pytest.mark.parametrize(
    ("changed", "moved"),
    [
        ({}, ()),
        ({"comment": "pass  # a word"}, ()),
        ({"comment": "unused = 1.0"}, ("uses_helper",)),
        ({"factor": 2.0}, ("uses_helper",)),
        ({"deep": 1.0}, ("uses_helper",)),
        ({"rate": 0.6}, ("uses_rate",)),
        ({"rate": 1}, ("uses_rate",)),
        ({"scale": 2.0}, ("uses_rate",)),
        ({"far": 4.0}, ("uses_module",)),
        ({"first": 1}, ("uses_kind",)),
        ({"table": "(1.0, 3.0)"}, ("uses_table",)),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, tuple) else json.dumps(one),
)
def test_a_key_changes_with_what_the_rule_rests_on_and_with_nothing_else(
    tmp_path, monkeypatch, changed, moved
):
    """Propositions 1 and 3."""
    usual, other = (
        keys(tmp_path / "usual", monkeypatch),
        keys(tmp_path / "other", monkeypatch, **changed),
    )
    assert {name for name in RULES if usual[name] != other[name]} == set(moved)


def _wider(dtype: np.dtype, name: str = "one_more") -> np.dtype:
    return np.dtype([(one, dtype[one]) for one in dtype.names] + [(name, np.float64)])


def test_a_key_changes_with_the_layout_of_what_the_rule_names():
    """Proposition 2: by the rules of the package, without compiling."""
    world, params, start = (
        sample_world(),
        as_record(build_parameters({}, frozenset())),
        as_record(build_start_values({})),
    )
    assert memory_layout(world, params=params, start=start) == current_layout()
    field = memory_layout(
        world._replace(outlets=np.zeros(1, dtype=_wider(world.outlets.dtype))),
        params=params,
        start=start,
    )
    assert {"press.report", "start"} <= moved(field) and moved(field) == naming(
        "world", {"outlets"}
    )

    sections = build_parameters({}, frozenset())
    press = namedtuple("Press", [*sections.press._fields, "one_more"])(*sections.press, 0.5)
    number = memory_layout(world, params=as_record(sections._replace(press=press)), start=start)
    assert "press.leak" in moved(number) and not moved(number) & {"camps.clash", "economy.produce"}
    assert moved(number) == naming("params", {"press"})  # no other section moves

    assert moved({**current_layout(), ("world", "clock"): "elsewhere"}) == naming(
        "world", {"clock"}
    )


def moved(memory) -> set[str]:
    """Return the kernels that have another key where memory lies in another way."""
    return {one.id for one in kernels(SCHEDULE) if one.key_for(memory) != one.key}


def naming(what: str, words: set[str]) -> set[str]:
    """Return the kernels that look at an argument and use some of the words."""
    found = {one.id: code_key(one.function) for one in kernels(SCHEDULE)}
    return {
        id for id, one in found.items() if words & one.names and what not in one.unused_arguments
    }


class _Colour(enum.IntEnum):
    RED = 1


def _with(value):
    def function():
        return value

    return function


def test_every_kind_of_constant_counts():
    """Proposition 3: captured variables; equal values give equal keys, unequal ones and other types
    others.
    """
    pairs = [
        (1, 2),
        (1, 1.0),
        (True, 1),
        ("a", "b"),
        ((1, 2), (2, 1)),
        (np.arange(3), np.arange(3) + 1),
        (np.arange(3), np.arange(3.0)),
        (np.float64(1), np.float64(2)),
        (_Colour.RED, 1),
        (_with(1), _with(2)),
        (0.0, -0.0),
        (len, max),
        (np.exp, np.log),
        (np.mean, np.median),
        (math.exp, math.log),
    ]
    for one, other in pairs:
        assert code_key(_with(one)).key == code_key(_with(one)).key != code_key(_with(other)).key, (
            one,
            other,
        )
        assert code_key(_with(one)).portable


def test_what_has_no_lasting_name_is_not_kept():
    """Proposition 4."""
    thing = object()
    assert code_key(_with(thing)).key == code_key(_with(thing)).key != code_key(_with(object())).key
    assert not code_key(_with(thing)).portable and not code_key(_with(os)).portable


def test_the_rules_of_the_package_can_all_be_kept():
    """Proposition 5."""
    found = {one.id: code_key(one.function) for one in kernels(SCHEDULE)}
    assert all(one.portable for one in found.values()) and len(
        {one.key for one in found.values()}
    ) == len(found)
    # The largest rule rests on less than half of the functions of all: an edit leaves the rest.
    sizes = [len(one.compiled_functions) for one in found.values()]
    functions = {str(function) for one in found.values() for function in one.compiled_functions}
    assert max(sizes) < len(functions) / 2 and min(sizes) <= 4


EDITED = """
import json, sys
import numpy as np
import poruka as pk
from poruka.engine import kernel_cache
from poruka.simulation.runner import compile_rules
from poruka.engine.rule import rule

LEVEL = 1.0


def bad(world, params, stream):
    if world.clock[0].month == 2 and world.citizens[0].age > 40.0:
        raise ValueError("cannot be")


def good(world, params, stream):
    society = world.society[0]
    society.blood = LEVEL


def seen(function):
    usual = pk.load("kazakhstan", numbers="declared")
    edit = rule(
        id="own.edited",
        claim="A rule that is being edited.",
        standing="assumption",
        register=False,
    )
    mine = edit(function)
    scenario = usual.with_rules(usual.rules.add(mine, after="citizens.speak"))
    kernel_cache.COMPILED_IDS.clear()
    compile_rules(scenario)
    e = pk.simulate(scenario, worlds=8, seed=1, threads=2, until="1990-06", progress=False)
    number = int(e.outcomes["world"].iloc[0])
    regime = pk.Regime(scenario, seed=1, world=number).run_until("1990-06")
    errors = sorted(set(e.failures["error"]))
    blood = float(regime.world.society[0].blood)
    return [list(kernel_cache.COMPILED_IDS), len(e.failures), errors, blood]


found = [seen(bad), seen(good)]
LEVEL = 0.25
found += [seen(good), seen(bad)]
print(json.dumps(found))
"""


def edited(tmp_path) -> tuple[list, str]:
    """Edit a rule of one's own in a process, and return what was compiled, what failed and what was
    said.
    """
    (tmp_path / "edited.py").write_text(EDITED)
    environment = {**os.environ, "PYTHONPATH": str(MODEL)}
    environment.pop("NUMBA_DISABLE_JIT", None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "edited.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_an_edited_rule_compiles_alone_and_what_it_raises_stays_with_its_world(tmp_path):
    """Proposition 6: a rule that raises, its mended version, the same with another constant; and
    all again in a second process.
    """
    kazakhstan()
    for path in kernels(SCHEDULE)[0].path.parent.glob("own.edited-*"):
        path.unlink()
    first, said = edited(tmp_path)
    assert [part[0] for part in first[:3]] == [["own.edited"]] * 3 and first[3][0] == []
    assert (
        0 < first[0][1] < 8
        and first[0][2] == ["ValueError('cannot be')"]
        and first[3][1:3] == first[0][1:3]
    )
    assert [part[1] for part in first[1:3]] == [0, 0] and [part[3] for part in first[1:3]] != [
        first[0][3]
    ] * 2
    assert "compiling rule 1 of 1: own.edited" in said and "of 69" not in said
    again, said = edited(tmp_path)
    assert [part[0] for part in again] == [[]] * 4 and [part[1:] for part in again] == [
        part[1:] for part in first
    ]
    assert "compiling" not in said


def small_kernel(id: str, number: float) -> CachedKernel:
    """Return a kernel of one number, which compiles quickly, with a key of its own."""

    @kernel
    def add(x):
        return x + number

    return CachedKernel(id, add, lambda: (machine_code.type_of(0.5),))


@pytest.mark.skipif(not JIT_ENABLED, reason="nothing is compiled, and no file is read")
def test_only_a_whole_file_is_read_and_old_versions_go(tmp_path, monkeypatch):
    """Proposition 7."""
    monkeypatch.setattr(jit, "CACHE_FOLDER", tmp_path)
    folder = tmp_path / "kernels"
    other = small_kernel("own.rule_two", 1.5)
    assert other.address() and other.path.is_file()
    for k in range(kernel_cache.MAX_CACHED_VERSIONS + 3):
        path = folder / f"own.rule-{k:024d}.code"
        path.write_bytes(b"an old version")
        os.utime(path, (k, k))
    written = small_kernel("own.rule", 2.5)
    assert not written.is_ready() and written.address() and written.path.is_file()
    assert len(list(folder.glob("own.rule-*.code"))) == kernel_cache.MAX_CACHED_VERSIONS
    assert not (folder / f"own.rule-{3:024d}.code").exists()
    assert other.path.is_file() and not list(folder.glob(".*")), "other rules keep theirs"

    # What one process wrote is ready for another, which has not loaded it: as it is, and no less.
    reader, whole = small_kernel("own.rule", 3.5), written.path.read_bytes()
    assert not reader.is_ready(), "there is no file"
    for content, is_read in ((whole, True), (whole[:-1], False), (whole + b"0", False)):
        reader.path.write_bytes(content)
        assert reader.is_ready() is is_read


@pytest.mark.skipif(not JIT_ENABLED, reason="nothing is compiled, and no file is needed")
def test_what_has_run_is_ready_whatever_becomes_of_the_files(monkeypatch, tmp_path):
    """Proposition 9: a schedule that has not run is not ready without its files."""
    pk.simulate(kazakhstan(), worlds=1, until="1990-04", progress=False)
    for page in (driver, jit):
        monkeypatch.setattr(page, "CACHE_FOLDER", tmp_path)
    assert driver.is_compiled(SCHEDULE)
    assert not driver.is_compiled(SCHEDULE.without_rule(SCHEDULE.rules[-1].id))


def test_the_generated_driver_is_the_one_that_was_read():
    """Proposition 8: renew the reference, after reading the change, with ``poruka rules --source >
    tests/reference/driver_source.txt``.
    """
    source = driver_source(SCHEDULE.rules)
    assert max(map(len, source.splitlines())) <= 100
    assert source == GOLDEN.read_text(), (
        "the generated driver changed: read the difference, then renew the reference as this test"
        " says"
    )
