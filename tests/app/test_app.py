"""The app without a browser: the session, and the values its panels are given.

1. A session simulates exactly the world that `Regime` simulates, forwards, backwards and again.
2. A change is checked when it is requested and applied from the start or from now on; one that is
   refused changes nothing.
3. Two branches are simulated side by side: without a change they stay equal to the bit, with one
   they differ, and the first is unaffected.
4. A saved scenario is the one that was simulated.
5. Panels show the state of the world: indices, threats, movements and blocs, instruments with
   their reasons, networks, parliament, chronicle, agents.
6. Every option offered can be requested.
7. No instrument is ever used whose utility was below the ruler's threshold.
8. The server listens on this machine only, to its own pages only, and names what is missing or
   taken.
"""

from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.app import serve
from poruka.app.panel_data.agent import AGENT_TABLES, build_agent, list_agent_kinds
from poruka.app.panel_data.change_options import CHANGE_GROUPS, list_change_options
from poruka.app.panel_data.chronicle import build_chronicles, explain_event
from poruka.app.panel_data.indices import CHART_HEIGHT, build_index_charts
from poruka.app.panel_data.instruments import (
    action_threshold,
    build_considered_instruments,
    build_used_instruments,
)
from poruka.app.panel_data.movements import build_movements, summarize_opposition
from poruka.app.panel_data.network import build_network, layout_network, show_patronage
from poruka.app.panel_data.parliament import build_parliament, seat_positions
from poruka.app.panel_data.threats import build_contenders, build_spheres
from poruka.app.panel_data.tie_network import layout_ties, show_ties
from poruka.app.session import Session
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.kinds import Current, Stance
from poruka.engine.state import tables
from poruka.figures.one_world.bloc_spells import bloc_months
from poruka.figures.one_world.recording import record_world
from poruka.utils.errors import BadInput


def open_session(months: int = 0) -> Session:
    """Return a session of one world, simulated for some months."""
    kazakhstan()
    session = Session(pk.load("kazakhstan", numbers="declared"), seed=1, world=17)
    session.go_to(months)
    return session


def same(first: pk.Regime, second: pk.Regime) -> bool:
    """Return whether two worlds are equal to the bit."""
    return first.state_digest() == second.state_digest()


def test_a_session_simulates_the_world_it_names():
    """Proposition 1."""
    session, world = (
        open_session(),
        pk.Regime(pk.load("kazakhstan", numbers="declared"), seed=1, world=17),
    )
    assert session.month == 0 and same(session.branches[0].regime, world)
    for _ in range(5):
        assert session.step()
    world.run_until("1990-07")
    assert (session.month, session.date) == (5, "1990-07") and same(
        session.branches[0].regime, world
    )
    session.go_to(60)
    session.go_to(5)
    assert same(session.branches[0].regime, world)
    session.go_to(session.months)
    assert session.ended and not session.step() and session.date == "2004-12"
    with pytest.raises(BadInput, match="178 months"):
        session.go_to(179)


def test_a_change_that_is_refused_changes_nothing():
    """Proposition 2."""
    session = open_session(30)
    before = session.branches[0].regime.state_digest()
    for kind, key, value, word in (
        ("change", "oligarchs.inertai", 0.5, "oligarchs.inertia"),
        ("change", "oligarchs.inertia", 50.0, "allowed"),
        ("change", "state.president.health", 3.0, "between"),
        ("without", "M99", None, "unknown"),
        ("force", "president.flies", None, "dies"),
        ("wave", "president.dies", None, "one of"),
    ):
        with pytest.raises(BadInput, match=word):
            session.add_change(kind, key, value)
    session.add_change("change", "start.president.age", 70.0)
    with pytest.raises(BadInput, match="before the first month"):
        session.fork()
    assert (
        len(session.branches) == 1
        and len(session.pending_changes.changes) == 1
        and session.branches[0].regime.state_digest() == before
    )
    session.restart()
    assert (
        session.month == 0
        and session.branches[0].regime.president.age == pytest.approx(70.0, abs=0.2)
        and not session.pending_changes.changes
    )


