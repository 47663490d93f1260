"""How many worlds are enough: outcome shares and their intervals as worlds are added."""

import math
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.contrast import line_colour
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.ensemble_access import require_worlds, world_count
from poruka.figures.base.style import GREY, NEAR_BLACK, OUTCOME_STYLES, format_caption
from poruka.utils.labels import format_label
from poruka.utils.statistics import Z95, wilson_interval

MIN_WORLDS, MAX_OUTCOME_BANDS = 10, 2
"""Least number of worlds shown, and number of outcomes, the most frequent, drawn with a band."""
TARGET_HALF_WIDTHS = (0.05, 0.02)
"""Half widths of a 95 % interval for which the caption gives the number of worlds needed."""


def running_shares(outcomes: Any, points: int = 60) -> pd.DataFrame:
    """Return outcome shares over growing numbers of worlds, with Wilson 95 % intervals.

    Examples
    --------
    >>> shares = running_shares(["heir"] + 11 * ["incumbent"])
    >>> shares[shares["outcome"] == "heir"][["worlds", "share"]].round(3).values.tolist()
    [[10.0, 0.1], [11.0, 0.091], [12.0, 0.083]]
    """
    values = np.asarray(outcomes, dtype=object)
    counts = np.unique(
        np.round(np.geomspace(min(MIN_WORLDS, len(values)), len(values), points)).astype(int)
    )
    rows = []
    for outcome in OUTCOMES:
        cumulative = np.cumsum(values == outcome)
        if cumulative[-1]:
            rows += [
                (
                    outcome,
                    int(n),
                    int(cumulative[n - 1]),
                    cumulative[n - 1] / n,
                    *wilson_interval(int(cumulative[n - 1]), int(n)),
                )
                for n in counts
            ]
    return pd.DataFrame(rows, columns=["outcome", "worlds", "count", "share", "low", "high"])


def worlds_needed(share: float, half_width: float) -> int:
    """Return how many worlds narrow the 95 % interval of a share to a half width.

    Examples
    --------
    >>> worlds_needed(0.5, 0.05), worlds_needed(0.75, 0.02)
    (385, 1801)
    """
    return math.ceil(Z95**2 * share * (1.0 - share) / half_width**2)


class OutcomeConvergence(Drawing):
    """Outcome shares as worlds are added.

    Parameters
    ----------
    ensemble : Ensemble

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=4, seed=1, until="1991-12", progress=False)
    >>> OutcomeConvergence(e).table["worlds"].tolist()[-1]
    4
    """

    size = (10.0, 4.2)

    def __init__(self, ensemble: Any):
        ordered = ensemble.outcomes.sort_values("world")
        self.worlds = world_count(ensemble)
        self.table = running_shares(ordered["outcome"])
        self.table["half_width"] = (self.table["high"] - self.table["low"]) / 2
        self.final_shares = self.table[self.table["worlds"] == self.worlds].set_index("outcome")
        modal_outcome = self.final_shares["share"].idxmax()
        modal_share = self.final_shares.loc[modal_outcome, "share"]
        # A share of 1 has no spread to plan with; the low end of its interval has.
        planned = modal_share if modal_share < 1.0 else self.final_shares.loc[modal_outcome, "low"]
        worlds_by_target = ", ".join(
            f"{worlds_needed(planned, target):,} for ±{100 * target:.0f} points"
            for target in TARGET_HALF_WIDTHS
        )
        self.title = "How many worlds are enough"
        self.caption = format_caption(
            "Left: share of each way the first change of ruler went, as worlds are added;"
            " bands: Wilson 95 % intervals of the most frequent. Right: half the width of the"
            " interval of each; dotted: what a share of one half would have. Worlds needed for the"
            f" share of {format_label(modal_outcome)}: {worlds_by_target}.",
            require_worlds(ensemble),
            ensemble.seed,
            "share of worlds",
        )
        self.alt = (
            "Shares as worlds are added. At the end: "
            + ", ".join(
                f"{format_label(name)} {row['share']:.1%} ({row['low']:.1%} to {row['high']:.1%})"
                for name, row in self.final_shares.iterrows()
            )
            + "."
        )
        self.grid, self.subplot_options = (1, 2), {"width_ratios": (1.5, 1.0)}

    def _draw(self, axes: Any) -> None:
        from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter

        left, right = axes
        most_frequent = set(
            self.final_shares["share"]
            .sort_values(ascending=False, kind="stable")
            .index[:MAX_OUTCOME_BANDS]
        )
        first = min(MIN_WORLDS, self.worlds)
        for outcome, rows in self.table.groupby("outcome", sort=False):
            style = OUTCOME_STYLES[outcome]
            if outcome in most_frequent:
                left.fill_between(
                    rows["worlds"],
                    rows["low"],
                    rows["high"],
                    color=style.colour,
                    alpha=0.18,
                    linewidth=0,
                )
            for ax, column in ((left, "share"), (right, "half_width")):
                ax.plot(rows["worlds"], rows[column], color="white", linewidth=2.6)
                ax.plot(
                    rows["worlds"],
                    rows[column],
                    color=line_colour(style.colour),
                    linestyle=style.line,
                    linewidth=1.5,
                )
                ax.plot(
                    rows["worlds"].iloc[-1],
                    rows[column].iloc[-1],
                    marker=style.marker,
                    color=style.colour,
                    markeredgecolor=NEAR_BLACK,
                    markeredgewidth=0.6,
                    markersize=6,
                    linestyle="",
                    clip_on=False,
                    zorder=4,
                    label=f"{format_label(outcome)} {self.final_shares.loc[outcome, 'share']:.1%}",
                )
        n = np.geomspace(first, self.worlds, 50)
        right.plot(n, Z95 * 0.5 / np.sqrt(n), color=GREY, linewidth=1.0, linestyle=(0, (1, 1.5)))
        left.set_ylim(0, 1)
        right.set_ylim(
            0,
            max(
                1.05 * float(self.table["half_width"].max()),
                1.03 * Z95 * 0.5 / np.sqrt(first),
                0.02,
            ),
        )
        for ax, label in ((left, "share of worlds"), (right, "half width of the 95 % interval")):
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            ax.xaxis.set_major_formatter(lambda n, _: f"{n:,.0f}")
            ax.xaxis.set_minor_locator(NullLocator())
            ax.set_xlim(first, max(self.worlds, first + 1))
            ax.set_xlabel("number of worlds")
            ax.set_ylabel(label)
            ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            ax.grid(axis="y")
        handles, labels = left.get_legend_handles_labels()
        right.legend(
            handles,
            labels,
            loc="upper left",
            bbox_to_anchor=(1.02, 1.03),
            title="first change of ruler,\nshare of all worlds",
            alignment="left",
            title_fontsize=8,
        )
