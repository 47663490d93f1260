"""What people do that nobody expected: odd values, wrong arguments, folders used twice.

1. Values that are no single value are refused with their key, never by an error of Python's own.
2. Values mean what they say: labels stand in the table, `main` is the main rules, an empty month is
   no act, what is off already is not called on.
3. A sweep keeps what it holds: in its table, under its labels, in its folder.
4. Wrong keys and quantities of a sweep's tables and figures are refused with what is allowed.
5. The end of a world and the names in events are told in a reader's words, and all are explained.
6. The command line takes what spreadsheets and shells give it.
7. Two runs compared name what they do not share, and only runs are compared.
"""

import json

import numpy as np
import pandas as pd
import pytest
from command_ends import left_with
from worlds import kazakhstan, small

import poruka as pk
from poruka.comparison.narrative import describe_changes
from poruka.engine import codes
from poruka.figures.sweeps import draw_sweep
from poruka.figures.sweeps.sweep_figures import SweepNaming, is_month_quantity
from poruka.rivals import rules_called
from poruka.sweeps.axes import parse_axis
from poruka.sweeps.points import build_points
from poruka.utils.labels import CRISIS_LABELS, FIELD_LABELS, INDEX_LABELS, POST_LABELS
from poruka.utils.labels import SPHERE_LABELS as SPHERES

INERTIA = "oligarchs.inertia"
DEATH = {"at": "1998-10", "force": "president.dies"}


def cells(key, values, scenario=None):
    """Return the cells of one axis."""
    return [setting.cell for setting in parse_axis(scenario or kazakhstan(), key, values)]


@pytest.fixture(scope="module")
def played():
    """A sweep over a number and a switch."""
    axes = {INERTIA: [0.2, 0.4], "M3.predation": [True, False]}
    return pk.sweep(small(), axes, worlds=3, progress=False)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({INERTIA: [0.2, pd.NA]}, "None"),
        ({INERTIA: pd.array([1, None], dtype="Int64")}, "None"),
        ({INERTIA: np.array([[0.1, 0.2]])}, "ndarray"),
        ({INERTIA: [[0.1, 0.2]]}, "list"),
        ({"shocks.putsch.date": [np.datetime64("NaT")]}, "1991-08"),
        ({"force president.dies": [["1995-01"]]}, "list"),
        ({"rules": [None]}, "main"),
        ({"fork": {"one": 3}}, "no mapping"),
        ({"scenario": [small(), small().change({INERTIA: 0.5})]}, "give them labels"),
        ({"seed": {"one": {}, "two": {INERTIA: 0.3}}}, "give seed= to the sweep"),
        ({"mean": {"one": {}, "two": {INERTIA: 0.3}}}, "another name"),
        (pd.DataFrame({"Unnamed: 0": [0], INERTIA: [0.2]}), "index=False"),
        (pd.DataFrame({INERTIA: [0.2, np.nan]}), "nan"),
        (pd.DataFrame({"scenario": [small(), small().change({INERTIA: 0.5})]}), "two different"),
    ],
)
def test_what_is_no_single_value_is_refused_with_its_key(axes, message):
    """Proposition 1."""
    with pytest.raises(pk.BadInput, match=message):
        build_points(kazakhstan(), axes)


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("M3.predation", np.array([True, "off"]), [True, False]),
        ("M3.predation", ["True", "FALSE"], [True, False]),
        ("M3", ["yes", "no"], [True, False]),
        ("M3.predation", {"with": True, "without": False}, ["with", "without"]),
        (INERTIA, {"low": 0.2, "high": 0.4}, ["low", "high"]),
        (INERTIA, np.array([0.2, 0.4], dtype="float32"), [0.2, 0.4]),
        (INERTIA, pd.Series([0.2, 0.4], dtype="float32"), [0.2, 0.4]),
        ("force president.dies", [None, "1995-01-31"], ["none", "1995-01"]),
        ("shocks.putsch.date", ["1991-08-19 12:00"], ["1991-08"]),
        ("fork", DEATH, ["1998-10: force president.dies"]),
        ("fork", [{**DEATH, "at": pd.Timestamp("1998-10-02")}], ["1998-10: force president.dies"]),
    ],
)
def test_values_are_taken_as_people_write_them(key, values, expected):
    """Proposition 2."""
    assert cells(key, values) == expected


def test_main_means_the_main_rules_whatever_the_scenario_has():
    """Proposition 2."""
    base = kazakhstan().with_rules(rules_called("age-clock"))
    points = build_points(base, {"rules": ["Main", "age-clock"]})
    assert [point.scenario.rules == base.rules for point in points] == [False, True]


def test_what_is_off_already_is_not_called_on():
    """Proposition 2."""
    with pytest.raises(pk.BadInput, match="without it already"):
        cells("M3", [True, False], kazakhstan().without("M3.predation"))


