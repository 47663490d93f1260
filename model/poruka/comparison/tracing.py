"""Tracing: through which fields, rules and events a change in one world led to an event.

Two worlds of one seed are simulated month by month. A field *diverges* in the first month in which
it differs by more than a small share of its range. From an event that only one of the two worlds
has, the trace goes back to the field its rule reads that lies furthest apart, to the month in which
that field diverged and to the event logged then by a rule that writes the field; and so on back to
the change itself.
"""

from typing import NamedTuple

import numpy as np

from poruka.comparison.traced_world import (
    MIN_DIFFERENCE,
    TracedWorld,
    UnmatchedEvent,
    field_distances,
    find_unmatched_events,
    list_unmatched_events,
)
from poruka.engine.rule import RULE_REGISTRY
from poruka.simulation.chronicle import describe_event

MAX_CHAIN_LENGTH = 8
"""Largest number of steps of a causal chain."""
MIN_CRISIS_WEIGHT = 80.0
"""Weight of an event in a chronicle from which on it can open a crisis within the month."""
READER_DISCOUNT = 0.15
"""How much each further rule that reads a field lowers its rank as the carrier of an effect."""


class Link(NamedTuple):
    """One step of a causal chain: an event, or a rule that changed a field, and how it acted on.

    Attributes
    ----------
    month : int
    event_number : int
        Number in the branch's events, or in the parent's where ``only_in`` says so; -1 where no
        event was logged.
    only_in : {"branch", "parent", "both"}
        Which world has the event.
    rule : str
    name : str
        Short name of the step, the same in every world.
    text : str
        Description of the step.
    field : str
        Field through which it acts on the next step; empty at the end.
    parent, branch : float
        Mean of that field in each world when the next step was decided.
    """

    month: int
    event_number: int
    only_in: str
    rule: str
    name: str
    text: str
    field: str = ""
    parent: float = np.nan
    branch: float = np.nan


