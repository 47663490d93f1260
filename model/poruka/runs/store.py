"""Run simulations into a folder and resume them: a manifest, a job database, and Parquet chunk
files with receipts, so that a crash loses at most the chunks in progress.
"""

from pathlib import Path
from typing import Any

from poruka.runs import job_db
from poruka.runs import manifest as page
from poruka.runs.chunks import PART_PREFIX, part_folder
from poruka.runs.commit import SCENARIO_FOLDER, observed_record_is_intact
from poruka.runs.differences import join_differences, request_differences
from poruka.runs.extension import with_more_worlds
from poruka.runs.inventory import take_inventory
from poruka.runs.job import Job
from poruka.runs.run_guard import LOCK_FILE, refuse_if_running, refuse_links_in_run
from poruka.scenario.scenario import Scenario
from poruka.scenario.serialize import restore_trusted_scenario
from poruka.simulation.run_spec import OVER_NUMBERS_FOLDER, RunSpec
from poruka.utils.checksums import has_valid_checksum
from poruka.utils.contained_files import contained_path
from poruka.utils.errors import BadInput
from poruka.utils.file_lock import HOLDER_SUFFIX
from poruka.utils.paths import absolute_path


def read_manifest_or_backup(out: Path) -> dict[str, Any]:
    """Return the manifest of a folder, or its copy in the job database if the file is damaged."""
    try:
        return page.read_manifest(out)
    except BadInput:
        copy = (job_db.read_job_database(out) or {}).get("manifest")
        if (
            not isinstance(copy, dict)
            or copy.get("format") != page.MANIFEST_FORMAT
            or not has_valid_checksum(copy)
        ):
            raise
        return copy


def refuse_if_changed(out: Path, stored: dict[str, Any], current: dict[str, Any]) -> None:
    """Refuse to continue a run whose new worlds would not be comparable with the stored ones."""
    differences = page.manifest_differences(stored, current)
    if differences:
        rules = join_differences(request_differences(stored, current))
        raise BadInput(
            f"{out} cannot be continued here: since it began, {', and '.join(differences)}"
            f"{f' ({rules})' if rules else ''}. Its"
            " worlds would not be comparable. Continue with the code and scenario it began with,"
            " or run again into a new folder; the stored worlds can still be read."
        )


def _is_run_leftover(name: str) -> bool:
    """Return whether a file name can stem from a run killed at its start or from parts of a run."""
    return (
        name == LOCK_FILE
        or name.startswith(LOCK_FILE + HOLDER_SUFFIX)
        or name.startswith(PART_PREFIX)
        or (name.startswith("manifest.json.") and name.endswith(".part"))
    )


