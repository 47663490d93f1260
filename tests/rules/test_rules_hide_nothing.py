"""What a rule reads and writes is read off its source, and nothing gets round the reader.

1. A rule that would hide what it writes, reads or depends on is refused: by an alias, a helper, a
   loop, a tuple, a module, a conditional expression, a comprehension, a column, the memory, the log
   of events, a function of Python or of numpy. The error says what, in which line of which kernel,
   what is allowed, and what to write.
2. Source and code are one: a kernel that does not run as it reads, a rule whose kernel is another,
   and a helper changed after the rule was accepted are refused.
3. What can be followed is seen whole, however it is written: with every field and number, and no
   other.
4. All rules of the package and of its rival accounts, and the initialisation of a world, are
   followed without a guess.
"""

import builtins
import dataclasses
import functools
import importlib.util
import inspect
import math
from enum import IntEnum
from types import FunctionType, ModuleType, SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest
from planted_ways import WAYS
from worlds import small

from poruka.engine import functions
from poruka.engine.driver import load_driver
from poruka.engine.jit import JIT_ENABLED, compiled_function, kernel
from poruka.engine.kinds import Stance
from poruka.engine.parameters import default_numbers
from poruka.engine.rule import Schedule, rule, validate_rule
from poruka.engine.rule_source import find_field_usage, find_source_errors
from poruka.engine.state import allocate_world, fields
from poruka.rivals import rules_of_rivals
from poruka.rules import initial_state
from poruka.rules.schedule import SCHEDULE
from poruka.utils.errors import BadInput

SIZES = {table: 1 for table in ("citizens", "oligarchs", "clients", "regions", "deputies")}
SIZES |= {table: 1 for table in ("clans", "outlets", "commanders", "parties")}
SIZES |= {table: 1 for table in ("shocks", "interventions", "aims", "instruments")}
SIZES |= {table: 1 for table in ("channels", "signals")}
A_WORLD = allocate_world(SIZES, 1)
A_ROW = A_WORLD.oligarchs[0]
NUMBERS = default_numbers("oligarchs")
SHARES = np.array([0.5, 0.25])
CHANGEABLE = [0.5]


@kernel
def impoverish(row):
    row.wealth = 0.0


@kernel
def impoverish_oligarch(oligarch, rate=0.5):
    oligarch.wealth *= 1.0 - rate


@kernel
def first_of(world):
    return world.oligarchs[0]


@kernel
def both_of(world, params):
    return world.oligarchs[0], params.oligarchs


@kernel
def again_and_again(world, count):
    if count > 0:
        again_and_again(world, count - 1)


def impoverish_without_compiler(world):
    world.oligarchs[0].wealth = 0.0


HELPERS = {0: impoverish}
BY_PYTHON = np.frompyfunc(impoverish_without_compiler, 1, 1)


class Spoiler:
    """Something that runs when it is called."""

    def __call__(self, world):
        world.oligarchs[0].wealth = 0.0


class Maker(tuple):
    """Something that looks like a tuple with names, and acts when it is made."""

    _fields = ("world",)

    def __new__(cls, world):
        world.oligarchs[0].wealth = 0.0
        return super().__new__(cls, (world,))


SPOILER = Spoiler()
TABLE = np.array([[0.5, 0.25], [0.0, 1.0]])
PAIR = (TABLE, 0.5)


class Noisy(IntEnum):
    """An enumeration that acts when it is compared."""

    ONE = 1

    def __eq__(self, other):
        A_ROW.wealth = 0.0
        return True

    __hash__ = IntEnum.__hash__


class Callable(IntEnum):
    """An enumeration with a method."""

    ONE = 1

    def act(self):
        A_ROW.wealth = 0.0


class Point(NamedTuple):
    """A tuple with names that acts when a part is taken."""

    x: float
    y: float

    def __getitem__(self, at):
        A_ROW.wealth = 0.0
        return 0.0


class Swapped(NamedTuple):
    """A tuple of which one name stands for another part."""

    x: float
    y: float


Swapped.x = Swapped.y


class Array(np.ndarray):
    """An array that acts when an element is taken."""

    def __getitem__(self, at):
        A_ROW.wealth = 0.0
        return 0.0


class Pair(tuple):
    """A tuple that acts when a part is taken."""

    def __getitem__(self, at):
        A_ROW.wealth = 0.0
        return 0.0


class Number(np.float64):
    """A number that acts when something is added to it."""

    def __add__(self, other):
        A_ROW.wealth = 0.0
        return 0.0


OWN_ARRAY = np.zeros(2).view(Array)
OWN_PAIR = Pair((0.5, 0.25))
OWN_NUMBER = Number(0.5)
PRETENDER = SimpleNamespace(py_func=first_of, __name__="pretender", __call__=SPOILER)
CHANGING = ModuleType("changing")
CHANGING.__getattr__ = lambda name: 0.5
RATES = ModuleType("rates")
RATES.SHARE = 0.5


