"""The rich: what they owe to power, and why Russia's break later and fewer (fixed seeds).

1. What the rich may still hope to be given is what kin and foreigners leave: where the ruler has
   kin it is less than where he has none, and in neither case all of it.
2. Whatever power gives a man he owes it as far as no law gave it: the rent of favour, what a
   premier's office earns, what the leader of a clan has others robbed of, and what kin inherit when
   a Family goes (T039, T041).
3. What the market earns he owes to nobody.
4. Where all are the ruler's own, being so brings nobody near to him; where few are it does (T030).
5. In Russia open breaks of the rich are fewer and later than in Kazakhstan, but not absent (T047).
6. With Kazakhstan's solidarity more of Russia's rich break; with what it does, the support of those
   tied and the shield of one's own people, held at the means of Russia, hardly any more do, while
   what could be brought against them still moves breaks (T032).
7. Punishment deters as far as courts convict whom the ruler prosecutes: with captive courts fewer
   break (T050, T097).
8. Under a stronger successor some are broken early in their bid (not reproduced).

Propositions 1 to 4 are about single months of one world each, and certain. In 40 worlds of each
country one more break a world, and half as many, are more than three standard errors. Red danger
and custom are hypotheses of the text: their shares are reported only.
"""

import functools

import numpy as np
import pytest

import poruka as pk

SEED = 1604


def world_at(month: str, changes: dict | None = None, country: str = "kazakhstan") -> pk.Regime:
    """Return one world of a country without ethnic war at the end of a month."""
    scenario = pk.load(country, numbers="declared").change({"camps.clash": 0.0, **(changes or {})})
    regime = pk.Regime(scenario, seed=SEED, world=0)
    regime.run_until(month)
    return regime


def without_debts(month: str, changes: dict | None = None) -> pk.Regime:
    """Return a world in which nobody owes anything, is in favour, or is to be given anything."""
    regime = world_at(month, changes)
    regime.world.oligarchs["owed"] = 0.0
    regime.world.oligarchs["nearness"] = 0.0
    regime.world.oligarchs["wealth"] = 1.0
    regime.world.society["law_custom"] = 0.0
    regime.world.economy["assets_left"] = 0.0
    return regime


def debtors(regime: pk.Regime) -> set[int]:
    """Return the rows of those who owe a part of their fortune to power."""
    return set((regime.world.oligarchs["owed"] > 0.0).nonzero()[0].tolist())


def test_hope_is_for_what_kin_and_foreigners_leave():
    """Proposition 1."""
    kin, none = (
        world_at("1992-06", {"start.family.members": members}).world.oligarchs["claim"].sum()
        for members in (3.0, 0.0)
    )
    assert 0.0 < kin < none - 0.01 < 0.99


def test_the_rent_of_favour_is_owed_to_power():
    """Proposition 2, and proposition 3: those far from him earn as well, and owe nothing."""
    regime = without_debts("1998-01", {"posts.premier_income": 0.0, "property.clan_predation": 0.0})
    regime.world.oligarchs["nearness"][:10] = 0.9
    regime.step()
    assert debtors(regime) == set(range(10))
    assert (regime.world.oligarchs["wealth"][10:] > 1.0).sum() > 30


def test_what_office_earns_is_owed_to_power():
    """Proposition 2."""
    regime = without_debts("1998-01", {"property.clan_predation": 0.0})
    premier = int(regime.world.premier["person"][0])
    regime.step()
    assert premier >= 0 and debtors(regime) == {premier}


def test_what_clans_rob_is_owed_to_power():
    """Proposition 2."""
    regime = without_debts("1998-01", {"posts.premier_income": 0.0, "property.clan_predation": 0.5})
    regime.world.clans["enforcement"] = 1.0
    regime.world.clans["rooting"] = 1.0
    leaders = set(regime.world.clans["leader"].tolist())
    regime.step()
    assert debtors(regime) and debtors(regime) <= leaders


