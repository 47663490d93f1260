"""Result files: folders that can be written to, and files that are written whole or not at all."""

import os
from pathlib import Path

from poruka.utils.contained_writing import write_inside
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path


def create_results_folder(out: str | Path) -> Path:
    """Create the folder of results before any simulation starts, and return its absolute path.

    Raises
    ------
    BadInput
        When the folder cannot be created.
    """
    out = absolute_path(out, "out", "a folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"{out} cannot be created ({error.strerror}); give a folder where you may write."
        ) from None
    return out


def write_text_atomically(path: Path, text: str) -> None:
    """Write a text file whole or not at all: under a temporary name, flushed, then renamed."""
    write_bytes_atomically(path, text.encode("utf-8", "surrogateescape"))


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write a file of any content whole or not at all; a link of that name is refused.

    The folder is taken as given. A file inside a folder of results is written by
    :func:`poruka.utils.contained_writing.write_inside`, which checks the way to it as well.
    """
    write_inside(path.parent, path.name, content=content)


def flush_to_disk(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk, so that it survives a power cut."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