def _holds_run(out: Path) -> bool:
    """Return whether a folder holds a run; refuse one with other files than parts of a run."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file; give a folder for the run.")
    if (out / "manifest.json").exists() or (out / job_db.JOB_DATABASE_FILE).exists():
        return True
    if out.is_dir() and any(not _is_run_leftover(path.name) for path in out.iterdir()):
        raise BadInput(f"{out} is not empty and holds no run; give a new or empty folder.")
    return False


def _folder_of(spec: RunSpec) -> Path:
    """Return the folder of a run, or of the requested part of it."""
    if spec.out is None:
        raise BadInput('a run on disk needs a folder; give out="runs/…".')
    if spec.shard is None:
        return spec.out
    return contained_path(spec.out, part_folder(Path(), spec.shard).name)


def _requested_run(spec: RunSpec, out: Path) -> tuple[dict[str, Any], bool]:
    """Return the manifest of a requested run and whether its folder holds it finished.

    Nothing is written.
    """
    if not _holds_run(out):
        return page.build_manifest(spec), False
    stored = read_manifest_or_backup(out)
    refuse_links_in_run(out, stored)
    current = page.build_manifest(spec, stored["chunk"])
    if current["over_numbers"] and not stored["finished"]:
        # Asked for since the run began: noted, so that resuming it plays them too.
        stored = stored | {"over_numbers": current["over_numbers"]}
    if page.is_different_request(stored, current):
        differences = request_differences(stored, current)
        hint = (
            f"; `poruka resume {out} -n {spec.worlds}` adds worlds to it"
            if len(differences) == 1 and spec.worlds > stored["worlds"] and not spec.shard
            else ""
        )
        raise BadInput(
            f"{out} holds another run than was requested ({join_differences(differences)}){hint};"
            " give another folder, or remove that one."
        )
    refuse_if_changed(out, stored, current)
    inventory = take_inventory(out, stored, verify_checksums=False)
    is_complete = not inventory.damaged and not inventory.missing
    return stored, bool(stored.get("finished")) and is_complete


def is_finished_run(spec: RunSpec) -> bool:
    """Return whether the folder of a request already holds exactly this run or part, finished.

    Nothing is written.

    Raises
    ------
    BadInput
        When the folder is being run by another process or holds anything else.
    """
    folder = _folder_of(spec)
    refuse_if_running(folder)
    is_finished = _requested_run(spec, folder)[1]
    if is_finished and spec.over_numbers is not None:
        inside = contained_path(folder, OVER_NUMBERS_FOLDER)
        return is_finished_run(spec.over_spec().replace(out=inside))
    return is_finished


def play_into_folder(spec: RunSpec, progress: Any = None) -> Path:
    """Run the simulations of a request into its folder, chunk by chunk, and return the folder.

    Chunks that are finished already are not run again. Where the request asks for worlds over the
    numbers, they follow in a folder of their own inside it.
    """
    folder = _folder_of(spec)
    manifest, finished = _requested_run(spec, folder)
    if not finished:
        Job(folder, manifest, spec).run(progress, verify_checksums=False)
    if spec.over_numbers is not None:
        _run_over_numbers(spec, folder, progress)
    return folder


def _run_over_numbers(spec: RunSpec, out: Path, progress: Any) -> None:
    folder = contained_path(out, OVER_NUMBERS_FOLDER)
    play_into_folder(spec.over_spec().replace(out=folder), progress)


def _resume_over_numbers(spec: RunSpec, out: Path, **means: Any) -> None:
    """Continue the worlds over the numbers of a run, or begin them if its manifest asks for them.

    The draws are those that were begun, if they have been.
    """
    folder = contained_path(out, OVER_NUMBERS_FOLDER)
    if _holds_run(folder):
        continue_folder(folder, **means)
    elif spec.over_numbers is not None:
        _run_over_numbers(spec, out, means["progress"])


def continue_folder(
    out: str | Path,
    threads: int | None = None,
    processes: int | None = None,
    cluster: str | None = None,
    progress: Any = None,
    quarantined: bool = False,
    trusted: bool = False,
    worlds: int | None = None,
    scenario: Scenario | None = None,
) -> RunSpec:
    """Continue a run where it stopped, repeat its damaged chunks, and add worlds if asked for.

    A finished and intact run to which nothing is added is left unchanged.

    Parameters
    ----------
    out : str or Path
        Folder of the run.
    threads, processes, cluster, progress
        As for :func:`poruka.simulate`; they do not change results.
    quarantined : bool
        Whether quarantined worlds are simulated again.
    trusted : bool
        Whether the modules of the run's own rules may be imported: only for a folder whose maker
        you know. Nothing that lies in the folder is carried out in any case.
    worlds : int, optional
        Worlds the run is to have in all. Those added are the worlds of a run begun with this
        number; none of the others is played again.
    scenario : Scenario, optional
        The scenario of the run, where it has been loaded already.

    Returns
    -------
    RunSpec
        The request of the run, with its scenario.

    Raises
    ------
    BadInput
        When the folder holds no run, another process is running it, or this installation cannot
        continue it; the message says why.
    """
    out = absolute_path(out, "run", "the folder of a run")
    manifest = with_more_worlds(out, read_manifest_or_backup(out), worlds)
    refuse_links_in_run(out, manifest)
    refuse_if_running(out)
    if scenario is None:
        scenario = restore_trusted_scenario(manifest, out / SCENARIO_FOLDER, out, trusted)
    spec = page.spec_of(
        manifest, out, scenario, threads=threads, processes=processes, cluster=cluster
    )
    refuse_if_changed(out, manifest, page.build_manifest(spec, manifest["chunk"]))
    inventory = take_inventory(out, manifest)
    rerun_chunks = [
        first
        for first, receipt in inventory.intact.items()
        if quarantined and any(row[2].startswith("quarantined") for row in receipt["failures"])
    ]
    if (
        rerun_chunks
        or inventory.damaged
        or inventory.missing
        or not manifest["finished"]
        or not page.manifest_is_intact(out)
        or not observed_record_is_intact(out, manifest)
    ):
        Job(out, manifest, spec).run(progress, verify_checksums=True, rerun_chunks=rerun_chunks)
    _resume_over_numbers(
        spec,
        out,
        threads=threads,
        processes=processes,
        cluster=cluster,
        progress=progress,
        quarantined=quarantined,
        trusted=trusted,
    )
    return spec
