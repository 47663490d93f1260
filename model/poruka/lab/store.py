"""A run as a folder: a manifest and Parquet shards written under temporary names and renamed, so that a kill loses at most what is in flight."""

import json
import os
import platform
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..ensemble import RECORDS, Ensemble
from ..errors import BadInput
from ..jit import fingerprint
from ..runner import CHUNK, Runner, chunk_starts, compile_aloud, failures_frame, join, play_chunks, wants_telling
from ..scenario import Scenario
from ..scenario_keys import recipe_of
from .stored import WORDS, StoredRun, quoted

PARTS = (*RECORDS, "failures")
SHARD = 10 * CHUNK
"""Worlds of one shard."""


def _manifest(scenario: Scenario, worlds: int, seed: int, months: int, record: str) -> dict[str, Any]:
    versions = {name: version(name) for name in ("numpy", "numba", "mesa", "duckdb")}
    source = str(scenario.folder / f"{scenario.name}.toml")
    return {"format": 1, "scenario": scenario.name, "source": source, "digest": scenario.digest, "kernels": fingerprint(),
            "worlds": worlds, "seed": seed, "months": months, "record": record, "recipe": recipe_of(scenario),
            "resolved": scenario.resolved(), "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
            "python": platform.python_version(), "versions": versions, "finished": False}


def results_folder(out: Path) -> Path:
    """Make the folder of results, before anything is played; a place where nobody may write is refused."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{out} cannot be made ({error.strerror}); give a folder where you may write.") from None
    return out


def write_text(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it."""
    draft = path.with_name(path.name + f".{os.getpid()}.part")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    draft = path.with_name(path.name + f".{os.getpid()}.part")
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(f"copy frame to {quoted(draft)} (format parquet, compression zstd)")
    os.replace(draft, path)


def is_finished(out: Path, manifest: dict[str, Any]) -> bool:
    """Return whether this very run lies finished in a folder; refuse a folder that holds anything else. Nothing is written."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file; give a folder for the run.")
    known = out / "manifest.json"
    if known.exists():
        try:
            there = dict(json.loads(known.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise BadInput(f"{known} cannot be read as a manifest; give another folder, or remove this one.") from None
        same = all(there.get(key) == manifest[key] for key in ("digest", "kernels", "worlds", "seed", "months", "record"))
        if not same:
            raise BadInput(f"{out} holds another run ({there.get('scenario')}, {there.get('worlds')} worlds, seed {there.get('seed')}); "
                           "give another folder, or remove that one.")
        return bool(there.get("finished"))
    if out.is_dir() and any(out.iterdir()):
        raise BadInput(f"{out} is not empty and holds no run; give a new or empty folder.")
    return False


def finished_run(scenario: Scenario, worlds: int, seed: int, months: int, record: str, out: Path) -> bool:
    """Return whether this very run lies finished in a folder; see :func:`is_finished`."""
    return is_finished(out, _manifest(scenario, worlds, seed, months, record))


def _make(out: Path, manifest: dict[str, Any]) -> None:
    try:
        for part in PARTS:
            (out / part).mkdir(parents=True, exist_ok=True)
        if not (out / "manifest.json").exists():
            write_text(out / "manifest.json", json.dumps(manifest, indent=1))
    except OSError as error:
        raise BadInput(f"{out} cannot be written ({error.strerror}); give a folder where you may write.") from None


def _shard(out: Path, kind: str, first: int) -> Path:
    return out / kind / f"worlds-{first:09d}.{'json' if kind == 'failures' else 'parquet'}"


def _done(out: Path, worlds: int) -> set[int]:
    """Return the shards that are complete: their outcomes are there, or every one of their worlds failed."""
    done = {int(path.stem.split("-")[1]) for path in (out / "outcomes").glob("worlds-*.parquet")}
    for path in (out / "failures").glob("worlds-*.json"):
        first = int(path.stem.split("-")[1])
        if len(json.loads(path.read_text(encoding="utf-8"))) == min(SHARD, worlds - first):
            done.add(first)
    return done


def run_to_disk(scenario: Scenario, worlds: int, seed: int, threads: int | None, months: int, record: str, out: Path, progress: Any) -> StoredRun:
    """Play worlds into a folder, shard by shard; shards that are there already are not played again."""
    manifest = _manifest(scenario, worlds, seed, months, record)
    if is_finished(out, manifest):
        return StoredRun(out, scenario)
    compile_aloud(scenario, quiet=not wants_telling(progress))
    _make(out, manifest)
    runner = Runner(scenario, seed, months, record)
    done = _done(out, worlds)
    firsts = [first for first in chunk_starts(worlds) if first - first % SHARD not in done]
    due = Counter(first - first % SHARD for first in firsts)
    waiting: dict[int, dict[int, Any]] = {}
    for first, part in play_chunks(runner, firsts, worlds, threads, progress):
        shard = first - first % SHARD
        waiting.setdefault(shard, {})[first] = part
        if len(waiting[shard]) == due[shard]:
            _write_shard(out, shard, waiting.pop(shard), runner)
    stored = StoredRun(out, scenario)
    stored.manifest |= {"finished": True, "counts": {"played": worlds, "failed": len(stored.failures)}}
    write_text(out / "manifest.json", json.dumps(stored.manifest, indent=1))
    return stored


def _write_shard(out: Path, shard: int, parts: dict[int, Any], runner: Runner) -> None:
    raw = join([parts[first] for first in sorted(parts)])
    failed = failures_frame(runner)
    failed = failed[failed["world"].isin(raw["outcomes"]["world"])]
    small = Ensemble(runner.scenario, runner.seed, len(raw["outcomes"]), runner.months, runner.record, raw, failed)
    if len(small.outcomes):
        if runner.record == "events":
            _write_frame(small.events.astype(dict.fromkeys(WORDS, str)), _shard(out, "events", shard))
        if runner.record != "outcomes":
            _write_frame(small.series.to_dataframe().reset_index(), _shard(out, "series", shard))
    if len(failed):
        write_text(_shard(out, "failures", shard), json.dumps([[int(w), int(s), e, t] for w, s, e, t in failed.itertuples(index=False)]))
    if len(small.outcomes):
        _write_frame(small.outcomes, _shard(out, "outcomes", shard))  # last: its presence says the shard is complete
