"""One world to look inside.

1. `Regime(world=k)` is exactly world k of the ensemble: the same indices, events and outcomes.
2. Stepping, running and running up to a date lead to the same state; after the last month there are
   no more steps, and Mesa's own counters and loop follow.
3. Agents are live views: what is read is the state, what is written changes it, and nothing
   undeclared can be written.
4. Every event can be asked why, by its number or by its row, also by the row of an ensemble; the
   answer gives the rule and the numbers that decided, and those of an act add up to its being
   chosen.
5. Graphs show who stands below whom and who is kin.
6. Looking changes nothing.
"""

import mesa
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from worlds import kazakhstan, small

import poruka as pk
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import tables
from poruka.rules.instruments import instruments
from poruka.simulation import agents
from poruka.simulation.agents import AGENT_CLASSES, Oligarch, President
from poruka.simulation.regime import Regime
from poruka.utils.errors import BadInput

UNTIL, MONTHS, WORLD = "1994-12", 58, 2


@pytest.fixture(scope="module")
def scenario():
    return small()


@pytest.fixture(scope="module")
def ensemble(scenario):
    return pk.simulate(scenario, worlds=4, seed=9, until=UNTIL, threads=1, progress=False)


@pytest.fixture(scope="module")
def played(scenario):
    return Regime(scenario, seed=9, world=WORLD).run_until(UNTIL)


@pytest.fixture
def fresh(scenario):
    return Regime(scenario, seed=9, world=WORLD)


@pytest.mark.parametrize("number", [0, 5])
def test_a_regime_is_exactly_its_world_of_the_ensemble(number):
    """Proposition 1, in whole worlds."""
    whole = pk.simulate(kazakhstan(), worlds=6, seed=8, progress=False)
    stepped = Regime(kazakhstan(), seed=8, world=number)
    for _ in range(178):
        stepped.step()
    xr.testing.assert_identical(stepped.series, whole.series.sel(world=[number]))
    mine, theirs = stepped.events, whole.events.query("world == @number").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        mine.astype({c: str for c in ("kind", "rule", "instrument", "actor", "target")}),
        theirs.astype({c: str for c in ("kind", "rule", "instrument", "actor", "target")}),
    )
    pd.testing.assert_frame_equal(
        stepped.outcomes, whole.outcomes.query("world == @number").reset_index(drop=True)
    )


def test_other_worlds_and_seeds_are_other_worlds(scenario, fresh):
    digests = {
        fresh.state_digest(),
        Regime(scenario, seed=9, world=3).state_digest(),
        Regime(scenario, seed=10, world=WORLD).state_digest(),
    }
    assert len(digests) == 3


def test_steps_lead_where_running_leads(fresh, scenario):
    for _ in range(24):
        fresh.step()
    assert fresh.month == 24 and fresh.date == "1992-02"
    assert (
        fresh.state_digest()
        == Regime(scenario, seed=9, world=WORLD).run_until("1992-02").state_digest()
    )
    assert fresh.run().state_digest() == Regime(scenario, seed=9, world=WORLD).run().state_digest()


def test_running_up_to_a_date_includes_it_and_never_goes_back(played):
    assert played.month == MONTHS and played.date == UNTIL
    before = played.state_digest()
    assert played.run_until("1992-01").state_digest() == before


def test_after_the_last_month_there_are_no_more_steps(scenario):
    done = Regime(scenario, seed=9).run()
    assert done.month == scenario.months and done.date == "2004-12"
    assert done.steps == scenario.months and not done.running
    with pytest.raises(StopIteration):
        done.step()


def test_mesas_own_loop_stops_at_the_end(scenario):
    r = Regime(scenario, seed=1).run_until("2004-06")
    assert r.steps == r.month and r.running
    r.run_model()
    assert r.date == "2004-12" and r.steps == 178


