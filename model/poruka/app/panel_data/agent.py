"""One agent: his state in every branch, the agents he is tied to, and what he did and why."""

from typing import Any

from poruka.app.panel_data.chronicle import explain_event
from poruka.app.panel_data.labels import agent_label, format_field_value, referenced_agent
from poruka.app.session import Branch
from poruka.engine import codes
from poruka.engine.record_kinds import Entity
from poruka.engine.state import tables
from poruka.simulation.chronicle import describe_event
from poruka.utils.labels import format_label

AGENT_TABLES = (
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
"""Tables whose rows are agents a visitor can select, in the order of the list."""
_MAX_EVENTS = 8


def list_agent_kinds(branch: Branch) -> list[dict[str, Any]]:
    """Return every kind of agent: its table, its label and the number of its rows."""
    return [
        {
            "table": table,
            "label": format_label(table),
            "rows": len(getattr(branch.regime.world, table)),
        }
        for table in AGENT_TABLES
    ]


def build_agent(branches: list[Branch], table: str, row: int) -> dict[str, Any]:
    """Return one agent in all branches: name, meaning, fields, events and the last action.

    A field has a label, one value and one link per branch, a unit and a meaning.
    """
    agents = [getattr(branch.regime.world, table)[row] for branch in branches]
    fields = []
    for field in tables()[table].fields:
        values = [format_field_value(field, agent[field.name]) for agent in agents]
        links = [referenced_agent(field, agent, row) for agent in agents]
        fields.append(
            {
                "name": field.name,
                "label": format_label(field.name),
                "values": [
                    value if link is None else agent_label(*link)
                    for value, link in zip(values, links, strict=True)
                ],
                "unit": "" if field.unit in ("row", "code", "yes/no", "bits") else field.unit,
                "meaning": field.meaning,
                "differ": len(set(values)) > 1,
                "links": [list(link) if link is not None else None for link in links],
            }
        )
    return {
        "table": table,
        "row": row,
        "title": agent_label(table, row),
        "meaning": tables()[table].meaning,
        "branches": [branch.name for branch in branches],
        "fields": fields,
        "events": [
            {
                "branch": branch.name,
                "lines": list_agent_events(branch, table, row),
                "last_action": explain_last_action(branch, table, row),
            }
            for branch in branches
        ],
    }


def _events_involving(branch: Branch, table: str, row: int, roles: tuple[str, ...]) -> Any:
    """Return the events in which an agent has one of some roles: ``actor``, ``target``."""
    events = branch.regime.events
    name = codes.actor_label(Entity[table.upper()] + row)
    return events[(events[list(roles)] == name).any(axis=1)] if len(events) else events


def list_agent_events(branch: Branch, table: str, row: int) -> list[dict[str, Any]]:
    """Return the last events in which an agent acted or was acted on: date, number, text."""
    events = _events_involving(branch, table, row, ("actor", "target"))
    return [
        {
            "date": str(events.loc[number, "date"]),
            "number": int(number),
            "text": describe_event(events.loc[number], branch.regime.world_scenario),
        }
        for number in reversed(events.index[-_MAX_EVENTS:])
    ]


def explain_last_action(branch: Branch, table: str, row: int) -> dict[str, Any] | None:
    """Return why an agent took his last action, as :func:`explain_event` does; None if he took
    none yet.
    """
    actions = _events_involving(branch, table, row, ("actor",))
    return explain_event(branch, int(actions.index[-1])) if len(actions) else None
