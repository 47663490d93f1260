"""The chunk files of a run as DuckDB sees them: names of their own, in front of files that were
opened and compared with their checksums here.

DuckDB is never given a path. A path may hold the signs of a pattern (`*`, `?`, `[`) or look like a
partition (`world=7`), may not be text in UTF-8, and may lead elsewhere between the comparison of a
checksum and the reading. It is given names such as `run://events/worlds-000000400.parquet`, and
reads from the very file whose checksum was compared; nothing can be written through these names.
"""

import io
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import duckdb
import pandas as pd
from fsspec import AbstractFileSystem

from poruka.runs.chunk_files import chunk_name, sql_literal
from poruka.runs.chunks import Chunk
from poruka.runs.inventory import FileState, file_state, open_table
from poruka.utils.checksums import open_file_sha256
from poruka.utils.errors import BadInput
from poruka.utils.resources import available_processors

_PROTOCOL = "run"


class TableFile(NamedTuple):
    """The file of one table of one chunk, as its receipt describes it.

    Attributes
    ----------
    folder : Path
        Folder of the run.
    kind : str
        outcomes, series or events.
    chunk : Chunk
    bytes : int
    sha256 : str
    """

    folder: Path
    kind: str
    chunk: Chunk
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """Its path inside the folder of the run."""
        return f"{self.kind}/{chunk_name(self.chunk)}.parquet"

    @property
    def url(self) -> str:
        """The name by which DuckDB asks for it."""
        return f"{_PROTOCOL}://{self.name}"


def table_files(folder: Path, kind: str, receipts: Iterable[Mapping[str, Any]]) -> list[TableFile]:
    """Return the files of a table that receipts describe."""
    return [
        TableFile(
            folder,
            kind,
            Chunk(receipt["first"], receipt["count"]),
            receipt["files"][kind]["bytes"],
            receipt["files"][kind]["sha256"],
        )
        for receipt in receipts
        if kind in receipt["files"]
    ]


def open_verified(file: TableFile, verified: dict[str, FileState]) -> BinaryIO:
    """Open a table whose checksum is right; a BadInput says what is wrong with it.

    A file that has not changed at all since its checksum was compared is not compared again.
    """
    opened = open_table(file.folder, file.kind, file.chunk, file._asdict())
    try:
        state = file_state(opened)
        if verified.get(file.name) != state:
            if open_file_sha256(opened) != file.sha256 or file_state(opened) != state:
                raise BadInput(f"{file.name} does not match its checksum")
            verified[file.name] = state
    except BaseException:
        opened.close()
        raise
    return opened


def verify_tables(files: Iterable[TableFile], verified: dict[str, FileState]) -> str:
    """Compare the checksums of tables; return what is wrong with the first bad one, or nothing."""

    def error_of(file: TableFile) -> str:
        try:
            open_verified(file, verified).close()
        except (BadInput, OSError) as error:
            return str(error).rstrip(".")
        return ""

    with ThreadPoolExecutor(available_processors()) as pool:
        return next(filter(None, pool.map(error_of, files)), "")


class _SharedReader(io.RawIOBase):
    """An open file with a position for each thread: DuckDB lets several threads move and read the
    same file, one call after the other, and each must read where it moved to.
    """

    def __init__(self, file: BinaryIO):
        self._file, self._lock = file, threading.Lock()
        self._size = os.fstat(file.fileno()).st_size
        self._positions: dict[int, int] = {}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._size}[whence]
        self._positions[threading.get_ident()] = base + offset
        return base + offset

    def tell(self) -> int:
        return self._positions.get(threading.get_ident(), 0)

    def read(self, size: int = -1) -> bytes:
        position = self.tell()
        size = self._size - position if size is None or size < 0 else size
        with self._lock:
            self._file.seek(position)
            content = self._file.read(max(0, size))
        self.seek(position + len(content))
        return content

    def close(self) -> None:
        self._file.close()
        super().close()


class RunFileSystem(AbstractFileSystem):  # type: ignore[misc] # fsspec has no types
    """The tables of one run for one DuckDB connection; read only."""

    protocol = _PROTOCOL
    cachable = False

    def __init__(self, verified: dict[str, FileState]):
        super().__init__(skip_instance_cache=True)
        self.files: dict[str, TableFile] = {}
        self.errors: list[str] = []
        self._verified = verified

    def _known(self, path: str) -> TableFile:
        name = path.removeprefix(f"{_PROTOCOL}://")
        if name not in self.files:
            raise FileNotFoundError(f"{name} is no table of this run")
        return self.files[name]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        if mode != "rb":
            raise PermissionError("the tables of a run are read only")
        file = self._known(path)
        try:
            return _SharedReader(open_verified(file, self._verified))
        except (BadInput, OSError) as error:
            self.errors.append(str(error).rstrip("."))
            raise

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the one file of a name; names are never patterns."""
        return [self._known(path).url]

    def exists(self, path: str, **_: Any) -> bool:
        """Return whether there is a table of this name."""
        return path.removeprefix(f"{_PROTOCOL}://") in self.files

    isfile = exists

    def isdir(self, path: str) -> bool:
        """Return whether a name is that of a folder: none is."""
        return False

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return the size of a table."""
        return {"name": path, "size": self._known(path).bytes, "type": "file"}

    def modified(self, path: str) -> datetime:
        """Return a fixed time: under these names content never changes."""
        return datetime.fromtimestamp(0, UTC)


def connect_tables(
    tables: Mapping[str, list[TableFile]], verified: dict[str, FileState]
) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """Return a DuckDB connection with a view of each table, and the list of damage it meets.

    Parameters
    ----------
    tables : mapping
        The files of each table, by its name.
    verified : dict
        States of files whose checksums are known to be right, by name; it is added to.
    """
    system = RunFileSystem(verified)
    connection = duckdb.connect()
    try:
        connection.register_filesystem(system)
        for kind, files in tables.items():
            system.files.update({file.name: file for file in files})
            urls = ", ".join(sql_literal(file.url) for file in files)
            connection.execute(
                f"create view {kind} as select * from read_parquet([{urls}],"
                " hive_partitioning = false, union_by_name = false, filename = false)"
            )
    except BaseException as error:
        connection.close()
        if system.errors and isinstance(error, duckdb.Error):
            raise BadInput(system.errors[0]) from None
        raise
    return connection, system.errors


def lock_connection(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read the tables it was given and no other file, for good."""
    # Under this prefix there is nothing but these tables.
    connection.execute(f"set allowed_directories = ['{_PROTOCOL}://']")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def read_tables(
    tables: Mapping[str, list[TableFile]],
    verified: dict[str, FileState],
    prepare: Callable[[duckdb.DuckDBPyConnection], None],
    sql: str,
) -> pd.DataFrame:
    """Return what a query of these tables finds.

    Parameters
    ----------
    tables, verified
        As for :func:`connect_tables`.
    prepare : callable
        Called with the connection before the query.
    sql : str

    Raises
    ------
    BadInput
        When a file that is read is missing or was changed, also while it was read.
    duckdb.Error
        When the query cannot be executed.
    """
    connection, errors = connect_tables(tables, verified)
    with connection:
        prepare(connection)
        try:
            frame = connection.execute(sql).df()
        except duckdb.Error:
            if errors:
                raise BadInput(errors[0]) from None
            raise
    # The files were open while they were read, so none was exchanged; was one written to?
    read = [file for files in tables.values() for file in files if file.name in verified]
    if error := verify_tables(read, verified):
        raise BadInput(error)
    return frame
