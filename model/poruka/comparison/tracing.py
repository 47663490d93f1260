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
from poruka.engine.driver import Buffer, load_driver
from poruka.engine.rule import REGISTRY
from poruka.engine.state import tables
from poruka.scenario.fork import BOOKS
from poruka.scenario.scenario import Scenario
from poruka.simulation.chronicle import WEIGHTS, describe
from poruka.simulation.fork_runner import Way
from poruka.simulation.frames import events_frame
from poruka.utils.errors import WorldFailed

TRACE = 0.02
"""Share of a field's range beyond which it counts as different."""
LONGEST = 8
_SAME = ["month", "kind", "rule", "instrument", "actor", "target"]


class Played(NamedTuple):
    """One world with its state at the end of every month: events with reasons, and the tables month
    by month.
    """

    scenario: Scenario
    events: pd.DataFrame
    reasons: dict[int, dict[str, float]]
    months: dict[str, np.ndarray]
    opened: dict[int, int]


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
    event: int
    only_in: str
    rule: str
    name: str
    text: str
    field: str
    parent: float
    branch: float


def play_traced(scenario: Scenario, seed: int, world: int, months: int) -> Played:
    """Play one world and keep its state at the end of every month."""
    scenario = scenario.drawn(seed, world)
    buffer = Buffer(scenario.sizes(), 1, scenario.months, True, False, reasons=100_000)
    way = Way(scenario, load_driver(scenario.rules), buffer)
    kept = []
    answer = way.begin(seed, world)
    for month in range(months):
        answer = answer if answer != -1 else way.play_on(seed, world, month + 1)
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
        reasons.setdefault(int(one["event"]), {})[codes.REASONS[int(one["quantity"])]] = float(
            one["value"]
        )
    return Played(
        scenario,
        events_frame(told, np.full(len(told), world), scenario),
        reasons,
        by_table,
        dict(way.opened),
    )


