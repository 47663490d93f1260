"""What lies in the folder of a run besides its verified files: leftovers, pages and figures made
from it, files of somebody else, and things that no run has.
"""

import os
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import PART_PREFIX, Chunk
from poruka.runs.commit import SCENARIO_FOLDER, TABLES
from poruka.runs.inventory import RECEIPTS_FOLDER, Inventory
from poruka.runs.job import DRAFTS_FOLDER, LOCK_FILE
from poruka.runs.manifest import JOB_DATABASE_FILE, MANIFEST_FILE
from poruka.runs.ro_crate import CRATE_METADATA_FILE
from poruka.simulation.run_spec import OVER_NUMBERS_FOLDER
from poruka.utils.contained_files import is_link, iter_contained

_DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal")
_MADE_FROM_THE_RUN = {
    "report.html": "the page of the run",
    "figures": "its figures",
    CRATE_METADATA_FILE: "its description for archives",
}
"""What the package writes beside a run without a checksum; it can be made again from the run."""
_MAX_NAMES = 10


@dataclass
class OtherFiles:
    """What lies in the folder of a run besides its verified files.

    Attributes
    ----------
    foreign : list of str
        Links, pipes, devices and what cannot be looked at, one phrase each.
    not_covered : list of str
        What cannot be verified, and why.
    remarks : list of str
        Files of chunks that are not finished.
    """

    foreign: list[str] = field(default_factory=list)
    not_covered: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def _foreign_kind(path: Path, status: os.stat_result | None) -> str:
    """Return what a thing is that no run has, or an empty text for files and folders."""
    if status is None:
        return "cannot be looked at (no permission, or gone meanwhile)"
    if is_link(path):
        return "is a link"
    kinds = (
        (stat.S_ISFIFO, "is a pipe"),
        (stat.S_ISSOCK, "is a socket"),
        (stat.S_ISCHR, "is a device"),
        (stat.S_ISBLK, "is a device"),
    )
    return next((kind for is_kind, kind in kinds if is_kind(status.st_mode)), "")


def _verified_names(manifest: Mapping[str, Any], inventory: Inventory) -> set[str]:
    """Return the paths, inside the folder, of everything that was verified, good or bad."""
    names = {MANIFEST_FILE, LOCK_FILE, *(JOB_DATABASE_FILE + end for end in _DATABASE_SUFFIXES)}
    if manifest.get("record_file"):
        names.add(f"{SCENARIO_FOLDER}/{manifest['record_file']['name']}")
    for first in (*inventory.intact, *inventory.damaged):
        name = chunk_name(Chunk(first, 0))
        tables = inventory.intact[first]["files"] if first in inventory.intact else TABLES
        names |= {f"{RECEIPTS_FOLDER}/{name}.json", *(f"{kind}/{name}.parquet" for kind in tables)}
    return names


def _list_names(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_MAX_NAMES]))
    return shown + (f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else "")


def describe_other_files(
    folder: Path, manifest: Mapping[str, Any], inventory: Inventory, running: bool
) -> OtherFiles:
    """Return what lies in a folder besides the verified files of its run; no link is followed.

    Parameters
    ----------
    folder : Path
    manifest : mapping
    inventory : Inventory
    running : bool
        Whether a process is running it at this moment, so that files come and go.
    """
    verified = _verified_names(manifest, inventory)
    found, unfinished, unknown = OtherFiles(), [], []
    made: Counter[str] = Counter()
    for path, status in iter_contained(folder):
        name = path.relative_to(folder).as_posix()
        top = name.split("/")[0]
        if kind := _foreign_kind(path, status):
            if not (running and status is None):
                found.foreign.append(f"{name!r} {kind}")
        elif status is None or stat.S_ISDIR(status.st_mode) or name in verified:
            continue
        elif name.startswith(f"{LOCK_FILE}."):
            continue  # it says who holds the lock
        elif top in _MADE_FROM_THE_RUN:
            made[top] += 1
        elif top == DRAFTS_FOLDER or name.endswith(".part"):
            made[DRAFTS_FOLDER] += 1
        elif top.startswith(PART_PREFIX) and "/" in name:
            made[PART_PREFIX] += 1
        elif top == OVER_NUMBERS_FOLDER and "/" in name:
            made[OVER_NUMBERS_FOLDER] += 1
        elif top in (*TABLES, RECEIPTS_FOLDER) and path.suffix in (".parquet", ".json"):
            unfinished.append(name)
        else:
            unknown.append(name)
    if unfinished and not running:
        found.remarks.append(
            f"{len(unfinished)} files belong to no finished chunk and are not counted:"
            f" {_list_names(unfinished)}"
        )
    found.not_covered = [
        name + (f" ({made[name]} files)" if made[name] > 1 else "") + f": {what}, without checksum"
        for name, what in _MADE_FROM_THE_RUN.items()
        if made[name]
    ]
    if made[DRAFTS_FOLDER]:
        found.not_covered.append(
            f"{made[DRAFTS_FOLDER]} drafts of chunks in progress, or left by a session that was"
            " killed; the next one removes them"
        )
    if made[PART_PREFIX]:
        found.not_covered.append(
            f"the folders {PART_PREFIX}… ({made[PART_PREFIX]} files): parts, each a run of its own;"
            " verify each"
        )
    if made[OVER_NUMBERS_FOLDER]:
        found.not_covered.append(
            f"the folder {OVER_NUMBERS_FOLDER} ({made[OVER_NUMBERS_FOLDER]} files): the worlds over"
            " the numbers, a run of its own; verify it"
        )
    if unknown:
        found.not_covered.append(
            f"not part of the run, and never read: {_list_names(unknown)} ({len(unknown)} files)"
        )
    return found
