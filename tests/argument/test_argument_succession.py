"""Succession inherits the state it meets (T112, T113, T115, T117; the path C16).

1. At an accession grievances, roots, clienteles, habits, movements and the fortunes of rich and kin
   are what they are in the same world without it; the odium of the man goes under an unknown and
   stays under one of his kin.
2. Those who have left judge anew: one with reasons stays away, one without comes home, and the head
   of a bloc stays at its head.
3. The same death in the same month: in a state without blocs and rooted clans control holds or
   tightens and the heir is free; with them terms or a fall become likelier by half of the worlds.
4. So it is in whichever manner the office passes: handed to an unknown, handed to one of the kin,
   or left to one whom a dead ruler named.
5. A kinsman whom all fear succeeds less often than one whom nobody fears.
6. Those who have left contest the office: where they have a bloc its man takes it more often.
7. With the links of the terms held at their means fewer heirs are bound, and a moderate named heir
   still comes to office on terms.
8. Before a name is given a court that looks past an ill ruler has candidates of its own; with the
   link held the name makes no difference, and ambitious men still stand more often.

Shares are taken over 40 worlds of each arm, paired by seed: a true difference of 0.5 is missed at
the bounds used here with a chance below 0.01. How often the man of a bloc takes the office is a
matter of a tenth or two, and compared in 240.
"""

import functools

import numpy as np
import pytest

import poruka as pk
from poruka.engine.codes import CONTENDERS
from poruka.engine.constants import TINY
from poruka.engine.parameters import default_numbers
from poruka.rules.actors.defection import push_to_leave

WORLDS, MANY, SEED = 40, 240, 11
OUT = {
    f"state.oligarchs.{i}.{field}": value
    for i in range(10)
    for field, value in (("stance", 3), ("grievance", 0.8), ("insecurity", 0.6))
}
STATES = {
    "bare": {
        "state.clans.rooting": 0.05,
        "state.citizens.habit": 0.05,
        "state.oligarchs.stance": 0,
    },
    "grown": {"state.clans.rooting": 0.8, "state.citizens.habit": 0.5, **OUT},
}
MANNERS = {
    "none": (),
    "death": (("1998-03", "president.dies"),),
    "unknown": (("1998-01", "heir.unknown"),),
    "kinsman": (("1998-01", "heir.heir"),),
    "unknown left": (("1998-02", "heir.unknown"), ("1998-03", "president.dies")),
    "kinsman left": (("1998-02", "heir.heir"), ("1998-03", "president.dies")),
    "unknown named": (("1998-02", "heir.unknown"),),
    "kinsman named": (("1998-02", "heir.heir"),),
    "moderate left": (("1998-02", "heir.moderate"), ("1998-03", "president.dies")),
}
# A ruler hands over in his lifetime where he is ill and need not fear what follows.
HANDS_OVER = {"state.president.health": 0.05, "state.president.guilt": 0.0}
MAGNATES = tuple(name for name in CONTENDERS if name.endswith("magnate"))
TERMS = ("conditions_of_clans", "conditions_of_rich", "conditions_of_ripeness")


def history(country, state, manner):
    """Return a country whose state is set in January 1998, and whose ruler goes soon after."""
    scenario = pk.load(country, numbers="declared").change(
        {"camps.clash": 0.0, "biology.death": 0.0}
    )
    # That he goes as soon as he is ready to is the same in all arms.
    state = {**state, **HANDS_OVER} if manner in ("unknown", "kinsman") else state
    scenario = scenario.change({"succession.leaving": 1.0}).fork("1998-01", change=state)
    for date, event in MANNERS[manner]:
        scenario = scenario.intervene(date, force=[event])
    return scenario


@functools.cache
def ensemble(country, state, manner, held=(), also=(), worlds=WORLDS):
    """Return worlds of a history until the end of 2000, kept for the other tests."""
    scenario = history(country, {**STATES[state], **dict(also)}, manner)
    scenario = scenario.with_channels(dict.fromkeys(held, "held"))
    return pk.simulate(scenario, worlds=worlds, seed=SEED, until="2000-12", progress=False)


def share(e, *outcomes):
    """Return the share of worlds that end in one of the outcomes."""
    return float(e.outcomes["outcome"].isin(outcomes).mean())


