"""Lines of a chronicle as a page shows them: each month is named once."""

from calendar import month_abbr
from collections.abc import Iterable
from typing import NamedTuple


class ChronicleLine(NamedTuple):
    """A line of a chronicle on a page."""

    year: str
    month: str
    month_name: str
    text: str
    names_month: bool


def group_months(dated: Iterable[tuple[str, str, str]]) -> list[ChronicleLine]:
    """Return lines that begin with a capital, the first of each month marked to name it.

    Parameters
    ----------
    dated : iterable
        Year, month (two digits, or empty where it is not known) and text.

    Examples
    --------
    >>> lines = group_months([("1994", "03", "an election"), ("1994", "03", "a law")])
    >>> [(line.month_name, line.names_month, line.text) for line in lines]
    [('Mar', True, 'An election'), ('Mar', False, 'A law')]
    """
    lines, previous_month = [], ""
    for year, month, text in dated:
        lines.append(
            ChronicleLine(
                year,
                month,
                month_abbr[int(month)] if month else "",
                text[:1].upper() + text[1:],
                names_month=bool(month) and month != previous_month,
            )
        )
        previous_month = month
    return lines
