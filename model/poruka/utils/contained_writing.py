"""The one gate through which files are written: nothing outside the folder that was named, nothing
through a link, and every file whole or not at all.
"""

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from poruka.utils.contained_files import contained_path, is_link
from poruka.utils.errors import BadInput


def refuse_special_files(folder: Path, names: Iterable[str], depth: int = 8) -> None:
    """Refuse a folder in which a link, pipe or device lies where results are going to be written.

    Called before anything is written, so that a run is not played for results that cannot be kept.

    Parameters
    ----------
    folder : Path
        As the user named it; links on the way to it are the user's own.
    names : iterable of str
        Files and folders that will be written, inside ``folder``; a folder is searched as well.
    depth : int
        How many folders deep a folder is searched.

    Raises
    ------
    BadInput
        When one of them is a link or neither a file nor a folder; the message says which.
    """
    for name in names:
        path = contained_path(folder, name)
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            mode = path.lstat().st_mode
            _refuse_special(path, folder, stat.S_ISDIR(mode), stat.S_ISREG(mode))
            if stat.S_ISDIR(mode) and depth:
                _refuse_special_below(path, folder, depth)


def _refuse_special(path: Path, folder: Path, is_folder: bool, is_file: bool) -> None:
    if is_link(path):
        raise BadInput(
            f"{path} is a link; nothing in {folder} is read or written through links: put the file"
            " or folder itself there, or remove the link."
        )
    if not is_folder and not is_file:
        raise BadInput(
            f"{path} is neither a file nor a folder; remove it: only files and folders belong in"
            f" {folder}."
        )


def _refuse_special_below(path: Path, folder: Path, depth: int) -> None:
    """Search a folder; of the many files of a run nothing is asked that its folder does not say."""
    try:
        with os.scandir(path) as entries:
            found = [
                (Path(entry.path), entry.is_dir(follow_symlinks=False))
                for entry in entries
                if not entry.is_file(follow_symlinks=False)
            ]
    except PermissionError as error:
        raise BadInput(
            f"{path} cannot be read ({error.strerror}); give a folder with permission to read."
        ) from None
    for below, is_folder in sorted(found):
        _refuse_special(below, folder, is_folder, is_file=False)
        if depth > 1:
            _refuse_special_below(below, folder, depth - 1)


def refuse_second_names(folder: Path, names: Iterable[str]) -> None:
    """Refuse files that are written in place while they have a second name, perhaps elsewhere.

    Raises
    ------
    BadInput
        When one of them is a hard link; the message says which.
    """
    for path in (contained_path(folder, name) for name in names):
        with contextlib.suppress(FileNotFoundError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                raise BadInput(
                    f"{path} has a second name elsewhere (a hard link), where it would be changed"
                    " as well; put a copy in its place, or remove it."
                )


def make_folder_inside(folder: Path, *names: str) -> Path:
    """Create a folder inside a folder, one step after the other, and return its path.

    Raises
    ------
    BadInput
        When a step is a link or a file.
    """
    path = folder
    for step in (part for name in names for part in Path(name).parts):
        path = contained_path(path, step)
        with contextlib.suppress(FileExistsError):
            path.mkdir()
        if is_link(path) or not stat.S_ISDIR(path.lstat().st_mode):
            raise BadInput(f"{path} is no folder; remove it, or give another folder.")
    return path


def create_file_inside(folder: Path, *names: str) -> int:
    """Create a file that was not there, and return its descriptor; nothing is opened that exists.

    Raises
    ------
    FileExistsError
        When the name is taken, also by a link that leads nowhere.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    return os.open(contained_path(folder, *names), flags, 0o666)


def write_inside(folder: Path, *names: str, content: str | bytes) -> Path:
    """Write a file inside a folder whole or not at all, and return its path.

    It is written under a new name, flushed to the disk and renamed; folders on the way from
    ``folder`` are created.

    Parameters
    ----------
    folder : Path
        As the user named it.
    *names : str
        Path of the file inside the folder.
    content : str or bytes
        A text is written as UTF-8; bytes of a path that could not be decoded stay as they are.

    Raises
    ------
    BadInput
        When a part of the path is a link, or the place is taken by something else than a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_inside(Path(folder), "tables", "a.csv", content="world").read_text()
    'world'
    """
    path = contained_path(folder, *names)
    refuse_special_files(path.parent, [path.name], depth=0)
    if path.is_dir():
        raise BadInput(f"{path} is a folder; remove it: a file of that name is to be written.")
    make_folder_inside(folder, *path.parent.relative_to(folder).parts)
    content = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    # The random part keeps a name that somebody put there from being in the way.
    draft = f"{path.name[:120]}.{os.getpid()}-{secrets.token_hex(4)}.part"
    try:
        with os.fdopen(create_file_inside(path.parent, draft), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path.parent / draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            (path.parent / draft).unlink()
        raise
    return path


def move_inside(folder: Path, source: Path, *names: str) -> Path:
    """Rename a file into a folder, replacing a file of that name, and return its new path."""
    path = contained_path(folder, *names)
    refuse_special_files(path.parent, [path.name], depth=0)
    os.replace(source, path)
    return path


def remove_file_inside(folder: Path, *names: str) -> None:
    """Remove a file inside a folder, if it is there; no step on the way may be a link."""
    contained_path(folder, *names).unlink(missing_ok=True)


def remove_tree_inside(folder: Path, *names: str) -> None:
    """Remove a folder inside a folder with all it holds, if it is there; links are not followed."""
    path = contained_path(folder, *names)
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
