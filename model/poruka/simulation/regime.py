"""One world as a Mesa model: its agents, indices, events and the reasons for them.

The agents are live views of the world's tables, and a step runs the same compiled month as an
ensemble does.
"""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd

from poruka.engine.driver import WorldBuffer, load_driver
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scenario.fork import build_fork
from poruka.scenario.scenario import Scenario
from poruka.scenario.timeline import add_fork
from poruka.simulation.agents import AGENT_CLASSES, AgentView, President
from poruka.simulation.chronicle import format_chronicle
from poruka.simulation.display import regime_html
from poruka.simulation.ending import Ending, describe_ending
from poruka.simulation.event_explanation import (
    EventExplanation,
    build_event_explanation,
    find_event,
)
from poruka.simulation.fork_runner import ForkedRun, copy_with_capacity
from poruka.simulation.frames import events_frame, series_dataset
from poruka.simulation.hand_written_state import refuse_impossible_state
from poruka.simulation.outcomes import outcome_frame
from poruka.simulation.own_rule_check import check_own_rules, refuse_changed_kernels
from poruka.simulation.patronage_graph import build_agent_graph
from poruka.simulation.regime_copies import contents_of_buffer, regime_with, restore_regime
from poruka.simulation.request_values import seed_number, whole_number
from poruka.simulation.run_spec import resolve_scenario
from poruka.utils.errors import BadInput, WorldFailed

REASON_ROOM = 250_000
"""Numbers behind decisions that a regime has room for."""


