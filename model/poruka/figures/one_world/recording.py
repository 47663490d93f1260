"""A film of one world: its tables month by month, taken from a regime as it is stepped."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.state import tables as known_tables
from poruka.utils.errors import unknown_name_error

RECORDED_TABLES = ("contenders", "oligarchs", "president", "society", "index")


class Recording:
    """One world's tables month by month.

    Parameters
    ----------
    regime : Regime
        Where the film begins; it is played on to the last month wanted.
    tables : iterable of str
        Which tables are kept.
    until : str, optional
        Last month, such as ``"1998-10"``; the scenario's last by default.

    Attributes
    ----------
    dates : pandas.DatetimeIndex
        The months filmed; the first is the month the regime stood at.
    tables : dict of str to ndarray
        Structured arrays of shape (months, rows).
    events : pandas.DataFrame
        Everything the world has told up to the end, also before the film begins.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> from poruka.scenario.scenario import load
    >>> film = Recording(Regime(load("kazakhstan"), seed=1), until="1990-08")
    >>> film.months, film.tables["oligarchs"].shape, len(film.to_frame("contenders", ["threat"]))
    (6, (6, 50), 84)
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
        first, kept = regime.month - 1, {name: [self._copy_table(regime, name)] for name in names}
        while regime.month < min(last, regime.world_scenario.months):
            regime.step()
            for name in names:
                kept[name].append(self._copy_table(regime, name))
        self.scenario, self.seed, self.world = (
            regime.world_scenario,
            regime.ensemble_seed,
            regime.world_number,
        )
        self.first_month, self.months = (
            first,
            (len(next(iter(kept.values()))) if kept else regime.month - first),
        )
        self.tables = {name: np.array(frames) for name, frames in kept.items()}
        self.dates = pd.DatetimeIndex(
            [self.scenario.date_of(first + month) for month in range(self.months)]
        )
        self.events = regime.events

    @staticmethod
    def _copy_table(regime: Any, name: str) -> np.ndarray:
        return np.asarray(getattr(regime.world, name)).copy()

    def to_frame(self, table: str, fields: Iterable[str]) -> pd.DataFrame:
        """Return some fields of a table as rows: date, row, and a column a field."""
        kept = self.tables[table]
        months, rows = kept.shape
        data = {
            "date": np.repeat(self.dates.to_numpy(), rows),
            "row": np.tile(np.arange(rows), months),
        }
        return pd.DataFrame(data | {field: kept[field].ravel() for field in fields})

    @property
    def ruler_exits(self) -> list[pd.Timestamp]:
        """When rulers went while the film ran."""
        gone = self.events[
            (self.events["kind"] == "exit_of_ruler") & (self.events["month"] >= self.first_month)
        ]
        return [pd.Timestamp(date) for date in gone["date"]]


def record_world(
    scenario: Any,
    seed: int = 1,
    world: int = 0,
    tables: Iterable[str] = RECORDED_TABLES,
    until: str | None = None,
) -> Recording:
    """Play one world from its start and film it.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> record_world(load("kazakhstan"), until="1990-05").months
    3
    """
    from poruka.simulation.regime import Regime

    return Recording(Regime(scenario, seed=seed, world=world), tables, until)
