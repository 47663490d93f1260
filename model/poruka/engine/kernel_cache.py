"""Compiled kernels on disk, each found by its own key, so that a changed rule compiles alone.

A key holds the code of the kernel and of all it rests on (:mod:`.code_keys`), the layout of those
tables and pages of numbers that this code names, and the compiler with its processor. A kernel
reaches a field only by the words for its table and itself, so a layout it names no part of cannot
matter to it. Files are written beside and renamed, carry a checksum, and are only ever read by the
exact key.
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
from poruka.engine.code_keys import code_key
from poruka.engine.state import allocate_world, tables

KEPT_VERSIONS = 6
"""Most compiled versions of one kernel that stay on disk: editing leaves no heap behind."""


Layout = dict[tuple[str, str], str]
"""How memory lies: (argument, word of a table or page) -> text that changes with place or form."""


def layout(world: Any, **records: np.ndarray) -> Layout:
    """Return the layout of a world, and of records of numbers by the argument they are handed as.

    Examples
    --------
    >>> ("world", "clock") in layout(sample_world())
    True
    """
    found = {}
    for place, word in enumerate(world._fields):
        rows = getattr(world, word)
        found["world", word] = f"{place} {_form(rows.dtype)} {rows.flags.aligned}"
    for what, record in records.items():
        for page in record.dtype.names or ():
            kind, offset = record.dtype.fields[page][:2]  # type: ignore[index]
            found[what, page] = f"{offset} {_form(kind)}"
    return found


def _form(kind: np.dtype) -> str:
    if not kind.names:
        return kind.str
    fields = [(name, *kind.fields[name][:2]) for name in kind.names]  # type: ignore[index]
    parts = (f"{name}@{offset}:{_form(one)}" for name, one, offset in fields)
    return f"{kind.itemsize}({','.join(parts)})"


@cache
def today() -> Layout:
    """Return the layout of worlds and numbers in this process."""
    from poruka.engine.parameters import as_record, build_parameters, build_start_values

    return layout(
        sample_world(),
        params=as_record(build_parameters({}, frozenset())),
        start=as_record(build_start_values({})),
    )


@cache
def sample_world() -> Any:
    """Return a world of one row a table, of the same types as any other."""
    return allocate_world(
        {table.size: 1 for table in tables().values() if isinstance(table.size, str)},
        event_capacity=1,
    )


class Unit:
    """A kernel that is compiled alone and called by its address.

    Parameters
    ----------
    id : str
        What a reader calls it, such as ``oligarchs.defect``; files begin with it.
    function : callable
        The kernel.
    types : callable
        Returns the types of its arguments, when they are needed.
    """

    def __init__(self, id: str, function: Callable, types: Callable[[], tuple[Any, ...]]):
        self.id, self.function, self._types = id, function, types

    def key_in(self, memory: Layout) -> str:
        """Return the key of the kernel where memory lies in some way."""
        found = code_key(self.function)
        digest = hashlib.sha256(found.key.encode())
        for (what, word), form in sorted(memory.items()):
            if word in found.words and what not in found.unused:
                digest.update(f"{what}.{word}: {form}\n".encode())
        return digest.hexdigest()[:24]

    @cached_property
    def key(self) -> str:
        """The key of the kernel in this process."""
        code = code_key(self.function).key
        if code not in _KEYS:
            _KEYS[code] = self.key_in(today())
        return _KEYS[code]

    @property
    def path(self) -> Path:
        """Where its machine code is kept."""
        made_for = hashlib.sha256(f"{self.key} {machine_code.processor()}".encode()).hexdigest()[
            :24
        ]
        return _folder() / f"{self.id}-{made_for}.code"

    def is_ready(self) -> bool:
        """Return whether nothing has to be compiled to call it."""
        return not jit.JIT_ENABLED or self.key in _LOADED or _read(self.path) is not None

    def address(self) -> int:
        """Return where its machine code begins, loading or compiling it if it must be."""
        with _LOCK:
            if self.key not in _LOADED:
                _LOADED[self.key] = self._found() or self._made()
            return _LOADED[self.key].address

    def _found(self) -> machine_code.Compiled | None:
        kept = _read(self.path)
        if kept is None:
            return None
        with contextlib.suppress(OSError):
            os.utime(self.path)  # in use: others are pruned first
        return machine_code.load_kernel(kept)

    def _made(self) -> machine_code.Compiled:
        found = code_key(self.function)
        for one in found.compiled:
            # A constant set anew in a notebook changes the key, and what was compiled with its old
            # value must go.
            now = code_key(one).key
            if _COMPILED_AS.setdefault(one, now) != now:
                machine_code.forget(one)
                _COMPILED_AS[one] = now
        made = machine_code.compile_kernel(self.function, self._types())
        COMPILED_HERE.append(self.id)
        if made.kept and found.lasting:
            _write(self.path, made.kept)
        return made


_KEYS: dict[str, str] = {}
_LOADED: dict[str, machine_code.Compiled] = {}
_COMPILED_AS: dict[Any, str] = {}
_LOCK = threading.RLock()
COMPILED_HERE: list[str] = []
"""Kernels that this process has compiled, in order; for tests and measurements."""


def _folder() -> Path:
    return jit.CACHE_FOLDER / "kernels"


def _read(path: Path) -> bytes | None:
    """Return what is kept in a file, or None where it is missing or damaged."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    return whole[32:] if whole[:32] == hashlib.sha256(whole[32:]).digest() else None


def _write(path: Path, kept: bytes) -> None:
    """Keep a kernel; where there is no room it is compiled again next time."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        draft.write_bytes(hashlib.sha256(kept).digest() + kept)
        os.replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        return
    _prune(path.parent.glob(f"{path.name.rpartition('-')[0]}-*.code"))


def _prune(versions: Iterable[Path]) -> None:
    aged = []
    for one in versions:
        with contextlib.suppress(OSError):
            aged.append((one.stat().st_mtime, one))
    for _, one in sorted(aged, reverse=True)[KEPT_VERSIONS:]:
        with contextlib.suppress(OSError):
            one.unlink()
