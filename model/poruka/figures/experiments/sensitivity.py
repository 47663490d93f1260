"""Figures of what matters: tornado, Morris, Sobol at once and over the years, and where the
variance comes from.
"""

from typing import Any

import pandas as pd

from poruka.analysis.sensitivity.variance_components import VARIANCE_SOURCES
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.label_placement import label_points
from poruka.figures.base.style import (
    BLUE,
    GREEN,
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    ORANGE,
    SKY,
    format_caption,
)
from poruka.figures.experiments.main_effects import first_axes, panel_grid, visible_axes
from poruka.utils.labels import format_label

MAX_FACTORS = 12
"""Factors of a panel; the rest stand in the table only."""
MIN_VARIANCE_SHARE = 0.02
"""Share of an index's largest yearly variance below which a year counts as one in which it does not
vary.
"""


class TornadoFigure(Drawing):
    """What each factor does by itself, from its low to its high end."""

    def __init__(self, table: pd.DataFrame, naming: AxisNaming, worlds: int, seed: int):
        self.table, self.naming = table, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.grid = (len(self.quantities), 1)
        rows = min(MAX_FACTORS, table["factor"].nunique())
        self.size = (7.5, (0.9 + 0.31 * rows) * len(self.quantities) + 0.9)
        self.title = "What each factor does by itself"
        self.caption = format_caption(
            "Bars from the outcome where nothing is moved (0) to each end of a factor, with 95 %"
            " intervals of the paired differences; pale where the swing may be chance; the"
            f" {MAX_FACTORS} widest at most.",
            worlds,
            seed,
        )
        wide = table[table["end"] == "high"].drop_duplicates("quantity")
        self.alt = " ".join(
            f"{naming.outcome_label(row.quantity)} moves most with {row.factor}, by"
            f" {row.swing:+.3g} from low to high."
            for row in wide.itertuples()
        )

    def _draw(self, axes: Any) -> None:
        for ax, text in zip(visible_axes(axes, len(self.quantities)), self.quantities, strict=True):
            rows = self.table[self.table["quantity"] == text]
            names = list(dict.fromkeys(rows["factor"]))[:MAX_FACTORS]
            ax.axvline(0.0, color=NEAR_BLACK, linewidth=0.8)
            labels = []
            for place, name in enumerate(names):
                ends = rows[rows["factor"] == name].set_index("end")
                for end, at, colour, hatch in (
                    ("low", place - 0.18, ORANGE, "////"),
                    ("high", place + 0.18, BLUE, ""),
                ):
                    one = ends.loc[end]
                    ax.barh(
                        at,
                        one["effect"],
                        height=0.34,
                        color=colour,
                        hatch=hatch,
                        edgecolor="white",
                        alpha=1.0 if one["clear"] else 0.35,
                    )
                    ax.plot([one["low"], one["high"]], [at] * 2, color=NEAR_BLACK, linewidth=0.9)
                labels.append(
                    f"{name}  {self.naming.format_factor_value(name, ends.loc['low', 'at'])} –"
                    f" {self.naming.format_factor_value(name, ends.loc['high', 'at'])}"
                )
            ax.set_yticks(range(len(names)), labels)
            ax.set_ylim(len(names) - 0.4, -0.6)
            base = self.naming.format_value(text, float(rows["base"].iloc[0]))
            unit = self.naming.unit(text, difference=True)
            ax.set_title(f"{self.naming.outcome_label(text)}: {base} where nothing is moved")
            ax.set_xlabel(f"difference ({unit})" if unit else "difference")
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        from matplotlib.patches import Patch

        first_axes(axes).legend(
            handles=[
                Patch(facecolor=ORANGE, hatch="////", edgecolor="white", label="at its low end"),
                Patch(facecolor=BLUE, edgecolor="white", label="at its high end"),
            ],
            loc="best",
        )


