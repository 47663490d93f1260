"""Run folders as objects to read: opened, played or continued."""

from pathlib import Path
from typing import Any

from poruka.runs.store import continue_folder, play_into_folder
from poruka.runs.stored_run import StoredRun
from poruka.scenario.scenario import Scenario
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path


def open_run(
    path: str | Path, scenario: Scenario | None = None, partial: bool = False, trusted: bool = False
) -> StoredRun:
    """Open a run folder for reading.

    Only regular files of the folder are read, never links, and only such as the run wrote. A run
    that is not finished, or some of whose worlds failed, is opened and says so in ``coverage`` and
    ``status``.

    Parameters
    ----------
    path : path
        What ``--out`` or ``simulate(…, out=…)`` named.
    scenario : Scenario, optional
        The scenario of the run. A run stores its scenario, except for custom rules: without the
        scenario, only the tables of such a run can be queried; its record, figures and report need
        it.
    partial : bool
        Whether to read what is intact of a run with missing or changed files. The attribute
        ``damage`` then lists what is left out.
    trusted : bool
        Where a folder comes from cannot be proved, so none is trusted by default. With True the
        modules of a run's own rules, which its manifest names, are imported, if they are those of
        the run; nothing inside the folder is ever carried out.

    Raises
    ------
    BadInput
        When the folder holds no run, or a run of another scenario than the one given.
    DamagedRun
        When a file is missing or was changed that the run lists as finished, unless ``partial``.
    """
    run = StoredRun(absolute_path(path, "run", "a folder"), scenario, partial, trusted)
    if scenario is not None and scenario.digest != run.manifest["digest"]:
        raise BadInput(
            f"{path} is a run of {run.manifest['scenario']} with other values or rules than the"
            " scenario given; give the scenario of the run, or none."
        )
    return run


def run_to_disk(spec: RunSpec, progress: Any = None) -> StoredRun:
    """Run the simulations of a request into its folder; what is finished is not run again."""
    return StoredRun(play_into_folder(spec, progress), spec.scenario)


def resume_run(out: str | Path, *means: Any, **more: Any) -> StoredRun:
    """Continue a run where it stopped; for the arguments see :func:`continue_folder`."""
    spec = continue_folder(out, *means, **more)
    return StoredRun(absolute_path(out, "run", "the folder of a run"), spec.scenario)
