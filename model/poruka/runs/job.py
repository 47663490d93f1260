"""A batch at work on a run folder: who may, with which hands, what is kept and when, and how it
ends.
"""

import contextlib
import errno
import shutil
import sqlite3
import sys
import time
import uuid
from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import Any

import duckdb

from poruka.engine.state import allocate_world
from poruka.runs.chunks import Chunk, iter_chunks
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
from poruka.runs.manifest import format_manifest, manifest_is_intact
from poruka.runs.ro_crate import write_ro_crate
from poruka.runs.workers import ProcessWorker, ThreadWorker, Worker
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import Runner, compile_rules
from poruka.utils import file_lock
from poruka.utils.atomic_files import create_results_folder, write_text_atomically
from poruka.utils.errors import BadInput, RunStopped
from poruka.utils.progress import Progress, should_show_progress
from poruka.utils.resources import allocate_processors, available_processors

LOCK_FILE, DRAFTS_FOLDER = "lock", "drafts"
_PERMISSION_ERRNOS = (errno.EACCES, errno.EPERM, errno.EROFS)
MIN_MONTHS_FOR_PROCESSES = 40_000
"""Months to be played from which on worker processes are worth starting; fewer are played by
threads.
"""


def refuse_if_running(out: Path) -> None:
    """Refuse a folder another process is playing."""
    if file_lock.is_locked(out / LOCK_FILE):
        raise BadInput(
            f"{out} is being played by {file_lock.lock_holder(out / LOCK_FILE)}; wait for it, or"
            f" end it and resume. Looking is allowed: poruka verify {out}"
        )


