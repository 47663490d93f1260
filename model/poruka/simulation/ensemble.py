"""Many worlds, to count: chunks of worlds on threads, the same results whatever the chunks and
threads.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from poruka.scenario.scenario import Scenario
from poruka.simulation.outcomes import outcome_frame
from poruka.simulation.runner import (
    Runner,
    chunk_starts,
    compile_aloud,
    failures_frame,
    join,
    play_chunks,
)
from poruka.utils.errors import BadInput
from poruka.utils.progress import wants_telling

IN_MEMORY = 5000
RECORDS = ("outcomes", "series", "events")


def outcomes_of(
    raw: dict[str, Any], scenario: Scenario, months: int, failed: set[int]
) -> pd.DataFrame:
    """Return the outcomes of the worlds that were played to their end, with the month in which each
    fork of the scenario opened.
    """
    frame = outcome_frame(raw["outcomes"], months, failed)
    kept = ~np.isin(raw["outcomes"]["world"], list(failed))
    for place in range(len(scenario.forks)):
        opened = raw["forked"][kept, place].astype(float)
        frame[f"fork_{place + 1}_month"] = np.where(opened < 0.0, np.nan, opened)
    return frame


class Ensemble:
    """Worlds of one scenario under one seed, with what they report.

    Attributes
    ----------
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

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        worlds: int,
        months: int,
        record: str,
        raw: dict[str, Any],
        failures: pd.DataFrame,
    ):
        self.scenario, self.seed, self.worlds, self.months, self.record_level = (
            scenario,
            seed,
            worlds,
            months,
            record,
        )
        self.failures = failures
        self._raw = raw
        self.outcomes = outcomes_of(raw, scenario, months, set(failures["world"]))

    def _kept(self) -> np.ndarray:
        return ~np.isin(self._raw["outcomes"]["world"], list(self.failures["world"]))

    def _need(self, what: str) -> None:
        if RECORDS.index(self.record_level) < RECORDS.index(what):
            raise BadInput(
                f"these worlds were run with record={self.record_level!r}, so there are no {what};"
                f" run again with record={what!r}."
            )

    @cached_property
    def series(self) -> Any:
        """Monthly indices as an xarray Dataset with dimensions world and month."""
        from poruka.simulation.frames import series_dataset

        self._need("series")
        kept = self._kept()
        return series_dataset(
            self._raw["series"][kept], self.scenario, self._raw["outcomes"]["world"][kept]
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event: world, month, date, kind, rule, instrument, actor, target, value."""
        from poruka.simulation.frames import events_frame

        self._need("events")
        told = self._raw["told"]
        worlds = np.repeat(self._raw["outcomes"]["world"], told)
        kept = np.repeat(self._kept(), told)
        return events_frame(self._raw["events"][kept], worlds[kept], self.scenario)

    def events_of(self, world: int) -> pd.DataFrame:
        """Return the events of one world in the order they were told."""
        return self.events[self.events["world"] == world]

    @cached_property
    def record(self) -> pd.DataFrame | None:
        """The facts this scenario is scored against, or None."""
        from poruka.simulation.scoring import read_record

        path = self.scenario.record_path
        return read_record(path) if path is not None else None

    def fork(self, at: str, change: Any = None, **wishes: Any) -> "Ensemble":
        """Return the same worlds with a branching: the same history up to a moment, other from then
        on; see :meth:`Scenario.fork`.

        Draws are the parent's, so worlds of parent and branch are pairs. In the outcomes
        ``fork_1_month`` says when each world branched.

        Examples
        --------
        >>> from poruka.scenario.scenario import load
        >>> e = simulate_in_memory(load("kazakhstan"), 2, seed=1, until="1990-06", progress=False)
        >>> e.fork("1990-05", force="president.dies").outcomes["fork_1_month"].tolist()
        [2.0, 2.0]
        """
        until = self.scenario.date_of(self.months - 1)
        forked = self.scenario.fork(at, change, **wishes)
        return simulate_in_memory(
            forked,
            worlds=self.worlds,
            seed=self.seed,
            until=until,
            record=self.record_level,
            progress=False,
        )

    def score(self) -> pd.DataFrame:
        """Score the worlds against the record: value, median, 90 % band, percentile, CRPS and that
        of a plain baseline.
        """
        from poruka.simulation.scoring import score

        if self.record is None:
            raise BadInput(
                f"{self.scenario.name} has no record; name a record file in the scenario (`record ="
                ' "…csv"`).'
            )
        return score(self.record, self.outcomes, self.series, self.events, self.scenario)


def check_arguments(
    scenario: Scenario, worlds: Any, seed: Any, threads: Any, until: Any, record: Any, out: Any
) -> int:
    """Return the months to be played, or say which argument cannot be used; nothing has been played
    or written yet.
    """
    for name, value, low in (("worlds", worlds, 1), ("seed", seed, 0)):
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, np.integer))
            or not low <= value < 2**62
        ):
            raise BadInput(f"{name} is {value!r}; give a whole number from {low} up.")
    if threads is not None and (
        isinstance(threads, bool)
        or not isinstance(threads, (int, np.integer))
        or not 1 <= threads <= 1024
    ):
        raise BadInput(
            f"threads is {threads!r}; give a whole number from 1 up, or None for all processors."
        )
    if record not in RECORDS:
        raise BadInput(
            f"record is {record!r}; allowed are {', '.join(RECORDS)} (each includes the one"
            " before)."
        )
    if worlds > IN_MEMORY and out is None:
        raise BadInput(
            f'{worlds} worlds do not stay in memory (at most {IN_MEMORY}); give out="runs/…" to'
            " stream them to disk."
        )
    if until is None:
        return scenario.months
    months = scenario.month_of(until) + 1
    if not 1 <= months <= scenario.months:
        raise BadInput(
            f"until is {until}; this scenario runs from {scenario.start_date} to"
            f" {scenario.file.end_date}."
        )
    return months


def simulate_in_memory(
    scenario: Scenario,
    worlds: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    until: str | None = None,
    record: str = "events",
    progress: Callable[[int, int], None] | bool | None = None,
) -> Ensemble:
    """Play worlds on threads and keep what they report in memory; parameters as for
    :func:`poruka.simulate`.
    """
    months = check_arguments(scenario, worlds, seed, threads, until, record, None)
    worlds, seed = int(worlds), int(seed)
    compile_aloud(scenario, quiet=not wants_telling(progress))
    runner = Runner(scenario, seed, months, record)
    parts: dict[int, dict[str, np.ndarray]] = {}
    for first, part in play_chunks(runner, chunk_starts(worlds), worlds, threads, progress):
        parts[first] = part
    raw = join([parts[first] for first in sorted(parts)])
    return Ensemble(scenario, seed, worlds, months, record, raw, failures_frame(runner))
