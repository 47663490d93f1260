"""Figure of history matching: where the numbers may lie, two of them at a time."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.calibration.history_matching import HistoryMatch
from poruka.analysis.calibration.history_ranges import marginal_ranges
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import BLUE, GREY, format_caption, sequential_colormap

MOST_NUMBERS = 4
"""Numbers shown, the most narrowed first."""
_BINS = 10


class ImplausibilityFigure(Drawing):
    """Minimum implausibility and optical depth of each pair of numbers.

    Below the diagonal each cell has the smallest implausibility found behind it, above it the
    share of the points behind it that are not implausible (optical depth); on the diagonal stands
    the optical depth of one number.
    """

    def __init__(self, match: HistoryMatch, cutoff: float, naming: AxisNaming, seed: int):
        self.match, self.cutoff, self.naming = match, cutoff, naming
        self.ranges = marginal_ranges(match)
        self.names = list(self.ranges["factor"][:MOST_NUMBERS])
        self.edges = {
            name: match.space.priors[name].quantile(np.linspace(0.0, 1.0, _BINS + 1))
            for name in self.names
        }
        rows: list[tuple[str, str, str, float, float, float]] = []
        for index, name in enumerate(self.names):
            for bin_number, depth in enumerate(self._depth([name]).ravel()):
                middle = self.edges[name][bin_number : bin_number + 2].mean()
                rows.append((name, name, "optical depth", middle, middle, depth))
            for other in self.names[:index]:
                for kind, grid in (
                    ("minimum implausibility", self._minimum(other, name)),
                    ("optical depth", self._depth([other, name])),
                ):
                    for (column, row), value in np.ndenumerate(grid):
                        x = self.edges[other][column : column + 2].mean()
                        y = self.edges[name][row : row + 2].mean()
                        rows.append((other, name, kind, x, y, value))
        columns = ["number", "other", "kind", "value", "other_value", "shown"]
        self.table = pd.DataFrame(rows, columns=columns)
        self.grid = (len(self.names), len(self.names))
        self.size = (2.3 * self.grid[0] + 1.6, 2.0 * self.grid[0] + 1.4)
        self.title = "Where the numbers may lie, given the record"
        worlds = int(match.waves["worlds"].sum())
        self.caption = format_caption(
            "Below the diagonal: the smallest implausibility behind each cell; above it and on it:"
            " the share of points behind that are not implausible. Cells hold equal shares of the"
            f" prior. Cut-off {cutoff:g}.",
            worlds,
            seed,
        )
        self.alt = (
            f"{match.verdict} "
            + " ".join(
                f"{row.factor}: prior {row.prior_5:.3g} to {row.prior_95:.3g}, left"
                f" {row.left_5:.3g} to {row.left_95:.3g}."
                for row in self.ranges[: MOST_NUMBERS if not match.region.empty else 0].itertuples()
            )
        ).strip()

    def _bins(self, points: pd.DataFrame, name: str) -> np.ndarray:
        inner = self.edges[name][1:-1]
        return np.searchsorted(inner, points[name].to_numpy(dtype=float), side="right")

    def _depth(self, names: list[str]) -> np.ndarray:
        """Return the share of the points of the prior in each cell that are not implausible."""
        shape = (_BINS,) * len(names)
        counts = [np.zeros(shape), np.zeros(shape)]
        for points, count in zip((self.match.prior_points, self.match.region), counts, strict=True):
            np.add.at(count, tuple(self._bins(points, name) for name in names), 1.0)
        all_points, left = counts
        density = left / max(left.sum(), 1.0) / np.maximum(all_points / all_points.sum(), 1e-12)
        return np.where(all_points > 0, np.minimum(self.match.share * density, 1.0), np.nan)

    def _minimum(self, first: str, second: str) -> np.ndarray:
        """Return the smallest implausibility found in each cell of two numbers."""
        smallest = np.full((_BINS, _BINS), np.inf)
        for points, judged in (
            (self.match.prior_points, self.match.prior_implausibility),
            (self.match.region, self.match.region_implausibility),
        ):
            place = (self._bins(points, first), self._bins(points, second))
            np.minimum.at(smallest, place, judged)
        return np.where(np.isfinite(smallest), smallest, np.nan)

    def _draw(self, axes: Any) -> None:
        cells = np.atleast_2d(np.asarray(axes, dtype=object))
        shown: dict[str, Any] = {}
        for row, name in enumerate(self.names):
            for column, other in enumerate(self.names):
                ax = cells[row, column]
                low, high = self.edges[other][0], self.edges[other][-1]
                if column >= row and self.match.region.empty:
                    ax.axis("off")
                    if row == column:
                        ax.set_title(f"{self.naming.factor_label(name)}: nothing left", fontsize=8)
                elif row == column:
                    ax.stairs(self._depth([name]), self.edges[name], fill=True, color=BLUE)
                    ax.set_ylim(0.0, None)
                    ax.set_yticks([])
                    ax.set_title(self.naming.factor_label(name), fontsize=8)
                else:
                    below = row > column
                    grid = self._minimum(other, name) if below else self._depth([other, name])
                    shown["below" if below else "above"] = ax.pcolormesh(
                        self.edges[other],
                        self.edges[name],
                        grid.T,
                        cmap=sequential_colormap().reversed() if below else sequential_colormap(),
                        vmin=0.0,
                        vmax=self._highest() if below else self._deepest(),
                    )
                    ax.set_ylim(self.edges[name][0], self.edges[name][-1])
                    ax.tick_params(labelleft=column == 0)
                ax.set_xlim(low, high)
                ax.tick_params(labelbottom=row == len(self.names) - 1, labelsize=7, colors=GREY)
                self.naming.format_factor_axis(ax.xaxis, other)
        figure = cells[0, 0].get_figure(root=True)
        for key, label in (("below", "minimum implausibility"), ("above", "optical depth")):
            if key in shown and figure.get_layout_engine() is not None:
                figure.colorbar(shown[key], ax=list(cells.flat), label=label, shrink=0.6)

    def _highest(self) -> float:
        smallest = self.table.loc[self.table["kind"] == "minimum implausibility", "shown"].dropna()
        return max(2.0 * self.cutoff, *smallest.quantile([0.9]).tolist())

    def _deepest(self) -> float:
        depth = self.table.loc[self.table["kind"] == "optical depth", "shown"]
        return max(float(depth.max()), 1e-12)
