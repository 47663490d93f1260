"""The numbers of a rule in words: each with its range, what it means and what it moves."""

from collections.abc import Sequence

from poruka.engine.parameters import parameters
from poruka.utils.labels import format_label


def list_numbers(keys: Sequence[str]) -> list[str]:
    """Return the lines that list declared numbers, one a number.

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
    lines = [f"numbers: {len(keys) or 'none'}"]
    for key in keys:
        number = parameters()[key]
        lines.append(
            f"  {key} = {number.value:g} ({number.low:g} to {number.high:g},"
            f" {format_label(number.unit, 'unit')}): {number.meaning};"
            f" when raised: {number.effect}"
        )
    return lines
