"""Run one chunk of simulations and write its tables: Parquet files under draft names and a receipt
that describes them.
"""

import io
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from fsspec import AbstractFileSystem

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.runs.chunks import Chunk
from poruka.scenario.serialize import format_recipe
from poruka.simulation import runner as runner_page
from poruka.simulation.ensemble import outcome_frame_with_forks
from poruka.simulation.frames import events_frame, month_dates
from poruka.simulation.runner import Runner, concatenate_results
from poruka.utils.atomic_files import flush_to_disk
from poruka.utils.checksums import file_sha256
from poruka.utils.resources import available_processors

FailureRow = tuple[int, int, str, str, str]
"""World, seed, error, traceback, parameters."""


class JobCancelled(Exception):
    """The job was cancelled while a chunk was running."""


def sql_literal(text: Any) -> str:
    """Return a text as an SQL literal.

    Examples
    --------
    >>> print(sql_literal("nobody's run"))
    'nobody''s run'
    """
    return "'" + str(text).replace("'", "''") + "'"


class _DraftFile(io.FileIO):
    """A new file, written without a buffer: nothing is left to be written when it is closed, where
    a full disk would go unseen.
    """

    error: OSError | None = None

    def write(self, content: Any) -> int:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self.error = error
            raise
        return len(content)


class _DraftFileSystem(AbstractFileSystem):  # type: ignore[misc] # fsspec has no types
    """The one new file that DuckDB may write; it is never given the path, which need not be text in
    UTF-8 and may hold signs that mean something to it.
    """

    protocol = "draft"
    cachable = False

    def __init__(self, file: _DraftFile):
        super().__init__(skip_instance_cache=True)
        self._file = file

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        if mode != "wb":
            raise PermissionError("a draft is written once")
        return self._file

    def isfile(self, path: str) -> bool:
        return False

    def isdir(self, path: str) -> bool:
        return False


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet and flush it to disk; the same table always gives the same bytes."""
    # Whatever is left under this name, also a link, is replaced and never written through.
    path.unlink(missing_ok=True)
    with _DraftFile(path, "xb") as file, duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.register_filesystem(_DraftFileSystem(file))
        connection.register("frame", frame)
        try:
            connection.execute(
                "copy frame to 'draft://table' (format parquet, compression zstd, parquet_version"
                " v2, use_tmp_file false)"
            )
        finally:
            if file.error is not None:
                raise file.error
    flush_to_disk(path)


def _run_worlds(
    runner: Runner,
    worlds: list[int],
    on_world: Callable[[int], None] | None,
    is_cancelled: Callable[[], bool],
) -> dict[str, np.ndarray] | None:
    def run_block(block: tuple[int, int]) -> dict[str, np.ndarray]:
        if is_cancelled():
            raise JobCancelled
        return runner.run_worlds(*block)

    if on_world is not None:
        # One by one, each announced before it starts, so that the world of a crash is known.
        parts = []
        for world in worlds:
            on_world(world)
            parts.append(run_block((world, 1)))
    elif worlds:
        step, first, end = runner_page.WORLDS_PER_CHUNK, worlds[0], worlds[-1] + 1
        blocks = [(start, min(step, end - start)) for start in range(first, end, step)]
        threads = runner.spec.threads or available_processors()
        if threads > 1:
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(run_block, blocks))
        else:
            parts = [run_block(block) for block in blocks]
    return concatenate_results(parts) if worlds else None


def _build_tables(
    runner: Runner, raw: dict[str, np.ndarray], failed: set[int]
) -> dict[str, pd.DataFrame]:
    """Return the tables of the worlds whose simulation completed."""
    simulated_worlds = raw["outcomes"]["world"]
    is_complete = ~np.isin(simulated_worlds, list(failed))
    tables = {"outcomes": outcome_frame_with_forks(raw, runner.spec, failed)}
    if runner.spec.record != "outcomes":
        values, worlds = raw["series"][is_complete], simulated_worlds[is_complete]
        flat = values.reshape(-1, len(INDEX_DESCRIPTIONS))
        dates = month_dates(runner.spec.scenario, values.shape[1])
        tables["series"] = pd.DataFrame(
            {
                "world": np.repeat(worlds, values.shape[1]),
                "month": np.tile(dates, len(worlds)),
                **{name: flat[:, i] for i, name in enumerate(INDEX_DESCRIPTIONS)},
            }
        )
    if runner.spec.record == "events":
        is_logged = np.repeat(is_complete, raw["told"])
        event_worlds = np.repeat(simulated_worlds, raw["told"])[is_logged]
        tables["events"] = events_frame(
            raw["events"][is_logged], event_worlds, runner.spec.scenario
        )
    return tables


def chunk_name(chunk: Chunk) -> str:
    """Return the name of a chunk's files without their extension.

    Examples
    --------
    >>> chunk_name(Chunk(400, 200))
    'worlds-000000400'
    """
    return f"worlds-{chunk.first:09d}"


def run_and_write_chunk(
    runner: Runner,
    chunk: Chunk,
    drafts: Path,
    run_id: str,
    on_world: Callable[[int], None] | None = None,
    quarantined: Mapping[int, str] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Run a chunk of simulations, write its tables as drafts and return its receipt.

    Parameters
    ----------
    runner : Runner
        Its specification sets the number of threads.
    chunk : Chunk
    drafts : Path
        Folder the tables are written to, as ``<table>-<chunk>.parquet``.
    run_id : str
        Identifier of the run, stored in the receipt.
    on_world : callable, optional
        Called with each world before it is simulated; the worlds are then simulated one by one.
    quarantined : mapping, optional
        Worlds in quarantine, with the reason; they are recorded as failed.
    is_cancelled : callable, optional
        Asked before each block of worlds whether to stop.

    Returns
    -------
    dict
        run, first, count, files (rows, bytes and SHA-256 by table), failures, outcomes (counts).
        It depends on the run and the chunk only, never on when, where or how often it was run.

    Raises
    ------
    JobCancelled
        When ``is_cancelled`` returns true.
    """
    quarantined = quarantined or {}
    chunk_worlds = range(chunk.first, chunk.first + chunk.worlds)
    worlds = [world for world in chunk_worlds if world not in quarantined]
    raw = _run_worlds(runner, worlds, on_world, is_cancelled)
    chunk_failures = [row for row in list(runner.failures) if row[0] in chunk_worlds]
    for row in chunk_failures:
        runner.failures.remove(row)  # they go into the receipt; a long run must not collect them
    recipe = format_recipe(runner.spec.scenario)
    failures: list[FailureRow] = [
        (int(row[0]), int(row[1]), row[2], row[3], recipe)
        for row in {row[0]: row for row in chunk_failures}.values()
    ]
    failures += [
        (world, runner.spec.seed, reason.splitlines()[0], reason, recipe)
        for world, reason in quarantined.items()
    ]
    receipt: dict[str, Any] = {
        "run": run_id,
        "first": chunk.first,
        "count": chunk.worlds,
        "files": {},
        "failures": sorted(failures),
        "outcomes": {},
    }
    if raw is None or len(failures) == chunk.worlds:
        return receipt
    tables = _build_tables(runner, raw, {row[0] for row in failures})
    for kind, table in tables.items():
        path = drafts / f"{kind}-{chunk_name(chunk)}.parquet"
        write_parquet(table, path)
        receipt["files"][kind] = {
            "rows": len(table),
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
    receipt["outcomes"] = dict(sorted(Counter(tables["outcomes"]["outcome"]).items()))
    return receipt