def terms_or_fall(country, state, manner, **more):
    """Return the share of worlds in which the heir is bound, or nobody inherits."""
    e = ensemble(country, state, manner, **more)
    return share(e, "pact", "rotation", "revolution", "palace_coup")


def control_of_heir(country, manner):
    """Return how much more control there is in 2000 where the office passed in a bare state."""
    month = pk.load(country, numbers="declared").month_of("2000-01")
    stayed, passed = (
        ensemble(country, "bare", one).series["control"].values[:, month:].mean()
        for one in ("none", manner)
    )
    return passed - stayed


def accession(manner, state):
    """Return the same world at the end of a month, without and with an accession in it."""
    changes = {**STATES[state], "state.president.unpopularity": 0.5}
    named = manner.replace("left", "named")
    # The first world in which the man comes to office who was named.
    successor = {"unknown left": "unknown", "kinsman left": "heir"}[manner]
    also = (("state.president.unpopularity", 0.5),)
    came = ensemble("kazakhstan", state, manner, also=also).outcomes
    then = came["exit_month"] == pk.load("kazakhstan", numbers="declared").month_of("1998-03")
    world = int(came["world"][then & (came["first_successor"] == successor)].iloc[0])
    before, after = (
        pk.Regime(history("kazakhstan", changes, one), seed=SEED, world=world)
        for one in (named, manner)
    )
    for one in (before, after):
        one.run_until("1998-03")
    assert (before.world.history["rulers"][0], after.world.history["rulers"][0]) == (1, 2)
    return before.world, after.world


def test_what_has_grown_outlives_the_ruler():
    """Proposition 1."""
    before, after = accession("kinsman left", "grown")
    for table, field in (
        ("oligarchs", "grievance"),
        ("oligarchs", "insecurity"),
        ("clans", "rooting"),
        ("clans", "clientele"),
        ("citizens", "habit"),
        ("movements", "energy"),
    ):
        np.testing.assert_array_equal(getattr(before, table)[field], getattr(after, table)[field])


def test_no_fortune_is_lost_when_a_family_leaves():
    """Proposition 1: what the former kin had is with the rich; the new kin bring their own."""
    before, after = accession("unknown left", "bare")
    brought = default_numbers("tenure").kin_fortune * after.family["active"].sum()
    former = before.family["wealth"][before.family["active"].astype(bool)].sum()
    gained = after.oligarchs["wealth"].sum() - before.oligarchs["wealth"].sum()
    assert former > brought and gained == pytest.approx(former, rel=1e-6)


def test_odium_goes_as_far_as_the_heir_was_no_part_of_it():
    """Proposition 1."""
    _, kin = accession("kinsman left", "bare")
    assert kin.president["unpopularity"][0] > TINY and kin.president["honeymoon"][0] == 0.0
    _, other = accession("unknown left", "bare")
    assert other.president["unpopularity"][0] == 0.0 < other.president["honeymoon"][0]


def test_an_opponent_is_held_outside_as_a_client_is_held_inside():
    """Proposition 2."""
    p = default_numbers("oligarchs")
    for advantage in (-0.9 * p.inertia, 0.0, 0.9 * p.inertia):
        inside = push_to_leave(p, advantage, 0.0, 0.0, 0.0, p.inertia)
        outside = push_to_leave(p, advantage, 0.0, 0.0, 0.0, -p.inertia)
        assert inside < 0.0 < outside
    assert push_to_leave(p, -1.1 * p.inertia, 0.0, 0.0, 0.0, -p.inertia) < 0.0


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_opponents_come_home_by_their_reasons_and_not_by_a_change_of_name(country):
    """Proposition 2: of ten who have left most stay away with reasons, and few without."""
    reasoned = ensemble(country, "grown", "unknown left")
    idle = {key: 0.0 for key in OUT if not key.endswith("stance")}
    idle |= {f"state.oligarchs.{i}.aspiration": 0.0 for i in range(10)}
    without = ensemble(country, "grown", "unknown left", also=tuple(idle.items()))
    month = pk.load(country, numbers="declared").month_of("1998-03")
    home = [
        (e.events["kind"].astype(str).eq("return") & (e.events["month"] == month)).sum() / WORLDS
        for e in (reasoned, without)
    ]
    assert home[0] < 5.0 and home[1] - home[0] > 4.0, home


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_the_same_death_meets_two_states(country):
    """Proposition 3."""
    bare, grown = (terms_or_fall(country, one, "death") for one in STATES)
    assert bare < 0.35 and grown - bare > 0.5, (bare, grown)
    assert control_of_heir(country, "death") > -0.02


