"""Playing a world through its forks: months up to each moment, what is changed there, and on with
the same draws.

Draws are addressed by seed, world, month, rule and agent, never used up, so a branch shares all
later draws with its parent whatever else is played, and a fork that changes nothing is the parent
to the bit.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from poruka.engine import codes
from poruka.engine.driver import Buffer, run_chunk
from poruka.engine.parameters import as_record
from poruka.engine.state import allocate, tables
from poruka.rules import instruments
from poruka.scenario.fork import Fork, parse_state
from poruka.scenario.scenario import Scenario
from poruka.scenario.timeline import branch_of

_KEPT = (
    "uses",
    "last_month",
    "worth",
    "forbidden",
)  # what an instrument has been through; the rest of its row is its numbers


class Stage(NamedTuple):
    """What holds between two forks: the scenario, its parameters as the month reads them, and its
    tables.
    """

    scenario: Scenario
    params: Any
    tables: Any


@lru_cache(maxsize=64)
def stage_of(scenario: Scenario, sizes: tuple[tuple[str, int], ...]) -> Stage:
    """Return what holds under a scenario, in tables as large as the whole way needs."""
    world = allocate(dict(sizes), events=1)
    instruments.template(world, scenario)
    return Stage(scenario, as_record(scenario.params()), world)


@lru_cache(maxsize=1024)
def _after(scenario: Scenario, fork: Fork, month: int) -> Scenario:
    return branch_of(scenario, fork, month)


class Way:
    """One world's way through the forks of its scenario.

    Parameters
    ----------
    scenario : Scenario
        With its forks.
    play : module
        The driver of its rules.
    buffer : Buffer
        Whose world is played; a chunk uses one buffer for all its worlds.

    Attributes
    ----------
    opened : dict of int to int
        Month in which each fork has opened, by its place in ``scenario.forks``.
    """

    def __init__(self, scenario: Scenario, play: Any, buffer: Buffer):
        self.scenario, self.play, self.buffer = scenario, play, buffer
        self.sizes = scenario.sizes()
        self._key = tuple(sorted(self.sizes.items()))
        self._start = as_record(scenario.start())
        self._acts = [one.id for one in scenario.instruments]
        self._dates = {
            place: scenario.month_of(fork.at)
            for place, fork in enumerate(scenario.forks)
            if fork.moment.kind == "date"
        }
        self._trunk = stage_of(branch_of(scenario, Fork(scenario.start_date), 0), self._key)
        self.opened: dict[int, int] = {}
        self.stage = self._trunk

    def staged_like(self, other: "Way") -> Stage:
        """Return what holds now, in tables as large as another way needs."""
        return stage_of(self.stage.scenario, other._key)

    @property
    def pending(self) -> list[int]:
        """Places of the forks that have not opened yet."""
        return [place for place in range(len(self.scenario.forks)) if place not in self.opened]

    def begin(self, seed: int, number: int) -> int:
        """Make the first month of a world; no fork has opened."""
        self.opened, self.stage = {}, self._trunk
        return self._run(seed, number, 0, fresh=True)

    def play_on(self, seed: int, number: int, months: int) -> int:
        """Play up to a month, opening forks on the way; returns -1, or the number of a world that
        failed.
        """
        clock = self.buffer.world.clock[0]
        while clock.month < months:
            self.open_due()
            waiting = [place for place in self.pending if place not in self._dates]
            before = [
                place for place in waiting if self.scenario.forks[place].moment.kind == "before"
            ]
            # Where nothing must be watched the months up to the next date are one call.
            ahead = [date for date in self._dates.values() if date > clock.month]
            goal = clock.month + 1 if waiting else min([months, *ahead])
            kept = (
                (self.buffer.world.memory.copy(), self.buffer.outcomes.copy()) if before else None
            )
            answer = self._run(seed, number, goal)
            if answer != -1:
                return answer
            met = [place for place in before if self._has_happened(self.scenario.forks[place])]
            if met and kept is not None:
                # The month in which it would happen is played anew, with the branch open.
                self.buffer.world.memory[:], self.buffer.outcomes[:] = kept
                for place in met:
                    self._open(place)
        return -1

    def open_due(self) -> None:
        """Open the forks whose date or level has come, before the month that now begins
        is played.
        """
        month = int(self.buffer.world.clock[0].month)
        for place in self.pending:
            moment = self.scenario.forks[place].moment
            due = place in self._dates and self._dates[place] <= month
            due = due or (moment.kind == "after" and self._has_happened(self.scenario.forks[place]))
            due = due or (
                moment.kind in ("above", "below") and month > 0 and self._has_passed(moment)
            )
            if due:
                self._open(place)

    def _run(self, seed: int, number: int, months: int, fresh: bool = False) -> int:
        template = self._trunk.tables.memory
        return run_chunk(
            self.play,
            self.buffer,
            template,
            self.stage.params,
            self._start,
            seed,
            number,
            1,
            months,
            fresh,
        )

    def _has_passed(self, moment: Any) -> bool:
        value = float(self.buffer.world.index[0][moment.what])
        return value > moment.number if moment.kind == "above" else value < moment.number

    def _has_happened(self, fork: Fork) -> bool:
        told = np.asarray(self.buffer.world.events[: int(self.buffer.world.clock[0].told)])
        what = fork.moment.what
        if what in ("presidential_election", "house_election"):
            votes = told["kind"] == codes.EVENTS.index("election")
            found = votes & (
                told["actor" if what[0] == "p" else "target"]
                == (codes.AT_PRESIDENT if what[0] == "p" else codes.AT_PARLIAMENT)
            )
        elif what in codes.EVENTS:
            found = told["kind"] == codes.EVENTS.index(what)
        else:
            found = (told["kind"] == codes.EVENTS.index("instrument")) & (
                told["instrument"] == self._acts.index(what)
            )
        return bool(found.sum() >= fork.moment.number)

    def _open(self, place: int) -> None:
        fork, month = self.scenario.forks[place], int(self.buffer.world.clock[0].month)
        self.stage = stage_of(_after(self.stage.scenario, fork, month), self._key)
        self.opened[place] = month
        install(self.buffer.world, self.stage.tables, month)
        for id in fork.without:
            if id in self._acts:
                self.buffer.world.instruments["forbidden"][self._acts.index(id)] = True
        for key, value in fork.change:
            if key.startswith("state."):
                _set(self.buffer.world, key, value, self.sizes)


def install(world: Any, new: Any, month: int) -> None:
    """Write the tables of a new stage into a world; what has struck, happened or been used stays as
    it is.
    """
    struck = [row.copy() for row in world.shocks if 0 <= row.month < month]
    ahead = [row for row in new.shocks if row.month >= month]
    for place, row in enumerate([*struck, *ahead]):
        world.shocks[place] = row
    world.shocks["month"][len(struck) + len(ahead) :] = -1
    for field in tables()["instruments"].fields:
        if field.name not in _KEPT:
            world.instruments[field.name][:] = new.instruments[field.name]
    world.aims["fall"][:] = new.aims["fall"]
    fresh = world.interventions["month"] < 0
    for row in np.flatnonzero(fresh):
        world.interventions[row] = new.interventions[row]


def _set(world: Any, key: str, value: Any, sizes: dict[str, int]) -> None:
    """Change one thing of a world's state, held within its range."""
    change = parse_state(key, value, sizes)
    table, name = change.field.key.split(".")
    column = getattr(world, table)[name]
    rows = slice(None) if change.row is None else slice(change.row, change.row + 1)
    if change.step == "=":
        column[rows] = change.value
    else:
        moved = column[rows] + change.value if change.step == "+" else column[rows] * change.value
        column[rows] = np.clip(moved, change.field.low, change.field.high)


def enlarged(buffer: Buffer, sizes: dict[str, int], months: int) -> Buffer:
    """Return a buffer holding the same world with room for what a fork adds; a buffer that has the
    room is copied as it is.
    """
    old = buffer.world
    new = Buffer(sizes, 1, months, buffer.keep[0], buffer.keep[1], reasons=len(old.reasons))
    for name in tables():
        here, there = getattr(old, name), getattr(new.world, name)
        there[: len(here)] = here
    told, reasons = int(old.clock[0].told), min(int(old.clock[0].reasons), len(old.reasons))
    new.world.events[:told], new.world.reasons[:reasons] = old.events[:told], old.reasons[:reasons]
    played = int(old.clock[0].month)
    new.series[:, :played] = buffer.series[:, :played]
    new.outcomes[:] = buffer.outcomes
    return new
