"""Pages are made from templates.

1. Text becomes HTML once: what looks like a tag is shown as it is written, in tables, figures,
   chronicles, notes and titles, and nothing that is HTML already is shown as text.
2. A value that a template asks for and does not get is an error, not an empty place.
3. The templates come with the package.
"""

import html

import jinja2
import pandas as pd
import pytest
from markupsafe import Markup

from poruka.reports.html import chronicles_html, figure_html, page_html, table_html
from poruka.reports.hypotheses_page import placebos_html
from poruka.utils.html_templates import fill_html, join_html, render_html

SLY = "<script>alert('a & b')</script>"


class SlyFigure:
    """A figure whose every text looks like HTML."""

    title = alt = caption = SLY


def pieces():
    """Return what a page is made of, each with a text that looks like a tag."""
    return {
        "table": table_html(pd.DataFrame({SLY: [SLY], "n": [SLY]}), SLY),
        "prose": table_html(pd.DataFrame({"a": [1], "b": [SLY]}), "c", prose=True),
        "figure": figure_html(SlyFigure(), "f", b"<svg/>", b"x\n1\n"),
        "chronicle": chronicles_html({SLY: {"1994": [f"1994-03 {SLY}"]}, "other": {}}),
        "note": fill_html("<p>{}</p>", SLY),
        "joined": join_html([SLY]),
    }


@pytest.mark.parametrize("name", list(pieces()))
def test_text_becomes_html_once(name):
    """Proposition 1: a browser shows the text again."""
    piece = pieces()[name]
    assert isinstance(piece, Markup) and "<script" not in piece and "&amp;lt;" not in piece
    assert SLY in html.unescape(piece)


def test_a_page_shows_its_sections_as_html_and_its_titles_as_text():
    """Proposition 1: the table of contents too, where a section has several figures."""
    several = pieces()["figure"] + figure_html(SlyFigure(), "g", b"<svg/>")
    page = page_html(SLY, SLY, {SLY: several, "Tables": pieces()["table"]})
    assert "<script" not in page and "&amp;lt;" not in page
    assert page.count('<figure id="') == 2 and page.count('<th scope="row">') == 1
    contents = page.partition("<nav")[2].partition("</nav>")[0]
    assert contents.count("&lt;script&gt;") == 3 and '<a href="#g">' in contents


def test_text_that_joins_html_is_escaped():
    """Proposition 1: forgetting to mark a piece as HTML shows, and lets nothing in."""
    assert "<i>" not in page_html("t", "l", {"a": "<i>not marked</i>"})
    assert placebos_html(None).count("<code>") == 1


def test_a_value_that_is_missing_is_an_error():
    """Proposition 2."""
    with pytest.raises(jinja2.UndefinedError, match="caption"):
        render_html("table.html", columns=[], rows=[], prose=False)


def test_every_template_can_be_read():
    """Proposition 3."""
    from poruka.utils.html_templates import template_environment

    names = template_environment().list_templates(extensions=["html"])
    assert {"page.html", "table.html", "figure.html"} <= set(names)
    for name in names:
        template_environment().get_template(name)
