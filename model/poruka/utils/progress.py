"""Progress of a run: a bar on a terminal, a widget in a notebook, plain lines in a log.

It shows the rate, the time left, the failures and the outcomes so far.
"""

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from poruka.utils.labels import format_label

FIRST_LINE_SECONDS, LINE_INTERVAL_SECONDS = 10.0, 30.0
"""Seconds before the first line in a log, and between later lines."""


def in_notebook() -> bool:
    """Return whether the code runs in a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def should_show_progress(progress: Any) -> bool:
    """Return whether progress is shown: as asked with True or False, otherwise on a terminal."""
    return progress is True or (progress is None and (sys.stderr.isatty() or in_notebook()))


def format_duration(seconds: float) -> str:
    """Return a duration as text.

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
    """The progress and the outcomes of a run so far, with its display.

    Parameters
    ----------
    worlds : int
        Total number of worlds.
    progress : bool or callable, optional
        False: nothing; a callable is called with ``(done, total)``; True or None: a bar on a
        terminal or in a notebook, elsewhere plain lines (once the run has lasted some seconds).
    already_done : int
        Worlds completed earlier, which do not count for the rate.
    """

    def __init__(self, worlds: int, progress: Any = None, already_done: int = 0):
        self.worlds, self.done, self.already_done = worlds, already_done, already_done
        self.failed = 0
        self.outcomes: Counter[str] = Counter()
        self._start_time, self._next_line_time = time.monotonic(), FIRST_LINE_SECONDS
        self._callback: Callable[[int, int], Any] | None = progress if callable(progress) else None
        shows_bar = should_show_progress(progress) and (sys.stderr.isatty() or in_notebook())
        self._bar = (
            _create_bar(worlds, already_done) if shows_bar and self._callback is None else None
        )
        self._prints_lines = self._callback is None and self._bar is None and progress is not False

    def add(self, done: int, failed: int = 0, outcomes: Mapping[str, int] | None = None) -> None:
        """Count completed worlds, and update what is shown."""
        self.done, self.failed = self.done + done, self.failed + failed
        self.outcomes.update(outcomes or {})
        if self._callback is not None:
            self._callback(self.done, self.worlds)
        if self._bar is not None:
            self._bar.set_postfix_str(self.format_results(), refresh=False)
            self._bar.update(done)
        self.print_if_due()

    def print_if_due(self) -> None:
        """Print a line of progress if the interval has passed."""
        if self._prints_lines and time.monotonic() - self._start_time >= self._next_line_time:
            self._next_line_time = time.monotonic() - self._start_time + LINE_INTERVAL_SECONDS
            print(self.format_line(), file=sys.stderr, flush=True)

    def format_line(self) -> str:
        """Return the progress as one line.

        Examples
        --------
        >>> progress = Progress(100, progress=False)
        >>> progress.add(50, failed=1, outcomes={"heir": 10, "incumbent": 39})
        >>> progress.format_line().split("/s")[0].split(",")[0], progress.format_results()
        ('50 of 100 worlds', '1 failed, incumbent 80 %, heir 20 %')
        """
        seconds = max(1e-9, time.monotonic() - self._start_time)
        rate = (self.done - self.already_done) / seconds
        line = f"{self.done:,} of {self.worlds:,} worlds, {rate:.1f}/s"
        if rate > 0.0 and self.done < self.worlds:
            line += f", {format_duration((self.worlds - self.done) / rate)} left"
        results = self.format_results()
        return f"{line}; {results}" if results else line

    def format_results(self) -> str:
        """Return the number of failed worlds and the shares of the three most frequent outcomes."""
        total = sum(self.outcomes.values())
        parts = [f"{self.failed} failed"] if self.failed else []
        for outcome, count in self.outcomes.most_common(3):
            parts.append(f"{format_label(outcome)} {100 * count / total:.0f} %")
        return ", ".join(parts)

    def close(self) -> None:
        """Remove the bar, or print a last line where lines were printed before."""
        if self._bar is not None:
            self._bar.close()
        if self._prints_lines and self._next_line_time > FIRST_LINE_SECONDS:
            print(self.format_line(), file=sys.stderr, flush=True)
        self._bar, self._prints_lines = None, False


def _create_bar(worlds: int, already_done: int) -> Any:
    with warnings.catch_warnings():
        # A notebook without widgets gets the plain bar; the warning about that is left out.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm

        return tqdm(
            total=worlds, initial=already_done, unit="world", dynamic_ncols=True, smoothing=0.05
        )
