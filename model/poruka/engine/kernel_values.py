"""What a name in a kernel can stand for, as far as reading and writing a world goes.

A reader of kernels (:mod:`.kernel_reader`) does not compute; it keeps for every name which of these
things it can be. A name that can be several things has several; whatever is none of them cannot be
followed, and is refused.
"""

import builtins
import math
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from poruka.engine.jit import JIT_ENABLED, compiled_function, uint64
from poruka.engine.plain_classes import is_named_tuple, is_numpy_scalar, is_plain_enum


class Thing(NamedTuple):
    """One thing that a name can stand for.

    Attributes
    ----------
    kind : str
        ``data`` (numbers, or a local array), ``constant`` (an array of a module, with the number
        of its dimensions: parts of it are the same memory),
        ``world``, ``table``, ``row``, ``log``, ``entry``, ``memory``, ``numbers`` (all of them),
        ``section``, ``tuple``, ``named`` (a NamedTuple, its class first), ``series`` (what a loop
        goes over),
        ``function``, ``compute`` (a function from numbers to numbers), ``builtin``, ``module``,
        ``kinds`` or ``maker`` (a class of NamedTuples).
    detail
        The table, section, function, module or parts.
    """

    kind: str
    detail: Any = None

    def __str__(self) -> str:
        """Say what it is, in the words of an error."""
        name = getattr(self.detail, "__name__", self.detail)
        return {
            "data": "a number",
            "constant": "a constant of a module",
            "world": "the world",
            "table": f"the table world.{name}",
            "row": f"a row of world.{name}",
            "log": "the log of events",
            "entry": "a line of the log of events",
            "memory": "the memory of a world",
            "numbers": f"all of {name}",
            "section": ".".join(self.detail) if self.kind == "section" else "",
            "tuple": "a tuple",
            "named": "a tuple with names",
            "series": "what a loop goes over",
            "module": f"the module {name}",
            "kinds": f"the kinds {name}",
        }.get(self.kind, f"the function {name}")


Value = frozenset[Thing]
"""Everything that a name can stand for."""

DATA: Value = frozenset([Thing("data")])
WORLD: Value = frozenset([Thing("world")])
UNASSIGNED: Value = frozenset()
RULE_ARGUMENTS = {"world": WORLD, "params": frozenset([Thing("numbers", "params")]), "stream": DATA}
"""What the arguments of a rule are."""
START_ARGUMENTS = {
    "world": WORLD,
    "initial_memory": frozenset([Thing("memory")]),
    "params": frozenset([Thing("numbers", "params")]),
    "start": frozenset([Thing("numbers", "start")]),
    "seed": DATA,
    "world_number": DATA,
}
"""What the arguments of the initialisation of a world are."""

_HOLDERS = ("tuple", "named", "series")
_NUMBERS = (bool, int, float, str)
_COMPUTING = (abs, bool, float, int, max, min, pow, print, range, round, sum)
_FOLLOWED = (enumerate, len, reversed, zip)
# As they were when the package was imported: what is put into these modules later is not theirs.
_OF_MATH = tuple(one for one in vars(math).values() if isinstance(one, BuiltinFunctionType))
_OF_NUMPY = tuple(one for one in vars(np).values() if isinstance(one, np.ufunc))
_OF_PYTHON = dict(vars(builtins))


def one(kind: str, detail: Any = None) -> Value:
    """Return the value of a name that stands for one thing."""
    return frozenset([Thing(kind, detail)])


def union(values: Iterable[Value]) -> Value:
    """Return the value of a name that can stand for what any of some values is."""
    return frozenset(thing for value in values for thing in value)


def is_data(value: Value) -> bool:
    """Return whether a value holds only numbers.

    Examples
    --------
    >>> is_data(DATA), is_data(WORLD), is_data(one("tuple", (DATA, WORLD)))
    (True, False, False)
    """
    return all(
        thing.kind in ("data", "constant")
        or (thing.kind in _HOLDERS and all(is_data(part) for part in parts_of(thing)))
        for thing in value
    )


def holds_parts(thing: Thing) -> bool:
    """Return whether a thing is made of parts, each with a value of its own."""
    return thing.kind in _HOLDERS


def parts_of(thing: Thing) -> tuple[Value, ...]:
    """Return the parts of a tuple."""
    return thing.detail[1] if thing.kind == "named" else thing.detail  # type: ignore[no-any-return]


