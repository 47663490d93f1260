"""Output on a terminal: wrapped text, tables without a frame, and a line of progress."""

import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import Any

_MIN_WIDTH = 40


def print_wrapped(text: str, indent: str = "  ") -> None:
    """Print lines wrapped to the width of the terminal, continuation lines indented."""
    width = max(shutil.get_terminal_size().columns, _MIN_WIDTH)
    for line in text.splitlines():
        print(
            textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False)
            if len(line) > width
            else line
        )


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
