"""The one place of the benchmark that names modules of the model; after a move only it changes.

Everything else is found from here: the rules by a scenario's schedule, what they call by the
globals of their functions; the generated numba month imports from this file.
"""

from typing import Any

import numpy as np
from state_digests import COUNTRIES

import poruka as pk
from poruka.engine.driver import KernelAddresses, WorldBuffer, load_driver, run_chunk
from poruka.engine.jit import CACHE_FOLDER, JIT_ENABLED, cached_kernel, kernel, source_fingerprint
from poruka.engine.machine_code import call
from poruka.engine.parameters import as_record, mechanisms
from poruka.engine.random_streams import month_key, rule_stream
from poruka.engine.rule import Rule, Schedule
from poruka.engine.state import World, WorldReference, allocate_world
from poruka.rules.instruments import build_initial_memory

__all__ = [
    "CACHE_FOLDER",
    "COUNTRIES",
    "Country",
    "JIT_ENABLED",
    "Rule",
    "Schedule",
    "World",
    "WorldReference",
    "cached_kernel",
    "call",
    "kernel",
    "load_country",
    "load_machine_code",
    "month_key",
    "rule_stream",
    "run_with_model_driver",
    "source_fingerprint",
    "switch_of",
]

TIMED_COUNTRY = "kazakhstan"
REASON_CAPACITY = 50_000  # room for the reasons of a world that is asked why


class Country:
    """A scenario and the memory its worlds are run in."""

    def __init__(self, name: str):
        scenario = pk.load(name, numbers="declared")
        self.name = name
        self.schedule: Schedule = scenario.rules
        self.months: int = scenario.months
        self.table_sizes = scenario.table_sizes()
        self.params = as_record(scenario.params())
        self.start = as_record(scenario.start())
        self.initial_memory: np.ndarray = build_initial_memory(
            allocate_world(self.table_sizes), scenario
        )

    def new_world(self) -> Any:
        """Return memory for a world of this country, with room for its reasons."""
        return allocate_world(self.table_sizes, reason_capacity=REASON_CAPACITY)


def load_country(name: str = TIMED_COUNTRY) -> Country:
    """Return a country ready to be run."""
    return Country(name)


def switch_of(rule: Rule) -> str:
    """Return the field of ``params.on`` that switches a rule off, or an empty string."""
    return mechanisms()[rule.mechanism].switch if rule.mechanism else ""


def load_machine_code(schedule: Schedule) -> KernelAddresses:
    """Return the addresses of the compiled rules and start: those that `simulate` calls."""
    return load_driver(schedule).addresses


def run_with_model_driver(country: Country, seed: int, world_number: int) -> Any:
    """Run one world by the driver that `simulate` uses and return the world."""
    buffer = WorldBuffer(
        country.table_sizes, 1, country.months, False, False, reason_capacity=REASON_CAPACITY
    )
    failed = run_chunk(
        load_driver(country.schedule),
        buffer,
        country.initial_memory,
        country.params,
        country.start,
        seed,
        world_number,
        1,
        country.months,
    )
    if failed != -1:
        raise RuntimeError(f"{country.name}: world {world_number} of seed {seed} left its bounds")
    return buffer.world
