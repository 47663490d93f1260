"""Every coded start value moves what its anchor names.

1. Every key of the codebook stands in the list below, with the quantity that its anchors name and
   the direction from the first of them to the last.
2. Moved between its outer anchors (counted values: between two that occur), a start value moves its
   quantity in the direction named, in paired worlds of a place where it can: while a start still
   tells, or in the country or under the other start values that need it.
3. Those that do not are listed by name with the reason, and leave that list as soon as they do.
   One is left.
4. What the theory adds of a man whose views follow advantage, that he is the safer for it, is not
   found in how he is approved of: that is expected to fail.

Power: 24 paired worlds of some 300 agents; a value moves a quantity if the mean of the paired
differences is more than three standard errors from 0, which finds one standard deviation of a
difference in 97 % of runs; what is listed as not moving leaves the list at four. Places, and the
quantities of many values, were chosen after seeing what moves, under another seed but for three
(`society.atomisation`, `opposition.moderate`, `constitution.mandate`): this shows that no input is
dead, and tests no anchor.

Three values are looked at in each run of the tests, the others in the long campaigns only: a value
needs two sets of 24 worlds of its own, and with twelve pairs one standard deviation of a difference
would be found in 68 % of runs only.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from worlds import SMALL

import poruka as pk
from poruka.analysis.parameter_effects import build_quantity_table

WORLDS, SEED = 24, 12
VIEWS = "views_left_behind"
DATA = Path(pk.__file__).parent / "data"


class Place(NamedTuple):
    """Where a start value is looked at: a country, up to when, with which other changes."""

    country: str = "kazakhstan"
    until: str | None = None
    with_it: tuple = ()


class Move(NamedTuple):
    """A start value: two values of it, what it moves, in which direction, and where."""

    low: float
    high: float
    quantity: str
    sign: int  # 1 up, -1 down, 0 either way, where the anchors name a position
    place: Place = Place()


SHARE = (0.05, 0.95)
SOON = Place(until="1993-03")  # while what a country starts from still tells
TORN = Place("moldova", "1993-03")  # where peoples are near a war
OLD = Place(until="1993-03", with_it=(("start.president.age", 70.0),))
PRESIDENCY = Place(until="1993-03", with_it=(("start.constitution.mandate", 1.0),))
LARGE_HOUSE = Place(until="1990-09", with_it=(("start.scale.deputies", 360),))
HORDES = Place(
    until="1993-03", with_it=(("start.society.hordes", 3.0), ("start.elite.own_horde_share", 0.5))
)
COMMUNISTS = Place(until="1993-03", with_it=(("start.opposition.communist", 0.95),))
MOVES = {
    "society.consensus": Move(*SHARE, "count_clash", -1, TORN),
    "society.solidarity": Move(*SHARE, "defections", 1),
    "society.atomisation": Move(*SHARE, "largest_crowd", -1, Place("kyrgyzstan")),
    "society.autocratic_custom": Move(*SHARE, "mean_order_demand", 1),
    "society.kin_acceptance": Move(*SHARE, "kin_wealth_share", 1),
    "society.law_custom": Move(*SHARE, "mean_control", -1, SOON),
    "society.order_demand": Move(*SHARE, "mean_order_demand", 1),
    "society.habit": Move(*SHARE, "mean_readiness", 1),
    "society.contested": Move(*SHARE, "mean_readiness", 1),
    "society.camps_apart": Move(*SHARE, "count_clash", 1),
    "society.minority_spread": Move(0.05, 0.45, "count_clash", 0, TORN),
    "society.nation_lean": Move(-0.75, 0.75, "mean_approval", 0, SOON),
    "society.market_lean": Move(-0.75, 0.75, "half_reformed_month", -1),
    "society.minority_share": Move(0.05, 0.5, "count_clash", 1, Place("russia")),
    "society.polarisation": Move(0.5, 1.5, "count_clash", 1),
    "society.hordes": Move(1, 3, "shut_out_defections", 1),
    "economy.oil_weight": Move(*SHARE, "mean_gdp", 0),
    "economy.market_share": Move(0.05, 0.5, "mean_gdp", 1),
    "economy.reform": Move(0.05, 0.95, "half_reformed_month", -1),
    "parliament.freedom": Move(*SHARE, "mean_parliament_autonomy", 1),
    "parliament.powers": Move(*SHARE, "mean_pluralism", 1, SOON),
    "parliament.opposition": Move(*SHARE, "mean_parliament_autonomy", 1),
    "parliament.custom": Move(*SHARE, "dissolutions", -1),
    "parliament.seats": Move(20, 360, "spread_mean_parliament_autonomy", -1, LARGE_HOUSE),
    "parliament.due_months": Move(12, 60, "count_election", -1),
    "parliament.term_months": Move(24, 60, "count_election", -1),
    "opposition.equals": Move(*SHARE, "mean_strongest_threat", 1, SOON),
    "opposition.moderate": Move(*SHARE, "mean_belief_in_alternative", 1, SOON),
    "opposition.nationalist": Move(*SHARE, "mean_strongest_threat", 1, SOON),
    "opposition.minority": Move(*SHARE, "mean_strongest_threat", 1, SOON),
    "opposition.communist": Move(*SHARE, "mean_strongest_threat", 1, SOON),
    "opposition.moderate_radicalism": Move(*SHARE, "mean_belief_in_alternative", -1, SOON),
    "opposition.nationalist_radicalism": Move(*SHARE, "mean_strongest_threat", -1, SOON),
    "opposition.communist_radicalism": Move(*SHARE, "mean_strongest_threat", -1, COMMUNISTS),
    "opposition.imperial_nostalgia": Move(*SHARE, "mean_strongest_threat", 0, COMMUNISTS),
    "constitution.registration_barrier": Move(*SHARE, "mean_control", 1, SOON),
    "constitution.mandate": Move(0, 2, "first_election_month", 0, SOON),
    "constitution.president_due": Move(6, 24, "first_election_month", 1, PRESIDENCY),
    "constitution.term_months": Move(48, 84, "count_election", -1),
    "constitution.governors_appointed": Move(0, 1, "mean_control", 1),
    "constitution.deputy_office": Move(0, 1, "count_I23", 1),
    "constitution.independent": Move(0, 1, "count_independence", -1),
    "elite.regime_made": Move(*SHARE, "young_defections", 1),
    "elite.skeletons": Move(*SHARE, "defections", -1),
    "elite.own_horde_share": Move(0.25, 0.95, "shut_out_defections", -1),
    "elite.titular_share": Move(*SHARE, "outsider_wealth_share", -1),
    "elite.outsiders_eligible": Move(*SHARE, "outsider_wealth_share", -1),
    "family.ambition": Move(*SHARE, "mean_pluralism", 1, SOON),
    "family.aggressiveness": Move(*SHARE, "count_seizure", 1),
    "family.members": Move(1, 8, "kin_wealth_share", 1),
    "family.sons": Move(0, 3, "count_naming", 1, OLD),
    "media.independent": Move(*SHARE, "mean_media_control", -1),
    "force.obedience": Move(*SHARE, "mean_order_demand", -1, HORDES),
    "force.courts": Move(*SHARE, "mean_control", 1, SOON),
    "president.caution": Move(*SHARE, "blunt_acts", -1, SOON),
    "president.foresight": Move(*SHARE, "instruments_used", 1),
    "president.impulsiveness": Move(*SHARE, "blunt_acts", 1, Place("russia", "1994-06")),
    "president.reverence": Move(*SHARE, "instruments_used", -1),
    "president.flexibility": Move(*SHARE, VIEWS, 1, SOON),
    "president.health": Move(0.5, 0.95, "mean_monolith", 1, SOON),
    "president.nation": Move(-0.75, 0.75, "mean_approval", 0, SOON),
    "president.market": Move(-0.75, 0.75, "half_reformed_month", -1),
    "president.goodwill": Move(-0.3, 0.3, "mean_approval", 1),
    "president.age": Move(45, 70, "mean_monolith", -1, SOON),
    "president.guilt": Move(0, 5, "instruments_used", 1, SOON),
    "outside.union_hold": Move(0.25, 0.95, "count_clash", -1, TORN),
    "outside.claims": Move(*SHARE, "count_clash", 1, TORN),
    "outside.ally": Move(*SHARE, "end_belief_in_alternative", -1, SOON),
    "outside.oil_price": Move(10, 40, "mean_gdp", 1),
    "outside.neighbour_mandate": Move(0, 2, "first_election_month", -1),
    "outside.prosecution": Move(0.0, 0.9, "count_I47", 1),
    "outside.west_attention": Move(*SHARE, "first_election_month", 1, SOON),
}
"""Key of the codebook: what its anchors name.

