"""The paper a report is set on: one page of HTML with its style inside, light and dark, for screen,
phone and print.
"""

import base64
import re
from calendar import month_abbr
from html import escape
from pathlib import Path
from string import Template

import pandas as pd

from poruka.figures.base.drawing import Drawing, render_svg

MAX_EMBEDDED_BYTES = 500_000
"""Bytes of a table up to which a page carries it along."""
NOWRAP_CELL = '<td class="short">'

PAGE_TEMPLATE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
PAGE_CSS = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def scrollable_html(content: str, label: str) -> str:
    """Return a part that scrolls sideways by itself on a narrow screen, by finger or by key."""
    return (
        '<div class="wide" tabindex="0" role="region"'
        f' aria-label="{escape(label, quote=True)}">{content}</div>'
    )


def table_html(table: pd.DataFrame, caption: str, prose: bool = False) -> str:
    """Return a table with a caption; the first column heads the rows, and cells of prose are set to
    the left and broken into lines.

    Examples
    --------
    >>> made = table_html(pd.DataFrame({"outcome": ["heir"], "worlds": [3]}), "Outcomes")
    >>> '<th scope="row">heir</th><td>3</td>' in made
    True
    """
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in table.columns)
    rows = []
    for first, *rest in table.itertuples(index=False):
        cells = "".join(
            f"{NOWRAP_CELL if prose and len(str(cell)) < 9 else '<td>'}{escape(str(cell))}</td>"
            for cell in rest
        )
        rows.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    kind = ' class="prose"' if prose else ""
    inside = (
        f"<table{kind}><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return scrollable_html(inside, caption)


def figure_html(
    drawing: Drawing, name: str, svg_bytes: bytes | None = None, csv_bytes: bytes | None = None
) -> str:
    """Return a figure with its words; the image is part of the page, and so are its numbers where
    they are given and not too many.

    Parameters
    ----------
    drawing : Drawing
    name : str
        Of its files, and of the place on the page.
    picture : bytes, optional
        An SVG as :func:`poruka.figures.base.drawing.save_for_page` returns it; drawn here without
        one.
    numbers : bytes, optional
        Its table as CSV, to be taken from the page.
    """
    image = base64.b64encode(render_svg(drawing) if svg_bytes is None else svg_bytes).decode(
        "ascii"
    )
    inside = (
        f'<img alt="{escape(drawing.alt, quote=True)}" src="data:image/svg+xml;base64,{image}">'
    )
    told = f"<code>figures/{name}.csv</code>"
    if csv_bytes is not None and len(csv_bytes) <= MAX_EMBEDDED_BYTES:
        carried = base64.b64encode(csv_bytes).decode("ascii")
        told = (
            f'<a download="{name}.csv" href="data:text/csv;base64,{carried}">figures/{name}.csv</a>'
        )
    return (
        "<figure"
        f' id="{name}"><h3>{escape(drawing.title)}</h3>{scrollable_html(inside, drawing.title)}<figcaption>{escape(drawing.caption)}'
        f" Numbers: {told}.</figcaption></figure>"
    )


def chronicles_html(columns: dict[str, dict[str, list[str]]]) -> str:
    """Return two histories side by side, year by year; on a phone one stands below the other.

    Parameters
    ----------
    columns : dict
        Heading to a history; a history is year to lines, each beginning with its date.

    Examples
    --------
    >>> made = chronicles_html({"world 3": {"1994": ["1994-03 an election"]}, "the record": {}})
    >>> '<time datetime="1994-03">Mar</time><span>An election</span>' in made
    True
    >>> "nothing told" in made
    True
    """
    parts = []
    for year in sorted({year for history in columns.values() for year in history}):
        told = "".join(
            f'<div class="{kind}"><h5>{escape(name)}</h5>'
            f"{_event_list_html(history.get(year, []), f'{year}, {name}')}</div>"
            for kind, (name, history) in zip(("branch", "parent"), columns.items(), strict=False)
        )
        parts.append(
            f'<section class="year" aria-labelledby="year-{year}"><h4'
            f' id="year-{year}">{year}</h4><div class="two">{told}</div></section>'
        )
    return f'<div class="histories">{"".join(parts)}</div>'


def _event_list_html(lines: list[str], label: str) -> str:
    """Return the lines of a year as a list, each month named once."""
    if not lines:
        return '<p class="soft">nothing told</p>'
    items, before = [], ""
    for line in lines:
        found = re.match(r"(\d{4})(?:-(\d\d))?[-\d]*:?\s+", line)
        text = line[found.end() :] if found else line
        month = found[2] if found and found[2] else ""
        when = (
            f'<time datetime="{found[1]}-{month}">{month_abbr[int(month)]}</time>'
            if found and month and month != before
            else "<span></span>"
        )
        before = month
        items.append(f"<li>{when}<span>{escape(text[:1].upper() + text[1:])}</span></li>")
    return f'<ul class="told" aria-label="{escape(label, quote=True)}">{"".join(items)}</ul>'


def contents_html(sections: dict[str, str], names: dict[str, str]) -> str:
    """Return the list of contents: sections, and below a section its figures where it
    has several.
    """
    items = []
    for heading, inside in sections.items():
        figures = re.findall(r'<figure id="([^"]+)"><h3>(.*?)</h3>', inside)
        below = (
            "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in figures)
            if len(figures) > 1
            else ""
        )
        within = f"<ul>{below}</ul>" if below else ""
        items.append(f'<li><a href="#{names[heading]}">{escape(heading)}</a>{within}</li>')
    return "".join(items)


def page_html(title: str, lead: str, sections: dict[str, str]) -> str:
    """Return a whole page; a section is its heading and the HTML below it."""
    names = {
        heading: re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") for heading in sections
    }
    body = "\n".join(
        f'<section aria-labelledby="{names[heading]}"><h2'
        f' id="{names[heading]}">{escape(heading)}</h2>\n{inside}\n</section>'
        for heading, inside in sections.items()
    )
    return PAGE_TEMPLATE.substitute(
        title=escape(title),
        style=PAGE_CSS,
        lead=escape(lead),
        contents=contents_html(sections, names),
        sections=body,
    )
