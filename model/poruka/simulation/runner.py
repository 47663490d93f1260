"""Playing chunks of worlds on threads: progress, clean interruption, and failures that stay with
the world they belong to.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from poruka.engine import codes, step_codegen
from poruka.engine.driver import WorldBuffer, is_compiled, load_driver, run_chunk
from poruka.engine.jit import CACHE_FOLDER
from poruka.engine.parameters import as_record
from poruka.engine.state import allocate_world
from poruka.rules import instruments
from poruka.scenario.scenario import Scenario
from poruka.simulation.failures import interpreted_traceback
from poruka.simulation.fork_runner import ForkedRun
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput
from poruka.utils.file_lock import wait_for_lock
from poruka.utils.progress import Progress
from poruka.utils.resources import available_processors

WORLDS_PER_CHUNK = 20
"""Worlds handed to a thread at once; results do not depend on it."""


class Runner:
    """Runs chunks of worlds of one request; one buffer a thread."""

    def __init__(self, spec: RunSpec):
        self.spec, scenario = spec, spec.scenario
        self.driver = load_driver(scenario.rules)
        self.params, self.start = as_record(scenario.params()), as_record(scenario.start())
        self.table_sizes = scenario.table_sizes()
        self.initial_memory = instruments.build_initial_memory(
            allocate_world(self.table_sizes), scenario
        )
        self._thread_local = threading.local()
        self.failures: list[tuple[int, int, str, str]] = []
        self.fork_months: dict[int, list[int]] = {}

    def _get_buffer(self, count: int, event_capacity: int = 700) -> WorldBuffer:
        kept = getattr(self._thread_local, "buffer", None)
        if kept is None or len(kept.outcomes) < count or event_capacity > 700:
            kept = WorldBuffer(
                self.table_sizes,
                count,
                self.spec.months,
                self.spec.record != "outcomes",
                self.spec.record == "events",
                event_capacity,
            )
            self._thread_local.buffer = kept
        return kept

    def run_worlds(self, first_world: int, world_count: int) -> dict[str, np.ndarray]:
        """Play some worlds; a world that fails is recorded and the others of its chunk are played
        one by one.
        """
        if self.spec.scenario.parameter_draws:
            return concatenate_results(
                [
                    self._runner_for_world(first_world + k).run_worlds(first_world + k, 1)
                    for k in range(world_count)
                ]
            )
        if self.spec.scenario.forks and world_count > 1:
            return concatenate_results(
                [self.run_worlds(first_world + k, 1) for k in range(world_count)]
            )  # each world finds its own way through the forks
        room = 700
        while True:
            buffer = self._get_buffer(world_count, room)
            try:
                answer = self._run_in_buffer(buffer, first_world, world_count)
            except Exception as error:  # noqa: BLE001 - whatever a rule raises belongs to one world
                return self._run_separately(first_world, world_count, repr(error))
            if answer <= -2:
                room *= 4
                continue
            if answer >= 0:
                return self._run_separately(
                    first_world,
                    world_count,
                    "an index is not a number, or the world told more events than there is"
                    " room for",
                )
            return self._copy_results(buffer, world_count)

    def _runner_for_world(self, world: int) -> "Runner":
        """Return the runner of a world's own numbers; it shares this one's buffers and puts down
        failures with it.
        """
        kept: tuple[Scenario | None, Any] = getattr(self._thread_local, "drawn", (None, None))
        scenario = self.spec.scenario.for_world(self.spec.seed, world)
        if kept[0] is not scenario:
            runner = Runner(self.spec.replace(scenario=scenario))
            runner._thread_local, runner.failures = self._thread_local, self.failures
            kept = self._thread_local.drawn = (scenario, runner)
        return kept[1]  # type: ignore[no-any-return]

    def _run_in_buffer(self, buffer: WorldBuffer, first: int, count: int) -> int:
        if not self.spec.scenario.forks:
            return run_chunk(
                self.driver,
                buffer,
                self.initial_memory,
                self.params,
                self.start,
                self.spec.seed,
                first,
                count,
                self.spec.months,
            )
        way = getattr(self._thread_local, "way", None)
        if way is None or way.buffer is not buffer or way.scenario is not self.spec.scenario:
            way = self._thread_local.way = ForkedRun(self.spec.scenario, self.driver, buffer)
        answer = way.begin(self.spec.seed, first)
        answer = (
            way.run_to_month(self.spec.seed, first, self.spec.months) if answer == -1 else answer
        )
        self.fork_months[first] = [
            way.fork_months.get(place, -1) for place in range(len(self.spec.scenario.forks))
        ]
        return answer

    def _copy_results(self, buffer: WorldBuffer, count: int) -> dict[str, np.ndarray]:
        told = buffer.event_counts[:count].copy()
        parts = {"outcomes": np.asarray(buffer.outcomes[:count]).copy(), "told": told}
        if self.spec.scenario.forks:
            parts["forked"] = np.array(
                [
                    self.fork_months.pop(int(world), [-1] * len(self.spec.scenario.forks))
                    for world in parts["outcomes"]["world"]
                ]
            )
        if self.spec.record != "outcomes":
            parts["series"] = buffer.series[:count].copy()
        if self.spec.record == "events":
            parts["events"] = np.asarray(buffer.events[: told.sum()]).copy()
        return parts

    def _run_separately(self, first: int, count: int, message: str) -> dict[str, np.ndarray]:
        if count > 1:
            return concatenate_results([self.run_worlds(first + k, 1) for k in range(count)])
        trace = interpreted_traceback(self.spec, first)
        self.failures.append(
            (
                first,
                self.spec.seed,
                trace.strip().splitlines()[-1] if trace.strip() else message,
                trace or message,
            )
        )
        buffer = self._get_buffer(1)
        parts = self._copy_results(buffer, 1)
        parts["outcomes"]["world"] = first
        parts["told"][:] = 0
        if self.spec.record == "events":
            parts["events"] = parts["events"][:0]
        return parts


def chunk_starts(worlds: int) -> range:
    """Return the first world of every chunk."""
    return range(0, worlds, WORLDS_PER_CHUNK)


def concatenate_results(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def compile_if_needed(
    scenario: Scenario, progress: Callable[[int, int, str], None] | None = None
) -> float:
    """Compile what a scenario's rules need, telling how far it is; returns the seconds it took.

    Of several processes that need the same rules one compiles and the others wait for what it
    keeps.

    Raises
    ------
    BadInput
        When a rule cannot be compiled, which no world can be blamed for.
    """
    if is_compiled(scenario.rules):
        return 0.0
    began = time.monotonic()
    with wait_for_lock(CACHE_FOLDER / "compiling.lock"):
        if not is_compiled(scenario.rules):
            _compile_rules(scenario, progress)
    return time.monotonic() - began


def _compile_rules(scenario: Scenario, progress: Callable[[int, int, str], None] | None) -> None:
    world, at = allocate_world(scenario.table_sizes()), ""

    def follow(done: int, total: int, id: str) -> None:
        nonlocal at
        at = id
        if progress is not None:
            progress(done, total, id)

    try:
        play = load_driver(scenario.rules)
        step_codegen.compile_schedule([play.start, *play.rules], follow)
        if not play.is_ready():
            follow(0, 0, "")
        buffer = WorldBuffer(scenario.table_sizes(), 1, 1, False, False)
        # No world is played, so whatever goes wrong is the compiling of start, month or books.
        run_chunk(
            play,
            buffer,
            world.memory.copy(),
            as_record(scenario.params()),
            as_record(scenario.start()),
            0,
            0,
            0,
            1,
        )
    except Exception as error:
        raise BadInput(
            f"the rule {at or 'order of the month'} cannot be compiled; mend its kernel:"
            f" {str(error).strip()}"
        ) from error


def compile_rules(scenario: Scenario, quiet: bool = False) -> None:
    """Compile if it must be; on a terminal one line says how far it is, elsewhere every tenth rule
    has its own.
    """
    live = sys.stderr.isatty()

    def tell(done: int, total: int, rule: str) -> None:
        if live or done % 10 == 0:
            text = (
                f"compiling rule {done + 1} of {total}: {rule}"
                if rule
                else "compiling the month (this is kept for next time)"
            )
            print(f"{text:<78}", end="\r" if live else "\n", file=sys.stderr, flush=True)

    seconds = compile_if_needed(scenario, None if quiet else tell)
    if seconds and not quiet:
        print(f"{f'compiled in {seconds:.0f} s; later runs start at once':<78}", file=sys.stderr)


def run_chunks_on_threads(
    runner: Runner, progress: Any = None
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Play the worlds of a request, chunk by chunk on threads, and yield ``(first world, results)``
    as they are done.
    """
    worlds, firsts = runner.spec.worlds, chunk_starts(runner.spec.worlds)
    workers = min(len(firsts), runner.spec.threads or available_processors())
    bar = Progress(worlds, progress)
    try:
        with ThreadPoolExecutor(workers) as pool:
            waiting: dict[Future, int] = {}
            queue = iter(firsts)
            try:
                while True:
                    while len(waiting) < 2 * workers and (first := next(queue, None)) is not None:
                        waiting[
                            pool.submit(
                                runner.run_worlds, first, min(WORLDS_PER_CHUNK, worlds - first)
                            )
                        ] = first
                    if not waiting:
                        break
                    # In order of the worlds, and kept before they are counted: an interruption then
                    # loses what is in flight only.
                    for future in sorted(
                        wait(waiting, return_when=FIRST_COMPLETED).done, key=waiting.__getitem__
                    ):
                        first = waiting.pop(future)
                        part = future.result()
                        yield first, part
                        failed = {
                            row[0]
                            for row in runner.failures
                            if first <= row[0] < first + WORLDS_PER_CHUNK
                        }
                        ends = part["outcomes"]["first_exit"][
                            ~np.isin(part["outcomes"]["world"], list(failed))
                        ]
                        bar.add(
                            len(part["outcomes"]),
                            len(failed),
                            Counter(codes.OUTCOMES[code] for code in ends),
                        )
                    bar.print_if_due()
            except BaseException:
                for future in waiting:
                    future.cancel()
                raise
    finally:
        bar.close()
