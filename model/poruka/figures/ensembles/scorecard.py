"""Score card: each figure of the observed record where it lies, beside what worlds show of it."""

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

NEVER_AT = 1.18
"""Where the lane lies for what a world, or the record, does not have."""
_LANE_FROM, _AXIS_RIGHT = 1.09, 1.27
_BAR_STYLE = {"height": 0.46, "color": MIDDLE_BLUE, "edgecolor": BLUE, "linewidth": 0.5}
_ROLE_TITLES = {"event": "Events", "value": "Values", "pattern": "Patterns", "growth": "Growth"}


def format_score_value(ensemble: Any, kind: str, value: float) -> str:
    """Return a figure as text: months as dates, shares in percent, ``never`` for what never occurs.

    Kinds are those of the score (event and month; share and growth in percent; count; index; gap in
    months; yes; order) and ``fraction`` for a share of 1.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "never"
    if kind in ("month", "event"):
        return f"{date_from_offset(ensemble, round(value)):%Y-%m}"
    if kind == "fraction":
        return f"{value:.1%}"
    if kind == "yes":
        return "yes" if value else "no"
    number = f"{value:.1f}%" if kind in ("share", "growth") else f"{value:.3g}"
    unit = {"gap": " month" if abs(value) == 1.0 else " months"}.get(kind, "")
    return f"{number}{unit}".replace("-", "−")


def position_on_scale(kind: str, value: float, least: float, most: float) -> float:
    """Return where a value lies on the range of its figure, from 0 to 1, or in the lane of never.

    Examples
    --------
    >>> position_on_scale("event", 89.0, 0.0, 178.0), position_on_scale("event", math.inf, 0.0, 1.0)
    (0.5, 1.18)
    """
    if math.isinf(value):
        return NEVER_AT
    if kind == "order":
        return (value + 1.0) / 2.0
    return min(max((value - least) / (most - least), 0.0), 1.0)


class ScoreCard(Drawing):
    """The observed record beside simulated worlds, one row a figure, by its role.

    Each figure has a scale of its own: the run from start to end, 0 to 100 percent, or the range of
    its counts. What does not happen has no place on it and is shown in a lane of its own.
    """

    def __init__(self, ensemble: Any):
        score = require_score(ensemble)
        table = score.figures.copy()
        table["role"] = pd.Categorical(table["role"], list(_ROLE_TITLES), ordered=True)
        table = table.sort_values("role", kind="stable", ignore_index=True)
        for name in ("value", "median", "low", "high"):
            table[f"{name}_at"] = [
                math.nan if math.isnan(value) else position_on_scale(kind, value, least, most)
                for kind, value, least, most in zip(
                    *(table[column] for column in ("kind", name, "least", "most")), strict=True
                )
            ]
        self.table, self.sentence = table, score.sentence
        self.formatted_rows = [
            tuple(
                format_score_value(ensemble, str(row["kind"]), float(row[name]))
                for name in ("value", "median", "low", "high")
            )
            for _, row in table.iterrows()
        ]
        self.title = "The observed record beside simulated worlds"
        self.caption = format_caption(
            "Left: diamond at the record (hollow: outside its band), tick at the median world, bar"
            " over the 90 % band (only where the forecast has skill); the scale runs from start to"
            " end of the run, from 0 to 100 %, from −25 to 25 % of growth, or over the range of a"
            " count or gap. Never: what did not happen, and bands that reach worlds that lack a"
            " figure. Patterns: bar to the share of worlds that show them. Right: skill over the"
            " better of two plain forecasts (nothing changes; all equally likely); filled: the"
            " worlds err less.",
            require_worlds(ensemble),
            ensemble.seed,
        )
        skilled = int((table["skill"] > 0).sum())
        self.alt = (
            f"Score card of {len(table)} recorded figures: of {skilled} the worlds are a better"
            " forecast than two plain ones."
        )
        self.grid, self.size = (1, 2), (9.5, 0.23 * len(table) + 2.4)
        self.subplot_options = {"sharey": True, "width_ratios": (2.4, 1.0)}

    def _draw(self, axes: Any) -> None:
        left, right = axes
        left.axvspan(_LANE_FROM, _AXIS_RIGHT, color=LIGHT_GREY, alpha=0.4, linewidth=0)
        for row, text in zip(self.table.itertuples(), self.formatted_rows, strict=True):
            self._draw_row(left, row, text)
        left.set_xlim(-0.03, _AXIS_RIGHT)
        left.set_ylim(len(self.table) - 0.4, -0.9)
        left.set_yticks(
            range(len(self.table)), [format_label(str(name)) for name in self.table["figure"]]
        )
        left.set_xticks([0, 1, NEVER_AT], ["start,\nlowest", "end,\nhighest", "never"], fontsize=7)
        left.text(
            1.02,
            -0.75,
            "record | median (band)",
            transform=left.get_yaxis_transform(),
            va="center",
            fontsize=6.5,
            fontweight="bold",
        )
        self._draw_skill(right)
        first_rows = self.table.drop_duplicates("role").index
        for ax in axes:
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK, labelsize=7)
            ax.spines["left"].set_visible(False)
            for y in first_rows[1:]:
                ax.axhline(y - 0.5, color=GREY, linewidth=1.0)
        for y in first_rows:
            title = _ROLE_TITLES[str(self.table["role"][y])]
            right.text(1.03, y - 0.1, title, transform=right.get_yaxis_transform(), fontsize=8)

    def _draw_row(self, ax: Any, row: Any, text: tuple[str, ...]) -> None:
        y = row.Index
        ax.axhline(y, color=LIGHT_GREY, linewidth=0.6, zorder=0)
        if row.kind == "yes":
            ax.barh(y, row.shown, **_BAR_STYLE)
        if not math.isnan(row.low_at) and row.low_at < NEVER_AT:
            end = min(row.high_at, 1.0)
            ax.barh(y, end - row.low_at, left=row.low_at, **_BAR_STYLE)
            if row.high_at == NEVER_AT:
                ax.plot([1.0, NEVER_AT], [y, y], ":", color=BLUE, linewidth=2.0)
        if not math.isnan(row.median_at):
            ax.plot([row.median_at] * 2, [y - 0.28, y + 0.28], color=BLUE, linewidth=2.2)
        ax.plot(
            [row.value_at],
            [y],
            marker="D",
            markersize=4.5,
            markerfacecolor="white" if row.covered == 0.0 else VERMILION,
            markeredgecolor=VERMILION,
            linestyle="",
            zorder=3,
        )
        value, median, low, high = text
        shown = f"{value} | {median}" + (f" ({low} to {high})" if low != "–" else "")
        if row.kind == "yes":
            shown = value
        if row.shown < 1.0 or row.kind == "yes":
            shown += f"; in {row.shown:.0%} of worlds"
        ax.text(1.02, y, shown, transform=ax.get_yaxis_transform(), va="center", fontsize=6.5)

    def _draw_skill(self, ax: Any) -> None:
        ax.axvline(0.0, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
        for y, skill in enumerate(self.table["skill"].astype(float)):
            ax.axhline(y, color=LIGHT_GREY, linewidth=0.6, zorder=0)
            position = max(skill, -1.0)
            ax.plot([0.0, position], [y, y], color=NEAR_BLACK, linewidth=1.0)
            ax.plot(
                [position],
                [y],
                marker="<" if skill < -1.0 else "o",
                markersize=4.5,
                color=NEAR_BLACK,
                markerfacecolor=NEAR_BLACK if skill > 0.0 else "white",
                linestyle="",
            )
        ax.set_xlim(-1.08, 1.08)
        ax.set_xticks([-1, 0, 1], ["−1 or\nless", "0", "1"])
        ax.set_xlabel("skill")


def format_score_table(card: ScoreCard) -> pd.DataFrame:
    """Return the score table with labels and formatted values, for a page."""
    table = card.table
    names = ("record", "median", "low", "high")
    formatted = pd.DataFrame({"figure": [format_label(str(name)) for name in table["figure"]]})
    formatted["role"] = table["role"].astype(str)
    for column, name in enumerate(names):
        formatted[name] = [row[column] for row in card.formatted_rows]
    formatted["worlds that show it"] = [
        "–" if np.isnan(share) else f"{share:.0%}" for share in table["shown"].astype(float)
    ]
    covered = {1.0: "yes", 0.0: "no"}
    formatted["in the 90 % band"] = [covered.get(value, "no skill") for value in table["covered"]]
    formatted["score"] = [f"{value:.3f}" for value in table["score"]]
    formatted["plain forecast"] = [f"{value:.3f}" for value in table["plain"]]
    formatted["skill"] = [
        "perfect baseline" if np.isinf(value) else f"{value:.2f}".replace("-", "−")
        for value in table["skill"]
    ]
    return formatted
