"""Compiles C with the system's compiler and loads it; what is compiled is kept by its content."""

import ctypes
import hashlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

# The same bits as numba: no fast mathematics, no fused multiply-add, whole numbers that wrap.
MONTH_FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fwrapv")
# Plain on purpose, so that the yardstick depends little on the compiler.
YARDSTICK_FLAGS = ("-O2", "-fno-tree-vectorize", "-ffp-contract=off")
LIBRARY_FLAGS = ("-std=gnu11", "-w", "-shared", "-fPIC")


class NoCompiler(Exception):
    """There is no C compiler, or it does not work."""


def find_compiler() -> list[str]:
    """Return the command of the C compiler: ``$CC``, or the first of cc, gcc and clang."""
    chosen = os.environ.get("CC", "")
    for command in [shlex.split(chosen)] if chosen else [["cc"], ["gcc"], ["clang"]]:
        if shutil.which(command[0]):
            return command
    raise NoCompiler(
        f"the benchmark needs a C compiler and there is no {chosen or 'cc, gcc or clang'}; install"
        " one (Debian and Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc; "
        "macOS: xcode-select --install) or name it: make bench CC=/path/to/gcc"
    )


def compiler_version(command: list[str]) -> str:
    """Return the first line of the version that a compiler prints."""
    result = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    if result.returncode:
        raise NoCompiler(f"`{shlex.join(command)} --version` fails: {result.stderr.strip()}")
    return result.stdout.splitlines()[0]


def load_library(source: str, flags: tuple[str, ...], folder: Path) -> ctypes.CDLL:
    """Return C source as a loaded library; it is compiled unless ``folder`` has it already."""
    command = find_compiler()
    all_flags = [*flags, *LIBRARY_FLAGS]
    content = "\0".join([source, compiler_version(command), *command, *all_flags])
    stem = folder / f"c_month_{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    if not stem.with_suffix(".so").exists():
        stem.with_suffix(".c").write_text(source)
        draft = stem.with_suffix(f".{os.getpid()}")
        files = ["-o", str(draft), str(stem.with_suffix(".c")), "-lm"]
        result = subprocess.run([*command, *all_flags, *files], capture_output=True, text=True)
        if result.returncode:
            raise NoCompiler(
                f"`{shlex.join(command)}` does not compile {stem}.c; it says:\n"
                + "\n".join(result.stderr.splitlines()[:12])
            )
        os.replace(draft, stem.with_suffix(".so"))
    return ctypes.CDLL(str(stem.with_suffix(".so")))
