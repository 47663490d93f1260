"""Sampling of the region that is not implausible, however small it is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

POPULATION = 2000
"""Points by which a region is represented."""
_LEVEL_SHARE = 0.2
_STEPS = 6
_MOST_LEVELS = 60


class PlausibleRegion(NamedTuple):
    """The region of the unit cube where implausibility is at most the cut-off.

    Attributes
    ----------
    points : ndarray of float64, shape (points, numbers)
        Drawn uniformly from the region; none if it is empty.
    share : float
        Its share of the cube: 0 if it is empty.
    relative_error : float
        Relative standard error of the share, were the points independent.
    smallest : float
        Smallest implausibility found.
    best : ndarray of float64, shape (numbers,)
        The point where it was found.
    """

    points: np.ndarray
    share: float
    relative_error: float
    smallest: float
    best: np.ndarray

    @property
    def is_empty(self) -> bool:
        """Whether every point is implausible."""
        return not len(self.points)


def sample_plausible_region(
    judge: Callable[[np.ndarray], np.ndarray],
    numbers: int,
    cutoff: float,
    seed: int,
    previous: PlausibleRegion | None = None,
    population: int = POPULATION,
) -> PlausibleRegion:
    """Return a sample of the region that is not implausible, and its share of the cube.

    The cut-off is approached in levels that each keep a fifth of the points (subset simulation,
    Au and Beck 2001), so that a region of any size is found; points are moved within a level by
    differences of two others and by redrawing some of their coordinates, both of which leave the
    uniform distribution as it is.

    Parameters
    ----------
    judge : callable
        Returns the implausibility of points of the cube.
    numbers : int
        Dimensions of the cube.
    cutoff : float
    seed : int
    previous : PlausibleRegion, optional
        A region that holds this one; the whole cube without it.
    population : int

    Examples
    --------
    >>> def distance(points):
    ...     return np.abs(points - 0.5).max(axis=1) / 0.005
    >>> region = sample_plausible_region(distance, 2, 3.0, seed=1)
    >>> bool(0.8 < region.share / 0.03**2 < 1.25)
    True
    """
    rng = np.random.default_rng(seed)
    points = rng.random((population, numbers)) if previous is None else previous.points
    share = 1.0 if previous is None else previous.share
    error = 0.0 if previous is None else previous.relative_error**2
    scores = judge(points)
    best, smallest = points[np.argmin(scores)], float(scores.min())
    earlier = np.inf
    for _ in range(_MOST_LEVELS):
        level = max(cutoff, float(np.quantile(scores, _LEVEL_SHARE)))
        inside = scores <= level
        kept = float(inside.mean())
        share *= kept
        error += (1.0 - kept) / (kept * len(points))
        points, scores = _regrow(points[inside], scores[inside], judge, level, population, rng)
        if scores.min() < smallest:
            best, smallest = points[np.argmin(scores)], float(scores.min())
        if level <= cutoff:
            return PlausibleRegion(points, share, float(np.sqrt(error)), smallest, best)
        if level > 0.999 * earlier:
            break
        earlier = level
    nothing = np.empty((0, numbers))
    return PlausibleRegion(nothing, 0.0, 0.0, smallest, best)


def _regrow(
    points: np.ndarray,
    scores: np.ndarray,
    judge: Callable[[np.ndarray], np.ndarray],
    level: float,
    population: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return a full population within a level, grown from the points that lie there."""
    start = rng.permutation(np.resize(np.arange(len(points)), population))
    points, scores = points[start], scores[start]
    count, numbers = points.shape
    # Differences are taken between points that stay put, so that a step and its way back are
    # equally likely.
    anchors = points.copy()
    for step in range(_STEPS):
        moved = rng.random((count, numbers)) < rng.choice([0.1, 0.3, 1.0], size=(count, 1))
        moved[np.arange(count), rng.integers(numbers, size=count)] = True
        if step % 2:
            proposal = rng.random((count, numbers))
            # A redraw of many coordinates at once is hardly ever accepted.
            moved &= (
                rng.random((count, numbers)) < np.minimum(1.0, 3.0 / moved.sum(axis=1))[:, None]
            )
        else:
            one, other = (anchors[rng.integers(count, size=count)] for _ in range(2))
            length = 1.2 / np.sqrt(moved.sum(axis=1, keepdims=True)) * rng.choice([0.3, 1.0, 1.0])
            proposal = points + length * (one - other) + rng.normal(scale=1e-4, size=points.shape)
            proposal = np.abs(proposal)
            proposal = np.where(proposal > 1.0, 2.0 - proposal, proposal)
        proposal = np.clip(np.where(moved, proposal, points), 0.0, 1.0)
        judged = judge(proposal)
        accepted = judged <= level
        points = np.where(accepted[:, None], proposal, points)
        scores = np.where(accepted, judged, scores)
    return points, scores
