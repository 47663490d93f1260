"""Workers that run chunks: threads of this process, or worker processes that are replaced when they
die.

A chunk whose worker dies or times out is run again. If this happens a second time, its worlds are
simulated one by one, each announced; a world whose worker then dies twice is quarantined, that is,
recorded as failed, and the other worlds continue.
"""

import json
import os
import socket
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from poruka.engine.jit import CACHE_FOLDER
from poruka.runs.chunk_files import JobCancelled, run_and_write_chunk
from poruka.runs.chunks import Chunk
from poruka.simulation.runner import Runner
from poruka.utils.errors import RunStopped
from poruka.utils.python_process import PACKAGE_FOLDER, python_command, python_environment

MAX_WORKER_DEATHS = 2
"""Worker deaths after which worlds are run singly, and then after which a world is quarantined."""
WORKER_TIMEOUT_SECONDS = 600.0
"""Seconds a worker may be silent, in addition to the time for its worlds, before it is ended."""
SECONDS_PER_AGENT_MONTH = 1e-5
"""Seconds allowed per agent and month, a hundred times the usual duration."""
WORKER_PROGRAM = "from poruka.runs.worker_main import run_worker\nrun_worker()\n"
"""What a worker process runs."""
ChunkCallback = Callable[[str, int, str], None]
"""Called with an event of a chunk: ``started`` or ``killed``, the worker's process id, its host."""


class Worker(Protocol):
    """A worker that runs one chunk at a time."""

    def run_chunk(
        self, chunk: Chunk, drafts: Path, worker_deaths: int, on_event: ChunkCallback
    ) -> dict[str, Any]:
        """Run a chunk, write its drafts and return its receipt."""

    def stop(self) -> None:
        """Stop the worker, from another thread."""

    def close(self) -> None:
        """Release the resources of the stopped worker."""


class ThreadWorker:
    """A thread of this process; it can use custom rules."""

    def __init__(self, runner: Runner, run_id: str):
        self._runner, self._run_id, self._stop_requested = runner, run_id, threading.Event()

    def run_chunk(
        self, chunk: Chunk, drafts: Path, worker_deaths: int, on_event: ChunkCallback
    ) -> dict[str, Any]:
        """Run a chunk in this process."""
        on_event("started", os.getpid(), socket.gethostname())
        return run_and_write_chunk(
            self._runner, chunk, drafts, self._run_id, is_cancelled=self._stop_requested.is_set
        )

    def stop(self) -> None:
        """Stop before the next block of worlds."""
        self._stop_requested.set()

    def close(self) -> None:
        """Do nothing: a thread has no resources to release."""


class ProcessWorker:
    """A worker process, started when needed and replaced when it has died."""

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
        """Return a new worker process that has reported it is ready."""
        while True:
            if self._stop_requested.is_set():
                raise JobCancelled
            self._stderr_file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - lives as long as the worker
            # A session of its own: Ctrl-C in the terminal reaches only the parent process, which
            # then ends its workers.
            worker = subprocess.Popen(
                python_command(WORKER_PROGRAM),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr_file,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                env=python_environment(PORUKA_CACHE=str(CACHE_FOLDER.parent)),
                cwd=PACKAGE_FOLDER,
            )
            self._process = worker
            answer = self._request(self._job_message)
            if answer is not None and "ready" in answer:
                self._failed_starts = 0
                return worker
            if answer is not None:
                raise RunStopped(f"a worker cannot run these simulations: {answer.get('refused')}")
            self._failed_starts += 1
            if self._failed_starts > MAX_WORKER_DEATHS:
                raise RunStopped(
                    f"workers die before they start ({self._collect_exit_report()}); finished"
                    " chunks are kept, try again with fewer --processes."
                )

    def _request(self, line: str, timeout: float | None = None) -> dict[str, Any] | None:
        """Send a line to the worker and return its first reply; None if it died or timed out."""
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # the worker has died: the reply will be missing, too
        return self._read_reply(timeout)

    def _read_reply(self, timeout: float | None = None) -> dict[str, Any] | None:
        assert self._process is not None and self._process.stdout is not None
        self._timed_out_after, worker = 0.0, self._process

        def end_worker() -> None:
            self._timed_out_after = timeout or 0.0
            worker.kill()

        timer = threading.Timer(timeout or 0.0, end_worker)
        timer.daemon = True
        if timeout:
            timer.start()
        try:
            line = self._process.stdout.readline()
            return json.loads(line) if line.endswith("\n") else None
        except ValueError:
            return None
        finally:
            timer.cancel()

    def _collect_exit_report(self) -> str:
        """End the worker; return its exit status and the end of its standard error."""
        assert self._process is not None
        self._process.kill()
        code = self._process.wait()
        self._stderr_file.seek(0)
        stderr_tail = self._stderr_file.read().strip()[-4000:]
        self._close_streams()
        if self._timed_out_after:
            return f"ended because it was silent for {self._timed_out_after:,.0f} s" + (
                f"\n{stderr_tail}" if stderr_tail else ""
            )
        return (f"killed by signal {-code}" if code < 0 else f"exited with code {code}") + (
            f"\n{stderr_tail}" if stderr_tail else ""
        )

    def run_chunk(
        self, chunk: Chunk, drafts: Path, worker_deaths: int, on_event: ChunkCallback
    ) -> dict[str, Any]:
        """Run a chunk in the worker, repeating it after a crash until it succeeds."""
        quarantined: dict[int, str] = {}
        deaths_by_world: Counter[int] = Counter()
        while True:
            worker = (
                self._process
                if self._process is not None and self._process.poll() is None
                else self._start_process()
            )
            on_event("started", worker.pid, socket.gethostname())
            one_by_one, world = worker_deaths >= MAX_WORKER_DEATHS, -1
            timeout = WORKER_TIMEOUT_SECONDS + self._seconds_per_world * (
                1 if one_by_one else chunk.worlds
            )
            answer = self._request(
                json.dumps(
                    {
                        "chunk": chunk,
                        "drafts": str(drafts),
                        "alone": one_by_one,
                        "skip": quarantined,
                    }
                ),
                timeout,
            )
            while answer is not None and "at" in answer:
                world, answer = answer["at"], self._read_reply(timeout)
            if answer is not None and "receipt" in answer:
                return answer["receipt"]
            if answer is not None:
                raise RunStopped(str(answer.get("stopped", answer)))
            if self._stop_requested.is_set():
                raise JobCancelled
            exit_report, worker_deaths = self._collect_exit_report(), worker_deaths + 1
            on_event("killed", worker.pid, socket.gethostname())
            if one_by_one:
                deaths_by_world[world] += 1
                if deaths_by_world[world] >= MAX_WORKER_DEATHS and world < 0:
                    raise RunStopped(
                        f"workers die in worlds {chunk.first} to {chunk.first + chunk.worlds - 1}"
                        f" before simulating any ({exit_report.splitlines()[0]})."
                    )
                if deaths_by_world[world] >= MAX_WORKER_DEATHS:
                    quarantined[world] = (
                        f"quarantined: this world's worker died {MAX_WORKER_DEATHS} times,"
                        f" {exit_report}"
                    )

    def _close_streams(self) -> None:
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout, self._stderr_file):
                try:
                    stream.close()  # type: ignore[union-attr]
                except OSError:
                    pass
            self._process = None

    def stop(self) -> None:
        """End the worker at once."""
        self._stop_requested.set()
        if (worker := self._process) is not None:
            worker.kill()

    def close(self) -> None:
        """End the worker and close its streams."""
        if self._process is not None:
            self._collect_exit_report()
