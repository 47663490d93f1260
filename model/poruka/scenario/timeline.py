"""Forks along a scenario's timeline: what holds after each; contradictions are refused."""

from dataclasses import replace
from typing import Any

from poruka.engine.record_kinds import Intervention
from poruka.scenario.channel_settings import PREFIX
from poruka.scenario.fork import Fork, refuse_conflicts
from poruka.scenario.interventions import parse_interventions
from poruka.scenario.schema import parse_month
from poruka.scenario.state_change import parse_state_change
from poruka.scenario.validation import find_shock_errors
from poruka.utils.errors import BadInput

_INTERVENTION_LABELS = {
    Intervention.DIES: "the president's death",
    Intervention.ILL: "the president's illness",
}


def apply_fork(scenario: Any, fork: Fork, month: int) -> Any:
    """Return the scenario, without its forks, that holds from the month of a fork on.

    Shocks that have already occurred stay as they were: a fork triggered by an event cannot know
    beforehand which ones these are.
    """
    instrument_ids = [instrument.id for instrument in scenario.instruments]
    past_shocks = {
        f"shocks.{shock.id}"
        for shock in scenario.file.shocks
        if scenario.month_of(scenario.resolve_shock(shock)[0]) < month
    }
    change = {
        key: value
        for key, value in fork.scenario_changes().items()
        if key.rpartition(".")[0] not in past_shocks
    }
    without = [id for id in fork.without if id not in past_shocks]
    file = (
        scenario.file.model_copy(update={"shocks": [*scenario.file.shocks, *fork.shocks]})
        if fork.shocks
        else scenario.file
    )
    changed = replace(scenario, file=file, forks=()).change(change).without(*without)
    added = parse_interventions(month, fork.force, fork.forbid, fork.allow, instrument_ids)
    return replace(changed, interventions=(*scenario.interventions, *added))


def add_fork(scenario: Any, fork: Fork) -> Any:
    """Return a scenario with one more fork, validated against the scenario and its other forks.

    Raises
    ------
    BadInput
        When the fork cannot occur, changes what is past, or contradicts another fork.
    """
    trigger, where = fork.trigger, f"the fork at {fork.at}"
    month = scenario.month_of(fork.at) if trigger.kind == "date" else None
    if month is not None and not 0 <= month < scenario.months:
        raise BadInput(
            f"{where} lies outside the scenario, which lasts from {scenario.start_date} to"
            f" {scenario.file.end_date}; choose a month within it."
        )
    if trigger.subject[:1].isupper() and trigger.subject not in {
        instrument.id for instrument in scenario.instruments
    }:
        raise BadInput(
            f"{where} waits for an instrument {trigger.subject} that no ruler has in this scenario;"
            f" `poruka instruments {scenario.name}` lists them."
        )
    _refuse_past_changes(scenario, fork, month, where)
    _refuse_channels(fork, where)
    forked = replace(scenario, forks=(*scenario.forks, fork))
    sizes = forked.table_sizes()
    for key, value in fork.change:
        if key.startswith("state."):
            parse_state_change(key, value, sizes)
    refuse_conflicts(forked.forks)
    apply_fork(scenario, fork, month or 0)
    return validate_timeline(forked)


def _refuse_channels(fork: Fork, where: str) -> None:
    """Refuse to switch a channel in the middle of a world."""
    for key, _ in fork.change:
        if key.startswith(PREFIX):
            raise BadInput(
                f"{where} changes {key}; a channel is on or off for the whole of a world: use"
                f" scenario.change({{{key!r}: 'held'}})."
            )


def refuse_changes_after(scenario: Any, months: int) -> None:
    """Refuse a run that ends before a dated fork opens or a dated intervention is made.

    Raises
    ------
    BadInput
        When there is one; it would change nothing, and nothing would say so.
    """
    dated = [fork.at for fork in scenario.forks if fork.trigger.kind == "date"]
    late = [f"the fork at {at}" for at in dated if scenario.month_of(at) >= months]
    late += [
        f"the intervention of {scenario.date_of(month)}"
        for month, *_ in scenario.interventions
        if month >= months
    ]
    if late:
        raise BadInput(
            f"{late[0]} comes after the last month of the run, {scenario.date_of(months - 1)}, and"
            " would change nothing; run longer (until), or give an earlier month."
        )


