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


def _say(out: TextIO, **words: Any) -> None:
    out.write(json.dumps(words) + "\n")
    out.flush()


def _listen(lines: "queue.Queue[dict[str, Any]]") -> None:
    """Hand on what is asked; a worker nobody speaks to any more ends at once, whatever
    it is doing.
    """
    for line in sys.stdin:
        lines.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Play chunks until nobody asks for more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it hears Ctrl-C and decides
    faulthandler.enable()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a rule prints must not be taken for an answer
    lines: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    try:
        _work(lines, out)
    except BrokenPipeError:
        os._exit(0)


def _work(lines: "queue.Queue[dict[str, Any]]", out: TextIO) -> None:
    from poruka.utils.errors import PorukaError

    job = lines.get()
    manifest = job["manifest"]
    try:
        from poruka.runs.chunk_files import play_chunk
        from poruka.runs.chunks import Chunk
        from poruka.runs.manifest import code, spec_of
        from poruka.simulation.runner import Runner, warm_up

        if code() != manifest["code"]:
            moved = ", ".join(
                key for key, value in code().items() if manifest["code"].get(key) != value
            )
            return _say(out, refused=f"this worker's {moved} differ from those of the run")
        spec = spec_of(manifest, Path(job["out"]), threads=job["threads"])
        if spec.scenario.digest != manifest["digest"]:
            return _say(out, refused="this worker reads the scenario otherwise than the run does")
        warm_up(spec.scenario)
        runner = Runner(spec)
    except PorukaError as error:
        return _say(out, refused=str(error))
    _say(out, ready=os.getpid())
    while True:
        asked = lines.get()
        skip = {int(world): reason for world, reason in asked["skip"].items()}
        tell = (lambda world: _say(out, at=world)) if asked["alone"] else None
        try:
            receipt = play_chunk(
                runner, Chunk(*asked["chunk"]), Path(asked["drafts"]), manifest["run"], tell, skip
            )
        except Exception as error:  # noqa: BLE001 - not a world's doing, those are recorded: a disk, a library
            _say(out, stopped=_reason(error))
        else:
            _say(out, receipt=receipt)


def _reason(error: Exception) -> str:
    """Return what kept a chunk from being written, in few words."""
    return getattr(error, "strerror", None) or str(error).strip().splitlines()[0] or repr(error)


if __name__ == "__main__":
    main()
