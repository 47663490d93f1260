"""Quantiles of a weighted sample, such as a posterior."""

import numpy as np


def weighted_quantiles(
    values: np.ndarray, weights: np.ndarray, probabilities: tuple[float, ...]
) -> list[float]:
    """Return quantiles of weighted values, between which a further value falls as often as said.

    Examples
    --------
    >>> weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.8, 0.1]), (0.5,))
    [2.0]
    """
    order = np.argsort(values)
    ordered, shares = values[order], weights[order] / weights.sum()
    effective = 1.0 / float((shares**2).sum())
    # Of n equal values the k-th lies at k / (n + 1): a further value falls below it that often.
    places = ((np.cumsum(shares) - shares / 2.0) * effective + 0.5) / (effective + 1.0)
    return np.interp(probabilities, places, ordered).tolist()
