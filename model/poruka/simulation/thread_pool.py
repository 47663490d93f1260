"""The chunks of a request simulated by a pool of threads, with progress and clean interruption.

Where the user asked for worker processes, each thread has its chunks simulated by one of them.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import numpy as np

from poruka.engine import codes
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import WORLDS_PER_CHUNK, Runner
from poruka.utils.progress import Progress
from poruka.utils.resources import available_processors
from poruka.utils.worker_pool import call_in_worker, count_workers, has_workers


def chunk_starts(worlds: int) -> range:
    """Return the number of the first world of every chunk."""
    return range(0, worlds, WORLDS_PER_CHUNK)


def run_chunks_on_threads(
    runner: Runner, progress: Any = None
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Simulate the worlds of a request and yield ``(first world, results)`` of each chunk.

    Chunks come in the order in which they are done. On an interruption only the chunks in progress
    are lost.
    """
    worlds, firsts = runner.spec.worlds, chunk_starts(runner.spec.worlds)
    play = partial(_play_in_worker, runner) if has_workers() else runner.run_worlds
    hands = count_workers() if has_workers() else runner.spec.threads or available_processors()
    threads = min(len(firsts), hands)
    bar = Progress(worlds, progress)
    try:
        with ThreadPoolExecutor(threads) as pool:
            running: dict[Future, int] = {}
            waiting = iter(firsts)
            try:
                while True:
                    while len(running) < 2 * threads and (first := next(waiting, None)) is not None:
                        count = min(WORLDS_PER_CHUNK, worlds - first)
                        running[pool.submit(play, first, count)] = first
                    if not running:
                        break
                    done = wait(running, return_when=FIRST_COMPLETED).done
                    # In order of the worlds, and yielded before they are counted, so that an
                    # interruption loses only the chunks in progress.
                    for future in sorted(done, key=running.__getitem__):
                        first = running.pop(future)
                        results = future.result()
                        yield first, results
                        _count_chunk(bar, runner, first, results["outcomes"])
                    bar.print_if_due()
            except BaseException:
                for future in running:
                    future.cancel()
                raise
    finally:
        bar.close()


_last_runner: list[Runner] = []
"""In a worker process: what it played last, most often the request whose next chunk it gets."""


def play_chunk(spec: RunSpec, first: int, count: int) -> tuple[dict[str, np.ndarray], list[Any]]:
    """Return the results and failures of a chunk, in a worker process."""
    if not _last_runner or _last_runner[0].spec != spec:
        _last_runner[:] = [Runner(spec)]
    runner = _last_runner[0]
    runner.failures.clear()
    return runner.run_worlds(first, count), list(runner.failures)


def _play_in_worker(runner: Runner, first: int, count: int) -> dict[str, np.ndarray]:
    results, failures = call_in_worker(play_chunk, runner.spec, first, count)
    runner.failures += failures
    return results  # type: ignore[no-any-return]


def _count_chunk(bar: Progress, runner: Runner, first: int, outcomes: np.ndarray) -> None:
    """Add a finished chunk to the progress bar, with its failures and outcomes."""
    failed = {
        failure[0] for failure in runner.failures if first <= failure[0] < first + WORLDS_PER_CHUNK
    }
    completed = outcomes[~np.isin(outcomes["world"], list(failed))]
    exits = Counter(codes.OUTCOMES[code] for code in completed["first_exit"])
    bar.add(len(outcomes), len(failed), exits)
