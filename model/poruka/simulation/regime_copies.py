"""Copies of a regime: the contents of its world as plain arrays, and a regime around them."""

from typing import Any

import mesa
import numpy as np

from poruka.engine.driver import WorldBuffer
from poruka.scenario.scenario import Scenario


def contents_of_buffer(buffer: WorldBuffer) -> dict[str, Any]:
    """Return what has been written into the memory of one world, without the room that is left."""
    world = buffer.world
    clock = world.clock[0]
    months, reasons = int(clock.month), min(int(clock.reasons), len(world.reasons))
    return {
        "memory": np.array(world.memory),
        "events": np.array(world.events[: int(clock.told)]),
        "reasons": np.array(world.reasons[:reasons]),
        "series": np.array(buffer.series[:, :months]),
        "outcomes": np.array(buffer.outcomes),
        "recorded": buffer.recorded,
        "reason_capacity": len(world.reasons),
    }


def buffer_with_contents(
    contents: dict[str, Any], table_sizes: dict[str, int], months: int
) -> WorldBuffer:
    """Return the memory of a world with the contents of another's, of the same table sizes."""
    series, events = contents["recorded"]
    buffer = WorldBuffer(
        table_sizes, 1, months, series, events, reason_capacity=contents["reason_capacity"]
    )
    buffer.world.memory[:] = contents["memory"]
    for name in ("events", "reasons"):
        getattr(buffer.world, name)[: len(contents[name])] = contents[name]
    buffer.series[:, : contents["series"].shape[1]] = contents["series"]
    buffer.outcomes[:] = contents["outcomes"]
    return buffer


def regime_with(
    kind: Any, scenario: Scenario, address: tuple[int, int], buffer: WorldBuffer
) -> Any:
    """Return a regime around a world that has been simulated for some time."""
    regime = kind.__new__(kind)
    mesa.Model.__init__(regime, rng=np.random.default_rng(list(address)))
    regime.world_scenario = scenario
    regime.ensemble_seed, regime.world_number = address
    regime._attach_buffer(buffer)
    return regime


def restore_regime(
    kind: Any,
    scenario: Scenario,
    address: tuple[int, int],
    contents: dict[str, Any],
    fork_months: dict[int, int],
) -> Any:
    buffer = buffer_with_contents(contents, scenario.table_sizes(), scenario.months)
    regime = regime_with(kind, scenario, address, buffer)
    regime._forked_run.resume_at(fork_months)
    regime._check_result(-1)
    return regime
