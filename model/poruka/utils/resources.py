"""Processors and memory of this machine, as far as this process may use them."""

import os
from pathlib import Path

WORKER_MEMORY_BYTES = 600 * 2**20
"""Estimated memory of a worker process: libraries, compiled rules and a chunk of worlds."""


def _read_number(path: str) -> float | None:
    """Return the first number in a file of the operating system, or None if there is none."""
    try:
        return float(Path(path).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


processor_limit: list[int] = []
"""The number of processors a user allowed this process, where he named one."""


def limit_processors(count: int | None) -> None:
    """Allow this process no more processors than a number; None leaves it as it is."""
    if count is not None:
        processor_limit[:] = [count]


def available_processors() -> int:
    """Return the number of processors this process may use.

    These are the processors it is bound to, within the share of its container and what the user
    allowed.

    Examples
    --------
    >>> available_processors() >= 1
    True
    """
    if processor_limit:
        return processor_limit[0]
    count = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()[:2]
        share = float(quota) / float(period)
    except (OSError, ValueError, ZeroDivisionError):
        return max(1, count)
    return max(1, min(count, round(share)))


def available_memory() -> float:
    """Return the free memory in bytes, at most what is left to a container; if unknown, 4 GiB."""
    free = 4.0 * 2**30
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                free = float(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    limit = _read_number("/sys/fs/cgroup/memory.max")
    used = _read_number("/sys/fs/cgroup/memory.current")
    return min(free, limit - used) if limit is not None and used is not None else free


def allocate_processors(
    cores: int, chunks: int, world_bytes: int = 0, free_bytes: float | None = None
) -> tuple[int, int]:
    """Return how many worker processes to start and how many threads to give each.

    One process per processor limits the damage of a crash best; where memory does not allow it,
    fewer processes with more threads share the libraries.

    Parameters
    ----------
    cores : int
        Processors to be used.
    chunks : int
        Chunks of worlds to be simulated; more processes than that would idle.
    world_bytes : int
        Size of one world; each thread holds about two.
    free_bytes : float, optional
        Free memory; that of this machine by default.

    Examples
    --------
    >>> allocate_processors(4, 100, free_bytes=16 * 2.0**30)
    (4, 1)
    >>> allocate_processors(16, 100, free_bytes=3 * 2.0**30)
    (5, 3)
    >>> allocate_processors(8, 2, free_bytes=64 * 2.0**30)
    (2, 4)
    """
    free_bytes = available_memory() if free_bytes is None else free_bytes
    affordable = int(free_bytes // (WORKER_MEMORY_BYTES + 2 * world_bytes))
    processes = max(1, min(cores, chunks, affordable))
    return processes, max(1, cores // processes)
