"""The app without a browser: the session, and what its panels are given to show.

1. A session plays exactly the world that `Regime` plays, forwards, backwards and again.
2. Wishes are checked when they are asked for, granted from the start or from now on, and a refused
   one leaves everything as it was.
3. Two branches are played side by side: with no wish they stay equal to the bit, with one they
   part, and the first never notices.
4. A saved scenario is the one that was played.
5. What panels show is what the world holds: indices, threats, acts with their reasons, network,
   house, chronicle, agents.
6. Everything that is offered for change can be asked for.
7. No act is ever taken that was worth less than the least that moves the ruler.
8. The server listens on this machine only, to its own pages only, and says what is missing or
   taken.
"""

import numpy as np
import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.app import serve
from poruka.app.panel_data.agent import LOOKED_AT, person, who_there_is
from poruka.app.panel_data.change_options import GROUPS, choices
from poruka.app.panel_data.chronicle import histories, why
from poruka.app.panel_data.indices import HEIGHT, indices
from poruka.app.panel_data.instruments import bar, taken, weighed
from poruka.app.panel_data.network import network, places
from poruka.app.panel_data.parliament import arc, house
from poruka.app.panel_data.threats import contenders, spheres
from poruka.app.session import Session
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import tables
from poruka.utils.errors import BadInput


def table(months: int = 0) -> Session:
    """Return a session of one world, played so far."""
    kazakhstan()
    session = Session("kazakhstan", seed=1, world=17)
    session.go_to(months)
    return session


def same(one: pk.Regime, other: pk.Regime) -> bool:
    """Return whether two worlds are equal to the bit."""
    return one.state_digest() == other.state_digest()


def test_a_session_plays_the_world_it_names():
    """Proposition 1."""
    session, world = table(), pk.Regime(pk.load("kazakhstan"), seed=1, world=17)
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


def test_a_wish_that_cannot_be_granted_changes_nothing():
    """Proposition 2."""
    session = table(30)
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
            session.wish(kind, key, value)
    session.wish("change", "start.president.age", 70.0)
    with pytest.raises(BadInput, match="before the first month"):
        session.fork()
    assert (
        len(session.branches) == 1
        and len(session.wishes.all) == 1
        and session.branches[0].regime.state_digest() == before
    )
    session.restart()
    assert (
        session.month == 0
        and session.branches[0].regime.president.age == pytest.approx(70.0, abs=0.2)
        and not session.wishes.all
    )


def test_branches_part_only_where_something_was_asked_for():
    """Proposition 3."""
    session, alone = (
        table(30),
        pk.Regime(pk.load("kazakhstan"), seed=1, world=17).run_until("1993-12"),
    )
    session.fork()
    session.go_to(46)
    assert same(session.branches[0].regime, alone) and same(session.branches[1].regime, alone)
    with pytest.raises(BadInput, match="two branches"):
        session.fork()
    session.close("B")
    session.go_to(30)
    session.wish("force", "president.dies")
    session.wish("change", "oligarchs.inertia", 0.4)
    session.wish("change", "oligarchs.inertia", 0.5)
    session.fork()
    assert (
        session.branches[1].differs == "president.dies made to happen; oligarchs.inertia set to 0.5"
    )
    session.go_to(46)
    first, second = (one.regime for one in session.branches)
    assert same(first, alone) and not same(first, second)
    assert second.current_scenario.params().oligarchs.inertia == 0.5 and "death" in set(
        second.events["kind"]
    )
    session.go_to(32)
    session.go_to(46)
    assert same(second, session.branches[1].regime), (
        "a branch played again from the start is the same branch"
    )
    session.close("A")
    assert [one.name for one in session.branches] == ["B"]
    session.fork("B")
    assert [one.name for one in session.branches] == ["B", "A"]


def test_a_saved_scenario_is_the_one_that_was_played(tmp_path):
    """Proposition 4."""
    session = table()
    session.folder = tmp_path
    session.wish("change", "start.president.age", 60.0)
    session.wish("without", "M3.predation")
    session.restart()
    session.go_to(24)
    session.wish("change", "state.president.health", 0.4)
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
    session.choose("older", 1, 17)
    session.go_to(50)
    assert same(again, session.branches[0].regime) and session.scenario.title == "An older man"


def test_indices_are_those_of_the_world():
    """Proposition 5: the last point of each line stands at the value the world reports."""
    session = table(62)
    rows, world = indices(session.branches, session.months), session.branches[0].regime
    assert [row["name"] for row in rows] == list(INDEX_DESCRIPTIONS)
    assert {row["lines"][0]["text"] for row in indices(table().branches, 178)} == {"–"}, (
        "nothing is measured before the first month"
    )
    for row in rows:
        line = row["lines"][0]
        assert line["now"] == getattr(world, row["name"]) and len(line["points"].split()) == 62
        height = 1.0 - float(line["points"].split()[-1].split(",")[1]) / HEIGHT
        low, high = float(row["low"]), float(row["high"])
        assert low + height * (high - low) == pytest.approx(line["now"], abs=0.002 * (high - low))


