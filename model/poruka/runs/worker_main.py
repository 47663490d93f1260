"""A worker: a process of its own that plays chunks of one run and writes their drafts, so that a
hard crash takes nothing with it but itself.

It is told its job and then chunk after chunk as lines of JSON, and answers in the same way. When
whoever started it is gone, it goes too.
"""

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any, TextIO


def _send(out: TextIO, **fields: Any) -> None:
    out.write(json.dumps(fields) + "\n")
    out.flush()


def _read_requests(requests: "queue.Queue[dict[str, Any]]") -> None:
    """Hand on what is asked; a worker nobody speaks to any more ends at once, whatever
    it is doing.
    """
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def run_worker() -> None:
    """Play chunks until nobody asks for more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it hears Ctrl-C and decides
    faulthandler.enable()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a rule prints must not be taken for an answer
    lines: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_read_requests, args=(lines,), daemon=True).start()
    try:
        _serve_chunks(lines, out)
    except BrokenPipeError:
        os._exit(0)


def _serve_chunks(requests: "queue.Queue[dict[str, Any]]", out: TextIO) -> None:
    from poruka.utils.errors import PorukaError

    job = requests.get()
    manifest = job["manifest"]
    try:
        from poruka.runs.chunk_files import run_and_write_chunk
        from poruka.runs.chunks import Chunk
        from poruka.runs.manifest import code_fingerprint, spec_of
        from poruka.simulation.runner import Runner, compile_if_needed

        if code_fingerprint() != manifest["code"]:
            moved = ", ".join(
                key
                for key, value in code_fingerprint().items()
                if manifest["code"].get(key) != value
            )
            return _send(out, refused=f"this worker's {moved} differ from those of the run")
        spec = spec_of(manifest, Path(job["out"]), threads=job["threads"])
        if spec.scenario.digest != manifest["digest"]:
            return _send(out, refused="this worker reads the scenario otherwise than the run does")
        compile_if_needed(spec.scenario)
        runner = Runner(spec)
    except PorukaError as error:
        return _send(out, refused=str(error))
    _send(out, ready=os.getpid())
    while True:
        asked = requests.get()
        skip = {int(world): reason for world, reason in asked["skip"].items()}
        tell = (lambda world: _send(out, at=world)) if asked["alone"] else None
        try:
            receipt = run_and_write_chunk(
                runner, Chunk(*asked["chunk"]), Path(asked["drafts"]), manifest["run"], tell, skip
            )
        except Exception as error:  # noqa: BLE001 - not a world's doing, those are recorded: a disk, a library
            _send(out, stopped=_error_summary(error))
        else:
            _send(out, receipt=receipt)


def _error_summary(error: Exception) -> str:
    """Return what kept a chunk from being written, in few words."""
    return getattr(error, "strerror", None) or str(error).strip().splitlines()[0] or repr(error)


if __name__ == "__main__":
    run_worker()
