"""Draws of a rule are kept apart: no two of them take one number of the random stream.

1. No two draws that a rule can make, itself or by the kernels to which it hands its stream, take
   the same address, over the declared ranges of the numbers and the sizes of the tables.
2. Every draw has a name: a constant ``DRAW_…`` at the top of its page, never a bare number.
3. Where a draw takes a range of addresses, its bound is seen in the source, or it keeps to the room
   that its page gives it.
4. Every draw of the rules is looked at.
5. The check sees draws that meet, bare numbers and missing bounds where they are planted.
"""

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest
from draw_addresses import DRAWS, Walk, walk_rule
from draw_values import Sources, called_name, calls_in

from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import tables
from poruka.rules.actors.instrument_effects import apply_verb

RULES = Path(__file__).parents[2] / "model" / "poruka" / "rules"
TEXTS = {
    ".".join(path.relative_to(RULES).with_suffix("").parts): path.read_text()
    for path in sorted(RULES.rglob("*.py"))
} | {
    f"poruka.rivals.{path.stem}": path.read_text()
    for path in sorted((RULES.parent / "rivals").glob("*.py"))
}


def generated_source(kernel: Any) -> str:
    """Return the source of a kernel that is generated from a table, with what it calls imported."""
    scope = getattr(kernel, "py_func", kernel).__globals__
    called = [function for function in scope.values() if callable(function)]
    imports = [f"from {function.__module__} import {function.__name__}" for function in called]
    return "\n".join(["", *imports, inspect.getsource(kernel)])


TEXTS["actors.instrument_effects"] += generated_source(apply_verb)
RANGES = {key: (one.low, one.high) for key, one in parameters().items()}
ROWS = {
    table.name: int(
        table.size if isinstance(table.size, int) else start_values()[f"scale.{table.size}"].high
    )
    for table in tables().values()
    if isinstance(table.size, int) or f"scale.{table.size}" in start_values()
}
NOT_DONE: frozenset[str] = frozenset()
"""Modules whose draws have no names yet; to be shortened, never lengthened."""


def walk_all(texts: dict[str, str]) -> dict[str, Walk]:
    """Return the walks through all rules of some sources, by id."""
    sources = Sources(texts, RANGES, ROWS)
    return {id: walk_rule(sources, *found) for id, found in sources.rules().items()}


WALKS = walk_all(TEXTS)


def faults(walks: dict[str, Walk]) -> list[str]:
    """Return what is wrong with the draws of some rules."""
    return [
        f"{id}: {fault}"
        for id, walk in walks.items()
        for fault in (*walk.overlaps(), *sorted(walk.bare), *sorted(walk.unbounded))
    ]


def is_done(fault: str) -> bool:
    """Return whether a fault stands in a module whose draws are to have names by now."""
    return fault.split(",")[0] not in NOT_DONE


@pytest.mark.parametrize("id", WALKS)
def test_no_two_draws_of_a_rule_meet(id):
    """Proposition 1."""
    assert not WALKS[id].overlaps()


@pytest.mark.parametrize("id", WALKS)
def test_every_draw_has_a_name(id):
    """Proposition 2."""
    assert not sorted(filter(is_done, WALKS[id].bare))


@pytest.mark.parametrize("id", WALKS)
def test_a_range_of_addresses_is_bounded(id):
    """Proposition 3."""
    assert not sorted(filter(is_done, WALKS[id].unbounded))


def test_modules_that_are_done_leave_the_list():
    """Proposition 2: a module whose draws have names is kept to them."""
    bare = {fault.split(",")[0] for walk in WALKS.values() for fault in walk.bare}
    assert not NOT_DONE - bare


def test_every_draw_of_the_rules_is_looked_at():
    """Proposition 4: a draw in a kernel that no rule calls would escape the others."""
    standing = {
        (name, call.lineno)
        for name, text in TEXTS.items()
        for call in calls_in(ast.parse(text))
        if called_name(call) in DRAWS
    }
    assert len(standing) > 80 and len(WALKS) > 60
    assert standing == {call for walk in WALKS.values() for call in walk.calls}


