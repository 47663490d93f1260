"""Take the inventory of a run: its receipts, and whether the chunk files they describe are present
and unchanged.

What is looked at is what lies in the folder, not what the manifest claims: a manifest of 10¹²
worlds takes no longer than one of ten.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from poruka.runs.chunk_files import chunk_name
from poruka.runs.chunks import Chunk, chunk_at
from poruka.runs.extension import run_ids_of_chunk
from poruka.runs.file_schemas import (
    MAX_RECEIPT_BYTES,
    MAX_TABLE_BYTES,
    has_receipt_form,
    read_json_table,
)
from poruka.scoring.record import MAX_RECORD_BYTES
from poruka.utils.checksums import open_file_sha256, with_checksum
from poruka.utils.contained_files import list_contained, open_contained, read_contained
from poruka.utils.errors import BadInput
from poruka.utils.resources import available_processors

RECEIPTS_FOLDER = "receipts"
_RECEIPT_NAME = re.compile(r"worlds-([0-9]{9,19})\.json")

FileState = tuple[int, ...]
"""Which file of a disk it is, its size, and when it was last changed in any way."""


@dataclass
class Inventory:
    """The state of the chunks of a run on disk.

    Attributes
    ----------
    intact : dict
        Receipts of the chunks whose files are complete and unchanged, by first world.
    damaged : dict
        What is wrong with a chunk that had been finished, by first world.
    missing : list of range
        Worlds of chunks that were never finished, adjacent chunks together.
    """

    intact: dict[int, dict[str, Any]] = field(default_factory=dict)
    damaged: dict[int, str] = field(default_factory=dict)
    missing: list[range] = field(default_factory=list)

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


def finished_chunks(folder: Path, manifest: Mapping[str, Any]) -> list[Chunk]:
    """Return the chunks of a run that have a receipt, good or bad, in their order.

    Raises
    ------
    BadInput
        When the folder of receipts is a link or no folder.
    """
    chunks = []
    for name in list_contained(folder, RECEIPTS_FOLDER):
        if (match := _RECEIPT_NAME.fullmatch(name)) is None:
            continue
        chunk = chunk_at(manifest, int(match[1]))
        if chunk is not None and receipt_path(folder, chunk).name == name:
            chunks.append(chunk)
    return sorted(chunks)


def read_receipt(folder: Path, chunk: Chunk, manifest: Mapping[str, Any]) -> dict[str, Any] | str:
    """Return the receipt of a chunk of a run, or why it cannot be used."""
    path = receipt_path(folder, chunk)
    name = f"{RECEIPTS_FOLDER}/{path.name}"
    try:
        content = read_contained(folder, RECEIPTS_FOLDER, path.name, max_bytes=MAX_RECEIPT_BYTES)
        receipt = read_json_table(content)
    except BadInput as error:
        return f"{name} cannot be used: {str(error).rstrip('.')}"
    except FileNotFoundError:
        return f"{name} is missing"
    except (OSError, ValueError):
        return f"{name} cannot be read"
    if receipt.get("run") not in set(run_ids_of_chunk(manifest, chunk)):
        return f"{name} belongs to another run"
    if (receipt.get("first"), receipt.get("count")) != chunk:
        return f"{name} describes other worlds"
    if content != format_receipt(receipt).encode():
        return f"{name} was changed"
    if not has_receipt_form(receipt, manifest["record"]):
        return f"{name} is no receipt of this run's tables"
    return receipt


def file_state(file: BinaryIO) -> FileState:
    """Return the state of an open file; the same state means the same content."""
    status = os.fstat(file.fileno())
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def open_table(folder: Path, kind: str, chunk: Chunk, expected: Mapping[str, Any]) -> BinaryIO:
    """Open the file of a table that a receipt describes; a BadInput says what is wrong with it.

    The size is compared, the checksum is not.
    """
    name = chunk_table_path(folder, kind, chunk).name
    try:
        file = open_contained(folder, kind, name, max_bytes=MAX_TABLE_BYTES)
    except FileNotFoundError:
        raise BadInput(f"{kind}/{name} is missing") from None
    except OSError as error:
        raise BadInput(f"{kind}/{name} cannot be read ({error.strerror})") from None
    size = os.fstat(file.fileno()).st_size
    if size != expected["bytes"]:
        file.close()
        raise BadInput(f"{kind}/{name} has {size} bytes instead of {expected['bytes']}")
    return file


def integrity_error(folder: Path, receipt: Mapping[str, Any], verify_checksums: bool) -> str:
    """Return what is wrong with the files of a receipt, or an empty text.

    Sizes are always compared, checksums only with ``verify_checksums``.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, expected in receipt["files"].items():
        name = f"{kind}/{chunk_table_path(folder, kind, chunk).name}"
        try:
            with open_table(folder, kind, chunk, expected) as file:
                if verify_checksums and open_file_sha256(file) != expected["sha256"]:
                    return f"{name} does not match its checksum"
        except BadInput as error:
            return str(error).rstrip(".")
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return ""


def _missing_worlds(manifest: Mapping[str, Any], chunks: list[Chunk]) -> Iterator[range]:
    expected, high = manifest["span"]
    for chunk in chunks:
        if chunk.first > expected:
            yield range(expected, chunk.first)
        expected = chunk.first + chunk.worlds
    if expected < high:
        yield range(expected, high)


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

    Raises
    ------
    BadInput
        When the folder of receipts is a link or no folder.
    """
    chunks = finished_chunks(folder, manifest)
    inventory = Inventory(missing=list(_missing_worlds(manifest, chunks)))
    receipts: list[dict[str, Any]] = []
    for chunk in chunks:
        receipt = read_receipt(folder, chunk, manifest)
        if isinstance(receipt, str):
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


def read_stored_record(folder: Path, subfolder: str, manifest: Mapping[str, Any]) -> bytes | None:
    """Return the record a run is scored against as it is stored, or None where it has none.

    Raises
    ------
    BadInput
        When it is gone or was changed, or is not a file of the run.
    """
    expected = manifest.get("record_file")
    if expected is None:
        return None
    name = expected["name"]
    try:
        content = read_contained(folder, subfolder, name, max_bytes=MAX_RECORD_BYTES)
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != expected["sha256"]:
        raise BadInput(f"{subfolder}/{name} is gone or was changed; the run is scored against it")
    return content
