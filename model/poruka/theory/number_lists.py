"""The numbers of a rule in words: each with its meaning, or many of them briefly."""

from collections.abc import Sequence
from itertools import groupby
from textwrap import TextWrapper

from poruka.engine.parameters import parameters
from poruka.utils.labels import format_label

MANY_NUMBERS = 20
"""Numbers of a rule up to which each has a line of its own that says what it means and moves."""

_BRIEF = TextWrapper(
    width=100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
)


def list_numbers(keys: Sequence[str]) -> list[str]:
    """Return the lines that list declared numbers; above :data:`MANY_NUMBERS` they are brief.

    Parameters
    ----------
    keys : sequence of str
        Keys of declared numbers, sorted.

    Examples
    --------
    >>> list_numbers([])
    ['numbers: none']
    >>> len(list_numbers(["memory.season", "memory.year"]))
    3
    """
    if len(keys) > MANY_NUMBERS:
        return _list_briefly(keys)
    lines = [f"numbers: {len(keys) or 'none'}"]
    for key in keys:
        number = parameters()[key]
        lines.append(
            f"  {key} = {number.value:g} ({number.low:g} to {number.high:g},"
            f" {format_label(number.unit, 'unit')}): {number.meaning};"
            f" when raised: {number.effect}"
        )
    return lines


def _list_briefly(keys: Sequence[str]) -> list[str]:
    """Return the lines that list numbers by section, each with its value and range."""
    lines = [f"numbers: {len(keys)}; `poruka explain SECTION.NAME` says what one means and moves"]
    for section, members in groupby(keys, key=lambda key: key.partition(".")[0]):
        listed = []
        for key in members:
            number = parameters()[key]
            name = key.partition(".")[2]
            listed.append(f"{name} {number.value:g} ({number.low:g} to {number.high:g})")
        lines += _BRIEF.wrap(f"{section}: {', '.join(listed)}")
    return lines
