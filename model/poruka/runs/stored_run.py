"""A run that lies on disk: the tables of an ensemble, read when asked for and no further than they
must be.
"""

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
from poruka.utils.errors import BadInput
from poruka.utils.resources import available_memory

CATEGORICAL_COLUMNS = ("kind", "rule", "instrument", "actor", "target")
"""Columns of events that repeat few words."""


class StoredRun(RunFiles):
    """A run on disk with the same tables as an ensemble, read when asked for.

    What was finished when it was opened is what it shows, also while the run is being played; open
    it again for more.
    """

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a world."""
        if 2000.0 * self.worlds > available_memory():
            raise BadInput(
                f"outcomes of {self.worlds} worlds do not fit into memory; ask `query` for what you"
                " need, `counts` how often each came, or look at `thinned()`."
            )
        return self._query("select * from outcomes", ["outcomes"])

    def outcome_counts(self) -> dict[str, int]:
        """Return how often each outcome came, as the receipts say; no table is read."""
        found: Counter[str] = Counter()
        for one in self._receipts:
            found.update(one["outcomes"])
        return dict(found)

    @cached_property
    def series(self) -> Any:
        """Monthly indices as an xarray Dataset."""
        self._require_fits_memory("series")
        return self.series_of(INDEX_DESCRIPTIONS)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event of every world, in the order they were told."""
        self._require_fits_memory("events")
        return self._query_events("")

    def series_of(self, indices: Iterable[str]) -> Any:
        """Return some of the monthly indices; the others stay on disk."""
        indices = [name for name in INDEX_DESCRIPTIONS if name in set(indices)]
        frame = self._query(f"select {', '.join(['world', *indices])} from series", ["series"])
        worlds = frame["world"].to_numpy().reshape(-1, self.months)[:, 0]
        values = frame[indices].to_numpy().reshape(len(worlds), self.months, len(indices))
        return series_dataset(values, self.scenario, worlds, indices)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world in the order they were told."""
        return self._query_events(f"where world = {int(world)}", int(world))

    def _query_events(self, where: str, world: int | None = None) -> pd.DataFrame:
        # Few words, many rows: read as an enumeration a word is a byte, and a date is shared.
        types = "".join(
            f"create type {word}_word as enum (select distinct {word} from events order by"
            f" {word}); "
            for word in (*CATEGORICAL_COLUMNS, "date")
        )
        words = ", ".join(
            f"{word}::{word}_word as {word}" for word in (*CATEGORICAL_COLUMNS, "date")
        )
        told = self._query(
            f"{types} select * replace ({words}) from events {where}", ["events"], world
        )
        return told.assign(
            date=told["date"].astype(str),
            **{word: told[word].cat.as_unordered() for word in CATEGORICAL_COLUMNS},
        )

    def _require_fits_memory(self, table: str) -> None:
        if (
            self.worlds > MAX_WORLDS_IN_MEMORY
            and 400.0 * self.worlds * self.months > available_memory()
        ):
            raise BadInput(
                f"{table} of {self.worlds} worlds do not fit into memory; ask `query` for what you"
                " need, or look at `thinned()`."
            )

    def score(self) -> pd.DataFrame:
        """Score the worlds against the record, reading from disk only what its figures speak of."""
        if self.observed_record is None:
            return Ensemble.score(self)  # type: ignore[arg-type] # says what to do
        kinds, indices = required_events_and_indices(self.observed_record)
        found: dict[int, tuple[str, list[np.ndarray]]] = {}
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
                found.setdefault(line, (kind, []))[1].append(values)
        return score_values(
            self.observed_record,
            {line: (kind, np.concatenate(values)) for line, (kind, values) in found.items()},
            self.months,
        )

    def _subset(self, receipts: list[dict[str, Any]]) -> "StoredRun":
        part = StoredRun(self.folder, self._scenario)
        part.__dict__["_receipts"], part.__dict__["_verified_tables"] = (
            receipts,
            self._verified_tables,
        )
        part.worlds = sum(one["count"] for one in receipts)
        return part

    def _blocks(self, worlds: int) -> Iterator["StoredRun"]:
        """Return the run in pieces of about so many worlds, so that what is asked of each fits into
        memory.
        """
        block: list[dict[str, Any]] = []
        for one in (one for one in self._receipts if one["files"]):
            block.append(one)
            if sum(each["count"] for each in block) >= worlds:
                yield self._subset(block)
                block = []
        if block or not any(one["files"] for one in self._receipts):
            yield self._subset(block)

    def thinned(self, worlds: int = MAX_WORLDS_IN_MEMORY) -> "StoredRun":
        """Return at most about so many of the worlds, in chunks evenly spread over the run; a
        smaller run is returned whole.
        """
        step = -(-sum(one["count"] for one in self._receipts) // max(1, worlds))
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
        What was run. A run keeps its scenario itself, except for rules of one's own: of such a run
        the tables can be asked without it, and its record, figures and report need it.

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
            " scenario given; give the one that was run, or none."
        )
    return run
