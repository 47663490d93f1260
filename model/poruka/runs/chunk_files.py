"""A chunk of worlds on its way to disk: played, turned into tables, written as Parquet under draft
names and described by a receipt.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from poruka.engine.index_series import SERIES
from poruka.runs.chunks import Chunk
from poruka.scenario.serialize import parameters_of
from poruka.simulation import runner as runner_page
from poruka.simulation.ensemble import outcomes_of
from poruka.simulation.frames import events_frame, months_index
from poruka.simulation.runner import Runner, join
from poruka.utils.atomic_files import onto_disk
from poruka.utils.checksums import checksum
from poruka.utils.resources import processors

Failure = tuple[int, int, str, str, str]
"""World, seed, error, traceback, parameters."""


class Stopped(Exception):
    """The batch was called off while a chunk was being played."""


def quoted(text: Any) -> str:
    """Return a text as SQL writes it.

    Examples
    --------
    >>> print(quoted("nobody's run"))
    'nobody''s run'
    """
    return "'" + str(text).replace("'", "''") + "'"


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet and see it onto the disk; the same table always gives the same
    bytes.
    """
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.register("frame", frame)
        connection.execute(
            f"copy frame to {quoted(path)} (format parquet, compression zstd, parquet_version v2)"
        )
    onto_disk(path)


def _played(
    runner: Runner,
    worlds: list[int],
    tell: Callable[[int], None] | None,
    stopped: Callable[[], bool],
) -> dict[str, np.ndarray] | None:
    def one(piece: tuple[int, int]) -> dict[str, np.ndarray]:
        if stopped():
            raise Stopped
        return runner.chunk(*piece)

    if tell is not None:  # on probation: one by one, each announced, so that whoever dies is known
        parts = []
        for world in worlds:
            tell(world)
            parts.append(one((world, 1)))
    elif worlds:
        step, first, end = runner_page.CHUNK, worlds[0], worlds[-1] + 1
        pieces = [(at, min(step, end - at)) for at in range(first, end, step)]
        threads = runner.spec.threads or processors()
        if threads > 1:
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(one, pieces))
        else:
            parts = [one(piece) for piece in pieces]
    return join(parts) if worlds else None


def _tables(
    runner: Runner, raw: dict[str, np.ndarray], failed: set[int]
) -> dict[str, pd.DataFrame]:
    """Return the tables of the worlds that were played to their end."""
    played = raw["outcomes"]["world"]
    kept = ~np.isin(played, list(failed))
    tables = {"outcomes": outcomes_of(raw, runner.spec, failed)}
    if runner.spec.record != "outcomes":
        values, worlds = raw["series"][kept], played[kept]
        flat = values.reshape(-1, len(SERIES))
        dates = months_index(runner.spec.scenario, values.shape[1])
        tables["series"] = pd.DataFrame(
            {
                "world": np.repeat(worlds, values.shape[1]),
                "month": np.tile(dates, len(worlds)),
                **{name: flat[:, i] for i, name in enumerate(SERIES)},
            }
        )
    if runner.spec.record == "events":
        told = np.repeat(kept, raw["told"])
        tables["events"] = events_frame(
            raw["events"][told], np.repeat(played, raw["told"])[told], runner.spec.scenario
        )
    return tables


def name_of(chunk: Chunk) -> str:
    """Return the name of a chunk's files without their ending.

    Examples
    --------
    >>> name_of(Chunk(400, 200))
    'worlds-000000400'
    """
    return f"worlds-{chunk.first:09d}"


def play_chunk(
    runner: Runner,
    chunk: Chunk,
    drafts: Path,
    run: str,
    tell: Callable[[int], None] | None = None,
    skip: Mapping[int, str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Play a chunk, write its tables into the folder of drafts and return its receipt.

    Parameters
    ----------
    runner : Runner
        Its request says on how many threads the chunk is played.
    chunk : Chunk
    drafts : Path
        Where the tables go, as ``<table>-<chunk>.parquet``.
    run : str
        Identity of the run, kept in the receipt.
    tell : callable, optional
        Told each world before it is played; they are then played one by one.
    skip : mapping, optional
        Worlds in quarantine, with the reason.

    Returns
    -------
    dict
        run, first, count, files (rows, bytes and SHA-256 by table), failures, outcomes (how often
        each). It depends on the run and the chunk only, never on when, where or how often it was
        played.
    """
    skip = skip or {}
    raw = _played(
        runner,
        [world for world in range(chunk.first, chunk.first + chunk.worlds) if world not in skip],
        tell,
        stopped,
    )
    mine = [
        row for row in list(runner.failures) if chunk.first <= row[0] < chunk.first + chunk.worlds
    ]
    for row in mine:
        runner.failures.remove(row)  # they go into the receipt; a long run must not gather them
    asked = parameters_of(runner.spec.scenario)
    failures: list[Failure] = [
        (int(row[0]), int(row[1]), row[2], row[3], asked)
        for row in {row[0]: row for row in mine}.values()
    ]
    failures += [
        (world, runner.spec.seed, reason.splitlines()[0], reason, asked)
        for world, reason in skip.items()
    ]
    receipt: dict[str, Any] = {
        "run": run,
        "first": chunk.first,
        "count": chunk.worlds,
        "files": {},
        "failures": sorted(failures),
        "outcomes": {},
    }
    if raw is None or len(failures) == chunk.worlds:
        return receipt
    tables = _tables(runner, raw, {row[0] for row in failures})
    for kind, table in tables.items():
        path = drafts / f"{kind}-{name_of(chunk)}.parquet"
        write_frame(table, path)
        receipt["files"][kind] = {
            "rows": len(table),
            "bytes": path.stat().st_size,
            "sha256": checksum(path),
        }
    receipt["outcomes"] = dict(sorted(Counter(tables["outcomes"]["outcome"]).items()))
    return receipt
