"""The pillar and the paradox (T089, T121; Some Comparisons; Conclusion).

1. Custom of one-man rule first feeds those who promise the old authority: more people like
   Russia's communists in 1993 with its own custom than with Kazakhstan's. With the link held that
   is gone; how far the union was one's own empire still moves it. In Kazakhstan, where the ruler
   holds the country from the start, Russia's custom speaks for him at once: the link makes up for
   that.
2. They learn no democratic ways: under Russia's custom their radicalism stays, under little custom
   a hearing moderates it. With the link held it does not depend on custom.
3. What it feeds them goes as the ruler comes to hold the country, and he is recognised instead: in
   Russia the lead that custom gives them is smaller in 2003 than in 1993, that of the ruler larger.
4. Kazakhstan with Russia's custom frays less than without, and no more so with the opposition that
   custom breeds there; not in all worlds does the fraying end.
5. Readiness raised from outside raises repression in a share of worlds above placebo, in
   Kazakhstan and in Russia; in Kazakhstan it lowers it in others (in Russia there is too little to
   lower). With ripeness in the ruler's unease from donor worlds at least a third of that share is
   gone, while what a ruler has to answer for still raises repression.
6. In Russia it is rather the ruler who was more threatened before that answers with repression.
7. What custom lends them in what people think of them, and in the votes for them, are two links:
   either can be held without the other.

Power: over 60 pairs of worlds a share of 0.25 has an error of 0.06; the placebo, a habit moved by
one part in fifty, raises repression in one world of a hundred.
"""

import functools

import numpy as np
import pytest

import poruka as pk
from poruka.engine.channel_kinds import Channel, ChannelMode
from poruka.engine.interpreted import interpreted
from poruka.engine.kinds import Role
from poruka.rules.forces.vote_count import count_votes

SEED = 1610
RUSSIA_S, KAZAKHSTAN_S = 0.95, 0.5
NOSTALGIA = "start.opposition.imperial_nostalgia"
RED_BROWN = (
    ("start.opposition.communist", 0.75),
    ("start.opposition.communist_radicalism", 0.5),
    ("start.opposition.nationalist_radicalism", 0.75),
    (NOSTALGIA, 0.85),
)
RIPE = (("state.citizens.habit", 0.75), ("state.citizens.order_demand", 0.1))
PLACEBO = (("state.citizens.habit", "*1.02"),)
SMALL = 0.005
CLEAN, GUILTY = ((("state.president.guilt", guilt),) for guilt in (0.0, 1.0))


@functools.cache
def scenario_of(country: str, custom: float | None = None, change: tuple = (), off: tuple = ()):
    """Return a country without ethnic war, with another custom and some links off."""
    changes = {"camps.clash": 0.0, **dict(change)}
    if custom is not None:
        changes["start.society.autocratic_custom"] = custom
    return pk.load(country, numbers="declared").change(changes).with_channels(dict(off))


@functools.cache
def communists(country: str, custom: float, date: str, change: tuple = (), off: tuple = ()):
    """Return, by world, how many like the communist and how radical he is."""
    rows = []
    for world in range(12):
        scenario = scenario_of(country, custom, change, off)
        regime = pk.Regime(scenario, seed=SEED, world=world).run_until(date)
        communist = regime.world.contenders[Role.COMMUNIST]
        rows.append((communist["liked"], communist["radicalism"]))
    return np.array(rows)


def liked(country: str, custom: float, date: str, **settings) -> float:
    """Return the share of citizens who like the communist, over worlds."""
    return communists(country, custom, date, **settings)[:, 0].mean()


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: under Russia's custom the communist is liked by 3 points fewer in June"
    " 1993 than under Kazakhstan's; not looked into",
)
def test_custom_feeds_a_red_brown_opposition_first():
    """Proposition 1."""
    off = (("custom_and_old_order", "held"),)

    def gain(country: str, date: str, off: tuple = ()) -> float:
        own, other = (liked(country, custom, date, off=off) for custom in (RUSSIA_S, KAZAKHSTAN_S))
        return own - other

    whole = gain("russia", "1993-06")
    assert whole > 0.03 and gain("russia", "1993-06", off) < whole / 3
    assert gain("kazakhstan", "1991-06") > gain("kazakhstan", "1991-06", off) + 0.03
    foreign, own = (
        liked("russia", RUSSIA_S, "1993-06", off=off, change=((NOSTALGIA, nostalgia),))
        for nostalgia in (0.05, 0.95)
    )
    assert own > foreign + 0.05


def test_custom_keeps_them_from_learning():
    """Proposition 2."""

    def radicalism(custom: float, off: tuple = ()) -> float:
        return communists("russia", custom, "1999-06", off=off)[:, 1].mean()

    assert radicalism(0.95) > radicalism(0.1) + 0.05
    off = (("custom_and_moderation", "held"),)
    assert abs(radicalism(0.95, off) - radicalism(0.1, off)) < 0.02


