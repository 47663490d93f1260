"""Figures of variance-based sensitivity: Sobol indices, and sensitivity year by year."""

from typing import Any

import pandas as pd

from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.contrast import draw_band
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, NEAR_BLACK, QUIET_GREY, SKY, format_caption
from poruka.figures.experiments.panels import (
    add_legend_beside,
    first_axes,
    measured_quantities,
    panel_grid,
    visible_axes,
)
from poruka.utils.coverage import DesignCoverage
from poruka.utils.labels import format_label

MIN_VARIANCE_SHARE = 0.02
"""Share of the largest yearly variance of an index below which a year is left out."""

_WIDEST = 1.1
"""Right end of the axis of shares; an interval that goes on is cut there."""


class SobolFigure(Drawing):
    """Sobol indices: share of an outcome's variance that each parameter explains.

    First-order indices count a parameter by itself, total indices with all its interactions.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        naming: AxisNaming,
        points: int,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.table, self.naming = table, naming
        quantities = list(dict.fromkeys(table["quantity"]))
        self.quantities = [
            quantity
            for quantity in measured_quantities(table, ["ST"])
            if not quantity.startswith("mean ") or len(quantities) <= 4
        ][:4]
        self.grid = panel_grid(len(self.quantities))
        count = table["factor"].nunique()
        self.size = (4.8 * self.grid[1] + 1.3, (0.9 + 0.42 * count) * self.grid[0] + 1.2)
        self.title = "Sobol indices: which parameters an outcome's variance comes from"
        self.caption = format_caption(
            "Solid: by itself (first order); hatched: with all its interactions (total); 95 %"
            " intervals from resampled points and worlds"
            + (", approximate with so few base points" if table["approximate"].any() else "")
            + ". Shares of the variance of the expected outcome.",
            worlds,
            seed,
            points=points,
        )
        top = table.sort_values("ST", ascending=False).drop_duplicates("quantity")
        self.alt = " ".join(
            f"{naming.outcome_label(row.quantity)}: most from {row.factor}, total index"
            f" {row.ST:.2f} ({row.ST_low:.2f} to {row.ST_high:.2f})."
            if row.ST_low > 0.0
            else f"{naming.outcome_label(row.quantity)}: no total index differs from 0."
            for row in top.itertuples()
            if row.quantity in self.quantities
        )

    def _draw(self, axes: Any) -> None:
        for ax, quantity in zip(
            visible_axes(axes, len(self.quantities)), self.quantities, strict=True
        ):
            rows = self.table[self.table["quantity"] == quantity].sort_values("ST", ascending=False)
            for offset, name, colour, hatch in ((-0.19, "S1", BLUE, ""), (0.19, "ST", SKY, "////")):
                positions = [row_number + offset for row_number in range(len(rows))]
                ax.barh(
                    positions,
                    rows[name].clip(lower=0.0, upper=_WIDEST),
                    height=0.36,
                    color=colour,
                    hatch=hatch,
                    edgecolor="white",
                    label="first order" if name == "S1" else "total",
                )
                ax.hlines(
                    positions,
                    rows[f"{name}_low"].clip(lower=-0.1),
                    rows[f"{name}_high"].clip(upper=_WIDEST),
                    color=NEAR_BLACK,
                    linewidth=1.0,
                )
                for position, value in zip(positions, rows[name], strict=True):
                    if value > 1.0:  # noise: no share of variance is more than all of it
                        text = {"ha": "right", "va": "center", "fontsize": 6.5}
                        ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
                        ax.text(1.0, position, f"{value:.0%}, noise", **text, bbox=ground)
            ax.set_yticks(range(len(rows)), rows["factor"])
            ax.set_ylim(len(rows) - 0.5, -0.5)
            ax.set_xlim(-0.1, _WIDEST)
            ax.axvline(0.0, color=GREY, linewidth=0.8)
            ax.set_title(
                f"{self.naming.outcome_label(quantity, 44)} ({rows['noise'].iloc[0]:.0%} sampling"
                " noise removed)",
                fontsize=8.5,
            )
            ax.set_xlabel("share of variance")
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        add_legend_beside(first_axes(axes))


class YearlySensitivityFigure(Drawing):
    """Total Sobol indices, or Morris effects, of a monthly index year by year."""

    def __init__(
        self,
        table: pd.DataFrame,
        index: str,
        naming: AxisNaming,
        points: int,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        column = "ST" if "ST" in table else "rms"
        rows = table[table["quantity"].str.startswith(f"mean {index} ")].copy()
        rows["year"] = rows["quantity"].str.extract(r"(\d{4})-\d{2}\.\.", expand=False).astype(int)
        self.table, self.index, self.column = rows, index, column
        measure = "total Sobol index" if column == "ST" else "size of effect (root mean square)"
        self.title = f"Which parameters drive {format_label(index, 'index')}, year by year"
        if column == "ST":  # years with hardly any variance have no meaningful shares
            rows = rows[rows["variance"] >= MIN_VARIANCE_SHARE * rows["variance"].max()]
            self.table = rows
        variance_note = (
            " Years in which the index hardly varies are left out; more than 1 is noise."
            if column == "ST"
            else ""
        )
        rows = self.table = rows[rows[column].notna()]
        if not len(rows):
            raise NothingToDraw(
                f"no year of {format_label(index, 'index')} has worlds at every point, or varies"
            )
        mean = rows.groupby("factor")[column].mean().sort_values(ascending=False)
        self.factors = list(mean.index[:8])
        self.grid, self.subplot_options = (
            panel_grid(len(self.factors), 4),
            {"sharex": True, "sharey": True},
        )
        self.size = (max(2.5 * self.grid[1], 5.0), 2.0 * self.grid[0] + 1.0)
        self.caption = format_caption(
            f"{measure[0].upper() + measure[1:]} by year, with its 95 % band; a panel for each of"
            f" the {len(self.factors)} largest parameters, the others in grey.{variance_note}",
            worlds,
            seed,
            points=points,
        )
        leads = rows.loc[rows.groupby("year")[column].idxmax()]
        period = (leads["factor"] != leads["factor"].shift()).cumsum()
        leads_by_period = [
            f"{rows['factor'].iloc[0]} {rows['year'].min()}-{rows['year'].max()}"
            for _, rows in leads.groupby(period)
        ]
        self.alt = (
            f"The largest {measure} on {format_label(index, 'index')}:"
            f" {'; '.join(leads_by_period)}."
        )

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        lines = {
            name: self.table[self.table["factor"] == name].sort_values("year")
            for name in self.factors
        }
        cells = visible_axes(axes, len(self.factors))
        for ax, (name, rows) in zip(cells, lines.items(), strict=True):
            for line in lines.values():
                ax.plot(line["year"], line[self.column], color=QUIET_GREY, linewidth=0.6, zorder=1)
            low, high = rows[f"{self.column}_low"], rows[f"{self.column}_high"]
            draw_band(ax, rows["year"], low, high, SKY, alpha=0.4, zorder=2)
            ax.plot(rows["year"], rows[self.column], color=BLUE, marker="o", markersize=3, zorder=3)
            ax.set_title(name, fontsize=9)
            ax.set_ylim(
                0.0, max(1.1, 1.05 * self.table[self.column].max()) if self.column == "ST" else None
            )
            ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        for ax in cells[:: self.grid[1]]:
            ax.set_ylabel("share of variance" if self.column == "ST" else "effect")
