"""How far a batch is.

1. A log hears of a batch only once it has lasted, then in plain lines with rate, time left,
   failures and outcomes so far; a short batch is silent.
2. A terminal shows a bar with the same; whoever gives a callable is told numbers; nobody is told
   anything who does not want to be.
3. Worlds that were there already count as done and say nothing about the rate.
4. A machine is shared out among processes and threads within its processors and its memory.
"""

import io
import sys

import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.utils import progress as progress_page
from poruka.utils.progress import Progress
from poruka.utils.resources import WORKER_MEMORY_BYTES, allocate_processors, available_processors


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_log_hears_in_plain_lines_and_only_of_what_lasts(monkeypatch, capsys):
    """Proposition 1."""
    clock = [100.0]
    monkeypatch.setattr(progress_page.time, "monotonic", lambda: clock[0])
    short = Progress(10, None)
    short.add(10, outcomes={"incumbent": 10})
    short.close()
    assert capsys.readouterr().err == ""
    told = Progress(1000, None)
    for _ in range(10):
        clock[0] += 8.0
        told.add(40, failed=1, outcomes={"incumbent": 30, "civil_conflict": 9})
    told.close()
    lines = capsys.readouterr().err.splitlines()
    assert (
        lines[0]
        == "80 of 1,000 worlds, 5.0/s, 3 min 04 s left; 2 failed, incumbent 77 %, ethnic war 23 %"
    )
    assert (
        len(lines) == 4
        and lines[-1].startswith("400 of 1,000 worlds")
        and "\r" not in "".join(lines)
    )


def test_a_terminal_shows_a_bar(monkeypatch):
    """Proposition 2."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    told = Progress(10, None)
    told.add(4, failed=1, outcomes={"heir": 3})
    told.add(4, outcomes={"heir": 4})
    told.close()
    assert (
        "8/10" in sys.stderr.getvalue()
        and "1 failed, heir 100 %" in sys.stderr.getvalue()
        and "world" in sys.stderr.getvalue()
    )
    quiet = Progress(10, False)
    before = sys.stderr.getvalue()
    quiet.add(10)
    quiet.close()
    assert sys.stderr.getvalue() == before


def test_a_callable_is_told_numbers_and_what_was_there_counts(tmp_path):
    """Propositions 2 and 3."""
    heard: list[tuple[int, int]] = []
    asked = {
        "worlds": 45,
        "seed": 4,
        "until": "1990-06",
        "out": tmp_path / "run",
        "threads": 1,
        "processes": 0,
    }

    def listen(done: int, total: int) -> None:
        heard.append((done, total))
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pk.simulate(kazakhstan(), progress=listen, **asked)
    pk.simulate(kazakhstan(), progress=lambda done, total: heard.append((done, total)), **asked)
    assert heard == [(20, 45), (40, 45), (45, 45)]
    resumed = Progress(100, False, already_done=90)
    resumed.add(5)
    assert resumed.format_line().startswith("95 of 100 worlds") and resumed.already_done == 90


def test_a_machine_is_shared_out_within_its_means():
    """Proposition 4."""
    for cores in (1, 2, 7, 64):
        for free in (0.5, 2.0, 1000.0):
            processes, threads = allocate_processors(cores, 10_000, free_bytes=free * 2.0**30)
            assert 1 <= processes and 1 <= threads and processes * threads <= max(1, cores)
            assert processes == 1 or processes * WORKER_MEMORY_BYTES <= free * 2.0**30
    assert (
        allocate_processors(8, 1, free_bytes=2.0**40) == (1, 8)
        and 1 <= available_processors() <= 4096
    )
