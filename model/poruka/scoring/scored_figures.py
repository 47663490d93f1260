"""The figures of a record that a run can be scored on, with the scale of each, and their values
over worlds.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.scoring.joint_patterns import evaluate_pattern, is_pattern, measures_of
from poruka.scoring.measures import evaluate_measure, is_within_run, required_events_and_indices
from poruka.utils.errors import BadInput

GROWTH_SCALE = 25.0
"""Growth between minus and plus so many percent is told apart; beyond it counts as this much."""
_UNIT_KINDS = {"percent": "share", "month": "month", "yes": "yes", "tau": "order"}


class ScoredFigure(NamedTuple):
    """A line of a record that is scored.

    ``low`` to ``high`` is the range in which its values are told apart; what lies beyond counts as
    its end, and an error as long as the range is an error of 1.
    """

    id: str
    name: str
    role: str
    episode: str
    kind: str
    value: float
    measure: str
    measure_unit: str
    low: float
    high: float


def figure_kind(measure: str, unit: str) -> str:
    """Return the kind of a figure: event, month, share, growth, count, index, gap, yes or order.

    Examples
    --------
    >>> figure_kind("month dissolution 1", "month"), figure_kind("value wave 1", "share")
    ('event', 'index')
    """
    first = measure.split(" ", 1)[0]
    if first in ("growth", "gap"):
        return first
    if first == "month":
        return "event"
    if first in ("series", "at") or unit in ("share", "index"):
        return "index"
    return _UNIT_KINDS.get(unit, "count")


def value_range(kind: str, months: int, most: float = np.nan) -> tuple[float, float]:
    """Return the lowest and the highest value that are told apart.

    Neither depends on what was recorded: an error would otherwise weigh less in one history than
    in another, and a forecast that shades what it believes would win.

    Parameters
    ----------
    kind : str
        As :func:`figure_kind` returns it.
    months : int
        Length of the run.
    most : float
        The highest count, as the record declares it.

    Examples
    --------
    >>> value_range("event", 178), value_range("gap", 178), value_range("count", 178, most=12.0)
    ((0.0, 178.0), (-178.0, 178.0), (0.0, 12.0))
    """
    if kind == "growth":
        return -GROWTH_SCALE, GROWTH_SCALE
    if kind == "gap":
        return -float(months), float(months)
    highest = {"event": float(months), "month": float(months), "share": 100.0, "count": most}
    return 0.0, highest.get(kind, 1.0)


def scored_figures(record: pd.DataFrame, scenario: Any, months: int) -> tuple[ScoredFigure, ...]:
    """Return the figures of a record that a run of so many months is scored on.

    Left out are inputs, figures on months that the run does not reach, and events recorded after
    its end.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> from poruka.scoring.record import read_observed_record
    >>> s = load("kazakhstan")
    >>> [f.id for f in scored_figures(read_observed_record(s.record_path, s), s, 12)][:2]
    ['R024', 'N01']
    """
    figures = []
    for fact in record.itertuples():
        kind, recorded = figure_kind(fact.measure, fact.unit), float(fact.value)
        # An event that never came has no date, and neither did it come in a part of the run.
        is_too_late = kind in ("event", "month") and months <= recorded < np.inf
        is_reached = is_within_run(fact.measure, fact.date, scenario, months)
        if fact.role == "input" or is_too_late or not is_reached:
            continue
        figures.append(
            ScoredFigure(
                str(fact.id),
                str(fact.figure),
                str(fact.role),
                str(fact.episode),
                kind,
                recorded,
                str(fact.measure),
                str(fact.unit),
                *value_range(kind, months, float(fact.most)),
            )
        )
    return tuple(figures)


def tables_of(figures: tuple[ScoredFigure, ...]) -> tuple[list[str], list[str]]:
    """Return the kinds of events and the indices from which figures are read."""
    return required_events_and_indices(
        part for figure in figures for part in measures_of(figure.measure)
    )


def evaluate_figures(
    figures: tuple[ScoredFigure, ...],
    outcomes: pd.DataFrame,
    series: Any,
    events: pd.DataFrame,
    scenario: Any,
) -> pd.DataFrame:
    """Return the value of each figure in every world: one row a world, one column an id.

    What a world lacks is +inf. The order of events has no column: it is read off those of the
    events.
    """
    if not len(outcomes):
        raise BadInput(
            "no world was completed, so there is nothing to score; see the failures of this run."
        )
    columns = {}
    for figure in figures:
        if figure.kind == "order":
            continue
        columns[figure.id] = (
            evaluate_pattern(figure.measure, outcomes, series, events, scenario)
            if is_pattern(figure.measure)
            else evaluate_measure(
                figure.measure, figure.measure_unit, outcomes, series, events, scenario
            )[1]
        )
    return pd.DataFrame(columns, index=outcomes["world"].to_numpy())
