"""Figures of sensitivity: tornado of single factors, and Morris screening."""

from typing import Any

import pandas as pd

from poruka.analysis.over_draws import BARS_IN_WORDS
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.label_placement import label_points
from poruka.figures.base.style import BLUE, GREY, NEAR_BLACK, ORANGE, QUIET_GREY, format_caption
from poruka.figures.experiments.panels import (
    add_legend_beside,
    first_axes,
    measured_quantities,
    panel_grid,
    visible_axes,
)
from poruka.utils.coverage import DesignCoverage

MAX_FACTORS = 12
"""Factors drawn in a panel; the others are in the table only."""


class TornadoFigure(Drawing):
    """Effect of each factor by itself, from its low to its high end."""

    def __init__(
        self, table: pd.DataFrame, naming: AxisNaming, worlds: int | DesignCoverage, seed: int
    ):
        self.table, self.naming = table, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.grid = (len(self.quantities), 1)
        rows = min(MAX_FACTORS, table["factor"].nunique())
        self.size = (8.9, (0.9 + 0.31 * rows) * len(self.quantities) + 0.9)
        self.title = "Effect of each factor by itself"
        self.caption = format_caption(
            "Bars from the outcome with all factors at their base (0) to each end of a factor, with"
            " 95 % intervals of the paired differences; pale where the swing is not significant;"
            f" the {MAX_FACTORS} widest at most."
            + (BARS_IN_WORDS if "numbers_low" in table else ""),
            worlds,
            seed,
        )
        widest = table[table["end"] == "high"].drop_duplicates("quantity")
        self.alt = " ".join(
            f"{naming.outcome_label(row.quantity)} responds most to {row.factor}, by"
            f" {row.swing:+.3g} from low to high."
            if row.clear
            else f"{naming.outcome_label(row.quantity)} responds to no factor significantly."
            for row in widest.itertuples()
        )

    def _draw(self, axes: Any) -> None:
        from matplotlib.patches import Patch

        for ax, quantity in zip(
            visible_axes(axes, len(self.quantities)), self.quantities, strict=True
        ):
            rows = self.table[self.table["quantity"] == quantity]
            names = list(dict.fromkeys(rows["factor"]))[:MAX_FACTORS]
            ax.axvline(0.0, color=NEAR_BLACK, linewidth=0.8)
            labels = []
            for position, name in enumerate(names):
                ends = rows[rows["factor"] == name].set_index("end")
                for end, y, colour, hatch in (
                    ("low", position - 0.18, ORANGE, "////"),
                    ("high", position + 0.18, BLUE, ""),
                ):
                    row = ends.loc[end]
                    ax.barh(
                        y,
                        row["effect"],
                        height=0.34,
                        color=colour,
                        hatch=hatch,
                        edgecolor="white",
                        alpha=1.0 if row["clear"] else 0.35,
                    )
                    if "numbers_low" in row:
                        reach = [row["numbers_low"], row["numbers_high"]]
                        ax.plot(reach, [y] * 2, color=GREY, alpha=0.45, linewidth=4)
                    ax.plot([row["low"], row["high"]], [y] * 2, color=NEAR_BLACK, linewidth=0.9)
                labels.append(
                    f"{name}  {self.naming.format_factor_value(name, ends.loc['low', 'at'])} –"
                    f" {self.naming.format_factor_value(name, ends.loc['high', 'at'])}"
                )
            ax.set_yticks(range(len(names)), labels)
            ax.set_ylim(len(names) - 0.4, -0.6)
            base = self.naming.format_value(quantity, float(rows["base"].iloc[0]))
            unit = self.naming.unit(quantity, difference=True)
            ax.set_title(f"{self.naming.outcome_label(quantity)}: {base} at the base")
            ax.set_xlabel(f"difference ({unit})" if unit else "difference")
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        add_legend_beside(
            first_axes(axes),
            [
                Patch(facecolor=ORANGE, hatch="////", edgecolor="white", label="at its low end"),
                Patch(facecolor=BLUE, edgecolor="white", label="at its high end"),
            ],
        )


