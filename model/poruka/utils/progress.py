"""How far a batch is: a bar on a terminal, a widget in a notebook, plain lines in a log; with rate,
time left, failures and outcomes so far.
"""

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

FIRST_LINE_SECONDS, LINE_INTERVAL_SECONDS = 10.0, 30.0
"""Seconds before a log hears of a batch at all, and between its lines afterwards."""


def in_notebook() -> bool:
    """Return whether a notebook shows what is printed."""
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return type(found).__name__ == "ZMQInteractiveShell"


def should_show_progress(progress: Any) -> bool:
    """Return whether progress is shown: always or never where it was said so, otherwise on a
    terminal.
    """
    return progress is True or (progress is None and (sys.stderr.isatty() or in_notebook()))


def format_duration(seconds: float) -> str:
    """Return a length of time as people say it.

    Examples
    --------
    >>> format_duration(41.2), format_duration(135), format_duration(7300)
    ('41 s', '2 min 15 s', '2 h 01 min')
    """
    seconds = max(0, round(seconds))
    if seconds < 60:
        return f"{seconds} s"
    return (
        f"{seconds // 60} min {seconds % 60:02d} s"
        if seconds < 3600
        else f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
    )


class Progress:
    """What has come out of a batch so far, shown where it can be seen.

    Parameters
    ----------
    worlds : int
        Worlds in all.
    progress : bool or callable, optional
        False: nothing; a callable is told ``(done, total)``; True or None: a bar on a terminal or
        in a notebook, elsewhere plain lines (only once the batch has lasted some seconds).
    before : int
        Worlds that were there already, which say nothing about the rate.
    """

    def __init__(self, worlds: int, progress: Any = None, already_done: int = 0):
        self.worlds, self.done, self.already_done, self.failed = (
            worlds,
            already_done,
            already_done,
            0,
        )
        self.outcomes: Counter[str] = Counter()
        self._start_time, self._next_line_time = time.monotonic(), FIRST_LINE_SECONDS
        self._callback: Callable[[int, int], Any] | None = progress if callable(progress) else None
        self._bar = (
            _create_bar(worlds, already_done)
            if self._callback is None
            and should_show_progress(progress)
            and (sys.stderr.isatty() or in_notebook())
            else None
        )
        self._prints_lines = self._callback is None and self._bar is None and progress is not False

    def add(self, done: int, failed: int = 0, outcomes: Mapping[str, int] | None = None) -> None:
        """Count some more worlds."""
        self.done, self.failed = self.done + done, self.failed + failed
        self.outcomes.update(outcomes or {})
        if self._callback is not None:
            self._callback(self.done, self.worlds)
        if self._bar is not None:
            self._bar.set_postfix_str(self.format_results(), refresh=False)
            self._bar.update(done)
        self.print_if_due()

    def print_if_due(self) -> None:
        """Print a line if it is time for one."""
        if self._prints_lines and time.monotonic() - self._start_time >= self._next_line_time:
            self._next_line_time = time.monotonic() - self._start_time + LINE_INTERVAL_SECONDS
            print(self.format_line(), file=sys.stderr, flush=True)

    def format_line(self) -> str:
        """Return how far it is as one line.

        Examples
        --------
        >>> so_far = Progress(100, progress=False)
        >>> so_far.add(50, failed=1, outcomes={"heir": 10, "incumbent": 39})
        >>> so_far.format_line().split("/s")[0].split(",")[0], so_far.format_results()
        ('50 of 100 worlds', '1 failed, incumbent 80 %, heir 20 %')
        """
        seconds = max(1e-9, time.monotonic() - self._start_time)
        rate = (self.done - self.already_done) / seconds
        left = (
            f", {format_duration((self.worlds - self.done) / rate)} left"
            if rate > 0.0 and self.done < self.worlds
            else ""
        )
        more = self.format_results()
        return f"{self.done:,} of {self.worlds:,} worlds, {rate:.1f}/s{left}" + (
            f"; {more}" if more else ""
        )

    def format_results(self) -> str:
        """Return failures and the three most frequent outcomes of what was played."""
        total = sum(self.outcomes.values())
        words = [f"{self.failed} failed"] if self.failed else []
        return ", ".join(
            words
            + [
                f"{name.replace('_', ' ')} {100 * count / total:.0f} %"
                for name, count in self.outcomes.most_common(3)
            ]
        )

    def close(self) -> None:
        """Take the bar away, or say a last word to a log that has heard of the batch."""
        if self._bar is not None:
            self._bar.close()
        if self._prints_lines and self._next_line_time > FIRST_LINE_SECONDS:
            print(self.format_line(), file=sys.stderr, flush=True)
        self._bar, self._prints_lines = None, False


def _create_bar(worlds: int, already_done: int) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # a notebook without widgets gets the plain bar, and need not hear why
        from tqdm.auto import tqdm

        return tqdm(
            total=worlds, initial=already_done, unit="world", dynamic_ncols=True, smoothing=0.05
        )
