"""What a name in a kernel can stand for, as far as reading and writing a world goes.

A reader of kernels (:mod:`.kernel_reader`) does not compute; it keeps for every name which of these
things it can be. A name that can be several things has several; whatever is none of them cannot be
followed, and is refused.
"""

import builtins
import math
import sys
from collections import namedtuple
from collections.abc import Iterable
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from poruka.engine.code_keys import plain_function
from poruka.engine.jit import JIT_ENABLED, uint64


class Thing(NamedTuple):
    """One thing that a name can stand for.

    Attributes
    ----------
    kind : str
        ``data`` (numbers, or a local array), ``constant`` (an array or tuple of a module),
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
_NUMBERS = (bool, int, float, str, type(None))
_COMPUTING = (abs, bool, float, int, max, min, pow, print, range, round, sum)
_FOLLOWED = (enumerate, len, reversed, zip)


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


def parts_of(thing: Thing) -> tuple[Value, ...]:
    """Return the parts of a tuple."""
    return thing.detail[1] if thing.kind == "named" else thing.detail  # type: ignore[no-any-return]


def depth(value: Value) -> int:
    """Return how deep tuples stand in one another."""
    parts = [part for thing in value if thing.kind in _HOLDERS for part in parts_of(thing)]
    return 1 + max((depth(part) for part in parts), default=0)


def value_of_object(found: Any) -> Value | None:
    """Return what an object of a module or an enclosing function is; None if it is not allowed.

    A list or a dict can change between two months, and a table or a record of numbers that does not
    come from the rule's own arguments belongs to no world in particular.
    """
    if isinstance(found, ModuleType):
        return one("module", found)
    if isinstance(found, np.number | np.bool_ | Enum) or type(found) in _NUMBERS:
        return DATA
    if isinstance(found, tuple) and not hasattr(found, "_fields"):
        parts = [value_of_object(part) for part in found]
        return one("constant") if all(part and is_data(part) for part in parts) else None
    if isinstance(found, np.ndarray):
        return one("constant") if found.dtype.names is None and found.dtype.kind in "biuf" else None
    if isinstance(found, type):
        if issubclass(found, Enum):
            return one("kinds", found)
        if issubclass(found, np.number | np.bool_):
            return one("compute", found)
        if _is_named_tuple(found):
            return one("maker", found)
    return _value_of_callable(found)


def _is_named_tuple(found: type) -> bool:
    """Return whether a class makes tuples with names and does nothing besides."""
    names = getattr(found, "_fields", None)
    if found.__bases__ != (tuple,) or not isinstance(names, tuple):
        return False
    make: Any = namedtuple
    model = make("model", names)  # to compare with
    made, plain = getattr(found.__new__, "__code__", None), model.__new__.__code__
    return (
        type(found) is type
        and made is not None
        and (made.co_code, made.co_names) == (plain.co_code, plain.co_names)
        and all(type(vars(found).get(name)) is type(vars(model)[name]) for name in names)
        and not {"__init__", "__getattribute__", "__getattr__", "__iter__"} & set(vars(found))
    )


def _is_compiled(found: Any) -> bool:
    """Return whether a function is one of the compiler's."""
    kind = type(found)
    home = sys.modules.get(kind.__module__)
    is_of_compiler = kind.__module__.split(".")[0] == "numba"
    return is_of_compiler and getattr(home, kind.__name__, None) is kind


def _value_of_callable(found: Any) -> Value | None:
    """Return what a function is; None for one that cannot be followed."""
    if any(found is allowed for allowed in _FOLLOWED):
        return one("builtin", found)
    name = getattr(found, "__name__", "")
    is_of_math = isinstance(name, str) and getattr(math, name, None) is found
    is_of_numpy = isinstance(found, np.ufunc) and getattr(np, name, None) is found
    if is_of_math or is_of_numpy or found is uint64:
        return one("compute", found)
    if any(found is allowed for allowed in _COMPUTING):
        return one("compute", found)
    is_compiled = _is_compiled(found)
    plain = plain_function(found) if is_compiled else found
    # Compiled, a plain function would be replaced by whatever is registered in its place.
    is_kernel = is_compiled or not JIT_ENABLED
    return one("function", plain) if is_kernel and isinstance(plain, FunctionType) else None


def value_of_builtin(name: str) -> Value | None:
    """Return what a name of Python itself is; None if a kernel cannot use it.

    Examples
    --------
    >>> value_of_builtin("setattr") is None
    True
    """
    return value_of_object(getattr(builtins, name, object()))
