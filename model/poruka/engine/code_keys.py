"""A key for what a function does: its own code, and all that this code calls or reads anywhere.

Compiled code may be kept only as long as nothing it was made from has changed. The key is read off
the loaded code itself (bytecode, constants, captured values), not off files: that is what the
compiler sees, so a file edited under a running process cannot lend its key to older code, and a
changed comment compiles nothing again.
"""

import builtins
import dis
import enum
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

_PROCESS = os.urandom(8).hex()
_LIBRARIES = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}
_PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
# Instructions by which a name is looked up in the globals, a captured variable, or a module.
_GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME")
_CAPTURED = ("LOAD_DEREF", "LOAD_CLASSDEREF")
_ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD")


class CodeKey(NamedTuple):
    """What a function rests on.

    Attributes
    ----------
    key : str
        A hash that changes with anything the compiled code depends on, layouts of memory excepted.
    words : frozenset of str
        Every attribute and literal word in it and in what it calls: no field is reached without.
    lasting : bool
        Whether another process would find the same key; false where a captured value has no name
        that lasts.
    compiled : tuple
        The compiled functions among those it rests on, itself included.
    unused : frozenset of str
        Its own arguments that it never looks at.
    """

    key: str
    words: frozenset[str]
    lasting: bool
    compiled: tuple[Any, ...] = ()
    unused: frozenset[str] = frozenset()


def plain_function(value: Any) -> Any:
    """Return the Python function behind a compiled one, or the value itself."""
    return getattr(value, "py_func", value)


def _is_of_a_library(value: Any) -> bool:
    """Return whether a function is known by its name, as its library's version stands elsewhere."""
    module = getattr(value, "__module__", None) or ""
    return callable(value) and hasattr(value, "__name__") and module.split(".")[0] in _LIBRARIES


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _literals(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | frozenset):
            yield from _literals(value)


def _mentioned(code: CodeType, captured: dict[str, Any], space: dict[str, Any]) -> dict[str, Any]:
    """Return what the names outside a code stand for; of a module only what is taken from it."""
    found: dict[str, Any] = {}
    module: tuple[str, Any] | None = None
    for step in dis.get_instructions(code):
        name = step.argval
        if module is not None and step.opname in _ATTRIBUTE:
            name = f"{module[0]}.{name}"
            value = getattr(module[1], step.argval, None)
        elif step.opname in _GLOBAL:
            value = space[name] if name in space else getattr(builtins, name, None)
        elif step.opname in _CAPTURED and name in captured:
            value = captured[name]
        else:
            if module is not None and step.opname not in ("PUSH_NULL", "NOP", "EXTENDED_ARG"):
                found[module[0]] = module[1]  # a module handed on whole
                module = None
            continue
        module = (name, value) if isinstance(value, ModuleType) else None
        if module is None:
            found[name] = value
    return found


def _unused(code: CodeType) -> frozenset[str]:
    """Return the arguments of a function that no instruction names; in doubt one is used."""
    used: set[str] = set(code.co_cellvars)
    for step in dis.get_instructions(code):
        used.update(
            one
            for one in (step.argval if isinstance(step.argval, tuple) else (step.argval,))
            if isinstance(one, str)
        )
    return frozenset(code.co_varnames[: code.co_argcount]) - used


