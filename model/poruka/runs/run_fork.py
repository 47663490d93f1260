"""Branches of a run on disk: the same worlds, changed from a moment on."""

from pathlib import Path
from typing import Any

from poruka.runs.store import run_to_disk
from poruka.runs.stored_run import StoredRun
from poruka.scenario.scenario import Scenario
from poruka.scenario.timeline import refuse_changes_after
from poruka.simulation.ensemble import Ensemble, simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec
from poruka.utils.paths import absolute_path


def fork_run(run: StoredRun, forked: Scenario, out: str | Path | None) -> Ensemble | StoredRun:
    """Return the worlds of a run under a forked scenario, in memory or in a folder of their own."""
    refuse_changes_after(forked, run.months)
    folder = None if out is None else absolute_path(out, "out", "a folder")
    spec = RunSpec(
        forked, run.seed, run.requested_worlds, run.months, run.manifest["record"], out=folder
    )
    branch: Any = run_to_disk(spec) if folder else simulate_in_memory(spec, progress=False)
    return require_completed_world(branch)
