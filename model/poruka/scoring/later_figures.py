"""Figures that need no month before a given one, and their values in the worlds after it.

Before anything is read, all that a world holds before the first month is taken away, so that "the
first vote" is the first from then on, in worlds as in the record.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.scoring.joint_patterns import is_pattern, measures_of, parse_pattern
from poruka.scoring.measures import parse_measure
from poruka.scoring.scored_figures import ScoredFigure, evaluate_figures, figure_kind, value_range
from poruka.utils.errors import BadInput, join_errors

LATER_COLUMNS = ("country", "fact", "quantity", "first_month", "label")
"""Columns of a file of later figures."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class LaterFigure(NamedTuple):
    """A fact of a country's record, asked of the months from a first one on.

    ``quantity`` counts events from the first month of all, and ``first_month`` is the first month
    that the fact needs.
    """

    country: str
    fact: str
    quantity: str
    first_month: str
    label: str


def read_later_figures(path: Path, first_month: str) -> list[LaterFigure]:
    """Read a file of later figures.

    Raises
    ------
    BadInput
        Naming every line that needs a month before the first one, or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(f"the figures {path} cannot be read ({error}); give a CSV.") from None
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != LATER_COLUMNS:
        raise BadInput(f"{path.name} needs the columns {', '.join(LATER_COLUMNS)}, in this order.")
    rows, errors = [], []
    for line, cells in enumerate(reader, start=2):
        figure = LaterFigure(**{name: cells[name] or "" for name in LATER_COLUMNS})
        where = f"{path.name}, line {line}"
        try:
            _refuse_earlier(figure, first_month, where)
            rows.append(figure)
        except BadInput as error:
            errors.append(str(error))
    facts = [(row.country, row.fact) for row in rows]
    errors += [
        f"{path.name}: {fact} stands twice." for fact in {f for f in facts if facts.count(f) > 1}
    ]
    if errors or not rows:
        raise BadInput(join_errors(errors or [f"{path.name} holds no figure."]))
    return rows


def _refuse_earlier(figure: LaterFigure, first_month: str, where: str) -> None:
    if not _MONTH.fullmatch(figure.first_month):
        raise BadInput(f"{where}: first_month is {figure.first_month!r}; write a month: 1999-01.")
    parts = measures_of(figure.quantity)
    if is_pattern(figure.quantity) and parse_pattern(figure.quantity, where)[0] == "is":
        raise BadInput(f"{where}: {figure.quantity!r} reads a whole run, its early months too.")
    for part in parts if figure.quantity != "order" else ():
        found = parse_measure(part, where)
        if "column" in found or "level" in found:
            raise BadInput(f"{where}: {part!r} reads a whole run, its early months too.")
    for month in (figure.first_month, *_months_of(figure.quantity)):
        if month < first_month:
            raise BadInput(
                f"{where}: {figure.quantity!r} needs {month}, which is before {first_month}."
            )


def _months_of(quantity: str) -> list[str]:
    """Return the months that a quantity names; growth in a year reads the year before it too."""
    if year := re.fullmatch(r"growth (\d{4})", quantity):
        return [f"{int(year[1]) - 1}-01"]
    return re.findall(r"\d{4}-\d{2}", quantity)


def later_figures(
    rows: Sequence[LaterFigure],
    record: pd.DataFrame,
    scenario: Any,
    first_month: str,
    put_in: Sequence[str] = (),
) -> tuple[ScoredFigure, ...]:
    """Return the figures of one country as they are scored, months counted from the first.

    What is put in is left out.

    Raises
    ------
    BadInput
        For a fact that the record does not hold, or that it dates before the first month.
    """
    first, facts = scenario.month_of(first_month), record.set_index("id")
    figures, errors = [], []
    for row in rows:
        if row.fact not in facts.index or facts.loc[row.fact, "role"] == "input":
            errors.append(f"{row.fact} of {row.country} is no fact that is scored.")
            continue
        fact = facts.loc[row.fact]
        kind, value = figure_kind(row.quantity, fact["unit"]), float(fact["value"])
        if kind != figure_kind(fact["measure"], fact["unit"]):
            errors.append(f"{row.quantity!r} is of another kind than {row.fact} of {row.country}.")
            continue
        is_dated = bool(fact["date"]) and _MONTH.match(fact["date"]) is not None
        # The year of growth begins before the month by which it is read; that was looked at above.
        too_early = is_dated and kind != "growth" and str(fact["date"])[:7] < first_month
        if too_early or (kind == "event" and value < first):
            errors.append(f"{row.fact} of {row.country} lies before {first_month} in the record.")
        if row.fact in put_in:
            continue
        figures.append(
            ScoredFigure(
                row.fact,
                row.label,
                str(fact["role"]),
                f"{row.country}: {fact['episode']}",
                kind,
                value - first if kind == "event" else value,
                row.quantity,
                str(fact["unit"]),
                *value_range(kind, scenario.scored_months - first, float(fact["most"])),
            )
        )
    if unknown := sorted(set(put_in) - {row.fact for row in rows}):
        errors.append(f"{unknown[0]} is put in but is no figure of {scenario.name}.")
    if errors:
        raise BadInput(join_errors(errors))
    return tuple(figures)


def evaluate_later(
    figures: tuple[ScoredFigure, ...], run: Any, scenario: Any, first_month: str
) -> pd.DataFrame:
    """Return the value of each figure in every world, from the months after a first one alone.

    Parameters
    ----------
    figures : tuple of ScoredFigure
        As :func:`later_figures` returns them.
    run : Ensemble
        Worlds of the scenario, played as far as the record goes.
    """
    first = scenario.month_of(first_month)
    events = run.events
    values = evaluate_figures(
        figures,
        run.outcomes[["world"]],
        run.series.sel(month=slice(np.datetime64(first_month, "ns"), None)),
        events[events["month"] >= first],
        scenario,
    )
    months = [figure.id for figure in figures if figure.kind == "event"]
    values[months] = values[months] - first
    return values