def test_branches_differ_only_where_something_was_changed():
    """Proposition 3."""
    session, alone = (
        open_session(30),
        pk.Regime(pk.load("kazakhstan", numbers="declared"), seed=1, world=17).run_until("1993-12"),
    )
    session.fork()
    session.go_to(46)
    assert same(session.branches[0].regime, alone) and same(session.branches[1].regime, alone)
    with pytest.raises(BadInput, match="two branches"):
        session.fork()
    session.close_branch("B")
    session.go_to(30)
    session.add_change("force", "president.dies")
    session.add_change("change", "oligarchs.inertia", 0.4)
    session.add_change("change", "oligarchs.inertia", 0.5)
    session.fork()
    assert session.branches[1].difference == "president.dies forced; oligarchs.inertia set to 0.5"
    session.go_to(46)
    first, second = (branch.regime for branch in session.branches)
    assert same(first, alone) and not same(first, second)
    assert second.current_scenario.params().oligarchs.inertia == 0.5 and "death" in set(
        second.events["kind"]
    )
    session.go_to(32)
    session.go_to(46)
    assert same(second, session.branches[1].regime), (
        "a branch simulated again from the start is the same branch"
    )
    session.close_branch("A")
    assert [branch.name for branch in session.branches] == ["B"]
    session.fork("B")
    assert [branch.name for branch in session.branches] == ["B", "A"]


def test_a_saved_scenario_is_the_one_that_was_simulated(tmp_path):
    """Proposition 4."""
    session = open_session()
    session.folder = tmp_path
    session.add_change("change", "start.president.age", 60.0)
    session.add_change("without", "M3.predation")
    session.restart()
    session.go_to(24)
    session.add_change("change", "state.president.health", 0.4)
    session.fork()
    path = session.save("older", "B", title="An older man")
    with pytest.raises(BadInput, match="not overwritten"):
        session.save("older.toml", "A")
    for name in ("", "../up", "a/b", ".hidden"):
        with pytest.raises(BadInput, match="no name"):
            session.save(name)
    session.go_to(50)
    again = pk.Regime(pk.load(path), seed=1, world=17).run_until(session.date)
    assert same(again, session.branches[1].regime) and not same(again, session.branches[0].regime)
    session.open_scenario("older", 1, 17)
    session.go_to(50)
    assert same(again, session.branches[0].regime) and session.scenario.title == "An older man"


def test_indices_are_those_of_the_world():
    """Proposition 5: the last point of each line is the value the world reports."""
    session = open_session(62)
    rows, world = (build_index_charts(session.branches, session.months), session.branches[0].regime)
    assert [row["name"] for row in rows] == list(INDEX_DESCRIPTIONS)
    assert {
        row["lines"][0]["text"] for row in build_index_charts(open_session().branches, 178)
    } == {"–"}, "nothing is measured before the first month"
    for row in rows:
        line = row["lines"][0]
        assert line["value"] == getattr(world, row["name"]) and len(line["points"].split()) == 62
        height = 1.0 - float(line["points"].split()[-1].split(",")[1]) / CHART_HEIGHT
        low, high = float(row["low"]), float(row["high"])
        assert low + height * (high - low) == pytest.approx(line["value"], abs=0.002 * (high - low))


def test_threats_and_contenders_are_those_of_the_world():
    """Proposition 5."""
    world = open_session(62).branches[0].regime
    spheres = build_spheres(world)
    assert sorted(row["perceived"] for row in spheres) == sorted(
        world.world.spheres.believed_threat.tolist()
    )
    assert [row["perceived"] for row in spheres] == sorted(
        (row["perceived"] for row in spheres), reverse=True
    )
    contenders = build_contenders(world)
    assert len(contenders) == int(world.world.contenders.active[1:].sum()) and contenders[0][
        "threat"
    ] == pytest.approx(world.strongest_threat)
    assert sum("current target" in row["status"] for row in contenders) == (
        world.president.target > 0
    )


def test_used_instruments_are_those_of_the_events_with_their_reasons():
    """Propositions 5 and 7."""
    session, shown, reasons = open_session(), 0, []
    while session.step():
        world = session.branches[0].regime
        for use in build_used_instruments(world):
            shown += 1
            values = {reason["name"]: float(reason["value"]) for reason in use["reasons"]}
            if use["rule"] == "president.act" and "value" in values:
                reasons.append(values["value"] - action_threshold(world))
    events = session.branches[0].regime.events
    assert shown == (events["kind"] == "instrument").sum() > 40
    assert len(reasons) > 30 and min(reasons) > -0.001


