"""Sweeps: one way to play worlds at every combination of values.

1. A table has one row for each completed world, with every key, seed, world and all outcomes, and
   a world in it is the world of a run with the same seed.
2. Anything that a scenario can change can be swept: numbers, dates, mechanisms, links, forks,
   acts, scenarios, rule sets, labelled changes, and the rows of a table.
3. Values come as people have them: numpy, pandas, dates, categoricals; wrong ones are refused
   before anything is played, with what is allowed.
4. Points share their luck; more worlds or points play only what is new; a folder continues.
5. What is summed up from the table is what playing again would give.
6. A figure follows from what was swept: a curve, a map, levels side by side.
7. The command line does the same.
"""

import datetime
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from command_ends import left_with
from worlds import kazakhstan

import poruka as pk
from poruka.analysis import cache
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.experiments.main_effects import CurveFigure
from poruka.figures.sweeps import draw_sweep
from poruka.figures.sweeps.quantity_map import QuantityMap
from poruka.sweeps.axes import parse_axis
from poruka.sweeps.points import build_points

AGES = {"start.president.age": [40, 60], "president.noise": [0.1, 0.3]}


@pytest.fixture(scope="module")
def played():
    """A sweep over two numbers."""
    return pk.sweep("kazakhstan", AGES, worlds=4, seed=3, progress=False)


def cells(key, values):
    """Return the cells of one axis."""
    return [setting.cell for setting in parse_axis(kazakhstan(), key, values)]


