"""Cache of the quantities of simulated worlds, in memory or in a file."""

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.quantities import build_quantity_frame
from poruka.engine.driver import load_driver
from poruka.engine.jit import source_fingerprint
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.failures import FAILURE_COLUMNS, failures_frame
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import WORLDS_PER_CHUNK, Runner, compile_rules
from poruka.utils.errors import BadInput, PorukaError
from poruka.utils.worker_pool import call_in_worker, count_workers

ProgressCallback = Callable[[int, int], None]
SeededScenario = tuple[Scenario, int]
"""A scenario and the seed under which it is simulated."""


def run_world_range(scenario: Scenario, seed: int, first: int, count: int) -> Ensemble:
    """Simulate a range of worlds of an ensemble; world k is the same as in the full ensemble.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> run_world_range(load("kazakhstan"), seed=1, first=3, count=2).outcomes["world"].tolist()
    [3, 4]
    """
    spec = RunSpec.build(scenario, worlds=count, seed=seed)
    runner = Runner(spec)
    return Ensemble(spec, runner.run_worlds(first, count), failures_frame(spec, runner.failures))


def measure_world_range(
    scenario: Scenario, seed: int, first: int, count: int, quantities: list[str]
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the quantities of a range of worlds, NaN where one failed, and the failures."""
    ensemble = run_world_range(scenario, seed, first, count)
    # The index omits failed worlds; reindexing adds them as NaN.
    frame = build_quantity_frame(ensemble, quantities).reindex(range(first, first + count))
    return frame.to_numpy(dtype=float), ensemble.failures


def compile_and_load_rules(scenario: Scenario) -> None:
    """Compile and load a scenario's rules, once and before several threads need them."""
    compile_rules(scenario, quiet=True)
    load_driver(scenario.rules)


class QuantityCache:
    """Quantities of worlds by scenario, seed and quantity; only missing worlds are simulated.

    Parameters
    ----------
    path : Path, optional
        A file that stores the values; a second run over the same file simulates no world again.
        Without it, values are stored in memory.
    """

    def __init__(self, path: Path | None = None):
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path or ":memory:", check_same_thread=False)
            self._database.execute("pragma journal_mode=wal")
            self._database.execute(
                "create table if not exists made (cell text, quantity text, chunk integer, worlds"
                " integer, made blob, crc integer, primary key (cell, quantity, chunk))"
            )
            self._database.execute(
                "create table if not exists failures (cell text, world integer, seed integer, error"
                " text, traceback text, parameters text, primary key (cell, world))"
            )
        except sqlite3.Error as error:
            raise self._file_error(path, error) from None
        self._path, self._requested_keys = path, set[str]()
        self._source_fingerprint = source_fingerprint()

    @staticmethod
    def _file_error(path: Path | None, error: sqlite3.Error) -> BadInput:
        return BadInput(
            f"{path} cannot be used to store worlds ({error}); remove it, and its worlds are"
            " simulated again, or give another folder."
        )

    def _query(self, sql: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._file_error(self._path, error) from None

    def failures(self) -> pd.DataFrame:
        """Return the failed worlds among those requested so far.

        Columns are world, seed, error, traceback and parameters.
        """
        rows = [
            row
            for key in sorted(self._requested_keys)
            for row in self._query(
                f"select {', '.join(FAILURE_COLUMNS)} from failures where cell = ? order by world",
                (key,),
            )
        ]
        return pd.DataFrame(rows, columns=FAILURE_COLUMNS)

    def values(
        self,
        seeded_scenarios: Sequence[SeededScenario],
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities of worlds 0 to ``worlds - 1`` of each scenario.

        Missing worlds are simulated on all processors.

        Parameters
        ----------
        seeded_scenarios : sequence of (Scenario, int)
            Scenarios with their seeds; identical ones are simulated only once.
        quantities : sequence of str
            Quantities in the grammar of :mod:`poruka.analysis.quantities`.
        worlds : int
        progress : callable, optional
            Receives ``(worlds completed, worlds to simulate)``.

        Returns
        -------
        ndarray of float64, shape (scenarios, worlds, quantities)
            A world that failed is NaN.
        """
        quantities = list(quantities)
        keys = [self._cache_key(*seeded_scenario) for seeded_scenario in seeded_scenarios]
        distinct = dict(zip(keys, seeded_scenarios, strict=True))
        self._requested_keys |= set(keys)
        missing = [
            (key, first, min(WORLDS_PER_CHUNK, worlds - first))
            for key in distinct
            for first in range(0, worlds, WORLDS_PER_CHUNK)
            if not self._is_cached(key, quantities, first, min(WORLDS_PER_CHUNK, worlds - first))
        ]
        self._run_missing(distinct, missing, quantities, progress)
        values_by_key = {
            key: np.concatenate(
                [
                    self._read_values(key, quantities, first)[: worlds - first]
                    for first in range(0, worlds, WORLDS_PER_CHUNK)
                ]
            )
            for key in distinct
        }
        return np.stack([values_by_key[key] for key in keys])

    def _run_missing(
        self,
        distinct: dict[str, SeededScenario],
        missing: list[tuple[str, int, int]],
        quantities: list[str],
        progress: ProgressCallback | None,
    ) -> None:
        by_rules = {scenario.rules: scenario for scenario, _ in distinct.values()}
        for scenario_of_rules in by_rules.values():
            compile_and_load_rules(scenario_of_rules)
        total, done = sum(count for _, _, count in missing), 0

        def run_chunk(key: str, first: int, count: int) -> int:
            values, failures = call_in_worker(
                measure_world_range, *distinct[key], first, count, quantities
            )
            self._write_values(key, quantities, first, values, failures)
            return count

        with ThreadPoolExecutor(count_workers()) as pool:
            waiting = {pool.submit(run_chunk, *chunk) for chunk in missing}
            try:
                while waiting:
                    finished, waiting = wait(waiting, timeout=0.5, return_when=FIRST_EXCEPTION)
                    done += sum(future.result() for future in finished)
                    if progress is not None and finished:
                        progress(done, total)
            except BaseException:
                for future in waiting:
                    future.cancel()
                raise

    def _cache_key(self, scenario: Scenario, seed: int) -> str:
        return hashlib.sha256(
            json.dumps([scenario.digest, self._source_fingerprint, seed]).encode()
        ).hexdigest()[:32]

    def _is_cached(self, key: str, quantities: Iterable[str], first: int, count: int) -> bool:
        rows = {
            quantity: (worlds, blob, crc)
            for quantity, worlds, blob, crc in self._query(
                "select quantity, worlds, made, crc from made where cell = ? and chunk = ?",
                (key, first),
            )
        }
        stored = [rows.get(quantity, (0, b"", 0)) for quantity in quantities]
        # Worlds with a wrong checksum are simulated again, like missing ones.
        return all(worlds >= count and zlib.crc32(blob) == crc for worlds, blob, crc in stored)

    def _read_values(self, key: str, quantities: Iterable[str], first: int) -> np.ndarray:
        rows = dict(
            self._query(
                "select quantity, made from made where cell = ? and chunk = ?", (key, first)
            )
        )
        columns = [np.frombuffer(rows[quantity], dtype="<f8") for quantity in quantities]
        shortest = min((len(column) for column in columns), default=0)
        return np.column_stack([column[:shortest] for column in columns])

    def _write_values(
        self,
        key: str,
        quantities: list[str],
        first: int,
        values: np.ndarray,
        failures: pd.DataFrame,
    ) -> None:
        blobs = [
            np.ascontiguousarray(values[:, index], dtype="<f8").tobytes()
            for index in range(len(quantities))
        ]
        rows = [
            (key, quantity, first, len(values), blob, zlib.crc32(blob))
            for quantity, blob in zip(quantities, blobs, strict=True)
        ]
        failure_rows = [
            (
                key,
                int(row.world),
                int(row.seed),
                str(row.error),
                str(row.traceback),
                str(row.parameters),
            )
            for row in failures.itertuples()
        ]
        try:
            with self._lock, self._database:
                self._database.executemany(
                    "insert or replace into made values (?, ?, ?, ?, ?, ?)", rows
                )
                self._database.executemany(
                    "insert or replace into failures values (?, ?, ?, ?, ?, ?)", failure_rows
                )
        except sqlite3.Error as error:
            raise PorukaError(
                f"the simulated worlds cannot be stored ({error}); free some space and give the"
                " same command again, which resumes from the worlds stored."
            ) from None
