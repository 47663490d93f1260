"""Ablation matrix: what each pattern or thesis loses with each mechanism switched off."""

import math
from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION, format_caption
from poruka.theory.ablation import mechanism_title
from poruka.utils.coverage import Coverage

MAX_COLUMNS, MAX_ROWS_ONE_AXIS = 44, 30
"""Columns of one panel (more make further panels), and rows beyond which labels repeat below."""
CELL_MARKERS: dict[str, dict[str, Any]] = {
    "lost": {"marker": "o", "fillstyle": "full"},
    "weakened": {"marker": "o", "fillstyle": "left"},
    "gained": {"marker": "^", "fillstyle": "full"},
    "absent": {"marker": "_", "fillstyle": "full"},
}
"""Marker of a cell besides its colour; a cell without change has none."""
CELL_LABELS = {
    "lost": "lost",
    "weakened": "weakened",
    "gained": "gained without it",
    "absent": "absent in the full model",
}


def loss_colormap() -> Any:
    """Return the colour map from gain (blue) over no change (white) to loss (vermilion)."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(
        "loss", [(0.0, BLUE), (0.5, "#ffffff"), (0.75, "#F3B68A"), (1.0, VERMILION)]
    )


class AblationMatrix(Drawing):
    """What patterns lose with each mechanism switched off.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns mechanism, pattern, label, cell and loss.
    worlds, seed : int or Coverage, int
        Number of worlds of each arm, and their seed.
    """

    def __init__(self, cells: pd.DataFrame, worlds: int | Coverage, seed: int):
        if not len(cells):
            raise NothingToDraw("no mechanism was switched off for any of the patterns")
        labels = cells["label"].astype(str)
        self.table = pd.DataFrame(
            {
                "mechanism": cells["mechanism"],
                "column": cells["pattern"],
                "label": labels,
                "loss": cells["loss"],
                "cell": cells["cell"],
            }
        )
        self.rows = list(dict.fromkeys(self.table["mechanism"]))
        self.columns = list(dict.fromkeys(self.table["column"]))
        self.labels = dict(zip(self.table["column"], self.table["label"], strict=True))
        self.has_weakened = bool((self.table["cell"] == "weakened").any())
        self.inert = {
            id
            for id, rows in self.table.groupby("mechanism")
            if not rows["cell"].isin(["lost", "weakened", "gained"]).any()
        }
        self.unchanged = {
            id
            for id, rows in cells.groupby("mechanism")
            if "moved" in rows and not rows["moved"].any()
        }
        self.panel_count = math.ceil(len(self.columns) / MAX_COLUMNS)
        self.columns_per_panel = math.ceil(len(self.columns) / self.panel_count)
        label_height = max(len(label) for label in self.labels.values()) * 0.055 + 0.25
        self.grid = (self.panel_count, 1)
        self.size = (
            max(8.0, 3.6 + 0.3 * self.columns_per_panel),
            1.6
            + self.panel_count
            * (
                0.24 * len(self.rows)
                + label_height * (2 if len(self.rows) > MAX_ROWS_ONE_AXIS else 1)
            ),
        )
        self.title = "What patterns lose without each mechanism"
        counts = self.table["cell"].value_counts()
        is_complete = not isinstance(worlds, Coverage) or worlds.is_complete
        fewest_note = "" if is_complete else " n is the smallest of all rows."
        self.caption = format_caption(
            "Colour: share lost, from vermilion (all) over white (none) to blue (gained); a marker"
            " stands where the change is significant. Labels in brackets and grey:"
            f" without it no patterns are lost, weakened or gained.{fewest_note}",
            worlds,
            seed,
        )
        self.alt = (
            f"Matrix of {len(self.rows)} mechanisms and {len(self.columns)} patterns: "
            + ", ".join(
                f"{counts.get(cell, 0)} cells {CELL_LABELS.get(cell, 'unchanged')}"
                for cell in ("lost", "weakened", "gained", "kept", "absent")
            )
            + "."
        )

    def _draw(self, axes: Any) -> None:
        cells = list(axes.flat) if hasattr(axes, "flat") else [axes]
        for panel, ax in enumerate(cells[: self.panel_count]):
            self._draw_panel(
                ax,
                self.columns[panel * self.columns_per_panel : (panel + 1) * self.columns_per_panel],
            )
        figure = cells[0].get_figure(root=True)
        if figure.axes == cells:
            figure.legend(
                handles=self._legend_handles(),
                loc="outside upper right",
                ncols=4,
                handletextpad=0.2,
                columnspacing=1.0,
            )

    def _legend_handles(self) -> list[Any]:
        from matplotlib.lines import Line2D

        return [
            Line2D(
                [],
                [],
                color=NEAR_BLACK,
                linestyle="",
                markersize=6,
                markerfacecoloralt="white",
                label=CELL_LABELS[cell],
                **marker,
            )
            for cell, marker in CELL_MARKERS.items()
            if cell != "weakened" or self.has_weakened
        ]

    def _row_label(self, id: str) -> str:
        return (
            f"({id} {mechanism_title(id)}{': no effect' if id in self.unchanged else ''})"
            if id in self.inert
            else f"{id} {mechanism_title(id)}"
        )

    def _draw_panel(self, ax: Any, columns: list[str]) -> None:
        losses = (
            self.table.pivot(index="mechanism", columns="column", values="loss")
            .reindex(index=self.rows, columns=columns)
            .to_numpy(dtype=float)
        )
        cells = (
            self.table.pivot(index="mechanism", columns="column", values="cell")
            .reindex(index=self.rows, columns=columns)
            .to_numpy()
        )
        ax.set_facecolor("#ececec")
        edges = (np.arange(self.columns_per_panel + 1) - 0.5, np.arange(len(self.rows) + 1) - 0.5)
        ax.pcolormesh(
            edges[0][: len(columns) + 1],
            edges[1],
            np.ma.masked_invalid(losses),
            cmap=loss_colormap(),
            vmin=-1.0,
            vmax=1.0,
            edgecolors=LIGHT_GREY,
            linewidth=0.5,
        )
        for row in range(len(self.rows)):
            for column in range(len(columns)):
                marker = CELL_MARKERS.get(str(cells[row, column]))
                if marker is not None:
                    ax.plot(
                        [column],
                        [row],
                        color=NEAR_BLACK,
                        markersize=5,
                        markerfacecoloralt="white",
                        linestyle="",
                        **marker,
                    )
        ax.set_xlim(-0.5, self.columns_per_panel - 0.5)
        ax.set_ylim(len(self.rows) - 0.5, -0.5)
        ax.set_xticks(
            range(len(columns)),
            [self.labels[column] for column in columns],
            rotation=90,
            fontsize=8,
        )
        ax.xaxis.tick_top()
        if len(self.rows) > MAX_ROWS_ONE_AXIS:
            ax.tick_params(axis="x", labelbottom=True)
        ax.set_yticks(range(len(self.rows)), [self._row_label(id) for id in self.rows], fontsize=8)
        for text, id in zip(ax.get_yticklabels(), self.rows, strict=True):
            is_whole_mechanism = "." not in id
            text.set_fontweight("bold" if is_whole_mechanism else "normal")
            text.set_color(GREY if id in self.inert else NEAR_BLACK)
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
