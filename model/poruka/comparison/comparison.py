"""Comparison of paired worlds: when they part, what differs, and by which chain of events the
change got where it ended.
"""

import math
from collections import Counter
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from poruka.comparison.tracing import Link, Trace, find_unmatched_events, run_traced
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

MAX_TRACED_WORLDS = 200
"""Worlds whose chains are walked when an ensemble's links are counted, unless more are
asked for.
"""


class Comparison:
    """Two runs of the same worlds, one history beside the other.

    Attributes
    ----------
    parent, branch : Ensemble, StoredRun or Regime
        What was given, in this order; differences are branch less parent.
    worlds : ndarray of int
        Numbers of the worlds both have.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1991-06", progress=False)
    >>> both = compare(e, e.fork("1990-06", force="president.dies"))
    >>> both.divergence["date"].tolist()
    ['1990-06', '1990-06']
    """

    def __init__(self, parent: Any, branch: Any):
        self.parent, self.branch = parent, branch
        self.seed = _seed_of(parent)
        self.scenarios = (_scenario_of(parent), _scenario_of(branch))
        if _seed_of(branch) != self.seed:
            raise BadInput(
                f"the runs have seeds {self.seed} and {_seed_of(branch)}; only worlds of one seed"
                " are pairs, run one of them again."
            )
        first, second = self.scenarios
        if first.start_date != second.start_date:
            raise BadInput(
                f"the runs start in {first.start_date} and {second.start_date}; worlds are paired"
                " month by month from one start."
            )
        self.months = min(_months_of(parent), _months_of(branch))
        self._last_trace: tuple[int, Trace] | None = None
        self.worlds = np.intersect1d(
            parent.outcomes["world"].to_numpy(), branch.outcomes["world"].to_numpy()
        )
        if not len(self.worlds):
            raise BadInput(
                "the two runs have no world in common; compare runs over the same numbers of"
                " worlds."
            )

    @cached_property
    def _index_values(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Index to values of parent and branch, each of shape (worlds, months)."""
        found = {}
        runs = [
            run.series.sel(world=self.worlds).transpose("world", "month")
            for run in (self.parent, self.branch)
        ]
        for name in INDEX_DESCRIPTIONS:
            here, there = (run[name].to_numpy()[:, : self.months] for run in runs)
            found[name] = (here, there)
        return found

    @cached_property
    def divergence(self) -> pd.DataFrame:
        """When each pair parts: world, month and date (the first in which an index or an event
        differs; empty where none does), outcome of each.
        """
        first = np.full(len(self.worlds), self.months)
        for here, there in self._index_values.values():
            differs = here != there
            first = np.minimum(
                first, np.where(differs.any(axis=1), differs.argmax(axis=1), self.months)
            )
        told = [dict(tuple(run.events.groupby("world"))) for run in (self.parent, self.branch)]
        for row, world in enumerate(self.worlds):
            frames = [
                side.get(world, self.parent.events.iloc[:0]).reset_index(drop=True) for side in told
            ]
            frames = [frame[frame["month"] < self.months] for frame in frames]
            for frame, places in zip(frames, find_unmatched_events(*frames), strict=True):
                if len(places):
                    first[row] = min(first[row], int(frame["month"].iloc[places[0]]))
        month = np.where(first < self.months, first, -1)
        ends = [
            run.outcomes.set_index("world").loc[self.worlds, "outcome"].to_numpy()
            for run in (self.parent, self.branch)
        ]
        return pd.DataFrame(
            {
                "world": self.worlds,
                "month": month,
                "date": [self.scenarios[0].date_of(int(one)) if one >= 0 else "" for one in month],
                "parent": ends[0],
                "branch": ends[1],
            }
        )

    @cached_property
    def differences(self) -> pd.DataFrame:
        """How far the indices lie apart, the furthest first.

        Columns index, mean (branch less parent, over the months after parting), low, high (95 %
        interval over worlds), at_end, in_spreads (mean in standard deviations of the parent's
        worlds or, for one world, of its months), higher (share of worlds in which the branch lies
        higher).
        """
        rows = []
        since = np.maximum(self.divergence["month"].to_numpy(), 0)
        mask = np.arange(self.months)[None, :] >= since[:, None]
        for name, (here, there) in self._index_values.items():
            gap = np.where(mask, there - here, 0.0).sum(axis=1) / mask.sum(axis=1)
            spread = float(here.mean(axis=1).std() if len(gap) > 1 else here.std())
            half = 1.959964 * float(gap.std(ddof=1)) / np.sqrt(len(gap)) if len(gap) > 1 else np.nan
            mean = float(gap.mean())
            rows.append(
                (
                    name,
                    mean,
                    mean - half,
                    mean + half,
                    float((there - here)[:, -1].mean()),
                    mean / spread if spread > 1e-12 else 0.0,
                    float((gap > 0).mean()),
                )
            )
        frame = pd.DataFrame(
            rows, columns=["index", "mean", "low", "high", "at_end", "in_spreads", "higher"]
        )
        return frame.reindex(
            frame["in_spreads"].abs().sort_values(ascending=False, kind="stable").index
        ).reset_index(drop=True)

    @property
    def outcome_transitions(self) -> pd.DataFrame:
        """How many worlds went from which outcome in the parent (rows) to which in the branch
        (columns).
        """
        return pd.crosstab(self.divergence["parent"], self.divergence["branch"])

    @property
    def outcome_shares(self) -> pd.DataFrame:
        """How often each outcome comes in the parent and in the branch, and the paired difference.

        Returns
        -------
        pandas.DataFrame
            Columns outcome, parent, branch (shares of worlds), difference (branch less parent),
            low, high (its 95 % interval, after Agresti and Min, who add half a pair to each cell);
            the most frequent first.
        """
        rows = []
        for outcome in dict.fromkeys(
            [
                *self.divergence["parent"].value_counts().index,
                *self.divergence["branch"].value_counts().index,
            ]
        ):
            was, now = (self.divergence[side] == outcome for side in ("parent", "branch"))
            to, fro, count = (
                int((now & ~was).sum()),
                int((was & ~now).sum()),
                len(self.divergence) + 2,
            )
            middle, half = (
                (to - fro) / count,
                1.959964 * math.sqrt(to + fro + 1 - (to - fro) ** 2 / count) / count,
            )
            rows.append(
                (
                    outcome,
                    was.mean(),
                    now.mean(),
                    now.mean() - was.mean(),
                    middle - half,
                    middle + half,
                )
            )
        return pd.DataFrame(
            rows, columns=["outcome", "parent", "branch", "difference", "low", "high"]
        )

    def trace(self, world: int | None = None) -> Trace:
        """Return one pair of worlds played again with its state kept month by month, to follow the
        change through it.
        """
        world = int(self.worlds[0] if world is None else world)
        if world not in set(self.worlds.tolist()):
            raise BadInput(
                f"world {world} is not in both runs; they share {len(self.worlds)} worlds, such as"
                f" {int(self.worlds[0])}."
            )
        if (
            self._last_trace is None or self._last_trace[0] != world
        ):  # a story and its figure ask for the same pair
            self._last_trace = (
                world,
                Trace(
                    *(
                        run_traced(scenario, self.seed, world, self.months)
                        for scenario in self.scenarios
                    )
                ),
            )
        return self._last_trace[1]

    def causal_chain(
        self, world: int | None = None, target: tuple[str, int] | None = None
    ) -> list[Link]:
        """Return the steps by which the change reached an event of one world; see
        :meth:`poruka.comparison.tracing.Trace.causal_chain`.
        """
        return self.trace(world).causal_chain(target)

    def count_links(self, max_worlds: int = MAX_TRACED_WORLDS) -> pd.DataFrame:
        """Count, over worlds whose outcome differs (all that part, where none does), which steps of
        their chains carry the effect.

        Returns
        -------
        pandas.DataFrame
            Columns cause, effect, field, worlds, share, low, high (Wilson 95 % interval of the
            share of the worlds traced), example (a world).
        """
        changed = self.divergence[self.divergence["parent"] != self.divergence["branch"]]
        chosen = (changed if len(changed) else self.divergence[self.divergence["month"] >= 0])[
            "world"
        ].to_numpy()[:max_worlds]
        counts: Counter = Counter()
        example: dict[tuple[str, str, str], int] = {}
        for world in chosen:
            chain = self.causal_chain(int(world))
            for key in dict.fromkeys(
                (one.name, other.name, one.field)
                for one, other in zip(chain, chain[1:], strict=False)
            ):  # in order, each once
                counts[key] += 1
                example.setdefault(key, int(world))
        rows = [
            (*key, count, count / len(chosen), *wilson_interval(count, len(chosen)), example[key])
            for key, count in counts.most_common()
        ]
        frame = pd.DataFrame(
            rows, columns=["cause", "effect", "field", "worlds", "share", "low", "high", "example"]
        )
        frame.attrs.update(traced=len(chosen), seed=self.seed)
        return frame

    def narrative(self, world: int | None = None) -> str:
        """Return in words how one pair parts and by which steps the change got to where
        it ended.
        """
        from poruka.comparison.narrative import format_narrative

        return format_narrative(self, int(self.worlds[0] if world is None else world))

    def side_by_side(self, world: int | None = None, max_lines: int = 40) -> pd.DataFrame:
        """Return the chronicles of one pair year by year: columns year, both, parent, branch (each
        a list of lines).
        """
        from poruka.comparison.narrative import side_by_side_chronicles

        return side_by_side_chronicles(
            self, int(self.worlds[0] if world is None else world), max_lines
        )

    def __str__(self) -> str:
        from poruka.comparison.narrative import format_summary

        return format_summary(self)


def compare(parent: Any, branch: Any) -> Comparison:
    """Compare two runs of the same worlds: two ensembles, two stored runs, or two regimes of one
    world.

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
    >>> from poruka.scenario.scenario import load
    >>> here = Regime(load("kazakhstan"), seed=1).run_until("1990-06")
    >>> parent = here.fork().run_until("1991-06")
    >>> branch = here.fork(force="president.dies").run_until("1991-06")
    >>> both = compare(parent, branch)
    >>> both.causal_chain()[0].text[:14]
    'the ruler dies'
    """
    return Comparison(parent, branch)


def _scenario_of(run: Any) -> Any:
    return run.world_scenario if hasattr(run, "world_scenario") else run.scenario


def _seed_of(run: Any) -> int:
    return int(run.ensemble_seed if hasattr(run, "ensemble_seed") else run.seed)


def _months_of(run: Any) -> int:
    return int(run.month if hasattr(run, "world_scenario") else run.months)
