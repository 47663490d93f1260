"""The stage portrait: where worlds stand between a society's readiness and the ruler's control, and
where they go from there within a year.
"""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import require_series, thin_ensemble, world_count
from poruka.figures.base.style import NEAR_BLACK, VERMILION, format_caption, sequential_colormap
from poruka.figures.base.wording import index_unit
from poruka.utils.labels import format_label

ARROW_MONTHS, GRID_SHAPE, MIN_WORLDS_PER_ARROW = 12, (18, 20), 3
"""Months an arrow looks ahead, cells along both axes, and worlds a cell needs for an arrow."""


def phase_flow_table(
    x: np.ndarray, y: np.ndarray, edges: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    """Return cell by cell how much of all months lies there, in how many worlds, and where they
    stand on average a year later.

    Parameters
    ----------
    here, there : ndarray, shape (worlds, months)
        The index along the axis and the one up.
    edges : pair of ndarray
        Edges of the cells.

    Examples
    --------
    >>> along = np.tile(np.linspace(0.0, 1.0, 25), (4, 1))
    >>> edges = (np.array([0.0, 0.45, 1.01]), np.array([0.0, 0.51, 1.01]))
    >>> table = phase_flow_table(along, 1.0 - along, edges)
    >>> moved = table.dropna(subset=["to_x"])
    >>> float(table["share"].sum()), bool((moved["to_x"] > moved["from_x"]).all())
    (1.0, True)
    """
    worlds, months = x.shape
    at = [
        np.clip(np.digitize(values, edge) - 1, 0, len(edge) - 2)
        for values, edge in zip((x, y), edges, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "i": at[0].ravel(),
            "j": at[1].ravel(),
            "world": np.repeat(np.arange(worlds), months),
            "x": x.ravel(),
            "y": y.ravel(),
        }
    )
    for name, values in (("x", x), ("y", y)):
        later = np.full(values.shape, np.nan)
        later[:, : max(months - ARROW_MONTHS, 0)] = values[:, ARROW_MONTHS:]
        frame[f"to_{name}"] = later.ravel()
    known = frame.dropna(subset=["to_x"]).groupby(["i", "j"])
    table = frame.groupby(["i", "j"]).agg(months=("x", "size"), worlds=("world", "nunique"))
    table["share"] = table["months"] / frame.shape[0]
    table = table.join(
        known.agg(
            from_x=("x", "mean"),
            from_y=("y", "mean"),
            to_x=("to_x", "mean"),
            to_y=("to_y", "mean"),
            worlds_ahead=("world", "nunique"),
        )
    )
    table = table.reset_index()
    few = ~(table["worlds_ahead"] >= MIN_WORLDS_PER_ARROW)
    table.loc[few, ["from_x", "from_y", "to_x", "to_y"]] = np.nan
    for name, column, edge in (("x", "i", edges[0]), ("y", "j", edges[1])):
        table[f"{name}_low"], table[f"{name}_high"] = edge[table[column]], edge[table[column] + 1]
    return table.drop(columns=["i", "j"])


class PhasePortrait(Drawing):
    """Where worlds stand and where they go: one index along, one up, shade for how much time is
    spent there, arrows for the way of a year.

    Parameters
    ----------
    ensemble : Ensemble
        With series, longer than a year.
    along, up : str
        Monthly indices; readiness and control without them.

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
        kept = require_series(ensemble)
        here, there = (
            kept[name].transpose("world", "month").to_numpy() for name in (x_index, y_index)
        )
        if here.shape[1] <= ARROW_MONTHS:
            raise NothingToDraw(
                f"a run of {here.shape[1]} month(s) shows no way of a year; play more than"
                f" {ARROW_MONTHS}"
            )
        self.x_index, self.y_index = x_index, y_index
        month = pd.DatetimeIndex(kept["month"].to_numpy())
        edges = tuple(
            np.linspace(*self._axis_range(values), count + 1)
            for values, count in zip((here, there), GRID_SHAPE, strict=True)
        )
        cells = phase_flow_table(here, there, edges).assign(part="cell")
        turns = [
            place
            for place, date in enumerate(month)
            if date.month == 1 or place in (0, len(month) - 1)
        ]
        path = pd.DataFrame(
            {
                "part": "path",
                "date": [f"{month[place]:%Y-%m}" for place in turns],
                "from_x": np.median(here, axis=0)[turns],
                "from_y": np.median(there, axis=0)[turns],
            }
        )
        self.table = pd.concat([cells, path], ignore_index=True)
        self.title = f"The way of a regime: {format_label(y_index)} against {format_label(x_index)}"
        self.caption = format_caption(
            "Shade: share of all months of all worlds spent in a cell. Arrows: from the mean place"
            f" of a cell's worlds to their mean place {ARROW_MONTHS} months later, to scale (cells"
            f" with {MIN_WORLDS_PER_ARROW} worlds or more). Line: medians of all worlds, a mark"
            " each January.",
            world_count(ensemble),
            ensemble.seed,
        )
        first, last = path.iloc[0], path.iloc[-1]
        self.alt = (
            f"Shaded cells with arrows, {format_label(x_index)} along, {format_label(y_index)} up."
            f" The medians go from {first['from_x']:.2f} and {first['from_y']:.2f} in"
            f" {first['date']} to {last['from_x']:.2f} and {last['from_y']:.2f} in {last['date']}."
        )

    @staticmethod
    def _axis_range(values: np.ndarray) -> tuple[float, float]:
        low, high = float(values.min()), float(values.max())
        room = max(0.03 * (high - low), 1e-6)
        return max(low - room, 0.0), high + room

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
        """Name the ends and every few years whose marks lie far enough from the last name."""
        import matplotlib.patheffects as effects

        wide, high = (
            self.table["x_high"].max() - self.table["x_low"].min(),
            self.table["y_high"].max() - self.table["y_low"].min(),
        )
        named: list[tuple[float, float]] = []
        rows = list(path.itertuples())
        for row in [rows[0], rows[-1], *rows[1:-1]]:
            if any(
                abs(row.from_x - x) / wide < 0.075 and abs(row.from_y - y) / high < 0.045
                for x, y in named
            ):
                continue
            named.append((row.from_x, row.from_y))
            ends = row in (rows[0], rows[-1])
            ax.annotate(
                row.date if ends else row.date[:4],
                (row.from_x, row.from_y),
                xytext=(0, -7),
                textcoords="offset points",
                fontsize=7.5,
                ha="center",
                va="top",
                fontweight="bold" if ends else "normal",
                zorder=6,
                path_effects=[effects.withStroke(linewidth=2.5, foreground="white")],
            )
