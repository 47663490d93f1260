"""What a name of a kernel stands for, as a text that differs wherever the value does.

The digest of a user's own rule is made of such texts. They are the same in every process and under
every version of Python, so that a run can be opened again elsewhere.
"""

import hashlib
from enum import Enum
from types import ModuleType
from typing import Any

import numpy as np

from poruka.engine.code_keys import plain_function

_NUMBERS = (bool, int, float, complex, str, bytes, type(None))


def describe_value(value: Any) -> str:
    """Return a value as a text: its type, and all it holds.

    Examples
    --------
    >>> describe_value(1), describe_value((True, 1.0))
    ('int 1', 'tuple (bool True, float 1.0)')
    """
    kind = type(value)
    name = kind.__qualname__
    if isinstance(value, Enum):
        return f"{describe_value(kind)}.{value.name} = {_describe_member(value)}"
    if kind in _NUMBERS:
        return f"{name} {value!r}"
    if isinstance(value, tuple | list):
        return f"{name} ({', '.join(map(describe_value, value))})"
    if isinstance(value, dict):
        items = (f"{describe_value(key)}: {describe_value(held)}" for key, held in value.items())
        return f"{name} {{{', '.join(items)}}}"
    if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
        held = hashlib.sha256(np.asarray(value).tobytes()).hexdigest()[:32]
        return f"{name} {value.dtype.descr} {value.shape} {held}"
    if isinstance(value, ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, type):
        return f"class {value.__qualname__}{_contents(value)}"
    return f"{name} {_place(plain_function(getattr(value, 'function', value)))}"


def _describe_member(member: Enum) -> str:
    """Return what a member says that it is and, of a number, what it counts as."""
    said = describe_value(member.value)
    return f"{said}, {int.__index__(member)}" if isinstance(member, int) else said


def _contents(kind: type) -> str:
    """Return what a class of numbers holds: the members of an enumeration, the parts of a tuple."""
    if issubclass(kind, Enum):
        members = (f"{name}={_describe_member(one)}" for name, one in kind.__members__.items())
        return f"({', '.join(members)})"
    names = getattr(kind, "_fields", None)
    if names is None:
        return f" of {kind.__module__}"
    return f"({', '.join(names)}; {describe_value(getattr(kind, '_field_defaults', {}))})"


def _place(function: Any) -> str:
    """Return where a function is found; its own source stands elsewhere in the text of a rule."""
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", getattr(function, "__name__", ""))
    return f"{module} {name}"
