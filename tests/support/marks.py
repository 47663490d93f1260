"""What a figure shows, once it is drawn."""

from typing import Any

import numpy as np


def marks(drawn: Any) -> int:
    """Return how many lines, areas, pictures and words stand in the axes that a figure was drawn
    into, and in axes within them; titles, labels and ticks do not count.
    """
    axes = list(np.atleast_1d(np.asarray(drawn, dtype=object)).flat)
    axes[0].get_figure().canvas.draw()
    return sum(
        len(ax.lines)
        + len(ax.collections)
        + len(ax.patches)
        + len(ax.images)
        + sum(bool(text.get_text().strip()) for text in ax.texts)
        for outer in axes
        for ax in (outer, *outer.child_axes)
        if ax.get_visible()
    )
