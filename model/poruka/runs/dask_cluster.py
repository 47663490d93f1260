"""Run chunks on the workers of a dask cluster; results return as bytes, so that no shared folder is
needed.
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
from poruka.utils.contained_writing import write_inside
from poruka.utils.errors import BadInput, PorukaError, RunStopped

QUEUED_CHUNKS_PER_WORKER = 2
"""Chunks queued for a worker of the cluster besides the one it runs."""
CLUSTER_TIMEOUT_SECONDS = 15
"""Seconds to wait for the scheduler and a first worker to answer."""
MAX_CHUNK_LOSSES = 3
"""How often a chunk may be lost with its worker before the job stops."""
_THREAD_LOCAL = threading.local()


def run_chunk_remotely(
    manifest: dict[str, Any], chunk: Chunk, worker_deaths: int
) -> dict[str, Any]:
    """Run a chunk in a process of its own on a cluster worker; return receipt and tables as bytes.

    A crash of that process is handled there as on the local machine; only the loss of the whole
    cluster worker is left to the cluster.
    """
    run_id, worker = getattr(_THREAD_LOCAL, "worker", ("", None))
    if run_id != manifest["run"] or worker is None:
        if worker is not None:
            worker.stop()
            worker.close()
        worker = ProcessWorker(manifest, Path(tempfile.gettempdir()))
        # One for each thread, of which a worker of the cluster may have several.
        _THREAD_LOCAL.worker = (manifest["run"], worker)
    deaths = []
    with tempfile.TemporaryDirectory(prefix="poruka-") as folder:
        receipt = worker.run_chunk(
            Chunk(*chunk),
            Path(folder),
            worker_deaths,
            lambda event, process, host: deaths.append(event) if event == "killed" else None,
        )
        tables = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    return {
        "receipt": receipt,
        "tables": tables,
        "killed": len(deaths),
        "host": socket.gethostname(),
    }


@contextlib.contextmanager
def cluster_connection(address: str) -> Iterator[Any]:
    """Yield a connection to a dask scheduler, given by its address or its scheduler file.

    Raises
    ------
    BadInput
        When dask is not installed or no scheduler with workers answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput(
            "a cluster needs dask.distributed; install it with: pip install 'poruka[cluster]'"
        ) from None
    target = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = Client(**target, timeout=CLUSTER_TIMEOUT_SECONDS, set_as_default=False)
        client.wait_for_workers(1, timeout=CLUSTER_TIMEOUT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise BadInput(
            f"cluster {address}: no scheduler with workers answers ({type(error).__name__}); start"
            " `dask scheduler` and `dask worker ADDRESS`, and give the address the scheduler prints"
            " or its --scheduler-file."
        ) from None
    try:
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def _scheduler_errors(address: str) -> Iterator[None]:
    """Report an OSError as the loss of the scheduler; used only around calls of the scheduler."""
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
    """Run chunks on a cluster and yield events, as :func:`poruka.runs.dispatch.dispatch_chunks`.

    Only a few chunks per worker are submitted ahead, so that the memory of the scheduler and of
    this process does not grow with the number of worlds.
    """
    from concurrent.futures import CancelledError

    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    address = str(connection.scheduler.address)
    try:
        sent_manifest = {key: value for key, value in manifest.items() if key != "command"}
        waiting, losses = iter(chunks), Counter[int]()
        in_flight: dict[Any, Chunk] = {}
        completed = as_completed(loop=connection.loop)

        def submit(chunk: Chunk) -> None:
            with _scheduler_errors(address):
                future = connection.submit(
                    run_chunk_remotely,
                    sent_manifest,
                    tuple(chunk),
                    worker_deaths.get(chunk.first, 0),
                    pure=False,
                    retries=0,
                )
            in_flight[future] = chunk
            completed.add(future)

        while True:
            with _scheduler_errors(address):
                free_slots = (1 + QUEUED_CHUNKS_PER_WORKER) * max(
                    1, sum(connection.nthreads().values())
                ) - len(in_flight)
            for _ in range(max(0, free_slots)):
                chunk = next(waiting, None)
                if chunk is None:
                    break
                submit(chunk)
                yield "started", chunk, (None, address)
            if not in_flight:
                return
            on_wait()
            future = next(completed)
            chunk = in_flight.pop(future)
            try:
                answer = future.result()
            except (KilledWorker, CancelledError) as error:
                losses[chunk.first] += 1
                yield "killed", chunk, (None, address)
                if losses[chunk.first] >= MAX_CHUNK_LOSSES:
                    raise RunStopped(
                        f"the cluster lost {MAX_CHUNK_LOSSES} workers while they ran worlds"
                        f" {chunk.first} to {chunk.first + chunk.worlds - 1} ({error})"
                    ) from None
                time.sleep(1.0)
                submit(chunk)
                continue
            except PorukaError:
                raise
            except Exception as error:
                # Such as a worker without this package, or a lost connection.
                raise RunStopped(
                    f"the cluster cannot run these simulations ({type(error).__name__}: {error});"
                    " its workers need this version of poruka"
                ) from None
            future.release()
            for name, table in answer["tables"].items():
                write_inside(drafts, name, content=table)
            for _ in range(answer["killed"]):
                yield "killed", chunk, (None, answer["host"])
            yield "done", chunk, answer["receipt"]
    finally:
        for future in in_flight:
            # The client may be closed already, which has been reported.
            with contextlib.suppress(Exception):
                future.cancel()
