"""What the figures of one world, and of a grid of parameters, promise.

1. A film is the world itself, month by month: its series, played straight, are found in it; a table
   nobody knows is refused.
2. The threats drawn are those of the state, on one scale for all rows; what holds a rival is drawn
   in the months in which it does.
3. The cascade places every family once, marks every first breach in its month, and ties a man only
   to one of his own who went before him.
4. The map of support asks the rule itself: weighted, its cells are the acceptability of the state,
   and asking leaves the world as it was.
5. The rings of the pyramid are as long as the nearness of the man they surround.
6. The map of outcomes names the most frequent outcome of each point and calls its lead sure only
   where it is.
7. A moving pyramid has a picture a date, of one size, and its numbers beside it.
8. Each can be drawn into given axes; its caption names world or points, and seed.
"""

from functools import cache

import matplotlib
import numpy as np
import pandas as pd
import pytest
from marks import marks
from PIL import Image

import poruka as pk
from poruka.engine.codes import CONTENDERS
from poruka.engine.kinds import Stance
from poruka.figures import (
    DefectionCascade,
    ModalOutcome,
    NothingToDraw,
    Recording,
    SupportMap,
    ThreatTimeline,
    animate_pyramid,
    build_pyramid,
    record_world,
)
from poruka.figures.comparisons.modal_outcome import modal_outcome_table
from poruka.figures.one_world.pyramid_animation import dates_between
from poruka.figures.one_world.support_map import constituency_acceptability
from poruka.sweeps.request import sweep
from poruka.utils.errors import BadInput

matplotlib.use("Agg")
WORLD = 8  # the elite breaks in 1993, and the ruler goes in a palace coup
JAILED_SINCE = "1998-01"


@cache
def scenario():
    return pk.load("kazakhstan", numbers="declared")


@cache
def film():
    return record_world(scenario(), seed=1, world=WORLD)


@cache
def film_of_a_rival_in_jail():
    """Return the same world, with one who threatens put to jail: of itself that is rare."""
    jail = {"state.contenders.communist.jailed": 1}
    return record_world(scenario().fork(JAILED_SINCE, jail), seed=1, world=WORLD)


@cache
def regime():
    return pk.Regime(scenario(), seed=1, world=WORLD).run_until("1995-09")


def test_a_film_is_the_world_itself():
    """Proposition 1."""
    straight = pk.Regime(scenario(), seed=1, world=WORLD).run()
    assert film().months == 178 and np.array_equal(
        film().tables["index"]["control"][:, 0], straight.series["control"].to_numpy()[0]
    )
    later = Recording(
        pk.Regime(scenario(), seed=1, world=WORLD).run_until("1991-01"), ["index"], until="1991-04"
    )
    assert [f"{date:%Y-%m}" for date in later.dates] == [
        "1991-01",
        "1991-02",
        "1991-03",
        "1991-04",
    ] and later.first_month == 10
    with pytest.raises(BadInput, match="oligarchs"):
        record_world(scenario(), tables=["oligarch"], until="1990-04")


def test_threats_are_those_of_the_state():
    """Proposition 2."""
    film = film_of_a_rival_in_jail()
    drawing = ThreatTimeline(film)
    state = film.tables["contenders"]
    for name in drawing.shown_contenders:
        mine = drawing.table[drawing.table["contender"] == name]
        assert np.array_equal(mine["threat"], state["threat"][:, CONTENDERS.index(name)])
    strongest = drawing.table.groupby("date")["threat"].max().to_numpy()
    assert np.allclose(strongest.clip(0, 1), film.tables["index"]["strongest_threat"][:, 0])
    ax = drawing.draw()
    tops = [float(path.vertices[:, 1].max()) for path in ax.collections[0].get_paths()]
    first = drawing.table[drawing.table["contender"] == drawing.shown_contenders[0]][
        "threat"
    ].to_numpy()
    assert np.allclose(tops, len(drawing.shown_contenders) - 1 + 0.86 * first / drawing.max_threat)
    jailed = drawing.table.query("jailed")["date"]
    solid = [
        line.get_xdata()
        for line in ax.lines
        if line.get_linewidth() == 2.2 and line.get_linestyle() == "-"
    ]
    assert (
        len(jailed)
        and matplotlib.dates.num2date(min(x[0] for x in solid)).strftime("%Y-%m")
        == f"{jailed.min():%Y-%m}"
        == JAILED_SINCE
    )
    with pytest.raises(NothingToDraw, match="recording"):
        ThreatTimeline(Recording(pk.Regime(scenario()), ["index"], until="1990-04"))


