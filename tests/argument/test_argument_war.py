"""War reads the distance between camps, quarrels cool, and rotation is no calendar.

1. Camps clash by the distance between peoples: peoples that are near never do, however the ruler
   speaks, and those far apart do, the more so under a ruler who stands for one of them.
2. They do so by what either has to fear: with that link held, distance moves clashes no more, while
   claims from abroad still do.
3. Hordes of one people fight where a ruler shuts some out and loyalties to hordes are alive; with
   that link held they do not, while two peoples far apart still do.
4. A war between peoples parts those of its region, and the minority's movement shrinks with them.
5. Quarrels cool in peace, and less where blood flows; a war that parts peoples takes from the
   quarrel the part of the minority that is gone.
6. Where the quarrel is over the ruler loses votes, though no less approved of; with fear of the
   other camp held he does not, while a count of his own still moves his share.
7. A ruler whom the house made does not fall by the calendar: most lose it in other months than the
   one in which it is due, many before.
8. Every region of two peoples arms by what the leader of the minority has behind him, not the first
   one alone.
9. What a society is weighs more than who rules it: with another's whole page on society a country
   of open rotation closes in most worlds, with another's page on the president it does not.

Power: seeds are fixed, worlds paired. In 1 to 3 the effects tested are above 14 clashes a world,
with a standard error of 3 at most, against bounds of 5; in 7 and 9 the bounds lie five standard
errors or more from what was measured. In 6 the share of votes has a standard error of 0.04 in 20
worlds and of 0.015 in 120, and of 0.003 with the link held.
"""

from functools import cache

import pytest
from worlds import not_reproduced

import poruka as pk
from poruka.engine.kinds import Role
from poruka.theory.start_value_swaps import build_swaps

NEAR, FAR = (("start.society.camps_apart", 0.05),), (("start.society.camps_apart", 0.95),)
NATIONALIST = (("start.president.nation", 0.9), ("start.president.flexibility", 0.05))
HORDES = {
    "start.society.hordes": 3,
    "start.elite.own_horde_share": 0.35,
    "start.society.solidarity": 0.95,
    "start.force.obedience": 0.1,
    "start.society.consensus": 0.05,
    "start.society.law_custom": 0.05,
    "start.society.camps_apart": 0.5,
    "start.outside.union_hold": 0.75,
    "start.elite.titular_share": 0.9,
}
"""A people of three hordes that follow their own, and whose arms are not the ruler's."""


@cache
def outcomes_of(name: str, changes: tuple = (), worlds: int = 20, fork: tuple = ()):
    """Return outcomes of worlds of a changed country, with the clashes in each."""
    scenario = pk.load(name, numbers="declared").change(dict(changes))
    if fork:
        scenario = scenario.fork("1993-01", change=dict(fork))
    ensemble = pk.simulate(scenario, worlds=worlds, seed=3, progress=False)
    clashes = ensemble.events.query("kind == 'clash'").groupby("world").size()
    outcomes = ensemble.outcomes.set_index("world")
    return outcomes.assign(clashes=clashes.reindex(outcomes.index, fill_value=0))


def clashes(name: str, *changes: tuple) -> float:
    """Return the mean number of clashes in a world."""
    return float(outcomes_of(name, tuple(sum(changes, ())))["clashes"].mean())


def war_share(name: str, *changes: tuple) -> float:
    """Return the share of worlds with war."""
    return float((outcomes_of(name, tuple(sum(changes, ())))["wars"] > 0).mean())


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: a national ruler adds no clashes"
    " where peoples are far apart (97 against 107), as the war then comes early in"
    " every world",
)
def test_war_comes_of_peoples_far_apart():
    """Proposition 1."""
    assert clashes("moldova", NEAR) == clashes("moldova", NEAR, NATIONALIST) == 0.0
    assert clashes("moldova", FAR) > 5.0
    assert clashes("moldova", FAR, NATIONALIST) > clashes("moldova", FAR) + 5.0
    assert war_share("moldova", FAR, NATIONALIST) > war_share("moldova", FAR) + 0.3
    middle = clashes("moldova", (("start.society.camps_apart", 0.5),))
    assert 0.0 < middle < clashes("moldova", FAR) / 2


