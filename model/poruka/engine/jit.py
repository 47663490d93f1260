"""The decorators of kernels, the options of the compiler, and the folder of its cache.

Only this module and :mod:`.machine_code` import numba. A rule is compiled alone and called by its
address, so that nothing else is compiled again when it changes; :mod:`.kernel_cache` says how its
machine code is found again. ``NUMBA_DISABLE_JIT=1`` runs the same sources interpreted.
"""

import ast
import hashlib
import itertools
import os
import platform
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

import numba
import numpy as np
from numba.core import dispatcher
from numba.core.registry import CPUDispatcher

from poruka.utils.private_cache import private_cache_folder

_config: Any = numba.config  # its type stubs do not list the settings
JIT_ENABLED: bool = not _config.DISABLE_JIT
"""Whether kernels are compiled in this process."""

# The 64-bit type of the random streams: it wraps when compiled, and is masked when interpreted.
uint64: Any = np.uint64 if JIT_ENABLED else int
KERNEL_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_njit: Any = numba.njit  # its type stubs do not list all options

_COMPILER: Any = vars(dispatcher)["_FunctionCompiler"]
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

KERNEL_SOURCES = (
    "rules/actors/*.py",
    "rules/forces/*.py",
    "rules/history_records.py",
    "rules/indices.py",
    "rules/initial_*.py",
    "rules/schedule.py",
    "rivals/*.py",
    "engine/code_keys.py",
    "engine/codes.py",
    "engine/dispatch.py",
    "engine/driver.py",
    "engine/driver_codegen.py",
    "engine/event_log.py",
    "engine/functions.py",
    "engine/index_series.py",
    "engine/instrument_codes.py",
    "engine/instrument_kinds.py",
    "engine/jit.py",
    "engine/kernel_cache.py",
    "engine/kinds.py",
    "engine/machine_code.py",
    "engine/random_streams.py",
    "engine/record_kinds.py",
    "engine/state.py",
    "engine/step_codegen.py",
    "data/fields.toml",
    "data/instruments.toml",
)
# Of these files only the keys are compiled in; the values are arguments.
DECLARATION_FILES = (
    "data/parameters/*.toml",
    "data/parameters/rivals/*.toml",
    "data/start.toml",
    "data/mechanisms.toml",
)


def source_fingerprint() -> str:
    """Return a short hash of all that worlds depend on: kernel sources, names, versions."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in KERNEL_SOURCES:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    for pattern in DECLARATION_FILES:
        for path in sorted(root.glob(pattern)):
            digest.update(path.stem.encode())
            for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
                # An entry with a value is a number of the rules; start values stand deeper.
                is_page = isinstance(entry, dict) and "value" not in entry
                keys = ",".join(entry) if is_page else ""
                digest.update(f"{name}:{keys};".encode())
    for version in _compiler_versions():
        digest.update(version.encode())
    return digest.hexdigest()[:16]


def _compiler_versions() -> tuple[str, ...]:
    """Return the versions of Python, numba and numpy, the machine, the setting of bounds checks."""
    bounds_check = os.environ.get("NUMBA_BOUNDSCHECK", "0")
    return sys.version, numba.__version__, np.__version__, platform.machine(), bounds_check


def _read_statements(name: str) -> str:
    """Return what a module of this folder does: its text without comments and annotations."""
    tree = ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(
            node
        ):
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


def toolchain() -> str:
    """Return a short hash of the compiler: versions, machine, options, what this module does."""
    parts = (
        *(_read_statements(name) for name in ("jit.py", "machine_code.py")),
        *_compiler_versions(),
        os.environ.get("NUMBA_OPT", ""),
        os.environ.get("NUMBA_CPU_NAME", ""),
        os.environ.get("NUMBA_CPU_FEATURES", ""),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of generated sources and machine code, one per version of the compiler.

    It lies in ``PORUKA_CACHE`` or the user's cache folder, belongs to this user and is closed to
    others; :mod:`poruka.utils.private_cache` says what is done where there is none like that.
    """
    return private_cache_folder(toolchain())