class _Reader:
    """Goes through a function and all it rests on, and digests what it meets in a fixed order."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.words: set[str] = set()
        self.lasting = True
        self.compiled: list[Any] = []
        self._met: dict[int, int] = {}
        self._held: list[Any] = []  # so that no id is given twice while it is being read

    def _put(self, *parts: Any) -> None:
        for part in parts:
            text = part if isinstance(part, bytes) else str(part).encode()
            self.digest.update(len(text).to_bytes(8, "big") + text)

    def function(self, function: FunctionType) -> None:
        """Read a function: its code, defaults, captured variables and the globals it names."""
        if id(function) in self._met:
            self._put("met", self._met[id(function)])
            return
        self._met[id(function)] = len(self._met)
        self._held.append(function)
        # Not the name: a rule under another name is the same rule.
        captured = {}
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        for name, cell in cells:
            try:
                captured[name] = cell.cell_contents
            except ValueError:  # not bound yet
                continue
        self.value(function.__defaults__)
        self.value(function.__kwdefaults__)
        for code in _codes(function.__code__):
            self._code(code)
            mentioned = _mentioned(code, captured, function.__globals__)
            for name in sorted(mentioned):
                self._put("name", name)
                self.value(mentioned[name])

    def _code(self, code: CodeType) -> None:
        self._put(
            "code",
            code.co_code,
            getattr(code, "co_exceptiontable", b""),
            code.co_flags,
            code.co_argcount,
            code.co_kwonlyargcount,
            code.co_posonlyargcount,
        )
        for names in (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars):
            self._put("names", *names)
        self.words.update(code.co_names)
        self.words.update(_literals(code.co_consts))
        for value in code.co_consts:
            if not isinstance(value, CodeType):
                self.value(value)

    def value(self, value: Any) -> None:
        """Read a value that a function holds or names."""
        plain = plain_function(value)
        if _is_of_a_library(plain):
            self._named(plain)
        elif isinstance(plain, FunctionType):
            options = getattr(value, "targetoptions", None)
            if plain is not value and all(value is not one for one in self.compiled):
                self.compiled.append(value)
            self._put("function", sorted(options.items()) if options else "")
            self.function(plain)
        elif isinstance(value, enum.Enum):
            self._put("member", type(value).__qualname__, value.name)
            self.value(value.value)
        elif isinstance(value, _PLAIN):
            self._put(type(value).__name__, repr(value))
        elif isinstance(value, tuple | list):
            self._put(type(value).__qualname__, len(value), *getattr(value, "_fields", ()))
            for one in value:
                self.value(one)
        elif isinstance(value, frozenset | set):
            self._put(type(value).__name__, *sorted(map(repr, value)))
        elif isinstance(value, dict):
            self._put("dict", len(value))
            for key, one in value.items():
                self.value(key)
                self.value(one)
        elif isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
            self._put("array", value.dtype.descr, value.shape, np.asarray(value).tobytes())
        else:
            self._named(value)

    def _named(self, value: Any) -> None:
        """Read what is known by its name only: builtins, functions of libraries, classes."""
        if isinstance(value, type) and issubclass(value, enum.Enum):
            self._put("enum", value.__qualname__)
            for member in value:
                self._put(member.name)
                self.value(member.value)
        elif isinstance(value, type | BuiltinFunctionType | np.ufunc) or _is_of_a_library(value):
            module = getattr(value, "__module__", None)
            self._put("named", module, getattr(value, "__qualname__", value.__name__))
            self._put(*getattr(value, "_fields", ()))
        elif isinstance(
            getattr(value, "_defn", None), FunctionType
        ):  # an intrinsic of the compiler
            self._put("intrinsic")
            self.function(value._defn)
        else:  # also a module handed on whole: what is taken from it cannot be seen
            self._put("unnamed", _PROCESS, id(value))
            self._held.append(value)
            _HELD.append(value)  # for the life of the process: its id stands in a key
            self.lasting = False


_HELD: list[Any] = []
_KNOWN: dict[Any, CodeKey] = {}


def code_key(function: Callable) -> CodeKey:
    """Return the key of a function and of all it rests on.

    Functions of the package are read once; those of a notebook every time, as its constants may
    have been set anew.

    Examples
    --------
    >>> from poruka.engine.functions import clip, clip01
    >>> code_key(clip01) == code_key(clip01), code_key(clip01) == code_key(clip)
    (True, False)
    """
    if function in _KNOWN:
        return _KNOWN[function]
    reader = _Reader()
    reader.value(function)
    found = CodeKey(
        reader.digest.hexdigest(),
        frozenset(reader.words),
        reader.lasting,
        tuple(reader.compiled),
        _unused(plain_function(function).__code__),
    )
    if plain_function(function).__module__.split(".")[0] == __name__.split(".")[0]:
        _KNOWN[function] = found
    return found