def test_a_single_threat_has_room_for_scale_and_legend(monkeypatch):
    """Proposition 2: matplotlib warns where a layout has collapsed, and a warning is an error."""
    monkeypatch.setattr(
        "poruka.figures.one_world.threats.MIN_THREAT", ThreatTimeline(film()).max_threat
    )
    drawing = ThreatTimeline(film())
    assert len(drawing.shown_contenders) == 1
    ax = drawing.draw()
    ax.get_figure().canvas.draw()
    assert ax.get_window_extent().height > 0.9 * ax.get_figure().dpi


def test_a_breach_is_tied_to_one_of_his_own_who_went_before():
    """Proposition 3; lines are drawn only where more are tied than by chance."""
    table = DefectionCascade(film()).table
    assert sorted(table["place"]) == list(range(50)) and len(table) == 50
    told = film().events.query("kind == 'defection'").drop_duplicates("actor")
    first = {int(str(one.actor).split()[-1]): one.date for one in told.itertuples()}
    found = table[table["date"] != ""].set_index("oligarch")["date"].to_dict()
    out = {
        row: bool(
            np.isin(
                film().tables["oligarchs"]["stance"][:, row],
                (Stance.OPPONENT, Stance.EXILE, Stance.PRISONER),
            ).any()
        )
        for row in range(50)
    }
    assert set(found) == set(first) | {row for row in out if out[row]} and all(
        found[row] <= date for row, date in first.items()
    )
    # the others had been jailed or driven out before
    assert sum(found[row] == date for row, date in first.items()) >= 0.9 * len(first)
    assert len(first) > 15
    for man in table[table["after"] >= 0].itertuples():
        before = table.set_index("oligarch").loc[man.after]
        assert 0 <= man.month - before["month"] <= 24
        then = film().tables["oligarchs"][f"{man.tie}_tie"][int(man.month)]
        assert then[man.oligarch] == man.after or then[man.after] == man.oligarch
    drawing = DefectionCascade(film())
    counts = table.attrs
    assert counts["tied"] == (table["after"] >= 0).sum()
    assert drawing.spreads_along_ties == (counts["tied"] > counts["tied_by_chance_at_most"])
    assert f"{counts['tied']} follow one tied to them" in drawing.caption
    assert ("No lines are drawn" in drawing.caption) != drawing.spreads_along_ties
    # one before the first month shown, where no mark may lie, and one within
    drawing.ruler_exits = [pd.Timestamp("1990-06"), pd.Timestamp("2004-06")]
    ax = drawing.draw()
    shown = [text.xy[0] for text in ax.texts if text.get_text() == "new ruler"]
    assert (
        all(ax.convert_xunits(date) >= ax.get_xlim()[0] for date in shown)
        and len(shown) == len(drawing.ruler_exits) - 1
    )
    with pytest.raises(NothingToDraw, match="nobody"):
        DefectionCascade(record_world(scenario(), until="1990-06"))


