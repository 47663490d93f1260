"""Figure of simulation-based calibration: ranks of planted truths in their posteriors."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom

from poruka.analysis.calibration.planted_truths import RANK_BINS, RANK_DRAWS
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import BLUE, LIGHT_GREY, NEAR_BLACK
from poruka.figures.experiments.panels import panel_grid, visible_axes


class RankHistograms(Drawing):
    """How often a truth has each rank among draws from its posterior; even, if all is right.

    Parameters
    ----------
    located : dict of str to DataFrame
        By title, the located truths of one number, as
        :func:`poruka.analysis.calibration.planted_truths.plant_truths` returns them.
    """

    def __init__(self, located: dict[str, pd.DataFrame]):
        rows = []
        for title, part in located.items():
            bins = part["rank"].to_numpy() * RANK_BINS // (RANK_DRAWS + 1)
            counts = np.bincount(bins, minlength=RANK_BINS)
            low, high = binom.ppf([0.005, 0.995], len(part), 1.0 / RANK_BINS)
            rows += [
                (title, number, int(count), float(low), float(high), len(part))
                for number, count in enumerate(counts)
            ]
        self.table = pd.DataFrame(
            rows, columns=["panel", "bin", "truths", "low_99", "high_99", "of"]
        )
        self.panels = list(located)
        self.grid = panel_grid(len(located), 3)
        self.size = (3.0 * self.grid[1] + 0.4, 2.1 * self.grid[0] + 1.1)
        self.title = "Ranks of planted truths in their posteriors"
        self.caption = (
            f"Rank among {RANK_DRAWS} draws from the posterior, in {RANK_BINS} bins; grey: where"
            " 99 % of counts lie if bands hold what they say. A heap in the middle: bands too wide;"
            " heaps at both ends: too narrow; a slope: to one side. n = "
            + ", ".join(sorted({f"{len(part):,}" for part in located.values()}))
            + " truths each."
        )
        outside = (
            self.table[
                (self.table["truths"] < self.table["low_99"])
                | (self.table["truths"] > self.table["high_99"])
            ]
            .groupby("panel")["bin"]
            .count()
        )
        self.alt = "Bins outside the 99 % band: " + "; ".join(
            f"{' '.join(panel.split())}: {int(outside.get(panel, 0))} of {RANK_BINS}"
            for panel in self.panels
        )

    def _draw(self, axes: Any) -> None:
        for ax, panel in zip(visible_axes(axes, len(self.panels)), self.panels, strict=False):
            part = self.table[self.table["panel"] == panel]
            ax.axhspan(part["low_99"].iloc[0], part["high_99"].iloc[0], color=LIGHT_GREY)
            ax.bar(part["bin"], part["truths"], width=0.9, color=BLUE)
            ax.axhline(part["of"].iloc[0] / RANK_BINS, color=NEAR_BLACK, linewidth=0.8)
            ax.set_title(panel, fontsize=8)
            ax.set_xticks([0, RANK_BINS - 1], ["lowest", "highest"])
            ax.set_ylim(0.0, 1.15 * max(part["truths"].max(), part["high_99"].iloc[0]))