What has no count of its own is read off what it works through: courts and hurdles are fields of
control; age and health loosen the elite, and a heritage of law what he can have done; the centre,
claims, agreement and the mixture of peoples show in clashes; a man's manner in how blunt his acts
are; obedience in the fear of anarchy where hordes quarrel; the eyes of the West in how late he
dares a vote with one name; the seats of a house in how much chance there is in its votes; the speed
at which views follow advantage in how far he has left those of the start, which is read off the
worlds themselves.
"""

NOT_MOVED = {
    "president.reverence": (
        "1.3 standard errors in the direction named; to 1993-03 it moves the first election alone"
    )
}
"""Start values that do not move what their anchors name, with the reason; it can only shrink."""


@cache
def bluntness() -> dict[str, float]:
    """Return how blunt each instrument is, in steps."""
    steps = ("none", "slight", "middling", "strong")
    table = tomllib.loads((DATA / "instruments.toml").read_text())
    return {
        name: float(np.mean([steps.index(step) for step in row.get("blunt", "none").split("/")]))
        for name, row in table.items()
        if isinstance(row, dict)
    }


def views_left_behind(scenario: pk.Scenario, world: int, until: str | None) -> float:
    """Return how far the ruler of the start has left his views, on the nation and on the market."""
    regime = pk.Regime(scenario, seed=SEED, world=world)
    start = scenario.start().president
    regime.run_until(until)
    now = regime.world.president[0]
    return float(abs(now.nation - start.nation) + abs(now.market - start.market))


def quantities(place: Place, changes: dict, wanted: str = ""):
    """Return all quantities of small worlds with changes, one row a world.

    Beside those of every ensemble: how blunt the acts of a world are in the mean, and how far the
    autonomy of its parliament lies from that of the other worlds.
    """
    scenario = pk.load(place.country, numbers="declared").change(
        {**SMALL, "start.scale.citizens": 100}
    )
    ensemble = pk.simulate(
        scenario.change({**dict(place.with_it), **changes}),
        worlds=WORLDS,
        seed=SEED,
        until=place.until,
        progress=False,
    )
    table = build_quantity_table(ensemble)
    used = ensemble.events[ensemble.events["instrument"].astype(str) != ""]
    blunt = used["instrument"].astype(str).map(bluntness())
    table["blunt_acts"] = blunt.groupby(used["world"]).mean().reindex(table.index)
    if VIEWS in wanted:
        table[VIEWS] = [
            views_left_behind(ensemble.scenario, world, place.until) for world in table.index
        ]
    autonomy = table["mean_parliament_autonomy"]
    table["spread_mean_parliament_autonomy"] = (autonomy - autonomy.mean()).abs()
    return table


def t_of_move(key: str, move: Move | None = None) -> float:
    """Return the mean paired difference of a start value's quantity, in standard errors."""
    move = move or MOVES[key]
    low, high = (
        quantities(move.place, {f"start.{key}": float(value)}, move.quantity)
        for value in (move.low, move.high)
    )
    gaps = [
        table[move.quantity] if move.quantity in table else 0.0 * table["wars"]
        for table in (low, high)
    ]
    gap = (gaps[1] - gaps[0]).dropna()
    error = gap.std(ddof=1) / np.sqrt(len(gap)) if len(gap) > 1 else 0.0
    return float(gap.mean() / error) if error > 0.0 else 1e9 * float(np.sign(gap.mean()))


