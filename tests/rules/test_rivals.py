"""Rival accounts under the same runner: four theories, each moved by its own cause and by no other.

1. Each rival plays both countries that have a record without a failure, interpreted as compiled to
   the last bit, and with its numbers drawn; every figure that the main rules are scored on has a
   score; what holds of every world holds of theirs, wherever the numbers are drawn.
2. A rival keeps of the main rules what no theory of politics explains, and decides the rest itself.
3. It has few numbers, all read by its own rules and each at the middle of its range; the main rules
   read none of them.
4. Proximity voting: a candidate who stands nearer to voters has more of them; the ruler falls to a
   nearer one if the count is honest and not if it is padded.
5. The age clock: the elite of an older ruler breaks earlier, and that of an unloved one.
6. Resource rents: a boom delays breaks and a slump hastens them; bought opponents come back.
7. Diffusion: without examples abroad nothing happens; with them rulers fall and copy.
8. Each is deaf to the causes of the others: first breaks stay within three months and rulers who
   stay within five in a hundred, where its own cause moves one of them by more.
9. A stored run, made by other processes, opens again under its rules; the command line names them.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from package_folder import MODEL
from test_invariants import check, random_point
from worlds import play, small

import poruka as pk
from poruka.engine.declarations import NONE_DETECTED, rival_sections
from poruka.engine.parameters import parameters
from poruka.rivals import RIVALS, rival_scenarios, rules_called
from poruka.rules.schedule import SCHEDULE
from poruka.utils.errors import BadInput

ROOT = Path(__file__).parents[2]
WORLDS, SEED = 40, 6
MOST_NUMBERS = 6
MONTH_MARGIN, SHARE_MARGIN = 3.0, 0.05
KEPT = {
    *("interventions.strike", "abroad.strike", "abroad.fade", "institutions.stand"),
    *("elections.calendar", "economy.reform", "economy.produce", "economy.hurt", "economy.upset"),
    *("biology.age", "measures.control", "measures.indices"),
}
SHARED = {"office.open", "office.close"}

# A country in which nobody dies, so that age works through expectations alone.
ALIVE = pk.load("kazakhstan", numbers="declared").without("M10.biology")


def of_rival(name, scenario):
    """Return a scenario under the rules of one rival."""
    return rival_scenarios(scenario)[name]


def played(name, scenario, worlds=WORLDS):
    """Return worlds of a scenario under the rules of one rival."""
    return pk.simulate(of_rival(name, scenario), worlds=worlds, seed=SEED, progress=False)


def first_break(ensemble):
    """Return the mean month of the first break, the end of the run where there is none."""
    return float(ensemble.outcomes["first_defection"].fillna(ensemble.months).mean())


def staying(ensemble):
    """Return the share of worlds in which the first ruler stays."""
    return float((ensemble.outcomes["outcome"] == "incumbent").mean())


def at_oil_price(scenario, factor):
    """Return a scenario in which oil costs so many times what it did, from the first month on."""
    keys = scenario.keys().set_index("key")["value"]
    of_oil = [key for key in keys.index if re.fullmatch(r"shocks\.oil_\w+\.value", key)]
    assert len(of_oil) > 5
    changed = [*of_oil, "start.outside.oil_price"]
    return scenario.change({key: factor * float(keys[key]) for key in changed})


def without_examples(scenario):
    """Return a scenario without the shocks abroad that are examples."""
    examples = [one.id for one in scenario.file.shocks if one.variable.startswith("precedent_")]
    assert examples
    return scenario.without(*(f"shocks.{id}" for id in examples))


# --- what they are -------------------------------------------------------------------------------
@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_plays_both_countries_and_is_scored(name, country):
    """Proposition 1."""
    scenario = pk.load(country, numbers="declared")
    usual = pk.simulate(scenario, worlds=4, seed=SEED, progress=False)
    worlds = played(name, scenario, worlds=20)
    assert worlds.failures.empty and len(worlds.outcomes) == 20
    scored, usually = (one.score().figures["figure"].tolist() for one in (worlds, usual))
    assert scored == usually
    assert (worlds.events["kind"] == "election").any()


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_plays_with_its_numbers_drawn(name):
    """Proposition 1."""
    drawn = of_rival(name, pk.load("kazakhstan", numbers="declared")).with_draws("prior")
    section = name.replace(" ", "_")
    worlds = pk.simulate(drawn, worlds=20, seed=SEED, progress=False)
    assert worlds.failures.empty
    drawn_numbers = {getattr(drawn.for_world(SEED, k).params(), section) for k in range(3)}
    assert len(drawn_numbers) == 3


@pytest.mark.parametrize("name", RIVALS)
def test_the_worlds_of_a_rival_keep_to_what_always_holds(name):
    """Proposition 1."""
    draw = np.random.default_rng(79)
    for number in range(8):
        scenario = of_rival(name, small().change(random_point(draw)))
        for months in (30, 70, 178):
            buffer = play(scenario, seed=SEED, world=number, months=months)
            check(buffer.world, f"point {number}, month {months}")
            assert buffer.world.crisis[0].kind == 0  # no theory carries a crisis over a month


CODE = """
from worlds import small
from poruka.rivals import rival_scenarios
from poruka.simulation.regime import Regime
for scenario in rival_scenarios(small()).values():
    regime = Regime(scenario, seed=9, world=2)
    for month in range(178):
        regime.step()
        if month % 12 == 11:
            print(regime.state_digest())
