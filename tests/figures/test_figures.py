"""What the figures and the report promise, as numbered propositions."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from scipy.stats import binomtest

matplotlib.use("Agg")

from marks import marks
from stand_in import FACTS, MONTHS, StandIn, graph

from poruka import figures
from poruka.engine.codes import OUTCOMES, STANCES
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures import (
    FanChart,
    FanChartGrid,
    InstrumentRaster,
    MilestoneTiming,
    NothingToDraw,
    OutcomeShares,
    PatronagePyramid,
    ScoreCard,
    SkillChart,
    save_figure,
    wilson_interval,
)
from poruka.figures.base.style import OUTCOME_STYLES, STANCE_GROUPS, STANCE_STYLES
from poruka.figures.ensembles.scorecard import NEVER_AT, format_score_value, position_on_scale
from poruka.figures.one_world import pyramid as pyramid_module
from poruka.figures.one_world import recording
from poruka.reports import run_figures, run_page
from poruka.reports.run_tables import key_figure_table
from poruka.scoring.scored_figures import value_range

DATES = ("1990-03", "1998-10", "2004-12")


@pytest.fixture(scope="module")
def ensemble():
    return StandIn(worlds=60)


@pytest.fixture(scope="module")
def pyramid():
    return PatronagePyramid(
        {date: graph(1, change) for change, date in enumerate(DATES)}, world=17, seed=1
    )


@pytest.fixture(scope="module")
def regimes():
    """Let worlds be played again without the engine."""

    class Regime:
        def __init__(self, scenario, seed, world):
            self.change = -1

        def run_until(self, date):
            self.change += 1

        def graph(self, kind):
            return graph(1, self.change)

    with pytest.MonkeyPatch.context() as patch:
        for module in (pyramid_module, recording, run_figures):
            patch.setattr(module, "Regime", Regime)
        yield


@pytest.fixture(scope="module")
def written(ensemble, regimes, tmp_path_factory):
    """Return the folder of a report and the text of its page."""
    folder = tmp_path_factory.mktemp("report")
    return folder, run_page.write_run_page(ensemble, folder).read_text(encoding="utf-8")


def every(ensemble):
    return [
        FanChart(ensemble, "approval"),
        FanChartGrid(ensemble),
        OutcomeShares(ensemble),
        MilestoneTiming(ensemble),
        InstrumentRaster(ensemble),
        ScoreCard(ensemble),
        SkillChart(ensemble.score()),
    ]


def test_01_importing_the_figures_does_not_load_the_drawing_library():
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, poruka.reports.run_page; print('matplotlib.pyplot' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "False"


def test_02_a_fan_keeps_the_quantiles_it_draws(ensemble):
    table = FanChart(ensemble, "control").table
    values = ensemble.series["control"].to_numpy()
    assert len(table) == MONTHS
    for name, quantile in {
        "low_90": 0.05,
        "low_50": 0.25,
        "median": 0.5,
        "high_50": 0.75,
        "high_90": 0.95,
    }.items():
        assert np.allclose(table[name], np.quantile(values, quantile, axis=0))


def test_03_a_record_of_the_same_index_is_on_the_fan_in_its_unit_and_month(ensemble):
    fan = FanChart(ensemble, "approval")
    known = fan.table.dropna(subset=["record"])
    assert known["record"].tolist() == [0.61] and f"{known['month'].iloc[0]:%Y-%m}" == "1996-01"
    ax = fan.draw()
    assert any(line.get_label() == "record" and 0.61 in line.get_ydata() for line in ax.lines)


def test_04_every_monthly_index_has_a_panel(ensemble):
    assert [part.index for part in FanChartGrid(ensemble).charts] == list(INDEX_DESCRIPTIONS)


def test_05_outcome_shares_are_counts_over_worlds_with_wilson_intervals(ensemble):
    table = OutcomeShares(ensemble).table
    assert table["outcome"].tolist() == list(OUTCOMES) and table["count"].sum() == 60
    for row in table.itertuples():
        assert row.share == row.count / 60 and (row.low, row.high) == wilson_interval(row.count, 60)


def test_06_a_wilson_interval_agrees_with_the_published_example():
    # Newcombe 1998, method 3: 81 of 263 and 15 of 148, and the limits at 0 of 20.
    assert np.allclose(wilson_interval(81, 263), (0.2553, 0.3662), atol=5e-5)
    assert np.allclose(wilson_interval(15, 148), (0.0624, 0.1605), atol=5e-5)
    assert np.allclose(wilson_interval(0, 20), (0.0, 0.1611), atol=5e-5)


@pytest.mark.parametrize("worlds", [1, 7, 200, 100_000])
def test_06_a_wilson_interval_of_whole_counts_is_that_of_scipy(worlds):
    for count in sorted({0, 1, worlds // 3, worlds - 1, worlds}):
        theirs = binomtest(count, worlds).proportion_ci(0.95, method="wilson")
        assert wilson_interval(count, worlds) == pytest.approx(tuple(theirs), abs=1e-9)


def test_07_the_bars_are_as_long_as_the_table_says(ensemble):
    drawing = OutcomeShares(ensemble)
    widths = [bar.get_width() for bar in drawing.draw().patches]
    assert np.allclose(widths, drawing.table["share"])


def test_08_each_outcome_has_its_own_colour_and_a_second_cue():
    assert list(OUTCOME_STYLES) == list(OUTCOMES)
    for part in range(3):
        assert len({look[part] for look in OUTCOME_STYLES.values()}) == len(OUTCOMES)


def test_09_histograms_hold_every_world_that_had_the_moment_once(ensemble):
    drawing = MilestoneTiming(ensemble)
    counts = drawing.table.groupby("moment")["worlds"].sum()
    assert counts["first_dissolution"] == ensemble.outcomes["first_dissolution"].notna().sum()
    assert counts["first_wave"] == ensemble.events.query("kind == 'wave'")["world"].nunique()
    assert set(MilestoneTiming(StandIn(worlds=9, bare=True)).milestones) == {
        "first_dissolution",
        "first_defection",
    }
    assert [f"{date:%Y-%m}" for date in drawing.record_dates["second_dissolution"]] == ["1995-03"]
    assert [f"{date:%Y-%m}" for date in drawing.record_dates["first_wave"]] == ["2001-11"]


def test_10_the_raster_counts_a_world_once_per_half_year(ensemble):
    table = InstrumentRaster(ensemble).table
    acts = ensemble.events.query("kind == 'instrument' and instrument == 'I34'")
    assert table["share"].between(0, 1).all()
    assert table.query("instrument == 'I34'")["ever"].iloc[0] == acts["world"].nunique() / 60


def test_11_nobody_moves_in_the_pyramid_between_dates(pyramid):
    places = pyramid.table.groupby(["table", "row"])[["x", "y"]].nunique()
    assert (places == 1).all().all() and set(pyramid.table["date"]) == set(DATES)


def test_12_no_two_people_of_the_pyramid_share_a_place(pyramid):
    now = pyramid.table[pyramid.table["date"] == DATES[0]]
    assert not now.duplicated(["x", "y"]).any() and (now["table"] == "oligarchs").sum() == 50


def test_13_every_stance_has_a_shape_and_no_two_groups_share_one():
    assert set(STANCE_GROUPS) == set(STANCES) and set(STANCE_GROUPS.values()) == set(STANCE_STYLES)
    assert (
        len({bond.marker for bond in STANCE_STYLES.values()})
        == len({str(bond.line) for bond in STANCE_STYLES.values()})
        == len(STANCE_STYLES)
    )


@pytest.mark.parametrize(
    ("kind", "value", "at"),
    [
        ("event", 0.0, 0.0),
        ("event", 89.0, 0.5),
        ("event", np.inf, NEVER_AT),
        ("share", 25.0, 0.25),
        ("gap", -89.0, 0.25),
        ("growth", 40.0, 1.0),
        ("order", -1.0, 0.0),
        ("count", 6.0, 0.5),
    ],
)
def test_14_the_score_card_puts_values_where_they_lie_on_their_scale(kind, value, at):
    assert position_on_scale(kind, value, *value_range(kind, MONTHS, most=12.0)) == at


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("month", 45.0, "1993-12"),
        ("share", 98.78, "98.8%"),
        ("growth", -12.6, "−12.6%"),
        ("count", 15.0, "15"),
        ("fraction", 0.5, "50.0%"),
        ("month", np.inf, "never"),
        ("event", 45.0, "1993-12"),
        ("gap", -3.0, "−3 months"),
        ("yes", 1.0, "yes"),
    ],
)
def test_24_figures_are_said_in_their_own_unit(ensemble, kind, value, words):
    assert format_score_value(ensemble, kind, value) == words


def test_15_a_caption_gives_number_of_worlds_and_seed(ensemble, pyramid):
    for drawing in [*every(ensemble), pyramid]:
        assert re.search(r"n = [\d,]+ worlds?.*seed 1", drawing.caption) and len(drawing.alt) > 30


def test_16_saving_writes_picture_vector_and_the_table(ensemble, tmp_path):
    paths = save_figure(OutcomeShares(ensemble), tmp_path / "new", "outcomes")
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv"] and all(
        path.stat().st_size > 100 for path in paths
    )
    assert (
        save_figure(OutcomeShares(ensemble), tmp_path, "again")[1].read_bytes()
        == paths[1].read_bytes()
    )


def test_17_every_figure_can_be_drawn_into_given_axes(ensemble, pyramid):
    import matplotlib.pyplot as plt

    plt.close("all")
    for drawing in [*every(ensemble), pyramid]:
        figure, ax = plt.subplots()
        drawing.draw(ax)
        assert marks(figure.axes), type(drawing).__name__
        assert plt.get_fignums() == [figure.number], f"{type(drawing).__name__} drew elsewhere"
        plt.close(figure)


def test_18_the_report_is_one_page_that_asks_for_nothing(written):
    folder, text = written
    assert not re.search(
        r"""(?:src|href)\s*=\s*["'](?!data:|#)|url\(|@import|https?://|<script""", text
    )
    assert text.count("<img") == text.count("<figure") == 9 and not re.search(r'alt=""', text)
    assert str(folder) not in text and "poruka run kazakhstan -n 60 --seed 1" in text


