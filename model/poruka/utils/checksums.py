"""Small files that tell whether they were changed: what a receipt or a manifest says, with a hash
of it.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEAL = "seal"


def sealed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values with the hash of everything they say as the last of them.

    Examples
    --------
    >>> one = sealed({"worlds": 7})
    >>> list(one), is_sealed(one), is_sealed({**one, "worlds": 8})
    (['worlds', 'seal'], True, False)
    """
    kept = {key: value for key, value in data.items() if key != SEAL}
    return {
        **kept,
        SEAL: hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16],
    }


def is_sealed(data: Mapping[str, Any]) -> bool:
    """Return whether values still are what was sealed."""
    return sealed(data)[SEAL] == data.get(SEAL)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
