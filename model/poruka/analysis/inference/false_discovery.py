"""False discovery: p-values of many tests, adjusted for their number."""

import numpy as np


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for a false discovery rate, for independent tests.

    Of the tests whose adjusted value is at most 0.05, no more than 5 % are false on average, where
    tests are independent or move together (Benjamini and Hochberg 1995).

    Parameters
    ----------
    p_values : ndarray
        Of any shape; NaN stands for a test that was not made and stays NaN.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    return _adjusted(p_values, "bh")


def benjamini_yekutieli(p_values: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for a false discovery rate, whatever the tests have in common.

    As :func:`benjamini_hochberg`, but valid under any dependence between tests, such as quantities
    of the same worlds; the price is a factor of 1 + 1/2 + ... + 1/m (Benjamini and Yekutieli 2001).

    Examples
    --------
    >>> benjamini_yekutieli(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.083, 0.111, 0.111, 1.0]
    """
    return _adjusted(p_values, "by")


def _adjusted(p_values: np.ndarray, method: str) -> np.ndarray:
    from scipy.stats import false_discovery_control

    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    made = ~np.isnan(p_values)
    if made.any():
        adjusted[made] = false_discovery_control(p_values[made], method=method)
    return adjusted
