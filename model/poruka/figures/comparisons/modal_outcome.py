"""The most frequent outcome over two parameters, and how certain its lead is."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import NEAR_BLACK, OUTCOME_STYLES, edge_colour, format_caption
from poruka.figures.base.wording import parameter_label
from poruka.utils.coverage import DesignCoverage
from poruka.utils.labels import format_label
from poruka.utils.statistics import paired_share_interval, wilson_interval


def lead_is_significant(share: float, next_share: float, worlds: int) -> bool:
    """Whether the most frequent outcome leads significantly.

    It does where the 95 % interval of the difference of the two shares of the same worlds lies
    above 0.

    Examples
    --------
    >>> lead_is_significant(0.55, 0.45, 20), lead_is_significant(0.75, 0.25, 20)
    (False, True)
    """
    first, second = (round(part * worlds) for part in (share, next_share))
    return paired_share_interval(first, second, worlds).low > 0.0


def modal_outcome_table(points: pd.DataFrame, x_column: str, y_column: str) -> pd.DataFrame:
    """Return the most frequent outcome of every point, its Wilson interval, and the second outcome.

    Column ``sure`` says whether the lead is significant.

    Examples
    --------
    >>> points = pd.DataFrame({"x": 1.0, "y": 2.0, "world": range(10)})
    >>> points["outcome"] = ["incumbent"] * 9 + ["heir"]
    >>> modal_outcome_table(points, "x", "y")[["outcome", "share", "next", "sure"]].values.tolist()
    [['incumbent', 0.9, 'heir', True]]
    """
    order = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
    rows = []
    for (x, y), worlds in points.groupby([x_column, y_column]):
        counts = sorted(
            worlds["outcome"].value_counts().items(), key=lambda item: (-item[1], order[item[0]])
        )
        (modal, count), (second, second_count) = (
            counts[0],
            counts[1] if len(counts) > 1 else ("", 0),
        )
        rows.append((x, y, len(worlds), modal, int(count), second, int(second_count)))
    return _add_intervals(rows, x_column, y_column)


def _add_intervals(rows: list[tuple[Any, ...]], x_column: str, y_column: str) -> pd.DataFrame:
    """Return the table of points with shares, intervals and significance of the lead.

    Rows hold x, y, worlds, and outcome and count of the two most frequent outcomes.
    """
    completed = [
        (
            x,
            y,
            worlds,
            first,
            count,
            count / worlds,
            *wilson_interval(count, worlds),
            second,
            less / worlds,
            lead_is_significant(count / worlds, less / worlds, worlds),
        )
        for x, y, worlds, first, count, second, less in rows
    ]
    return _name_columns(completed, x_column, y_column)


def _name_columns(rows: list[tuple[Any, ...]], x_column: str, y_column: str) -> pd.DataFrame:
    return pd.DataFrame(
        rows,
        columns=[
            x_column,
            y_column,
            "worlds",
            "outcome",
            "count",
            "share",
            "low",
            "high",
            "next",
            "next_share",
            "sure",
        ],
    )


def _design_coverage(table: pd.DataFrame, requested: int | None = None) -> DesignCoverage:
    """Return how many worlds the points have of those requested, by default the most of a point."""
    worlds = int(table["worlds"].max()) if requested is None else requested
    return DesignCoverage(len(table), worlds, worlds * len(table) - int(table["worlds"].sum()))


class ModalOutcome(Drawing):
    """The most frequent outcome over two parameters, its share, and the significance of its lead.

    Parameters
    ----------
    points : pandas.DataFrame
        As the ``table`` of a :func:`poruka.sweep` has it: one row a point and
        world, with the two parameters, world and outcome.
    x_column, y_column : str
        The columns that hold the parameters.
    seed : int
        Seed of the worlds.

    Examples
    --------
    >>> made = pd.DataFrame({"x": [1.0, 1.0, 2.0, 2.0], "y": 0.5, "world": [0, 1, 0, 1]})
    >>> made["outcome"] = ["incumbent", "incumbent", "heir", "pact"]
    >>> ModalOutcome(made, "x", "y", seed=1).table["outcome"].tolist()
    ['incumbent', 'heir']
    """

    def __init__(self, points: pd.DataFrame, x_column: str, y_column: str, seed: int):
        missing = [name for name in (x_column, y_column, "world", "outcome") if name not in points]
        if missing or not len(points):
            raise NothingToDraw(
                f"the points have no column {missing[0]!r}" if missing else "no point was simulated"
            )
        table = modal_outcome_table(points, x_column, y_column)
        coverage = _design_coverage(table, points.attrs.get("requested"))
        self._set_table(table, x_column, y_column, coverage, seed)
        self.axis_labels = parameter_label(x_column), parameter_label(y_column)

    @classmethod
    def from_points(
        cls,
        points: pd.DataFrame,
        x_factor: str,
        y_factor: str,
        naming: Any,
        seed: int,
        coverage: DesignCoverage | None = None,
    ) -> "ModalOutcome":
        """Return the figure of an experiment's points, with the labels and order of the experiment.

        The points are those of
        :func:`poruka.analysis.sensitivity.main_effects.compute_modal_outcomes`.
        """
        rows = [
            (
                naming.format_factor_value(x_factor, point["x"]),
                naming.format_factor_value(y_factor, point["y"]),
                point["worlds"],
                point["mode"],
                round(point["share"] * point["worlds"]),
                point["share"],
                point["low"],
                point["high"],
                point["second"],
                point.get(point["second"], 0.0),
                point["significant"],
            )
            for point in points[points["worlds"] > 0].to_dict("records")
        ]
        if not rows:
            raise NothingToDraw("no world is left at any point")
        figure, table = cls.__new__(cls), _name_columns(rows, x_factor, y_factor)
        figure._set_table(table, x_factor, y_factor, coverage or _design_coverage(table), seed)
        figure.axis_labels = naming.factor_label(x_factor), naming.factor_label(y_factor)
        return figure

    def _set_table(
        self, table: pd.DataFrame, x_column: str, y_column: str, coverage: DesignCoverage, seed: int
    ) -> None:
        self.table, self.x_column, self.y_column = table, x_column, y_column
        self.title = "The most frequent outcome over two parameters"
        self.caption = format_caption(
            "Colour and hatch: the most frequent outcome; size of the tile: its share of worlds,"
            " printed below with its 95 % interval. Pale, with the second outcome named: the"
            " lead is not significant (95 %). All points share their random draws.",
            coverage,
            seed,
        )
        counts = table["outcome"].value_counts()
        self.alt = (
            f"Grid of {len(table)} points: "
            + ", ".join(f"{format_label(name)} leads in {count}" for name, count in counts.items())
            + f"; the lead is significant in {int(table['sure'].sum())}."
        )
        self.x_levels, self.y_levels = (
            list(
                dict.fromkeys(sorted(table[name]) if is_numeric_dtype(table[name]) else table[name])
            )
            for name in (x_column, y_column)
        )
        self.size = (
            max(5.5, 1.15 * len(self.x_levels) + 3.2),
            max(3.4, 0.95 * len(self.y_levels) + 1.9),
        )

    def _draw(self, ax: Any) -> None:
        from matplotlib.patches import Patch, Rectangle

        for values in self.table.to_dict("records"):
            x, y = (
                self.x_levels.index(values[self.x_column]),
                self.y_levels.index(values[self.y_column]),
            )
            style = OUTCOME_STYLES[values["outcome"]]
            ax.add_patch(
                Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, facecolor="#f1f1f1", edgecolor="none")
            )
            width, height = 0.92 * np.sqrt(values["share"]), 0.6 * np.sqrt(values["share"])
            ax.add_patch(
                Rectangle(
                    (x - width / 2, y + 0.13 - height / 2),
                    width,
                    height,
                    facecolor=style.colour,
                    hatch=style.hatch,
                    edgecolor=edge_colour(values["outcome"]),
                    linewidth=0.6,
                    alpha=1.0 if values["sure"] else 0.45,
                )
            )
            share_text = (
                f"{values['share']:.0%} ({100 * values['low']:.0f}–{100 * values['high']:.0f})"
            )
            ax.text(x, y - 0.32, share_text, fontsize=7, ha="center", va="center")
            if not values["sure"]:
                ax.text(
                    x,
                    y + 0.13,
                    f"or {format_label(values['next'])}?" if values["next"] else "?",
                    fontsize=7,
                    ha="center",
                    va="center",
                    fontweight="bold",
                    bbox={
                        "facecolor": "white",
                        "edgecolor": NEAR_BLACK,
                        "linewidth": 0.5,
                        "pad": 1.2,
                        "alpha": 0.9,
                    },
                )
        ax.set_xlim(-0.5, len(self.x_levels) - 0.5)
        ax.set_ylim(-0.5, len(self.y_levels) - 0.5)
        for axis, values in ((ax.xaxis, self.x_levels), (ax.yaxis, self.y_levels)):
            axis.set_ticks(
                range(len(values)),
                [value if isinstance(value, str) else f"{value:g}" for value in values],
            )
        ax.set_xlabel(self.axis_labels[0])
        ax.set_ylabel(self.axis_labels[1])
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        shown = [name for name in OUTCOMES if name in set(self.table["outcome"])]
        ax.legend(
            handles=[
                Patch(
                    facecolor=OUTCOME_STYLES[name].colour,
                    hatch=OUTCOME_STYLES[name].hatch,
                    edgecolor=edge_colour(name),
                    linewidth=0.6,
                    label=format_label(name),
                )
                for name in shown
            ],
            loc="upper left",
            bbox_to_anchor=(1.01, 1.0),
            handlelength=2.0,
            handleheight=1.4,
        )