class MorrisFigure(Drawing):
    """Morris screening: how much a number moves an outcome, and how unevenly."""

    def __init__(
        self, table: pd.DataFrame, naming: AxisNaming, points: int, worlds: int, seed: int
    ):
        self.table, self.naming = table, naming
        self.quantities = [
            text
            for text in dict.fromkeys(table["quantity"])
            if not text.startswith("mean ") or len(set(table["quantity"])) <= 4
        ][:4]
        self.grid = panel_grid(len(self.quantities))
        self.factor_numbers = {
            name: place
            for place, name in enumerate(
                table.loc[table["survives"], "factor"].drop_duplicates(), start=1
            )
        }
        self.size = (4.4 * self.grid[1] + 2.0, 3.9 * self.grid[0] + 1.0)
        self.title = "Morris screening: how strongly and how unevenly each number acts"
        self.caption = format_caption(
            "Across: mean size of the effect of a number's whole range (μ*), with 95 % intervals;"
            " up: spread of the effects (σ), from interaction or curvature. Filled: goes on; grey"
            " tick: what chance alone would show. Dotted: σ = μ*.",
            worlds,
            seed,
            "own unit of each outcome",
            points=points,
        )
        top = (
            table[table["quantity"].isin(self.quantities)]
            .sort_values("mu_star", ascending=False)
            .groupby("quantity", sort=False)
            .head(3)
        )
        self.alt = " ".join(
            f"{naming.outcome_label(text)} is moved most by {', '.join(rows['factor'])}."
            for text, rows in top.groupby("quantity", sort=False)
        )

    def _draw(self, axes: Any) -> None:
        for ax, text in zip(visible_axes(axes, len(self.quantities)), self.quantities, strict=True):
            rows = self.table[self.table["quantity"] == text]
            top, height = rows["mu_star_high"].max() * 1.1 or 1.0, rows["sigma"].max() * 1.15 or 1.0
            ax.plot(
                [0, max(top, height)],
                [0, max(top, height)],
                color=GREY,
                linestyle=":",
                linewidth=0.9,
            )
            ax.hlines(
                rows["sigma"],
                rows["mu_star_low"],
                rows["mu_star_high"],
                color=LIGHT_GREY,
                linewidth=1.2,
                zorder=1,
            )
            for survives, face in ((True, BLUE), (False, "white")):
                some = rows[rows["survives"] == survives]
                ax.plot(
                    some["mu_star"],
                    some["sigma"],
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
            some = rows[rows["survives"]]
            label_points(
                ax,
                some[["mu_star", "sigma"]].to_numpy(),
                [str(self.factor_numbers[name]) for name in some["factor"]],
                rows[["mu_star", "sigma"]].to_numpy(),
            )
            ax.set_title(self.naming.outcome_label(text, 46))
            ax.set_xlabel("μ*")
            ax.set_ylabel("σ")
        from matplotlib.lines import Line2D

        handles = [
            Line2D([], [], marker="o", color=BLUE, linestyle="", label=f"{place} {name}")
            for name, place in self.factor_numbers.items()
        ]
        figure = first_axes(axes).get_figure(root=True)
        if handles and figure.get_layout_engine() is not None:
            figure.legend(handles=handles, loc="outside right upper", title="goes on")


class SobolFigure(Drawing):
    """Sobol indices: the share of an outcome's variance each number explains, by itself and with
    the others.
    """

    def __init__(
        self, table: pd.DataFrame, naming: AxisNaming, points: int, worlds: int, seed: int
    ):
        self.table, self.naming = table, naming
        texts = list(dict.fromkeys(table["quantity"]))
        self.quantities = [
            text for text in texts if not text.startswith("mean ") or len(texts) <= 4
        ][:4]
        self.grid = panel_grid(len(self.quantities))
        count = table["factor"].nunique()
        self.size = (4.8 * self.grid[1] + 0.3, (0.9 + 0.42 * count) * self.grid[0] + 1.2)
        self.title = "Sobol indices: which numbers an outcome's variance comes from"
        self.caption = format_caption(
            "Solid: by itself (first order); hatched: with all its interactions (total); 95 %"
            " intervals from resampled points and worlds. Shares of the variance of the expected"
            " outcome.",
            worlds,
            seed,
            points=points,
        )
        top = table.sort_values("ST", ascending=False).drop_duplicates("quantity")
        self.alt = " ".join(
            f"{naming.outcome_label(row.quantity)}: most from {row.factor}, total index"
            f" {row.ST:.2f} ({row.ST_low:.2f} to {row.ST_high:.2f})."
            for row in top.itertuples()
            if row.quantity in self.quantities
        )

    def _draw(self, axes: Any) -> None:
        for ax, text in zip(visible_axes(axes, len(self.quantities)), self.quantities, strict=True):
            rows = self.table[self.table["quantity"] == text].sort_values("ST", ascending=False)
            for offset, name, colour, hatch in ((-0.19, "S1", BLUE, ""), (0.19, "ST", SKY, "////")):
                at = [place + offset for place in range(len(rows))]
                ax.barh(
                    at,
                    rows[name].clip(lower=0.0),
                    height=0.36,
                    color=colour,
                    hatch=hatch,
                    edgecolor="white",
                    label="first order" if name == "S1" else "total",
                )
                ax.hlines(
                    at,
                    rows[f"{name}_low"].clip(lower=-0.1),
                    rows[f"{name}_high"],
                    color=NEAR_BLACK,
                    linewidth=1.0,
                )
            ax.set_yticks(range(len(rows)), rows["factor"])
            ax.set_ylim(len(rows) - 0.5, -0.5)
            ax.set_xlim(-0.1, max(1.0, rows["ST_high"].max() * 1.02))
            ax.axvline(0.0, color=GREY, linewidth=0.8)
            ax.set_title(
                f"{self.naming.outcome_label(text, 44)} ({rows['noise'].iloc[0]:.0%} noise of few"
                " worlds taken out)",
                fontsize=8.5,
            )
            ax.set_xlabel("share of variance")
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        first_axes(axes).legend(loc="lower right")


class YearlySensitivityFigure(Drawing):
    """Total Sobol indices, or Morris effects, of an index year by year: what matters when."""

    def __init__(
        self,
        table: pd.DataFrame,
        index: str,
        naming: AxisNaming,
        points: int,
        worlds: int,
        seed: int,
    ):
        column = "ST" if "ST" in table else "mu_star"
        rows = table[table["quantity"].str.startswith(f"mean {index} ")].copy()
        rows["year"] = rows["quantity"].str.extract(r"(\d{4})-\d{2}\.\.", expand=False).astype(int)
        self.table, self.index, self.column = rows, index, column
        what = "total Sobol index" if column == "ST" else "size of effect (μ*)"
        self.title = f"What moves {format_label(index)}, year by year"
        if column == "ST":  # where hardly anything varies there is nothing to share out
            rows = rows[rows["variance"] >= MIN_VARIANCE_SHARE * rows["variance"].max()]
            self.table = rows
        flat = (
            " Years in which the index hardly varies are left out; more than 1 is noise."
            if column == "ST"
            else ""
        )
        mean = rows.groupby("factor")[column].mean().sort_values(ascending=False)
        self.factors = list(mean.index[:8])
        self.grid, self.subplot_options = (
            panel_grid(len(self.factors), 4),
            {"sharex": True, "sharey": True},
        )
        self.size = (max(2.5 * self.grid[1], 5.0), 2.0 * self.grid[0] + 1.0)
        self.caption = format_caption(
            f"{what[0].upper() + what[1:]} by year, with its 95 % band; a panel for each of the"
            f" {len(self.factors)} largest numbers, the others grey behind it.{flat}",
            worlds,
            seed,
            points=points,
        )
        leads = rows.loc[rows.groupby("year")[column].idxmax()]
        spell = (leads["factor"] != leads["factor"].shift()).cumsum()
        said = [
            f"{some['factor'].iloc[0]} {some['year'].min()}-{some['year'].max()}"
            for _, some in leads.groupby(spell)
        ]
        self.alt = f"The largest {what} on {format_label(index)}: {'; '.join(said)}."

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        lines = {
            name: self.table[self.table["factor"] == name].sort_values("year")
            for name in self.factors
        }
        cells = visible_axes(axes, len(self.factors))
        for ax, (name, rows) in zip(cells, lines.items(), strict=True):
            for other in lines.values():
                ax.plot(
                    other["year"], other[self.column], color=LIGHT_GREY, linewidth=0.9, zorder=1
                )
            ax.fill_between(
                rows["year"],
                rows[f"{self.column}_low"],
                rows[f"{self.column}_high"],
                color=SKY,
                alpha=0.4,
                linewidth=0,
                zorder=2,
            )
            ax.plot(rows["year"], rows[self.column], color=BLUE, marker="o", markersize=3, zorder=3)
            ax.set_title(name, fontsize=9)
            ax.set_ylim(
                0.0, max(1.1, 1.05 * self.table[self.column].max()) if self.column == "ST" else None
            )
            ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        for ax in cells[:: self.grid[1]]:
            ax.set_ylabel("share of variance" if self.column == "ST" else "effect")


class VarianceComponentsFigure(Drawing):
    """Where the variance of one world's outcome comes from."""

    PART_STYLES = dict(
        zip(
            VARIANCE_SOURCES,
            ((BLUE, ""), (ORANGE, "////"), (GREEN, "...."), (LIGHT_GREY, "")),
            strict=True,
        )
    )

    def __init__(
        self, table: pd.DataFrame, naming: AxisNaming, points: int, worlds: int, seed: int
    ):
        self.table, self.naming = table, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.size = (7.5, 1.5 + 0.5 * len(self.quantities))
        self.title = "How much is chance, how much the numbers, how much the rules"
        self.caption = format_caption(
            "Shares of the variance of one world's outcome; intervals are in the table.",
            worlds,
            seed,
            points=points,
        )
        self.alt = " ".join(
            f"{naming.outcome_label(row.quantity)}: {row.part} {row.share:.0%} ({row.low:.0%} to"
            f" {row.high:.0%})."
            for row in table.itertuples()
        )

    def _draw(self, ax: Any) -> None:
        for place, text in enumerate(self.quantities):
            left, rows = 0.0, self.table[self.table["quantity"] == text].set_index("part")
            for part, (colour, hatch) in self.PART_STYLES.items():
                if part in rows.index:
                    share = float(rows.loc[part, "share"])
                    ax.barh(
                        place,
                        share,
                        left=left,
                        height=0.62,
                        color=colour,
                        hatch=hatch,
                        edgecolor="white",
                        label=part if place == 0 else None,
                    )
                    if share >= 0.06:
                        ax.text(
                            left + share / 2,
                            place,
                            f"{share:.0%}",
                            ha="center",
                            va="center",
                            fontsize=8,
                            bbox={
                                "boxstyle": "round,pad=0.12",
                                "facecolor": "white",
                                "edgecolor": "none",
                                "alpha": 0.85,
                            },
                        )
                    left += share
        ax.set_yticks(
            range(len(self.quantities)),
            [self.naming.outcome_label(text, 34) for text in self.quantities],
        )
        ax.set_ylim(len(self.quantities) - 0.5, -0.5)
        ax.set_xlim(0.0, 1.0)
        ax.set_xlabel("share of variance")
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
