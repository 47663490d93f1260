"""The points of a sweep: every combination of values, or the rows of a table, each a scenario."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from poruka.scenario.scenario import Scenario
from poruka.sweeps.axes import Setting, build_axes, parse_settings
from poruka.utils.errors import BadInput
from poruka.utils.plain_values import plain_values

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
        keys = [str(name) for name in axes.columns]
        rows = _table_rows(scenario, axes)
    else:
        settings = build_axes(scenario, axes)
        keys, count = list(settings), 1
        for values in settings.values():
            count *= len(values)
        _refuse_too_many(count)
        rows = list(itertools.product(*settings.values()))
    _refuse_too_many(len(rows))
    return [_point(scenario, keys, row) for row in rows]


def _refuse_too_many(count: int) -> None:
    if count > MAX_POINTS:
        raise BadInput(f"the sweep has {count:,} points; give at most {MAX_POINTS:,}.")


def _table_rows(scenario: Scenario, table: pd.DataFrame) -> list[tuple[Setting, ...]]:
    """Return the settings of each row; rows that say the same are one point."""
    if not len(table.columns) or not len(table):
        raise BadInput("the table of points is empty; give one row for each point.")
    if not table.columns.is_unique:
        raise BadInput("the table of points has a column twice; keep one of them.")
    if unnamed := [name for name in table if str(name).startswith("Unnamed:")]:
        raise BadInput(
            f"the table of points has a column without a name ({unnamed[0]}); write the table with"
            " to_csv(…, index=False), or drop the column."
        )
    columns = [_column_settings(scenario, name, plain_values(table[name])) for name in table]
    rows = {tuple(one.cell for one in row): row for row in zip(*columns, strict=True)}
    return list(rows.values())


def _column_settings(scenario: Scenario, name: Any, given: list[Any]) -> list[Setting]:
    """Return the setting of each row in one column; `on` and True are one setting."""
    places = [repr(one) if isinstance(one, str | int | float) else id(one) for one in given]
    distinct = dict(zip(places, given, strict=True))
    settings = dict(
        zip(distinct, parse_settings(scenario, name, list(distinct.values())), strict=True)
    )
    first: dict[Any, Setting] = {}
    for setting in settings.values():
        other = first.setdefault(setting.cell, setting)
        if other is not setting and other.change(scenario) != setting.change(scenario):
            raise BadInput(
                f"the column {name} calls two different things {setting.cell!r}; sweep over a"
                " mapping that gives them labels."
            )
    return [first[settings[place].cell] for place in places]


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


def merge_points(points: Sequence[Point], added: Sequence[Point]) -> list[Point]:
    """Return the points of a sweep with further ones; those that it has are not doubled.

    Raises
    ------
    BadInput
        When the further points have other keys, or one has the cells of another scenario's point.
    """
    keys = list(points[0].cells)
    known = {tuple(point.cells.values()): point for point in points}
    for point in added:
        if set(point.cells) != set(keys):
            raise BadInput(
                f"the further points have the keys {', '.join(point.cells)}; give those of the"
                f" sweep: {', '.join(keys)}."
            )
        cells = {key: point.cells[key] for key in keys}
        same = known.setdefault(tuple(cells.values()), Point(cells, point.scenario))
        if same.scenario != point.scenario:
            at = ", ".join(f"{key} = {cell!r}" for key, cell in cells.items())
            raise BadInput(
                f"the sweep has {at} already, for other changes; give the further point another"
                " label."
            )
    _refuse_too_many(len(known))
    return list(known.values())
