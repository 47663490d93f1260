"""Keeping a finished chunk: its drafts are renamed into the run, then its receipt appears, and from then on it counts."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..ensemble import RECORDS
from .folder import write_text
from .manifest import Chunk
from .shards import name_of, onto_disk
from .survey import RECEIPTS, receipt_path, shard_path

KINDS = RECORDS
SCENARIO = "scenario"
"""Folder of what the scenario needs beside itself: the record it is scored against."""


def keep(out: Path, drafts: Path, receipt: Mapping[str, Any]) -> None:
    """Rename the drafts of a chunk into its run and write the receipt last: its presence says that the chunk is whole."""
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind in KINDS:
        if kind in receipt["files"]:
            os.replace(drafts / f"{kind}-{name_of(chunk)}.parquet", shard_path(out, kind, chunk))
            onto_disk(out / kind)
        else:
            with contextlib.suppress(FileNotFoundError):
                shard_path(out, kind, chunk).unlink()  # of an earlier try that was not finished
    write_text(receipt_path(out, chunk), json.dumps(receipt))
    onto_disk(out / RECEIPTS)


def lay_aside(out: Path, chunk: Chunk) -> None:
    """Take a chunk out of a run, its receipt first, so that nobody counts what is about to be played again."""
    for path in (receipt_path(out, chunk), *(shard_path(out, kind, chunk) for kind in KINDS)):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
