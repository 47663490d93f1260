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

from poruka.runs.chunk_files import JobCancelled, run_and_write_chunk
from poruka.runs.chunks import Chunk
from poruka.simulation.runner import Runner
from poruka.utils.errors import RunStopped

MAX_WORKER_DEATHS = 2
"""Workers a chunk, and then a world, may kill before it is dealt with."""
WORKER_TIMEOUT_SECONDS = 600.0
"""Seconds a worker may be silent before it is taken to play a world that never ends, beside those
its worlds may need.
"""
SECONDS_PER_AGENT_MONTH = 1e-5
"""Seconds granted for an agent's month, a hundred times what one takes."""
ChunkCallback = Callable[[str, int, str], None]
"""Told what happens to a chunk: ``started`` or ``killed``, the worker, its host."""


class Worker(Protocol):
    """Something that plays one chunk at a time."""

    def run_chunk(
        self, chunk: Chunk, drafts: Path, worker_deaths: int, on_event: ChunkCallback
    ) -> dict[str, Any]:
        """Play a chunk into the folder of drafts and return its receipt."""

    def stop(self) -> None:
        """Put the hand down, from another thread."""

    def close(self) -> None:
        """Clear away what is left of the hand, once it has stopped."""


class ThreadWorker:
    """A thread of this process; rules of one's own need no other process to know them."""

    def __init__(self, runner: Runner, run_id: str):
        self._runner, self._run_id, self._stop_requested = runner, run_id, threading.Event()

    def run_chunk(
        self, chunk: Chunk, drafts: Path, worker_deaths: int, on_event: ChunkCallback
    ) -> dict[str, Any]:
        """Play a chunk here."""
        on_event("started", os.getpid(), socket.gethostname())
        return run_and_write_chunk(
            self._runner, chunk, drafts, self._run_id, is_cancelled=self._stop_requested.is_set
        )

    def stop(self) -> None:
        """Stop at the next few worlds."""
        self._stop_requested.set()

    def close(self) -> None:
        """There is nothing to clear away."""


class ProcessWorker:
    """A worker process, started when it is needed and again when it has died."""

    def __init__(self, manifest: Mapping[str, Any], out: Path, threads: int = 1):
        self._job_message = json.dumps(
            {"manifest": dict(manifest), "out": str(out), "threads": threads}
        )
        self._seconds_per_world = (
            SECONDS_PER_AGENT_MONTH
            * manifest["months"]
            * sum(manifest["resolved"]["start"]["scale"].values())
        )
        self._process: subprocess.Popen[str] | None = None
        self._stop_requested = threading.Event()
        self._failed_starts = 0
        self._timed_out_after = 0.0

    def _start_process(self) -> subprocess.Popen[str]:
        """Return a worker that has said it is ready."""
        while True:
            if self._stop_requested.is_set():
                raise JobCancelled
            self._stderr_file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - lives as long as the worker
            paths = os.pathsep.join(path for path in sys.path if path)
            # A session of its own: Ctrl-C on the terminal is for the process that asked, which then
            # ends its workers.
            worker = subprocess.Popen(
                [sys.executable, "-m", "poruka.runs.worker_main"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr_file,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": paths},
            )
            self._process = worker
            answer = self._request(self._job_message)
            if answer is not None and "ready" in answer:
                self._failed_starts = 0
                return worker
            if answer is not None:
                raise RunStopped(f"a worker cannot play this run: {answer.get('refused')}")
            self._failed_starts += 1
            if self._failed_starts > MAX_WORKER_DEATHS:
                raise RunStopped(
                    f"workers die before they begin ({self._collect_exit_report()}); what was"
                    " finished is kept, try again with fewer --processes."
                )

    def _request(self, line: str, timeout: float | None = None) -> dict[str, Any] | None:
        """Say a line to the worker and return what it answers first; None when it is dead, or
        silent for so long that it was ended.
        """
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # dead: the answer will be missing, too
        return self._read_reply(timeout)

    def _read_reply(self, timeout: float | None = None) -> dict[str, Any] | None:
        assert self._process is not None and self._process.stdout is not None
        self._timed_out_after, worker = 0.0, self._process

        def end() -> None:
            self._timed_out_after = timeout or 0.0
            worker.kill()

        watch = threading.Timer(timeout or 0.0, end)
        watch.daemon = True
        if timeout:
            watch.start()
        try:
            line = self._process.stdout.readline()
            return json.loads(line) if line.endswith("\n") else None
        except ValueError:
            return None
        finally:
            watch.cancel()

    def _collect_exit_report(self) -> str:
        """Bury the worker and return how it died and the end of what it wrote."""
        assert self._process is not None
        self._process.kill()
        code = self._process.wait()
        self._stderr_file.seek(0)
        words = self._stderr_file.read().strip()[-4000:]
        self._close_streams()
        if self._timed_out_after:
            return f"ended because it was silent for {self._timed_out_after:,.0f} s" + (
                f"\n{words}" if words else ""
            )
        return (f"killed by signal {-code}" if code < 0 else f"left with code {code}") + (
            f"\n{words}" if words else ""
        )

    def run_chunk(
        self, chunk: Chunk, drafts: Path, worker_deaths: int, on_event: ChunkCallback
    ) -> dict[str, Any]:
        """Play a chunk in the worker, as often as it takes."""
        skip: dict[int, str] = {}
        suspects: Counter[int] = Counter()
        while True:
            worker = (
                self._process
                if self._process is not None and self._process.poll() is None
                else self._start_process()
            )
            on_event("started", worker.pid, socket.gethostname())
            alone, at = worker_deaths >= MAX_WORKER_DEATHS, -1
            patience = WORKER_TIMEOUT_SECONDS + self._seconds_per_world * (
                1 if alone else chunk.worlds
            )
            answer = self._request(
                json.dumps({"chunk": chunk, "drafts": str(drafts), "alone": alone, "skip": skip}),
                patience,
            )
            while answer is not None and "at" in answer:
                at, answer = answer["at"], self._read_reply(patience)
            if answer is not None and "receipt" in answer:
                return answer["receipt"]
            if answer is not None:
                raise RunStopped(str(answer.get("stopped", answer)))
            if self._stop_requested.is_set():
                raise JobCancelled
            words, worker_deaths = self._collect_exit_report(), worker_deaths + 1
            on_event("killed", worker.pid, socket.gethostname())
            if alone:
                suspects[at] += 1
                if suspects[at] >= MAX_WORKER_DEATHS and at < 0:
                    raise RunStopped(
                        f"workers die over worlds {chunk.first} to {chunk.first + chunk.worlds - 1}"
                        f" without playing any ({words.splitlines()[0]})."
                    )
                if suspects[at] >= MAX_WORKER_DEATHS:
                    skip[at] = (
                        f"quarantined: this world's worker died {MAX_WORKER_DEATHS} times, {words}"
                    )

    def _close_streams(self) -> None:
        if self._process is not None:
            for end in (self._process.stdin, self._process.stdout, self._stderr_file):
                try:
                    end.close()  # type: ignore[union-attr]
                except OSError:
                    pass
            self._process = None

    def stop(self) -> None:
        """End the worker at once."""
        self._stop_requested.set()
        if (worker := self._process) is not None:
            worker.kill()

    def close(self) -> None:
        """Bury the worker."""
        if self._process is not None:
            self._collect_exit_report()
