"""The continuous ranked probability score of a single figure, and an uninformed forecast of it."""

from statistics import NormalDist

import numpy as np


def crps(values: np.ndarray, recorded: float) -> float:
    """Return the continuous ranked probability score of an ensemble.

    It is the mean distance to the recorded value less half the mean distance between worlds.

    Examples
    --------
    >>> crps(np.array([1.0, 3.0]), 2.0)
    0.5
    """
    ordered = np.sort(values)
    count = len(ordered)
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(np.abs(ordered - recorded).mean() - (weights * ordered).sum() / (count * count))


def baseline_forecast(kind: str, recorded: float, months: int) -> np.ndarray:
    """Return an uninformed forecast, as 200 evenly spaced quantiles.

    A date is uniform over the run, a share from 0 to 100, an index from 0 to 1, a count from 0 to
    twice the recorded one plus two; growth is normal with mean 0 and standard deviation 10 points.
    """
    quantiles = (np.arange(200) + 0.5) / 200.0
    if kind == "growth":
        return np.array([NormalDist(0.0, 10.0).inv_cdf(quantile) for quantile in quantiles])
    highest = {
        "month": float(months),
        "share": 100.0,
        "index": 1.0,
        "count": 2.0 * abs(recorded) + 2.0,
    }[kind]
    return quantiles * highest