CACHE_FOLDER = cache_folder()
if JIT_ENABLED:
    # The compiler numbers functions from 1 in every process and puts the number into their symbols.
    # Code cached by two processes could then hold two helpers with the same symbol, and both would
    # call the one loaded first.
    from numba.core.bytecode import FunctionIdentity

    FunctionIdentity._unique_ids = itertools.count(int.from_bytes(os.urandom(6), "big") << 12)


def compiled_function(value: Any) -> FunctionType | None:
    """Return the Python function that a kernel compiles; None for what is no compiled kernel.

    An object can say of any function that it is the one behind it. Only what the compiler itself
    has made is believed, and only where it compiles the very function that it names.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> compiled_function(SimpleNamespace(py_func=print)) is None
    True
    """
    if type(value) is not CPUDispatcher:
        return None
    parts: dict[str, Any] = vars(value)
    compiler, function = parts["_compiler"], parts["py_func"]
    is_whole = type(compiler) is _COMPILER and compiler.py_func is function
    hides_its_class = any(callable(getattr(CPUDispatcher, name, None)) for name in parts)
    is_believed = is_whole and not hides_its_class and type(function) is FunctionType
    return function if is_believed else None


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Mark a function to be compiled; without the compiler it stays plain Python."""
    compiled: Callable[_Arguments, _Result] = _njit(**KERNEL_OPTIONS)(function)
    return compiled


def inner_kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Mark a kernel that only kernels call: without an interface to Python it compiles faster."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **KERNEL_OPTIONS}
    compiled: Callable[_Arguments, _Result] = _njit(**options)(function)
    return compiled


def inlined_kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Mark a very small kernel that is to be copied into its callers."""
    compiled: Callable[_Arguments, _Result] = _njit(inline="always", **KERNEL_OPTIONS)(function)
    return compiled


def cached_kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Mark an entry point called from Python; its machine code is kept in the cache folder."""
    compiled: Callable[_Arguments, _Result]
    if not CACHE_FOLDER.is_dir():
        compiled = _njit(**KERNEL_OPTIONS)(function)
        return compiled
    # The setting holds for all code of a process: it is the user's, and is given back at once.
    users_folder = _config.CACHE_DIR
    _config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        compiled = _njit(cache=True, **KERNEL_OPTIONS)(function)
    finally:
        _config.CACHE_DIR = users_folder
    return compiled


def record_type(record: Any) -> Any:
    """Return the compiled type of one row of a record array."""
    return numba.typeof(record).dtype


def stream_type() -> Any:
    """Return the compiled type of a random stream."""
    return numba.types.uint64


def reference_type(named_tuple: Any) -> Any:
    """Return a compiled counterpart of a NamedTuple class that is passed as one pointer.

    A world has some thirty tables: passing them one by one to every kernel makes compiling several
    times slower. Interpreted, the class itself is returned.
    """
    if not JIT_ENABLED:
        return named_tuple
    from numba.core import types
    from numba.experimental import structref

    @structref.register
    class Reference(types.StructRef):
        def __init__(self, fields: Any):
            super().__init__(fields)
            # Types are compared and hashed by their name, and every symbol repeats it: a short one
            # instead of 64 kB.
            digest = hashlib.sha256(self.name.encode()).hexdigest()
            self.name = f"{named_tuple.__name__}_{digest[:16]}"

        def preprocess_fields(self, fields: Any) -> Any:
            return tuple((name, types.unliteral(field_type)) for name, field_type in fields)

    def type_of(value: Any) -> Any:
        pairs = zip(value._fields, value, strict=True)
        return Reference([(name, numba.typeof(item)) for name, item in pairs])

    class_name = f"{named_tuple.__name__}Reference"
    proxy: Any = type(class_name, (structref.StructRefProxy,), {"type_of": staticmethod(type_of)})
    structref.define_constructor(proxy, Reference, list(named_tuple._fields))
    return proxy