def test_considered_instruments_have_the_stored_utility():
    """Proposition 5: what is available meets its conditions, what is not names those unmet."""
    world = open_session(62).branches[0].regime
    rows = build_considered_instruments(world)
    ids = [instrument.id for instrument in world.world_scenario.instruments]
    assert rows and all(
        row["utility"] == world.world.instruments.worth[ids.index(row["id"])] for row in rows
    )
    assert {row["available"] for row in rows} == {True, False} and all(
        bool(row["unmet_conditions"]) != row["available"] for row in rows
    )
    assert not any(
        "no parliament" in row["unmet_conditions"]
        for row in rows
        if not world.world.parliament[0].sits
    )
    assert not any(
        "parliament sits" in row["unmet_conditions"]
        for row in rows
        if world.world.parliament[0].sits
    )
    assert all(0.0 <= row["obedience"] <= 1.0 and 0.0 <= row["room_left"] <= 1.0 for row in rows)
    assert build_considered_instruments(open_session().branches[0].regime) == []


def test_the_network_shows_everyone_in_a_fixed_position():
    """Proposition 5: positions stay the same from month to month; stances are the world's."""
    session = open_session()
    positions = session.network_positions(layout_network)
    first = build_network(session.branches[0].regime, positions)
    session.go_to(150)
    later = build_network(session.branches[0].regime, session.network_positions(layout_network))
    shown = [
        [(node["table"], node["row"], node["x"], node["y"]) for node in network["nodes"]]
        for network in (first, later)
    ]
    assert shown[0] == shown[1]
    world = session.branches[0].regime.world
    assert sum(node["table"] == "oligarchs" for node in later["nodes"]) == len(world.oligarchs)
    shapes = {node["row"]: node["shape"] for node in later["nodes"] if node["table"] == "oligarchs"}
    for row, oligarch in enumerate(world.oligarchs):
        assert (
            shapes[row]
            == {
                0: "circle",
                1: "hexagon",
                2: "square",
                3: "triangle",
                4: "cross",
                5: "cross",
                6: "circle",
                7: "hexagon",
            }[int(oligarch.stance)]
        )


def test_blocs_are_those_of_the_month_with_their_leaders():
    """Proposition 5: also after going back, and in a branch, which goes on from its parent."""
    kazakhstan()
    session = Session(pk.load("kazakhstan", numbers="declared"), seed=1, world=1)
    months = bloc_months(record_world(pk.load("kazakhstan", numbers="declared"), seed=1, world=1))
    shown = 0
    for month in (177, 120, 160):
        session.go_to(month)
        branch = session.branches[0]
        rows = {row["row"]: row for row in build_movements(branch) if row["bloc"]}
        there = months[months["month"] == month - 1].set_index("row")
        assert set(rows) == set(there.index)
        world, starts = branch.regime.world, branch.regime.world_scenario
        for row, bloc in there.iterrows():
            mine = months[(months["bloc"] == bloc["bloc"]) & (months["month"] < month)]
            led = mine["month"][mine["leader"] != bloc["leader"]]
            first = int(led.max()) + 1 if len(led) else int(mine["month"].min())
            assert rows[row]["since"] == starts.date_of(first)
            assert rows[row]["note"] == f"bloc, founded {starts.date_of(int(mine['month'].min()))}"
            assert rows[row]["leader_label"].endswith(f"magnate (oligarch {bloc['leader']})")
            assert rows[row]["means"] == bloc["means"] and rows[row]["threat"] == bloc["threat"]
            assert all(
                world.oligarchs[man].stance == Stance.OPPONENT for man in rows[row]["members"]
            )
            assert all(world.oligarchs[man].bloc == row for man in rows[row]["members"])
            shown += 1
    assert shown > 5
    before = build_movements(session.branches[0])
    branch = session.fork()
    assert build_movements(branch) == before
    session.go_to(170)
    assert build_movements(branch) == build_movements(session.branches[0])


def test_a_row_without_a_bloc_is_not_shown_and_its_leader_has_his_standing():
    """Proposition 5: before the first month nothing is; older movements have no members."""
    session = open_session()
    assert build_movements(session.branches[0]) == []
    session.go_to(3)
    rows = build_movements(session.branches[0])
    active = np.flatnonzero(session.branches[0].regime.world.movements.active)
    assert {row["row"] for row in rows} == set(active) and active.max() < Current.FIRST_BLOC
    assert not any(row["bloc"] or row["members"] or row["since"] for row in rows)
    assert "0 of the 50 elite families are opponents" in summarize_opposition(session.branches[0])
    regime = session.branches[0].regime.fork({"state.contenders.moderate.jailed": 1})
    session.branches[0].regime = regime
    moderate = next(row for row in build_movements(session.branches[0]) if row["row"] == 0)
    assert "in prison" in moderate["status"] and moderate["leader_label"] == "moderate"


