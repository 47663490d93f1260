"""One world to look inside.

1. `Regime(world=k)` is exactly world k of the ensemble: series, events and outcomes.
2. Agents are live views: they read and write the world, and refuse fields that are not declared.
3. Stepping past the end raises StopIteration; `run_until` plays the named month; Mesa's own
   counters follow.
4. `why` gives the rule of an event and the numbers that decided it; the numbers of an act add up to
   its being chosen.
5. Graphs hold the pyramid and the kin with their attributes.
"""

import numpy as np
import pytest
from worlds import kazakhstan, many, small

import poruka as pk
from poruka.rules.instruments import instruments
from poruka.simulation.agents import Citizen, Oligarch
from poruka.simulation.regime import Regime
from poruka.utils.errors import BadInput


def test_a_regime_is_exactly_its_world_of_the_ensemble():
    """Proposition 1."""
    e = pk.simulate(kazakhstan(), worlds=6, seed=8, progress=False)
    for number in (0, 5):
        r = Regime(kazakhstan(), seed=8, world=number)
        for _ in range(178):
            r.step()
        for name in e.series:
            assert (r.series[name].values[0] == e.series[name].sel(world=number).values).all(), (
                f"{name} of world {number}"
            )
        theirs = e.events[e.events["world"] == number].reset_index(drop=True)
        assert r.events.astype(str).equals(theirs.astype(str))
        assert (
            r.outcomes.drop(columns=[]).iloc[0].astype(str).to_list()
            == e.outcomes.iloc[number].astype(str).to_list()
        )


def test_running_and_stepping_give_the_same_state():
    """Proposition 1, within the regime."""
    one, two = Regime(kazakhstan(), seed=3, world=2).run(), Regime(kazakhstan(), seed=3, world=2)
    while two.month < 178:
        two.step()
    assert one.state_digest() == two.state_digest()


def test_agents_are_live_views():
    """Proposition 2."""
    r = Regime(kazakhstan(), seed=1, world=0)
    rich = r.agents_by_type[Oligarch]
    assert len(rich) == 50 and len(r.agents_by_type[Citizen]) == 400
    first = rich[0]
    first.wealth = 9.0
    assert r.world.oligarchs.wealth[first.row] == 9.0
    r.world.oligarchs.wealth[first.row] = 4.0
    assert first.wealth == 4.0
    assert len(rich.select(lambda one: one.wealth > 3.0)) >= 1
    assert rich.agg("wealth", max) >= 4.0
    r.president.age = 60.0
    assert r.world.president[0].age == 60.0
    assert repr(first) == f"<Oligarch {first.row}>" and {"wealth", "clan"} <= set(dir(first))
    with pytest.raises(AttributeError, match="did you mean 'wealth'"):
        _ = first.welth
    with pytest.raises(AttributeError, match="unknown field"):
        first.welth = 1.0


def test_the_end_is_the_end():
    """Proposition 3."""
    r = Regime(kazakhstan(), seed=1, world=0).run_until("1991-12")
    assert r.date == "1991-12" and r.month == 22
    r.run()
    assert r.date == "2004-12"
    with pytest.raises(StopIteration):
        r.step()
    with pytest.raises(BadInput, match="outside this scenario"):
        r.run_until("2010-01")
    assert r.steps == r.month == 178 and not r.running


def test_mesas_own_loop_stops_at_the_end():
    """Proposition 3."""
    r = Regime(small(), seed=1, world=0).run_until("2004-06")
    assert r.steps == r.month and r.running
    r.run_model()
    assert r.date == "2004-12" and r.steps == 178


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
    with pytest.raises(BadInput, match="there is no event"):
        r.why(10**6)


def test_graphs_hold_the_pyramid_and_the_kin():
    """Proposition 5."""
    r = Regime(kazakhstan(), seed=1, world=0).run_until("1995-12")
    pyramid = r.graph("patronage")
    assert pyramid.number_of_nodes() == 1 + 50 + 90 and all(
        pyramid.in_degree(node) == 1 for node in pyramid if node != "president"
    )
    assert {"table", "row", "wealth", "clan", "stance", "loyalty"} <= set(
        pyramid.nodes["oligarch 3"]
    )
    assert "president" in r.graph("kinship")
    with pytest.raises(BadInput, match="patronage, kinship and ties"):
        r.graph("friendship")


def test_a_small_world_and_many_worlds_can_be_held():
    """A regime of another scale is the same code."""
    assert len(Regime(small(), seed=1, world=0).agents_by_type[Citizen]) == 40
    assert len(many(worlds=300).outcomes) == 300
