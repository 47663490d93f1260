"""Putting the parts of a run together that a job array played: the same run as if one machine had
played it.
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
from poruka.runs.inventory import RECEIPTS_FOLDER, chunk_table_path, take_inventory
from poruka.runs.job import DRAFTS_FOLDER, LOCK_FILE, refuse_if_running
from poruka.runs.job_db import JobDatabase
from poruka.runs.manifest import format_manifest, read_manifest
from poruka.runs.ro_crate import write_ro_crate
from poruka.utils import file_lock
from poruka.utils.atomic_files import (
    create_results_folder,
    write_bytes_atomically,
    write_text_atomically,
)
from poruka.utils.checksums import file_sha256
from poruka.utils.errors import BadInput, RunStopped


def merge_parts(out: str | Path, parts: Iterable[str | Path] = ()) -> dict[str, Any]:
    """Put the parts of a run together.

    Finished chunks of the parts are linked, or copied where that cannot be, into the whole run,
    each after its checksum has been compared. Whatever is missing can be merged later or played by
    ``poruka resume``.

    Parameters
    ----------
    out : str or Path
        Folder that is to hold the whole run.
    parts : iterable of str or Path
        Folders of the parts; those inside ``out`` by default.

    Returns
    -------
    dict
        worlds, whole, taken (worlds that were new), missing (parts of which worlds are missing, as
        ``--shard`` writes them), damaged.

    Raises
    ------
    BadInput
        When a folder is no part of this run.
    """
    out = Path(out)
    folders = [Path(part) for part in parts] or sorted(out.glob(f"{PART_PREFIX}*"))
    manifests = {part: read_manifest(part) for part in folders}
    if not manifests:
        raise BadInput(
            f"{out} holds no parts ({PART_PREFIX}…); give their folders, or play them with --shard"
            f" i/n --out {out}."
        )
    whole = _combined_manifest(out, manifests)
    refuse_if_running(out)
    create_results_folder(out)
    try:
        with file_lock.acquire_lock(out / LOCK_FILE):
            return _merge_chunks(out, whole, manifests)
    except file_lock.LockHeld:
        refuse_if_running(out)
        raise BadInput(f"{out} is being worked on by another process; try again.") from None
    except OSError as error:
        raise RunStopped(
            f"{out} could not be written ({error.strerror}); what was merged is kept, see to it and"
            " merge again."
        ) from None


def _combined_manifest(out: Path, manifests: dict[Path, dict[str, Any]]) -> dict[str, Any]:
    """Return the manifest of the whole run, once all parts are found to be of one run."""
    first = next(iter(manifests.values()))
    for part, one in manifests.items():
        if one["run"] != first["run"]:
            raise BadInput(
                f"{part} is part of another run ({one['scenario']}, {one['worlds']} worlds, seed"
                f" {one['seed']}, run {one['run']}) than {next(iter(manifests))} (run"
                f" {first['run']}); only parts of one run, played by one code, can be put together."
            )
    if (out / "manifest.json").exists():
        there = read_manifest(out)
        if there["run"] != first["run"] or there["part"]:
            raise BadInput(
                f"{out} holds another run; give the folder of the whole run, or a new one."
            )
        return there
    return {**first, "part": None, "span": [0, first["worlds"]], "finished": False, "counts": {}}


def _merge_chunks(
    out: Path, whole_manifest: dict[str, Any], manifests: dict[Path, dict[str, Any]]
) -> dict[str, Any]:
    if not (out / "manifest.json").exists():
        write_text_atomically(out / "manifest.json", format_manifest(whole_manifest))
    for name in (*TABLES, RECEIPTS_FOLDER, SCENARIO_FOLDER):
        (out / name).mkdir(parents=True, exist_ok=True)
    for record in (path for part in manifests for path in (part / SCENARIO_FOLDER).glob("*")):
        if not (out / SCENARIO_FOLDER / record.name).exists():
            write_bytes_atomically(out / SCENARIO_FOLDER / record.name, record.read_bytes())
    there = take_inventory(out, whole_manifest, verify_checksums=False)
    drafts, taken, damaged = out / DRAFTS_FOLDER / "merge", 0, []
    shutil.rmtree(out / DRAFTS_FOLDER, ignore_errors=True)
    drafts.mkdir(parents=True)
    for part, manifest in manifests.items():
        found = take_inventory(part, manifest, verify_checksums=False)
        damaged += [f"{part}: {why}" for why in found.damaged.values()]
        for first, receipt in found.intact.items():
            if first in there.intact:
                continue
            if why := _copy_chunk(part, drafts, receipt):
                damaged.append(f"{part}: {why}")
                continue
            commit_chunk(out, drafts, receipt)
            taken += receipt["count"]
    shutil.rmtree(out / DRAFTS_FOLDER, ignore_errors=True)
    there = take_inventory(out, whole_manifest, verify_checksums=False)
    ledger = JobDatabase(out)
    try:
        ledger.register_chunks(whole_manifest, iter_chunks(whole_manifest), there.intact)
        ledger.open_session(f"merge of {len(manifests)} parts")
        if there.intact_worlds == whole_manifest["worlds"]:
            write_text_atomically(
                out / "manifest.json",
                format_manifest(
                    {
                        **whole_manifest,
                        "finished": True,
                        "counts": {"played": there.intact_worlds, "failed": there.failed_worlds},
                    }
                ),
            )
            write_ro_crate(out, whole_manifest)
        ledger.close_session(
            "finished" if there.intact_worlds == whole_manifest["worlds"] else "parts are missing"
        )
    finally:
        ledger.close()
    return {
        "folder": str(out),
        "worlds": whole_manifest["worlds"],
        "whole": there.intact_worlds,
        "taken": taken,
        "missing": _missing_parts(manifests, there.intact, whole_manifest),
        "damaged": damaged,
    }


def _copy_chunk(part: Path, drafts: Path, receipt: dict[str, Any]) -> str:
    """Link or copy a chunk's files to the drafts; returns what is wrong with them, or nothing."""
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, said in receipt["files"].items():
        source, draft = (
            chunk_table_path(part, kind, chunk),
            drafts / f"{kind}-{chunk_name(chunk)}.parquet",
        )
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        try:
            os.link(source, draft)
        except OSError:
            shutil.copyfile(source, draft)
        if file_sha256(draft) != said["sha256"]:
            return f"{kind}/{source.name} has other contents than were written"
    return ""


def _missing_parts(
    manifests: dict[Path, dict[str, Any]], intact: dict[int, Any], whole_manifest: dict[str, Any]
) -> list[str]:
    """Return the parts whose worlds are not all there, as ``--shard`` writes them."""
    totals = {one["part"][1] for one in manifests.values() if one["part"]}
    lacking = []
    for total in sorted(totals):
        for number in range(1, total + 1):
            low, high = part_span(
                whole_manifest["worlds"], whole_manifest["chunk"], (number, total)
            )
            if any(first not in intact for first in range(low, high, whole_manifest["chunk"])):
                lacking.append(f"{number}/{total}")
    return lacking
