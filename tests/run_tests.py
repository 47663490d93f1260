"""Run the tests in parts, each with a printed budget; `--all` adds the long campaigns, and breaks
one link of the theory after another.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
COMPILE = (
    "from poruka.simulation.runner import compile_rules; from poruka.scenario.scenario import load;"
    " compile_rules(load('kazakhstan'))"
)
PARTS = [
    ("style", 20, {}, [str(BIN / "ruff"), "check", "."]),
    ("format", 20, {}, [str(BIN / "ruff"), "format", "--check", "."]),
    ("imports", 20, {"NUMBA_DISABLE_JIT": "1"}, [str(BIN / "lint-imports"), "--no-cache"]),
    ("types", 120, {}, [sys.executable, "-m", "mypy"]),
    ("interpreted", 130, {"NUMBA_DISABLE_JIT": "1"}, [*PYTEST, "-m", "interpreted", "tests"]),
    ("compiling", 300, {}, [sys.executable, "-c", COMPILE]),
    # Two processes share the rest file by file, each finding the month compiled.
    (
        "compiled",
        1000,
        {},
        [
            *PYTEST,
            "-n",
            "2",
            "--dist",
            "loadfile",
            "-m",
            "not interpreted and not bounds and not slow",
        ],
    ),
    ("bounds", 420, {"NUMBA_BOUNDSCHECK": "1"}, [*PYTEST, "-m", "bounds", "tests"]),
]
# What was found under the same rules and tests is kept, so that a run that ends early is continued.
BREAK = ["benchmarks/break_channels.py", "--tests", "--out", "runs/broken_channels.csv"]
LONG = [
    ("long campaigns", 3600, {}, [*PYTEST, "-m", "slow", "tests"]),
    ("broken links", 14400, {}, [sys.executable, *BREAK]),
]


BESIDE = "bounds"
"""The part that needs one processor and nothing of the others: it runs while they compile, and is
told at the end.
"""


def begin(
    command: list[str], more: dict[str, str], out: IO[str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a part."""
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT / "model"), **more}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT if out else None
    )


def head(name: str, budget: int, command: list[str]) -> None:
    """Say what is run."""
    print(
        f"== {name} (budget {budget} s): {' '.join([Path(command[0]).name, *command[1:]])}",
        flush=True,
    )


def tail(name: str, budget: int, code: int, used: float) -> bool:
    """Say how a part ended and return whether it failed."""
    over = " OVER BUDGET" if used > budget else ""
    print(
        f"== {name}: {'passed' if code == 0 else f'FAILED ({code})'}, {used:.0f} s of {budget}"
        f" s{over}",
        flush=True,
    )
    return code != 0


def main() -> int:
    """Run every part even when one fails, and say what each took."""
    failed, began = [], time.monotonic()
    parts = {
        name: (budget, more, command)
        for name, budget, more, command in PARTS + (LONG if "--all" in sys.argv else [])
    }
    budget, more, command = parts.pop(BESIDE)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        beside, ended = begin(command, more, told), []
        threading.Thread(
            target=lambda: ended.append((beside.wait(), time.monotonic())), daemon=True
        ).start()
        try:
            for name, (budget_here, more_here, command_here) in parts.items():
                head(name, budget_here, command_here)
                start = time.monotonic()
                code = begin(command_here, more_here).wait()
                if tail(name, budget_here, code, time.monotonic() - start):
                    failed.append(name)
            beside.wait()
        finally:
            beside.kill()
        while not ended:
            time.sleep(0.1)
        head(BESIDE, budget, command)
        told.seek(0)
        print(told.read().strip(), flush=True)
        if tail(BESIDE, budget, ended[0][0], ended[0][1] - began):
            failed.append(BESIDE)
    print(
        f"== all parts: {time.monotonic() - began:.0f} s;"
        f" {'failed: ' + ', '.join(failed) if failed else 'all passed'}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
