"""A quantity over two numbers: a map, with the mean of each point and its interval printed."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult, summary_statistics
from poruka.analysis.over_draws import is_share
from poruka.figures.base.contrast import text_colour
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import format_caption, sequential_colormap
from poruka.utils.coverage import DesignCoverage


class QuantityMap(Drawing):
    """The mean of a quantity at every pair of values of two keys.

    Parameters
    ----------
    result : DesignResult
        With one quantity; where further keys vary the mean is over all their points.
    x, y : str
        The two keys.
    naming : SweepNaming
    coverage : DesignCoverage
    seed : int
    """

    def __init__(
        self, result: DesignResult, x: str, y: str, naming: Any, coverage: DesignCoverage, seed: int
    ):
        self.quantity, self.naming, self.x, self.y = result.quantities[0], naming, x, y
        values = result.quantity_values(self.quantity)
        if np.isnan(values).all():
            raise NothingToDraw("the quantity has no value at any point")
        self.table = pd.DataFrame(
            {x: x_value, y: y_value, **summary_statistics(values[places], self.quantity)}
            for (x_value, y_value), places in result.points.groupby([x, y]).indices.items()
        )
        self.x_levels = sorted(set(self.table[x]))
        self.y_levels = sorted(set(self.table[y]))
        self.size = (
            max(5.0, 1.05 * len(self.x_levels) + 2.6),
            max(3.2, 0.7 * len(self.y_levels) + 1.9),
        )
        label = naming.outcome_label(self.quantity)
        self.title = f"{label[0].upper()}{label[1:]}, over two keys"
        self.caption = format_caption(
            "Mean over the worlds of each point, with its 95 % interval; all points share their"
            " random draws.",
            coverage,
            seed,
            naming.unit(self.quantity),
        )
        low, high = self.table["mean"].idxmin(), self.table["mean"].idxmax()
        self.alt = "; ".join(
            f"{word} {naming.format_value(self.quantity, self.table['mean'][row])} at"
            f" {x} = {naming.format_factor_value(x, self.table[x][row])},"
            f" {y} = {naming.format_factor_value(y, self.table[y][row])}"
            for word, row in (("lowest", low), ("highest", high))
        )

    def _draw(self, ax: Any) -> None:
        grid = (
            self.table.pivot(index=self.y, columns=self.x, values="mean")
            .reindex(index=self.y_levels, columns=self.x_levels)
            .to_numpy()
        )
        low, high = float(np.nanmin(grid)), float(np.nanmax(grid))
        if is_share(self.quantity):
            low, high = 0.0, 1.0
        image = ax.imshow(
            np.ma.masked_invalid(grid),
            origin="lower",
            aspect="auto",
            cmap=sequential_colormap(),
            vmin=low,
            vmax=high if high > low else low + 1.0,
        )
        for row in self.table.to_dict("records"):
            is_known = row["mean"] == row["mean"]
            mean, low_end, high_end = (
                self.naming.format_value(self.quantity, row[name])
                for name in ("mean", "low", "high")
            )
            ax.text(
                self.x_levels.index(row[self.x]),
                self.y_levels.index(row[self.y]),
                f"{mean}\n{low_end} to {high_end}" if is_known else "no value",
                ha="center",
                va="center",
                fontsize=7,
                color=text_colour(image.cmap(image.norm(row["mean"])) if is_known else "white"),
            )
        for axis, key, levels in (
            (ax.xaxis, self.x, self.x_levels),
            (ax.yaxis, self.y, self.y_levels),
        ):
            axis.set_ticks(
                range(len(levels)),
                [self.naming.format_factor_value(key, level) for level in levels],
            )
        ax.set_xlabel(self.naming.factor_label(self.x))
        ax.set_ylabel(self.naming.factor_label(self.y))
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
