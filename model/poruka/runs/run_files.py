"""The files of a run on disk: find, verify and query the chunk files of its tables."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from poruka.runs.chunks import Chunk
from poruka.runs.commit import SCENARIO_FOLDER
from poruka.runs.inventory import (
    RECEIPTS_FOLDER,
    FileState,
    Inventory,
    read_stored_record,
    receipt_path,
    take_inventory,
)
from poruka.runs.manifest import read_manifest
from poruka.runs.table_files import (
    TableFile,
    connect_tables,
    lock_connection,
    read_tables,
    table_files,
    verify_tables,
)
from poruka.scenario.scenario import Scenario
from poruka.scenario.serialize import restore_trusted_scenario
from poruka.simulation.display import run_html
from poruka.simulation.failures import FAILURE_COLUMNS
from poruka.simulation.run_spec import RECORD_LEVELS
from poruka.utils.coverage import coverage_of
from poruka.utils.errors import BadInput, DamagedRun
from poruka.utils.paths import absolute_path


def _missing_receipts(folder: Path, inventory: Inventory) -> list[str]:
    """Return what is missing of a run that was finished, one sentence at most."""
    if not inventory.missing:
        return []
    first = inventory.missing[0].start
    worlds = sum(len(span) for span in inventory.missing)
    return [
        f"{RECEIPTS_FOLDER}/{receipt_path(folder, Chunk(first, 0)).name} is missing, though the"
        f" manifest lists the run as finished ({worlds:,} worlds are gone, the first of them"
        f" {first})"
    ]


class RunFiles:
    """A run folder with its manifest, its receipts and the tables of its chunks.

    Attributes
    ----------
    folder : Path
    manifest : dict
    seed, worlds, months : int
        Seed, number of worlds (of this run or part of a run) and number of months.
    partial : bool
        Whether it is read although something is missing or damaged.
    trusted : bool
        Whether the modules of the run's own rules may be imported.
    damage : list of str
        What is missing or damaged, and left out; empty unless ``partial``.
    requested_worlds : int
        Worlds that were asked for.
    selected_from : RunFiles or None
        The run of which this is a selection.
    """

    def __init__(
        self,
        folder: Path,
        scenario: Scenario | None = None,
        partial: bool = False,
        trusted: bool = False,
    ):
        # Absolute, since tables are read later, when another folder may be the current one.
        self.folder = absolute_path(folder, "run", "a folder")
        self.manifest = read_manifest(self.folder)
        low, high = self.manifest["span"]
        self.requested_worlds = self.worlds = int(high - low)
        self.seed, self.months = int(self.manifest["seed"]), int(self.manifest["months"])
        self.partial, self.trusted = partial, trusted
        self.damage: list[str] = []
        self.selected_from: RunFiles | None = None
        self._scenario = scenario
        self._seen: dict[str, FileState] = {}
        self._receipts = self._take_receipts()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r}: {self.coverage})"

    def _repr_html_(self) -> str:
        return run_html(self, [("folder", str(self.folder))])

    @property
    def failed_worlds(self) -> int:
        """Number of worlds whose simulation failed; they are not in the tables."""
        return sum(len(receipt["failures"]) for receipt in self._receipts)

    @property
    def available_worlds(self) -> int:
        """Number of worlds in the tables: finished, unchanged and not failed."""
        return sum(receipt["count"] for receipt in self._receipts) - self.failed_worlds

    @property
    def missing_worlds(self) -> int:
        """Number of worlds that were asked for and are neither in the tables nor failed."""
        return self.requested_worlds - self.available_worlds - self.failed_worlds

    @property
    def coverage(self) -> str:
        """How many of the worlds asked for are shown, and why the others are not."""
        return str(coverage_of(self))

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as stored in the run; an error if this version reads it differently."""
        if self._scenario is not None and self._scenario.digest == self.manifest["digest"]:
            return self._scenario
        scenario = restore_trusted_scenario(
            self.manifest, self.folder / SCENARIO_FOLDER, self.folder, self.trusted
        )
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

    def _take_receipts(self) -> list[dict[str, Any]]:
        """Return the receipts of the chunks to read; refuse a damaged run unless read in part."""
        try:
            # In part, a chunk is left out of all tables if one of its files is bad, so that every
            # table shows the same worlds; that has to be known before the first one is read.
            inventory = take_inventory(self.folder, self.manifest, verify_checksums=self.partial)
        except BadInput as error:
            raise DamagedRun(str(error)) from None
        damage = [error for _, error in sorted(inventory.damaged.items())]
        if self.manifest["finished"]:
            # Of an unfinished run, worlds are missing anyway, and `coverage` says how many.
            damage += _missing_receipts(self.folder, inventory)
        if self.manifest["finished"] or self.partial:
            try:
                read_stored_record(self.folder, SCENARIO_FOLDER, self.manifest)
            except BadInput as error:
                damage.append(str(error).rstrip("."))
        if damage and not self.partial:
            raise self._damage_error(damage[0])
        self.damage = damage
        return [receipt for _, receipt in sorted(inventory.intact.items())]

    def _damage_error(self, reason: str) -> DamagedRun:
        return DamagedRun(
            f"{self.folder} is damaged: {reason}. `poruka resume {self.folder}` simulates"
            " what is missing again, with the same results; partial=True (--partial) reads the rest"
            " without it."
        )

    def _kinds(self) -> tuple[str, ...]:
        return RECORD_LEVELS[: RECORD_LEVELS.index(self.record_level) + 1]

    def _table_files(self, kind: str, world: int | None = None) -> list[TableFile]:
        """Return the files of a table, or the one file that holds a world."""
        if kind not in self._kinds():
            raise BadInput(
                f"{self.folder} has no {kind}; it was run with record={self.record_level!r}."
            )
        receipts = [receipt for receipt in self._receipts if kind in receipt["files"]]
        if receipts and world is not None:
            receipts = [
                receipt
                for receipt in receipts
                if receipt["first"] <= world < receipt["first"] + receipt["count"]
            ]
            if not receipts:
                raise BadInput(
                    f"world {world} is not among those of {self.folder} ({self.coverage}); `poruka"
                    f' sql {self.folder} "select world from outcomes"` lists them.'
                )
        if not receipts:
            failures = self.failures
            raise BadInput(
                f"{self.folder} holds no completed world: {self.coverage}."
                + (f" The first failed with: {failures['error'].iloc[0]}" if len(failures) else "")
                + f" `poruka resume {self.folder}` continues it."
            )
        return table_files(self.folder, kind, receipts)

    def connect(self, external: bool = False) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection to the tables outcomes, series, events and failures.

        Close it when done. The tables stay on disk and are read from there; the checksums of all
        their files have been compared.

        Parameters
        ----------
        external : bool
            Whether statements may also read and write other files, as ``copy … to`` does, and data
            frames of the program. By default they see nothing but the run.
        """
        tables = {kind: self._table_files(kind) for kind in self._kinds()}
        if error := verify_tables(
            (file for files in tables.values() for file in files), self._seen
        ):
            raise self._damage_error(error)
        connection, _ = connect_tables(tables, self._seen)
        try:
            self._prepare(connection, external)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: duckdb.DuckDBPyConnection, external: bool) -> None:
        """Add the table of failures, and unless asked otherwise shut out everything else."""
        failures = self.failures.astype({"world": "int64", "seed": "int64"})
        connection.execute(
            "create table failures (world bigint, seed bigint, error varchar, traceback"
            " varchar, parameters varchar)"
        )
        if len(failures):
            connection.executemany(
                "insert into failures values (?, ?, ?, ?, ?)", failures.to_numpy().tolist()
            )
        if not external:
            lock_connection(connection)

    def query(self, sql: str, external: bool = False) -> pd.DataFrame:
        """Query the tables outcomes, series, events and failures in SQL.

        Only the data that the query needs are read from disk.

        Parameters
        ----------
        sql : str
            Such as ``"select outcome, count(*) from outcomes group by outcome"``.
        external : bool
            Whether the query may also read and write other files, as ``copy … to`` does; by
            default it sees nothing but the run.
        """
        return self._query(sql, self._kinds(), external=external)

    def _query(
        self, sql: str, kinds: Iterable[str], world: int | None = None, external: bool = False
    ) -> pd.DataFrame:
        if not str(sql or "").strip():
            raise BadInput(
                'the query is empty; write one such as "select outcome, count(*) from outcomes'
                ' group by outcome".'
            )
        tables = {kind: self._table_files(kind, world) for kind in kinds}
        try:
            return read_tables(
                tables, self._seen, lambda connection: self._prepare(connection, external), sql
            )
        except BadInput as error:
            raise self._damage_error(str(error)) from None
        except duckdb.Error as error:
            hint = (
                "\na query sees nothing but the run; external=True (--external) lets it read and"
                " write other files"
                if isinstance(error, duckdb.PermissionException)
                else ""
            )
            message = str(error)
            if message.startswith("Traceback"):
                message = message.strip().splitlines()[-1]
            raise BadInput(
                f"the query cannot be executed: {message}\n(the tables are"
                f" {', '.join([*tables, 'failures'])}){hint}"
            ) from None

    @property
    def failures(self) -> pd.DataFrame:
        """Failed worlds, one row each."""
        return pd.DataFrame(
            [row for receipt in self._receipts for row in receipt["failures"]],
            columns=FAILURE_COLUMNS,
        )
