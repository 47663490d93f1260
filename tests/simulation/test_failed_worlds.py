"""Worlds that fail are said wherever their absence moves a number.

1. The sentence on how many worlds there are of how many names what became of the others.
2. A share, band, timing or score over worlds of which some failed says how many of how many: in
   every figure, in the summary, in its JSON and on the page of the run.
3. Every figure of an ensemble draws from one or two worlds, and from none says so in a sentence.
4. Where no world is left `simulate` and `fork` raise and name the first failure; the run on disk
   opens and says so.
5. An experiment says how many worlds of its points failed, and raises where none is left.
6. A selection of a run is measured against the whole.

Pairs of worlds are the subject of `test_failed_pairs.py`.
"""

import json
from functools import cache
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")

from command_ends import left_with, main_ends
from failing_worlds import break_worlds
from marks import marks
from small_experiment import SMALL, written
from stand_in import StandIn
from worlds import kazakhstan

import poruka as pk
from poruka import figures
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.sensitivity.main_effects import (
    OUTCOME_SHARE_QUANTITIES,
    compute_modal_outcomes,
)
from poruka.engine.codes import OUTCOMES
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule
from poruka.figures.base.ensemble_access import choose_typical_world, thin_ensemble
from poruka.figures.base.style import format_caption
from poruka.figures.sweeps import draw_sweep
from poruka.reports.experiment_tables import share_before
from poruka.reports.run_page import write_run_page
from poruka.simulation import fork_runner
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.failures import failures_frame
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import Runner
from poruka.utils.coverage import Coverage, coverage_of, format_coverage
from poruka.utils.errors import WorldFailed

BROKEN = (0, 3, 5, 7, 11)
FIVE_FAILED = "7 of 12 worlds (5 failed)"
EVERY_FIGURE = {
    "fan": lambda e: figures.FanChart(e, "control"),
    "fans": figures.FanChartGrid,
    "outcomes": figures.OutcomeShares,
    "alluvial": figures.Alluvial,
    "convergence": figures.OutcomeConvergence,
    "instruments": figures.InstrumentRaster,
    "score": figures.ScoreCard,
    "portrait": figures.PhasePortrait,
    "survival": figures.RulerSurvival,
    "timing": figures.MilestoneTiming,
    "crossing": lambda e: figures.ControlCrossing(e, e),
}


@pytest.fixture(scope="module")
def whole():
    """Return twelve worlds, none of which failed."""
    return pk.simulate(kazakhstan(), worlds=12, seed=1, until="1999-12", progress=False)


@cache
def results_of(seed: int, count: int):
    """Return what the runner gives of the worlds of the ensemble."""
    spec = RunSpec.build(kazakhstan(), worlds=count, seed=seed, until="1999-12")
    return Runner(spec).run_worlds(0, count)


def without(ensemble: Ensemble, failed) -> Ensemble:
    """Return an ensemble of which some worlds failed."""
    results = results_of(ensemble.seed, ensemble.worlds)
    rows = [(world, ensemble.seed, "an index is not a number", "its traceback") for world in failed]
    return Ensemble(ensemble.spec, results, failures_frame(ensemble.spec, rows))


def break_branches(monkeypatch, *broken: int) -> None:
    """Let some worlds of a run with forks fail."""
    honest = fork_runner.run_chunk

    def run_chunk(*arguments):
        return arguments[6] if arguments[6] in broken else honest(*arguments)

    monkeypatch.setattr(fork_runner, "run_chunk", run_chunk)
    monkeypatch.setattr(
        "poruka.simulation.runner.interpreted_traceback",
        lambda *arguments: "an error of the branch",
    )


def test_the_sentence_names_what_became_of_the_worlds_that_are_not_there():
    """Proposition 1."""
    assert format_coverage(20, 24, 3, 1) == "20 of 24 worlds (3 failed, 1 missing)"
    assert format_coverage(24, 24) == "24 worlds" and format_coverage(1, 1) == "1 world"
    assert format_coverage(0, 12, 12) == "0 of 12 worlds (12 failed)"
    assert format_coverage(0, 1, 1) == "0 of 1 world (1 failed)"
    stored = SimpleNamespace(
        requested_worlds=24, available_worlds=20, failed_worlds=3, missing_worlds=1
    )
    assert coverage_of(stored) == Coverage(20, 24, 3, 1) and not coverage_of(stored).is_complete
    caption = format_caption("A share.", coverage_of(stored), 5)
    assert caption == "A share. n = 20 of 24 worlds (3 failed, 1 missing), seed 5."


def test_an_ensemble_knows_how_many_of_its_worlds_failed(whole):
    """Proposition 1."""
    part = without(whole, BROKEN)
    assert (part.requested_worlds, part.available_worlds) == (12, 7)
    assert (part.failed_worlds, part.missing_worlds) == (5, 0)
    assert part.coverage == FIVE_FAILED and whole.coverage == "12 worlds"