def test_distance_works_through_what_camps_fear():
    """Proposition 2."""
    held = (("channels.distance_of_peoples", "held"),)
    claims = (("start.outside.claims", 0.95),)
    effect = clashes("moldova", FAR) - clashes("moldova", NEAR)
    left = clashes("moldova", FAR, held) - clashes("moldova", NEAR, held)
    assert abs(left) < effect / 3, (left, effect)
    assert clashes("moldova", FAR, held, claims) > clashes("moldova", FAR, held) + 0.5


def test_hordes_of_one_people_can_fight():
    """Proposition 3."""
    people = tuple(HORDES.items())
    one = (("start.society.hordes", 1), ("start.elite.own_horde_share", 1.0))
    alone = (("start.society.solidarity", 0.05),)
    held = (("channels.hordes_shut_out", "held"),)
    fought = clashes("soviet_republic", people)
    assert fought > 5.0 and war_share("soviet_republic", people) > 0.0
    for without in (one, alone):
        assert clashes("soviet_republic", people, without) < fought / 3
    left = clashes("soviet_republic", people, held) - clashes(
        "soviet_republic", people, alone, held
    )
    assert abs(left) < fought / 3, (left, fought)
    assert clashes("soviet_republic", people, held, FAR) > fought / 3


@cache
def parted_world() -> tuple[pk.Regime, int, tuple, tuple]:
    """Return a world after its first war between peoples, the region, and what was before.

    That is the organisation of the movement, the quarrel and the share of the minority; the last
    two are returned as they are after it, too.
    """
    for world in range(20):
        regime = pk.Regime(pk.load("azerbaijan", numbers="declared"), seed=3, world=world)
        regions, leader = regime.world.regions, regime.world.contenders[Role.MINORITY_LEADER]
        while regime.running:
            shares = regions.minority_share.copy()
            before = (
                float(leader.organisation),
                float(regime.world.society.quarrel[0]),
                float(regime.world.citizens.minority.mean()),
            )
            regime.step()
            parted = ((shares > 0.0) & (regions.minority_share == 0.0)).nonzero()[0]
            if len(parted):
                after = (
                    float(regime.world.society.quarrel[0]),
                    float(regime.world.citizens.minority.mean()),
                )
                return regime, int(parted[0]), before, after
    raise AssertionError("no world of twenty has a war between peoples")


def test_a_war_parts_the_peoples_of_its_region():
    """Proposition 4."""
    regime, region, (organisation, _, _), _ = parted_world()
    assert regime.world.society.war[0] == 1.0 and regime.world.history.wars[0] > 0
    assert regime.world.contenders[Role.MINORITY_LEADER].organisation < organisation
    start = regime.world_scenario.start().society.minority_share
    assert regime.world.society.minority_share[0] < start
    for _ in range(12):
        regime.step()
    of_region = regime.world.regions[region]
    assert of_region.minority_mobilised * of_region.titular_mobilised < 0.01


def test_quarrels_cool_in_peace():
    """Proposition 5."""
    regime = pk.Regime(pk.load("ukraine", numbers="declared"), seed=3, world=0).run_until("1996-01")
    quarrels = {}
    for blood in (0.0, 1.0):
        branch = regime.fork({"state.society.blood": blood}).run_until("2000-01")
        quarrels[blood] = float(branch.world.society.quarrel[0])
    assert quarrels[0.0] < quarrels[1.0] < float(regime.world.society.quarrel[0])


def test_a_war_that_parts_peoples_cools_their_quarrel():
    """Proposition 5."""
    _, _, (_, before, minority_before), (after, minority_after) = parted_world()
    assert minority_after < minority_before
    assert after == pytest.approx(before * minority_after / minority_before, rel=0.01)


