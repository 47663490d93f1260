"""A gap, not a slope (T122, T123, T124): how rulers of personal regimes go, and how they do not.

In all arms but those of 6 and 7 votes can be lost: the ruler is disliked, media are free, moderates
are strong, and acts that keep rivals off ballots, make up counts or bend the first vote are left
out. What differs is whether people can stand together. A fall is a first ruler's removal by vote or
crowd; who hands over or dies is not removed, though a ballot may choose who follows him.

1. Most first rotations and revolutions follow a lost vote that the ruler disputed, and a great
   crowd, in the same month.
2. Few of them follow a quiet ballot.
3. Where people are alone votes are lost as often, and hardly a ruler goes; through the crowd: with
   it held hardly one goes either.
4. Crowds that won elsewhere bring more of them down; not so with the link held, through which they
   teach what an outrage counts, while people who can stand together still do.
5. Not reproduced: no crowd over a lost vote is dispersed, so that it is people, not force, who
   decide.
6. In starts as they are coded, Kazakhstan and Russia, twelve years of concessions bring no change
   by vote.
7. Not reproduced: where nobody presses a ruler he concedes as much as where all do (T124).

Power: 40 worlds an arm at fixed seeds; a share has a standard error of 0.08 at most. Differences
tested are above 0.2 and were measured at 0.3 and more; the share of disputed votes, of 13 falls in
Kazakhstan and 31 in Ukraine, has one of 0.1.
"""

from functools import cache

import pandas as pd
import pytest
from worlds import not_reproduced

import poruka as pk
from poruka.engine.kinds import External
from poruka.engine.record_kinds import Exit

WORLDS, SEED = 40, 11
CONCESSIONS, MOVEMENTS = ["I39", "I60"], ("moderate", "nationalist", "minority", "communist")
TRICKS = "I01 I02 I03 I15 I16 I28 I29 I40 I41 I43 I44 I69 I70 I71".split()
VOTES_CAN_BE_LOST = {
    "camps.clash": 0.0,
    "start.force.obedience": 0.35,
    "start.force.courts": 0.2,
    "start.media.independent": 0.85,
    "start.society.habit": 0.25,
    "start.president.goodwill": -0.3,
    "start.opposition.moderate": 0.85,
    "start.constitution.registration_barrier": 0.05,
}
START = {"kazakhstan": "1990-06", "ukraine": "1990-10"}
TOGETHER = (("start.society.atomisation", 0.05), ("start.society.solidarity", 0.95))
HALF_WAY = (("start.society.atomisation", 0.05), ("start.society.solidarity", 0.5))
ALONE = (("start.society.atomisation", 0.95), ("start.society.solidarity", 0.05))
CROWD_HELD = (("channels.crowd_in_crisis", "held"),)
LESSON_HELD = (("channels.habit_in_outrage", "held"),)
BY_VOTE_OR_CROWD = (Exit.ROTATION, Exit.REVOLUTION)
CROWDS_ELSEWHERE = f"state.outsides.{int(External.PRECEDENT_CROWD)}.value"