@pytest.mark.parametrize("name", EVERY_FIGURE)
def test_a_share_over_worlds_of_which_some_failed_says_how_many(whole, name):
    """Proposition 2: without failed worlds the caption is as plain as ever."""
    drawn, plain = (EVERY_FIGURE[name](e) for e in (without(whole, BROKEN), whole))
    assert f"n = {FIVE_FAILED}, seed 1." in drawn.caption
    assert "n = 12 worlds, seed 1." in plain.caption
    assert marks(drawn.draw())
    matplotlib.pyplot.close("all")


def test_a_rule_of_ones_own_that_fails_in_some_worlds_is_said_in_the_summary_and_on_the_page(
    tmp_path,
):
    """Proposition 2, and 1: the same for a run in memory and on disk."""

    @rule("spoiler.some", "Not a number in some worlds.", standing="assumption", register=False)
    def spoil(world, params, stream):
        if world.clock[0].month == 3 and uniform(stream, 0, 0) > 0.5:
            world.index[0].gdp = world.index[0].gdp * np.nan

    rules = kazakhstan().rules.add(spoil, after="measures.indices")
    asked = {"worlds": 12, "seed": 1, "until": "1991-12", "progress": False}
    memory = pk.simulate(kazakhstan().with_rules(rules), **asked)
    stored = pk.simulate(kazakhstan().with_rules(rules), out=tmp_path / "run", **asked)
    failed = len(memory.failures)
    assert 0 < failed < 12
    said = f"{12 - failed} of 12 worlds ({failed} failed)"
    for run in (memory, stored):
        assert str(coverage_of(run)) == said and f"n = {said}" in figures.OutcomeShares(run).caption
        assert run.score().figures[["worlds", "requested"]].drop_duplicates().values.tolist() == [
            [12 - failed, 12]
        ]
    text = write_run_page(stored, tmp_path / "page").read_text(encoding="utf-8")
    for caption in ("Outcomes: shares of", "of each recorded figure over", "regimes: shares of"):
        assert f"{caption} {said}" in text
    assert f"{12 - failed} of 12 alternative histories ({failed} failed), seed 1" in text
    assert f"{failed} of 12 worlds failed and are in none of the numbers above" in text


def test_the_summary_and_its_json_count_the_worlds_that_failed(tmp_path, monkeypatch, capsys):
    """Proposition 2: what `run` says `show` says again."""
    break_worlds(monkeypatch, *BROKEN)
    arguments = ["-n", "12", "--until", "1991-12", "--out", str(tmp_path / "run")]
    main_ends(["run", "kazakhstan", *arguments], 0)
    printed = " ".join(capsys.readouterr().out.split())
    main_ends(["show", str(tmp_path / "run")], 0)
    shown = " ".join(capsys.readouterr().out.split())
    for text in (printed, shown):
        assert f"change of ruler went ({FIVE_FAILED}, seed 1)" in text
        assert f"Furman's groups, of {FIVE_FAILED}:" in text
        assert f" of {FIVE_FAILED} (" in text and f"Key figures ({FIVE_FAILED})" in text
        assert (
            f"medians over {FIVE_FAILED}" in text
            and f"Patterns within one world ({FIVE_FAILED};" in text
        )
        assert "world 11 (seed 1) failed" in text
    main_ends(["show", str(tmp_path / "run"), "--json"], 0)
    facts = json.loads(capsys.readouterr().out)
    counts = [facts[name] for name in ("worlds", "available", "failed", "missing")]
    assert counts == [12, 7, 5, 0] and {row["worlds"] for row in facts["score"]["figures"]} == {7}


@pytest.mark.parametrize("left", [1, 2])
@pytest.mark.parametrize("name", EVERY_FIGURE)
def test_every_figure_draws_from_one_or_two_worlds(whole, name, left):
    """Proposition 3."""
    drawing = EVERY_FIGURE[name](without(whole, range(12 - left)))
    assert marks(drawing.draw()) and len(drawing.table)
    assert f"n = {left} of 12 worlds ({12 - left} failed)" in drawing.caption
    matplotlib.pyplot.close("all")


@pytest.mark.parametrize("name", EVERY_FIGURE)
def test_no_figure_without_a_world_but_a_sentence(whole, name):
    """Proposition 3."""
    with pytest.raises(figures.NothingToDraw, match="no world"):
        EVERY_FIGURE[name](without(whole, range(12)))
    nothing = StandIn(worlds=5)
    nothing.outcomes = nothing.outcomes.iloc[:0]
    with pytest.raises(figures.NothingToDraw, match="no world is left"):
        choose_typical_world(nothing)


def test_a_page_without_a_world_is_refused_with_a_sentence(whole, tmp_path):
    """Proposition 3."""
    with pytest.raises(figures.NothingToDraw, match=r"0 of 12 worlds \(12 failed\); the first"):
        write_run_page(without(whole, range(12)), tmp_path)


