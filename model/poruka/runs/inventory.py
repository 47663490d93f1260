"""Take the inventory of a run: its receipts, and whether the chunk files they describe are present
and unchanged.
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
    """The state of the chunks of a run on disk.

    Attributes
    ----------
    intact : dict
        Receipts of the chunks whose files are complete and unchanged, by first world.
    damaged : dict
        What is wrong with a chunk that had been finished, by first world.
    missing : list of Chunk
        Chunks that were never finished.
    """

    intact: dict[int, dict[str, Any]] = field(default_factory=dict)
    damaged: dict[int, str] = field(default_factory=dict)
    missing: list[Chunk] = field(default_factory=list)

    @property
    def intact_worlds(self) -> int:
        """Number of worlds that are finished and unchanged."""
        return sum(receipt["count"] for receipt in self.intact.values())

    @property
    def failed_worlds(self) -> int:
        """Number of intact worlds whose simulation failed."""
        return sum(len(receipt["failures"]) for receipt in self.intact.values())


def receipt_path(folder: Path, chunk: Chunk) -> Path:
    """Return the path of the receipt of a chunk."""
    return folder / RECEIPTS_FOLDER / f"{chunk_name(chunk)}.json"


def chunk_table_path(folder: Path, table: str, chunk: Chunk) -> Path:
    """Return the path of a table of a chunk."""
    return folder / table / f"{chunk_name(chunk)}.parquet"


def format_receipt(receipt: Mapping[str, Any]) -> str:
    """Return a receipt as the JSON text that is written to disk."""
    return json.dumps(with_checksum(receipt))


def read_receipt(folder: Path, chunk: Chunk, run_id: str) -> dict[str, Any] | str | None:
    """Return the receipt of a chunk, None where there is none, or why it cannot be used."""
    path = receipt_path(folder, chunk)
    try:
        text = path.read_text(encoding="utf-8")
        receipt = dict(json.loads(text))
        if receipt["run"] != run_id:
            return f"{RECEIPTS_FOLDER}/{path.name} belongs to another run"
        if (
            (receipt["first"], receipt["count"]) != chunk
            or not isinstance(receipt["files"], dict)
            or not isinstance(receipt["failures"], list)
        ):
            return f"{RECEIPTS_FOLDER}/{path.name} describes other worlds"
        if text != format_receipt(receipt):
            return f"{RECEIPTS_FOLDER}/{path.name} was changed"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return f"{RECEIPTS_FOLDER}/{path.name} cannot be read"
    return receipt


def integrity_error(folder: Path, receipt: Mapping[str, Any], verify_checksums: bool) -> str:
    """Return what is wrong with the files of a receipt, or an empty text.

    Sizes are always compared, checksums only with ``verify_checksums``.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, expected in receipt["files"].items():
        path = chunk_table_path(folder, kind, chunk)
        name = f"{kind}/{path.name}"
        try:
            size = path.stat().st_size
            if size != expected["bytes"]:
                return f"{name} has {size} bytes instead of {expected['bytes']}"
            if verify_checksums and file_sha256(path) != expected["sha256"]:
                return f"{name} does not match its checksum"
        except FileNotFoundError:
            return f"{name} is missing"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return ""


def take_inventory(
    folder: Path, manifest: Mapping[str, Any], verify_checksums: bool = True
) -> Inventory:
    """Return the state of the chunks of a run on disk.

    Parameters
    ----------
    folder : Path
    manifest : mapping
    verify_checksums : bool
        Whether checksums are compared, or only file sizes.
    """
    inventory = Inventory()
    receipts: list[dict[str, Any]] = []
    for chunk in iter_chunks(manifest):
        receipt = read_receipt(folder, chunk, manifest["run"])
        if receipt is None:
            inventory.missing.append(chunk)
        elif isinstance(receipt, str):
            inventory.damaged[chunk.first] = receipt
        else:
            receipts.append(receipt)
    with ThreadPoolExecutor(available_processors()) as pool:
        errors = list(
            pool.map(lambda receipt: integrity_error(folder, receipt, verify_checksums), receipts)
        )
    for receipt, error in zip(receipts, errors, strict=True):
        if error:
            inventory.damaged[receipt["first"]] = error
        else:
            inventory.intact[receipt["first"]] = receipt
    return inventory
