"""What all figures share: a table of the numbers drawn, a title, a caption, words for those who cannot see it, and `draw`."""

import io
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from ..errors import PorukaError
from .style import GREY, INK, style


class NothingToDraw(PorukaError):
    """The ensemble does not hold what this figure shows."""


class Drawing:
    """A figure that keeps its numbers.

    Attributes
    ----------
    table : pandas.DataFrame
        Exactly what is drawn.
    title, caption, alt : str
        ``caption`` gives unit, number of worlds and seed; ``alt`` says in words what the figure shows.
    size : tuple
        Inches, when no axes are given.
    grid, sharing : tuple, dict
        Rows and columns of panels, and what ``matplotlib`` is told about them.
    """

    table: pd.DataFrame
    title: str = ""
    caption: str = ""
    alt: str = ""
    size: tuple[float, float] = (7.5, 4.2)
    grid: tuple[int, int] = (1, 1)
    sharing: Mapping[str, Any] = MappingProxyType({})

    def draw(self, ax: Any = None, wording: bool = True) -> Any:
        """Draw and return the axes (an array of them where there are several panels).

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; several panels divide it among them. A new figure is made without it.
        wording : bool
            Whether a new figure carries its title and caption.
        """
        with style():
            if ax is None:
                ax = self._blank(wording)
            elif self.grid != (1, 1):
                ax = self._divide(ax)
            self._draw(ax)
        return ax

    def _draw(self, ax: Any) -> None:
        raise NotImplementedError

    def _blank(self, wording: bool) -> Any:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(*self.grid, figsize=self.size, layout="constrained", **self.sharing)
        if wording:
            figure.suptitle(self.title, x=0.01, ha="left", color=INK)
            note = textwrap.fill(self.caption, int(self.size[0] * 15))
            figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=GREY)
        return axes

    def _divide(self, ax: Any) -> Any:
        import numpy as np

        rows, columns = self.grid
        ax.axis("off")
        made = np.empty(self.grid, dtype=object)
        tall, wide = (np.array(self.sharing.get(name, [1.0] * count), dtype=float) for name, count in (("height_ratios", rows), ("width_ratios", columns)))
        tall, wide = tall / tall.sum(), wide / wide.sum()
        for row in range(rows):
            for column in range(columns):
                height, width = tall[row], wide[column]
                made[row, column] = ax.inset_axes((wide[:column].sum() + 0.03 * columns * width, 1 - tall[:row + 1].sum() + 0.05 * rows * height,
                                                   0.9 * width, 0.72 * height))
        return made.squeeze()


def figure_of(drawn: Any) -> Any:
    """Return the matplotlib figure behind what `draw` returned."""
    axes = drawn.flat[0] if hasattr(drawn, "flat") else drawn
    return axes.get_figure(root=True)


def svg(drawing: Drawing) -> bytes:
    """Draw a figure without title and caption, as SVG, for a page that sets those in type."""
    import matplotlib.pyplot as plt

    with style():
        figure = figure_of(drawing.draw(wording=False))
        page = io.BytesIO()
        figure.savefig(page, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(figure)
    return page.getvalue()


def save(drawing: Drawing, folder: str | Path, name: str) -> list[Path]:
    """Write a figure as PNG and SVG and its numbers as CSV, and return the three paths."""
    import matplotlib.pyplot as plt

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{kind}" for kind in ("png", "svg", "csv")]
    with style():
        figure = figure_of(drawing.draw())
        figure.savefig(paths[0], dpi=150, metadata={"Software": None})
        figure.savefig(paths[1], metadata={"Date": None, "Creator": None})
        plt.close(figure)
    drawing.table.to_csv(paths[2], index=False)
    return paths
