"""What all figures share: a table of what is drawn, title, caption, alternative text and `draw`."""

import io
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from poruka.figures.base.style import GREY, NEAR_BLACK, figure_style
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import write_inside
from poruka.utils.errors import PorukaError


class NothingToDraw(PorukaError):
    """The data do not hold what this figure shows."""


class Drawing:
    """A figure together with the table of its numbers.

    Attributes
    ----------
    table : pandas.DataFrame
        Exactly what is drawn.
    title, caption, alt : str
        ``caption`` gives unit, number of worlds and seed; ``alt`` is the alternative text for
        readers who cannot see the figure.
    size : tuple
        Inches, when no axes are given.
    grid, subplot_options : tuple, dict
        Rows and columns of panels, and further arguments of ``matplotlib.pyplot.subplots``.
    """

    table: pd.DataFrame
    title: str = ""
    caption: str = ""
    alt: str = ""
    size: tuple[float, float] = (7.5, 4.2)
    grid: tuple[int, int] = (1, 1)
    subplot_options: Mapping[str, Any] = MappingProxyType({})

    def _repr_png_(self) -> bytes:
        """Return the picture that a notebook shows of a figure."""
        import matplotlib.pyplot as plt

        with figure_style():
            figure, buffer = get_figure(self.draw()), io.BytesIO()
            figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
            plt.close(figure)
        return buffer.getvalue()

    def draw(self, ax: Any = None, with_text: bool = True) -> Any:
        """Draw the figure and return its axes, an array of them where there are several panels.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; several panels divide it among them. A new figure is made without it.
        with_text : bool
            Whether a new figure carries its title and caption.
        """
        with figure_style():
            if ax is None:
                ax = self._new_axes(with_text)
            elif self.grid != (1, 1):
                ax = self._split_axes(ax)
            self._draw(ax)
        return ax

    def _draw(self, ax: Any) -> None:
        raise NotImplementedError

    def _new_axes(self, with_text: bool) -> Any:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(
            *self.grid, figsize=self.size, layout="constrained", **self.subplot_options
        )
        if with_text:
            figure.suptitle(self.title, x=0.01, ha="left", color=NEAR_BLACK)
            note = textwrap.fill(self.caption, int(self.size[0] * 15))
            figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=GREY)
        return axes

    def _split_axes(self, ax: Any) -> Any:
        import numpy as np

        rows, columns = self.grid
        ax.axis("off")
        panels = np.empty(self.grid, dtype=object)
        heights, widths = (
            np.array(self.subplot_options.get(name, [1.0] * count), dtype=float)
            for name, count in (("height_ratios", rows), ("width_ratios", columns))
        )
        heights, widths = heights / heights.sum(), widths / widths.sum()
        for row in range(rows):
            for column in range(columns):
                height, width = heights[row], widths[column]
                panels[row, column] = ax.inset_axes(
                    (
                        widths[:column].sum() + 0.03 * columns * width,
                        1 - heights[: row + 1].sum() + 0.05 * rows * height,
                        0.9 * width,
                        0.72 * height,
                    )
                )
        return panels.squeeze()


def say_empty(ax: Any, why: str) -> None:
    """Write into a panel why it shows nothing, so that it does not pass for one that shows zero."""
    ax.text(0.5, 0.5, why, transform=ax.transAxes, ha="center", va="center", color=GREY)


def get_figure(drawn_axes: Any) -> Any:
    """Return the matplotlib figure behind what `draw` returned."""
    axes = drawn_axes.flat[0] if hasattr(drawn_axes, "flat") else drawn_axes
    return axes.get_figure(root=True)


def render_svg(drawing: Drawing) -> bytes:
    """Return a figure as SVG without title and caption, which the page sets in type."""
    import matplotlib.pyplot as plt

    with figure_style():
        figure = get_figure(drawing.draw(with_text=False))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(figure)
    return buffer.getvalue()


def save_for_page(drawing: Drawing, folder: str | Path, name: str) -> bytes:
    """Write a figure as PNG and SVG and its table as CSV; return the SVG without title and caption.

    The figure is drawn only once.
    """
    import matplotlib.pyplot as plt

    folder, picture, buffer = create_results_folder(folder), io.BytesIO(), io.BytesIO()
    with figure_style():
        figure = get_figure(drawing.draw())
        for part, text in (("title", figure._suptitle), ("caption", figure._supxlabel)):
            text.set_gid(part)
        figure.savefig(picture, format="png", dpi=150, metadata={"Software": None})
        # The layout is final: computing it again for each format would only cost time.
        figure.set_layout_engine("none")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        edges = _plot_extent(figure)
        plt.close(figure)
    write_inside(folder, f"{name}.png", content=picture.getvalue())
    write_inside(folder, f"{name}.svg", content=buffer.getvalue())
    write_inside(folder, f"{name}.csv", content=drawing.table.to_csv(index=False))
    return _crop_svg(buffer.getvalue().decode("utf-8"), *edges).encode("utf-8")


def save_figure(drawing: Drawing, folder: str | Path, name: str) -> list[Path]:
    """Write a figure as PNG and SVG and its table as CSV, and return the three paths.

    ``name`` may lead into a folder inside ``folder``, such as ``figures/outcomes``.
    """
    save_for_page(drawing, folder, name)
    return [Path(folder) / f"{name}.{kind}" for kind in ("png", "svg", "csv")]


def _plot_extent(figure: Any) -> tuple[float, float]:
    """Return the heights at which the caption ends and the title begins, in points from below."""
    scale, high = 72.0 / figure.dpi, 72.0 * figure.get_figheight()
    extents = {}
    for name, text in (("caption", figure._supxlabel), ("title", figure._suptitle)):
        if text is not None and text.get_text():
            extents[name] = text.get_window_extent()
    low = extents["caption"].y1 * scale if "caption" in extents else 0.0
    return low, extents["title"].y0 * scale if "title" in extents else high


def _crop_svg(svg_text: str, low: float, high: float) -> str:
    """Return an SVG cropped between two heights, without title and caption, with 2 decimals."""
    _, _, width, height = map(float, re.search(r'viewBox="([^"]+)"', svg_text)[1].split())  # type: ignore[index]
    size = (
        f'width="{width:g}pt" height="{high - low:.1f}pt" viewBox="0 {height - high:.1f} {width:g}'
        f' {high - low:.1f}"'
    )
    svg_text = re.sub(r'width="[^"]+pt" height="[^"]+pt" viewBox="[^"]+"', size, svg_text, count=1)
    # Glyphs defined in title or caption stay, for other text may use them.
    for part in ("title", "caption"):
        begin = svg_text.find(f'<g id="{part}">')
        end = svg_text.find("  </g>\n ", svg_text.find("<use", begin)) if begin >= 0 else -1
        if end >= 0:
            svg_text = (
                svg_text[:begin]
                + re.sub(r"\s*<use [^>]*/>", "", svg_text[begin:end])
                + svg_text[end:]
            )
    return re.sub(
        r' (?:d|x|y|points)="[^"]*"',
        lambda match: re.sub(r"(\.\d\d)\d+", r"\1", match[0].replace("\n", " ")),
        svg_text,
    )
