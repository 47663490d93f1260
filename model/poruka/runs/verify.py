"""Looking a run over: is everything there that was finished, unchanged, once, and what would be
needed to finish it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import iter_chunks
from poruka.runs.commit import SCENARIO_FOLDER, TABLES, observed_record_is_intact
from poruka.runs.inventory import RECEIPTS_FOLDER, take_inventory
from poruka.runs.job import LOCK_FILE
from poruka.runs.job_db import read_job_database
from poruka.runs.manifest import build_manifest, manifest_differences, manifest_is_intact, spec_of
from poruka.runs.store import read_manifest_or_backup
from poruka.utils import file_lock


@dataclass
class Verification:
    """What was found in a run folder.

    Attributes
    ----------
    folder : Path
    worlds, whole, failed : int
        Worlds asked for, worlds that lie finished and unchanged, and those of them that failed.
    damaged : list of str
        What is not as it was written, a sentence each.
    remarks : list of str
        What a reader should know, though nothing is lost by it.
    running : bool
        Whether a process is playing it at this moment.
    hindrance : str
        Why it could not be gone on with here; empty where it could.
    """

    folder: Path
    worlds: int = 0
    intact_worlds: int = 0
    failed_worlds: int = 0
    damaged: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    running: bool = False
    resume_obstacle: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is damaged and nothing is missing that is not being played."""
        return not self.damaged and (self.running or self.intact_worlds == self.worlds)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "folder": str(self.folder),
            "in_order": self.is_valid,
            "worlds": self.worlds,
            "whole": self.intact_worlds,
            "failed": self.failed_worlds,
            "damaged": self.damaged,
            "remarks": self.remarks,
            "running": self.running,
            "hindrance": self.resume_obstacle,
        }

    def format_report(self) -> str:
        """Return it in words, a line each."""
        lines = [
            f"{self.folder}: {self.intact_worlds} of {self.worlds} worlds lie finished and"
            " unchanged" + (f", {self.failed_worlds} of them failed" if self.failed_worlds else "")
        ]
        lines += [f"damaged: {one}" for one in self.damaged] + self.remarks
        if self.running:
            lines.append("it is being played at this moment")
        elif self.intact_worlds < self.worlds:
            lines.append(
                self.resume_obstacle
                or f"`poruka resume {self.folder}` plays the other {self.worlds - self.intact_worlds}, to the results an undisturbed run has"
            )
        else:
            lines.append(
                f"`poruka resume {self.folder}` mends it"
                if self.damaged
                else "it is finished and in order"
            )
        return "\n".join(lines)


def verify_run(folder: str | Path) -> Verification:
    """Look a run over: manifest, receipts, every checksum, ledger. Nothing is written.

    Raises
    ------
    BadInput
        When the folder holds no run.
    """
    folder = Path(folder)
    manifest = read_manifest_or_backup(folder)
    low, high = manifest["span"]
    running = file_lock.is_locked(folder / LOCK_FILE)
    found = take_inventory(folder, manifest)
    done = Verification(
        folder, high - low, found.intact_worlds, found.failed_worlds, running=running
    )
    done.damaged = [
        f"{why} (worlds {first} to {min(high, first + manifest['chunk']) - 1})"
        for first, why in sorted(found.damaged.items())
    ]
    if not manifest_is_intact(folder):
        done.damaged.append(
            "manifest.json is gone or was changed; this is told by the ledger's copy, and `poruka"
            f" resume {folder}` restores it"
        )
    if found.intact_worlds and not observed_record_is_intact(folder, manifest) and not running:
        done.damaged.append(
            f"{SCENARIO_FOLDER}/{manifest['record_file']['name']}, against which the run is scored,"
            " is gone or was changed"
        )
    _check_job_database(folder, manifest, set(found.intact), done)
    if not running:
        known = {
            chunk_name(chunk) for chunk in iter_chunks(manifest) if chunk.first in found.intact
        }
        strays = [
            path
            for kind in (*TABLES, RECEIPTS_FOLDER)
            for path in sorted((folder / kind).glob("*"))
            if path.stem not in known and path.suffix in (".parquet", ".json")
        ]
        unexplained = [
            path
            for path in strays
            if path.stem not in {f"worlds-{first:09d}" for first in found.damaged}
        ]
        if unexplained:
            done.remarks.append(
                f"{len(unexplained)} files belong to no finished chunk and are not counted, such as"
                f" {unexplained[0].relative_to(folder)}"
            )
    if done.intact_worlds < done.worlds and not running:
        done.resume_obstacle = _resume_obstacle(folder, manifest)
    return done


def _check_job_database(
    folder: Path, manifest: dict[str, Any], intact: set[int], verification: Verification
) -> None:
    said = read_job_database(folder)
    if said is None:
        verification.remarks.append(
            "the ledger is missing or damaged; it is written anew from the receipts when the run is"
            " resumed, no world is lost by it"
        )
        return
    lost = sorted(set(said["kept"]) - intact)
    gone = [
        first
        for first in lost
        if not any(f"(worlds {first} " in one for one in verification.damaged)
    ]
    if gone and not verification.running:
        verification.damaged.append(
            f"the receipts of {len(gone)} chunks the ledger calls finished are gone, the first of"
            f" world {gone[0]}"
        )
    if (
        manifest["finished"]
        and not verification.damaged
        and verification.intact_worlds < verification.worlds
    ):
        verification.damaged.append(
            "the run is called finished, and"
            f" {verification.worlds - verification.intact_worlds} worlds are missing"
        )
    ended = [one["ended"] or "at work or died" for one in said["sessions"]]
    if len(ended) > 1:
        verification.remarks.append(
            f"played in {len(ended)} sittings: {', '.join(one.split(':')[0] for one in ended[-6:])}"
        )


def _resume_obstacle(folder: Path, manifest: dict[str, Any]) -> str:
    """Return why a run cannot be gone on with by this installation."""
    if manifest["own_rules"]:
        return (
            "it was played by rules of one's own; call simulate with the same scenario and out=… to"
            " go on"
        )
    here = build_manifest(spec_of(manifest, folder), manifest["chunk"])
    moved = manifest_differences(manifest, here)
    return (
        f"it cannot be gone on with here: since it was begun, {', and '.join(moved)}"
        if moved
        else ""
    )
