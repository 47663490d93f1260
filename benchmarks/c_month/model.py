"""The one place of the benchmark that names modules of the model; after a move only it changes.

Everything else is found from here: the rules by a scenario's rule book, what they call by the
globals of their functions; the generated numba month imports from this file.
"""

from typing import Any

import numpy as np

import poruka as pk
from poruka.driver import Buffer, load_driver, run_chunk
from poruka.jit import CACHE, COMPILED, driver, kernel
from poruka.month import book_key
from poruka.parameters import as_record, mechanisms
from poruka.repertoire import template
from poruka.start import make_world
from poruka.state import World, WorldReference, allocate
from poruka.streams import month_key, rule_stream

__all__ = [
    "CACHE", "COMPILED", "COUNTRIES", "World", "WorldReference", "book_key", "country", "driver",
    "kernel", "make_world", "month_key", "play_as_the_model_does", "rule_stream", "switch_of",
]  # fmt: skip

TIMED = "kazakhstan"
COUNTRIES = (
    "kazakhstan", "russia", "azerbaijan", "belarus", "estonia", "kyrgyzstan", "moldova", "ukraine",
)  # fmt: skip
MANY_REASONS = 50_000  # room for the reasons of a world that is asked why


class Country:
    """A scenario and the memory its worlds are played in."""

    def __init__(self, name: str):
        scenario = pk.load(name)
        self.name = name
        self.book = scenario.rules
        self.months: int = scenario.months
        self.sizes = scenario.sizes()
        self.params = as_record(scenario.params())
        self.start = as_record(scenario.start())
        self.template: np.ndarray = template(allocate(self.sizes), scenario)

    def new_world(self) -> Any:
        """Return memory for a world of this country, with room for its reasons."""
        return allocate(self.sizes, reasons=MANY_REASONS)


def country(name: str = TIMED) -> Country:
    """Return a country ready to be played."""
    return Country(name)


def switch_of(rule: Any) -> str:
    """Return the field of ``params.on`` that switches a rule off, or an empty string."""
    return mechanisms()[rule.mechanism].switch if rule.mechanism else ""


def play_as_the_model_does(one: Country, seed: int, number: int) -> Any:
    """Play one world by the driver that `simulate` uses and return the world."""
    buffer = Buffer(one.sizes, 1, one.months, False, False, reasons=MANY_REASONS)
    failed = run_chunk(
        load_driver(one.book), buffer, one.template, one.params, one.start, seed, number, 1,
        one.months,
    )  # fmt: skip
    if failed != -1:
        raise RuntimeError(f"{one.name}: world {number} of seed {seed} left its bounds")
    return buffer.world
