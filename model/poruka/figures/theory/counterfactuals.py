"""Counterfactual paths at a glance: the effect of each on its first expected quantity."""

from typing import Any

import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION, format_caption
from poruka.figures.base.wording import quantity_label
from poruka.theory.counterfactuals.results import format_interval
from poruka.utils.coverage import table_coverage

EXPECTATION_STYLES = {
    "borne out": (BLUE, "o", BLUE),
    "opposite": (VERMILION, "D", VERMILION),
    "not told apart": (GREY, "o", "white"),
}
"""Colour, marker and filling of each verdict."""
AXIS_LIMIT = 3.5
"""Standard deviations at which the axis ends; an arrow marks values beyond."""


class CounterfactualEffects(Drawing):
    """Paired differences of counterfactual paths from their baselines, in standard deviations.

    Parameters
    ----------
    results : pandas.DataFrame
        As :func:`poruka.theory.counterfactuals.results.build_results_table` returns it; the first
        expectation of each path is drawn.

    Raises
    ------
    NothingToDraw
        When there are no results, or none of them is a difference.
    """

    def __init__(self, results: pd.DataFrame):
        # What no world shows, such as the size of crowds where there is none, has no difference.
        measured = results[results["difference"].notna()]
        first = measured.drop_duplicates("id").reset_index(drop=True)
        if not len(first):
            raise NothingToDraw(
                "no path has been compared with another history; run paths that expect a difference"
            )
        # Where no world differs from another there is no difference either.
        unit = first["spread"].where(first["spread"] > 1e-9, 1.0)
        scaled = {f"{part}_in_sd": first[part] / unit for part in ("difference", "low", "high")}
        self.table = first.assign(**scaled)
        self.families = list(dict.fromkeys(self.table["family"]))
        rows = len(self.table) + len(self.families)
        self.size = (11.0, 0.2 * rows + 1.6)
        self.title = "Effects of counterfactual paths"
        seeds = sorted(set(self.table["seed"]))
        counts = self.table["verdict"].value_counts()
        coverage = table_coverage(self.table, "completed", "worlds")
        fewest_note = "" if coverage.is_complete else " n is the smallest of all paths."
        self.caption = format_caption(
            "First expectation of each path that was measured: mean paired difference from its"
            " baseline, whiskers 95 %. Blue dots: borne out; orange diamonds: opposite; hollow: not"
            " told apart; paths that expect a level, not a difference, are left out. Arrows: beyond"
            f" the axis. Numbers on the right are in the quantity's own unit.{fewest_note}",
            coverage,
            int(seeds[0]),
            "standard deviations of worlds",
        )
        self.alt = f"{len(self.table)} paths in {len(self.families)} families. " + " ".join(
            f"{count} {verdict}:"
            f" {', '.join(self.table.loc[self.table['verdict'] == verdict, 'id'])}."
            for verdict, count in counts.items()
        )

    def _draw(self, ax: Any) -> None:
        position, ticks, labels, texts = 0, [], [], []
        ax.axvline(0.0, color=GREY, linewidth=0.8)
        for family in self.families:
            ax.text(
                0.0,
                position,
                family.capitalize(),
                transform=ax.get_yaxis_transform(),
                fontsize=9,
                fontweight="bold",
                color=NEAR_BLACK,
                va="center",
            )
            position += 1
            for _, row in self.table[self.table["family"] == family].iterrows():
                self._draw_row(ax, row, position)
                ticks.append(position)
                labels.append(f"{row['title']}  {row['id']}")
                texts.append(f"{quantity_label(row['quantity'])}  {format_interval(row)}")
                position += 1
        ax.set_yticks(ticks, labels, fontsize=8)
        right = ax.secondary_yaxis("right")
        right.set_yticks(ticks, texts, fontsize=8)
        for side in (ax, right):
            side.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        right.spines["right"].set_visible(False)
        ax.spines["left"].set_visible(False)
        ax.set_ylim(position - 0.4, -0.6)
        ax.set_xlim(-1.04 * AXIS_LIMIT, 1.04 * AXIS_LIMIT)
        ax.set_xlabel("difference, in standard deviations of worlds")

    @staticmethod
    def _draw_row(ax: Any, row: pd.Series, position: int) -> None:
        colour, marker, face = EXPECTATION_STYLES[row["verdict"]]
        ax.axhline(position, color=LIGHT_GREY, linewidth=0.6, zorder=0)
        difference = float(row["difference_in_sd"])
        if abs(difference) > AXIS_LIMIT:
            ax.plot(
                [AXIS_LIMIT if difference > 0.0 else -AXIS_LIMIT],
                [position],
                marker=">" if difference > 0.0 else "<",
                color=colour,
                markersize=6,
                clip_on=False,
            )
            return
        ax.plot(
            [max(-AXIS_LIMIT, row["low_in_sd"]), min(AXIS_LIMIT, row["high_in_sd"])],
            [position, position],
            color=colour,
            linewidth=1.2,
        )
        ax.plot(
            [difference],
            [position],
            marker=marker,
            color=colour,
            markerfacecolor=face,
            markersize=5,
            linestyle="",
            zorder=3,
        )
