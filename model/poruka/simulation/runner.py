"""Simulating chunks of worlds, and compiling the rules they need.

A world that fails is recorded and the other worlds of its chunk are not affected.
"""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from poruka.engine import step_codegen
from poruka.engine.driver import WorldBuffer, is_compiled, load_driver, run_chunk
from poruka.engine.jit import CACHE_FOLDER
from poruka.engine.parameters import as_record
from poruka.engine.state import allocate_world
from poruka.rules import instruments
from poruka.scenario.channel_settings import donor_channels
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.scenario import Scenario
from poruka.simulation.failures import interpreted_traceback
from poruka.simulation.fork_runner import ForkedRun
from poruka.simulation.own_rule_check import check_own_rules
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput
from poruka.utils.file_lock import wait_for_lock

WORLDS_PER_CHUNK = 20
"""Worlds that a thread simulates at once; results do not depend on it."""
EVENT_CAPACITY = 700
"""Events of a world for which a buffer has space at first."""
_FAILURE_MESSAGE = "an index is not a number, or more events were logged than there is space for"


class Runner:
    """Simulates chunks of worlds of one request, with one buffer per thread.

    Attributes
    ----------
    spec : RunSpec
    failures : list of tuple
        World, seed, error and traceback of every world that failed.
    """

    def __init__(self, spec: RunSpec):
        self.spec, scenario = spec, spec.scenario
        self.driver = load_driver(scenario.rules)
        check_own_rules(scenario, self.driver)
        self.params, self.start = as_record(scenario.params()), as_record(scenario.start())
        self.table_sizes = scenario.table_sizes()
        self.initial_memory = instruments.build_initial_memory(
            allocate_world(self.table_sizes), scenario
        )
        self._thread_local = threading.local()
        self.failures: list[tuple[int, int, str, str]] = []
        self.fork_months: dict[int, list[int]] = {}
        self.plays_worlds_singly = bool(scenario.forks or donor_channels(scenario))
        self.is_drawn = isinstance(scenario.parameter_draws, NumberDraws)

    def _get_buffer(self, count: int, event_capacity: int = EVENT_CAPACITY) -> WorldBuffer:
        buffer = getattr(self._thread_local, "buffer", None)
        if buffer is None or len(buffer.outcomes) < count or event_capacity > EVENT_CAPACITY:
            buffer = WorldBuffer(
                self.table_sizes,
                count,
                self.spec.months,
                self.spec.record != "outcomes",
                self.spec.record == "events",
                event_capacity,
            )
            self._thread_local.buffer = buffer
        return buffer

    def run_worlds(self, first_world: int, world_count: int) -> dict[str, np.ndarray]:
        """Simulate some worlds; when one fails, the others are simulated one by one."""
        worlds = range(first_world, first_world + world_count)
        if self.spec.scenario.parameter_draws:
            return concatenate_results(
                [self._runner_for_world(world).run_worlds(world, 1) for world in worlds]
            )
        if self.plays_worlds_singly and world_count > 1:
            # The forks of each world open in months of its own, and each has a donor of its own.
            return concatenate_results([self.run_worlds(world, 1) for world in worlds])
        event_capacity = EVENT_CAPACITY
        while True:
            buffer = self._get_buffer(world_count, event_capacity)
            try:
                return_code = self._run_in_buffer(buffer, first_world, world_count)
            except Exception as error:  # noqa: BLE001 - what a rule raises belongs to one world
                return self._run_separately(first_world, world_count, repr(error))
            if return_code <= -2:  # more events than the buffer has space for
                event_capacity *= 4
                continue
            if return_code >= 0:
                return self._run_separately(first_world, world_count, _FAILURE_MESSAGE)
            return self._copy_results(buffer, world_count)

    def _runner_for_world(self, world: int) -> "Runner":
        """Return the runner for a world with parameter draws of its own.

        It shares the buffers and the list of failures of this runner.
        """
        cached: tuple[Scenario | None, Any] = getattr(self._thread_local, "drawn", (None, None))
        scenario = self.spec.scenario.for_world(self.spec.seed, world)
        if cached[0] is not scenario:
            runner = Runner(self.spec.replace(scenario=scenario))
            runner._thread_local, runner.failures = self._thread_local, self.failures
            # At the ends of their ranges numbers make worlds fail: they are counted, and none is
            # played again without the compiler, which takes as long as a thousand others.
            runner.is_drawn = self.is_drawn
            cached = self._thread_local.drawn = (scenario, runner)
        return cached[1]  # type: ignore[no-any-return]

    def _run_in_buffer(self, buffer: WorldBuffer, first: int, count: int) -> int:
        if not self.plays_worlds_singly:
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
        scenario, seed = self.spec.scenario, self.spec.seed
        run = getattr(self._thread_local, "forked_run", None)
        if run is None or run.buffer is not buffer or run.scenario is not scenario:
            run = self._thread_local.forked_run = ForkedRun(scenario, self.driver, buffer)
        return_code = run.begin(seed, first)
        if return_code == -1:
            return_code = run.run_to_month(seed, first, self.spec.months)
        positions = range(len(scenario.forks))
        self.fork_months[first] = [run.fork_months.get(position, -1) for position in positions]
        return return_code

    def _copy_results(self, buffer: WorldBuffer, count: int) -> dict[str, np.ndarray]:
        event_counts = buffer.event_counts[:count].copy()
        results = {"outcomes": np.asarray(buffer.outcomes[:count]).copy(), "told": event_counts}
        if self.spec.scenario.forks:
            unopened = [-1] * len(self.spec.scenario.forks)
            results["forked"] = np.array(
                [
                    self.fork_months.pop(int(world), unopened)
                    for world in results["outcomes"]["world"]
                ]
            )
        if self.spec.record != "outcomes":
            results["series"] = buffer.series[:count].copy()
        if self.spec.record == "events":
            results["events"] = np.asarray(buffer.events[: event_counts.sum()]).copy()
        return results

    def _run_separately(self, first: int, count: int, message: str) -> dict[str, np.ndarray]:
        if count > 1:
            worlds = range(first, first + count)
            return concatenate_results([self.run_worlds(world, 1) for world in worlds])
        traceback = "" if self.is_drawn else interpreted_traceback(self.spec, first)
        summary = traceback.strip().splitlines()[-1] if traceback.strip() else message
        self.failures.append((first, self.spec.seed, summary, traceback or message))
        results = self._copy_results(self._get_buffer(1), 1)
        results["outcomes"]["world"] = first
        results["told"][:] = 0
        if self.spec.record == "events":
            results["events"] = results["events"][:0]
        return results


