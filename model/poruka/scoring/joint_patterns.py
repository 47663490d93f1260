"""Joint patterns: what has to hold of several things within one world.

A world that lacks a part of a pattern does not show it. No number is put in the place of an event
that did not happen.
"""

from typing import Any

import numpy as np

from poruka.engine import codes
from poruka.scoring.measures import evaluate_measure, parse_measure
from poruka.utils.errors import BadInput, unknown_name_error

PATTERN_FORMS = (
    "order",
    "gap MONTH | MONTH",
    "before MONTH | MONTH",
    "less MEASURE | MEASURE",
    "is COLUMN WORD",
)
"""How a pattern is written; MONTH is a measure such as ``month dissolution 1``."""
PATTERN_UNITS = {"order": "tau", "gap": "month", "before": "yes", "less": "yes", "is": "yes"}
"""Unit in which each form of pattern is recorded."""
TEXT_COLUMNS = {
    "outcome": codes.OUTCOMES,
    "first_successor": codes.CONTENDERS,
    "first_dissolution_how": codes.PARLIAMENT_ENDINGS,
    "last_house_ended": codes.PARLIAMENT_ENDINGS,
}
"""Outcomes that are texts, and the words that each may hold."""


def is_pattern(measure: str) -> bool:
    """Return whether a measure is written as a pattern.

    Examples
    --------
    >>> is_pattern("gap month dissolution 1 | month dissolution 2"), is_pattern("growth 1991")
    (True, False)
    """
    return measure.split(" ", 1)[0] in PATTERN_UNITS


def parse_pattern(measure: str, location: str) -> tuple[str, tuple[str, ...]]:
    """Return the form of a pattern and the measures or words it sets beside each other.

    Raises
    ------
    BadInput
        When it cannot be understood; ``location`` says where it stands.

    Examples
    --------
    >>> parse_pattern("before month dissolution 1 | month constitution 1", "here")
    ('before', ('month dissolution 1', 'month constitution 1'))
    """
    form, _, rest = measure.partition(" ")
    parts = tuple(part.strip() for part in rest.split("|")) if rest else ()
    if form == "is" and len(rest.split()) == 2:
        column, word = rest.split()
        if column not in TEXT_COLUMNS:
            raise unknown_name_error("outcome that is a text", column, TEXT_COLUMNS, location)
        if word not in TEXT_COLUMNS[column]:
            raise unknown_name_error(column, word, TEXT_COLUMNS[column], location)
        return form, (column, word)
    if not (form == "order" and not parts) and not (
        form in ("gap", "before", "less") and len(parts) == 2
    ):
        raise BadInput(
            f"{location}: the pattern {measure!r} is not understood; forms are:"
            f" {'; '.join(PATTERN_FORMS)}."
        )
    for part in parts:
        parse_measure(part, location)
        if form in ("gap", "before") and not part.startswith("month "):
            raise BadInput(
                f"{location}: the pattern {measure!r} sets months beside each other, but {part!r}"
                " is none; write 'month KIND N'."
            )
    return form, parts


def measures_of(measure: str) -> tuple[str, ...]:
    """Return the measures that a line of a record reads from a world.

    Examples
    --------
    >>> measures_of("less value wave 1 | value wave 2"), measures_of("growth 1991")
    (('value wave 1', 'value wave 2'), ('growth 1991',))
    """
    if not is_pattern(measure):
        return (measure,)
    form, parts = parse_pattern(measure, "measure")
    return () if form == "is" else parts


def evaluate_pattern(
    measure: str, outcomes: Any, series: Any, events: Any, scenario: Any
) -> np.ndarray:
    """Return a gap in months (+inf where a world lacks one of the two), or 1 where a world shows
    the pattern and 0 where it does not.
    """
    form, parts = parse_pattern(measure, "measure")
    if form == "is":
        return (outcomes[parts[0]].astype(str) == parts[1]).to_numpy(dtype=float)
    first, second = (
        evaluate_measure(part, "", outcomes, series, events, scenario)[1] for part in parts
    )
    both = np.isfinite(first) & np.isfinite(second)
    if form == "gap":
        return np.where(both, np.where(both, second, 0.0) - np.where(both, first, 0.0), np.inf)
    return (both & (first < second)).astype(float)


def pairs_in_order(months: np.ndarray) -> list[tuple[int, int]]:
    """Return the pairs of recorded events of which one came before the other.

    Examples
    --------
    >>> pairs_in_order(np.array([5.0, 3.0, np.inf, 5.0]))
    [(1, 0), (1, 3)]
    """
    happened = [i for i in np.argsort(months, kind="stable") if np.isfinite(months[i])]
    return [(int(i), int(j)) for i in happened for j in happened if months[i] < months[j]]


def compare_order(months: np.ndarray, pairs: list[tuple[int, int]]) -> np.ndarray:
    """Return 1 where the first event of a pair came before the second, -1 where after it, else 0.

    0 stands for the same month and for a world that lacks one of the two: neither order is shown.
    Over the pairs of :func:`pairs_in_order` the mean of a row is Kendall's tau against the record.

    Parameters
    ----------
    months : ndarray of float64, shape (worlds, events)
    pairs : list of (int, int)

    Examples
    --------
    >>> compare_order(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, np.inf]]), [(0, 1)]).ravel()
    array([ 1., -1.,  0.])
    """
    first, second = months[:, [i for i, _ in pairs]], months[:, [j for _, j in pairs]]
    both = np.isfinite(first) & np.isfinite(second)
    gap = np.where(both, second, 0.0) - np.where(both, first, 0.0)
    return np.sign(gap)
