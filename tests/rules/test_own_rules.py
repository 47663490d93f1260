"""Rules and instruments of one's own, put in place without touching the package.

1. A rule put in another's place acts from where it differs and not before; it disturbs nobody
   else's draws.
2. The same seed gives the same worlds by rules of one's own, on one thread or several.
3. Interpreted, the rival account of succession plays the compiled worlds to the last bit and writes
   only what its source shows.
4. A month is compiled again, and a scenario has another digest, when anything changes that a rule
   of one's own rests on, not only its kernel; no schedule but the package's own has its digest.
5. A rule that hides a write, or asks for what no world has, is refused with what to do instead; so
   is a book of rules that cannot be put in order.
6. An instrument of one's own is used, stands in events and chronicle by its id and label, and is
   refused where a world cannot use it.
7. The rival account plays both countries that have a record, changes how the rich leave, and is
   scored beside the usual one.
8. The guide's examples run as they stand.
9. What the reader of rules does not see is seen at work: before the first world a rule that writes
   what its source does not show is refused, and one that keeps to it is not; it takes seconds.

Speed is measured by the benchmarks, not here.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
from package_folder import MODEL
from worlds import SMALL, kazakhstan, small

import poruka as pk
import rival_succession
from poruka.engine import functions, rule_source
from poruka.engine.jit import JIT_ENABLED, kernel
from poruka.engine.rule import Schedule, rule, validate_rule
from poruka.engine.step_codegen import schedule_key
from poruka.reports.run_page import write_run_page
from poruka.rules.forces import ageing
from poruka.rules.instruments import instruments
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.own_rules import own_code
from poruka.scenario.serialize import list_custom_rules
from poruka.simulation import own_rule_check
from poruka.simulation.runner import compile_if_needed
from poruka.utils.errors import BadInput

ROOT = Path(__file__).parents[2]
TURN = 24  # month from which the rule below differs from the usual one
OLD = {
    "start.president.age": 72.0,
    "start.president.health": 0.6,
    "biology.death": 0.02,
}  # a seat that falls empty soon
MONTHS = 40

_as_usual = ageing.age.run


@rule(
    id="test.age",
    claim="The ruler ages as usual for two years and then stays as he is.",
    standing="assumption",
    mechanism="M10.biology",
    register=False,
)
def stays_young(world, params, stream):
    if world.clock[0].month < TURN:
        _as_usual(world, params, stream)


def ageless():
    """Return the small country in which nobody ages after two years."""
    return small().change(OLD).with_rules(SCHEDULE.replace("biology.age", stays_young))


def digests(scenario, months: int, world: int = 0) -> list[str]:
    """Return the hash of a world's state after every month."""
    regime = pk.Regime(scenario, seed=5, world=world)
    found = []
    for _ in range(months):
        regime.step()
        found.append(regime.state_digest())
    return found


@pytest.mark.slow
def test_a_replaced_rule_acts_from_where_it_differs_and_not_before():
    """Proposition 1: the worlds are one until the month in which the rules part."""
    compile_if_needed(ageless())
    usual, mine = digests(small().change(OLD), TURN + 1), digests(ageless(), TURN + 1)
    assert usual[:TURN] == mine[:TURN] and usual[TURN] != mine[TURN]
    e = pk.simulate(ageless(), worlds=30, seed=5, until="1995-12", progress=False)
    body = e.events[e.events["kind"].isin(["illness", "death"])]
    assert len(body) > 5 and body["month"].max() < TURN and set(body["rule"]) == {"biology.age"}


def test_a_replaced_rule_disturbs_nobody_elses_draws():
    """Proposition 1: body and luck of the first ruler are the same however the rich behave."""
    sickly = small().change({"biology.illness": 0.02})
    usual = pk.simulate(sickly, worlds=60, seed=5, progress=False)
    rival = pk.simulate(
        sickly.with_rules(rival_succession.rules()), worlds=60, seed=5, progress=False
    )
    compared = 0
    for world in range(60):
        ends = [e.outcomes["exit_month"].fillna(e.months)[world] for e in (usual, rival)]
        one, two = (
            [*zip(told["month"], told["value"], strict=True)]
            for told in (
                events[(events["kind"] == "illness") & (events["month"] < min(ends))]
                for events in (usual.events_of(world), rival.events_of(world))
            )
        )
        assert one == two, f"illness strikes elsewhere in world {world}"
        compared += len(one)
    assert compared > 20 and not usual.outcomes.equals(rival.outcomes)


