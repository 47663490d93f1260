"""A run on disk with the tables of an ensemble, read on demand and only as far as needed."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.runs.chunk_files import sql_literal
from poruka.runs.commit import SCENARIO_FOLDER
from poruka.runs.inventory import read_stored_record
from poruka.runs.manifest import MANIFEST_FILE
from poruka.runs.run_files import RunFiles
from poruka.runs.run_guard import LOCK_FILE
from poruka.runs.store import continue_folder
from poruka.scenario.scenario import Scenario
from poruka.scoring.forecast import Forecast, units_of
from poruka.scoring.plain_forecasts import plain_forecasts, start_levels
from poruka.scoring.record import read_observed_record
from poruka.scoring.score import Score, list_not_scored
from poruka.scoring.scored_figures import evaluate_figures, scored_figures, tables_of
from poruka.simulation.ending import Ending, describe_ending
from poruka.simulation.ensemble import (
    Ensemble,
    fork_in_memory,
    play_baselines,
    recorded_part,
    require_record,
)
from poruka.simulation.export import ExportedTables
from poruka.simulation.frames import series_dataset
from poruka.simulation.request_values import whole_number
from poruka.simulation.run_spec import MAX_WORLDS_IN_MEMORY, OVER_NUMBERS_FOLDER, RunSpec
from poruka.utils import file_lock
from poruka.utils.contained_files import is_regular_file
from poruka.utils.coverage import coverage_of
from poruka.utils.errors import BadInput
from poruka.utils.resources import available_memory

CATEGORICAL_COLUMNS = ("kind", "rule", "instrument", "actor", "target")
"""Columns of events with few distinct values."""


def is_running(folder: Path) -> bool:
    """Return whether a process is playing the run of a folder at this moment."""
    return is_regular_file(folder, LOCK_FILE) and file_lock.is_locked(folder / LOCK_FILE)


class StoredRun(ExportedTables, RunFiles):
    """A run on disk with the same tables as an ensemble, read on demand.

    It shows the chunks that were finished when it was opened, even while the run continues; open it
    again for more. ``coverage`` and ``status`` say how many of its worlds that are, and why.
    """

    @property
    def status(self) -> str:
        """Whether the run is finished, being played, unfinished or read in part, as a sentence."""
        if self.damage:
            more = f", and {len(self.damage) - 1} more" if len(self.damage) > 1 else ""
            return (
                f"Read in part, {self.coverage}: {self.damage[0]}{more}; `poruka resume"
                f" {self.folder}` simulates what is missing again."
            )
        if self.manifest["finished"]:
            return f"Finished: {self.coverage}."
        if is_running(self.folder):
            return f"Being played: {self.coverage} so far; open it again for more."
        return f"Not finished: {self.coverage}; `poruka resume {self.folder}` plays the others."

    @cached_property
    def over_numbers(self) -> "StoredRun | None":
        """The worlds of this run with the numbers drawn from their ranges; None if none are there.

        Raises
        ------
        DamagedRun
            When one of their files is missing or was changed, unless the run is read in part.
        """
        folder = self.folder / OVER_NUMBERS_FOLDER
        name = f"{OVER_NUMBERS_FOLDER}/{MANIFEST_FILE}"
        if self.selected_from is not None or not is_regular_file(self.folder, name):
            return None
        return StoredRun(folder, None, self.partial, self.trusted)

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per world; changing the table does not change the results."""
        return self._outcomes.copy(deep=False)

    @cached_property
    def _outcomes(self) -> pd.DataFrame:
        if 2000.0 * self.available_worlds > available_memory():
            raise BadInput(
                f"outcomes of {self.available_worlds} worlds do not fit into memory; use"
                " `query` for a selection, `outcome_counts()` for frequencies, or `thinned()` for"
                " a subset."
            )
        return self._query("select * from outcomes", ["outcomes"])

    def outcome_counts(self) -> dict[str, int]:
        """Return the frequency of each outcome from the receipts; no table is read."""
        counts: Counter[str] = Counter()
        for receipt in self._receipts:
            counts.update(receipt["outcomes"])
        return dict(counts)

    @cached_property
    def series(self) -> Any:
        """Monthly indices as an xarray Dataset."""
        self._require_fits_memory("series")
        return self.series_of(INDEX_DESCRIPTIONS)

    @property
    def events(self) -> pd.DataFrame:
        """Every event of every world, in the order of their logging."""
        return self._events.copy(deep=False)

    @cached_property
    def _events(self) -> pd.DataFrame:
        self._require_fits_memory("events")
        return self._query_events("")

    def series_of(self, indices: Iterable[str]) -> Any:
        """Return the given monthly indices; the others are not read."""
        indices = [name for name in INDEX_DESCRIPTIONS if name in set(indices)]
        frame = self._query(f"select {', '.join(['world', *indices])} from series", ["series"])
        worlds = frame["world"].to_numpy().reshape(-1, self.months)[:, 0]
        values = frame[indices].to_numpy().reshape(len(worlds), self.months, len(indices))
        return series_dataset(values, self.scenario, worlds, indices)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world, in the order of their logging."""
        return self._query_events(f"where world = {int(world)}", int(world))

    def ending(self, world: int) -> Ending:
        """Return how a world ends: who rules, how he came, and whether the regime survived."""
        world = whole_number("world", world, 0)
        rows = self._query(f"select * from outcomes where world = {world}", ["outcomes"])
        if not len(rows):
            raise BadInput(f"world {world} is not among the worlds completed ({self.coverage}).")
        return describe_ending(rows.iloc[0], self.events_of(world), self.scenario, self.months)

    def fork(self, at: str, change: Any = None, **fork_arguments: Any) -> Ensemble:
        """Return the same worlds forked, in memory: at most 5,000.

        For the arguments see :meth:`poruka.Scenario.fork`; more worlds are played by
        ``simulate(run.scenario.fork(…), out=…)``.
        """
        forked = self.scenario.fork(at, change, **fork_arguments)
        record = self.manifest["record"]
        spec = RunSpec(forked, self.seed, self.requested_worlds, self.months, record)
        return fork_in_memory(spec)

    def extend(
        self,
        worlds: int | None = None,
        progress: Any = None,
        threads: int | None = None,
        processes: int | None = None,
        cluster: str | None = None,
    ) -> "StoredRun":
        """Return the run with more worlds, which are played into its folder.

        They are the worlds of a run begun with the larger number, and nothing that was played is
        played again. After an interruption the same call, or ``poruka resume``, plays the others.

        Parameters
        ----------
        worlds : int, optional
            Worlds in all; by default what the folder lacks is played, as after an interruption.
        progress, threads, processes, cluster
            As for :func:`poruka.simulate`.

        Raises
        ------
        BadInput
            When the run has as many already, is a part or a selection, was made with other rules
            than this installation has, or another process is playing it.
        """
        if self.selected_from is not None:
            raise BadInput("a selection of worlds is not extended; extend the run it is from.")
        more = {"trusted": self.trusted, "worlds": worlds, "scenario": self.scenario}
        continue_folder(self.folder, threads, processes, cluster, progress, **more)
        return StoredRun(self.folder, self.scenario, trusted=self.trusted)

    def _query_events(self, where: str, world: int | None = None) -> pd.DataFrame:
        # As enumerations, the few distinct values of a column take one byte a row, and dates are
        # shared.
        columns = (*CATEGORICAL_COLUMNS, "date")
        types = "".join(
            f"create type {column}_word as enum (select distinct {column} from events order by"
            f" {column}); "
            for column in columns
        )
        casts = ", ".join(f"{column}::{column}_word as {column}" for column in columns)
        events = self._query(
            f"{types} select * replace ({casts}) from events {where}", ["events"], world
        )
        return events.assign(
            date=events["date"].astype(str),
            **{column: events[column].cat.as_unordered() for column in CATEGORICAL_COLUMNS},
        )

    def _require_fits_memory(self, table: str) -> None:
        if (
            self.available_worlds > MAX_WORLDS_IN_MEMORY
            and 400.0 * self.available_worlds * self.months > available_memory()
        ):
            raise BadInput(
                f"{table} of {self.available_worlds} worlds do not fit into memory; use"
                " `query` for a selection, or `thinned()` for a subset."
            )

    def score(self, against: Iterable[str] | Mapping[str, Scenario] = ()) -> Score:
        """Score the worlds against the record, reading only the events and indices it needs.

        Baselines are played in memory, with as many worlds as fit there; see
        :meth:`poruka.simulation.ensemble.Ensemble.score`.
        """
        record = require_record(self)
        if self.months > self.scenario.scored_months:
            return recorded_part(self.scenario, self.seed, self.requested_worlds).score(against)
        figures = scored_figures(record, self.scenario, self.months)
        kinds, indices = tables_of(figures)
        condition = ", ".join(sql_literal(kind) for kind in kinds) or "''"
        parts: list[pd.DataFrame] = []
        levels: dict[str, float] = {}
        for block in self._blocks(MAX_WORLDS_IN_MEMORY):
            events = block._query_events(f"where kind in ({condition})")
            series = block.series_of(indices)
            levels = levels or start_levels(figures, series)
            parts.append(evaluate_figures(figures, block.outcomes, series, events, self.scenario))
        values = pd.concat(parts)
        worlds = min(self.worlds, MAX_WORLDS_IN_MEMORY)
        spec = RunSpec(self.scenario, self.seed, worlds, self.months)
        return Score(
            self.scenario.name,
            self.seed,
            coverage_of(self).requested,
            figures,
            Forecast(values, units_of(values.index.to_numpy(), self.scenario)),
            {**plain_forecasts(figures, levels), **play_baselines(spec, against, figures)},
            self.months,
            list_not_scored(record, figures),
        )

    def _subset(self, receipts: list[dict[str, Any]]) -> "StoredRun":
        part = copy(self)
        # What is cached of the whole run belongs to the whole run.
        for name in ("_outcomes", "series", "_events"):
            part.__dict__.pop(name, None)
        part._receipts, part.selected_from = receipts, self
        part.worlds = sum(receipt["count"] for receipt in receipts)
        return part

    def _blocks(self, worlds: int) -> Iterator["StoredRun"]:
        """Yield the run in blocks of about this many worlds, whose tables fit into memory."""
        block: list[dict[str, Any]] = []
        for receipt in (receipt for receipt in self._receipts if receipt["files"]):
            block.append(receipt)
            if sum(receipt["count"] for receipt in block) >= worlds:
                yield self._subset(block)
                block = []
        if block or not any(receipt["files"] for receipt in self._receipts):
            yield self._subset(block)

    def thinned(self, worlds: int = MAX_WORLDS_IN_MEMORY) -> "StoredRun":
        """Return about this many worlds, in chunks evenly spread over the run.

        A smaller run is returned complete.
        """
        step = -(-sum(receipt["count"] for receipt in self._receipts) // max(1, worlds))
        # A chunk all of whose worlds failed has no tables to draw from.
        drawn = [receipt for receipt in self._receipts if receipt["files"]]
        return self if step <= 1 or not drawn else self._subset(drawn[::step])

    @cached_property
    def observed_record(self) -> pd.DataFrame | None:
        """The facts this scenario is scored against, or None."""
        try:
            content = read_stored_record(self.folder, SCENARIO_FOLDER, self.manifest)
        except BadInput as error:
            if self.partial:
                return None  # `damage` names it
            raise self._damage_error(str(error).rstrip(".")) from None
        if content is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            # Read from a copy of what was compared, not from a path that may lead elsewhere now.
            path = Path(folder) / self.manifest["record_file"]["name"]
            path.write_bytes(content)
            return read_observed_record(path)
