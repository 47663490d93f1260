"""The cache of compiled kernels on disk, each found by its own key, so that a changed rule compiles
alone.

A key covers the code of the kernel and of all it depends on (:mod:`.code_keys`), the memory layout
of those tables and sections of numbers that this code names, and the compiler with its processor. A
kernel reaches a field only by the names of its table and of the field, so a layout of which it
names no part cannot matter to it. Files are written under a temporary name and renamed, carry a
checksum, and are only ever read by the exact key.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from poruka.engine import jit, machine_code
from poruka.engine.code_keys import code_key, plain_function
from poruka.engine.kernel_source import is_in_package
from poruka.engine.parameters import as_record, build_parameters, build_start_values
from poruka.engine.state import allocate_world, tables

MAX_CACHED_VERSIONS = 6
"""Number of compiled versions of one kernel that stay on disk; older ones are removed."""

Layout = dict[tuple[str, str], str]
"""A memory layout: (argument, name of a table or section) -> text that changes with it."""


def memory_layout(world: Any, **records: np.ndarray) -> Layout:
    """Return the memory layout of a world, and of records of numbers by the argument's name.

    Examples
    --------
    >>> ("world", "clock") in memory_layout(sample_world())
    True
    """
    layout = {}
    for position, name in enumerate(world._fields):
        rows = getattr(world, name)
        layout["world", name] = f"{position} {_format_dtype(rows.dtype)} {rows.flags.aligned}"
    for argument, record in records.items():
        for section in record.dtype.names or ():
            dtype, offset = record.dtype.fields[section][:2]  # type: ignore[index]
            layout[argument, section] = f"{offset} {_format_dtype(dtype)}"
    return layout


def _format_dtype(dtype: np.dtype) -> str:
    if not dtype.names:
        return dtype.str
    fields = [(name, *dtype.fields[name][:2]) for name in dtype.names]  # type: ignore[index]
    parts = (f"{name}@{offset}:{_format_dtype(field)}" for name, field, offset in fields)
    return f"{dtype.itemsize}({','.join(parts)})"


@cache
def current_layout() -> Layout:
    """Return the memory layout of worlds, parameters and start values in this process."""
    return memory_layout(
        sample_world(),
        params=as_record(build_parameters({}, frozenset())),
        start=as_record(build_start_values({})),
    )


@cache
def sample_world() -> Any:
    """Return a world of one row per table, with the same types as any other."""
    return allocate_world(
        {table.size: 1 for table in tables().values() if isinstance(table.size, str)},
        event_capacity=1,
    )


class CachedKernel:
    """A kernel that is compiled alone, kept in the cache and called by its address.

    Parameters
    ----------
    id : str
        The name a reader knows, such as ``oligarchs.defect``; file names begin with it.
    function : callable
        The kernel.
    types : callable
        Returns the types of its arguments, when they are needed.
    """

    def __init__(self, id: str, function: Callable, types: Callable[[], tuple[Any, ...]]):
        self.id, self.function, self._types = id, function, types

    def key_for(self, layout: Layout) -> str:
        """Return the key of the kernel under a memory layout."""
        code = code_key(self.function)
        digest = hashlib.sha256(code.key.encode())
        for (argument, name), text in sorted(layout.items()):
            if name in code.names and argument not in code.unused_arguments:
                digest.update(f"{argument}.{name}: {text}\n".encode())
        return digest.hexdigest()[:24]

    @cached_property
    def key(self) -> str:
        """The key of the kernel in this process."""
        code = code_key(self.function).key
        if code not in _KEYS_BY_CODE:
            _KEYS_BY_CODE[code] = self.key_for(current_layout())
        return _KEYS_BY_CODE[code]

    @property
    def path(self) -> Path:
        """The file in which its machine code is kept."""
        text = f"{self.key} {machine_code.processor()}"
        return _cache_folder() / f"{self.id}-{hashlib.sha256(text.encode()).hexdigest()[:24]}.code"

    def is_ready(self) -> bool:
        """Return whether it can be called without compiling anything."""
        return not jit.JIT_ENABLED or self.key in _LOADED or _read_code(self.path) is not None

    def address(self) -> int:
        """Return the address of its machine code, which is loaded or compiled if necessary."""
        with _LOCK:
            if self.key not in _LOADED:
                _LOADED[self.key] = self._load() or self._compile()
            return _LOADED[self.key].address

    def _load(self) -> machine_code.CompiledKernel | None:
        content = _read_code(self.path)
        if content is None:
            return None
        with contextlib.suppress(OSError):
            os.utime(self.path)  # marks it as used, so that others are removed first
        return machine_code.load_kernel(content)

    def _compile(self) -> machine_code.CompiledKernel:
        code = code_key(self.function)
        for function in code.compiled_functions:
            # A constant changed in a notebook changes the key; what was compiled with the old
            # value must be discarded.
            function_key = code_key(function).key
            is_new = function not in _COMPILED_KEYS and bool(function.overloads)
            if is_new and not is_in_package(plain_function(function)):
                machine_code.discard_compiled(function)  # of a user's own, and not compiled here
            if _COMPILED_KEYS.setdefault(function, function_key) != function_key:
                machine_code.discard_compiled(function)
                _COMPILED_KEYS[function] = function_key
        compiled = machine_code.compile_kernel(self.function, self._types())
        COMPILED_IDS.append(self.id)
        if compiled.serialized and code.portable:
            _write_code(self.path, compiled.serialized)
        return compiled


_KEYS_BY_CODE: dict[str, str] = {}
_LOADED: dict[str, machine_code.CompiledKernel] = {}
_COMPILED_KEYS: dict[Any, str] = {}
_LOCK = threading.RLock()
COMPILED_IDS: list[str] = []
"""Ids of the kernels that this process has compiled, in order; for tests and measurements."""


def _cache_folder() -> Path:
    return jit.CACHE_FOLDER / "kernels"


def _read_code(path: Path) -> bytes | None:
    """Return the machine code in a file, or None if it is missing or damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content[32:] if content[:32] == hashlib.sha256(content[32:]).digest() else None


def _write_code(path: Path, code: bytes) -> None:
    """Write a kernel to the cache; where the disk is full, it is compiled again next time."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        draft.write_bytes(hashlib.sha256(code).digest() + code)
        os.replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        return
    _remove_old_versions(path.parent.glob(f"{path.name.rpartition('-')[0]}-*.code"))


def _remove_old_versions(paths: Iterable[Path]) -> None:
    dated = []
    for path in paths:
        with contextlib.suppress(OSError):
            dated.append((path.stat().st_mtime, path))
    for _, path in sorted(dated, reverse=True)[MAX_CACHED_VERSIONS:]:
        with contextlib.suppress(OSError):
            path.unlink()
