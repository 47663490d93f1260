"""Rulers lose votes: who can follow by a vote, and when a house agrees on another.

1. By a vote nobody comes after the ruler who does not stand in it: what people believe of a man who
   is kept off the ballot does not keep them with the ruler, while what they believe of one who
   stands moves votes, and so does the man off the ballot where nobody stands.
2. A new house, most of which is against a ruler whom it made, replaces him only if it agrees on
   another: parties nearer to him than to that man keep him; all the more deputies against him, or
   parties on one side of him, do not.
3. Not reproduced: in starts as they are coded nobody loses a vote of the people in peace.

Rules are run as plain Python on a world some years old: each case is decided, not drawn.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from worlds import not_reproduced

import poruka as pk
from poruka.engine.interpreted import interpreted
from poruka.engine.kinds import Constituency, Role
from poruka.engine.parameters import default_numbers
from poruka.rules.forces import head_of_house, vote_count

SECTIONS = ("votes", "elections", "evaluation", "citizens", "population", "on")
PEOPLES = (Constituency.TITULARS, Constituency.MINORITIES)
LEADERS = (Role.NATIONALIST, Role.MINORITY_LEADER, Role.MODERATE, Role.COMMUNIST)


def some_world():
    """Return Moldova as it is after some years, with the leaders of four movements at large."""
    world = (
        pk.Regime(pk.load("moldova", numbers="declared"), seed=3, world=0)
        .run_until("1993-06")
        .world
    )
    for role in LEADERS:
        leader = world.contenders[role]
        leader.active, leader.open = True, True
        leader.jailed, leader.exiled, leader.coopted, leader.barred = False, False, False, False
    world.society[0].quarrel = 1.0
    return world


def rulers_share(believed: dict, standing: tuple) -> float:
    """Return the ruler's true share in a vote with full stakes between him and those who stand."""
    world = some_world()
    world.contenders.on_ballot[:] = False
    world.contenders.on_ballot[list(standing)] = True
    beliefs = world.beliefs.believed_chance.reshape(-1, len(world.contenders))
    for people in PEOPLES:
        beliefs[people] = 0.2
        for role, belief in believed.items():
            beliefs[people, role] = belief
    params = SimpleNamespace(**{name: default_numbers(name) for name in SECTIONS})
    return float(interpreted(vote_count.count_votes)(world, params, 1.0))


def effect_of_belief(role: Role, *standing: Role) -> float:
    """Return what belief in a man adds to the ruler's share."""
    return rulers_share({role: 0.9}, standing) - rulers_share({role: 0.0}, standing)


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: in this world no belief in the"
    " minority leader moves a vote, on the ballot or off it",
)
def test_by_a_vote_only_those_who_stand_can_follow():
    """Proposition 1."""
    assert effect_of_belief(Role.MINORITY_LEADER, Role.NATIONALIST) == 0.0
    assert effect_of_belief(Role.MINORITY_LEADER, Role.NATIONALIST, Role.MINORITY_LEADER) != 0.0
    assert effect_of_belief(Role.NATIONALIST, Role.NATIONALIST) < 0.0
    assert effect_of_belief(Role.MINORITY_LEADER) != 0.0


def votes_for_another(stands: tuple[float, ...], against: float = 0.6) -> float:
    """Return how much of a house votes for the leader of its first party, others standing there."""
    world = some_world()
    world.parties.seats[:] = 0.0
    ruler = world.contenders[Role.RULER]
    ruler.nation, ruler.market = 0.0, 0.0
    for row, (role, nation) in enumerate(zip(LEADERS, stands, strict=False)):
        world.contenders[role].nation, world.contenders[role].market = nation, 0.0
        world.parties[row].contender, world.parties[row].seats = role, against / len(stands)
    return float(interpreted(head_of_house.votes_for_another)(world, against, LEADERS[0]))


def test_a_house_replaces_a_ruler_if_it_agrees_on_another():
    """Proposition 2."""
    assert votes_for_another((0.8, 0.7, 0.9)) == pytest.approx(0.6)
    assert votes_for_another((0.8, -0.7, 0.9)) == pytest.approx(0.4)
    assert votes_for_another((0.8, -0.7, -0.9)) == pytest.approx(0.2)
    assert votes_for_another((0.8, -0.7, 0.9), against=0.9) == pytest.approx(0.6)


@pytest.mark.parametrize(
    "name",
    [
        "moldova",
        not_reproduced("ukraine", reason="no vote is lost, as whoever is preferred takes a post"),
    ],
)
def test_rulers_lose_votes_of_the_people_in_peace(name):
    """Proposition 3."""
    ensemble = pk.simulate(pk.load(name, numbers="declared"), worlds=20, seed=3, progress=False)
    assert np.mean(ensemble.outcomes["rotations"] > 0) > 0.1
