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
from poruka.engine.driver import Buffer, is_compiled, load_driver, run_chunk
from poruka.engine.jit import CACHE
from poruka.engine.parameters import as_record
from poruka.engine.state import allocate
from poruka.rules import instruments
from poruka.scenario.scenario import Scenario
from poruka.simulation.failures import interpreted_traceback
from poruka.simulation.fork_runner import Way
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput
from poruka.utils.file_lock import alone
from poruka.utils.progress import Progress
from poruka.utils.resources import processors

CHUNK = 20
"""Worlds handed to a thread at once; results do not depend on it."""


class Runner:
    """Runs chunks of worlds of one request; one buffer a thread."""

    def __init__(self, spec: RunSpec):
        self.spec, scenario = spec, spec.scenario
        self.play = load_driver(scenario.rules)
        self.params, self.start = as_record(scenario.params()), as_record(scenario.start())
        self.sizes = scenario.sizes()
        self.template = instruments.template(allocate(self.sizes), scenario)
        self._local = threading.local()
        self.failures: list[tuple[int, int, str, str]] = []
        self.opened: dict[int, list[int]] = {}

    def _buffer(self, count: int, events_per_world: int = 700) -> Buffer:
        kept = getattr(self._local, "buffer", None)
        if kept is None or len(kept.outcomes) < count or events_per_world > 700:
            kept = Buffer(
                self.sizes,
                count,
                self.spec.months,
                self.spec.record != "outcomes",
                self.spec.record == "events",
                events_per_world,
            )
            self._local.buffer = kept
        return kept

    def chunk(self, first: int, count: int) -> dict[str, np.ndarray]:
        """Play some worlds; a world that fails is recorded and the others of its chunk are played
        one by one.
        """
        if self.spec.scenario.posterior:
            return join([self._drawn(first + k).chunk(first + k, 1) for k in range(count)])
        if self.spec.scenario.forks and count > 1:
            return join(
                [self.chunk(first + k, 1) for k in range(count)]
            )  # each world finds its own way through the forks
        room = 700
        while True:
            buffer = self._buffer(count, room)
            try:
                answer = self._play(buffer, first, count)
            except Exception as error:  # noqa: BLE001 - whatever a rule raises belongs to one world
                return self._one_by_one(first, count, repr(error))
            if answer <= -2:
                room *= 4
                continue
            if answer >= 0:
                return self._one_by_one(
                    first,
                    count,
                    "an index is not a number, or the world told more events than there is"
                    " room for",
                )
            return self._copy(buffer, count)

    def _drawn(self, world: int) -> "Runner":
        """Return the runner of a world's own numbers; it shares this one's buffers and puts down
        failures with it.
        """
        kept: tuple[Scenario | None, Any] = getattr(self._local, "drawn", (None, None))
        scenario = self.spec.scenario.drawn(self.spec.seed, world)
        if kept[0] is not scenario:
            runner = Runner(self.spec.replace(scenario=scenario))
            runner._local, runner.failures = self._local, self.failures
            kept = self._local.drawn = (scenario, runner)
        return kept[1]  # type: ignore[no-any-return]

    def _play(self, buffer: Buffer, first: int, count: int) -> int:
        if not self.spec.scenario.forks:
            return run_chunk(
                self.play,
                buffer,
                self.template,
                self.params,
                self.start,
                self.spec.seed,
                first,
                count,
                self.spec.months,
            )
        way = getattr(self._local, "way", None)
        if way is None or way.buffer is not buffer or way.scenario is not self.spec.scenario:
            way = self._local.way = Way(self.spec.scenario, self.play, buffer)
        answer = way.begin(self.spec.seed, first)
        answer = way.play_on(self.spec.seed, first, self.spec.months) if answer == -1 else answer
        self.opened[first] = [
            way.opened.get(place, -1) for place in range(len(self.spec.scenario.forks))
        ]
        return answer

    def _copy(self, buffer: Buffer, count: int) -> dict[str, np.ndarray]:
        told = buffer.told[:count].copy()
        parts = {"outcomes": np.asarray(buffer.outcomes[:count]).copy(), "told": told}
        if self.spec.scenario.forks:
            parts["forked"] = np.array(
                [
                    self.opened.pop(int(world), [-1] * len(self.spec.scenario.forks))
                    for world in parts["outcomes"]["world"]
                ]
            )
        if self.spec.record != "outcomes":
            parts["series"] = buffer.series[:count].copy()
        if self.spec.record == "events":
            parts["events"] = np.asarray(buffer.events[: told.sum()]).copy()
        return parts

    def _one_by_one(self, first: int, count: int, message: str) -> dict[str, np.ndarray]:
        if count > 1:
            return join([self.chunk(first + k, 1) for k in range(count)])
        trace = interpreted_traceback(self.spec, first)
        self.failures.append(
            (
                first,
                self.spec.seed,
                trace.strip().splitlines()[-1] if trace.strip() else message,
                trace or message,
            )
        )
        buffer = self._buffer(1)
        parts = self._copy(buffer, 1)
        parts["outcomes"]["world"] = first
        parts["told"][:] = 0
        if self.spec.record == "events":
            parts["events"] = parts["events"][:0]
        return parts


def chunk_starts(worlds: int) -> range:
    """Return the first world of every chunk."""
    return range(0, worlds, CHUNK)


def join(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def warm_up(scenario: Scenario, tell: Callable[[int, int, str], None] | None = None) -> float:
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
    with alone(CACHE / "compiling.lock"):
        if not is_compiled(scenario.rules):
            _compile(scenario, tell)
    return time.monotonic() - began


def _compile(scenario: Scenario, tell: Callable[[int, int, str], None] | None) -> None:
    world, at = allocate(scenario.sizes()), ""

    def follow(done: int, total: int, id: str) -> None:
        nonlocal at
        at = id
        if tell is not None:
            tell(done, total, id)

    try:
        play = load_driver(scenario.rules)
        step_codegen.compile_rules([play.start, *play.rules], follow)
        if not play.is_ready():
            follow(0, 0, "")
        buffer = Buffer(scenario.sizes(), 1, 1, False, False)
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


def compile_aloud(scenario: Scenario, quiet: bool = False) -> None:
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

    seconds = warm_up(scenario, None if quiet else tell)
    if seconds and not quiet:
        print(f"{f'compiled in {seconds:.0f} s; later runs start at once':<78}", file=sys.stderr)


def play_chunks(
    runner: Runner, progress: Any = None
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Play the worlds of a request, chunk by chunk on threads, and yield ``(first world, results)``
    as they are done.
    """
    worlds, firsts = runner.spec.worlds, chunk_starts(runner.spec.worlds)
    workers = min(len(firsts), runner.spec.threads or processors())
    bar = Progress(worlds, progress)
    try:
        with ThreadPoolExecutor(workers) as pool:
            waiting: dict[Future, int] = {}
            queue = iter(firsts)
            try:
                while True:
                    while len(waiting) < 2 * workers and (first := next(queue, None)) is not None:
                        waiting[pool.submit(runner.chunk, first, min(CHUNK, worlds - first))] = (
                            first
                        )
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
                            row[0] for row in runner.failures if first <= row[0] < first + CHUNK
                        }
                        ends = part["outcomes"]["first_exit"][
                            ~np.isin(part["outcomes"]["world"], list(failed))
                        ]
                        bar.add(
                            len(part["outcomes"]),
                            len(failed),
                            Counter(codes.OUTCOMES[code] for code in ends),
                        )
                    bar.tick()
            except BaseException:
                for future in waiting:
                    future.cancel()
                raise
    finally:
        bar.close()