def test_threats_and_contenders_are_those_of_the_world():
    """Proposition 5."""
    world = table(62).branches[0].regime
    seen = spheres(world)
    assert sorted(row["believed"] for row in seen) == sorted(
        world.world.spheres.believed_threat.tolist()
    )
    assert [row["believed"] for row in seen] == sorted(
        (row["believed"] for row in seen), reverse=True
    )
    rivals = contenders(world)
    assert len(rivals) == int(world.world.contenders.active[1:].sum()) and rivals[0][
        "threat"
    ] == pytest.approx(world.strongest_threat)
    assert sum("in his eye" in row["status"] for row in rivals) == (world.president.target > 0)


def test_the_acts_shown_are_the_acts_told_with_their_reasons():
    """Propositions 5 and 7."""
    session, shown, reasons = table(), 0, []
    while session.step():
        world = session.branches[0].regime
        for act in taken(world):
            shown += 1
            numbers = {one["name"]: float(one["value"]) for one in act["reasons"]}
            if act["rule"] == "president.act" and "value" in numbers:
                reasons.append(numbers["value"] - bar(world))
    events = session.branches[0].regime.events
    assert shown == (events["kind"] == "instrument").sum() > 40
    assert len(reasons) > 30 and min(reasons) > -0.001


def test_what_he_weighed_is_in_his_books():
    """Proposition 5: worth is the stored number; what is open meets its conditions, what is not
    says which fail.
    """
    world = table(62).branches[0].regime
    rows = weighed(world)
    acts = [one.id for one in world.world_scenario.instruments]
    assert rows and all(
        row["worth"] == world.world.instruments.worth[acts.index(row["id"])] for row in rows
    )
    assert {row["open"] for row in rows} == {True, False} and all(
        bool(row["missing"]) != row["open"] for row in rows
    )
    assert not any(
        "no parliament" in row["missing"] for row in rows if not world.world.parliament[0].sits
    )
    assert not any(
        "parliament sits" in row["missing"] for row in rows if world.world.parliament[0].sits
    )
    assert all(0.0 <= row["obedience"] <= 1.0 and 0.0 <= row["room"] <= 1.0 for row in rows)
    assert weighed(table().branches[0].regime) == []


def test_the_network_shows_everybody_in_his_place():
    """Proposition 5: a later month moves nobody; stances are the world's."""
    session = table()
    where = session.places(places)
    first = network(session.branches[0].regime, where)
    session.go_to(150)
    later = network(session.branches[0].regime, session.places(places))
    spots = [
        [(node["table"], node["row"], node["x"], node["y"]) for node in net["nodes"]]
        for net in (first, later)
    ]
    assert spots[0] == spots[1]
    world = session.branches[0].regime.world
    assert sum(node["table"] == "oligarchs" for node in later["nodes"]) == len(world.oligarchs)
    shapes = {node["row"]: node["shape"] for node in later["nodes"] if node["table"] == "oligarchs"}
    for row, one in enumerate(world.oligarchs):
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
            }[int(one.stance)]
        )


def test_the_house_has_a_seat_for_everybody_and_nobody_sits_on_another():
    """Proposition 5."""
    world = table(3).branches[0].regime
    shown = house(world)
    assert (
        world.world.parliament[0].sits
        and len(shown["seats"]) == int(world.world.deputies.seated.sum()) > 300
    )
    assert sum(one["yes"] for one in shown["seats"]) == int(
        (world.world.deputies.yes & world.world.deputies.seated).sum()
    )
    for outer, inner in ((360, 0), (120, 47), (67, 47), (77, 39), (1, 1)):
        spots = np.array(arc(outer) + arc(inner, inner=True))
        gaps = np.linalg.norm(spots[:, None] - spots[None], axis=2) + np.eye(len(spots)) * 99
        assert len(spots) == outer + inner and gaps.min() > 9.0, (
            f"{outer} and {inner} seats: {gaps.min():.1f} points apart"
        )


def test_the_chronicle_and_its_reasons_are_the_worlds():
    """Proposition 5: with two branches, what one alone tells is marked."""
    session = table(40)
    session.wish("force", "president.dies")
    session.fork()
    session.go_to(60)
    told = histories(session.branches, most=500)
    lines = session.branches[0].regime.chronicle(max_lines=500).splitlines()
    assert len([line for line in lines if line.startswith("  ")]) == len(told[0]["lines"])
    dead = [one for one in told[1]["lines"] if "dies" in one["text"]]
    assert (
        len(dead) == 1
        and dead[0]["alone"]
        and not any(one["alone"] for one in told[1]["lines"] if one["date"] < "1993-07")
    )
    given = why(session.branches[1], dead[0]["number"])
    assert (
        str(session.branches[1].regime.why(dead[0]["number"])).startswith(given["text"])
        and given["rule"]
    )
    with pytest.raises(BadInput, match="no event"):
        session.ask_why("A", 99_999)


