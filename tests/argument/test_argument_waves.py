"""Waves of breaks come apart, travel along ties and grow (T024, T032, T048, T080, T084).

1. Each of the elite has a kinsman of his horde and people, a countryman of his horde and, below the
   head of his clan, a patron; support of those who are out reaches those tied to them, and nobody
   else.
2. The rich break in bunches, more than independent hazards at the rates of each world would have
   it; with breaches and support held at their means hardly any bunching is left, and how readily
   kin and horde hold together still moves breaks.
3. More breaks follow on those of tied men than where ties are shuffled among men of one horde and
   people; with support held they do not.
4. Where two waves occur the second is larger more often than not.
5. What makes breaks after 1998 more: support along ties, breaches seen, the worth of rules, the
   standards of the young, rooted clans and remembered wrongs; each held, fewer break.
6. A new generation makes later breaks more, and hardly so with the standards of the young held.

Hazards are those of each world: the rate of its own two years. Power: bunching is told from none by
more than five standard errors in 40 worlds, breaks along ties by three.
"""

import functools

import numpy as np
import pytest

import poruka as pk

WORLDS, SEED = 40, 1604
LATE = 96  # 1998, when property is given out
NEWS = ("own_people_leave", "breaches_seen")
SOURCES = (*NEWS, "worth_of_rules", "standards_of_young", "clans_take_root", "wrongs_suffered")
TIES = ("kin_tie", "home_tie", "patron_tie")


def country(held: tuple = (), off: tuple = (), start: tuple = ()):
    """Return Kazakhstan without ethnic war, with some links held and some mechanisms off."""
    scenario = (
        pk.load("kazakhstan", numbers="declared")
        .change({"camps.clash": 0.0, **dict(start)})
        .without(*off)
    )
    return scenario.with_channels(dict.fromkeys(held, "held"))


@functools.cache
def breaks(held: tuple = (), off: tuple = (), start: tuple = (), rule: str = "oligarchs.defect"):
    """Return who broke with the ruler by a rule: worlds, men, months."""
    scenario = country(held, off, start)
    ensemble = pk.simulate(scenario, worlds=WORLDS, seed=SEED, progress=False)
    events = ensemble.events
    found = events[(events["kind"] == "defection") & (events["rule"] == rule)]
    men = found["actor"].astype(str).str.split().str[-1].astype(int)
    table = np.zeros((WORLDS, 50, ensemble.series["control"].sizes["month"]))
    np.add.at(table, (found["world"].to_numpy(), men.to_numpy(), found["month"].to_numpy()), 1)
    return table


@functools.cache
def ties(world: int):
    """Return who is tied to whom at the start of a world, and the horde and people of each."""
    men = pk.Regime(country(), seed=SEED, world=world).world.oligarchs
    tied = np.zeros((len(men), len(men)), bool)
    for kind in TIES:
        for man, other in enumerate(men[kind]):
            if other >= 0:
                tied[man, other] = tied[other, man] = True
    return tied, men["horde"] * 2 + men["titular"]


