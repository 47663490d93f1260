"""The only place that imports numba: kernels compile once and are found again only while every
source is unchanged.

numba notices a change in the file of a cached function but not in the files of the functions it
calls, so the cache folder is named by the content of all sources and versions.
``NUMBA_DISABLE_JIT=1`` runs the same sources interpreted.
"""

import hashlib
import os
import platform
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

COMPILED = not numba.config.DISABLE_JIT
"""Whether kernels are compiled in this process."""

# A machine word of the random streams: wraps by itself when compiled, is masked when interpreted.
word: Any = np.uint64 if COMPILED else int
KERNEL_OPTIONS = {"nogil": True, "error_model": "numpy"}


KERNEL_SOURCES = (
    "rules/actors/*.py",
    "rules/forces/*.py",
    "rules/initial_state.py",
    "rules/indices.py",
    "rules/schedule.py",
    "engine/event_log.py",
    "engine/functions.py",
    "engine/codes.py",
    "engine/step_codegen.py",
    "engine/driver.py",
    "engine/jit.py",
    "engine/state.py",
    "engine/random_streams.py",
    "data/fields.toml",
    "data/instruments.toml",
)
VALUE_FILES = (
    "parameters",
    "start",
    "mechanisms",
)  # only their keys are compiled in; values are handed over


def fingerprint() -> str:
    """Return a short hash over everything that is compiled in: kernel sources, declared names,
    versions.
    """
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in KERNEL_SOURCES:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    for name in VALUE_FILES:
        with open(root / "data" / f"{name}.toml", "rb") as file:
            for page, entries in tomllib.load(file).items():
                digest.update(
                    f"{page}:{','.join(entries) if isinstance(entries, dict) else ''};".encode()
                )
    for part in (
        sys.version,
        numba.__version__,
        np.__version__,
        platform.machine(),
        os.environ.get("NUMBA_BOUNDSCHECK", "0"),
    ):
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def cache_folder() -> Path:
    """Return the folder for generated and compiled code of exactly these sources.

    It lies below ``PORUKA_CACHE`` or the user's cache folder; where neither can be written, in the
    temporary folder.
    """
    chosen = os.environ.get("PORUKA_CACHE")
    base = (
        Path(chosen)
        if chosen
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "poruka"
    )
    folder = base / fingerprint()
    if not _writable(folder):
        folder = (
            Path(tempfile.gettempdir())
            / f"poruka-{os.getuid() if hasattr(os, 'getuid') else 0}"
            / fingerprint()
        )
        folder.mkdir(parents=True, exist_ok=True)
    return folder


CACHE = cache_folder()
numba.config.CACHE_DIR = str(CACHE)


def kernel(function: Callable) -> Callable:
    """Mark a function as part of the compiled world; it stays plain Python when the compiler is
    off.
    """
    return numba.njit(**KERNEL_OPTIONS)(function)


def inner_kernel(function: Callable) -> Callable:
    """Mark a kernel that only kernels call: without a door to Python it compiles faster."""
    return numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **KERNEL_OPTIONS)(function)


def inlined(function: Callable) -> Callable:
    """Mark a very small kernel that is to be copied into its callers."""
    return numba.njit(inline="always", **KERNEL_OPTIONS)(function)


def driver(function: Callable) -> Callable:
    """Mark an entry point called from Python; its compiled form is kept in the cache folder."""
    return numba.njit(cache=True, **KERNEL_OPTIONS)(function)


def record_type(record: Any) -> Any:
    """Return the compiled type of one row of a record array."""
    return numba.typeof(record).dtype


def key_type() -> Any:
    """Return the compiled type of a stream."""
    return numba.types.uint64


def as_reference(kind: type) -> Any:
    """Return a compiled twin of a NamedTuple class that is passed as one pointer; interpreted, the
    class itself.

    A world has some thirty tables: handing them over one by one to every kernel makes compiling
    several times slower.
    """
    if not COMPILED:
        return kind
    from numba.core import types
    from numba.experimental import structref

    @structref.register
    class Reference(types.StructRef):
        def preprocess_fields(self, fields: Any) -> Any:
            return tuple((name, types.unliteral(one)) for name, one in fields)

    proxy = type(f"{kind.__name__}Reference", (structref.StructRefProxy,), {})
    structref.define_constructor(proxy, Reference, list(kind._fields))  # type: ignore[attr-defined]
    proxy.type_of = staticmethod(
        lambda value: Reference(  # type: ignore[attr-defined]
            [(name, numba.typeof(one)) for name, one in zip(value._fields, value, strict=True)]
        )
    )
    return proxy
