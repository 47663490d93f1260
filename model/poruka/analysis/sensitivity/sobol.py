"""Sobol indices of stochastic worlds: what share of an outcome's variance each number explains,
with the noise of few worlds taken out.
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
    """Return Saltelli's design: ``base * (factors + 2)`` points.

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
    """Return first-order and total Sobol indices with intervals from resampled base points and
    worlds.

    Means over few worlds carry noise, which the plain estimators take for interaction. Products of
    *different* worlds do not carry it, so the indices are those of the expected outcome; what SALib
    makes of the plain means stands beside them.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, S1, S1_low, S1_high, ST, ST_low, ST_high (95 %), S1_plain,
        ST_plain (SALib on the means), noise (share of the variance of the means over worlds that is
        chance), variance (of the expected outcome).
    """
    estimate, rng, rows = import_salib("analyze.sobol"), np.random.default_rng(seed), []
    factors = list(bounds)
    for text in quantities:
        values = result.quantity_values(text).reshape(-1, len(factors) + 2, result.worlds)
        values = values - np.nanmean(values)
        values = np.where(
            np.isfinite(values), values, np.nanmean(values, axis=2, keepdims=True)
        )  # a failed world counts as its point's mean
        plain = values.mean(axis=2)
        first, total, spread = _estimate_indices(values, np.ones(result.worlds))
        drawn = np.empty((resamples, 2, len(factors)))
        for place in range(resamples):
            some = values[rng.integers(len(values), size=len(values))]
            weights = np.bincount(
                rng.integers(result.worlds, size=result.worlds), minlength=result.worlds
            ).astype(float)
            drawn[place, 0], drawn[place, 1], _ = _estimate_indices(some, weights)
        low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
        ends = plain[:, [0, -1]]
        varies = np.ptp(ends) > 1e-12
        noise = max(0.0, 1.0 - spread / float(ends.var())) if varies else 0.0
        for place, name in enumerate(factors):
            parts = (plain[:, 0], plain[:, place + 1], plain[:, -1])
            naive = (
                (float(estimate.first_order(*parts)), float(estimate.total_order(*parts)))
                if varies
                else (0.0, 0.0)
            )
            rows.append(
                (
                    text,
                    name,
                    first[place],
                    low[0, place],
                    high[0, place],
                    total[place],
                    low[1, place],
                    high[1, place],
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
    return np.asarray(
        (
            (first * weights).sum(axis=-1) * (second * weights).sum(axis=-1)
            - (first * second * weights * weights).sum(axis=-1)
        )
        / pairs
    )


def _estimate_indices(
    values: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return first-order and total indices (Saltelli et al. 2010) and the variance they are shares
    of.
    """
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
