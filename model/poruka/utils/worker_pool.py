"""Worker processes that a user asked for, for work whose results are held in memory.

By default such work is done on threads: the compiled rules leave them free of each other. Processes
help where much of the time goes into tables.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from poruka.utils.errors import RunStopped
from poruka.utils.resources import available_processors

_pool: list[ProcessPoolExecutor] = []
_count: list[int] = []
_lock = threading.Lock()


def request_workers(count: int | None) -> None:
    """Let this process do its work in so many worker processes; None or 0 for threads only."""
    stop_workers()
    if count:
        _count[:] = [min(count, available_processors())]


def stop_workers() -> None:
    """End the worker processes, and do further work on threads."""
    for pool in _pool:
        pool.shutdown(cancel_futures=True)
    _pool.clear()
    _count.clear()


def has_workers() -> bool:
    """Return whether the user asked for worker processes."""
    return bool(_count)


def count_workers() -> int:
    """Return how many pieces of work can be done at once, by workers or on threads."""
    return _count[0] if _count else available_processors()


def _prepare_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles Ctrl-C
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the parent process is gone: a killed one cannot stop its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def call_in_worker(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns, called in a worker process where there are any.

    Raises
    ------
    RunStopped
        When a worker process died.
    """
    if not _count:
        return function(*arguments)
    with _lock:
        if not _pool:
            # A fresh interpreter: a forked one would hold the locks of threads it does not have.
            context = multiprocessing.get_context("spawn")
            _pool.append(ProcessPoolExecutor(_count[0], context, _prepare_worker))
    try:
        return _pool[0].submit(function, *arguments).result()
    except BrokenProcessPool:
        raise RunStopped(
            "a worker process died; give less than"
            f" {_count[0]} processes, or none, to find out more."
        ) from None
