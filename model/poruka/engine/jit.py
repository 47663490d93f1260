"""How kernels are marked, and where what is compiled of them is kept; the compiler's home.

Only this page and :mod:`.machine_code` import numba. A rule is compiled alone and called through
its address, so that nothing else compiles again when it changes; how its kept code is found is told
in :mod:`.kernel_cache`. ``NUMBA_DISABLE_JIT=1`` runs the same sources interpreted.
"""

import hashlib
import itertools
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

JIT_ENABLED = not numba.config.DISABLE_JIT
"""Whether kernels are compiled in this process."""

# A machine word of the random streams: wraps by itself when compiled, is masked when interpreted.
uint64: Any = np.uint64 if JIT_ENABLED else int
KERNEL_OPTIONS = {"nogil": True, "error_model": "numpy"}


KERNEL_SOURCES = (
    "rules/actors/*.py",
    "rules/forces/*.py",
    "rules/indices.py",
    "rules/initial_*.py",
    "rules/schedule.py",
    "engine/code_keys.py",
    "engine/codes.py",
    "engine/driver.py",
    "engine/driver_codegen.py",
    "engine/event_log.py",
    "engine/functions.py",
    "engine/index_series.py",
    "engine/instrument_codes.py",
    "engine/jit.py",
    "engine/kernel_cache.py",
    "engine/machine_code.py",
    "engine/random_streams.py",
    "engine/state.py",
    "engine/step_codegen.py",
    "data/fields.toml",
    "data/instruments.toml",
)
DECLARATION_FILES = (
    "parameters",
    "start",
    "mechanisms",
)  # only their keys are compiled in; values are handed over


def source_fingerprint() -> str:
    """Return a short hash over all that worlds are made from: kernel sources, names, versions."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in KERNEL_SOURCES:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    for name in DECLARATION_FILES:
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


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _page(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def toolchain() -> str:
    """Return a short hash of what compiles and how: versions, machine, bounds, this page."""
    parts = (
        *(_page(name) for name in ("jit.py", "machine_code.py")),
        sys.version,
        numba.__version__,
        np.__version__,
        platform.machine(),
        os.environ.get("NUMBA_BOUNDSCHECK", "0"),
        os.environ.get("NUMBA_OPT", ""),
        os.environ.get("NUMBA_CPU_NAME", ""),
        os.environ.get("NUMBA_CPU_FEATURES", ""),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder for what is generated and compiled; files are named by what they come from.

    It lies below ``PORUKA_CACHE`` or the user's cache folder; where neither can be written, in the
    temporary folder.
    """
    chosen = os.environ.get("PORUKA_CACHE")
    base = (
        Path(chosen)
        if chosen
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "poruka"
    )
    folder = base / toolchain()
    if not _is_writable(folder):
        folder = (
            Path(tempfile.gettempdir())
            / f"poruka-{os.getuid() if hasattr(os, 'getuid') else 0}"
            / toolchain()
        )
        folder.mkdir(parents=True, exist_ok=True)
    return folder


CACHE_FOLDER = cache_folder()
numba.config.CACHE_DIR = str(CACHE_FOLDER)
if JIT_ENABLED:
    # The compiler numbers functions from 1 in every process and puts the number into their symbols.
    # Code kept by two processes could then hold two helpers of one symbol, and the one loaded first
    # would be called by both.
    from numba.core.bytecode import FunctionIdentity

    FunctionIdentity._unique_ids = itertools.count(int.from_bytes(os.urandom(6), "big") << 12)


def kernel(function: Callable) -> Callable:
    """Mark a function as part of the compiled world; it stays plain Python without the compiler."""
    return numba.njit(**KERNEL_OPTIONS)(function)


def inner_kernel(function: Callable) -> Callable:
    """Mark a kernel that only kernels call: without a door to Python it compiles faster."""
    return numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **KERNEL_OPTIONS)(function)


def inlined_kernel(function: Callable) -> Callable:
    """Mark a very small kernel that is to be copied into its callers."""
    return numba.njit(inline="always", **KERNEL_OPTIONS)(function)


def cached_kernel(function: Callable) -> Callable:
    """Mark an entry point called from Python; its compiled form is kept in the cache folder."""
    return numba.njit(cache=True, **KERNEL_OPTIONS)(function)


def record_type(record: Any) -> Any:
    """Return the compiled type of one row of a record array."""
    return numba.typeof(record).dtype


def stream_type() -> Any:
    """Return the compiled type of a stream."""
    return numba.types.uint64


def reference_type(named_tuple: type) -> Any:
    """Return a compiled twin of a NamedTuple class that is passed as one pointer.

    A world has some thirty tables: handing them over one by one to every kernel makes compiling
    several times slower. Interpreted, the class itself is returned.
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
            self.name = (
                f"{named_tuple.__name__}_{hashlib.sha256(self.name.encode()).hexdigest()[:16]}"
            )

        def preprocess_fields(self, fields: Any) -> Any:
            return tuple((name, types.unliteral(one)) for name, one in fields)

    proxy = type(f"{named_tuple.__name__}Reference", (structref.StructRefProxy,), {})
    structref.define_constructor(proxy, Reference, list(named_tuple._fields))  # type: ignore[attr-defined]
    proxy.type_of = staticmethod(
        lambda value: Reference(  # type: ignore[attr-defined]
            [(name, numba.typeof(one)) for name, one in zip(value._fields, value, strict=True)]
        )
    )
    return proxy
