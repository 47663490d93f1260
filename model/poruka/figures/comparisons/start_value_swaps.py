"""Contributions of single start values to the difference between two countries, both ways."""

import math
from typing import Any

import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION, format_caption
from poruka.figures.base.wording import quantity_label
from poruka.theory.start_value_swaps import minimum_effect_size
from poruka.utils.coverage import table_coverage
from poruka.utils.labels import format_label

MAX_KEYS = 9
"""Rows of a panel."""
DIRECTION_STYLES = ((BLUE, "o"), (VERMILION, "D"))
"""Colour and marker of each direction."""
QUANTITY_LABELS = {
    "is first_dissolution_how force_ended": "first dissolution by force (share)",
    "passed_on": "power passed on by agreement (share)",
    "fall_of_control": "fall of control from its apogee",
    "end_control": "control at the end",
    "defections": "defections of the rich (number)",
    "dissolutions": "dissolutions of a parliament (number)",
}


def _quantity_label(quantity: str) -> str:
    return QUANTITY_LABELS.get(quantity) or quantity_label(quantity)


def largest_contributions(table: pd.DataFrame, max_keys: int = MAX_KEYS) -> pd.DataFrame:
    """Return the rows of the keys with the largest significant effects on each quantity.

    Examples
    --------
    >>> table = pd.DataFrame({"quantity": "x", "key": ["a", "b", "a"], "effect": [0.1, -0.3, 0.2]})
    >>> table["low"], table["high"] = [0.0, -0.4, -0.1], [0.2, -0.2, 0.5]
    >>> largest_contributions(table, 1)["key"].tolist()
    ['b']
    """
    selected = []
    for _, rows in table.groupby("quantity", sort=False):
        sizes = (
            rows.assign(sure=minimum_effect_size(rows), size=rows["effect"].abs())
            .groupby("key", sort=False)[["sure", "size"]]
            .max()
        )
        best_keys = sizes.sort_values(["sure", "size"], ascending=False, kind="stable").index[
            :max_keys
        ]
        ranks = {key: rank for rank, key in enumerate(best_keys)}
        key_rows = rows[rows["key"].isin(best_keys)]
        selected.append(key_rows.iloc[key_rows["key"].map(ranks).argsort(kind="stable")])
    return pd.concat(selected, ignore_index=True)


class StartValueSwaps(Drawing):
    """The largest contributions of swapped start values to each quantity.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`poruka.theory.start_value_swaps.run_start_value_swaps` returns it.
    seed : int
        Seed of the arms.
    """

    def __init__(self, table: pd.DataFrame, seed: int, max_keys: int = MAX_KEYS):
        if not len(table):
            raise NothingToDraw("no start value was swapped")
        self.table = largest_contributions(table, max_keys)
        self.quantities = list(dict.fromkeys(self.table["quantity"]))
        self.scenario_names = list(dict.fromkeys(table["into"]))
        self.scenario_names.sort(key=lambda name: list(table["into"]).index(name))
        columns = 2 if len(self.quantities) > 1 else 1
        rows = math.ceil(len(self.quantities) / columns)
        row_count = int(self.table.groupby("quantity")["key"].nunique().max())
        self.grid, self.size = (
            (rows, columns),
            (max(5.3 * columns, 8.0), rows * (0.75 + 0.27 * row_count) + 1.1),
        )
        first, second = (
            format_label(name).capitalize()
            for name in (self.scenario_names[0], self.scenario_names[-1])
        )
        self.title = "Start values swapped"
        coverage = table_coverage(table)
        fewest_note = "" if coverage.is_complete else " n is the smallest of all rows."
        chance_count = round(0.05 * len(table))
        self.caption = format_caption(
            "Mean paired difference after a swap, whiskers 95 %; hollow where they include 0."
            f" Circles: {second}'s value put into {first}; diamonds: {first}'s put into {second}. A"
            f" section name stands for all its values together, start for every value. Of"
            f" {len(table)} intervals about {chance_count} would exclude 0 by chance.{fewest_note}",
            coverage,
            seed,
            "own unit of each quantity",
        )
        self.alt = " ".join(
            f"{_quantity_label(quantity)}: largest effects of"
            f" {', '.join(dict.fromkeys(rows['key'][:6]))}."
            for quantity, rows in self.table.groupby("quantity", sort=False)
        )

    def _draw(self, axes: Any) -> None:
        cells = list(axes.flat) if hasattr(axes, "flat") else [axes]
        for quantity, ax in zip(self.quantities, cells, strict=False):
            self._draw_panel(ax, quantity, self.table[self.table["quantity"] == quantity])
        for ax in cells[len(self.quantities) :]:
            ax.axis("off")
        figure = cells[0].get_figure(root=True)
        if len(cells) > 1 or figure.axes == cells:
            handles, labels = cells[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside upper right", ncols=2)

    def _draw_panel(self, ax: Any, quantity: str, contributions: pd.DataFrame) -> None:
        keys = list(dict.fromkeys(contributions["key"]))
        ax.axvline(0.0, color=GREY, linewidth=0.8)
        for position in range(len(keys)):
            ax.axhline(position, color=LIGHT_GREY, linewidth=0.6, zorder=0)
        for direction, (name, (colour, marker)) in enumerate(
            zip(self.scenario_names, DIRECTION_STYLES, strict=False)
        ):
            label = (
                f"{format_label(self.scenario_names[-1 - direction]).capitalize()}'s value put into"
                f" {format_label(name).capitalize()}"
            )
            for row in contributions[contributions["into"] == name].itertuples():
                y = keys.index(row.key) + (-0.17 if direction == 0 else 0.17)
                ax.plot([row.low, row.high], [y, y], color=colour, linewidth=1.1)
                ax.plot(
                    [row.effect],
                    [y],
                    marker=marker,
                    color=colour,
                    markerfacecolor=colour if row.clear else "white",
                    markersize=5,
                    linestyle="",
                    zorder=3,
                )
            ax.plot([], [], marker=marker, color=colour, markersize=5, linewidth=1.1, label=label)
        ax.set_yticks(
            range(len(keys)),
            [
                (
                    f"{format_label(key)} (all)"
                    if "." not in key
                    else format_label(key.replace(".", ": "))
                )
                for key in keys
            ],
            fontsize=8,
        )
        ax.set_ylim(len(keys) - 0.4, -0.6)
        ax.set_title(_quantity_label(quantity))
        ax.margins(x=0.06)
        ax.locator_params(axis="x", nbins=5)
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