class Job:
    """One sitting over a run: from taking its lock to letting it go.

    Parameters
    ----------
    out : Path
        Folder of the run.
    manifest : dict
        What is asked; see :func:`poruka.runs.manifest.build_manifest`.
    spec : RunSpec
        The same request, with the means by which it is carried out here.
    """

    def __init__(self, out: Path, manifest: dict[str, Any], spec: RunSpec):
        self.out, self.manifest, self.spec = out, manifest, spec
        self._interruption = Interruption()
        if manifest["own_rules"] and (spec.processes or spec.cluster):
            raise BadInput(
                f"rules of one's own ({', '.join(manifest['own_rules'][:3])}) cannot be handed to"
                " other processes; leave processes and cluster away."
            )

    def run(
        self,
        progress: Any = None,
        verify_checksums: bool = True,
        rerun_chunks: Collection[int] = (),
    ) -> None:
        """Play what is missing or damaged; chunks of ``again`` too.

        Raises
        ------
        BadInput
            When the folder cannot be written or another process is at it.
        RunStopped
            When the run cannot go on for now; what was finished is kept.
        """
        refuse_if_running(self.out)
        with self._cluster_connection() as connection:
            create_results_folder(self.out)
            try:
                # Compiling comes after the lock: a folder that cannot be written, or that somebody
                # else plays, is refused at once.
                with (
                    file_lock.acquire_lock(self.out / LOCK_FILE),
                    self._interruption.handling_signals(),
                ):
                    compile_rules(self.spec.scenario, quiet=not should_show_progress(progress))
                    self._prepare_folder()
                    self._run_chunks(progress, verify_checksums, rerun_chunks, connection)
            except file_lock.LockHeld:
                refuse_if_running(self.out)
                raise BadInput(
                    f"{self.out} is being played by another process; try again."
                ) from None
            except OSError as error:
                if error.errno in _PERMISSION_ERRNOS:
                    raise BadInput(
                        f"{self.out} cannot be written ({error.strerror}); give a folder where you"
                        " may write."
                    ) from None
                raise self._stop_error(error.strerror or str(error)) from None
            except (sqlite3.Error, duckdb.Error) as error:
                raise self._stop_error(str(error).splitlines()[0]) from None

    @contextlib.contextmanager
    def _cluster_connection(self) -> Iterator[Any]:
        """Yield a connection to the cluster, if there is to be one; nothing is written before it
        stands.
        """
        if self.spec.cluster is None:
            yield None
            return
        from poruka.runs.dask_cluster import cluster_connection

        with cluster_connection(self.spec.cluster) as connection:
            yield connection

    def _stop_error(self, reason: str) -> RunStopped:
        found = take_inventory(self.out, self.manifest, verify_checksums=False)
        return RunStopped(
            f"the run was stopped: {reason.rstrip('.')}. {found.intact_worlds} of"
            f" {self._world_count()} worlds are kept in {self.out}; see to it and go on with"
            f" `poruka resume {self.out}`."
        )

    def _world_count(self) -> int:
        low, high = self.manifest["span"]
        return int(high - low)

    def _prepare_folder(self) -> None:
        """Make the folder, clear away what a killed batch left half written, and see to it that the
        manifest is there.
        """
        shutil.rmtree(self.out / DRAFTS_FOLDER, ignore_errors=True)
        for leftover in (*self.out.glob("*.part"), *(self.out / RECEIPTS_FOLDER).glob("*.part")):
            leftover.unlink(missing_ok=True)
        if not manifest_is_intact(self.out) or self.manifest["finished"]:
            self._write_manifest(
                finished=False
            )  # first of all: a folder with other things and no manifest is nobody's run
        for name in (*TABLES, RECEIPTS_FOLDER, SCENARIO_FOLDER):
            (self.out / name).mkdir(parents=True, exist_ok=True)
        copy_observed_record(self.out, self.manifest, self.spec.scenario.record_path)

    def _write_manifest(self, **more: Any) -> None:
        self.manifest = {**self.manifest, **more}
        write_text_atomically(self.out / "manifest.json", format_manifest(self.manifest))

    def _run_chunks(
        self, progress: Any, verify_checksums: bool, rerun_chunks: Collection[int], connection: Any
    ) -> None:
        found = take_inventory(self.out, self.manifest, verify_checksums)
        for first, why in sorted(found.damaged.items()):
            if progress is not False:
                print(
                    f"{why}; worlds {first} to {first + self.manifest['chunk'] - 1} are played"
                    " again",
                    file=sys.stderr,
                )
        for first in (*found.damaged, *rerun_chunks):
            discard_chunk(self.out, Chunk(first, 0))
            found.intact.pop(first, None)
        chunks = [chunk for chunk in iter_chunks(self.manifest) if chunk.first not in found.intact]
        ledger = JobDatabase(self.out)
        try:
            if ledger.was_damaged and progress is not False:
                print(
                    f"the ledger was damaged; it is set aside as {ledger.path.name}.damaged and"
                    " written anew from the receipts",
                    file=sys.stderr,
                )
            careful = ledger.has_unfinished_session() or bool(ledger.worker_deaths())
            ledger.register_chunks(self.manifest, iter_chunks(self.manifest), found.intact)
            with self._session(ledger, careful, chunks, connection) as (events, name):
                ledger.open_session(name)
                self._process_events(events, ledger, found, progress)
            failed = take_inventory(self.out, self.manifest, verify_checksums=False).failed_worlds
            self._write_manifest(
                finished=True, counts={"played": self._world_count(), "failed": failed}
            )
            write_ro_crate(self.out, self.manifest)
            ledger.close_session("finished")
            shutil.rmtree(self.out / DRAFTS_FOLDER, ignore_errors=True)
        except BaseException as error:
            with contextlib.suppress(
                sqlite3.Error, AttributeError
            ):  # a full disk may not even take this
                ledger.close_session(
                    "interrupted"
                    if isinstance(error, KeyboardInterrupt)
                    else f"stopped: {error}"[:400]
                )
            if isinstance(error, RunStopped):
                raise self._stop_error(str(error)) from None
            raise
        finally:
            ledger.close()

    def _process_events(
        self, events: Iterator[ChunkEvent], ledger: JobDatabase, inventory: Inventory, progress: Any
    ) -> None:
        """Keep what is finished and write down what happens."""
        bar = Progress(self._world_count(), progress, already_done=inventory.intact_worlds)
        self._progress = bar
        for one in inventory.intact.values():
            bar.outcomes.update(one["outcomes"])
        bar.failed = inventory.failed_worlds
        since: dict[int, float] = {}
        try:
            for what, chunk, more in events:
                self._interruption.raise_if_requested()
                if what == "done":
                    commit_chunk(self.out, self._drafts_folder, more)
                    ledger.log_commit(
                        more, time.monotonic() - since.get(chunk.first, time.monotonic())
                    )
                    bar.add(chunk.worlds, len(more["failures"]), more["outcomes"])
                elif what == "killed":
                    ledger.log_worker_death(chunk)
                else:
                    since[chunk.first] = time.monotonic()
                    ledger.log_start(chunk, *more)
        finally:
            bar.close()

    @contextlib.contextmanager
    def _session(
        self, ledger: JobDatabase, after_crash: bool, chunks: list[Chunk], connection: Any
    ) -> Iterator[tuple[Generator[ChunkEvent, None, None], str]]:
        """Yield what happens while chunks are played, and who plays them."""
        # A folder of drafts of its own: workers that outlive a killed batch for a moment write
        # where nobody looks.
        self._drafts_folder = self.out.resolve() / DRAFTS_FOLDER / uuid.uuid4().hex[:12]
        self._drafts_folder.mkdir(parents=True)
        kills = ledger.worker_deaths()

        def tick() -> None:
            self._interruption.raise_if_requested()
            self._progress.print_if_due()

        if connection is not None:
            from poruka.runs.dask_cluster import dispatch_to_cluster

            events, name = (
                dispatch_to_cluster(
                    connection, self.manifest, chunks, self._drafts_folder, kills, tick
                ),
                f"cluster {self.spec.cluster}",
            )
        else:
            hands, name = self._create_workers(chunks, after_crash)
            events = dispatch_chunks(hands, chunks, self._drafts_folder, kills, tick)
        try:
            yield events, name
        finally:
            events.close()

    def _create_workers(self, chunks: list[Chunk], after_crash: bool) -> tuple[list[Worker], str]:
        """Return the hands for a machine and a task: processes contain crashes, threads start at
        once and know rules of one's own.
        """
        hands: list[Worker]
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
            hands = [ThreadWorker(runner, self.manifest["run"]) for _ in range(count)]
            return hands, f"{count} threads"
        if processes is None:
            processes, each = allocate_processors(
                cores, len(chunks), allocate_world(self.spec.scenario.table_sizes()).memory.nbytes
            )
        else:
            processes, each = max(1, min(processes, len(chunks))), max(1, cores // processes)
        hands = [ProcessWorker(self.manifest, self.out, each) for _ in range(processes)]
        return hands, f"{processes} processes of {each} threads"