@kernel
def share_of(value, rates=RATES):
    return value * rates.SHARE


class Misnumbered(IntEnum):
    """An enumeration of which a member says another number than it is."""

    ONE = 1


class Misnamed(IntEnum):
    """An enumeration of which a member says the name of another."""

    ONE = 1
    TWO = 2


vars(Misnumbered.ONE)["_value_"] = 2
vars(Misnamed.ONE)["_name_"] = "TWO"


# --- rules that would hide something, each with what its error has to say -------------------------
def table_under_another_name(world, params, stream):
    rows = world.oligarchs
    rows[0].wealth = 0.0


def row_under_another_name(world, params, stream):
    row = world.oligarchs[0]
    row.wealth = 0.0


def row_under_the_name_of_another_table(world, params, stream):
    clan = world.oligarchs[0]
    clan.wealth = 0.0


def number_that_is_not_there(world, params, stream):
    p = params.oligarchs
    world.economy[0].gdp = p.no_such_number


def number_by_two_names(world, params, stream):
    everything = params
    some = everything.oligarchs
    world.economy[0].gdp = some.no_such_number


def number_of_either_section(world, params, stream):
    p = params.oligarchs if world.clock[0].month > 1 else params.memory
    world.economy[0].gdp = p.inertia


def row_of_either_table(world, params, stream):
    clan = world.clans[0] if world.clock[0].month > 1 else world.oligarchs[0]
    clan.posts = 0.0


def helper_with_a_row(world, params, stream):
    impoverish(world.oligarchs[0])


def row_from_a_helper(world, params, stream):
    him = first_of(world)
    him.wealth = 0.0


def helper_by_another_name(world, params, stream):
    deed = impoverish
    deed(world.oligarchs[0])


def loop_over_a_table(world, params, stream):
    for row in world.oligarchs:
        row.wealth = 0.0


def loop_with_numbers(world, params, stream):
    for i, row in enumerate(world.oligarchs):
        row.wealth = float(i)


def loop_over_two_tables(world, params, stream):
    for row, clan in zip(world.oligarchs, world.clans):  # noqa: B905 - no kernel has strict
        row.wealth = clan.posts


def tuple_taken_apart(world, params, stream):
    row, clan = world.oligarchs[0], world.clans[0]
    row.wealth = clan.posts


def swap_of_two_tables(world, params, stream):
    clan, oligarch = world.clans[0], world.oligarchs[0]
    clan, oligarch = oligarch, clan
    clan.wealth = 0.0


def row_taken_apart(world, params, stream):
    wealth, posts = world.oligarchs[0]
    world.economy[0].gdp = wealth + posts


def name_inside_an_expression(world, params, stream):
    if (row := world.oligarchs[0]).wealth > 0.0:
        row.wealth = 0.0


def variable_of_a_comprehension(world, params, stream):
    world.economy[0].gdp = sum([row.wealth for row in world.oligarchs])


def column_of_a_table(world, params, stream):
    world.oligarchs.wealth[0] = 0.0


def column_under_a_name(world, params, stream):
    wealth = world.oligarchs.wealth
    wealth[0] = 0.0


def field_as_text(world, params, stream):
    world.oligarchs[0]["wealth"] = 0.0


def table_by_its_place(world, params, stream):
    world[3][0].wealth = 0.0


def loop_over_the_world(world, params, stream):
    for table in world:
        table[0].wealth = 0.0


def bytes_of_the_world(world, params, stream):
    world.memory[0] = 0


def attribute_by_text(world, params, stream):
    world.economy[0].gdp = getattr(params.oligarchs, "iner" + "tia")  # noqa: B009


def attribute_set_by_text(world, params, stream):
    setattr(world.oligarchs[0], "wealth", 0.0)  # noqa: B010


def method_of_a_row(world, params, stream):
    world.oligarchs[0].__setattr__("wealth", 0.0)


def text_as_code(world, params, stream):
    exec("world.oligarchs[0].wealth = 0.0")


def function_inside(world, params, stream):
    def deed(i):
        world.oligarchs[i].wealth = 0.0

    deed(0)


def function_without_a_name(world, params, stream):
    deed = lambda oligarch: oligarch.wealth  # noqa: E731
    world.economy[0].gdp = deed(world.oligarchs[0])


def argument_by_star(world, params, stream):
    impoverish_oligarch(*(world.oligarchs[0],))


def functions_in_a_table(world, params, stream):
    HELPERS[0](world.oligarchs[0])


def row_from_outside(world, params, stream):
    A_ROW.wealth = 0.0


def world_from_outside(world, params, stream):
    A_WORLD.oligarchs[0].wealth = 0.0


def numbers_from_outside(world, params, stream):
    world.economy[0].gdp = NUMBERS.inertia


def array_that_remembers(world, params, stream):
    SHARES[0] = world.economy[0].gdp


