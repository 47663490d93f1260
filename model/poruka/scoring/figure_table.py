"""The table of scored figures: what worlds show of each, beside what was recorded."""

import numpy as np
import pandas as pd

from poruka.scoring.features import kendalls_tau
from poruka.scoring.forecast import Forecast
from poruka.scoring.scored_figures import ScoredFigure
from poruka.utils.statistics import prediction_interval

BAND_LEVEL = 0.9
"""Share of further worlds that a band holds."""
FIGURE_COLUMNS = (
    "id",
    "figure",
    "role",
    "episode",
    "kind",
    "value",
    "least",
    "most",
    "shown",
    "median",
    "low",
    "high",
    "covered",
    "percentile",
    "score",
    "plain",
    "skill",
    "worlds",
    "requested",
)
"""Columns of the table, one row per figure."""


def skill_of(score: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Return 1 - score / baseline; against a perfect baseline 0 for a perfect score, else -inf.

    Examples
    --------
    >>> skill_of(np.array([0.1, 0.0, 0.1]), np.array([0.2, 0.0, 0.0])).tolist()
    [0.5, 0.0, -inf]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(baseline > 0.0, score / baseline, np.where(score > 0.0, np.inf, 1.0))
    return 1.0 - ratio


def figure_table(
    figures: tuple[ScoredFigure, ...],
    forecast: Forecast,
    scores: np.ndarray,
    plain: np.ndarray,
    requested: int,
) -> pd.DataFrame:
    """Return one row per figure.

    Parameters
    ----------
    figures : tuple of ScoredFigure
    forecast : Forecast
    scores, plain : ndarray
        Of each figure: its score, and that of the better of the two plain forecasts.
    requested : int
        Worlds requested.

    Returns
    -------
    pandas.DataFrame
        ``least`` to ``most`` is the range in which values are told apart, ``shown`` the share of
        worlds that have the figure at all. ``median``, ``low`` to ``high`` (the band that holds
        90 % of further worlds) and ``percentile`` count what a world lacks as +inf. ``skill`` is
        that over the better plain forecast; the band, and whether it covers the record, are given
        only where it is above zero. Of patterns there is only the share of worlds that show them;
        of the order of events ``median`` is the mean of Kendall's tau over worlds.
    """
    rows = []
    skills = skill_of(scores, plain)
    for i, figure in enumerate(figures):
        skill = float(skills[i])
        rows.append(
            {
                "id": figure.id,
                "figure": figure.name,
                "role": figure.role,
                "episode": figure.episode,
                "kind": figure.kind,
                "value": figure.value,
                "least": figure.low,
                "most": figure.high,
                **_describe_worlds(figure, forecast, figures, skill > 0.0),
                "score": float(scores[i]),
                "plain": float(plain[i]),
                "skill": skill,
                "worlds": len(forecast.values),
                "requested": requested,
            }
        )
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))


def _describe_worlds(
    figure: ScoredFigure, forecast: Forecast, figures: tuple[ScoredFigure, ...], has_skill: bool
) -> dict[str, float]:
    """Return what worlds show of a figure; numbers that do not exist of it are NaN."""
    described = dict.fromkeys(("shown", "median", "low", "high", "covered", "percentile"), np.nan)
    if figure.kind == "order":
        return described | {"median": float(kendalls_tau(forecast.values, figures).mean())}
    values = forecast.values[figure.id].to_numpy(dtype=float)
    if figure.kind == "yes":
        return described | {"shown": float(values.mean())}
    described |= {
        "shown": float(np.isfinite(values).mean()),
        "median": float(np.quantile(values, 0.5, method="nearest")),
        "percentile": float((values <= figure.value).mean()),
    }
    return described | (band_of(values, figure.value) if has_skill else {})


def band_of(values: np.ndarray, recorded: float) -> dict[str, float]:
    """Return the band of a figure over worlds, and whether it covers the record (1 or 0).

    Examples
    --------
    >>> band_of(np.arange(1.0, 40.0), 45.0)["covered"]
    0.0
    """
    low, high = prediction_interval(values, BAND_LEVEL)
    return {"low": low, "high": high, "covered": float(low <= recorded <= high)}
