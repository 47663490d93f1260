"""How well lines and text stand out: contrast as the guidelines for web content (WCAG 2) define."""

from typing import Any

from poruka.figures.base.style import BLACK

LEAST_LINE_CONTRAST, LEAST_TEXT_CONTRAST = 3.0, 4.5
"""Least contrast of a line that carries data, and of text, with what lies behind (WCAG 1.4.11 and
1.4.3). Rules and grid lines, which carry none, may be fainter.
"""


def contrast(colour: Any, ground: Any = "white") -> float:
    """Return the contrast of two colours, from 1 for none to 21 for black on white.

    Examples
    --------
    >>> contrast("black"), round(contrast("#F0E442"), 2)
    (21.0, 1.32)
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 6)


def _luminance(colour: Any) -> float:
    from matplotlib.colors import to_rgb

    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def line_colour(colour: Any) -> str:
    """Return a colour, darkened as far as a line in it must be to be seen on white.

    Areas can be pale, since they are large and have an edge or a hatch.

    Examples
    --------
    >>> line_colour("#0072B2"), contrast(line_colour("#F0E442")) >= LEAST_LINE_CONTRAST
    ('#0072b2', True)
    """
    from matplotlib.colors import to_hex, to_rgb

    parts = to_rgb(colour)
    while contrast(to_hex(parts)) < LEAST_LINE_CONTRAST:
        parts = (0.98 * parts[0], 0.98 * parts[1], 0.98 * parts[2])
    return str(to_hex(parts))


def text_colour(fill: Any) -> str:
    """Return black or white, whichever can be read on a fill.

    Examples
    --------
    >>> text_colour("#0072B2"), text_colour("#56B4E9")
    ('white', '#000000')
    """
    return "white" if contrast("white", fill) >= LEAST_TEXT_CONTRAST else BLACK


def draw_band(ax: Any, x: Any, low: Any, high: Any, colour: str, **options: Any) -> None:
    """Fill the band between two lines and draw both edges, so that a pale band can be seen.

    Parameters
    ----------
    ax : matplotlib Axes
    x, low, high : array_like
    colour : str
        Of the fill; the edges are as much darker as they must be.
    **options
        ``label``, ``step`` or ``zorder``, as for ``fill_between``.
    """
    ax.fill_between(x, low, high, color=colour, linewidth=0, **options)
    step, zorder = options.get("step"), options.get("zorder", 1)
    for edge in (low, high):
        style = {"color": line_colour(colour), "linewidth": 0.5, "zorder": zorder}
        if step:
            ax.step(x, edge, where=step, **style)
        else:
            ax.plot(x, edge, **style)
