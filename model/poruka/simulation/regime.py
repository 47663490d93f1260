"""One world to look inside: a Mesa model whose agents are live views of rows, stepped by the same
compiled month as the ensemble.
"""

import hashlib
from functools import cached_property
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd

from poruka.engine.driver import WorldBuffer, load_driver
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import tables
from poruka.scenario.scenario import Scenario
from poruka.simulation.chronicle import EventExplanation, build_event_explanation, format_chronicle
from poruka.simulation.fork_runner import ForkedRun, copy_with_capacity
from poruka.simulation.frames import events_frame, series_dataset
from poruka.simulation.outcomes import outcome_frame
from poruka.utils.errors import BadInput, WorldFailed, unknown_name_error


class AgentView(mesa.Agent):
    """One row of a world seen as an agent: reading and writing an attribute reads and writes the
    world.
    """

    table = ""

    def __init__(self, model: "Regime", row: int):
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("model", "row", "unique_id", "pos"):
            raise AttributeError(name)
        known = {field.name for field in tables()[type(self).table].fields}
        if name not in known:
            raise AttributeError(
                str(
                    unknown_name_error(
                        f"field of a {tables()[type(self).table].row_name}", name, known
                    )
                )
            )
        return getattr(self.model.world, type(self).table)[name][self.row].item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in {field.name for field in tables()[type(self).table].fields}:
            getattr(self.model.world, type(self).table)[name][self.row] = value
        elif name in ("model", "row", "unique_id", "pos") or name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            raise AttributeError(
                str(
                    unknown_name_error(
                        f"field of a {tables()[type(self).table].row_name}",
                        name,
                        {f.name for f in tables()[type(self).table].fields},
                    )
                )
            )


def _make_agent_class(name: str, table: str) -> type[AgentView]:
    return type(
        name,
        (AgentView,),
        {
            "table": table,
            "__doc__": f"{tables()[table].meaning[0].upper()}{tables()[table].meaning[1:]}.",
            "__module__": __name__,
        },
    )


President, Premier, Citizen, Oligarch, Clan = (
    _make_agent_class(n, t)
    for n, t in (
        ("President", "president"),
        ("Premier", "premier"),
        ("Citizen", "citizens"),
        ("Oligarch", "oligarchs"),
        ("Clan", "clans"),
    )
)
Kinsman, Contender, Deputy, Region, Party = (
    _make_agent_class(n, t)
    for n, t in (
        ("Kinsman", "family"),
        ("Contender", "contenders"),
        ("Deputy", "deputies"),
        ("Region", "regions"),
        ("Party", "parties"),
    )
)
Movement, Outlet, Court, Commander, Client = (
    _make_agent_class(n, t)
    for n, t in (
        ("Movement", "movements"),
        ("Outlet", "outlets"),
        ("Court", "courts"),
        ("Commander", "commanders"),
        ("Client", "clients"),
    )
)
AGENT_CLASSES = (
    President,
    Premier,
    Citizen,
    Oligarch,
    Clan,
    Kinsman,
    Contender,
    Deputy,
    Region,
    Party,
    Movement,
    Outlet,
    Court,
    Commander,
    Client,
)


