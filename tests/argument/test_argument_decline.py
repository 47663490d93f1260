"""Decline is bred by the regime, and sharpened by its ruler's age (T112, T114, T118, T120).

1. Two by two. With his age and health kept as they were, Kazakhstan's control still turns downward
   in most worlds; with what his rule breeds kept small (roots of clans, the wish of the rich for
   rank, habits of democracy), ageing alone turns it in hardly any.
2. Two by two again, a man of 64 set against one of 45 (nobody dies): the main effect of what is
   bred on the fall of control is larger than that of age, and both lower it. Age takes more of
   control and of cohesion where more has grown.
3. With what is bred kept small something else can still lower control: from 2002 on all outlets
   nobody's and unafraid.
4. Under an old ruler clans quarrel in the open more often. With his body's share of the horizon
   from a donor world that is gone, while living loyalties still make clans quarrel.
5. An illness brings the end in sight at once, whatever his age, and rooted clans look past him more
   than clans without roots do.
6. A vote that is due shortens his horizon as far as people can think of another ruler, and does not
   where they cannot.
7. The ruler's age decides whether he is still there at the end in the same society; with the years
   in the hazard held it does not, and an illness that is made to happen still does.
8. No rule but those of his body reads the ruler's age, and none but the calendar, the constitution
   and the conditions of acts reads when a vote is due: what others make of both is a chance.

Power: over 40 worlds of each arm, paired by seed, the main effect of age on the fall of control is
0.03 with a standard error of 0.007, the interaction 0.04 with one of 0.015. The years of a ruler of
fifty move the fall by no more than its error: they have only begun to tell.
"""

import functools
import re
from pathlib import Path

import numpy as np
import pytest

import poruka as pk

SEED = 1606
AGE = {"state.president.age": 51.5, "state.president.health": 0.9}
BRED = {
    "state.clans.rooting": 0.0,
    "state.clans.positioning": 0.0,
    "state.oligarchs.aspiration": 0.0,
    "state.citizens.habit": 0.05,
}
FREE_PRESS = (("state.outlets.owner", 0), ("state.outlets.cowed", 0.0))
RULES = Path(pk.__file__).parent / "rules"
READ_AGE = {"forces/ageing.py", "forces/tenure.py", "forces/interventions.py", "initial_state.py"}
READ_DUE = {
    "forces/elections.py",
    "forces/parliament_elections.py",
    "forces/institutions.py",
    "forces/head_of_house.py",
    "forces/tenure.py",
    "actors/effects_on_constitution.py",
    "actors/effects_on_parliament.py",
    "actors/institutional_conditions.py",
    "initial_state.py",
}


@functools.cache
def played(
    kept: tuple = (), start: tuple = (), donors: tuple = (), worlds: int = 40, late: tuple = ()
):
    """Return worlds of Kazakhstan without ethnic war, some state set anew every January."""
    scenario = pk.load("kazakhstan", numbers="declared").change({"camps.clash": 0.0, **dict(start)})
    for year in range(1992, 2005) if kept else ():
        change = {**dict(kept), **dict(late if year >= 2002 else ())}
        scenario = scenario.fork(f"{year}-01", change)
    scenario = scenario.with_channels(dict(donors))
    return pk.simulate(scenario, worlds=worlds, seed=SEED, progress=False)


def falls(*kept: dict, late: tuple = (), start: tuple = ()) -> np.ndarray:
    """Return how far control is in the last year below its height, by world."""
    together = tuple(item for changes in kept for item in changes.items())
    series = played(together, start, late=late).series
    control = series["control"].transpose("world", "month").to_numpy()
    return control[:, 12:].max(axis=1) - control[:, -12:].mean(axis=1)


def late_cohesion(*kept: dict, start: tuple = ()) -> np.ndarray:
    """Return the cohesion of the elite in the last four years, by world."""
    together = tuple(item for changes in kept for item in changes.items())
    cohesion = played(together, start).series["monolith"].transpose("world", "month").to_numpy()
    return cohesion[:, -48:].mean(axis=1)


def ruler_of(age: float) -> tuple:
    """Return the start with a ruler of some age who does not die."""
    return (("biology.death", 0.0), ("start.president.age", age))


def quarrels(age: float, donors: tuple = (), solidarity: float | None = None) -> float:
    """Return how often clans quarrel in the open in a world, where nobody dies."""
    start = ruler_of(age)
    if solidarity is not None:
        start = (*start, ("start.society.solidarity", solidarity))
    events = played((), start, donors, 30).events
    return (events["kind"] == "open_quarrel").sum() / 30


def test_control_turns_by_what_is_bred():
    """Proposition 1."""
    assert np.mean(falls(AGE) > 0.1) > 0.5
    assert np.mean(falls(BRED) > 0.1) < 0.1


