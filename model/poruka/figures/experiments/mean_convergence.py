"""Convergence of the mean of an outcome as worlds are added."""

from typing import Any

import pandas as pd

from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.contrast import draw_band
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, format_caption
from poruka.utils.coverage import DesignCoverage


class ConvergenceFigure(Drawing):
    """How the mean of an outcome converges, and from how many worlds its variation is stable."""

    def __init__(
        self,
        table: pd.DataFrame,
        stable_from: pd.Series,
        quantity: str,
        half_width: float | None,
        naming: AxisNaming,
        seed: int,
        coverage: DesignCoverage | None = None,
    ):
        self.table, self.stable_from, self.quantity, self.half_width, self.naming = (
            table,
            stable_from,
            quantity,
            half_width,
            naming,
        )
        self.grid, self.size = (1, 3), (9.6, 3.6)
        if not len(table):
            raise NothingToDraw("fewer than two worlds of each point show no convergence")
        worlds = int(table["worlds"].max())
        self.title = (
            f"Convergence of the mean as worlds are added: {naming.outcome_label(quantity)}"
        )
        self.caption = format_caption(
            "Each line a point of the design (the first, bold, with its 95 % interval). Left: mean"
            " so far; middle: half of the 95 % interval"
            + (", with the required precision" if half_width else "")
            + "; wider intervals of fewer than ten worlds are cut off; right: standard deviation"
            " over mean, with a marker where it stays within 5 % of its last value for the last"
            " third of the worlds or longer.",
            coverage or DesignCoverage(table["point"].nunique(), worlds),
            seed,
        )
        last = table.groupby("point").last()
        self.alt = (
            f"After {worlds} worlds the widest half-interval is {last['half_width'].max():.3g}"
            + (f" (required: {half_width:g})" if half_width else "")
            + f"; {self._describe_stability()}."
        )

    def _describe_stability(self) -> str:
        """Return from how many worlds the variation is stable, and at how many points it is not."""
        unstable_count = int(self.stable_from.isna().sum())
        if unstable_count == len(self.stable_from):
            return "the variation is not yet stable" + (
                " at any point" if unstable_count > 1 else ""
            )
        unstable_note = (
            f"; not yet at {unstable_count} of {len(self.stable_from)} points"
            if unstable_count
            else ""
        )
        return (
            f"the variation is stable from {int(self.stable_from.max())} worlds"
            f" on{'' if unstable_count else ' stable_row every point'}{unstable_note}"
        )

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        left, middle, right = axes
        for point, rows in self.table.groupby("point"):
            is_first = point == 0
            style = {
                "color": BLUE if is_first else GREY,
                "linewidth": 1.8 if is_first else 0.7,
                "zorder": 3 if is_first else 2,
            }
            left.plot(rows["worlds"], rows["mean"], **style)
            middle.plot(rows["worlds"], rows["half_width"], **style)
            right.plot(rows["worlds"], rows["variation"], **style)
            if is_first:
                low, high = (rows["mean"] + sign * rows["half_width"] for sign in (-1, 1))
                draw_band(left, rows["worlds"], low, high, LIGHT_GREY, zorder=1)
            stable_row = rows[rows["worlds"] == self.stable_from[point]]
            right.plot(
                stable_row["worlds"],
                stable_row["variation"],
                marker="o",
                markersize=5 if is_first else 3,
                color=style["color"],
                zorder=4,
            )
        if self.half_width:
            middle.axhline(self.half_width, color=NEAR_BLACK, linestyle="--", linewidth=1.0)
        limit = self.table.loc[self.table["worlds"] >= 10, "half_width"].max()
        if limit == limit and limit > 0.0:
            middle.set_ylim(0.0, 1.15 * max(limit, self.half_width or 0.0))
        self.naming.format_quantity_axis(left.yaxis, self.quantity)
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
