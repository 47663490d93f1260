"""A run that lies on disk: the tables of an ensemble, read when asked for and no further than they
must be.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from poruka.engine.index_series import SERIES
from poruka.runs.chunk_files import quoted
from poruka.runs.chunks import Chunk, chunks_of
from poruka.runs.commit import SCENARIO, record_is_whole
from poruka.runs.inventory import fault, read_receipt, shard_path
from poruka.runs.manifest import read_manifest
from poruka.scenario.scenario import Scenario
from poruka.scenario.serialize import scenario_of
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.failures import FAILURE
from poruka.simulation.frames import series_dataset
from poruka.simulation.run_spec import IN_MEMORY, RECORDS
from poruka.utils.errors import BadInput
from poruka.utils.resources import memory

CHECKED_BYTES = 2**30
"""Size of a table up to which its checksums are compared before it is read; of larger ones only the
sizes of files, the rest is for `poruka verify`.
"""
WORDS = ("kind", "rule", "instrument", "actor", "target")
"""Columns of events that repeat few words."""


class StoredRun:
    """A run on disk with the same tables as an ensemble, read when asked for.

    What was finished when it was opened is what it shows, also while the run is being played; open
    it again for more.
    """

    def __init__(self, folder: Path, scenario: Scenario | None = None):
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        low, high = self.manifest["span"]
        self.seed, self.worlds, self.months = (
            int(self.manifest["seed"]),
            int(high - low),
            int(self.manifest["months"]),
        )
        self._scenario = scenario

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that was run, as the run keeps it; an error if this version reads it
        otherwise.
        """
        if self._scenario is not None and self._scenario.digest == self.manifest["digest"]:
            return self._scenario
        if self.manifest["own_rules"]:
            raise BadInput(
                f"{self.folder} was played by rules of one's own"
                f" ({', '.join(self.manifest['own_rules'][:3])}), which are not kept in it; open it"
                f" with the scenario that has them, open_run({str(self.folder)!r}, scenario), or"
                " ask its tables with query or `poruka sql`."
            )
        found = scenario_of(self.manifest, self.folder / SCENARIO)
        if found.digest != self.manifest["digest"]:
            raise BadInput(
                f"the scenario {self.manifest['scenario']} is read otherwise by this version than"
                f" when {self.folder} was run; use the version that ran it, or run again. `poruka"
                " resume` says what changed."
            )
        return found

    @property
    def record_level(self) -> str:
        """What was kept."""
        return str(self.manifest["record"])

    @cached_property
    def _receipts(self) -> list[dict[str, Any]]:
        found = (
            read_receipt(self.folder, chunk, self.manifest["run"])
            for chunk in chunks_of(self.manifest)
        )
        receipts = []
        for one in found:
            if isinstance(one, str):
                raise self._damaged(one)
            if one is not None:
                receipts.append(one)
        return receipts

    def _damaged(self, why: str) -> BadInput:
        return BadInput(
            f"{self.folder} is damaged: {why}. `poruka resume {self.folder}` plays those worlds"
            " again, to the same results."
        )

    @cached_property
    def _sound(self) -> set[str]:
        return set()

    def _files(self, kind: str, world: int | None = None) -> list[str]:
        """Return the files of a table, or the one that holds a world, once they have been found to
        be what was written.
        """
        if RECORDS.index(self.record_level) < RECORDS.index(kind):
            raise BadInput(
                f"{self.folder} has no {kind}; it was run with record={self.record_level!r}."
            )
        kept = [one for one in self._receipts if kind in one["files"]]
        kept = [
            one
            for one in kept
            if world is not None and one["first"] <= world < one["first"] + one["count"]
        ] or kept
        if not kept:
            raise BadInput(
                f"{self.folder} holds no world yet; run it again to go on, or see its failures."
            )
        if kind not in self._sound and f"{kind} {world}" not in self._sound:
            contents = sum(one["files"][kind]["bytes"] for one in kept) <= CHECKED_BYTES
            for one in kept:
                if why := fault(
                    self.folder, {**one, "files": {kind: one["files"][kind]}}, contents
                ):
                    raise self._damaged(why)
            self._sound.add(kind if world is None else f"{kind} {world}")
        return [
            str(shard_path(self.folder, kind, Chunk(one["first"], one["count"]))) for one in kept
        ]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection that knows the tables outcomes, series, events and failures;
        close it when done.

        The tables stay on disk and are read from there. ``copy … to`` writes where you say, as
        DuckDB does.
        """
        return self._connect(RECORDS[: RECORDS.index(self.record_level) + 1])

    def _connect(self, kinds: Iterable[str], world: int | None = None) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        try:
            for kind in kinds:
                files = ", ".join(quoted(name) for name in self._files(kind, world))
                connection.execute(f"create view {kind} as select * from read_parquet([{files}])")
            failures = self.failures.astype({"world": "int64", "seed": "int64"})
            connection.execute(
                "create table failures (world bigint, seed bigint, error varchar, traceback"
                " varchar, parameters varchar)"
            )
            if len(failures):
                connection.executemany(
                    "insert into failures values (?, ?, ?, ?, ?)", failures.to_numpy().tolist()
                )
        except BaseException:
            connection.close()
            raise
        return connection

    def query(self, sql: str) -> pd.DataFrame:
        """Return the answer to a question in SQL about the tables outcomes, series, events and
        failures, read from disk as far as it must be.

        Parameters
        ----------
        sql : str
            Such as ``"select outcome, count(*) from outcomes group by outcome"``.
        """
        return self._answer(sql, RECORDS[: RECORDS.index(self.record_level) + 1])

    def _answer(self, sql: str, kinds: Iterable[str], world: int | None = None) -> pd.DataFrame:
        if not str(sql or "").strip():
            raise BadInput(
                'the question is empty; ask such as "select outcome, count(*) from outcomes group'
                ' by outcome".'
            )
        with self._connect(kinds, world) as connection:
            try:
                return connection.execute(sql).df()
            except duckdb.Error as error:
                raise BadInput(
                    f"the question cannot be answered: {error}\n(the tables are"
                    f" {', '.join([*kinds, 'failures'])})"
                ) from None

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a world."""
        if 2000.0 * self.worlds > memory():
            raise BadInput(
                f"outcomes of {self.worlds} worlds do not fit into memory; ask `query` for what you"
                " need, `counts` how often each came, or look at `thinned()`."
            )
        return self._answer("select * from outcomes", ["outcomes"])

    def counts(self) -> dict[str, int]:
        """Return how often each outcome came, as the receipts say; no table is read."""
        found: Counter[str] = Counter()
        for one in self._receipts:
            found.update(one["outcomes"])
        return dict(found)

    @cached_property
    def series(self) -> Any:
        """Monthly indices as an xarray Dataset."""
        self._small("series")
        return self.series_of(SERIES)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event of every world, in the order they were told."""
        self._small("events")
        return self._told("")

    def series_of(self, indices: Iterable[str]) -> Any:
        """Return some of the monthly indices; the others stay on disk."""
        indices = [name for name in SERIES if name in set(indices)]
        frame = self._answer(f"select {', '.join(['world', *indices])} from series", ["series"])
        worlds = frame["world"].to_numpy().reshape(-1, self.months)[:, 0]
        values = frame[indices].to_numpy().reshape(len(worlds), self.months, len(indices))
        return series_dataset(values, self.scenario, worlds, indices)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world in the order they were told."""
        return self._told(f"where world = {int(world)}", int(world))

    def _told(self, where: str, world: int | None = None) -> pd.DataFrame:
        # Few words, many rows: read as an enumeration a word is a byte, and a date is shared.
        types = "".join(
            f"create type {word}_word as enum (select distinct {word} from events order by"
            f" {word}); "
            for word in (*WORDS, "date")
        )
        words = ", ".join(f"{word}::{word}_word as {word}" for word in (*WORDS, "date"))
        told = self._answer(
            f"{types} select * replace ({words}) from events {where}", ["events"], world
        )
        return told.assign(
            date=told["date"].astype(str), **{word: told[word].cat.as_unordered() for word in WORDS}
        )

    def _small(self, what: str) -> None:
        if self.worlds > IN_MEMORY and 400.0 * self.worlds * self.months > memory():
            raise BadInput(
                f"{what} of {self.worlds} worlds do not fit into memory; ask `query` for what you"
                " need, or look at `thinned()`."
            )

    def score(self) -> pd.DataFrame:
        """Score the worlds against the record, reading from disk only what its figures speak of."""
        from poruka.simulation.scoring import evaluated, needed, scored

        if self.record is None:
            return Ensemble.score(self)  # type: ignore[arg-type] # says what to do
        kinds, indices = needed(self.record)
        found: dict[int, tuple[str, list[np.ndarray]]] = {}
        for block in self._blocks(IN_MEMORY):
            events = block._told(
                "where kind in (" + ", ".join(quoted(kind) for kind in kinds) + ")"
            )
            for line, (kind, values) in evaluated(
                self.record, block.outcomes, block.series_of(indices), events, self.scenario
            ).items():
                found.setdefault(line, (kind, []))[1].append(values)
        return scored(
            self.record,
            {line: (kind, np.concatenate(values)) for line, (kind, values) in found.items()},
            self.months,
        )

    def _of(self, receipts: list[dict[str, Any]]) -> "StoredRun":
        part = StoredRun(self.folder, self._scenario)
        part.__dict__["_receipts"], part.__dict__["_sound"] = receipts, self._sound
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
                yield self._of(block)
                block = []
        if block or not any(one["files"] for one in self._receipts):
            yield self._of(block)

    def thinned(self, worlds: int = IN_MEMORY) -> "StoredRun":
        """Return at most about so many of the worlds, in chunks evenly spread over the run; a
        smaller run is returned whole.
        """
        step = -(-sum(one["count"] for one in self._receipts) // max(1, worlds))
        return self if step <= 1 else self._of(self._receipts[::step])

    @property
    def failures(self) -> pd.DataFrame:
        """Failed worlds."""
        return pd.DataFrame(
            [row for one in self._receipts for row in one["failures"]], columns=FAILURE
        )

    @cached_property
    def record(self) -> pd.DataFrame | None:
        """The facts this scenario is scored against, or None."""
        if not record_is_whole(self.folder, self.manifest):
            raise self._damaged(
                f"{SCENARIO}/{self.manifest['record_file']['name']} is gone or was changed"
            )
        return Ensemble.record.func(self)  # type: ignore[attr-defined] # the same as of an ensemble in memory


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
