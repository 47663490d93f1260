"""Quantities of worlds, kept once they are played: any stretch of worlds by itself, in memory or in one file that outlives an interruption."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import numpy as np

from ..driver import load_driver
from ..ensemble import Ensemble
from ..errors import BadInput, PorukaError
from ..jit import fingerprint
from ..machine import processors
from ..runner import CHUNK, Runner, compile_aloud, failures_frame
from ..scenario import Scenario
from .quantity import frame_of

Tell = Callable[[int, int], None]
Asked = tuple[Scenario, int]
"""A scenario and the seed it is played under."""


def stretch(scenario: Scenario, seed: int, first: int, count: int) -> Ensemble:
    """Play some worlds of an ensemble without those before them; world k is the same as in the whole.

    Examples
    --------
    >>> from poruka.scenario import load
    >>> stretch(load("kazakhstan"), seed=1, first=3, count=2).outcomes["world"].tolist()
    [3, 4]
    """
    runner = Runner(scenario, seed, scenario.months, "events")
    return Ensemble(scenario, seed, count, scenario.months, "events", runner.chunk(first, count), failures_frame(runner))


def prepare(scenario: Scenario) -> None:
    """Compile and load what a scenario's rules need, once and before threads ask for it at the same time."""
    compile_aloud(scenario, quiet=True)
    load_driver(scenario.rules)


class Cells:
    """What worlds gave, by scenario, seed and quantity; only what is missing is played.

    Parameters
    ----------
    path : Path, optional
        A file that keeps the values; a second run over the same file plays nothing twice. In memory without it.
    """

    def __init__(self, path: Path | None = None):
        self._lock = threading.Lock()
        try:
            self._file = sqlite3.connect(path or ":memory:", check_same_thread=False)
            self._file.execute("pragma journal_mode=wal")
            self._file.execute(
                "create table if not exists cells (cell text, quantity text, chunk integer, worlds integer, made blob, "
                "primary key (cell, quantity, chunk))"
            )
        except sqlite3.Error as error:
            raise BadInput(f"{path} cannot be used to keep worlds ({error}); remove it, or give another folder.") from None
        self._version = fingerprint()

    def values(self, asked: Sequence[Asked], texts: Sequence[str], worlds: int, tell: Tell | None = None) -> np.ndarray:
        """Return quantities of worlds 0 to ``worlds - 1`` of each scenario asked for, playing what is missing on all processors.

        Parameters
        ----------
        asked : sequence of (Scenario, int)
            Scenarios with their seeds; those that are the same are played once.
        texts : sequence of str
            Quantities in the grammar of :mod:`poruka.lab.quantity`.
        worlds : int
        tell : callable, optional
            Told ``(worlds done, worlds to play)``.

        Returns
        -------
        ndarray of float64, shape (scenarios, worlds, quantities)
            A world that failed is NaN.
        """
        texts = list(texts)
        keys = [self._key(*one) for one in asked]
        unlike = dict(zip(keys, asked, strict=True))
        missing = [
            (key, first, min(CHUNK, worlds - first))
            for key in unlike
            for first in range(0, worlds, CHUNK)
            if not self._has(key, texts, first, min(CHUNK, worlds - first))
        ]
        self._play(unlike, missing, texts, tell)
        made = {key: np.concatenate([self._read(key, texts, first)[: worlds - first] for first in range(0, worlds, CHUNK)]) for key in unlike}
        return np.stack([made[key] for key in keys])

    def _play(self, unlike: dict[str, Asked], missing: list[tuple[str, int, int]], texts: list[str], tell: Tell | None) -> None:
        for rules in {scenario.rules: scenario for scenario, _ in unlike.values()}.values():
            prepare(rules)
        total, done = sum(count for _, _, count in missing), 0

        def play(key: str, first: int, count: int) -> int:
            scenario, seed = unlike[key]
            # The index leaves failed worlds out; reindexing brings them back as NaN.
            frame = frame_of(stretch(scenario, seed, first, count), texts).reindex(range(first, first + count))
            self._write(key, texts, first, frame.to_numpy(dtype=float))
            return count

        with ThreadPoolExecutor(processors()) as pool:
            waiting = {pool.submit(play, *one) for one in missing}
            try:
                while waiting:
                    ready, waiting = wait(waiting, timeout=0.5, return_when=FIRST_EXCEPTION)
                    done += sum(one.result() for one in ready)
                    if tell is not None and ready:
                        tell(done, total)
            except BaseException:
                for one in waiting:
                    one.cancel()
                raise

    def _key(self, scenario: Scenario, seed: int) -> str:
        return hashlib.sha256(json.dumps([scenario.digest, self._version, seed]).encode()).hexdigest()[:32]

    def _has(self, key: str, texts: Iterable[str], first: int, count: int) -> bool:
        with self._lock:
            rows = dict(self._file.execute("select quantity, worlds from cells where cell = ? and chunk = ?", (key, first)))
        return all(rows.get(text, 0) >= count for text in texts)

    def _read(self, key: str, texts: Iterable[str], first: int) -> np.ndarray:
        with self._lock:
            rows = dict(self._file.execute("select quantity, made from cells where cell = ? and chunk = ?", (key, first)))
        columns = [np.frombuffer(rows[text], dtype="<f8") for text in texts]
        shortest = min((len(one) for one in columns), default=0)
        return np.column_stack([one[:shortest] for one in columns])

    def _write(self, key: str, texts: list[str], first: int, made: np.ndarray) -> None:
        rows = [(key, text, first, len(made), np.ascontiguousarray(made[:, place], dtype="<f8").tobytes()) for place, text in enumerate(texts)]
        try:
            with self._lock, self._file:
                self._file.executemany("insert or replace into cells values (?, ?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise PorukaError(f"what was played cannot be kept ({error}); make room, and the same command goes on from what was kept.") from None
