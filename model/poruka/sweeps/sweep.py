"""A sweep: worlds of a scenario at every combination of values, compared under the same luck."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.analysis.evaluate import DesignResult, summary_statistics
from poruka.analysis.sensitivity.main_effects import compute_main_effects, compute_response_curve
from poruka.scenario.scenario import Scenario
from poruka.simulation.export import ExportedTables
from poruka.sweeps.display import sweep_html, sweep_text
from poruka.sweeps.play import (
    checked_worlds,
    claim_folder,
    column_quantities,
    lock_folder,
    open_store,
    play_points,
    tidy_table,
)
from poruka.sweeps.points import Point, build_points, merge_points
from poruka.sweeps.table_quantities import NotInTable, quantity_names, quantity_of_outcomes
from poruka.utils.contained_writing import write_inside
from poruka.utils.coverage import DesignCoverage
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.progress import Progress, should_show_progress

SURVIVAL = "share_incumbent"
"""What is drawn and summed up where nothing else is asked for: he stays to the end."""


class Sweep(ExportedTables):
    """The worlds of a sweep, as one tidy table; made by :func:`poruka.sweep`.

    Attributes
    ----------
    scenario : Scenario
        What is swept.
    points : DataFrame
        One row for each point, one column for each key.
    table : DataFrame
        One row for each completed world: the keys, seed, world, then all outcomes.
    failures : DataFrame
        Worlds that failed: world, seed, error, traceback, parameters.
    worlds : int
        Worlds of each seed at each point.
    seeds : tuple of int
    folder : Path or None
        Where the worlds are kept.
    """

    def __init__(
        self,
        scenario: Scenario,
        points: list[Point],
        worlds: int,
        seeds: tuple[int, ...],
        quantities: Sequence[str] = (),
        folder: Path | None = None,
        progress: ProgressCallback | bool | None = None,
        store: QuantityCache | None = None,
    ):
        self.scenario, self.worlds, self.seeds, self.folder = scenario, worlds, seeds, folder
        self._points, self._added = points, tuple(dict.fromkeys(quantities))
        self._store = store or open_store(folder)
        columns = column_quantities(scenario)
        self._quantities = [*columns, *(name for name in self._added if name not in columns)]
        self._points_table = pd.DataFrame([point.cells for point in points])
        with lock_folder(folder):
            claim_folder(folder, scenario)
            self._values = self._play(self._quantities, progress)
            self.failures = self._store.failures()
            self._table = tidy_table(points, self._quantities, self._values, worlds, seeds)
            if folder is not None:
                write_inside(folder, "table.csv", content=self._table.to_csv(index=False))

    @property
    def table(self) -> pd.DataFrame:
        """One row for each completed world; changing the table does not change the results."""
        return self._table.copy(deep=False)

    @property
    def points(self) -> pd.DataFrame:
        """One row for each point, one column for each key."""
        return self._points_table.copy(deep=False)

    def _play(
        self, quantities: Sequence[str], progress: ProgressCallback | bool | None = False
    ) -> np.ndarray:
        bar: list[Progress] = []

        def show(done: int, total: int) -> None:
            bar[:] = bar or [Progress(total)]
            bar[0].add(done - bar[0].done)

        callback = progress if callable(progress) else None
        if callback is None and should_show_progress(progress):
            callback = show
        values = play_points(
            self._points, quantities, self.worlds, self.seeds, self._store, callback
        )
        if bar:
            bar[0].close()
        return values

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are swept."""
        return tuple(self._points_table.columns)

    @property
    def varied(self) -> tuple[str, ...]:
        """The keys that take more than one value."""
        points = self._points_table
        return tuple(key for key in points if points[key].nunique() > 1)

    @property
    def has_one_start(self) -> bool:
        """Whether the worlds of all points start in the same month."""
        return len({point.scenario.start_date for point in self._points}) == 1

    @property
    def coverage(self) -> DesignCoverage:
        """How many worlds the points have of those requested."""
        count = len(self.seeds) * self.worlds
        points = len(self._points)
        return DesignCoverage(points, count, points * count - len(self._table))

    def design_result(self, *quantities: str) -> DesignResult:
        """Return quantities of the worlds, shape (points, seeds x worlds, quantities).

        A quantity that the sweep does not hold yet is computed from worlds played again.
        """
        wanted = quantity_names(quantities) or [SURVIVAL]
        values = self._values_of(wanted)
        return DesignResult(self.points, tuple(wanted), values)

    def _values_of(self, wanted: Sequence[str]) -> np.ndarray:
        """Return quantities from the table where it holds them, otherwise from worlds played."""
        held = self._quantities
        if all(quantity in held for quantity in wanted):
            return self._values[:, :, [held.index(quantity) for quantity in wanted]]
        if len({point.scenario.months for point in self._points}) > 1:
            return self._play(wanted)
        outcomes, completed = self._outcomes
        values = np.full((*self._values.shape[:2], len(wanted)), np.nan)
        try:
            for place, quantity in enumerate(wanted):
                values[completed, place] = quantity_of_outcomes(
                    outcomes, quantity, self._points[0].scenario.months, self.scenario
                )
        except NotInTable:
            return self._play(wanted)
        return values

    @cached_property
    def _outcomes(self) -> tuple[pd.DataFrame, np.ndarray]:
        """The outcomes under their own names, and where in points and worlds they stand."""
        of_keys = {f"outcome {key}" for key in self.keys}
        columns = [name for name in self._table if name not in self.keys]
        outcomes = self._table[columns].rename(
            columns={name: name.removeprefix("outcome ") for name in columns if name in of_keys}
        )
        return outcomes, ~np.isnan(self._values).all(axis=2)

    def summary(self, *quantities: str) -> pd.DataFrame:
        """Return mean, 95 % interval, median and number of worlds of quantities at each point.

        Parameters
        ----------
        *quantities : str
            Columns of the table, or the grammar of :mod:`poruka.analysis.quantities`, such as
            ``"share_heir"`` or ``"mean control 1998-01..1998-12"``; by default the share of worlds
            in which the incumbent stays to the end.
        """
        return self.design_result(*quantities).table()

    def effects(self, key: str, *quantities: str, against: Any = None, by: str = "") -> Any:
        """Return what each value of a key changes, world by world, with 95 % intervals.

        Parameters
        ----------
        key : str
        *quantities : str
            As in :meth:`summary`.
        against : optional
            The value with which the others are compared; the first by default.
        by : str
            Another key, for an effect at each of its values.
        """
        self._require_keys(key, *filter(None, [by]))
        if key not in self.varied:
            raise BadInput(f"{key} has one value in the sweep, so nothing can be compared.")
        result = self.design_result(*quantities)
        return compute_main_effects(result, key, against, by, result.quantities)

    def curve(self, x: str, *quantities: str, lines: str = "") -> pd.DataFrame:
        """Return quantities along a key, with one line for each value of another."""
        self._require_keys(x, *filter(None, [lines]))
        result = self.design_result(*quantities)
        return compute_response_curve(result, x, lines, result.quantities)

    def _require_keys(self, *keys: Any) -> None:
        """Refuse what is not swept, and one key in two places."""
        for key in keys:
            if key not in self.keys:
                raise unknown_name_error("key", str(key), self.keys, "the sweep")
        if len(set(keys)) < len(keys):
            raise BadInput(f"{keys[0]} is given twice; give two different keys of the sweep.")

    def extend(
        self,
        worlds: int | None = None,
        axes: Mapping[str, Any] | pd.DataFrame | None = None,
        progress: ProgressCallback | bool | None = None,
    ) -> "Sweep":
        """Return the sweep with more worlds at each point, or with more points.

        Nothing that was played is played again.

        Parameters
        ----------
        worlds : int, optional
            Worlds of each seed at each point, in all.
        axes : mapping or DataFrame, optional
            Further points, with the same keys.
        """
        points = self._points
        if axes is not None:
            points = merge_points(points, build_points(self.scenario, axes))
        count = self.worlds if worlds is None else checked_worlds(worlds)
        if count < self.worlds:
            raise BadInput(
                f"worlds is {count}; the sweep has {self.worlds} at each point already, give more."
            )
        return Sweep(
            self.scenario,
            points,
            count,
            self.seeds,
            self._added,
            self.folder,
            progress,
            self._store,
        )

    def resume(self, progress: ProgressCallback | bool | None = None) -> "Sweep":
        """Return the sweep with what its folder lacks played again, such as worlds that were lost.

        After an interruption the same call of :func:`poruka.sweep` with the same ``out`` does it.
        """
        return self.extend(progress=progress)

    def flat_table(self) -> pd.DataFrame:
        """Return the table with the name of the scenario that is swept."""
        table = self.table
        if "scenario" not in table:
            table.insert(0, "scenario", self.scenario.name)
        return table

    def plot(self, *quantities: str, x: str = "", by: str = "") -> Any:
        """Draw quantities over the keys and return the axes.

        One number gives a curve with its interval, two a map, switches and other levels a table of
        intervals side by side. Where more than two keys vary, ``x`` and ``by`` say which are drawn,
        and the mean is over the others.
        """
        from poruka.figures.sweeps import draw_sweep

        return draw_sweep(self, quantities, x, by).draw()

    @cached_property
    def _survival(self) -> dict[str, float]:
        return summary_statistics(self._values_of([SURVIVAL])[:, :, 0], SURVIVAL)

    def __len__(self) -> int:
        return len(self.points)

    def __str__(self) -> str:
        return sweep_text(self)

    def __repr__(self) -> str:
        return f"<Sweep of {self.scenario.name} over {', '.join(self.keys)}: {self.coverage}>"

    def _repr_html_(self) -> str:
        return sweep_html(self)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open store behind; it is opened again from the folder."""
        return self.__dict__ | {"_store": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Open the store again."""
        self.__dict__.update(state)
        self._store = open_store(self.folder)
