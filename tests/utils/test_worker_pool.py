"""Worker processes end with the process that asked for them.

1. A process that is killed, and can stop nothing any more, leaves no worker behind.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import os
import time

from poruka.utils.worker_pool import call_in_worker, request_workers

if __name__ == "__main__":
    request_workers(1)
    print(call_in_worker(os.getpid), flush=True)
    time.sleep(300)
"""
LONG_ENOUGH = 60.0
"""Seconds; a busy machine may take a while to end a process that ends at once on a free one."""


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc who runs")
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_leaves_no_worker_behind(tmp_path, blow):
    """Proposition 1."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_running(worker)
        parent.send_signal(blow)
        parent.wait()
    limit = time.monotonic() + LONG_ENOUGH
    while is_running(worker) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not is_running(worker)
