"""What a visitor has on the table: a scenario, one world of it, at most two branches, and what is
to be changed next.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poruka.app.pending_changes import Wish, Wishes
from poruka.scenario.save import save
from poruka.scenario.scenario import Scenario, load
from poruka.simulation.regime import Regime
from poruka.utils.errors import BadInput


@dataclass
class Branch:
    """One history: its letter, its world, the month in which it left the other (-1 for the first),
    and what differs in it.
    """

    name: str
    regime: Regime
    opened: int = -1
    differs: str = ""

    @property
    def title(self) -> str:
        """How it came about."""
        return (
            "as it was"
            if self.opened < 0
            else f"branched before {self.regime.world_scenario.date_of(self.opened)}"
        )


class Session:
    """One visitor's table; every method leaves it sound, or as it was with a reason why not.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A name, the path of a file, or a scenario.
    seed, world : int
    folder : Path
        Where scenarios are saved.

    Attributes
    ----------
    branches : list of Branch
        One, or two that are played side by side.
    own : dict of str to Scenario
        Scenarios known to this table only, by name: the first one, and those it has saved.
    wishes : Wishes
        What is to be changed with the next restart or fork.
    chosen : tuple of (str, int) or None
        Table and row of the agent looked at.

    Examples
    --------
    >>> table = Session("kazakhstan", seed=1, world=17)
    >>> table.step(), table.month, table.date
    (True, 1, '1990-03')
    """

    def __init__(
        self,
        scenario: str | Path | Scenario,
        seed: int = 1,
        world: int = 0,
        folder: str | Path = ".",
    ):
        self.lock = threading.RLock()
        self.folder = Path(folder)
        self.wishes, self.chosen, self.event = Wishes(), None, None
        first = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.own = {first.name: first}
        self._place(first, seed, world)

    chosen: tuple[str, int] | None
    event: tuple[str, int] | None

    def _place(self, scenario: Scenario, seed: int, world: int) -> None:
        first = Branch("A", Regime(scenario, seed=seed, world=world))
        self.scenario, self.seed, self.world = scenario, int(seed), int(world)
        self.branches: list[Branch] = [first]
        self.event = None
        self._places: Any = None

    def choose(self, name: str, seed: int, world: int) -> None:
        """Put another scenario, or another world of it, on the table, as it was before anything was
        asked for.
        """
        with self.lock:
            self._place(self.own.get(name) or load(name), seed, world)
            self.wishes, self.chosen = Wishes(), None

    @property
    def months(self) -> int:
        """Length of the history."""
        return self.scenario.months

    @property
    def month(self) -> int:
        """Months played so far."""
        return self.branches[0].regime.month

    @property
    def date(self) -> str:
        """The last month played; the first one before anything is played."""
        return self.branches[0].regime.date

    @property
    def ended(self) -> bool:
        """Whether the last month has been played."""
        return self.month >= self.months

    def branch(self, name: str = "") -> Branch:
        """Return a branch by its letter; the last one without."""
        for one in self.branches:
            if one.name == name:
                return one
        return self.branches[-1]

    def step(self) -> bool:
        """Play one month in every branch; false when there is none left."""
        with self.lock:
            if self.ended:
                return False
            for one in self.branches:
                one.regime.step()
            return True

    def go_to(self, month: int) -> None:
        """Play on, or play anew from the start, until so many months are played; the same seed
        brings the same months back.
        """
        with self.lock:
            if not 0 <= month <= self.months:
                raise BadInput(
                    f"month {month} lies outside this scenario, which has {self.months} months."
                )
            if month < self.month:
                for one in self.branches:
                    one.regime = Regime(one.regime.world_scenario, seed=self.seed, world=self.world)
                self.event = None
            if month > 0:
                for one in self.branches:
                    one.regime.run_until(self.scenario.date_of(month - 1))

    def wish(self, kind: str, key: str, value: Any = None) -> None:
        """Ask for something to be otherwise from the next restart or fork on; see
        :data:`poruka.app.pending_changes.KINDS`.
        """
        with self.lock:
            self.wishes = self.wishes.with_one(
                self.branch().regime.world_scenario, self.month, Wish(kind, key, value)
            )

    def forget(self, key: str) -> None:
        """Take back what was asked about one thing."""
        with self.lock:
            self.wishes = self.wishes.less(key)

    def restart(self) -> None:
        """Begin the world again with everything that was asked for, as the only branch."""
        with self.lock:
            self._place(self.wishes.from_start(self.scenario), self.seed, self.world)
            self.wishes = Wishes()

    def fork(self, of: str = "A") -> Branch:
        """Open a second branch now, with everything that was asked for; the first goes on as it
        was.

        Raises
        ------
        BadInput
            When two branches are open, the history is at its end, or a wish holds at the start
            only.
        """
        with self.lock:
            if len(self.branches) > 1:
                raise BadInput("two branches are open; close one, then branch the other again.")
            parent = self.branch(of)
            regime = parent.regime.fork(**self.wishes.as_fork())
            name = "B" if parent.name == "A" else "A"
            self.branches.append(
                Branch(
                    name,
                    regime,
                    self.month,
                    "; ".join(map(str, self.wishes.all)) or "nothing, so it stays the same",
                )
            )
            self.wishes = Wishes()
            return self.branches[-1]

    def close(self, name: str) -> None:
        """Put one of two branches away; the other goes on."""
        with self.lock:
            if len(self.branches) < 2:
                raise BadInput("only one branch is open; it stays.")
            self.branches = [one for one in self.branches if one.name != name]
            self.scenario = self.branches[0].regime.world_scenario
            if self.event is not None and self.event[0] == name:
                self.event = None

    def look_at(self, table: str, row: int) -> None:
        """Look at an agent."""
        from poruka.engine.state import tables

        rows = getattr(self.branches[0].regime.world, table, None) if table in tables() else None
        if rows is None or not 0 <= row < len(rows):
            raise BadInput(f"there is no agent {table} {row}.")
        self.chosen = (table, int(row))

    def look_away(self, what: str) -> None:
        """Put the agent (``chosen``) or the event (``event``) looked at away."""
        setattr(self, what, None)

    def places(self, lay_out: Callable[[Any], Any]) -> Any:
        """Return where everybody stands in the network, laid out once a scenario, so that nobody
        moves when the world does.
        """
        if self._places is None:
            self._places = lay_out(
                Regime(self.scenario, seed=self.seed, world=self.world).graph("patronage")
            )
        return self._places

    def ask_why(self, name: str, number: int) -> None:
        """Ask why an event of a branch came about."""
        self.branch(name).regime.why(number)
        self.event = (name, int(number))

    def save(self, name: str, branch: str = "", title: str = "", why: str = "") -> Path:
        """Write the scenario of a branch to ``NAME.toml`` in the folder; nothing is overwritten."""
        stem = name.strip().removesuffix(".toml")
        if not stem or not all(letter.isalnum() or letter in "_-" for letter in stem):
            raise BadInput(
                f"{name!r} is no name for a file; use letters, digits, _ and -, such as"
                " older_president."
            )
        path = save(
            self.branch(branch).regime.world_scenario,
            self.folder / f"{stem}.toml",
            title=title,
            why=why,
        )
        self.own[stem] = load(path)
        return path
