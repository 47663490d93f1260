"""The chronicle of every branch, with what stands in one only, and the account of one event."""

from typing import Any

from poruka.app.panel_data.labels import plain
from poruka.app.session import Branch
from poruka.simulation.chronicle import REASON_UNITS, most_important_events

MOST = 60


def histories(branches: list[Branch], most: int = MOST) -> list[dict[str, Any]]:
    """Return for each branch its letter, title and lines, the latest first: date, number of the
    event, text, whether no other branch has it.
    """
    told = [
        most_important_events(one.regime.events, one.regime.world_scenario, most)
        for one in branches
    ]
    known = [
        {
            (date, text)
            for date, _, text in most_important_events(
                one.regime.events, one.regime.world_scenario, 10_000
            )
        }
        for one in branches
    ]
    found = []
    for place, one in enumerate(branches):
        others = [there for other, there in enumerate(known) if other != place]
        lines = [
            {
                "date": date,
                "number": number,
                "text": text,
                "alone": bool(others) and all((date, text) not in there for there in others),
            }
            for date, number, text in reversed(told[place])
        ]
        found.append(
            {"branch": one.name, "title": one.title, "differs": one.differs, "lines": lines}
        )
    return found


def why(branch: Branch, number: int) -> dict[str, Any]:
    """Return why an event came about: text, rule, claim, and the numbers that decided it, with
    their units.
    """
    told = branch.regime.why(number)
    return {
        "branch": branch.name,
        "number": number,
        "text": told.text,
        "rule": told.rule,
        "claim": told.claim,
        "reasons": [
            {"name": plain(name), "value": f"{value:.3f}", "unit": REASON_UNITS.get(name, "")}
            for name, value in told.reasons.items()
        ],
    }
