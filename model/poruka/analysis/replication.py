"""Replication: adding worlds until means are precise enough, and convergence of means."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.evaluate import DesignResult, Model, evaluate_points, share_draws
from poruka.analysis.over_draws import mean_over_draws
from poruka.analysis.specification import Precision
from poruka.utils.statistics import Z95, t_quantile

STABILITY_TOLERANCE = 0.05
"""Share of its last value within which the coefficient of variation must stay for the variance to
count as stable.
"""


class ReplicationResult(NamedTuple):
    """The points of a design, simulated until they were precise enough or worlds ran out."""

    design_result: DesignResult
    precision_reached: bool
    widest_half_width: float


def half_widths(
    values: np.ndarray, draws: np.ndarray | None = None, quantity: str = ""
) -> np.ndarray:
    """Return half the 95 % interval of the mean over worlds, for values of shape (points, worlds).

    Student's, with the number of worlds less one as degrees of freedom. Where all worlds agree on a
    value of 0 or 1, the half-width is that of a share (Wilson's), since a further world could still
    differ. Where worlds share draws of the numbers, draws are the independent units.
    """
    if draws is not None:
        ends = [mean_over_draws(row[None], draws, quantity) for row in values]
        return np.array([0.5 * (found["high"] - found["low"]) for found in ends])
    count = np.isfinite(values).sum(axis=1)
    deviation = np.nanstd(values, axis=1, ddof=1)
    reach = np.array([t_quantile(worlds - 1) for worlds in count])
    return np.where(
        deviation > 0.0,
        reach * deviation / np.sqrt(count),
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
    worlds_each: int = 1,
) -> ReplicationResult:
    """Add worlds, the same at every point, until the widest interval is narrow enough.

    The number of worlds is limited by the specification.

    Parameters
    ----------
    points : pandas.DataFrame
    model : Model
    quantities : sequence of str
        All quantities to compute.
    specification : Precision
    quantity : str
        The quantity whose interval counts.
    progress : callable, optional
    worlds_each : int
        Worlds that share a draw of the numbers.

    Examples
    --------
    >>> from poruka.analysis.evaluate import AnalyticModel
    >>> noisy = AnalyticModel({"y": lambda points: points["x"]}, noise=1.0, seed=3)
    >>> precision = Precision(quantity="y", half_width=0.2, at_least=20, step=20, at_most=400)
    >>> points = pd.DataFrame({"x": [0.0]})
    >>> replication = replicate_until_precise(points, noisy, ["y"], precision, "y")
    >>> replication.precision_reached, replication.widest_half_width <= 0.2
    (True, True)
    >>> 60 <= replication.design_result.worlds <= 140
    True
    """
    worlds = specification.at_least
    while True:
        design_result = share_draws(
            evaluate_points(points, model, quantities, worlds, progress), worlds_each
        )
        values = design_result.quantity_values(quantity)
        widest = float(np.max(half_widths(values, design_result.draws, quantity)))
        if widest <= specification.half_width or worlds >= specification.at_most:
            return ReplicationResult(design_result, widest <= specification.half_width, widest)
        worlds = min(worlds + specification.step, specification.at_most)


def convergence_table(result: DesignResult, quantity: str) -> pd.DataFrame:
    """Return mean, interval and coefficient of variation of a quantity by the number of worlds.

    Returns
    -------
    pandas.DataFrame
        Columns point, worlds, mean, half_width, variation (standard deviation over mean).
    """
    rows = []
    for point, values in enumerate(result.quantity_values(quantity)):
        kept = np.isfinite(values)
        values, draws = values[kept], None if result.draws is None else result.draws[kept]
        for count in range(2, len(values) + 1):
            first_values = values[:count]
            of_draws = None if draws is None else draws[:count]
            mean, spread = float(first_values.mean()), float(first_values.std(ddof=1))
            rows.append(
                (
                    point,
                    count,
                    mean,
                    float(half_widths(first_values[None, :], of_draws, quantity)[0]),
                    spread / abs(mean) if abs(mean) > 1e-12 else float("nan"),
                )
            )
    return pd.DataFrame(rows, columns=["point", "worlds", "mean", "half_width", "variation"])


STABLE_TAIL_SHARE = 1.0 / 3.0
"""Share of the worlds, counted from the last, over which it must have stayed there."""


def stable_from(convergence: pd.DataFrame) -> pd.Series:
    """Return for each point the number of worlds from which its variance is stable.

    That is the number from which its coefficient of variation stays within 5 % of its last value.
    It is missing where this holds for less than the last third of the worlds, since every series
    ends at its last value.

    Examples
    --------
    >>> table = pd.DataFrame({"point": [0] * 4 + [1] * 4, "worlds": [2, 3, 4, 5] * 2})
    >>> table["variation"] = [0.9, 0.52, 0.49, 0.5, 0.9, 0.8, 0.7, 0.5]
    >>> stable_from(table).tolist()
    [3.0, nan]
    """
    first_stable = {}
    for point, rows in convergence.groupby("point"):
        last = rows["variation"].iloc[-1]
        outside = rows[~((rows["variation"] - last).abs() <= STABILITY_TOLERANCE * abs(last))]
        later = rows[rows["worlds"] > (outside["worlds"].max() if len(outside) else 0)]
        start = float(later["worlds"].min()) if len(later) else np.inf
        first_stable[point] = (
            start if start <= rows["worlds"].max() * (1.0 - STABLE_TAIL_SHARE) else np.nan
        )
    return pd.Series(first_stable, name="stable_from")
