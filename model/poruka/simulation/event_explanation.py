"""Why one event came about: the rule that produced it and the numbers that decided it."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.rule import RULE_REGISTRY
from poruka.simulation.chronicle import describe_event
from poruka.utils.errors import BadInput
from poruka.utils.labels import format_label

REASON_UNITS = {
    **dict.fromkeys(("value", "cost", "stay", "leave", "spoils"), "utility: higher is preferred"),
    **dict.fromkeys(("success_chance", "believed_success", "heir_chance"), "chance, 0 to 1"),
    **dict.fromkeys(
        ("approval", "support", "acceptability", "crowd_share", "health", "deniable"),
        "share, 0 to 1",
    ),
}
"""Units of the numbers that decide events, where they are the same in every rule."""


class EventExplanation(NamedTuple):
    """Why an event came about: its description, its rule and the numbers that decided it."""

    text: str
    rule: str
    claim: str
    reasons: dict[str, float]
    theses: tuple[str, ...] = ()
    standing: str = ""

    def __str__(self) -> str:
        lines = [self.text, f"  rule {self.rule}: {self.claim}"]
        if self.standing:
            theses = f"theses {', '.join(self.theses)}" if self.theses else "no thesis"
            lines.append(f"  {self.standing}; {theses}")
        if self.reasons:
            lines += ["", "  the numbers that decided it"]
            width = max(len(format_label(name)) for name in self.reasons)
            for name, value in self.reasons.items():
                label, number = format_label(name), _format_quantity(name, value)
                unit = REASON_UNITS.get(name, "")
                lines.append(f"  {label:<{width}} {number:>9}  {unit}".rstrip())
        else:
            lines += ["", "  no numbers were recorded for this event"]
        commands = [f"poruka explain {id}" for id in (self.rule, *self.theses[:2]) if id]
        return "\n".join([*lines, "", f"  more: {'; '.join(commands)}"] if commands else lines)


def _format_quantity(name: str, value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def build_event_explanation(
    event: Any, reasons: list[tuple[int, float]], scenario: Any
) -> EventExplanation:
    """Return why an event came about, from the numbers recorded with it."""
    rules = {rule.id: rule for rule in scenario.rules.rules}
    rule_id = str(event["rule"])
    rule = rules.get(rule_id, RULE_REGISTRY.get(rule_id))
    return EventExplanation(
        f"{event['date']}: {describe_event(event, scenario)}",
        rule_id,
        rule.claim if rule else "",
        {codes.REASON_QUANTITIES[quantity]: value for quantity, value in reasons},
        rule.theses if rule else (),
        rule.standing if rule else "",
    )


def find_event(event: pd.Series, logged: pd.DataFrame, of_world: str, date: str) -> int:
    """Return the number in a world of an event taken from any table of events.

    Parameters
    ----------
    event : Series
        A row of a table of events.
    logged : DataFrame
        The events of the world so far.
    of_world, date : str
        What the world is called, and how far it has come, for the error.

    Raises
    ------
    BadInput
        When the world has no such event.
    """
    same = np.ones(len(logged), dtype=bool)
    for column in logged:
        same &= (logged[column].astype(object) == event[column]).to_numpy()
    numbers = np.flatnonzero(same)
    if not len(numbers):
        raise BadInput(
            f"{of_world} has no such event up to {date}; use the regime of the event's own world"
            " and seed, simulated at least to the event's date."
        )
    return int(event.name) if event.name in numbers else int(numbers[0])