def test_a_leader_of_the_minority_arms_every_region():
    """Proposition 8: the same month with and without him."""
    armed = []
    for organisation in (0.0, 1.0):
        regime = pk.Regime(pk.load("moldova", numbers="declared"), seed=3, world=0)
        while regime.month < 24:
            regime.step()
        regime.world.contenders[Role.MINORITY_LEADER].organisation = organisation
        regime.step()
        armed.append(regime.world.regions.minority_mobilised.copy())
    mixed = regime.world.regions.minority_share > 0.0
    assert mixed.sum() > 1 and (armed[1] > armed[0])[mixed].all(), armed


def last_share(name: str, *changes: tuple, worlds: int = 20, **state: float) -> float:
    """Return the mean published share of the ruler at the last vote of a fork."""
    fork = tuple((f"state.{key.replace('__', '.')}", value) for key, value in state.items())
    outcomes = outcomes_of(name, tuple(sum(changes, ())), worlds, fork)
    return float(outcomes["last_election_share"].mean())


@pytest.mark.parametrize(
    ("name", "worlds"),
    [
        not_reproduced(
            "moldova",
            120,
            reason="the share falls by 0.028 in 120 worlds, less than asked; in 20 chance decides",
        ),
        ("kyrgyzstan", 120),
    ],
)
def test_votes_are_lost_where_the_quarrel_is_over(name, worlds):
    """Proposition 6."""
    held = (("channels.other_camp", "held"), ("channels.other_camp_at_vote", "held"))
    hot, cold = ({"society__quarrel": level} for level in (1.0, 0.0))
    effect = last_share(name, worlds=worlds, **cold) - last_share(name, worlds=worlds, **hot)
    assert effect < -0.04, effect
    approval = [
        outcomes_of(name, (), 20, (("state.society.quarrel", level),))["mean_approval"].mean()
        for level in (1.0, 0.0)
    ]
    assert approval[1] > approval[0] - 0.02
    left = last_share(name, held, **cold) - last_share(name, held, **hot)
    assert abs(left) < abs(effect) / 2, (left, effect)
    counted = last_share(name, held, **hot, constitution__count_control=0.5)
    assert counted > last_share(name, held, **hot) + 0.02


def test_rulers_are_voted_out_where_the_quarrel_is_over():
    """Proposition 6: in Moldova, where a ruler was."""
    assert outcomes_of("moldova", (), 20, (("state.society.quarrel", 0.0),))["rotations"].sum() > 0


def test_war_in_moldova_is_no_rare_chance():
    """Proposition 1: the text calls what happened there no less probable elsewhere."""
    assert (outcomes_of("moldova", (), 40)["wars"] > 0).mean() > 0.1


@pytest.mark.parametrize(
    "due", [not_reproduced(32, reason="68 % of first exits fall into the due month"), 59]
)
def test_a_ruler_made_by_the_house_does_not_fall_by_the_calendar(due):
    """Proposition 7."""
    exits = outcomes_of("estonia", (("start.parliament.due_months", due),), 40)["exit_month"]
    assert exits.notna().mean() > 0.8
    assert (exits == due).mean() < 0.5, exits.value_counts().head(3)
    assert exits.nunique() > 12
    if due > 32:
        assert (exits < due).mean() > 0.4


def with_page(page: str, other: str) -> tuple:
    """Return the changes that give Estonia a page of start values of another country."""
    swaps = build_swaps(
        pk.load("estonia", numbers="declared"), pk.load(other, numbers="declared"), [page]
    )
    return tuple(next(swap for swap in swaps if swap.kind == "page").changes.items())


def open_share(changes: tuple = ()) -> float:
    """Return the share of worlds of Estonia with open rotation."""
    return float((outcomes_of("estonia", changes, 40)["furman_group"] == 1).mean())


@pytest.mark.parametrize(
    "other",
    [
        not_reproduced("russia", reason="with its society 65 % of worlds stay in the first group"),
        not_reproduced("belarus", reason="with its society 88 % of worlds stay in the first group"),
    ],
)
def test_society_weighs_more_than_the_person(other):
    """Proposition 9."""
    own = open_share()
    assert own > 0.9
    assert own - open_share(with_page("society", other)) > 0.5
    assert own - open_share(with_page("president", other)) < 0.25