@functools.cache
def approval(custom: float) -> np.ndarray:
    """Return the approval of Russia's ruler by world and month."""
    ensemble = pk.simulate(scenario_of("russia", custom), worlds=40, seed=SEED, progress=False)
    return ensemble.series["approval"].transpose("world", "month").to_numpy()


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: those who like the communist are fewer by .07 in 1993 and by .03 in"
    " 2003 where custom is Russia's, in twelve worlds; it never feeds him much",
)
def test_then_custom_supports_the_ruler():
    """Proposition 3."""
    early, late = (
        liked("russia", RUSSIA_S, date) - liked("russia", KAZAKHSTAN_S, date)
        for date in ("1993-06", "2003-06")
    )
    assert late < early - 0.03, "who likes the communist"
    gain = approval(RUSSIA_S) - approval(KAZAKHSTAN_S)
    assert gain[:, 130:].mean() > gain[:, 22:58].mean() + 0.01, "approval of the ruler"


@functools.cache
def falls(custom: float, change: tuple = ()) -> np.ndarray:
    """Return how far Kazakhstan's control is in the last year below its height, by world."""
    ensemble = pk.simulate(
        scenario_of("kazakhstan", custom, change), worlds=40, seed=SEED, progress=False
    )
    control = ensemble.series["control"].transpose("world", "month").to_numpy()
    return control[:, 12:].max(axis=1) - control[:, -12:].mean(axis=1)


@pytest.mark.slow
def test_kazakhstan_with_russias_custom_frays_less():
    """Proposition 4."""
    assert (falls(KAZAKHSTAN_S) - falls(RUSSIA_S)).mean() > 0.03
    assert (falls(KAZAKHSTAN_S) - falls(RUSSIA_S, RED_BROWN)).mean() > 0.03
    assert (falls(RUSSIA_S) > 0.05).any(), "not at all would be more than the text says"


@functools.cache
def repression(country: str, yearly: tuple = (), off: tuple = (), change: tuple = ()):
    """Return mean repression from 1996 on by world, with some state set anew every January."""
    scenario = scenario_of(country, None, change, off)
    for year in range(1996, 2005) if yearly else ():
        scenario = scenario.fork(f"{year}-01", dict(yearly))
    ensemble = pk.simulate(scenario, worlds=60, seed=SEED, progress=False)
    return ensemble.series["repression"].transpose("world", "month").to_numpy()[:, 72:].mean(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "country",
    [
        pytest.param(
            "kazakhstan",
            marks=pytest.mark.xfail(
                strict=True,
                reason="not reproduced: readiness lowers repression in 3 % of worlds, no more than"
                " the placebo does",
            ),
        ),
        "russia",
    ],
)
def test_readiness_can_raise_repression(country):
    """Proposition 5."""
    rise = repression(country, RIPE) - repression(country)
    placebo = repression(country, PLACEBO) - repression(country)
    assert np.mean(rise > SMALL) > np.mean(placebo > SMALL) + 0.1
    if country == "kazakhstan":
        assert np.mean(rise < -SMALL) > np.mean(placebo < -SMALL)
    off = (("ripeness_in_unease", "donor"),)
    left = repression(country, RIPE, off) - repression(country, (), off)
    assert np.mean(left > SMALL) < np.mean(rise > SMALL) * 2.0 / 3.0
    clean, guilty = (repression(country, guilt, off) for guilt in (CLEAN, GUILTY))
    assert (guilty - clean).mean() > 0.001


@pytest.mark.slow
def test_the_more_threatened_ruler_answers_with_repression():
    """Proposition 6."""
    scenario = scenario_of("russia")
    ensemble = pk.simulate(scenario, worlds=60, seed=SEED, progress=False)
    threat = ensemble.series["strongest_threat"].transpose("world", "month").to_numpy()
    before = threat[:, 60:72].mean(axis=1)
    rise = repression("russia", RIPE) - repression("russia")
    more = before > np.median(before)
    assert rise[more].mean() > rise[~more].mean()


def votes_of_communist(branch: pk.Regime, params) -> float:
    """Return the share that the communist has of a free vote held now."""
    contenders = branch.world.contenders
    contenders["on_ballot"] = contenders["active"]
    interpreted(count_votes)(branch.world, params, 1.0)
    return float(contenders["votes"][Role.COMMUNIST])


def test_what_people_think_and_how_they_vote_are_two_links():
    """Proposition 7."""
    scenario = pk.load("russia", numbers="declared")
    regime = pk.Regime(scenario, seed=3, world=0)
    regime.run_until("1992-12")
    params = scenario.params()
    voted, thought = [], []
    for link in (None, Channel.CUSTOM_AND_OLD_ORDER_AT_VOTE, Channel.CUSTOM_AND_OLD_ORDER):
        branch = regime.fork()
        if link is not None:
            switch = branch.world.channels[link]
            switch["mode"], switch["held"] = ChannelMode.HELD, 1.0
        voted.append(votes_of_communist(branch, params))
        branch.step()
        thought.append(float(branch.world.contenders["liked"][Role.COMMUNIST]))
    assert voted[1] > voted[0] == voted[2], voted
    assert thought[2] > thought[0] == thought[1], thought
