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

from poruka.engine.state import allocate
from poruka.runs.chunks import Chunk, chunks_of
from poruka.runs.commit import KINDS, SCENARIO, keep, keep_record, lay_aside
from poruka.runs.dispatch import Event, play_all
from poruka.runs.interruption import Interruption
from poruka.runs.inventory import RECEIPTS, Survey, survey
from poruka.runs.job_db import Ledger
from poruka.runs.manifest import manifest_is_whole, manifest_text
from poruka.runs.ro_crate import write_crate
from poruka.runs.workers import Hand, ProcessHand, ThreadHand
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import Runner, compile_aloud
from poruka.utils import file_lock
from poruka.utils.atomic_files import results_folder, write_text
from poruka.utils.errors import BadInput, RunStopped
from poruka.utils.progress import Progress, wants_telling
from poruka.utils.resources import processors, share_out

LOCK, DRAFTS = "lock", "drafts"
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
WORTH_PROCESSES = 40_000
"""Months to be played from which on worker processes are worth starting; fewer are played by
threads.
"""


def refuse_if_held(out: Path) -> None:
    """Refuse a folder another process is playing."""
    if file_lock.is_held(out / LOCK):
        raise BadInput(
            f"{out} is being played by {file_lock.holder(out / LOCK)}; wait for it, or end it and"
            f" resume. Looking is allowed: poruka verify {out}"
        )


