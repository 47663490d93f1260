"""Looking a run over: is everything there that was finished, unchanged, once, and what would be
needed to finish it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import name_of
from poruka.runs.chunks import chunks_of
from poruka.runs.commit import KINDS, SCENARIO, record_is_whole
from poruka.runs.inventory import RECEIPTS, survey
from poruka.runs.job import LOCK
from poruka.runs.job_db import look
from poruka.runs.manifest import differences, make, manifest_is_whole, spec_of
from poruka.runs.store import manifest_there
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
    whole: int = 0
    failed: int = 0
    damaged: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    running: bool = False
    hindrance: str = ""

    @property
    def in_order(self) -> bool:
        """Whether nothing is damaged and nothing is missing that is not being played."""
        return not self.damaged and (self.running or self.whole == self.worlds)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "folder": str(self.folder),
            "in_order": self.in_order,
            "worlds": self.worlds,
            "whole": self.whole,
            "failed": self.failed,
            "damaged": self.damaged,
            "remarks": self.remarks,
            "running": self.running,
            "hindrance": self.hindrance,
        }

    def text(self) -> str:
        """Return it in words, a line each."""
        lines = [
            f"{self.folder}: {self.whole} of {self.worlds} worlds lie finished and unchanged"
            + (f", {self.failed} of them failed" if self.failed else "")
        ]
        lines += [f"damaged: {one}" for one in self.damaged] + self.remarks
        if self.running:
            lines.append("it is being played at this moment")
        elif self.whole < self.worlds:
            lines.append(
                self.hindrance
                or f"`poruka resume {self.folder}` plays the other {self.worlds - self.whole}, to"
                " the results an undisturbed run has"
            )
        else:
            lines.append(
                f"`poruka resume {self.folder}` mends it"
                if self.damaged
                else "it is finished and in order"
            )
        return "\n".join(lines)


def verify(folder: str | Path) -> Verification:
    """Look a run over: manifest, receipts, every checksum, ledger. Nothing is written.

    Raises
    ------
    BadInput
        When the folder holds no run.
    """
    folder = Path(folder)
    manifest = manifest_there(folder)
    low, high = manifest["span"]
    running = file_lock.is_held(folder / LOCK)
    found = survey(folder, manifest)
    done = Verification(folder, high - low, found.worlds, found.failed, running=running)
    done.damaged = [
        f"{why} (worlds {first} to {min(high, first + manifest['chunk']) - 1})"
        for first, why in sorted(found.broken.items())
    ]
    if not manifest_is_whole(folder):
        done.damaged.append(
            "manifest.json is gone or was changed; this is told by the ledger's copy, and `poruka"
            f" resume {folder}` restores it"
        )
    if found.whole and not record_is_whole(folder, manifest) and not running:
        done.damaged.append(
            f"{SCENARIO}/{manifest['record_file']['name']}, against which the run is scored, is"
            " gone or was changed"
        )
    _ledger(folder, manifest, set(found.whole), done)
    if not running:
        known = {name_of(chunk) for chunk in chunks_of(manifest) if chunk.first in found.whole}
        strays = [
            path
            for kind in (*KINDS, RECEIPTS)
            for path in sorted((folder / kind).glob("*"))
            if path.stem not in known and path.suffix in (".parquet", ".json")
        ]
        unexplained = [
            path
            for path in strays
            if path.stem not in {f"worlds-{first:09d}" for first in found.broken}
        ]
        if unexplained:
            done.remarks.append(
                f"{len(unexplained)} files belong to no finished chunk and are not counted, such as"
                f" {unexplained[0].relative_to(folder)}"
            )
    if done.whole < done.worlds and not running:
        done.hindrance = _hindrance(folder, manifest)
    return done


def _ledger(folder: Path, manifest: dict[str, Any], whole: set[int], done: Verification) -> None:
    said = look(folder)
    if said is None:
        done.remarks.append(
            "the ledger is missing or damaged; it is written anew from the receipts when the run is"
            " resumed, no world is lost by it"
        )
        return
    lost = sorted(set(said["kept"]) - whole)
    gone = [first for first in lost if not any(f"(worlds {first} " in one for one in done.damaged)]
    if gone and not done.running:
        done.damaged.append(
            f"the receipts of {len(gone)} chunks the ledger calls finished are gone, the first of"
            f" world {gone[0]}"
        )
    if manifest["finished"] and not done.damaged and done.whole < done.worlds:
        done.damaged.append(
            f"the run is called finished, and {done.worlds - done.whole} worlds are missing"
        )
    ended = [one["ended"] or "at work or died" for one in said["sessions"]]
    if len(ended) > 1:
        done.remarks.append(
            f"played in {len(ended)} sittings: {', '.join(one.split(':')[0] for one in ended[-6:])}"
        )


def _hindrance(folder: Path, manifest: dict[str, Any]) -> str:
    """Return why a run cannot be gone on with by this installation."""
    if manifest["own_rules"]:
        return (
            "it was played by rules of one's own; call simulate with the same scenario and out=… to"
            " go on"
        )
    here = make(spec_of(manifest, folder), manifest["chunk"])
    moved = differences(manifest, here)
    return (
        f"it cannot be gone on with here: since it was begun, {', and '.join(moved)}"
        if moved
        else ""
    )
