"""The tables of a calibration in an experiment's file: targets, ABC-SMC, point fit."""

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


class Calibration(StrictModel):
    """Calibration of numbers against the record, which is one history.

    ABC-SMC, and a point fit.
    """

    patterns: list[str] = Field(
        [], description="patterns of experiments/knockout/patterns.toml, the most important first"
    )
    figures: list[str] = Field([], description="ids of the record's figures, or all")
    target: list[TargetValue] = []
    prior: Literal["triangular", "uniform"] = "triangular"
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
