"""Which classes do no more than their base says: enumerations, tuples with names, numpy's numbers.

A reader of kernels takes a member of an enumeration for a number and a NamedTuple for its parts. A
class with methods of its own can do anything besides when it is compared, indexed or made; such a
class is compared with one that the standard library makes of the same names.
"""

from collections import namedtuple
from enum import Enum, EnumType, IntEnum, IntFlag, StrEnum
from functools import cache
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

_ENUM_BASES = (Enum, IntEnum, IntFlag, StrEnum)
_VALUES_OF_MEMBERS = (bool, int, float, str)
# What a definition leaves in a class that does nothing when the class is used.
_TEXTS = {
    "__annotations__",
    "__annotate__",
    "__annotate_func__",
    "__annotations_cache__",
    "__doc__",
    "__firstlineno__",
    "__module__",
    "__orig_bases__",
    "__qualname__",
    "__static_attributes__",
    "_generate_next_value_",  # numbers members while the class is being made
}
_NUMPY_SCALARS = {
    one
    for one in vars(np).values()
    if isinstance(one, type) and issubclass(one, np.number | np.bool_)
}


def is_numpy_scalar(found: Any) -> bool:
    """Return whether a class is one of numpy's classes of numbers, and none derived from it.

    Examples
    --------
    >>> is_numpy_scalar(np.float64), is_numpy_scalar(type("Mine", (np.float64,), {}))
    (True, False)
    """
    return isinstance(found, type) and found in _NUMPY_SCALARS


def is_plain_enum(found: Any) -> bool:
    """Return whether a class is an enumeration of numbers or texts without methods of its own.

    Examples
    --------
    >>> is_plain_enum(IntEnum("Colour", {"RED": 1}))
    True
    >>> is_plain_enum(IntEnum), is_plain_enum(int)
    (False, False)
    """
    if type(found) is not EnumType or found.__bases__ not in [(base,) for base in _ENUM_BASES]:
        return False
    model = _model_of_enum(found.__bases__[0])
    members: dict[str, Any] = dict(found.__members__)
    if any(type(member) is not found for member in members.values()):
        return False
    if any(type(member.value) not in _VALUES_OF_MEMBERS for member in members.values()):
        return False
    if any(not _is_what_it_says(member, members) for member in members.values()):
        return False
    return _does_no_more(found, model, {*members, *model.__members__})


def _is_what_it_says(member: Any, members: dict[str, Any]) -> bool:
    """Return whether name and value of a member are those with which it was made."""
    value, has_its_name = member.value, members.get(member.name) is member
    if isinstance(member, int):
        return has_its_name and int.__index__(member) == value
    if isinstance(member, str):
        return has_its_name and str.__str__(member) == value
    return has_its_name and type(member)._value2member_map_.get(value) is member


@cache
def _model_of_enum(base: Any) -> Any:
    return base("Model", {"ONE": "one" if base is StrEnum else 1})


def is_named_tuple(found: Any) -> bool:
    """Return whether a class makes tuples with names and does nothing besides.

    Examples
    --------
    >>> is_named_tuple(namedtuple("Point", "x y")), is_named_tuple(tuple)
    (True, False)
    """
    names = getattr(found, "_fields", None)
    if type(found) is not type or found.__bases__ != (tuple,) or type(names) is not tuple:
        return False
    make: Any = namedtuple
    model = make("Model", names)
    mine, plain = vars(found), vars(model)
    making, model_making = getattr(mine.get("__new__"), "__func__", None), model.__new__
    if type(making) is not FunctionType or not _is_same_function(making, model_making):
        return False
    if making.__globals__.get("_tuple_new") is not model_making.__globals__["_tuple_new"]:
        return False
    return _does_no_more(found, model, set(names)) and all(
        type(mine.get(name)) is type(plain[name])
        and mine[name].__reduce__()[1][0] == plain[name].__reduce__()[1][0]
        for name in names
    )


def _is_same_function(one: Any, other: Any) -> bool:
    """Return whether two functions have the same instructions, names and constants."""
    parts = ("co_code", "co_names", "co_consts", "co_varnames")
    if [*map(type, one.__code__.co_consts)] != [*map(type, other.__code__.co_consts)]:
        return False
    return all(getattr(one.__code__, part) == getattr(other.__code__, part) for part in parts)


def _does_no_more(found: type, model: type, names: set[str]) -> bool:
    """Return whether a class has, besides some names, only what its model has."""
    mine, plain = vars(found), vars(model)
    if set(mine) - set(plain) - names - _TEXTS or set(plain) - set(mine) - names - _TEXTS:
        return False
    for name in set(mine) & set(plain) - names - _TEXTS:
        one, other = (getattr(part[name], "__func__", part[name]) for part in (mine, plain))
        if type(one) is not type(other):
            return False
        if isinstance(one, FunctionType) and not _is_same_function(one, other):
            return False
        if isinstance(one, BuiltinFunctionType) and one is not other:
            return False
    return True
