"""What of a run lies on disk, whole: receipts, and whether the shards they speak of are there,
unshortened and unchanged.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import name_of
from poruka.runs.chunks import Chunk, chunks_of
from poruka.utils.checksums import checksum, sealed
from poruka.utils.resources import processors

RECEIPTS = "receipts"


@dataclass
class Survey:
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

    whole: dict[int, dict[str, Any]] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)
    missing: list[Chunk] = field(default_factory=list)

    @property
    def worlds(self) -> int:
        """Worlds that lie finished and whole."""
        return sum(one["count"] for one in self.whole.values())

    @property
    def failed(self) -> int:
        """Worlds among them that failed."""
        return sum(len(one["failures"]) for one in self.whole.values())


def receipt_path(folder: Path, chunk: Chunk) -> Path:
    """Return where the receipt of a chunk lies."""
    return folder / RECEIPTS / f"{name_of(chunk)}.json"


def shard_path(folder: Path, kind: str, chunk: Chunk) -> Path:
    """Return where a table of a chunk lies."""
    return folder / kind / f"{name_of(chunk)}.parquet"


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """Return a receipt as it is written."""
    return json.dumps(sealed(receipt))


def read_receipt(folder: Path, chunk: Chunk, run: str) -> dict[str, Any] | str | None:
    """Return the receipt of a chunk, None where there is none, or a text that says why it cannot be
    used.
    """
    path = receipt_path(folder, chunk)
    try:
        text = path.read_text(encoding="utf-8")
        found = dict(json.loads(text))
        if found["run"] != run:
            return f"{RECEIPTS}/{path.name} belongs to another run"
        if (
            (found["first"], found["count"]) != chunk
            or not isinstance(found["files"], dict)
            or not isinstance(found["failures"], list)
        ):
            return f"{RECEIPTS}/{path.name} speaks of other worlds"
        if text != receipt_text(found):
            return f"{RECEIPTS}/{path.name} was changed"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return f"{RECEIPTS}/{path.name} cannot be read"
    return found


def fault(folder: Path, receipt: Mapping[str, Any], contents: bool) -> str:
    """Return what is wrong with the files of a receipt, or nothing; sizes always, contents where
    asked.
    """
    chunk = Chunk(receipt["first"], receipt["count"])
    for kind, said in receipt["files"].items():
        path = shard_path(folder, kind, chunk)
        name = f"{kind}/{path.name}"
        try:
            size = path.stat().st_size
            if size != said["bytes"]:
                return f"{name} has {size} bytes instead of {said['bytes']}"
            if contents and checksum(path) != said["sha256"]:
                return f"{name} has other contents than were written"
        except FileNotFoundError:
            return f"{name} is gone"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return ""


def survey(folder: Path, manifest: Mapping[str, Any], contents: bool = True) -> Survey:
    """Return what of a run lies on disk.

    Parameters
    ----------
    folder : Path
    manifest : mapping
    contents : bool
        Whether checksums are compared, or sizes only.
    """
    found = Survey()
    receipts: list[dict[str, Any]] = []
    for chunk in chunks_of(manifest):
        receipt = read_receipt(folder, chunk, manifest["run"])
        if receipt is None:
            found.missing.append(chunk)
        elif isinstance(receipt, str):
            found.broken[chunk.first] = receipt
        else:
            receipts.append(receipt)
    with ThreadPoolExecutor(processors()) as pool:
        faults = list(pool.map(lambda receipt: fault(folder, receipt, contents), receipts))
    for receipt, why in zip(receipts, faults, strict=True):
        if why:
            found.broken[receipt["first"]] = why
        else:
            found.whole[receipt["first"]] = receipt
    return found
