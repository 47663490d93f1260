"""Standard errors of any statistic of a crossed design, from leaving its units out one by one."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from poruka.utils.statistics import Interval, t_quantile

LARGEST_NUMBER_OF_GROUPS = 60
"""Beyond this many units groups of them are left out together, which costs little precision."""
CELL_GROUPS = 8
"""Groups on each axis from which the variance of single cells is taken."""


class StandardErrors(NamedTuple):
    """Standard errors of the parts of a statistic, with their degrees of freedom."""

    errors: np.ndarray
    degrees_of_freedom: np.ndarray


def crossed_jackknife(
    values: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    axes: tuple[int, int],
    seed: int = 1,
) -> StandardErrors:
    """Return the standard errors of a statistic of values that share the units of two axes.

    Every world is simulated at every point, so neither the points alone nor the worlds alone are
    independent values. Units of each axis are left out one by one (above 60 in groups), the two
    variances that this gives are added, and what belongs to single cells, which both contain, is
    taken off once, from leaving out groups of both at a time (the jackknife; for crossed units
    Cameron, Gelbach and Miller 2011). Unlike a bootstrap it never holds a unit twice: two copies of
    a world agree with each other, which a split of variance takes for a lack of chance.

    Parameters
    ----------
    values : ndarray
    statistic : callable
        Receives the values with some units left out; returns an array of numbers.
    axes : tuple of int
        The two axes whose units are random; one with fewer than three is taken as it is.
    seed : int
        Of the grouping of units.

    Examples
    --------
    >>> values = np.array([[1.0, 2.0, 3.0, 6.0]])
    >>> crossed_jackknife(values, lambda v: np.array([v.mean()]), axes=(0, 1)).errors.round(3)
    array([1.08])
    """
    rng = np.random.default_rng(seed)
    random_axes = [axis for axis in axes if values.shape[axis] >= 3]
    parts, weighted = [], 0.0
    for axis in random_axes:
        groups = _random_groups(values.shape[axis], LARGEST_NUMBER_OF_GROUPS, rng)
        left_out = np.array([statistic(np.delete(values, group, axis)) for group in groups])
        count = len(groups)
        parts.append((count - 1) / count * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
        weighted = weighted + parts[-1] ** 2 / (count - 1)
    if not parts:
        nothing = np.zeros_like(np.asarray(statistic(values), dtype=float))
        return StandardErrors(nothing, nothing + math.inf)
    variance = np.sum(parts, axis=0)
    if len(parts) == 2:
        of_cells = _variance_of_cells(values, statistic, axes, rng)
        variance = np.maximum(variance - of_cells, np.max(parts, axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(weighted > 0.0, np.sum(parts, axis=0) ** 2 / weighted, math.inf)
    return StandardErrors(np.sqrt(variance), freedom)


def _random_groups(units: int, most: int, rng: np.random.Generator) -> list[np.ndarray]:
    return np.array_split(rng.permutation(units), min(units, most))


def _variance_of_cells(
    values: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    axes: tuple[int, int],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the part of the variance that single cells have, which no axis has as a whole."""
    first_axis, second_axis = axes
    first, second = (_random_groups(values.shape[axis], CELL_GROUPS, rng) for axis in axes)
    without_second = [statistic(np.delete(values, group, second_axis)) for group in second]
    everything, total = np.asarray(statistic(values), dtype=float), 0.0
    for group in first:
        rest = np.delete(values, group, first_axis)
        without_first = statistic(rest)
        for other, without_other in zip(second, without_second, strict=True):
            without_both = statistic(np.delete(rest, other, second_axis))
            total = total + (everything - without_first - without_other + without_both) ** 2
    count = len(first) * len(second)
    return np.asarray(total * (len(first) - 1) * (len(second) - 1) / count)


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
