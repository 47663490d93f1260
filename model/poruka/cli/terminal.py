"""Output on a terminal: wrapped text, tables without a frame, and a line of progress."""

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

_MIN_WIDTH = 40


def _wrap(line: str, width: int, indent: str) -> str:
    """Return a line as several; a word stays whole, be it a path longer than the terminal."""
    if len(line) <= width:
        return line
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def print_wrapped(text: str, indent: str = "  ") -> None:
    """Print lines wrapped to the width of the terminal, continuation lines indented."""
    width = max(shutil.get_terminal_size().columns, _MIN_WIDTH)
    for line in text.splitlines():
        print(_wrap(line, width, indent))


def fit_text(text: str, stream: Any) -> str:
    """Return lines wrapped to the width of the terminal, or as they are where nobody reads them.

    In a pipe or file a line stays whole, so that a search finds it whole. A width in ``COLUMNS``
    makes no terminal, as whatever was started from one inherits it. What is continued stands below
    its column: behind the last gap of two spaces or more.

    Examples
    --------
    >>> fit_text("a line that no terminal wraps " * 9, None).count("\\n")
    0
    """
    if not getattr(stream, "isatty", lambda: False)():
        return text
    width = max(shutil.get_terminal_size().columns, _MIN_WIDTH)
    lines = []
    for line in text.split("\n"):
        gaps = [gap.end() for gap in re.finditer(r" {2,}(?=\S)", line) if gap.end() <= width * 0.65]
        indent = " " * (gaps[-1] if gaps else 2)
        lines.append(_wrap(line, width, indent))
    return "\n".join(lines)


def print_fitted(text: Any) -> None:
    """Print lines that may be longer than a terminal is wide; see :func:`fit_text`."""
    print(fit_text(str(text), sys.stdout), flush=True)


def longest_word(texts: Iterable[str]) -> int:
    """Return the width below which a column would break a word.

    Examples
    --------
    >>> longest_word(["mean control", "1995-01"])
    7
    """
    return max((len(word) for text in texts for word in text.split()), default=0)


def start_table(
    console: Any, title: str, columns: tuple[str, ...], left_aligned: tuple[int, ...] = ()
) -> Any:
    """Print a title and return an empty table to be printed below it.

    The first column and those numbered in ``left_aligned`` are aligned left, the others right.
    """
    from rich import box
    from rich.table import Table

    console.print(f"\n[bold]{title}[/bold]", highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, column in enumerate(columns):
        left = number == 0 or number in left_aligned
        table.add_column(column, justify="left" if left else "right", no_wrap=not left)
    return table


def progress_printer(label: str, quiet: bool) -> Callable[[int, int], None] | None:
    """Return a callback that prints on a terminal how many of a total are done; None where nothing
    is to be printed.
    """
    if quiet or not sys.stderr.isatty():
        return None
    return lambda done, total: print(
        f"{label} {done} of {total}",
        end="\n" if done == total else "\r",
        file=sys.stderr,
        flush=True,
    )
