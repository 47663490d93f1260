"""Paths not taken at a glance: one row a path, the difference it makes to what was first expected
of it, family by family.
"""

from typing import Any

import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION, format_caption
from poruka.theory.counterfactuals.results import format_interval
from poruka.utils.labels import format_label

EXPECTATION_STYLES = {
    "borne out": (BLUE, "o", BLUE),
    "opposite": (VERMILION, "D", VERMILION),
    "not told apart": (GREY, "o", "white"),
}
"""Colour, marker and filling of each verdict."""
AXIS_LIMIT = 3.5
"""Standard deviations at which the axis ends; what lies beyond is drawn as an arrow at its edge."""


class CounterfactualEffects(Drawing):
    """Paired differences of paths from the histories they leave, in standard deviations of worlds.

    Parameters
    ----------
    answers : pandas.DataFrame
        As :func:`poruka.theory.counterfactuals.results.build_results_table` returns it; the first
        expectation of each path is drawn.

    Raises
    ------
    NothingToDraw
        When there are no answers, or none of them is a difference.
    """

    def __init__(self, results: pd.DataFrame):
        first = results.drop_duplicates("id")
        first = first[first["difference"].notna()].reset_index(drop=True)
        if not len(first):
            raise NothingToDraw("no path has been set against another history")
        unit = first["spread"].where(
            first["spread"] > 1e-9, 1.0
        )  # where no world differs from another there is no difference either
        scaled = {f"{part}_in_sd": first[part] / unit for part in ("difference", "low", "high")}
        self.table = first.assign(**scaled)
        self.families = list(dict.fromkeys(self.table["family"]))
        rows = len(self.table) + len(self.families)
        self.size = (11.0, 0.2 * rows + 1.6)
        self.title = "Paths not taken: what each makes different"
        seeds = sorted(set(self.table["seed"]))
        counts = self.table["verdict"].value_counts()
        self.caption = format_caption(
            "First expectation of each path: mean difference from the history it leaves, world by"
            " world, whiskers 95 %. Blue dots: borne out; orange diamonds: opposite; hollow: not"
            " told apart; what was expected of some is a level, not a difference. Arrows lie beyond"
            " the axis. Figures on the right are in the quantity's own unit.",
            int(self.table["worlds"].max()),
            int(seeds[0]),
            "standard deviations of worlds",
        )
        self.alt = f"{len(self.table)} paths in {len(self.families)} families. " + " ".join(
            f"{count} {verdict}:"
            f" {', '.join(self.table.loc[self.table['verdict'] == verdict, 'id'])}."
            for verdict, count in counts.items()
        )

    def _draw(self, ax: Any) -> None:
        place, ticks, labels, texts = 0, [], [], []
        ax.axvline(0.0, color=GREY, linewidth=0.8)
        for family in self.families:
            ax.text(
                0.0,
                place,
                family.capitalize(),
                transform=ax.get_yaxis_transform(),
                fontsize=9,
                fontweight="bold",
                color=NEAR_BLACK,
                va="center",
            )
            place += 1
            for _, row in self.table[self.table["family"] == family].iterrows():
                self._draw_row(ax, row, place)
                ticks.append(place)
                labels.append(f"{row['title']}  {row['id']}")
                texts.append(f"{format_label(row['quantity'])}  {format_interval(row)}")
                place += 1
        ax.set_yticks(ticks, labels, fontsize=8)
        right = ax.secondary_yaxis("right")
        right.set_yticks(ticks, texts, fontsize=8)
        for side in (ax, right):
            side.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        right.spines["right"].set_visible(False)
        ax.spines["left"].set_visible(False)
        ax.set_ylim(place - 0.4, -0.6)
        ax.set_xlim(-1.04 * AXIS_LIMIT, 1.04 * AXIS_LIMIT)
        ax.set_xlabel("difference, in standard deviations of worlds")

    @staticmethod
    def _draw_row(ax: Any, row: pd.Series, place: int) -> None:
        colour, marker, filling = EXPECTATION_STYLES[row["verdict"]]
        ax.axhline(place, color=LIGHT_GREY, linewidth=0.6, zorder=0)
        middle = float(row["difference_in_sd"])
        if abs(middle) > AXIS_LIMIT:
            ax.plot(
                [AXIS_LIMIT if middle > 0.0 else -AXIS_LIMIT],
                [place],
                marker=">" if middle > 0.0 else "<",
                color=colour,
                markersize=6,
                clip_on=False,
            )
            return
        ax.plot(
            [max(-AXIS_LIMIT, row["low_in_sd"]), min(AXIS_LIMIT, row["high_in_sd"])],
            [place, place],
            color=colour,
            linewidth=1.2,
        )
        ax.plot(
            [middle],
            [place],
            marker=marker,
            color=colour,
            markerfacecolor=filling,
            markersize=5,
            linestyle="",
            zorder=3,
        )
