"""Figures of a fit to the record: what is left of numbers, of combinations, and of targets."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, say_empty
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK
from poruka.figures.experiments.panels import visible_axes

SHOWN = 24
"""Rows of a figure at most."""


class RecordBands(Drawing):
    """90 % bands of numbers before and after the record, as shares of their ranges.

    Parameters
    ----------
    numbers : pandas.DataFrame
        As :func:`poruka.analysis.record_fit.record_findings.find_informed` gives it, with the
        columns low and high of the declared range.
    """

    def __init__(self, numbers: pd.DataFrame):
        informed = numbers[numbers["informed"]].sort_values("contraction", ascending=False)
        self.table = informed.head(SHOWN).reset_index(drop=True)
        self.size = (8.0, 1.4 + 0.26 * max(len(self.table), 3))
        self.title = "Numbers of which the record says something"
        self.caption = (
            "Grey: 90 % of draws from the range; blue: 90 % band and median of what the record"
            f" leaves. {len(informed)} of {len(numbers)} numbers differ from their prior at a false"
            f" discovery rate of 5 %; {len(self.table)} are shown, the narrowest first."
        )
        self.alt = (
            "; ".join(
                f"{row.number}: variance smaller by {row.contraction:.0%}"
                for row in self.table.head(6).itertuples()
            )
            or "no number differs from its prior"
        )

    def _draw(self, axes: Any) -> None:
        ax = visible_axes(axes, 1)[0]
        if not len(self.table):
            say_empty(ax, "no number differs from its prior")
            return
        places = np.arange(len(self.table))[::-1]
        width = (self.table["high"] - self.table["low"]).to_numpy()

        def share(column: str) -> np.ndarray:
            return np.asarray((self.table[column] - self.table["low"]).to_numpy() / width)

        ax.barh(
            places,
            share("prior_high") - share("prior_low"),
            left=share("prior_low"),
            height=0.8,
            color=LIGHT_GREY,
        )
        ax.hlines(
            places, share("posterior_low"), share("posterior_high"), color=BLUE, linewidth=2.5
        )
        ax.plot(share("posterior"), places, "o", color=NEAR_BLACK, markersize=4)
        ax.set_yticks(places, list(self.table["number"]), fontsize=8)
        ax.set_xlim(0.0, 1.0)
        ax.set_xlabel("share of the declared range")


class RecordTargetsReached(Drawing):
    """Targets over worlds of the prior and of what the record leaves.

    Parameters
    ----------
    reached : pandas.DataFrame
        As :func:`poruka.analysis.record_fit.record_findings.compare_targets` gives it.
    """

    def __init__(self, reached: pd.DataFrame):
        self.table = reached.reset_index(drop=True)
        self.countries = list(dict.fromkeys(self.table["country"]))
        most = self.table.groupby("country").size().max()
        self.grid = (1, len(self.countries))
        self.size = (5.6 * len(self.countries), 1.6 + 0.22 * float(most))
        self.title = "How near worlds come to each target"
        self.caption = (
            "Share of worlds near the record (within twice its discrepancy, or a tenth of the way"
            " between two worlds): hollow, numbers drawn from their ranges; filled, from what the"
            " record leaves, in fresh worlds. What more worlds meet stands higher."
        )
        counts = self.table["state"].value_counts()
        self.alt = f"Of {len(self.table)} targets: " + ", ".join(
            f"{counts.get(state, 0)} {state}"
            for state in ("reached", "pulled away", "hardly reached")
        )

    def _draw(self, axes: Any) -> None:
        panels = visible_axes(axes, len(self.countries))
        for ax, country in zip(panels, self.countries, strict=False):
            part = self.table[self.table["country"] == country].sort_values("near_after")
            places = np.arange(len(part))
            ax.hlines(places, part["near_before"], part["near_after"], color=GREY, linewidth=2)
            ax.plot(part["near_before"], places, "o", mfc="white", mec=NEAR_BLACK, markersize=4)
            ax.plot(part["near_after"], places, "o", color=BLUE, markersize=4.5)
            ax.set_yticks(places, list(part["label"]), fontsize=7)
            ax.set_xlim(-0.02, 1.02)
            ax.set_ylim(-1.0, len(part))
            ax.set_title(country.title(), fontsize=9)
            ax.set_xlabel("share of worlds near the record")


class RecordCombinations(Drawing):
    """What is left of the combinations of numbers that targets see best.

    Parameters
    ----------
    combinations : pandas.DataFrame
        As :func:`poruka.analysis.record_fit.record_findings.find_informed` gives it.
    """

    def __init__(self, combinations: pd.DataFrame):
        self.table = combinations.reset_index(drop=True)
        self.size = (8.6, 1.4 + 0.3 * len(self.table))
        self.title = "Combinations of numbers that the targets see best"
        self.caption = (
            "Share of the variance over draws from the ranges that the record leaves, with 95 %"
            " interval; cross: what a linear reckoning expects. 1: nothing is said. Each is named"
            " by its two largest members; tables/combinations.csv has four of each."
        )
        self.alt = "; ".join(
            f"{row.members.split(', ')[0]}: {row.left:.0%} left" for row in self.table.itertuples()
        )

    def _draw(self, axes: Any) -> None:
        ax = visible_axes(axes, 1)[0]
        places = np.arange(len(self.table))[::-1]
        ax.axvline(1.0, color=GREY)
        ax.hlines(places, self.table["left_low"], self.table["left_high"], color=BLUE, linewidth=2)
        ax.plot(self.table["left"], places, "o", color=BLUE, markersize=5)
        ax.plot(self.table["expected"], places, "x", color=NEAR_BLACK, markersize=5)
        ax.set_yticks(
            places, [", ".join(text.split(", ")[:2]) for text in self.table["members"]], fontsize=8
        )
        ax.set_xlim(left=0.0)
        ax.set_xlabel("share of the variance that is left")
