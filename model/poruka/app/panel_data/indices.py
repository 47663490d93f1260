"""The monthly indices: each with its formula, its course so far in every branch, and where it
stands.
"""

from typing import Any

import numpy as np

from poruka.app.panel_data.labels import plain
from poruka.app.session import Branch
from poruka.engine.index_series import INDEX_DESCRIPTIONS

WIDTH, HEIGHT = 300.0, 64.0


def indices(branches: list[Branch], months: int) -> list[dict[str, Any]]:
    """Return the indices in their order: name, label, formula, limits, and per branch its letter,
    its course as points of a line, and its level.
    """
    played = [one.regime.series.isel(world=0) for one in branches]
    rows = []
    for name, formula in INDEX_DESCRIPTIONS.items():
        values = [one[name].to_numpy() for one in played]
        low, high = _limits(formula, values)
        lines = [
            {
                "branch": one.name,
                "points": _points(course, low, high, months),
                "now": float(getattr(one.regime, name)),
                "text": f"{float(getattr(one.regime, name)):.2f}" if len(course) else "–",
            }
            for one, course in zip(branches, values, strict=True)
        ]
        rows.append(
            {
                "name": name,
                "label": plain(name),
                "formula": formula,
                "low": f"{low:g}",
                "high": f"{high:g}",
                "lines": lines,
            }
        )
    return rows


def _limits(formula: str, values: list[np.ndarray]) -> tuple[float, float]:
    """Return the limits of an axis: shares run from 0 to 1, the others from their floor to a round
    number above what has been.
    """
    if "(0-1)" in formula:
        return 0.0, 1.0
    low = 1.0 if "1 or more" in formula else 0.0
    most = max((float(course.max()) for course in values if len(course)), default=low + 1.0)
    return low, max(low + 1.0, float(np.ceil(most * 2.0) / 2.0))


def _points(course: np.ndarray, low: float, high: float, months: int) -> str:
    """Return a course as the points of a line in a box; months not yet played stay empty on the
    right.
    """
    across = np.arange(len(course)) * (WIDTH / max(1, months - 1))
    up = HEIGHT * (1.0 - (np.clip(course, low, high) - low) / (high - low))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, up, strict=True))