class MorrisFigure(Drawing):
    """Morris screening: how strongly and how unevenly each parameter affects an outcome."""

    def __init__(
        self,
        table: pd.DataFrame,
        naming: AxisNaming,
        points: int,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.table, self.naming = table, naming
        self.quantities = [
            quantity
            for quantity in measured_quantities(table, ["rms", "sigma"])
            if not quantity.startswith("mean ") or len(set(table["quantity"])) <= 4
        ][:4]
        self.grid = panel_grid(len(self.quantities))
        self.factor_numbers = {
            name: number
            for number, name in enumerate(
                table.loc[
                    table["survives"] & table["quantity"].isin(self.quantities), "factor"
                ].drop_duplicates(),
                start=1,
            )
        }
        self.size = (4.4 * self.grid[1] + 2.0, 3.9 * self.grid[0] + 1.0)
        self.title = "Morris screening: how strongly and how unevenly each parameter acts"
        self.caption = format_caption(
            "Horizontal: size of the effect of a parameter's whole range (root mean square, without"
            " the luck of few worlds), with 95 % intervals; vertical: spread of the effects (σ),"
            " from interaction, curvature or luck. Filled: more than luck, with a false discovery"
            " rate of 5 % over all parameters and outcomes; grey tick: the mean size that luck"
            " alone would show. Dotted: σ = size.",
            worlds,
            seed,
            "own unit of each outcome",
            points=points,
        )
        self.alt = " ".join(self._describe(quantity) for quantity in self.quantities)

    def _describe(self, quantity: str) -> str:
        rows = self.table[(self.table["quantity"] == quantity) & self.table["survives"]]
        outcome = self.naming.outcome_label(quantity)
        if not len(rows):
            return f"No parameter's effect on {outcome} can be told from luck."
        top = rows.sort_values("rms", ascending=False, kind="stable").head(3)
        return f"{outcome} responds most to {', '.join(top['factor'])}."

    def _draw(self, axes: Any) -> None:
        from matplotlib.lines import Line2D

        for ax, quantity in zip(
            visible_axes(axes, len(self.quantities)), self.quantities, strict=True
        ):
            rows = self.table[self.table["quantity"] == quantity]
            # With one world there are no intervals.
            top = max(rows["rms"].max(), rows["rms_high"].fillna(0.0).max()) * 1.1 or 1.0
            height = rows["sigma"].max() * 1.15 or 1.0
            ax.plot(
                [0, max(top, height)],
                [0, max(top, height)],
                color=GREY,
                linestyle=":",
                linewidth=0.9,
            )
            ax.hlines(
                rows["sigma"],
                rows["rms_low"],
                rows["rms_high"],
                color=QUIET_GREY,
                linewidth=1.0,
                zorder=1,
            )
            for survives, face in ((True, BLUE), (False, "white")):
                marked = rows[rows["survives"] == survives]
                ax.plot(
                    marked["rms"],
                    marked["sigma"],
                    marker="o",
                    linestyle="",
                    markersize=5.5,
                    markerfacecolor=face,
                    markeredgecolor=BLUE,
                    zorder=3,
                )
            ax.plot(
                rows["by_chance"],
                [-0.02 * height] * len(rows),
                marker="|",
                color=GREY,
                linestyle="",
                markersize=6,
                clip_on=False,
            )
            ax.set_xlim(0, top)
            ax.set_ylim(-0.04 * height, height)
            survivors = rows[rows["survives"]]
            label_points(
                ax,
                survivors[["rms", "sigma"]].to_numpy(),
                [str(self.factor_numbers[name]) for name in survivors["factor"]],
                rows[["rms", "sigma"]].to_numpy(),
            )
            ax.set_title(self.naming.outcome_label(quantity, 46))
            ax.set_xlabel("size of effect")
            ax.set_ylabel("σ")
        handles = [
            Line2D([], [], marker="o", color=BLUE, linestyle="", label=f"{number} {name}")
            for name, number in self.factor_numbers.items()
        ]
        if handles:
            add_legend_beside(first_axes(axes), handles, "more than luck")
