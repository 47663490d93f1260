"""Worlds that fail: what went wrong in one, found without the compiler, and the table of all."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable

import pandas as pd

from poruka.scenario.serialize import format_recipe, list_custom_rules, serialize_scenario
from poruka.simulation.run_spec import RunSpec

FAILURE_COLUMNS = ["world", "seed", "error", "traceback", "parameters"]
"""Columns of the table of failed worlds."""


def interpreted_traceback(spec: RunSpec, world: int) -> str:
    """Return the traceback of one failing world, played again uncompiled in a process of its own.

    Rules from a notebook cannot be handed to another process; then the compiled message is all
    there is.
    """
    if list_custom_rules(spec.scenario):
        return ""
    code = (
        "import json, sys\n"
        "import numpy as np\n"
        "from poruka.scenario.serialize import restore_scenario\n"
        "from poruka.simulation.regime import Regime\n"
        "np.seterr(all='raise', under='ignore')\n"
        f"r = Regime(restore_scenario(json.load(sys.stdin)), seed={spec.seed}, world={world})\n"
        f"for _ in range({spec.months}): r.step()\n"
    )
    environment = {
        **os.environ,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(serialize_scenario(spec.scenario)),
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stderr if done.returncode else ""


def failures_frame(spec: RunSpec, failures: Iterable[tuple[int, int, str, str]]) -> pd.DataFrame:
    """Return the failed worlds of a run as a table, each with what was changed in its scenario."""
    rows = [
        (*row, format_recipe(spec.scenario.for_world(spec.seed, row[0])))
        for row in sorted(failures)
    ]
    return pd.DataFrame(rows, columns=FAILURE_COLUMNS)
