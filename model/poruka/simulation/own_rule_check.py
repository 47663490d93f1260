"""Rules of one's own at work: what each does in a few months, against what its source shows.

What a rule may write is read off its source before anything runs (:mod:`poruka.engine.rule`). Here
it is seen as well: before the first run of a schedule with rules of one's own, two worlds are
played for some months, and each month is repeated up to each such rule, without it and with it.
Whatever differs was written by this rule. Without the compiler its reading is seen too, in one
month of one world. The kernels are those of the run itself, so nothing that a source says can be in
the way; what a rule does only in months that were not played stays unseen.
"""

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from poruka.engine.driver import Driver, KernelAddresses, WorldBuffer, load_driver, run_chunk
from poruka.engine.jit import JIT_ENABLED, inner_kernel
from poruka.engine.kernel_cache import CachedKernel
from poruka.engine.kernel_reader import Usage
from poruka.engine.kernel_source import remember_package
from poruka.engine.parameters import as_record
from poruka.engine.rule_source import find_field_usage
from poruka.engine.state import allocate_world, tables
from poruka.engine.step_codegen import rule_types
from poruka.rules import instruments
from poruka.scenario.own_rules import own_rules
from poruka.scenario.scenario import Scenario
from poruka.simulation.recorded_use import Recorder, recorded_numbers, recorded_world
from poruka.utils.errors import BadInput

CHECKED_WORLDS = 2 if JIT_ENABLED else 1
CHECKED_MONTHS = 24 if JIT_ENABLED else 1  # interpreted, a month takes as long as a hundred others
CHECKED_DRIVERS: dict[tuple[int, str], Driver] = {}
"""Drivers that were checked in this process, by their place in memory and the scenario file."""
remember_package()  # all rules are imported by now, and no line of a user's has run


@inner_kernel
def do_nothing(world: Any, params: Any, stream: Any) -> None:
    """Stand in the place of a rule that is not to run."""


def check_own_rules(scenario: Scenario, driver: Driver) -> None:
    """Refuse a scenario with a rule of one's own that does what its source does not show.

    The same driver is checked once in a process for each scenario file.

    Raises
    ------
    BadInput
        With the rule, the field, the month, what the rule may write, and what to do.

    Examples
    --------
    >>> from poruka.engine.driver import load_driver
    >>> from poruka.scenario.scenario import load
    >>> kazakhstan = load("kazakhstan")
    >>> check_own_rules(kazakhstan, load_driver(kazakhstan.rules))
    """
    mine = own_rules(scenario.rules)
    if not mine:
        return
    if CHECKED_DRIVERS.get((id(driver), scenario.name)) is not driver:
        # Reading a rule takes as long as a month.
        shown = {rule.id: find_field_usage(rule.function) for rule in mine}
        for world in range(CHECKED_WORLDS):
            _CheckedWorld(scenario, driver, world).check(shown)
        CHECKED_DRIVERS[id(driver), scenario.name] = driver


def refuse_changed_kernels(scenario: Scenario, driver: Driver) -> None:
    """Refuse to go on with a world whose rules are others than when it began.

    Compiled, it goes on by the machine code with which it began. Interpreted, a helper that was
    written anew in a notebook would act from the next month on, in a rule that was never checked.

    Raises
    ------
    BadInput
        When a kernel that a rule rests on, or a number of its module, is another one.
    """
    if not JIT_ENABLED and load_driver(scenario.rules) is not driver:
        raise BadInput(
            "a rule of this world, or a kernel or number that it uses, was changed since the world"
            " began; begin the world anew, or put back what was there."
        )


