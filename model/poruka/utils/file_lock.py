"""Locks that the system takes back by itself when their holder dies, so that no clock and no
leftover file decides who may work.
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
except ImportError:  # a system without this kind of lock works unlocked
    fcntl = None  # type: ignore[assignment]

_LOCKED_ERRNOS = (errno.EAGAIN, errno.EACCES)
_UNSUPPORTED_ERRNOS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)


class LockHeld(Exception):
    """Somebody else holds the lock; the message says who, as far as he wrote it down."""


def _try_lock(descriptor: int, operation: int) -> bool:
    """Return whether a lock was given; a file system that knows no locks gives all of them."""
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
    """Return who wrote himself down as the holder of a lock."""
    try:
        who: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


@contextlib.contextmanager
def acquire_lock(path: Path, timeout: float = 0.5) -> Iterator[None]:
    """Hold a lock while the block runs.

    Parameters
    ----------
    path : Path
        A file that is made where it does not exist; its content only says who holds it.
    patience : float
        Seconds to go on trying.

    Raises
    ------
    Held
        When somebody else holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, acquire_lock(Path(folder) / "lock"):
    ...     is_locked(Path(folder) / "lock")
    True
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        give_up = time.monotonic() + timeout
        while not _try_lock(file, fcntl.LOCK_EX if fcntl else 0):
            if time.monotonic() > give_up:
                raise LockHeld(lock_holder(path))
            time.sleep(0.05)
        with contextlib.suppress(
            OSError
        ):  # a full disk must not keep anybody from looking after his run
            os.ftruncate(file, 0)
            os.write(file, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
        yield
        with contextlib.suppress(OSError):
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def is_locked(path: Path) -> bool:
    """Return whether somebody holds a lock, without taking it for longer than a glance."""
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
    """Hold a lock while the block runs, waiting for it as long as it takes; where no lock can be
    had, go on without.
    """
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