def test_the_map_of_support_asks_the_rule_and_leaves_the_world_alone():
    """Proposition 4: the state at the end of a month has moved a little since the rule
    ran in it.
    """
    before = regime().state_digest()
    liking = constituency_acceptability(regime())
    assert regime().state_digest() == before
    weight = regime().world.constituencies["weight"]
    held = (weight[:, None] * liking).sum(axis=0)[1:] / weight.sum()
    assert (
        np.allclose(held, regime().world.contenders["acceptability"][1:], atol=0.01)
        and held.max() > 0.2
    )
    drawing = SupportMap(regime())
    cells = drawing.table[drawing.table["constituency"] != "citizens"]
    boxes = drawing.draw()[1].collections[0].get_paths()
    areas = [np.ptp(path.vertices[:, 0]) * np.ptp(path.vertices[:, 1]) / 0.94**2 for path in boxes]
    assert np.allclose(areas, cells["acceptable"].clip(lower=0.0), atol=1e-9)
    with pytest.raises(NothingToDraw, match="step"):
        SupportMap(pk.Regime(scenario()))


def test_rings_are_as_long_as_men_are_near():
    """Proposition 5."""
    drawing = build_pyramid(scenario(), 1, WORLD, ["1993-01"])
    arcs = [one for one in drawing.draw()[0, 0].collections if one.get_zorder() == 2.5]
    found = []
    for arc in arcs:
        ends = arc.get_paths()[0].vertices
        turn = np.unwrap(np.arctan2(ends[:, 1], ends[:, 0]))
        found.append((turn[0] - turn[-1]) / (2 * np.pi))
    near = drawing.table[drawing.table["table"] == "oligarchs"]["loyalty"]
    assert np.allclose(sorted(found), sorted(near[near > 0.01])) and len(found) > 30


def test_the_lead_of_an_outcome_is_sure_only_where_it_is():
    """Proposition 6."""
    made = pd.DataFrame(
        {
            "x": np.repeat([1.0, 2.0, 3.0], 20),
            "y": 0.0,
            "world": list(range(20)) * 3,
            "outcome": (
                ["heir"] * 20 + ["heir"] * 11 + ["pact"] * 9 + ["incumbent"] * 15 + ["heir"] * 5
            ),
        }
    )
    table = modal_outcome_table(made, "x", "y")
    assert table["outcome"].tolist() == ["heir", "heir", "incumbent"] and table[
        "sure"
    ].tolist() == [True, False, True]
    # Of 5 and 15 in 20 the difference of 0.5 has a standard error of sqrt((1 - 0.25) / 20) = 0.194:
    # 2.6 times smaller.
    axes = {"start.president.age": [45, 75], "president.noise": [0.2]}
    points = sweep(scenario(), axes, worlds=8, progress=False).table
    points.attrs["requested"] = 8
    drawn = ModalOutcome(points, "start.president.age", "president.noise", seed=1)
    assert drawn.table["share"].tolist() == [
        points[points["start.president.age"] == age]["outcome"].value_counts().iloc[0] / 8
        for age in (45, 75)
    ]
    assert "2 points of 8 worlds each, seed 1" in drawn.caption and marks(drawn.draw())
    with pytest.raises(NothingToDraw, match="no column 'z'"):
        ModalOutcome(points, "z", "president.noise", seed=1)


def test_a_moving_pyramid_has_a_picture_a_date(tmp_path):
    """Proposition 7."""
    path = animate_pyramid(
        scenario(), tmp_path / "pyramid.gif", world=WORLD, step_months=12, until="1992-06"
    )
    with Image.open(path) as made:
        assert (
            made.n_frames == len(dates_between("1990-03", "1992-06", 12)) == 4
            and made.info["loop"] == 0
        )
    assert pd.read_csv(tmp_path / "pyramid.csv")["date"].nunique() == 4
    with pytest.raises(BadInput, match="step_months"):
        dates_between("1990-03", "1992-06", 0)


def test_they_are_drawn_into_axes():
    """Proposition 8."""
    import matplotlib.pyplot as plt

    for drawing in (ThreatTimeline(film()), DefectionCascade(film()), SupportMap(regime())):
        figure, ax = plt.subplots()
        drawing.draw(ax)
        figure.canvas.draw()
        plt.close("all")
        assert (
            "n = 1 world, seed 1" in drawing.caption
            and len(drawing.alt) > 60
            and f"world {WORLD}" in drawing.title
        )
