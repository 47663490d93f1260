"""Changes that a visitor has requested: values set, mechanisms switched off, events forced or
forbidden; collected first, then applied from the start or in a fork.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput

CHANGE_KINDS = {
    "change": "set",
    "without": "switched off",
    "force": "forced",
    "forbid": "forbidden to the ruler",
}
"""Kind of a change to its label."""


class Change(NamedTuple):
    """One requested change: its kind (one of ``CHANGE_KINDS``), its key, and the value to set."""

    kind: str
    key: str
    value: Any = None

    def __str__(self) -> str:
        text = f"{self.key} {CHANGE_KINDS[self.kind]}"
        if self.value is None:
            return text
        value = f"{self.value:g}" if isinstance(self.value, float) else f"{self.value}"
        return f"{text} to {value}"

    @property
    def needs_fork(self) -> bool:
        """Whether the change acts from a month on: a forced or forbidden event, or a state."""
        return self.kind in ("force", "forbid") or self.key.startswith("state.")


@dataclass
class PendingChanges:
    """A list of changes that can be applied to a scenario, from its start or from a month on.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> change = Change("change", "oligarchs.inertia", 0.5)
    >>> pending = PendingChanges().with_change(load("kazakhstan"), 0, change)
    >>> pending.apply_from_start(load("kazakhstan")).params().oligarchs.inertia
    0.5
    """

    changes: list[Change] = field(default_factory=list)

    def with_change(self, scenario: Scenario, month: int, change: Change) -> "PendingChanges":
        """Return the changes with one more, which replaces an earlier one of the same key.

        Raises
        ------
        BadInput
            When it could be applied neither from the start nor in the month.
        """
        if change.kind not in CHANGE_KINDS:
            raise BadInput(
                f"the kind of a change is {change.kind!r}; it must be one of"
                f" {', '.join(CHANGE_KINDS)}."
            )
        single = PendingChanges([change])
        try:
            last_month = scenario.months - 1
            scenario.fork(scenario.date_of(min(month, last_month)), **single.fork_arguments())
        except BadInput:
            # What can be set at the start only, or lies before this month, can still be applied
            # with a restart.
            if change.needs_fork:
                raise
            single.apply_from_start(scenario)
        return PendingChanges([*self.without_key(change.key).changes, change])

    def without_key(self, key: str) -> "PendingChanges":
        """Return the changes without those of one key."""
        return PendingChanges([change for change in self.changes if change.key != key])

    def fork_arguments(self) -> dict[str, Any]:
        """Return the changes as keyword arguments of :meth:`Scenario.fork`."""
        values = {change.key: change.value for change in self.changes if change.kind == "change"}
        keys_by_kind = {
            kind: [change.key for change in self.changes if change.kind == kind]
            for kind in ("without", "force", "forbid")
        }
        return {"change": values} | {kind: keys for kind, keys in keys_by_kind.items() if keys}

    def apply_from_start(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the changes applied from its first month on."""
        at_start = PendingChanges([change for change in self.changes if not change.needs_fork])
        arguments = at_start.fork_arguments()
        changed = scenario.change(arguments["change"]).without(*arguments.get("without", ()))
        in_fork = PendingChanges([change for change in self.changes if change.needs_fork])
        if not in_fork.changes:
            return changed
        return changed.fork(changed.start_date, **in_fork.fork_arguments())
