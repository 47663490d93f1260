"""The elite: first it closes ranks for property, then it has something to lose (fixed seeds).

1. The old elite starts loose. Where property is given out through power its cohesion rises; where
   there is none to give, or law divides it, it rises less, in Kazakhstan and in Russia (T039).
2. It rises through what is still to be had and through mutual cover: with both from a donor world
   hardly anything is left of the effect, while another cause, how many are of the ruler's own
   horde, still moves cohesion (T038, T039).
3. What can be brought against men binds them in the best years, through mutual cover (T038).
4. In most worlds of Kazakhstan cohesion and control both have their height inside the reign, and
   are lower at its end (T118). The months are not asked for.
5. Russia's control rises after 1998 whatever property there was to give, and more where a sick
   ruler hands over in time (T118; not reproduced).
6. While more is still to be had, with fortunes the same, fewer break with the ruler after 1998
   (T040).
7. The pace of privatisation moves the first break. With what is still to be had, the wish for rank
   and the insecurity of property from donor worlds, two thirds of that are gone (T040-T042; not
   reproduced).
8. A boom moves breaks no less than a slump (T044).
9. Men seldom go back and forth: four in five breaks are by men who never broke before.
10. Russia's rich break with the ruler once in five worlds, premiers who declare themselves not
    counted (not reproduced).

Power: effects on cohesion are tens of standard errors. The pace moves the first break by five of
them, a boom the number of breaks by more than three. The difference of proposition 6 was 0.92
breaks a world in 200 worlds of another seed, with a standard error of 0.25: below its bound with a
chance of about 0.1, where 40 worlds have an error of 0.5. From 1996 to 1999 too few break for it.
"""

import functools

import numpy as np
import pytest

import poruka as pk

SEED = 1604
START = "1992-01"
GIVEN = (("state.economy.assets_left", 0.9),)
NONE = (("state.economy.assets_left", 0.02),)
BY_LAW = (*GIVEN, ("state.society.law_custom", 0.9))
TIES = ("spoils_to_come", "mutual_surety")
REASONS = ("spoils_to_come", "wish_for_rank", "insecurity_of_property")
SHOCK_YEARS = range(1997, 2005)


@functools.cache
def played(
    country: str,
    worlds: int,
    start: tuple = (),
    fork: tuple = (),
    at: str = START,
    donors: tuple = (),
    until: str | None = None,
    off: tuple = (),
    force: tuple = (),
):
    """Return worlds of a country without ethnic war, some links speaking from donor worlds."""
    scenario = (
        pk.load(country, numbers="declared")
        .change({"camps.clash": 0.0, **dict(start)})
        .without(*off)
    )
    if fork or force:
        scenario = scenario.fork(at, dict(fork), force=force)
    if donors:
        scenario = scenario.with_channels(dict.fromkeys(donors, "donor"))
    return pk.simulate(scenario, worlds=worlds, seed=SEED, until=until, progress=False)


def series(ensemble, name: str) -> np.ndarray:
    """Return a monthly index by world and month."""
    return ensemble.series[name].transpose("world", "month").to_numpy()


def breaks(ensemble, first: int = 0, last: int = 1000) -> np.ndarray:
    """Return how often the rich broke with the ruler between two months, by world."""
    events = ensemble.events
    found = events[(events["kind"] == "defection") & events["month"].between(first, last)]
    return found.groupby("world").size().reindex(range(len(ensemble.outcomes)), fill_value=0)


def first_break(ensemble) -> np.ndarray:
    """Return the month of the first break by world, the end where nobody broke."""
    events = ensemble.events
    months = events[events["kind"] == "defection"].groupby("world")["month"].min()
    end = series(ensemble, "control").shape[1]
    return months.reindex(range(len(ensemble.outcomes)), fill_value=end).to_numpy(float)


def rise(country: str, fork: tuple, donors: tuple = (), start: tuple = ()) -> np.ndarray:
    """Return how cohesion changed from the year before property was given out to the year after."""
    ensemble = played(country, 12, start, fork, donors=donors, until="1993-06")
    cohesion = series(ensemble, "monolith")
    return cohesion[:, 28:40].mean(axis=1) - cohesion[:, 9:21].mean(axis=1)


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_property_given_out_through_power_closes_ranks(country):
    """Proposition 1."""
    given, none, by_law = (rise(country, fork).mean() for fork in (GIVEN, NONE, BY_LAW))
    assert given > none + 0.05 and given > by_law + 0.05
    cohesion = series(played(country, 12, (), GIVEN, until="1993-06"), "monolith").mean(axis=0)
    assert cohesion[0] < cohesion[28:40].mean() - 0.1, "it starts loose"


