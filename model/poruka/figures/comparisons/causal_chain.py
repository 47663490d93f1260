"""One pair of worlds on two timelines: where they diverge, and the causal steps to the outcome."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.lanes import LaneData, draw_index_panel, draw_lanes
from poruka.figures.base.style import format_caption
from poruka.figures.base.wording import index_unit
from poruka.figures.comparisons.chain_steps import (
    PRESENCE_LABELS,
    build_chain_steps,
    chain_event_table,
    chain_step_table,
    choose_example_pair,
)
from poruka.figures.comparisons.step_row import ARROW_LABEL_SPACE, StepRowLayout, draw_step_row
from poruka.utils.labels import format_label

MAX_INDEX_PANELS, MONTHS_BEFORE_DIVERGENCE = 2, 12
"""Indices shown above the lanes, and months shown before the divergence."""
TEXT_LINE_HEIGHT, TEXT_LINE_LENGTH = 0.165, 126
"""Height in inches of a line of text below the lanes, and letters in it."""


class CausalChain(Drawing):
    """How one pair of worlds diverges, and by which causal steps the change reached the outcome.

    Parameters
    ----------
    comparison : Comparison
        As :func:`poruka.compare` returns it.
    world : int, optional
        Number of the pair; by default the first with the most frequent change of outcome.
    target : (str, int), optional
        World and number of the event the chain leads to, such as ``("branch", 40)``; by default
        the event in which the difference ends.

    Examples
    --------
    >>> from poruka.comparison.comparison import compare
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=1, seed=1, until="1991-06", progress=False)
    >>> drawing = CausalChain(compare(e, e.fork("1990-06", force="president.dies")))
    >>> [step.name for step in drawing.steps]
    ['death of the ruler', 'exit of the ruler']
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
        event_tables = [
            chain_event_table(
                run, numbers, lane, {link.event_number for link in chain if link.only_in == lane}
            )
            for lane, run, numbers in (
                ("parent", trace.parent, trace.parent_only),
                ("branch", trace.branch, trace.branch_only),
            )
        ]
        self.table = pd.concat(
            [
                chain_step_table(self.steps, self.scenario),
                *event_tables,
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
            "Top: the two indices that differ most. Lanes: one history up to the fork, then"
            " parent and branch; ticks: events only that world has, longer where they are more"
            " important. Circles: the causal steps from the change to the outcome, each tied to its"
            " month (blue: only in the branch; dashed: only in the parent; grey: a rule that acted"
            " differently in both). On the arrows: the field through which a step acts on the next,"
            " its value in the parent → in the branch.",
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
        """Return the indices that differ most after the divergence.

        Indices that are no shares are measured in shares of their highest value.
        """
        if self.divergence_month is None:
            return []
        differences = {}
        for name in INDEX_DESCRIPTIONS:
            parent, branch = self._index_values(comparison, name)
            top = (
                1.0
                if "(0–1)" in index_unit(name)
                else max(float(np.abs(parent).max()), float(np.abs(branch).max()), 1e-9)
            )
            differences[name] = (
                float(np.abs(branch - parent)[self.divergence_month :].mean()) / top
                if self.divergence_month < self.months
                else 0.0
            )
        differing = [name for name in differences if differences[name] > 0.0]
        return sorted(differing, key=lambda name: -differences[name])[:MAX_INDEX_PANELS]

    def _index_values(self, comparison: Any, name: str) -> list[np.ndarray]:
        return [
            run.series[name].sel(world=self.world).to_numpy()[: self.months]
            for run in (comparison.parent, comparison.branch)
        ]

    def _index_table(self, comparison: Any, name: str) -> pd.DataFrame:
        parent, branch = self._index_values(comparison, name)
        return pd.DataFrame(
            {
                "part": "index",
                "month": np.arange(self.months),
                "date": [self.scenario.date_of(month) for month in range(self.months)],
                "text": name,
                "parent": parent,
                "branch": branch,
            }
        )

    def _describe(self) -> str:
        if self.divergence_month is None:
            return "Two timelines that are the same throughout."
        steps = " ".join(
            f"Step {number}, {self.scenario.date_of(step.month)}, {PRESENCE_LABELS[step.lane]}:"
            f" {step.text}."
            + (
                f". It acts through {step.carried_by.replace('|', ', ')}."
                if step.carried_by
                else ""
            )
            for number, step in enumerate(self.steps, start=1)
        )
        return (
            f"Two timelines that diverge in {self.scenario.date_of(self.divergence_month)}; the"
            f" parent ends as {format_label(self.outcomes['parent'])}, the branch as"
            f" {format_label(self.outcomes['branch'])}. {steps}"
        )

    def _text_lines(self) -> list[tuple[str, str]]:
        """Return the lines of text below the lanes, each with the number of its step or nothing."""
        lines: list[tuple[str, str]] = []
        for number, step in enumerate(self.steps, start=1):
            first = (
                f"{self.scenario.date_of(step.month)}, {PRESENCE_LABELS[step.lane]}: {step.text}"
                + (f"; decided by {step.reasons}" if step.reasons else "")
            )
            for row, part in enumerate(textwrap.wrap(first, TEXT_LINE_LENGTH)):
                lines.append((str(number) if row == 0 else "", part))
        if not lines:
            lines = [
                (
                    "",
                    (
                        "The two worlds are the same throughout."
                        if self.divergence_month is None
                        else "No event differs, only indices and fields."
                    ),
                )
            ]
        return lines

    def _draw(self, axes: Any) -> None:
        *index_axes, lanes, chain, below = np.atleast_1d(axes).ravel()
        first = max(
            0,
            (self.divergence_month if self.divergence_month is not None else 0)
            - MONTHS_BEFORE_DIVERGENCE,
        )
        span = (
            pd.Timestamp(self.scenario.date_of(first)),
            pd.Timestamp(self.scenario.date_of(self.months - 1)),
        )
        for ax, name in zip(index_axes, self.indices, strict=True):
            rows = self.table[
                (self.table["part"] == "index")
                & (self.table["text"] == name)
                & (self.table["month"] >= first)
            ]
            draw_index_panel(ax, rows, format_label(name), index_unit(name), span)
        events = self.table[(self.table["part"] == "event") & self.table["shown"].eq(True)]
        divergence = (
            None
            if self.divergence_month is None
            else pd.Timestamp(self.scenario.date_of(self.divergence_month))
        )
        dated = [
            (pd.Timestamp(self.scenario.date_of(step.month)), step.lane) for step in self.steps
        ]
        positions = draw_lanes(lanes, LaneData(span, divergence, events, self.outcomes, dated))
        draw_step_row(
            chain,
            lanes,
            self.steps,
            positions,
            StepRowLayout(self.step_labels, self.step_spacing, self.chain_height),
        )
        below.axis("off")
        below.set_xlim(0, 1)
        below.set_ylim(len(self.text_lines), 0)
        for row, (mark, text) in enumerate(self.text_lines):
            if mark:
                below.text(
                    0.008, row + 0.5, mark, fontsize=8, fontweight="bold", va="center", ha="center"
                )
            below.text(0.025, row + 0.5, text, fontsize=8, va="center")
