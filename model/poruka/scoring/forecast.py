"""Forecasts: the values of all figures over worlds, and their mean answers to the questions."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.scoring.features import Features, features_of
from poruka.scoring.scored_figures import ScoredFigure, evaluate_figures

MAX_UNITS = 1000
"""Units that the bootstrap draws from; more worlds or draws are put together to that many."""
_BLOCK = 20_000


class Forecast(NamedTuple):
    """Values of figures over worlds, and the unit that each world belongs to.

    Worlds that share a draw of the numbers are one unit, since they are no independent evidence;
    without draws each world is a unit of its own.
    """

    values: pd.DataFrame
    units: np.ndarray

    @property
    def unit_count(self) -> int:
        """Units of this forecast."""
        return int(self.units.max()) + 1

    def is_same_as(self, other: "Forecast") -> bool:
        """Return whether two forecasts hold the same values, world by world."""
        return self.values.equals(other.values)


def build_forecast(
    figures: tuple[ScoredFigure, ...],
    outcomes: pd.DataFrame,
    series: Any,
    events: Any,
    scenario: Any,
) -> Forecast:
    """Return the forecast that the worlds of a scenario make."""
    values = evaluate_figures(figures, outcomes, series, events, scenario)
    return Forecast(values, units_of(values.index.to_numpy(), scenario))


def units_of(worlds: np.ndarray, scenario: Any) -> np.ndarray:
    """Return the unit of each world, counted from 0.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> drawn = load("kazakhstan").with_draws("prior:2")
    >>> units_of(np.array([0, 1, 3, 6]), drawn).tolist()
    [0, 0, 1, 2]
    """
    each = getattr(scenario.parameter_draws, "worlds_each", 1)
    _, units = np.unique(np.asarray(worlds) // each, return_inverse=True)
    count = int(units.max()) + 1
    return units if count <= MAX_UNITS else units * MAX_UNITS // count


def mean_answers(
    figure: ScoredFigure, forecast: Forecast, figures: tuple[ScoredFigure, ...], months: int
) -> tuple[np.ndarray, Features]:
    """Return the mean answers of each unit to the questions of a figure, and the questions."""
    sums: np.ndarray | None = None
    for first in range(0, len(forecast.values), _BLOCK):
        block = forecast.values.iloc[first : first + _BLOCK]
        features = features_of(figure, block, figures, months)
        if sums is None:
            sums = np.zeros((forecast.unit_count, features.answers.shape[1]))
        np.add.at(sums, forecast.units[first : first + _BLOCK], features.answers)
    assert sums is not None
    return sums / np.bincount(forecast.units)[:, None], features
