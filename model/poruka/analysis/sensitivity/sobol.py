"""Sobol indices of stochastic worlds: the share of an outcome's variance that each number explains,
corrected for the noise of few worlds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.analysis.inference import t_quantile
from poruka.analysis.sensitivity.morris import (
    FactorBounds,
    build_salib_problem,
    import_salib,
    scale_to_bounds,
)

BLOCKS = 16
"""Blocks of the design with scrambles of their own, the units that are resampled."""


SUFFICIENT_BASE_POINTS = 32
"""Below this number the intervals are approximate."""


def build_saltelli_design(bounds: FactorBounds, base_points: int, seed: int) -> pd.DataFrame:
    """Return Saltelli's design: ``base_points * (factors + 2)`` points.

    The base points are 16 blocks of Sobol points, each scrambled by itself: points of one
    sequence are not independent of each other, so that no interval could be had from them, and
    whole blocks are.

    Examples
    --------
    >>> build_saltelli_design({"a": (0.0, 1.0), "b": (0.0, 10.0)}, base_points=4, seed=1).shape
    (16, 2)
    """
    sample = import_salib("sample.sobol").sample
    problem = build_salib_problem(bounds)
    sizes = [len(part) for part in np.array_split(np.arange(base_points), BLOCKS) if len(part)]
    seeds = np.random.SeedSequence(seed).generate_state(len(sizes))
    # A block whose size is no power of two is the start of the next larger one.
    blocks = [
        sample(problem, 1 << (size - 1).bit_length(), calc_second_order=False, seed=int(block_seed))
        for size, block_seed in zip(sizes, seeds, strict=True)
    ]
    rows = [block[: size * (len(bounds) + 2)] for block, size in zip(blocks, sizes, strict=True)]
    return scale_to_bounds(np.concatenate(rows), bounds)


def compute_sobol_indices(
    result: DesignResult,
    bounds: FactorBounds,
    quantities: Sequence[str],
    resamples: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Return first-order and total Sobol indices with their 95 % intervals.

    Means over few worlds contain noise, which the plain estimators mistake for interaction.
    Products of *different* worlds do not contain it, so the indices are those of the expected
    outcome; SALib's indices of the plain means are given too.

    Intervals are bootstrap-t: blocks of base points are resampled, and each resampled index is
    measured in its own standard error; each side is the wider of the symmetric and the skewed
    interval. The luck that all points share is added from the spread between worlds, by Student's
    quantile, where there are three worlds or more. With fewer than 32 base points the intervals are
    approximate: they hold the truth less often than they say (about 93 % with 16, fewer below).

    Parameters
    ----------
    result : DesignResult
        Of the points of :func:`build_saltelli_design`.
    bounds : mapping
        The factors with their limits.
    quantities : sequence of str
    resamples, seed : int

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, S1, S1_low, S1_high, ST, ST_low, ST_high (95 %), S1_plain,
        ST_plain (SALib on the means), noise (share of the variance of the means over worlds that is
        chance), variance (of the expected outcome), approximate (whether there are too few base
        points for the intervals).
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
        indices, low, high, spread = _estimate_with_intervals(values, resamples, rng)
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
            first, total = (
                (indices[kind, index], low[kind, index], high[kind, index]) for kind in (0, 1)
            )
            few = len(values) < SUFFICIENT_BASE_POINTS
            rows.append((quantity, name, *first, *total, *naive, noise, spread, few))
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
            "approximate",
        ],
    )


class _PointTerms(NamedTuple):
    """The terms of the indices (Saltelli et al. 2010), one row a base point or block of them.

    ``numerators`` (units, 2, factors) are those of first-order and total indices, ``squares``
    (units) and ``middles`` (units, worlds) make the variance.
    """

    numerators: np.ndarray
    squares: np.ndarray
    middles: np.ndarray


def _mean_cross_product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the mean product of two quantities over pairs of different worlds (the last axis);
    with one world, the plain product.
    """
    worlds = first.shape[-1]
    if worlds == 1:
        return np.asarray((first * second)[..., 0])
    all_pairs = first.sum(axis=-1) * second.sum(axis=-1) - (first * second).sum(axis=-1)
    return np.asarray(all_pairs / (worlds * (worlds - 1)))