def test_19_the_report_is_well_formed_for_readers_and_machines(written):
    folder, text = written
    names = re.findall(r'\bid="([^"]+)"', text)
    assert len(names) == len(set(names)) and set(re.findall(r'href="#([^"]+)"', text)) <= set(names)
    assert (
        text.count("<table") == text.count("<caption")
        and 'class="skip"' in text
        and text.count("<h1") == 1
    )
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    for fact in FACTS:
        assert fact[0] in text
    assert "A poll &lt;of the year&gt;" in text
    assert {path.suffix for path in (folder / "figures").iterdir()} == {".png", ".svg", ".csv"}


POOR = [
    {"worlds": 1, "calm": True},
    {"worlds": 5, "bare": True},
    {"worlds": 1, "calm": True, "bare": True, "history": False},
]


@pytest.mark.parametrize("kind", POOR)
def test_20_poor_ensembles_still_get_a_report(kind, tmp_path, regimes):
    text = run_page.write_run_page(StandIn(**kind), tmp_path).read_text(encoding="utf-8")
    assert "What came out" in text and "nan" not in re.sub(r'src="[^"]*"', "", text).lower().split()


def test_21_what_was_not_kept_is_refused_in_words():
    bare = StandIn(worlds=3, bare=True, history=False)
    for make in (
        lambda: FanChart(bare, "control"),
        lambda: InstrumentRaster(bare),
        lambda: ScoreCard(bare),
    ):
        with pytest.raises(NothingToDraw, match="record"):
            make()


