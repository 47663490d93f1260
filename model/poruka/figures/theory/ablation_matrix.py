"""The knock-out matrix: mechanisms down the side, patterns or theses along the top, and in each
cell what is lost without the mechanism.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION, format_caption
from poruka.theory.ablation import mechanism_title

MAX_COLUMNS, MAX_ROWS_ONE_AXIS = 44, 30
"""Columns of one panel (more are laid out in panels below each other), and rows beyond which
columns are named below too.
"""
CELL_MARKERS: dict[str, dict[str, Any]] = {
    "lost": {"marker": "o", "fillstyle": "full"},
    "weakened": {"marker": "o", "fillstyle": "left"},
    "gained": {"marker": "^", "fillstyle": "full"},
    "absent": {"marker": "_", "fillstyle": "full"},
}
"""What a cell carries besides its colour; one that keeps what it has carries nothing."""
CELL_LABELS = {
    "lost": "lost",
    "weakened": "weakened",
    "gained": "shows more without it",
    "absent": "not there to lose",
}


def loss_colormap() -> Any:
    """Return the map from gain over nothing to loss; its middle is white."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(
        "loss", [(0.0, BLUE), (0.5, "#ffffff"), (0.75, "#F3B68A"), (1.0, VERMILION)]
    )


class AblationMatrix(Drawing):
    """What each mechanism carries.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns mechanism, cell and loss, and those named by ``column`` and ``label``.
    worlds, seed : int
        Of each arm.
    column, label : str
        Which columns of the table tell the matrix's columns apart and name them.
    of : str
        What the columns are, for the title.
    """

    def __init__(
        self,
        cells: pd.DataFrame,
        worlds: int,
        seed: int,
        column: str = "pattern",
        label: str = "label",
        column_noun: str = "patterns",
    ):
        if not len(cells):
            raise NothingToDraw(f"no mechanism was tried on any of the {column_noun}")
        named = cells[label].astype(str)
        self.table = pd.DataFrame(
            {
                "mechanism": cells["mechanism"],
                "column": cells[column],
                "label": named,
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
            for id, found in self.table.groupby("mechanism")
            if not found["cell"].isin(["lost", "weakened", "gained"]).any()
        }
        self.unchanged = {
            id
            for id, found in cells.groupby("mechanism")
            if "moved" in found and not found["moved"].any()
        }
        self.panel_count = math.ceil(len(self.columns) / MAX_COLUMNS)
        self.columns_per_panel = math.ceil(len(self.columns) / self.panel_count)
        tall = max(len(one) for one in self.labels.values()) * 0.055 + 0.25
        self.grid = (self.panel_count, 1)
        self.size = (
            max(8.0, 3.6 + 0.3 * self.columns_per_panel),
            1.6
            + self.panel_count
            * (0.24 * len(self.rows) + tall * (2 if len(self.rows) > MAX_ROWS_ONE_AXIS else 1)),
        )
        self.title = f"What {column_noun} lose without each mechanism"
        counts = self.table["cell"].value_counts()
        self.caption = format_caption(
            "Colour: share lost, from vermilion (all of it) over white (none) to blue (shows"
            " more); a mark stands where the change is beyond doubt. Names in brackets and grey:"
            f" without it no {column_noun} are lost, weakened or gained.",
            worlds,
            seed,
        )
        self.alt = (
            f"Matrix of {len(self.rows)} mechanisms and {len(self.columns)} {column_noun}: "
            + ", ".join(
                f"{counts.get(word, 0)} cells {CELL_LABELS.get(word, 'kept')}"
                for word in ("lost", "weakened", "gained", "kept", "absent")
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
                label=CELL_LABELS[word],
                **mark,
            )
            for word, mark in CELL_MARKERS.items()
            if word != "weakened" or self.has_weakened
        ]

    def _row_label(self, id: str) -> str:
        return (
            f"({id} {mechanism_title(id)}{': nothing moves' if id in self.unchanged else ''})"
            if id in self.inert
            else f"{id} {mechanism_title(id)}"
        )

    def _draw_panel(self, ax: Any, columns: list[str]) -> None:
        losses = (
            self.table.pivot(index="mechanism", columns="column", values="loss")
            .reindex(index=self.rows, columns=columns)
            .to_numpy(dtype=float)
        )
        words = (
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
            for place in range(len(columns)):
                mark = CELL_MARKERS.get(str(words[row, place]))
                if mark is not None:
                    ax.plot(
                        [place],
                        [row],
                        color=NEAR_BLACK,
                        markersize=5,
                        markerfacecoloralt="white",
                        linestyle="",
                        **mark,
                    )
        ax.set_xlim(-0.5, self.columns_per_panel - 0.5)
        ax.set_ylim(len(self.rows) - 0.5, -0.5)
        ax.set_xticks(
            range(len(columns)), [self.labels[one] for one in columns], rotation=90, fontsize=8
        )
        ax.xaxis.tick_top()
        if len(self.rows) > MAX_ROWS_ONE_AXIS:
            ax.tick_params(axis="x", labelbottom=True)
        ax.set_yticks(range(len(self.rows)), [self._row_label(id) for id in self.rows], fontsize=8)
        for text, id in zip(ax.get_yticklabels(), self.rows, strict=True):
            whole = "." not in id
            text.set_fontweight("bold" if whole else "normal")
            text.set_color(GREY if id in self.inert else NEAR_BLACK)
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