class Regime(mesa.Model):
    """One world of a scenario: exactly world ``world`` of the ensemble with the same seed.

    Parameters
    ----------
    scenario : Scenario
    seed, world : int

    Attributes
    ----------
    world : NamedTuple of record tables
        The state itself.
    month : int
        Months played so far.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> r = Regime(load("kazakhstan"), seed=1, world=17)
    >>> r.step()
    >>> 0.0 <= r.control <= 1.0, r.date, len(r.agents_by_type[Oligarch])
    (True, '1990-03', 50)
    """

    def __init__(self, scenario: Scenario, seed: int = 1, world: int = 0):
        for name, value in (("seed", seed), ("world", world)):
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
                raise BadInput(f"{name} is {value!r}; give a whole number from 0 up.")
        super().__init__(rng=np.random.default_rng([int(seed), int(world)]))
        self.ensemble_seed, self.world_number = int(seed), int(world)
        self.world_scenario = scenario = scenario.for_world(self.ensemble_seed, self.world_number)
        self._attach_buffer(
            WorldBuffer(
                scenario.table_sizes(), 1, scenario.months, True, False, reason_capacity=250_000
            )
        )
        self._check_result(self._forked_run.begin(self.ensemble_seed, self.world_number))

    def _attach_buffer(self, buffer: WorldBuffer) -> None:
        """Take a buffer's world as one's own, and make its rows agents."""
        self._buffer, self.world = buffer, buffer.world
        self._forked_run = ForkedRun(
            self.world_scenario, load_driver(self.world_scenario.rules), buffer
        )
        for kind in AGENT_CLASSES:
            for row in range(len(getattr(self.world, kind.table))):
                kind(self, row)

    def __getattr__(self, name: str) -> Any:
        if name in INDEX_DESCRIPTIONS and "world" in self.__dict__:
            return float(self.world.index[0][name])
        raise AttributeError(
            f"a regime has no {name!r}; indices are {', '.join(INDEX_DESCRIPTIONS)}."
        )

    @property
    def month(self) -> int:
        """Months played so far."""
        return int(self.world.clock[0].month)

    @property
    def date(self) -> str:
        """Date of the last month played, or of the start."""
        return self.world_scenario.date_of(max(0, self.month - 1))

    @property
    def current_scenario(self) -> Scenario:
        """What holds this month: the scenario with the changes of the forks that have opened."""
        return self._forked_run.stage.scenario

    @property
    def president(self) -> AgentView:
        """The ruler."""
        return self.agents_by_type[President][0]

    def step(self) -> None:
        """Play one month; raises ``StopIteration`` after the scenario's last."""
        if self.month >= self.world_scenario.months:
            self.steps = self.month
            raise StopIteration(f"{self.world_scenario.title} ended in {self.date}.")
        self._run_to_month(self.month + 1)

    def _run_to_month(self, months: int) -> None:
        """Play up to a month, with room for the reasons of every event."""
        self._check_result(
            self._forked_run.run_to_month(self.ensemble_seed, self.world_number, months)
        )

    def _check_result(self, return_code: int) -> None:
        if return_code != -1:
            raise WorldFailed(
                f"world {self.world_number} (seed {self.ensemble_seed}) left its bounds in"
                f" {self.date}: an index is not a number, or it told more events than there is room"
                " for."
            )
        # What Mesa counts for itself follows the world, however far one call has played it.
        self.steps, self.running = self.month, self.month < self.world_scenario.months

    def fork(self, change: Any = None, **fork_arguments: Any) -> "Regime":
        """Return a branch that opens now: the same world up to here, other from here on; see
        :meth:`Scenario.fork`.

        Neither the parent nor other branches notice. Without any wish the branch is the parent to
        the bit. What was written into this world by hand is copied too; a branch of a world nobody
        wrote into is exactly that world of ``branch.scenario_used``.

        Raises
        ------
        BadInput
            When the world is at its end, or a wish cannot be granted.

        Examples
        --------
        >>> from poruka.scenario.scenario import load
        >>> parent = Regime(load("kazakhstan"), seed=1).run_until("1990-06")
        >>> branch = parent.fork({"state.president.health": 0.3}, force="heir.unknown")
        >>> branch.president.health, parent.president.health > 0.9, branch.month
        (0.3, True, 4)
        """
        if self.month >= self.world_scenario.months:
            raise BadInput(
                f"{self.world_scenario.title} ended in {self.date}; fork an earlier month of it,"
                " such as regime.run_until(...).fork(...)."
            )
        scenario = self.world_scenario.fork(
            self.world_scenario.date_of(self.month), change, **fork_arguments
        )
        branch = Regime.__new__(Regime)
        mesa.Model.__init__(
            branch, rng=np.random.default_rng([self.ensemble_seed, self.world_number])
        )
        branch.world_scenario, branch.ensemble_seed, branch.world_number = (
            scenario,
            self.ensemble_seed,
            self.world_number,
        )
        branch._attach_buffer(
            copy_with_capacity(self._buffer, scenario.table_sizes(), scenario.months)
        )
        branch._forked_run.fork_months, branch._forked_run.stage = (
            dict(self._forked_run.fork_months),
            self._forked_run.stage_sized_for(branch._forked_run),
        )
        branch._forked_run.open_due_forks()
        branch._check_result(-1)
        return branch

    def run(self) -> "Regime":
        """Play to the scenario's last month."""
        self._run_to_month(self.world_scenario.months)
        return self

    def run_until(self, date: str) -> "Regime":
        """Play up to a date, that month included."""
        goal = self.world_scenario.month_of(date)
        if not 0 <= goal < self.world_scenario.months:
            raise BadInput(
                f"{date} lies outside this scenario, which runs from"
                f" {self.world_scenario.start_date} to {self.world_scenario.file.end_date}."
            )
        self._run_to_month(max(goal + 1, self.month))
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
        """Return the history so far in words, each event with its number."""
        return format_chronicle(
            self.events, self.world_scenario, max_lines=max_lines, numbered=True
        )

    def why(self, event: Any) -> EventExplanation:
        """Return which rule made an event and the numbers that decided it.

        Parameters
        ----------
        event : int or row of :attr:`events`, or of an ensemble's events that holds this world
        """
        told = self.events
        number = self._event_number(event, told) if isinstance(event, pd.Series) else int(event)
        if not 0 <= number < len(told):
            raise BadInput(
                f"there is no event {number}; this world has told {len(told)} so far, numbered"
                " from 0."
            )
        kept = self.world.reasons[: min(int(self.world.clock[0].reasons), len(self.world.reasons))]
        mine = kept[kept.event == number]
        return build_event_explanation(
            told.iloc[number],
            [(int(one["quantity"]), float(one["value"])) for one in np.asarray(mine)],
            self.world_scenario,
        )

    def _event_number(self, event: pd.Series, logged: pd.DataFrame) -> int:
        """Return an event's number in this world; its row number elsewhere says nothing
        about that.
        """
        same = np.ones(len(logged), dtype=bool)
        for column in logged:
            same &= (logged[column].astype(object) == event[column]).to_numpy()
        numbers = np.flatnonzero(same)
        if not len(numbers):
            raise BadInput(
                f"world {self.world_number} of seed {self.ensemble_seed} has not told this event up"
                f" to {self.date}; ask the regime of the event's own world and seed, played at"
                " least that far."
            )
        return int(event.name) if event.name in numbers else int(numbers[0])

    def graph(self, kind: str = "patronage") -> nx.Graph:
        """Return who stands below whom (``patronage``) or who is kin (``kinship``) as a networkx
        graph.

        Nodes carry table, row, wealth, clan, stance and loyalty.
        """
        if kind not in ("patronage", "kinship"):
            raise BadInput(f"graph {kind!r} is not known; allowed are patronage and kinship.")
        world = self.world
        graph: nx.Graph = nx.DiGraph() if kind == "patronage" else nx.Graph()
        graph.add_node(
            "president", table="president", row=0, wealth=0.0, clan=-1, stance=0, loyalty=1.0
        )
        for i, one in enumerate(world.oligarchs):
            if kind == "patronage" or one.kin > 0.0:
                graph.add_node(
                    f"oligarch {i}",
                    table="oligarchs",
                    row=i,
                    wealth=float(one.wealth),
                    clan=int(one.clan),
                    stance=int(one.stance),
                    loyalty=float(one.nearness),
                )
                graph.add_edge(
                    "president",
                    f"oligarch {i}",
                    weight=float(one.nearness if kind == "patronage" else one.kin),
                )
        if kind == "kinship":
            for m, one in enumerate(world.family):
                if one.active:
                    graph.add_node(
                        f"kinsman {m}",
                        table="family",
                        row=m,
                        wealth=float(one.wealth),
                        clan=-1,
                        stance=0,
                        loyalty=1.0 - float(one.positioning),
                    )
                    graph.add_edge("president", f"kinsman {m}", weight=float(one.kinship))
            return graph
        for i, one in enumerate(world.clients):
            above = f"oligarch {int(one.patron)}" if one.layer == 1 else f"client {int(one.patron)}"
            graph.add_node(
                f"client {i}",
                table="clients",
                row=i,
                wealth=float(one.fed),
                clan=-1,
                stance=0,
                loyalty=float(one.loyalty),
            )
            graph.add_edge(above, f"client {i}", weight=float(one.loyalty))
        return graph

    def state_digest(self) -> str:
        """Return a hash of the whole state; equal hashes are equal worlds."""
        return hashlib.sha256(self.world.memory.tobytes()).hexdigest()

    @cached_property
    def instrument_labels(self) -> dict[str, str]:
        """Labels of the instruments by id."""
        return {one.id: one.label for one in self.world_scenario.instruments}
