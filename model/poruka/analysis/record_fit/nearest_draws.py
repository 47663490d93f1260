"""The draws of the prior whose worlds come nearest to one history: ABC by rejection.

For hundreds of numbers of which most are seen little, and one world a draw, this is what stays
exact at any size: every draw is a draw of the prior, so what no target reads keeps its range, none
comes twice, and as many truths can be planted as there are draws, without playing another world.
"""

from typing import NamedTuple

import numpy as np


class Pool(NamedTuple):
    """Draws of the prior with the targets of their worlds."""

    rows: np.ndarray
    outputs: np.ndarray


class NearestDraws(NamedTuple):
    """The draws near one history.

    Attributes
    ----------
    places : ndarray of int
        Their places in the pool, the nearest first.
    distances : ndarray
        1 is as far as two worlds of the prior lie apart.
    """

    places: np.ndarray
    distances: np.ndarray

    @property
    def tolerance(self) -> float:
        """The largest distance among them."""
        return float(self.distances.max())


def distance_to(
    history: np.ndarray, outputs: np.ndarray, scale: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return how far worlds lie from a history: 1 is as far as two worlds of the prior do.

    A world that failed is infinitely far.

    Examples
    --------
    >>> worlds = np.array([[1.0, 4.0], [np.nan, 0.0]])
    >>> distance_to(np.zeros(2), worlds, np.array([1.0, 2.0]), np.array([0.5, 0.5])).tolist()
    [1.5, inf]
    """
    gaps = np.abs(outputs - history) / np.where(scale > 0.0, scale, 1.0)
    distances = gaps @ weights
    return np.where(np.isnan(distances), np.inf, distances)


def find_nearest(
    history: np.ndarray,
    pool: Pool,
    scale: np.ndarray,
    weights: np.ndarray,
    kept: int,
    left_out: int | None = None,
) -> NearestDraws:
    """Return the draws of a pool whose worlds come nearest to a history.

    Parameters
    ----------
    history : ndarray, shape (targets,)
    pool : Pool
    scale, weights : ndarray
        Unit and weight of each target in the distance.
    kept : int
        How many draws.
    left_out : int, optional
        A draw of the pool that is not among them: the one whose world the history is.

    Examples
    --------
    >>> pool = Pool(np.zeros((3, 1)), np.array([[1.0], [5.0], [2.0]]))
    >>> find_nearest(np.zeros(1), pool, np.ones(1), np.ones(1), kept=2).places.tolist()
    [0, 2]
    """
    distances = distance_to(history, pool.outputs, scale, weights)
    if left_out is not None:
        distances[left_out] = np.inf
    places = np.argsort(distances, kind="stable")[:kept]
    return NearestDraws(places, distances[places])
