"""Files of results: folders that can be written to, and texts that appear whole or not at all."""

import contextlib
import os
from pathlib import Path

from poruka.utils.errors import BadInput


def create_results_folder(out: Path) -> Path:
    """Make the folder of results, before anything is played; a place where nobody may write is
    refused.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"{out} cannot be made ({error.strerror}); give a folder where you may write."
        ) from None
    return out


def write_text_atomically(path: Path, text: str) -> None:
    """Write a file under a temporary name, see it onto the disk and rename it."""
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write a file of any content, whole or not at all."""
    draft = path.with_name(path.name + f".{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        flush_to_disk(draft)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def flush_to_disk(path: Path) -> None:
    """See a file, or the names in a folder, onto the disk, so that a power cut finds it there."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