def test_the_graph_of_ties_shows_who_has_broken_and_by_which_tie():
    """Proposition 5: the same men in the same places each month; one drawing of each network."""
    session = open_session()
    positions = session.network_positions(layout_ties, "ties")
    first = show_ties(session.branches[0].regime, positions)["network"]
    session.go_to(150)
    regime = session.branches[0].regime
    drawing = show_ties(regime, session.network_positions(layout_ties, "ties"))
    later, world = drawing["network"], regime.world
    places = [
        {node["row"]: (node["x"], node["y"]) for node in one["nodes"]} for one in (first, later)
    ]
    assert places[0] == places[1] and len(set(places[0].values())) == len(world.oligarchs)
    out = {
        row
        for row, man in enumerate(world.oligarchs)
        if man.stance in (Stance.OPPONENT, Stance.EXILE, Stance.PRISONER)
    }
    assert {node["row"] for node in later["nodes"] if node["rim"] > 1} == out and out
    graph = regime.graph("ties")
    dark = sum(tie["width"] > 1 for tie in later["ties"])
    crossing = sum((int(a.split()[1]) in out) != (int(b.split()[1]) in out) for a, b in graph.edges)
    assert len(later["ties"]) == len(graph.edges) and 0 < dark == crossing
    dashes = {entry["label"]: entry["dash"] for entry in drawing["legend"] if not entry["shape"]}
    assert len(dashes) == len(set(dashes.values())) == 3
    assert sum(tie["dash"] == dashes["kin"] for tie in later["ties"]) == sum(
        kind == "kin" for *_, kind in graph.edges(data="kind")
    )
    other = show_patronage(regime, session.network_positions(layout_network))
    assert set(other) == set(drawing) and other["name"] != drawing["name"]


def test_parliament_has_a_seat_for_every_deputy_and_no_two_overlap():
    """Proposition 5."""
    world = open_session(3).branches[0].regime
    parliament = build_parliament(world)
    assert (
        world.world.parliament[0].sits
        and len(parliament["seats"]) == int(world.world.deputies.seated.sum()) > 300
    )
    assert sum(seat["with_ruler"] for seat in parliament["seats"]) == int(
        (world.world.deputies.yes & world.world.deputies.seated).sum()
    )
    for outer, inner in ((360, 0), (120, 47), (67, 47), (77, 39), (1, 1)):
        seats = np.array(seat_positions(outer) + seat_positions(inner, inner=True))
        gaps = np.linalg.norm(seats[:, None] - seats[None], axis=2) + np.eye(len(seats)) * 99
        assert len(seats) == outer + inner and gaps.min() > 9.0, (
            f"{outer} and {inner} seats: {gaps.min():.1f} points apart"
        )


def test_the_chronicle_and_its_reasons_are_the_worlds():
    """Proposition 5: with two branches, what occurs in only one is marked."""
    session = open_session(40)
    session.add_change("force", "president.dies")
    session.fork()
    session.go_to(60)
    chronicles = build_chronicles(session.branches, max_events=500)
    lines = session.branches[0].regime.chronicle(max_lines=500).splitlines()
    assert len([line for line in lines if line.startswith("  ")]) == len(chronicles[0]["lines"])
    deaths = [line for line in chronicles[1]["lines"] if "dies" in line["text"].split()]
    assert (
        len(deaths) == 1
        and deaths[0]["only_here"]
        and not any(
            line["only_here"] for line in chronicles[1]["lines"] if line["date"] < "1993-07"
        )
    )
    explanation = explain_event(session.branches[1], deaths[0]["number"])
    assert (
        str(session.branches[1].regime.why(deaths[0]["number"])).startswith(explanation["text"])
        and explanation["rule"]
    )
    with pytest.raises(BadInput, match="no event"):
        session.select_event("A", 99_999)