def unmatched(one: pd.DataFrame, other: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the events each world has and the other has not: same month, kind,
    rule, actor and target are the same event.
    """
    keys = []
    for frame in (one, other):
        plain = frame[_SAME].astype(str)
        keys.append(
            list(
                zip(
                    *(plain[column] for column in _SAME),
                    plain.groupby(_SAME).cumcount(),
                    strict=True,
                )
            )
        )
    here, there = set(keys[0]), set(keys[1])
    return (
        np.array([place for place, key in enumerate(keys[0]) if key not in there], dtype=int),
        np.array([place for place, key in enumerate(keys[1]) if key not in here], dtype=int),
    )


def apartness(parent: Played, branch: Played) -> dict[str, np.ndarray]:
    """Return month by month how far each field lies apart: mean distance over rows, in shares of
    its range.
    """
    apart = {}
    for table in tables().values():
        if table.name in BOOKS and table.name != "index":
            continue
        here, there = parent.months[table.name], branch.months[table.name]
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
            if distance.max() > TRACE:
                apart[field.key] = distance
    return apart


class Alone(NamedTuple):
    """An event only one of the two worlds has; ``weight`` says how much it counts in a
    chronicle.
    """

    where: str
    place: int
    month: int
    rule: str
    kind: str
    weight: float


def _alone(where: str, played: Played, places: np.ndarray) -> list[Alone]:
    told = played.events.iloc[places]
    return [
        Alone(where, int(place), int(month), rule, kind, float(WEIGHTS[kind]))
        for place, month, rule, kind in zip(
            places, told["month"], told["rule"].astype(str), told["kind"].astype(str), strict=True
        )
    ]


class Trace:
    """The ways by which a change travelled from where two worlds of one seed part.

    Parameters
    ----------
    parent, branch : Played
        The same world of the same seed, under the two scenarios.
    """

    def __init__(self, parent: Played, branch: Played):
        self.parent, self.branch = parent, branch
        self.apart = apartness(parent, branch)
        self.onset = {key: int(np.argmax(distance > TRACE)) for key, distance in self.apart.items()}
        gone, new = unmatched(parent.events, branch.events)
        self.new, self.gone = new, gone
        self._alone = [*_alone("branch", branch, new), *_alone("parent", parent, gone)]
        self._order = {id: place for place, id in enumerate(branch.scenario.rules.ids)}
        rules = {
            one.id: one for one in (*parent.scenario.rules.rules, *branch.scenario.rules.rules)
        }
        self._reads = {id: rules[id].reads for id in self._order if id in rules}
        self._writes = {id: rules[id].writes for id in self._order if id in rules}
        self._readers = {
            key: sum(key in reads for reads in self._reads.values()) for key in self.onset
        }
        self._writers = {
            key: [id for id in self._order if key in self._writes[id]] for key in self.onset
        }

    @property
    def parting(self) -> int | None:
        """First month in which an event or a field differs; None for worlds that are the same
        throughout.
        """
        return min([*self.onset.values(), *(one.month for one in self._alone)], default=None)

    def outcome_event(self, exits: bool = True) -> tuple[str, int] | None:
        """Return the event in which the difference ends: the first end of a rule that only one of
        them has, else the weightiest event.

        Other events of the very month in which they part are the change itself, and taken only
        where nothing else differs.
        """

        def worth(one: Alone) -> tuple[bool, float, int, str, int]:
            exit = exits and one.kind == "exit_of_ruler"
            return (
                not exit and one.month == parting,
                -1000.0 if exit else -one.weight,
                one.month,
                one.where,
                one.place,
            )

        parting = self.parting
        found = min(self._alone, key=worth, default=None)
        return (found.where, found.place) if found is not None else None

    def chain(self, target: tuple[str, int] | None = None) -> list[Link]:
        """Return the steps from the change to an event, the change first.

        Parameters
        ----------
        target : (world, number), optional
            ``("branch", 40)`` or ``("parent", 40)``; the event the difference ends in by default.
        """
        target = target or self.outcome_event()
        if target is None:
            return []
        links = [self._event_link(*target)]
        used: set[str] = set()
        while len(links) < LONGEST:
            step = self._before(links[0], used)
            if step is None:
                break
            link, field, parent, branch = step
            used.add(field)
            links.insert(0, link._replace(field=field, parent=parent, branch=branch))
        return links

    def _event_link(self, where: str, place: int) -> Link:
        played = self.branch if where == "branch" else self.parent
        event = played.events.iloc[place]
        name = str(event["instrument"]) if event["kind"] == "instrument" else str(event["kind"])
        return Link(
            int(event["month"]),
            place,
            where,
            str(event["rule"]),
            name,
            describe(event, played.scenario),
            "",
            np.nan,
            np.nan,
        )

    def _before(self, link: Link, used: set[str]) -> tuple[Link, str, float, float] | None:
        """Return what stands before a step: the field its rule reads that lies furthest apart, and
        what parted it.
        """
        best, found = 0.0, ""
        place = self._order.get(link.rule, 0)
        for key in sorted(
            self._reads.get(link.rule, ())
        ):  # in one order, so that of two fields equally far apart it is always the same
            if key not in self.onset or key in used:
                continue
            onset = self.onset[key]
            # Within its month a rule is moved only by rules before it, and what it writes itself
            # shows after it, not before.
            early = link.rule not in self._writers[key] and any(
                self._order[id] < place for id in self._writers[key]
            )
            if onset > link.month or (onset == link.month and not early):
                continue
            # A field that everything reads says little about why this one thing happened.
            worth = float(self.apart[key][self._seen(link, onset)]) / (
                1.0 + 0.15 * self._readers[key]
            )
            if worth > best:
                best, found = worth, key
        handed = self._handed(link)
        if handed is not None or not found:
            return handed
        table, name = found.split(".")
        at = self._seen(link, self.onset[found])
        values = [
            float(played.months[table][name][at].astype(float).mean())
            for played in (self.parent, self.branch)
        ]
        return self._source(found, self.onset[found], link), found, values[0], values[1]

    def _handed(self, link: Link) -> tuple[Link, str, float, float] | None:
        """Return what an event told earlier in the same month hands on within it, such as an empty
        seat that is filled before the month is out.
        """
        limit, reads = self._order.get(link.rule, 0), self._reads.get(link.rule, frozenset())
        found = None
        for one in self._alone if link.event >= 0 else ():
            opens = "crisis.kind" in self._writes.get(one.rule, frozenset()) & reads
            if (
                opens
                and one.where == link.only_in
                and one.month == link.month
                and self._order.get(one.rule, limit) < limit
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
            else (self._event_link(found.where, found.place), "crisis.kind", np.nan, np.nan)
        )

    def _seen(self, link: Link, onset: int) -> int:
        """Return the month whose end shows a field as a step's rule read it."""
        return link.month if onset == link.month else max(0, link.month - 1)

    def _source(self, key: str, onset: int, later: Link) -> Link:
        """Return what parted a field: an event told then by a rule that writes it, else the rule
        itself, else the change.
        """
        limit = self._order.get(later.rule, 0)
        told = [
            (-one.weight, one.where, one.place)
            for one in self._alone
            if one.month == onset
            and one.rule in self._writers[key]
            and (onset < later.month or self._order.get(one.rule, 0) < limit)
        ]
        if told:
            _, where, place = min(told)
            return self._event_link(where, place)
        writers = [
            id
            for id in self._writers[key]
            if not id.startswith(
                ("interventions.", "measures.")
            )  # these write what they find or are told
            and (onset < later.month or self._order[id] < limit)
            and self._moved(id, onset)
        ]
        if onset == self.parting or onset in self.branch.opened.values():
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
        known = {one.id: one for one in self.branch.scenario.rules.rules} | REGISTRY
        id = max(writers, key=lambda one: self._moved(one, onset))
        return Link(onset, -1, "both", id, id, known[id].claim.rstrip("."), "", np.nan, np.nan)

    def _moved(self, rule: str, month: int) -> float:
        """Return how far apart the field lies that sets a rule most apart in a month."""
        return max(
            (
                float(self.apart[field][month])
                for field in self._reads[rule]
                if field in self.onset and self.onset[field] <= month
            ),
            default=0.0,
        )

    def numbers_of(self, link: Link) -> dict[str, float]:
        """Return the numbers that decided a step that was told."""
        played = self.branch if link.only_in == "branch" else self.parent
        return played.reasons.get(link.event, {}) if link.event >= 0 else {}
