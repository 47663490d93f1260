"""Placement of short labels beside points so that they cover neither each other nor a point."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from poruka.figures.base.style import GREY, NEAR_BLACK

_CANDIDATE_OFFSETS = [
    (distance, angle)
    for distance in (9.0, 15.0, 22.0, 30.0)
    for angle in (35, -35, 145, -145, 90, -90, 0, 180)
]
"""Positions tried for a label: distance in points and angle in degrees, nearest first."""
_MARKER_HALF_WIDTH, _FONT_SIZE = 3.5, 8.0
"""Half the width of a marker, and the font size, in points."""


def place_labels(anchors: np.ndarray, obstacles: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
    """Return the centre of each label, in points, so that labels cover as little as possible.

    Parameters
    ----------
    anchors : ndarray of float64, shape (labels, 2)
        The labelled positions, in points.
    obstacles : ndarray of float64, shape (obstacles, 2)
        Positions that labels should not cover.
    lengths : sequence of int
        Letters of each label.

    Examples
    --------
    >>> anchors = np.array([[0.0, 0.0], [3.0, 0.0]])
    >>> first, second = place_labels(anchors, anchors.copy(), [1, 1])
    >>> bool(abs(first - second).max() > 5.0)
    True
    """
    placed: list[np.ndarray] = []
    placed_halves: list[np.ndarray] = []
    for anchor, length in zip(anchors, lengths, strict=True):
        half = np.array([0.32 * _FONT_SIZE * length, 0.5 * _FONT_SIZE])
        best_position, fewest_hidden = anchor, np.inf
        for distance, angle in _CANDIDATE_OFFSETS:
            position = anchor + distance * np.array(
                [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
            )
            hidden = int(
                (np.abs(obstacles - position) < half + _MARKER_HALF_WIDTH).all(axis=1).sum()
            )
            hidden += sum(
                bool((np.abs(neighbour - position) < half + neighbour_half).all())
                for neighbour, neighbour_half in zip(placed, placed_halves, strict=True)
            )
            if hidden < fewest_hidden:
                best_position, fewest_hidden = position, hidden
            if hidden == 0:
                break
        placed.append(best_position)
        placed_halves.append(half)
    return np.array(placed).reshape(-1, 2)


def label_points(ax: Any, points: np.ndarray, labels: Sequence[str], obstacles: np.ndarray) -> None:
    """Label points of axes whose limits are set; a thin line ties a distant label to its point."""
    low, high = (np.array(ends) for ends in zip(ax.get_xlim(), ax.get_ylim(), strict=True))
    box = ax.get_position()
    scale = 72.0 * np.array(ax.figure.get_size_inches()) * [box.width, box.height] / (high - low)
    anchors = np.asarray(points, dtype=float).reshape(-1, 2) * scale
    for anchor, position, label in zip(
        anchors,
        place_labels(
            anchors,
            np.asarray(obstacles, dtype=float).reshape(-1, 2) * scale,
            [len(label) for label in labels],
        ),
        labels,
        strict=True,
    ):
        is_distant = np.hypot(*(position - anchor)) > 10.0
        ax.annotate(
            label,
            anchor / scale,
            xytext=tuple(position - anchor),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=_FONT_SIZE,
            color=NEAR_BLACK,
            arrowprops=(
                {"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
                if is_distant
                else None
            ),
        )