def _refuse_past_changes(scenario: Any, fork: Fork, month: int | None, location: str) -> None:
    """Refuse to change start values or external shocks that have already occurred."""
    declared = {shock.id: shock for shock in scenario.file.shocks}
    for key, value in fork.change:
        if key.startswith("start."):
            raise BadInput(
                f"{location} changes {key}, which holds before the first month only; change the"
                f" state there, such as state.{key[6:]}, or change the start of the scenario"
                " itself."
            )
        if key.startswith("shocks.") and month is not None and key.split(".")[1] in declared:
            date, _ = scenario.resolve_shock(declared[key.split(".")[1]])
            if scenario.month_of(date) < month:
                raise BadInput(
                    f"{location} changes {key}, but that shock occurred in {date}; choose an"
                    " earlier fork, or change its effects (state.outsides…)."
                )
            if (
                key.endswith(".date")
                and isinstance(value, str)
                and scenario.month_of(value) < month
            ):
                raise BadInput(
                    f"{location} moves {key} to {value}, before the fork; choose a later date."
                )
    for id in fork.without:
        shock = declared.get(id.removeprefix("shocks.")) if id.startswith("shocks.") else None
        if (
            shock is not None
            and month is not None
            and scenario.month_of(scenario.resolve_shock(shock)[0]) < month
        ):
            raise BadInput(
                f"{location} removes {id}, but that shock occurred in"
                f" {scenario.resolve_shock(shock)[0]}; choose an earlier fork."
            )
    used_ids = {
        *declared,
        *(shock.id for earlier_fork in scenario.forks for shock in earlier_fork.shocks),
    }
    for shock in fork.shocks:
        if shock.id in used_ids:
            raise BadInput(
                f"{location} adds a shock {shock.id!r} that exists already; rename it, or"
                f" change shocks.{shock.id}.value."
            )
        used_ids.add(shock.id)
        for error in find_shock_errors(shock, f"{location}: shock {shock.id!r}"):
            raise BadInput(error)
        shock_month = parse_month(shock.date, f"{location}: shock {shock.id!r} date")
        # A fork that waits for an event may open in any month, but not before the first.
        if shock_month < parse_month(scenario.start_date, "start_date"):
            raise BadInput(
                f"{location}: shock {shock.id!r} is dated {shock.date}, before the start"
                f" {scenario.start_date}; choose a later date."
            )
        if month is not None and scenario.month_of(shock.date) < month:
            raise BadInput(
                f"{location}: shock {shock.id!r} is dated {shock.date}, before the fork;"
                " choose a later date."
            )


def validate_timeline(scenario: Any) -> Any:
    """Return a scenario after verifying that its dated interventions do not contradict each other.

    Nobody dies twice in a month, and no instrument is forced while it is forbidden.
    """
    instrument_ids = [instrument.id for instrument in scenario.instruments]
    dated = list(scenario.interventions)
    undated: list[tuple[int, int, int]] = []
    for fork in scenario.forks:
        month = scenario.month_of(fork.at) if fork.trigger.kind == "date" else None
        parsed = parse_interventions(
            month or 0, fork.force, fork.forbid, fork.allow, instrument_ids
        )
        if month is not None:
            dated += parsed
        else:
            undated += parsed
    # Bans of a month hold before what is forced in it, and permissions before both.
    order = {Intervention.ALLOWED: 1, Intervention.FORBIDDEN: 2, Intervention.FORCED: 3}
    seen: set[tuple[int, int, int]] = set()
    initially_forbidden = {
        instrument_ids.index(id) for id in scenario.forbidden_instruments if id in instrument_ids
    }
    forbidden = set(initially_forbidden)
    heirs: dict[int, int] = {}
    for month, kind, subject in sorted(dated, key=lambda row: (row[0], order.get(row[1], 0))):
        if kind in _INTERVENTION_LABELS and (month, kind, subject) in seen:
            raise BadInput(
                f"{_INTERVENTION_LABELS[kind]} is requested twice in {scenario.date_of(month)};"
                " drop one of the two."
            )
        seen.add((month, kind, subject))
        if kind == Intervention.NAMED and heirs.setdefault(month, subject) != subject:
            raise BadInput(f"two heirs are named in {scenario.date_of(month)}; name one.")
        if kind == Intervention.FORBIDDEN:
            forbidden.add(subject)
        elif kind == Intervention.ALLOWED:
            forbidden.discard(subject)
        elif kind == Intervention.FORCED and subject in forbidden:
            raise BadInput(
                f"{instrument_ids[subject]} is forced in {scenario.date_of(month)}, when it is"
                " forbidden; allow it first, or drop one of the two."
            )
    allowed = {subject for _, kind, subject in undated if kind == Intervention.ALLOWED}
    for _, kind, subject in undated:
        if kind == Intervention.FORCED and subject in initially_forbidden - allowed:
            raise BadInput(
                f"{instrument_ids[subject]} is forced by a fork, but it is removed from the"
                " scenario; allow it in that fork, or drop one of the two."
            )
    return scenario
