"""Figure of a screening of many numbers: which of them moves which outcome, and how strongly."""

from typing import Any

import numpy as np

from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_screening import GroupScreening
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.contrast import text_colour
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import GREY, NEAR_BLACK, format_caption, sequential_colormap
from poruka.figures.experiments.panels import visible_axes
from poruka.figures.experiments.screening_aspects import effect_coverage, how_moved

MAX_NUMBERS = 30
"""Numbers drawn for each country; the others are in the table only."""


class ScreeningFigure(Drawing):
    """The numbers that move something, by outcome and country, with the size of their effects."""

    def __init__(self, result: GroupScreening, naming: AxisNaming, plan: Screening, seed: int):
        self.result, self.naming = result, naming
        self.table = result.numbers[result.numbers["moves"]].copy()
        # The direction that acts more, in units of the largest such effect on the same outcome.
        self.table["size"] = self.table[["up", "down"]].abs().max(axis=1)
        largest = self.table.groupby(["scenario", "quantity"])["size"].transform("max")
        self.table["share"] = self.table["size"] / largest
        self.scenarios = list(dict.fromkeys(result.numbers["scenario"]))
        self.quantities = list(dict.fromkeys(result.numbers["quantity"]))
        self.rows = {name: self._strongest(name) for name in self.scenarios}
        self.grid = (1, len(self.scenarios))
        longest = max(1, *map(len, self.rows.values()))
        self.size = (
            (3.0 + 0.45 * len(self.quantities)) * len(self.scenarios) + 2.0,
            3.6 + 0.22 * longest,
        )
        screened = result.numbers["factor"].nunique()
        self.title = "Which numbers move which outcomes"
        self.caption = format_caption(
            f"Of {screened} numbers, those that move an outcome, {how_moved(plan)}, with a false"
            f" discovery rate of {plan.false_discovery_rate:.0%}; the {MAX_NUMBERS} that move most"
            " for each country."
            " Darker: the larger effect on that outcome; arrows: the direction of the outcome where"
            " the number rises. The table has the effect that would have been found in nine of ten"
            " screenings, for every number.",
            effect_coverage(result, plan),
            seed,
        )
        self.alt = " ".join(self._describe(name, screened, plan) for name in self.scenarios)

    def _strongest(self, scenario: str) -> list[str]:
        rows = self.table[self.table["scenario"] == scenario]
        share = rows.groupby("factor", sort=False)["share"].sum()
        return list(share.sort_values(ascending=False, kind="stable").index[:MAX_NUMBERS])

    def _describe(self, scenario: str, screened: int, plan: Screening) -> str:
        passed = self.result.passed_in_all[scenario]
        limited = (
            f" {passed} passed the first stage, more than the {plan.most} that could go on."
            if 0 < plan.most < passed
            else ""
        )
        rows = self.table[self.table["scenario"] == scenario]
        found = rows["factor"].nunique()
        if not found:
            return f"{scenario}: none of {screened} numbers moves an outcome detectably.{limited}"
        return (
            f"{scenario}: {found} of {screened} numbers move an outcome, most of all"
            f" {', '.join(self.rows[scenario][:3])}.{limited}"
        )

    def _draw(self, axes: Any) -> None:
        for ax, scenario in zip(
            visible_axes(axes, len(self.scenarios)), self.scenarios, strict=True
        ):
            names = self.rows[scenario]
            shares = np.zeros((max(1, len(names)), len(self.quantities)))
            rows = self.table[
                (self.table["scenario"] == scenario) & self.table["factor"].isin(names)
            ]
            for row in rows.itertuples():
                place = (names.index(row.factor), self.quantities.index(row.quantity))
                shares[place] = row.share
                ax.text(
                    place[1],
                    place[0],
                    _direction(row.up, row.down),
                    ha="center",
                    va="center",
                    fontsize=8,
                    color=text_colour(sequential_colormap()(row.share)),
                )
            ax.imshow(shares, cmap=sequential_colormap(), vmin=0.0, vmax=1.0, aspect="auto")
            ax.set_yticks(range(len(names)), names, fontsize=7)
            ax.set_xticks(
                range(len(self.quantities)),
                [self.naming.outcome_label(quantity, 28) for quantity in self.quantities],
                rotation=60,
                ha="right",
                fontsize=7,
            )
            ax.tick_params(length=0, labelcolor=NEAR_BLACK)
            ax.set_title(scenario if names else f"{scenario}: none", color=NEAR_BLACK)
            for spine in ax.spines.values():
                spine.set_color(GREY)


def _direction(up: float, down: float) -> str:
    """Return an arrow for where an outcome goes as a number rises; two where both ends are alike.

    Examples
    --------
    >>> _direction(1.0, -1.0), _direction(-0.5, 0.0), _direction(1.0, 0.9)
    ('↑', '↓', '↑↑')
    """
    same = up * down > 0.0 and min(abs(up), abs(down)) > 0.5 * max(abs(up), abs(down))
    rises = up > 0.0 if abs(up) >= abs(down) or same else down < 0.0
    return ("↑" if rises else "↓") * (2 if same else 1)
