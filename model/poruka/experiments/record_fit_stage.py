"""The stages of a fit to the record: draws of the prior, planted truths, and the fit itself."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.record_fit.history_player import HistoryPlayer
from poruka.analysis.record_fit.planted_numbers import (
    Check,
    PlantedNumbers,
    check_planted,
    plant_numbers,
)
from poruka.analysis.record_fit.population import Pool, Population, fit_population
from poruka.analysis.record_fit.record_findings import (
    NumberFindings,
    compare_targets,
    find_informed,
)
from poruka.analysis.record_fit.target_signal import TargetSignal, measure_signal
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.record_gate import record_fit_of, signature_of, targets_of
from poruka.utils.resources import available_processors
from poruka.utils.worker_pool import request_workers, stop_workers

STAGE_OF_POOL, STAGE_OF_FIT, STAGE_OF_PREDICTION = 0, 1000, 2000


class PlantedReport(NamedTuple):
    """Planted truths with what they must show."""

    planted: PlantedNumbers
    checks: list[Check]
    signal: TargetSignal
    player: HistoryPlayer
    signature: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether a fit may be made."""
        return all(check.passed for check in self.checks)


class FitReport(NamedTuple):
    """A fit to the record.

    Attributes
    ----------
    population : Population
    findings : NumberFindings
    reached : pandas.DataFrame
        As :func:`poruka.analysis.record_fit.record_findings.compare_targets` returns it.
    best : int
        The draw that serves as illustration: nearest to the record over both worlds played of it.
    signal : TargetSignal
    pool : Pool
    player : HistoryPlayer
    signature : dict
    """

    population: Population
    findings: NumberFindings
    reached: pd.DataFrame
    best: int
    signal: TargetSignal
    pool: Pool
    player: HistoryPlayer
    signature: dict[str, Any]


class _Prepared(NamedTuple):
    player: HistoryPlayer
    pool: Pool
    signal: TargetSignal
    failed: int


def plant_in_record_fit(
    loaded: LoadedExperiment,
    worlds: Path | None = None,
    progress: StageCallback | None = None,
    processes: bool = False,
) -> PlantedReport:
    """Return whether planted numbers are found again, by the procedure and settings of the fit.

    Parameters
    ----------
    loaded : LoadedExperiment
    worlds : Path, optional
        Where played worlds are kept; the same call over the same folder resumes to the bit.
    progress : callable, optional
        Receives stage, done and total.
    processes : bool
        Whether worlds are played by as many processes as there are processors.
    """
    specification = record_fit_of(loaded)
    with _Workers(processes):
        player, pool, signal, _ = _prepare(loaded, worlds, progress)
        planted = plant_numbers(
            player,
            pool,
            signal,
            specification.settings_of_truths,
            specification.truths,
            loaded.experiment.seed,
            stage_progress(progress, "planted truths"),
        )
    return PlantedReport(
        planted, check_planted(planted, signal, player.table), signal, player, signature_of(loaded)
    )


def fit_to_record(
    loaded: LoadedExperiment,
    worlds: Path | None = None,
    progress: StageCallback | None = None,
    processes: bool = False,
) -> FitReport:
    """Return the draws of all numbers that the record leaves; for parameters see above.

    Whether planted truths were found is looked at by the command, before this is called.
    """
    specification, seed = record_fit_of(loaded), loaded.experiment.seed
    with _Workers(processes):
        player, pool, signal, _ = _prepare(loaded, worlds, progress)
        record = player.targets.record(player.months)

        def report(row: tuple[int, float, float, int]) -> None:
            if progress is not None:
                generation, tolerance, accepted, _different = row
                progress(
                    f"generation {generation}: tolerance {tolerance:.3f}, {accepted:.0%} of the"
                    " moves accepted",
                    specification.particles,
                    specification.particles,
                )

        population = fit_population(
            record,
            pool,
            signal.scale,
            signal.weights,
            player.table,
            lambda generation, rows: player.play(STAGE_OF_FIT + generation, rows),
            specification.settings,
            np.random.default_rng((seed, 43)),
            report,
        )
        predicted = player.play(STAGE_OF_PREDICTION, population.rows)
    findings = find_informed(player.table, pool.rows, population.rows, signal, seed)
    gaps = np.abs(predicted - record) / np.where(signal.scale > 0.0, signal.scale, 1.0)
    fresh = np.nan_to_num(gaps @ signal.weights, nan=np.inf)
    return FitReport(
        population,
        findings,
        compare_targets(player.targets, record, pool.outputs, predicted, signal),
        int(np.argmin(fresh + population.distances)),
        signal,
        pool,
        player,
        signature_of(loaded),
    )


def _prepare(
    loaded: LoadedExperiment, worlds: Path | None, progress: StageCallback | None
) -> _Prepared:
    """Play the pool, and measure what numbers account for in it."""
    specification, seed = record_fit_of(loaded), loaded.experiment.seed
    signature = signature_of(loaded)
    depends_on = repr([signature[part] for part in ("rules", "ranges", "scenarios")])
    player = HistoryPlayer(targets_of(loaded), seed, worlds, depends_on)
    player.progress = stage_progress(progress, "draws of the prior, a world of each country")
    rows = player.table.draw_prior(specification.pool, seed)
    outputs = player.play(STAGE_OF_POOL, rows)
    player.progress = None
    played = np.isfinite(outputs).all(axis=1)
    pool = Pool(rows[played], outputs[played])
    return _Prepared(
        player, pool, measure_signal(pool.rows, pool.outputs, seed), int((~played).sum())
    )


class _Workers:
    """Plays worlds in processes as long as it is entered."""

    def __init__(self, processes: bool):
        self._count = available_processors() if processes else 0

    def __enter__(self) -> None:
        if self._count > 1:
            request_workers(self._count)

    def __exit__(self, *error: object) -> None:
        if self._count > 1:
            stop_workers()


def draws_table(report: FitReport, seed: int) -> pd.DataFrame:
    """Return the draws as a table, in an order by chance, so that the first few are a sample."""
    rows = report.population.rows
    order = np.random.default_rng((seed, 47)).permutation(len(rows))
    return pd.DataFrame([report.player.table.values(rows[index]) for index in order])