def _cross_product_by_world(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return what each world adds to the mean cross product: the mean over worlds is it."""
    others = first.shape[-1] - 1
    first_others = first.sum(axis=-1, keepdims=True) - first
    second_others = second.sum(axis=-1, keepdims=True) - second
    return np.asarray((first * second_others + second * first_others) / (2 * others))


def _estimate_with_intervals(
    values: np.ndarray, resamples: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return the indices, shape (2, factors), the ends of their intervals and the variance."""
    a, b, mixed = values[:, 0], values[:, -1], values[:, 1:-1]
    change = mixed - a[:, None]
    terms = _PointTerms(
        np.stack(
            [_mean_cross_product(b[:, None], change), 0.5 * _mean_cross_product(change, change)],
            axis=1,
        ),
        0.5 * (_mean_cross_product(a, a) + _mean_cross_product(b, b)),
        0.5 * (a + b),
    )
    # The ends of all points, not of all blocks, have the variance; blocks may differ by one point.
    everywhere = np.full((1, len(values)), 1.0 / len(values))
    estimates, _, spreads = _weighted_indices(terms, everywhere)
    indices, spread = estimates[0], float(spreads[0])
    if spread <= 1e-12:
        flat = np.zeros_like(indices)
        return flat, flat, flat, 0.0
    blocks = np.array_split(np.arange(len(values)), min(BLOCKS, len(values)))
    grouped = _PointTerms(*(np.stack([term[rows].mean(0) for rows in blocks]) for term in terms))
    count = len(blocks)
    _, errors, _ = _weighted_indices(grouped, np.full((1, count), 1.0 / count))
    drawn, drawn_errors, _ = _weighted_indices(
        grouped, rng.multinomial(count, np.full(count, 1.0 / count), size=resamples) / count
    )
    centre, _, _ = _weighted_indices(grouped, np.full((1, count), 1.0 / count))
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = (drawn - centre) / drawn_errors
    # A resample of one block repeated has no error of its own and says nothing; a number that does
    # nothing anywhere has no error at all.
    studentised[~np.isfinite(studentised)] = np.nan
    studentised[np.broadcast_to((errors == 0.0), studentised.shape)] = 0.0
    # Of the symmetric and the skewed interval the wider side: the first alone misses large indices
    # above, the second those of noisy worlds.
    symmetric = np.nanquantile(np.abs(studentised), 0.95, axis=0)
    lower, upper = np.nanquantile(studentised, (0.025, 0.975), axis=0)
    luck = _reach_of_shared_luck(values, indices, spread)
    below = np.hypot(np.maximum(symmetric, upper) * errors[0], luck)
    above = np.hypot(np.maximum(symmetric, -lower) * errors[0], luck)
    return indices, indices - below, indices + above, spread


def _weighted_indices(
    terms: _PointTerms, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return indices and standard errors, shape (draws, 2, factors), and variances, for weights of
    shape (draws, units) that sum to 1.
    """
    middles = weights @ terms.middles
    middle_square = _mean_cross_product(middles, middles)
    spreads = weights @ terms.squares - middle_square
    divisor = np.where(spreads > 1e-12, spreads, np.nan)[:, None, None]
    indices = np.einsum("du,uij->dij", weights, terms.numerators) / divisor
    own = (
        terms.squares
        - 2.0 * _mean_cross_product(terms.middles[None], middles[:, None])
        + middle_square[:, None]
    )
    # The influence of each unit on the ratio.
    influence = (terms.numerators[None] - indices[:, None] * own[:, :, None, None]) / divisor[
        :, None
    ]
    variances = np.einsum("du,duij->dij", weights, influence**2) / (len(terms.squares) - 1)
    return indices, np.sqrt(variances), spreads


def _reach_of_shared_luck(values: np.ndarray, indices: np.ndarray, spread: float) -> np.ndarray:
    """Return how far the luck of worlds that all points share makes the indices uncertain (95 %).

    From the influence of each world, less what worlds that share nothing would show by themselves,
    since that is part of the differences between points already.
    """
    worlds = values.shape[2]
    if worlds < 3:
        return np.zeros_like(indices)
    a, b, mixed = values[:, 0], values[:, -1], values[:, 1:-1]
    change, middle = mixed - a[:, None], 0.5 * (a + b)
    common = middle.mean(axis=0, keepdims=True)
    own = (
        0.5 * (_cross_product_by_world(a, a) + _cross_product_by_world(b, b))
        - 2.0 * _cross_product_by_world(middle, common)
        + _cross_product_by_world(common, common)
    )
    numerators = np.stack(
        [
            _cross_product_by_world(b[:, None], change),
            0.5 * _cross_product_by_world(change, change),
        ],
        axis=1,
    )
    influence = (numerators - indices[None, :, :, None] * own[:, None, None, :]) / spread
    factor = 4.0 * (worlds - 1) / (worlds * (worlds - 2) ** 2)
    of_points = influence - influence.mean(axis=-1, keepdims=True)
    of_all = influence.mean(axis=0)
    of_all = of_all - of_all.mean(axis=-1, keepdims=True)
    together = factor * (of_all**2).sum(axis=-1)
    apart = factor * (of_points**2).sum(axis=(0, -1)) / len(values) ** 2
    return t_quantile(worlds - 1) * np.sqrt(np.maximum(together - apart, 0.0))
