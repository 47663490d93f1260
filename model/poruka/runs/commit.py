"""Keeping a finished chunk: its drafts are renamed into the run, then its receipt appears, and from
then on it counts.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import name_of
from poruka.runs.chunks import Chunk
from poruka.runs.inventory import RECEIPTS, receipt_path, receipt_text, shard_path
from poruka.runs.manifest import record_file
from poruka.simulation.run_spec import RECORDS
from poruka.utils.atomic_files import onto_disk, write_bytes, write_text

KINDS = RECORDS
SCENARIO = "scenario"
"""Folder of what the scenario needs beside itself: the record it is scored against."""


def keep(out: Path, drafts: Path, receipt: Mapping[str, Any]) -> None:
    """Rename the drafts of a chunk into its run and write the receipt last: its presence says that
    the chunk is whole.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind in KINDS:
        if kind in receipt["files"]:
            os.replace(drafts / f"{kind}-{name_of(chunk)}.parquet", shard_path(out, kind, chunk))
            onto_disk(out / kind)
        else:
            with contextlib.suppress(FileNotFoundError):
                shard_path(out, kind, chunk).unlink()  # of an earlier try that was not finished
    write_text(receipt_path(out, chunk), receipt_text(receipt))
    onto_disk(out / RECEIPTS)


def record_is_whole(out: Path, manifest: Mapping[str, Any]) -> bool:
    """Return whether the record a run is scored against lies in it unchanged, if it has one."""
    said = manifest.get("record_file")
    return said is None or record_file(out / SCENARIO / said["name"]) == said


def keep_record(out: Path, manifest: Mapping[str, Any], path: Path | None) -> None:
    """Copy the record into a run, from where the scenario has it or from where it was when the run
    was begun.
    """
    said = manifest.get("record_file")
    if said is None or record_is_whole(out, manifest):
        return
    for source in (path, Path(manifest["folder"]) / said["name"]):
        if source is not None and record_file(source) == said:
            write_bytes(out / SCENARIO / said["name"], source.read_bytes())
            return


def lay_aside(out: Path, chunk: Chunk) -> None:
    """Take a chunk out of a run, its receipt first, so that nobody counts what is about to be
    played again.
    """
    for path in (receipt_path(out, chunk), *(shard_path(out, kind, chunk) for kind in KINDS)):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
