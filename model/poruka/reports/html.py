"""HTML of reports: self-contained pages, tables, figures and chronicles."""

import base64
import re
from calendar import month_abbr
from html import escape
from pathlib import Path
from string import Template

import pandas as pd

from poruka.figures.base.drawing import Drawing, render_svg

MAX_EMBEDDED_BYTES = 500_000
"""Largest size of a table, in bytes, that is embedded in a page."""
NOWRAP_CELL = '<td class="short">'

PAGE_TEMPLATE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
PAGE_CSS = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def scrollable_html(content: str, label: str) -> str:
    """Return a region that scrolls sideways on a narrow screen, by touch or keyboard."""
    return (
        '<div class="wide" tabindex="0" role="region"'
        f' aria-label="{escape(label, quote=True)}">{content}</div>'
    )


def table_html(table: pd.DataFrame, caption: str, prose: bool = False) -> str:
    """Return a table with a caption; the first column holds the row headings.

    Cells of prose are aligned left and wrapped.

    Examples
    --------
    >>> html = table_html(pd.DataFrame({"outcome": ["heir"], "worlds": [3]}), "Outcomes")
    >>> '<th scope="row">heir</th><td>3</td>' in html
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
    table_element = (
        f"<table{kind}><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return scrollable_html(table_element, caption)


def figure_html(
    drawing: Drawing, name: str, svg_bytes: bytes | None = None, csv_bytes: bytes | None = None
) -> str:
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
    image = base64.b64encode(render_svg(drawing) if svg_bytes is None else svg_bytes).decode(
        "ascii"
    )
    image_html = (
        f'<img alt="{escape(drawing.alt, quote=True)}" src="data:image/svg+xml;base64,{image}">'
    )
    link = f"<code>figures/{name}.csv</code>"
    if csv_bytes is not None and len(csv_bytes) <= MAX_EMBEDDED_BYTES:
        encoded = base64.b64encode(csv_bytes).decode("ascii")
        link = (
            f'<a download="{name}.csv" href="data:text/csv;base64,{encoded}">figures/{name}.csv</a>'
        )
    return (
        f'<figure id="{name}"><h3>{escape(drawing.title)}</h3>'
        f"{scrollable_html(image_html, drawing.title)}"
        f"<figcaption>{escape(drawing.caption)} Numbers: {link}.</figcaption></figure>"
    )


def chronicles_html(columns: dict[str, dict[str, list[str]]]) -> str:
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
    parts = []
    for year in sorted({year for history in columns.values() for year in history}):
        histories = "".join(
            f'<div class="{kind}"><h5>{escape(name)}</h5>'
            f"{_event_list_html(history.get(year, []), f'{year}, {name}')}</div>"
            for kind, (name, history) in zip(("branch", "parent"), columns.items(), strict=False)
        )
        parts.append(
            f'<section class="year" aria-labelledby="year-{year}"><h4'
            f' id="year-{year}">{year}</h4><div class="two">{histories}</div></section>'
        )
    return f'<div class="histories">{"".join(parts)}</div>'


def _event_list_html(lines: list[str], label: str) -> str:
    """Return the lines of a year as a list that names each month once."""
    if not lines:
        return '<p class="soft">no event</p>'
    items, previous_month = [], ""
    for line in lines:
        match = re.match(r"(\d{4})(?:-(\d\d))?[-\d]*:?\s+", line)
        text = line[match.end() :] if match else line
        month = match[2] if match and match[2] else ""
        time_html = (
            f'<time datetime="{match[1]}-{month}">{month_abbr[int(month)]}</time>'
            if match and month and month != previous_month
            else "<span></span>"
        )
        previous_month = month
        items.append(f"<li>{time_html}<span>{escape(text[:1].upper() + text[1:])}</span></li>")
    return f'<ul class="told" aria-label="{escape(label, quote=True)}">{"".join(items)}</ul>'


def contents_html(sections: dict[str, str], names: dict[str, str]) -> str:
    """Return the table of contents: sections, and their figures where a section has several."""
    items = []
    for heading, content in sections.items():
        figures = re.findall(r'<figure id="([^"]+)"><h3>(.*?)</h3>', content)
        figure_items = (
            "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in figures)
            if len(figures) > 1
            else ""
        )
        figure_list = f"<ul>{figure_items}</ul>" if figure_items else ""
        items.append(f'<li><a href="#{names[heading]}">{escape(heading)}</a>{figure_list}</li>')
    return "".join(items)


def page_html(title: str, lead: str, sections: dict[str, str]) -> str:
    """Return a whole page from the HTML of its sections by heading."""
    names = {
        heading: re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") for heading in sections
    }
    body = "\n".join(
        f'<section aria-labelledby="{names[heading]}"><h2'
        f' id="{names[heading]}">{escape(heading)}</h2>\n{content}\n</section>'
        for heading, content in sections.items()
    )
    return PAGE_TEMPLATE.substitute(
        title=escape(title),
        style=PAGE_CSS,
        lead=escape(lead),
        contents=contents_html(sections, names),
        sections=body,
    )
