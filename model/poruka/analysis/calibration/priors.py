"""Priors of what is calibrated: the ranges and defaults the parameter file declares."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np


class Prior(NamedTuple):
    """What is held possible of one number before the record is looked at.

    Attributes
    ----------
    low, mode, high : float
        The declared range and the default in it.
    shape : {"triangular", "uniform"}
        ``triangular`` holds values near the default likelier.
    """

    low: float
    mode: float
    high: float
    shape: str = "triangular"

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the values below which the given shares of the prior lie.

        Examples
        --------
        >>> Prior(0.0, 0.0, 4.0).quantile(np.array([0.0, 0.75, 1.0])).tolist()
        [0.0, 2.0, 4.0]
        >>> Prior(0.0, 1.0, 4.0, "uniform").quantile(np.array([0.5])).tolist()
        [2.0]
        """
        width = self.high - self.low
        if self.shape == "uniform":
            return self.low + probabilities * width
        below = (self.mode - self.low) / width
        rise = self.low + np.sqrt(probabilities * width * (self.mode - self.low))
        fall = self.high - np.sqrt((1.0 - probabilities) * width * (self.high - self.mode))
        return np.where(probabilities < below, rise, fall)

    def density(self, values: np.ndarray) -> np.ndarray:
        """Return the density, 0 outside the range.

        Examples
        --------
        >>> Prior(0.0, 1.0, 2.0).density(np.array([-1.0, 0.5, 1.0])).tolist()
        [0.0, 0.5, 1.0]
        """
        width = self.high - self.low
        within = (values >= self.low) & (values <= self.high)
        if self.shape == "uniform":
            return np.where(within, 1.0 / width, 0.0)
        rise = (values - self.low) / max(self.mode - self.low, 1e-300)
        fall = (self.high - values) / max(self.high - self.mode, 1e-300)
        return np.where(
            within,
            2.0
            / width
            * np.clip(
                np.minimum(
                    rise if self.mode > self.low else fall, fall if self.mode < self.high else rise
                ),
                0.0,
                1.0,
            ),
            0.0,
        )


def draw_points(priors: Mapping[str, Prior], count: int, rng: np.random.Generator) -> np.ndarray:
    """Return points drawn from independent priors, shape (count, numbers)."""
    return np.column_stack([one.quantile(rng.random(count)) for one in priors.values()])


def joint_density(priors: Mapping[str, Prior], points: np.ndarray) -> np.ndarray:
    """Return the joint density of points."""
    return np.asarray(
        np.prod(
            [one.density(points[:, place]) for place, one in enumerate(priors.values())], axis=0
        )
    )
