"""Checksums: small data files that show whether they were changed, and hashes of whole files."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

CHECKSUM_KEY = "seal"


def with_checksum(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of values with the hash of its content as the last entry.

    Examples
    --------
    >>> data = with_checksum({"worlds": 7})
    >>> list(data), has_valid_checksum(data), has_valid_checksum({**data, "worlds": 8})
    (['worlds', 'seal'], True, False)
    """
    content = {key: value for key, value in data.items() if key != CHECKSUM_KEY}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {**content, CHECKSUM_KEY: digest[:16]}


def has_valid_checksum(data: Mapping[str, Any]) -> bool:
    """Return whether values are unchanged since their checksum was added."""
    return with_checksum(data)[CHECKSUM_KEY] == data.get(CHECKSUM_KEY)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return open_file_sha256(file)


def open_file_sha256(file: BinaryIO) -> str:
    """Return the SHA-256 of an open file from its beginning; it is left at the beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # it is one
    file.seek(0)
    return digest
