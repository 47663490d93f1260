"""Size of an effect that varies over points and worlds: its root mean square, with the luck of
few worlds taken out, an interval that holds near zero, and a statistic for a sign-flip test.
"""

import math
from typing import NamedTuple

import numpy as np

from poruka.analysis.inference.two_way import combine_degrees_of_freedom, two_way_variance
from poruka.utils.statistics import t_quantile


class EffectSize(NamedTuple):
    """A mean effect and the size of effects, each with its 95 % interval.

    Attributes
    ----------
    mean, mean_low, mean_high : float
        The mean effect: a number that acts upwards here and downwards there may have none.
    size, size_low, size_high : float
        The root mean square of the expected effects.
    """

    mean: float
    mean_low: float
    mean_high: float
    size: float
    size_low: float
    size_high: float


def estimate_effect_size(effects: np.ndarray, level: float = 0.95) -> EffectSize:
    """Return mean and size of effects that were measured at several points in the same worlds.

    The mean of absolute effects (Morris's μ*) never is 0, since luck adds to it. The root mean
    square is free of that: products of *different* worlds hold no luck. Its interval is the set of
    sizes that a test would not reject, with the variance that the estimate would have at each, and
    reaches down to 0 in 97.5 % of designs where there is no effect.

    Parameters
    ----------
    effects : ndarray of float, shape (points, worlds)
        World k of all points shares its luck; NaN where a world failed. With one world the luck
        stays in, and there is no interval.
    level : float

    Examples
    --------
    >>> effects = 2.0 + np.random.default_rng(1).normal(size=(12, 10))
    >>> found = estimate_effect_size(effects)
    >>> found.size_low < 2.0 < found.size_high
    True
    """
    valid = np.isfinite(effects)
    values = np.where(valid, effects, 0.0)
    count = valid.sum()
    if not count:
        return EffectSize(*[math.nan] * 6)
    mean = float(values.sum() / count)
    error = two_way_variance(np.where(valid, values - mean, 0.0) / count)
    half = t_quantile(error.degrees_of_freedom, level) * math.sqrt(error.variance)
    interval = (mean - half, mean + half)
    worlds = valid.sum(axis=1)
    usable = worlds >= 2
    if effects.shape[1] < 2 or usable.sum() < 2:
        plain = float(np.sqrt((values**2).sum() / count))
        return EffectSize(mean, math.nan, math.nan, plain, math.nan, math.nan)
    return EffectSize(mean, *interval, *_size_interval(values[usable], valid[usable], level))


def _size_interval(
    values: np.ndarray, valid: np.ndarray, level: float
) -> tuple[float, float, float]:
    worlds, points = valid.sum(axis=1, keepdims=True), len(values)
    others = values.sum(axis=1, keepdims=True) - values
    squares = (values * others).sum(axis=1, keepdims=True) / (worlds * (worlds - 1))
    square = float(squares.mean())
    of_points = float(squares.var(ddof=1)) / points
    of_worlds = _variance_of_worlds(values, valid, squares)
    variance = of_points + of_worlds
    freedom = combine_degrees_of_freedom(of_points, points - 1, of_worlds, values.shape[1] - 1)
    quantile = t_quantile(freedom, level)
    # Without any effect, products of different worlds vary by this much.
    scaled = values / np.sqrt(worlds * (worlds - 1))
    all_pairs = float(((scaled @ scaled.T) ** 2).sum())
    same_world = float(((scaled**2).sum(axis=0) ** 2).sum())
    without = min(variance, 2.0 * max(0.0, all_pairs - same_world) / points**2)
    size = math.sqrt(max(0.0, square))
    if square <= 0.0:
        return size, 0.0, math.sqrt(max(0.0, square + quantile * math.sqrt(without)))
    growth = (variance - without) / square
    middle = square + quantile**2 * growth / 2.0
    reach = math.sqrt(max(0.0, middle**2 - square**2 + quantile**2 * without))
    return size, math.sqrt(max(0.0, middle - reach)), math.sqrt(middle + reach)


def _variance_of_worlds(values: np.ndarray, valid: np.ndarray, squares: np.ndarray) -> float:
    """Return what drawing worlds adds to the variance of a mean square, beyond that of points."""
    worlds = valid.sum(axis=1, keepdims=True)
    points, drawn = values.shape
    if worlds.min() < 3:
        return 0.0
    sums, powers = values.sum(axis=1, keepdims=True), (values**2).sum(axis=1, keepdims=True)
    left = worlds - valid
    without_world = ((sums - values) ** 2 - powers + values**2) / (left * (left - 1))
    means = without_world.mean(axis=0)
    jackknife = (drawn - 1) / drawn * float(((means - means.mean()) ** 2).sum())
    # What single worlds of single points add is in the variance of points already.
    own = 2.0 * (values * (sums - values) / (worlds - 1) - squares) / (worlds * points)
    return max(0.0, jackknife - float((np.where(valid, own, 0.0) ** 2).sum()))


def flipped_statistics(effects: np.ndarray, flips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two statistics of each number's effect under flips of the signs of whole worlds.

    Both are sums of two parts: products of different worlds at the same point, which see an effect
    wherever it shows, and products of the means of different worlds, which see one that has the
    same sign everywhere much better. In the first statistic each part is divided by its own
    standard deviation over all flips, in the second by the median of that over the numbers. The
    first sees a small effect without luck beside large ones with luck; the second is not misled by
    standard deviations that few worlds make small by chance. No flip changes a divisor.

    Parameters
    ----------
    effects : ndarray of float, shape (points, numbers, worlds)
        NaN where a world failed.
    flips : ndarray of float, shape (flips, units)
        As :func:`poruka.analysis.inference.sign_flips.draw_sign_flips` gives them. With fewer units
        than worlds, neighbouring worlds are flipped together.

    Returns
    -------
    tuple of ndarray, shape (flips, numbers)

    Examples
    --------
    >>> rising = 1.0 + np.random.default_rng(1).normal(size=(5, 1, 8))
    >>> signs = np.array([[1.0] * 8, [1.0, -1.0] * 4])
    >>> own, typical = flipped_statistics(rising, signs)
    >>> bool(own[0, 0] > own[1, 0]), bool(typical[0, 0] > typical[1, 0])
    (True, True)
    """
    starts = np.linspace(0, effects.shape[2], flips.shape[1], endpoint=False).astype(int)
    values = np.add.reduceat(np.nan_to_num(effects), starts, axis=2).transpose(1, 0, 2)
    sums = values.sum(axis=1)
    found = np.zeros((2, len(flips), len(values)))
    for products in (
        np.einsum("npw,npv->nwv", values, values),
        np.einsum("nw,nv->nwv", sums, sums),
    ):
        diagonal = np.arange(products.shape[1])
        products[:, diagonal, diagonal] = 0.0
        own = np.sqrt(2.0 * (products**2).sum(axis=(1, 2)))
        if not (own > 0.0).any():
            continue
        typical = np.full(len(own), np.median(own[own > 0.0]))
        for statistic, spread in zip(found, (own, typical), strict=True):
            scaled = products / np.where(own > 0.0, spread, 1.0)[:, None, None]
            for index, kernel in enumerate(scaled):
                statistic[:, index] += ((flips @ kernel) * flips).sum(axis=1)
    return found[0], found[1]
