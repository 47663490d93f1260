"""Does a calibration hold what it says? True numbers are planted, one history is played under
them, and the calibration to that history is asked for them (simulation-based calibration, Talts et
al. 2018).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2

from poruka.analysis.calibration.abc_smc import abc_smc
from poruka.analysis.calibration.priors import Prior, draw_points
from poruka.analysis.calibration.targets import CalibrationTargets, compute_distances
from poruka.analysis.calibration.weighted_sample import weighted_quantiles
from poruka.utils.statistics import wilson_interval

RANK_DRAWS = 19
"""Draws from each posterior among which the truth is ranked: 20 ranks are possible."""
RANK_BINS = 10
"""Bins of the ranks."""


class PlantedProblem(NamedTuple):
    """A model in which true numbers are planted.

    Attributes
    ----------
    name : str
    priors : dict of str to Prior
    quantities : tuple of str
    play : callable
        Plays one world at each point, given points of shape (points, numbers) and a generator;
        returns quantities, shape (points, quantities).
    """

    name: str
    priors: dict[str, Prior]
    quantities: tuple[str, ...]
    play: Callable[[np.ndarray, np.random.Generator], np.ndarray]


Calibrator = Callable[[PlantedProblem, np.ndarray, int], tuple[pd.DataFrame, np.ndarray]]
"""Takes a problem, one history and a seed; returns the points of a posterior and their weights."""


def abc_calibrator(worlds: int = 1, particles: int = 300, generations: int = 7) -> Calibrator:
    """Return a calibration by ABC-SMC that compares the mean of some worlds with the history.

    One world is what :func:`poruka.analysis.calibration.calibrate.calibrate` plays; with more
    of them the posterior is too narrow, which ranks and coverage show.
    """

    def run(
        problem: PlantedProblem, history: np.ndarray, seed: int
    ) -> tuple[pd.DataFrame, np.ndarray]:
        values = [
            (name, float(value), None)
            for name, value in zip(problem.quantities, history, strict=True)
        ]
        targets = CalibrationTargets((), (), tuple(values), 0)
        scales: dict[str, float] = {}

        def distance(points: pd.DataFrame, generation: int) -> np.ndarray:
            rng = np.random.default_rng((seed, generation, 7))
            played = np.mean([problem.play(points.to_numpy(), rng) for _ in range(worlds)], axis=0)
            if not scales:
                spread = played.std(axis=0)
                scales.update(zip(problem.quantities, spread.tolist(), strict=True))
            return compute_distances(played[:, None, :], targets, scales)

        sample = abc_smc(
            problem.priors,
            distance,
            particles=particles,
            generations=generations,
            min_acceptance=0.0,
            seed=seed,
        )
        return sample.points, sample.weights

    return run


def plant_truths(
    problem: PlantedProblem, calibrator: Calibrator, replications: int, seed: int = 1
) -> pd.DataFrame:
    """Return where planted truths lie in their posteriors.

    Returns
    -------
    pandas.DataFrame
        One row a replication and number: number, truth, rank (of the truth among
        :data:`RANK_DRAWS` draws from the posterior), inside_50, inside_90 (whether the central
        band holds it).

    Examples
    --------
    >>> def play(points, rng):
    ...     return points + rng.normal(scale=0.2, size=points.shape)
    >>> problem = PlantedProblem("normal", {"x": Prior(0.0, 0.5, 1.0, "uniform")}, ("y",), play)
    >>> table = plant_truths(problem, abc_calibrator(particles=40, generations=2), 5)
    >>> len(table), bool(table["rank"].between(0, 19).all())
    (5, True)
    """
    rows: list[dict[str, object]] = []
    for replication in range(replications):
        rng = np.random.default_rng((seed, replication, 3))
        truth = draw_points(problem.priors, 1, rng)
        history = problem.play(truth, rng)[0]
        points, weights = calibrator(problem, history, 1000 * seed + replication)
        rows += locate_truth(points, weights, truth[0], rng)
    return pd.DataFrame(rows)


def locate_truth(
    points: pd.DataFrame, weights: np.ndarray, truth: Sequence[float], rng: np.random.Generator
) -> list[dict[str, object]]:
    """Return one row a number: rank of the truth in a posterior, and whether bands hold it."""
    drawn = rng.choice(len(points), size=RANK_DRAWS, p=weights / weights.sum())
    rows: list[dict[str, object]] = []
    for name, value in zip(points, truth, strict=True):
        column = points[name].to_numpy(dtype=float)
        low, low_50, high_50, high = weighted_quantiles(column, weights, (0.05, 0.25, 0.75, 0.95))
        ties = int((column[drawn] == value).sum())
        rank = int((column[drawn] < value).sum()) + int(rng.integers(ties + 1))
        rows.append(
            {
                "number": name,
                "truth": float(value),
                "rank": rank,
                "inside_50": bool(low_50 <= value <= high_50),
                "inside_90": bool(low <= value <= high),
            }
        )
    return rows


def rank_uniformity(ranks: np.ndarray, bins: int = RANK_BINS) -> float:
    """Return the p-value of the chi-square test that ranks are uniform, as exact posteriors' are.

    Examples
    --------
    >>> rank_uniformity(np.tile(np.arange(20), 10))
    1.0
    >>> bool(rank_uniformity(np.repeat([0, 19], 100)) < 1e-6)
    True
    """
    counts = np.bincount(np.asarray(ranks) * bins // (RANK_DRAWS + 1), minlength=bins)
    expected = len(ranks) / bins
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), bins - 1))


def coverage_of_truths(located: pd.DataFrame) -> pd.DataFrame:
    """Return, by number, the share of truths that 50 % and 90 % bands hold, and rank uniformity.

    Columns number, truths, inside_50, inside_90 and inside_90_low, inside_90_high (95 % interval),
    p_uniform.
    """
    rows = []
    for name, part in located.groupby("number", sort=False):
        inside = int(part["inside_90"].sum())
        low, high = wilson_interval(inside, len(part))
        rows.append(
            {
                "number": name,
                "truths": len(part),
                "inside_50": float(part["inside_50"].mean()),
                "inside_90": inside / len(part),
                "inside_90_low": low,
                "inside_90_high": high,
                "p_uniform": rank_uniformity(part["rank"].to_numpy()),
            }
        )
    return pd.DataFrame(rows)
