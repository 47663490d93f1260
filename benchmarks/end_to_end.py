"""Plays a large run from its first world to its report, and says how fast, how large in memory and
whether every world is there.

    python benchmarks/end_to_end.py -n 100000 --out runs/large

Ended early, the same command goes on. Memory is that of all processes of the run together, pages
that several share counted once (Linux).
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

COMMAND = [sys.executable, "-P", "-m", "poruka.cli.main"]


def tree_memory(process: psutil.Process) -> int:
    """Return the bytes a process and its children hold together."""
    held = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            held += one.memory_full_info().pss
        except (psutil.Error, AttributeError):
            continue
    return held


def watched(arguments: list[str]) -> tuple[int, float, int]:
    """Run a command of poruka and return its exit code, its seconds and the most memory it held."""
    began, peak, over = time.monotonic(), 0, threading.Event()
    child = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL)
    watcher = psutil.Process(child.pid)

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.5):
            try:
                peak = max(peak, tree_memory(watcher))
            except psutil.Error:
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        code = child.wait()
    finally:
        over.set()
        thread.join()
    return code, time.monotonic() - began, peak


def main() -> None:
    """Play, verify and count."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("-n", "--worlds", type=int, default=100_000)
    asked.add_argument("--record", default="events")
    asked.add_argument("--out", type=Path, default=Path("runs/large"))
    given = asked.parse_args()
    run = [
        "run",
        "kazakhstan",
        "-n",
        str(given.worlds),
        "--seed",
        "1",
        "--record",
        given.record,
        "--out",
        str(given.out),
    ]
    for words in (run, ["verify", str(given.out)]):
        code, seconds, peak = watched(words)
        print(
            f"poruka {' '.join(words)}: left with {code} after {seconds:,.0f} s, at most"
            f" {peak / 2**30:.2f} GiB in memory",
            flush=True,
        )
        if code:
            sys.exit(code)
    counted = subprocess.run(
        [
            *COMMAND,
            "sql",
            str(given.out),
            "select count(*) as worlds, count(distinct world) as different from outcomes",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    print(f"{json.loads(counted.stdout)}; {size / 2**20:,.0f} MiB on disk")


if __name__ == "__main__":
    main()