class Trace:
    """How a change spread from the month in which two worlds of one seed diverge.

    Parameters
    ----------
    parent, branch : TracedWorld
        The same world of the same seed, under the two scenarios.

    Attributes
    ----------
    distances : dict of str to ndarray
        See :func:`poruka.comparison.traced_world.field_distances`.
    onset_months : dict of str to int
        Month in which each of these fields diverged.
    branch_only, parent_only : ndarray of int
        Numbers of the events that only one of the worlds has.
    """

    def __init__(self, parent: TracedWorld, branch: TracedWorld):
        self.parent, self.branch = parent, branch
        self.distances = field_distances(parent, branch)
        self.onset_months = {
            field: int(np.argmax(distance > MIN_DIFFERENCE))
            for field, distance in self.distances.items()
        }
        self.parent_only, self.branch_only = find_unmatched_events(parent.events, branch.events)
        self._unmatched_events = [
            *list_unmatched_events("branch", branch, self.branch_only),
            *list_unmatched_events("parent", parent, self.parent_only),
        ]
        self._rule_positions = {id: i for i, id in enumerate(branch.scenario.rules.ids)}
        both = (*parent.scenario.rules.rules, *branch.scenario.rules.rules)
        rules = {rule.id: rule for rule in both}
        self._fields_read = {id: rules[id].reads for id in self._rule_positions if id in rules}
        self._fields_written = {id: rules[id].writes for id in self._rule_positions if id in rules}
        self._reader_counts = {
            field: sum(field in reads for reads in self._fields_read.values())
            for field in self.onset_months
        }
        self._writing_rules = {
            field: [id for id in self._rule_positions if field in self._fields_written[id]]
            for field in self.onset_months
        }

    @property
    def divergence_month(self) -> int | None:
        """First month in which an event or a field differs; None for identical worlds."""
        event_months = [event.month for event in self._unmatched_events]
        return min([*self.onset_months.values(), *event_months], default=None)

    def outcome_event(self, prefer_exits: bool = True) -> tuple[str, int] | None:
        """Return the event in which the difference between the worlds ends.

        This is the first exit of a ruler that only one of them has, else the most important event.
        Other events of the month in which the worlds diverge are the change itself, and are
        returned only where nothing else differs.
        """
        divergence_month = self.divergence_month

        def rank(event: UnmatchedEvent) -> tuple[bool, float, int, str, int]:
            is_exit = prefer_exits and event.kind == "exit_of_ruler"
            return (
                not is_exit and event.month == divergence_month,
                -1000.0 if is_exit else -event.weight,
                event.month,
                event.only_in,
                event.event_number,
            )

        best = min(self._unmatched_events, key=rank, default=None)
        return (best.only_in, best.event_number) if best is not None else None

    def causal_chain(self, target: tuple[str, int] | None = None) -> list[Link]:
        """Return the steps from the change to an event, the change first.

        Parameters
        ----------
        target : (world, number), optional
            ``("branch", 40)`` or ``("parent", 40)``; by default the event in which the difference
            ends, see :meth:`outcome_event`.
        """
        target = target or self.outcome_event()
        if target is None:
            return []
        links = [self._link_to_event(*target)]
        used_fields: set[str] = set()
        while len(links) < MAX_CHAIN_LENGTH:
            cause = self._previous_link(links[0], used_fields)
            if cause is None:
                break
            used_fields.add(cause.field)
            links.insert(0, cause)
        return links

    def _link_to_event(self, only_in: str, event_number: int) -> Link:
        traced_world = self.branch if only_in == "branch" else self.parent
        event = traced_world.events.iloc[event_number]
        name = str(event["instrument"]) if event["kind"] == "instrument" else str(event["kind"])
        text = describe_event(event, traced_world.scenario)
        return Link(int(event["month"]), event_number, only_in, str(event["rule"]), name, text)

    def _previous_link(self, link: Link, used_fields: set[str]) -> Link | None:
        """Return the step before a step, with the field through which it acted.

        The field is the one that the step's rule reads and that lies furthest apart.
        """
        largest, carrier = 0.0, ""
        # In a fixed order, so that of two fields equally far apart it is always the same one.
        for field in sorted(self._fields_read.get(link.rule, ())):
            if field in used_fields or not self._could_influence(field, link):
                continue
            # A field that every rule reads says little about why this one event occurred.
            distance = float(self.distances[field][self._month_read(link, field)])
            rank = distance / (1.0 + READER_DISCOUNT * self._reader_counts[field])
            if rank > largest:
                largest, carrier = rank, field
        crisis = self._same_month_cause(link)
        if crisis is not None or not carrier:
            return crisis
        table, name = carrier.split(".")
        month = self._month_read(link, carrier)
        parent_mean, branch_mean = (
            float(traced_world.monthly_tables[table][name][month].astype(float).mean())
            for traced_world in (self.parent, self.branch)
        )
        return self._divergence_source(carrier, link)._replace(
            field=carrier, parent=parent_mean, branch=branch_mean
        )

    def _could_influence(self, field: str, link: Link) -> bool:
        """Return whether a field had diverged when a step's rule read it.

        Within its month a rule is influenced only by rules before it, and what it writes itself
        shows after it, not before.
        """
        if field not in self.onset_months:
            return False
        onset, writers = self.onset_months[field], self._writing_rules[field]
        position = self._rule_positions.get(link.rule, 0)
        written_earlier = link.rule not in writers and any(
            self._rule_positions[id] < position for id in writers
        )
        return onset < link.month or (onset == link.month and written_earlier)

    def _same_month_cause(self, link: Link) -> Link | None:
        """Return the event that opened a crisis to which a step reacts within the month.

        A vacant office filled before the month ends is such a reaction; a death, a war and a coup
        are events that open a crisis.
        """
        if link.event_number < 0:
            return None
        position = self._rule_positions.get(link.rule, 0)
        if "crisis.kind" not in self._fields_read.get(link.rule, frozenset()):
            return None
        openers = [
            event
            for event in self._unmatched_events
            if event.only_in == link.only_in
            and event.month == link.month
            and event.weight >= MIN_CRISIS_WEIGHT
            and "crisis.kind" in self._fields_written.get(event.rule, frozenset())
            and self._rule_positions.get(event.rule, position) < position
        ]
        if not openers:
            return None
        opener = max(openers, key=lambda event: event.weight)  # the first of equal weight
        return self._link_to_event(opener.only_in, opener.event_number)._replace(
            field="crisis.kind"
        )

    def _month_read(self, link: Link, field: str) -> int:
        """Return the month whose end shows a field as a step's rule read it."""
        return link.month if self.onset_months[field] == link.month else max(0, link.month - 1)

    def _divergence_source(self, field: str, effect: Link) -> Link:
        """Return why a field diverged: an event logged then by a rule that writes the field.

        Without such an event it is the change itself, the rule, or many small differences.
        """
        onset, writers = self.onset_months[field], self._writing_rules[field]
        limit = self._rule_positions.get(effect.rule, 0)
        earlier_month = onset < effect.month
        events = [
            (-event.weight, event.only_in, event.event_number)
            for event in self._unmatched_events
            if event.month == onset
            and event.rule in writers
            and (earlier_month or self._rule_positions.get(event.rule, 0) < limit)
        ]
        if events:
            _, only_in, event_number = min(events)
            return self._link_to_event(only_in, event_number)
        if onset == self.divergence_month or onset in self.branch.fork_months.values():
            return Link(onset, -1, "branch", "", "the change", "the change takes effect")
        candidates = [
            id
            for id in writers
            # Interventions and indices only pass on what they are given.
            if not id.startswith(("interventions.", "measures."))
            and (earlier_month or self._rule_positions[id] < limit)
            and self._input_distance(id, onset)
        ]
        if not candidates:
            text = "many small differences have added up"
            return Link(onset, -1, "both", "", "small differences", text)
        rules = {rule.id: rule for rule in self.branch.scenario.rules.rules} | RULE_REGISTRY
        id = max(candidates, key=lambda rule: self._input_distance(rule, onset))
        return Link(onset, -1, "both", id, id, rules[id].claim.rstrip("."))

    def _input_distance(self, rule: str, month: int) -> float:
        """Return how far apart the most different of a rule's inputs lies in a month."""
        return max(
            (
                float(self.distances[field][month])
                for field in self._fields_read[rule]
                if field in self.onset_months and self.onset_months[field] <= month
            ),
            default=0.0,
        )

    def reasons_for(self, link: Link) -> dict[str, float]:
        """Return the numbers that decided the event of a step; empty where it has none."""
        traced_world = self.branch if link.only_in == "branch" else self.parent
        return traced_world.reasons.get(link.event_number, {}) if link.event_number >= 0 else {}
