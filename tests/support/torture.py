"""What the tests of runs on disk have in common: small runs in processes of their own, ways to
disturb them, and how to tell that nothing was lost.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from package_folder import MODEL

import poruka as pk
from poruka.runs.verify import verify_run

ASKED = {"worlds": 120, "seed": 4, "until": "1996-12", "progress": False}
PLAY = """
import json, sys
import poruka as pk
from poruka.runs import chunks
chunks.WORLDS_PER_CHUNK = {chunk}
asked = json.loads(sys.argv[1])
try:
    scenario = pk.load(asked.pop("scenario", "kazakhstan"), numbers="declared")
    pk.simulate(scenario.change(asked.pop("changes", {{}})), out=sys.argv[2], **asked)
except pk.PorukaError as error:
    print(error, file=sys.stderr)
    sys.exit(2 if isinstance(error, pk.BadInput) else 1)
except KeyboardInterrupt:
    sys.exit(130)
"""


def ended_after(seconds):
    """Fail within a fixture instead of waiting, for a pipe that nobody writes to for one."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def give_up(*_):
        raise AssertionError(f"it waits for more than {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that finds the package and its compiled rules."""
    return {**os.environ, "PYTHONPATH": str(MODEL), "COLUMNS": "160", **more}


def heeding() -> None:
    """Let a process heed Ctrl-C though the tests themselves may run in the background, where shells
    have it ignored.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(out: Path, chunk: int = 5, before: str = "", **asked) -> subprocess.Popen:
    """Start a run in a process group of its own."""
    code = before + PLAY.format(chunk=chunk)
    return subprocess.Popen(
        [sys.executable, "-c", code, json.dumps({**ASKED, **asked}), str(out)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeding,
    )


def finish(out: Path, **asked) -> tuple[int, str]:
    """Play a run to its end in a process of its own and return its exit code and what it said."""
    process = start(out, **asked)
    said = process.communicate(timeout=300)[1]
    return process.returncode, said


def command(*arguments: object, **more: str) -> subprocess.CompletedProcess:
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "-m", "poruka.cli.main", *map(str, arguments)],
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, str]:
    """Return the checksum of every shard and receipt of a run; two runs with the same are the same
    to the bit.
    """
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for kind in ("outcomes", "series", "events", "receipts")
        for path in sorted((folder / kind).glob("*"))
    }


def receipts(folder: Path) -> int:
    """Return how many chunks are finished."""
    return len(list((folder / "receipts").glob("*.json")))


def until_kept(
    process: subprocess.Popen, folder: Path, count: int, patience: float = 120.0
) -> None:
    """Wait until some chunks are finished, or the process has ended."""
    give_up = time.monotonic() + patience
    while receipts(folder) < count and process.poll() is None:
        assert time.monotonic() < give_up, "nothing is finished"
        time.sleep(0.01)


def kill(process: subprocess.Popen) -> None:
    """Kill a process at once and wait for it."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def workers(folder: Path) -> list[int]:
    """Return the processes that are at work on a run, as its ledger knows them."""
    import sqlite3

    try:
        with sqlite3.connect(
            f"{(folder / 'ledger.sqlite').resolve().as_uri()}?mode=ro", uri=True, timeout=5.0
        ) as base:
            known = [
                row[0]
                for row in base.execute(
                    "select distinct worker from chunks where state = 'running' and worker is not"
                    " null"
                )
            ]
    except sqlite3.Error:
        return []
    return [pid for pid in known if _is_ours(pid)]


def _is_ours(pid: int) -> bool:
    """Return whether a process is at work for this package: numbers are used again, and nobody else
    may be hit.
    """
    try:
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"poruka" in said


def whole(folder: Path, like: dict[str, str]) -> bool:
    """Return whether a run is finished, in order, and the same as one that was not disturbed."""
    run = pk.open_run(folder)
    assert run.manifest["finished"] and verify_run(folder).is_valid
    assert run.outcomes["world"].to_list() == list(range(run.worlds)), (
        "every world once, and in order"
    )
    return contents(folder) == like
