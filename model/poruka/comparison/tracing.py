"""Tracing: how a change in one world travelled to an event, through which fields, rules and events,
by comparing it with its pair.

Both worlds are played month by month. A field *parts* in the first month in which it differs by
more than a trace of its range. From an event that only one of them has, the way back goes to the
field its rule reads that lies furthest apart, to the month in which that field parted and to what
was told there by a rule that writes it; and so on until the change itself.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.driver import WorldBuffer, load_driver
from poruka.engine.rule import RULE_REGISTRY
from poruka.engine.state import tables
from poruka.scenario.fork import DERIVED_TABLES
from poruka.scenario.scenario import Scenario
from poruka.simulation.chronicle import EVENT_WEIGHTS, describe_event
from poruka.simulation.fork_runner import ForkedRun
from poruka.simulation.frames import events_frame
from poruka.utils.errors import WorldFailed

MIN_DIFFERENCE = 0.02
"""Share of a field's range beyond which it counts as different."""
MAX_CHAIN_LENGTH = 8
_EVENT_IDENTITY_COLUMNS = ["month", "kind", "rule", "instrument", "actor", "target"]


class TracedWorld(NamedTuple):
    """One world with its state at the end of every month: events with reasons, and the tables month
    by month.
    """

    scenario: Scenario
    events: pd.DataFrame
    reasons: dict[int, dict[str, float]]
    monthly_tables: dict[str, np.ndarray]
    fork_months: dict[int, int]


class Link(NamedTuple):
    """One step of a chain: what was told (or, between, which rule moved a field silently), when,
    and what carried it on.

    Attributes
    ----------
    month : int
    event : int
        Number in the branch's events, or in the parent's where ``only_in`` says so; -1 where
        nothing was told.
    only_in : {"branch", "parent", "both"}
        Which world has it.
    rule : str
    name : str
        Short name of the step, the same in every world.
    text : str
        In words.
    field : str
        Field through which it acts on the next step; empty at the end.
    parent, branch : float
        That field's mean in each world when the next step was decided.
    """

    month: int
    event_number: int
    only_in: str
    rule: str
    name: str
    text: str
    field: str
    parent: float
    branch: float


def run_traced(scenario: Scenario, seed: int, world: int, months: int) -> TracedWorld:
    """Play one world and keep its state at the end of every month."""
    scenario = scenario.for_world(seed, world)
    buffer = WorldBuffer(
        scenario.table_sizes(), 1, scenario.months, True, False, reason_capacity=100_000
    )
    way = ForkedRun(scenario, load_driver(scenario.rules), buffer)
    kept = []
    answer = way.begin(seed, world)
    for month in range(months):
        answer = answer if answer != -1 else way.run_to_month(seed, world, month + 1)
        if answer != -1:
            raise WorldFailed(
                f"world {world} (seed {seed}) of {scenario.title} failed in"
                f" {scenario.date_of(month)}; `poruka run` records why."
            )
        kept.append(buffer.world.memory.copy())
    stack = np.array(kept)
    start = buffer.world.memory.__array_interface__["data"][0]
    by_table = {}
    for name in tables():
        block = np.asarray(getattr(buffer.world, name))
        at = block.__array_interface__["data"][0] - start
        by_table[name] = stack[:, at : at + block.nbytes].copy().view(block.dtype)
    told = np.asarray(buffer.world.events[: int(buffer.world.clock[0].told)])
    reasons: dict[int, dict[str, float]] = {}
    for one in np.asarray(
        buffer.world.reasons[: min(int(buffer.world.clock[0].reasons), len(buffer.world.reasons))]
    ):
        reasons.setdefault(int(one["event"]), {})[codes.REASON_QUANTITIES[int(one["quantity"])]] = (
            float(one["value"])
        )
    return TracedWorld(
        scenario,
        events_frame(told, np.full(len(told), world), scenario),
        reasons,
        by_table,
        dict(way.fork_months),
    )


