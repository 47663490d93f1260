"""What of a run lies on disk, whole: receipts, and whether the shards they speak of are there,
unshortened and unchanged.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import Chunk, iter_chunks
from poruka.utils.checksums import file_sha256, with_checksum
from poruka.utils.resources import available_processors

RECEIPTS_FOLDER = "receipts"


@dataclass
class Inventory:
    """What was found of a run's chunks.

    Attributes
    ----------
    whole : dict
        Receipts of the chunks whose files are in order, by first world.
    broken : dict
        Why a chunk that was finished is not whole any more, by first world.
    missing : list of Chunk
        Chunks that were never finished.
    """

    intact: dict[int, dict[str, Any]] = field(default_factory=dict)
    damaged: dict[int, str] = field(default_factory=dict)
    missing: list[Chunk] = field(default_factory=list)

    @property
    def intact_worlds(self) -> int:
        """Worlds that lie finished and whole."""
        return sum(one["count"] for one in self.intact.values())

    @property
    def failed_worlds(self) -> int:
        """Worlds among them that failed."""
        return sum(len(one["failures"]) for one in self.intact.values())


def receipt_path(folder: Path, chunk: Chunk) -> Path:
    """Return where the receipt of a chunk lies."""
    return folder / RECEIPTS_FOLDER / f"{chunk_name(chunk)}.json"


def chunk_table_path(folder: Path, table: str, chunk: Chunk) -> Path:
    """Return where a table of a chunk lies."""
    return folder / table / f"{chunk_name(chunk)}.parquet"


def format_receipt(receipt: Mapping[str, Any]) -> str:
    """Return a receipt as it is written."""
    return json.dumps(with_checksum(receipt))


def read_receipt(folder: Path, chunk: Chunk, run_id: str) -> dict[str, Any] | str | None:
    """Return the receipt of a chunk, None where there is none, or a text that says why it cannot be
    used.
    """
    path = receipt_path(folder, chunk)
    try:
        text = path.read_text(encoding="utf-8")
        found = dict(json.loads(text))
        if found["run"] != run_id:
            return f"{RECEIPTS_FOLDER}/{path.name} belongs to another run"
        if (
            (found["first"], found["count"]) != chunk
            or not isinstance(found["files"], dict)
            or not isinstance(found["failures"], list)
        ):
            return f"{RECEIPTS_FOLDER}/{path.name} speaks of other worlds"
        if text != format_receipt(found):
            return f"{RECEIPTS_FOLDER}/{path.name} was changed"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return f"{RECEIPTS_FOLDER}/{path.name} cannot be read"
    return found


def integrity_error(folder: Path, receipt: Mapping[str, Any], verify_checksums: bool) -> str:
    """Return what is wrong with the files of a receipt, or nothing; sizes always, contents where
    asked.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, said in receipt["files"].items():
        path = chunk_table_path(folder, kind, chunk)
        name = f"{kind}/{path.name}"
        try:
            size = path.stat().st_size
            if size != said["bytes"]:
                return f"{name} has {size} bytes instead of {said['bytes']}"
            if verify_checksums and file_sha256(path) != said["sha256"]:
                return f"{name} has other contents than were written"
        except FileNotFoundError:
            return f"{name} is gone"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return ""


def take_inventory(
    folder: Path, manifest: Mapping[str, Any], verify_checksums: bool = True
) -> Inventory:
    """Return what of a run lies on disk.

    Parameters
    ----------
    folder : Path
    manifest : mapping
    contents : bool
        Whether checksums are compared, or sizes only.
    """
    found = Inventory()
    receipts: list[dict[str, Any]] = []
    for chunk in iter_chunks(manifest):
        receipt = read_receipt(folder, chunk, manifest["run"])
        if receipt is None:
            found.missing.append(chunk)
        elif isinstance(receipt, str):
            found.damaged[chunk.first] = receipt
        else:
            receipts.append(receipt)
    with ThreadPoolExecutor(available_processors()) as pool:
        faults = list(
            pool.map(lambda receipt: integrity_error(folder, receipt, verify_checksums), receipts)
        )
    for receipt, why in zip(receipts, faults, strict=True):
        if why:
            found.damaged[receipt["first"]] = why
        else:
            found.intact[receipt["first"]] = receipt
    return found
