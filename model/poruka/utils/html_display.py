"""Short displays of objects in a notebook: a title and a few rows, in plain HTML."""

from collections.abc import Iterable
from html import escape
from typing import Any


def display_html(title: str, rows: Iterable[tuple[str, Any]]) -> str:
    """Return a short display; rows without a value are left out.

    Examples
    --------
    >>> "".join(display_html("A <run>", [("worlds", 3), ("failed", "")]).split())[:35]
    '<div><b>A&lt;run&gt;</b><table><tr>'
    """
    cells = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(str(value))}</td></tr>'
        for name, value in rows
        if value not in ("", None)
    )
    return f"<div><b>{escape(title)}</b><table>{cells}</table></div>"