def find_unmatched_events(
    first: pd.DataFrame, second: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the events each world has and the other has not: same month, kind,
    rule, actor and target are the same event.
    """
    keys = []
    for frame in (first, second):
        plain = frame[_EVENT_IDENTITY_COLUMNS].astype(str)
        keys.append(
            list(
                zip(
                    *(plain[column] for column in _EVENT_IDENTITY_COLUMNS),
                    plain.groupby(_EVENT_IDENTITY_COLUMNS).cumcount(),
                    strict=True,
                )
            )
        )
    here, there = set(keys[0]), set(keys[1])
    return (
        np.array([place for place, key in enumerate(keys[0]) if key not in there], dtype=int),
        np.array([place for place, key in enumerate(keys[1]) if key not in here], dtype=int),
    )


def field_distances(parent: TracedWorld, branch: TracedWorld) -> dict[str, np.ndarray]:
    """Return month by month how far each field lies apart: mean distance over rows, in shares of
    its range.
    """
    apart = {}
    for table in tables().values():
        if table.name in DERIVED_TABLES and table.name != "index":
            continue
        here, there = parent.monthly_tables[table.name], branch.monthly_tables[table.name]
        rows = min(here.shape[1], there.shape[1])
        for field in table.fields:
            if field.unit in ("row", "bits"):
                continue
            a, b = (
                here[field.name][:, :rows].astype(float),
                there[field.name][:, :rows].astype(float),
            )
            span = (
                field.high - field.low
                if field.high - field.low <= 2.0
                else max(1e-9, float(np.abs(a).max()), float(np.abs(b).max()))
            )
            distance = np.abs(b - a).mean(axis=1) / span
            if distance.max() > MIN_DIFFERENCE:
                apart[field.key] = distance
    return apart


class UnmatchedEvent(NamedTuple):
    """An event only one of the two worlds has; ``weight`` says how much it counts in a
    chronicle.
    """

    only_in: str
    event_number: int
    month: int
    rule: str
    kind: str
    weight: float


def _build_unmatched_events(
    only_in: str, traced_world: TracedWorld, event_numbers: np.ndarray
) -> list[UnmatchedEvent]:
    told = traced_world.events.iloc[event_numbers]
    return [
        UnmatchedEvent(only_in, int(place), int(month), rule, kind, float(EVENT_WEIGHTS[kind]))
        for place, month, rule, kind in zip(
            event_numbers,
            told["month"],
            told["rule"].astype(str),
            told["kind"].astype(str),
            strict=True,
        )
    ]


class Trace:
    """The ways by which a change travelled from where two worlds of one seed part.

    Parameters
    ----------
    parent, branch : Played
        The same world of the same seed, under the two scenarios.
    """

    def __init__(self, parent: TracedWorld, branch: TracedWorld):
        self.parent, self.branch = parent, branch
        self.distances = field_distances(parent, branch)
        self.onset_months = {
            key: int(np.argmax(distance > MIN_DIFFERENCE))
            for key, distance in self.distances.items()
        }
        gone, new = find_unmatched_events(parent.events, branch.events)
        self.branch_only, self.parent_only = new, gone
        self._unmatched_events = [
            *_build_unmatched_events("branch", branch, new),
            *_build_unmatched_events("parent", parent, gone),
        ]
        self._rule_positions = {id: place for place, id in enumerate(branch.scenario.rules.ids)}
        rules = {
            one.id: one for one in (*parent.scenario.rules.rules, *branch.scenario.rules.rules)
        }
        self._fields_read = {id: rules[id].reads for id in self._rule_positions if id in rules}
        self._fields_written = {id: rules[id].writes for id in self._rule_positions if id in rules}
        self._reader_counts = {
            key: sum(key in reads for reads in self._fields_read.values())
            for key in self.onset_months
        }
        self._writing_rules = {
            key: [id for id in self._rule_positions if key in self._fields_written[id]]
            for key in self.onset_months
        }

    @property
    def divergence_month(self) -> int | None:
        """First month in which an event or a field differs; None for worlds that are the same
        throughout.
        """
        return min(
            [*self.onset_months.values(), *(one.month for one in self._unmatched_events)],
            default=None,
        )

    def outcome_event(self, prefer_exits: bool = True) -> tuple[str, int] | None:
        """Return the event in which the difference ends: the first end of a rule that only one of
        them has, else the weightiest event.

        Other events of the very month in which they part are the change itself, and taken only
        where nothing else differs.
        """

        def worth(one: UnmatchedEvent) -> tuple[bool, float, int, str, int]:
            exit = prefer_exits and one.kind == "exit_of_ruler"
            return (
                not exit and one.month == parting,
                -1000.0 if exit else -one.weight,
                one.month,
                one.only_in,
                one.event_number,
            )

        parting = self.divergence_month
        found = min(self._unmatched_events, key=worth, default=None)
        return (found.only_in, found.event_number) if found is not None else None

    def causal_chain(self, target: tuple[str, int] | None = None) -> list[Link]:
        """Return the steps from the change to an event, the change first.

        Parameters
        ----------
        target : (world, number), optional
            ``("branch", 40)`` or ``("parent", 40)``; the event the difference ends in by default.
        """
        target = target or self.outcome_event()
        if target is None:
            return []
        links = [self._link_to_event(*target)]
        used: set[str] = set()
        while len(links) < MAX_CHAIN_LENGTH:
            step = self._previous_link(links[0], used)
            if step is None:
                break
            link, field, parent, branch = step
            used.add(field)
            links.insert(0, link._replace(field=field, parent=parent, branch=branch))
        return links

    def _link_to_event(self, only_in: str, event_number: int) -> Link:
        played = self.branch if only_in == "branch" else self.parent
        event = played.events.iloc[event_number]
        name = str(event["instrument"]) if event["kind"] == "instrument" else str(event["kind"])
        return Link(
            int(event["month"]),
            event_number,
            only_in,
            str(event["rule"]),
            name,
            describe_event(event, played.scenario),
            "",
            np.nan,
            np.nan,
        )

    def _previous_link(
        self, link: Link, used_fields: set[str]
    ) -> tuple[Link, str, float, float] | None:
        """Return what stands before a step: the field its rule reads that lies furthest apart, and
        what parted it.
        """
        best, found = 0.0, ""
        place = self._rule_positions.get(link.rule, 0)
        for key in sorted(
            self._fields_read.get(link.rule, ())
        ):  # in one order, so that of two fields equally far apart it is always the same
            if key not in self.onset_months or key in used_fields:
                continue
            onset = self.onset_months[key]
            # Within its month a rule is moved only by rules before it, and what it writes itself
            # shows after it, not before.
            early = link.rule not in self._writing_rules[key] and any(
                self._rule_positions[id] < place for id in self._writing_rules[key]
            )
            if onset > link.month or (onset == link.month and not early):
                continue
            # A field that everything reads says little about why this one thing happened.
            worth = float(self.distances[key][self._month_read(link, onset)]) / (
                1.0 + 0.15 * self._reader_counts[key]
            )
            if worth > best:
                best, found = worth, key
        handed = self._same_month_cause(link)
        if handed is not None or not found:
            return handed
        table, name = found.split(".")
        at = self._month_read(link, self.onset_months[found])
        values = [
            float(played.monthly_tables[table][name][at].astype(float).mean())
            for played in (self.parent, self.branch)
        ]
        return (
            self._divergence_source(found, self.onset_months[found], link),
            found,
            values[0],
            values[1],
        )

    def _same_month_cause(self, link: Link) -> tuple[Link, str, float, float] | None:
        """Return what an event told earlier in the same month hands on within it, such as an empty
        seat that is filled before the month is out.
        """
        limit, reads = (
            self._rule_positions.get(link.rule, 0),
            self._fields_read.get(link.rule, frozenset()),
        )
        found = None
        for one in self._unmatched_events if link.event_number >= 0 else ():
            opens = "crisis.kind" in self._fields_written.get(one.rule, frozenset()) & reads
            if (
                opens
                and one.only_in == link.only_in
                and one.month == link.month
                and self._rule_positions.get(one.rule, limit) < limit
            ):
                # A death, a war, a coup: what opens a crisis outweighs what else is about.
                found = (
                    one
                    if one.weight >= 80.0 and (found is None or one.weight > found.weight)
                    else found
                )
        return (
            None
            if found is None
            else (
                self._link_to_event(found.only_in, found.event_number),
                "crisis.kind",
                np.nan,
                np.nan,
            )
        )

    def _month_read(self, link: Link, onset: int) -> int:
        """Return the month whose end shows a field as a step's rule read it."""
        return link.month if onset == link.month else max(0, link.month - 1)

    def _divergence_source(self, key: str, onset: int, later: Link) -> Link:
        """Return what parted a field: an event told then by a rule that writes it, else the rule
        itself, else the change.
        """
        limit = self._rule_positions.get(later.rule, 0)
        told = [
            (-one.weight, one.only_in, one.event_number)
            for one in self._unmatched_events
            if one.month == onset
            and one.rule in self._writing_rules[key]
            and (onset < later.month or self._rule_positions.get(one.rule, 0) < limit)
        ]
        if told:
            _, where, place = min(told)
            return self._link_to_event(where, place)
        writers = [
            id
            for id in self._writing_rules[key]
            if not id.startswith(
                ("interventions.", "measures.")
            )  # these write what they find or are told
            and (onset < later.month or self._rule_positions[id] < limit)
            and self._input_distance(id, onset)
        ]
        if onset == self.divergence_month or onset in self.branch.fork_months.values():
            return Link(
                onset, -1, "branch", "", "the change", "the change takes hold", "", np.nan, np.nan
            )
        if not writers:
            return Link(
                onset,
                -1,
                "both",
                "",
                "small differences",
                "many small differences have added up",
                "",
                np.nan,
                np.nan,
            )
        known = {one.id: one for one in self.branch.scenario.rules.rules} | RULE_REGISTRY
        id = max(writers, key=lambda one: self._input_distance(one, onset))
        return Link(onset, -1, "both", id, id, known[id].claim.rstrip("."), "", np.nan, np.nan)

    def _input_distance(self, rule: str, month: int) -> float:
        """Return how far apart the field lies that sets a rule most apart in a month."""
        return max(
            (
                float(self.distances[field][month])
                for field in self._fields_read[rule]
                if field in self.onset_months and self.onset_months[field] <= month
            ),
            default=0.0,
        )

    def reasons_for(self, link: Link) -> dict[str, float]:
        """Return the numbers that decided a step that was told."""
        played = self.branch if link.only_in == "branch" else self.parent
        return played.reasons.get(link.event_number, {}) if link.event_number >= 0 else {}
