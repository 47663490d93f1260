"""Standard errors of figures of a table whose rows and columns are both drawn: points or
trajectories of a design, and worlds that all of them share.
"""

import math
from typing import NamedTuple

import numpy as np

from poruka.utils.statistics import Interval, t_quantile, wilson_interval


class TwoWayVariance(NamedTuple):
    """The variance of an estimate, and the degrees of freedom of Student's t that go with it."""

    variance: float
    degrees_of_freedom: float


def two_way_variance(influence: np.ndarray) -> TwoWayVariance:
    """Return the variance of an estimate made from points and worlds, neither of which repeat.

    All worlds of a point share its numbers, and world k of all points shares its luck. So points
    and worlds each add variance, and what each single world of a point adds is in both sums and
    taken out once (Cameron, Gelbach and Miller 2011). Where the luck of points is their own, the
    part of worlds is about 0 and points alone count.

    Parameters
    ----------
    influence : ndarray of float, shape (points, worlds)
        What each world of each point adds to the estimate, around 0: for a mean
        ``(values - mean) / values.size``. Zero for what was left out.

    Returns
    -------
    TwoWayVariance
        NaN where there are fewer than two points.

    Examples
    --------
    >>> luck = np.random.default_rng(1).normal(size=10)
    >>> values = np.tile(luck, (50, 1))  # fifty points which differ in nothing
    >>> found = two_way_variance((values - values.mean()) / values.size)
    >>> round(10.0 * found.variance / float(luck.var(ddof=1)), 2), round(found.degrees_of_freedom)
    (0.98, 9)
    """
    points, worlds = influence.shape
    if points < 2:
        return TwoWayVariance(math.nan, math.nan)
    of_points = points / (points - 1) * float((influence.sum(axis=1) ** 2).sum())
    of_worlds = 0.0
    if worlds > 1:
        shared = float((influence.sum(axis=0) ** 2).sum())
        of_worlds = worlds / (worlds - 1) * max(0.0, shared - float((influence**2).sum()))
    variance = of_points + of_worlds
    return TwoWayVariance(
        variance, combine_degrees_of_freedom(of_points, points - 1, of_worlds, worlds - 1)
    )


def combine_degrees_of_freedom(
    of_points: float, point_freedom: float, of_worlds: float, world_freedom: float
) -> float:
    """Return degrees of freedom between those of points and of worlds, by their variances.

    Satterthwaite's would exceed both where the parts are alike, which is too much for parts of
    which one is a difference.

    Examples
    --------
    >>> combine_degrees_of_freedom(1.0, 20, 1.0, 5)
    8.0
    """
    variance = of_points + of_worlds
    if variance <= 0.0:
        return float(point_freedom)
    return variance / (of_points / point_freedom + of_worlds / max(1.0, world_freedom))


def share_interval(share: float, influence: np.ndarray, level: float = 0.95) -> Interval:
    """Return the interval of a share of worlds that come in points and may have luck in common.

    Wilson's, for as many independent worlds as would give the same variance: it stays within 0 and
    1. Where all worlds agree, each point counts as one.

    Parameters
    ----------
    share : float
    influence : ndarray of float, shape (points, worlds)
        As for :func:`two_way_variance`; only points that have a part in the share.
    level : float

    Examples
    --------
    >>> in_box = np.repeat([[1.0], [0.0]], [15, 5], axis=0).repeat(10, axis=1)
    >>> ends = share_interval(0.75, (in_box - 0.75) / in_box.size)
    >>> [round(end, 2) for end in ends]  # as wide as 20 worlds have it, not 200
    [0.51, 0.9]
    """
    points = len(influence)
    if points < 2:
        return Interval(0.0, 1.0)
    found = two_way_variance(influence)
    worlds = float(points)
    if found.variance > 0.0 and 0.0 < share < 1.0:
        worlds = share * (1.0 - share) / found.variance
    quantile = t_quantile(found.degrees_of_freedom, level)
    return Interval(*wilson_interval(share * worlds, worlds, quantile))
