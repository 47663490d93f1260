"""Grids of panels for figures of experiments, what they can show, and their legends."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import NothingToDraw


def panel_grid(count: int, max_columns: int = 2) -> tuple[int, int]:
    """Return rows and columns of a grid for a number of panels."""
    columns = min(count, max_columns)
    return -(-count // columns), columns


def visible_axes(axes: Any, count: int) -> list[Any]:
    """Return the first axes up to a number, and hide the rest."""
    cells = list(np.atleast_1d(axes).flat)
    for ax in cells[count:]:
        ax.set_visible(False)
    return cells[:count]


def first_axes(axes: Any) -> Any:
    """Return the first axes of an array, or the axes themselves."""
    return np.atleast_1d(axes).flat[0]


def add_legend_beside(ax: Any, handles: list[Any] | None = None, title: str = "") -> None:
    """Put a legend beside the figure, or beside the axes where the figure holds other axes too.

    Inside the axes it could lie on what they show.
    """
    entries = [handles] if handles is not None else ax.get_legend_handles_labels()
    options = dict(zip(("handles", "labels"), entries, strict=False)) | {"title": title or None}
    figure = ax.get_figure(root=True)
    if figure.get_layout_engine() is not None:
        figure.legend(loc="outside right upper", **options)
    else:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), **options)


def measured_quantities(table: pd.DataFrame, columns: list[str]) -> list[str]:
    """Return the quantities for which a table has numbers in some columns.

    Raises
    ------
    NothingToDraw
        When it has none, as where a world of every point failed.

    Examples
    --------
    >>> table = pd.DataFrame({"quantity": ["a", "b"], "effect": [1.0, float("nan")]})
    >>> measured_quantities(table, ["effect"])
    ['a']
    """
    names = [
        str(quantity)
        for quantity, rows in table.groupby("quantity", sort=False)
        if rows[columns].notna().any().all()
    ]
    if not names:
        raise NothingToDraw("too many worlds failed: no quantity could be computed at any point")
    return names
