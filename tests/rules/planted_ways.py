"""Ways round the reader of kernels that were found by trial, each with what its error has to say.

Each of these rules once was accepted, and then wrote or read what it did not show.
"""

from types import FunctionType, ModuleType

import numpy as np

from poruka.engine.jit import kernel
from poruka.engine.state import allocate_world

SIZES = dict.fromkeys(
    "citizens oligarchs clients regions deputies clans outlets commanders parties shocks"
    " interventions aims instruments channels signals".split(),
    1,
)
A_WORLD = allocate_world(SIZES, 1)
LIVE = A_WORLD.oligarchs.wealth
LIVE_PART = A_WORLD.oligarchs.wealth.view(np.ndarray)[:1].reshape(1, 1)
LIVE_BYTES = A_WORLD.memory
LIVE_EVENTS = np.asarray(A_WORLD.events["value"])
LIVE_BUFFER = np.frombuffer(memoryview(A_WORLD.memory), dtype=np.float64, count=1)

world = ModuleType("world")
"""What a name stands for that seems to be an argument."""
world.oligarchs = (0.5, 0.25)


@kernel
def keep(oligarch):
    oligarch.wealth *= 1.0


@kernel
def deceive(oligarch):
    oligarch.grievance = 0.9


class Deceiver(dict):
    """The names of a module, of which one stands for another kernel when it is looked up."""

    def __getitem__(self, name):
        return deceive if name == "keep" else dict.__getitem__(self, name)


def arguments_by_place_only(world, params, stream, /):
    world.oligarchs[0]["wealth"] = 0.0


def loop_over_a_table_by_keyword(world, params, stream):
    for _, x in enumerate(iterable=world.oligarchs):
        x["wealth"] = 0.0


def loop_over_nothing(world, params, stream):
    for x in reversed():
        x.wealth = 0.0


def loop_with_a_number_by_place(world, params, stream):
    for _, x in enumerate((0.5,), world.oligarchs):
        world.economy[0].gdp = x


def loop_from_a_table(world, params, stream):
    for x, _ in enumerate((0.5,), start=world.oligarchs):
        world.economy[0].gdp = x


def text_as_a_field_of_a_number(world, params, stream):
    x = world.economy[0].gdp
    x["wealth"] = 0.0


def text_as_a_field_that_is_read(world, params, stream):
    x = world.economy[0].gdp
    world.economy[0].gdp = x[0, "wealth"]


def column_from_outside(world, params, stream):
    world.economy[0].gdp = LIVE[0]


def part_of_a_column_from_outside(world, params, stream):
    world.economy[0].gdp = LIVE_PART[0, 0]


def bytes_from_outside(world, params, stream):
    world.economy[0].gdp = 1.0 * LIVE_BYTES[0]


def events_from_outside(world, params, stream):
    world.economy[0].gdp = LIVE_EVENTS[0]


def buffer_from_outside(world, params, stream):
    world.economy[0].gdp = LIVE_BUFFER[0]


def names_that_change(world, params, stream):
    oligarch = world.oligarchs[0]
    keep(oligarch)


names_that_change = FunctionType(
    names_that_change.__code__, Deceiver(globals()), names_that_change.__name__
)
OTHERWISE = ("line 2", "otherwise than as", "give that by its place, once")
BY_TEXT = ("line 3", "takes a field by the text", "name its field")
FROM_OUTSIDE = ("line 2", "takes LIVE", "what a rule may use")
WAYS = {
    arguments_by_place_only: ("line 1", "takes arguments by *, ** or /", "a plain name"),
    loop_over_a_table_by_keyword: OTHERWISE,
    loop_over_nothing: OTHERWISE,
    loop_with_a_number_by_place: OTHERWISE,
    loop_from_a_table: ("line 2", "as if it were a number", "name the field"),
    text_as_a_field_of_a_number: BY_TEXT,
    text_as_a_field_that_is_read: BY_TEXT,
    column_from_outside: FROM_OUTSIDE,
    part_of_a_column_from_outside: FROM_OUTSIDE,
    bytes_from_outside: FROM_OUTSIDE,
    events_from_outside: FROM_OUTSIDE,
    buffer_from_outside: FROM_OUTSIDE,
    names_that_change: ("line 1", "from an object that can give others", "in a module"),
}
