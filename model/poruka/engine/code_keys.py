"""A key for what a function does: a hash of its own code and of all that this code calls or reads.

Compiled code may be kept only as long as nothing it was made from has changed. The key is computed
from the loaded code itself (bytecode, constants, captured values), not from files, because the
loaded code is what the compiler sees: a file edited under a running process cannot give its key to
older code, and a changed comment compiles nothing again.
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

from poruka.engine.jit import compiled_function

_PROCESS_ID = os.urandom(8).hex()
_LIBRARIES = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}
_PLAIN_TYPES = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
# Instructions by which a name is looked up in the globals, a captured variable, or a module.
_GLOBAL_LOOKUPS = ("LOAD_GLOBAL", "LOAD_NAME")
_CAPTURED_LOOKUPS = ("LOAD_DEREF", "LOAD_CLASSDEREF")
_ATTRIBUTE_LOOKUPS = ("LOAD_ATTR", "LOAD_METHOD")


class CodeKey(NamedTuple):
    """What a function depends on.

    Attributes
    ----------
    key : str
        A hash that changes with anything the compiled code depends on, except memory layouts.
    names : frozenset of str
        Every attribute and string literal in it and in what it calls; it reaches a field only by
        one of these names.
    portable : bool
        Whether another process would compute the same key; false where a captured value has no
        name outside this process.
    compiled_functions : tuple
        The compiled functions among those it depends on, itself included.
    unused_arguments : frozenset of str
        Its own arguments that it never reads.
    """

    key: str
    names: frozenset[str]
    portable: bool
    compiled_functions: tuple[Any, ...] = ()
    unused_arguments: frozenset[str] = frozenset()


def plain_function(value: Any) -> Any:
    """Return the Python function behind a compiled one, or the value itself."""
    return compiled_function(value) or value


def is_library_function(value: Any) -> bool:
    """Return whether a function belongs to a library, whose version is part of the cache folder.

    A function of Python says so by the names it can use: its ``__module__`` is a text that anybody
    can write.

    Examples
    --------
    >>> import os
    >>> is_library_function(os.path.join), is_library_function(is_library_function)
    (True, False)
    """
    if isinstance(value, FunctionType):
        name = str(value.__globals__.get("__name__"))
        home = sys.modules.get(name)
        if home is None or home.__dict__ is not value.__globals__:
            return False
    else:
        name = str(getattr(value, "__module__", None) or "")
    return callable(value) and hasattr(value, "__name__") and name.split(".")[0] in _LIBRARIES


def _nested_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested_codes(constant)


def _string_literals(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | frozenset):
            yield from _string_literals(value)


def _referenced_values(
    code: CodeType, captured: dict[str, Any], module_globals: dict[str, Any]
) -> dict[str, Any]:
    """Return the values of the outer names in a code; of a module only what is taken from it."""
    values: dict[str, Any] = {}
    module: tuple[str, Any] | None = None
    for instruction in dis.get_instructions(code):
        name = instruction.argval
        if module is not None and instruction.opname in _ATTRIBUTE_LOOKUPS:
            name = f"{module[0]}.{name}"
            value = getattr(module[1], instruction.argval, None)
        elif instruction.opname in _GLOBAL_LOOKUPS:
            value = (
                module_globals[name] if name in module_globals else getattr(builtins, name, None)
            )
        elif instruction.opname in _CAPTURED_LOOKUPS and name in captured:
            value = captured[name]
        else:
            if module is not None and instruction.opname not in (
                "PUSH_NULL",
                "NOP",
                "EXTENDED_ARG",
            ):
                values[module[0]] = module[1]  # the module itself is passed on
                module = None
            continue
        module = (name, value) if isinstance(value, ModuleType) else None
        if module is None:
            values[name] = value
    return values


def _unused_arguments(code: CodeType) -> frozenset[str]:
    """Return the arguments of a function that no instruction names; in doubt it counts as used."""
    used: set[str] = set(code.co_cellvars)
    for instruction in dis.get_instructions(code):
        argument = instruction.argval
        names = argument if isinstance(argument, tuple) else (argument,)
        used.update(name for name in names if isinstance(name, str))
    return frozenset(code.co_varnames[: code.co_argcount]) - used


class _CodeHasher:
    """Hashes a function and all it depends on, in a fixed order."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.names: set[str] = set()
        self.portable = True
        self.compiled_functions: list[Any] = []
        self._visited: dict[int, int] = {}
        self._references: list[Any] = []  # keeps objects alive, so that no id is used twice

    def _update(self, *parts: Any) -> None:
        for part in parts:
            text = part if isinstance(part, bytes) else str(part).encode()
            self.digest.update(len(text).to_bytes(8, "big") + text)

    def add_function(self, function: FunctionType) -> None:
        """Hash a function: its code, defaults, captured variables and the globals it names."""
        if id(function) in self._visited:
            self._update("visited", self._visited[id(function)])
            return
        self._visited[id(function)] = len(self._visited)
        self._references.append(function)
        # The function's own name is left out: a rule under another name is the same rule.
        captured = {}
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        for name, cell in cells:
            try:
                captured[name] = cell.cell_contents
            except ValueError:  # not bound yet
                continue
        self.add_value(function.__defaults__)
        self.add_value(function.__kwdefaults__)
        for code in _nested_codes(function.__code__):
            self._add_code(code)
            values = _referenced_values(code, captured, function.__globals__)
            for name in sorted(values):
                self._update("name", name)
                self.add_value(values[name])

    def _add_code(self, code: CodeType) -> None:
        exception_table = getattr(code, "co_exceptiontable", b"")
        self._update("code", code.co_code, exception_table, code.co_flags)
        self._update(code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount)
        for names in (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars):
            self._update("names", *names)
        self.names.update(code.co_names)
        self.names.update(_string_literals(code.co_consts))
        for value in code.co_consts:
            if not isinstance(value, CodeType):
                self.add_value(value)

    def add_value(self, value: Any) -> None:
        """Hash a value that a function holds or names."""
        plain = plain_function(value)
        if is_library_function(plain):
            self._add_by_name(plain)
        elif isinstance(plain, FunctionType):
            options = getattr(value, "targetoptions", None)
            if plain is not value and all(value is not seen for seen in self.compiled_functions):
                self.compiled_functions.append(value)
            self._update("function", sorted(options.items()) if options else "")
            self.add_function(plain)
        elif isinstance(value, enum.Enum):
            self._update("member", type(value).__qualname__, value.name)
            self.add_value(value.value)
        elif isinstance(value, _PLAIN_TYPES):
            self._update(type(value).__name__, repr(value))
        elif isinstance(value, tuple | list):
            self._update(type(value).__qualname__, len(value), *getattr(value, "_fields", ()))
            for item in value:
                self.add_value(item)
        elif isinstance(value, frozenset | set):
            self._update(type(value).__name__, *sorted(map(repr, value)))
        elif isinstance(value, dict):
            self._update("dict", len(value))
            for key, item in value.items():
                self.add_value(key)
                self.add_value(item)
        elif isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
            self._update("array", value.dtype.descr, value.shape, np.asarray(value).tobytes())
        else:
            self._add_by_name(value)

    def _add_by_name(self, value: Any) -> None:
        """Hash what is known by its name only: builtins, functions of libraries, classes."""
        if isinstance(value, type) and issubclass(value, enum.Enum):
            self._update("enum", value.__qualname__)
            for member in value:
                self._update(member.name)
                self.add_value(member.value)
        elif isinstance(value, type | BuiltinFunctionType | np.ufunc) or is_library_function(value):
            module = getattr(value, "__module__", None)
            self._update("named", module, getattr(value, "__qualname__", value.__name__))
            self._update(*getattr(value, "_fields", ()))
            if defaults := getattr(value, "_field_defaults", None):  # of a NamedTuple
                self.add_value(defaults)
        elif isinstance(getattr(value, "_defn", None), FunctionType):  # a compiler intrinsic
            self._update("intrinsic")
            self.add_function(value._defn)
        else:  # also a module that is passed on: what is taken from it cannot be seen
            self._update("unnamed", _PROCESS_ID, id(value))
            self._references.append(value)
            _RETAINED.append(value)  # for the life of the process, as its id is part of a key
            self.portable = False


_RETAINED: list[Any] = []
_KEYS_BY_FUNCTION: dict[Any, CodeKey] = {}


def code_key(function: Callable) -> CodeKey:
    """Return the key of a function and of all it depends on.

    Functions of the package are hashed once; those of a notebook every time, as the constants they
    use may have changed.

    Examples
    --------
    >>> from poruka.engine.functions import clip, clip01
    >>> code_key(clip01) == code_key(clip01), code_key(clip01) == code_key(clip)
    (True, False)
    """
    if function in _KEYS_BY_FUNCTION:
        return _KEYS_BY_FUNCTION[function]
    hasher = _CodeHasher()
    hasher.add_value(function)
    key = CodeKey(
        hasher.digest.hexdigest(),
        frozenset(hasher.names),
        hasher.portable,
        tuple(hasher.compiled_functions),
        _unused_arguments(plain_function(function).__code__),
    )
    if plain_function(function).__module__.split(".")[0] == __name__.split(".")[0]:
        _KEYS_BY_FUNCTION[function] = key
    return key
