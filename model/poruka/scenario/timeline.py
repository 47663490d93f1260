"""Branching of a scenario: what holds after each fork, and what is refused because it contradicts
itself or the past.
"""

from dataclasses import replace
from typing import Any

from poruka.engine import codes
from poruka.scenario.fork import Fork, parse_state_change, refuse_conflicts
from poruka.scenario.interventions import parse_interventions
from poruka.scenario.validation import find_shock_errors
from poruka.utils.errors import BadInput

_INTERVENTION_LABELS = {
    codes.INTERVENTION_DIES: "the president's death",
    codes.INTERVENTION_ILL: "the president's illness",
}


def apply_fork(scenario: Any, fork: Fork, month: int) -> Any:
    """Return the scenario that holds from a month on in which a fork opens; its forks are left
    aside.

    A fork that waits for something to happen cannot know what abroad will have done by then: what
    has struck stays as it was.
    """
    own = [one.id for one in scenario.instruments]
    struck = {
        f"shocks.{shock.id}"
        for shock in scenario.file.shocks
        if scenario.month_of(scenario.resolve_shock(shock)[0]) < month
    }
    change = {
        key: value
        for key, value in fork.scenario_changes().items()
        if key.rpartition(".")[0] not in struck
    }
    without = [id for id in fork.without if id not in struck]
    file = (
        scenario.file.model_copy(update={"shocks": [*scenario.file.shocks, *fork.shocks]})
        if fork.shocks
        else scenario.file
    )
    after = replace(scenario, file=file, forks=()).change(change).without(*without)
    more = parse_interventions(month, fork.force, fork.forbid, fork.allow, own)
    return replace(after, interventions=(*scenario.interventions, *more))


def add_fork(scenario: Any, fork: Fork) -> Any:
    """Return a scenario with one more fork, checked against everything that is said already.

    Raises
    ------
    BadInput
        When the fork cannot open, changes what is past, or contradicts another one.
    """
    moment, where = fork.trigger, f"the fork at {fork.at}"
    month = scenario.month_of(fork.at) if moment.kind == "date" else None
    if month is not None and not 0 <= month < scenario.months:
        raise BadInput(
            f"{where} lies outside the run, which lasts from {scenario.start_date} to"
            f" {scenario.file.end_date}."
        )
    if moment.subject[:1].isupper() and moment.subject not in {
        one.id for one in scenario.instruments
    }:
        raise BadInput(
            f"{where} waits for an act {moment.subject} that no ruler has here; `poruka instruments"
            f" {scenario.name}` lists them."
        )
    _refuse_past_changes(scenario, fork, month, where)
    forked = replace(scenario, forks=(*scenario.forks, fork))
    sizes = forked.table_sizes()
    for key, value in fork.change:
        if key.startswith("state."):
            parse_state_change(key, value, sizes)
    refuse_conflicts(forked.forks)
    apply_fork(scenario, fork, month or 0)
    return validate_timeline(forked)


def _refuse_past_changes(scenario: Any, fork: Fork, month: int | None, location: str) -> None:
    """Refuse to change what holds at the start only, or what abroad has already done."""
    known = {shock.id: shock for shock in scenario.file.shocks}
    for key, value in fork.change:
        if key.startswith("start."):
            raise BadInput(
                f"{location} changes {key}, which holds before the first month only; change the"
                f" state there, such as state.{key[6:]}, or change the start of the scenario"
                " itself."
            )
        if key.startswith("shocks.") and month is not None and key.split(".")[1] in known:
            date, _ = scenario.resolve_shock(known[key.split(".")[1]])
            if scenario.month_of(date) < month:
                raise BadInput(
                    f"{location} changes {key}, but that shock struck in {date}; open the branch"
                    " earlier, or change what it left (state.outsides…)."
                )
            if (
                key.endswith(".date")
                and isinstance(value, str)
                and scenario.month_of(value) < month
            ):
                raise BadInput(
                    f"{location} moves {key} to {value}, before the branch opens; choose a later"
                    " date."
                )
    for id in fork.without:
        shock = known.get(id.removeprefix("shocks.")) if id.startswith("shocks.") else None
        if (
            shock is not None
            and month is not None
            and scenario.month_of(scenario.resolve_shock(shock)[0]) < month
        ):
            raise BadInput(
                f"{location} leaves out {id}, but that shock struck in"
                f" {scenario.resolve_shock(shock)[0]}; open the branch earlier."
            )
    taken = {*known, *(shock.id for other in scenario.forks for shock in other.shocks)}
    for shock in fork.shocks:
        if shock.id in taken:
            raise BadInput(
                f"{location} adds a shock {shock.id!r} that stands there already; rename it, or"
                f" change shocks.{shock.id}.value."
            )
        taken.add(shock.id)
        for fault in find_shock_errors(shock, f"{location}: shock {shock.id!r}"):
            raise BadInput(fault)
        if month is not None and scenario.month_of(shock.date) < month:
            raise BadInput(
                f"{location}: shock {shock.id!r} is dated {shock.date}, before the branch opens;"
                " choose a later date."
            )


def validate_timeline(scenario: Any) -> Any:
    """Return a scenario whose dated wishes do not contradict each other: nobody dies twice in a
    month, no act is forced while it is forbidden.
    """
    acts = [one.id for one in scenario.instruments]
    wishes = [(month, what, subject) for month, what, subject in scenario.interventions]
    always: list[tuple[int, int, int]] = []
    for fork in scenario.forks:
        month = scenario.month_of(fork.at) if fork.trigger.kind == "date" else None
        found = parse_interventions(month or 0, fork.force, fork.forbid, fork.allow, acts)
        wishes += found if month is not None else []
        always += found if month is None else []
    # Bans of a month hold before what is forced in it, and permissions before both.
    order = {
        codes.INTERVENTION_ALLOWED: 1,
        codes.INTERVENTION_FORBIDDEN: 2,
        codes.INTERVENTION_FORCED: 3,
    }
    seen: set[tuple[int, int, int]] = set()
    away = {acts.index(id) for id in scenario.forbidden_instruments if id in acts}
    start = set(away)
    heirs: dict[int, int] = {}
    for month, what, subject in sorted(wishes, key=lambda wish: (wish[0], order.get(wish[1], 0))):
        if what in _INTERVENTION_LABELS and (month, what, subject) in seen:
            raise BadInput(
                f"{_INTERVENTION_LABELS[what]} is asked for twice in {scenario.date_of(month)};"
                " drop one of the two."
            )
        seen.add((month, what, subject))
        if what == codes.INTERVENTION_NAMED and heirs.setdefault(month, subject) != subject:
            raise BadInput(f"two heirs are named in {scenario.date_of(month)}; name one.")
        if what == codes.INTERVENTION_FORBIDDEN:
            away.add(subject)
        elif what == codes.INTERVENTION_ALLOWED:
            away.discard(subject)
        elif what == codes.INTERVENTION_FORCED and subject in away:
            raise BadInput(
                f"{acts[subject]} is forced in {scenario.date_of(month)}, when it is forbidden;"
                " allow it first, or drop one of the two."
            )
    allowed = {subject for _, what, subject in always if what == codes.INTERVENTION_ALLOWED}
    for _, what, subject in always:
        if what == codes.INTERVENTION_FORCED and subject in start - allowed:
            raise BadInput(
                f"{acts[subject]} is forced where a branch opens, but it is left out altogether;"
                " allow it there, or drop one of the two."
            )
    return scenario
