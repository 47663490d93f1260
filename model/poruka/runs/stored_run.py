"""A run on disk with the tables of an ensemble, read on demand and only as far as needed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.runs.chunk_files import sql_literal
from poruka.runs.commit import SCENARIO_FOLDER, observed_record_is_intact
from poruka.runs.run_files import RunFiles
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.frames import series_dataset
from poruka.simulation.record_measures import required_events_and_indices
from poruka.simulation.run_spec import MAX_WORLDS_IN_MEMORY
from poruka.simulation.scoring import evaluate_record, score_values
from poruka.utils.coverage import coverage_of
from poruka.utils.errors import BadInput
from poruka.utils.resources import available_memory

CATEGORICAL_COLUMNS = ("kind", "rule", "instrument", "actor", "target")
"""Columns of events with few distinct values."""


class StoredRun(RunFiles):
    """A run on disk with the same tables as an ensemble, read on demand.

    It shows the chunks that were finished when it was opened, even while the run continues; open it
    again for more.
    """

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per world."""
        if 2000.0 * self.worlds > available_memory():
            raise BadInput(
                f"outcomes of {self.worlds} worlds do not fit into memory; use `query` for a"
                " selection, `outcome_counts()` for frequencies, or `thinned()` for a subset."
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

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event of every world, in the order of their logging."""
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
            self.worlds > MAX_WORLDS_IN_MEMORY
            and 400.0 * self.worlds * self.months > available_memory()
        ):
            raise BadInput(
                f"{table} of {self.worlds} worlds do not fit into memory; use `query` for a"
                " selection, or `thinned()` for a subset."
            )

    def score(self) -> pd.DataFrame:
        """Score the worlds against the record, reading only the events and indices it needs."""
        if self.observed_record is None:
            return Ensemble.score(self)  # type: ignore[arg-type] # raises the error
        kinds, indices = required_events_and_indices(self.observed_record)
        values_by_line: dict[int, tuple[str, list[np.ndarray]]] = {}
        for block in self._blocks(MAX_WORLDS_IN_MEMORY):
            events = block._query_events(
                "where kind in (" + ", ".join(sql_literal(kind) for kind in kinds) + ")"
            )
            for line, (kind, values) in evaluate_record(
                self.observed_record,
                block.outcomes,
                block.series_of(indices),
                events,
                self.scenario,
            ).items():
                values_by_line.setdefault(line, (kind, []))[1].append(values)
        return score_values(
            self.observed_record,
            {
                line: (kind, np.concatenate(values))
                for line, (kind, values) in values_by_line.items()
            },
            self.months,
            coverage_of(self).requested,
        )

    def _subset(self, receipts: list[dict[str, Any]]) -> "StoredRun":
        part = StoredRun(self.folder, self._scenario)
        part.__dict__["_receipts"], part.__dict__["_verified_tables"] = (
            receipts,
            self._verified_tables,
        )
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
        return self if step <= 1 else self._subset(self._receipts[::step])

    @cached_property
    def observed_record(self) -> pd.DataFrame | None:
        """The facts this scenario is scored against, or None."""
        if not observed_record_is_intact(self.folder, self.manifest):
            raise self._damage_error(
                f"{SCENARIO_FOLDER}/{self.manifest['record_file']['name']} is gone or was changed"
            )
        return Ensemble.observed_record.func(self)  # type: ignore[attr-defined] # the same as of an ensemble in memory


def open_run(path: str | Path, scenario: Scenario | None = None) -> StoredRun:
    """Open a run folder for reading.

    Parameters
    ----------
    path : path
        What ``--out`` or ``simulate(…, out=…)`` named.
    scenario : Scenario, optional
        The scenario of the run. A run stores its scenario, except for custom rules: without the
        scenario, only the tables of such a run can be queried; its record, figures and report need
        it.

    Raises
    ------
    BadInput
        When the folder holds no run or a damaged one, or a run of another scenario than the one
        given.
    """
    run = StoredRun(Path(path), scenario)
    if scenario is not None and scenario.digest != run.manifest["digest"]:
        raise BadInput(
            f"{path} is a run of {run.manifest['scenario']} with other values or rules than the"
            " scenario given; give the scenario of the run, or none."
        )
    return run
