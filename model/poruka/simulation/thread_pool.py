"""The chunks of a request simulated by a pool of threads, with progress and clean interruption."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from poruka.engine import codes
from poruka.simulation.runner import WORLDS_PER_CHUNK, Runner
from poruka.utils.progress import Progress
from poruka.utils.resources import available_processors


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
    threads = min(len(firsts), runner.spec.threads or available_processors())
    bar = Progress(worlds, progress)
    try:
        with ThreadPoolExecutor(threads) as pool:
            running: dict[Future, int] = {}
            waiting = iter(firsts)
            try:
                while True:
                    while len(running) < 2 * threads and (first := next(waiting, None)) is not None:
                        count = min(WORLDS_PER_CHUNK, worlds - first)
                        running[pool.submit(runner.run_worlds, first, count)] = first
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


def _count_chunk(bar: Progress, runner: Runner, first: int, outcomes: np.ndarray) -> None:
    """Add a finished chunk to the progress bar, with its failures and outcomes."""
    failed = {
        failure[0] for failure in runner.failures if first <= failure[0] < first + WORLDS_PER_CHUNK
    }
    completed = outcomes[~np.isin(outcomes["world"], list(failed))]
    exits = Counter(codes.OUTCOMES[code] for code in completed["first_exit"])
    bar.add(len(outcomes), len(failed), exits)
