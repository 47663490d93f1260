"""Plain forecasts, which need no worlds: that nothing changes, and that all is equally likely."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.scoring.forecast import Forecast
from poruka.scoring.joint_patterns import measures_of
from poruka.scoring.measures import parse_measure
from poruka.scoring.scored_figures import ScoredFigure

NOTHING_CHANGES, EQUAL_CHANCES = "nothing changes", "equal chances"
"""Their names as baselines."""
_QUANTILES = 200
_SEED = 8


def start_levels(figures: tuple[ScoredFigure, ...], series: Any) -> dict[str, float]:
    """Return the mean of each index that figures read by date, in the first month of a run."""
    names = {
        parse_measure(part, "measure").get("name")
        for figure in figures
        for part in measures_of(figure.measure)
    }
    return {name: float(series[name].isel(month=0).mean()) for name in names - {None} if name}


def unchanged_forecast(figures: tuple[ScoredFigure, ...], levels: dict[str, float]) -> Forecast:
    """Return the forecast that nothing changes: no event, no vote, no growth, no pattern.

    Counts are 0, an index keeps its level of the first month, and what needs an event is lacking.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> from poruka.scoring.record import read_observed_record
    >>> from poruka.scoring.scored_figures import scored_figures
    >>> s = load("kazakhstan")
    >>> figures = scored_figures(read_observed_record(s.record_path, s), s, s.months)
    >>> unchanged_forecast(figures, {}).values[["R093", "R277", "G1994", "P07"]].iloc[0].tolist()
    [inf, 0.0, 0.0, 0.0]
    """
    values = {}
    for figure in figures:
        if figure.kind == "order":
            continue
        level = np.inf
        if figure.kind in ("count", "growth", "yes") and not figure.measure.startswith("value "):
            level = 0.0
        if figure.measure.startswith("series "):
            level = levels[parse_measure(figure.measure, "measure")["name"]]
        values[figure.id] = [level]
    return Forecast(pd.DataFrame(values, index=[0]), np.zeros(1, dtype=int))


def equal_forecast(figures: tuple[ScoredFigure, ...]) -> Forecast:
    """Return the forecast that all is equally likely, as evenly spaced values in 200 worlds.

    An event has any month of the run, a number any value of its range, a pattern is shown by half
    of the worlds. Figures are put together at random, so that any order of events is as likely.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> from poruka.scoring.record import read_observed_record
    >>> from poruka.scoring.scored_figures import scored_figures
    >>> s = load("kazakhstan")
    >>> figures = scored_figures(read_observed_record(s.record_path, s), s, s.months)
    >>> equal_forecast(figures).values[["R061b", "P07"]].mean().round(3).tolist()
    [50.0, 0.5]
    """
    order = np.random.default_rng(_SEED)
    steps = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    values = {}
    for figure in figures:
        if figure.kind == "order":
            continue
        spread = figure.low + steps * (figure.high - figure.low)
        spread = np.floor(2.0 * steps) if figure.kind == "yes" else spread
        values[figure.id] = order.permutation(spread)
    return Forecast(pd.DataFrame(values), np.zeros(_QUANTILES, dtype=int))


def plain_forecasts(
    figures: tuple[ScoredFigure, ...], levels: dict[str, float]
) -> dict[str, Forecast]:
    """Return both plain forecasts by name.

    Parameters
    ----------
    figures : tuple of ScoredFigure
    levels : dict
        As :func:`start_levels` returns them.
    """
    return {
        NOTHING_CHANGES: unchanged_forecast(figures, levels),
        EQUAL_CHANCES: equal_forecast(figures),
    }