def test_the_same_seed_gives_the_same_worlds():
    """Proposition 2."""
    scenario = small().with_rules(rival_succession.rules())
    one = pk.simulate(scenario, worlds=45, seed=3, threads=1, until="1996-12", progress=False)
    two = pk.simulate(scenario, worlds=45, seed=3, threads=3, until="1996-12", progress=False)
    assert one.outcomes.equals(two.outcomes) and one.events.equals(two.events)
    alone = pk.Regime(scenario, seed=3, world=31).run_until("1996-12")
    assert (alone.series["control"].to_numpy()[0] == one.series["control"].to_numpy()[31]).all()


def test_a_run_on_disk_is_read_whole_with_the_scenario_that_has_the_rules(tmp_path):
    """Proposition 2: the rules are not kept in the run; without them its tables can be asked, with
    them everything, and no other scenario will do.
    """
    mine = kazakhstan().with_rules(rival_succession.rules())
    pk.simulate(mine, worlds=6, seed=3, until="1990-12", out=tmp_path / "run", progress=False)
    alone = pk.open_run(tmp_path / "run")
    assert alone.query("select count(*) as n from outcomes")["n"][0] == 6
    with pytest.raises(BadInput, match="oligarchs.defect.*open_run"):
        _ = alone.scenario
    whole = pk.open_run(tmp_path / "run", mine)
    assert write_run_page(whole, tmp_path / "page").stat().st_size > 20_000
    assert len(whole.score().figures)
    with pytest.raises(BadInput, match="other values or rules"):
        pk.open_run(tmp_path / "run", kazakhstan())


INTERPRETED = """
import json, sys
import rival_succession
from worlds import small
from poruka.engine.driver import load_driver
from poruka.simulation.regime import Regime
from poruka.engine.state import tables

changes, months, hidden, told = json.loads(sys.argv[1]), int(sys.argv[2]), set(), set()
scenario = small().change(changes).with_rules(rival_succession.rules())


def watched(one):
    # Play a rule and note what it changes that its source does not show.
    def run(world, params, stream):
        before = {table: getattr(world, table).copy() for table in tables() if table != "clock"}
        one.function(world, params, stream)
        for table, rows in before.items():
            hidden.update(f"{one.id} {table}.{name}" for name in rows.dtype.names
                          if (rows[name] != getattr(world, table)[name]).any()
                          and f"{table}.{name}" not in one.writes)
    return run


month = load_driver(scenario.rules)
for place, one in enumerate(scenario.rules.rules):
    if not one.function.__module__.startswith("poruka."):
        assert month.rules[place].function is one.function
        month.rules[place].function = watched(one)
for world in map(int, sys.argv[3:]):
    regime = Regime(scenario, seed=5, world=world)
    for _ in range(months):
        regime.step()
        print(regime.state_digest())
    told |= set(regime.events["rule"].astype(str))
print("rules", *sorted(told))
print("hidden", *sorted(hidden))
"""


