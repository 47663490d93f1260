"""The row of causal steps below the timelines of a pair of worlds: circles, labels and arrows."""

import textwrap
from typing import Any, NamedTuple

from poruka.figures.base.lanes import spread_positions
from poruka.figures.base.style import BLUE, NEAR_BLACK, PAIR_STYLES, QUIET_GREY
from poruka.figures.comparisons.chain_steps import ChainStep

ARROW_LABEL_SPACE = 0.76
"""Inches between the lanes and the circles of the steps, for the labels of the arrows."""


class StepRowLayout(NamedTuple):
    """Labels of the steps, spacing of circles (share of the axis), height of the row (inches)."""

    labels: list[str]
    spacing: float
    height: float


def draw_step_row(
    ax: Any,
    lanes: Any,
    steps: list[ChainStep],
    positions: list[tuple[Any, float]],
    layout: StepRowLayout,
) -> None:
    """Draw the steps as numbered circles joined by arrows and tied to their place on the lanes."""
    from matplotlib.patches import ConnectionPatch

    ax.axis("off")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, layout.height)  # in inches
    ax.patch.set_visible(False)
    lanes.patch.set_visible(False)
    if not steps:
        return
    low, high = lanes.get_xlim()
    row = layout.height - ARROW_LABEL_SPACE
    xs = spread_positions(
        layout.spacing, [(lanes.convert_xunits(date) - low) / (high - low) for date, _ in positions]
    )
    for number, (step, x, (date, y)) in enumerate(zip(steps, xs, positions, strict=True), start=1):
        tie = ConnectionPatch(
            (date, y),
            (x, row + 0.2),
            "data",
            "data",
            axesA=lanes,
            axesB=ax,
            color=QUIET_GREY,
            linewidth=0.7,
            shrinkA=3,
            zorder=-1,
        )
        tie.set_in_layout(False)
        ax.get_figure(root=True).add_artist(tie)
        colour = PAIR_STYLES.get(step.lane, (NEAR_BLACK, "-"))[0]
        face = {"branch": BLUE, "parent": "white"}.get(step.lane, "#e0e0e0")
        ax.text(
            x,
            row,
            str(number),
            fontsize=9,
            fontweight="bold",
            ha="center",
            va="center",
            color="white" if step.lane == "branch" else NEAR_BLACK,
            bbox={
                "boxstyle": "circle,pad=0.3",
                "facecolor": face,
                "edgecolor": colour,
                "linewidth": 1.2,
                "linestyle": "--" if step.lane == "parent" else "-",
            },
            zorder=4,
        )
        ax.text(
            x,
            row - 0.27,
            layout.labels[number - 1],
            fontsize=7,
            ha="center",
            va="top",
            color=NEAR_BLACK,
        )
    for left, right, step in zip(xs, xs[1:], steps, strict=False):
        ax.annotate(
            "",
            (right, row),
            (left, row),
            arrowprops={
                "arrowstyle": "-|>",
                "color": NEAR_BLACK,
                "linewidth": 1.0,
                "shrinkA": 11,
                "shrinkB": 11,
            },
        )
        field, _, values = step.carried_by.partition("|")
        ax.text(
            (left + right) / 2,
            row + 0.12,
            textwrap.fill(field, max(13, int(layout.spacing * 90)), break_long_words=False),
            fontsize=7,
            ha="center",
            va="bottom",
            color=NEAR_BLACK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            zorder=3,
        )
        ax.text(
            (left + right) / 2,
            row - 0.08,
            textwrap.fill(values, max(12, int(layout.spacing * 90)), break_long_words=False),
            fontsize=7.5,
            fontweight="bold",
            ha="center",
            va="top",
            color=NEAR_BLACK,
            zorder=3,
        )