def test_ranks_close_for_what_is_to_come_and_for_mutual_cover():
    """Proposition 2."""
    whole = rise("kazakhstan", GIVEN).mean() - rise("kazakhstan", NONE).mean()
    left = rise("kazakhstan", GIVEN, TIES).mean() - rise("kazakhstan", NONE, TIES).mean()
    assert abs(left) < whole / 3
    few, many = (
        series(
            played("kazakhstan", 12, (("start.elite.own_horde_share", share),), GIVEN, START, TIES),
            "monolith",
        )[:, 28:40].mean()
        for share in (0.15, 0.6)
    )
    assert many > few + 0.02


def test_what_can_be_brought_against_men_binds_them():
    """Proposition 3."""
    spans = {}
    for donors in ((), ("mutual_surety",)):
        clean, burdened = (
            series(
                played(
                    "kazakhstan",
                    12,
                    (("start.elite.skeletons", files),),
                    donors=donors,
                    until="1996-12",
                ),
                "monolith",
            )[:, 58:].mean()
            for files in (0.1, 0.9)
        )
        spans[donors] = burdened - clean
    assert spans[()] > 0.05 and abs(spans["mutual_surety",]) < spans[()] / 3


def test_cohesion_and_control_have_their_height_inside_the_reign():
    """Proposition 4."""
    ensemble = played("kazakhstan", 40)
    for name in ("monolith", "control"):
        values = series(ensemble, name)
        height, months = values.argmax(axis=1), values.shape[1]
        inner = (height >= 12) & (height < months - 12)
        frayed = values[:, -12:].mean(axis=1) < values.max(axis=1) - 0.1
        rose = values.max(axis=1) > values[:, :6].mean(axis=1) + 0.05
        assert np.mean(inner & frayed & rose) > 0.7, name


@pytest.mark.slow
def test_russias_control_rises_with_a_handover_and_not_with_property():
    """Proposition 5."""

    def late_rise(**settings):
        control = series(played("russia", 60, **settings), "control")
        return control[:, 166:].mean(axis=1) - control[:, 94:118].mean(axis=1)

    given, none = late_rise(fork=GIVEN), late_rise(fork=NONE)
    assert given.mean() > 0.03 and none.mean() > 0.03
    assert given.mean() - none.mean() < 0.03, "property does not raise it"
    stays = late_rise(off=("M10.handover",))
    goes = late_rise(at="1999-08", force=("president.falls_ill", "heir.unknown"))
    assert (goes - stays).mean() > 0.0


@pytest.mark.slow
def test_while_more_is_to_be_had_fewer_break():
    """Proposition 6: set in a month when fortunes are made and the first break is near."""
    little, much = (
        breaks(
            played(
                "kazakhstan",
                200,
                (),
                (("state.economy.assets_left", left),),
                "1999-01",
                until="2001-12",
            ),
            106,
        )
        for left in (0.02, 0.6)
    )
    assert (little - much).mean() > 0.5


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: five months instead of six, as in half of the worlds the first break"
    " comes in the crisis of a house that is ended, which asks for nothing that is to come",
)
def test_pace_moves_the_first_break_through_three_reasons():
    """Proposition 7: pace is no cause that a start value sets, so that its number is moved."""
    spans = {}
    for donors in ((), REASONS):
        slow, fast = (
            first_break(played("kazakhstan", 80, (("property.pace", pace),), donors=donors))
            for pace in (0.02, 0.2)
        )
        spans[donors] = (slow - fast).mean()
    assert spans[()] > 6.0 and abs(spans[REASONS]) < spans[()] / 3


@pytest.mark.slow
def test_a_boom_moves_breaks_no_less_than_a_slump():
    """Proposition 8."""
    slump, usual, boom = (
        breaks(played("kazakhstan", 60, start))
        for start in (
            tuple((f"shocks.oil_{year}.value", 12.0) for year in SHOCK_YEARS),
            (),
            tuple((f"shocks.oil_{year}.value", 40.0) for year in SHOCK_YEARS),
        )
    )
    assert (boom - usual).mean() > 0.0
    assert abs((boom - usual).mean()) >= abs((slump - usual).mean())


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: one break in five is by a man who had"
    " broken before (.21 in 120 worlds, too near the bound for fewer)",
)
def test_men_seldom_go_back_and_forth():
    """Proposition 9."""
    events = played("kazakhstan", 120).events
    # A man is told from those before him by how many new men his place has seen.
    place = [events["world"], events["actor"].astype(str)]
    events = events.assign(man=events["kind"].eq("newcomer").groupby(place).cumsum())
    found = events[events["kind"] == "defection"]
    assert len(found.groupby(["world", "actor", "man"], observed=True)) > 0.8 * len(found) > 0


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: some do, but in one world of eight, as they are alone and few are free"
    " of what could be brought against them",
)
def test_some_of_russias_rich_break_with_the_ruler():
    """Proposition 10."""
    events = played("russia", 60).events
    found = events["kind"].eq("defection") & events["rule"].ne("posts.bid")
    assert found.sum() / 60 >= 0.2
