"""Bloodless but twice (T006): what has to come out of a clash of ruler and parliament, and why.

1. Where a constitution was bargained before the clash, the first dissolution leaves it standing: no
   constitution of the ruler's own comes before the second, which is likely.
2. Style and sequence are crossed. With the first Kazakh house ended from the same month on, a
   bargained constitution makes a second end likelier under a cautious ruler, and decides alone
   where he may not end a house to lengthen his term; where none was, his own follows at once. In
   Russia, too, his own follows at once or not at all. Not reproduced: a second end is as likely
   without a bargain, under a cautious ruler and a blunt one, and in Russia as rare with one.
3. The other way round caution decides blood in both countries, with a bargain and without.
4. Through the pledge: where it binds all alike (the channel held), sequence no longer decides
   whether his own follows at once, nor (not reproduced, as 2) how many houses are ended; what
   powers the next house is left with, another cause, still decides how many.
5. The more a house may do, the earlier it is ended; with its powers in conflict and in what the
   ruler fears held, it is not.
6. A house of moderates is ended sooner than one of radicals (T073); not so with the channel held,
   while powers still count.
7. Both draft and bargain scale the chambers with what was there: no country's numbers stand in the
   rules.
8. An example abroad is followed once it is seen to have worked: few first dissolutions fall into
   its own month, and without it they come later.
9. After the ruler's own constitution a house is seldom ended in Kazakhstan.
10. Not reproduced: a presidential vote in sight does not bring the second end nearer.
11. Not reproduced: a strong rival does not bring the next vote forward (T009).

States are set in forks and start values, never a number of the rules; only the bargain is kept out
(`parliament.bargaining` 0) where its outcome is the state that is set. With 20 pairs of worlds a
difference of 0.25 between shares is missed with a chance below 0.1 where the shares lie near 0 or 1
and about 0.3 at worst; the differences tested are larger, at fixed seeds. In 4 there are 80 pairs,
to the end of 1996: what is left with the link held has a standard error of 0.08, against a bound of
0.16, and is wrongly found with a chance of about 0.05.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from worlds import not_reproduced

import poruka as pk

WORLDS, SEED, LONG = 20, 11, 40
STYLES = {"cautious": (0.9, 0.1), "blunt": (0.1, 0.9)}
PEACE = (("camps.clash", 0.0),)
PLEDGE_HELD = (("channels.pledge_of_constitution", "held"),)
RADICALISM = tuple(
    f"state.contenders.{leader}.radicalism" for leader in ("moderate", "communist", "nationalist")
)
MEANS_OF_RIVAL = tuple(
    f"state.contenders.moderate.{means}" for means in ("organisation", "money", "media")
)
START = {"kazakhstan": "1990-04", "russia": "1990-07"}
MONTH_OF_EXAMPLE = 43  # 1993-10, from 1990-03 on


class Histories:
    """Months of dissolutions and of own constitutions in many worlds, and how houses ended."""

    def __init__(self, scenario: pk.Scenario, worlds: int, until: str | None) -> None:
        """Play the worlds and read what is needed."""
        ensemble = pk.simulate(scenario, worlds=worlds, seed=SEED, until=until, progress=False)
        events = ensemble.events.astype({"kind": str, "actor": str, "instrument": str})
        ends = events[events.kind == "dissolution"].sort_values(["world", "month"])
        order = ends.groupby("world").cumcount()
        own = events[(events.kind == "constitution") & (events.actor == "president")]
        every = range(worlds)
        self.first = ends[order == 0].set_index("world").month.reindex(every)
        self.second = ends[order == 1].set_index("world").month.reindex(every)
        self.own = own.groupby("world").month.min().reindex(every)
        self.ends = ends.merge(self.own.rename("own"), left_on="world", right_index=True)
        self.by_force = float((ends.value == 3).mean())
        self.instruments = events[events.kind == "instrument"].instrument
        self.worlds = worlds

    @property
    def twice(self) -> float:
        """Return the share of worlds in which a second house is ended."""
        return float(self.second.notna().mean())

    @property
    def own_at_once(self) -> float:
        """Return the share of worlds in which his own constitution follows the first end."""
        return float((self.own - self.first <= 3).mean())

    def twice_within(self, months: int) -> float:
        """Return the share of worlds in which a second house is ended within some months."""
        return float((self.second - self.first <= months).mean())


@cache
def played(
    country: str,
    changes: tuple = PEACE,
    forks: tuple = (),
    without: tuple = (),
    worlds: int = WORLDS,
    until: str | None = None,
) -> Histories:
    """Return the histories of a country with changes and forks (moment, changes, forced act)."""
    scenario = pk.load(country, numbers="declared").change(dict(changes)).without(*without)
    for at, state, forced in forks:
        scenario = scenario.fork(at, dict(state), **({"force": forced} if forced else {}))
    return Histories(scenario, worlds, until)


def styled(country: str, style: str, bargained: int) -> tuple[tuple, tuple]:
    """Return the changes of a style, and the fork of a sequence at the start."""
    caution, impulsiveness = STYLES[style]
    changes = (
        *PEACE,
        ("start.president.caution", caution),
        ("start.president.impulsiveness", impulsiveness),
        ("parliament.bargaining", 0.0),
    )
    sequence = (
        ("state.constitution.adopted", bargained),
        ("state.constitution.compromise", bargained),
    )
    return changes, ((START[country], sequence, ""),)


def crossed(
    style: str, bargained: int, more: tuple = (), left: tuple = (), without: tuple = (), **size
) -> Histories:
    """Return Kazakh worlds of a style and a sequence, the first house ended from 1993-10 on."""
    changes, forks = styled("kazakhstan", style, bargained)
    forks += (("1993-10", (), "I13"),)
    forks += (("after dissolution", left, ""),) if left else ()
    return played("kazakhstan", (*changes, *more), forks, without, **size)


def forked(changes: tuple, at: str, fields: tuple, values: tuple) -> list[Histories]:
    """Return pairs of Kazakh worlds that differ from a moment on by the value of some fields."""
    return [
        played("kazakhstan", changes, ((at, tuple((field, value) for field in fields), ""),))
        for value in values
    ]


def test_a_bargained_constitution_outlives_the_first_dissolution():
    """Proposition 1."""
    worlds = played("kazakhstan", worlds=LONG)
    assert worlds.first.notna().mean() > 0.9
    assert worlds.twice > 0.6
    assert (worlds.own < worlds.second).mean() < 0.1
    assert (worlds.own - worlds.first <= 3).mean() < 0.2


@pytest.mark.parametrize(
    ("without", "least"),
    [
        not_reproduced((), 0.2, reason="his own follows at once in 60 % of worlds after a bargain"),
        pytest.param(
            ("I19",),
            0.5,
            marks=pytest.mark.xfail(
                strict=True,
                reason="not reproduced: in 80 worlds of another seed a second end comes in 40 %"
                " after a bargain and in 46 % without one (standard error 6 points)",
            ),
        ),
    ],
)
def test_sequence_decides_how_many(without: tuple, least: float):
    """Proposition 2: with an extension of his term at hand, and without one."""
    bargained, none = (crossed("cautious", it, without=without) for it in (1, 0))
    assert none.own_at_once > 0.6
    assert bargained.own_at_once < 0.1
    assert bargained.twice - none.twice > least


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: nearly every blunt ruler ends two"
    " houses, with a bargained constitution (95 %) or without (100 %), as pressure"
    " on a house never goes stale",
)
def test_sequence_decides_how_many_under_a_blunt_ruler():
    """Proposition 2."""
    assert crossed("blunt", 1).twice - crossed("blunt", 0).twice > 0.2


@pytest.mark.parametrize(
    "style",
    [not_reproduced("cautious", reason="it follows in 25 % of worlds without a bargain"), "blunt"],
)
def test_his_own_follows_at_once_or_not_at_all(style: str):
    """Proposition 2: in Russia."""
    bargained, none = (played("russia", *styled("russia", style, it)) for it in (1, 0))
    assert none.own_at_once > bargained.own_at_once + 0.3


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: the second Russian house has too few opponents, and too little hardship"
    " around it, for a conflict that is worth its end",
)
def test_sequence_decides_how_many_in_russia():
    """Proposition 2: not reproduced."""
    bargained, none = (played("russia", *styled("russia", "blunt", it)) for it in (1, 0))
    assert bargained.twice - none.twice > 0.2


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
@pytest.mark.parametrize("bargained", [0, 1])
def test_caution_decides_blood(country: str, bargained: int):
    """Proposition 3: here nobody is made to end the first house."""
    # Russia without a bargain lies near the bound: .52 in 300 worlds, so that few would not tell.
    worlds = 15 * WORLDS if (country, bargained) == ("russia", 0) else WORLDS
    blunt, cautious = (
        played(country, *styled(country, style, bargained), worlds=worlds, until="1996-12")
        for style in ("blunt", "cautious")
    )
    assert blunt.by_force - cautious.by_force > 0.5


def test_the_pledge_is_the_link():
    """Proposition 4: whether his own follows at once."""
    effect, without = (
        crossed("cautious", 0, more, worlds=10 * WORLDS, until="1996-12").own_at_once
        - crossed("cautious", 1, more, worlds=10 * WORLDS, until="1996-12").own_at_once
        for more in ((), PLEDGE_HELD)
    )
    weak, strong = (
        crossed("cautious", 1, PLEDGE_HELD, (("state.constitution.parliament_powers", powers),))
        for powers in (0.1, 0.95)
    )
    assert effect > 0.3 and abs(without) < effect / 3, (effect, without)
    assert strong.twice - weak.twice > 0.2


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: there is little for it to carry, as in 80 worlds of another seed a"
    " second end comes in 89 % after a bargain and in 82 % without one (standard error 5 points)",
)
def test_the_pledge_decides_how_many():
    """Proposition 4: how many houses are ended."""
    effect = crossed("cautious", 1).twice - crossed("cautious", 0).twice
    without = crossed("cautious", 1, PLEDGE_HELD).twice - crossed("cautious", 0, PLEDGE_HELD).twice
    assert effect > 0.2 and without < effect / 3, (effect, without)


def test_powers_bring_the_end_of_a_house_nearer():
    """Proposition 5."""
    held = (("channels.powers_feared", "held"), ("channels.powers_in_conflict", "held"))
    early = {}
    for off in ((), held):
        weak, strong = (
            played("kazakhstan", (*PEACE, ("start.parliament.powers", powers), *off))
            for powers in (0.3, 0.95)
        )
        early[off] = (weak.first - strong.first).mean()
    assert early[()] > 4.0
    assert early[held] < early[()] / 3


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: 15 points sooner, as the elite around a"
    " house holds together longer",
)
def test_moderates_are_sent_home_sooner():
    """Proposition 6."""
    held = (("channels.extremism_in_house", "held"),)
    sooner = {}
    for off in ((), held):
        moderate, radical = forked((*PEACE, *off), "after dissolution", RADICALISM, (0.05, 0.95))
        sooner[off] = moderate.twice_within(24) - radical.twice_within(24)
    powers = ("state.constitution.parliament_powers",)
    weak, strong = forked((*PEACE, *held), "after dissolution", powers, (0.1, 0.95))
    assert sooner[()] > 0.25
    assert abs(sooner[held]) < sooner[()] / 3
    assert strong.twice_within(24) - weak.twice_within(24) > 0.25


def chambers_of(seats: float) -> tuple[float, float, float]:
    """Return the seats of a house after a bargain, and of the two after a constitution of his."""
    scenario = pk.load("kazakhstan", numbers="declared").change(
        {"start.parliament.seats": seats, **dict(PEACE)}
    )
    # A world in which both houses bargain first, and one house alone is ended before his own.
    regime = pk.Regime(scenario, seed=SEED, world=3)
    bargained = 0.0
    while not regime.world.constitution[0].own and regime.world.clock[0].month < 170:
        regime.step()
        constitution = regime.world.constitution[0]
        bargained = constitution.lower_size if constitution.compromise else bargained
    return bargained, constitution.lower_size, constitution.upper_size


def test_chambers_scale_with_the_house_that_was():
    """Proposition 7."""
    large, small = chambers_of(360.0), chambers_of(180.0)
    assert 0.0 < small[0] < 180.0 and small[0] < large[0] < 360.0
    for before, after in zip(small, large, strict=True):
        assert after / before == pytest.approx(2.0, rel=0.02)
    assert 0.0 < large[1] < large[0] and 0.0 < large[2] < large[0]


def test_an_example_is_followed_once_it_is_seen_to_have_worked():
    """Proposition 8."""
    worlds = played("kazakhstan", worlds=LONG)
    alone = played("kazakhstan", without=("shocks.dispersal_in_moscow",), worlds=LONG)
    assert (worlds.first == MONTH_OF_EXAMPLE).mean() < 0.2
    assert np.nanmedian(alone.first) - np.nanmedian(worlds.first) > 2.0


def test_after_his_own_constitution_a_house_is_seldom_ended():
    """Proposition 9."""
    worlds = played("kazakhstan", worlds=LONG)
    later = worlds.ends[worlds.ends.month > worlds.ends.own]
    assert len(later) / worlds.worlds < 0.2


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="not reproduced, or no more than at the bound (.425 and .325 of 160 worlds): conflict"
    " over the powers of the second house ends it before a vote is near; the leaders who sit in it"
    " are no danger at the polls, as hardly anybody prefers them",
)
def test_a_vote_in_sight_brings_the_second_end_nearer():
    """Proposition 10."""
    near, far = (
        played(
            "kazakhstan",
            PEACE,
            (("after house_election", (("state.constitution.president_due", due),), ""),),
            worlds=8 * WORLDS,
        )
        for due in (72, 160)
    )
    assert near.twice_within(24) - far.twice_within(24) > 0.1


def test_a_strong_rival_brings_the_vote_forward():
    """Proposition 11."""
    weak, strong = forked(PEACE, "1997-06", MEANS_OF_RIVAL, (0.0, 0.9))
    early = [
        float(pd.Series(worlds.instruments).isin(["I37", "I38"]).sum()) / worlds.worlds
        for worlds in (weak, strong)
    ]
    assert early[1] - early[0] > 0.1