"""


def test_rivals_are_the_same_interpreted_and_compiled():
    """Proposition 1."""
    folders = [str(ROOT / "tests" / "support"), str(MODEL)]
    digests = []
    for disabled in "01":
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled}
        environment["PYTHONPATH"] = os.pathsep.join(folders)
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        digests.append(done.stdout.split())
    assert len(digests[0]) == 14 * len(RIVALS) and digests[0] == digests[1]


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_keeps_only_what_no_theory_explains(name):
    """Proposition 2."""
    section = name.replace(" ", "_")
    own = {id for id in RIVALS[name].ids if id.startswith(f"{section}.")}
    assert set(RIVALS[name].ids) == KEPT | SHARED | own and len(own) >= 4
    assert KEPT < set(SCHEDULE.ids) and not own & set(SCHEDULE.ids)


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_has_few_numbers_at_the_middle_of_their_ranges(name):
    """Proposition 3."""
    section = name.replace(" ", "_")
    numbers = {key: one for key, one in parameters().items() if key.startswith(f"{section}.")}
    assert 0 < len(numbers) <= MOST_NUMBERS
    read = set().union(
        *(rule.parameters for rule in RIVALS[name].rules if rule.id.startswith(section))
    )
    assert {f"params.{key}" for key in numbers} <= read
    for key, one in numbers.items():
        assert np.isclose(one.value, (one.low + one.high) / 2.0), key
        assert one.effect.endswith(f" | {name}") or one.effect == NONE_DETECTED, key
    foreign = {key.split(".")[1] for rule in SCHEDULE.rules for key in rule.parameters}
    assert not foreign & set(rival_sections())


def test_the_numbers_of_a_rival_are_listed_where_it_rules():
    """Proposition 3."""
    usual = set(small().keys()["key"])
    assert not [key for key in usual if key.split(".")[0] in rival_sections()]
    rival = set(rules_called_keys("diffusion"))
    assert "diffusion.swing" in rival and "age_clock.wear" not in rival


def rules_called_keys(name):
    """Return the keys of a small country under the rules of one rival."""
    return small().with_rules(rules_called(name)).keys()["key"]


def test_an_unknown_rival_is_refused():
    """Proposition 9."""
    assert rules_called("age-clock") is RIVALS["age clock"]
    with pytest.raises(BadInput, match="did you mean 'diffusion'.*allowed are proximity voting"):
        rules_called("difusion")


# --- what moves them -----------------------------------------------------------------------------
# One people without camps, whose ruler has a popular mandate. Only the moderate stands against him,
# always admitted and as well known as anybody, and nobody moves.
DUEL = {
    "start.society.camps_apart": 0.0,
    "start.constitution.mandate": 2.0,
    "start.opposition.moderate": 1.0,
    "start.opposition.equals": 0.0,
    "start.opposition.nationalist": 0.0,
    "start.opposition.minority": 0.0,
    "start.opposition.communist": 0.0,
    "proximity_voting.mobility": 0.0,
    "proximity_voting.valence": 0.0,
}


def support_of_moderate(distance):
    """Return the support of the moderate who is put at a distance from the mean voter."""
    scenario = of_rival("proximity voting", small()).change(DUEL)
    shares = []
    for world in range(5):
        regime = pk.Regime(scenario, seed=SEED, world=world)
        ruler, moderate = regime.world.contenders[0], regime.world.contenders[2]
        mean = float(regime.world.citizens["nation"].mean())
        ruler.nation, ruler.market = min(1.0, mean + 0.5), 0.0
        moderate.nation, moderate.market = max(-1.0, mean - distance), 0.0
        regime.step()
        shares.append(float(regime.world.contenders[2].support))
    return float(np.mean(shares))


def test_a_nearer_candidate_has_more_voters():
    """Proposition 4: the less, the further from the mean voter he stands on the other side."""
    near, middling, far = (support_of_moderate(distance) for distance in (0.1, 0.4, 0.8))
    assert near > middling + 0.05 and middling > far + 0.05


def test_a_ruler_falls_to_a_nearer_candidate_if_the_count_is_honest():
    """Proposition 4."""
    aloof = ALIVE.change({**DUEL, "start.president.nation": 1.0})
    near = ALIVE.change({**DUEL, "start.president.nation": -0.5, "start.president.market": -0.25})
    honest = played("proximity voting", aloof.change({"proximity_voting.padding": 0.0}))
    padded = played("proximity voting", aloof.change({"proximity_voting.padding": 0.5}))
    centred = played("proximity voting", near.change({"proximity_voting.padding": 0.0}))
    assert staying(honest) < min(staying(padded), staying(centred)) - 0.3
    assert honest.outcomes["defections"].max() == 0


def test_the_elite_of_an_older_ruler_breaks_earlier():
    """Proposition 5."""
    young, old = (
        played("age clock", ALIVE.change({"start.president.age": age})) for age in (45.0, 62.0)
    )
    assert first_break(old) < first_break(young) - 2.0 * MONTH_MARGIN


def test_the_elite_of_an_unloved_ruler_breaks_earlier():
    """Proposition 5."""
    loved, unloved = (
        played("age clock", ALIVE.change({"start.president.goodwill": goodwill}))
        for goodwill in (0.3, -0.3)
    )
    assert first_break(unloved) < first_break(loved) - 2.0 * MONTH_MARGIN


def test_an_old_ruler_who_is_loved_is_left_by_few():
    """Proposition 5: it takes both, an end in sight and a ruler who is not loved."""
    old = ALIVE.change({"start.president.age": 66.0, "age_clock.wear": 0.0})
    loved, unloved = (
        played("age clock", old.change({"start.president.goodwill": goodwill}))
        for goodwill in (0.3, -0.3)
    )
    elite = float(old.start().scale.oligarchs)
    assert loved.outcomes["defections"].mean() < 0.1 * elite
    assert unloved.outcomes["defections"].mean() > 0.5 * elite


def test_a_boom_delays_breaks_and_a_slump_hastens_them():
    """Proposition 6."""
    slump, usual, boom = (
        played("resource rents", at_oil_price(ALIVE, factor)) for factor in (0.5, 1.0, 2.0)
    )
    assert first_break(slump) + MONTH_MARGIN < first_break(usual) < first_break(boom) - MONTH_MARGIN
    assert staying(slump) <= staying(usual) <= staying(boom)


def test_opponents_who_are_bought_back_are_opponents_no_more():
    """Proposition 6: where the ruler stays, those out are those who left and did not return."""
    worlds = played("resource rents", at_oil_price(ALIVE, 1.2))
    stays = worlds.outcomes[worlds.outcomes["outcome"] == "incumbent"].set_index("world")
    is_return = worlds.events["kind"] == "return"
    returns = worlds.events[is_return].groupby("world").size().reindex(stays.index).fillna(0)
    assert len(stays) > 3 and returns.sum() > 0
    elite = float(ALIVE.start().scale.oligarchs)
    assert np.allclose(stays["end_defected_share"] * elite, stays["defections"] - returns)


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_without_examples_abroad_nothing_happens(country):
    """Proposition 7: and every ruler has all the votes."""
    alive = pk.load(country, numbers="declared").without("M10.biology")
    alone, shown = played("diffusion", without_examples(alive)), played("diffusion", alive)
    assert staying(alone) == 1.0
    assert (alone.outcomes[["defections", "dissolutions"]] == 0).all(axis=None)
    assert (alone.outcomes["last_election_share"] == 1.0).all()
    assert staying(shown) < 0.9 and shown.outcomes["defections"].mean() > 1.0


def test_a_country_that_has_followed_follows_no_other():
    """Proposition 7: only in the season in which its own example fades can a second ruler fall."""
    falls = played("diffusion", ALIVE).outcomes[["rotations", "revolutions"]].sum(axis=1)
    assert 0.8 < falls.mean() < 1.3


def test_a_ruler_copies_what_he_sees_and_no_more():
    """Proposition 7: Russia's list of shocks has no dispersal, Kazakhstan's has."""
    seen = played("diffusion", pk.load("kazakhstan", numbers="declared"))
    assert seen.outcomes["dissolutions"].mean() > 0.5
    assert seen.outcomes["dissolutions"].max() <= 1
    assert (
        played("diffusion", pk.load("russia", numbers="declared")).outcomes["dissolutions"].max()
        == 0
    )


# --- what does not -------------------------------------------------------------------------------
CAUSES = {
    "proximity voting": lambda one: one.change({"start.president.nation": 1.0}),
    "age clock": lambda one: one.change({"start.president.age": 66.0}),
    "resource rents": lambda one: at_oil_price(one, 0.4),
    "diffusion": without_examples,
}
"""What moves each rival, done to a scenario."""


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_is_moved_by_its_own_cause_and_deaf_to_the_others(name):
    """Proposition 8."""
    base = ALIVE.change({**DUEL, "start.president.nation": -0.5})
    usual = played(name, base)
    for cause, change in CAUSES.items():
        moved = played(name, change(base))
        months = abs(first_break(moved) - first_break(usual))
        shares = abs(staying(moved) - staying(usual))
        is_within = months <= MONTH_MARGIN and shares <= SHARE_MARGIN
        assert is_within == (cause != name), f"{name}, {cause}: {months:.1f} months, {shares:.2f}"


# --- on disk -------------------------------------------------------------------------------------
def test_a_stored_run_opens_under_the_rules_that_made_it(tmp_path):
    """Proposition 9: its chunks are played by a process that knows the scenario from the run."""
    scenario = of_rival("age clock", small())
    memory = pk.simulate(scenario, worlds=6, seed=SEED, progress=False)
    pk.simulate(scenario, worlds=6, seed=SEED, out=tmp_path / "run", processes=1, progress=False)
    stored = pk.open_run(tmp_path / "run")
    assert stored.scenario.rules.ids == RIVALS["age clock"].ids
    assert stored.scenario.digest == scenario.digest
    columns = ["first_defection", "defections", "exit_month", "mean_approval"]
    assert stored.outcomes[columns].equals(memory.outcomes[columns])
    assert memory.outcomes["defections"].sum() > 0