class Falls:
    """First rulers who went by rotation or revolution, and what happened in the same month."""

    def __init__(self, name: str, changes: tuple, example: float | None, worlds: int) -> None:
        """Play the worlds and read their events."""
        scenario = pk.load(name, numbers="declared").change(VOTES_CAN_BE_LOST | dict(changes))
        scenario = scenario.fork(START[name], forbid=TRICKS)
        if example is not None:
            scenario = scenario.fork("1994-01", change={CROWDS_ELSEWHERE: example})
        ensemble = pk.simulate(scenario, worlds=worlds, seed=SEED, progress=False)
        events = ensemble.events.astype({"kind": str, "actor": str, "target": str})
        exits = events[events.kind == "exit_of_ruler"].sort_values(["world", "month"])
        first = exits.groupby("world").head(1)
        first = first[first.value.isin(BY_VOTE_OR_CROWD)]
        gone = events[events.kind.isin(["handover", "death"])]
        first = first[~self.in_month_of(first, gone).to_numpy(dtype=bool)]
        votes = events[(events.kind == "election") & (events.target != "parliament")]
        lost = votes[votes.target == "president"]
        crowds = events[(events.kind == "crowd") & (events.target == "president")]
        self.lost_worlds = lost.world.nunique() / worlds
        self.share = len(first) / worlds
        months = set(zip(lost.world, lost.month, strict=True))
        months &= set(zip(crowds.world, crowds.month, strict=True))
        withstood = months - set(zip(exits.world, exits.month, strict=True))
        self.withstood = len(withstood) / max(1, len(months))
        after_lost, after_vote, in_crowd = (
            self.in_month_of(first, others) for others in (lost, votes, crowds)
        )
        self.disputed = (after_lost & in_crowd).mean()
        self.quiet = (after_vote & ~in_crowd).mean()
        self.quiet_share = (after_vote & ~in_crowd).sum() / worlds

    @staticmethod
    def in_month_of(exits: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
        """Return for each exit whether one of the other events fell into its month and world."""
        months = set(zip(others.world, others.month, strict=True))
        return pd.Series([month in months for month in zip(exits.world, exits.month, strict=True)])


@cache
def falls(name: str, *changes: tuple, example: float | None = None, worlds: int = WORLDS) -> Falls:
    """Return the falls of first rulers in worlds of a country in which votes can be lost."""
    return Falls(name, sum(changes, ()), example, worlds)


@pytest.mark.parametrize(
    "name", ["kazakhstan", not_reproduced("ukraine", reason="24 % of falls follow a quiet ballot")]
)
def test_most_falls_follow_a_disputed_vote_and_a_crowd(name):
    """Propositions 1 and 2."""
    together = falls(name, TOGETHER, worlds=3 * WORLDS)
    assert together.share > 0.25
    assert together.disputed > 0.6
    assert together.quiet < 0.2


@pytest.mark.parametrize("name", ["kazakhstan", "ukraine"])
def test_a_lost_vote_alone_removes_hardly_anybody(name):
    """Proposition 3."""
    together, alone = falls(name, TOGETHER), falls(name, ALONE)
    held = falls(name, TOGETHER, CROWD_HELD)
    assert min(alone.lost_worlds, held.lost_worlds) > together.lost_worlds - 0.2
    assert together.share - alone.share > 0.25
    assert together.share - held.share > 0.25
    assert held.share == held.quiet_share


@pytest.mark.parametrize(
    "name",
    [
        not_reproduced("kazakhstan", reason="falls rise from 42 to 62 % of worlds"),
        not_reproduced("ukraine", reason="85 % of worlds fall without an example abroad"),
    ],
)
def test_crowds_elsewhere_bring_rulers_down(name):
    """Proposition 4."""
    without, with_example = (falls(name, HALF_WAY, example=size) for size in (0.0, 1.0))
    assert with_example.share - without.share > 0.25
    held = [falls(name, HALF_WAY, LESSON_HELD, example=size).share for size in (0.0, 1.0)]
    assert abs(held[1] - held[0]) < (with_example.share - without.share) / 3
    assert falls(name, TOGETHER, LESSON_HELD, example=0.0).share - held[0] > 0.2


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: a crowd over a lost vote draws nearly everybody out, against whom no"
    " commander's nerve holds, though they obeyed the month before",
)
@pytest.mark.parametrize("name", START)
def test_force_withstands_some_crowds(name):
    """Proposition 5."""
    assert falls(name, TOGETHER).withstood > 0.1


@pytest.mark.parametrize("name", ["kazakhstan", "russia"])
def test_concessions_do_not_add_up_to_a_change_by_vote(name):
    """Proposition 6."""
    without = (
        pk.load(name, numbers="declared")
        .change({"camps.clash": 0.0})
        .fork("1993-06", forbid=CONCESSIONS)
    )
    conceding = pk.load(name, numbers="declared").change({"camps.clash": 0.0})
    for year in range(1993, 2005):
        conceding = conceding.fork(f"{year}-06", force=CONCESSIONS[:1])
    rotations = []
    for scenario in (without, conceding):
        ensemble = pk.simulate(scenario, worlds=WORLDS, seed=SEED, progress=False)
        rotations.append((ensemble.outcomes["rotations"] > 0).mean())
    assert abs(rotations[1] - rotations[0]) <= 0.05, rotations


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: a ruler concedes about once a month from the second year on, whether"
    " four strong movements press him or none",
)
@pytest.mark.parametrize("name", ["kazakhstan", "russia"])
def test_concessions_come_under_pressure(name):
    """Proposition 7."""
    conceded = []
    for organised, ties in ((0.05, ALONE), (0.85, TOGETHER)):
        movements = {f"start.opposition.{movement}": organised for movement in MOVEMENTS}
        scenario = pk.load(name, numbers="declared").change(
            {"camps.clash": 0.0} | movements | dict(ties)
        )
        ensemble = pk.simulate(scenario, worlds=WORLDS // 2, seed=SEED, progress=False)
        acts = ensemble.events["instrument"].astype(str)
        conceded.append(acts.isin(CONCESSIONS).sum())
    assert conceded[0] < conceded[1] / 2, conceded
