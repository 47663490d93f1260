"""Keeping a finished chunk: its drafts are renamed into the run, then its receipt appears, and from
then on it counts.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import Chunk
from poruka.runs.inventory import RECEIPTS_FOLDER, chunk_table_path, format_receipt, receipt_path
from poruka.runs.manifest import describe_record_file
from poruka.simulation.run_spec import RECORD_LEVELS
from poruka.utils.atomic_files import flush_to_disk, write_bytes_atomically, write_text_atomically

TABLES = RECORD_LEVELS
SCENARIO_FOLDER = "scenario"
"""Folder of what the scenario needs beside itself: the record it is scored against."""


def commit_chunk(out: Path, drafts: Path, receipt: Mapping[str, Any]) -> None:
    """Rename the drafts of a chunk into its run and write the receipt last: its presence says that
    the chunk is whole.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind in TABLES:
        if kind in receipt["files"]:
            os.replace(
                drafts / f"{kind}-{chunk_name(chunk)}.parquet", chunk_table_path(out, kind, chunk)
            )
            flush_to_disk(out / kind)
        else:
            with contextlib.suppress(FileNotFoundError):
                chunk_table_path(
                    out, kind, chunk
                ).unlink()  # of an earlier try that was not finished
    write_text_atomically(receipt_path(out, chunk), format_receipt(receipt))
    flush_to_disk(out / RECEIPTS_FOLDER)


def observed_record_is_intact(out: Path, manifest: Mapping[str, Any]) -> bool:
    """Return whether the record a run is scored against lies in it unchanged, if it has one."""
    said = manifest.get("record_file")
    return said is None or describe_record_file(out / SCENARIO_FOLDER / said["name"]) == said


def copy_observed_record(out: Path, manifest: Mapping[str, Any], path: Path | None) -> None:
    """Copy the record into a run, from where the scenario has it or from where it was when the run
    was begun.
    """
    said = manifest.get("record_file")
    if said is None or observed_record_is_intact(out, manifest):
        return
    for source in (path, Path(manifest["folder"]) / said["name"]):
        if source is not None and describe_record_file(source) == said:
            write_bytes_atomically(out / SCENARIO_FOLDER / said["name"], source.read_bytes())
            return


def discard_chunk(out: Path, chunk: Chunk) -> None:
    """Take a chunk out of a run, its receipt first, so that nobody counts what is about to be
    played again.
    """
    for path in (
        receipt_path(out, chunk),
        *(chunk_table_path(out, kind, chunk) for kind in TABLES),
    ):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
