"""Quantities of worlds, kept once they are played: any stretch of worlds by itself, in memory or in
one file that outlives an interruption.
"""

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
from poruka.utils.resources import available_processors

ProgressCallback = Callable[[int, int], None]
SeededScenario = tuple[Scenario, int]
"""A scenario and the seed it is played under."""


def run_world_range(scenario: Scenario, seed: int, first: int, count: int) -> Ensemble:
    """Play some worlds of an ensemble without those before them; world k is the same as in the
    whole.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> run_world_range(load("kazakhstan"), seed=1, first=3, count=2).outcomes["world"].tolist()
    [3, 4]
    """
    spec = RunSpec.build(scenario, worlds=count, seed=seed)
    runner = Runner(spec)
    return Ensemble(spec, runner.run_worlds(first, count), failures_frame(spec, runner.failures))


def compile_and_load_rules(scenario: Scenario) -> None:
    """Compile and load what a scenario's rules need, once and before threads ask for it at the same
    time.
    """
    compile_rules(scenario, quiet=True)
    load_driver(scenario.rules)


class QuantityCache:
    """What worlds gave, by scenario, seed and quantity; only what is missing is played.

    Parameters
    ----------
    path : Path, optional
        A file that keeps the values; a second run over the same file plays nothing twice. In memory
        without it.
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
            f"{path} cannot be used to keep worlds ({error}); remove it, and what it held is played"
            " again, or give another folder."
        )

    def _query(self, sql: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._file_error(self._path, error) from None

    def failures(self) -> pd.DataFrame:
        """Return the failed worlds among those asked for so far: world, seed, error, traceback,
        parameters.
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
        """Return quantities of worlds 0 to ``worlds - 1`` of each scenario asked for, playing what
        is missing on all processors.

        Parameters
        ----------
        asked : sequence of (Scenario, int)
            Scenarios with their seeds; those that are the same are played once.
        texts : sequence of str
            Quantities in the grammar of :mod:`poruka.analysis.quantities`.
        worlds : int
        tell : callable, optional
            Told ``(worlds done, worlds to play)``.

        Returns
        -------
        ndarray of float64, shape (scenarios, worlds, quantities)
            A world that failed is NaN.
        """
        quantities = list(quantities)
        keys = [self._cache_key(*one) for one in seeded_scenarios]
        unlike = dict(zip(keys, seeded_scenarios, strict=True))
        self._requested_keys |= set(keys)
        missing = [
            (key, first, min(WORLDS_PER_CHUNK, worlds - first))
            for key in unlike
            for first in range(0, worlds, WORLDS_PER_CHUNK)
            if not self._is_cached(key, quantities, first, min(WORLDS_PER_CHUNK, worlds - first))
        ]
        self._run_missing(unlike, missing, quantities, progress)
        made = {
            key: np.concatenate(
                [
                    self._read_values(key, quantities, first)[: worlds - first]
                    for first in range(0, worlds, WORLDS_PER_CHUNK)
                ]
            )
            for key in unlike
        }
        return np.stack([made[key] for key in keys])

    def _run_missing(
        self,
        distinct: dict[str, SeededScenario],
        missing: list[tuple[str, int, int]],
        quantities: list[str],
        progress: ProgressCallback | None,
    ) -> None:
        for rules in {scenario.rules: scenario for scenario, _ in distinct.values()}.values():
            compile_and_load_rules(rules)
        total, done = sum(count for _, _, count in missing), 0

        def play(key: str, first: int, count: int) -> int:
            scenario, seed = distinct[key]
            # The index leaves failed worlds out; reindexing brings them back as NaN.
            played = run_world_range(scenario, seed, first, count)
            frame = build_quantity_frame(played, quantities).reindex(range(first, first + count))
            self._write_values(key, quantities, first, frame.to_numpy(dtype=float), played.failures)
            return count

        with ThreadPoolExecutor(available_processors()) as pool:
            waiting = {pool.submit(play, *one) for one in missing}
            try:
                while waiting:
                    ready, waiting = wait(waiting, timeout=0.5, return_when=FIRST_EXCEPTION)
                    done += sum(one.result() for one in ready)
                    if progress is not None and ready:
                        progress(done, total)
            except BaseException:
                for one in waiting:
                    one.cancel()
                raise

    def _cache_key(self, scenario: Scenario, seed: int) -> str:
        return hashlib.sha256(
            json.dumps([scenario.digest, self._source_fingerprint, seed]).encode()
        ).hexdigest()[:32]

    def _is_cached(self, key: str, quantities: Iterable[str], first: int, count: int) -> bool:
        rows = {
            text: (worlds, made, crc)
            for text, worlds, made, crc in self._query(
                "select quantity, worlds, made, crc from made where cell = ? and chunk = ?",
                (key, first),
            )
        }
        there = [rows.get(text, (0, b"", 0)) for text in quantities]
        # What does not have its checksum any more is played again like what was never there.
        return all(worlds >= count and zlib.crc32(made) == crc for worlds, made, crc in there)

    def _read_values(self, key: str, quantities: Iterable[str], first: int) -> np.ndarray:
        rows = dict(
            self._query(
                "select quantity, made from made where cell = ? and chunk = ?", (key, first)
            )
        )
        columns = [np.frombuffer(rows[text], dtype="<f8") for text in quantities]
        shortest = min((len(one) for one in columns), default=0)
        return np.column_stack([one[:shortest] for one in columns])

    def _write_values(
        self,
        key: str,
        quantities: list[str],
        first: int,
        values: np.ndarray,
        failures: pd.DataFrame,
    ) -> None:
        blobs = [
            np.ascontiguousarray(values[:, place], dtype="<f8").tobytes()
            for place in range(len(quantities))
        ]
        rows = [
            (key, text, first, len(values), blob, zlib.crc32(blob))
            for text, blob in zip(quantities, blobs, strict=True)
        ]
        broken = [
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
                    "insert or replace into failures values (?, ?, ?, ?, ?, ?)", broken
                )
        except sqlite3.Error as error:
            raise PorukaError(
                f"what was played cannot be kept ({error}); make room, and the same command goes on"
                " from what was kept."
            ) from None
