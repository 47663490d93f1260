"""The files of a run on disk: which chunks lie there, whether they are what was written, and what
they answer when they are asked in SQL.
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from poruka.runs.chunk_files import sql_literal
from poruka.runs.chunks import Chunk, iter_chunks
from poruka.runs.commit import SCENARIO_FOLDER
from poruka.runs.inventory import chunk_table_path, integrity_error, read_receipt
from poruka.runs.manifest import read_manifest
from poruka.scenario.scenario import Scenario
from poruka.scenario.serialize import restore_scenario
from poruka.simulation.failures import FAILURE_COLUMNS
from poruka.simulation.run_spec import RECORD_LEVELS
from poruka.utils.errors import BadInput

MAX_CHECKSUM_BYTES = 2**30
"""Size of a table up to which its checksums are compared before it is read; of larger ones only the
sizes of files, the rest is for `poruka verify`.
"""


class RunFiles:
    """A run folder with its manifest, its receipts and the tables of its chunks.

    Attributes
    ----------
    folder : Path
    manifest : dict
    seed, worlds, months : int
        Worlds of this run, or of the part of one that lies here.
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
        found = restore_scenario(self.manifest, self.folder / SCENARIO_FOLDER)
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
            for chunk in iter_chunks(self.manifest)
        )
        receipts = []
        for one in found:
            if isinstance(one, str):
                raise self._damage_error(one)
            if one is not None:
                receipts.append(one)
        return receipts

    def _damage_error(self, reason: str) -> BadInput:
        return BadInput(
            f"{self.folder} is damaged: {reason}. `poruka resume {self.folder}` plays those worlds"
            " again, to the same results."
        )

    @cached_property
    def _verified_tables(self) -> set[str]:
        return set()

    def _table_files(self, kind: str, world: int | None = None) -> list[str]:
        """Return the files of a table, or the one that holds a world, once they have been found to
        be what was written.
        """
        if RECORD_LEVELS.index(self.record_level) < RECORD_LEVELS.index(kind):
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
        if kind not in self._verified_tables and f"{kind} {world}" not in self._verified_tables:
            contents = sum(one["files"][kind]["bytes"] for one in kept) <= MAX_CHECKSUM_BYTES
            for one in kept:
                if why := integrity_error(
                    self.folder, {**one, "files": {kind: one["files"][kind]}}, contents
                ):
                    raise self._damage_error(why)
            self._verified_tables.add(kind if world is None else f"{kind} {world}")
        return [
            str(chunk_table_path(self.folder, kind, Chunk(one["first"], one["count"])))
            for one in kept
        ]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection that knows the tables outcomes, series, events and failures;
        close it when done.

        The tables stay on disk and are read from there. ``copy … to`` writes where you say, as
        DuckDB does.
        """
        return self._connect(RECORD_LEVELS[: RECORD_LEVELS.index(self.record_level) + 1])

    def _connect(self, kinds: Iterable[str], world: int | None = None) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        try:
            for kind in kinds:
                files = ", ".join(sql_literal(name) for name in self._table_files(kind, world))
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
        return self._query(sql, RECORD_LEVELS[: RECORD_LEVELS.index(self.record_level) + 1])

    def _query(self, sql: str, kinds: Iterable[str], world: int | None = None) -> pd.DataFrame:
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

    @property
    def failures(self) -> pd.DataFrame:
        """Failed worlds."""
        return pd.DataFrame(
            [row for one in self._receipts for row in one["failures"]], columns=FAILURE_COLUMNS
        )
