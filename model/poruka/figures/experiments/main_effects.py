"""Figures of main effects: outcomes along a factor, and paired effects of its values."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.over_draws import BARS_IN_WORDS
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.contrast import line_colour
from poruka.figures.base.drawing import Drawing, say_empty
from poruka.figures.base.style import CLAN_COLOURS, GREY, NEAR_BLACK, format_caption
from poruka.figures.experiments.panels import (
    add_legend_beside,
    first_axes,
    panel_grid,
    visible_axes,
)
from poruka.utils.coverage import DesignCoverage

MARKERS, LINE_STYLES = (
    ("o", "s", "^", "D", "v", "P", "X"),
    ("-", "--", "-.", ":", (0, (6, 2)), (0, (3, 1, 1, 1)), (0, (1, 1))),
)


class CurveFigure(Drawing):
    """Outcomes along a factor, with 95 % intervals; one line for each value of another.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`poruka.analysis.sensitivity.main_effects.compute_response_curve` makes it.
    x, line_factor : str
        The factor along the axis, and the one whose values are lines; empty for a single line.
    naming : AxisNaming
        Labels and units of the experiment.
    worlds, seed : int
        Number of worlds of each point, and their seed.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        x: str,
        line_factor: str,
        naming: AxisNaming,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.table, self.x, self.line_factor, self.naming = table, x, line_factor, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.grid = panel_grid(len(self.quantities))
        self.size = (4.2 * self.grid[1] + (1.8 if line_factor else 0.4), 3.0 * self.grid[0] + 0.9)
        self.title = f"Outcomes along “{x}”" + (f", by “{line_factor}”" if line_factor else "")
        late_note = (
            " A date that never comes counts as the end of the run."
            if any(naming.is_date(quantity) for quantity in self.quantities)
            else ""
        )
        self.caption = format_caption(
            "Means over the worlds of each point with 95 % intervals; all points share their"
            f" random draws.{late_note}" + (BARS_IN_WORDS if "numbers_low" in table else ""),
            worlds,
            seed,
        )
        start, end = (naming.format_factor_value(x, table["x"].iloc[row]) for row in (0, -1))
        ends = table.groupby(["quantity", "line"], sort=False).agg(
            first=("mean", "first"), last=("mean", "last")
        )
        changes = [
            f"{naming.outcome_label(quantity)}"
            + (f" ({naming.format_factor_value(line_factor, line)})" if line_factor else "")
            + f" {naming.format_value(quantity, means['first'])} to"
            f" {naming.format_value(quantity, means['last'])}"
            for (quantity, line), means in ends.iterrows()
        ]
        self.alt = f"From {start} to {end} of {x}: {'; '.join(changes)}."

    def _draw(self, axes: Any) -> None:
        numeric = pd.api.types.is_numeric_dtype(self.table["x"])
        order = list(dict.fromkeys(self.table["x"]))
        # Levels have nothing between them: they are drawn side by side and not joined by lines.
        spacing = 0.012 if numeric else 0.1 / max(1, len(order) - 1)
        for ax, quantity in zip(
            visible_axes(axes, len(self.quantities)), self.quantities, strict=True
        ):
            rows = self.table[self.table["quantity"] == quantity]
            if rows["mean"].isna().all():
                say_empty(ax, "no world has a value")
            groups = rows.groupby("line", sort=False)
            for line_number, (line, rows) in enumerate(groups):
                positions = (
                    rows["x"].astype(float)
                    if numeric
                    else pd.Series(
                        [order.index(level) for level in rows["x"]], index=rows.index
                    ).astype(float)
                )
                shift = (line_number - (len(groups) - 1) / 2) * (
                    spacing * float(np.ptp(positions) or 1.0)
                )
                if "numbers_low" in rows:
                    ax.vlines(
                        positions + shift,
                        rows["numbers_low"],
                        rows["numbers_high"],
                        color=line_colour(CLAN_COLOURS[line_number % 10]),
                        alpha=0.25,
                        linewidth=4,
                    )
                ax.errorbar(
                    positions + shift,
                    rows["mean"],
                    yerr=[rows["mean"] - rows["low"], rows["high"] - rows["mean"]],
                    color=line_colour(CLAN_COLOURS[line_number % 10]),
                    marker=MARKERS[line_number % 7],
                    linestyle=LINE_STYLES[line_number % 7] if numeric else "",
                    capsize=2.5,
                    markersize=5,
                    label=self.naming.format_factor_value(self.line_factor, line),
                )
            ax.set_title(self.naming.outcome_label(quantity, 46))
            ax.set_ylabel(self.naming.unit(quantity))
            ax.set_xlabel(self.naming.factor_label(self.x))
            self.naming.format_quantity_axis(ax.yaxis, quantity)
            if numeric:
                self.naming.format_factor_axis(ax.xaxis, self.x)
            else:
                width = max(5, 44 // len(order))
                labels = [
                    textwrap.fill(str(level), width, break_long_words=False) for level in order
                ]
                is_long = (
                    max(len(line) for label in labels for line in label.splitlines()) > width + 2
                )
                ax.set_xticks(
                    range(len(order)),
                    labels,
                    rotation=30 if is_long else 0,
                    ha="right" if is_long else "center",
                )
        if self.line_factor:
            add_legend_beside(first_axes(axes), title=self.line_factor)


class EffectsFigure(Drawing):
    """Effect of each value of a factor against a reference value, over pairs of worlds.

    Where a second factor is given, effects are shown for each of its values.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        factor: str,
        by: str,
        naming: AxisNaming,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.table, self.factor, self.by, self.naming = table, factor, by, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.groups = list(dict.fromkeys(table["by"])) if by else [""]
        values = list(dict.fromkeys(table["value"]))
        self.values = values
        self.grid = panel_grid(len(self.quantities))
        self.size = (
            4.4 * self.grid[1] + (1.8 if by else 0.6),
            (0.9 + (0.15 if by else 0.24) * len(values) * len(self.groups)) * self.grid[0] + 1.1,
        )
        self.title = (
            f"Effects of “{factor}”, against"
            f" “{naming.format_factor_value(factor, table['against'].iloc[0])}”"
        )
        self.caption = format_caption(
            "Mean paired differences between worlds with the same draws, with 95 % intervals."
            + (BARS_IN_WORDS if "numbers_low" in table else ""),
            worlds,
            seed,
        )
        last = table[table["value"] == values[-1]]
        effect_texts = []
        for quantity, rows in last.groupby("quantity", sort=False):
            unit = naming.unit(str(quantity), difference=True)
            effects = [
                f"{row.effect:+.3g} ({row.low:+.3g} to {row.high:+.3g})"
                + (f" at {naming.format_factor_value(by, row.by)}" if by else "")
                for row in rows.itertuples()
            ]
            effect_texts.append(
                f"{naming.outcome_label(str(quantity))}{f' ({unit})' if unit else ''}"
                f" {', '.join(effects)}"
            )
        self.alt = (
            f"{factor} {naming.format_factor_value(factor, values[-1])} against"
            f" {naming.format_factor_value(factor, table['against'].iloc[0])}:"
            f" {'; '.join(effect_texts)}."
        )

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        for ax, quantity in zip(
            visible_axes(axes, len(self.quantities)), self.quantities, strict=True
        ):
            rows = self.table[self.table["quantity"] == quantity]
            if rows["effect"].isna().all():
                say_empty(ax, "no pair of worlds has a value")
            ax.axvline(0.0, color=GREY, linewidth=0.8)
            for group_number, group in enumerate(self.groups):
                group_rows = rows[rows["by"] == group] if self.by else rows
                positions = [
                    self.values.index(value)
                    + (group_number - (len(self.groups) - 1) / 2) * 0.75 / len(self.groups)
                    for value in group_rows["value"]
                ]
                if "numbers_low" in rows:
                    ax.hlines(
                        positions,
                        group_rows["numbers_low"],
                        group_rows["numbers_high"],
                        color=line_colour(CLAN_COLOURS[group_number % 10]),
                        alpha=0.25,
                        linewidth=4,
                    )
                ax.errorbar(
                    group_rows["effect"],
                    positions,
                    xerr=[
                        group_rows["effect"] - group_rows["low"],
                        group_rows["high"] - group_rows["effect"],
                    ],
                    color=line_colour(CLAN_COLOURS[group_number % 10]),
                    marker=MARKERS[group_number % 7],
                    linestyle="",
                    capsize=2.5,
                    markersize=5,
                    label=self.naming.format_factor_value(self.by, group) if self.by else None,
                )
            ax.xaxis.set_major_locator(MaxNLocator(5))
            ax.set_yticks(
                range(len(self.values)),
                [self.naming.format_factor_value(self.factor, value) for value in self.values],
            )
            ax.set_ylim(len(self.values) - 0.5, -0.5)
            ax.set_title(self.naming.outcome_label(quantity, 46))
            unit = self.naming.unit(quantity, difference=True)
            ax.set_xlabel(f"difference ({unit})" if unit else "difference")
            ax.set_ylabel(self.naming.factor_label(self.factor))
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        if self.by:
            add_legend_beside(first_axes(axes), title=self.by)
