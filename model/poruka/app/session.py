"""What a visitor has open: a scenario, one world of it, at most two branches, the selected agent
and event, and pending changes.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.app.bloc_leaders import LeaderRecord
from poruka.app.pending_changes import Change, PendingChanges
from poruka.engine.state import tables
from poruka.scenario.save import save
from poruka.scenario.scenario import Scenario, load
from poruka.simulation.regime import Regime
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path


@dataclass
class Branch:
    """One history: its letter, its world, the month of its fork (-1 for the first branch), what
    was changed in it, and since when the leaders of its blocs lead.
    """

    name: str
    regime: Regime
    fork_month: int = -1
    difference: str = ""
    leaders: LeaderRecord = field(default_factory=LeaderRecord)

    def step(self) -> None:
        """Simulate one month."""
        self.regime.step()
        self.leaders.note(self.regime)

    def restart(self, seed: int, world: int) -> None:
        """Go back to before the first month."""
        self.regime = Regime(self.regime.world_scenario, seed=seed, world=world)
        self.leaders = LeaderRecord()

    @property
    def title(self) -> str:
        """How the branch came about."""
        if self.fork_month < 0:
            return "the original history"
        return f"forked before {self.regime.world_scenario.date_of(self.fork_month)}"


class Session:
    """One visitor's session; a method that refuses raises an error and changes nothing.

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
        One, or two that are simulated side by side.
    own_scenarios : dict of str to Scenario
        Scenarios known to this session only, by name: the first one, and those it has saved.
    pending_changes : PendingChanges
        What the next restart or fork will change.
    selected_agent : tuple of (str, int) or None
        Table and row.
    selected_event : tuple of (str, int) or None
        Letter of the branch and number of the event.

    Examples
    --------
    >>> session = Session("kazakhstan", seed=1, world=17)
    >>> session.step(), session.month, session.date
    (True, 1, '1990-03')
    """

    selected_agent: tuple[str, int] | None
    selected_event: tuple[str, int] | None

    def __init__(
        self,
        scenario: str | Path | Scenario,
        seed: int = 1,
        world: int = 0,
        folder: str | Path = ".",
    ):
        self.lock = threading.RLock()
        self.folder = absolute_path(folder, "folder", "a folder")
        self.pending_changes, self.selected_agent = PendingChanges(), None
        first = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.own_scenarios = {first.name: first}
        self._open_world(first, seed, world)

    def _open_world(self, scenario: Scenario, seed: int, world: int) -> None:
        first = Branch("A", Regime(scenario, seed=seed, world=world))
        self.scenario, self.seed, self.world = scenario, int(seed), int(world)
        self.branches: list[Branch] = [first]
        self.selected_event = None
        self._network_positions: dict[str, Any] = {}

    def open_scenario(self, name: str, seed: int, world: int) -> None:
        """Open another scenario, or another world of it, without pending changes."""
        with self.lock:
            self._open_world(self.own_scenarios.get(name) or load(name), seed, world)
            self.pending_changes, self.selected_agent = PendingChanges(), None

    @property
    def months(self) -> int:
        """Months of the scenario."""
        return self.scenario.months

    @property
    def month(self) -> int:
        """Months simulated so far."""
        return self.branches[0].regime.month

    @property
    def date(self) -> str:
        """The last month simulated; before the first step, the first month."""
        return self.branches[0].regime.date

    @property
    def ended(self) -> bool:
        """Whether the last month has been simulated."""
        return self.month >= self.months

    def branch(self, name: str = "") -> Branch:
        """Return the branch of a letter; the last branch without one."""
        for branch in self.branches:
            if branch.name == name:
                return branch
        return self.branches[-1]

    def step(self) -> bool:
        """Simulate one month in every branch; return False when there is none left."""
        with self.lock:
            if self.ended:
                return False
            for branch in self.branches:
                branch.step()
            return True

    def go_to(self, month: int) -> None:
        """Simulate, from now on or again from the start, until so many months are simulated; the
        same seed gives the same months.
        """
        with self.lock:
            if not 0 <= month <= self.months:
                raise BadInput(
                    f"month {month} lies outside this scenario, which has {self.months} months;"
                    f" choose one from 0 to {self.months}."
                )
            if month < self.month:
                for branch in self.branches:
                    branch.restart(self.seed, self.world)
                self.selected_event = None
            for branch in self.branches:
                while branch.regime.month < month:
                    branch.step()

    def add_change(self, kind: str, key: str, value: Any = None) -> None:
        """Add a change to the pending ones, for the next restart or fork; see
        :data:`poruka.app.pending_changes.CHANGE_KINDS`.
        """
        with self.lock:
            self.pending_changes = self.pending_changes.with_change(
                self.branch().regime.world_scenario, self.month, Change(kind, key, value)
            )

    def remove_change(self, key: str) -> None:
        """Remove the pending change of a key."""
        with self.lock:
            self.pending_changes = self.pending_changes.without_key(key)

    def restart(self) -> None:
        """Start the world again with the pending changes, as the only branch."""
        with self.lock:
            changed = self.pending_changes.apply_from_start(self.scenario)
            self._open_world(changed, self.seed, self.world)
            self.pending_changes = PendingChanges()

    def fork(self, parent_name: str = "A") -> Branch:
        """Open a second branch now, with the pending changes; the first continues unchanged.

        Raises
        ------
        BadInput
            When two branches are open, the last month is over, or a change can be applied at the
            start only.
        """
        with self.lock:
            if len(self.branches) > 1:
                raise BadInput("two branches are open; close one, then fork the other again.")
            parent = self.branch(parent_name)
            regime = parent.regime.fork(**self.pending_changes.fork_arguments())
            name = "B" if parent.name == "A" else "A"
            difference = "; ".join(map(str, self.pending_changes.changes))
            difference = difference or "nothing, so it stays the same"
            leaders = parent.leaders.copy()
            self.branches.append(Branch(name, regime, self.month, difference, leaders))
            self.pending_changes = PendingChanges()
            return self.branches[-1]

    def close_branch(self, name: str) -> None:
        """Close one of two branches; the other continues."""
        with self.lock:
            if len(self.branches) < 2:
                raise BadInput("only one branch is open, which cannot be closed; fork it first.")
            self.branches = [branch for branch in self.branches if branch.name != name]
            self.scenario = self.branches[0].regime.world_scenario
            if self.selected_event is not None and self.selected_event[0] == name:
                self.selected_event = None

    def select_agent(self, table: str, row: int) -> None:
        """Select the agent that is shown beside the open tab."""
        rows = getattr(self.branches[0].regime.world, table, None) if table in tables() else None
        if rows is None or not 0 <= row < len(rows):
            raise BadInput(f"there is no agent {table} {row}.")
        self.selected_agent = (table, int(row))

    def select_event(self, name: str, number: int) -> None:
        """Select the event of a branch that is explained beside the open tab."""
        self.branch(name).regime.why(number)
        self.selected_event = (name, int(number))

    def clear_selection(self, selection: str) -> None:
        """Clear one selection: ``selected_agent`` or ``selected_event``."""
        setattr(self, selection, None)

    def network_positions(self, layout: Callable[[Any], Any], kind: str = "patronage") -> Any:
        """Return the positions of everyone in a network, computed once for a scenario, so that
        they stay the same from month to month.
        """
        if kind not in self._network_positions:
            regime = Regime(self.scenario, seed=self.seed, world=self.world)
            self._network_positions[kind] = layout(regime.graph(kind))
        return self._network_positions[kind]

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
        self.own_scenarios[stem] = load(path)
        return path