def list_that_remembers(world, params, stream):
    world.economy[0].gdp = CHANGEABLE[0]


def name_of_the_module(world, params, stream):
    global CHANGEABLE
    CHANGEABLE = world.economy[0].gdp


def events_that_remember(world, params, stream):
    world.economy[0].gdp = world.events[0].value


def numpy_with_a_column(world, params, stream):
    np.copyto(world.oligarchs.wealth, 0.0)


def numpy_into_an_array(world, params, stream):
    np.multiply(world.economy[0].gdp, 1.0, SHARES)


def function_of_python_in_numpy(world, params, stream):
    BY_PYTHON(world)


def object_that_is_called(world, params, stream):
    SPOILER(world)


def error_that_acts(world, params, stream):
    raise impoverish(world.oligarchs[0])


def cause_that_acts(world, params, stream):
    raise ValueError("poor") from impoverish(world.oligarchs[0])


def class_that_acts(world, params, stream):
    Maker(world)


def attempt(world, params, stream):
    try:
        world.oligarchs[0].wealth = 0.0
    except ValueError:
        world.clans[0].posts = 0.0


def kernel_that_calls_itself(world, params, stream):
    again_and_again(world, 3)


def comparison_of_rows(world, params, stream):
    world.economy[0].gdp = 1.0 if world.oligarchs[0] == world.oligarchs[1] else 0.0


def world_in_a_list(world, params, stream):
    worlds = [world]
    worlds[0].oligarchs[0].wealth = 0.0


def table_in_place_of_a_number(world, params, stream):
    world.economy[0].gdp = world.oligarchs


def write_to_a_number(world, params, stream):
    params.oligarchs.inertia = 0.0


def kind_that_is_not_there(world, params, stream):
    world.oligarchs[0].stance = Stance.TRAITOR


def number_that_is_called(world, params, stream):
    world.economy[0].gdp = world.economy[0].gdp(1.0)


def row_of_a_constant_in_a_loop(world, params, stream):
    for share in TABLE:
        share[0] = world.economy[0].gdp


def constant_taken_apart(world, params, stream):
    first, second = TABLE
    first[0] = second[0] + world.economy[0].gdp


def row_of_a_constant(world, params, stream):
    TABLE[0][1] = world.economy[0].gdp


def constant_in_a_tuple(world, params, stream):
    shares, rate = PAIR
    shares[0] = rate


def constant_in_a_list(world, params, stream):
    held = [SHARES, SHARES]
    held[0][0] = world.economy[0].gdp


def constant_in_a_comprehension(world, params, stream):
    held = [SHARES for i in range(2)]
    held[0][0] = world.economy[0].gdp


def constant_in_an_alternative(world, params, stream):
    shares = SHARES or 0.5
    shares[0] = world.economy[0].gdp


def constant_by_a_function(world, params, stream):
    shares = max((SHARES, SHARES))
    shares[0] = world.economy[0].gdp


def constant_as_the_start_of_a_sum(world, params, stream):
    shares = sum((), SHARES)
    shares[0] = world.economy[0].gdp


def constant_increased_in_its_place(world, params, stream):
    shares = SHARES
    shares += world.economy[0].gdp


def constant_without_an_index(world, params, stream):
    SHARES[()][0] = world.economy[0].gdp


def constant_by_an_empty_index(world, params, stream):
    SHARES[None][0] = world.economy[0].gdp


def variable_of_a_comprehension_outside(world, params, stream):
    world.economy[0].gdp = sum([CHANGEABLE for CHANGEABLE in range(3)])
    CHANGEABLE[0] = world.economy[0].gdp


def variable_of_a_comprehension_in_its_source(world, params, stream):
    world.economy[0].gdp = sum([CHANGEABLE for CHANGEABLE in CHANGEABLE])


def enumeration_that_acts(world, params, stream):
    world.economy[0].gdp = 1.0 if Noisy.ONE == 1 else 0.0


def enumeration_with_a_method(world, params, stream):
    world.economy[0].gdp = 1.0 * Callable.ONE


def tuple_that_acts(world, params, stream):
    world.economy[0].gdp = Point(0.5, 0.5)[0]


def tuple_of_swapped_names(world, params, stream):
    mine = Swapped(world.oligarchs[0], world.clans[0])
    mine.x.wealth = 0.0


def array_that_acts(world, params, stream):
    world.economy[0].gdp = OWN_ARRAY[0]


def constant_tuple_that_acts(world, params, stream):
    world.economy[0].gdp = OWN_PAIR[0]


def number_that_acts(world, params, stream):
    world.economy[0].gdp = OWN_NUMBER + 1.0


def object_with_another_kernel(world, params, stream):
    PRETENDER(world)


def module_that_makes_names(world, params, stream):
    world.economy[0].gdp = CHANGING.share


def module_under_another_name(world, params, stream):
    rates = RATES
    world.economy[0].gdp = rates.SHARE


