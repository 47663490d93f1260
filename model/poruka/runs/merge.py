"""Merge the parts of a run that a job array simulated into the run a single machine would have
produced.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import PART_PREFIX, Chunk, iter_chunks, part_span
from poruka.runs.commit import SCENARIO_FOLDER, TABLES, commit_chunk
from poruka.runs.inventory import (
    RECEIPTS_FOLDER,
    Inventory,
    chunk_table_path,
    open_table,
    read_stored_record,
    take_inventory,
)
from poruka.runs.job_db import JobDatabase
from poruka.runs.manifest import MANIFEST_FILE, format_manifest, read_manifest
from poruka.runs.ro_crate import write_ro_crate
from poruka.runs.run_guard import DRAFTS_FOLDER, LOCK_FILE, refuse_if_running, refuse_links_in_run
from poruka.utils import file_lock
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.checksums import open_file_sha256
from poruka.utils.contained_files import contained_path, list_contained, open_contained
from poruka.utils.contained_writing import make_folder_inside, remove_tree_inside, write_inside
from poruka.utils.errors import BadInput, RunStopped
from poruka.utils.paths import absolute_path


def merge_parts(out: str | Path, parts: Iterable[str | Path] = ()) -> dict[str, Any]:
    """Merge the parts of a run into the complete run.

    Finished chunks of the parts are hard-linked, or copied where that is not possible, into the
    complete run, each after its checksum has been compared. Missing chunks can be merged later or
    simulated with ``poruka resume``.

    Parameters
    ----------
    out : str or Path
        Folder of the complete run.
    parts : iterable of str or Path
        Folders of the parts; by default those inside ``out``.

    Returns
    -------
    dict
        folder, worlds, whole (intact worlds), taken (newly merged worlds), missing (parts with
        missing worlds, in the notation of ``--shard``), damaged.

    Raises
    ------
    BadInput
        When a folder is not a part of this run.
    RunStopped
        When the folder cannot be written.
    """
    out = absolute_path(out, "run", "a folder")
    folders = [absolute_path(part, "part", "a folder") for part in parts] or [
        contained_path(out, name)
        for name in (list_contained(out) if out.exists() else ())
        if name.startswith(PART_PREFIX)
    ]
    manifests = {part: read_manifest(part) for part in folders}
    if not manifests:
        raise BadInput(
            f"{out} holds no parts ({PART_PREFIX}…); give their folders, or run them with --shard"
            f" i/n --out {out}."
        )
    combined = _combined_manifest(out, manifests)
    refuse_links_in_run(out, combined)
    refuse_if_running(out)
    create_results_folder(out)
    try:
        with file_lock.acquire_lock(out / LOCK_FILE):
            return _merge_chunks(out, combined, manifests)
    except file_lock.LockHeld:
        refuse_if_running(out)
        raise BadInput(f"{out} is in use by another process; try again later.") from None
    except OSError as error:
        raise RunStopped(
            f"{out} could not be written ({error.strerror}); merged worlds are kept; solve the"
            " problem and merge again."
        ) from None


def _combined_manifest(out: Path, manifests: dict[Path, dict[str, Any]]) -> dict[str, Any]:
    """Return the manifest of the complete run; refuse parts of different runs."""
    first = next(iter(manifests.values()))
    for part, manifest in manifests.items():
        if manifest["run"] != first["run"]:
            raise BadInput(
                f"{part} is part of another run ({manifest['scenario']}, {manifest['worlds']}"
                f" worlds, seed {manifest['seed']}, run {manifest['run']}) than"
                f" {next(iter(manifests))} (run {first['run']}); only parts of one run,"
                " simulated by the same code, can be merged."
            )
    if os.path.lexists(out / MANIFEST_FILE):
        stored = read_manifest(out)
        if stored["run"] != first["run"] or stored["part"]:
            raise BadInput(
                f"{out} holds another run; give the folder of the complete run, or a new one."
            )
        return stored
    return {**first, "part": None, "span": [0, first["worlds"]], "finished": False, "counts": {}}


def _merge_chunks(
    out: Path, whole_manifest: dict[str, Any], manifests: dict[Path, dict[str, Any]]
) -> dict[str, Any]:
    if not os.path.lexists(out / MANIFEST_FILE):
        write_inside(out, MANIFEST_FILE, content=format_manifest(whole_manifest))
    for name in (*TABLES, RECEIPTS_FOLDER, SCENARIO_FOLDER):
        make_folder_inside(out, name)
    damaged = _copy_record(out, whole_manifest, manifests)
    inventory = take_inventory(out, whole_manifest, verify_checksums=False)
    remove_tree_inside(out, DRAFTS_FOLDER)
    drafts, taken = make_folder_inside(out, DRAFTS_FOLDER, "merge"), 0
    for part, manifest in manifests.items():
        part_inventory = take_inventory(part, manifest, verify_checksums=False)
        damaged += [f"{part}: {error}" for error in part_inventory.damaged.values()]
        for first, receipt in part_inventory.intact.items():
            if first in inventory.intact:
                continue
            if error := _copy_chunk(part, drafts, receipt):
                damaged.append(f"{part}: {error}")
                continue
            commit_chunk(out, drafts, receipt)
            taken += receipt["count"]
    remove_tree_inside(out, DRAFTS_FOLDER)
    inventory = take_inventory(out, whole_manifest, verify_checksums=False)
    database = JobDatabase(out)
    try:
        database.register_chunks(whole_manifest, iter_chunks(whole_manifest), inventory.intact)
        database.open_session(f"merge of {len(manifests)} parts")
        if inventory.intact_worlds == whole_manifest["worlds"]:
            write_inside(
                out,
                MANIFEST_FILE,
                content=format_manifest(
                    {
                        **whole_manifest,
                        "finished": True,
                        "counts": {
                            "played": inventory.intact_worlds,
                            "failed": inventory.failed_worlds,
                        },
                    }
                ),
            )
            write_ro_crate(out, whole_manifest)
        database.close_session(
            "finished"
            if inventory.intact_worlds == whole_manifest["worlds"]
            else "parts are missing"
        )
    finally:
        database.close()
    return {
        "folder": str(out),
        "worlds": whole_manifest["worlds"],
        "whole": inventory.intact_worlds,
        "taken": taken,
        "missing": _missing_parts(manifests, _absent_worlds(inventory), whole_manifest),
        "damaged": damaged,
    }


def _copy_record(
    out: Path, whole_manifest: dict[str, Any], manifests: dict[Path, dict[str, Any]]
) -> list[str]:
    """Copy the record the run is scored against from a part that has it unchanged.

    Return what is wrong with the records of the parts, unless one was good.
    """
    problems = []
    for folder in (out, *manifests):
        try:
            content = read_stored_record(folder, SCENARIO_FOLDER, whole_manifest)
        except BadInput as error:
            if folder != out:
                problems.append(f"{folder}: {str(error).rstrip('.')}")
            continue
        if content is not None and folder != out:
            name = whole_manifest["record_file"]["name"]
            write_inside(out, SCENARIO_FOLDER, name, content=content)
        return []
    return problems


def _copy_chunk(part: Path, drafts: Path, receipt: dict[str, Any]) -> str:
    """Link or copy a chunk's files to the drafts; return an error, or an empty text."""
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, expected in receipt["files"].items():
        draft = drafts / f"{kind}-{chunk_name(chunk)}.parquet"
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        try:
            with open_table(part, kind, chunk, expected) as source:
                try:
                    os.link(chunk_table_path(part, kind, chunk), draft, follow_symlinks=False)
                except (OSError, NotImplementedError):
                    with open(draft, "xb") as copied:
                        shutil.copyfileobj(source, copied)
        except BadInput as error:
            return str(error).rstrip(".")
        # The draft is what will be read; whatever was linked or copied is compared in its place.
        with open_contained(drafts, draft.name, max_bytes=expected["bytes"]) as file:
            if open_file_sha256(file) != expected["sha256"]:
                return f"{kind}/{chunk_name(chunk)}.parquet does not match its checksum"
    return ""


def _absent_worlds(inventory: Inventory) -> list[range]:
    """Return the worlds that are missing or damaged."""
    return inventory.missing + [range(first, first + 1) for first in inventory.damaged]


def _missing_parts(
    manifests: dict[Path, dict[str, Any]], missing: list[range], whole_manifest: dict[str, Any]
) -> list[str]:
    """Return the parts with missing worlds, in the notation of ``--shard``."""
    totals = {manifest["part"][1] for manifest in manifests.values() if manifest["part"]}
    parts = []
    for total in sorted(totals):
        for number in range(1, total + 1):
            low, high = part_span(
                whole_manifest["worlds"], whole_manifest["chunk"], (number, total)
            )
            if any(low < worlds.stop and worlds.start < high for worlds in missing):
                parts.append(f"{number}/{total}")
    return parts
