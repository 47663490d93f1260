"""Putting the parts of a run together that a job array played: the same run as if one machine had
played it.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import name_of
from poruka.runs.chunks import PART, Chunk, chunks_of, span_of
from poruka.runs.commit import KINDS, SCENARIO, keep
from poruka.runs.inventory import RECEIPTS, shard_path, survey
from poruka.runs.job import DRAFTS, LOCK, refuse_if_held
from poruka.runs.job_db import Ledger
from poruka.runs.manifest import manifest_text, read_manifest
from poruka.runs.ro_crate import write_crate
from poruka.utils import file_lock
from poruka.utils.atomic_files import results_folder, write_bytes, write_text
from poruka.utils.checksums import checksum
from poruka.utils.errors import BadInput, RunStopped


def merge(out: str | Path, parts: Iterable[str | Path] = ()) -> dict[str, Any]:
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
    folders = [Path(part) for part in parts] or sorted(out.glob(f"{PART}*"))
    manifests = {part: read_manifest(part) for part in folders}
    if not manifests:
        raise BadInput(
            f"{out} holds no parts ({PART}…); give their folders, or play them with --shard i/n"
            f" --out {out}."
        )
    whole = _whole(out, manifests)
    refuse_if_held(out)
    results_folder(out)
    try:
        with file_lock.held(out / LOCK):
            return _merge(out, whole, manifests)
    except file_lock.Held:
        refuse_if_held(out)
        raise BadInput(f"{out} is being worked on by another process; try again.") from None
    except OSError as error:
        raise RunStopped(
            f"{out} could not be written ({error.strerror}); what was merged is kept, see to it and"
            " merge again."
        ) from None


def _whole(out: Path, manifests: dict[Path, dict[str, Any]]) -> dict[str, Any]:
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


def _merge(
    out: Path, whole: dict[str, Any], manifests: dict[Path, dict[str, Any]]
) -> dict[str, Any]:
    if not (out / "manifest.json").exists():
        write_text(out / "manifest.json", manifest_text(whole))
    for name in (*KINDS, RECEIPTS, SCENARIO):
        (out / name).mkdir(parents=True, exist_ok=True)
    for record in (path for part in manifests for path in (part / SCENARIO).glob("*")):
        if not (out / SCENARIO / record.name).exists():
            write_bytes(out / SCENARIO / record.name, record.read_bytes())
    there = survey(out, whole, contents=False)
    drafts, taken, damaged = out / DRAFTS / "merge", 0, []
    shutil.rmtree(out / DRAFTS, ignore_errors=True)
    drafts.mkdir(parents=True)
    for part, manifest in manifests.items():
        found = survey(part, manifest, contents=False)
        damaged += [f"{part}: {why}" for why in found.broken.values()]
        for first, receipt in found.whole.items():
            if first in there.whole:
                continue
            if why := _take(part, drafts, receipt):
                damaged.append(f"{part}: {why}")
                continue
            keep(out, drafts, receipt)
            taken += receipt["count"]
    shutil.rmtree(out / DRAFTS, ignore_errors=True)
    there = survey(out, whole, contents=False)
    ledger = Ledger(out)
    try:
        ledger.plan(whole, chunks_of(whole), there.whole)
        ledger.begin(f"merge of {len(manifests)} parts")
        if there.worlds == whole["worlds"]:
            write_text(
                out / "manifest.json",
                manifest_text(
                    {
                        **whole,
                        "finished": True,
                        "counts": {"played": there.worlds, "failed": there.failed},
                    }
                ),
            )
            write_crate(out, whole)
        ledger.end("finished" if there.worlds == whole["worlds"] else "parts are missing")
    finally:
        ledger.close()
    return {
        "folder": str(out),
        "worlds": whole["worlds"],
        "whole": there.worlds,
        "taken": taken,
        "missing": _missing(manifests, there.whole, whole),
        "damaged": damaged,
    }


def _take(part: Path, drafts: Path, receipt: dict[str, Any]) -> str:
    """Link or copy a chunk's files to the drafts; returns what is wrong with them, or nothing."""
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, said in receipt["files"].items():
        source, draft = shard_path(part, kind, chunk), drafts / f"{kind}-{name_of(chunk)}.parquet"
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        try:
            os.link(source, draft)
        except OSError:
            shutil.copyfile(source, draft)
        if checksum(draft) != said["sha256"]:
            return f"{kind}/{source.name} has other contents than were written"
    return ""


def _missing(
    manifests: dict[Path, dict[str, Any]], there: dict[int, Any], whole: dict[str, Any]
) -> list[str]:
    """Return the parts whose worlds are not all there, as ``--shard`` writes them."""
    totals = {one["part"][1] for one in manifests.values() if one["part"]}
    lacking = []
    for total in sorted(totals):
        for number in range(1, total + 1):
            low, high = span_of(whole["worlds"], whole["chunk"], (number, total))
            if any(first not in there for first in range(low, high, whole["chunk"])):
                lacking.append(f"{number}/{total}")
    return lacking
