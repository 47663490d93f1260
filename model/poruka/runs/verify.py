"""Verify the integrity of a run: whether its finished chunks are present and unchanged, what else
lies in its folder, and whether it can be resumed.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import Chunk, worlds_text
from poruka.runs.commit import SCENARIO_FOLDER
from poruka.runs.folder_contents import describe_other_files
from poruka.runs.inventory import RECEIPTS_FOLDER, Inventory, read_stored_record, take_inventory
from poruka.runs.job_db import read_job_database
from poruka.runs.manifest import build_manifest, manifest_differences, manifest_is_intact, spec_of
from poruka.runs.store import read_manifest_or_backup
from poruka.runs.stored_run import is_running
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path


@dataclass
class Verification:
    """Result of verifying a run folder.

    Attributes
    ----------
    folder : Path
    worlds, intact_worlds, failed_worlds : int
        Requested worlds, finished and unchanged worlds, and those among them that failed.
    damaged : list of str
        Damage to stored files, one sentence each.
    remarks : list of str
        Further observations that involve no loss of data.
    foreign : list of str
        Links, pipes, devices and folders without permission; no run has them, and nothing is read
        or written through them.
    not_covered : list of str
        What lies in the folder and was not verified, and why.
    running : bool
        Whether a process is running it at this moment.
    resume_obstacle : str
        Why this installation cannot continue it; empty where it can.
    """

    folder: Path
    worlds: int = 0
    intact_worlds: int = 0
    failed_worlds: int = 0
    damaged: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    not_covered: list[str] = field(default_factory=list)
    running: bool = False
    resume_obstacle: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is damaged or foreign and, unless it is running, nothing is missing."""
        is_complete = self.running or self.intact_worlds == self.worlds
        return not self.damaged and not self.foreign and is_complete

    def to_dict(self) -> dict[str, Any]:
        """Return the verification as plain values for JSON."""
        return {
            "folder": str(self.folder),
            "in_order": self.is_valid,
            "worlds": self.worlds,
            "whole": self.intact_worlds,
            "failed": self.failed_worlds,
            "damaged": self.damaged,
            "remarks": self.remarks,
            "foreign": self.foreign,
            "not_covered": self.not_covered,
            "running": self.running,
            "hindrance": self.resume_obstacle,
        }

    def format_report(self) -> str:
        """Return the verification as text, one finding per line."""
        lines = [
            f"{self.folder}: {self.intact_worlds} of {self.worlds} worlds are finished and"
            " unchanged" + (f", {self.failed_worlds} of them failed" if self.failed_worlds else "")
        ]
        lines += [f"damaged: {damage}" for damage in self.damaged]
        lines += [f"does not belong there: {thing}" for thing in self.foreign] + self.remarks
        lines += [f"not verified: {thing}" for thing in self.not_covered]
        if self.running:
            lines.append("it is running at this moment")
        elif self.intact_worlds < self.worlds:
            lines.append(
                self.resume_obstacle
                or ("remove what does not belong there; then " if self.foreign else "")
                + f"`poruka resume {self.folder}` simulates the other"
                f" {self.worlds - self.intact_worlds}, with the results of an uninterrupted run"
            )
        else:
            lines.append(self._conclusion())
        return "\n".join(lines)

    def _conclusion(self) -> str:
        if self.foreign:
            return "remove what does not belong there" + (
                f", then `poruka resume {self.folder}` repairs the rest" if self.damaged else ""
            )
        if self.damaged:
            return f"`poruka resume {self.folder}` repairs it"
        return "it is finished and in order"


def verify_run(folder: str | Path) -> Verification:
    """Verify every file of a run: manifest, receipts, checksums, record and job database.

    What belongs to no run is named, and so is what cannot be verified. Nothing is written.

    Raises
    ------
    BadInput
        When the folder holds no run.
    """
    folder = absolute_path(folder, "run", "a folder")
    manifest = read_manifest_or_backup(folder)
    low, high = manifest["span"]
    running = is_running(folder)
    damaged = []
    try:
        inventory = take_inventory(folder, manifest)
    except BadInput as error:
        inventory = Inventory(missing=[range(low, high)])
        damaged.append(str(error).rstrip("."))
    damaged += [
        f"{error} ({worlds_text(manifest, first)})"
        for first, error in sorted(inventory.damaged.items())
    ]
    verification = Verification(
        folder,
        high - low,
        inventory.intact_worlds,
        inventory.failed_worlds,
        damaged=damaged,
        running=running,
    )
    if not manifest_is_intact(folder):
        verification.damaged.append(
            "manifest.json is gone or was changed; the copy in the job database was used, and"
            f" `poruka resume {folder}` restores it"
        )
    if inventory.intact_worlds and not running:
        try:
            read_stored_record(folder, SCENARIO_FOLDER, manifest)
        except BadInput as error:
            verification.damaged.append(str(error).rstrip("."))
    _check_job_database(folder, manifest, set(inventory.intact), verification)
    others = describe_other_files(folder, manifest, inventory, running)
    verification.foreign, verification.not_covered = others.foreign, others.not_covered
    verification.remarks += others.remarks
    if verification.intact_worlds < verification.worlds and not running:
        verification.resume_obstacle = _resume_obstacle(folder, manifest)
    return verification


def _check_job_database(
    folder: Path, manifest: dict[str, Any], intact: set[int], verification: Verification
) -> None:
    database = read_job_database(folder)
    if database is None:
        verification.remarks.append(
            "the job database is missing or damaged; it is rebuilt from the receipts when the run"
            " is resumed, and no world is lost"
        )
        return
    lost_chunks = sorted(set(database["kept"]) - intact)
    unreported = [
        first
        for first in lost_chunks
        if not any(f"(worlds {first} " in damage for damage in verification.damaged)
    ]
    if unreported and not verification.running:
        verification.damaged.append(
            f"the receipts of {len(unreported)} chunks that the job database lists as finished are"
            f" missing, the first {RECEIPTS_FOLDER}/{chunk_name(Chunk(unreported[0], 0))}.json"
        )
    if (
        manifest["finished"]
        and not verification.damaged
        and verification.intact_worlds < verification.worlds
    ):
        verification.damaged.append(
            "the manifest calls the run finished, but"
            f" {verification.worlds - verification.intact_worlds} worlds are missing"
        )
    endings = [str(session["ended"] or "running or died") for session in database["sessions"]]
    if len(endings) > 1:
        verification.remarks.append(
            f"run in {len(endings)} sessions:"
            f" {', '.join(ending.split(':')[0] for ending in endings[-6:])}"
        )


def _resume_obstacle(folder: Path, manifest: dict[str, Any]) -> str:
    """Return why this installation cannot continue a run, or an empty text."""
    if manifest["own_rules"]:
        return (
            "it was run with custom rules; call simulate with the same scenario and out=… to"
            " continue"
        )
    current = build_manifest(spec_of(manifest, folder), manifest["chunk"])
    differences = manifest_differences(manifest, current)
    return (
        f"it cannot be continued here: since it began, {', and '.join(differences)}"
        if differences
        else ""
    )
