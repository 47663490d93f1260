"""Effects and their confidence intervals."""

from typing import NamedTuple

import numpy as np

Z95, Z90 = 1.959964, 1.644854


class EffectEstimate(NamedTuple):
    """A mean paired difference with its 95 % interval."""

    mean: float
    low: float
    high: float
    standard_error: float


def estimate_effect(differences: np.ndarray) -> EffectEstimate:
    """Return the mean of paired differences and its 95 % interval.

    Examples
    --------
    >>> estimate_effect(np.array([1.0, 1.0, 3.0, 3.0])).mean
    2.0
    """
    mean = float(differences.mean())
    error = float(differences.std(ddof=1) / np.sqrt(len(differences)))
    return EffectEstimate(mean, mean - Z95 * error, mean + Z95 * error, error)
