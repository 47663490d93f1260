"""How much of each target the numbers account for: ridge regression on draws of the prior."""

from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import numpy as np

from poruka.analysis.record_fit.number_table import Scaling

PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Penalties that are tried, as shares of the number of draws."""
_FOLDS = 5
LEAST_WEIGHT = 0.005
"""Share of the variance that every target counts with at least: regression may overlook one."""


class TargetSignal(NamedTuple):
    """What the numbers account for of each target.

    Attributes
    ----------
    shares : ndarray, shape (targets,)
        Share of the variance of worlds that is predicted for draws held out; 0 where none is.
    slopes : ndarray, shape (numbers, targets)
        Standard deviations of a target for one of a number.
    scale : ndarray, shape (targets,)
        How far two worlds of the prior lie apart on average.
    """

    shares: np.ndarray
    slopes: np.ndarray
    scale: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """What each target counts in the distance, together 1; nothing if worlds never differ."""
        weights = np.where(self.scale > 0.0, np.maximum(self.shares, LEAST_WEIGHT), 0.0)
        return weights / weights.sum()

    @property
    def information(self) -> np.ndarray:
        """What the targets say of all numbers together, in units of what the prior says.

        The precision that normal targets would add: an eigenvalue of 1 halves the variance of that
        combination.
        """
        noise = np.clip(1.0 - self.shares, 0.05, 1.0)
        used = self.slopes[:, self.shares > LEAST_WEIGHT]
        return np.asarray((used / noise[self.shares > LEAST_WEIGHT]) @ used.T)

    def importance(self) -> np.ndarray:
        """Return how much each number moves the targets, weighted as in the distance."""
        return np.asarray((self.slopes**2) @ self.weights)


def measure_signal(rows: np.ndarray, outputs: np.ndarray, seed: int = 1) -> TargetSignal:
    """Return what numbers account for of each target, over draws of the prior.

    Parameters
    ----------
    rows : ndarray, shape (draws, numbers)
    outputs : ndarray, shape (draws, targets)
    seed : int
        Of the pairs of worlds that give the scale.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rows = rng.random((2000, 5))
    >>> noise = rng.normal(size=(2000, 2))
    >>> outputs = np.column_stack([rows[:, 0] * 3.4 + noise[:, 0], noise[:, 1]])
    >>> measure_signal(rows, outputs).shares.round(1).tolist()
    [0.5, 0.0]
    """
    with _one_thread():
        return _measure(rows, outputs, seed)


def _one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra to one thread, where that can be done: threads that wait for each other
    cost more than they give on matrices of this size.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(limits=1)


def _measure(rows: np.ndarray, outputs: np.ndarray, seed: int) -> TargetSignal:
    x = Scaling.over(rows).scaled(rows)
    scaling = Scaling.over(outputs)
    y = scaling.scaled(outputs)
    fold = np.arange(len(x)) % _FOLDS
    explained = np.zeros((len(PENALTIES), y.shape[1]))
    for number in range(_FOLDS):
        inside, outside = fold != number, fold == number
        for place, slopes in enumerate(_ridge(x[inside], y[inside])):
            explained[place] += ((y[outside] - x[outside] @ slopes) ** 2).sum(axis=0)
    shares = 1.0 - explained / np.maximum((y**2).sum(axis=0), 1e-300)
    best = shares.argmax(axis=0)
    fitted = np.array(_ridge(x, y))
    slopes = fitted[best, :, np.arange(y.shape[1])].T
    found = np.clip(shares.max(axis=0), 0.0, 1.0)
    order = np.random.default_rng((seed, 17)).permutation(len(outputs))
    return TargetSignal(
        found, np.where(found > 0.0, slopes, 0.0), np.abs(outputs - outputs[order]).mean(axis=0)
    )


def _ridge(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Return the slopes under each penalty."""
    values, vectors = np.linalg.eigh(x.T @ x)
    rotated = vectors.T @ (x.T @ y)
    return [
        vectors @ (rotated / (np.maximum(values, 0.0) + penalty * len(x))[:, None])
        for penalty in PENALTIES
    ]