def test_every_agent_can_be_looked_at():
    """Proposition 5: all fields with their values, in both branches where there are two; whom he is
    tied to; what he did, and why he did the last of it.
    """
    session = table(62)
    session.fork()
    for kind in LOOKED_AT:
        session.look_at(kind, 0)
        card = person(session.branches, *session.chosen)
        assert [field["name"] for field in card["fields"]] == [
            field.name for field in tables()[kind].fields
        ]
        assert all(
            len(field["values"]) == 2 and not field["differs"] and field["meaning"]
            for field in card["fields"]
        )
    assert {one["table"]: one["rows"] for one in who_there_is(session.branches[0])}[
        "oligarchs"
    ] == 50
    president = {
        one["name"]: one["values"][0] for one in person(session.branches, "president", 0)["fields"]
    }
    world = session.branches[0].regime
    assert president["health"] == f"{world.president.health:.3f}"
    premier = int(world.world.premier[0].person)
    tie = next(
        one for one in person(session.branches, "premier", 0)["fields"] if one["name"] == "person"
    )
    assert tie["links"][0] == (["oligarchs", premier] if premier >= 0 else None)
    events = world.events
    number = events.index[events["target"].astype(str).str.startswith("oligarch ")][-1]
    victim = int(str(events.loc[number, "target"]).split()[-1])
    assert number in [
        line["number"]
        for line in person(session.branches, "oligarchs", victim)["deeds"][0]["lines"]
    ]
    spoke = events["actor"].astype(str)
    acted = [("president", 0)] + [
        ("oligarchs", row) for row in range(50) if (spoke == f"oligarch {row}").any()
    ]
    assert len(acted) > 1
    for kind, row in acted:
        last = person(session.branches, kind, row)["deeds"][0]["last"]
        account = world.why(last["number"])
        name = str(events.loc[last["number"], "actor"])
        assert (
            last["number"] == events.index[events["actor"].astype(str) == name][-1]
            and last["claim"] == account.claim
        )
        assert [one["value"] for one in last["reasons"]] == [
            f"{value:.3f}" for value in account.reasons.values()
        ]
    quiet = next(
        row for row in range(50) if not (events["actor"].astype(str) == f"oligarch {row}").any()
    )
    assert person(session.branches, "oligarchs", quiet)["deeds"][0]["last"] is None
    for kind, row in (("oligarchs", 50), ("oligarchs", -1), ("nobody", 0)):
        with pytest.raises(BadInput, match="no agent"):
            session.look_at(kind, row)


@pytest.mark.parametrize("group", GROUPS)
def test_everything_on_offer_can_be_asked_for(group):
    """Proposition 6: as it stands now, which changes nothing and so must be allowed; every seventh
    of the long lists.
    """
    session = table(30)
    offered = choices(group, session.branches[0].regime)
    assert offered and len({one.key for one in offered}) == len(offered)
    for one in offered[:: 1 if len(offered) < 40 else 7]:
        session.wish(one.kind, one.key, one.now if one.kind == "change" else None)


def test_the_server_answers_its_own_pages_only():
    """Proposition 8."""
    own, host = serve.OwnPagesOnly.is_own, {b"host": b"127.0.0.1:8765"}
    assert (
        own(host)
        and own(host | {b"origin": b"http://127.0.0.1:8765"})
        and own({b"host": b"localhost:8765"})
    )
    for bad in (
        {},
        {b"host": b"elsewhere.example:8765"},
        host | {b"origin": b"http://elsewhere.example"},
        host | {b"origin": b"http://127.0.0.1:9999"},
        host | {b"origin": b"null"},
    ):
        assert not own(bad)
    place = serve.take_port(0)
    try:
        assert place.getsockname()[0] == "127.0.0.1"
        with pytest.raises(BadInput, match="--port"):
            serve.take_port(place.getsockname()[1])
    finally:
        place.close()


def test_a_missing_library_is_named(monkeypatch):
    """Proposition 8."""
    from importlib import metadata

    def version(name: str) -> str:
        if name == "solara":
            raise metadata.PackageNotFoundError(name)
        return "3.1.0" if name == "ipyvuetify" else "1.0.0"

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(BadInput, match=r"solara, ipyvuetify below version 3.*poruka\[app\]"):
        serve.check_libraries()
