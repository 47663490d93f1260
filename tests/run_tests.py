"""Run the tests in parts, each with a printed budget; `--all` adds the long campaigns."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
COMPILE = "from poruka.runner import compile_aloud; from poruka.scenario import load; compile_aloud(load('kazakhstan'))"
PARTS = [
    ("style", 20, {}, [str(BIN / "ruff"), "check", "model", "tests", "notebooks"]),
    ("imports", 20, {"NUMBA_DISABLE_JIT": "1"}, [str(BIN / "lint-imports"), "--no-cache"]),
    ("types", 60, {}, [sys.executable, "-m", "mypy"]),
    ("interpreted", 130, {"NUMBA_DISABLE_JIT": "1"}, [*PYTEST, "-m", "interpreted", "tests"]),
    ("compiling", 200, {}, [sys.executable, "-c", COMPILE]),
    # Two processes share the rest file by file, each finding the month compiled.
    ("compiled", 880, {}, [*PYTEST, "-n", "2", "--dist", "loadfile", "-m", "not interpreted and not bounds and not slow"]),
    ("bounds", 180, {"NUMBA_BOUNDSCHECK": "1"}, [*PYTEST, "-m", "bounds", "tests"]),
]
LONG = [("long campaigns", 3600, {}, [*PYTEST, "-m", "slow", "tests"])]


def main() -> int:
    """Run every part even when one fails, and say what each took."""
    failed, began = [], time.monotonic()
    for name, budget, more, command in PARTS + (LONG if "--all" in sys.argv else []):
        print(f"== {name} (budget {budget} s): {' '.join(Path(part).name if i == 0 else part for i, part in enumerate(command))}", flush=True)
        start = time.monotonic()
        environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT / "model"), **more}
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        used = time.monotonic() - start
        over = " OVER BUDGET" if used > budget else ""
        print(f"== {name}: {'passed' if code == 0 else f'FAILED ({code})'}, {used:.0f} s of {budget} s{over}", flush=True)
        if code:
            failed.append(name)
    print(f"== all parts: {time.monotonic() - began:.0f} s of {sum(part[1] for part in PARTS)} s; {'failed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