class Regime(mesa.Model):
    """One simulated history: exactly world ``world`` of the ensemble with the same seed.

    Every index of the regime is an attribute: ``regime.control``, ``regime.approval``.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, or the name or path of its file.
    seed, world : int

    Attributes
    ----------
    world : NamedTuple of record tables
        The state itself.
    month : int
        Months simulated so far.

    Examples
    --------
    >>> from poruka.simulation.agents import Oligarch
    >>> r = Regime("kazakhstan", seed=1, world=17)
    >>> r.step()
    >>> 0.0 <= r.control <= 1.0, r.date, len(r.agents_by_type[Oligarch])
    (True, '1990-03', 50)
    """

    def __init__(self, scenario: Scenario | str | Path, seed: int = 1, world: int = 0):
        self.ensemble_seed, self.world_number = seed_number(seed), whole_number("world", world, 0)
        super().__init__(rng=np.random.default_rng([self.ensemble_seed, self.world_number]))
        self.world_scenario = scenario = resolve_scenario(scenario).for_world(
            self.ensemble_seed, self.world_number
        )
        self._attach_buffer(
            WorldBuffer(scenario.table_sizes(), 1, scenario.months, True, False, 1, REASON_ROOM)
        )
        self._check_result(self._forked_run.begin(self.ensemble_seed, self.world_number))
        self.datacollector.collect(self)

    def _attach_buffer(self, buffer: WorldBuffer) -> None:
        """Adopt the world of a buffer and make its rows agents."""
        self._left: np.ndarray | None = None
        self._buffer, self.world = buffer, buffer.world
        driver = load_driver(self.world_scenario.rules)
        check_own_rules(self.world_scenario, driver)
        self._forked_run = ForkedRun(self.world_scenario, driver, buffer)
        for agent_class in AGENT_CLASSES:
            for row in range(len(getattr(self.world, agent_class.table))):
                agent_class(self, row)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes, or be copied, with the state as it stands."""
        return restore_regime, (
            type(self),
            self.world_scenario,
            (self.ensemble_seed, self.world_number),
            contents_of_buffer(self._buffer),
            self._forked_run.fork_months,
        )

    def __getattr__(self, name: str) -> Any:
        if name in INDEX_DESCRIPTIONS and "world" in self.__dict__:
            return float(self.world.index[0][name])
        raise AttributeError(
            f"a regime has no {name!r}; indices are {', '.join(INDEX_DESCRIPTIONS)}. `agents` are"
            " the actors with their fields, `events` what happened; `dir(regime)` lists the rest."
        )

    @cached_property
    def datacollector(self) -> mesa.DataCollector:
        """Mesa's record of the indices, of months simulated by single steps; see ``series``."""
        return mesa.DataCollector(model_reporters={name: name for name in INDEX_DESCRIPTIONS})

    @property
    def month(self) -> int:
        """Months simulated so far."""
        return int(self.world.clock[0].month)

    @property
    def date(self) -> str:
        """Date of the last month simulated, or of the start."""
        return self.world_scenario.date_of(max(0, self.month - 1))

    @property
    def current_scenario(self) -> Scenario:
        """The scenario as it holds now, with the changes of the forks that have opened."""
        return self._forked_run.stage.scenario

    @property
    def president(self) -> AgentView:
        """The ruler."""
        return self.agents_by_type[President][0]

    def step(self) -> None:
        """Simulate one month; raises ``StopIteration`` after the scenario's last."""
        if self.month >= self.world_scenario.months:
            self.steps = self.month
            raise StopIteration(f"{self.world_scenario.title} ended in {self.date}.")
        self._run_to_month(self.month + 1)
        self.datacollector.collect(self)

    def _run_to_month(self, months: int) -> None:
        """Simulate up to a month; what was written into the state by hand is checked before."""
        refuse_changed_kernels(self.world_scenario, self._forked_run.driver)
        if self._left is not None and not np.array_equal(self._left, self.world.memory):
            refuse_impossible_state(self.world, self._left, self.world_scenario.table_sizes())
        self._check_result(
            self._forked_run.run_to_month(self.ensemble_seed, self.world_number, months)
        )

    def _check_result(self, return_code: int) -> None:
        if return_code != -1:
            raise WorldFailed(
                f"world {self.world_number} (seed {self.ensemble_seed}) failed in {self.date}: an"
                " index is not a number, or more events were logged than there is space for."
            )
        self._left = np.array(self.world.memory)
        # Mesa keeps counts of its own; they follow the world, which one call may advance by years.
        self.steps, self.running = self.month, self.month < self.world_scenario.months

    def fork(self, change: Any = None, **fork_arguments: Any) -> "Regime":
        """Return a branch that opens now: the same world up to this month, changed from here on.

        For the arguments see :meth:`Scenario.fork`. The parent and other branches are not
        affected. Without a change the branch is identical to its parent. State written into this
        world by hand is copied too; where none was, the branch is exactly this world of
        ``branch.world_scenario``.

        Raises
        ------
        BadInput
            When the world is at its end, or a change is impossible.

        Examples
        --------
        >>> parent = Regime("kazakhstan", seed=1).run_until("1990-06")
        >>> branch = parent.fork({"state.president.health": 0.3}, force="heir.unknown")
        >>> branch.president.health, parent.president.health > 0.9, branch.month
        (0.3, True, 4)
        """
        if self.month >= self.world_scenario.months:
            raise BadInput(
                f"{self.world_scenario.title} ended in {self.date}; fork an earlier month of it,"
                " such as regime.run_until(...).fork(...)."
            )
        here = self.world_scenario.date_of(self.month)
        scenario = add_fork(self.world_scenario, build_fork(here, change, **fork_arguments))
        branch = regime_with(
            Regime,
            scenario,
            (self.ensemble_seed, self.world_number),
            copy_with_capacity(self._buffer, scenario.table_sizes(), scenario.months),
        )
        branch._forked_run.fork_months = dict(self._forked_run.fork_months)
        branch._forked_run.stage = self._forked_run.stage_sized_for(branch._forked_run)
        branch._forked_run.open_due_forks()
        branch._check_result(-1)
        return branch

    def run(self) -> "Regime":
        """Simulate to the scenario's last month and return the regime."""
        self._run_to_month(self.world_scenario.months)
        return self

    def run_until(self, date: str) -> "Regime":
        """Simulate up to a date, that month included, and return the regime."""
        target_month = self.world_scenario.month_of(date)
        if not 0 <= target_month < self.world_scenario.months:
            raise BadInput(
                f"{date} lies outside this scenario, which runs from"
                f" {self.world_scenario.start_date} to {self.world_scenario.file.end_date}."
            )
        self._run_to_month(max(target_month + 1, self.month))
        return self

    @property
    def series(self) -> Any:
        """Monthly indices so far, as in an ensemble."""
        return series_dataset(
            self._buffer.series[:, : self.month].copy(),
            self.world_scenario,
            np.array([self.world_number]),
        )

    @property
    def events(self) -> pd.DataFrame:
        """Events so far, as in an ensemble; the row number is what :meth:`why` takes."""
        raw = np.asarray(self.world.events[: int(self.world.clock[0].told)])
        return events_frame(raw, np.full(len(raw), self.world_number), self.world_scenario)

    @property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes so far, as in an ensemble."""
        return outcome_frame(np.asarray(self._buffer.outcomes), max(1, self.month), set())

    def chronicle(self, max_lines: int = 60) -> str:
        """Return the history so far as a text, each event with its number, and how it stands."""
        text = format_chronicle(self.events, self.world_scenario, max_lines, numbered=True)
        return f"{text}\n{self.ending()}"

    def ending(self) -> Ending:
        """Return how the world stands: who rules, how he came, whether the regime survived."""
        return describe_ending(
            self.outcomes.iloc[0], self.events, self.world_scenario, max(1, self.month)
        )

    def __repr__(self) -> str:
        address = f"seed {self.ensemble_seed}, world {self.world_number}"
        return f"<Regime {self.world_scenario.name}, {address}, in {self.date}>"

    def _repr_html_(self) -> str:
        return regime_html(self)

    def why(self, event: Any) -> EventExplanation:
        """Return which rule produced an event and the numbers that decided it.

        Parameters
        ----------
        event : int or row of :attr:`events`, or of an ensemble's events that holds this world
        """
        events = self.events
        if isinstance(event, pd.Series):
            whose = f"world {self.world_number} of seed {self.ensemble_seed}"
            event = find_event(event, events, whose, self.date)
        number = int(event)
        if not 0 <= number < len(events):
            raise BadInput(
                f"there is no event {number}; this world has logged {len(events)} so far, numbered"
                " from 0."
            )
        reason_count = min(int(self.world.clock[0].reasons), len(self.world.reasons))
        logged_reasons = np.asarray(self.world.reasons[:reason_count])
        reasons = logged_reasons[logged_reasons["event"] == number]
        return build_event_explanation(
            events.iloc[number],
            [(int(reason["quantity"]), float(reason["value"])) for reason in reasons],
            self.world_scenario,
        )

    def graph(self, kind: str = "patronage") -> nx.Graph:
        """Return the network of patronage, kinship or ties of the elite as a networkx graph.

        For its nodes and edges see
        :func:`poruka.simulation.patronage_graph.build_agent_graph`.
        """
        return build_agent_graph(self.world, kind)

    def state_digest(self) -> str:
        """Return a hash of the whole state; equal hashes mean equal worlds."""
        return hashlib.sha256(self.world.memory.tobytes()).hexdigest()