def bunching(table: np.ndarray) -> float:
    """Return the variance of a season's breaks around the rate of two years, as a share of it."""
    seasons = table.sum(axis=1)[:, LATE:]
    seasons = seasons[:, : seasons.shape[1] // 3 * 3].reshape(WORLDS, -1, 3).sum(axis=2)
    window = np.ones(9)
    size = np.convolve(np.ones(seasons.shape[1]), window, "same")
    rate = np.array([np.convolve(one, window, "same") for one in seasons]) / size
    # A season is a ninth of its own mean, which takes that much of its variance away.
    return float(((seasons - rate) ** 2).sum() / (rate * (1.0 - 1.0 / size)).sum())


def follow_on_ties(table: np.ndarray, rng: np.random.Generator, shuffles: int = 100) -> float:
    """Return by how many standard errors more tied men broke in the year before than shuffled."""
    pairs, by_chance = 0.0, np.zeros(shuffles)
    for world in range(WORLDS):
        tied, group = ties(world)
        recent = np.cumsum(table[world], axis=1) - np.cumsum(
            np.pad(table[world], ((0, 0), (12, 0)))[:, : table.shape[2]], axis=1
        )
        men, months = table[world, :, LATE:].nonzero()
        before = (recent[:, months + LATE] > 0).T
        before[np.arange(len(men)), men] = False
        pairs += (tied[men] & before).sum()
        for shuffle in range(shuffles):
            order = np.arange(len(group))
            for one in np.unique(group):
                place = np.flatnonzero(group == one)
                order[place] = rng.permutation(place)
            by_chance[shuffle] += (tied[np.ix_(order, order)][men] & before).sum()
    return float((pairs - by_chance.mean()) / by_chance.std())


def waves(months: np.ndarray) -> list[int]:
    """Return how many broke in each wave: three men or more, with no quiet year between them."""
    sizes, last = [], -1000
    for month in np.flatnonzero(months):
        if month - last > 12:
            sizes.append(0)
        sizes[-1] += int(months[month])
        last = month
    return [size for size in sizes if size >= 3]


def late(*args) -> float:
    """Return how many break with the ruler of their own choice after 1998, on average."""
    return breaks(*args)[:, :, LATE:].sum() / WORLDS


def test_support_reaches_those_tied_and_nobody_else():
    """Proposition 1."""
    regime = pk.Regime(country(), seed=SEED, world=0)
    regime.run_until("1995-01")
    men, clans = regime.world.oligarchs, regime.world.clans
    for kind in ("kin_tie", "home_tie"):
        other = men[kind]
        assert (men["horde"][other] == men["horde"]).all()
        assert (other != np.arange(len(men))).all()
    assert (men["titular"][men["kin_tie"]] == men["titular"]).all()
    leader = clans["leader"][men["clan"]]
    expected = np.where(leader == np.arange(len(men)), -1, leader)
    assert (men["patron_tie"] == expected).all()
    men["stance"] = 0
    men["stance"][:3] = 3
    clans["rooting"] = 0.5
    tied = np.zeros(len(men), bool)
    for kind in TIES:
        named = men[kind][:3]
        tied[named[named >= 0]] = True
        tied |= np.isin(men[kind], [0, 1, 2])
    regime.step()
    assert (men["support"] > 0.0)[3:].tolist() == tied[3:].tolist()


def test_breaks_bunch_through_news_and_support():
    """Proposition 2."""
    excess, alone = bunching(breaks()) - 1.0, bunching(breaks(NEWS)) - 1.0
    assert excess > 0.25 and abs(alone) < excess / 3
    few, many = (late(NEWS, (), (("start.society.solidarity", one),)) for one in (0.15, 0.75))
    assert many > few + 2.0


@pytest.mark.slow
def test_breaks_follow_on_those_of_tied_men():
    """Proposition 3: without a new generation and new men, who would bring ties of their own."""
    still, rng = ("M3.renewal", "M3.places"), np.random.default_rng(SEED)
    assert follow_on_ties(breaks((), still), rng) > 2.0
    assert abs(follow_on_ties(breaks(("own_people_leave",), still), rng)) < 2.0


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: two waves come in 7 of these worlds, and the second is larger in half"
    " of them; nobody breaks in a crisis without a crowd any more, which had made waves",
)
def test_the_second_wave_is_larger_more_often_than_not():
    """Proposition 4: waves of all breaks, those in a crisis too."""
    months = (breaks() + breaks((), (), (), "crisis.play")).sum(axis=1)
    sizes = [found[:2] for found in map(waves, months) if len(found) > 1]
    assert len(sizes) >= 10 and np.mean([second > first for first, second in sizes]) > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("link", SOURCES)
def test_each_source_makes_later_breaks_more(link):
    """Proposition 5."""
    assert late((link,)) < late()


@pytest.mark.slow
def test_a_new_generation_makes_later_breaks_more():
    """Proposition 6."""
    young = ("standards_of_young",)
    whole = late() - late((), ("M3.renewal",))
    left = late(young) - late(young, ("M3.renewal",))
    assert whole > 1.0 and left < whole / 2
