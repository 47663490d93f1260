"""The tables of a calibration in an experiment's file: targets, discrepancies, waves, ABC-SMC."""

from typing import Literal

from pydantic import Field

from poruka.utils.toml_data import StrictModel


class TargetValue(StrictModel):
    """A target value of a quantity."""

    quantity: str
    value: float
    scale: float | None = Field(
        None, gt=0.0, description="unit of distance; by default the spread of the first generation"
    )


class TargetDiscrepancy(StrictModel):
    """How far the best model may lie from a target, and the record from the truth.

    Both are standard deviations, in the unit of the target.
    """

    of: str = Field(description="id of a pattern or figure, or the quantity of a target")
    model: float = Field(0.0, ge=0.0, description="discrepancy of the model, as a sd")
    observation: float = Field(0.0, ge=0.0, description="error of the record, as a sd")
    source: str = Field(min_length=3, description="where both come from")


class Calibration(StrictModel):
    """Calibration of numbers against the record, which is one history.

    History matching in waves, ABC-SMC as its check, and a point fit.
    """

    patterns: list[str] = Field(
        [], description="patterns of experiments/knockout/patterns.toml, the most important first"
    )
    figures: list[str] = Field([], description="ids of the record's figures, or all")
    target: list[TargetValue] = []
    discrepancy: list[TargetDiscrepancy] = []
    prior: Literal["triangular", "uniform"] = "triangular"
    waves: int = Field(3, ge=0, le=50, description="waves of history matching; 0 leaves it out")
    wave_points: int = Field(
        0, ge=0, le=100_000, description="points of a wave; 0 takes 10 a number, from 60 to 400"
    )
    wave_worlds: int = Field(
        4, ge=2, le=1000, description="worlds of each point, which give the variance of worlds"
    )
    emulator: Literal["gaussian process", "boosted trees"] = "gaussian process"
    cutoff: float = Field(3.0, gt=0.0, description="implausibility beyond which a point is out")
    misses: int = Field(
        0,
        ge=0,
        le=20,
        description="targets that may lie beyond the cut-off: 0 judges by the maximum, 1 by the"
        " second maximum of implausibility",
    )
    particles: int = Field(60, ge=8, le=100_000)
    keep: float = Field(
        0.5, gt=0.05, lt=1.0, description="share of particles that survives a generation"
    )
    generations: int = Field(6, ge=1, le=1000)
    least_new: float = Field(
        0.05,
        ge=0.0,
        lt=1.0,
        description="stop when a smaller share of the new particles is accepted",
    )
    worlds: int = Field(
        1, ge=1, le=5000, description="1: a particle plays one world, as the record is one history"
    )
    predictive: int = Field(
        100, ge=2, le=5000, description="worlds drawn from prior and posterior for comparison"
    )
    trials: int = Field(0, ge=0, le=100_000, description="trials of the point fit; none without")
    fit_worlds: int = Field(10, ge=1, le=5000)

    def points_of_wave(self, numbers: int) -> int:
        """Return the points of a wave for so many numbers.

        Examples
        --------
        >>> [Calibration().points_of_wave(numbers) for numbers in (2, 20, 200)]
        [60, 200, 400]
        """
        return self.wave_points or min(400, max(60, 10 * numbers))
