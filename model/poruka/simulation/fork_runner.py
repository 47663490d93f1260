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
from poruka.engine.driver import WorldBuffer, run_chunk
from poruka.engine.parameters import as_record
from poruka.engine.state import allocate_world, tables
from poruka.rules import instruments
from poruka.scenario.fork import Fork, parse_state_change
from poruka.scenario.scenario import Scenario
from poruka.scenario.timeline import apply_fork

_USE_HISTORY_FIELDS = (
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
def build_stage(scenario: Scenario, table_sizes: tuple[tuple[str, int], ...]) -> Stage:
    """Return what holds under a scenario, in tables as large as the whole way needs."""
    world = allocate_world(dict(table_sizes), event_capacity=1)
    instruments.build_initial_memory(world, scenario)
    return Stage(scenario, as_record(scenario.params()), world)


@lru_cache(maxsize=1024)
def _apply_fork_cached(scenario: Scenario, fork: Fork, month: int) -> Scenario:
    return apply_fork(scenario, fork, month)


class ForkedRun:
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

    def __init__(self, scenario: Scenario, driver: Any, buffer: WorldBuffer):
        self.scenario, self.driver, self.buffer = scenario, driver, buffer
        self.table_sizes = scenario.table_sizes()
        self._size_key = tuple(sorted(self.table_sizes.items()))
        self._start_record = as_record(scenario.start())
        self._instrument_ids = [one.id for one in scenario.instruments]
        self._dated_forks = {
            place: scenario.month_of(fork.at)
            for place, fork in enumerate(scenario.forks)
            if fork.trigger.kind == "date"
        }
        self._initial_stage = build_stage(
            apply_fork(scenario, Fork(scenario.start_date), 0), self._size_key
        )
        self.fork_months: dict[int, int] = {}
        self.stage = self._initial_stage

    def stage_sized_for(self, other: "ForkedRun") -> Stage:
        """Return what holds now, in tables as large as another way needs."""
        return build_stage(self.stage.scenario, other._size_key)

    @property
    def pending_forks(self) -> list[int]:
        """Places of the forks that have not opened yet."""
        return [place for place in range(len(self.scenario.forks)) if place not in self.fork_months]

    def begin(self, seed: int, world_number: int) -> int:
        """Make the first month of a world; no fork has opened."""
        self.fork_months, self.stage = {}, self._initial_stage
        return self._run_months(seed, world_number, 0, initialise=True)

    def run_to_month(self, seed: int, world_number: int, months: int) -> int:
        """Play up to a month, opening forks on the way; returns -1, or the number of a world that
        failed.
        """
        clock = self.buffer.world.clock[0]
        while clock.month < months:
            self.open_due_forks()
            waiting = [place for place in self.pending_forks if place not in self._dated_forks]
            before = [
                place for place in waiting if self.scenario.forks[place].trigger.kind == "before"
            ]
            # Where nothing must be watched the months up to the next date are one call.
            ahead = [date for date in self._dated_forks.values() if date > clock.month]
            goal = clock.month + 1 if waiting else min([months, *ahead])
            kept = (
                (self.buffer.world.memory.copy(), self.buffer.outcomes.copy()) if before else None
            )
            answer = self._run_months(seed, world_number, goal)
            if answer != -1:
                return answer
            met = [place for place in before if self._event_occurred(self.scenario.forks[place])]
            if met and kept is not None:
                # The month in which it would happen is played anew, with the branch open.
                self.buffer.world.memory[:], self.buffer.outcomes[:] = kept
                for place in met:
                    self._open_fork(place)
        return -1

    def open_due_forks(self) -> None:
        """Open the forks whose date or level has come, before the month that now begins
        is played.
        """
        month = int(self.buffer.world.clock[0].month)
        for place in self.pending_forks:
            moment = self.scenario.forks[place].trigger
            due = place in self._dated_forks and self._dated_forks[place] <= month
            due = due or (
                moment.kind == "after" and self._event_occurred(self.scenario.forks[place])
            )
            due = due or (
                moment.kind in ("above", "below") and month > 0 and self._threshold_reached(moment)
            )
            if due:
                self._open_fork(place)

    def _run_months(
        self, seed: int, world_number: int, months: int, initialise: bool = False
    ) -> int:
        template = self._initial_stage.tables.memory
        return run_chunk(
            self.driver,
            self.buffer,
            template,
            self.stage.params,
            self._start_record,
            seed,
            world_number,
            1,
            months,
            initialise,
        )

    def _threshold_reached(self, trigger: Any) -> bool:
        value = float(self.buffer.world.index[0][trigger.subject])
        return value > trigger.number if trigger.kind == "above" else value < trigger.number

    def _event_occurred(self, fork: Fork) -> bool:
        told = np.asarray(self.buffer.world.events[: int(self.buffer.world.clock[0].told)])
        what = fork.trigger.subject
        if what in ("presidential_election", "house_election"):
            votes = told["kind"] == codes.EVENT_KINDS.index("election")
            found = votes & (
                told["actor" if what[0] == "p" else "target"]
                == (codes.ENTITY_PRESIDENT if what[0] == "p" else codes.ENTITY_PARLIAMENT)
            )
        elif what in codes.EVENT_KINDS:
            found = told["kind"] == codes.EVENT_KINDS.index(what)
        else:
            found = (told["kind"] == codes.EVENT_KINDS.index("instrument")) & (
                told["instrument"] == self._instrument_ids.index(what)
            )
        return bool(found.sum() >= fork.trigger.number)

    def _open_fork(self, position: int) -> None:
        fork, month = self.scenario.forks[position], int(self.buffer.world.clock[0].month)
        self.stage = build_stage(
            _apply_fork_cached(self.stage.scenario, fork, month), self._size_key
        )
        self.fork_months[position] = month
        install_stage(self.buffer.world, self.stage.tables, month)
        for id in fork.without:
            if id in self._instrument_ids:
                self.buffer.world.instruments["forbidden"][self._instrument_ids.index(id)] = True
        for key, value in fork.change:
            if key.startswith("state."):
                _apply_state_change(self.buffer.world, key, value, self.table_sizes)


def install_stage(world: Any, stage_tables: Any, month: int) -> None:
    """Write the tables of a new stage into a world; what has struck, happened or been used stays as
    it is.
    """
    struck = [row.copy() for row in world.shocks if 0 <= row.month < month]
    ahead = [row for row in stage_tables.shocks if row.month >= month]
    for place, row in enumerate([*struck, *ahead]):
        world.shocks[place] = row
    world.shocks["month"][len(struck) + len(ahead) :] = -1
    for field in tables()["instruments"].fields:
        if field.name not in _USE_HISTORY_FIELDS:
            world.instruments[field.name][:] = stage_tables.instruments[field.name]
    world.aims["fall"][:] = stage_tables.aims["fall"]
    fresh = world.interventions["month"] < 0
    for row in np.flatnonzero(fresh):
        world.interventions[row] = stage_tables.interventions[row]


def _apply_state_change(world: Any, key: str, value: Any, table_sizes: dict[str, int]) -> None:
    """Change one thing of a world's state, held within its range."""
    change = parse_state_change(key, value, table_sizes)
    table, name = change.field.key.split(".")
    column = getattr(world, table)[name]
    rows = slice(None) if change.row is None else slice(change.row, change.row + 1)
    if change.operator == "=":
        column[rows] = change.value
    else:
        moved = (
            column[rows] + change.value if change.operator == "+" else column[rows] * change.value
        )
        column[rows] = np.clip(moved, change.field.low, change.field.high)


def copy_with_capacity(
    buffer: WorldBuffer, table_sizes: dict[str, int], months: int
) -> WorldBuffer:
    """Return a buffer holding the same world with room for what a fork adds; a buffer that has the
    room is copied as it is.
    """
    old = buffer.world
    new = WorldBuffer(
        table_sizes,
        1,
        months,
        buffer.recorded[0],
        buffer.recorded[1],
        reason_capacity=len(old.reasons),
    )
    for name in tables():
        here, there = getattr(old, name), getattr(new.world, name)
        there[: len(here)] = here
    told, reasons = int(old.clock[0].told), min(int(old.clock[0].reasons), len(old.reasons))
    new.world.events[:told], new.world.reasons[:reasons] = old.events[:told], old.reasons[:reasons]
    played = int(old.clock[0].month)
    new.series[:, :played] = buffer.series[:, :played]
    new.outcomes[:] = buffer.outcomes
    return new
