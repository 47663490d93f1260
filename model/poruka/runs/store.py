"""A run as a folder: a manifest, a ledger of chunks, and Parquet shards with receipts, so that a
kill loses at most what is in flight.
"""

from pathlib import Path
from typing import Any

from poruka.runs import job_db
from poruka.runs import manifest as page
from poruka.runs.chunks import PART_PREFIX, part_folder
from poruka.runs.commit import SCENARIO_FOLDER, observed_record_is_intact
from poruka.runs.inventory import take_inventory
from poruka.runs.job import LOCK_FILE, Job, refuse_if_running
from poruka.runs.stored_run import StoredRun
from poruka.scenario.serialize import restore_scenario
from poruka.simulation.run_spec import RunSpec
from poruka.utils.checksums import has_valid_checksum
from poruka.utils.errors import BadInput


def read_manifest_or_backup(out: Path) -> dict[str, Any]:
    """Return the manifest of a folder, from the ledger's copy where the file is gone or damaged."""
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
    """Refuse to go on with a run where its remaining worlds would not belong to those that are
    there.
    """
    moved = page.manifest_differences(stored, current)
    if moved:
        raise BadInput(
            f"{out} cannot be gone on with here: since it was begun, {', and '.join(moved)}. Its"
            " worlds would not be of one kind. Go on with what it was begun with, or run again"
            " into a new folder; what is there can still be read."
        )


def _is_run_leftover(name: str) -> bool:
    """Return whether a run that was killed at its very start, or whose parts lie there, would leave
    this in its folder.
    """
    return (
        name == LOCK_FILE
        or name.startswith(PART_PREFIX)
        or (name.startswith("manifest.json.") and name.endswith(".part"))
    )


def _holds_run(out: Path) -> bool:
    """Return whether a folder holds a run; refuse one that holds other things. Parts of a run may
    lie in a folder that is to hold it whole.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file; give a folder for the run.")
    if (out / "manifest.json").exists() or (out / job_db.JOB_DATABASE_FILE).exists():
        return True
    if out.is_dir() and any(not _is_run_leftover(one.name) for one in out.iterdir()):
        raise BadInput(f"{out} is not empty and holds no run; give a new or empty folder.")
    return False


def _folder_of(spec: RunSpec) -> Path:
    """Return where the worlds of a request are kept: in its folder, or in that of their part."""
    if spec.out is None:
        raise BadInput('a run on disk needs a folder; give out="runs/…".')
    return part_folder(spec.out, spec.shard) if spec.shard else spec.out


def _requested_run(spec: RunSpec, out: Path) -> tuple[dict[str, Any], bool]:
    """Return the manifest of a run that is asked for and whether it lies finished in its folder.
    Nothing is written.
    """
    if not _holds_run(out):
        return page.build_manifest(spec), False
    there = read_manifest_or_backup(out)
    here = page.build_manifest(spec, there["chunk"])
    if page.is_different_request(there, here):
        part = ", part {} of {}".format(*there["part"]) if there.get("part") else ""
        raise BadInput(
            f"{out} holds another run ({there['scenario']}, {there['worlds']} worlds, seed"
            f" {there['seed']}{part}); give another folder, or remove that one."
        )
    refuse_if_changed(out, there, here)
    found = take_inventory(out, there, verify_checksums=False)
    return there, bool(there.get("finished")) and not found.damaged and not found.missing


def is_finished_run(spec: RunSpec) -> bool:
    """Return whether this very run, or part of it, lies finished in its folder; refuse one that is
    being played or holds anything else.

    Nothing is written.
    """
    folder = _folder_of(spec)
    refuse_if_running(folder)
    return _requested_run(spec, folder)[1]


def run_to_disk(spec: RunSpec, progress: Any = None) -> StoredRun:
    """Play the worlds of a request into its folder, chunk by chunk; chunks that are there already
    are not played again.
    """
    folder = _folder_of(spec)
    manifest, finished = _requested_run(spec, folder)
    if not finished:
        Job(folder, manifest, spec).run(progress, verify_checksums=False)
    return StoredRun(folder, spec.scenario)


def resume_run(
    out: str | Path,
    threads: int | None = None,
    processes: int | None = None,
    cluster: str | None = None,
    progress: Any = None,
    quarantined: bool = False,
) -> StoredRun:
    """Go on with a run where it stopped, playing again what is damaged; a finished and whole run is
    left as it is.

    Parameters
    ----------
    out : str or Path
        Folder of the run.
    threads, processes, cluster, progress
        As for :func:`poruka.simulate`; they do not change results.
    quarantined : bool
        Whether worlds in quarantine are tried again.

    Raises
    ------
    BadInput
        When the folder holds no run, somebody else is playing it, or it cannot be gone on with
        here; the message says why.
    """
    out = Path(out)
    there = read_manifest_or_backup(out)
    refuse_if_running(out)
    if there["own_rules"]:
        raise BadInput(
            f"{out} was played by rules of one's own ({', '.join(there['own_rules'][:3])}), which"
            " are not kept in it; call simulate with the same scenario and out=… to go on."
        )
    spec = page.spec_of(
        there,
        out,
        restore_scenario(there, out / SCENARIO_FOLDER),
        threads=threads,
        processes=processes,
        cluster=cluster,
    )
    refuse_if_changed(out, there, page.build_manifest(spec, there["chunk"]))
    found = take_inventory(out, there)
    again = [
        first
        for first, one in found.intact.items()
        if quarantined and any(row[2].startswith("quarantined") for row in one["failures"])
    ]
    if (
        again
        or found.damaged
        or found.missing
        or not there["finished"]
        or not page.manifest_is_intact(out)
        or not observed_record_is_intact(out, there)
    ):
        Job(out, there, spec).run(progress, verify_checksums=True, rerun_chunks=again)
    return StoredRun(out, spec.scenario)
