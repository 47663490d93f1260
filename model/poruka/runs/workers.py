"""Hands that play chunks: threads of this process, or worker processes that are replaced when they
die and whose killers are found out.

A chunk over which a worker dies, or comes to no end, is played again. If it kills a second time its
worlds are played one by one, each announced; a world that then takes its worker with it twice is
put into quarantine, which is to say recorded as failed, and the others go on.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from poruka.runs.chunk_files import Stopped, play_chunk
from poruka.runs.chunks import Chunk
from poruka.simulation.runner import Runner
from poruka.utils.errors import RunStopped

TRIES = 2
"""Workers a chunk, and then a world, may kill before it is dealt with."""
PATIENCE = 600.0
"""Seconds a worker may be silent before it is taken to play a world that never ends, beside those
its worlds may need.
"""
AGENT_MONTH = 1e-5
"""Seconds granted for an agent's month, a hundred times what one takes."""
Tell = Callable[[str, int, str], None]
"""Told what happens to a chunk: ``started`` or ``killed``, the worker, its host."""


class Hand(Protocol):
    """Something that plays one chunk at a time."""

    def play(self, chunk: Chunk, drafts: Path, kills: int, tell: Tell) -> dict[str, Any]:
        """Play a chunk into the folder of drafts and return its receipt."""

    def stop(self) -> None:
        """Put the hand down, from another thread."""

    def close(self) -> None:
        """Clear away what is left of the hand, once it has stopped."""


class ThreadHand:
    """A thread of this process; rules of one's own need no other process to know them."""

    def __init__(self, runner: Runner, run: str):
        self._runner, self._run, self._stopped = runner, run, threading.Event()

    def play(self, chunk: Chunk, drafts: Path, kills: int, tell: Tell) -> dict[str, Any]:
        """Play a chunk here."""
        tell("started", os.getpid(), socket.gethostname())
        return play_chunk(self._runner, chunk, drafts, self._run, stopped=self._stopped.is_set)

    def stop(self) -> None:
        """Stop at the next few worlds."""
        self._stopped.set()

    def close(self) -> None:
        """There is nothing to clear away."""


class ProcessHand:
    """A worker process, started when it is needed and again when it has died."""

    def __init__(self, manifest: Mapping[str, Any], out: Path, threads: int = 1):
        self._job = json.dumps({"manifest": dict(manifest), "out": str(out), "threads": threads})
        self._a_world = (
            AGENT_MONTH * manifest["months"] * sum(manifest["resolved"]["start"]["scale"].values())
        )
        self._worker: subprocess.Popen[str] | None = None
        self._stopped = threading.Event()
        self._born_dead = 0
        self._late = 0.0

    def _start(self) -> subprocess.Popen[str]:
        """Return a worker that has said it is ready."""
        while True:
            if self._stopped.is_set():
                raise Stopped
            self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - lives as long as the worker
            paths = os.pathsep.join(path for path in sys.path if path)
            # A session of its own: Ctrl-C on the terminal is for the process that asked, which then
            # ends its workers.
            worker = subprocess.Popen(
                [sys.executable, "-m", "poruka.runs.worker_main"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": paths},
            )
            self._worker = worker
            answer = self._ask(self._job)
            if answer is not None and "ready" in answer:
                self._born_dead = 0
                return worker
            if answer is not None:
                raise RunStopped(f"a worker cannot play this run: {answer.get('refused')}")
            self._born_dead += 1
            if self._born_dead > TRIES:
                raise RunStopped(
                    f"workers die before they begin ({self._last_words()}); what was finished is"
                    " kept, try again with fewer --processes."
                )

    def _ask(self, line: str, patience: float | None = None) -> dict[str, Any] | None:
        """Say a line to the worker and return what it answers first; None when it is dead, or
        silent for so long that it was ended.
        """
        assert self._worker is not None and self._worker.stdin is not None
        try:
            self._worker.stdin.write(line + "\n")
            self._worker.stdin.flush()
        except (OSError, ValueError):
            pass  # dead: the answer will be missing, too
        return self._hear(patience)

    def _hear(self, patience: float | None = None) -> dict[str, Any] | None:
        assert self._worker is not None and self._worker.stdout is not None
        self._late, worker = 0.0, self._worker

        def end() -> None:
            self._late = patience or 0.0
            worker.kill()

        watch = threading.Timer(patience or 0.0, end)
        watch.daemon = True
        if patience:
            watch.start()
        try:
            line = self._worker.stdout.readline()
            return json.loads(line) if line.endswith("\n") else None
        except ValueError:
            return None
        finally:
            watch.cancel()

    def _last_words(self) -> str:
        """Bury the worker and return how it died and the end of what it wrote."""
        assert self._worker is not None
        self._worker.kill()
        code = self._worker.wait()
        self._errors.seek(0)
        words = self._errors.read().strip()[-4000:]
        self._forget()
        if self._late:
            return f"ended because it was silent for {self._late:,.0f} s" + (
                f"\n{words}" if words else ""
            )
        return (f"killed by signal {-code}" if code < 0 else f"left with code {code}") + (
            f"\n{words}" if words else ""
        )

    def play(self, chunk: Chunk, drafts: Path, kills: int, tell: Tell) -> dict[str, Any]:
        """Play a chunk in the worker, as often as it takes."""
        skip: dict[int, str] = {}
        suspects: Counter[int] = Counter()
        while True:
            worker = (
                self._worker
                if self._worker is not None and self._worker.poll() is None
                else self._start()
            )
            tell("started", worker.pid, socket.gethostname())
            alone, at = kills >= TRIES, -1
            patience = PATIENCE + self._a_world * (1 if alone else chunk.worlds)
            answer = self._ask(
                json.dumps({"chunk": chunk, "drafts": str(drafts), "alone": alone, "skip": skip}),
                patience,
            )
            while answer is not None and "at" in answer:
                at, answer = answer["at"], self._hear(patience)
            if answer is not None and "receipt" in answer:
                return answer["receipt"]
            if answer is not None:
                raise RunStopped(str(answer.get("stopped", answer)))
            if self._stopped.is_set():
                raise Stopped
            words, kills = self._last_words(), kills + 1
            tell("killed", worker.pid, socket.gethostname())
            if alone:
                suspects[at] += 1
                if suspects[at] >= TRIES and at < 0:
                    raise RunStopped(
                        f"workers die over worlds {chunk.first} to {chunk.first + chunk.worlds - 1}"
                        f" without playing any ({words.splitlines()[0]})."
                    )
                if suspects[at] >= TRIES:
                    skip[at] = f"quarantined: this world's worker died {TRIES} times, {words}"

    def _forget(self) -> None:
        if self._worker is not None:
            for end in (self._worker.stdin, self._worker.stdout, self._errors):
                try:
                    end.close()  # type: ignore[union-attr]
                except OSError:
                    pass
            self._worker = None

    def stop(self) -> None:
        """End the worker at once."""
        self._stopped.set()
        if (worker := self._worker) is not None:
            worker.kill()

    def close(self) -> None:
        """Bury the worker."""
        if self._worker is not None:
            self._last_words()