def test_every_row_is_the_world_of_a_run_with_the_same_seed(played):
    """Proposition 1."""
    assert len(played.table) == 16 and list(played.table.columns[:4]) == [*AGES, "seed", "world"]
    scenario = pk.load("kazakhstan").change({"start.president.age": 60, "president.noise": 0.3})
    run = pk.simulate(scenario, worlds=4, seed=3, progress=False).outcomes
    here = played.table[
        (played.table["start.president.age"] == 60) & (played.table["president.noise"] == 0.3)
    ].reset_index(drop=True)
    assert [name for name in run if name not in here] == []
    pd.testing.assert_frame_equal(here[list(run)], run, check_dtype=False, check_column_type=False)


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("oligarchs.inertia", np.arange(0, 2), [0, 1]),
        ("oligarchs.inertia", pd.Series([0.2, 0.4], dtype="float32").round(1), [0.2, 0.4]),
        ("oligarchs.inertia", np.array(0.5), [0.5]),
        ("oligarchs.inertia", 0.5, [0.5]),
        (
            "shocks.putsch.date",
            pd.date_range("1991-08-01", periods=2, freq="YS-AUG"),
            ["1991-08", "1992-08"],
        ),
        ("shocks.putsch.date", [np.datetime64("1991-08")], ["1991-08"]),
        ("shocks.putsch.date", [datetime.date(1991, 8, 19), "1992-01"], ["1991-08", "1992-01"]),
        ("shocks.putsch.date", pd.PeriodIndex(["1991-08"], freq="M"), ["1991-08"]),
        ("channels.worth_of_rules", pd.Categorical(["on", "held"]), ["on", "held"]),
        ("M3.predation", [np.bool_(True), False], [True, False]),
        ("M3.predation", ["on", "off"], [True, False]),
        ("shocks.putsch", [True, False], [True, False]),
        ("I13", [True, False], [True, False]),
        ("scenario", ["kazakhstan", "russia"], ["kazakhstan", "russia"]),
        ("rules", ["main", "age-clock"], ["main", "age-clock"]),
        ("force president.dies", ["1995-01", "2002-01"], ["1995-01", "2002-01"]),
        ("forbid I13", [datetime.datetime(1993, 1, 5)], ["1993-01"]),
        (
            "fork",
            {"none": None, "dies": {"at": "1998-10", "force": "president.dies"}},
            ["none", "dies"],
        ),
        ("any name", {"old": {"start.president.age": 70}, "as it was": {}}, ["old", "as it was"]),
        ("arm", {"no putsch": {"off": "shocks.putsch"}}, ["no putsch"]),
    ],
)
def test_anything_that_can_be_changed_can_be_swept_with_values_as_people_have_them(
    key, values, expected
):
    """Propositions 2 and 3."""
    found = cells(key, values)
    count = len(values) if isinstance(values, dict) or np.ndim(values) else 1
    assert len(found) == count and found == expected
    assert all(isinstance(cell, str | float | int | bool) for cell in found)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"oligarchs.inertai": [1]}, "did you mean 'oligarchs.inertia'"),
        ({"oligarchs.inertia": [0.2, 50]}, "allowed is -1 to 2"),
        ({"oligarchs.inertia": []}, "at least one"),
        ({"oligarchs.inertia": [0.2, np.float64(0.2)]}, "twice"),
        ({"M3.predation": [0.5]}, "True or False"),
        ({"M3.predation": [[1]]}, "True and False"),
        ({"scenario": ["kazakstan"]}, "did you mean 'kazakhstan'"),
        ({"rules": ["age-clok"]}, "age clock"),
        ({"fork": ["1998-10"]}, "no mapping"),
        ({"fork": [{"at": "1998-10", "forse": "president.dies"}]}, "fork"),
        ({"force president.dies": ["1850-01"]}, "outside the scenario"),
        ({"shocks.putsch.date": ["August 1991"]}, "1991-08"),
        ({"arm": {"mixed": {"off": "shocks.putsch", "oligarchs.inertia": 1}}}, "mixes off"),
        ({}, "mapping"),
        ([0.1, 0.2], "mapping"),
        ({3: [1]}, "no text"),
        (pd.DataFrame({"oligarchs.inertia": []}), "empty"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_is_played(axes, message, monkeypatch):
    """Proposition 3."""
    monkeypatch.setattr(cache, "run_world_range", lambda *_: pytest.fail("a world was played"))
    with pytest.raises(pk.BadInput, match=message):
        pk.sweep("kazakhstan", axes, worlds=2, progress=False)


@pytest.mark.parametrize(
    "arguments", [{"worlds": 0}, {"worlds": 5001}, {"seed": -1}, {"seed": [1, 1]}, {"seed": []}]
)
def test_counts_and_seeds_that_cannot_be_used_are_refused(arguments):
    """Proposition 3."""
    with pytest.raises(pk.BadInput, match=next(iter(arguments))):
        pk.sweep("kazakhstan", AGES, progress=False, **arguments)


def test_rows_of_a_table_are_points_and_doubled_rows_are_one():
    """Proposition 2."""
    table = pd.DataFrame(
        {"oligarchs.inertia": [0.2, 0.4, 0.2], "M3.predation": ["on", "off", "on"]}
    )
    points = build_points(kazakhstan(), table)
    assert [tuple(point.cells.values()) for point in points] == [(0.2, True), (0.4, False)]


def test_country_and_rules_come_first_whatever_the_order_of_the_keys():
    """Proposition 2: a number set before its country would be lost with the country."""
    point = build_points(kazakhstan(), {"oligarchs.inertia": [0.3], "scenario": ["russia"]})[0]
    assert point.scenario.country == "Russia"
    assert point.scenario.params().oligarchs.inertia == 0.3


def test_more_worlds_and_points_play_only_what_is_new(played, monkeypatch):
    """Proposition 4."""
    plays = []
    honest = cache.run_world_range
    monkeypatch.setattr(
        cache,
        "run_world_range",
        lambda scenario, *rest: plays.append(scenario) or honest(scenario, *rest),
    )
    wider = played.extend(axes={"start.president.age": [50], "president.noise": [0.1]})
    assert len(plays) == 1 and len(wider.points) == 5 and len(wider.table) == 20
    pd.testing.assert_frame_equal(wider.table.head(16), played.table, check_dtype=False)
    again = wider.extend(axes=AGES)
    assert len(plays) == 1 and len(again.points) == 5
    with pytest.raises(pk.BadInput, match="give those of the sweep"):
        played.extend(axes={"oligarchs.inertia": [0.2]})
    with pytest.raises(pk.BadInput, match="give more"):
        played.extend(worlds=2)
    longer = played.extend(worlds=6)
    same = longer.table[longer.table["world"] < 4].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, played.table, check_dtype=False)


def test_the_same_call_continues_in_its_folder(tmp_path, monkeypatch):
    """Proposition 4."""
    axes = {"start.president.age": [40, 60]}
    first = pk.sweep("kazakhstan", axes, worlds=2, out=tmp_path / "s", progress=False)
    assert (tmp_path / "s" / "table.csv").is_file()
    monkeypatch.setattr(cache, "run_world_range", lambda *_: pytest.fail("a world was played"))
    again = pk.sweep("kazakhstan", axes, worlds=2, out=tmp_path / "s", progress=False)
    pd.testing.assert_frame_equal(first.table, again.table)
    pd.testing.assert_frame_equal(again.resume(progress=False).table, first.table)
    travelled = pickle.loads(pickle.dumps(again))
    pd.testing.assert_frame_equal(travelled.table, first.table)
    assert travelled.extend(worlds=2).summary().equals(first.summary())


