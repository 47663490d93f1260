"""Standard errors of any statistic of a crossed design, from leaving its units out one by one."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from poruka.utils.statistics import Interval, t_quantile

LARGEST_NUMBER_OF_GROUPS = 60
"""Beyond this many units groups of them are left out together, which costs little precision."""


class StandardErrors(NamedTuple):
    """Standard errors of the parts of a statistic, with their degrees of freedom."""

    errors: np.ndarray
    degrees_of_freedom: np.ndarray


def crossed_jackknife(
    values: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    axes: Sequence[int],
    seed: int = 1,
) -> StandardErrors:
    """Return the standard errors of a statistic of values that share the units of several axes.

    Every world is simulated at every point, so neither the points alone nor the worlds alone are
    independent values. Units of each axis are left out one by one (above 60 in groups), and the
    variances that this gives are added (the jackknife; for crossed units Owen 2007). Unlike a
    bootstrap it never holds a unit twice: two copies of a world agree with each other, which a
    split of variance takes for a lack of chance. What belongs to single cells alone is counted on
    each axis, so the errors are rather too large than too small.

    Parameters
    ----------
    values : ndarray
    statistic : callable
        Receives the values with some units left out; returns an array of numbers.
    axes : sequence of int
        The axes whose units are random; those with fewer than three are taken as they are.
    seed : int
        Of the grouping of units.

    Examples
    --------
    >>> values = np.array([[1.0, 2.0, 3.0, 6.0]])
    >>> crossed_jackknife(values, lambda v: np.array([v.mean()]), axes=[1]).errors.round(3)
    array([1.08])
    """
    estimate = np.asarray(statistic(values), dtype=float)
    variance, weighted = np.zeros_like(estimate), np.zeros_like(estimate)
    for axis in axes:
        units = values.shape[axis]
        if units < 3:
            continue
        count = min(units, LARGEST_NUMBER_OF_GROUPS)
        groups = np.array_split(np.random.default_rng(seed).permutation(units), count)
        left_out = np.array([statistic(np.delete(values, group, axis)) for group in groups])
        part = (count - 1) / count * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
        variance = variance + part
        weighted = weighted + part**2 / (count - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(weighted > 0.0, variance**2 / weighted, math.inf)
    return StandardErrors(np.sqrt(variance), freedom)


def proportion_interval(
    share: float, error: float, degrees_of_freedom: float, level: float = 0.95
) -> Interval:
    """Return the interval of a part of a whole, from its standard error.

    Student's on the scale of log odds, on which the error is symmetric; where the share is not
    one standard error away from 0 and 1, on its own scale. Never outside 0 and 1.

    Parameters
    ----------
    share : float
        The estimate, which chance may put below 0 or above 1.
    error, degrees_of_freedom, level : float

    Examples
    --------
    >>> [round(end, 2) for end in proportion_interval(0.5, 0.1, 20)]
    [0.3, 0.7]
    >>> [round(end, 2) for end in proportion_interval(0.02, 0.05, 20)]
    [0.0, 0.12]
    """
    reach = t_quantile(max(degrees_of_freedom, 1.0), level) * error
    if error < share < 1.0 - error:
        odds, reach = logit(share), reach / (share * (1.0 - share))
        return Interval(float(expit(odds - reach)), float(expit(odds + reach)))
    low, high = np.clip((share - reach, share + reach), 0.0, 1.0)
    return Interval(float(low), float(high))
