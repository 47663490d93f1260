"""What a visitor wants otherwise: values moved, things switched off, events made to happen;
collected first, then played or branched.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput

KINDS = {
    "change": "set",
    "without": "switched off",
    "force": "made to happen",
    "forbid": "forbidden to the ruler",
}


class Wish(NamedTuple):
    """One thing to be otherwise: how (one of ``KINDS``), what, and for a value to what."""

    kind: str
    key: str
    value: Any = None

    def __str__(self) -> str:
        return f"{self.key} {KINDS[self.kind]}" + (
            f" to {self.value:g}"
            if isinstance(self.value, float)
            else f" to {self.value}"
            if self.value is not None
            else ""
        )


@dataclass
class Wishes:
    """A list of wishes that can be granted to a scenario, from its start or from a month on.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> wishes = Wishes().with_one(load("kazakhstan"), 0, Wish("change", "oligarchs.inertia", 0.5))
    >>> wishes.from_start(load("kazakhstan")).params().oligarchs.inertia
    0.5
    """

    all: list[Wish] = field(default_factory=list)

    def with_one(self, scenario: Scenario, month: int, wish: Wish) -> "Wishes":
        """Return the wishes with one more, which takes the place of an earlier one about the same
        thing.

        Raises
        ------
        BadInput
            When it could be granted neither from the start nor in the month.
        """
        if wish.kind not in KINDS:
            raise BadInput(f"a wish is to {wish.kind!r}; it is one of {', '.join(KINDS)}.")
        alone = Wishes([wish])
        try:
            scenario.fork(scenario.date_of(min(month, scenario.months - 1)), **alone.as_fork())
        except BadInput:
            # What holds at the start only, or lies in the past of this month, can still be asked
            # for with a restart.
            if wish.kind in ("force", "forbid") or wish.key.startswith("state."):
                raise
            alone.from_start(scenario)
        return Wishes([*(one for one in self.all if one.key != wish.key), wish])

    def less(self, key: str) -> "Wishes":
        """Return the wishes without those about one thing."""
        return Wishes([one for one in self.all if one.key != key])

    def as_fork(self) -> dict[str, Any]:
        """Return the wishes as :meth:`Scenario.fork` takes them."""
        listed = {
            kind: [one.key for one in self.all if one.kind == kind]
            for kind in ("without", "force", "forbid")
        }
        return {"change": {one.key: one.value for one in self.all if one.kind == "change"}} | {
            kind: keys for kind, keys in listed.items() if keys
        }

    def from_start(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the wishes granted from its first month on."""
        plain = {
            one.key: one.value
            for one in self.all
            if one.kind == "change" and not one.key.startswith("state.")
        }
        changed = scenario.change(plain).without(
            *(one.key for one in self.all if one.kind == "without")
        )
        later = Wishes(
            [
                one
                for one in self.all
                if one.kind in ("force", "forbid") or one.key.startswith("state.")
            ]
        )
        return changed.fork(changed.start_date, **later.as_fork()) if later.all else changed
