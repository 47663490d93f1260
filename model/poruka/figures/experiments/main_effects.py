"""Figures of a design's worlds: outcomes along a factor, paired effects, and how means settle."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import (
    BLUE,
    CLAN_COLOURS,
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    format_caption,
)

MARKERS, LINE_STYLES = (
    ("o", "s", "^", "D", "v", "P", "X"),
    ("-", "--", "-.", ":", (0, (6, 2)), (0, (3, 1, 1, 1)), (0, (1, 1))),
)


def panel_grid(count: int, max_columns: int = 2) -> tuple[int, int]:
    """Return rows and columns for so many panels."""
    columns = min(count, max_columns)
    return -(-count // columns), columns


def visible_axes(axes: Any, count: int) -> list[Any]:
    """Return so many axes and hide the rest."""
    cells = list(np.atleast_1d(axes).flat)
    for ax in cells[count:]:
        ax.set_visible(False)
    return cells[:count]


def first_axes(axes: Any) -> Any:
    """Return the first of several axes."""
    return np.atleast_1d(axes).flat[0]


def add_side_legend(ax: Any, title: str = "") -> None:
    """Name the lines of the first panel beside the figure; inside it, where the figure is not ours
    alone.
    """
    handles, labels = ax.get_legend_handles_labels()
    figure = ax.get_figure(root=True)
    if figure.get_layout_engine() is not None:
        figure.legend(handles, labels, title=title or None, loc="outside right upper")
    else:
        ax.legend(handles, labels, title=title or None)


class CurveFigure(Drawing):
    """Outcomes along a factor, with 95 % intervals; one line for each value of another.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`poruka.analysis.sensitivity.main_effects.compute_response_curve` makes it.
    x, lines : str
        The factors.
    naming : Naming
    worlds, seed : int
    """

    def __init__(
        self,
        table: pd.DataFrame,
        x: str,
        line_factor: str,
        naming: AxisNaming,
        worlds: int,
        seed: int,
    ):
        self.table, self.x, self.line_factor, self.naming = table, x, line_factor, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.grid = panel_grid(len(self.quantities))
        self.size = (4.2 * self.grid[1] + (1.8 if line_factor else 0.4), 3.0 * self.grid[0] + 0.9)
        self.title = f"Outcomes along “{x}”" + (f", by “{line_factor}”" if line_factor else "")
        late = (
            " A date that never came counts as the end of the run."
            if any(naming.is_date(text) for text in self.quantities)
            else ""
        )
        self.caption = format_caption(
            "Means over the worlds of each point with 95 % intervals; all points share their"
            f" chance.{late}",
            worlds,
            seed,
        )
        start, end = (naming.format_factor_value(x, table["x"].iloc[place]) for place in (0, -1))
        ends = table.groupby(["quantity", "line"], sort=False).agg(
            first=("mean", "first"), last=("mean", "last")
        )
        said = [
            f"{naming.outcome_label(text)}"
            + (f" ({naming.format_factor_value(line_factor, line)})" if line_factor else "")
            + f" {naming.format_value(text, one['first'])} to"
            f" {naming.format_value(text, one['last'])}"
            for (text, line), one in ends.iterrows()
        ]
        self.alt = f"From {start} to {end} of {x}: {'; '.join(said)}."

    def _draw(self, axes: Any) -> None:
        numeric = pd.api.types.is_numeric_dtype(self.table["x"])
        order = list(dict.fromkeys(self.table["x"]))
        # Nothing lies between two levels, so no line joins them; they stand side by side instead.
        apart = 0.012 if numeric else 0.1 / max(1, len(order) - 1)
        for ax, text in zip(visible_axes(axes, len(self.quantities)), self.quantities, strict=True):
            groups = self.table[self.table["quantity"] == text].groupby("line", sort=False)
            for place, (line, rows) in enumerate(groups):
                at = (
                    rows["x"].astype(float)
                    if numeric
                    else pd.Series(
                        [order.index(one) for one in rows["x"]], index=rows.index
                    ).astype(float)
                )
                nudge = (place - (len(groups) - 1) / 2) * (apart * float(np.ptp(at) or 1.0))
                ax.errorbar(
                    at + nudge,
                    rows["mean"],
                    yerr=[rows["mean"] - rows["low"], rows["high"] - rows["mean"]],
                    color=CLAN_COLOURS[place % 10],
                    marker=MARKERS[place % 7],
                    linestyle=LINE_STYLES[place % 7] if numeric else "",
                    capsize=2.5,
                    markersize=5,
                    label=self.naming.format_factor_value(self.line_factor, line),
                )
            ax.set_title(self.naming.outcome_label(text, 46))
            ax.set_ylabel(self.naming.unit(text))
            ax.set_xlabel(self.naming.factor_label(self.x))
            self.naming.format_quantity_axis(ax.yaxis, text)
            if numeric:
                self.naming.format_factor_axis(ax.xaxis, self.x)
            else:
                wide = max(5, 44 // len(order))
                told = [textwrap.fill(str(one), wide, break_long_words=False) for one in order]
                long = max(len(line) for one in told for line in one.splitlines()) > wide + 2
                ax.set_xticks(
                    range(len(order)),
                    told,
                    rotation=30 if long else 0,
                    ha="right" if long else "center",
                )
        if self.line_factor:
            add_side_legend(first_axes(axes), self.line_factor)


class EffectsFigure(Drawing):
    """What each value of a factor does against one of them, pair by pair of worlds; by another
    factor where that was asked for.
    """

    def __init__(
        self, table: pd.DataFrame, factor: str, by: str, naming: AxisNaming, worlds: int, seed: int
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
            "Mean paired differences between worlds of the same chance, with 95 % intervals.",
            worlds,
            seed,
        )
        last = table[table["value"] == values[-1]]
        said = []
        for text, rows in last.groupby("quantity", sort=False):
            unit = naming.unit(str(text), difference=True)
            each_of = [
                f"{row.effect:+.3g} ({row.low:+.3g} to {row.high:+.3g})"
                + (f" at {naming.format_factor_value(by, row.by)}" if by else "")
                for row in rows.itertuples()
            ]
            said.append(
                f"{naming.outcome_label(str(text))}{f' ({unit})' if unit else ''}"
                f" {', '.join(each_of)}"
            )
        self.alt = (
            f"{factor} {naming.format_factor_value(factor, values[-1])} against"
            f" {naming.format_factor_value(factor, table['against'].iloc[0])}: {'; '.join(said)}."
        )

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        for ax, text in zip(visible_axes(axes, len(self.quantities)), self.quantities, strict=True):
            rows = self.table[self.table["quantity"] == text]
            ax.axvline(0.0, color=GREY, linewidth=0.8)
            for place, group in enumerate(self.groups):
                some = rows[rows["by"] == group] if self.by else rows
                height = [
                    self.values.index(one)
                    + (place - (len(self.groups) - 1) / 2) * 0.75 / len(self.groups)
                    for one in some["value"]
                ]
                ax.errorbar(
                    some["effect"],
                    height,
                    xerr=[some["effect"] - some["low"], some["high"] - some["effect"]],
                    color=CLAN_COLOURS[place % 10],
                    marker=MARKERS[place % 7],
                    linestyle="",
                    capsize=2.5,
                    markersize=5,
                    label=self.naming.format_factor_value(self.by, group) if self.by else None,
                )
            ax.xaxis.set_major_locator(MaxNLocator(5))
            ax.set_yticks(
                range(len(self.values)),
                [self.naming.format_factor_value(self.factor, one) for one in self.values],
            )
            ax.set_ylim(len(self.values) - 0.5, -0.5)
            ax.set_title(self.naming.outcome_label(text, 46))
            ax.set_xlabel(
                " ".join(
                    filter(
                        None,
                        (
                            "difference",
                            (
                                f"({self.naming.unit(text, difference=True)})"
                                if self.naming.unit(text, difference=True)
                                else ""
                            ),
                        ),
                    )
                )
            )
            ax.set_ylabel(self.naming.factor_label(self.factor))
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        if self.by:
            add_side_legend(first_axes(axes), self.by)


class ConvergenceFigure(Drawing):
    """How the mean of an outcome settles as worlds are added, and from where its variation is
    stable.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        stable_from: pd.Series,
        quantity: str,
        half_width: float | None,
        naming: AxisNaming,
        seed: int,
    ):
        self.table, self.stable_from, self.quantity, self.half_width, self.naming = (
            table,
            stable_from,
            quantity,
            half_width,
            naming,
        )
        self.grid, self.size = (1, 3), (9.6, 3.6)
        worlds = int(table["worlds"].max())
        self.title = f"How the mean settles as worlds are added: {naming.outcome_label(quantity)}"
        self.caption = format_caption(
            "Each line a point of the design (the first, bold, with its 95 % interval). Left: mean"
            " so far; middle: half of the 95 % interval"
            + (", with the precision asked for" if half_width else "")
            + ", what is wider with fewer than ten worlds cut off above; right: standard deviation"
            " over mean, with a mark where it stays within 5 % of its last value for the last"
            " third of the worlds or longer.",
            worlds,
            seed,
            points=table["point"].nunique(),
        )
        last = table.groupby("point").last()
        self.alt = (
            f"After {worlds} worlds the widest half-interval is {last['half_width'].max():.3g}"
            + (f" (asked for: {half_width:g})" if half_width else "")
            + f"; {self._describe_stability()}."
        )

    def _describe_stability(self) -> str:
        """Say from where the variation is stable, and at how many points it is not yet."""
        unsettled = int(self.stable_from.isna().sum())
        if unsettled == len(self.stable_from):
            return "the variation is not yet stable" + (" at any point" if unsettled > 1 else "")
        rest = f"; not yet at {unsettled} of {len(self.stable_from)} points" if unsettled else ""
        return (
            f"the variation is stable from {int(self.stable_from.max())} worlds"
            f" on{'' if unsettled else ' at every point'}{rest}"
        )

    def _draw(self, axes: Any) -> None:
        left, middle, right = axes
        for point, rows in self.table.groupby("point"):
            first = point == 0
            look = {
                "color": BLUE if first else GREY,
                "linewidth": 1.8 if first else 0.7,
                "zorder": 3 if first else 2,
            }
            left.plot(rows["worlds"], rows["mean"], **look)
            middle.plot(rows["worlds"], rows["half_width"], **look)
            right.plot(rows["worlds"], rows["variation"], **look)
            if first:
                left.fill_between(
                    rows["worlds"],
                    rows["mean"] - rows["half_width"],
                    rows["mean"] + rows["half_width"],
                    color=LIGHT_GREY,
                    zorder=1,
                )
            at = rows[rows["worlds"] == self.stable_from[point]]
            right.plot(
                at["worlds"],
                at["variation"],
                marker="o",
                markersize=5 if first else 3,
                color=look["color"],
                zorder=4,
            )
        if self.half_width:
            middle.axhline(self.half_width, color=NEAR_BLACK, linestyle="--", linewidth=1.0)
        limit = self.table.loc[self.table["worlds"] >= 10, "half_width"].max()
        if limit == limit and limit > 0.0:
            middle.set_ylim(0.0, 1.15 * max(limit, self.half_width or 0.0))
        self.naming.format_quantity_axis(left.yaxis, self.quantity)
        from matplotlib.ticker import MaxNLocator

        units = (
            self.naming.unit(self.quantity),
            self.naming.unit(self.quantity, difference=True),
            "standard deviation over mean",
        )
        for ax, title, unit in zip(
            axes,
            ("mean", "half of the 95 % interval", "coefficient of variation"),
            units,
            strict=True,
        ):
            ax.set_title(title)
            ax.set_ylabel(unit)
            ax.set_xlabel("worlds")
            ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
