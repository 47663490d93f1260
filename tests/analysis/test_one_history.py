"""Calibration to one history: what the record leaves possible, no more and no less.

1. For y normal around a number with sd 0.2 and a record of y = 0.5, the posterior has sd 0.20,
   whatever `worlds` says; the old way, the mean of twelve worlds, is too narrow and fails here.
2. Truths planted many times lie in 90 % bands in 90 % of cases, and their ranks are even; the old
   way fails here, and so would bands a third too narrow.
3. The same is done in a country, from one bank of worlds.
4. The band of worlds drawn from a posterior holds a further world also where few were drawn.
5. Figures are those the score looks at.
6. A calibration stopped by hand loses nothing.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from package_folder import MODEL
from scipy.stats import norm
from torture import heeding
from worlds import kazakhstan

from poruka.analysis.calibration import posterior_predictive
from poruka.analysis.calibration.abc_smc import abc_smc
from poruka.analysis.calibration.calibrate import calibrate
from poruka.analysis.calibration.planted_history import distances_from, plant_histories
from poruka.analysis.calibration.planted_problems import normal_problem
from poruka.analysis.calibration.planted_truths import (
    RANK_DRAWS,
    abc_calibrator,
    coverage_of_truths,
    plant_truths,
    rank_uniformity,
)
from poruka.analysis.calibration.priors import Prior
from poruka.analysis.calibration.targets import (
    CalibrationTargets,
    compute_distances,
    read_recorded_figures,
)
from poruka.analysis.evaluate import AnalyticModel
from poruka.analysis.factors import Factor
from poruka.analysis.patterns import Pattern, QuantityRange
from poruka.analysis.specification import Calibration, TargetValue
from poruka.experiments.catalogue import read_experiment
from poruka.experiments.run import run_experiment
from poruka.utils.errors import BadInput

ROOT = Path(__file__).parents[2]
STOPPED = """
question = "Does a calibration stopped by hand lose anything?"
scenario = "kazakhstan"
worlds = 2

[[factor]]
key = "oligarchs.inertia"
low = -0.2
high = 1.2

[[factor]]
key = "clans.rooting"

[[outcome]]
quantity = "mean_control"

