"""One pair of worlds as two lanes of time: where they part, what only one of them has, and the
steps from the change to its end.
"""

import textwrap
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.lanes import LaneData, draw_index_panel, draw_lanes, spread_positions
from poruka.figures.base.style import BLUE, NEAR_BLACK, PAIR_STYLES, format_caption
from poruka.figures.base.wording import (
    field_label,
    format_change,
    format_number,
    index_unit,
    step_label,
)
from poruka.simulation.chronicle import EVENT_WEIGHTS, describe_event
from poruka.utils.labels import format_label

MAX_INDEX_PANELS, MONTHS_BEFORE_DIVERGENCE = 2, 12
"""Indices shown above the lanes, and months shown before the worlds part."""
UNDRAWN_EVENT_KINDS = ("bill", "appointment", "protest", "clash")
"""Happenings of every other month, which would only darken the lanes; they are in the table."""
PRESENCE_LABELS = {
    "branch": "only in the branch",
    "parent": "only in the parent",
    "both": "moved in both",
}
ARROW_LABEL_SPACE = 0.76
"""Inches between the lanes and the circles of the steps, for the words on the arrows."""
TEXT_LINE_HEIGHT, TEXT_LINE_LENGTH = 0.165, 126
"""Inches of a line of words below the lanes, and letters in it."""


def choose_example_pair(comparison: Any) -> int:
    """Return the first world with the most frequent change of outcome; where no outcome changes,
    the first that parts, else the first.
    """
    parting = comparison.divergence
    for rows in (
        parting[parting["parent"] != parting["branch"]],
        parting[parting["month"] >= 0],
        parting,
    ):
        if len(rows):
            kind = (rows["parent"] + " " + rows["branch"]).value_counts().index[0].split(" ")
            return int(
                rows[(rows["parent"] == kind[0]) & (rows["branch"] == kind[1])]["world"].iloc[0]
            )
    return int(comparison.worlds[0])


class ChainStep(NamedTuple):
    """A step of a chain as it is drawn."""

    month: int
    lane: str
    name: str
    text: str
    reasons: str
    carried_by: str


def build_chain_steps(trace: Any, chain: list[Any]) -> list[ChainStep]:
    """Return the steps of a chain in words; the carrier is the field that takes each to
    the next.
    """
    made = []
    for link in chain:
        played = trace.parent if link.only_in == "parent" else trace.branch
        numbers = ", ".join(
            f"{format_label(name)} {format_number(value)}"
            for name, value in trace.reasons_for(link).items()
        )
        change = format_change(link.field, link.parent, link.branch)
        known = (
            link.parent == link.parent
        )  # what is handed on within a month has no value left at its end
        carrier = (
            (
                f"{field_label(link.field)}|{change}"
                if known
                else f"{field_label(link.field)}, {change}"
            )
            if link.field
            else ""
        )
        text = link.text + (f" [{link.rule}]" if link.rule else "")
        made.append(
            ChainStep(
                link.month,
                link.only_in,
                step_label(link.name, played.scenario),
                text,
                numbers,
                carrier,
            )
        )
    return made