def test_22_worlds_that_failed_are_counted_in_the_report(tmp_path, regimes):
    ensemble = StandIn(worlds=5, bare=True, history=False)
    ensemble.outcomes = ensemble.outcomes.iloc[1:]
    ensemble.failures.loc[0] = (0, 1, "an index is not a number", "Traceback of it", "")
    text = run_page.write_run_page(ensemble, tmp_path).read_text(encoding="utf-8")
    assert "1 of 5 worlds failed" in text and "4 of 5 alternative histories (1 failed)" in text


def test_23_the_public_figures_exist():
    assert all(hasattr(figures, name) for name in figures.__all__)


def test_24_key_figures_keep_their_names_beside_codes_that_sound_alike(ensemble):
    named = set(key_figure_table(ensemble)["figure"])
    assert {"exit (month)", "first dissolution (month)", "apogee", "defection waves"} <= named


def test_every_figure_of_the_package_is_exported():
    """A figure that is only found by its module is found by nobody."""
    defined = {
        name: module.name
        for module in pkgutil.walk_packages(figures.__path__, "poruka.figures.")
        for name, found in vars(importlib.import_module(module.name)).items()
        if inspect.isclass(found) and issubclass(found, figures.Drawing) and name[0] != "_"
    }
    assert len(defined) > 40
    assert not {name: module for name, module in defined.items() if name not in figures.__all__}