[calibration]
patterns = ["P14"]
figures = ["R217", "R278"]
waves = 2
wave_points = 30
wave_worlds = 2
particles = 24
generations = 4
least_new = 0.0
predictive = 2
"""
THETA = Factor(key="oligarchs.inertia", low=-1.0, high=2.0)


def spread(sample, name):
    """Return the weighted standard deviation of a number."""
    values = sample.points[name]
    mean = np.average(values, weights=sample.weights)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=sample.weights)))


@pytest.mark.parametrize("worlds", [1, 2, 12, 50])
def test_the_posterior_of_one_history_has_its_own_spread(worlds):
    """Proposition 1: mean of six calibrations, each known to about ±0.014; tolerance 0.02, more
    than three standard errors. With 2 worlds averaged it was 0.12.
    """
    found = []
    for seed in range(6):
        sample = calibrate(
            lambda generation, seed=seed: AnalyticModel(
                {"y": lambda points: points["oligarchs.inertia"]},
                noise=0.2,
                seed=1000 * seed + generation,
            ),
            [THETA],
            kazakhstan(),
            Calibration(
                target=[TargetValue(quantity="y", value=0.5, scale=1.0)],
                prior="uniform",
                particles=300,
                generations=8,
                least_new=0.0,
                worlds=worlds,
            ),
            seed=seed,
        )
        found.append(spread(sample, "oligarchs.inertia"))
    assert abs(np.mean(found) - 0.20) < 0.02


def test_the_mean_of_twelve_worlds_fails_that_test():
    """Proposition 1: the same distance over the mean of twelve worlds gives 0.06."""
    aims = CalibrationTargets((), (), (("y", 0.5, 1.0),), 178)

    def of_the_mean(points: pd.DataFrame, generation: int) -> np.ndarray:
        noise = np.random.default_rng((3, generation)).normal(scale=0.2, size=(len(points), 12))
        means = (points["y"].to_numpy()[:, None] + noise).mean(axis=1)
        return compute_distances(means[:, None, None], aims, {"y": 1.0})

    sample = abc_smc(
        {"y": Prior(-1.0, 0.0, 2.0, "uniform")},
        of_the_mean,
        particles=300,
        generations=10,
        min_acceptance=0.0,
    )
    assert spread(sample, "y") < 0.10


def test_bands_hold_planted_truths_and_ranks_are_even():
    """Proposition 2: 400 truths, so the share inside is known to ±1.5 %; accepted is 86 to 94 % for
    the 90 % band and 44 to 56 % for the 50 % band. Ranks in ten bins: the chi-square test at 0.1 %.
    Bands a third too narrow would be found in more than 99 of 100 such tests.
    """
    located = plant_truths(normal_problem(), abc_calibrator(), 400, seed=5)
    row = coverage_of_truths(located).iloc[0]
    assert 0.86 <= row["inside_90"] <= 0.94 and 0.44 <= row["inside_50"] <= 0.56, row
    assert row["p_uniform"] > 0.001


def test_ranks_and_bands_find_the_old_way_out():
    """Proposition 2: against the mean of twelve worlds 90 % bands hold some 42 %."""
    located = plant_truths(normal_problem(), abc_calibrator(worlds=12), 100, seed=5)
    row = coverage_of_truths(located).iloc[0]
    assert row["inside_90"] < 0.6 and row["p_uniform"] < 1e-6


def test_bands_a_third_too_narrow_are_found_out():
    """Proposition 2, the power stated there: exact posteriors, and such with two thirds of their
    spread, under a wide prior; 40 tests of 400 truths each.
    """
    rng = np.random.default_rng(8)
    verdicts = []
    for narrow in (1.0, 2.0 / 3.0):
        passed = 0
        for _ in range(40):
            gaps = rng.normal(size=400)
            shares = norm.cdf(gaps / narrow)
            ranks = rng.binomial(RANK_DRAWS, shares)
            inside = np.mean(np.abs(shares - 0.5) <= 0.45)
            passed += rank_uniformity(ranks) > 0.001 and 0.86 <= inside <= 0.94
        verdicts.append(passed)
    assert verdicts[0] >= 38 and verdicts[1] == 0, verdicts


def test_truths_planted_in_a_country_are_located():
    """Proposition 3: two numbers seen through two quantities with noise; the bands of 150 truths
    hold them, history matching leaves them in, and a pattern that is missing in the record counts
    as far as one that is there.
    """
    functions = {
        "a": lambda points: 2.0 * points["one"],
        "b": lambda points: points["two"] - points["one"],
    }
    factors = [
        Factor(key="oligarchs.inertia", name="one", low=0.0, high=1.0, default=0.5),
        Factor(key="clans.rooting", name="two", low=0.0, high=0.2, default=0.1),
    ]
    planted = plant_histories(
        lambda stage: AnalyticModel(functions, noise=0.1, seed=stage),
        factors,
        kazakhstan(),
        Calibration(
            target=[TargetValue(quantity=name, value=0.0) for name in functions], prior="uniform"
        ),
        bank=1000,
        truths=150,
    )
    coverage = coverage_of_truths(planted.located)
    assert coverage["inside_90"].between(0.8, 1.0).all() and len(planted.matched) == 150
    assert planted.matched["kept"].mean() > 0.95 and planted.matched["share"].median() < 0.7
    first = Pattern(
        id="P90",
        label="one",
        says="Something that is seen.",
        scenario="kazakhstan",
        holds=[QuantityRange(quantity="u", low=1.0)],
    )
    targets = CalibrationTargets((first,), (), (("v", 0.0, None),), 178)
    histories = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 3.0], [np.nan, 1.0]])
    near, other, far, failed = distances_from(histories, histories[0], targets)
    assert near == 0.0 < other and 0.0 < far and failed == np.inf


def test_the_predictive_band_holds_a_further_world_also_with_few(monkeypatch):
    """Proposition 4: 2,000 records of the posterior's own model against 20 worlds each; percentiles
    held 81 %. Accepted: 88 to 93 % (standard error 0.7 %).
    """
    monkeypatch.setattr(posterior_predictive, "QuantityReader", lambda ensemble: ensemble)
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(2000):
        targets = CalibrationTargets((), (), (("y", float(rng.normal()), None),), 178)
        worlds = {"y": rng.normal(size=20)}
        table = posterior_predictive.posterior_predictive_table(worlds, worlds, targets)
        inside += table["inside_after"].iloc[0]
    assert 0.88 <= inside / 2000 <= 0.93, inside


def test_a_figure_beyond_the_run_is_left_out_as_in_the_score():
    """Proposition 5: named, it is refused."""
    short = SimpleNamespace(
        record_path=kazakhstan().record_path, months=60, month_of=kazakhstan().month_of
    )
    ids = [figure.id for figure in read_recorded_figures(short, ["all"])]
    assert "R024" in ids and "R278" not in ids and "G2003" not in ids
    with pytest.raises(BadInput, match="R278.*beyond the run"):
        read_recorded_figures(short, ["R278"])


def test_a_calibration_stopped_by_hand_loses_nothing(tmp_path):
    """Proposition 6: a run of the command gets SIGINT amid its worlds, leaves with code 130, and
    the same command plays only the missing worlds and ends with the numbers of an undisturbed run.
    """
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "experiment.toml").write_text(STOPPED)
    loaded = read_experiment(folder / "experiment.toml")
    whole = run_experiment(loaded, tmp_path / "whole")
    command = [sys.executable, "-m", "poruka", "experiment", "run", str(folder), "--out"]
    process = subprocess.Popen(
        [*command, str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": str(MODEL)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=heeding,
    )
    kept, started = tmp_path / "out" / "worlds.sqlite", time.monotonic()
    while time.monotonic() - started < 120 and process.poll() is None and _rows(kept) < 60:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    before, everything = _rows(kept), _rows(tmp_path / "whole" / "worlds.sqlite")
    assert 60 <= before < everything
    again = run_experiment(loaded, tmp_path / "out")
    assert _rows(kept) == everything
    first, second = whole.calibration_result, again.calibration_result
    assert first.sample.points.equals(second.sample.points)
    assert first.history_match.region.equals(second.history_match.region)
    assert first.history_match.waves.equals(second.history_match.waves)
    assert {path.name for path in (tmp_path / "out" / "particles").glob("*.csv")} == {
        path.name for path in (tmp_path / "whole" / "particles").glob("*.csv")
    }


def _rows(path):
    """Return how many parts of worlds a file holds."""
    if not path.is_file():
        return 0
    try:
        with sqlite3.connect(path) as connection:
            return connection.execute("select count(*) from made").fetchone()[0]
    except sqlite3.Error:
        return 0
