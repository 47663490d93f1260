"""Effects and their confidence intervals."""

import math
from typing import NamedTuple

import numpy as np

from poruka.utils.statistics import Z95, paired_share_interval, t_quantile


class EffectEstimate(NamedTuple):
    """A mean paired difference with its 95 % interval."""

    mean: float
    low: float
    high: float
    standard_error: float
    degrees_of_freedom: float = math.inf


def estimate_effect(differences: np.ndarray) -> EffectEstimate:
    """Return the mean of paired differences and its 95 % interval.

    The interval is Student's, with the number of pairs less one as degrees of freedom. Each pair
    must be independent of the others: one difference per world.

    Examples
    --------
    >>> estimate_effect(np.array([1.0, 1.0, 3.0, 3.0])).mean
    2.0
    """
    count = len(differences)
    mean = float(differences.mean()) if count else math.nan
    if count < 2:
        return EffectEstimate(mean, math.nan, math.nan, math.nan, 0.0)
    error = float(differences.std(ddof=1) / np.sqrt(count))
    half = t_quantile(count - 1) * error
    return EffectEstimate(mean, mean - half, mean + half, error, count - 1.0)


def estimate_share_effect(differences: np.ndarray) -> EffectEstimate:
    """Return the mean of paired differences of a quantity that is 0 or 1, and its 95 % interval.

    The interval is that of :func:`poruka.utils.statistics.paired_share_interval`: it stays wide
    where no world differs yet, since a further one could. A difference between -1 and 1 (the mean
    of a world over several points) counts as that part of a world.

    Examples
    --------
    >>> [round(part, 3) for part in estimate_share_effect(np.zeros(20))[:3]]
    [0.0, -0.126, 0.126]
    """
    gained, lost = float(differences.clip(min=0.0).sum()), float((-differences).clip(min=0.0).sum())
    low, high = paired_share_interval(gained, lost, len(differences))
    error = (high - low) / (2.0 * Z95)
    return EffectEstimate(float(differences.mean()), low, high, error)


def estimate_paired_effect(first: np.ndarray, second: np.ndarray) -> EffectEstimate:
    """Return the mean paired difference, second less first, with its 95 % interval.

    For a quantity that is 0 or 1 in every world that of :func:`estimate_share_effect`, for any
    other that of :func:`estimate_effect`.

    Parameters
    ----------
    first, second : ndarray
        The values of the same worlds in both arms.

    Examples
    --------
    >>> estimate_paired_effect(np.array([1.0, 2.0]), np.array([2.0, 3.0])).mean
    1.0
    """
    differences = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    if len(differences) > 1 and is_binary(first) and is_binary(second):
        return estimate_share_effect(differences)
    return estimate_effect(differences)


def estimate_unpaired_effect(first: np.ndarray, second: np.ndarray) -> EffectEstimate:
    """Return the difference of two independent means, second less first, with its 95 % interval.

    Welch's, with the degrees of freedom of Welch and Satterthwaite; for quantities that are 0 or 1
    in every world that of Agresti and Caffo (2000), who add two worlds to each side.

    Examples
    --------
    >>> round(estimate_unpaired_effect(np.array([0.0, 1.0] * 50), np.ones(100)).mean, 2)
    0.5
    """
    mean = float(second.mean() - first.mean())
    if is_binary(first) and is_binary(second):
        shares = [(values.sum() + 1.0) / (len(values) + 2.0) for values in (first, second)]
        variances = [
            share * (1.0 - share) / (len(values) + 2.0)
            for share, values in zip(shares, (first, second), strict=True)
        ]
        middle, freedom = float(shares[1] - shares[0]), math.inf
    else:
        variances = [float(values.var(ddof=1)) / len(values) for values in (first, second)]
        parts = sum(
            variance**2 / (len(values) - 1)
            for variance, values in zip(variances, (first, second), strict=True)
        )
        middle, freedom = mean, sum(variances) ** 2 / parts if parts > 0.0 else math.inf
    error = math.sqrt(sum(variances))
    half = t_quantile(freedom) * error
    return EffectEstimate(mean, middle - half, middle + half, error, freedom)


def is_binary(values: np.ndarray) -> bool:
    """Return whether values are all 0 or 1.

    Examples
    --------
    >>> is_binary(np.array([0.0, 1.0])), is_binary(np.array([0.5]))
    (True, False)
    """
    return bool(np.isin(values, (0.0, 1.0)).all())