class _CheckedWorld:
    """One world in which rules of one's own are watched."""

    def __init__(self, scenario: Scenario, driver: Driver, number: int):
        self.scenario, self.driver, self.number = scenario, driver, number
        sizes = scenario.table_sizes()
        self.buffer = WorldBuffer(sizes, 1, CHECKED_MONTHS, False, False)
        self.template = instruments.build_initial_memory(allocate_world(sizes), scenario)
        self.numbers = as_record(scenario.params()), as_record(scenario.start())
        nothing = CachedKernel("nothing", do_nothing, rule_types)
        self.nothing = nothing.address() if JIT_ENABLED else 0

    def check(self, shown: dict[str, Usage]) -> None:
        """Play the months; a world that fails is told of when it is run, and here it ends."""
        usual = list(self.driver.addresses.rules)
        positions = {id: self.scenario.rules.ids.index(id) for id in shown}
        if not self._play(0, usual, initialise=True):
            return
        if not JIT_ENABLED:
            for id, at in positions.items():
                usual[at] = self._watched(id, shown[id], usual[at])
            self._play(1, usual)
            return
        memory = self.buffer.world.memory
        for month in range(1, CHECKED_MONTHS + 1):
            before = memory.copy()
            for id, at in positions.items():
                states = []
                for count in (at, at + 1):
                    memory[:] = before
                    if not self._play(month, usual[:count] + [self.nothing] * (len(usual) - count)):
                        return
                    states.append(self._copy_tables())
                refuse_undeclared_writes(id, shown[id].writes, self._when(month), *states)
            memory[:] = before
            if not self._play(month, usual):
                return

    def _watched(self, id: str, shown: Usage, function: Any) -> Any:
        """Return a rule that is compared with what it may do; interpreted only."""

        def run(world: Any, params: Any, stream: Any) -> None:
            without, recorder = self._copy_tables(), Recorder()
            (numbers,) = recorded_numbers(recorder, "params", self.numbers[0])
            function(recorded_world(recorder, world), numbers, stream)
            when = self._when(1)
            refuse_undeclared_writes(id, shown.writes, when, without, self._copy_tables())
            refuse_use(id, "read", shown.reads, when, recorder.reads)
            refuse_use(id, "read", shown.parameters, when, recorder.numbers)
            refuse_use(id, "write", shown.writes, when, recorder.writes)

        return run

    def _play(self, months: int, rules: list[Any], initialise: bool = False) -> bool:
        """Play up to a month with some rules in place of the usual; return whether it held."""
        addresses: Any = np.array(rules, dtype=np.int64) if JIT_ENABLED else tuple(rules)
        started = KernelAddresses(addresses, self.driver.addresses.start)
        driver = replace(self.driver, _addresses=started)
        span = (1, self.number, 1, months)
        numbers = (self.template, *self.numbers)
        try:
            return run_chunk(driver, self.buffer, *numbers, *span, initialise=initialise) == -1
        except BadInput:
            raise
        except Exception:  # noqa: BLE001 - what a rule raises belongs to the world that is run
            return False

    def _when(self, month: int) -> str:
        return f"{self.scenario.date_of(month - 1)} of world {self.number}"

    def _copy_tables(self) -> dict[str, np.ndarray]:
        return {name: np.array(getattr(self.buffer.world, name)) for name in tables()}


def refuse_undeclared_writes(
    id: str,
    may_write: frozenset[str],
    when: str,
    without: dict[str, np.ndarray],
    with_it: dict[str, np.ndarray],
) -> None:
    """Refuse a rule if something differs with it that it may not write."""
    written = {
        f"{table}.{field}"
        for table, rows in without.items()
        if rows.tobytes() != with_it[table].tobytes()
        for field in rows.dtype.names or ()
        if rows[field].tobytes() != with_it[table][field].tobytes()
    }
    refuse_use(id, "write", may_write, when, written)


def refuse_use(
    id: str, kind: Literal["read", "write"], allowed: frozenset[str], when: str, used: set[str]
) -> None:
    """Refuse a rule that read or wrote some fields or numbers that its source does not show."""
    if hidden := sorted(used - allowed):
        raise BadInput(
            f"rule {id}: in {when} it {'wrote' if kind == 'write' else kind}"
            f" {', '.join(hidden)}, which its source does not show; it may {kind}"
            f" {', '.join(sorted(allowed)) or 'nothing'}. Name the row and the field where the rule"
            f" {kind}s, such as oligarch.wealth{' = …' if kind == 'write' else ''}, in the rule or"
            " in a kernel it calls."
        )
