"""Worlds go on past the end of the text.

1. Every country can be played to the end of 2022, and no world of it fails or loses an index.
2. Terms, premiers and changes of ruler go on: they come in the second half of the time as well, and
   in every country some worlds see a second and a third change of ruler after 2004.
3. The economy does not stand still after its first recovery: without crises abroad output still
   grows in its last ten years, and faster where the market sector learns faster.
4. A world to 2004 is the head of the same world to 2022, to the bit.
5. Nothing that was recorded after 2004 is used: no record holds such a fact, and a longer run is
   scored on the months of which the record speaks.
6. What a country did itself after 2004 is no shock of its own world.
7. A month of which no file says what happens abroad is refused; a file that follows its base abroad
   only to some month has none of the later shocks.
"""

import functools

import numpy as np
import pandas as pd
import pytest
from state_digests import COUNTRIES
from worlds import SMALL

import poruka as pk
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput

SCENARIOS = (*COUNTRIES, "soviet_republic")
END, WORLDS = "2022-12", 16
CRISES = ("credit_ends", "world_crisis", "sanctions", "rouble_halves", "pandemic", "russia_cut_off")
OWN = {
    "kyrgyzstan": {"bishkek_falls", "bishkek_falls_again", "bishkek_third_time"},
    "ukraine": {"ukraine_rises", "kiev_falls", "crimea_taken", "ukraine_invaded"},
    "russia": {"moscow_marches", "sanctions", "rouble_halves", "russia_cut_off", "crimea_taken"},
}


@functools.cache
def played(name: str, until: str = END):
    """Return some small worlds of a country, to the end of 2022 or sooner."""
    scenario = pk.load(name, numbers="declared").change(SMALL)
    return pk.simulate(scenario, worlds=WORLDS, seed=31, until=until, progress=False)


def of_kind(run, kind: str) -> pd.DataFrame:
    """Return the events of a kind."""
    return run.events[run.events["kind"] == kind]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_country_plays_to_2022(name):
    """Proposition 1."""
    run = played(name)
    assert run.scenario.date_of(run.months - 1) == END and len(run.outcomes) == WORLDS
    assert not [index for index in run.series if np.isnan(run.series[index].to_numpy()).any()]


@pytest.mark.parametrize("name", SCENARIOS)
def test_terms_premiers_and_rulers_go_on(name):
    """Proposition 2."""
    run = played(name)
    last_decade = run.months - 120
    for kind in ("election", "dismissal", "appointment", "accession"):
        assert (of_kind(run, kind)["month"] >= last_decade).any(), kind
    votes = of_kind(run, "election")
    assert votes[votes["month"] >= last_decade]["world"].nunique() == WORLDS


def test_second_and_third_successions_come_after_2004():
    """Proposition 2: in each country, or in the neighbouring worlds of all together."""
    most = {}
    for name in SCENARIOS:
        changes = of_kind(played(name), "accession")
        later = changes[changes["month"] >= pk.load(name, numbers="declared").months]
        most[name] = later.groupby("world").size().max()
    assert min(most.values()) >= 2 and max(most.values()) >= 3, most


def growth_of_last_decade(learning: float) -> np.ndarray:
    """Return how much output rises from 2012 to 2022 in worlds without crises abroad."""
    scenario = pk.load("kazakhstan", numbers="declared").lasting_until(END).change(SMALL)
    scenario = scenario.change({"economy.learning": learning})
    quiet = scenario.without(*(f"shocks.{crisis}" for crisis in CRISES))
    output = pk.simulate(quiet, worlds=WORLDS, seed=31, progress=False).series["gdp"].to_numpy()
    return output[:, -1] / output[:, -121] - 1.0


def test_output_goes_on_growing():
    """Proposition 3."""
    slow, fast = growth_of_last_decade(0.01), growth_of_last_decade(0.04)
    assert slow.min() > 0.03 and fast.mean() > 2.0 * slow.mean()


@pytest.mark.parametrize("name", SCENARIOS)
def test_output_is_not_constant(name):
    """Proposition 3: with the crises that came, it moves in every world."""
    output = played(name).series["gdp"].to_numpy()[:, -120:]
    assert ((output.max(axis=1) - output.min(axis=1)) / output.mean(axis=1)).min() > 0.05


@pytest.mark.parametrize("name", ["kazakhstan", "russia", "ukraine"])
def test_a_shorter_world_is_the_head_of_a_longer_one(name):
    """Proposition 4."""
    short, long = played(name, "2004-12"), played(name)
    assert short.months == pk.load(name, numbers="declared").months < long.months
    for index in short.series:
        head = long.series[index].to_numpy()[:, : short.months]
        assert np.array_equal(short.series[index].to_numpy(), head), index
    # Texts are compared, as categories are made from all that occurs in a run.
    head = long.events[long.events["month"] < short.months].reset_index(drop=True).astype(str)
    pd.testing.assert_frame_equal(short.events.reset_index(drop=True).astype(str), head)


@pytest.mark.parametrize("name", ["kazakhstan", "russia"])
def test_no_record_speaks_of_a_later_month(name):
    """Proposition 5."""
    scenario = pk.load(name, numbers="declared")
    record = pd.read_csv(scenario.record_path, dtype=str)
    assert record["date"].dropna().str[:4].astype(int).max() <= 2004
    named = record["measure"].str.extractall(r"((?:19|20)\d\d)")[0].astype(int)
    assert named.max() <= 2004
    months = pd.to_numeric(record.loc[record["unit"] == "month", "value"], errors="coerce")
    assert months.max() < scenario.months == scenario.lasting_until(END).scored_months


def test_a_longer_run_is_scored_on_the_months_of_the_record():
    """Proposition 5."""
    short, long = played("kazakhstan", "2004-12").score(), played("kazakhstan").score()
    assert long.months == short.months and long.sentence == short.sentence
    pd.testing.assert_frame_equal(long.figures, short.figures)


@pytest.mark.parametrize("name", OWN)
def test_what_a_country_did_itself_is_no_shock(name):
    """Proposition 6."""
    scenario = pk.load(name, numbers="declared").lasting_until(END)
    at_work = {
        shock.id for shock in scenario.shocks if f"shocks.{shock.id}" not in scenario.removed_ids
    }
    assert not at_work & OWN[name] and {"oil_2022", "world_crisis"} <= at_work


def test_a_month_without_an_outside_is_refused(tmp_path):
    """Proposition 7."""
    assert RunSpec.build("kazakhstan", until=END).months == 394
    with pytest.raises(BadInput, match="to 2022-12 at most"):
        RunSpec.build("kazakhstan", until="2023-01")
    with pytest.raises(BadInput, match="choose a month between them"):
        pk.load("kazakhstan", numbers="declared").lasting_until("1998-10")
    longer = pk.load("kazakhstan", numbers="declared").lasting_until("2012-12")
    assert pk.load(pk.save(longer, tmp_path / "longer.toml")).shock_table() == longer.shock_table()
    path = tmp_path / "later.toml"
    path.write_text('title = "later"\nextends = "kazakhstan"\nend_date = "2012-12"\n')
    followed = pk.load(path)
    path.write_text(path.read_text() + 'abroad_until = "2004-12"\n')
    left = pk.load(path)
    assert followed.months == left.months == 274
    assert max(shock.date for shock in followed.shocks) == "2012-01"
    assert {shock.id for shock in left.shocks} == {
        s.id for s in pk.load("kazakhstan", numbers="declared").shocks
    }