@pytest.mark.parametrize(
    ("country", "manner"),
    [
        ("kazakhstan", "unknown"),
        ("kazakhstan", "kinsman"),
        ("kazakhstan", "kinsman left"),
        *(
            pytest.param("russia", manner, marks=pytest.mark.slow)
            for manner in ("unknown", "kinsman", "kinsman left")
        ),
    ],
)
def test_whichever_way_the_office_passes(country, manner):
    """Proposition 4: in all arms the office passes, and in the same way."""
    bare, grown = (terms_or_fall(country, one, manner) for one in STATES)
    assert bare < 0.25 and grown - bare > 0.3, (bare, grown)
    assert control_of_heir(country, manner) > -0.02


def test_a_kinsman_whom_all_fear_succeeds_less_often():
    """Proposition 5: the fear is set in the same fork, and the name is given in both arms."""
    calm, feared = (
        ensemble(
            "kazakhstan", "grown", "kinsman left", also=(("state.society.fear_of_kin", fear),)
        ).outcomes["first_successor"]
        for fear in (0.0, 1.0)
    )
    assert (calm == "heir").mean() - (feared == "heir").mean() > 0.1


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced in this size: 0.138 more often in 240 worlds and 0.133 in 400 of"
    " another seed, with standard errors of 0.025 and 0.020",
)
def test_those_who_left_contest_the_office():
    """Proposition 6: a bloc of the rich is there or not, in the same grown state."""
    bloc = tuple({"state.movements.4.energy": 0.8}.items())
    taken = []
    for also in (bloc, (("state.oligarchs.stance", 0),)):
        e = ensemble("kazakhstan", "grown", "death", also=also, worlds=MANY)
        taken.append(
            (e.outcomes["first_successor"].isin([*MAGNATES, "moderate", "premier"])).mean()
        )
    assert taken[0] - taken[1] > 0.15, taken


def test_terms_go_with_their_links_and_another_cause_still_brings_them():
    """Proposition 7, where the mean month does not bind an heir by itself."""
    country = "russia"
    on, held = (
        share(ensemble(country, "grown", "unknown", held=one), "pact") for one in ((), TERMS)
    )
    assert on - held > 0.3, (on, held)
    moderate = share(ensemble(country, "bare", "moderate left", held=TERMS), "pact")
    plain = share(ensemble(country, "bare", "death", held=TERMS), "pact")
    assert moderate - plain > 0.3, (moderate, plain)


@functools.cache
def bids(named, held=(), ambition=0.4):
    """Return how many premiers and former premiers have declared themselves a world.

    The ruler of Russia is old and ill and clans are rooted; nothing but the name differs.
    """
    grown = {"state.clans.rooting": 0.8, "state.president.health": 0.4}
    grown["state.oligarchs.ambition"] = ambition
    scenario = pk.load("russia", numbers="declared").change(
        {"camps.clash": 0.0, "biology.death": 0.0}
    )
    # He neither names anybody else nor hands over, in all arms.
    scenario = scenario.without("M10.handover", "M10.heir").fork("1998-01", change=grown)
    if named:
        scenario = scenario.intervene("1998-01", force=["heir.unknown"])
    scenario = scenario.with_channels(dict.fromkeys(held, "held"))
    e = pk.simulate(scenario, worlds=WORLDS, seed=SEED, until="1999-12", progress=False)
    told = e.events[e.events["month"] >= scenario.month_of("1998-01")]
    stands = told["kind"].astype(str).eq("bid") & told["target"].astype(str).eq("premier")
    return float(stands.sum() / WORLDS)


def test_before_a_name_is_given_a_court_has_its_own_candidates():
    """Proposition 8."""
    link = ("candidate_of_elite",)
    unnamed, named = bids(False), bids(True)
    assert unnamed - named > 0.2, (unnamed, named)
    assert abs(bids(False, link) - bids(True, link)) < (unnamed - named) / 3.0
    assert bids(True, link, 1.0) - bids(True, link, 0.0) > 0.05
