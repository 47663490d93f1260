"""The causal steps of a pair of worlds, from the change to the outcome, as text and tables."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.figures.base.wording import field_label, format_change, format_number, step_label
from poruka.simulation.chronicle import EVENT_WEIGHTS, describe_event
from poruka.utils.labels import format_label

UNDRAWN_EVENT_KINDS = ("bill", "appointment", "protest", "clash")
"""Kinds of event too frequent to be drawn on the lanes; they are in the table only."""
PRESENCE_LABELS = {
    "branch": "only in the branch",
    "parent": "only in the parent",
    "both": "differs between the two",
}
"""In which of the two worlds a step occurs."""


def choose_example_pair(comparison: Any) -> int:
    """Return the first world with the most frequent change of outcome.

    Where no outcome changes it is the first world that diverges, else the first world.
    """
    divergence = comparison.divergence
    for rows in (
        divergence[divergence["parent"] != divergence["branch"]],
        divergence[divergence["month"] >= 0],
        divergence,
    ):
        if len(rows):
            changes = rows["parent"] + " " + rows["branch"]
            return int(rows.loc[changes == changes.value_counts().index[0], "world"].iloc[0])
    return int(comparison.worlds[0])


class ChainStep(NamedTuple):
    """A causal step as it is drawn; it acts on the next through the field in ``carried_by``."""

    month: int
    lane: str
    name: str
    text: str
    reasons: str
    carried_by: str


def build_chain_steps(trace: Any, chain: list[Any]) -> list[ChainStep]:
    """Return the steps of a causal chain with their labels, texts and reasons."""
    steps = []
    for link in chain:
        run = trace.parent if link.only_in == "parent" else trace.branch
        reasons = ", ".join(
            f"{format_label(name)} {format_number(value)}"
            for name, value in trace.reasons_for(link).items()
        )
        change = format_change(link.field, link.parent, link.branch)
        # A field handed on within a month has no value left at the end of the month.
        has_values = link.parent == link.parent
        separator = "|" if has_values else ", "
        carrier = f"{field_label(link.field)}{separator}{change}" if link.field else ""
        text = link.text + (f" [{link.rule}]" if link.rule else "")
        steps.append(
            ChainStep(
                link.month,
                link.only_in,
                step_label(link.name, run.scenario),
                text,
                reasons,
                carrier,
            )
        )
    return steps


def chain_step_table(steps: list[ChainStep], scenario: Any) -> pd.DataFrame:
    """Return the steps of a chain as a table, one row a step."""
    rows = []
    for number, step in enumerate(steps, start=1):
        field, _, values = step.carried_by.partition("|")
        rows.append(
            (
                "step",
                number,
                step.month,
                scenario.date_of(step.month),
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


def chain_event_table(
    run: Any, event_numbers: np.ndarray, lane: str, step_numbers: set[int]
) -> pd.DataFrame:
    """Return the events that only one of the two worlds has, and which of them are steps."""
    events = run.events.iloc[event_numbers]
    kinds = events["kind"].astype(str)
    names = [
        step_label(
            str(event.instrument) if event.kind == "instrument" else str(event.kind), run.scenario
        )
        for event in events.itertuples()
    ]
    weight = kinds.map(EVENT_WEIGHTS).astype(float)
    return pd.DataFrame(
        {
            "part": "event",
            "month": events["month"].to_numpy(),
            "date": events["date"].to_numpy(),
            "lane": lane,
            "name": names,
            "text": [describe_event(event, run.scenario) for _, event in events.iterrows()],
            "weight": weight.to_numpy(),
            "step": [int(number) in step_numbers for number in event_numbers],
            "shown": ~kinds.isin(UNDRAWN_EVENT_KINDS).to_numpy(),
        }
    )
