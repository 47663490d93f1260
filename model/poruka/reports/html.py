"""The paper a report is set on: one page of HTML with its style inside, light and dark, for screen,
phone and print.
"""

import base64
import re
from calendar import month_abbr
from html import escape
from string import Template

import pandas as pd

from poruka.figures.base.drawing import Drawing, svg

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #555; --paper: #fff; --line: #d4d4d4; --band: #f3f5f7; --link: #00558a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --soft: #b0b0b0; --paper: #16181b; --line: #44484d; --band: #212428; --link: #7cc4f5; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
h1 { margin: 2rem 0 .25rem; line-height: 1.2; }
h2 { margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); line-height: 1.25; }
h3 { margin: 1.75rem 0 .4rem; font-size: 1.05rem; }
p, li, dd, figcaption { max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--link); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem; background: var(--paper); }
nav ul { padding: 0; list-style: none; }
nav > ul { columns: 2 22rem; column-gap: 2.5rem; }
nav > ul > li { break-inside: avoid; padding: .15rem 0; }
nav ul ul { padding-left: 1rem; font-size: .92rem; }
nav ul ul li { padding: .1rem 0; }
summary { cursor: pointer; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { padding: .75rem 1rem; background: var(--band); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.wide:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
figure { margin: 1.5rem 0 2.25rem; }
figure img { display: block; width: 100%; min-width: 40rem; height: auto; padding: .75rem; background: #fff; border: 1px solid var(--line); }
figcaption, .soft, caption { color: var(--soft); font-size: .92rem; }
figcaption { margin-top: .5rem; }
table { min-width: min(100%, 27rem); border-collapse: collapse; margin: .75rem 0; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th:nth-child(2):last-child, td:nth-child(2):last-child { text-align: left; }
th:first-child { text-align: left; font-weight: 600; }
thead th { border-bottom: 2px solid var(--soft); }
td { white-space: nowrap; }
.prose { width: 100%; }
.prose th, .prose td { text-align: left; white-space: normal; overflow-wrap: break-word; }
.prose .short { white-space: nowrap; }
.year { display: grid; grid-template-columns: 3.5rem minmax(0, 1fr); column-gap: .5rem; border-top: 1px solid var(--line); padding: .35rem 0; }
.year h3 { margin: .2rem 0; }
.year > h4 { margin: .2rem 0; font-size: 1.05rem; }
.year h5, .year div h4 { margin: .5rem 0 .1rem; font-size: .85rem; color: var(--soft); }
.two { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.5rem; }
.two > .parent { border-left: 3px double var(--soft); padding-left: .75rem; }
.two > .branch { border-left: 3px solid var(--link); padding-left: .75rem; }
.told { margin: .1rem 0 .5rem; padding: 0; list-style: none; font-size: .92rem; }
.told li { display: grid; grid-template-columns: 2.6rem minmax(0, 1fr); max-width: none; }
.told time { color: var(--soft); }
@media (max-width: 40rem) {
  figure .wide + figcaption::before { content: "Wider than the screen: move it sideways. "; font-weight: 600; }
  .year { grid-template-columns: 1fr; }
  .two { grid-template-columns: 1fr; }
}
footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--soft); font-size: .92rem; }
@media print {
  :root { --ink: #000; --soft: #333; --paper: #fff; --line: #999; --band: #fff; --link: #000; }
  nav, .skip, figure .wide + figcaption::before { display: none; }
  .wide { overflow: visible; }
  table { min-width: 0; font-size: 8pt; }
  th, td { padding: .2rem .5rem .2rem 0; }
  figure img { min-width: 0; border: 0; padding: 0; max-height: 24cm; object-fit: contain; }
  figure, tr, .told li { break-inside: avoid; }
  .year { grid-template-columns: 3rem minmax(0, 1fr); }
  .two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  h2, h3 { break-after: avoid; }
  body { font-size: 10pt; }
}
"""

CARRIED = 500_000
"""Bytes of a table up to which a page carries it along."""
SHORT = '<td class="short">'

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<h1>$title</h1>
<p class="soft">$lead</p>
<nav aria-label="Sections"><ul>$contents</ul></nav>
</header>
<main id="main">
$sections
</main>
<footer><p>Written by poruka, a laboratory of personalist regimes. Light or dark follows your system; the page loads nothing from outside.</p></footer>
</body>
</html>
""")


def scroll(inside: str, label: str) -> str:
    """Return a part that scrolls sideways by itself on a narrow screen, by finger or by key."""
    return (
        '<div class="wide" tabindex="0" role="region"'
        f' aria-label="{escape(label, quote=True)}">{inside}</div>'
    )


def table_html(table: pd.DataFrame, caption: str, prose: bool = False) -> str:
    """Return a table with a caption; the first column heads the rows, and cells of prose are set to
    the left and broken into lines.

    Examples
    --------
    >>> '<th scope="row">heir</th><td>3</td>' in table_html(pd.DataFrame({"outcome": ["heir"], "worlds": [3]}), "Outcomes")
    True
    """
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in table.columns)
    rows = []
    for first, *rest in table.itertuples(index=False):
        cells = "".join(
            f"{SHORT if prose and len(str(cell)) < 9 else '<td>'}{escape(str(cell))}</td>"
            for cell in rest
        )
        rows.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    kind = ' class="prose"' if prose else ""
    inside = f"<table{kind}><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return scroll(inside, caption)


def figure_html(
    drawing: Drawing, name: str, picture: bytes | None = None, numbers: bytes | None = None
) -> str:
    """Return a figure with its words; the image is part of the page, and so are its numbers where
    they are given and not too many.

    Parameters
    ----------
    drawing : Drawing
    name : str
        Of its files, and of the place on the page.
    picture : bytes, optional
        An SVG as :func:`poruka.figures.base.drawing.keep` returns it; drawn here without one.
    numbers : bytes, optional
        Its table as CSV, to be taken from the page.
    """
    image = base64.b64encode(svg(drawing) if picture is None else picture).decode("ascii")
    inside = (
        f'<img alt="{escape(drawing.alt, quote=True)}" src="data:image/svg+xml;base64,{image}">'
    )
    told = f"<code>figures/{name}.csv</code>"
    if numbers is not None and len(numbers) <= CARRIED:
        told = (
            f'<a download="{name}.csv"'
            f' href="data:text/csv;base64,{base64.b64encode(numbers).decode("ascii")}">figures/{name}.csv</a>'
        )
    return (
        f'<figure id="{name}"><h3>{escape(drawing.title)}</h3>{scroll(inside, drawing.title)}'
        f"<figcaption>{escape(drawing.caption)} Numbers: {told}.</figcaption></figure>"
    )


def histories_html(columns: dict[str, dict[str, list[str]]]) -> str:
    """Return two histories side by side, year by year; on a phone one stands below the other.

    Parameters
    ----------
    columns : dict
        Heading to a history; a history is year to lines, each beginning with its date.

    Examples
    --------
    >>> made = histories_html({"world 3": {"1994": ["1994-03 an election"]}, "the record": {}})
    >>> '<time datetime="1994-03">Mar</time><span>An election</span>' in made, "nothing told" in made
    (True, True)
    """
    parts = []
    for year in sorted({year for history in columns.values() for year in history}):
        told = "".join(
            "<div"
            f' class="{kind}"><h5>{escape(name)}</h5>{_told(history.get(year, []), f"{year}, {name}")}</div>'
            for kind, (name, history) in zip(("branch", "parent"), columns.items(), strict=False)
        )
        parts.append(
            f'<section class="year" aria-labelledby="year-{year}"><h4'
            f' id="year-{year}">{year}</h4><div class="two">{told}</div></section>'
        )
    return f'<div class="histories">{"".join(parts)}</div>'


def _told(lines: list[str], label: str) -> str:
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
        items.append(
            "<li><a"
            f' href="#{names[heading]}">{escape(heading)}</a>{f"<ul>{below}</ul>" if below else ""}</li>'
        )
    return "".join(items)


def page(title: str, lead: str, sections: dict[str, str]) -> str:
    """Return a whole page; a section is its heading and the HTML below it."""
    names = {
        heading: re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") for heading in sections
    }
    body = "\n".join(
        f'<section aria-labelledby="{names[heading]}"><h2'
        f' id="{names[heading]}">{escape(heading)}</h2>\n{inside}\n</section>'
        for heading, inside in sections.items()
    )
    return PAGE.substitute(
        title=escape(title),
        style=STYLE,
        lead=escape(lead),
        contents=contents_html(sections, names),
        sections=body,
    )
