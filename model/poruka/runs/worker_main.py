"""Main program of a worker process, which runs chunks of one run and writes their drafts, so that a
crash does not affect other processes.

The worker receives its job and then one chunk after another as lines of JSON and replies in the
same way. It exits when its parent process has ended.
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
    """Queue incoming requests; exit at once when the input is closed."""
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def run_worker() -> None:
    """Run chunks until no more are requested."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles Ctrl-C
    faulthandler.enable()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # output of a rule must not be taken for a reply
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
            differences = ", ".join(
                key
                for key, value in code_fingerprint().items()
                if manifest["code"].get(key) != value
            )
            return _send(out, refused=f"this worker's {differences} differ from those of the run")
        spec = spec_of(manifest, Path(job["out"]), threads=job["threads"])
        if spec.scenario.digest != manifest["digest"]:
            return _send(out, refused="this worker reads the scenario differently than the run")
        compile_if_needed(spec.scenario)
        runner = Runner(spec)
    except PorukaError as error:
        return _send(out, refused=str(error))
    _send(out, ready=os.getpid())
    while True:
        request = requests.get()
        quarantined = {int(world): reason for world, reason in request["skip"].items()}
        on_world = (lambda world: _send(out, at=world)) if request["alone"] else None
        try:
            receipt = run_and_write_chunk(
                runner,
                Chunk(*request["chunk"]),
                Path(request["drafts"]),
                manifest["run"],
                on_world,
                quarantined,
            )
        except Exception as error:  # noqa: BLE001 - of a disk or library; a world's are recorded
            _send(out, stopped=_error_summary(error))
        else:
            _send(out, receipt=receipt)


def _error_summary(error: Exception) -> str:
    """Return the first line of the error that prevented writing a chunk."""
    return getattr(error, "strerror", None) or str(error).strip().splitlines()[0] or repr(error)