@pytest.mark.parametrize("date", ["1990-02", "2005-01"])
def test_dates_outside_the_scenario_are_refused(fresh, date):
    with pytest.raises(BadInput, match="1990-03"):
        fresh.run_until(date)


@pytest.mark.parametrize("arguments", [{"seed": -1}, {"world": 1.5}, {"seed": True}])
def test_seeds_and_worlds_are_whole_numbers(scenario, arguments):
    with pytest.raises(BadInput, match="whole number"):
        Regime(scenario, **arguments)


@pytest.mark.parametrize("name", INDEX_DESCRIPTIONS)
def test_every_index_can_be_asked_for_by_name(played, name):
    assert getattr(played, name) == float(played.series[name][0, -1])


def test_an_unknown_index_is_refused(played):
    with pytest.raises(AttributeError, match="control"):
        _ = played.contrl


def test_it_is_a_mesa_model_with_an_agent_for_every_row(fresh):
    assert isinstance(fresh, mesa.Model)
    for kind in AGENT_CLASSES:
        assert len(fresh.agents_by_type[kind]) == len(getattr(fresh.world, kind.table)), kind
        assert getattr(agents, kind.__name__) is kind and kind.__doc__


def test_no_field_hides_behind_a_name_of_the_agent_library():
    taken = set(dir(mesa.Agent))
    assert not [
        (kind.table, field.name)
        for kind in AGENT_CLASSES
        for field in tables()[kind.table].fields
        if field.name in taken
    ]
    assert not set(INDEX_DESCRIPTIONS) & set(dir(mesa.Model))


def test_reading_an_agent_reads_the_state(fresh):
    rich = fresh.agents_by_type[Oligarch]
    assert [one.wealth for one in rich] == list(fresh.world.oligarchs.wealth)
    assert rich.agg("wealth", np.sum) == pytest.approx(fresh.world.oligarchs.wealth.sum())
    first = rich[0]
    assert repr(first) == f"<Oligarch {first.row}>" and {"wealth", "clan"} <= set(dir(first))
    near = rich.select(lambda one: one.nearness > 0.5)
    assert len(near) == (fresh.world.oligarchs.nearness > 0.5).sum()
    fresh.step()
    assert [one.wealth for one in rich] == list(fresh.world.oligarchs.wealth)


def test_writing_an_agent_changes_the_state_and_what_follows(fresh, scenario):
    before = fresh.state_digest()
    fresh.president.health = 0.4
    assert fresh.world.president[0].health == 0.4 and fresh.state_digest() != before
    assert isinstance(fresh.president, President)
    other = Regime(scenario, seed=9, world=WORLD)
    assert fresh.run_until("1991-03").state_digest() != other.run_until("1991-03").state_digest()


def test_nothing_undeclared_can_be_read_or_written(fresh):
    with pytest.raises(AttributeError, match="health"):
        fresh.president.helth = 0.4
    with pytest.raises(AttributeError, match="did you mean 'wealth'"):
        _ = next(iter(fresh.agents_by_type[Oligarch])).welth


def test_every_event_can_be_asked_why(played):
    events = played.events
    accounts = [played.why(number) for number in range(len(events))]
    assert all(found.rule == events["rule"][i] and found.claim for i, found in enumerate(accounts))
    acts = events.index[(events["kind"] == "instrument") & (events["rule"] == "president.act")]
    weighed = [
        i for i in acts if accounts[i].reasons
    ]  # a manner that goes with an act is not weighed by itself
    assert weighed and all({"value", "cost"} <= set(accounts[i].reasons) for i in weighed)
    assert events["instrument"][weighed[0]] in str(accounts[weighed[0]])


