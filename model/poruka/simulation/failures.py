"""Failed worlds: the traceback of one, found without the compiler, the table of all, and the error
where none is left.
"""

import json
import subprocess
from collections.abc import Iterable
from typing import Any, TypeVar

import pandas as pd

from poruka.engine.jit import CACHE_FOLDER
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.serialize import format_recipe, list_custom_rules, serialize_scenario
from poruka.simulation.run_spec import RunSpec
from poruka.utils.coverage import coverage_of
from poruka.utils.errors import WorldFailed
from poruka.utils.python_process import PACKAGE_FOLDER, python_command, python_environment

RunOfWorlds = TypeVar("RunOfWorlds", bound=Any)
"""An ensemble in memory or a run on disk."""
FAILURE_COLUMNS = ["world", "seed", "error", "traceback", "parameters"]
"""Columns of the table of failed worlds."""
REPLAY_PROGRAM = """
import sys, json, numpy as np
np.seterr(all='raise', under='ignore')
from poruka.scenario.serialize import restore_scenario
from poruka.simulation.regime import Regime
asked = json.load(sys.stdin)
scenario = restore_scenario(asked["scenario"])
regime = Regime(scenario, seed=asked["seed"], world=asked["world"])
for _ in range(asked["months"]): regime.step()
"""
"""What the process runs that plays a failed world again."""


def interpreted_traceback(spec: RunSpec, world: int) -> str:
    """Return the traceback of one failing world, simulated again uncompiled in its own process.

    Rules from a notebook cannot be passed to another process; then the result is empty and only
    the message of the compiled rule remains.
    """
    if list_custom_rules(spec.scenario):
        return ""
    asked = {
        "scenario": serialize_scenario(spec.scenario),
        "seed": spec.seed,
        "world": world,
        "months": spec.months,
    }
    try:
        completed = subprocess.run(
            python_command(REPLAY_PROGRAM),
            input=json.dumps(asked),
            env=python_environment(NUMBA_DISABLE_JIT="1", PORUKA_CACHE=str(CACHE_FOLDER.parent)),
            cwd=PACKAGE_FOLDER,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return completed.stderr if completed.returncode else ""


def failures_frame(spec: RunSpec, failures: Iterable[tuple[int, int, str, str]]) -> pd.DataFrame:
    """Return the failed worlds of a run as a table, each with the changes to its scenario."""
    # A thousand drawn numbers for each failed world would fill the table; its seed and number give
    # them again.
    scenario = spec.scenario
    is_drawn = isinstance(scenario.parameter_draws, NumberDraws)
    rows = [
        (*row, format_recipe(scenario if is_drawn else scenario.for_world(spec.seed, row[0])))
        for row in sorted(failures)
    ]
    return pd.DataFrame(rows, columns=FAILURE_COLUMNS)


def require_completed_world(run: RunOfWorlds) -> RunOfWorlds:
    """Return a run, or raise an error that names the first failed world where no world is left.

    A run of which nothing was simulated yet has no failed world and passes.

    Raises
    ------
    WorldFailed
        When worlds failed and none was completed.
    """
    coverage, failures = coverage_of(run), run.failures.sort_values("world")
    if coverage.available or not coverage.failed:
        return run
    first = failures.iloc[0]
    folder = getattr(run, "folder", None)
    kept = f"; the failures are kept in {folder}" if folder is not None else ""
    count = (
        f"every one of the {coverage.failed:,} worlds of {run.scenario.name}"
        if coverage.failed > 1
        else f"the only world of {run.scenario.name}"
    )
    raise WorldFailed(
        f"{count} failed, so nothing is left to show. The first was world {first['world']} (seed"
        f" {first['seed']}): {first['error']}. Change the rule, parameter or start value that the"
        f" error names{kept}."
    )