def concatenate_results(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the results of several chunks as those of one."""
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def compile_if_needed(
    scenario: Scenario, progress: Callable[[int, int, str], None] | None = None
) -> float:
    """Compile a scenario's rules where that is needed, and return the seconds it took.

    Of several processes that need the same rules one compiles and the others wait for its result.

    Parameters
    ----------
    scenario : Scenario
    progress : callable, optional
        Called with ``(done, total, rule)`` before each rule.

    Raises
    ------
    BadInput
        When a rule cannot be compiled.
    """
    if is_compiled(scenario.rules):
        return 0.0
    start = time.monotonic()
    with wait_for_lock(CACHE_FOLDER / "compiling.lock"):
        if not is_compiled(scenario.rules):
            _compile_rules(scenario, progress)
    return time.monotonic() - start


def _compile_rules(scenario: Scenario, progress: Callable[[int, int, str], None] | None) -> None:
    world, current_rule = allocate_world(scenario.table_sizes()), ""

    def on_rule(done: int, total: int, id: str) -> None:
        nonlocal current_rule
        current_rule = id
        if progress is not None:
            progress(done, total, id)

    try:
        driver = load_driver(scenario.rules)
        step_codegen.compile_schedule([driver.start, *driver.rules], on_rule)
        if not driver.is_ready():
            on_rule(0, 0, "")
        buffer = WorldBuffer(scenario.table_sizes(), 1, 1, False, False)
        # No month is simulated, so whatever fails here is compiling.
        run_chunk(
            driver,
            buffer,
            world.memory.copy(),
            as_record(scenario.params()),
            as_record(scenario.start()),
            0,
            0,
            0,
            1,
        )
    except BadInput:
        raise
    except Exception as error:
        raise BadInput(
            f"the rule {current_rule or 'order of the month'} cannot be compiled; correct its"
            f" kernel: {str(error).strip()}"
        ) from error


def compile_rules(scenario: Scenario, quiet: bool = False) -> None:
    """Compile a scenario's rules where that is needed, and print the progress.

    On a terminal one line is updated; elsewhere every tenth rule is printed on a line of its own.
    """
    on_terminal = sys.stderr.isatty()

    def print_progress(done: int, total: int, rule: str) -> None:
        if on_terminal or done % 10 == 0:
            text = (
                f"compiling rule {done + 1} of {total}: {rule}"
                if rule
                else "compiling the month (stored for later runs)"
            )
            print(f"{text:<78}", end="\r" if on_terminal else "\n", file=sys.stderr, flush=True)

    seconds = compile_if_needed(scenario, None if quiet else print_progress)
    if seconds and not quiet:
        print(f"{f'compiled in {seconds:.0f} s; later runs start at once':<78}", file=sys.stderr)
