"""HTML of reports: self-contained pages, tables, figures and chronicles."""

import base64
import re

import pandas as pd
from markupsafe import Markup

from poruka.figures.base.drawing import Drawing, render_svg
from poruka.utils.chronicle_lines import group_months
from poruka.utils.html_templates import render_html

MAX_EMBEDDED_BYTES = 500_000
"""Largest size of a table, in bytes, that is embedded in a page."""


def table_html(table: pd.DataFrame, caption: str, prose: bool = False) -> Markup:
    """Return a table with a caption; the first column holds the row headings.

    Cells of prose are aligned left and wrapped. On a narrow screen the table scrolls sideways.

    Examples
    --------
    >>> html = table_html(pd.DataFrame({"outcome": ["heir"], "worlds": [3]}), "Outcomes")
    >>> '<th scope="row">heir</th><td>3</td>' in html
    True
    """
    return render_html(
        "table.html",
        columns=list(table.columns),
        rows=list(table.itertuples(index=False, name=None)),
        caption=caption,
        prose=prose,
    )


def figure_html(
    drawing: Drawing, name: str, svg_bytes: bytes | None = None, csv_bytes: bytes | None = None
) -> Markup:
    """Return a figure with title and caption; the image and, where small, its table are embedded.

    Parameters
    ----------
    drawing : Drawing
    name : str
        Name of its files, and of its anchor on the page.
    svg_bytes : bytes, optional
        An SVG as :func:`poruka.figures.base.drawing.save_for_page` returns it; drawn here by
        default.
    csv_bytes : bytes, optional
        Its table as CSV, to be embedded in the page.
    """
    image = render_svg(drawing) if svg_bytes is None else svg_bytes
    is_embedded = csv_bytes is not None and len(csv_bytes) <= MAX_EMBEDDED_BYTES
    return render_html(
        "figure.html",
        drawing=drawing,
        name=name,
        image=_base64(image),
        table=_base64(csv_bytes) if csv_bytes is not None and is_embedded else "",
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def chronicles_html(columns: dict[str, dict[str, list[str]]]) -> Markup:
    """Return two chronicles side by side, year by year; on a narrow screen one is below the other.

    Parameters
    ----------
    columns : dict
        Heading to a chronicle: lines by year, each beginning with its date.

    Examples
    --------
    >>> chronicles = {"world 3": {"1994": ["1994-03 an election"]}, "the record": {}}
    >>> html = chronicles_html(chronicles)
    >>> '<time datetime="1994-03">Mar</time><span>An election</span>' in html
    True
    >>> "no event" in html
    True
    """
    years = [
        (
            year,
            [
                (name, group_months(_split_date(line) for line in history.get(year, ())))
                for name, history in columns.items()
            ],
        )
        for year in sorted({year for history in columns.values() for year in history})
    ]
    return render_html("chronicles.html", years=years)


def _split_date(line: str) -> tuple[str, str, str]:
    """Return the year and month that a line begins with, both maybe empty, and the rest."""
    match = re.match(r"(\d{4})(?:-(\d\d))?[-\d]*:?\s+", line)
    return (match[1], match[2] or "", line[match.end() :]) if match else ("", "", line)


def page_html(title: str, lead: str, sections: dict[str, Markup]) -> Markup:
    """Return a whole page from the HTML of its sections by heading.

    The table of contents names the figures of a section where it has several.
    """
    entries = []
    for heading, content in sections.items():
        figures = re.findall(r'<figure id="([^"]+)"><h3>(.*?)</h3>', content)
        entries.append(
            {
                "heading": heading,
                "anchor": re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-"),
                "content": content,
                "figures": [
                    # The title was escaped when the figure was made.
                    (name, Markup(figure_title))
                    for name, figure_title in (figures if len(figures) > 1 else ())
                ],
            }
        )
    return render_html("page.html", title=title, lead=lead, sections=entries)
