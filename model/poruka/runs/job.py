"""Run the missing chunks of a run folder: its lock, workers, commits and session."""

import contextlib
import errno
import sqlite3
import sys
import time
import uuid
from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import Any

import duckdb

from poruka.engine.state import allocate_world
from poruka.runs.chunks import Chunk, iter_chunks, worlds_text
from poruka.runs.commit import (
    SCENARIO_FOLDER,
    TABLES,
    commit_chunk,
    copy_observed_record,
    discard_chunk,
)
from poruka.runs.dispatch import ChunkEvent, dispatch_chunks
from poruka.runs.interruption import Interruption
from poruka.runs.inventory import RECEIPTS_FOLDER, Inventory, take_inventory
from poruka.runs.job_db import JobDatabase
from poruka.runs.manifest import format_manifest, manifest_is_intact, read_manifest
from poruka.runs.ro_crate import write_ro_crate
from poruka.runs.run_guard import DRAFTS_FOLDER, LOCK_FILE, refuse_if_running, refuse_links_in_run
from poruka.runs.workers import ProcessWorker, ThreadWorker, Worker
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import Runner, compile_rules
from poruka.utils import file_lock
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import (
    make_folder_inside,
    remove_file_inside,
    remove_tree_inside,
    write_inside,
)
from poruka.utils.errors import BadInput, RunStopped
from poruka.utils.progress import Progress, should_show_progress
from poruka.utils.resources import allocate_processors, available_processors

_PERMISSION_ERRNOS = (errno.EACCES, errno.EPERM, errno.EROFS)
MIN_MONTHS_FOR_PROCESSES = 40_000
"""Simulated months from which worker processes are started; below, threads are used."""


