"""File locks held by the operating system, which releases them when their holder dies.

So neither a clock nor a leftover file decides which process may work.
"""

import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # a system without such locks works unlocked
    fcntl = None  # type: ignore[assignment]

_LOCKED_ERRNOS = (errno.EAGAIN, errno.EACCES)
_UNSUPPORTED_ERRNOS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)


class LockHeld(Exception):
    """Another process holds the lock; the message names it as far as it is known."""


def _try_lock(descriptor: int, operation: int) -> bool:
    """Return whether a lock was granted; a file system without locks grants all of them."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _LOCKED_ERRNOS:
            return False
        if error.errno in _UNSUPPORTED_ERRNOS:
            return True
        raise
    return True


def lock_holder(path: Path) -> str:
    """Return the process that holds a lock, as it is written in the lock file."""
    try:
        holder: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return f"process {holder['pid']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


@contextlib.contextmanager
def acquire_lock(path: Path, timeout: float = 0.5) -> Iterator[None]:
    """Hold a lock while the block runs.

    Parameters
    ----------
    path : Path
        The lock file, created if missing; its content only says who holds the lock.
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
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        deadline = time.monotonic() + timeout
        while not _try_lock(file, fcntl.LOCK_EX if fcntl else 0):
            if time.monotonic() > deadline:
                raise LockHeld(lock_holder(path))
            time.sleep(0.05)
        holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname()})
        with contextlib.suppress(OSError):  # a full disk must not prevent the work
            os.ftruncate(file, 0)
            os.write(file, holder.encode())
        yield
        with contextlib.suppress(OSError):
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def is_locked(path: Path) -> bool:
    """Return whether a process holds a lock; the lock is tried for a moment only."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _try_lock(file, fcntl.LOCK_SH if fcntl else 0)
    except OSError:
        return False
    finally:
        os.close(file)


@contextlib.contextmanager
def wait_for_lock(path: Path) -> Iterator[None]:
    """Hold a lock while the block runs, waiting as long as needed; without locks, just go on."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    except OSError:
        yield
        return
    try:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
