"""ABC for hundreds of numbers: a population of draws that comes nearer to one history, generation by
generation, by redrawing some of its numbers from the prior.

The moves keep the prior as it is (Del Moral et al. 2012 with a kernel that is reversible under the
prior), so that no weight is needed and what no target reads keeps its range.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from poruka.analysis.record_fit.number_table import NumberTable

SHARES_REDRAWN = (0.5, 0.25, 0.125, 0.0625)
"""Share of the units that a move redraws, one of these each time."""
SURVIVING = 0.5
"""Share of a population that sets the next tolerance."""


class FitSettings(NamedTuple):
    """How a fit is made.

    Attributes
    ----------
    pool : int
        Draws of the prior, one world of each country in each.
    nearest : float
        Share of them that is the first population, or from which it is taken.
    particles : int
        Draws of a population.
    generations : int
        After the first; the last keeps the tolerance of the one before.
    """

    pool: int
    nearest: float
    particles: int
    generations: int


class Pool(NamedTuple):
    """Draws of the prior with the targets of their worlds."""

    rows: np.ndarray
    outputs: np.ndarray

    def without(self, index: int) -> "Pool":
        """Return the pool without one draw."""
        return Pool(np.delete(self.rows, index, 0), np.delete(self.outputs, index, 0))


class Population(NamedTuple):
    """The draws near one history.

    Attributes
    ----------
    rows, distances : ndarray
    outputs : ndarray
        The targets of the world by which each draw is in the population.
    history : list of tuple
        Per generation: generation, tolerance, share of moves accepted, different draws.
    """

    rows: np.ndarray
    distances: np.ndarray
    outputs: np.ndarray
    history: list[tuple[int, float, float, int]]


def distance_to(
    history: np.ndarray, outputs: np.ndarray, scale: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return how far worlds lie from a history: 1 is as far as two worlds of the prior do.

    Each target counts by the share of its variance that the numbers account for; a world that
    failed is infinitely far.

    Examples
    --------
    >>> worlds = np.array([[1.0, 4.0], [np.nan, 0.0]])
    >>> distance_to(np.zeros(2), worlds, np.array([1.0, 2.0]), np.array([0.5, 0.5])).tolist()
    [1.5, inf]
    """
    gaps = np.abs(outputs - history) / np.where(scale > 0.0, scale, 1.0)
    distances = gaps @ weights
    return np.where(np.isnan(distances), np.inf, distances)


def fit_population(
    history: np.ndarray,
    pool: Pool,
    scale: np.ndarray,
    weights: np.ndarray,
    table: NumberTable,
    play: Callable[[int, np.ndarray], np.ndarray],
    settings: FitSettings,
    rng: np.random.Generator,
    on_generation: Callable[[tuple[int, float, float, int]], None] | None = None,
) -> Population:
    """Return the draws under which one world comes near a history.

    Parameters
    ----------
    history : ndarray, shape (targets,)
    pool : Pool
        Also the source of fresh draws.
    scale, weights : ndarray
        Of the distance.
    table : NumberTable
    play : callable
        Returns the targets of one world a row, given the generation.
    settings : FitSettings
    rng : numpy.random.Generator
        Decides everything but the worlds, so that a fit that is resumed is the same to the bit.
    """
    distances = distance_to(history, pool.outputs, scale, weights)
    count = max(settings.particles, int(settings.nearest * len(pool.rows)))
    nearest = np.argsort(distances, kind="stable")[:count]
    chosen = rng.permutation(nearest)[: settings.particles]
    state = Population(pool.rows[chosen], distances[chosen], pool.outputs[chosen], [])
    first = (0, float(distances[nearest].max()), 1.0, settings.particles)
    state.history.append(first)
    for generation in range(1, settings.generations + 1):
        if generation < settings.generations or settings.generations == 1:
            tolerance = float(np.quantile(state.distances, SURVIVING, method="lower"))
        else:
            tolerance = state.history[-1][1]
        state = _next_generation(state, tolerance, history, pool, scale, weights, table, play, rng)
        if on_generation is not None:
            on_generation(state.history[-1])
    return state


def _next_generation(
    state: Population,
    tolerance: float,
    history: np.ndarray,
    pool: Pool,
    scale: np.ndarray,
    weights: np.ndarray,
    table: NumberTable,
    play: Callable[[int, np.ndarray], np.ndarray],
    rng: np.random.Generator,
) -> Population:
    count, generation = len(state.rows), len(state.history)
    alive = np.flatnonzero(state.distances <= tolerance)
    parents = np.concatenate([alive, rng.choice(alive, count - len(alive))])
    fresh = pool.rows[rng.integers(len(pool.rows), size=count)]
    share = rng.choice(np.array(SHARES_REDRAWN), size=count)
    moved = table.redraw(state.rows[parents], fresh, share, rng)
    outputs = play(generation, moved)
    distances = distance_to(history, outputs, scale, weights)
    accepted = distances <= tolerance
    rows = np.where(accepted[:, None], moved, state.rows[parents])
    row = (
        generation,
        tolerance,
        float(accepted.mean()),
        len(np.unique(rows, axis=0)),
    )
    return Population(
        rows,
        np.where(accepted, distances, state.distances[parents]),
        np.where(accepted[:, None], outputs, state.outputs[parents]),
        [*state.history, row],
    )
