"""The job database of a run: the state, worker and attempts of every chunk, in an SQLite file that
other processes can read while the run goes on.

The receipts beside the chunk files decide what is finished. The database repeats this and adds the
working state of a job: which worker runs which chunk, failed attempts, how often a chunk killed its
worker. If it is lost or damaged, it is rebuilt from the receipts and only that state is lost.
"""

import contextlib
import json
import os
import socket
import sqlite3
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from poruka.runs.chunks import Chunk
from poruka.runs.manifest import JOB_DATABASE_FILE, is_valid_manifest
from poruka.utils.checksums import with_checksum
from poruka.utils.contained_files import contained_path, is_regular_file
from poruka.utils.contained_writing import (
    refuse_second_names,
    refuse_special_files,
    remove_file_inside,
)
from poruka.utils.errors import BadInput

MAX_DATABASE_BYTES, MAX_READING_SECONDS = 2**32, 20.0
"""Largest size of a job database that is read, and the longest time it may take: a million chunks
take a fraction of both.
"""

_SCHEMA = """
create table if not exists run (manifest text not null);
create table if not exists chunks (
  first integer primary key, count integer not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'kept')),
  attempts integer not null default 0, kills integer not null default 0,
  worker integer, host text, seconds real, failed integer, files text);
create table if not exists sessions (
  number integer primary key, host text, pid integer, began text, hands text,
  worlds integer not null default 0, seconds real, ended text);
"""


DATABASE_FILES = tuple(
    f"{JOB_DATABASE_FILE}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")
)
"""The job database and the files that SQLite keeps beside it."""


def _expected_schema() -> list[tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        return _read_schema(connection)


def _read_schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "select name, sql from sqlite_master where sql is not null order by name limit 100"
    ).fetchall()


def _require_known_schema(connection: sqlite3.Connection) -> None:
    """Refuse a database with other tables, views or triggers, whose SQL would be carried out."""
    connection.execute("pragma trusted_schema = off")
    if _read_schema(connection) != _expected_schema():
        raise sqlite3.DatabaseError("the job database has other tables than it is written with")


