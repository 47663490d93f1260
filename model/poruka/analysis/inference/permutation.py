"""Permutation tests: how often chance alone does as much as was seen."""

from collections.abc import Callable

import numpy as np


def permutation_p_values(
    values: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray | float],
    permute: Callable[[np.ndarray, np.random.Generator], np.ndarray],
    rng: np.random.Generator,
    draws: int = 999,
) -> np.ndarray:
    """Return how probable statistics at least as large as the observed ones are by chance.

    The p-value is (1 + draws that reach the observed statistic) / (1 + draws): it is never 0, and
    at most 5 % of true null hypotheses have one of 0.05 or less (Phipson and Smyth 2010).

    Parameters
    ----------
    values : ndarray
    statistic : callable
        Returns a number, or an array of them; large ones speak against the null hypothesis.
    permute : callable
        Receives the values and the generator, and returns the values as they might as well have
        been under the null hypothesis. It must exchange units that are independent: whole worlds
        or whole points, never worlds of one point one by one.
    rng : numpy.random.Generator
    draws : int

    Examples
    --------
    >>> def flip_signs(values, rng):
    ...     return values * rng.choice([-1.0, 1.0], size=len(values))
    >>> differences, rng = np.array([1.0, 2.0, 1.5, 3.0, 2.0, 1.0, 2.5]), np.random.default_rng(1)
    >>> p = permutation_p_values(differences, lambda d: abs(d.mean()), flip_signs, rng, draws=999)
    >>> bool(p < 0.05)
    True
    """
    observed = np.asarray(statistic(values), dtype=float)
    # Sums of the same numbers in another order differ by rounding and must count as equal.
    bound = observed - 1e-12 * np.abs(observed)
    reached = np.zeros(observed.shape)
    for _ in range(draws):
        reached += np.asarray(statistic(permute(values, rng)), dtype=float) >= bound
    return np.where(np.isnan(observed), np.nan, (1.0 + reached) / (1.0 + draws))
