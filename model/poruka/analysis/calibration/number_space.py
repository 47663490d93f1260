"""The space of calibrated numbers: from the unit cube of prior probability to values, and back."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.calibration.priors import Prior
from poruka.analysis.factors import Factor


class NumberSpace(NamedTuple):
    """The calibrated numbers with their priors."""

    factors: Sequence[Factor]
    priors: Mapping[str, Prior]

    @property
    def names(self) -> list[str]:
        """The names of the numbers."""
        return list(self.priors)

    def points(self, cube: np.ndarray) -> pd.DataFrame:
        """Return the values at points of the unit cube, which the priors fill evenly."""
        return pd.DataFrame(
            {
                factor.label: factor.round_values(
                    self.priors[factor.label].quantile(cube[:, index])
                )
                for index, factor in enumerate(self.factors)
            }
        )

    def scaled(self, points: pd.DataFrame) -> np.ndarray:
        """Return values as shares of their ranges, the inputs of emulators."""
        return np.column_stack(
            [
                (points[name].to_numpy(dtype=float) - prior.low) / (prior.high - prior.low)
                for name, prior in self.priors.items()
            ]
        )
