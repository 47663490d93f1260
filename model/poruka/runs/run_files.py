"""The files of a run on disk: find, verify and query the chunk files of its tables."""

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
"""Largest size of a table whose checksums are compared before it is read; for larger tables only
file sizes are compared, and `poruka verify` compares the checksums.
"""


class RunFiles:
    """A run folder with its manifest, its receipts and the tables of its chunks.

    Attributes
    ----------
    folder : Path
    manifest : dict
    seed, worlds, months : int
        Seed, number of worlds (of this run or part of a run) and number of months.
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
        """The scenario as stored in the run; an error if this version reads it differently."""
        if self._scenario is not None and self._scenario.digest == self.manifest["digest"]:
            return self._scenario
        if self.manifest["own_rules"]:
            raise BadInput(
                f"{self.folder} was run with custom rules"
                f" ({', '.join(self.manifest['own_rules'][:3])}), which it does not store; open it"
                f" with the scenario that has them, open_run({str(self.folder)!r}, scenario), or"
                " query its tables with query or `poruka sql`."
            )
        scenario = restore_scenario(self.manifest, self.folder / SCENARIO_FOLDER)
        if scenario.digest != self.manifest["digest"]:
            raise BadInput(
                f"the scenario {self.manifest['scenario']} is read differently by this version"
                f" than when {self.folder} was run; use the version that ran it, or run again."
                " `poruka resume` prints what changed."
            )
        return scenario

    @property
    def record_level(self) -> str:
        """Which tables were recorded: outcomes, series or events."""
        return str(self.manifest["record"])

    @cached_property
    def _receipts(self) -> list[dict[str, Any]]:
        receipts = []
        for chunk in iter_chunks(self.manifest):
            receipt = read_receipt(self.folder, chunk, self.manifest["run"])
            if isinstance(receipt, str):
                raise self._damage_error(receipt)
            if receipt is not None:
                receipts.append(receipt)
        return receipts

    def _damage_error(self, reason: str) -> BadInput:
        return BadInput(
            f"{self.folder} is damaged: {reason}. `poruka resume {self.folder}` simulates"
            " those worlds again, with the same results."
        )

    @cached_property
    def _verified_tables(self) -> set[str]:
        return set()

    def _table_files(self, kind: str, world: int | None = None) -> list[str]:
        """Return the verified files of a table, or the one file that holds a world."""
        if RECORD_LEVELS.index(self.record_level) < RECORD_LEVELS.index(kind):
            raise BadInput(
                f"{self.folder} has no {kind}; it was run with record={self.record_level!r}."
            )
        receipts = [receipt for receipt in self._receipts if kind in receipt["files"]]
        receipts = [
            receipt
            for receipt in receipts
            if world is not None and receipt["first"] <= world < receipt["first"] + receipt["count"]
        ] or receipts
        if not receipts:
            raise BadInput(
                f"{self.folder} holds no completed world yet; resume the run, or see its failures."
            )
        if kind not in self._verified_tables and f"{kind} {world}" not in self._verified_tables:
            table_bytes = sum(receipt["files"][kind]["bytes"] for receipt in receipts)
            for receipt in receipts:
                table_receipt = {**receipt, "files": {kind: receipt["files"][kind]}}
                if error := integrity_error(
                    self.folder, table_receipt, table_bytes <= MAX_CHECKSUM_BYTES
                ):
                    raise self._damage_error(error)
            self._verified_tables.add(kind if world is None else f"{kind} {world}")
        return [
            str(chunk_table_path(self.folder, kind, Chunk(receipt["first"], receipt["count"])))
            for receipt in receipts
        ]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection to the tables outcomes, series, events and failures.

        Close it when done. The tables stay on disk and are read from there. As usual in DuckDB,
        ``copy … to`` writes files.
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
        """Query the tables outcomes, series, events and failures in SQL.

        Only the data that the query needs are read from disk.

        Parameters
        ----------
        sql : str
            Such as ``"select outcome, count(*) from outcomes group by outcome"``.
        """
        return self._query(sql, RECORD_LEVELS[: RECORD_LEVELS.index(self.record_level) + 1])

    def _query(self, sql: str, kinds: Iterable[str], world: int | None = None) -> pd.DataFrame:
        if not str(sql or "").strip():
            raise BadInput(
                'the query is empty; write one such as "select outcome, count(*) from outcomes'
                ' group by outcome".'
            )
        with self._connect(kinds, world) as connection:
            try:
                return connection.execute(sql).df()
            except duckdb.Error as error:
                raise BadInput(
                    f"the query cannot be executed: {error}\n(the tables are"
                    f" {', '.join([*kinds, 'failures'])})"
                ) from None

    @property
    def failures(self) -> pd.DataFrame:
        """Failed worlds, one row each."""
        return pd.DataFrame(
            [row for receipt in self._receipts for row in receipt["failures"]],
            columns=FAILURE_COLUMNS,
        )
