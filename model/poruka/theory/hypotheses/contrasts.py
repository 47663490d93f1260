"""One-sided tests of paired contrasts over worlds, with seeds as blocks."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from poruka.utils.statistics import t_quantile


class Contrast(NamedTuple):
    """A mean over worlds with its standard error and degrees of freedom."""

    mean: float
    error: float
    degrees: float

    def p_above(self, bound: float) -> float:
        """Return the p-value against "the mean is not above the bound"."""
        return self._p(self.mean - bound)

    def p_below(self, bound: float) -> float:
        """Return the p-value against "the mean is not below the bound"."""
        return self._p(bound - self.mean)

    def _p(self, distance: float) -> float:
        if math.isnan(self.mean) or self.degrees < 1:
            return 1.0
        if self.error == 0.0:
            return 0.0 if distance > 0.0 else 1.0
        return float(stdtr(self.degrees, -distance / self.error))

    def interval(self) -> tuple[float, float]:
        """Return the two-sided 95 % interval."""
        half = t_quantile(self.degrees) * self.error
        return self.mean - half, self.mean + half


def blocked_contrast(values: np.ndarray, blocks: np.ndarray, step: float = 0.0) -> Contrast:
    """Return the mean of a contrast over worlds, its error taken within blocks.

    Parameters
    ----------
    values : ndarray
        One contrast for each world, such as high less low.
    blocks : ndarray
        The block of each world, such as its seed.
    step : float
        By how much one world that had gone the other way would have moved a contrast of shares: two
        such worlds are added to the variance, one each way, as Bonett and Price (2012) do, since
        worlds that all agree do not say that a further one will. 0 for what is no share.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> one = blocked_contrast(rng.normal(1.0, 1.0, 200), np.repeat(np.arange(5), 40))
    >>> one.p_above(0.5) < 1e-6, one.p_above(1.2) > 0.5
    (True, True)
    >>> blocked_contrast(np.ones(20), np.zeros(20)).p_above(0.9)
    0.0
    >>> blocked_contrast(np.ones(20), np.zeros(20), step=1.0).p_above(0.9) > 0.05
    True
    """
    labels, member_of, counts = np.unique(blocks, return_inverse=True, return_counts=True)
    degrees = float(len(values) - len(labels))
    if degrees < 1.0:
        return Contrast(float(np.mean(values)) if len(values) else math.nan, math.nan, 0.0)
    means = np.bincount(member_of, weights=values) / counts
    within = float(((values - means[member_of]) ** 2).sum()) + 2.0 * step**2
    error = math.sqrt(within / degrees / len(values))
    return Contrast(float(np.mean(values)), error, degrees)


def share_step(*arms: np.ndarray) -> float:
    """Return 1 where all arms hold nothing but 0 and 1, so that a world moves a share, else 0.

    Examples
    --------
    >>> share_step(np.array([0.0, 1.0]), np.array([1.0, 1.0])), share_step(np.array([2.0]))
    (1.0, 0.0)
    """
    return float(all(np.isin(values, (0.0, 1.0)).all() for values in arms))
