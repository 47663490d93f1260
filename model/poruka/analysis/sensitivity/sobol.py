"""Sobol indices of stochastic worlds: the share of an outcome's variance that each number explains,
corrected for the noise of few worlds.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.analysis.sensitivity.morris import (
    FactorBounds,
    build_salib_problem,
    import_salib,
    scale_to_bounds,
)


def build_saltelli_design(bounds: FactorBounds, base_points: int, seed: int) -> pd.DataFrame:
    """Return Saltelli's design: ``base_points * (factors + 2)`` points.

    Examples
    --------
    >>> build_saltelli_design({"a": (0.0, 1.0), "b": (0.0, 10.0)}, base_points=4, seed=1).shape
    (16, 2)
    """
    return scale_to_bounds(
        import_salib("sample.sobol").sample(
            build_salib_problem(bounds), base_points, calc_second_order=False, seed=seed
        ),
        bounds,
    )


def compute_sobol_indices(
    result: DesignResult,
    bounds: FactorBounds,
    quantities: Sequence[str],
    resamples: int = 300,
    seed: int = 1,
) -> pd.DataFrame:
    """Return first-order and total Sobol indices, with intervals from resampling.

    Base points and worlds are resampled. Means over few worlds contain noise, which the plain
    estimators mistake for interaction. Products of *different* worlds do not contain it, so the
    indices are those of the expected outcome; SALib's indices of the plain means are given too.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, S1, S1_low, S1_high, ST, ST_low, ST_high (95 %), S1_plain,
        ST_plain (SALib on the means), noise (share of the variance of the means over worlds that is
        chance), variance (of the expected outcome).
    """
    estimate = import_salib("analyze.sobol")
    rng, rows = np.random.default_rng(seed), []
    factors = list(bounds)
    for quantity in quantities:
        values = result.quantity_values(quantity).reshape(-1, len(factors) + 2, result.worlds)
        values = values - np.nanmean(values)
        # A failed world counts as the mean of its point.
        values = np.where(np.isfinite(values), values, np.nanmean(values, axis=2, keepdims=True))
        means = values.mean(axis=2)
        first, total, spread = _estimate_indices(values, np.ones(result.worlds))
        drawn = np.empty((resamples, 2, len(factors)))
        for draw in range(resamples):
            sample = values[rng.integers(len(values), size=len(values))]
            weights = np.bincount(
                rng.integers(result.worlds, size=result.worlds), minlength=result.worlds
            ).astype(float)
            drawn[draw, 0], drawn[draw, 1], _ = _estimate_indices(sample, weights)
        low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
        ends = means[:, [0, -1]]
        varies = np.ptp(ends) > 1e-12
        noise = max(0.0, 1.0 - spread / float(ends.var())) if varies else 0.0
        for index, name in enumerate(factors):
            parts = (means[:, 0], means[:, index + 1], means[:, -1])
            naive = (
                (float(estimate.first_order(*parts)), float(estimate.total_order(*parts)))
                if varies
                else (0.0, 0.0)
            )
            rows.append(
                (
                    quantity,
                    name,
                    first[index],
                    low[0, index],
                    high[0, index],
                    total[index],
                    low[1, index],
                    high[1, index],
                    *naive,
                    noise,
                    spread,
                )
            )
    return pd.DataFrame(
        rows,
        columns=[
            "quantity",
            "factor",
            "S1",
            "S1_low",
            "S1_high",
            "ST",
            "ST_low",
            "ST_high",
            "S1_plain",
            "ST_plain",
            "noise",
            "variance",
        ],
    )


def _mean_cross_product(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the mean product of two quantities over pairs of different worlds (the last axis);
    with one world, the plain product.
    """
    total, squares = weights.sum(), (weights * weights).sum()
    pairs = total * total - squares
    if pairs <= 0.0:
        return np.asarray((first * second * weights).sum(axis=-1) / total)
    all_pairs = (first * weights).sum(axis=-1) * (second * weights).sum(axis=-1)
    same_world = (first * second * weights * weights).sum(axis=-1)
    return np.asarray((all_pairs - same_world) / pairs)


def _estimate_indices(
    values: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return first-order and total indices (Saltelli et al. 2010) and the total variance."""
    a, b, mixed = values[:, 0], values[:, -1], values[:, 1:-1]
    ends = np.concatenate([a, b])
    middle = ends.mean(axis=0)
    spread = float(
        _mean_cross_product(ends, ends, weights).mean()
        - _mean_cross_product(middle, middle, weights)
    )
    count = mixed.shape[1]
    if spread <= 1e-12:
        return np.zeros(count), np.zeros(count), 0.0
    first = _mean_cross_product(b[:, None], mixed - a[:, None], weights).mean(axis=0) / spread
    change = mixed - a[:, None]
    total = 0.5 * _mean_cross_product(change, change, weights).mean(axis=0) / spread
    return first, total, spread
