"""Chunks played by the workers of a dask cluster: results come home as bytes, so that no folder
need be shared.
"""

import contextlib
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from poruka.runs.chunks import Chunk
from poruka.runs.dispatch import ChunkEvent
from poruka.runs.workers import ProcessWorker
from poruka.utils.errors import BadInput, PorukaError, RunStopped

QUEUED_CHUNKS_PER_WORKER = 2
"""Chunks a worker of the cluster has waiting besides the one it plays."""
CLUSTER_TIMEOUT_SECONDS = 15
"""Seconds a scheduler and a first worker have to answer."""
MAX_CHUNK_LOSSES = 3
"""How often a chunk may be lost with the cluster's workers before the batch gives up on it."""
_THREAD_LOCAL = threading.local()


def run_chunk_remotely(
    manifest: dict[str, Any], chunk: Chunk, worker_deaths: int
) -> dict[str, Any]:
    """Play a chunk on a worker of the cluster, in a process of its own there, and return its
    receipt and its tables as bytes.

    A crash is dealt with there as it is at home; only the loss of the whole worker is left to the
    cluster.
    """
    run, hand = getattr(_THREAD_LOCAL, "hand", ("", None))
    if run != manifest["run"] or hand is None:
        if hand is not None:
            hand.stop()
            hand.close()
        hand = ProcessWorker(manifest, Path(tempfile.gettempdir()))
        _THREAD_LOCAL.hand = (
            manifest["run"],
            hand,
        )  # one a thread: a worker of the cluster may have several
    died = []
    with tempfile.TemporaryDirectory(prefix="poruka-") as folder:
        receipt = hand.run_chunk(
            Chunk(*chunk),
            Path(folder),
            worker_deaths,
            lambda what, worker, host: died.append(what) if what == "killed" else None,
        )
        tables = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    return {"receipt": receipt, "tables": tables, "killed": len(died), "host": socket.gethostname()}


@contextlib.contextmanager
def cluster_connection(address: str) -> Iterator[Any]:
    """Yield a connection to a dask scheduler, given by its address or its scheduler file.

    Raises
    ------
    BadInput
        When dask is not installed or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput(
            "a cluster needs dask.distributed; install it with: pip install 'poruka[cluster]'"
        ) from None
    how = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        found = Client(**how, timeout=CLUSTER_TIMEOUT_SECONDS, set_as_default=False)
        found.wait_for_workers(1, timeout=CLUSTER_TIMEOUT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise BadInput(
            f"cluster {address}: no scheduler with workers answers ({type(error).__name__}); start"
            " `dask scheduler` and `dask worker ADDRESS`, and give the address the scheduler names"
            " or its --scheduler-file."
        ) from None
    try:
        yield found
    finally:
        found.close()


@contextlib.contextmanager
def _scheduler_errors(address: str) -> Iterator[None]:
    """Say in words that the scheduler is gone; a full disk and the like, outside of this, are told
    as what they are.
    """
    try:
        yield
    except OSError as error:
        raise ConnectionError(
            f"the scheduler of the cluster, {address}, is gone ({error})"
        ) from None


def dispatch_to_cluster(
    connection: Any,
    manifest: Mapping[str, Any],
    chunks: Sequence[Chunk],
    drafts: Path,
    worker_deaths: Mapping[int, int],
    on_wait: Callable[[], Any],
) -> Generator[ChunkEvent, None, None]:
    """Let a cluster play chunks and yield what happens, as
    :func:`poruka.runs.dispatch.dispatch_chunks` does here.

    Only a few chunks a worker are handed out ahead, so that neither the scheduler nor this process
    holds more for more worlds.
    """
    from concurrent.futures import CancelledError

    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    address = str(connection.scheduler.address)
    try:
        told = {key: value for key, value in manifest.items() if key != "command"}
        waiting, lost = iter(chunks), Counter[int]()
        flying: dict[Any, Chunk] = {}
        done = as_completed(loop=connection.loop)

        def submit(chunk: Chunk) -> None:
            with _scheduler_errors(address):
                future = connection.submit(
                    run_chunk_remotely,
                    told,
                    tuple(chunk),
                    worker_deaths.get(chunk.first, 0),
                    pure=False,
                    retries=0,
                )
            flying[future] = chunk
            done.add(future)

        while True:
            with _scheduler_errors(address):
                room = (1 + QUEUED_CHUNKS_PER_WORKER) * max(
                    1, sum(connection.nthreads().values())
                ) - len(flying)
            for _ in range(max(0, room)):
                chunk = next(waiting, None)
                if chunk is None:
                    break
                submit(chunk)
                yield "started", chunk, (None, address)
            if not flying:
                return
            on_wait()
            future = next(done)
            chunk = flying.pop(future)
            try:
                answer = future.result()
            except (KilledWorker, CancelledError) as error:
                lost[chunk.first] += 1
                yield "killed", chunk, (None, address)
                if lost[chunk.first] >= MAX_CHUNK_LOSSES:
                    raise RunStopped(
                        f"the cluster lost its workers over worlds {chunk.first} to"
                        f" {chunk.first + chunk.worlds - 1} again and again ({error})"
                    ) from None
                time.sleep(1.0)
                submit(chunk)
                continue
            except PorukaError:
                raise
            except (
                Exception
            ) as error:  # such as a worker without this package, or a connection that is gone
                raise RunStopped(
                    f"the cluster cannot play this run ({type(error).__name__}: {error}); its"
                    " workers need this version of poruka"
                ) from None
            future.release()
            for name, table in answer["tables"].items():
                (drafts / name).write_bytes(table)
            for _ in range(answer["killed"]):
                yield "killed", chunk, (None, answer["host"])
            yield "done", chunk, answer["receipt"]
    finally:
        for future in flying:
            with contextlib.suppress(Exception):  # the client may be closed, which is told already
                future.cancel()
