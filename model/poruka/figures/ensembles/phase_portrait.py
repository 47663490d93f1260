"""Phase portrait: where worlds stand between two indices and where they move within a year."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import require_series, require_worlds, thin_ensemble
from poruka.figures.base.style import NEAR_BLACK, VERMILION, format_caption, sequential_colormap
from poruka.figures.base.wording import index_unit
from poruka.utils.labels import format_label

ARROW_MONTHS, GRID_SHAPE, MIN_WORLDS_PER_ARROW = 12, (18, 20), 3
"""Months an arrow spans, cells along both axes, and worlds a cell needs for an arrow."""


def phase_flow_table(
    x: np.ndarray, y: np.ndarray, edges: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    """Return for each cell its share of months, its worlds and their mean position a year later.

    Parameters
    ----------
    x, y : ndarray, shape (worlds, months)
        The indices on the horizontal and vertical axis.
    edges : pair of ndarray
        Edges of the cells.

    Examples
    --------
    >>> x = np.tile(np.linspace(0.0, 1.0, 25), (4, 1))
    >>> edges = (np.array([0.0, 0.45, 1.01]), np.array([0.0, 0.51, 1.01]))
    >>> table = phase_flow_table(x, 1.0 - x, edges)
    >>> arrows = table.dropna(subset=["to_x"])
    >>> float(table["share"].sum()), bool((arrows["to_x"] > arrows["from_x"]).all())
    (1.0, True)
    """
    worlds, months = x.shape
    cells = [
        np.clip(np.digitize(values, edge) - 1, 0, len(edge) - 2)
        for values, edge in zip((x, y), edges, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "i": cells[0].ravel(),
            "j": cells[1].ravel(),
            "world": np.repeat(np.arange(worlds), months),
            "x": x.ravel(),
            "y": y.ravel(),
        }
    )
    for name, values in (("x", x), ("y", y)):
        later = np.full(values.shape, np.nan)
        later[:, : max(months - ARROW_MONTHS, 0)] = values[:, ARROW_MONTHS:]
        frame[f"to_{name}"] = later.ravel()
    with_next_year = frame.dropna(subset=["to_x"]).groupby(["i", "j"])
    table = frame.groupby(["i", "j"]).agg(months=("x", "size"), worlds=("world", "nunique"))
    table["share"] = table["months"] / frame.shape[0]
    table = table.join(
        with_next_year.agg(
            from_x=("x", "mean"),
            from_y=("y", "mean"),
            to_x=("to_x", "mean"),
            to_y=("to_y", "mean"),
            worlds_ahead=("world", "nunique"),
        )
    )
    table = table.reset_index()
    has_few_worlds = ~(table["worlds_ahead"] >= MIN_WORLDS_PER_ARROW)
    table.loc[has_few_worlds, ["from_x", "from_y", "to_x", "to_y"]] = np.nan
    for name, column, edge in (("x", "i", edges[0]), ("y", "j", edges[1])):
        table[f"{name}_low"], table[f"{name}_high"] = edge[table[column]], edge[table[column] + 1]
    return table.drop(columns=["i", "j"])


class PhasePortrait(Drawing):
    """Where worlds stand between two indices and where they move within a year.

    Shade shows the time spent in a cell, arrows the mean movement of a year.

    Parameters
    ----------
    ensemble : Ensemble
        With series, longer than a year.
    x_index, y_index : str
        Monthly indices; readiness and control by default.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=4, seed=1, until="1992-12", progress=False)
    >>> float(PhasePortrait(e).table.query("part == 'cell'")["share"].sum().round(6))
    1.0
    """

    size = (8.0, 5.6)

    def __init__(self, ensemble: Any, x_index: str = "readiness", y_index: str = "control"):
        ensemble = thin_ensemble(ensemble)
        series = require_series(ensemble)
        x, y = (series[name].transpose("world", "month").to_numpy() for name in (x_index, y_index))
        if x.shape[1] <= ARROW_MONTHS:
            raise NothingToDraw(
                f"a run of {x.shape[1]} month(s) shows no movement of a year; run more than"
                f" {ARROW_MONTHS} months"
            )
        self.x_index, self.y_index = x_index, y_index
        month = pd.DatetimeIndex(series["month"].to_numpy())
        edges_x, edges_y = (
            np.linspace(*self._axis_range(values), count + 1)
            for values, count in zip((x, y), GRID_SHAPE, strict=True)
        )
        cells = phase_flow_table(x, y, (edges_x, edges_y)).assign(part="cell")
        year_starts = [
            number
            for number, date in enumerate(month)
            if date.month == 1 or number in (0, len(month) - 1)
        ]
        path = pd.DataFrame(
            {
                "part": "path",
                "date": [f"{month[number]:%Y-%m}" for number in year_starts],
                "from_x": np.median(x, axis=0)[year_starts],
                "from_y": np.median(y, axis=0)[year_starts],
            }
        )
        self.table = pd.concat([cells, path], ignore_index=True)
        self.title = f"Course of regimes: {format_label(y_index)} against {format_label(x_index)}"
        self.caption = format_caption(
            "Shade: share of all months of all worlds spent in a cell. Arrows: from the mean"
            f" position of a cell's worlds to the one {ARROW_MONTHS} months later, to scale (cells"
            f" with {MIN_WORLDS_PER_ARROW} worlds or more). Line: medians of all worlds, a marker"
            " each January.",
            require_worlds(ensemble),
            ensemble.seed,
        )
        first, last = path.iloc[0], path.iloc[-1]
        self.alt = (
            f"Shaded cells with arrows, {format_label(x_index)} on the horizontal axis,"
            f" {format_label(y_index)} on the vertical."
            f" The medians go from {first['from_x']:.2f} and {first['from_y']:.2f} in"
            f" {first['date']} to {last['from_x']:.2f} and {last['from_y']:.2f} in {last['date']}."
        )

    @staticmethod
    def _axis_range(values: np.ndarray) -> tuple[float, float]:
        low, high = float(values.min()), float(values.max())
        margin = max(0.03 * (high - low), 1e-6)
        return max(low - margin, 0.0), high + margin

    def _draw(self, ax: Any) -> None:
        from matplotlib.collections import PatchCollection
        from matplotlib.colors import LogNorm
        from matplotlib.patches import Rectangle
        from matplotlib.ticker import PercentFormatter

        cells = self.table[self.table["part"] == "cell"]
        boxes = [
            Rectangle((row.x_low, row.y_low), row.x_high - row.x_low, row.y_high - row.y_low)
            for row in cells.itertuples()
        ]
        shares = cells["share"].to_numpy()
        top = float(shares.max())
        shaded = PatchCollection(
            boxes,
            cmap=sequential_colormap(),
            norm=LogNorm(min(top / 100.0, 0.5 * top), top),
            linewidth=0,
        )
        shaded.set_array(shares)
        ax.add_collection(shaded)
        arrows = cells.dropna(subset=["to_x"])
        ax.quiver(
            arrows["from_x"],
            arrows["from_y"],
            arrows["to_x"] - arrows["from_x"],
            arrows["to_y"] - arrows["from_y"],
            angles="xy",
            scale_units="xy",
            scale=1,
            width=0.0022,
            headwidth=5,
            headlength=5.5,
            headaxislength=5,
            color=NEAR_BLACK,
            edgecolor="white",
            linewidth=0.3,
            zorder=3,
        )
        path = self.table[self.table["part"] == "path"]
        ax.plot(path["from_x"], path["from_y"], color="white", linewidth=4.0, zorder=4)
        ax.plot(
            path["from_x"],
            path["from_y"],
            color=VERMILION,
            linewidth=1.8,
            marker="o",
            markersize=4,
            markeredgecolor="white",
            zorder=5,
        )
        self._label_years(ax, path)
        ax.set_xlim(cells["x_low"].min(), cells["x_high"].max())
        ax.set_ylim(cells["y_low"].min(), cells["y_high"].max())
        ax.set_xlabel(f"{format_label(self.x_index)}, {index_unit(self.x_index)}")
        ax.set_ylabel(f"{format_label(self.y_index)}, {index_unit(self.y_index)}")
        bar = ax.get_figure().colorbar(
            shaded,
            ax=ax,
            shrink=0.6,
            aspect=30,
            pad=0.02,
            extend="min",
            format=PercentFormatter(1.0, decimals=2),
        )
        bar.set_label("share of all months", fontsize=8)
        bar.ax.tick_params(labelsize=8)

    def _label_years(self, ax: Any, path: pd.DataFrame) -> None:
        """Label the first and last date, and every year whose marker is far from all labels."""
        import matplotlib.patheffects as effects

        width, height = (
            self.table["x_high"].max() - self.table["x_low"].min(),
            self.table["y_high"].max() - self.table["y_low"].min(),
        )
        labelled: list[tuple[float, float]] = []
        rows = list(path.itertuples())
        for row in [rows[0], rows[-1], *rows[1:-1]]:
            if any(
                abs(row.from_x - x) / width < 0.075 and abs(row.from_y - y) / height < 0.045
                for x, y in labelled
            ):
                continue
            labelled.append((row.from_x, row.from_y))
            is_end = row in (rows[0], rows[-1])
            ax.annotate(
                row.date if is_end else row.date[:4],
                (row.from_x, row.from_y),
                xytext=(0, -7),
                textcoords="offset points",
                fontsize=7.5,
                ha="center",
                va="top",
                fontweight="bold" if is_end else "normal",
                zorder=6,
                path_effects=[effects.withStroke(linewidth=2.5, foreground="white")],
            )