class JobDatabase:
    """The job database of a run, written by the one process that runs its simulations.

    Raises
    ------
    BadInput
        When it, or a file SQLite keeps beside it, is a link or has a second name elsewhere.
    """

    def __init__(self, folder: Path):
        self.path, self.was_damaged = folder / JOB_DATABASE_FILE, False
        refuse_special_files(folder, DATABASE_FILES, depth=0)
        # Unlike other files it is written in place, and so under all of its names.
        refuse_second_names(folder, DATABASE_FILES)
        # It can name another file, which SQLite would remove.
        remove_file_inside(folder, f"{JOB_DATABASE_FILE}-journal")
        try:
            self._open()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # A damaged file is set aside for inspection, and a new database is created.
            self.close()
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    os.replace(f"{self.path}{suffix}", f"{self.path}{suffix}.damaged")
            self.was_damaged = True
            self._open()

    def _open(self) -> None:
        self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=10.0)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        if self._connection.execute("pragma quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
        self._connection.executescript(_SCHEMA)
        _require_known_schema(self._connection)
        self._connection.execute(
            "select first, count, state, attempts, kills, worker, host, seconds, failed, files from"
            " chunks limit 1"
        )

    def register_chunks(
        self,
        manifest: Mapping[str, Any],
        chunks: Iterable[Chunk],
        finished: Mapping[int, Mapping[str, Any]],
    ) -> None:
        """Store the manifest, all chunks and the finished ones; no chunk counts as running."""
        with self._transaction():
            self._connection.execute("delete from run")
            self._connection.execute(
                "insert into run values (?)", (json.dumps(with_checksum(manifest)),)
            )
            self._connection.executemany(
                "insert or ignore into chunks (first, count) values (?, ?)", chunks
            )
            self._connection.execute(
                "update chunks set state = 'waiting', files = null, failed = null"
            )
            self._connection.executemany(
                "update chunks set state = 'kept', failed = ?, files = ? where first = ?",
                [
                    (len(receipt["failures"]), json.dumps(receipt["files"]), first)
                    for first, receipt in finished.items()
                ],
            )

    @contextlib.contextmanager
    def _transaction(self) -> Any:
        self._connection.execute("begin immediate")
        try:
            yield
            self._connection.execute("commit")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("rollback")
            raise

    def has_unfinished_session(self) -> bool:
        """Return whether an earlier session ended without closing, as in a crash."""
        return (
            self._connection.execute(
                "select count(*) from sessions where ended is null"
            ).fetchone()[0]
            > 0
        )

    def worker_deaths(self) -> dict[int, int]:
        """Return how many workers died while running each chunk."""
        return dict(
            self._connection.execute("select first, kills from chunks where kills > 0").fetchall()
        )

    def open_session(self, workers: str) -> None:
        """Open a session with a description of its workers."""
        self._connection.execute("update sessions set ended = 'died' where ended is null")
        now = time.strftime("%Y-%m-%d %H:%M:%S")  # for readers; no decision depends on it
        self._session_id = self._connection.execute(
            "insert into sessions (host, pid, began, hands) values (?, ?, ?, ?)",
            (socket.gethostname(), os.getpid(), now, workers),
        ).lastrowid
        self._session_start = time.monotonic()

    def log_start(self, chunk: Chunk, worker: int, host: str) -> None:
        """Log that a worker has started a chunk."""
        self._connection.execute(
            "update chunks set state = 'running', attempts = attempts + 1, worker = ?, host = ?"
            " where first = ?",
            (worker, host, chunk.first),
        )

    def log_worker_death(self, chunk: Chunk) -> None:
        """Log that a worker died while running a chunk."""
        self._connection.execute(
            "update chunks set kills = kills + 1 where first = ?", (chunk.first,)
        )

    def log_commit(self, receipt: Mapping[str, Any], seconds: float) -> None:
        """Log that a chunk is finished and on disk."""
        with self._transaction():
            self._connection.execute(
                "update chunks set state = 'kept', worker = null, host = null, seconds = ?, failed"
                " = ?, files = ? where first = ?",
                (seconds, len(receipt["failures"]), json.dumps(receipt["files"]), receipt["first"]),
            )
            self._connection.execute(
                "update sessions set worlds = worlds + ?, seconds = ? where number = ?",
                (receipt["count"], time.monotonic() - self._session_start, self._session_id),
            )

    def close_session(self, status: str) -> None:
        """Close the session with its final status."""
        self._connection.execute(
            "update chunks set state = 'waiting', worker = null, host = null where state ="
            " 'running'"
        )
        self._connection.execute(
            "update sessions set ended = ?, seconds = ? where number = ?",
            (status, time.monotonic() - self._session_start, self._session_id),
        )

    def close(self) -> None:
        """Close the database file."""
        with contextlib.suppress(sqlite3.Error, AttributeError):
            self._connection.close()


def _database_is_readable(folder: Path) -> bool:
    """Return whether the database and the files SQLite reads with it are files of the folder."""
    sizes = []
    for suffix in ("", "-wal", "-shm", "-journal"):
        try:
            path = contained_path(folder, JOB_DATABASE_FILE + suffix)
        except BadInput:
            return False
        if is_regular_file(folder, path.name):
            sizes.append(path.stat().st_size)
        elif os.path.lexists(path) or not suffix:
            return False
    return sum(sizes) <= MAX_DATABASE_BYTES


def read_job_database(folder: Path) -> dict[str, Any] | None:
    """Return the content of a job database, or None where it cannot be read. Nothing is written.

    The content is the chunks by state, the finished ones, the sessions and the manifest, None where
    it is not a valid one. Read-only folders can be read, too.
    """
    if not _database_is_readable(folder):
        return None
    path = (folder / JOB_DATABASE_FILE).resolve()
    # Where no process is writing, SQLite would leave files beside the database though it only
    # reads, unless it is told that nothing changes.
    modes = ["mode=ro&immutable=1", "mode=ro"]
    if os.path.lexists(f"{path}-wal"):
        modes.reverse()
    for mode in modes:
        try:
            with contextlib.closing(
                sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=5.0)
            ) as connection:
                return _read_tables(connection)
        except (sqlite3.Error, ValueError, TypeError, RecursionError, MemoryError):
            continue
    return None


def _read_tables(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """Return the content of an open job database, None where it is damaged or another one."""
    give_up = time.monotonic() + MAX_READING_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > give_up, 100_000)
    if connection.execute("pragma quick_check").fetchone()[0] != "ok":
        return None
    _require_known_schema(connection)
    names = ("number", "host", "pid", "began", "hands", "worlds", "seconds", "ended")
    row = connection.execute("select manifest from run").fetchone()
    manifest = json.loads(row[0]) if row else None
    return {
        "states": dict(
            connection.execute("select state, count(*) from chunks group by state").fetchall()
        ),
        "kept": {
            first: json.loads(files)
            for first, files in connection.execute(
                "select first, files from chunks where state = 'kept'"
            )
            if isinstance(first, int)
        },
        "sessions": [
            dict(zip(names, row, strict=True))
            for row in connection.execute(
                f"select {', '.join(names)} from sessions order by number"
            )
        ],
        "manifest": manifest if is_valid_manifest(manifest) else None,
    }
