"""Two runs of the same worlds apart: how far their indices lie from each other month by month, and
which links carry the change.
"""

import math
import textwrap
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import require_series
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_BLUE,
    LIGHT_GREY,
    MIDDLE_BLUE,
    NEAR_BLACK,
    format_caption,
)
from poruka.figures.base.wording import field_label, index_unit, step_label
from poruka.utils.labels import format_label

QUANTILES = {"low_90": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high_90": 0.95}
MAX_PANELS, MONTHS_BEFORE_FORK = 6, 12
"""Panels of a figure of differences, and months shown before the worlds part."""
MAX_LINKS = 14


def paired_difference_table(comparison: Any, index: str) -> pd.DataFrame:
    """Return month by month how far the branches lie from their parents in one index: median, 50
    and 90 % band over pairs.
    """
    values = []
    for run in (comparison.parent, comparison.branch):
        data = require_series(run)[index].sel(world=comparison.worlds).transpose("world", "month")
        values.append(data.to_numpy()[:, : comparison.months])
        month = pd.DatetimeIndex(data["month"].to_numpy()[: comparison.months]).as_unit("ns")
    table = pd.DataFrame({"month": month, "index": index})
    for name, quantile in QUANTILES.items():
        table[name] = np.quantile(values[1] - values[0], quantile, axis=0)
    return table


def fork_months(comparison: Any) -> np.ndarray:
    """Return the months in which the branches opened; where no fork says so, those in which the
    pairs part.
    """
    known = len(comparison.scenarios[0].forks)
    outcomes = comparison.branch.outcomes.set_index("world").reindex(comparison.worlds)
    columns = [
        f"fork_{place + 1}_month" for place in range(known, len(comparison.scenarios[1].forks))
    ]
    if columns and set(columns) <= set(outcomes):
        opened = outcomes[columns].min(axis=1).dropna().to_numpy(dtype=int)
    else:
        opened = comparison.divergence.loc[comparison.divergence["month"] >= 0, "month"].to_numpy(
            dtype=int
        )
    return opened


class PairedDifferences(Drawing):
    """How far the branches lie from their parents month by month, for the indices that differ most.

    Parameters
    ----------
    comparison : Comparison
        As :func:`poruka.compare` returns it, with series.
    indices : iterable of str, optional
        Which indices; without it the six that lie furthest apart, in spreads of the parents'
        worlds.

    Examples
    --------
    >>> from poruka.comparison.comparison import compare
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1990-12", progress=False)
    >>> both = compare(e, e.fork("1990-06", force="president.dies"))
    >>> drawing = PairedDifferences(both, ["approval"])
    >>> drawing.fork_dates, drawing.table["median"].abs().gt(0).idxmax()
    (['1990-06'], 3)
    """

    def __init__(self, comparison: Any, indices: Any = None):
        ranked = comparison.differences.set_index("index")
        self.indices = list(indices or ranked.index[ranked["in_spreads"] != 0.0][:MAX_PANELS])
        unknown = [name for name in self.indices if name not in INDEX_DESCRIPTIONS]
        if unknown or not self.indices:
            raise NothingToDraw(
                f"there is no index {unknown[0]!r}; indices are {', '.join(INDEX_DESCRIPTIONS)}"
                if unknown
                else "no index differs in any pair"
            )
        self.table = pd.concat(
            [paired_difference_table(comparison, name) for name in self.indices], ignore_index=True
        )
        self.means = {name: ranked.loc[name] for name in self.indices}
        scenario, opened = comparison.scenarios[0], fork_months(comparison)
        ends = (
            sorted({int(opened.min()), int(np.median(opened)), int(opened.max())})
            if len(opened)
            else []
        )
        self.fork_dates = [scenario.date_of(month) for month in ends]
        first = max(0, (ends[0] if ends else 0) - MONTHS_BEFORE_FORK)
        self.table = self.table[
            self.table["month"] >= pd.Timestamp(scenario.date_of(first))
        ].reset_index(drop=True)
        pairs = len(comparison.worlds)
        bands = (
            "Line: median of all pairs; dark band: middle 50 %, light band: 90 %. "
            if pairs > 1
            else "Line: the pair. "
        )
        sure = (
            "Above each: mean over the months after"
            f" parting{' (95 % interval)' if pairs > 1 else ''}. "
        )
        when = (
            "The pairs differ from the start."
            if self.fork_dates == [scenario.start_date]
            else (
                f"Vertical line: the branches open in {self.fork_dates[0]}."
                if len(self.fork_dates) == 1
                else (
                    "Vertical lines: the first, the middle and the last branch open"
                    f" ({', '.join(self.fork_dates)})."
                    if self.fork_dates
                    else ""
                )
            )
        )
        self.title = "What the change does: branch less parent"
        self.caption = format_caption(
            "Branch less parent, month by month, in each index's own unit and on its own scale;"
            f" above 0 the branch has more. {bands}{sure}{when}",
            pairs,
            comparison.seed,
            counted="pair",
        )
        self.alt = "Small panels of branch less parent. " + " ".join(
            f"{self._format_mean(name)}." for name in self.indices
        )
        columns = min(2, len(self.indices))
        rows = math.ceil(len(self.indices) / columns)
        self.grid, self.size, self.subplot_options = (
            (rows, columns),
            (4.5 * columns, 1.75 * rows + 1.0),
            {"sharex": True, "squeeze": False},
        )

    def _format_mean(self, name: str) -> str:
        row = self.means[name]
        places = (
            max(2, 1 - math.floor(math.log10(max(abs(row["mean"]), 1e-6))))
            if abs(row["mean"]) < 1
            else 2
        )
        mean, low, high = (
            f"{value:.{places}f}".replace("-", "−") for value in row[["mean", "low", "high"]]
        )
        sign = "+" if row["mean"] > 0 else ""
        return (
            f"{format_label(name)[:1].upper()}{format_label(name)[1:]}, {index_unit(name)}:"
            f" {sign}{mean}" + (f" ({low} to {high})" if row["low"] == row["low"] else "")
        )

    def _draw(self, axes: Any) -> None:
        cells = list(np.atleast_1d(axes).flat)
        for place, (name, ax) in enumerate(zip(self.indices, cells, strict=False)):
            self._draw_panel(ax, name)
            ax.tick_params(labelbottom=place + self.grid[1] >= len(self.indices))
        for ax in cells[len(self.indices) :]:
            ax.axis("off")

    def _draw_panel(self, ax: Any, name: str) -> None:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        rows = self.table[self.table["index"] == name]
        month = rows["month"].to_numpy()
        ax.fill_between(month, rows["low_90"], rows["high_90"], color=LIGHT_BLUE, linewidth=0)
        ax.fill_between(month, rows["low_50"], rows["high_50"], color=MIDDLE_BLUE, linewidth=0)
        ax.axhline(0.0, color=NEAR_BLACK, linewidth=0.9)
        ax.plot(month, rows["median"], color=BLUE, linewidth=1.6)
        for date in self.fork_dates:
            ax.axvline(
                np.datetime64(date, "ns"),
                color=GREY,
                linewidth=0.9,
                linestyle=(0, (1, 1.5)),
                zorder=1,
            )
        ax.set_title(self._format_mean(name), fontsize=8.5)
        ax.set_xlim(month[0], month[-1])
        ax.margins(y=0.08)
        ax.locator_params(axis="y", nbins=5)
        locator = AutoDateLocator(minticks=3, maxticks=7)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
        ax.grid(axis="y")


class CausalLinks(Drawing):
    """Which links of the chains from change to end carry the effect, and in how many worlds.

    Parameters
    ----------
    links : pandas.DataFrame
        As :meth:`poruka.comparison.comparison.Comparison.count_links` returns it.
    most : int
        How many links at most; the others are in the table only.

    Examples
    --------
    >>> from poruka.comparison.comparison import compare
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1991-06", progress=False)
    >>> CausalLinks(compare(e, e.fork("1990-06", force="president.dies")).count_links()).table["link"][0]
    'the ruler dies → the ruler goes'
    """

    def __init__(self, links: pd.DataFrame, max_links: int = MAX_LINKS):
        if not len(links):
            raise NothingToDraw("no chain has two steps, so there is no link to count")
        scenario = links.attrs.get("scenario")
        steps = zip(links["cause"], links["effect"], strict=True)
        self.table = links.assign(
            link=[
                f"{step_label(one, scenario)} → {step_label(other, scenario)}"
                for one, other in steps
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
        self.title = "Which links carry the change to its end"
        self.caption = format_caption(
            "A link is a step of a chain, the next step, and the field through which the one acts"
            " on the other. Dot: share of the traced worlds whose chain has the link; line: Wilson"
            f" 95 % interval.{more}",
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

        for place, row in enumerate(self.table.head(self.shown_count).itertuples()):
            ax.axhline(place, color=LIGHT_GREY, linewidth=0.6, zorder=0)
            ax.plot([row.low, row.high], [place] * 2, color=BLUE, linewidth=1.6)
            ax.plot(
                [row.share],
                [place],
                marker="o",
                color=BLUE,
                markersize=6.5,
                linestyle="",
                zorder=3,
                clip_on=False,
            )
            ax.text(
                1.02,
                place,
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
