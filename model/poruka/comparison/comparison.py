"""Comparison of paired worlds: when they diverge, what differs, and by which chain of events."""

from collections import Counter
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from poruka.comparison.display import comparison_html
from poruka.comparison.narrative import format_narrative, format_summary, side_by_side_chronicles
from poruka.comparison.over_numbers import validate_pairs_of_draws
from poruka.comparison.paired_statistics import (
    count_requested_pairs,
    first_event_differences,
    first_index_differences,
    index_difference_table,
    paired_outcome_shares,
)
from poruka.comparison.run_parts import months_of, require_runs, scenario_of, seed_of
from poruka.comparison.traced_world import run_traced
from poruka.comparison.tracing import Link, Trace
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.simulation.failures import require_completed_world
from poruka.simulation.over_numbers import shares_draws
from poruka.utils.coverage import coverage_of, format_coverage
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

MAX_TRACED_WORLDS = 200
"""Worlds whose causal chains are traced when links are counted, unless more are requested."""


class Comparison:
    """Two runs of the same worlds, world by world.

    Attributes
    ----------
    parent, branch : Ensemble, StoredRun or Regime
        The two runs, in this order; differences are branch less parent.
    scenarios : tuple of Scenario
        Their scenarios.
    seed, months : int
    worlds : ndarray of int
        Numbers of the worlds that both have; a world that failed in one is left out of both.
    requested_worlds, available_worlds, failed_worlds, missing_worlds : int
        Pairs requested, pairs that both runs have, pairs of which a world failed, and the others.
    coverage : str
        The same in words, such as "7 of 12 pairs of worlds (5 failed)".

    Examples
    --------
    >>> from poruka.simulation.ensemble import simulate_in_memory
    >>> from poruka.simulation.run_spec import RunSpec
    >>> spec = RunSpec.build("kazakhstan", worlds=2, until="1991-06")
    >>> parent = simulate_in_memory(spec, progress=False)
    >>> comparison = compare(parent, parent.fork("1990-06", force="president.dies"))
    >>> comparison.divergence["date"].tolist()
    ['1990-06', '1990-06']
    """

    def __init__(self, parent: Any, branch: Any):
        self.parent, self.branch = parent, branch
        self.seed = seed_of(parent)
        self.scenarios = (scenario_of(parent), scenario_of(branch))
        if seed_of(branch) != self.seed:
            raise BadInput(
                f"the runs have seeds {self.seed} and {seed_of(branch)}; only worlds of one seed"
                " are pairs, run one of them again."
            )
        starts = [scenario.start_date for scenario in self.scenarios]
        if starts[0] != starts[1]:
            raise BadInput(
                f"the runs start in {starts[0]} and {starts[1]}; worlds are paired month by month"
                " from one start, so compare runs that start together."
            )
        validate_pairs_of_draws(*self.scenarios)
        self.months = min(months_of(parent), months_of(branch))
        self._last_trace: tuple[int, Trace] | None = None
        self.worlds = np.intersect1d(
            parent.outcomes["world"].to_numpy(), branch.outcomes["world"].to_numpy()
        )
        self.available_worlds = len(self.worlds)
        self.requested_worlds, self.failed_worlds = count_requested_pairs(parent, branch)
        if not self.available_worlds:
            self._raise_without_pairs()
        lost = self.requested_worlds - self.available_worlds
        self.missing_worlds = max(lost - self.failed_worlds, 0)
        self.coverage = format_coverage(
            *coverage_of(self), noun="pair of worlds", nouns="pairs of worlds"
        )

    def _raise_without_pairs(self) -> None:
        for run in (self.parent, self.branch):
            if self.failed_worlds and hasattr(run, "failures"):
                require_completed_world(run)
        note = f" ({self.failed_worlds} pairs failed)" if self.failed_worlds else ""
        raise BadInput(
            f"the two runs have no world in common{note}; compare runs over the same numbers of"
            " worlds."
        )

    @cached_property
    def index_values(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Values of each index in parent and branch, both of shape (worlds, months)."""
        parent, branch = (
            run.series.sel(world=self.worlds).transpose("world", "month")
            for run in (self.parent, self.branch)
        )
        return {
            name: (
                parent[name].to_numpy()[:, : self.months],
                branch[name].to_numpy()[:, : self.months],
            )
            for name in INDEX_DESCRIPTIONS
        }

    @cached_property
    def divergence(self) -> pd.DataFrame:
        """When each pair diverges, and how both worlds end.

        Columns world, month and date (the first in which an index or an event differs; -1 and
        empty where none does), parent, branch (the outcome of each).
        """
        runs = (self.parent, self.branch)
        first = np.minimum(
            first_index_differences(self.index_values, len(self.worlds), self.months),
            first_event_differences(runs, self.worlds, self.months),
        )
        months = np.where(first < self.months, first, -1)
        date_of = self.scenarios[0].date_of
        parent_outcomes, branch_outcomes = (
            run.outcomes.set_index("world").loc[self.worlds, "outcome"].to_numpy() for run in runs
        )
        return pd.DataFrame(
            {
                "world": self.worlds,
                "month": months,
                "date": [date_of(int(month)) if month >= 0 else "" for month in months],
                "parent": parent_outcomes,
                "branch": branch_outcomes,
            }
        )

    @cached_property
    def differences(self) -> pd.DataFrame:
        """How far the indices lie apart, the most different first.

        For the columns see
        :func:`poruka.comparison.paired_statistics.index_difference_table`.
        """
        divergence_months = np.maximum(self.divergence["month"].to_numpy(), 0)
        return index_difference_table(self.index_values, divergence_months, self.months)

    @cached_property
    def over_numbers(self) -> "Comparison | None":
        """The same comparison over the numbers: of worlds paired by seed and draw, those beside
        the runs, else their own; None where one of the runs was played without them.
        """
        drawn = [getattr(run, "over_numbers", None) for run in (self.parent, self.branch)]
        if None not in drawn:
            return Comparison(*drawn)
        return self if all(map(shares_draws, self.scenarios)) else None

    @property
    def outcome_transitions(self) -> pd.DataFrame:
        """Number of worlds by outcome in the parent (rows) and in the branch (columns)."""
        return pd.crosstab(self.divergence["parent"], self.divergence["branch"])

    @property
    def outcome_shares(self) -> pd.DataFrame:
        """Share of each outcome in parent and branch, and the paired difference.

        For the columns see :func:`poruka.comparison.paired_statistics.paired_outcome_shares`.
        """
        return paired_outcome_shares(self.divergence)

    def trace(self, world: int | None = None) -> Trace:
        """Return one pair simulated again month by month, to follow the change through it."""
        world = self._world_or_first(world)
        if world not in set(self.worlds.tolist()):
            raise BadInput(
                f"world {world} is not in both runs; they share {len(self.worlds)} worlds, such as"
                f" {int(self.worlds[0])}."
            )
        # The last trace is kept: a narrative and its figure need the same pair.
        if self._last_trace is None or self._last_trace[0] != world:
            parent, branch = (
                run_traced(scenario, self.seed, world, self.months) for scenario in self.scenarios
            )
            self._last_trace = (world, Trace(parent, branch))
        return self._last_trace[1]

    def _world_or_first(self, world: int | None) -> int:
        return int(self.worlds[0] if world is None else world)

    def causal_chain(
        self, world: int | None = None, target: tuple[str, int] | None = None
    ) -> list[Link]:
        """Return the steps by which the change led to an event of one world.

        See :meth:`poruka.comparison.tracing.Trace.causal_chain`.
        """
        return self.trace(world).causal_chain(target)

    def count_links(self, max_worlds: int = MAX_TRACED_WORLDS) -> pd.DataFrame:
        """Count over worlds which steps of their causal chains carry the effect.

        Worlds whose outcome differs are traced or, where none does, all that diverge.

        Returns
        -------
        pandas.DataFrame
            Columns cause, effect, field, worlds, share, low, high (Wilson 95 % interval of the
            share of the worlds traced), example (a world); ``attrs`` has how many were traced, of
            how many candidates, and the coverage of the comparison.
        """
        divergence = self.divergence
        selected = divergence[divergence["parent"] != divergence["branch"]]
        if not len(selected):
            selected = divergence[divergence["month"] >= 0]
        worlds = selected["world"].to_numpy()[:max_worlds]
        counts: Counter = Counter()
        examples: dict[tuple[str, str, str], int] = {}
        for world in worlds:
            chain = self.causal_chain(int(world))
            steps = [
                (cause.name, effect.name, cause.field)
                for cause, effect in zip(chain, chain[1:], strict=False)
            ]
            for step in dict.fromkeys(steps):  # in order, each once
                counts[step] += 1
                examples.setdefault(step, int(world))
        traced = len(worlds)
        rows = [
            (*step, count, count / traced, *wilson_interval(count, traced), examples[step])
            for step, count in counts.most_common()
        ]
        frame = pd.DataFrame(
            rows, columns=["cause", "effect", "field", "worlds", "share", "low", "high", "example"]
        )
        frame.attrs.update(
            traced=traced, candidates=len(selected), coverage=self.coverage, seed=self.seed
        )
        return frame

    def narrative(self, world: int | None = None) -> str:
        """Return as a text how one pair diverges and how the change led to its end."""
        return format_narrative(self, self._world_or_first(world))

    def side_by_side(self, world: int | None = None, max_lines: int = 40) -> pd.DataFrame:
        """Return the chronicles of one pair year by year.

        Columns year, both, parent, branch, the last three with lists of lines.
        """
        return side_by_side_chronicles(self, self._world_or_first(world), max_lines)

    def __str__(self) -> str:
        return format_summary(self)

    _repr_html_ = comparison_html


def compare(parent: Any, branch: Any) -> Comparison:
    """Compare two runs of the same worlds: two ensembles, two stored runs, or two regimes.

    Parameters
    ----------
    parent, branch : Ensemble, StoredRun or Regime
        Of one seed, one start and shared world numbers; with events.

    Returns
    -------
    Comparison

    Raises
    ------
    BadInput
        When they cannot be paired.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> regime = Regime("kazakhstan", seed=1).run_until("1990-06")
    >>> parent = regime.fork().run_until("1991-06")
    >>> branch = regime.fork(force="president.dies").run_until("1991-06")
    >>> compare(parent, branch).causal_chain()[0].text[:14]
    'the ruler dies'
    """
    require_runs(parent, branch)
    return Comparison(parent, branch)