def module_of_either_branch(world, params, stream):
    world.economy[0].gdp = (RATES if world.clock[0].month > 1 else math).SHARE


def module_as_a_default(world, params, stream):
    world.economy[0].gdp = share_of(world.economy[0].gdp)


def constants_in_joined_tuples(world, params, stream):
    ((SHARES,) + (SHARES,))[0][0] = world.economy[0].gdp  # noqa: RUF005


def constant_in_a_repeated_tuple(world, params, stream):
    for shares in (SHARES,) * 2:
        shares[0] = world.economy[0].gdp


def constant_in_a_slice_of_a_tuple(world, params, stream):
    (SHARES, SHARES)[0:2][0][0] = world.economy[0].gdp


def constant_joined_in_its_place(world, params, stream):
    held = ()
    held += (SHARES,)
    held[0][0] = world.economy[0].gdp


def rows_of_a_constant_in_a_list(world, params, stream):
    held = [0.5]
    held += TABLE
    held[1][0] = world.economy[0].gdp


def constant_in_a_sum_of_tuples(world, params, stream):
    sum(((SHARES,),), ())[0][0] = world.economy[0].gdp


def constant_in_the_greater_tuple(world, params, stream):
    max((SHARES,), (SHARES,))[0][0] = world.economy[0].gdp


def constants_taken_out_of_a_loop(world, params, stream):
    first, second = zip((SHARES, SHARES), (SHARES, SHARES))  # noqa: B905 - no kernel has strict
    first[0][0] = world.economy[0].gdp


def event_told_otherwise(world, params, stream):
    for i in range(world.clock[0].told):
        event = world.events[i]
        event.kind = 0


def reason_told_otherwise(world, params, stream):
    world.reasons[0].value = 0.0


def enumeration_of_another_number(world, params, stream):
    world.economy[0].gdp = 1.0 * Misnumbered.ONE


def enumeration_of_another_name(world, params, stream):
    world.economy[0].gdp = 1.0 * Misnamed.ONE