def test_several_seeds_are_independent_worlds_of_each_point():
    """Propositions 1 and 4."""
    both = pk.sweep("kazakhstan", {"president.noise": [0.1]}, worlds=2, seed=[3, 4], progress=False)
    assert both.table[["seed", "world"]].values.tolist() == [[3, 0], [3, 1], [4, 0], [4, 1]]
    alone = pk.sweep("kazakhstan", {"president.noise": [0.1]}, worlds=2, seed=4, progress=False)
    pd.testing.assert_frame_equal(
        both.table.tail(2).reset_index(drop=True), alone.table, check_dtype=False
    )


@pytest.mark.parametrize(
    "quantity", ["share_incumbent", "apogee", "first_dissolution", "group_3", "dissolutions"]
)
def test_what_the_table_gives_is_what_playing_again_gives(played, quantity):
    """Proposition 5."""
    from_table = played.design_result(quantity).values
    # Beside a quantity that no table holds, it is read from worlds that are played again.
    beside = played.design_result(quantity, "mean control 1998-01..1998-12").values
    assert np.array_equal(from_table[..., 0], beside[..., 0], equal_nan=True)


def test_quantities_beyond_the_table_are_played_for(played):
    """Proposition 5."""
    summary = played.summary("mean control 1998-01..1998-12", "share_incumbent")
    assert len(summary) == 8 and summary["mean"].between(0, 1).all()
    added = pk.sweep(
        "kazakhstan", {"president.noise": [0.1]}, worlds=2, quantities="count_I19", progress=False
    )
    assert "count_I19" in added.table


def test_effects_are_those_of_the_same_worlds(played):
    """Proposition 4: the difference of two points is the mean of differences world by world."""
    row = played.effects("start.president.age", "apogee").iloc[0]
    means = played.table.groupby(["start.president.age", "world"])["apogee"].mean().unstack(0)
    assert row["effect"] == pytest.approx((means[60] - means[40]).mean())


def test_the_figure_follows_from_what_was_swept(played):
    """Proposition 6."""
    drawn = draw_sweep(played)
    assert isinstance(drawn, QuantityMap) and len(drawn.table) == 4
    for row in drawn.table.to_dict("records"):
        here = (played.table[list(AGES)] == [row[key] for key in AGES]).all(axis=1)
        assert row["mean"] == (played.table["outcome"][here] == "incumbent").mean()
    assert isinstance(draw_sweep(played, ["apogee"], x="president.noise"), CurveFigure)
    assert isinstance(draw_sweep(played, ["outcome"]), ModalOutcome)
    switched = pk.sweep(
        "kazakhstan",
        {"M3.predation": [True, False], "shocks.putsch.date": ["1991-08", "1992-08"]},
        worlds=2,
        progress=False,
    )
    side_by_side = draw_sweep(switched)
    assert isinstance(side_by_side, CurveFigure) and side_by_side.x == "shocks.putsch.date"
    axes = side_by_side.draw()
    assert "on" in [text.get_text() for text in axes.get_figure().legends[0].get_texts()]
    with pytest.raises(pk.BadInput, match="did you mean 'M3.predation'"):
        draw_sweep(switched, x="M3.predatio")
    with pytest.raises(pk.BadInput, match="one quantity"):
        draw_sweep(played, ["apogee", "dissolutions"])


def test_the_command_prints_intervals_and_writes_table_and_figure(tmp_path, capsys):
    """Proposition 7."""
    out = tmp_path / "s"
    vary = ["--vary", "start.president.age=40:60:2", "--vary", "M3.predation=on,off"]
    ended = left_with("sweep", "kazakhstan", *vary, "-n", 2, "--out", out)
    printed = capsys.readouterr().out
    assert (
        ended == 0 and "4 points of 2 worlds each" in printed and "M3.predation = False" in printed
    )
    assert sorted(path.name for path in out.iterdir() if path.suffix in (".csv", ".png")) == [
        "figure.csv",
        "figure.png",
        "summary.csv",
        "table.csv",
    ]
    assert left_with("sweep", "kazakhstan", *vary, "-n", 2, "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["points"]) == 4
    pd.DataFrame({"start.president.age": [40, 60]}).to_csv(tmp_path / "p.csv", index=False)
    assert left_with("sweep", "kazakhstan", "--points", tmp_path / "p.csv", "-n", 2) == 0
    capsys.readouterr()
    for wrong, message in (
        ([], "--vary"),
        (["--vary", "start.president.age"], "KEY=VALUE"),
        (["--vary", "start.president.age=40:60:1"], "2 to 1000"),
        (["--vary", "start.president.ages=40"], "did you mean"),
        (["--points", str(tmp_path / "none.csv")], "cannot be read"),
    ):
        assert left_with("sweep", "kazakhstan", *wrong) == 2
        assert message in capsys.readouterr().err
