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

from poruka.engine.driver import Buffer, load_driver
from poruka.engine.index_series import SERIES
from poruka.engine.state import tables
from poruka.scenario.scenario import Scenario
from poruka.simulation.chronicle import Account, account, chronicle
from poruka.simulation.fork_runner import Way, enlarged
from poruka.simulation.frames import events_frame, series_dataset
from poruka.simulation.outcomes import outcome_frame
from poruka.utils.errors import BadInput, WorldFailed, unknown


class View(mesa.Agent):
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
                str(unknown(f"field of a {tables()[type(self).table].row}", name, known))
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
                    unknown(
                        f"field of a {tables()[type(self).table].row}",
                        name,
                        {f.name for f in tables()[type(self).table].fields},
                    )
                )
            )


def _view(name: str, table: str) -> type[View]:
    return type(
        name,
        (View,),
        {
            "table": table,
            "__doc__": f"{tables()[table].meaning[0].upper()}{tables()[table].meaning[1:]}.",
            "__module__": __name__,
        },
    )


President, Premier, Citizen, Oligarch, Clan = (
    _view(n, t)
    for n, t in (
        ("President", "president"),
        ("Premier", "premier"),
        ("Citizen", "citizens"),
        ("Oligarch", "oligarchs"),
        ("Clan", "clans"),
    )
)
Kinsman, Contender, Deputy, Region, Party = (
    _view(n, t)
    for n, t in (
        ("Kinsman", "family"),
        ("Contender", "contenders"),
        ("Deputy", "deputies"),
        ("Region", "regions"),
        ("Party", "parties"),
    )
)
Movement, Outlet, Court, Commander, Client = (
    _view(n, t)
    for n, t in (
        ("Movement", "movements"),
        ("Outlet", "outlets"),
        ("Court", "courts"),
        ("Commander", "commanders"),
        ("Client", "clients"),
    )
)
AGENTS = (
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
        self.seed_used, self.number = int(seed), int(world)
        self.scenario_used = scenario = scenario.drawn(self.seed_used, self.number)
        self._settle(Buffer(scenario.sizes(), 1, scenario.months, True, False, reasons=250_000))
        self._played(self._way.begin(self.seed_used, self.number))

    def _settle(self, buffer: Buffer) -> None:
        """Take a buffer's world as one's own, and make its rows agents."""
        self._buffer, self.world = buffer, buffer.world
        self._way = Way(self.scenario_used, load_driver(self.scenario_used.rules), buffer)
        for kind in AGENTS:
            for row in range(len(getattr(self.world, kind.table))):
                kind(self, row)

    def __getattr__(self, name: str) -> Any:
        if name in SERIES and "world" in self.__dict__:
            return float(self.world.index[0][name])
        raise AttributeError(f"a regime has no {name!r}; indices are {', '.join(SERIES)}.")

    @property
    def month(self) -> int:
        """Months played so far."""
        return int(self.world.clock[0].month)

    @property
    def date(self) -> str:
        """Date of the last month played, or of the start."""
        return self.scenario_used.date_of(max(0, self.month - 1))

    @property
    def scenario_now(self) -> Scenario:
        """What holds this month: the scenario with the changes of the forks that have opened."""
        return self._way.stage.scenario

    @property
    def president(self) -> View:
        """The ruler."""
        return self.agents_by_type[President][0]

    def step(self) -> None:
        """Play one month; raises ``StopIteration`` after the scenario's last."""
        if self.month >= self.scenario_used.months:
            self.steps = self.month
            raise StopIteration(f"{self.scenario_used.title} ended in {self.date}.")
        self._play(self.month + 1)

    def _play(self, months: int) -> None:
        """Play up to a month, with room for the reasons of every event."""
        self._played(self._way.play_on(self.seed_used, self.number, months))

    def _played(self, answer: int) -> None:
        if answer != -1:
            raise WorldFailed(
                f"world {self.number} (seed {self.seed_used}) left its bounds in {self.date}: an"
                " index is not a number, or it told more events than there is room for."
            )
        # What Mesa counts for itself follows the world, however far one call has played it.
        self.steps, self.running = self.month, self.month < self.scenario_used.months

    def fork(self, change: Any = None, **wishes: Any) -> "Regime":
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
        if self.month >= self.scenario_used.months:
            raise BadInput(
                f"{self.scenario_used.title} ended in {self.date}; fork an earlier month of it,"
                " such as regime.run_until(...).fork(...)."
            )
        scenario = self.scenario_used.fork(self.scenario_used.date_of(self.month), change, **wishes)
        branch = Regime.__new__(Regime)
        mesa.Model.__init__(branch, rng=np.random.default_rng([self.seed_used, self.number]))
        branch.scenario_used, branch.seed_used, branch.number = (
            scenario,
            self.seed_used,
            self.number,
        )
        branch._settle(enlarged(self._buffer, scenario.sizes(), scenario.months))
        branch._way.opened, branch._way.stage = (
            dict(self._way.opened),
            self._way.staged_like(branch._way),
        )
        branch._way.open_due()
        branch._played(-1)
        return branch

    def run(self) -> "Regime":
        """Play to the scenario's last month."""
        self._play(self.scenario_used.months)
        return self

    def run_until(self, date: str) -> "Regime":
        """Play up to a date, that month included."""
        goal = self.scenario_used.month_of(date)
        if not 0 <= goal < self.scenario_used.months:
            raise BadInput(
                f"{date} lies outside this scenario, which runs from"
                f" {self.scenario_used.start_date} to {self.scenario_used.file.end_date}."
            )
        self._play(max(goal + 1, self.month))
        return self

    @property
    def series(self) -> Any:
        """Monthly indices so far, as in an ensemble."""
        return series_dataset(
            self._buffer.series[:, : self.month].copy(), self.scenario_used, np.array([self.number])
        )

    @property
    def events(self) -> pd.DataFrame:
        """Events so far, as in an ensemble; the row number is what :meth:`why` takes."""
        raw = np.asarray(self.world.events[: int(self.world.clock[0].told)])
        return events_frame(raw, np.full(len(raw), self.number), self.scenario_used)

    @property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes so far, as in an ensemble."""
        return outcome_frame(np.asarray(self._buffer.outcomes), max(1, self.month), set())

    def chronicle(self, most: int = 60) -> str:
        """Return the history so far in words, each event with its number."""
        return chronicle(self.events, self.scenario_used, most=most, numbered=True)

    def why(self, event: Any) -> Account:
        """Return which rule made an event and the numbers that decided it.

        Parameters
        ----------
        event : int or row of :attr:`events`, or of an ensemble's events that holds this world
        """
        told = self.events
        number = self._number_of(event, told) if isinstance(event, pd.Series) else int(event)
        if not 0 <= number < len(told):
            raise BadInput(
                f"there is no event {number}; this world has told {len(told)} so far, numbered"
                " from 0."
            )
        kept = self.world.reasons[: min(int(self.world.clock[0].reasons), len(self.world.reasons))]
        mine = kept[kept.event == number]
        return account(
            told.iloc[number],
            [(int(one["quantity"]), float(one["value"])) for one in np.asarray(mine)],
            self.scenario_used,
        )

    def _number_of(self, event: pd.Series, told: pd.DataFrame) -> int:
        """Return an event's number in this world; its row number elsewhere says nothing
        about that.
        """
        same = np.ones(len(told), dtype=bool)
        for column in told:
            same &= (told[column].astype(object) == event[column]).to_numpy()
        numbers = np.flatnonzero(same)
        if not len(numbers):
            raise BadInput(
                f"world {self.number} of seed {self.seed_used} has not told this event up to"
                f" {self.date}; ask the regime of the event's own world and seed, played at least"
                " that far."
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
    def instruments(self) -> dict[str, str]:
        """Labels of the instruments by id."""
        return {one.id: one.label for one in self.scenario_used.instruments}
