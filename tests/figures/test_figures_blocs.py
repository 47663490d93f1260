"""What the figures of blocs and of ties in one world promise.

1. Every bloc that the world has logged is a band of its own, also where one begins in a row in the
   month in which another ends in it; no other month has one.
2. A band has the members, the means and the leader of the state, and is as high as it has members.
3. How a bloc ended is what became of its last leader; one that is there at the end has no mark.
4. The graph shows every tie of the state, by its kind, and marks those along which a break can
   travel: between one who has left the ruler and one who has not.
5. Both can be drawn into given axes; where there is nothing to draw they say so.
"""

from functools import cache
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest

import poruka as pk
from poruka.engine.kinds import Current, Role, Stance
from poruka.figures import BlocTimeline, NothingToDraw, Recording, TieGraph, record_world
from poruka.figures.base.style import NEAR_BLACK
from poruka.figures.one_world.bloc_spells import END_LABELS, bloc_months, bloc_table
from poruka.figures.one_world.blocs import BAND_HEIGHT, END_MARKERS
from poruka.figures.one_world.tie_graph import TIE_STYLES

matplotlib.use("Agg")
WORLD = 1  # rows are used anew, and blocs of many men have many leaders
ROW = Current.FIRST_BLOC


@cache
def scenario():
    return pk.load("kazakhstan", numbers="declared")


@cache
def film():
    return record_world(scenario(), seed=1, world=WORLD)


@cache
def world():
    return pk.Regime(scenario(), seed=1, world=WORLD).run_until("2002-06")


def made(leaders, stances, foundings, exits=()):
    """Return a recording of one row of blocs: its leader a month (none: no bloc), stances, events.

    ``stances`` holds stance changes as (oligarch, month, stance); everyone else is an opponent.
    """
    months = len(leaders)
    movements = np.zeros(
        (months, ROW + 1), [("active", bool), ("contender", int), ("members", float)]
    )
    contenders = np.zeros(
        (months, Role.MAGNATE + 1), [("person", int), ("backing", float), ("threat", float)]
    )
    oligarchs = np.zeros((months, 5), [("clan", int), ("stance", int)])
    oligarchs["stance"] = Stance.OPPONENT
    for oligarch, month, stance in stances:
        oligarchs["stance"][month:, oligarch] = stance
    for month, leader in enumerate(leaders):
        if leader is not None:
            movements[month, ROW] = (True, Role.MAGNATE, 1.0 + leader)
            contenders["person"][month, Role.MAGNATE] = leader
    events = [("movement", month, f"movement {ROW}") for month in foundings]
    events += [("exit_of_ruler", month, target) for month, target in exits]
    return SimpleNamespace(
        tables={"movements": movements, "contenders": contenders, "oligarchs": oligarchs},
        events=pd.DataFrame(events, columns=["kind", "month", "target"]),
        dates=pd.date_range("1995-01", periods=months, freq="MS"),
        months=months,
        first_month=0,
    )


def test_a_row_that_is_used_anew_has_two_bands():
    """Proposition 1: with and without a month between them; a new leader founds no new bloc."""
    apart = bloc_months(made([1, 1, None, 2], [], [0, 3]))
    assert apart["bloc"].tolist() == [1, 1, 2]
    at_once = bloc_months(made([1, 1, 2, 2], [], [0, 2]))
    assert at_once["bloc"].tolist() == [1, 1, 2, 2]
    led_on = bloc_months(made([1, 1, 2, 2], [], [0]))
    assert led_on["bloc"].tolist() == [1, 1, 1, 1]
    rows = BlocTimeline(film()).blocs["row"]
    assert rows.duplicated().any(), "this world uses a row anew"


def test_every_founding_is_a_band_with_the_state_of_its_months():
    """Propositions 1 and 2."""
    drawing, tables = BlocTimeline(film()), film().tables
    founded = film().events.query("kind == 'movement'")
    names = ("oligarch " + drawing.blocs["founder"].astype(str)).tolist()
    assert drawing.blocs["founded"].tolist() == founded["date"].astype(str).tolist()
    assert names == founded["actor"].astype(str).tolist()
    assert len(drawing.table) == tables["movements"]["active"][:, ROW:].sum() > 100
    for line in drawing.table.itertuples():
        movement = tables["movements"][line.month, line.row]
        leader = tables["contenders"][line.month, movement["contender"]]
        assert movement["active"] and movement["members"] == line.members
        assert (leader["person"], leader["backing"]) == (line.leader, line.means)
        assert tables["oligarchs"]["clan"][line.month, line.leader] == line.clan
    ax = drawing.draw()
    heights = dict.fromkeys(drawing.blocs["bloc"], 0.0)
    for band in ax.collections:
        for path in band.get_paths():
            base = path.vertices[:, 1].min()
            height = path.vertices[:, 1].max() - base
            bloc = len(drawing.blocs) - round(base)
            heights[bloc] = max(heights[bloc], height)
    share = drawing.blocs.set_index("bloc")["members"] / drawing.most_members
    assert np.allclose(list(heights.values()), BAND_HEIGHT * share) and share.nunique() > 2
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        f"{bloc.bloc}: oligarch {bloc.founder}" for bloc in drawing.blocs.itertuples()
    ]


