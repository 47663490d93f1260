"""Many worlds, to count: chunks of worlds on threads, the same results whatever the chunks and
threads.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from poruka.simulation.failures import failures_frame
from poruka.simulation.outcomes import outcome_frame
from poruka.simulation.run_spec import RECORD_LEVELS, RunSpec
from poruka.simulation.runner import (
    Runner,
    compile_rules,
    concatenate_results,
    run_chunks_on_threads,
)
from poruka.utils.errors import BadInput
from poruka.utils.progress import should_show_progress


def outcome_frame_with_forks(raw: dict[str, Any], spec: RunSpec, failed: set[int]) -> pd.DataFrame:
    """Return the outcomes of the worlds that were played to their end, with the month in which each
    fork of the scenario opened.
    """
    frame = outcome_frame(raw["outcomes"], spec.months, failed)
    kept = ~np.isin(raw["outcomes"]["world"], list(failed))
    for place in range(len(spec.scenario.forks)):
        opened = raw["forked"][kept, place].astype(float)
        frame[f"fork_{place + 1}_month"] = np.where(opened < 0.0, np.nan, opened)
    return frame


class Ensemble:
    """Worlds of one scenario under one seed, with what they report.

    Attributes
    ----------
    spec : RunSpec
        The request they were run for.
    scenario : Scenario
    seed : int
    worlds : int
        Worlds asked for; those in ``failures`` are missing from the tables.
    months : int
    outcomes : pandas.DataFrame
        One row a world; see :func:`poruka.simulation.outcomes.outcome_frame`.
    failures : pandas.DataFrame
        Columns world, seed, error, traceback.
    """

    def __init__(self, spec: RunSpec, results: dict[str, Any], failures: pd.DataFrame):
        self.spec = spec
        self.scenario, self.seed, self.worlds = spec.scenario, spec.seed, spec.worlds
        self.months, self.record_level = spec.months, spec.record
        self.failures = failures
        self._results = results
        self.outcomes = outcome_frame_with_forks(results, spec, set(failures["world"]))

    def _completed_mask(self) -> np.ndarray:
        return ~np.isin(self._results["outcomes"]["world"], list(self.failures["world"]))

    def _require_record_level(self, table: str) -> None:
        if RECORD_LEVELS.index(self.record_level) < RECORD_LEVELS.index(table):
            raise BadInput(
                f"these worlds were run with record={self.record_level!r}, so there are no {table};"
                f" run again with record={table!r}."
            )

    @cached_property
    def series(self) -> Any:
        """Monthly indices as an xarray Dataset with dimensions world and month."""
        from poruka.simulation.frames import series_dataset

        self._require_record_level("series")
        kept = self._completed_mask()
        return series_dataset(
            self._results["series"][kept], self.scenario, self._results["outcomes"]["world"][kept]
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event: world, month, date, kind, rule, instrument, actor, target, value."""
        from poruka.simulation.frames import events_frame

        self._require_record_level("events")
        told = self._results["told"]
        worlds = np.repeat(self._results["outcomes"]["world"], told)
        kept = np.repeat(self._completed_mask(), told)
        return events_frame(self._results["events"][kept], worlds[kept], self.scenario)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world in the order they were told."""
        return self.events[self.events["world"] == world]

    @cached_property
    def observed_record(self) -> pd.DataFrame | None:
        """The facts this scenario is scored against, or None."""
        from poruka.simulation.scoring import read_observed_record

        path = self.scenario.record_path
        return read_observed_record(path) if path is not None else None

    def fork(self, at: str, change: Any = None, **fork_arguments: Any) -> "Ensemble":
        """Return the same worlds with a branching: the same history up to a moment, other from then
        on; see :meth:`Scenario.fork`.

        Draws are the parent's, so worlds of parent and branch are pairs. In the outcomes
        ``fork_1_month`` says when each world branched.

        Examples
        --------
        >>> from poruka.scenario.scenario import load
        >>> spec = RunSpec.build(load("kazakhstan"), worlds=2, until="1990-06")
        >>> e = simulate_in_memory(spec, progress=False)
        >>> e.fork("1990-05", force="president.dies").outcomes["fork_1_month"].tolist()
        [2.0, 2.0]
        """
        forked = self.scenario.fork(at, change, **fork_arguments)
        return simulate_in_memory(self.spec.replace(scenario=forked), progress=False)

    def score(self) -> pd.DataFrame:
        """Score the worlds against the record: value, median, 90 % band, percentile, CRPS and that
        of a plain baseline.
        """
        from poruka.simulation.scoring import score_worlds

        if self.observed_record is None:
            raise BadInput(
                f"{self.scenario.name} has no record; name a record file in the scenario (`record ="
                ' "…csv"`).'
            )
        return score_worlds(
            self.observed_record, self.outcomes, self.series, self.events, self.scenario
        )


def simulate_in_memory(
    spec: RunSpec, progress: Callable[[int, int], None] | bool | None = None
) -> Ensemble:
    """Play the worlds of a request on threads and keep what they report in memory."""
    compile_rules(spec.scenario, quiet=not should_show_progress(progress))
    runner = Runner(spec)
    parts = dict(run_chunks_on_threads(runner, progress))
    raw = concatenate_results([parts[first] for first in sorted(parts)])
    return Ensemble(spec, raw, failures_frame(spec, runner.failures))