def test_every_agent_can_be_selected():
    """Proposition 5: all fields with their values, in both branches where there are two; whom he is
    tied to; what he did, and why he took his last action.
    """
    session = open_session(62)
    session.fork()
    for kind in AGENT_TABLES:
        session.select_agent(kind, 0)
        card = build_agent(session.branches, *session.selected_agent)
        assert [field["name"] for field in card["fields"]] == [
            field.name for field in tables()[kind].fields
        ]
        assert all(
            len(field["values"]) == 2 and not field["differ"] and field["meaning"]
            for field in card["fields"]
        )
    assert {kind["table"]: kind["rows"] for kind in list_agent_kinds(session.branches[0])}[
        "oligarchs"
    ] == 50
    president = {
        field["name"]: field["values"][0]
        for field in build_agent(session.branches, "president", 0)["fields"]
    }
    world = session.branches[0].regime
    assert president["health"] == f"{world.president.health:.3f}"
    premier = int(world.world.premier[0].person)
    tie = next(
        field
        for field in build_agent(session.branches, "premier", 0)["fields"]
        if field["name"] == "person"
    )
    assert tie["links"][0] == (["oligarchs", premier] if premier >= 0 else None)
    events = world.events
    number = events.index[events["target"].astype(str).str.startswith("oligarch ")][-1]
    victim = int(str(events.loc[number, "target"]).split()[-1])
    assert number in [
        line["number"]
        for line in build_agent(session.branches, "oligarchs", victim)["events"][0]["lines"]
    ]
    spoke = events["actor"].astype(str)
    acted = [("president", 0)] + [
        ("oligarchs", row) for row in range(50) if (spoke == f"oligarch {row}").any()
    ]
    assert len(acted) > 1
    for kind, row in acted:
        last = build_agent(session.branches, kind, row)["events"][0]["last_action"]
        account = world.why(last["number"])
        name = str(events.loc[last["number"], "actor"])
        assert (
            last["number"] == events.index[events["actor"].astype(str) == name][-1]
            and last["claim"] == account.claim
        )
        assert [reason["value"] for reason in last["reasons"]] == [
            f"{value:.3f}" for value in account.reasons.values()
        ]
    quiet = next(
        row for row in range(50) if not (events["actor"].astype(str) == f"oligarch {row}").any()
    )
    assert build_agent(session.branches, "oligarchs", quiet)["events"][0]["last_action"] is None
    for kind, row in (("oligarchs", 50), ("oligarchs", -1), ("nobody", 0)):
        with pytest.raises(BadInput, match="no agent"):
            session.select_agent(kind, row)


@pytest.mark.parametrize("group", CHANGE_GROUPS)
def test_every_option_can_be_requested(group):
    """Proposition 6: with its current value, which changes nothing and so must be allowed; every
    seventh of the long lists.
    """
    session = open_session(30)
    options = list_change_options(group, session.branches[0].regime)
    assert options and len({option.key for option in options}) == len(options)
    for option in options[:: 1 if len(options) < 40 else 7]:
        session.add_change(
            option.kind, option.key, option.current if option.kind == "change" else None
        )


def test_the_server_answers_its_own_pages_only():
    """Proposition 8."""
    same_origin, host = serve.SameOriginOnly.is_same_origin, {b"host": b"127.0.0.1:8765"}
    assert (
        same_origin(host)
        and same_origin(host | {b"origin": b"http://127.0.0.1:8765"})
        and same_origin({b"host": b"localhost:8765"})
    )
    for bad in (
        {},
        {b"host": b"elsewhere.example:8765"},
        host | {b"origin": b"http://elsewhere.example"},
        host | {b"origin": b"http://127.0.0.1:9999"},
        host | {b"origin": b"null"},
    ):
        assert not same_origin(bad)
    listener = serve.open_listener(0)
    try:
        assert listener.getsockname()[0] == "127.0.0.1"
        with pytest.raises(BadInput, match="--port"):
            serve.open_listener(listener.getsockname()[1])
    finally:
        listener.close()


def test_a_missing_library_is_named(monkeypatch):
    """Proposition 8."""

    def version(name: str) -> str:
        if name == "solara":
            raise PackageNotFoundError(name)
        return "3.1.0" if name == "ipyvuetify" else "1.0.0"

    monkeypatch.setattr(serve, "version", version)
    with pytest.raises(BadInput, match=r"solara, ipyvuetify below version 3.*poruka\[app\]"):
        serve.check_libraries()