def test_why_gives_the_numbers_that_decided():
    """Proposition 4: the value of a chosen act exceeds the ruler's inertia, and is made of what is
    shown; only an act that pleases somebody costs less than nothing.
    """
    r = Regime(kazakhstan(), seed=1, world=4).run()
    table = r.world.instruments
    offences = [table[f"cost_{who}"] for who in ("citizens", "elite", "west", "minority")]
    least = np.min(offences, axis=0)
    pleasing = {one.id for one, cost in zip(instruments(), least, strict=True) if cost < 0.0}
    assert 0 < len(pleasing) < len(instruments()) / 2
    events = r.events
    acts = events[
        (events["kind"].astype(str) == "instrument")
        & (events["rule"].astype(str) == "president.act")
    ]
    shown = [(r.why(i), id) for i, id in acts["instrument"].astype(str).items()]
    chosen = [one for one, _ in shown if "cost" in one.reasons]
    assert len(chosen) > 10
    assert all(
        id in pleasing or one.reasons["cost"] >= 0.0 for one, id in shown if "cost" in one.reasons
    )
    for one in chosen:
        assert (
            one.rule == "president.act"
            and one.reasons["value"] > 0.0
            and 0.0 <= one.reasons["success_chance"] <= 1.0
        )
    defections = events.index[events["kind"].astype(str) == "defection"]
    told = [r.why(i).reasons for i in defections]
    weighed = [one for one in told if "stay" in one]
    assert weighed and all(
        {"stay", "leave", "insecurity", "punishment"} <= set(one) for one in weighed
    )
    assert "rule president.act" in str(chosen[0])


def test_a_row_is_as_good_as_its_number_also_the_row_of_an_ensemble(played, ensemble):
    number = int(played.events.index[played.events["kind"] == "instrument"][0])
    assert played.why(played.events.iloc[number]) == played.why(number)
    theirs = ensemble.events.query("world == @WORLD").iloc[number]
    assert theirs.name != number and played.why(theirs) == played.why(number)


def test_events_of_other_worlds_and_numbers_out_of_range_are_refused(played, ensemble):
    with pytest.raises(BadInput, match="own world"):
        played.why(ensemble.events.query("world == 0").iloc[0])
    for number in (-1, len(played.events)):
        with pytest.raises(BadInput, match="no event"):
            played.why(number)


def test_the_chronicle_is_of_this_world(played):
    lines = played.chronicle(max_lines=12).splitlines()
    assert (
        lines[0] == played.world_scenario.title
        and sum(line.startswith("  ") for line in lines) <= 12
    )


def test_patronage_is_a_tree_from_the_ruler_down(played):
    graph = played.graph()
    world = played.world
    assert nx.is_arborescence(graph) and len(graph) == 1 + len(world.oligarchs) + len(world.clients)
    assert set(graph.nodes["oligarch 3"]) == {"table", "row", "wealth", "clan", "stance", "loyalty"}
    assert {data["table"] for _, data in graph.nodes(data=True)} == {
        "president",
        "oligarchs",
        "clients",
    }


def test_ties_join_each_of_the_elite_with_kin_countryman_and_patron(played):
    graph, men = played.graph("ties"), played.world.oligarchs
    assert set(graph.nodes) == {f"oligarch {row}" for row in range(len(men))}
    for kind in ("kin", "home", "patron"):
        for row, other in enumerate(men[f"{kind}_tie"]):
            assert other < 0 or graph.has_edge(f"oligarch {row}", f"oligarch {other}")
    assert {data["kind"] for *_, data in graph.edges(data=True)} == {"kin", "home", "patron"}


def test_kinship_joins_the_ruler_and_his_kin(played):
    graph = played.graph("kinship")
    assert len(graph) == 1 + int(played.world.family.active.sum()) + int(
        (played.world.oligarchs.kin > 0).sum()
    )
    assert nx.is_connected(graph)
    with pytest.raises(BadInput, match="patronage, kinship and ties"):
        played.graph("friendship")


def test_looking_changes_nothing(played):
    before = played.state_digest()
    _ = (
        played.series,
        played.events,
        played.outcomes,
        played.chronicle(),
        played.why(0),
        played.graph(),
        played.graph("kinship"),
        played.control,
    )
    assert played.state_digest() == before