@pytest.mark.slow
def test_age_sharpens_what_is_bred():
    """Proposition 2."""
    young, old = ruler_of(45.0), ruler_of(64.0)
    grown_young, grown_old = falls(start=young), falls(start=old)
    kept_young, kept_old = falls(BRED, start=young), falls(BRED, start=old)
    by_breeding = (grown_young + grown_old - kept_young - kept_old).mean() / 2.0
    by_age = (grown_old - grown_young + kept_old - kept_young).mean() / 2.0
    together = (grown_old - grown_young - kept_old + kept_young).mean()
    assert by_breeding > by_age > 0.01 and together > 0.01
    loss = (late_cohesion(start=young) - late_cohesion(start=old)).mean()
    loss_alone = (late_cohesion(BRED, start=young) - late_cohesion(BRED, start=old)).mean()
    assert loss > 2.0 * loss_alone > 0.0


def test_control_can_fall_without_what_is_bred():
    """Proposition 3."""
    assert (falls(BRED, late=FREE_PRESS) - falls(BRED)).mean() > 0.05


@pytest.mark.slow
def test_clans_quarrel_under_an_old_ruler():
    """Proposition 4."""
    off = (("body_in_horizon", "donor"),)
    whole = quarrels(64.0) - quarrels(45.0)
    assert whole > 3.0
    assert abs(quarrels(64.0, off) - quarrels(45.0, off)) < whole / 3
    assert quarrels(50.0, off, 0.9) - quarrels(50.0, off, 0.1) > 3.0


def grown(world: int, change: dict) -> pk.Regime:
    """Return a branch of a world of 1998 half a year later."""
    parent = pk.Regime(
        pk.load("kazakhstan", numbers="declared").change({"camps.clash": 0.0}),
        seed=SEED,
        world=world,
    )
    return parent.run_until("1998-01").fork(change).run_until("1998-08")


def test_an_illness_brings_the_end_in_sight():
    """Proposition 5."""
    looks = {}
    for roots in (0.05, 0.6):
        for health in (0.3, 0.95):
            change = {"state.clans.rooting": roots, "state.president.health": health}
            branches = [grown(world, change) for world in range(6)]
            looks[roots, health] = np.mean([b.world.society[0].positioning for b in branches])
            if health == 0.3:
                ill = np.mean([b.president.expected_end for b in branches])
            else:
                assert ill > np.mean([b.president.expected_end for b in branches]) + 0.1
    assert looks[0.6, 0.3] - looks[0.6, 0.95] > 2.0 * abs(looks[0.05, 0.3] - looks[0.05, 0.95])


def test_a_due_vote_matters_where_another_ruler_is_imagined():
    """Proposition 6."""
    end = {}
    for belief in (0.0, 0.6):
        for due in (104, 170):
            change = {
                "state.beliefs.believed_chance": belief,
                "state.constitution.mandate": 2,
                "state.constitution.president_due": due,
            }
            ends = [grown(world, change).president.expected_end for world in range(6)]
            end[belief, due] = np.mean(ends)
    assert end[0.6, 104] - end[0.6, 170] > 2.0 * abs(end[0.0, 104] - end[0.0, 170])


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: where age works by no link an illness costs 1 ruler of 120 his office,"
    " not one of twenty",
)
def test_age_decides_who_is_still_there():
    """Proposition 7."""

    def stays(age: float, donors: tuple = (), ill: bool = False) -> float:
        scenario = pk.load("kazakhstan", numbers="declared").change(
            {"camps.clash": 0.0, "start.president.age": age}
        )
        if ill:
            scenario = scenario.fork("1996-01", force="president.falls_ill")
        ensemble = pk.simulate(
            scenario.with_channels(dict(donors)), worlds=120, seed=SEED, progress=False
        )
        return (ensemble.outcomes["outcome"] == "incumbent").mean()

    off = (("years_in_hazard", "donor"), ("body_in_horizon", "donor"))
    whole = stays(45.0) - stays(70.0)
    assert whole > 0.1
    assert abs(stays(45.0, off) - stays(70.0, off)) < 0.5 * whole
    assert stays(45.0, off) - stays(45.0, off, ill=True) > 0.05


def test_no_other_rule_counts_months():
    """Proposition 8."""
    pages = sorted(RULES.rglob("*.py"))
    assert {*READ_AGE, *READ_DUE} < {page.relative_to(RULES).as_posix() for page in pages}
    for page in pages:
        name, code = page.relative_to(RULES).as_posix(), page.read_text()
        if name not in READ_AGE:
            assert not re.search(r"president(\[0\])?\.age\b", code), name
        if name not in READ_DUE:
            assert not re.search(r"\.(president|parliament)_due\b", code), name