def depth(value: Value) -> int:
    """Return how deep tuples stand in one another."""
    parts = [part for thing in value if thing.kind in _HOLDERS for part in parts_of(thing)]
    return 1 + max((depth(part) for part in parts), default=0)


def constants_in(value: Value) -> Value:
    """Return the arrays of a module among what a name can stand for, those in tuples included."""
    found: set[Thing] = set()
    for thing in value:
        if thing.kind == "constant":
            found.add(thing)
        elif thing.kind in _HOLDERS:
            found |= union(constants_in(part) for part in parts_of(thing))
    return frozenset(found)


def part_of_constant(constant: Thing, count: int = 1) -> Value:
    """Return what is left of an array of a module when some of its dimensions are taken.

    Examples
    --------
    >>> part_of_constant(Thing("constant", 1)) == DATA
    True
    >>> [str(thing) for thing in part_of_constant(Thing("constant", 2))]
    ['a constant of a module']
    """
    left = constant.detail - count
    return one("constant", left) if left > 0 or not count else DATA


def value_of_object(found: Any) -> Value | None:
    """Return what an object of a module or an enclosing function is; None if it is not allowed.

    A list or a dict can change between two months, and a table or a record of numbers that does not
    come from the rule's own arguments belongs to no world in particular. A class of the user's own
    can do anything under the name of what it is derived from.
    """
    kind = type(found)
    if kind is ModuleType:
        return one("module", found)
    if kind in _NUMBERS or is_numpy_scalar(kind) or is_plain_enum(kind):
        return DATA
    if kind is tuple:
        parts = tuple(value_of_object(part) for part in found)
        is_whole = all(part is not None and is_data(part) for part in parts)
        return one("tuple", parts) if is_whole else None
    if kind is np.ndarray:
        return one("constant", found.ndim) if _has_numbers_of_its_own(found) else None
    if isinstance(found, type):
        if is_plain_enum(found):
            return one("kinds", found)
        if is_numpy_scalar(found):
            return one("compute", found)
        if is_named_tuple(found):
            return one("maker", found)
    return _value_of_callable(found)


def _has_numbers_of_its_own(array: np.ndarray) -> bool:
    """Return whether an array holds numbers, and no part of the memory of a world or of its log."""
    base: Any = array
    while type(base) is np.ndarray and base.dtype.kind in "biuf" and base.dtype != np.uint8:
        base = base.base
    return base is None or type(base) in (bytes, bytearray)  # what came from another process


def kernel_function(found: Any) -> FunctionType | None:
    """Return the function behind a kernel if all that was compiled under its name is of it.

    Into a kernel that the compiler has made, machine code of another function can be put.
    """
    plain = compiled_function(found)
    for compiled in found.overloads.values() if plain else ():
        made_of = getattr(compiled.type_annotation, "func_id", None)
        if getattr(made_of, "func", None) is not plain:
            return None
    return plain


def _value_of_callable(found: Any) -> Value | None:
    """Return what a function is; None for one that cannot be followed."""
    if any(found is allowed for allowed in _FOLLOWED):
        return one("builtin", found)
    if any(found is allowed for allowed in (uint64, *_OF_MATH, *_OF_NUMPY, *_COMPUTING)):
        return one("compute", found)
    # Compiled, a plain function would be replaced by whatever is registered in its place.
    plain = kernel_function(found) or (None if JIT_ENABLED else found)
    return one("function", plain) if type(plain) is FunctionType else None


def object_of_python(name: str) -> Any:
    """Return what Python has under a name; None where somebody put it there since.

    Examples
    --------
    >>> object_of_python("max") is max, object_of_python("rate_of_mine") is None
    (True, True)
    """
    found = _OF_PYTHON.get(name)
    return found if vars(builtins).get(name) is found else None


def value_of_builtin(name: str) -> Value | None:
    """Return what a name of Python itself is; None if a kernel cannot use it.

    Of these only functions can be used, each by its own name, as no digest says what they stand
    for.

    Examples
    --------
    >>> value_of_builtin("setattr") is None
    True
    """
    found = object_of_python(name)
    is_own_name = getattr(found, "__name__", None) == name
    return _value_of_callable(found) if is_own_name else None
