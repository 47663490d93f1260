"""How far the indices of paired worlds differ, month by month."""

import math
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.contrast import draw_band
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import BAND_QUANTILES, require_series
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_BLUE,
    MIDDLE_BLUE,
    NEAR_BLACK,
    format_caption,
)
from poruka.figures.base.wording import index_unit
from poruka.utils.coverage import coverage_of
from poruka.utils.labels import format_label

MAX_PANELS, MONTHS_BEFORE_FORK = 6, 12
"""Panels of a figure of differences, and months shown before the fork."""


def paired_difference_table(comparison: Any, index: str) -> pd.DataFrame:
    """Return branch less parent in one index by month: median, 50 and 90 % band over pairs."""
    values = []
    for run in (comparison.parent, comparison.branch):
        data = require_series(run)[index].sel(world=comparison.worlds).transpose("world", "month")
        values.append(data.to_numpy()[:, : comparison.months])
        month = pd.DatetimeIndex(data["month"].to_numpy()[: comparison.months]).as_unit("ns")
    table = pd.DataFrame({"month": month, "index": index})
    for name, quantile in BAND_QUANTILES.items():
        table[name] = np.quantile(values[1] - values[0], quantile, axis=0)
    return table


def fork_months(comparison: Any) -> np.ndarray:
    """Return the months in which the branches fork, or diverge where no fork is recorded."""
    shared_fork_count = len(comparison.scenarios[0].forks)
    outcomes = comparison.branch.outcomes.set_index("world").reindex(comparison.worlds)
    columns = [
        f"fork_{number + 1}_month"
        for number in range(shared_fork_count, len(comparison.scenarios[1].forks))
    ]
    if columns and set(columns) <= set(outcomes):
        months = outcomes[columns].min(axis=1).dropna().to_numpy(dtype=int)
    else:
        months = comparison.divergence.loc[comparison.divergence["month"] >= 0, "month"].to_numpy(
            dtype=int
        )
    return months


class PairedDifferences(Drawing):
    """How far branches differ from their parents, month by month, for the indices that differ most.

    Parameters
    ----------
    comparison : Comparison
        As :func:`poruka.compare` returns it, with series.
    indices : iterable of str, optional
        Which indices; by default the six that differ most, in standard deviations of the parents'
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
        scenario, months = comparison.scenarios[0], fork_months(comparison)
        ends = (
            sorted({int(months.min()), int(np.median(months)), int(months.max())})
            if len(months)
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
        means = (
            "Above each: mean over the months after"
            f" the divergence{' (95 % interval)' if pairs > 1 else ''}. "
        )
        fork_note = (
            "The pairs differ from the start."
            if self.fork_dates == [scenario.start_date]
            else (
                f"Vertical line: the branches fork in {self.fork_dates[0]}."
                if len(self.fork_dates) == 1
                else (
                    "Vertical lines: the first, the middle and the last fork"
                    f" ({', '.join(self.fork_dates)})."
                    if self.fork_dates
                    else ""
                )
            )
        )
        self.title = "What the change does: branch less parent"
        self.caption = format_caption(
            "Branch less parent, month by month, in each index's own unit and on its own scale;"
            f" above 0 the branch has more. {bands}{means}{fork_note}",
            coverage_of(comparison),
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
        decimals = (
            max(2, 1 - math.floor(math.log10(max(abs(row["mean"]), 1e-6))))
            if abs(row["mean"]) < 1
            else 2
        )
        mean, low, high = (
            f"{value:.{decimals}f}".replace("-", "−") for value in row[["mean", "low", "high"]]
        )
        sign = "+" if row["mean"] > 0 else ""
        return (
            f"{format_label(name)[:1].upper()}{format_label(name)[1:]}, {index_unit(name)}:"
            f" {sign}{mean}" + (f" ({low} to {high})" if row["low"] == row["low"] else "")
        )

    def _draw(self, axes: Any) -> None:
        cells = list(np.atleast_1d(axes).flat)
        for panel, (name, ax) in enumerate(zip(self.indices, cells, strict=False)):
            self._draw_panel(ax, name)
            ax.tick_params(labelbottom=panel + self.grid[1] >= len(self.indices))
        for ax in cells[len(self.indices) :]:
            ax.axis("off")

    def _draw_panel(self, ax: Any, name: str) -> None:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        rows = self.table[self.table["index"] == name]
        month = rows["month"].to_numpy()
        draw_band(ax, month, rows["low_90"], rows["high_90"], LIGHT_BLUE)
        draw_band(ax, month, rows["low_50"], rows["high_50"], MIDDLE_BLUE)
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
