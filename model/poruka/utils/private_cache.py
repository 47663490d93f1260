"""The folder of compiled code: this user's own and closed to others, or none.

Code that is found there is carried out, so whoever can write to it can do whatever this user can.
"""

import atexit
import contextlib
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path

CACHE_VARIABLE = "PORUKA_CACHE"
"""Environment variable that names another folder for compiled code."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def current_user_id() -> int | None:
    """Return the number of the user for whom files are opened; None where there are none."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _problem(folder: Path, allowed_owners: tuple[int, ...], private: bool) -> str:
    """Return why code in a folder cannot be trusted, or an empty text."""
    status = folder.lstat()
    if stat.S_ISLNK(status.st_mode):
        if private or status.st_uid not in allowed_owners:
            return f"{folder} is a link"
        status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        return f"{folder} is no folder"
    if status.st_uid not in allowed_owners:
        return f"{folder} belongs to user {status.st_uid}"
    if private and status.st_mode & 0o077:
        return f"{folder} is open to other users"
    if status.st_mode & _OTHERS_WRITE and not status.st_mode & stat.S_ISVTX:
        return f"other users can write to {folder}"
    return ""


def private_folder_problem(base: Path, name: str, strict: bool = False) -> str:
    """Create a private folder inside another, and return why it cannot be used, or an empty text.

    Parameters
    ----------
    base : Path
        A folder in which only this user, or the administrator, can rename what is there.
    name : str
        The folder inside it, which belongs to this user and is closed to all others.
    strict : bool
        Whether ``base``, too, must be this user's, closed to all others, and no link.
    """
    user, folder = current_user_id(), base / name
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            base.mkdir(mode=0o700)
        if user is not None and (
            problem := _problem(base, (user,) if strict else (user, 0), private=strict)
        ):
            return problem
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if user is not None and (problem := _problem(folder, (user,), private=True)):
            return problem
        probe = folder / f".probe-{os.getpid()}"
        with contextlib.suppress(FileNotFoundError):
            probe.unlink()
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        probe.unlink()
    except OSError as error:
        return f"{folder} cannot be written ({error.strerror})"
    return ""


def _close_own_folder(base: Path) -> None:
    """Take the right to write to the user's own cache folder from others, where they have it."""
    with contextlib.suppress(OSError):
        status = base.lstat()
        if stat.S_ISDIR(status.st_mode) and status.st_uid == current_user_id():
            if status.st_mode & _OTHERS_WRITE:
                base.chmod(status.st_mode & ~_OTHERS_WRITE & 0o7777)


def private_cache_folder(name: str) -> Path:
    """Return a folder for compiled code of one version, to which nobody else can write.

    It lies in ``PORUKA_CACHE``, or else in the user's cache folder, or else in a folder of the
    user's own in the temporary folder. Where none of these belongs to the user and is closed to
    others, one is made for this process alone, and a line on standard error says so.

    Parameters
    ----------
    name : str
        The version.
    """
    problems = []
    if chosen := os.environ.get(CACHE_VARIABLE):
        try:
            base = absolute_path(chosen, CACHE_VARIABLE, "a folder")
            problems.append(private_folder_problem(base, name))
        except BadInput as error:
            problems.append(str(error))
        if not problems[-1]:
            return base / name
        problems[-1] = f"{CACHE_VARIABLE} is not used: {problems[-1]}"
    try:
        base = user_cache_path("poruka", appauthor=False)
    except (RuntimeError, KeyError):  # no home folder: a container with a bare user number
        base = Path()
    if not chosen and base.is_absolute():
        _close_own_folder(base)
        problems.append(private_folder_problem(base, name))
        if not problems[-1]:
            return base / name
    with contextlib.suppress(FileNotFoundError):  # no temporary folder can be written
        base = Path(tempfile.gettempdir()).absolute() / f"poruka-{current_user_id() or 0}"
        problem = private_folder_problem(base, name, strict=True)
        if not problem:
            if problems:
                print(f"{problems[-1]}: compiled rules are kept in {base}", file=sys.stderr)
            return base / name
        problems.append(problem)
    return _folder_of_this_process(name, problems)


def _folder_of_this_process(name: str, problems: list[str]) -> Path:
    print(
        f"compiled rules are not kept for later: {'; '.join(problems) or 'no folder for them'}."
        f" Set {CACHE_VARIABLE} to a folder that only you can write to.",
        file=sys.stderr,
    )
    try:
        base = Path(tempfile.mkdtemp(prefix="poruka-")).absolute()
        (base / name).mkdir(mode=0o700)
    except OSError:
        return Path(os.devnull).absolute() / name  # nothing can be written or found there
    creator = os.getpid()

    def remove() -> None:
        if os.getpid() == creator:
            shutil.rmtree(base, ignore_errors=True)

    atexit.register(remove)
    return base / name
