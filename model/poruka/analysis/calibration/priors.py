"""Prior distributions of calibrated numbers: the declared ranges and defaults."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from poruka.analysis.factors import Factor
from poruka.scenario.scenario import Scenario


class Prior(NamedTuple):
    """The prior distribution of one number.

    Attributes
    ----------
    low, mode, high : float
        The declared range and the default within it.
    shape : {"triangular", "uniform"}
        ``triangular`` makes values near the default more likely.
    """

    low: float
    mode: float
    high: float
    shape: str = "triangular"

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the quantiles of the prior at the given probabilities.

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
        """Return the density of the prior, 0 outside its range.

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
        height = np.minimum(
            rise if self.mode > self.low else fall, fall if self.mode < self.high else rise
        )
        return np.where(within, 2.0 / width * np.clip(height, 0.0, 1.0), 0.0)


def draw_points(priors: Mapping[str, Prior], count: int, rng: np.random.Generator) -> np.ndarray:
    """Return points drawn from independent priors, shape (count, numbers)."""
    return np.column_stack([prior.quantile(rng.random(count)) for prior in priors.values()])


def joint_density(priors: Mapping[str, Prior], points: np.ndarray) -> np.ndarray:
    """Return the joint prior density of points."""
    densities = [prior.density(points[:, index]) for index, prior in enumerate(priors.values())]
    return np.asarray(np.prod(densities, axis=0))


def build_priors(factors: Sequence[Factor], scenario: Scenario, shape: str) -> dict[str, Prior]:
    """Return the priors of the factors that are calibrated.

    Range and default are those of the parameter file, or of the experiment where it gives others.
    """
    priors = {}
    for factor in factors:
        low, high = factor.bounds(scenario)
        mode = float(np.clip(factor.default_value(scenario), low, high))
        priors[factor.label] = Prior(low, mode, high, shape)
    return priors
