"""Short labels beside points, put where they hide neither each other nor a point."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from poruka.figures.base.style import GREY, NEAR_BLACK

_CANDIDATE_OFFSETS = [
    (distance, angle)
    for distance in (9.0, 15.0, 22.0, 30.0)
    for angle in (35, -35, 145, -145, 90, -90, 0, 180)
]
"""Where a label is tried: points of distance, degrees from the horizontal; near and to the upper
right first.
"""
_MARKER_HALF_WIDTH, _FONT_SIZE = 3.5, 8.0
"""Half the width of a point's mark, and the size of the letters, in points."""


def place_labels(anchors: np.ndarray, obstacles: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
    """Return the middle of each label, in points, such that no label covers a dot or another label
    if that can be had.

    Parameters
    ----------
    spots : ndarray of float64, shape (labels, 2)
        What is labelled, in points.
    dots : ndarray of float64, shape (dots, 2)
        Everything that is not to be covered.
    lengths : sequence of int
        Letters of each label.

    Examples
    --------
    >>> spots = np.array([[0.0, 0.0], [3.0, 0.0]])
    >>> one, other = place_labels(spots, spots.copy(), [1, 1])
    >>> bool(abs(one - other).max() > 5.0)
    True
    """
    put: list[np.ndarray] = []
    halves: list[np.ndarray] = []
    for spot, length in zip(anchors, lengths, strict=True):
        half = np.array([0.32 * _FONT_SIZE * length, 0.5 * _FONT_SIZE])
        best, least = spot, np.inf
        for distance, angle in _CANDIDATE_OFFSETS:
            at = spot + distance * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
            hidden = int((np.abs(obstacles - at) < half + _MARKER_HALF_WIDTH).all(axis=1).sum())
            hidden += sum(
                bool((np.abs(other - at) < half + wide).all())
                for other, wide in zip(put, halves, strict=True)
            )
            if hidden < least:
                best, least = at, hidden
            if hidden == 0:
                break
        put.append(best)
        halves.append(half)
    return np.array(put).reshape(-1, 2)


def label_points(ax: Any, points: np.ndarray, labels: Sequence[str], obstacles: np.ndarray) -> None:
    """Label points of an axes whose limits are set; a label that had to go farther off is tied to
    its point by a thin line.
    """
    low, high = (np.array(ends) for ends in zip(ax.get_xlim(), ax.get_ylim(), strict=True))
    box = ax.get_position()
    scale = 72.0 * np.array(ax.figure.get_size_inches()) * [box.width, box.height] / (high - low)
    spots = np.asarray(points, dtype=float).reshape(-1, 2) * scale
    for spot, at, label in zip(
        spots,
        place_labels(
            spots,
            np.asarray(obstacles, dtype=float).reshape(-1, 2) * scale,
            [len(one) for one in labels],
        ),
        labels,
        strict=True,
    ):
        far = np.hypot(*(at - spot)) > 10.0
        ax.annotate(
            label,
            spot / scale,
            xytext=tuple(at - spot),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=_FONT_SIZE,
            color=NEAR_BLACK,
            arrowprops=(
                {"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
                if far
                else None
            ),
        )
