"""Score card: each figure of the observed record against the band of simulated worlds."""

import math
from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing
from poruka.figures.base.ensemble_access import date_from_offset, require_score, require_worlds
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_GREY,
    MIDDLE_BLUE,
    NEAR_BLACK,
    VERMILION,
    format_caption,
)
from poruka.utils.labels import format_label

AXIS_LEFT, AXIS_RIGHT = -0.75, 1.75


def format_score_value(ensemble: Any, kind: str, value: float) -> str:
    """Return a figure as text: months as dates, shares in percent, ``never`` for what never occurs.

    Kinds are those of the score (month; share and growth in percent; count; index) and ``fraction``
    for a share of 1.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "never"
    if kind == "month":
        return f"{date_from_offset(ensemble, round(value)):%Y-%m}"
    if kind == "fraction":
        return f"{value:.1%}"
    number = f"{value:.1f}%" if kind in ("share", "growth") else f"{value:.3g}"
    return number.replace("-", "−")


def position_in_band(value: float, low: float, median: float, high: float) -> float:
    """Return the position of a value in a band, from 0 (low edge) to 1 (high edge).

    A band without width lies at 0.5. Where the band has no upper edge, because the event never
    occurs in many worlds, its length is twice the distance from the low edge to the median.

    Examples
    --------
    >>> position_in_band(15.0, 10.0, 12.0, 20.0), position_in_band(3.0, 3.0, 3.0, 3.0)
    (0.5, 0.5)
    >>> position_in_band(20.0, 10.0, 15.0, math.inf)
    1.0
    """
    if math.isinf(high) and math.isfinite(median):
        high = low + 2 * (median - low)
    if math.isinf(value) or math.isinf(high):
        return math.inf if math.isinf(value) else 0.5 * (value >= low)
    if high <= low:
        return 0.5 + (0.0 if value == low else math.copysign(math.inf, value - low))
    return (value - low) / (high - low)


class ScoreCard(Drawing):
    """The observed record against simulated worlds, one row a figure.

    On the shared axis 0 and 1 are the edges of the 90 % band.
    """

    def __init__(self, ensemble: Any):
        table = require_score(ensemble).reset_index(drop=True).copy()
        bands = table[["low", "median", "high"]].astype(float)
        for name in ("value", "median"):
            table[f"{name}_at"] = [
                position_in_band(float(value), *band)
                for value, band in zip(table[name], bands.to_numpy(), strict=True)
            ]
        table["covered"] = table["covered"].astype(bool)
        table["ratio"] = table["crps"] / table["crps_baseline"].where(table["crps_baseline"] > 0)
        self.table = table
        kinds = table["kind"].astype(str)
        self.formatted_rows = [
            tuple(
                format_score_value(ensemble, kind, float(row[name]))
                for name in ("value", "median", "low", "high")
            )
            for kind, (_, row) in zip(kinds, table.iterrows(), strict=True)
        ]
        inside_count, better_count = int(table["covered"].sum()), int((table["ratio"] < 1).sum())
        self.title = "The observed record against simulated worlds"
        self.caption = format_caption(
            "Left: bar from the low to the high edge of the 90 % band (to the end of the axis where"
            " the high edge is never; only a tick where all worlds agree), tick at the median,"
            " diamond at the record (filled: inside; hollow: outside; arrow: beyond the axis)."
            " Right: error of the ensemble (CRPS) divided by that of the baseline; below 1 the"
            " ensemble does better (filled).",
            require_worlds(ensemble),
            ensemble.seed,
        )
        self.alt = (
            f"Score card of {len(table)} recorded figures: {inside_count} lie inside the 90 % band;"
            f" {better_count} are forecast better than the baseline."
        )
        self.grid, self.size = (1, 2), (9.0, 0.3 * len(table) + 1.6)
        self.subplot_options = {"sharey": True, "width_ratios": (2.2, 1.0)}

    def _draw(self, axes: Any) -> None:
        left, right = axes
        for row, text in zip(self.table.itertuples(), self.formatted_rows, strict=True):
            self._draw_row(left, row, text)
        left.set_xlim(AXIS_LEFT, AXIS_RIGHT)
        left.set_ylim(len(self.table) - 0.4, -0.9)
        left.set_yticks(
            range(len(self.table)), [format_label(str(name)) for name in self.table["figure"]]
        )
        left.set_xticks([0, 1], ["low edge of\nthe 90 % band", "high\nedge"])
        left.text(
            1.03,
            -0.75,
            "record | median (band)",
            transform=left.get_yaxis_transform(),
            va="center",
            fontsize=7.5,
            fontweight="bold",
        )
        self._draw_ratios(right)
        for ax in axes:
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
            ax.spines["left"].set_visible(False)

    def _draw_row(self, ax: Any, row: Any, text: tuple[str, ...]) -> None:
        y = row.Index
        ax.axhline(y, color=LIGHT_GREY, linewidth=0.6, zorder=0)
        if row.high > row.low:
            ax.barh(
                y,
                AXIS_RIGHT if math.isinf(row.high) else 1.0,
                left=0.0,
                height=0.46,
                color=MIDDLE_BLUE,
                linewidth=0,
            )
        if math.isfinite(row.median_at):
            ax.plot([row.median_at] * 2, [y - 0.23, y + 0.23], color=BLUE, linewidth=2.4)
        position = min(max(row.value_at, AXIS_LEFT + 0.06), AXIS_RIGHT - 0.06)
        is_beyond_axis = position != row.value_at and not row.covered
        marker = ("<" if row.value_at < position else ">") if is_beyond_axis else "D"
        ax.plot(
            [position],
            [y],
            marker=marker,
            markersize=6,
            markerfacecolor=VERMILION if row.covered else "white",
            markeredgecolor=VERMILION,
            markeredgewidth=1.3,
            linestyle="",
            zorder=3,
        )
        value, median, low, high = text
        ax.text(
            1.03,
            y,
            f"{value} | {median} ({low} to {high})",
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=7.5,
        )

    def _draw_ratios(self, ax: Any) -> None:
        ratios = self.table["ratio"].astype(float)
        finite = ratios[np.isfinite(ratios)]
        top = min(max(2.0, 1.1 * float(finite.max()) if len(finite) else 2.0), 4.0)
        ax.axvline(1.0, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
        for y, ratio in enumerate(ratios):
            ax.axhline(y, color=LIGHT_GREY, linewidth=0.6, zorder=0)
            if math.isnan(ratio):
                continue
            position = min(ratio, top)
            ax.plot([1.0, position], [y, y], color=NEAR_BLACK, linewidth=1.0)
            ax.plot(
                [position],
                [y],
                marker="o" if ratio <= top else ">",
                markersize=5.5,
                color=NEAR_BLACK,
                markerfacecolor=NEAR_BLACK if ratio < 1 else "white",
                linestyle="",
            )
        ax.set_xlim(-0.04 * top, top * 1.04)
        ax.set_xticks([0, 1, *range(2, int(top) + 1)])
        ax.set_xlabel("CRPS / baseline")


def format_score_table(card: ScoreCard) -> pd.DataFrame:
    """Return the score table with labels and formatted values, for a page."""
    table = card.table
    names = ("record", "median", "low", "high")
    formatted = pd.DataFrame({"figure": [format_label(str(name)) for name in table["figure"]]})
    for column, name in enumerate(names):
        formatted[name] = [row[column] for row in card.formatted_rows]
    formatted["in the 90 % band"] = ["yes" if covered else "no" for covered in table["covered"]]
    formatted["percentile"] = [f"{100 * value:.0f}" for value in table["percentile"]]
    formatted["CRPS"] = [f"{value:.3g}" for value in table["crps"]]
    formatted["CRPS of baseline"] = [f"{value:.3g}" for value in table["crps_baseline"]]
    return formatted
