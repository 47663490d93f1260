"""The points of a sweep: every combination of values, or the rows of a table, each a scenario."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from poruka.scenario.scenario import Scenario
from poruka.sweeps.axes import Setting, axes_of_table, build_axes
from poruka.utils.errors import BadInput
from poruka.utils.plain_values import plain_value

MAX_POINTS = 100_000
"""Largest number of points of a sweep."""


class Point(NamedTuple):
    """One point: the cells it has in the table, by key, and the scenario that is played."""

    cells: dict[str, Any]
    scenario: Scenario


def build_points(scenario: Scenario, axes: Mapping[str, Any] | pd.DataFrame) -> list[Point]:
    """Return the points of a sweep; all of them are checked before anything is played.

    Parameters
    ----------
    scenario : Scenario
    axes : mapping or DataFrame
        Values by key, of which every combination is a point; or a table with one row for each point
        and one column for each key.

    Raises
    ------
    BadInput
        For an unknown key, a value out of range, values that contradict each other, or too many
        points.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> axes = {"oligarchs.inertia": [0.2, 0.4], "start.president.age": [40, 50]}
    >>> [list(point.cells.values()) for point in build_points(load("kazakhstan"), axes)]
    [[0.2, 40], [0.2, 50], [0.4, 40], [0.4, 50]]
    """
    if isinstance(axes, pd.DataFrame):
        settings = axes_of_table(scenario, axes)
        rows = _table_rows(axes, settings)
    else:
        settings = build_axes(scenario, axes)
        count = 1
        for values in settings.values():
            count *= len(values)
        _refuse_too_many(count)
        rows = list(itertools.product(*settings.values()))
    _refuse_too_many(len(rows))
    return [_point(scenario, list(settings), row) for row in rows]


def _refuse_too_many(count: int) -> None:
    if count > MAX_POINTS:
        raise BadInput(f"the sweep has {count:,} points; give at most {MAX_POINTS:,}.")


def _table_rows(
    table: pd.DataFrame, settings: Mapping[str, Sequence[Setting]]
) -> list[tuple[Setting, ...]]:
    """Return the settings of each row; rows that say the same are one point."""
    columns = [
        dict(zip(dict.fromkeys(map(plain_value, table[name])), settings[str(name)], strict=True))
        for name in table.columns
    ]
    cells = dict.fromkeys(tuple(map(plain_value, row)) for row in table.itertuples(index=False))
    return [tuple(column[cell] for column, cell in zip(columns, row, strict=True)) for row in cells]


def _point(scenario: Scenario, keys: Sequence[str], row: Sequence[Setting]) -> Point:
    """Return a point: country and rules come first, forks last, whatever the order of the keys."""
    order = sorted(range(len(keys)), key=lambda place: _turn(keys[place]))
    for place in order:
        try:
            scenario = row[place].change(scenario)
        except BadInput as error:
            at = ", ".join(f"{key} = {one.cell!r}" for key, one in zip(keys, row, strict=True))
            raise BadInput(f"at the point {at}: {error}") from None
    return Point({key: setting.cell for key, setting in zip(keys, row, strict=True)}, scenario)


def _turn(key: str) -> int:
    return {"scenario": 0, "rules": 1, "fork": 3}.get(key, 2)