def test_cells_of_a_table_that_mean_the_same_are_one_value():
    """Proposition 2."""
    table = pd.DataFrame({"M3.predation": ["on", True, "off"], "fork": [None, DEATH, DEATH]})
    rows = [tuple(point.cells.values()) for point in build_points(kazakhstan(), table)]
    dies = "1998-10: force president.dies"
    assert rows == [(True, "none"), (True, dies), (False, dies)]


def test_changing_its_tables_does_not_change_a_sweep(played):
    """Proposition 3."""
    before = played.summary("group_3", "apogee")
    for name in ("table", "points"):
        table = getattr(played, name)
        table["mine"] = 1
        table.iloc[0, 0] = 9.0
    whole = played.table.dtypes["furman_group"], played.table.dtypes["first_election_share"]
    assert [str(kind) for kind in whole] == ["int64", "float64"]
    assert "mine" not in played.table and 9.0 not in list(played.points[INERTIA])
    pd.testing.assert_frame_equal(played.summary("group_3", "apogee"), before)


def test_a_label_does_not_stand_for_two_things():
    """Proposition 3: before, the second was left out without a word."""
    swept = pk.sweep(small(), {"oil": {"low": {INERTIA: 0.1}}}, worlds=1, progress=False)
    with pytest.raises(pk.BadInput, match="for other changes"):
        swept.extend(axes={"oil": {"low": {INERTIA: 0.5}}}, progress=False)


def test_a_folder_keeps_the_sweep_of_its_scenario(tmp_path):
    """Proposition 3: before, the table of another scenario replaced it."""
    folder = tmp_path / "s"
    pk.sweep(small(), {INERTIA: [0.2]}, worlds=1, out=folder, progress=False)
    held = (folder / "table.csv").read_text()
    other = small().change({"president.noise": 0.5})
    with pytest.raises(pk.BadInput, match="holds a sweep of"):
        pk.sweep(other, {INERTIA: [0.2]}, worlds=1, out=folder, progress=False)
    assert (folder / "table.csv").read_text() == held
    pk.sweep(small(), {INERTIA: [0.2, 0.4]}, worlds=1, out=folder, progress=False)
    (folder / "sweep.json").write_text("no json")
    with pytest.raises(pk.BadInput, match=r"sweep\.json cannot be read"):
        pk.sweep(small(), {INERTIA: [0.2]}, worlds=1, out=folder, progress=False)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda swept: swept.effects("nope"), "unknown key 'nope'"),
        (lambda swept: swept.effects(INERTIA, by="nope"), "unknown key 'nope'"),
        (lambda swept: swept.curve(INERTIA, lines=INERTIA), "twice"),
        (lambda swept: swept.summary(3), "no quantity"),
        (lambda swept: swept.plot(x=3), "unknown key '3'"),
        (lambda swept: swept.plot(x=INERTIA, by=INERTIA), "two different keys"),
    ],
)
def test_wrong_keys_and_quantities_are_refused(played, asked, message):
    """Proposition 4."""
    with pytest.raises(pk.BadInput, match=message):
        asked(played)


def test_a_list_of_quantities_is_as_good_as_one_by_one(played):
    """Proposition 4."""
    assert played.summary(["apogee", "group_3"]).equals(played.summary("apogee", "group_3"))
    alone = pk.sweep(small(), {INERTIA: 0.2}, worlds=1, quantities=None, progress=False)
    assert str(alone.coverage).startswith("1 point of")
    with pytest.raises(pk.BadInput, match="nothing can be compared"):
        alone.effects(INERTIA)


def test_months_are_dates_only_where_all_worlds_start_together():
    """Proposition 4: before, all were counted from the first, and shares were dates."""
    starts = {"scenario": ["kazakhstan", "kyrgyzstan"]}
    swept = pk.sweep("kazakhstan", starts, worlds=1, progress=False)
    naming = draw_sweep(swept, ["exit_month"]).naming
    assert not naming.is_date("exit_month") and naming.unit("exit_month") == "months from the start"
    assert SweepNaming(kazakhstan()).is_date("exit_month")
    assert is_month_quantity("first_I19") and not is_month_quantity("first_election_share")


def test_an_end_calls_the_ruler_by_his_label():
    """Proposition 5: before, `the partner rules` and `the equal rules`."""
    branch = kazakhstan().fork("1992-02", force="heir.partner")
    branch = branch.fork("1992-03", force="president.dies")
    ended = pk.simulate(branch, worlds=8, seed=5, progress=False)
    rulers = {ended.ending(world).ruler for world in range(8)}
    assert "vice-president" in rulers and not rulers & {"partner", "equal", "unknown"}
    for world in ("0", [0], None, True):
        with pytest.raises(pk.BadInput, match="whole number"):
            ended.ending(world)


