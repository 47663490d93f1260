"""Commit a finished chunk to a run: its drafts are renamed into place, then its receipt is written,
and from then on the chunk counts as finished.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import Chunk
from poruka.runs.inventory import RECEIPTS_FOLDER, chunk_table_path, format_receipt, receipt_path
from poruka.runs.manifest import describe_record_file
from poruka.simulation.run_spec import RECORD_LEVELS
from poruka.utils.atomic_files import flush_to_disk
from poruka.utils.contained_files import contained_path, is_regular_file
from poruka.utils.contained_writing import move_inside, remove_file_inside, write_inside

TABLES = RECORD_LEVELS
SCENARIO_FOLDER = "scenario"
"""Folder of the file a scenario needs besides itself: the record it is scored against."""


def commit_chunk(out: Path, drafts: Path, receipt: Mapping[str, Any]) -> None:
    """Move the drafts of a chunk into its run and write the receipt last.

    The presence of the receipt means that the chunk is complete.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind in TABLES:
        if kind in receipt["files"]:
            draft = contained_path(drafts, f"{kind}-{chunk_name(chunk)}.parquet")
            move_inside(out, draft, kind, chunk_table_path(out, kind, chunk).name)
            flush_to_disk(out / kind)
        else:
            # Left over from an earlier, unfinished attempt.
            remove_file_inside(out, kind, chunk_table_path(out, kind, chunk).name)
    write_inside(
        out, RECEIPTS_FOLDER, receipt_path(out, chunk).name, content=format_receipt(receipt)
    )
    flush_to_disk(out / RECEIPTS_FOLDER)


def observed_record_is_intact(out: Path, manifest: Mapping[str, Any]) -> bool:
    """Return whether the record a run is scored against is stored unchanged, or it has none."""
    expected = manifest.get("record_file")
    if expected is None:
        return True
    # The copy may have been put there by somebody else: a link could lead to any file.
    return (
        is_regular_file(out, SCENARIO_FOLDER, str(expected["name"]))
        and describe_record_file(out / SCENARIO_FOLDER / expected["name"]) == expected
    )


def copy_observed_record(out: Path, manifest: Mapping[str, Any], path: Path | None) -> None:
    """Copy the record into a run, from the scenario's path or its place when the run began."""
    expected = manifest.get("record_file")
    if expected is None or observed_record_is_intact(out, manifest):
        return
    for source in (path, Path(manifest["folder"]) / expected["name"]):
        if source is not None and describe_record_file(source) == expected:
            write_inside(out, SCENARIO_FOLDER, expected["name"], content=source.read_bytes())
            return


def discard_chunk(out: Path, chunk: Chunk) -> None:
    """Remove a chunk from a run, its receipt first, so that it no longer counts as finished."""
    remove_file_inside(out, RECEIPTS_FOLDER, receipt_path(out, chunk).name)
    for kind in TABLES:
        remove_file_inside(out, kind, chunk_table_path(out, kind, chunk).name)