HEAD = """
from poruka.engine.random_streams import draw_of_round, normal, uniform
DRAW_A = 20
DRAW_B = 30
"""
RULE = '@rule(id="a.b")\ndef f(world, params, stream):\n    p = params.crisis\n'
ROUNDS = "    for step in range(int(p.rounds)):\n        "
B = "\n    uniform(stream, DRAW_B, 0)"
PLANTED = {
    "two names of one address": "    uniform(stream, DRAW_A, 0)\n    normal(stream, DRAW_A, 0)",
    "rounds that reach another draw": f"{ROUNDS}normal(stream, DRAW_A + step, 0){B}",
    "rounds by another name": f"    n = int(p.rounds)\n    for i in range(n):\n"
    f"        k = DRAW_A + i\n        normal(stream, k, 0){B}",
    "rounds handed to a kernel": f"{ROUNDS}g(world, stream, DRAW_A + step){B}",
    "rounds handed on by name": f"{ROUNDS}g(world, stream=stream, draw=DRAW_A + step){B}",
    "a kernel of another page": f"{ROUNDS}normal(stream, DRAW_A + step, 0)\n    h(stream)",
    "rows of a table": f"    for k in range(len(world.clans) + 1):\n"
    f"        normal(stream, DRAW_A + k, 0){B}",
    "rooms that meet in late rounds": f"{ROUNDS}normal(stream, draw_of_round(DRAW_C, DRAW_C_ROOM,"
    " step), 0)\n        normal(stream, draw_of_round(DRAW_D, DRAW_D_ROOM, step), 0)",
    "a bare number": "    uniform(stream, 40, 0)",
    "a bare number beside a name": "    uniform(stream, DRAW_A + 2, 0)",
    "a bare number handed to a kernel": "    g(world, stream, 40)",
    "an address without a bound": "    uniform(stream, DRAW_A + int(world.clans[0].posts), 0)",
    "rounds beyond the room": f"{ROUNDS}normal(stream, DRAW_C + step, 0)",
}
APART = {
    "late rounds with addresses of their own": f"{ROUNDS}"
    f"normal(stream, draw_of_round(DRAW_C, DRAW_C_ROOM, step), 0){B}",
    "a draw used twice": "    uniform(stream, DRAW_A, 0)\n    uniform(stream, DRAW_A, 1)",
    "a room instead of a bound": "    uniform(stream, DRAW_C + int(world.clans[0].posts), 0)",
    "other streams": f"{ROUNDS}normal(stream, DRAW_A + step, 0)",
    "few rows": f"    for k in range(len(world.courts)):\n        normal(stream, DRAW_A + k, 0){B}",
}


def planted(body: str) -> list[str]:
    """Return what the check finds in a made-up page with a rule of the given body."""
    page = (
        "from poruka.rules.other import h\n"
        + HEAD
        + "DRAW_C = 50\nDRAW_C_ROOM = 10\nDRAW_D = 51\nDRAW_D_ROOM = 9\n"
        "def g(world, stream, draw):\n    return uniform(stream, draw, 0)\n" + RULE + body
    )
    other = HEAD + "def h(stream):\n    return uniform(stream, DRAW_B, 0)\n"
    return faults(walk_all({"page": page, "other": other}))


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_fault_is_seen(case):
    """Proposition 5."""
    assert len(planted(PLANTED[case])) == 1


@pytest.mark.parametrize("case", APART)
def test_draws_kept_apart_are_left_alone(case):
    """Proposition 5, from the other side."""
    assert not planted(APART[case])


def test_the_rounds_of_a_crisis_would_meet_without_addresses_of_their_own():
    """Proposition 5, on the rules themselves: twelve rounds are more than their room of ten."""
    late = {
        "forces.crisis_round": ("draw_of_round(DRAW_NERVE, DRAW_NERVE_ROOM, step)", "DRAW_NERVE"),
        "forces.crisis": ("draw_of_round(DRAW_TURNOUT, DRAW_TURNOUT_ROOM, step)", "DRAW_TURNOUT"),
    }
    for name, (call, draw) in late.items():
        assert call in TEXTS[name]
        texts = TEXTS | {name: TEXTS[name].replace(call, f"{draw} + step")}
        found = walk_all(texts)["crisis.play"].overlaps()
        assert found and all(draw in fault for fault in found)