class CausalChain(Drawing):
    """How one pair of worlds parts, and by which steps the change reached where it ended.

    Parameters
    ----------
    comparison : Comparison
        As :func:`poruka.compare` returns it.
    world : int, optional
        A pair; without it the first with the most frequent change of outcome.
    target : (world, number), optional
        The event the chain leads to, such as ``("branch", 40)``; the one the difference ends in by
        default.

    Examples
    --------
    >>> from poruka.comparison.comparison import compare
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=1, seed=1, until="1991-06", progress=False)
    >>> drawing = CausalChain(compare(e, e.fork("1990-06", force="president.dies")))
    >>> [step.name for step in drawing.steps]
    ['the ruler dies', 'the ruler goes']
    """

    def __init__(
        self, comparison: Any, world: int | None = None, target: tuple[str, int] | None = None
    ):
        self.world = choose_example_pair(comparison) if world is None else int(world)
        trace = comparison.trace(self.world)
        chain = trace.causal_chain(target)
        self.scenario = comparison.scenarios[0]
        self.steps = build_chain_steps(trace, chain)
        self.divergence_month = trace.divergence_month
        self.months = comparison.months
        row = comparison.divergence.set_index("world").loc[self.world]
        self.outcomes = {"parent": str(row["parent"]), "branch": str(row["branch"])}
        self.indices = self._most_different_indices(comparison)
        told = [
            self._event_table(
                played, places, lane, {link.event_number for link in chain if link.only_in == lane}
            )
            for lane, played, places in (
                ("parent", trace.parent, trace.parent_only),
                ("branch", trace.branch, trace.branch_only),
            )
        ]
        self.table = pd.concat(
            [
                self._steps_table(),
                *told,
                *(self._index_table(comparison, name) for name in self.indices),
            ],
            ignore_index=True,
        )
        same = self.outcomes["parent"] == self.outcomes["branch"]
        ends = (
            "in both"
            if same
            else f"in the parent, {format_label(self.outcomes['branch'])} in the branch"
        )
        self.title = f"World {self.world} twice: {format_label(self.outcomes['parent'])} {ends}"
        self.caption = format_caption(
            "Top: the two indices that lie furthest apart. Lanes: one history up to the fork, then"
            " parent and branch; ticks: what only that world has, longer where it weighs more."
            " Circles: the steps from the change to its end, each tied to its month (blue: only in"
            " the branch; dashed: only in the parent; grey: a rule that moved in both). On the"
            " arrows: the field that carries a step to the next, its value in the parent → in the"
            " branch.",
            1,
            comparison.seed,
            counted="pair",
        )
        self.alt = self._describe()
        self.text_lines = self._text_lines()
        self.step_spacing = min(0.94 / max(len(self.steps) - 1, 1), 0.21)
        self.step_labels = [
            textwrap.fill(
                step.name.replace(".", ". "),
                max(14, int(self.step_spacing * 120)),
                break_long_words=False,
            ).replace(". ", ".")
            for step in self.steps
        ]
        self.chain_height = (
            ARROW_LABEL_SPACE + 0.3 + 0.12 * max(name.count("\n") + 1 for name in self.step_labels)
            if self.steps
            else 0.1
        )
        ratios = [0.85] * len(self.indices) + [
            1.75,
            self.chain_height,
            TEXT_LINE_HEIGHT * len(self.text_lines) + 0.05,
        ]
        self.grid, self.size = (len(ratios), 1), (9.0, sum(ratios) + 1.75)
        self.subplot_options = {"height_ratios": ratios, "squeeze": False}

    def _most_different_indices(self, comparison: Any) -> list[str]:
        """Return the indices that lie furthest apart after parting: shares as they are, others in
        shares of their highest value.
        """
        if self.divergence_month is None:
            return []
        apart = {}
        for name in INDEX_DESCRIPTIONS:
            here, there = self._index_values(comparison, name)
            top = (
                1.0
                if "(0–1)" in index_unit(name)
                else max(float(np.abs(here).max()), float(np.abs(there).max()), 1e-9)
            )
            apart[name] = (
                float(np.abs(there - here)[self.divergence_month :].mean()) / top
                if self.divergence_month < self.months
                else 0.0
            )
        return sorted((name for name in apart if apart[name] > 0.0), key=lambda name: -apart[name])[
            :MAX_INDEX_PANELS
        ]

    def _index_values(self, comparison: Any, name: str) -> list[np.ndarray]:
        return [
            run.series[name].sel(world=self.world).to_numpy()[: self.months]
            for run in (comparison.parent, comparison.branch)
        ]

    def _index_table(self, comparison: Any, name: str) -> pd.DataFrame:
        here, there = self._index_values(comparison, name)
        return pd.DataFrame(
            {
                "part": "index",
                "month": np.arange(self.months),
                "date": [self.scenario.date_of(month) for month in range(self.months)],
                "text": name,
                "parent": here,
                "branch": there,
            }
        )

    def _steps_table(self) -> pd.DataFrame:
        rows = []
        for place, step in enumerate(self.steps, start=1):
            field, _, values = step.carried_by.partition("|")
            rows.append(
                (
                    "step",
                    place,
                    step.month,
                    self.scenario.date_of(step.month),
                    step.lane,
                    step.name,
                    step.text,
                    step.reasons,
                    field,
                    values,
                )
            )
        return pd.DataFrame(
            rows,
            columns=[
                "part",
                "number",
                "month",
                "date",
                "lane",
                "name",
                "text",
                "numbers",
                "carried_by",
                "parent_to_branch",
            ],
        )

    def _event_table(
        self, traced_run: Any, event_numbers: np.ndarray, lane: str, steps: set[int]
    ) -> pd.DataFrame:
        told = traced_run.events.iloc[event_numbers]
        kinds = told["kind"].astype(str)
        names = [
            step_label(
                str(one.instrument) if one.kind == "instrument" else str(one.kind),
                traced_run.scenario,
            )
            for one in told.itertuples()
        ]
        weight = kinds.map(EVENT_WEIGHTS).astype(float)
        return pd.DataFrame(
            {
                "part": "event",
                "month": told["month"].to_numpy(),
                "date": told["date"].to_numpy(),
                "lane": lane,
                "name": names,
                "text": [describe_event(row, traced_run.scenario) for _, row in told.iterrows()],
                "weight": weight.to_numpy(),
                "step": [int(place) in steps for place in event_numbers],
                "shown": ~kinds.isin(UNDRAWN_EVENT_KINDS).to_numpy(),
            }
        )

    def _describe(self) -> str:
        if self.divergence_month is None:
            return "Two lanes that are the same throughout."
        steps = " ".join(
            f"Step {place}, {self.scenario.date_of(step.month)}, {PRESENCE_LABELS[step.lane]}:"
            f" {step.text}."
            + (f" Carried on by {step.carried_by.replace('|', ', ')}." if step.carried_by else "")
            for place, step in enumerate(self.steps, start=1)
        )
        return (
            f"Two lanes of time that part in {self.scenario.date_of(self.divergence_month)}; the"
            f" parent ends as {format_label(self.outcomes['parent'])}, the branch as"
            f" {format_label(self.outcomes['branch'])}. {steps}"
        )

    def _text_lines(self) -> list[tuple[str, str]]:
        """Return the lines below the lanes, each with the number it begins with or nothing."""
        lines: list[tuple[str, str]] = []
        for place, step in enumerate(self.steps, start=1):
            first = (
                f"{self.scenario.date_of(step.month)}, {PRESENCE_LABELS[step.lane]}: {step.text}"
                + (f"; it was decided by {step.reasons}" if step.reasons else "")
            )
            for row, part in enumerate(textwrap.wrap(first, TEXT_LINE_LENGTH)):
                lines.append((str(place) if row == 0 else "", part))
        if not lines:
            lines = [
                (
                    "",
                    (
                        "The two worlds are the same throughout."
                        if self.divergence_month is None
                        else "No event differs; only indices and fields do."
                    ),
                )
            ]
        return lines

    def _draw(self, axes: Any) -> None:
        *strips, lanes, chain, below = np.atleast_1d(axes).ravel()
        first = max(
            0,
            (self.divergence_month if self.divergence_month is not None else 0)
            - MONTHS_BEFORE_DIVERGENCE,
        )
        span = (
            pd.Timestamp(self.scenario.date_of(first)),
            pd.Timestamp(self.scenario.date_of(self.months - 1)),
        )
        for ax, name in zip(strips, self.indices, strict=True):
            rows = self.table[
                (self.table["part"] == "index")
                & (self.table["text"] == name)
                & (self.table["month"] >= first)
            ]
            draw_index_panel(ax, rows, format_label(name), index_unit(name), span)
        events = self.table[(self.table["part"] == "event") & self.table["shown"].eq(True)]
        parting = (
            None
            if self.divergence_month is None
            else pd.Timestamp(self.scenario.date_of(self.divergence_month))
        )
        dated = [
            (pd.Timestamp(self.scenario.date_of(step.month)), step.lane) for step in self.steps
        ]
        places = draw_lanes(lanes, LaneData(span, parting, events, self.outcomes, dated))
        self._draw_chain(chain, lanes, places)
        below.axis("off")
        below.set_xlim(0, 1)
        below.set_ylim(len(self.text_lines), 0)
        for row, (mark, text) in enumerate(self.text_lines):
            if mark:
                below.text(
                    0.008, row + 0.5, mark, fontsize=8, fontweight="bold", va="center", ha="center"
                )
            below.text(0.025, row + 0.5, text, fontsize=8, va="center")

    def _draw_chain(self, ax: Any, lanes: Any, places: list[tuple[Any, float]]) -> None:
        from matplotlib.patches import ConnectionPatch

        ax.axis("off")
        ax.set_xlim(0, 1)
        ax.set_ylim(0, self.chain_height)  # in inches
        ax.patch.set_visible(False)
        lanes.patch.set_visible(False)
        if not self.steps:
            return
        low, high = lanes.get_xlim()
        row = self.chain_height - ARROW_LABEL_SPACE
        xs = spread_positions(
            self.step_spacing,
            [(lanes.convert_xunits(date) - low) / (high - low) for date, _ in places],
        )
        for place, (step, x, (date, y)) in enumerate(
            zip(self.steps, xs, places, strict=True), start=1
        ):
            tie = ConnectionPatch(
                (date, y),
                (x, row + 0.2),
                "data",
                "data",
                axesA=lanes,
                axesB=ax,
                color="#9a9a9a",
                linewidth=0.7,
                shrinkA=3,
                zorder=-1,
            )
            tie.set_in_layout(False)
            ax.get_figure(root=True).add_artist(tie)
            colour = PAIR_STYLES.get(step.lane, (NEAR_BLACK, "-"))[0]
            face = {"branch": BLUE, "parent": "white"}.get(step.lane, "#e0e0e0")
            ax.text(
                x,
                row,
                str(place),
                fontsize=9,
                fontweight="bold",
                ha="center",
                va="center",
                color="white" if step.lane == "branch" else NEAR_BLACK,
                bbox={
                    "boxstyle": "circle,pad=0.3",
                    "facecolor": face,
                    "edgecolor": colour,
                    "linewidth": 1.2,
                    "linestyle": "--" if step.lane == "parent" else "-",
                },
                zorder=4,
            )
            ax.text(
                x,
                row - 0.27,
                self.step_labels[place - 1],
                fontsize=7,
                ha="center",
                va="top",
                color=NEAR_BLACK,
            )
        for one, other, step in zip(xs, xs[1:], self.steps, strict=False):
            ax.annotate(
                "",
                (other, row),
                (one, row),
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": NEAR_BLACK,
                    "linewidth": 1.0,
                    "shrinkA": 11,
                    "shrinkB": 11,
                },
            )
            field, _, values = step.carried_by.partition("|")
            ax.text(
                (one + other) / 2,
                row + 0.12,
                textwrap.fill(field, max(13, int(self.step_spacing * 90)), break_long_words=False),
                fontsize=7,
                ha="center",
                va="bottom",
                color=NEAR_BLACK,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
                zorder=3,
            )
            ax.text(
                (one + other) / 2,
                row - 0.08,
                textwrap.fill(values, max(12, int(self.step_spacing * 90)), break_long_words=False),
                fontsize=7.5,
                fontweight="bold",
                ha="center",
                va="top",
                color=NEAR_BLACK,
                zorder=3,
            )
