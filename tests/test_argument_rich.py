"""The rich and what they owe: what they may still hope for, and what power gave them (fixed seeds).

1. What the rich may still hope to be given is what kin and foreigners leave: where the ruler has
   kin it is less than where he has none, and in neither case all of it.
2. Whatever power gives a man he owes it as far as no law gave it: the rent of favour, what a
   premier's office earns, what the leader of a clan has others robbed of, and what kin inherit when
   a Family goes (T039, T041).
3. What the market earns he owes to nobody.

Propositions 1 to 3 are about single months of one world each, and certain.
"""

import pytest

import poruka as pk

SEED = 1604


def world_at(month: str, changes: dict | None = None, country: str = "kazakhstan") -> pk.Regime:
    """Return one world of a country without ethnic war at the end of a month."""
    scenario = pk.load(country).change({"camps.clash": 0.0, **(changes or {})})
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
    """Proposition 2: to the rich who are its kin."""
    scenario = pk.load("kazakhstan").change({"camps.clash": 0.0, "posts.premier_income": 0.0})
    scenario = scenario.fork("1998-01", {"state.clans.rooting": 0.0})
    scenario = scenario.intervene("1998-02", force=["heir.unknown"])
    scenario = scenario.intervene("1998-03", force=["president.dies"])
    regime = pk.Regime(scenario, seed=SEED, world=0)
    regime.run_until("1998-02")
    kin = regime.world.oligarchs["kin"] > 0.0
    regime.world.oligarchs["owed"] = 0.0
    regime.world.oligarchs["nearness"] = 0.0
    regime.world.economy["assets_left"] = 0.0
    regime.step()
    assert regime.world.history["rulers"][0] == pytest.approx(2)
    assert kin.any() and (regime.world.oligarchs["owed"][kin] > 0.1).all()