def test_interpreted_equals_compiled_and_every_write_shows():
    """Proposition 3: two worlds in which the three rival rules have all told something."""
    going = {"succession.leaving": 1.0, "succession.love_of_office": 0.0, "conditions.frail": 1.0}
    changes = {**OLD, **going, "biology.death": 0.005}
    scenario = small().change(changes).with_rules(rival_succession.rules())
    e = pk.simulate(scenario, worlds=60, seed=5, until="1993-06", progress=False)
    told = e.events.groupby("world")["rule"].agg(lambda rules: set(rules.astype(str)))
    wanted = [{"oligarchs.defect", "succession.fill"}, {"succession.hand_over"}]
    worlds = [next(world for world, rules in told.items() if some <= rules) for some in wanted]
    environment = {
        **os.environ,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join(
            str(folder) for folder in (MODEL, ROOT / "tests" / "support", ROOT / "notebooks")
        ),
    }
    done = subprocess.run(
        [sys.executable, "-c", INTERPRETED, json.dumps(changes), str(MONTHS), *map(str, worlds)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *states, rules, hidden = done.stdout.splitlines()
    assert set.union(*wanted) <= set(rules.split()), rules
    assert hidden == "hidden", hidden
    assert states == [state for world in worlds for state in digests(scenario, MONTHS, world)]


PAGE = """
from poruka.engine.jit import kernel
from poruka.engine.rule import rule

RATE = {rate}


@kernel
def held(oligarch):
    return oligarch.grievance * {held}


@rule(id="own.forget", claim="Wrongs are forgotten.", standing="assumption", register=False)
def forget(world, params, stream):
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance = held(oligarch) * (1.0 - RATE)
"""


def page(folder: Path, text: str):
    """Import a file written for the occasion."""
    folder.mkdir()
    (folder / "own_page.py").write_text(text)
    spec = importlib.util.spec_from_file_location("own_page", folder / "own_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_month_is_compiled_again_when_what_a_rule_rests_on_changes(tmp_path):
    """Proposition 4: kernel text is the same in all; the constant or the helper differs."""
    texts = [
        PAGE.format(rate=0.1, held="1.0"),
        PAGE.format(rate=0.2, held="1.0"),
        PAGE.format(rate=0.1, held="0.5"),
        PAGE.format(rate=0.1, held="1.0"),
    ]
    books = [
        SCHEDULE.add(page(tmp_path / str(k), text).forget, after="oligarchs.settle")
        for k, text in enumerate(texts)
    ]
    keys = [schedule_key(book) for book in books]
    assert len(set(keys[:3])) == 3 and keys[3] == keys[0]
    assert len({kazakhstan().with_rules(book).digest for book in books}) == 3


CARRIED = """
import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

import {module} as helpers
from poruka.engine import functions
from poruka.engine.jit import kernel
from poruka.engine.rule import rule
from poruka.rules.forces import ageing


class Kind(IntEnum):
    MILD = 1
    HARSH = {harsh}


class Part(NamedTuple):
    rate: float = {default}
    other: float = 0.5


LONG = ({long} * 2000 + (0.5,),)
SMALLEST = np.array([0.5, {element}], dtype=np.{dtype})
NOTHING = {nothing}
curve = math.{curve}
bounded = functions.{bounded}
AT_DEFINITION = {given}


@kernel
def held(oligarch, rate=AT_DEFINITION):
    return oligarch.grievance * rate


AT_DEFINITION = 0.5


@kernel
def doubled(value):
    return value * 2.0


@kernel
def halved(value):
    return value * 0.5


def labelled(value):
    return value


@kernel
def shifted(value):
    return value + {shift}


shifted{plain}.__module__ = "math"
first, second = {order}


@rule(id="own.forget", claim="Wrongs are forgotten.", standing="assumption", register=False)
def forget(world, params, stream):
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        value = held(oligarch) * Kind.HARSH * Part(0.5, 0.5).rate * LONG[0][-1] * LONG[0][3]
        value = bounded(curve(value) + first(second(value) + 1.0) + shifted(value))
        oligarch.grievance = value + SMALLEST[0] * 0.1 + helpers.numbers.RATE
        if NOTHING:
            oligarch.grievance = value
"""
AS_IT_WAS = {
    "harsh": "2",
    "default": "0.5",
    "long": "(0.5,)",
    "element": "0.25",
    "dtype": "float64",
    "nothing": "0",
    "curve": "sin",
    "bounded": "clip01",
    "given": "0.5",
    "shift": "1.0",
    "order": "doubled, halved",
}
CHANGED = {
    "harsh": "3",
    "default": "0.25",
    "long": "(0.5, 0.5, 0.25, 0.5)",
    "element": "0.5",
    "dtype": "float32",
    "nothing": "False",
    "curve": "cos",
    "bounded": "code_of",
    "given": "0.25",
    "shift": "2.0",
    "order": "halved, doubled",
}


def carried(folder: Path, rate: str = "0.5", **texts):
    """Return a rule that rests on constants of every kind, some of them two modules away."""
    folder.mkdir()
    name = f"helpers_of_{folder.name}"
    for module, text in ((f"{name}_numbers", f"RATE = {rate}\n"), (name, "")):
        (folder / f"{module}.py").write_text(text)
        made = importlib.util.module_from_spec(
            spec := importlib.util.spec_from_file_location(module, folder / f"{module}.py")
        )
        spec.loader.exec_module(made)
        sys.modules[module] = made
    sys.modules[name].numbers = sys.modules[f"{name}_numbers"]
    plain = ".py_func" if JIT_ENABLED else ""
    text = CARRIED.format(module=name, plain=plain, **AS_IT_WAS | texts)
    return page(folder / "page", text).forget


def test_whatever_a_rule_of_ones_own_rests_on_is_in_its_digest(tmp_path):
    """Proposition 4: the text of the kernel is the same in all, and only one value differs."""
    texts = {"as it was": {}} | {key: {key: text} for key, text in CHANGED.items()}
    texts |= {"rate": {"rate": "0.25"}, "again": {}}
    keys: dict[str, list[str]] = {}
    for number, (key, changed) in enumerate(texts.items()):
        mine = carried(tmp_path / f"m{number}", **changed)
        scenario = kazakhstan().with_rules(SCHEDULE.add(mine, after="oligarchs.settle"))
        assert scenario.digest == replace(scenario).digest != kazakhstan().digest
        # The module has another name each time, as a process can hold a name once only.
        text = own_code(scenario.rules)[0].replace(f"helpers_of_m{number}", "helpers")
        keys.setdefault(text, []).append(key)
    assert list(keys.values()) == [["as it was", "again"], *([key] for key in [*texts][1:-1])]


def test_a_constant_that_is_changed_later_changes_the_digest(tmp_path):
    """Proposition 4: in a notebook, after the scenario was made and asked for its digest."""
    mine = page(tmp_path / "page", PAGE.format(rate=0.1, held="1.0"))
    scenario = kazakhstan().with_rules(SCHEDULE.add(mine.forget, after="oligarchs.settle"))
    before = scenario.digest
    mine.RATE = 0.2
    assert scenario.digest != before
    mine.RATE = 0.1
    assert scenario.digest == before


@pytest.mark.parametrize("way", ["default", "replaced", "changed in its place", "beneath"])
def test_what_is_put_in_the_place_of_the_packages_is_in_the_digest(tmp_path, monkeypatch, way):
    """Proposition 4: a function of the package with another default, or under another."""
    text = "from poruka.engine.functions import clip01, relax\n" + PAGE.format(rate=0.1, held="1.0")
    text = text.replace("(1.0 - RATE)", "clip01(1.0 - RATE) * relax(0.0, 1.0, 0.5)")
    mine = page(tmp_path / "page", text)
    scenario = kazakhstan().with_rules(SCHEDULE.add(mine.forget, after="oligarchs.settle"))
    before = scenario.digest
    relax, clip = (getattr(functions, name) for name in ("relax", "clip"))
    plain_relax, plain_clip = (getattr(one, "py_func", one) for one in (relax, clip))
    if way == "default":
        code, names = plain_relax.__code__, functions.__dict__
        monkeypatch.setattr(mine, "relax", FunctionType(code, names, "relax", (0.5,)))
        half = scenario.digest
        monkeypatch.setattr(mine, "relax", FunctionType(code, names, "relax", (0.9,)))
        assert half != scenario.digest
    elif way == "replaced":
        monkeypatch.setattr(functions, "clip", kernel(plain_relax))
    elif way == "changed in its place":
        monkeypatch.setattr(plain_relax, "__defaults__", (0.5,))
    else:
        monkeypatch.setattr(plain_clip, "__code__", plain_relax.__code__)
    assert scenario.digest != before
    monkeypatch.undo()
    assert scenario.digest == before


def _begins_otherwise(world, initial_memory, params, start, seed, world_number):
    pass


def test_no_changed_schedule_has_the_digest_of_the_packages():
    """Proposition 4: a rule of the package in the place of another, without its mechanism, or with
    another kernel; a world that begins otherwise; also when put together by hand.
    """
    usual = kazakhstan()
    first, second = (
        next(one for one in SCHEDULE.rules if one.id == id)
        for id in ("biology.age", "citizens.emigrate")
    )

    def by_hand(one, start=SCHEDULE.start):
        rules = [one if two.id == one.id else two for two in SCHEDULE.rules]
        return Schedule(rules, start)

    assert first.mechanism and usual.with_rules(by_hand(replace(first))).digest == usual.digest
    for changed in (
        SCHEDULE.replace(first.id, second),
        by_hand(replace(second, id=first.id)),
        by_hand(replace(first, mechanism="")),
    ):
        mine = usual.with_rules(changed)
        assert mine.rules.ids == usual.rules.ids and mine.digest != usual.digest
        assert list_custom_rules(mine) == [first.id]
    with pytest.raises(BadInput, match="is not the one whose source is read"):
        usual.with_rules(by_hand(replace(first, run=second.run)))
    assert replace(usual, rules=by_hand(replace(first, run=second.run))).digest != usual.digest
    begun = by_hand(first, kernel(_begins_otherwise))
    with pytest.raises(BadInput, match="_begins_otherwise, which is not how worlds"):
        usual.with_rules(begun)
    assert replace(usual, rules=begun).digest != usual.digest


def test_a_schedule_cannot_say_other_rules_than_it_runs():
    """Proposition 4: neither by a class of its own nor by a list that is changed afterwards."""

    class Other(Schedule):
        ids = SCHEDULE.ids

    with pytest.raises(BadInput, match="is not a schedule"):
        small().with_rules(Other((stays_young,), SCHEDULE.start))
    rules = list(SCHEDULE.rules)
    scenario = small().with_rules(Schedule(rules, SCHEDULE.start))
    rules[0] = stays_young
    assert scenario.rules.rules[0] is SCHEDULE.rules[0]


def _hides(world, params, stream):
    row = world.oligarchs[0]
    row.wealth = 0.0


def _misnames(world, params, stream):
    clan = world.oligarchs[0]
    clan.wealth = 0.0


def _indexes(world, params, stream):
    world.oligarchs.wealth[0] = 0.0


def _misspells(world, params, stream):
    oligarch = world.oligarchs[0]
    oligarch.welth = 0.0


def _invents_a_table(world, params, stream):
    world.oligarch[0].wealth = 0.0


def _invents_a_number(world, params, stream):
    oligarch = world.oligarchs[0]
    oligarch.wealth = params.oligarchs.inertai


def _invents_a_number_of_a_section(world, params, stream):
    p = params.oligarchs
    oligarch = world.oligarchs[0]
    oligarch.wealth = p.inertai


@kernel
def _helper(row):
    row.wealth = 0.0


def _hides_in_a_helper(world, params, stream):
    _helper(world.oligarchs[0])


def _other_arguments(world, stream):
    world.oligarchs[0].wealth = 0.0


@kernel
def _given_a_section(numbers, wealth):
    return numbers.fortune * wealth


def _passes_sections_on(world, params, stream):
    p = params.population
    oligarch = world.oligarchs[0]
    oligarch.wealth = p.fortune_spread * _given_a_section(params.oligarchs, oligarch.wealth)
    oligarch.wealth += _given_a_section(numbers=p, wealth=params.camps.fear)


def test_the_numbers_of_a_rule_are_seen_through_the_names_of_their_sections():
    """Proposition 5, from the other side: by a local name, an argument, or whole."""
    mine = own(source=_passes_sections_on)
    assert set(mine.parameters) == {
        "params.camps.fear",
        "params.oligarchs.fortune",
        "params.population.fortune",
        "params.population.fortune_spread",
    }


@pytest.mark.parametrize(
    ("kernel_of_mine", "words"),
    [
        (_hides, ("line 2 of _hides", "'row'", "call it oligarch")),
        (_misnames, ("call it oligarch",)),
        (_indexes, ("through an index", "take the row first")),
        (_misspells, ("'welth'", "'wealth'")),
        (_invents_a_table, ("table of a world", "'oligarchs'")),
        (_invents_a_number, ("'oligarchs.inertia'",)),
        (_invents_a_number_of_a_section, ("'oligarchs.inertia'",)),
        (_hides_in_a_helper, ("line 2 of _helper", "'row'", "call it oligarch")),
        (_other_arguments, ("(world, params, stream)",)),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_rule_that_hides_a_write_or_asks_for_nothing_is_refused(kernel_of_mine, words):
    """Proposition 5."""
    mine = rule(
        id="own.bad", claim="A rule that should be refused.", standing="assumption", register=False
    )(kernel_of_mine)
    for door in (
        lambda: SCHEDULE.add(mine, after="biology.age"),
        lambda: SCHEDULE.replace("biology.age", mine),
        lambda: validate_rule(mine),
    ):
        with pytest.raises(BadInput) as refused:
            door()
        assert all(word in str(refused.value) for word in ("rule own.bad", *words)), refused.value


def own(id="own.rule", mechanism="", source=stays_young.function):
    """Return a harmless rule with something of its own."""
    return rule(
        id=id, claim="A harmless rule.", standing="assumption", mechanism=mechanism, register=False
    )(source)


def test_books_that_cannot_be_put_in_order_are_refused():
    """Proposition 5: each message says what is known, or what to write."""
    for door, words in (
        (
            lambda: SCHEDULE.replace("oligarchs.defct", stays_young),
            "did you mean 'oligarchs.defect'",
        ),
        (lambda: SCHEDULE.add(stays_young, after="nowhere.at_all"), "unknown rule"),
        (lambda: SCHEDULE.without_rule("oligarchs.defects"), "'oligarchs.defect'"),
        (lambda: SCHEDULE.reorder(SCHEDULE.ids[1:]), "interventions"),
        (lambda: SCHEDULE.add(own(id="biology.age"), after="biology.age"), "already has a rule"),
        (lambda: SCHEDULE.add(own(id="my rule"), after="biology.age"), "topic.verb"),
        (lambda: SCHEDULE.add(own(mechanism="M3.defecton"), after="biology.age"), "'M3.defection'"),
        (lambda: SCHEDULE.replace("biology.age", stays_young.function), "put @rule"),
        (lambda: small().with_rules(stays_young), "give a Schedule"),
        (
            lambda: rule(id="own.rule", claim="It claims too much.", standing="stated"),
            "call it an assumption",
        ),
        (
            lambda: rule(id="own.rule", claim="It stands nowhere.", standing="assumed"),
            "operationalised, assumption",
        ),
    ):
        with pytest.raises(BadInput, match=re.escape(words)):
            door()


def test_a_rule_without_a_readable_source_is_refused():
    """Proposition 5: typed at a bare prompt, nothing can be read off it."""
    space: dict = {}
    exec("def unseen(world, params, stream):\n    world.oligarchs[0].wealth = 0.0\n", space)
    with pytest.raises(BadInput, match="file or in a notebook's cell"):
        SCHEDULE.add(own(source=space["unseen"]), after="biology.age")


def test_an_instrument_of_ones_own_is_used_and_named():
    """Proposition 6: the act the ruler uses most is taken away, and a copy with a name of its own
    is put beside the others.
    """
    usual = pk.simulate(kazakhstan(), worlds=20, seed=4, until="1996-12", progress=False)
    known = {one.id: one for one in instruments()}
    uses = (
        usual.events.loc[usual.events["instrument"] != "", "instrument"].astype(str).value_counts()
    )
    most = next(
        id for id in uses.index if known[id].verb != "modifier"
    )  # a modifier is the manner of another act
    copy = known[most]._replace(id="X01", label="an act of the tests' own")
    mine = kazakhstan().with_instruments(copy).without(most)
    e = pk.simulate(mine, worlds=20, seed=4, until="1996-12", progress=False)
    used = e.events["instrument"].astype(str)
    assert (
        (used == "X01").sum() > 10
        and not (used == most).any()
        and (usual.events["instrument"] != "X01").all()
    )
    world = int(e.events.loc[used == "X01", "world"].iloc[0])
    regime = pk.Regime(mine, seed=4, world=world).run_until("1996-12")
    number = int(np.flatnonzero(regime.events["instrument"].astype(str) == "X01")[0])
    assert "an act of the tests' own (X01)" in str(
        regime.why(number)
    ) and "an act of the tests' own (X01)" in regime.chronicle(max_lines=2000)
    weak = mine.change({"instruments.X01.strength": 0.0})
    assert not pk.simulate(
        weak, worlds=20, seed=4, until="1996-12", progress=False
    ).outcomes.equals(e.outcomes)


GOOD = next(one for one in instruments() if one.id == "I44")._replace(id="X01")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (GOOD._replace(verb="raise_barriers"), "raise_barrier"),
        (GOOD._replace(through="troop"), "troops"),
        (GOOD._replace(needs=("no_such_thing",)), "unknown condition"),
        (GOOD._replace(against={"strete": 0.2}), "street"),
        (GOOD._replace(strength=1.4), "between 0 and 1"),
        (GOOD._replace(cost={"citizen": 0.1}), "cost.citizens"),
        ({"id": "X01"}, "change it with its method _replace"),
    ],
    ids=["verb", "tool", "condition", "sphere", "strength", "cost", "no instrument"],
)
def test_an_instrument_no_world_can_use_is_refused(bad, words):
    """Proposition 6."""
    with pytest.raises(BadInput, match=re.escape(words)):
        small().with_instruments(bad)


def test_numbers_and_names_of_instruments_are_checked():
    """Proposition 6."""
    for door, words in (
        (lambda: small().change({"instruments.I54.strenght": 0.9}), "strength"),
        (lambda: small().change({"instruments.I54.strength": 1.9}), "between 0 and 1"),
        (lambda: small().change({"instruments.I99.strength": 0.9}), "unknown instrument"),
        (lambda: small().without("X01"), "unknown"),
    ):
        with pytest.raises(BadInput, match=words):
            door()
    assert "I54" in small().with_instruments(GOOD).without("I54", "X01").forbidden_instruments


def test_the_rival_account_plays_both_countries():
    """Proposition 7: no world fails, the rich leave otherwise, and every figure has a score by
    both.
    """
    for country in ("kazakhstan", "russia"):
        scenario = pk.load(country, numbers="declared")
        usual, rival = (
            pk.simulate(one, worlds=20, seed=2, progress=False)
            for one in (scenario, scenario.with_rules(rival_succession.rules()))
        )
        assert rival.failures.empty and len(rival.outcomes) == 20
        assert (usual.outcomes["defections"] != rival.outcomes["defections"]).any(), country
        assert rival.score().figures["figure"].tolist() == usual.score().figures["figure"].tolist()


def test_the_comparison_counts_every_figure_once():
    """Proposition 7."""
    figures, outcomes = rival_succession.compare("russia", worlds=20, seed=2)
    assert set(figures["better"]) <= {"usual", "rival", "even"} and len(figures) == len(
        figures["figure"].unique()
    )
    assert (figures[["usual", "rival"]] >= 0.0).all(axis=None) and np.allclose(outcomes.sum(), 1.0)


def test_the_rival_account_is_switched_off_like_the_usual_one():
    """Proposition 7: it carries the mechanisms of the rules it replaces."""
    book = rival_succession.rules()
    usual = {one.id: one for one in SCHEDULE.rules}
    mine = [one for one in book.rules if one is not usual[one.id]]
    assert [one.id for one in mine] == [
        "oligarchs.defect",
        "succession.hand_over",
        "succession.fill",
    ] and book.ids == SCHEDULE.ids
    assert all(
        one.standing == "assumption"
        and one.mechanism == usual[one.id].mechanism
        and one.stream_key == usual[one.id].stream_key
        for one in mine
    )


def test_the_guide_runs_as_it_stands(tmp_path):
    """Proposition 8: its snippets, one after the other, on a small country and for a few months,
    interpreted.
    """
    snippets = re.findall(
        r"```python\n(.*?)```", (ROOT / "notebooks" / "README.md").read_text(), re.S
    )
    text = "\n\n".join(snippets)
    for long, short in (
        ('worlds, until = 100, "1995-12"', 'worlds, until = 2, "1990-07"'),
        (
            's = pk.load("kazakhstan")',
            f's = pk.load("kazakhstan", numbers="declared").change({SMALL!r})',
        ),
    ):
        assert long in text
        text = text.replace(long, short)
    (tmp_path / "guide.py").write_text(text)
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(MODEL)}
    done = subprocess.run(
        [sys.executable, "guide.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "oligarchs.grievance" in done.stdout and "rule " in done.stdout


def _takes_more_than_it_shows(world, params, stream):
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance = 0.25
        oligarch.wealth = 0.5


@pytest.fixture
def short_sighted(monkeypatch):
    """Let the reader of rules overlook that a rule takes fortunes; return the scenario."""
    whole = rule_source.read_usage

    def overlooks(*arguments):
        usage = whole(*arguments)
        return usage._replace(writes=usage.writes - {"oligarchs.wealth"})

    monkeypatch.setattr(rule_source, "read_usage", overlooks)
    monkeypatch.setattr(own_rule_check, "CHECKED_DRIVERS", {})
    # In the place of a rule with the same mechanism, so that the month itself is not compiled.
    mine = own(mechanism="M10.biology", source=_takes_more_than_it_shows)
    return small().with_rules(SCHEDULE.replace("biology.age", mine))


def test_a_write_that_the_reader_overlooks_is_seen_at_work(short_sighted):
    """Proposition 9: by an ensemble and by a single world, each time anew."""
    for door in (
        lambda: pk.simulate(short_sighted, worlds=2, until="1990-04", progress=False),
        lambda: pk.Regime(short_sighted),
        lambda: pk.Regime(short_sighted),
    ):
        with pytest.raises(BadInput) as refused:
            door()
        for words in (
            "rule biology.age: in 1990-03 of world 0 it wrote oligarchs.wealth, which",
            "it may write oligarchs.grievance. Name the row and the field",
        ):
            assert words in str(refused.value)


def _reads_more_than_it_shows(world, params, stream):
    p = params.oligarchs
    for oligarch in world.oligarchs[1:3]:
        oligarch.grievance = p.inertia * oligarch.wealth


@pytest.mark.interpreted
@pytest.mark.parametrize(
    ("kind", "overlooked"),
    [
        ("reads", "oligarchs.wealth"),
        ("parameters", "params.oligarchs.inertia"),
        ("writes", "oligarchs.grievance"),
    ],
)
def test_a_read_that_the_reader_overlooks_is_seen_without_the_compiler(
    kind, overlooked, monkeypatch
):
    """Proposition 9: a field, a number, and a write too; what the reader sees is played."""
    whole = rule_source.read_usage
    monkeypatch.setattr(own_rule_check, "CHECKED_DRIVERS", {})
    mine = own(mechanism="M10.biology", source=_reads_more_than_it_shows)
    scenario = small().with_rules(SCHEDULE.replace("biology.age", mine))
    assert pk.Regime(scenario).month == 0
    monkeypatch.setattr(own_rule_check, "CHECKED_DRIVERS", {})

    def overlooks(*arguments):
        usage = whole(*arguments)
        return usage._replace(**{kind: getattr(usage, kind) - {overlooked}})

    monkeypatch.setattr(rule_source, "read_usage", overlooks)
    did = "wrote" if kind == "writes" else "read"
    with pytest.raises(BadInput, match=f"in 1990-03 of world 0 it {did} {overlooked}, which"):
        pk.Regime(scenario)


def test_a_rule_that_keeps_to_what_it_shows_is_played(monkeypatch):
    """Proposition 9: each rule is watched in its place, and is not taken for another one."""
    monkeypatch.setattr(own_rule_check, "CHECKED_DRIVERS", {})
    watched = []
    compare = own_rule_check.refuse_undeclared_writes
    monkeypatch.setattr(
        own_rule_check,
        "refuse_undeclared_writes",
        lambda *given: watched.append(given[0]) or compare(*given),
    )
    mine = own(mechanism="M10.biology", source=_takes_more_than_it_shows)
    scenario = small().with_rules(SCHEDULE.replace("biology.age", mine))
    assert pk.Regime(scenario).run_until("1990-03").world.oligarchs[0].wealth > 0.0
    assert set(watched) == {"biology.age"}
    before = len(watched)
    pk.Regime(scenario)
    assert len(watched) == before  # once in a process
    pk.Regime(small())
    assert len(watched) == before


@kernel
def _keeps(oligarch):
    oligarch.wealth *= 1.0


@kernel
def _deceives(oligarch):
    oligarch.grievance = 0.9


def _does_as_its_helper(world, params, stream):
    for oligarch in world.oligarchs:
        _keeps(oligarch)


def test_a_world_does_not_go_on_with_a_helper_that_was_written_anew(monkeypatch):
    """Proposition 10: there it would act at once; once it is put back, the world goes on."""
    mine = own(mechanism="M10.biology", source=_does_as_its_helper)
    regime = pk.Regime(small().with_rules(SCHEDULE.replace("biology.age", mine)))
    monkeypatch.setattr(own_rule_check, "JIT_ENABLED", False)
    with monkeypatch.context() as rebound:
        rebound.setitem(globals(), "_keeps", _deceives)
        with pytest.raises(BadInput, match="was changed since the world began"):
            regime.step()
    assert regime.month == 0
    regime.step()
    assert regime.month == 1
