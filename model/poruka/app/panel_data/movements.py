"""The movements of the present month: who leads each, since when, and what stands behind him."""

from typing import Any

import numpy as np

from poruka.app.panel_data.labels import agent_label, contender_name
from poruka.app.panel_data.threats import contender_status
from poruka.app.session import Branch
from poruka.engine.kinds import Current, Stance


def build_movements(branch: Branch) -> list[dict[str, Any]]:
    """Return the movements there are, blocs first and the one of the largest means on top.

    Each has its leader among the contenders (label, status, threat, means), the man behind him if
    he is one of the elite, and, if it is a bloc, when it was founded, since when he leads it and
    its members at liberty. A row in which there is no bloc is left out.
    """
    if branch.regime.month == 0:
        return []
    world, founded = branch.regime.world, _founding_months(branch)
    movements = []
    for row, movement in enumerate(world.movements):
        if not movement.active:
            continue
        leader = int(movement.contender)
        contender = world.contenders[leader]
        bloc = row >= Current.FIRST_BLOC
        members = members_at_liberty(world, row) if bloc else []
        movements.append(
            {
                "table": "movements",
                "row": row,
                "label": agent_label("movements", row),
                "bloc": bloc,
                "note": _movement_note(branch, row, founded.get(row) if bloc else None),
                "leader": leader,
                "leader_label": contender_name(world, leader),
                "since": _leader_since(branch, row, founded.get(row, 0)) if bloc else "",
                "status": ", ".join(contender_status(branch.regime, leader)),
                "members": members,
                "people": float(movement.people),
                "energy": float(movement.energy),
                "means": float(contender.backing),
                "threat": float(contender.threat),
            }
        )
    return sorted(movements, key=lambda one: (not one["bloc"], -one["means"], one["row"]))


def summarize_opposition(branch: Branch) -> str:
    """Return one sentence on how many of the elite are opponents, and how many in no bloc."""
    oligarchs = branch.regime.world.oligarchs
    opponents = oligarchs.stance == Stance.OPPONENT
    alone = int((opponents & (oligarchs.bloc < 0)).sum())
    count = int(opponents.sum())
    blocs = int(branch.regime.world.movements[Current.FIRST_BLOC :].active.sum())
    sentence = f"{count} of the {len(oligarchs)} elite families are opponents at liberty"
    if blocs:
        sentence += f", {count - alone} of them in {blocs} bloc{'' if blocs == 1 else 's'}"
    if alone:
        sentence += f"; {alone} in no bloc, who stand behind the moderates"
    return f"{sentence}."


def members_at_liberty(world: Any, row: int) -> list[int]:
    """Return the oligarchs who are in a bloc and at liberty."""
    oligarchs = world.oligarchs
    is_member = (oligarchs.bloc == row) & (oligarchs.stance == Stance.OPPONENT)
    return [int(member) for member in np.flatnonzero(is_member)]


def _movement_note(branch: Branch, row: int, founded: int | None) -> str:
    """Return what kind of movement it is, and when it was founded if it is a bloc."""
    if row < Current.FIRST_BLOC:
        return "older movement"
    return f"bloc, founded {_date(branch, founded)}" if founded is not None else "bloc"


def _founding_months(branch: Branch) -> dict[int, int]:
    """Return the month in which the last bloc of each row was founded."""
    events = branch.regime.events
    founded = events[events["kind"] == "movement"]
    rows = (int(str(target).split()[-1]) for target in founded["target"])
    return dict(zip(rows, founded["month"].tolist(), strict=True))


def _leader_since(branch: Branch, row: int, founded: int) -> str:
    """Return the date from which the leader of a bloc leads it, empty where it is not known."""
    since = branch.leaders.since(row)
    # One man can end a bloc and found the next in its row within a month.
    return _date(branch, max(since, founded)) if since is not None else ""


def _date(branch: Branch, month: int) -> str:
    return branch.regime.world_scenario.date_of(month)
