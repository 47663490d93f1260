"""What a population says of single numbers, where copies of one draw count as one."""

import numpy as np


def weigh_distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values of a column with their shares.

    A population holds copies of draws; bands from copies as if they were draws of their own would
    be too narrow.

    Examples
    --------
    >>> weigh_distinct(np.array([0.5, 0.2, 0.5, 0.5]))
    (array([0.2, 0.5]), array([0.25, 0.75]))
    """
    distinct, counts = np.unique(values, return_counts=True)
    return distinct, counts / counts.sum()


def effective_count(rows: np.ndarray) -> float:
    """Return how many different draws a population is worth.

    Examples
    --------
    >>> effective_count(np.array([[1.0], [2.0], [2.0], [2.0]]))
    1.6
    """
    _, counts = np.unique(rows, axis=0, return_counts=True)
    return float(counts.sum() ** 2 / (counts**2).sum())
