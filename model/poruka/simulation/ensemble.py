"""Ensembles: the results of many simulations of one scenario, held in memory."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from poruka.scenario.scenario import Scenario
from poruka.scenario.timeline import refuse_changes_after
from poruka.scoring.baselines import select_baselines
from poruka.scoring.forecast import Forecast, build_forecast
from poruka.scoring.plain_forecasts import plain_forecasts, start_levels
from poruka.scoring.record import read_observed_record
from poruka.scoring.score import Score, list_not_scored
from poruka.scoring.scored_figures import ScoredFigure, scored_figures
from poruka.simulation.display import run_html
from poruka.simulation.ending import Ending, describe_ending
from poruka.simulation.export import ExportedTables
from poruka.simulation.failures import failures_frame, require_completed_world
from poruka.simulation.frames import events_frame, series_dataset
from poruka.simulation.outcomes import outcome_frame
from poruka.simulation.request_values import whole_number
from poruka.simulation.run_spec import MAX_WORLDS_IN_MEMORY, RECORD_LEVELS, RunSpec
from poruka.simulation.runner import Runner, compile_rules, concatenate_results
from poruka.simulation.thread_pool import run_chunks_on_threads
from poruka.utils.coverage import coverage_of
from poruka.utils.errors import BadInput
from poruka.utils.progress import should_show_progress


def outcome_frame_with_forks(raw: dict[str, Any], spec: RunSpec, failed: set[int]) -> pd.DataFrame:
    """Return the outcomes of the completed worlds, with the month in which each fork opened."""
    frame = outcome_frame(raw["outcomes"], spec.months, failed)
    completed = ~np.isin(raw["outcomes"]["world"], list(failed))
    for number in range(len(spec.scenario.forks)):
        month = raw["forked"][completed, number].astype(float)
        frame[f"fork_{number + 1}_month"] = np.where(month < 0.0, np.nan, month)
    return frame


class Ensemble(ExportedTables):
    """Worlds of one scenario under one seed, with their results.

    Attributes
    ----------
    spec : RunSpec
        The request for which they were simulated.
    scenario : Scenario
    seed : int
    worlds, requested_worlds : int
        Worlds requested; those in ``failures`` are missing from the tables.
    available_worlds, failed_worlds, missing_worlds : int
        Worlds that were completed, that failed, and that were not simulated (none in memory).
    coverage : str
        The same in words, such as "7 of 12 worlds (5 failed)".
    months : int
    outcomes : pandas.DataFrame
        One row per world; see :func:`poruka.simulation.outcomes.outcome_frame`.
    failures : pandas.DataFrame
        Failed worlds: world, seed, error, traceback, parameters.
    over_numbers : Ensemble or None
        Worlds with the numbers drawn from their ranges, where the request asked for them.
    """

    def __init__(self, spec: RunSpec, results: dict[str, Any], failures: pd.DataFrame):
        self.spec = spec
        self.scenario, self.seed, self.worlds = spec.scenario, spec.seed, spec.worlds
        self.months, self.record_level = spec.months, spec.record
        self.failures = failures
        self.over_numbers: Ensemble | None = None
        self._results = results
        self._outcomes = outcome_frame_with_forks(results, spec, set(failures["world"]))

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per world; changing the table does not change the results."""
        return self._outcomes.copy(deep=False)

    @property
    def requested_worlds(self) -> int:
        """Worlds requested."""
        return self.worlds

    @property
    def available_worlds(self) -> int:
        """Worlds that were completed: those of the tables."""
        return len(self._outcomes)

    @property
    def failed_worlds(self) -> int:
        """Worlds that failed: those of ``failures``."""
        return len(self.failures)

    @property
    def missing_worlds(self) -> int:
        """Worlds that were neither completed nor failed; none in memory."""
        return 0

    @property
    def coverage(self) -> str:
        """How many of the worlds requested the tables hold, and why not all."""
        return str(coverage_of(self))

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
        self._require_record_level("series")
        completed = self._completed_mask()
        worlds = self._results["outcomes"]["world"][completed]
        values = self._results["series"][completed]
        values.flags.writeable = False
        return series_dataset(values, self.scenario, worlds)

    @property
    def events(self) -> pd.DataFrame:
        """All events: world, month, date, kind, rule, instrument, actor, target, value.

        Changing the table does not change the results.
        """
        return self._events.copy(deep=False)

    @cached_property
    def _events(self) -> pd.DataFrame:
        self._require_record_level("events")
        event_counts = self._results["told"]
        worlds = np.repeat(self._results["outcomes"]["world"], event_counts)
        completed = np.repeat(self._completed_mask(), event_counts)
        return events_frame(self._results["events"][completed], worlds[completed], self.scenario)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world in the order in which they were logged."""
        return self._events[self._events["world"] == world]

    @cached_property
    def observed_record(self) -> pd.DataFrame | None:
        """The observed facts against which this scenario is scored, or None."""
        path = self.scenario.record_path
        return read_observed_record(path) if path is not None else None

    def ending(self, world: int) -> Ending:
        """Return how a world ends: who rules, how he came, and whether the regime survived."""
        world = whole_number("world", world, 0)
        rows = self._outcomes[self._outcomes["world"] == world]
        if not len(rows):
            raise BadInput(
                f"world {world} is not among the worlds completed, {self.coverage} from 0; give one"
                " of them."
            )
        return describe_ending(rows.iloc[0], self.events_of(world), self.scenario, self.months)

    def __repr__(self) -> str:
        return f"<Ensemble {self.scenario.name}, seed {self.seed}: {self.coverage}>"

    def _repr_html_(self) -> str:
        return run_html(self)

    def fork(self, at: str, change: Any = None, **fork_arguments: Any) -> "Ensemble":
        """Return the same worlds forked: one history up to a moment, a different one from then on.

        For the arguments see :meth:`Scenario.fork`. Parent and branch share all random draws, so
        their worlds are pairs. In the outcomes ``fork_1_month`` says when each world branched. An
        error names the first failure where every world of the branch failed.

        Examples
        --------
        >>> spec = RunSpec.build("kazakhstan", worlds=2, until="1990-06")
        >>> e = simulate_in_memory(spec, progress=False)
        >>> e.fork("1990-05", force="president.dies").outcomes["fork_1_month"].tolist()
        [2.0, 2.0]
        """
        forked = self.scenario.fork(at, change, **fork_arguments)
        return fork_in_memory(self.spec.replace(scenario=forked))

    def score(self, against: Iterable[str] | Mapping[str, Scenario] = ()) -> Score:
        """Score the worlds against the observed record.

        Parameters
        ----------
        against : iterable of str, or mapping of str to Scenario
            Baselines that are played for comparison, by the names of
            :data:`poruka.scoring.baselines.BASELINES`, or scenarios of one's own. The plain
            forecasts, that nothing changes and that all is equally likely, always are.
        """
        record = require_record(self)
        if self.months > self.scenario.scored_months:
            return recorded_part(self.scenario, self.seed, self.spec.worlds).score(against)
        figures = scored_figures(record, self.scenario, self.months)
        forecast = build_forecast(figures, self.outcomes, self.series, self.events, self.scenario)
        baselines = {
            **plain_forecasts(figures, start_levels(figures, self.series)),
            **play_baselines(self.spec, against, figures),
        }
        return Score(
            self.scenario.name,
            self.seed,
            self.requested_worlds,
            figures,
            forecast,
            baselines,
            self.months,
            list_not_scored(record, figures),
        )


def fork_in_memory(spec: RunSpec) -> Ensemble:
    """Simulate the worlds of a branch; an error names the first failure where all failed."""
    refuse_changes_after(spec.scenario, spec.months)
    return require_completed_world(simulate_in_memory(spec, progress=False))


def recorded_part(scenario: Scenario, seed: int, worlds: int) -> Ensemble:
    """Simulate worlds as far as the record goes: those of a longer run, ended sooner."""
    most = min(worlds, MAX_WORLDS_IN_MEMORY)
    cut = RunSpec(scenario, seed, most, scenario.scored_months)
    return require_completed_world(simulate_in_memory(cut, progress=False))


def require_record(run: Any) -> pd.DataFrame:
    """Return the observed record of a run, or raise an error where its scenario has none."""
    if run.observed_record is None:
        raise BadInput(
            f"{run.scenario.name} has no observed record; name a record file in the scenario"
            ' (`record = "…csv"`).'
        )
    return run.observed_record


def play_baselines(
    spec: RunSpec,
    against: Iterable[str] | Mapping[str, Scenario] | None,
    figures: tuple[ScoredFigure, ...],
) -> dict[str, Forecast]:
    """Play baselines as a request asks for its own scenario, and return their forecasts."""
    forecasts = {}
    for name, scenario in select_baselines(spec.scenario, against).items():
        played = require_completed_world(
            simulate_in_memory(spec.replace(scenario=scenario, over_numbers=None), progress=False)
        )
        forecasts[name] = build_forecast(
            figures, played.outcomes, played.series, played.events, scenario
        )
    return forecasts


def simulate_in_memory(
    spec: RunSpec, progress: Callable[[int, int], None] | bool | None = None
) -> Ensemble:
    """Simulate the worlds of a request on threads and hold their results in memory.

    Where every world failed the tables are empty; see
    :func:`poruka.simulation.failures.require_completed_world`.
    """
    compile_rules(spec.scenario, quiet=not should_show_progress(progress))
    runner = Runner(spec)
    chunks = dict(run_chunks_on_threads(runner, progress))
    results = concatenate_results([chunks[first] for first in sorted(chunks)])
    ensemble = Ensemble(spec, results, failures_frame(spec, runner.failures))
    if spec.over_numbers is not None:
        ensemble.over_numbers = simulate_in_memory(spec.over_spec(), progress)
    return ensemble