def test_what_a_family_leaves_is_owed_to_power():
    """Proposition 2: to the rich who are its kin, where there are such and it leaves the court."""
    scenario = pk.load("kazakhstan", numbers="declared").change(
        {"camps.clash": 0.0, "posts.premier_income": 0.0}
    )
    scenario = scenario.fork("1998-01", {"state.clans.rooting": 0.0})
    scenario = scenario.intervene("1998-02", force=["heir.unknown"])
    scenario = scenario.intervene("1998-03", force=["president.dies"])
    deaths = 0
    for world in range(12):
        regime = pk.Regime(scenario, seed=SEED, world=world)
        regime.run_until("1998-02")
        men = regime.world.oligarchs
        kin = men["kin"] > 0.0
        men["owed"] = men["nearness"] = 0.0
        regime.world.economy["assets_left"] = 0.0
        fortune = regime.world.family["wealth"][regime.world.family["active"] > 0].sum()
        wealth = men["wealth"].copy()
        regime.step()
        assert regime.world.history["rulers"][0] == pytest.approx(2)
        if (men["wealth"] - wealth)[kin].sum() > fortune / 2.0:  # the Family does not stay
            deaths += 1
            assert (men["owed"][kin] > 0.1).all() and (men["owed"][~kin] < 0.01).all()
    assert deaths > 3


def test_nobody_is_near_by_being_one_of_all():
    """Proposition 4."""
    regime = world_at("1995-01", country="russia")
    men, horde = regime.world.oligarchs, int(regime.world.president["horde"][0])
    spans = []
    for own in (range(10), range(len(men))):
        men["titular"] = False
        men["titular"][list(own)] = True
        men["horde"] = horde
        men["nearness"], men["kin"], men["post"] = 0.0, 0.0, 0
        regime.step()
        spans.append(men["nearness"][:10].mean())
    few, all_own = spans
    assert few > all_own


@functools.cache
def breaks(country: str, changes: tuple = (), held: tuple = ()) -> np.ndarray:
    """Return how many of the rich break of their own choice, by world and month."""
    scenario = pk.load(country, numbers="declared").change({"camps.clash": 0.0, **dict(changes)})
    scenario = scenario.with_channels(dict.fromkeys(held, "held"))
    ensemble = pk.simulate(scenario, worlds=40, seed=SEED, progress=False)
    events = ensemble.events
    found = events[(events["kind"] == "defection") & (events["rule"] == "oligarchs.defect")]
    table = np.zeros((40, ensemble.series["control"].sizes["month"]))
    np.add.at(table, (found["world"].to_numpy(), found["month"].to_numpy()), 1)
    return table


def a_world(*args) -> float:
    """Return breaks a world."""
    return float(breaks(*args).sum(axis=1).mean())


def test_russias_rich_break_later_and_fewer_but_break():
    """Proposition 5: months are counted from the start of a country, March or June 1990."""
    kazakhstan, russia = breaks("kazakhstan"), breaks("russia")
    assert russia.sum(axis=1).mean() < kazakhstan.sum(axis=1).mean() / 2
    assert russia.any(axis=1).mean() >= 0.05
    first = [np.median((one > 0).argmax(axis=1)[one.any(axis=1)]) for one in (kazakhstan, russia)]
    assert first[1] > first[0] + 12


@pytest.mark.slow
def test_russias_rich_are_alone():
    """Proposition 6."""
    alike = (("start.society.solidarity", 0.75),)
    held = ("own_people_leave", "shield_of_own_people")
    whole = a_world("russia", alike) - a_world("russia")
    left = a_world("russia", alike, held) - a_world("russia", (), held)
    assert whole > 1.0 and abs(left) < whole / 3
    few_files = (("start.elite.skeletons", 0.3),)
    assert a_world("russia", few_files, held) > a_world("russia", (), held) + 1.0


@pytest.mark.slow
@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_captive_courts_deter(country):
    """Proposition 7: in Russia where the rich are not alone, as few break there at all."""
    alike = ("start.society.solidarity", 0.75)
    free, captive = (a_world(country, (alike, ("start.force.courts", one))) for one in (0.05, 0.95))
    assert captive < free - 0.5


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="not reproduced: those who break do not become contenders, and no court tries them",
)
def test_some_are_broken_in_their_bid():
    """Proposition 8."""
    scenario = pk.load("russia", numbers="declared").change({"camps.clash": 0.0})
    scenario = scenario.fork("1999-08", force=("president.falls_ill", "heir.unknown"))
    events = pk.simulate(scenario, worlds=40, seed=SEED, progress=False).events
    late = events[(events["kind"] == "verdict") & (events["month"] > 115)]
    assert late["target"].astype(str).str.contains("magnate|premier").any()