def test_simulate_raises_where_no_world_is_left_and_names_the_first_failure(
    tmp_path, monkeypatch, capsys
):
    """Proposition 4: in memory, on disk and on the command line, where the exit code is 1."""
    break_worlds(monkeypatch, *range(4))
    asked = {"worlds": 4, "seed": 9, "until": "1990-12", "progress": False}
    first = r"every one of the 4 worlds of kazakhstan failed.*world 0 \(seed 9\): an index"
    for place in ({}, {"out": tmp_path / "run"}):
        with pytest.raises(WorldFailed, match=first):
            pk.simulate(kazakhstan(), **asked, **place)
    stored = pk.open_run(tmp_path / "run")
    assert len(stored.failures) == 4 and str(coverage_of(stored)) == "0 of 4 worlds (4 failed)"
    for draw in (figures.OutcomeShares, figures.FanChartGrid, figures.RulerSurvival):
        with pytest.raises(figures.NothingToDraw, match="no world is left"):
            draw(stored)
    main_ends(["show", str(tmp_path / "run")], 1)
    assert "world 0 (seed 9)" in " ".join(capsys.readouterr().err.split())
    assert pk.simulate(kazakhstan(), **{**asked, "worlds": 5}).available_worlds == 1


def test_a_branch_whose_worlds_all_fail_names_the_first_failure(whole, monkeypatch):
    """Proposition 4."""
    break_branches(monkeypatch, *range(12))
    with pytest.raises(WorldFailed, match=r"world 0 \(seed 1\): an error of the branch"):
        whole.fork("1991-01", force="president.dies")


def test_a_grid_of_two_parameters_says_how_many_worlds_failed(monkeypatch):
    """Propositions 2 and 4."""
    break_worlds(monkeypatch, 1)
    short = kazakhstan().change({"biology.death": 0.02})
    axes = {"president.noise": [0.1, 0.5], "camps.clash": [0.0]}
    grid = pk.sweep(short, axes, worlds=3, progress=False)
    assert str(grid.coverage) == "2 points of 3 worlds each (2 of 6 worlds failed)"
    assert len(grid.table) == 4 and grid.failures["world"].tolist() == [1, 1]
    drawing = draw_sweep(grid, ["outcome"], x="president.noise", by="camps.clash")
    assert "2 points of 3 worlds each (2 of 6 worlds failed)" in drawing.caption
    break_worlds(monkeypatch, 0, 1, 2)
    with pytest.raises(WorldFailed, match="world 0"):
        pk.sweep(short, {"president.noise": [0.2]}, worlds=3, progress=False)


def test_an_experiment_says_how_many_worlds_of_its_points_failed(tmp_path, monkeypatch, capsys):
    """Proposition 5."""
    break_worlds(monkeypatch, 1)
    folder = written(tmp_path / "mine")
    assert left_with("experiment", "run", folder, "-n", 4, "--out", tmp_path / "out", "--json") == 0
    assert json.loads(capsys.readouterr().out)["failed"] == 4
    said = "4 points of 4 worlds each (4 of 16 worlds failed)"
    for name in ("result.md", "index.html"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert text.count(said) >= 3 and f"n = {said}" in text
    assert set(pd.read_csv(tmp_path / "out" / "tables" / "points.csv")["worlds"]) == {3}


def test_a_world_that_failed_is_not_one_in_which_an_event_never_came():
    """Proposition 5."""
    assert share_before(np.array([5.0, np.nan, 20.0, 6.0]), 10.0) == 2 / 3
    assert np.isnan(share_before(np.array([np.nan]), 10.0))


def test_an_experiment_without_a_world_raises_and_names_the_first_failure(
    tmp_path, monkeypatch, capsys
):
    """Proposition 5."""
    folder = written(tmp_path / "mine", SMALL)
    break_worlds(monkeypatch, *range(4))
    assert left_with("experiment", "run", folder, "-n", 4, "--out", tmp_path / "out") == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "every world failed at all 4 points" in said and "world 0 (seed" in said


def test_a_point_without_a_world_has_no_most_frequent_outcome():
    """Proposition 5: every world of the second point failed."""
    values = np.zeros((2, 4, len(OUTCOME_SHARE_QUANTITIES)))
    values[:, :, 1] = 1.0
    values[1] = np.nan
    points = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 0.0]})
    result = DesignResult(points, tuple(OUTCOME_SHARE_QUANTITIES), values)
    table = compute_modal_outcomes(result, "a", "b")
    assert table[["mode", "worlds"]].values.tolist() == [[OUTCOMES[1], 4], ["", 0]]
    assert table.loc[1, ["share", "low", "high", *OUTCOMES]].isna().all()
    assert not table.loc[1, "significant"]


def test_a_world_without_one_quantity_has_not_failed():
    """Proposition 5: the second quantity applies to no world but one, and one world failed."""
    values = np.array([[[1.0, np.nan], [2.0, 3.0], [np.nan, np.nan]]])
    result = DesignResult(pd.DataFrame({"a": [0.0]}), ("x", "y if x"), values)
    assert result.failed_worlds == 1


def test_a_selection_of_a_run_is_measured_against_the_whole():
    """Proposition 6."""

    class Large(StandIn):
        def thinned(self):
            part = StandIn(worlds=50)
            part.selected_from = self
            return part

    drawn = thin_ensemble(Large(worlds=200))
    assert str(coverage_of(drawn)) == "50 of 200 worlds (150 not drawn)"
    assert "n = 50 of 200 worlds (150 not drawn)" in figures.PhasePortrait(drawn).caption