DECEIVERS = WAYS | {
    module_under_another_name: ("line 2", "takes the module RATES itself", "write module.NAME"),
    module_of_either_branch: ("line 2", "takes the module RATES itself", "write module.NAME"),
    module_as_a_default: ("line 2", "which is neither a number", "what a rule may use"),
    constants_in_joined_tuples: ("line 2", "joins or repeats tuples", "write one tuple"),
    constant_in_a_repeated_tuple: ("line 2", "joins or repeats tuples", "write one tuple"),
    constant_in_a_slice_of_a_tuple: ("line 2", "a slice of a tuple", "each part by its number"),
    constant_joined_in_its_place: ("line 3", "joins or repeats tuples", "write one tuple"),
    rows_of_a_constant_in_a_list: ("line 3", "into a list", "use the constant itself"),
    constant_in_a_sum_of_tuples: ("line 2", "joins or repeats tuples", "write one tuple"),
    constant_in_the_greater_tuple: ("line 2", "which is a constant", "take the row first"),
    constants_taken_out_of_a_loop: ("line 3", "which is a constant", "take the row first"),
    event_told_otherwise: ("line 4", "into the log of events", "by log_event or log_reason"),
    reason_told_otherwise: ("line 2", "into the log of events", "by log_event or log_reason"),
    enumeration_of_another_number: ("line 2", "takes Misnumbered", "what a rule may use"),
    enumeration_of_another_name: ("line 2", "takes Misnamed", "what a rule may use"),
    row_of_a_constant_in_a_loop: ("line 3", "share, which is a constant", "take the row first"),
    constant_taken_apart: ("line 3", "first, which is a constant", "take the row first"),
    row_of_a_constant: ("line 2", "TABLE[0], which is a constant", "take the row first"),
    constant_in_a_tuple: ("line 3", "shares, which is a constant", "take the row first"),
    constant_in_a_list: ("line 2", "into a list", "use the constant itself"),
    constant_in_a_comprehension: ("line 2", "into a list", "use the constant itself"),
    constant_in_an_alternative: ("line 3", "shares, which is a constant", "take the row first"),
    constant_by_a_function: ("line 3", "shares, which is a constant", "take the row first"),
    constant_as_the_start_of_a_sum: ("line 3", "shares, which is a constant", "take the row"),
    constant_increased_in_its_place: ("line 3", "changes shares", "a name of its own"),
    constant_without_an_index: ("line 2", "SHARES[()], which is a constant", "take the row"),
    constant_by_an_empty_index: ("line 2", "writes None", "use assignments"),
    variable_of_a_comprehension_outside: ("line 3", "uses CHANGEABLE", "a name of its own"),
    variable_of_a_comprehension_in_its_source: ("line 2", "uses CHANGEABLE", "of its own"),
    enumeration_that_acts: ("line 2", "takes Noisy", "what a rule may use"),
    enumeration_with_a_method: ("line 2", "takes Callable", "what a rule may use"),
    tuple_that_acts: ("line 2", "takes Point", "what a rule may use"),
    tuple_of_swapped_names: ("line 2", "takes Swapped", "what a rule may use"),
    array_that_acts: ("line 2", "takes OWN_ARRAY", "what a rule may use"),
    constant_tuple_that_acts: ("line 2", "takes OWN_PAIR", "what a rule may use"),
    number_that_acts: ("line 2", "takes OWN_NUMBER", "what a rule may use"),
    object_with_another_kernel: ("line 2", "takes PRETENDER", "what a rule may use"),
    module_that_makes_names: ("line 2", "takes CHANGING.share", "what a rule may use"),
    table_under_another_name: ("line 2", "'rows'", "write world.oligarchs"),
    row_under_another_name: ("line 2", "'row'", "call it oligarch"),
    row_under_the_name_of_another_table: ("line 2", "means clans", "call it oligarch"),
    number_that_is_not_there: ("line 3", "unknown number 'oligarchs.no_such_number'"),
    number_by_two_names: ("line 4", "unknown number 'oligarchs.no_such_number'"),
    number_of_either_section: ("line 3", "unknown number 'memory.inertia'"),
    row_of_either_table: ("line 2", "names a row of oligarchs 'clan'", "call it oligarch"),
    helper_with_a_row: ("line 2 of impoverish", "'row'", "call it oligarch"),
    row_from_a_helper: ("line 2", "'him'", "call it oligarch"),
    helper_by_another_name: ("line 2 of impoverish", "'row'", "call it oligarch"),
    loop_over_a_table: ("line 2", "'row'", "call it oligarch"),
    loop_with_numbers: ("line 2", "'row'", "call it oligarch"),
    loop_over_two_tables: ("line 2", "'row'", "call it oligarch"),
    tuple_taken_apart: ("line 2", "'row'", "call it oligarch"),
    swap_of_two_tables: ("line 3", "names a row of oligarchs 'clan'", "call it oligarch"),
    row_taken_apart: ("line 2", "a row of world.oligarchs apart", "one assignment for each"),
    name_inside_an_expression: ("line 2", "'row'", "call it oligarch"),
    variable_of_a_comprehension: ("line 2", "'row'", "call it oligarch"),
    column_of_a_table: ("line 2", "world.oligarchs.wealth", "take the row first"),
    column_under_a_name: ("line 2", "world.oligarchs.wealth", "take the row first"),
    field_as_text: ("line 2", "a row of world.oligarchs", "take the row first"),
    table_by_its_place: ("line 2", "which is the world", "take the row first"),
    loop_over_the_world: ("line 2", "which is the world", "loop over a table"),
    bytes_of_the_world: ("line 2", "world.memory", "read or write its field"),
    attribute_by_text: ("line 2", "takes getattr", "what a rule may use"),
    attribute_set_by_text: ("line 2", "takes setattr", "what a rule may use"),
    method_of_a_row: ("line 2", "unknown field of a oligarch '__setattr__'"),
    text_as_code: ("line 2", "takes exec", "what a rule may use"),
    function_inside: ("line 2", "functiondef", "assignments, if, for"),
    function_without_a_name: ("line 2", "lambda", "calls of kernels"),
    argument_by_star: ("line 2", "with * or **", "write every argument"),
    functions_in_a_table: ("line 2", "takes HELPERS", "what a rule may use"),
    row_from_outside: ("line 2", "takes A_ROW", "what a rule may use is world"),
    world_from_outside: ("line 2", "takes A_WORLD", "what a rule may use is world"),
    numbers_from_outside: ("line 2", "takes NUMBERS", "what a rule may use is world, params"),
    array_that_remembers: ("line 2", "SHARES, which is a constant", "take the row first"),
    list_that_remembers: ("line 2", "takes CHANGEABLE", "what a rule may use"),
    name_of_the_module: ("line 2", "global", "assignments, if, for"),
    events_that_remember: ("line 2", "log of events", "in a field"),
    numpy_with_a_column: ("line 2", "np.copyto", "what a rule may use"),
    numpy_into_an_array: ("line 2", "write into an array", "assign what it returns"),
    function_of_python_in_numpy: ("line 2", "takes BY_PYTHON", "what a rule may use"),
    object_that_is_called: ("line 2", "takes SPOILER", "what a rule may use"),
    error_that_acts: ("line 2", "no error of Python", "raise ValueError"),
    cause_that_acts: ("line 2", "no error of Python", "raise ValueError"),
    class_that_acts: ("line 2", "takes Maker", "what a rule may use"),
    attempt: ("line 2", "statement (try)", "assignments, if, for"),
    kernel_that_calls_itself: ("line 4 of again_and_again", "calls itself", "write a loop"),
    comparison_of_rows: ("line 2", "as if it were a number", "name the field"),
    world_in_a_list: ("line 2", "which is the world", "name the field"),
    table_in_place_of_a_number: ("line 2", "the table world.oligarchs", "name the field"),
    write_to_a_number: ("line 2", "params.oligarchs", "only the fields of rows"),
    number_that_is_called: ("line 2", "a number and no function", "call a kernel"),
    kind_that_is_not_there: ("line 2", "unknown kind among Stance 'TRAITOR'"),
}


