"""Figures of a screening by aspects: where the numbers that matter are, and which matter most."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_screening import GroupScreening
from poruka.analysis.sensitivity.screening_summary import summarise_numbers, with_sizes
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import GREY, NEAR_BLACK, format_caption, sequential_colormap
from poruka.figures.experiments.panels import panel_grid, visible_axes
from poruka.utils.coverage import DesignCoverage

MAX_STRONGEST = 25
"""Numbers drawn for each country; the others are in the table only."""
LARGEST_SIZE = 6.0
"""Effect, in standard deviations of worlds, from which cells are darkest."""


class SectionAspectsFigure(Drawing):
    """How many numbers of each section move each aspect, country by country."""

    def __init__(
        self,
        result: GroupScreening,
        aspects: Mapping[str, str],
        sections: Mapping[str, str],
        plan: Screening,
        seed: int,
    ):
        summary = summarise_numbers(result.numbers, aspects)
        self.aspects = list(dict.fromkeys(aspects.values()))
        self.scenarios = list(dict.fromkeys(summary["scenario"]))
        moved = summary[self.aspects].gt(0).assign(scenario=summary["scenario"])
        moved["section"] = summary["factor"].map(sections)
        grouped = moved.groupby(["section", "scenario"], sort=False)
        self.table = grouped[self.aspects].sum().assign(numbers=grouped.size()).reset_index()
        shares = self.table[self.aspects].sum(axis=1) / self.table["numbers"]
        order = shares.groupby(self.table["section"]).mean().sort_values(ascending=False)
        self.sections = list(order.index)
        self.grid = (1, len(self.scenarios))
        self.subplot_options = {"sharey": True}
        self.size = (2.2 + 2.1 * len(self.scenarios), 2.2 + 0.2 * len(self.sections))
        self.title = "Where the numbers are that move something"
        self.caption = format_caption(
            "Numbers of each section that move at least one quantity of an aspect,"
            f" {how_moved(plan)}, with a false discovery rate of {plan.false_discovery_rate:.0%}"
            " over all; beside the section, how many numbers it has. Darker: a larger share of"
            " them.",
            effect_coverage(result, plan),
            seed,
        )
        self.alt = (
            "The largest shares of numbers that move something, over countries and aspects, are in"
            f" {', '.join(self.sections[:3])}; the smallest in {', '.join(self.sections[-3:])}."
        )

    def _draw(self, axes: Any) -> None:
        counts = self.table.groupby("section")["numbers"].max()
        panels = visible_axes(axes, len(self.scenarios))
        for ax, scenario in zip(panels, self.scenarios, strict=True):
            rows = self.table[self.table["scenario"] == scenario].set_index("section")
            moved = rows.loc[self.sections, self.aspects].to_numpy(dtype=float)
            shares = moved / counts.loc[self.sections].to_numpy()[:, None]
            ax.imshow(shares, cmap=sequential_colormap(), vmin=0.0, vmax=1.0, aspect="auto")
            _write_cells(ax, moved.astype(int).astype(str), shares > 0.55, moved > 0)
            ax.set_yticks(
                range(len(self.sections)),
                [f"{section} ({counts[section]})" for section in self.sections],
                fontsize=7,
            )
            _finish_panel(ax, scenario, self.aspects)


class StrongestNumbersFigure(Drawing):
    """The numbers that move most in each country, by aspect."""

    def __init__(
        self, result: GroupScreening, aspects: Mapping[str, str], plan: Screening, seed: int
    ):
        sized = with_sizes(result.numbers[result.numbers["moves"]])
        sized["aspect"] = sized["quantity"].map(aspects)
        if sized.empty:
            raise NothingToDraw("no number moves anything detectably")
        grouped = sized.groupby(["scenario", "factor", "aspect"], sort=False)
        self.table = grouped.agg(quantities=("quantity", "size"), size=("size", "max"))
        self.table = self.table.reset_index()
        self.aspects = list(dict.fromkeys(aspects.values()))
        self.scenarios = list(dict.fromkeys(result.numbers["scenario"]))
        self.rows = {name: self._strongest(name) for name in self.scenarios}
        self.grid = panel_grid(len(self.scenarios))
        longest = max(1, *map(len, self.rows.values()))
        self.size = (4.6 * self.grid[1] + 0.4, (1.1 + 0.19 * longest) * self.grid[0] + 1.0)
        self.title = "The numbers that move most"
        self.caption = format_caption(
            f"The {MAX_STRONGEST} numbers that move most quantities in each country,"
            f" {how_moved(plan)}. In the cells: how many quantities of the aspect"
            f" ({_count_quantities(aspects)}). Darker: the largest effect on one of them, in"
            f" standard deviations of worlds, darkest from {LARGEST_SIZE:g}. The table of numbers"
            " has all.",
            effect_coverage(result, plan),
            seed,
        )
        self.alt = " ".join(self._describe(name, result, plan) for name in self.scenarios)

    def _strongest(self, scenario: str) -> list[str]:
        rows = self.table[self.table["scenario"] == scenario]
        total = rows.groupby("factor", sort=False).agg({"quantities": "sum", "size": "max"})
        order = total.sort_values(["quantities", "size"], ascending=False, kind="stable")
        return list(order.index[:MAX_STRONGEST])

    def _describe(self, scenario: str, result: GroupScreening, plan: Screening) -> str:
        screened = result.numbers["factor"].nunique()
        found = self.table.loc[self.table["scenario"] == scenario, "factor"].nunique()
        passed = result.passed_in_all[scenario]
        if not found:
            return f"{scenario}: none of {screened} numbers moves anything detectably."
        return (
            f"{scenario}: {found} of {screened} numbers move something, most of all"
            f" {', '.join(self.rows[scenario][:3])}."
            + (
                f" {passed} passed the first stage, more than the {plan.most} that could go on."
                if 0 < plan.most < passed
                else ""
            )
        )

    def _draw(self, axes: Any) -> None:
        for ax, scenario in zip(
            visible_axes(axes, len(self.scenarios)), self.scenarios, strict=True
        ):
            names = self.rows[scenario]
            rows = self.table[self.table["scenario"] == scenario]
            sizes, counts = (
                rows.pivot(index="factor", columns="aspect", values=column).reindex(
                    index=names or ["none"], columns=self.aspects
                )
                for column in ("size", "quantities")
            )
            counted = counts.fillna(0).to_numpy()
            # What never varies at the defaults has no deviation, so its effect is the largest.
            drawn = np.where(counted > 0, sizes.fillna(np.inf).to_numpy(), 0.0) / LARGEST_SIZE
            drawn = np.minimum(drawn, 1.0)
            ax.imshow(drawn, cmap=sequential_colormap(), vmin=0.0, vmax=1.0, aspect="auto")
            _write_cells(ax, counted.astype(int).astype(str), drawn > 0.55, counted > 0)
            ax.set_yticks(range(max(1, len(names))), names or ["none"], fontsize=7)
            _finish_panel(ax, scenario, self.aspects)


def how_moved(plan: Screening) -> str:
    """Return how the numbers of a screening were moved, in words.

    Examples
    --------
    >>> how_moved(Screening())
    'each moved alone from its default to an end of its range'
    """
    if plan.most:
        return "each moved alone from its default to an end of its range"
    return "each moved to an end of its range with half of the other numbers of its group"


def effect_coverage(result: GroupScreening, plan: Screening) -> DesignCoverage:
    """Return the points on which the effects rest: of the groups, or of the numbers alone."""
    scenarios = len(result.passed_in_all)
    if plan.most:
        points = scenarios + 2 * int(result.groups["passed"].sum())
        return DesignCoverage(points, plan.worlds)
    groups = len(result.groups) // scenarios
    return DesignCoverage(scenarios * plan.blocks * (1 + 2 * groups), 1)


def sections_of(summary: pd.DataFrame) -> dict[str, str]:
    """Return the section of each number: its key without the name; of columns, what they are of.

    Examples
    --------
    >>> names = ["oligarchs.inertia", "instruments.cost.west"]
    >>> sections_of(pd.DataFrame({"factor": names, "group": ["oligarchs (1)", "columns"]}))
    {'oligarchs.inertia': 'oligarchs', 'instruments.cost.west': 'columns'}
    """
    groups = summary["group"].str.replace(r" \(\d+\)$", "", regex=True)
    return dict(zip(summary["factor"], groups, strict=True))


def _count_quantities(aspects: Mapping[str, str]) -> str:
    counted = pd.Series(list(aspects.values())).value_counts(sort=False)
    return ", ".join(f"{name} {count}" for name, count in counted.items())


def _write_cells(ax: Any, texts: np.ndarray, white: np.ndarray, shown: np.ndarray) -> None:
    for row, column in zip(*np.nonzero(shown), strict=True):
        ax.text(
            column,
            row,
            texts[row, column],
            ha="center",
            va="center",
            fontsize=7,
            color="white" if white[row, column] else NEAR_BLACK,
        )


def _finish_panel(ax: Any, scenario: str, aspects: Sequence[str]) -> None:
    ax.set_xticks(range(len(aspects)), aspects, rotation=35, ha="right", fontsize=7)
    ax.tick_params(length=0, labelcolor=NEAR_BLACK)
    ax.set_title(scenario, color=NEAR_BLACK)
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(GREY)
