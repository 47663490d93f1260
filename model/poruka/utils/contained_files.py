"""Files inside a results folder that may come from anywhere: read and written only where the path
leads to a regular file of that folder, never through a link, a pipe or a device.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from poruka.utils.errors import BadInput


def is_link(path: Path) -> bool:
    """Return whether a path is a symbolic link or a junction, also one that leads nowhere."""
    return path.is_symlink() or getattr(os.path, "isjunction", lambda _: False)(path)


def contained_path(folder: Path, *names: str) -> Path:
    """Return the path of a file inside a folder, having checked every step of it for links.

    Nothing has to exist. ``folder`` itself may be reached through links: whoever names a folder
    chooses it, while what lies inside may come from somebody else.

    Raises
    ------
    BadInput
        When a name is absolute, climbs out of the folder, or a part of the path is a link.

    Examples
    --------
    >>> contained_path(Path("runs/big"), "outcomes", "a.parquet").as_posix()
    'runs/big/outcomes/a.parquet'
    >>> contained_path(Path("runs/big"), "../other")
    Traceback (most recent call last):
    poruka.utils.errors.BadInput: '../other' is no name of a file inside runs/big; ...
    """
    path = folder
    for name in names:
        parts = Path(name).parts
        if not parts or Path(name).is_absolute() or ".." in parts or "\0" in name:
            raise BadInput(
                f"{name!r} is no name of a file inside {folder}; names must stay inside the"
                " folder they are read from."
            )
        for part in parts:
            path = path / part
            if is_link(path):
                raise BadInput(
                    f"{path} is a link; files of {folder} are never read or written through links:"
                    " put the file itself there, or remove the link."
                )
    return path


def _open_step_by_step(folder: Path, path: Path, flags: int) -> int:
    """Open a file from folder to folder, so that none on the way can become a link meanwhile."""
    if os.open not in os.supports_dir_fd or not hasattr(os, "O_DIRECTORY"):
        return os.open(path, flags)
    enter = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
    current = os.open(folder, enter)
    try:
        *parents, name = path.relative_to(folder).parts
        for parent in parents:
            below = os.open(parent, enter | os.O_NOFOLLOW, dir_fd=current)
            os.close(current)
            current = below
        return os.open(name, flags, dir_fd=current)
    finally:
        os.close(current)


def open_contained(folder: Path, *names: str, max_bytes: int) -> BinaryIO:
    """Open a regular file inside a folder for reading; a pipe or a device is refused at once.

    Parameters
    ----------
    folder : Path
    *names : str
        Path of the file inside the folder.
    max_bytes : int
        Largest size that is accepted.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    BadInput
        When it is not a regular file, lies behind a link or is larger than allowed.
    """
    path = contained_path(folder, *names)
    # O_NONBLOCK: opening a pipe must not wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = _open_step_by_step(folder, path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise BadInput(f"{path} is not a regular file; remove it: only files belong there.")
        if status.st_size > max_bytes:
            raise BadInput(
                f"{path} has {status.st_size:,} bytes; at most {max_bytes:,} are read of such a"
                " file."
            )
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_contained(folder: Path, *names: str, max_bytes: int) -> bytes:
    """Return the content of a regular file inside a folder; see :func:`open_contained`."""
    with open_contained(folder, *names, max_bytes=max_bytes) as file:
        return file.read(max_bytes)


def is_regular_file(folder: Path, *names: str) -> bool:
    """Return whether a path inside a folder leads to a regular file without any link."""
    try:
        path = contained_path(folder, *names)
        return stat.S_ISREG(path.lstat().st_mode)
    except (BadInput, OSError):
        return False


def iter_contained(folder: Path) -> Iterator[tuple[Path, os.stat_result | None]]:
    """Yield everything below a folder with its status, in a fixed order, following no link.

    The status is None of what cannot be looked at: a folder without permission, or a file that is
    gone meanwhile.
    """
    folders = [folder]
    while folders:
        current = folders.pop()
        try:
            with os.scandir(current) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            yield current, None
            continue
        below = []
        for entry in found:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                yield Path(entry.path), None
                continue
            yield Path(entry.path), status
            if stat.S_ISDIR(status.st_mode) and not is_link(Path(entry.path)):
                below.append(Path(entry.path))
        folders += reversed(below)


def list_contained(folder: Path, *names: str) -> list[str]:
    """Return the sorted names in a folder inside a folder; none where there is no such folder.

    Raises
    ------
    BadInput
        When it lies behind a link, is not a folder or cannot be read.
    """
    path = contained_path(folder, *names)
    try:
        return sorted(os.listdir(path))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadInput(f"{path} cannot be read as a folder ({error.strerror}).") from None
