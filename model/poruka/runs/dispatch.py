"""Distribute the chunks of a run over a pool of workers and yield their results as they finish."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from poruka.runs.chunk_files import JobCancelled
from poruka.runs.chunks import Chunk
from poruka.runs.workers import Worker

ChunkEvent = tuple[str, Chunk, Any]
"""``started`` or ``killed`` with worker and host, or ``done`` with the receipt."""


def dispatch_chunks(
    workers: Sequence[Worker],
    chunks: Sequence[Chunk],
    drafts: Path,
    worker_deaths: Mapping[int, int],
    on_wait: Callable[[], Any],
) -> Generator[ChunkEvent, None, None]:
    """Run chunks on workers, the first worlds first, and yield events until all are done.

    Whatever ends the loop, an error of a worker, Ctrl-C or a closed generator, stops all workers.
    """
    waiting, lock = deque(chunks), threading.Lock()
    events: queue.SimpleQueue[tuple[str, Chunk | None, Any]] = queue.SimpleQueue()

    def work(worker: Worker) -> None:
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    chunk = waiting.popleft()

                def on_event(event: str, process: int, host: str, chunk: Chunk = chunk) -> None:
                    events.put((event, chunk, (process, host)))

                deaths = worker_deaths.get(chunk.first, 0)
                events.put(("done", chunk, worker.run_chunk(chunk, drafts, deaths, on_event)))
        except JobCancelled:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by the consumer
            events.put(("error", None, error))

    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in workers]
    chunks_left = len(chunks)
    try:
        for thread in threads:
            thread.start()
        while chunks_left:
            try:
                event, chunk, details = events.get(timeout=1.0)
            except queue.Empty:
                on_wait()
                continue
            if event == "error":
                raise details
            assert chunk is not None
            chunks_left -= event == "done"
            yield event, chunk, details
    finally:
        with lock:
            waiting.clear()
        for worker in workers:
            worker.stop()
        for thread in threads:
            if thread.is_alive():
                thread.join()
        for worker in workers:
            worker.close()
