"""HTML of pages: templates in which every value is escaped, unless it is HTML already."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES = Path(__file__).parents[1] / "data" / "templates"


@cache
def template_environment() -> Environment:
    """Return what reads the templates, made once."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html(template: str, **values: Any) -> Markup:
    """Return the HTML of a template, a file in ``data/templates``.

    Examples
    --------
    >>> str(render_html("figure.html", name="a", drawing=None))
    Traceback (most recent call last):
    jinja2.exceptions.UndefinedError: 'None' has no attribute 'title'
    """
    return Markup(template_environment().get_template(template).render(values))


def render_plain_text(template: str, **values: Any) -> str:
    """Return the text of a template that is no HTML, such as Markdown; nothing is escaped.

    Examples
    --------
    >>> render_plain_text("what_follows.md")
    Traceback (most recent call last):
    jinja2.exceptions.UndefinedError: 'question' is undefined
    """
    return template_environment().overlay(autoescape=False).get_template(template).render(values)


def fill_html(html: str, *values: Any, **named_values: Any) -> Markup:
    """Return a short piece of HTML with its braces filled in; values are escaped.

    Examples
    --------
    >>> str(fill_html("<p>{}</p>", "fewer < more"))
    '<p>fewer &lt; more</p>'
    """
    return Markup(html).format(*values, **named_values)


def join_html(parts: Iterable[str]) -> Markup:
    """Return pieces of HTML one after the other; text among them is escaped.

    Examples
    --------
    >>> str(join_html([fill_html("<b>{}</b>", 1), "<"]))
    '<b>1</b>&lt;'
    """
    return Markup("").join(parts)
