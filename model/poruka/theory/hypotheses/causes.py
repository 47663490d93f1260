"""What a cause moves: start values, outside shocks, acts and states, or a coefficient of a rule."""

from collections.abc import Iterable, Mapping
from typing import Any

from poruka.engine.parameters import mechanism_groups, mechanisms
from poruka.theory.hypotheses.declaration import CauseArm

CAUSE_PREFIXES = ("start.", "shocks.", "state.")
"""Beginnings of the keys of what the text can name as a cause; an act is one as well."""


def moved_keys(low: CauseArm, high: CauseArm) -> tuple[str, ...]:
    """Return what differs between two arms: keys, ids of what is left out, acts, pages.

    Examples
    --------
    >>> moved_keys(CauseArm(), CauseArm(change={"start.society.habit": 0.5}, off=["I44"]))
    ('start.society.habit', 'I44')
    """
    acts = [_act_name(entry) for entry in _in_one_only(low.happen, high.happen)]
    forks = [_moved_by_fork(entry) for entry in _in_one_only(low.fork, high.fork)]
    countries = [f"start.{name}" for name in {low.country, high.country} - {""}]
    moved = [
        *_differing_keys(low.change, high.change),
        *(id for id in [*low.off, *high.off] if (id in low.off) != (id in high.off)),
        *acts,
        *(key for keys in forks for key in keys),
        *(f"start.{page}" for page in _differing_keys(low.pages, high.pages)),
        *(countries if low.country != high.country else []),
    ]
    return tuple(dict.fromkeys(moved))


def moved_coefficients(low: CauseArm, high: CauseArm) -> tuple[str, ...]:
    """Return which of the moved keys are coefficients: numbers of rules or acts, or switches.

    Examples
    --------
    >>> moved_coefficients(CauseArm(), CauseArm(change={"property.pace": 0.1}))
    ('property.pace',)
    """
    switches = {*mechanisms(), *mechanism_groups()}
    acts = {
        *(_act_name(entry) for entry in [*low.happen, *high.happen]),
        *(id for id in [*low.off, *high.off] if id not in switches),
        *(id for entry in [*low.fork, *high.fork] for id in _fork_acts(entry)),
    }
    return tuple(
        key
        for key in moved_keys(low, high)
        if not key.startswith(CAUSE_PREFIXES) and key not in acts
    )


def _differing_keys(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    return [key for key in {**first, **second} if first.get(key) != second.get(key)]


def _in_one_only(first: list[dict], second: list[dict]) -> list[dict]:
    return [
        *(entry for entry in first if entry not in second),
        *(entry for entry in second if entry not in first),
    ]


def _ids(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else list(value)


def _act_name(intervention: Mapping[str, Any]) -> str:
    """Return what an intervention makes happen or forbids, as one name: ``force I19``."""
    kinds = [
        f"{kind} {id}" for kind, ids in intervention.items() if kind != "date" for id in _ids(ids)
    ]
    return ", ".join(kinds)


def _fork_acts(fork: Mapping[str, Any]) -> list[str]:
    """Return what a fork makes happen or leaves out that is no mechanism."""
    switches = {*mechanisms(), *mechanism_groups()}
    return [
        *(
            f"{kind} {id}"
            for kind in ("force", "forbid", "allow")
            for id in _ids(fork.get(kind, ()))
        ),
        *(id for id in _ids(fork.get("without", ())) if id not in switches),
    ]


def _moved_by_fork(fork: Mapping[str, Any]) -> list[str]:
    switches = {*mechanisms(), *mechanism_groups()}
    return [
        *fork.get("change", {}),
        *_fork_acts(fork),
        *(id for id in _ids(fork.get("without", ())) if id in switches),
        *(f"shocks.{shock.get('id', '')}" for shock in fork.get("shocks", ())),
    ]
