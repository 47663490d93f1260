"""Whether a folder may be written to as a run: nobody else is running it, and it holds no link."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.runs.commit import SCENARIO_FOLDER, TABLES
from poruka.runs.inventory import RECEIPTS_FOLDER
from poruka.runs.job_db import DATABASE_FILES
from poruka.runs.ro_crate import CRATE_METADATA_FILE
from poruka.utils import file_lock
from poruka.utils.contained_files import contained_path
from poruka.utils.contained_writing import refuse_special_files
from poruka.utils.errors import BadInput

LOCK_FILE, DRAFTS_FOLDER = "lock", "drafts"
MAX_CHUNKS = 10**7
"""Chunks that one folder can hold: each has a row in the job database and up to four files."""


def refuse_links_in_run(out: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a run folder in which a link, pipe or device lies where the run is going to write.

    A folder may come from anywhere: what its links point to belongs to somebody else, and so may
    the names in its manifest.

    Raises
    ------
    BadInput
        When there is one, or when the manifest claims more chunks than a folder can hold; nothing
        has been written then.
    """
    low, high = manifest["span"]
    if high - low > MAX_CHUNKS * manifest["chunk"]:
        raise BadInput(
            f"{out} is to hold {high - low:,} worlds in chunks of {manifest['chunk']:,}; one folder"
            f" holds at most {MAX_CHUNKS:,} chunks: ask for fewer worlds, or play parts of the run"
            " (--shard) into folders that are not merged."
        )
    if record := manifest.get("record_file"):
        contained_path(out, SCENARIO_FOLDER, str(record["name"]))
    if not out.is_dir():
        return
    names = [
        *(LOCK_FILE, LOCK_FILE + file_lock.HOLDER_SUFFIX, "manifest.json", *DATABASE_FILES),
        *(CRATE_METADATA_FILE, DRAFTS_FOLDER, RECEIPTS_FOLDER, SCENARIO_FOLDER, *TABLES),
        *("report.html", "figures"),
    ]
    leftovers = [name for name in sorted(os.listdir(out)) if name.endswith(".part")]
    refuse_special_files(out, [*names, *leftovers])
    file_lock.refuse_odd_lock(out / LOCK_FILE)


def refuse_if_running(out: Path) -> None:
    """Refuse a folder that another process is running."""
    if file_lock.is_locked(out / LOCK_FILE):
        raise BadInput(
            f"{out} is being run by {file_lock.lock_holder(out / LOCK_FILE)}; wait for it, or end"
            f" it and resume. The run can be read meanwhile: poruka verify {out}"
        )
