"""The chronicle of every branch, with the lines only it has, and the explanation of one event."""

from typing import Any

from poruka.app.session import Branch
from poruka.simulation.chronicle import most_important_events
from poruka.simulation.event_explanation import REASON_UNITS
from poruka.utils.labels import format_label

MAX_EVENTS = 60
"""Events of a chronicle that the panel shows at most."""
_ALL_EVENTS = 10_000


def build_chronicles(branches: list[Branch], max_events: int = MAX_EVENTS) -> list[dict[str, Any]]:
    """Return the chronicle of each branch: letter, title, difference and lines, the latest first.

    A line has a date, the number of its event, a text, and whether no other branch has it.
    """
    events_of = {
        branch.name: {
            (date, text)
            for date, _, text in most_important_events(
                branch.regime.events, branch.regime.world_scenario, _ALL_EVENTS
            )
        }
        for branch in branches
    }
    chronicles = []
    for branch in branches:
        other_events = [events for name, events in events_of.items() if name != branch.name]
        important = most_important_events(
            branch.regime.events, branch.regime.world_scenario, max_events
        )
        lines = [
            {
                "date": date,
                "number": number,
                "text": text,
                "only_here": bool(other_events)
                and all((date, text) not in events for events in other_events),
            }
            for date, number, text in reversed(important)
        ]
        chronicles.append(
            {
                "branch": branch.name,
                "title": branch.title,
                "difference": branch.difference,
                "lines": lines,
            }
        )
    return chronicles


def explain_event(branch: Branch, number: int) -> dict[str, Any]:
    """Return why an event occurred: text, rule, claim, and the deciding values with units."""
    explanation = branch.regime.why(number)
    return {
        "branch": branch.name,
        "number": number,
        "text": explanation.text,
        "rule": explanation.rule,
        "claim": explanation.claim,
        "reasons": [
            {
                "name": format_label(name),
                "value": f"{value:.3f}",
                "unit": REASON_UNITS.get(name, ""),
            }
            for name, value in explanation.reasons.items()
        ],
    }
