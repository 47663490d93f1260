"""A pool of hands over a list of chunks: what they finish is handed back as it comes, and
everything stops together.
"""

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
"""``started`` and ``killed`` with worker and host; ``done`` with the receipt."""


def dispatch_chunks(
    workers: Sequence[Worker],
    chunks: Sequence[Chunk],
    drafts: Path,
    worker_deaths: Mapping[int, int],
    on_wait: Callable[[], Any],
) -> Generator[ChunkEvent, None, None]:
    """Let hands play chunks, the first worlds first, and yield what happens until all are done.

    Whatever ends the loop, an error of a hand, Ctrl-C, or a reader who has seen enough, puts all
    hands down.
    """
    waiting, lock = deque(chunks), threading.Lock()
    happened: queue.SimpleQueue[tuple[str, Chunk | None, Any]] = queue.SimpleQueue()

    def work(hand: Worker) -> None:
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    chunk = waiting.popleft()

                def tell(what: str, worker: int, host: str, chunk: Chunk = chunk) -> None:
                    happened.put((what, chunk, (worker, host)))

                happened.put(
                    (
                        "done",
                        chunk,
                        hand.run_chunk(chunk, drafts, worker_deaths.get(chunk.first, 0), tell),
                    )
                )
        except JobCancelled:
            return
        except BaseException as error:  # noqa: BLE001 - raised again where it is heard
            happened.put(("error", None, error))

    threads = [threading.Thread(target=work, args=(hand,), daemon=True) for hand in workers]
    left = len(chunks)
    try:
        for thread in threads:
            thread.start()
        while left:
            try:
                what, chunk, more = happened.get(timeout=1.0)
            except queue.Empty:
                on_wait()
                continue
            if what == "error":
                raise more
            assert chunk is not None
            left -= what == "done"
            yield what, chunk, more
    finally:
        with lock:
            waiting.clear()
        for hand in workers:
            hand.stop()
        for thread in threads:
            if thread.is_alive():
                thread.join()
        for hand in workers:
            hand.close()
