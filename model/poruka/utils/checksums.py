"""Small files that tell whether they were changed: what a receipt or a manifest says, with a hash
of it.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHECKSUM_KEY = "seal"


def with_checksum(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values with the hash of everything they say as the last of them.

    Examples
    --------
    >>> one = with_checksum({"worlds": 7})
    >>> list(one), has_valid_checksum(one), has_valid_checksum({**one, "worlds": 8})
    (['worlds', 'seal'], True, False)
    """
    kept = {key: value for key, value in data.items() if key != CHECKSUM_KEY}
    return {
        **kept,
        CHECKSUM_KEY: hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16],
    }


def has_valid_checksum(data: Mapping[str, Any]) -> bool:
    """Return whether values still are what was sealed."""
    return with_checksum(data)[CHECKSUM_KEY] == data.get(CHECKSUM_KEY)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