def test_every_name_in_the_events_of_a_world_is_explained():
    """Proposition 5."""
    events = pk.simulate("kazakhstan", worlds=5, seed=2, progress=False).events
    met = {
        name
        for column in ("kind", "rule", "instrument", "actor", "target")
        for name in map(str, events[column].unique())
        if name
    }
    assert len(met) > 60 and all(pk.explain(name) for name in met)


@pytest.mark.parametrize(
    "names",
    [
        [*INDEX_LABELS.values(), *SPHERES, *SPHERES.values()],
        [*POST_LABELS.values(), *CRISIS_LABELS.values(), *codes.COURTS],
        list(FIELD_LABELS.values()),
        [instrument.label for instrument in pk.instruments()],
        ["count_I19", "first_war", "any_coup", "group_2", "passed_on", "trough_month"],
        ["mean control 1998-01..1998-12", "fork_1_month", "shocks.putsch.date", "putsch"],
        ["m3", "t041", "i19", "The Ruler", "kazakhstan", "age-clock", "heir.partner", "stated"],
        [reason.replace("_", " ") for reason in codes.REASON_QUANTITIES],
    ],
)
def test_every_label_and_quantity_is_explained(names):
    """Proposition 5."""
    for name in names:
        assert len(pk.explain(name)) > len(name) + 10, name


@pytest.mark.parametrize("name", [None, 3, "", "  ", "nonsense word"])
def test_what_is_no_name_is_refused(name):
    """Proposition 5."""
    with pytest.raises(pk.BadInput, match="name"):
        pk.explain(name)


def test_the_command_takes_what_spreadsheets_and_shells_give(tmp_path, capsys):
    """Proposition 6."""
    sweep = ("sweep", "kazakhstan", "-n", 1)
    assert left_with(*sweep, "--vary", "M3.predation=True,False", "--json") == 0
    points = json.loads(capsys.readouterr().out)["points"]
    assert [point["M3.predation"] for point in points] == [True, False]
    table = tmp_path / "points.csv"
    table.write_text("president.noise, M3.predation, shocks.putsch.date\n0.1, on, 1991-08-19\n")
    assert left_with(*sweep, "--points", table) == 0
    assert "shocks.putsch.date = 1991-08:" in capsys.readouterr().out
    three = [
        part
        for key in ("president.noise=0.1,0.3", "start.president.age=40,60", "M3=on,off")
        for part in ("--vary", key)
    ]
    out = tmp_path / "three"
    assert left_with(*sweep, *three, "--out", out) == 0
    printed = capsys.readouterr().out
    assert "no figure is drawn" in printed and "start.president.age = 40," in printed
    assert left_with(*sweep, *three, "--out", out, "--x", "president.noise", "--by", "M3") == 0
    assert (out / "figure.png").is_file()
    for wrong, message in (
        (["--vary", "president.noise=0.1", "--vary", "president.noise=0.3"], "given twice"),
        (["--vary", "president.noise=0.1:0.3"], "LOW:HIGH:STEPS"),
    ):
        assert left_with(*sweep, *wrong) == 2
        assert message in capsys.readouterr().err


@pytest.fixture(scope="module")
def forked():
    """Two forks of one ensemble that share what happens, and differ in what is forbidden."""
    ensemble = pk.simulate(small(), worlds=3, seed=2, until="1993-12", progress=False)
    dies = {"at": "1992-01", "force": "president.dies"}
    return ensemble.fork(**dies), ensemble.fork(**dies, forbid="I19")


def test_forks_compared_name_only_what_they_do_not_share(forked):
    """Proposition 7: before, the shared death of the ruler was named as the change."""
    one, other = forked
    assert describe_changes(other.scenario, one.scenario) == ["1992-01: I19 is forbidden"]
    back = describe_changes(one.scenario, other.scenario)
    assert back == ["only in the parent, 1992-01: I19 is forbidden"]
    html = pk.compare(one, other)._repr_html_()
    assert "I19 is forbidden" in html and "scale" not in html and "happen" not in html
    acted = small().intervene("1992-01", force=["heir.partner"], forbid=["I19"])
    assert describe_changes(acted, small()) == [
        "1992-01: vice-president is named heir; I19 is forbidden"
    ]


@pytest.mark.parametrize("other", ["kazakhstan", None, 3])
def test_what_is_no_run_is_not_compared(forked, other):
    """Proposition 7."""
    with pytest.raises(pk.BadInput, match="no run"):
        pk.compare(forked[0], other)


def test_what_never_happened_has_no_value_and_no_picture():
    """Proposition 4: before, an IndexError, as if all worlds had failed."""
    swept = pk.sweep(small(), {"president.noise": [0.1, 0.3]}, worlds=1, progress=False)
    summary = swept.summary("value_party if any_war")
    assert summary["mean"].isna().all() and (summary["worlds"] == 0).all()
    with pytest.raises(pk.PorukaError, match="no value at any point"):
        swept.plot("value_party if any_war")
