"""Figures of scenario discovery: the boxes of PRIM and the classification tree of CART."""

from typing import Any

import numpy as np

from poruka.analysis.discovery.decision_tree import TreeResult
from poruka.analysis.discovery.scenario_discovery import PrimResult
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.contrast import text_colour
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    ORANGE,
    format_caption,
    sequential_colormap,
)
from poruka.utils.coverage import DesignCoverage


class PrimFigure(Drawing):
    """Coverage against density along a PRIM peeling, and the conditions of the chosen box."""

    def __init__(
        self,
        result: PrimResult,
        naming: AxisNaming,
        points: int,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.result, self.naming, self.table = result, naming, result.tradeoff
        self.grid, self.size = (1, 2), (9.6, 4.4)
        self.title = f"Under which conditions: {result.label}"
        box, held_out = result.box, result.held_out
        self.caption = format_caption(
            "Left: the boxes that no other beats, by the share of cases each holds (coverage) and"
            " the share of its worlds that are cases (density), on the worlds it was found on and"
            " on those held out; the star is the chosen box without the sides that may be due to"
            " chance. Right: its conditions within the range that was sampled; p: probability of"
            " such a gain on the points held out if that side made no difference."
            f" {held_out['points']:.0f} points with {held_out['worlds']:.0f} worlds held out.",
            worlds,
            seed,
            points=points,
        )
        conditions = (
            "; ".join(self._format_condition(row) for row in result.condition_table.itertuples())
            or "no condition"
        )
        self.alt = (
            f"{conditions}: {box.coverage:.0%} of cases and {box.density:.0%} cases among its"
            f" worlds; on held-out worlds {held_out['coverage']:.0%} and {held_out['density']:.0%}"
            f" ({held_out['density_low']:.0%} to {held_out['density_high']:.0%}), against"
            f" {held_out['share']:.0%} among all."
        )

    def _format_condition(self, row: Any) -> str:
        if row.levels:
            return f"{row.factor}: {row.levels}"
        text = self.naming.format_factor_value
        low, high = text(row.factor, row.low), text(row.factor, row.high)
        ends = [
            f"at least {low}" if row.low > row.whole_low else "",
            f"at most {high}" if row.high < row.whole_high else "",
        ]
        return f"{row.factor} {' and '.join(filter(None, ends))}"

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        left, right = axes
        curve = self.table
        left.plot(
            curve["coverage_new"],
            curve["density_new"],
            color=GREY,
            linewidth=1.0,
            marker=".",
            markersize=3,
            label="worlds held out",
            zorder=1,
        )
        dots = left.scatter(
            curve["coverage"],
            curve["density"],
            c=curve["conditions"],
            cmap=sequential_colormap(),
            vmin=0,
            s=26,
            edgecolor=NEAR_BLACK,
            linewidth=0.4,
            zorder=2,
            label="worlds it was found on",
        )
        left.plot(
            self.result.box.coverage,
            self.result.box.density,
            marker="*",
            markersize=15,
            color=ORANGE,
            markeredgecolor=NEAR_BLACK,
            linestyle="",
            zorder=3,
            label="chosen box",
        )
        left.axhline(
            self.result.held_out["share"],
            color=GREY,
            linestyle=":",
            linewidth=0.9,
            label="share of cases in all of them",
        )
        left.set_xlim(0.0, 1.03)
        left.set_ylim(0.0, 1.03)
        left.set_xlabel("coverage: share of cases inside")
        left.set_ylabel("density: cases among its worlds")
        left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
        bar = left.figure.colorbar(dots, ax=left, label="conditions", shrink=0.7)
        bar.locator = MaxNLocator(integer=True)
        bar.update_ticks()
        self._draw_box(right)

    def _draw_box(self, ax: Any) -> None:
        table = self.result.condition_table
        for position, row in enumerate(table.itertuples()):
            ax.barh(position, 1.0, height=0.3, color=LIGHT_GREY)
            if row.levels:
                ax.text(0.02, position, row.levels, va="center", fontsize=8)
                continue
            width = row.whole_high - row.whole_low
            ends = (row.low - row.whole_low) / width, (row.high - row.whole_low) / width
            ax.barh(position, ends[1] - ends[0], left=ends[0], height=0.3, color=BLUE)
            for at, value, side in ((0.0, row.whole_low, "left"), (1.0, row.whole_high, "right")):
                ax.text(
                    at,
                    position + 0.32,
                    self.naming.format_factor_value(row.factor, value),
                    ha=side,
                    va="center",
                    fontsize=7,
                    color=GREY,
                )
            for at, value, free in (
                (ends[0], row.low, row.low <= row.whole_low),
                (ends[1], row.high, row.high >= row.whole_high),
            ):
                if not free:
                    ax.text(
                        at,
                        position - 0.3,
                        self.naming.format_factor_value(row.factor, value),
                        ha="center",
                        va="center",
                        fontsize=8,
                        color=NEAR_BLACK,
                    )
        ax.set_yticks(
            range(len(table)),
            [f"{row.factor}\n({_format_p_values(row)})" for row in table.itertuples()],
        )
        spare = max(0.0, (4 - len(table)) / 2)  # a few bars are as slim as many
        ax.set_ylim(len(table) - 0.4 + spare, -0.6 - spare)
        ax.set_xlim(-0.03, 1.03)
        ax.set_xticks([])
        ax.tick_params(length=0, labelcolor=NEAR_BLACK)
        ax.set_title("the chosen box" if len(table) else "no condition stands out from chance")
        ax.spines["bottom"].set_visible(False)


def _format_p_values(row: Any) -> str:
    """Return the p-value of each side of a condition as text."""
    sides = (("lower end", row.p_low), ("upper end", row.p_high), ("levels", row.p_levels))
    return ", ".join(f"p {value:.1g} {side}" for side, value in sides if value == value)


def _format_share(value: float) -> str:
    """Return a share as text; some leaves hold no held-out world."""
    return "no held-out world" if value != value else f"{value:.0%}"


class TreeFigure(Drawing):
    """A classification tree that separates worlds that are cases from those that are not."""

    def __init__(
        self,
        result: TreeResult,
        naming: AxisNaming,
        points: int,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.result, self.naming, self.table = result, naming, result.nodes
        depth = int(result.nodes["depth"].max())
        self.leaf_count = int(result.nodes["leaf"].sum())
        self.size = (max(7.5, 1.35 * self.leaf_count), 1.6 + 1.15 * (depth + 1))
        self.title = f"What separates cases from other worlds: {result.label}"
        self.caption = format_caption(
            "To the left where the condition holds. Share of cases among the worlds of each node,"
            f" and in brackets among those held out; darker: more. {result.describe_ranking()}",
            worlds,
            seed,
            points=points,
        )
        leaves = result.nodes[result.nodes["leaf"]]
        top = leaves.loc[leaves["share"].idxmax()]
        self.alt = (
            f"A tree of {self.leaf_count} leaves; its first split is by"
            f" {self._format_condition(next(result.nodes.itertuples())) or 'nothing'}; the leaf"
            f" with most cases has {top['share']:.0%} cases ({_format_share(top['share_new'])} on"
            " worlds held out)."
        )

    def _node_positions(self) -> dict[int, tuple[float, float]]:
        nodes, positions = self.table.set_index("node"), {}
        leaf_count = [0]

        def place(node: int) -> float:
            below = nodes[nodes["parent"] == node]
            if not len(below):
                leaf_count[0] += 1
                x = leaf_count[0] - 0.5
            else:
                x = float(
                    np.mean(
                        [
                            place(int(child))
                            for child in (
                                below[below["side"] == side].index[0] for side in ("left", "right")
                            )
                        ]
                    )
                )
            positions[node] = (x, -float(nodes.loc[node, "depth"]))
            return x

        place(0)
        return positions

    def _format_condition(self, row: Any) -> str:
        if row.leaf or " = " in row.factor:
            return str(row.condition)
        return f"{row.factor} ≤ {self.naming.format_factor_value(row.factor, row.threshold)}"

    def _draw(self, ax: Any) -> None:
        positions, colormap = self._node_positions(), sequential_colormap()
        top = max(float(self.table["share"].max()), 1e-9)
        for row in self.table.itertuples():
            x, y = positions[row.node]
            if row.parent >= 0:
                above = positions[row.parent]
                ax.plot([above[0], x], [above[1], y], color=GREY, linewidth=0.9, zorder=1)
                middle = (0.35 * above[0] + 0.65 * x, 0.35 * above[1] + 0.65 * y)
                ax.text(
                    *middle,
                    "yes" if row.side == "left" else "no",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color=GREY,
                    zorder=2,
                    bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
                )
            fill = colormap(row.share / top)
            held_out_text = f" ({row.share_new:.0%})" if row.share_new == row.share_new else ""
            ax.text(
                x,
                y,
                f"{row.share:.0%}{held_out_text}\nof {row.worlds:,}",
                ha="center",
                va="center",
                fontsize=8,
                color=text_colour(fill),
                zorder=3,
                bbox={
                    "boxstyle": "round,pad=0.3",
                    "facecolor": fill,
                    "edgecolor": GREY,
                    "linewidth": 0.6,
                },
            )
            if not row.leaf:
                ax.text(
                    x,
                    y - 0.3,
                    self._format_condition(row),
                    ha="center",
                    va="center",
                    fontsize=8,
                    color=NEAR_BLACK,
                    zorder=4,
                    bbox={"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"},
                )
        ax.set_xlim(-0.1, self.leaf_count + 0.1)
        ax.set_ylim(-float(self.table["depth"].max()) - 0.4, 0.4)
        ax.axis("off")
