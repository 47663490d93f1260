"""The figure of a page on robustness: how far every arm moves every headline result."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.robustness.effects import is_between
from poruka.figures.base.drawing import Drawing, say_empty
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, VERMILION
from poruka.figures.experiments.panels import visible_axes

FARTHEST = 3.0
"""Effects beyond this many standard deviations stand at the edge."""
_MARKS = ((BLUE, "o"), (VERMILION, "^"))


class RobustnessChart(Drawing):
    """Effects of all arms on all headline results, one panel a group of arms.

    Parameters
    ----------
    effects : pandas.DataFrame
        As :func:`poruka.analysis.robustness.effects.measure_effects` gives them.
    labels : mapping of str to str
        Quantities to what they are called, in the order of the figure.
    groups : mapping of str to str
        Groups of arms to what they are called.
    large : float
        Effects of this many standard deviations of worlds are large.
    worlds : int
        Of every arm.
    """

    def __init__(
        self,
        effects: pd.DataFrame,
        labels: Mapping[str, str],
        groups: Mapping[str, str],
        large: float,
        worlds: int,
    ):
        shown = effects[~effects["country"].map(is_between).astype(bool)]
        columns = ["country", "quantity", "group", "arm", "effect", "size", "q", "found", "large"]
        self.table = shown[columns].reset_index(drop=True)
        self.labels, self.large = dict(labels), large
        self.groups = {key: text for key, text in groups.items() if key in set(shown["group"])}
        self.countries = list(dict.fromkeys(self.table["country"]))[: len(_MARKS)]
        self.grid = (1, max(1, len(self.groups)))
        self.subplot_options = {"sharey": True}
        self.size = (3.0 + 2.6 * self.grid[1], 1.9 + 0.42 * len(self.labels))
        self.title = "How far headline results move"
        marks = ", ".join(
            f"{name.title()} {sign}"
            for name, sign in zip(self.countries, ("circles", "triangles"), strict=False)
        )
        self.caption = (
            "Mean paired effect of each arm, in standard deviations of worlds as they are; dashed:"
            f" {large:g} of them. Filled: found at the false discovery rate of the experiment;"
            f" hollow: not told from luck. {marks}. {worlds} worlds of every arm; beyond"
            f" {FARTHEST:g} drawn at the edge."
        )
        self.alt = "; ".join(
            f"{text}: {int(part['found'].sum())} of {len(part)} effects found,"
            f" {int(part['large'].sum())} of them large"
            for key, text in self.groups.items()
            for part in [self.table[self.table["group"] == key]]
        )

    def _draw(self, axes: Any) -> None:
        panels = visible_axes(axes, len(self.groups))
        if not self.groups:
            say_empty(np.ravel(axes)[0], "no arm was played")
            return
        names = list(self.labels)
        for ax, (group, title) in zip(panels, self.groups.items(), strict=False):
            for side in (-self.large, self.large):
                ax.axvline(side, color=GREY, linestyle="--", linewidth=1)
            ax.axvline(0.0, color=GREY, linewidth=0.8)
            for place, (country, (colour, mark)) in enumerate(
                zip(self.countries, _MARKS, strict=False)
            ):
                part = self.table[
                    (self.table["group"] == group) & (self.table["country"] == country)
                ]
                rows = np.array([names.index(name) for name in part["quantity"]], dtype=float)
                heights = len(names) - 1 - rows - 0.17 + 0.34 * (1 - place)
                sizes = part["size"].clip(-FARTHEST, FARTHEST).to_numpy()
                found = part["found"].to_numpy()
                ax.scatter(
                    sizes[~found],
                    heights[~found],
                    s=9,
                    marker=mark,
                    facecolors="none",
                    edgecolors=LIGHT_GREY,
                    linewidths=0.7,
                )
                ax.scatter(
                    sizes[found],
                    heights[found],
                    s=16,
                    marker=mark,
                    color=colour,
                    alpha=0.75,
                    linewidths=0,
                )
            ax.set_xlim(-FARTHEST - 0.2, FARTHEST + 0.2)
            ax.set_ylim(-0.7, len(names) - 0.3)
            ax.set_title(title, fontsize=9)
            ax.set_yticks(
                range(len(names)), [self.labels[name] for name in names[::-1]], fontsize=8
            )
        panels[0].set_xlabel("effect in standard deviations of worlds", fontsize=8)
