"""Worlds until the answer is precise enough, and how means settle as worlds are added."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.evaluate import DesignResult, Model, evaluate_points
from poruka.analysis.specification import Precision
from poruka.analysis.statistics import Z95

STABILITY_TOLERANCE = 0.05
"""Share of its last value within which the coefficient of variation must stay for the variance to
count as stable.
"""


class ReplicationResult(NamedTuple):
    """Points played until they were precise enough."""

    design_result: DesignResult
    precision_reached: bool
    widest_half_width: float


def half_widths(values: np.ndarray) -> np.ndarray:
    """Return half the 95 % interval of the mean over worlds, for values of shape (points, worlds).

    Where no world has differed yet, the half-width is that of a share: one more world could still
    differ.
    """
    count = np.isfinite(values).sum(axis=1)
    spread = np.nanstd(values, axis=1, ddof=1)
    return np.where(
        spread > 0.0,
        Z95 * spread / np.sqrt(count),
        np.where(_is_binary(values), 0.5 * Z95**2 / (count + Z95**2), 0.0),
    )


def _is_binary(values: np.ndarray) -> np.ndarray:
    return np.all(np.isin(values, (0.0, 1.0)) | np.isnan(values), axis=1)


def replicate_until_precise(
    points: pd.DataFrame,
    model: Model,
    quantities: Sequence[str],
    specification: Precision,
    quantity: str,
    progress: ProgressCallback | None = None,
) -> ReplicationResult:
    """Add worlds, the same ones at every point, until the widest interval is narrow enough or the
    worlds are spent.

    Parameters
    ----------
    points : pandas.DataFrame
    model : Model
    texts : sequence of str
        All quantities that are kept.
    asked : Precision
    quantity : str
        The one whose interval counts.
    tell : callable, optional

    Examples
    --------
    >>> from poruka.analysis.evaluate import AnalyticModel
    >>> noisy = AnalyticModel({"y": lambda points: points["x"]}, noise=1.0, seed=3)
    >>> asked = Precision(quantity="y", half_width=0.2, at_least=20, step=20, at_most=400)
    >>> made = replicate_until_precise(pd.DataFrame({"x": [0.0]}), noisy, ["y"], asked, "y")
    >>> made.precision_reached, made.widest_half_width <= 0.2, 60 <= made.design_result.worlds <= 140
    (True, True, True)
    """
    worlds = specification.at_least
    while True:
        played = evaluate_points(points, model, quantities, worlds, progress)
        widest = float(np.max(half_widths(played.quantity_values(quantity))))
        if widest <= specification.half_width or worlds >= specification.at_most:
            return ReplicationResult(played, widest <= specification.half_width, widest)
        worlds = min(worlds + specification.step, specification.at_most)


def convergence_table(result: DesignResult, quantity: str) -> pd.DataFrame:
    """Return how mean, interval and coefficient of variation of a quantity settle at every point.

    Returns
    -------
    pandas.DataFrame
        Columns point, worlds, mean, half_width, variation (standard deviation over mean).
    """
    rows = []
    for point, values in enumerate(result.quantity_values(quantity)):
        values = values[np.isfinite(values)]
        for count in range(2, len(values) + 1):
            some = values[:count]
            mean, spread = float(some.mean()), float(some.std(ddof=1))
            rows.append(
                (
                    point,
                    count,
                    mean,
                    float(half_widths(some[None, :])[0]),
                    spread / abs(mean) if abs(mean) > 1e-12 else float("nan"),
                )
            )
    return pd.DataFrame(rows, columns=["point", "worlds", "mean", "half_width", "variation"])


STABLE_TAIL_SHARE = 1.0 / 3.0
"""Share of the worlds, the last of them, over which it must have stayed there."""


def stable_from(convergence: pd.DataFrame) -> pd.Series:
    """Return for each point the number of worlds from which its coefficient of variation stays
    within 5 % of its last value.

    What has stayed there for less than the last third of the worlds is not stable yet, and missing:
    every series ends at its last value.

    Examples
    --------
    >>> made = pd.DataFrame({"point": [0] * 4 + [1] * 4, "worlds": [2, 3, 4, 5] * 2})
    >>> made["variation"] = [0.9, 0.52, 0.49, 0.5, 0.9, 0.8, 0.7, 0.5]
    >>> stable_from(made).tolist()
    [3.0, nan]
    """
    found = {}
    for point, one in convergence.groupby("point"):
        last = one["variation"].iloc[-1]
        away = one[~((one["variation"] - last).abs() <= STABILITY_TOLERANCE * abs(last))]
        later = one[one["worlds"] > (away["worlds"].max() if len(away) else 0)]
        start = float(later["worlds"].min()) if len(later) else np.inf
        found[point] = start if start <= one["worlds"].max() * (1.0 - STABLE_TAIL_SHARE) else np.nan
    return pd.Series(found, name="stable_from")
