"""Simulating a world through its forks: up to each fork, its changes, and on with the same draws.

Random draws are addressed by seed, world, month, rule and agent and are never used up in sequence.
A branch therefore shares all later draws with its parent whatever else is simulated, and a fork
that changes nothing is identical to its parent.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from poruka.engine import codes
from poruka.engine.driver import WorldBuffer, run_chunk
from poruka.engine.parameters import as_record
from poruka.engine.record_kinds import Entity
from poruka.engine.state import allocate_world, tables
from poruka.rules import instruments
from poruka.scenario.fork import Fork
from poruka.scenario.scenario import Scenario
from poruka.scenario.state_change import parse_state_change
from poruka.scenario.timeline import apply_fork
from poruka.simulation.base_worlds import write_donor

# How an instrument has been used so far; the other fields of its row are its parameters.
_USE_HISTORY_FIELDS = ("uses", "last_month", "worth", "forbidden")


class Stage(NamedTuple):
    """What holds between two forks: the scenario, its parameters as a record, and its tables."""

    scenario: Scenario
    params: Any
    tables: Any


@lru_cache(maxsize=64)
def build_stage(scenario: Scenario, table_sizes: tuple[tuple[str, int], ...]) -> Stage:
    """Return the stage of a scenario, in tables large enough for all forks of the run."""
    world = allocate_world(dict(table_sizes), event_capacity=1)
    instruments.build_initial_memory(world, scenario)
    return Stage(scenario, as_record(scenario.params()), world)


@lru_cache(maxsize=1024)
def _apply_fork_cached(scenario: Scenario, fork: Fork, month: int) -> Scenario:
    return apply_fork(scenario, fork, month)


class ForkedRun:
    """One world simulated through the forks of its scenario.

    Parameters
    ----------
    scenario : Scenario
        With its forks.
    driver : module
        The compiled driver of its rules.
    buffer : WorldBuffer
        Holds the world that is simulated; a chunk uses one buffer for all its worlds.

    Attributes
    ----------
    fork_months : dict of int to int
        Month in which each fork has opened, by its position in ``scenario.forks``.
    stage : Stage
        What holds at present.
    """

    def __init__(self, scenario: Scenario, driver: Any, buffer: WorldBuffer):
        self.scenario, self.driver, self.buffer = scenario, driver, buffer
        self.table_sizes = scenario.table_sizes()
        self._size_key = tuple(sorted(self.table_sizes.items()))
        self._start_record = as_record(scenario.start())
        self._instrument_ids = [instrument.id for instrument in scenario.instruments]
        self._dated_forks = {
            position: scenario.month_of(fork.at)
            for position, fork in enumerate(scenario.forks)
            if fork.trigger.kind == "date"
        }
        self._initial_stage = build_stage(
            apply_fork(scenario, Fork(scenario.start_date), 0), self._size_key
        )
        self.fork_months: dict[int, int] = {}
        self.stage = self._initial_stage

    def stage_sized_for(self, other: "ForkedRun") -> Stage:
        """Return the present stage, in tables as large as another run needs."""
        return build_stage(self.stage.scenario, other._size_key)

    def resume_at(self, fork_months: dict[int, int]) -> None:
        """Take up a world whose forks opened in the months given, in this order."""
        scenario = self._initial_stage.scenario
        for position, month in fork_months.items():
            scenario = _apply_fork_cached(scenario, self.scenario.forks[position], month)
        self.fork_months = dict(fork_months)
        self.stage = build_stage(scenario, self._size_key)

    @property
    def pending_forks(self) -> list[int]:
        """Positions of the forks that have not opened yet."""
        positions = range(len(self.scenario.forks))
        return [position for position in positions if position not in self.fork_months]

    def begin(self, seed: int, world_number: int) -> int:
        """Initialise a world; no fork has opened."""
        self.fork_months, self.stage = {}, self._initial_stage
        failed_world = self._run_months(seed, world_number, 0, initialise=True)
        write_donor(self.buffer.world, self.scenario, seed, world_number)
        return failed_world

    def run_to_month(self, seed: int, world_number: int, months: int) -> int:
        """Simulate up to a month, opening forks on the way.

        Returns -1, or the number of the world if it failed.
        """
        clock = self.buffer.world.clock[0]
        while clock.month < months:
            self.open_due_forks()
            undated = [fork for fork in self.pending_forks if fork not in self._dated_forks]
            before_event = [
                fork for fork in undated if self.scenario.forks[fork].trigger.kind == "before"
            ]
            # Without a fork to watch for, the months up to the next date are one call.
            later_dates = [date for date in self._dated_forks.values() if date > clock.month]
            next_stop = clock.month + 1 if undated else min([months, *later_dates])
            snapshot = (
                (self.buffer.world.memory.copy(), self.buffer.outcomes.copy())
                if before_event
                else None
            )
            failed_world = self._run_months(seed, world_number, next_stop)
            if failed_world != -1:
                return failed_world
            due = [fork for fork in before_event if self._event_occurred(self.scenario.forks[fork])]
            if due and snapshot is not None:
                # The month in which the event occurred is simulated again, with the fork open.
                self.buffer.world.memory[:], self.buffer.outcomes[:] = snapshot
                for fork in due:
                    self._open_fork(fork)
        return -1

    def open_due_forks(self) -> None:
        """Open the forks whose date, event or threshold has been reached, before the next month."""
        month = int(self.buffer.world.clock[0].month)
        for position in self.pending_forks:
            fork = self.scenario.forks[position]
            trigger = fork.trigger
            due = position in self._dated_forks and self._dated_forks[position] <= month
            due = due or (trigger.kind == "after" and self._event_occurred(fork))
            due = due or (
                trigger.kind in ("above", "below")
                and month > 0
                and self._threshold_reached(trigger)
            )
            if due:
                self._open_fork(position)

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
        events = np.asarray(self.buffer.world.events[: int(self.buffer.world.clock[0].told)])
        subject = fork.trigger.subject
        if subject in ("presidential_election", "house_election"):
            matching = events["kind"] == codes.EVENT_KINDS.index("election")
            if subject == "presidential_election":
                matching &= events["actor"] == Entity.PRESIDENT
            else:
                matching &= events["target"] == Entity.PARLIAMENT
        elif subject in codes.EVENT_KINDS:
            matching = events["kind"] == codes.EVENT_KINDS.index(subject)
        else:
            matching = (events["kind"] == codes.EVENT_KINDS.index("instrument")) & (
                events["instrument"] == self._instrument_ids.index(subject)
            )
        return bool(matching.sum() >= fork.trigger.number)

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
    """Write the tables of a new stage into a world.

    Past shocks, past interventions and the use made of instruments stay as they are.
    """
    past_shocks = [row.copy() for row in world.shocks if 0 <= row.month < month]
    future_shocks = [row for row in stage_tables.shocks if row.month >= month]
    for position, row in enumerate([*past_shocks, *future_shocks]):
        world.shocks[position] = row
    world.shocks["month"][len(past_shocks) + len(future_shocks) :] = -1
    for field in tables()["instruments"].fields:
        if field.name not in _USE_HISTORY_FIELDS:
            world.instruments[field.name][:] = stage_tables.instruments[field.name]
    world.aims["fall"][:] = stage_tables.aims["fall"]
    unused = world.interventions["month"] < 0
    for row in np.flatnonzero(unused):
        world.interventions[row] = stage_tables.interventions[row]


def _apply_state_change(world: Any, key: str, value: Any, table_sizes: dict[str, int]) -> None:
    """Change one field of a world's state, clipped to its range."""
    change = parse_state_change(key, value, table_sizes)
    table, name = change.field.key.split(".")
    column = getattr(world, table)[name]
    rows = slice(None) if change.row is None else slice(change.row, change.row + 1)
    if change.operator == "=":
        column[rows] = change.value
    else:
        changed = (
            column[rows] + change.value if change.operator == "+" else column[rows] * change.value
        )
        column[rows] = np.clip(changed, change.field.low, change.field.high)


def copy_with_capacity(
    buffer: WorldBuffer, table_sizes: dict[str, int], months: int
) -> WorldBuffer:
    """Return a copy of a buffer and its world, with capacity for what a fork adds."""
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
        source, target = getattr(old, name), getattr(new.world, name)
        target[: len(source)] = source
    event_count = int(old.clock[0].told)
    reason_count = min(int(old.clock[0].reasons), len(old.reasons))
    new.world.events[:event_count] = old.events[:event_count]
    new.world.reasons[:reason_count] = old.reasons[:reason_count]
    months_run = int(old.clock[0].month)
    new.series[:, :months_run] = buffer.series[:, :months_run]
    new.outcomes[:] = buffer.outcomes
    return new
