"""A recording of one world: its tables month by month, copied while a regime is stepped."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.state import tables as known_tables
from poruka.simulation.regime import Regime
from poruka.utils.errors import unknown_name_error

RECORDED_TABLES = ("contenders", "oligarchs", "movements", "president", "society", "index")
"""Tables recorded by default."""


class Recording:
    """The tables of one world, month by month.

    Parameters
    ----------
    regime : Regime
        The regime at the first recorded month; it is run to the last one.
    tables : iterable of str
        Tables to record.
    until : str, optional
        Last month, such as ``"1998-10"``; the scenario's last by default.

    Attributes
    ----------
    dates : pandas.DatetimeIndex
        The recorded months; the first is the month of the regime.
    tables : dict of str to ndarray
        Structured arrays of shape (months, rows).
    events : pandas.DataFrame
        All events of the world up to the last month, those before the recording included.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> from poruka.scenario.scenario import load
    >>> recording = Recording(Regime(load("kazakhstan"), seed=1), until="1990-08")
    >>> recording.months, recording.tables["oligarchs"].shape
    (6, (6, 50))
    >>> len(recording.to_frame("contenders", ["threat"]))
    114
    """

    def __init__(
        self, regime: Any, tables: Iterable[str] = RECORDED_TABLES, until: str | None = None
    ):
        names = list(tables)
        for name in names:
            if name not in known_tables():
                raise unknown_name_error("table", name, known_tables())
        if not regime.month:
            regime.step()
        last = (
            regime.world_scenario.months
            if until is None
            else regime.world_scenario.month_of(until) + 1
        )
        first, recorded = (
            regime.month - 1,
            {name: [self._copy_table(regime, name)] for name in names},
        )
        while regime.month < min(last, regime.world_scenario.months):
            regime.step()
            for name in names:
                recorded[name].append(self._copy_table(regime, name))
        self.scenario, self.seed, self.world = (
            regime.world_scenario,
            regime.ensemble_seed,
            regime.world_number,
        )
        self.first_month, self.months = (
            first,
            (len(next(iter(recorded.values()))) if recorded else regime.month - first),
        )
        self.tables = {name: np.array(frames) for name, frames in recorded.items()}
        self.dates = pd.DatetimeIndex(
            [self.scenario.date_of(first + month) for month in range(self.months)]
        )
        self.events = regime.events

    @staticmethod
    def _copy_table(regime: Any, name: str) -> np.ndarray:
        return np.asarray(getattr(regime.world, name)).copy()

    def to_frame(self, table: str, fields: Iterable[str]) -> pd.DataFrame:
        """Return fields of a table in long format: date, row, and one column a field."""
        values = self.tables[table]
        months, rows = values.shape
        columns = {
            "date": np.repeat(self.dates.to_numpy(), rows),
            "row": np.tile(np.arange(rows), months),
        }
        return pd.DataFrame(columns | {field: values[field].ravel() for field in fields})

    @property
    def ruler_exits(self) -> list[pd.Timestamp]:
        """Dates at which rulers leave during the recording."""
        exits = self.events[
            (self.events["kind"] == "exit_of_ruler") & (self.events["month"] >= self.first_month)
        ]
        return [pd.Timestamp(date) for date in exits["date"]]


def record_world(
    scenario: Any,
    seed: int = 1,
    world: int = 0,
    tables: Iterable[str] = RECORDED_TABLES,
    until: str | None = None,
) -> Recording:
    """Simulate one world from its start and record it.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> record_world(load("kazakhstan"), until="1990-05").months
    3
    """
    return Recording(Regime(scenario, seed=seed, world=world), tables, until)
