"""One agent: his state in every branch, whom he is tied to, and what he did and why."""

from typing import Any

from poruka.app.panel_data.chronicle import why
from poruka.app.panel_data.labels import agent, amount, link, plain
from poruka.app.session import Branch
from poruka.engine import codes
from poruka.engine.state import tables
from poruka.simulation.chronicle import describe_event

LOOKED_AT = (
    "president",
    "premier",
    "contenders",
    "oligarchs",
    "clans",
    "family",
    "regions",
    "deputies",
    "parties",
    "movements",
    "outlets",
    "courts",
    "commanders",
    "clients",
    "citizens",
)
"""Tables whose rows a visitor can look at, in the order of the list."""
_MOST = 8


def who_there_is(branch: Branch) -> list[dict[str, Any]]:
    """Return every kind of agent with the number of its rows."""
    return [
        {"table": table, "words": plain(table), "rows": len(getattr(branch.regime.world, table))}
        for table in LOOKED_AT
    ]


def person(branches: list[Branch], table: str, row: int) -> dict[str, Any]:
    """Return what an agent is called and stands for, his fields (words, value per branch, unit,
    meaning, link) and, per branch, his deeds and why he did the last.
    """
    rows = []
    for field in tables()[table].fields:
        there = [getattr(one.regime.world, table)[row] for one in branches]
        values = [amount(field, one[field.name]) for one in there]
        ties = [link(field, one, row) for one in there]
        rows.append(
            {
                "name": field.name,
                "words": plain(field.name),
                "values": [
                    value if tie is None else agent(*tie)
                    for value, tie in zip(values, ties, strict=True)
                ],
                "unit": "" if field.unit in ("row", "code", "yes/no", "bits") else field.unit,
                "meaning": field.meaning,
                "differs": len(set(values)) > 1,
                "links": [list(tie) if tie is not None else None for tie in ties],
            }
        )
    return {
        "table": table,
        "row": row,
        "title": agent(table, row),
        "meaning": tables()[table].meaning,
        "branches": [one.name for one in branches],
        "fields": rows,
        "deeds": [
            {
                "branch": one.name,
                "lines": deeds(one, table, row),
                "last": last_deed(one, table, row),
            }
            for one in branches
        ],
    }


def _events_of(branch: Branch, table: str, row: int, parts: tuple[str, ...]) -> Any:
    """Return the events in which an agent plays one of some parts: ``actor``, ``target``."""
    events = branch.regime.events
    name = codes.actor_label(getattr(codes, f"ENTITY_{table.upper()}") + row)
    return events[(events[list(parts)] == name).any(axis=1)] if len(events) else events


def deeds(branch: Branch, table: str, row: int) -> list[dict[str, Any]]:
    """Return the last events in which an agent acted or was acted on: date, number, text."""
    mine = _events_of(branch, table, row, ("actor", "target"))
    return [
        {
            "date": str(mine.loc[number, "date"]),
            "number": int(number),
            "text": describe_event(mine.loc[number], branch.regime.world_scenario),
        }
        for number in reversed(mine.index[-_MOST:])
    ]


def last_deed(branch: Branch, table: str, row: int) -> dict[str, Any] | None:
    """Return the account of the last thing an agent did himself: date and text, rule, claim, the
    numbers that decided it; None if he did nothing yet.
    """
    mine = _events_of(branch, table, row, ("actor",))
    return why(branch, int(mine.index[-1])) if len(mine) else None
