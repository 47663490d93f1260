"""One world of each country under every row of numbers, up to the last month of the targets."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from poruka.analysis.record_fit.number_table import NumberTable
from poruka.analysis.record_fit.record_targets import (
    RecordTarget,
    RecordTargets,
    add_discrepancy,
    bound_value,
)
from poruka.rivals import rules_called
from poruka.scenario.number_draws import DECLARED, NumberDraws, with_valid_numbers
from poruka.scenario.scenario import Scenario, load
from poruka.scoring.joint_patterns import evaluate_pattern, is_pattern
from poruka.scoring.measures import evaluate_measure
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.failures import failures_frame
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import Runner, compile_rules
from poruka.utils.atomic_files import write_bytes_atomically
from poruka.utils.worker_pool import call_in_worker, count_workers

ROWS_PER_CHUNK = 50
"""Rows that are played and stored at once; results do not depend on it."""
_STAGES_PER_SEED = 1_000_003


@dataclass(frozen=True, eq=False)
class ListedDraws(NumberDraws):
    """Numbers given row by row: world k has row k, counted from the first world."""

    scenario: Any = None
    rows: tuple[dict[str, float | str], ...] = ()
    first: int = 0

    def apply(self, scenario: Any, seed: int, world: int) -> Any:
        """Return the scenario with the numbers of one world's row."""
        return with_valid_numbers(
            self.scenario, self.rows[self.draw_index(seed, world - self.first)]
        )


def with_listed_draws(
    scenario: Scenario, rows: Sequence[dict[str, float | str]], first: int = 0, worlds_each: int = 1
) -> Scenario:
    """Return a scenario that plays rows of numbers, one after the other, from the first world on.

    What its file sets itself keeps its value.

    Examples
    --------
    >>> s = load("kazakhstan", numbers="declared")
    >>> s = with_listed_draws(s, [{"oligarchs.inertia": 0.4}], worlds_each=2)
    >>> s.for_world(seed=1, world=1).params().oligarchs.inertia
    0.4
    """
    fixed = {*scenario.file.parameters}
    own = tuple({key: row[key] for key in row if key not in fixed} for row in rows)
    bare = replace(scenario, parameter_draws=None)
    draws = ListedDraws(worlds_each, scenario=bare, rows=own, first=first)
    return replace(bare, parameter_draws=draws)


def scenario_under(country: str, rival: str = "") -> Scenario:
    """Return a country under the rules of a rival account, or under the main ones."""
    scenario = load(country, numbers=DECLARED)
    return scenario.with_rules(rules_called(rival)) if rival else scenario


def evaluate_targets(
    targets: list[RecordTarget], run: Any, scenario: Scenario, last_month: str
) -> np.ndarray:
    """Return the value of each target in every completed world of a run, shape (worlds, targets).

    Whatever a run holds after the last month is taken away before anything is read.
    """
    outcomes, months = run.outcomes[["world"]], scenario.month_of(last_month) + 1
    events = run.events
    events = events[events["month"] < months]
    series = run.series.sel(month=slice(None, np.datetime64(last_month, "ns")))
    columns = []
    for target in targets:
        values = (
            evaluate_pattern(target.quantity, outcomes, series, events, scenario)
            if is_pattern(target.quantity)
            else evaluate_measure(target.quantity, target.unit, outcomes, series, events, scenario)[
                1
            ]
        )
        columns.append(bound_value(target, np.asarray(values, dtype=float), months))
    return np.column_stack(columns)


def play_rows(
    targets: list[RecordTarget],
    rows: tuple[dict[str, float | str], ...],
    seed: int,
    first: int,
    last_month: str,
    rival: str = "",
) -> np.ndarray:
    """Return the targets of one country's worlds, one a row; NaN where a world failed."""
    scenario = scenario_under(targets[0].country, rival)
    spec = RunSpec.build(scenario, worlds=len(rows), seed=seed, until=last_month)
    spec = spec.replace(scenario=with_listed_draws(scenario, rows, first))
    runner = Runner(spec)
    results = runner.run_worlds(first, len(rows))
    run = Ensemble(spec, results, failures_frame(spec, runner.failures))
    values = np.full((len(rows), len(targets)), np.nan)
    if len(run.outcomes):
        values[run.outcomes["world"].to_numpy() - first] = evaluate_targets(
            targets, run, scenario, last_month
        )
    return values