class Batch:
    """One sitting over a run: from taking its lock to letting it go.

    Parameters
    ----------
    out : Path
        Folder of the run.
    manifest : dict
        What is asked; see :func:`poruka.runs.manifest.make`.
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

    def play(
        self, progress: Any = None, contents: bool = True, again: Collection[int] = ()
    ) -> None:
        """Play what is missing or damaged; chunks of ``again`` too.

        Raises
        ------
        BadInput
            When the folder cannot be written or another process is at it.
        RunStopped
            When the run cannot go on for now; what was finished is kept.
        """
        refuse_if_held(self.out)
        with self._connected() as connection:
            results_folder(self.out)
            try:
                # Compiling comes after the lock: a folder that cannot be written, or that somebody
                # else plays, is refused at once.
                with file_lock.held(self.out / LOCK), self._interruption.heard():
                    compile_aloud(self.spec.scenario, quiet=not wants_telling(progress))
                    self._prepare()
                    self._play(progress, contents, again, connection)
            except file_lock.Held:
                refuse_if_held(self.out)
                raise BadInput(
                    f"{self.out} is being played by another process; try again."
                ) from None
            except OSError as error:
                if error.errno in _FORBIDDEN:
                    raise BadInput(
                        f"{self.out} cannot be written ({error.strerror}); give a folder where you"
                        " may write."
                    ) from None
                raise self._stopped(error.strerror or str(error)) from None
            except (sqlite3.Error, duckdb.Error) as error:
                raise self._stopped(str(error).splitlines()[0]) from None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        """Yield a connection to the cluster, if there is to be one; nothing is written before it
        stands.
        """
        if self.spec.cluster is None:
            yield None
            return
        from poruka.runs.dask_cluster import connected

        with connected(self.spec.cluster) as connection:
            yield connection

    def _stopped(self, reason: str) -> RunStopped:
        found = survey(self.out, self.manifest, contents=False)
        return RunStopped(
            f"the run was stopped: {reason.rstrip('.')}. {found.worlds} of {self._asked()} worlds"
            f" are kept in {self.out}; see to it and go on with `poruka resume {self.out}`."
        )

    def _asked(self) -> int:
        low, high = self.manifest["span"]
        return int(high - low)

    def _prepare(self) -> None:
        """Make the folder, clear away what a killed batch left half written, and see to it that the
        manifest is there.
        """
        shutil.rmtree(self.out / DRAFTS, ignore_errors=True)
        for leftover in (*self.out.glob("*.part"), *(self.out / RECEIPTS).glob("*.part")):
            leftover.unlink(missing_ok=True)
        if not manifest_is_whole(self.out) or self.manifest["finished"]:
            self._write_manifest(
                finished=False
            )  # first of all: a folder with other things and no manifest is nobody's run
        for name in (*KINDS, RECEIPTS, SCENARIO):
            (self.out / name).mkdir(parents=True, exist_ok=True)
        keep_record(self.out, self.manifest, self.spec.scenario.record_path)

    def _write_manifest(self, **more: Any) -> None:
        self.manifest = {**self.manifest, **more}
        write_text(self.out / "manifest.json", manifest_text(self.manifest))

    def _play(self, progress: Any, contents: bool, again: Collection[int], connection: Any) -> None:
        found = survey(self.out, self.manifest, contents)
        for first, why in sorted(found.broken.items()):
            if progress is not False:
                print(
                    f"{why}; worlds {first} to {first + self.manifest['chunk'] - 1} are played"
                    " again",
                    file=sys.stderr,
                )
        for first in (*found.broken, *again):
            lay_aside(self.out, Chunk(first, 0))
            found.whole.pop(first, None)
        chunks = [chunk for chunk in chunks_of(self.manifest) if chunk.first not in found.whole]
        ledger = Ledger(self.out)
        try:
            if ledger.set_aside and progress is not False:
                print(
                    f"the ledger was damaged; it is set aside as {ledger.path.name}.damaged and"
                    " written anew from the receipts",
                    file=sys.stderr,
                )
            careful = ledger.unfinished() or bool(ledger.kills())
            ledger.plan(self.manifest, chunks_of(self.manifest), found.whole)
            with self._session(ledger, careful, chunks, connection) as (events, name):
                ledger.begin(name)
                self._follow(events, ledger, found, progress)
            failed = survey(self.out, self.manifest, contents=False).failed
            self._write_manifest(finished=True, counts={"played": self._asked(), "failed": failed})
            write_crate(self.out, self.manifest)
            ledger.end("finished")
            shutil.rmtree(self.out / DRAFTS, ignore_errors=True)
        except BaseException as error:
            with contextlib.suppress(
                sqlite3.Error, AttributeError
            ):  # a full disk may not even take this
                ledger.end(
                    "interrupted"
                    if isinstance(error, KeyboardInterrupt)
                    else f"stopped: {error}"[:400]
                )
            if isinstance(error, RunStopped):
                raise self._stopped(str(error)) from None
            raise
        finally:
            ledger.close()

    def _follow(
        self, events: Iterator[Event], ledger: Ledger, found: Survey, progress: Any
    ) -> None:
        """Keep what is finished and write down what happens."""
        bar = Progress(self._asked(), progress, before=found.worlds)
        self._bar = bar
        for one in found.whole.values():
            bar.outcomes.update(one["outcomes"])
        bar.failed = found.failed
        since: dict[int, float] = {}
        try:
            for what, chunk, more in events:
                self._interruption.raise_again()
                if what == "done":
                    keep(self.out, self._drafts, more)
                    ledger.kept(more, time.monotonic() - since.get(chunk.first, time.monotonic()))
                    bar.add(chunk.worlds, len(more["failures"]), more["outcomes"])
                elif what == "killed":
                    ledger.killed(chunk)
                else:
                    since[chunk.first] = time.monotonic()
                    ledger.started(chunk, *more)
        finally:
            bar.close()

    @contextlib.contextmanager
    def _session(
        self, ledger: Ledger, careful: bool, chunks: list[Chunk], connection: Any
    ) -> Iterator[tuple[Generator[Event, None, None], str]]:
        """Yield what happens while chunks are played, and who plays them."""
        # A folder of drafts of its own: workers that outlive a killed batch for a moment write
        # where nobody looks.
        self._drafts = self.out.resolve() / DRAFTS / uuid.uuid4().hex[:12]
        self._drafts.mkdir(parents=True)
        kills = ledger.kills()

        def tick() -> None:
            self._interruption.raise_again()
            self._bar.tick()

        if connection is not None:
            from poruka.runs.dask_cluster import play_on_cluster

            events, name = (
                play_on_cluster(connection, self.manifest, chunks, self._drafts, kills, tick),
                f"cluster {self.spec.cluster}",
            )
        else:
            hands, name = self._hands(chunks, careful)
            events = play_all(hands, chunks, self._drafts, kills, tick)
        try:
            yield events, name
        finally:
            events.close()

    def _hands(self, chunks: list[Chunk], careful: bool) -> tuple[list[Hand], str]:
        """Return the hands for a machine and a task: processes contain crashes, threads start at
        once and know rules of one's own.
        """
        hands: list[Hand]
        cores, processes = self.spec.threads or processors(), self.spec.processes
        if (
            processes is None
            and not careful
            and sum(chunk.worlds for chunk in chunks) * self.spec.months < WORTH_PROCESSES
        ):
            processes = 0
        if self.manifest["own_rules"] or processes == 0:
            runner = Runner(self.spec.replace(threads=1))
            count = max(1, min(cores, len(chunks)))
            hands = [ThreadHand(runner, self.manifest["run"]) for _ in range(count)]
            return hands, f"{count} threads"
        if processes is None:
            processes, each = share_out(
                cores, len(chunks), allocate(self.spec.scenario.sizes()).memory.nbytes
            )
        else:
            processes, each = max(1, min(processes, len(chunks))), max(1, cores // processes)
        hands = [ProcessHand(self.manifest, self.out, each) for _ in range(processes)]
        return hands, f"{processes} processes of {each} threads"
