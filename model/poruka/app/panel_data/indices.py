"""The monthly indices: each with its formula, its values so far in every branch, and its level."""

from typing import Any

import numpy as np

from poruka.app.session import Branch
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.utils.labels import format_label

CHART_WIDTH, CHART_HEIGHT = 300.0, 64.0
"""Size of the chart of one index, in points."""


def build_index_charts(branches: list[Branch], months: int) -> list[dict[str, Any]]:
    """Return a chart for each index: name, label, formula, limits, and a line per branch.

    A line has the letter of its branch, its points and its last value.
    """
    series = [branch.regime.series.isel(world=0) for branch in branches]
    charts = []
    for name, formula in INDEX_DESCRIPTIONS.items():
        values_by_branch = [branch_series[name].to_numpy() for branch_series in series]
        low, high = _axis_limits(formula, values_by_branch)
        lines = []
        for branch, values in zip(branches, values_by_branch, strict=True):
            value = float(getattr(branch.regime, name))
            lines.append(
                {
                    "branch": branch.name,
                    "points": _polyline_points(values, low, high, months),
                    "value": value,
                    "text": f"{value:.2f}" if len(values) else "–",
                }
            )
        charts.append(
            {
                "name": name,
                "label": format_label(name),
                "formula": formula,
                "low": f"{low:g}",
                "high": f"{high:g}",
                "lines": lines,
            }
        )
    return charts


def _axis_limits(formula: str, values_by_branch: list[np.ndarray]) -> tuple[float, float]:
    """Return the limits of an axis: 0 to 1 for shares, otherwise from the lowest possible value to
    a round number above the greatest value so far.
    """
    if "(0-1)" in formula:
        return 0.0, 1.0
    low = 1.0 if "1 or more" in formula else 0.0
    maximum = max(
        (float(values.max()) for values in values_by_branch if len(values)), default=low + 1.0
    )
    return low, max(low + 1.0, float(np.ceil(maximum * 2.0) / 2.0))


def _polyline_points(values: np.ndarray, low: float, high: float, months: int) -> str:
    """Return values as the points of a line in a chart; months to come stay empty on the right."""
    x_values = np.arange(len(values)) * (CHART_WIDTH / max(1, months - 1))
    y_values = CHART_HEIGHT * (1.0 - (np.clip(values, low, high) - low) / (high - low))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(x_values, y_values, strict=True))
