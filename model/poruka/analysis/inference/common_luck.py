"""Intervals over worlds that several points share: world 7 has the same luck at every point."""

import math
from typing import NamedTuple

import numpy as np

from poruka.utils.statistics import (
    Interval,
    paired_share_interval,
    t_interval,
    t_quantile,
    wilson_interval,
)

FEWEST_WORLDS_OF_A_KIND = 3
"""Below this the spread between worlds says nothing about luck that all points share."""


def mean_over_valid_worlds(values: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """Return the mean over the worlds that did not fail; NaN where all failed, without a warning.

    Examples
    --------
    >>> mean_over_valid_worlds(np.array([[1.0, np.nan], [3.0, np.nan]]), axis=0)
    array([ 2., nan])
    """
    valid_count = np.isfinite(values).sum(axis=axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(values, axis=axis) / np.where(valid_count > 0, valid_count, np.nan)


def pooled_mean_interval(values: np.ndarray, level: float = 0.95) -> Interval:
    """Return the interval of a mean over points and worlds, where points share their worlds.

    Student's, of one mean per world over all points: a hundred points of five worlds are five
    independent values. The points are taken as they are; other points might give another mean.

    Parameters
    ----------
    values : ndarray, shape (points, worlds)
        NaN where a world failed.
    level : float

    Examples
    --------
    >>> luck = np.array([[1.0, 2.0, 3.0]])
    >>> pooled_mean_interval(luck) == pooled_mean_interval(np.repeat(luck, 100, axis=0))
    True
    """
    return t_interval(mean_over_valid_worlds(values, axis=0), level)


def pooled_share_interval(values: np.ndarray) -> Interval:
    """Return the 95 % interval of a share over points and worlds, where points share their worlds.

    Wilson's, of as many worlds as would be as uncertain if they were independent (Korn and Graubard
    1998): at least the number of worlds of one point, at most that of all points. That of one point
    also where what is counted (or the rest) makes up fewer than three worlds: what all points share
    may then not have been seen yet, and the spread between worlds is that of each point's own luck.
    With one point it is Wilson's interval as it stands.

    Parameters
    ----------
    values : ndarray, shape (points, worlds)
        0 or 1, NaN where a world failed.

    Examples
    --------
    >>> one_point = np.array([[1.0, 1.0, 0.0, 1.0]])
    >>> pooled_share_interval(one_point) == wilson_interval(3, 4)
    True
    >>> pooled_share_interval(np.repeat(one_point, 50, axis=0)).high.__round__(2)
    0.98
    """
    by_world = mean_over_valid_worlds(values, axis=0)
    by_world = by_world[np.isfinite(by_world)]
    worlds, count = len(by_world), int(np.isfinite(values).sum())
    if worlds < 2 or count == worlds:
        return Interval(*wilson_interval(float(np.nansum(values)), count))
    share = float(np.nansum(values)) / count
    error = float(by_world.std(ddof=1)) / math.sqrt(worlds)
    reach = t_quantile(worlds - 1)
    if min(share, 1.0 - share) * worlds < FEWEST_WORLDS_OF_A_KIND:
        effective = float(worlds)
    elif error > 0.0:
        effective = share * (1.0 - share) / error**2
        effective = min(max(effective, worlds), count)
    else:
        effective = count
    return Interval(*wilson_interval(share * effective, effective, z=reach))


class LeadEstimate(NamedTuple):
    """The most frequent of several outcomes, and how surely it leads.

    ``agreement`` is the share of resamples of whole worlds in which it leads, ``significant``
    whether the 95 % interval of its lead over the second excludes 0.
    """

    order: np.ndarray
    agreement: float
    significant: bool


def estimate_lead(
    indicators: np.ndarray, rng: np.random.Generator, draws: int = 400
) -> LeadEstimate:
    """Return which of several outcomes is the most frequent, and how surely it leads.

    Parameters
    ----------
    indicators : ndarray, shape (points, worlds, outcomes)
        1 for the outcome of each world at each point, 0 for all others; NaN where it failed.
    rng : numpy.random.Generator
    draws : int
        Resamples of whole worlds.

    Examples
    --------
    >>> worlds = np.repeat(np.eye(2), [15, 5], axis=0)[None]
    >>> lead = estimate_lead(worlds, np.random.default_rng(1))
    >>> lead.order.tolist(), lead.significant
    ([0, 1], True)
    """
    by_world = mean_over_valid_worlds(indicators, axis=0)
    by_world = by_world[np.isfinite(by_world).all(axis=1)]
    worlds = len(by_world)
    order = np.argsort(-mean_over_valid_worlds(indicators, axis=(0, 1)), kind="stable")
    drawn = rng.multinomial(worlds, np.full(worlds, 1.0 / worlds), size=draws) @ by_world
    lead = by_world[:, order[0]] - by_world[:, order[1]]
    if np.isin(lead, (-1.0, 0.0, 1.0)).all():
        interval = paired_share_interval(int((lead > 0).sum()), int((lead < 0).sum()), worlds)
    else:
        interval = t_interval(lead)
    return LeadEstimate(
        order, float((drawn.argmax(axis=1) == order[0]).mean()), bool(interval.low > 0.0)
    )
