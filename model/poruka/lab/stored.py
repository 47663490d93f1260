"""A run that lies on disk: the tables of an ensemble, read when asked for and no further than they must be."""

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..ensemble import IN_MEMORY, RECORDS, Ensemble
from ..errors import BadInput
from ..measures import SERIES
from ..scenario import Scenario, load
from ..scenario_keys import follow
from ..telling import series_dataset

WORDS = ("kind", "rule", "instrument", "actor", "target")
"""Columns of events that repeat few words."""


def quoted(text: Any) -> str:
    """Return a text as SQL writes it.

    Examples
    --------
    >>> print(quoted("nobody's run"))
    'nobody''s run'
    """
    return "'" + str(text).replace("'", "''") + "'"


class StoredRun:
    """A run on disk with the same tables as an ensemble, read when asked for."""

    def __init__(self, folder: Path, scenario: Scenario | None = None):
        self.folder = Path(folder)
        path = self.folder / "manifest.json"
        if not path.is_file():
            raise BadInput(f"{folder} holds no run (no manifest.json); give the folder that --out named.")
        try:
            self.manifest = dict(json.loads(path.read_text(encoding="utf-8")))
            self.seed, self.worlds, self.months = (int(self.manifest[key]) for key in ("seed", "worlds", "months"))
        except (OSError, ValueError, KeyError, TypeError):
            raise BadInput(f"{path} cannot be read as a manifest; the folder is damaged, run it again into a new one.") from None
        self._scenario = scenario

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that was run; an error if its file has changed since."""
        found = self._scenario or follow(load(self._source()), self.manifest["recipe"])
        if found.digest != self.manifest["digest"]:
            raise BadInput(f"the scenario {self.manifest['scenario']} has changed since {self.folder} was run; restore it, or run again.")
        return found

    def _source(self) -> str:
        source = self.manifest["source"]
        return source if Path(source).is_file() else self.manifest["scenario"]

    @property
    def record_level(self) -> str:
        """What was kept."""
        return str(self.manifest["record"])

    def _files(self, kind: str) -> list[str]:
        found = sorted(str(path) for path in (self.folder / kind).glob("worlds-*.parquet"))
        if not found and kind != "outcomes" and RECORDS.index(self.record_level) < RECORDS.index(kind):
            raise BadInput(f"{self.folder} has no {kind}; it was run with record={self.record_level!r}.")
        if not found:
            raise BadInput(f"{self.folder} holds no world yet; run it again to go on, or see its failures.")
        return found

    def query(self, sql: str) -> pd.DataFrame:
        """Return the answer to a question in SQL about the tables outcomes, series and events, read from disk as far as it must be.

        Parameters
        ----------
        sql : str
            Such as ``"select outcome, count(*) from outcomes group by outcome"``.
        """
        with duckdb.connect() as connection:
            for kind in RECORDS[: RECORDS.index(self.record_level) + 1]:
                files = ", ".join(quoted(name) for name in self._files(kind))
                connection.execute(f"create view {kind} as select * from read_parquet([{files}])")
            try:
                return connection.execute(sql).df()
            except duckdb.Error as error:
                raise BadInput(f"the question cannot be answered: {error}") from None

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a world."""
        return self.query("select * from outcomes")

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
        self._files("series")
        indices = [name for name in SERIES if name in set(indices)]
        frame = self.query(f"select {', '.join(['world', *indices])} from series")
        worlds = frame["world"].to_numpy().reshape(-1, self.months)[:, 0]
        values = frame[indices].to_numpy().reshape(len(worlds), self.months, len(indices))
        return series_dataset(values, self.scenario, worlds, indices)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world in the order they were told."""
        return self._told(f"where world = {int(world)}")

    def _told(self, where: str) -> pd.DataFrame:
        self._files("events")
        # Few words, many rows: read as an enumeration a word is a byte, and a date is shared.
        types = "".join(f"create type {word}_word as enum (select distinct {word} from events order by {word}); " for word in (*WORDS, "date"))
        words = ", ".join(f"{word}::{word}_word as {word}" for word in (*WORDS, "date"))
        told = self.query(f"{types} select * replace ({words}) from events {where}")
        return told.assign(date=told["date"].astype(str), **{word: told[word].cat.as_unordered() for word in WORDS})

    def _small(self, what: str) -> None:
        if self.worlds > 20 * IN_MEMORY:
            raise BadInput(f"{what} of {self.worlds} worlds do not fit into memory; ask `query` for what you need of them.")

    def score(self) -> pd.DataFrame:
        """Score the worlds against the record, reading from disk only what its figures speak of."""
        from ..record import needed, score
        if self.record is None:
            return Ensemble.score(self)  # type: ignore[arg-type] # says what to do
        kinds, indices = needed(self.record)
        events = self._told("where kind in (" + ", ".join(quoted(kind) for kind in kinds) + ")")
        return score(self.record, self.outcomes, self.series_of(indices), events, self.scenario)

    @property
    def failures(self) -> pd.DataFrame:
        """Failed worlds."""
        rows = [row for path in sorted((self.folder / "failures").glob("worlds-*.json")) for row in json.loads(path.read_text(encoding="utf-8"))]
        return pd.DataFrame(rows, columns=["world", "seed", "error", "traceback"])

    record = Ensemble.record  # the same fact table as an ensemble in memory


def open_run(path: str | Path) -> StoredRun:
    """Open a run folder for reading.

    Raises
    ------
    BadInput
        When the folder holds no run or a damaged one.
    """
    return StoredRun(Path(path))