class Job:
    """One session of a run: from acquiring its lock to releasing it.

    Parameters
    ----------
    out : Path
        Folder of the run.
    manifest : dict
        The run's manifest; see :func:`poruka.runs.manifest.build_manifest`.
    spec : RunSpec
        The same request with the computing resources to use.
    """

    def __init__(self, out: Path, manifest: dict[str, Any], spec: RunSpec):
        self.out, self.manifest, self.spec = out, manifest, spec
        self._interruption = Interruption()
        if manifest["own_rules"] and (spec.processes or spec.cluster):
            raise BadInput(
                f"custom rules ({', '.join(manifest['own_rules'][:3])}) cannot be handed to other"
                " processes; omit processes and cluster."
            )

    def run(
        self,
        progress: Any = None,
        verify_checksums: bool = True,
        rerun_chunks: Collection[int] = (),
    ) -> None:
        """Run the missing and damaged chunks, and those of ``rerun_chunks``.

        Raises
        ------
        BadInput
            When the folder cannot be written or another process is running it.
        RunStopped
            When the run cannot continue; finished chunks are kept.
        """
        refuse_if_running(self.out)
        refuse_links_in_run(self.out, self.manifest)
        with self._cluster_connection() as connection:
            create_results_folder(self.out)
            try:
                # Compiling comes after the lock, so that an unusable folder is refused at once.
                with (
                    file_lock.acquire_lock(self.out / LOCK_FILE),
                    self._interruption.handling_signals(),
                ):
                    compile_rules(self.spec.scenario, quiet=not should_show_progress(progress))
                    self.prepare_folder()
                    self._run_chunks(progress, verify_checksums, rerun_chunks, connection)
            except file_lock.LockHeld:
                refuse_if_running(self.out)
                raise BadInput(
                    f"{self.out} is being run by another process; try again later."
                ) from None
            except OSError as error:
                if error.errno in _PERMISSION_ERRNOS:
                    raise BadInput(
                        f"{self.out} cannot be written ({error.strerror}); give a folder with"
                        " write permission."
                    ) from None
                raise self._stop_error(error.strerror or str(error)) from None
            except (sqlite3.Error, duckdb.Error) as error:
                raise self._stop_error(str(error).splitlines()[0]) from None

    @contextlib.contextmanager
    def _cluster_connection(self) -> Iterator[Any]:
        """Yield a connection to the cluster, or None without one, before anything is written."""
        if self.spec.cluster is None:
            yield None
            return
        from poruka.runs.dask_cluster import cluster_connection

        with cluster_connection(self.spec.cluster) as connection:
            yield connection

    def _stop_error(self, reason: str) -> RunStopped:
        inventory = take_inventory(self.out, self.manifest, verify_checksums=False)
        return RunStopped(
            f"the run was stopped: {reason.rstrip('.')}. {inventory.intact_worlds} of"
            f" {self._world_count()} worlds are kept in {self.out}; solve the problem and"
            f" continue with `poruka resume {self.out}`."
        )

    def _world_count(self) -> int:
        low, high = self.manifest["span"]
        return int(high - low)

    def prepare_folder(self) -> None:
        """Create the folders, remove leftovers of a killed job, and write the manifest."""
        remove_tree_inside(self.out, DRAFTS_FOLDER)
        for path in (*self.out.glob("*.part"), *(self.out / RECEIPTS_FOLDER).glob("*.part")):
            remove_file_inside(self.out, path.relative_to(self.out).as_posix())
        stored = read_manifest(self.out) if manifest_is_intact(self.out) else {}
        if stored.get("worlds", 0) > self.manifest["worlds"]:
            raise BadInput(
                f"{self.out} was given more worlds meanwhile, {stored['worlds']} in all; resume it."
            )
        is_noted = all(
            stored.get(key) == self.manifest.get(key) for key in ("over_numbers", "worlds")
        )
        if not stored or self.manifest["finished"] or not is_noted:
            # Before other files: a folder with files and no manifest is not recognised as a run.
            self._write_manifest(finished=False)
        for name in (*TABLES, RECEIPTS_FOLDER, SCENARIO_FOLDER):
            make_folder_inside(self.out, name)
        copy_observed_record(self.out, self.manifest, self.spec.scenario.record_path)

    def _write_manifest(self, **more: Any) -> None:
        self.manifest = {**self.manifest, **more}
        write_inside(self.out, "manifest.json", content=format_manifest(self.manifest))

    def _run_chunks(
        self, progress: Any, verify_checksums: bool, rerun_chunks: Collection[int], connection: Any
    ) -> None:
        inventory = take_inventory(self.out, self.manifest, verify_checksums)
        for first, error in sorted(inventory.damaged.items()):
            if progress is not False:
                print(
                    f"{error}; {worlds_text(self.manifest, first)} are simulated again",
                    file=sys.stderr,
                )
        for first in (*inventory.damaged, *rerun_chunks):
            discard_chunk(self.out, Chunk(first, 0))
            inventory.intact.pop(first, None)
        chunks = [
            chunk for chunk in iter_chunks(self.manifest) if chunk.first not in inventory.intact
        ]
        database = JobDatabase(self.out)
        try:
            if database.was_damaged and progress is not False:
                print(
                    f"the job database was damaged; it is set aside as {database.path.name}.damaged"
                    " and rebuilt from the receipts",
                    file=sys.stderr,
                )
            after_crash = database.has_unfinished_session() or bool(database.worker_deaths())
            database.register_chunks(self.manifest, iter_chunks(self.manifest), inventory.intact)
            with self._session(database, after_crash, chunks, connection) as (events, workers):
                database.open_session(workers)
                self._process_events(events, database, inventory, progress)
            failed = take_inventory(self.out, self.manifest, verify_checksums=False).failed_worlds
            self._write_manifest(
                finished=True, counts={"played": self._world_count(), "failed": failed}
            )
            write_ro_crate(self.out, self.manifest)
            database.close_session("finished")
            remove_tree_inside(self.out, DRAFTS_FOLDER)
        except BaseException as error:
            is_interrupt = isinstance(error, KeyboardInterrupt)
            # On a full disk even this may fail.
            with contextlib.suppress(sqlite3.Error, AttributeError):
                database.close_session("interrupted" if is_interrupt else f"stopped: {error}"[:400])
            if isinstance(error, RunStopped):
                raise self._stop_error(str(error)) from None
            raise
        finally:
            database.close()

    def _process_events(
        self,
        events: Iterator[ChunkEvent],
        database: JobDatabase,
        inventory: Inventory,
        progress: Any,
    ) -> None:
        """Commit finished chunks and log every event in the job database."""
        bar = Progress(self._world_count(), progress, already_done=inventory.intact_worlds)
        self._progress = bar
        for receipt in inventory.intact.values():
            bar.outcomes.update(receipt["outcomes"])
        bar.failed = inventory.failed_worlds
        started_at: dict[int, float] = {}
        try:
            for event, chunk, details in events:
                self._interruption.raise_if_requested()
                if event == "done":
                    commit_chunk(self.out, self._drafts_folder, details)
                    now = time.monotonic()
                    database.log_commit(details, now - started_at.get(chunk.first, now))
                    bar.add(chunk.worlds, len(details["failures"]), details["outcomes"])
                elif event == "killed":
                    database.log_worker_death(chunk)
                else:
                    started_at[chunk.first] = time.monotonic()
                    database.log_start(chunk, *details)
        finally:
            bar.close()

    @contextlib.contextmanager
    def _session(
        self, database: JobDatabase, after_crash: bool, chunks: list[Chunk], connection: Any
    ) -> Iterator[tuple[Generator[ChunkEvent, None, None], str]]:
        """Yield the events of running chunks and a description of the workers."""
        # Each session has its own folder of drafts: workers that briefly outlive a killed job
        # write into one that is not read.
        self._drafts_folder = make_folder_inside(self.out, DRAFTS_FOLDER, uuid.uuid4().hex[:12])
        worker_deaths = database.worker_deaths()

        def on_wait() -> None:
            self._interruption.raise_if_requested()
            self._progress.print_if_due()

        if connection is not None:
            from poruka.runs.dask_cluster import dispatch_to_cluster

            description = f"cluster {self.spec.cluster}"
            events = dispatch_to_cluster(
                connection, self.manifest, chunks, self._drafts_folder, worker_deaths, on_wait
            )
        else:
            workers, description = self._create_workers(chunks, after_crash)
            events = dispatch_chunks(workers, chunks, self._drafts_folder, worker_deaths, on_wait)
        try:
            yield events, description
        finally:
            events.close()

    def _create_workers(self, chunks: list[Chunk], after_crash: bool) -> tuple[list[Worker], str]:
        """Return the workers and their description: processes contain crashes, threads start at
        once and can use custom rules.
        """
        workers: list[Worker]
        cores, processes = self.spec.threads or available_processors(), self.spec.processes
        if (
            processes is None
            and not after_crash
            and sum(chunk.worlds for chunk in chunks) * self.spec.months < MIN_MONTHS_FOR_PROCESSES
        ):
            processes = 0
        if self.manifest["own_rules"] or processes == 0:
            runner = Runner(self.spec.replace(threads=1))
            count = max(1, min(cores, len(chunks)))
            workers = [ThreadWorker(runner, self.manifest["run"]) for _ in range(count)]
            return workers, f"{count} threads"
        if processes is None:
            processes, threads = allocate_processors(
                cores, len(chunks), allocate_world(self.spec.scenario.table_sizes()).memory.nbytes
            )
        else:
            processes, threads = max(1, min(processes, len(chunks))), max(1, cores // processes)
        workers = [ProcessWorker(self.manifest, self.out, threads) for _ in range(processes)]
        return workers, f"{processes} processes of {threads} threads"
