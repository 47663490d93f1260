"""One world with its state at the end of every month, and how far two such worlds lie apart."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.driver import WorldBuffer, load_driver
from poruka.engine.state import tables
from poruka.scenario.scenario import Scenario
from poruka.scenario.state_change import DERIVED_TABLES
from poruka.simulation.chronicle import EVENT_WEIGHTS
from poruka.simulation.fork_runner import ForkedRun
from poruka.simulation.frames import events_frame
from poruka.utils.errors import WorldFailed

MIN_DIFFERENCE = 0.02
"""Share of a field's range beyond which it counts as different."""
_EVENT_IDENTITY_COLUMNS = ["month", "kind", "rule", "instrument", "actor", "target"]


class TracedWorld(NamedTuple):
    """One world with its events, their reasons, and its tables at the end of every month."""

    scenario: Scenario
    events: pd.DataFrame
    reasons: dict[int, dict[str, float]]
    monthly_tables: dict[str, np.ndarray]
    fork_months: dict[int, int]


class UnmatchedEvent(NamedTuple):
    """An event that only one of two worlds has; ``weight`` is its importance in a chronicle."""

    only_in: str
    event_number: int
    month: int
    rule: str
    kind: str
    weight: float


def run_traced(scenario: Scenario, seed: int, world: int, months: int) -> TracedWorld:
    """Simulate one world and record its state at the end of every month.

    Raises
    ------
    WorldFailed
        When the world fails in one of these months.
    """
    scenario = scenario.for_world(seed, world)
    buffer = WorldBuffer(
        scenario.table_sizes(), 1, scenario.months, True, False, reason_capacity=100_000
    )
    forked_run = ForkedRun(scenario, load_driver(scenario.rules), buffer)
    snapshots = []
    failed_world = forked_run.begin(seed, world)
    for month in range(months):
        if failed_world == -1:
            failed_world = forked_run.run_to_month(seed, world, month + 1)
        if failed_world != -1:
            raise WorldFailed(
                f"world {world} (seed {seed}) of {scenario.title} failed in"
                f" {scenario.date_of(month)}; `poruka run` records why."
            )
        snapshots.append(buffer.world.memory.copy())
    events = np.asarray(buffer.world.events[: int(buffer.world.clock[0].told)])
    return TracedWorld(
        scenario,
        events_frame(events, np.full(len(events), world), scenario),
        _collect_reasons(buffer),
        _split_into_tables(buffer, np.array(snapshots)),
        dict(forked_run.fork_months),
    )


def _split_into_tables(buffer: WorldBuffer, snapshots: np.ndarray) -> dict[str, np.ndarray]:
    """Return the tables of a world, each of shape (months, rows), from copies of its memory."""
    start = buffer.world.memory.__array_interface__["data"][0]
    monthly_tables = {}
    for name in tables():
        table = np.asarray(getattr(buffer.world, name))
        offset = table.__array_interface__["data"][0] - start
        columns = snapshots[:, offset : offset + table.nbytes]
        monthly_tables[name] = columns.copy().view(table.dtype)
    return monthly_tables


def _collect_reasons(buffer: WorldBuffer) -> dict[int, dict[str, float]]:
    """Return the numbers that decided each event, by its number."""
    logged = buffer.world.reasons
    count = min(int(buffer.world.clock[0].reasons), len(logged))
    reasons: dict[int, dict[str, float]] = {}
    for reason in np.asarray(logged[:count]):
        quantity = codes.REASON_QUANTITIES[int(reason["quantity"])]
        reasons.setdefault(int(reason["event"]), {})[quantity] = float(reason["value"])
    return reasons


def find_unmatched_events(
    first: pd.DataFrame, second: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the events that each world has and the other has not.

    Events of the same month, kind, rule, actor and target are the same event.
    """
    keys = []
    for frame in (first, second):
        identity = frame[_EVENT_IDENTITY_COLUMNS].astype(str)
        repetitions = identity.groupby(_EVENT_IDENTITY_COLUMNS).cumcount()
        columns = [identity[column] for column in _EVENT_IDENTITY_COLUMNS]
        keys.append(list(zip(*columns, repetitions, strict=True)))
    first_keys, second_keys = set(keys[0]), set(keys[1])
    return (
        np.array([i for i, key in enumerate(keys[0]) if key not in second_keys], dtype=int),
        np.array([i for i, key in enumerate(keys[1]) if key not in first_keys], dtype=int),
    )


def list_unmatched_events(
    only_in: str, traced_world: TracedWorld, event_numbers: np.ndarray
) -> list[UnmatchedEvent]:
    """Return the events of one world with the given numbers, as events only it has."""
    events = traced_world.events.iloc[event_numbers]
    kinds, rules = events["kind"].astype(str), events["rule"].astype(str)
    return [
        UnmatchedEvent(only_in, int(number), int(month), rule, kind, float(EVENT_WEIGHTS[kind]))
        for number, month, rule, kind in zip(
            event_numbers, events["month"], rules, kinds, strict=True
        )
    ]


def field_distances(parent: TracedWorld, branch: TracedWorld) -> dict[str, np.ndarray]:
    """Return how far each field lies apart month by month.

    Returns
    -------
    dict of str to ndarray of float64, shape (months,)
        Mean distance over rows as a share of the field's range; fields that never differ by more
        than ``MIN_DIFFERENCE`` are omitted.
    """
    distances = {}
    for table in tables().values():
        if table.name in DERIVED_TABLES and table.name != "index":
            continue
        pair = (parent.monthly_tables[table.name], branch.monthly_tables[table.name])
        rows = min(values.shape[1] for values in pair)
        for field in table.fields:
            if field.unit in ("row", "bits"):
                continue
            in_parent, in_branch = (values[field.name][:, :rows].astype(float) for values in pair)
            field_range = field.high - field.low
            if field_range > 2.0:
                largest = max(float(np.abs(in_parent).max()), float(np.abs(in_branch).max()))
                field_range = max(1e-9, largest)
            distance = np.abs(in_branch - in_parent).mean(axis=1) / field_range
            if distance.max() > MIN_DIFFERENCE:
                distances[field.key] = distance
    return distances
