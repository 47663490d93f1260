"""A run as a folder: a manifest and Parquet shards written under temporary names and renamed, so that a kill loses at most what is in flight."""

import json
import os
import platform
import shutil
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from ..ensemble import IN_MEMORY, Ensemble
from ..errors import BadInput
from ..jit import fingerprint
from ..runner import CHUNK, Runner, failures_frame, play_chunks
from ..scenario import Scenario, load

SHARD = 10 * CHUNK
"""Worlds of one shard."""


def _manifest(scenario: Scenario, worlds: int, seed: int, months: int, record: str) -> dict[str, Any]:
    versions = {name: version(name) for name in ("numpy", "numba", "mesa", "duckdb")}
    source = str(scenario.folder / f"{scenario.name}.toml")
    return {"format": 1, "scenario": scenario.name, "source": source, "digest": scenario.digest, "kernels": fingerprint(),
            "worlds": worlds, "seed": seed, "months": months, "record": record, "changes": dict(scenario.moved),
            "without": sorted({*scenario.off, *scenario.dropped}), "resolved": scenario.resolved(), "python": platform.python_version(),
            "versions": versions, "finished": False, "failures": []}


def write_text(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it."""
    draft = path.with_name(path.name + f".{os.getpid()}.part")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    draft = path.with_name(path.name + f".{os.getpid()}.part")
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(f"copy frame to '{draft}' (format parquet, compression zstd)")
    os.replace(draft, path)


def _prepare(out: Path, manifest: dict[str, Any]) -> bool:
    """Make the folder of a run; return whether this very run lies there finished already."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file; give a folder for the run.")
    known = out / "manifest.json"
    if known.exists():
        try:
            there = json.loads(known.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            raise BadInput(f"{known} cannot be read as a manifest; give another folder, or remove this one.") from None
        same = all(there.get(key) == manifest[key] for key in ("digest", "kernels", "worlds", "seed", "months", "record"))
        if not same:
            raise BadInput(f"{out} holds another run ({there.get('scenario')}, {there.get('worlds')} worlds, seed {there.get('seed')}); "
                           "give another folder, or remove that one.")
        return bool(there.get("finished"))
    if out.is_dir() and any(out.iterdir()):
        raise BadInput(f"{out} is not empty and holds no run; give a new or empty folder.")
    try:
        for part in ("outcomes", "series", "events"):
            (out / part).mkdir(parents=True, exist_ok=True)
        write_text(known, json.dumps(manifest, indent=1))
    except OSError as error:
        raise BadInput(f"{out} cannot be written ({error.strerror}); give a folder where you may write.") from None
    return False


def _shard(out: Path, kind: str, first: int) -> Path:
    return out / kind / f"worlds-{first:09d}.parquet"


def run_to_disk(scenario: Scenario, worlds: int, seed: int, threads: int | None, months: int, record: str, out: Path, progress: Any) -> "StoredRun":
    """Play worlds into a folder, shard by shard; shards that are there already are not played again."""
    manifest = _manifest(scenario, worlds, seed, months, record)
    if _prepare(out, manifest):
        return StoredRun(out, scenario)
    runner = Runner(scenario, seed, months, record)
    done = {int(path.stem.split("-")[1]) for path in (out / "outcomes").glob("worlds-*.parquet")}
    firsts = [first for first in range(0, worlds, CHUNK) if first - first % SHARD not in done]
    waiting: dict[int, dict[int, Any]] = {}
    for first, part in play_chunks(runner, firsts, worlds, threads, progress):
        shard = first - first % SHARD
        waiting.setdefault(shard, {})[first] = part
        if len(waiting[shard]) == len(range(shard, min(shard + SHARD, worlds), CHUNK)):
            _write_shard(out, scenario, shard, waiting.pop(shard), months, record, runner, seed)
    manifest["failures"] = [[int(w), int(s), e, t] for w, s, e, t in sorted(runner.failures)]
    manifest["finished"] = True
    write_text(out / "manifest.json", json.dumps(manifest, indent=1))
    return StoredRun(out, scenario)


def _write_shard(out: Path, scenario: Scenario, shard: int, parts: dict[int, Any], months: int, record: str, runner: Runner, seed: int) -> None:
    from ..runner import join
    raw = join([parts[first] for first in sorted(parts)])
    small = Ensemble(scenario, seed, len(raw["outcomes"]), months, record, raw, failures_frame(runner))
    if record == "events":
        _write_frame(small.events.astype({"kind": str, "rule": str, "instrument": str, "actor": str, "target": str}), _shard(out, "events", shard))
    if record != "outcomes":
        _write_frame(small.series.to_dataframe().reset_index(), _shard(out, "series", shard))
    _write_frame(small.outcomes, _shard(out, "outcomes", shard))  # last: its presence says the shard is complete


class StoredRun:
    """A run on disk with the same tables as an ensemble, read when asked for."""

    def __init__(self, folder: Path, scenario: Scenario | None = None):
        self.folder = Path(folder)
        path = self.folder / "manifest.json"
        if not path.is_file():
            raise BadInput(f"{folder} holds no run (no manifest.json); give the folder that --out named.")
        try:
            self.manifest = json.loads(path.read_text(encoding="utf-8"))
            self.seed, self.worlds, self.months = (int(self.manifest[key]) for key in ("seed", "worlds", "months"))
        except (OSError, ValueError, KeyError):
            raise BadInput(f"{path} cannot be read as a manifest; the folder is damaged, run it again into a new one.") from None
        self._scenario = scenario

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that was run; an error if its file has changed since."""
        found = self._scenario or load(self._source()).change(self.manifest["changes"]).without(*self.manifest["without"])
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

    def _query(self, kind: str, order: str) -> pd.DataFrame:
        pattern = self.folder / kind / "worlds-*.parquet"
        if not any((self.folder / kind).glob("worlds-*.parquet")):
            raise BadInput(f"{self.folder} has no {kind}; it was run with record={self.record_level!r}.")
        with duckdb.connect() as connection:
            return connection.execute(f"select * from read_parquet('{pattern}') order by {order}").df()

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a world."""
        return self._query("outcomes", "world")

    @cached_property
    def series(self) -> Any:
        """Monthly indices as an xarray Dataset."""
        from ..measures import SERIES
        from ..telling import series_dataset
        self._small("series")
        frame = self._query("series", "world, month")
        worlds = frame["world"].unique()
        values = frame[list(SERIES)].to_numpy().reshape(len(worlds), self.months, len(SERIES))
        return series_dataset(values, self.scenario, np.asarray(worlds))

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event of every world."""
        self._small("events")
        return self._query("events", "world, month")

    def _small(self, what: str) -> None:
        if self.worlds > 20 * IN_MEMORY:
            raise BadInput(f"{what} of {self.worlds} worlds do not fit into memory; query {self.folder / what}/*.parquet with DuckDB instead.")

    @property
    def failures(self) -> pd.DataFrame:
        """Failed worlds."""
        return pd.DataFrame(self.manifest["failures"], columns=["world", "seed", "error", "traceback"])

    record = Ensemble.record  # the same fact table and score as an ensemble in memory
    score = Ensemble.score


def open_run(path: str | Path) -> StoredRun:
    """Open a run folder for reading.

    Raises
    ------
    BadInput
        When the folder holds no run or a damaged one.
    """
    return StoredRun(Path(path))


def remove_run(path: Path) -> None:
    """Remove a run folder, and nothing that is not one."""
    if (path / "manifest.json").is_file():
        shutil.rmtree(path)