def own(function, id="own.rule"):
    """Return a rule of a user's own over a kernel."""
    return rule(id=id, claim="A rule.", standing="assumption", register=False)(function)


@pytest.mark.parametrize("deceiver", DECEIVERS, ids=lambda one: one.__name__)
def test_a_rule_that_would_hide_something_is_refused(deceiver):
    """Proposition 1."""
    with pytest.raises(BadInput) as refused:
        SCHEDULE.add(own(deceiver), after="biology.age")
    said = str(refused.value)
    assert said.startswith("rule own.rule: ") and said.endswith(".")
    place = "" if "of " in DECEIVERS[deceiver][0] else f" of {deceiver.__name__} "
    for word in (place, *DECEIVERS[deceiver]):
        assert word in said, said


@pytest.mark.parametrize("deceiver", DECEIVERS, ids=lambda one: one.__name__)
def test_what_a_refused_rule_reads_is_not_told(deceiver):
    """Proposition 1: half an answer would be taken for a whole one."""
    with pytest.raises(BadInput):
        _ = own(deceiver).writes


def test_the_message_of_an_assertion_is_followed(tmp_path):
    """Proposition 1: from a file of its own, as pytest writes the assertions of tests anew."""
    (tmp_path / "asserting.py").write_text(
        "def asserts(world, params, stream):\n"
        "    assert world.economy[0].gdp > 0.0, setattr(world.oligarchs[0], 'wealth', 0.0)\n"
    )
    spec = importlib.util.spec_from_file_location("asserting", tmp_path / "asserting.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "line 2 of asserts takes setattr" in find_source_errors(module.asserts)[0]


@pytest.mark.skipif(not JIT_ENABLED, reason="without the compiler every function is a kernel")
def test_a_function_that_is_no_kernel_is_refused():
    """Proposition 1: the compiler would put in its place whatever is registered for it."""

    def calls_it(world, params, stream):
        impoverish_without_compiler(world)

    assert "put @kernel over it" in find_source_errors(calls_it)[0]


def takes_the_greater(world, params, stream):
    world.economy[0].gdp = max(world.economy[0].gdp, 0.5)


@pytest.mark.parametrize("kept", [False, True], ids=["in the function", "in the module"])
def test_a_module_with_other_names_of_python_is_refused(kept):
    """Proposition 1: where ``max`` is a function of the user's, or was one when the kernel was
    made.
    """
    names = {**globals(), "__builtins__": {**vars(builtins), "max": SPOILER}}
    disguised = FunctionType(takes_the_greater.__code__, names)
    if kept:
        names["__builtins__"] = builtins
    (said,) = find_source_errors(disguised)
    assert "names of Python were replaced" in said and "a name of its own" in said
    assert find_source_errors(takes_the_greater) == []


def test_what_is_put_into_a_library_is_none_of_its_functions(monkeypatch):
    """Proposition 1."""

    def sneak(value):
        A_ROW.wealth = value

    def takes_it(world, params, stream):
        math.sneak(0.0)

    monkeypatch.setattr(math, "sneak", sneak, raising=False)
    assert find_source_errors(takes_it) != [] or not JIT_ENABLED


def test_what_is_put_among_the_names_of_python_is_none_of_them(monkeypatch):
    """Proposition 1: no digest would say what it is."""

    def takes_it(world, params, stream):
        world.economy[0].gdp = share_of_mine  # noqa: F821

    def raises_it(world, params, stream):
        raise Complaint  # noqa: F821

    def takes_the_least(world, params, stream):
        world.economy[0].gdp = max(world.economy[0].gdp, 0.5)

    monkeypatch.setattr(builtins, "share_of_mine", 0.5, raising=False)
    monkeypatch.setattr(builtins, "Complaint", type("Complaint", (ValueError,), {}), raising=False)
    assert "takes share_of_mine" in find_source_errors(takes_it)[0]
    assert "no error of Python" in find_source_errors(raises_it)[0]
    assert find_source_errors(takes_the_least) == []
    monkeypatch.setattr(builtins, "max", min)
    assert "takes max" in find_source_errors(takes_the_least)[0]


@pytest.mark.skipif(not JIT_ENABLED, reason="without the compiler nothing is compiled")
@pytest.mark.parametrize("part", ["name", "both", "compile"])
def test_a_kernel_that_compiles_another_function_than_it_names_is_refused(part):
    """Propositions 1 and 2: what ``py_func`` says is believed only where it is what is compiled."""
    deceiver = kernel(impoverish_without_compiler)
    if part == "name":
        deceiver.py_func = first_of.py_func
    elif part == "both":
        deceiver.py_func = first_of.py_func
        vars(deceiver)["_compiler"] = SimpleNamespace(py_func=first_of.py_func)
    else:
        deceiver.compile = lambda types: None
    assert compiled_function(deceiver) is None and compiled_function(first_of) is not None
    with pytest.raises(BadInput, match="is not the one whose source is read"):
        validate_rule(dataclasses.replace(own(honest), run=deceiver))
    scope = {**globals(), "first_of": deceiver}
    said, *_ = find_source_errors(FunctionType(row_from_a_helper.__code__, scope))
    assert "takes first_of" in said and "put @kernel over it" in said


@pytest.mark.skipif(not JIT_ENABLED, reason="without the compiler nothing is compiled")
def test_machine_code_of_another_function_in_a_kernel_is_refused():
    """Propositions 1 and 2: under the types for which the other function was compiled."""

    @kernel
    def keep(value):
        return value

    @kernel
    def deceive(value):
        return 2.0 * value

    def takes_it(world, params, stream):
        world.economy[0].gdp = keep(world.economy[0].gdp)

    mine = own(takes_it)
    assert keep(0.25) == 0.25 and deceive(0.5) == 1.0
    assert validate_rule(mine) is mine
    for types, compiled in deceive.overloads.items():
        keep.overloads.pop(types)
        keep.add_overload(compiled)
    assert compiled_function(keep) is keep.py_func
    said, *_ = find_source_errors(takes_it)
    assert "takes keep" in said and "put @kernel over it" in said
    for compiled in deceive.overloads.values():
        mine.run.add_overload(compiled)
    with pytest.raises(BadInput, match="is not the one whose source is read"):
        validate_rule(mine)


# --- source and code ------------------------------------------------------------------------------
def honest(world, params, stream):
    oligarch = world.oligarchs[0]
    oligarch.wealth *= 1.0 - params.oligarchs.inertia


def dishonest(world, params, stream):
    world.clans[0].posts = 0.0


def wrapped(function):
    """Return a function that says it is another."""

    @functools.wraps(function)
    def other(world, params, stream):
        world.clans[0].posts = 0.0

    return other


def test_a_kernel_is_read_as_it_runs():
    """Proposition 2: by its code, not by what it says it wraps, nor by lines changed since."""
    assert own(wrapped(honest)).writes == {"clans.posts"}
    namespace = dict(globals())
    exec("def renewed(world, params, stream):\n    pass\n", namespace)
    renewed = namespace["renewed"]
    renewed.__code__ = dishonest.__code__.replace(
        co_firstlineno=honest.__code__.co_firstlineno, co_name="honest"
    )
    with pytest.raises(BadInput, match="does not run as its source reads"):
        validate_rule(own(renewed))


class Quarter(float):
    """A number that says it is another."""

    def __repr__(self):
        return "0.25"


def takes_a_quarter(world, params, stream):
    world.economy[0].gdp = 0.25 * world.economy[0].gdp


def test_a_number_in_the_code_is_the_one_in_the_source():
    """Proposition 2: also where it says that it is that one."""
    code = takes_a_quarter.__code__
    numbers = tuple(Quarter(0.9) if one == 0.25 else one for one in code.co_consts)
    assert numbers != code.co_consts and repr(numbers) == repr(code.co_consts)
    deceiver = FunctionType(code.replace(co_consts=numbers), globals())
    assert find_source_errors(takes_a_quarter) == []
    assert "does not run as its source reads" in find_source_errors(deceiver)[0]


@pytest.mark.parametrize(
    "part",
    [
        {"co_flags": inspect.CO_GENERATOR},
        {"co_argcount": 2},
        {"co_posonlyargcount": 3},
        {"co_kwonlyargcount": 1, "co_argcount": 2},
        {"co_exceptiontable": b"\x80\x01\x02\x03"},
    ],
    ids=lambda part: next(iter(part)),
)
def test_a_code_takes_and_gives_what_its_source_says(part):
    """Proposition 2: as many arguments, in the same way, and a result, not a promise of one."""
    code = takes_a_quarter.__code__
    part = {name: value | code.co_flags if "fl" in name else value for name, value in part.items()}
    deceiver = FunctionType(code.replace(**part), globals())
    assert "does not run as its source reads" in find_source_errors(deceiver)[0]


def test_the_kernel_that_runs_is_the_one_that_is_read():
    """Proposition 2."""
    mine = own(honest)
    with pytest.raises(BadInput, match="is not the one whose source is read"):
        validate_rule(dataclasses.replace(mine, run=kernel(dishonest)))


def test_a_schedule_put_together_by_hand_is_checked():
    """Proposition 2: also without add and replace."""
    by_hand = Schedule((*SCHEDULE.rules, own(row_under_another_name)), SCHEDULE.start)
    with pytest.raises(BadInput, match="call it oligarch"):
        small().with_rules(by_hand)


def test_a_helper_that_is_changed_later_is_read_anew(monkeypatch):
    """Proposition 2."""

    def calls_it(world, params, stream):
        impoverish_oligarch(world.oligarchs[0])

    mine = own(calls_it)
    schedule = small().with_rules(SCHEDULE.add(mine, after="biology.age")).rules
    assert mine.writes == {"oligarchs.wealth"}
    monkeypatch.setitem(globals(), "impoverish_oligarch", impoverish)
    with pytest.raises(BadInput, match="call it oligarch"):
        _ = mine.writes
    with pytest.raises(BadInput, match="call it oligarch"):
        load_driver(schedule)


# --- what is seen ---------------------------------------------------------------------------------
class Colour(IntEnum):
    """An enumeration of a user's own, as it should be."""

    RED = 1
    BLUE = 2


class Shares(NamedTuple):
    """A tuple with names of a user's own, as it should be."""

    rich: float
    poor: float = 0.5


def by_constants(world, params, stream):
    shares = Shares(TABLE[0, 1], SHARES[0])
    rate = SHARES[1]
    rate += sum([share for share in SHARES]) + max(SHARES) + sum([row[0] for row in TABLE])
    for share in SHARES:
        rate += share
    if world.clock[0].month == Colour.BLUE or PAIR[1] > shares.poor:
        world.economy[0].gdp = shares.rich * rate


def by_other_names(world, params, stream):
    here, everything = world, params
    p = everything.oligarchs
    oligarch = here.oligarchs[0]
    oligarch.wealth = p.inertia


def by_tuples(world, params, stream):
    pair = (world.clans[0], world.oligarchs[0])
    pair[1].wealth = pair[0].posts


def by_a_tuple_of_a_helper(world, params, stream):
    oligarch, p = both_of(world, params)
    oligarch.wealth *= p.inertia


def by_target_of_a_loop(world, params, stream):
    for world.oligarchs[0].wealth in range(3):
        pass


def by_helpers(world, params, stream):
    for oligarch in world.oligarchs:
        impoverish_oligarch(rate=functions.clip01(params.oligarchs.inertia), oligarch=oligarch)


def by_a_swap(world, params, stream):
    oligarch, rival_oligarch = world.oligarchs[0], world.oligarchs[1]
    oligarch, rival_oligarch = rival_oligarch, oligarch
    oligarch.wealth, rival_oligarch.grievance = rival_oligarch.grievance, 0.0


def by_either_section(world, params, stream):
    p = params.conditions if world.clock[0].month > 1 else params.conditions
    oligarch = world.oligarchs[0] if p.frail > 0.5 else world.oligarchs[1]
    oligarch.wealth = SHARES[0] + 1.0 * (oligarch.stance == Stance.CLIENT)


def by_a_comprehension(world, params, stream):
    world.economy[0].gdp = sum([oligarch.wealth for oligarch in world.oligarchs])


SEEN = {
    by_other_names: ((), ("oligarchs.wealth",), ("params.oligarchs.inertia",)),
    by_tuples: (("clans.posts",), ("oligarchs.wealth",), ()),
    by_a_tuple_of_a_helper: (
        ("oligarchs.wealth",),
        ("oligarchs.wealth",),
        ("params.oligarchs.inertia",),
    ),
    by_target_of_a_loop: ((), ("oligarchs.wealth",), ()),
    by_helpers: (("oligarchs.wealth",), ("oligarchs.wealth",), ("params.oligarchs.inertia",)),
    by_a_swap: (("oligarchs.grievance",), ("oligarchs.wealth", "oligarchs.grievance"), ()),
    by_either_section: (
        ("clock.month", "oligarchs.stance"),
        ("oligarchs.wealth",),
        ("params.conditions.frail",),
    ),
    by_a_comprehension: (("oligarchs.wealth",), ("economy.gdp",), ()),
    by_constants: (("clock.month",), ("economy.gdp",), ()),
}


@pytest.mark.parametrize("function", SEEN, ids=lambda one: one.__name__)
def test_what_can_be_followed_is_seen_whole(function):
    """Proposition 3."""
    mine = validate_rule(own(function))
    found = mine.reads, mine.writes, mine.parameters
    assert found == tuple(frozenset(part) for part in SEEN[function])


def test_a_row_that_is_copied_is_read_and_written_whole():
    """Proposition 3."""

    def moves_a_row(world, params, stream):
        world.clans[0] = world.clans[1]

    everything = {key for key in fields() if key.startswith("clans.")}
    assert own(moves_a_row).reads == own(moves_a_row).writes == everything


def test_all_rules_of_the_package_are_followed():
    """Proposition 4."""
    for one in (*SCHEDULE.rules, *rules_of_rivals().values()):
        assert find_source_errors(one.function) == []
        assert one.writes, f"{one.id} writes nothing"
    assert not find_field_usage(initial_state.initialise_world).problems