class HistoryPlayer:
    """Plays rows of numbers in all countries, and keeps what was played in a folder.

    Parameters
    ----------
    targets : RecordTargets
    seed : int
        Of all worlds; stages and countries have luck of their own.
    folder : Path, optional
        A second run over the same folder plays no world again.
    signature : str
        What the worlds depend on besides their numbers, such as the hash of the rules.
    progress : callable, optional
        Receives rows played, and rows to be played, of a stage.
    rival : str, optional
        A rival account whose rules are played in place of the main ones.
    """

    def __init__(
        self,
        targets: RecordTargets,
        seed: int,
        folder: Path | None = None,
        signature: str = "",
        progress: Callable[[int, int], None] | None = None,
        rival: str = "",
    ):
        self.targets, self.seed, self.folder, self.rival = targets, seed, folder, rival
        self.table, self.progress = NumberTable(), progress
        parts = [signature, targets.digest, targets.last_month, seed, *([rival] if rival else [])]
        self._signature = json.dumps(parts)
        self._is_compiled = False

    @cached_property
    def months(self) -> dict[str, int]:
        """The months played of each country."""
        last = self.targets.last_month
        return {name: load(name, DECLARED).month_of(last) + 1 for name in self.targets.countries}

    def play(self, stage: int, rows: np.ndarray) -> np.ndarray:
        """Return the targets of one world of every country for each row, with discrepancy.

        Shape (rows, targets); NaN where the world of any country failed.
        """
        starts = range(0, len(rows), ROWS_PER_CHUNK)
        parts: dict[int, np.ndarray] = {}
        missing = []
        for first in starts:
            kept = self._read(stage, first, rows[first : first + ROWS_PER_CHUNK])
            if kept is None:
                missing.append(first)
            else:
                parts[first] = kept
        if missing:
            self._compile()

        def play_chunk(first: int) -> tuple[int, np.ndarray]:
            return first, self._play_chunk(stage, first, rows[first : first + ROWS_PER_CHUNK])

        with ThreadPoolExecutor(count_workers()) as pool:
            done = 0
            try:
                for first, values in pool.map(play_chunk, missing):
                    parts[first] = values
                    done += len(values)
                    if self.progress is not None:
                        self.progress(done, len(missing) * ROWS_PER_CHUNK)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        values = np.concatenate([parts[first] for first in starts])
        rng = np.random.default_rng((self.seed, stage, 5))
        return add_discrepancy(self.targets, values, self.months, rng)

    def _compile(self) -> None:
        if not self._is_compiled:
            for country in self.targets.countries:
                compile_rules(scenario_under(country, self.rival), quiet=True)
            self._is_compiled = True

    def _play_chunk(self, stage: int, first: int, rows: np.ndarray) -> np.ndarray:
        numbers = tuple(self.table.values(row) for row in rows)
        columns = []
        for place, country in enumerate(self.targets.countries):
            seed = (self.seed * _STAGES_PER_SEED + stage) * len(self.targets.countries) + place
            columns.append(
                call_in_worker(
                    play_rows,
                    self.targets.of(country),
                    numbers,
                    seed,
                    first,
                    self.targets.last_month,
                    self.rival,
                )
            )
        by_id = dict(
            zip(
                [row.id for country in self.targets.countries for row in self.targets.of(country)],
                np.hstack(columns).T,
                strict=True,
            )
        )
        values = np.column_stack([by_id[row.id] for row in self.targets.rows])
        values[np.isnan(values).any(axis=1)] = np.nan
        path = self._path(stage, first, rows)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes_atomically(path, values.astype("<f8").tobytes())
        return values

    def _path(self, stage: int, first: int, rows: np.ndarray) -> Path | None:
        if self.folder is None:
            return None
        digest = hashlib.sha256(self._signature.encode() + rows.astype("<f8").tobytes())
        return self.folder / f"{stage:07d}-{first:06d}-{digest.hexdigest()[:12]}.f8"

    def _read(self, stage: int, first: int, rows: np.ndarray) -> np.ndarray | None:
        path = self._path(stage, first, rows)
        if path is None or not path.is_file():
            return None
        values = np.frombuffer(path.read_bytes(), dtype="<f8")
        if len(values) != len(rows) * len(self.targets):
            return None
        return values.reshape(len(rows), len(self.targets)).copy()