@pytest.mark.parametrize(
    ("stance", "end"),
    [
        (Stance.PRISONER, "jailed"),
        (Stance.EXILE, "exiled"),
        (Stance.SILENT, "silent"),
        (Stance.COOPTED, "coopted"),
        (Stance.CRITIC, "split"),
        (Stance.CLIENT, "returned"),
    ],
)
@pytest.mark.parametrize("when", [1, 2])
def test_a_bloc_ends_as_its_last_leader_does(stance, end, when):
    """Proposition 3: in the month after he left, or in the month in which he does."""
    recording = made([1, 1, None, None], [(1, when, stance)], [0])
    assert bloc_table(recording, bloc_months(recording))["end"].tolist() == [end]


def test_a_bloc_whose_leader_rules_and_one_that_lasts():
    """Proposition 3; the marks are those of the ends."""
    recording = made([1, 1, None, None, 3], [(1, 1, Stance.CLIENT)], [0, 4], [(1, "magnate")])
    assert bloc_table(recording, bloc_months(recording))["end"].tolist() == ["rules", "lasts"]
    assert {*END_MARKERS, "lasts"} == set(END_LABELS)
    drawing = BlocTimeline(film())
    there = film().tables["movements"]["active"][-1, ROW:].sum()
    assert (drawing.blocs["end"] == "lasts").sum() == there < len(drawing.blocs)
    marks = [line for line in drawing.draw().lines if line.get_marker() in END_MARKERS.values()]
    assert len(marks) == len(drawing.blocs) - there


def test_every_tie_of_the_state_is_drawn():
    """Proposition 4."""
    drawing, oligarchs = TieGraph(world()), world().world.oligarchs
    closest = {}
    for kind in ("patron", "home", "kin"):
        for row, oligarch in enumerate(oligarchs):
            if oligarch[f"{kind}_tie"] >= 0:
                closest[tuple(sorted((row, int(oligarch[f"{kind}_tie"]))))] = kind
    ties = drawing.table
    assert closest == {(tie.oligarch, tie.other): tie.kind for tie in ties.itertuples()}
    out = np.isin(oligarchs["stance"], (Stance.OPPONENT, Stance.EXILE, Stance.PRISONER))
    speaks = out[ties["oligarch"]] != out[ties["other"]]
    assert np.array_equal(ties["speaks"], speaks) and 0 < speaks.sum() < len(ties)
    people = drawing.people.set_index("oligarch")
    assert np.allclose(np.hypot(people["x"], people["y"]), 1.0)
    assert len(people) == len(oligarchs) == len(set(zip(people["x"], people["y"], strict=True)))
    assert people["ties"].sum() == 2 * len(ties)
    ax = drawing.draw()
    dark = [
        tie for tie in ax.patches if matplotlib.colors.to_hex(tie.get_edgecolor()) == NEAR_BLACK
    ]
    assert len(ax.patches) == len(ties) and len(dark) == speaks.sum()
    styles = [tie.get_linestyle() for tie in ax.patches]
    for kind, (_, line) in TIE_STYLES.items():
        wanted = line if isinstance(line, str) else (line[0], list(line[1]))
        assert sum(style in (wanted, line) for style in styles) == (ties["kind"] == kind).sum()
    numbers = {text.get_text() for text in ax.texts if not text.get_text().startswith("clan")}
    assert numbers == {str(row) for row in np.flatnonzero(out)}


def test_they_fit_given_axes_or_say_what_is_missing():
    """Proposition 5."""
    import matplotlib.pyplot as plt

    for drawing in (BlocTimeline(film()), TieGraph(world())):
        figure, ax = plt.subplots()
        drawing.draw(ax)
        figure.canvas.draw()
        plt.close("all")
        assert "n = 1 world, seed 1" in drawing.caption and f"world {WORLD}" in drawing.title
        assert len(drawing.alt) > 60
    with pytest.raises(NothingToDraw, match="movements"):
        BlocTimeline(Recording(pk.Regime(scenario()), ["index"], until="1990-04"))
    with pytest.raises(NothingToDraw, match="nobody"):
        BlocTimeline(record_world(scenario(), until="1990-06"))
