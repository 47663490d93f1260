"""Which causal links carry the effect of a change, counted over pairs of worlds."""

import textwrap
from typing import Any

import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, LIGHT_GREY, NEAR_BLACK, format_caption
from poruka.figures.base.wording import field_label, step_label

MAX_LINKS = 14
"""Links drawn; the others are in the table only."""


class CausalLinks(Drawing):
    """Which causal links carry the effect of a change, and in how many worlds.

    Parameters
    ----------
    links : pandas.DataFrame
        As :meth:`poruka.comparison.comparison.Comparison.count_links` returns it.
    max_links : int
        Links drawn; the others are in the table only.

    Examples
    --------
    >>> from poruka.comparison.comparison import compare
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1991-06", progress=False)
    >>> comparison = compare(e, e.fork("1990-06", force="president.dies"))
    >>> CausalLinks(comparison.count_links()).table["link"][0]
    'death of the ruler → exit of the ruler'
    """

    def __init__(self, links: pd.DataFrame, max_links: int = MAX_LINKS):
        if not len(links):
            raise NothingToDraw("no chain has two steps, so there is no link to count")
        scenario = links.attrs.get("scenario")
        steps = zip(links["cause"], links["effect"], strict=True)
        self.table = links.assign(
            link=[
                f"{step_label(cause, scenario)} → {step_label(effect, scenario)}"
                for cause, effect in steps
            ],
            through=links["field"].map(field_label),
        )
        self.shown_count = min(max_links, len(self.table))
        self.worlds = int(
            links.attrs.get("traced", round(links["worlds"].iloc[0] / links["share"].iloc[0]))
        )
        more = (
            f" {len(self.table) - self.shown_count} rarer links are in the table only."
            if len(self.table) > self.shown_count
            else ""
        )
        traced_note = (
            f" Traced: {self.worlds:,} of {links.attrs['candidates']:,} pairs that differ, of"
            f" {links.attrs['coverage']}."
            if "coverage" in links.attrs
            else ""
        )
        self.title = "Which causal links carry the change to the outcome"
        self.caption = format_caption(
            "A link is a step of a causal chain, the next step, and the field through which the"
            " first acts on the second. Dot: share of the traced worlds whose chain has"
            f" the link; line: Wilson 95 % interval.{more}{traced_note}",
            self.worlds,
            links.attrs.get("seed", "unknown"),
            "share of worlds",
            counted="pair",
        )
        self.alt = (
            "Dots with intervals: "
            + "; ".join(
                f"{row.link} through {row.through} in {row.worlds} of {self.worlds} worlds"
                for row in self.table.head(5).itertuples()
            )
            + "."
        )
        self.labels = [
            f"{row.link}\n{textwrap.shorten('through: ' + row.through, 72)}"
            for row in self.table.head(self.shown_count).itertuples()
        ]
        self.size = (9.0, 0.46 * self.shown_count + 1.5)

    def _draw(self, ax: Any) -> None:
        from matplotlib.ticker import PercentFormatter

        for position, row in enumerate(self.table.head(self.shown_count).itertuples()):
            ax.axhline(position, color=LIGHT_GREY, linewidth=0.6, zorder=0)
            ax.plot([row.low, row.high], [position] * 2, color=BLUE, linewidth=1.6)
            ax.plot(
                [row.share],
                [position],
                marker="o",
                color=BLUE,
                markersize=6.5,
                linestyle="",
                zorder=3,
                clip_on=False,
            )
            ax.text(
                1.02,
                position,
                f"{row.worlds:,} of {self.worlds:,} · {row.share:.0%}"
                f" ({100 * row.low:.0f}–{100 * row.high:.0f})",
                fontsize=8,
                va="center",
                transform=ax.get_yaxis_transform(),
            )
        ax.set_yticks(range(self.shown_count), self.labels, fontsize=8)
        ax.set_ylim(self.shown_count - 0.4, -0.6)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_xlabel("share of traced worlds")
        ax.grid(axis="x")
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        ax.spines["left"].set_visible(False)