def is_moved(key: str) -> bool:
    """Return whether a start value moves its quantity in the direction of its anchors.

    One that is listed as not moving has to move it surely before it leaves the list.
    """
    t, sign = t_of_move(key), MOVES[key].sign
    return bool((t * sign if sign else abs(t)) > (4.0 if key in NOT_MOVED else 3.0))


def test_every_coded_start_value_is_listed():
    """Propositions 1 and 3."""
    pages = tomllib.loads((DATA / "codebook.toml").read_text())
    assert set(MOVES) == {f"{page}.{name}" for page, values in pages.items() for name in values}
    assert set(NOT_MOVED) <= set(MOVES) and all(NOT_MOVED.values())


@pytest.mark.parametrize("key", ["economy.reform", "society.solidarity", "family.members"])
def test_some_start_values_move_what_their_anchors_name(key):
    """Proposition 2, of those that cost little to look at."""
    assert is_moved(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", MOVES)
def test_a_start_value_moves_what_its_anchors_name(key):
    """Propositions 2 and 3."""
    assert is_moved(key) == (key not in NOT_MOVED), (key, t_of_move(key))


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="4.3 standard errors the other way, to the end")
def test_a_man_whose_views_follow_advantage_is_approved_of_more():
    """Proposition 4 (T001): here the views that pay lie halfway to private property, since it can
    be owned (`president.convert`), and reform costs the approval that they bring.
    """
    assert t_of_move("president.flexibility", Move(*SHARE, "mean_approval", 1)) > 3.0
