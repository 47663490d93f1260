"""File locks held by the operating system, which releases them when their holder dies.

So neither a clock nor a leftover file decides which process may work. A lock file is never written
to or emptied; who holds it is written into a file of its own beside it.
"""

import contextlib
import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from poruka.utils.contained_files import is_link, read_contained
from poruka.utils.contained_writing import (
    refuse_second_names,
    refuse_special_files,
    remove_file_inside,
    write_inside,
)
from poruka.utils.errors import BadInput

try:
    import fcntl
except ImportError:  # Windows, where a lock is looked at by trying it
    fcntl = None  # type: ignore[assignment]

HOLDER_SUFFIX = ".holder"
"""What the name of the file that says who holds a lock adds to the name of the lock."""
_UNSUPPORTED_ERRNOS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)
_MAX_HOLDER_BYTES = 4096


class LockHeld(Exception):
    """Another process holds the lock; the message names it as far as it is known."""


def lock_holder(path: Path) -> str:
    """Return the process that holds a lock, as it is written beside the lock file."""
    try:
        name = path.name + HOLDER_SUFFIX
        holder = json.loads(read_contained(path.parent, name, max_bytes=_MAX_HOLDER_BYTES))
        host = "".join(sign for sign in str(holder["host"])[:80] if sign.isprintable())
        return f"process {int(holder['pid'])} on {host}"
    except (BadInput, OSError, ValueError, KeyError, TypeError):
        return "another process"


def refuse_odd_lock(path: Path) -> None:
    """Refuse a lock file that is a link, a pipe or shared with another folder.

    Raises
    ------
    BadInput
        When it is; the message says what to do.
    """
    refuse_special_files(path.parent, [path.name, path.name + HOLDER_SUFFIX], depth=0)
    refuse_second_names(path.parent, [path.name])


def _unlocked_notice(path: Path, error: OSError) -> None:
    print(
        f"{path.parent} lies on a file system without locks ({error.strerror}); see to it that no"
        " second process works there.",
        file=sys.stderr,
    )


@contextlib.contextmanager
def acquire_lock(path: Path, timeout: float = 0.5) -> Iterator[None]:
    """Hold a lock while the block runs.

    Parameters
    ----------
    path : Path
        The lock file, created if missing; a link or a pipe in its place is refused.
    timeout : float
        Seconds to go on trying.

    Raises
    ------
    LockHeld
        When another process holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, acquire_lock(Path(folder) / "lock"):
    ...     is_locked(Path(folder) / "lock")
    True
    """
    refuse_odd_lock(path)
    # A lock by the mere presence of a file would outlive its holder: rather none, and say so.
    lock = FileLock(path, timeout=timeout, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise LockHeld(lock_holder(path)) from None
    except OSError as error:
        if error.errno not in _UNSUPPORTED_ERRNOS:
            raise
        _unlocked_notice(path, error)
    holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname()})
    try:
        with contextlib.suppress(OSError):  # a full disk must not prevent the work
            write_inside(path.parent, path.name + HOLDER_SUFFIX, content=holder)
        yield
    finally:
        with contextlib.suppress(OSError, BadInput):
            remove_file_inside(path.parent, path.name + HOLDER_SUFFIX)
        lock.release()


@contextlib.contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold a folder of results against other processes while the block runs.

    Raises
    ------
    BadInput
        When another process uses the folder, or it cannot be written.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(acquire_lock(folder / "lock"))
        except LockHeld as holder:
            raise BadInput(
                f"{folder} is in use by {holder}; wait for it, or give another folder."
            ) from None
        except OSError as error:
            raise BadInput(
                f"{folder} cannot be written ({error.strerror}); give a folder where you may write."
            ) from None
        yield


def is_locked(path: Path) -> bool:
    """Return whether a process holds a lock; nothing is created, and the lock is not kept."""
    if is_link(path) or not path.is_file():
        return False
    if fcntl is None:
        try:
            with FileLock(path, timeout=0, fallback_to_soft=False):
                return False
        except Timeout:
            return True
        except OSError:
            return False
    try:
        # Read only: the folder of a run may belong to somebody else. A pipe does not keep it.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)
    finally:
        os.close(file)
    return False


@contextlib.contextmanager
def wait_for_lock(path: Path) -> Iterator[None]:
    """Hold a lock while the block runs, waiting as long as needed; without locks, just go on."""
    lock = FileLock(path, fallback_to_soft=False)
    try:
        refuse_odd_lock(path)
        lock.acquire()
    except (OSError, BadInput):
        pass
    try:
        yield
    finally:
        lock.release()
