"""The stages of a fit to the record: draws of the prior, planted truths, and the fit itself."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.record_fit.history_player import HistoryPlayer
from poruka.analysis.record_fit.nearest_draws import NearestDraws, Pool, distance_to, find_nearest
from poruka.analysis.record_fit.planted_numbers import (
    Check,
    PlantedNumbers,
    check_planted,
    plant_numbers,
    tolerances_of_truths,
)
from poruka.analysis.record_fit.record_findings import (
    NumberFindings,
    compare_targets,
    find_informed,
)
from poruka.analysis.record_fit.target_signal import TargetSignal, measure_signal
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.record_gate import (
    SOURCES_OF_WORLDS,
    procedure_digest,
    record_fit_of,
    signature_of,
    targets_of,
)
from poruka.utils.resources import available_processors
from poruka.utils.worker_pool import request_workers, stop_workers

STAGE_OF_POOL, STAGE_OF_PREDICTION = 0, 1


class PlayedPool(NamedTuple):
    """The draws of the prior, their worlds, and what numbers account for in them.

    ``failed`` counts draws under which the world of a country failed; they are left out.
    """

    player: HistoryPlayer
    pool: Pool
    signal: TargetSignal
    failed: int


class PlantedReport(NamedTuple):
    """Planted truths with what they must show."""

    planted: PlantedNumbers
    checks: list[Check]
    played: PlayedPool
    signature: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether a fit may be made."""
        return all(check.passed for check in self.checks)


class FitReport(NamedTuple):
    """A fit to the record.

    Attributes
    ----------
    nearest : NearestDraws
    findings : NumberFindings
    reached : pandas.DataFrame
        As :func:`poruka.analysis.record_fit.record_findings.compare_targets` returns it.
    best : int
        The draw that serves as illustration: nearest to the record over both worlds played of it.
    played : PlayedPool
    tolerances : ndarray
        How far the draws of fits to planted truths lie from their histories at most.
    signature : dict
    """

    nearest: NearestDraws
    findings: NumberFindings
    reached: pd.DataFrame
    best: int
    played: PlayedPool
    tolerances: np.ndarray
    signature: dict[str, Any]

    @property
    def rows(self) -> np.ndarray:
        """The draws that the record leaves."""
        return self.played.pool.rows[self.nearest.places]


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
    with WorkerProcesses(processes):
        played = _play_pool(loaded, worlds, progress)
    table = played.player.table
    fit = record_fit_of(loaded)
    planted = plant_numbers(
        table,
        played.pool,
        played.signal,
        fit.kept,
        fit.truths,
        loaded.experiment.seed,
        stage_progress(progress, "planted truths"),
    )
    checks = check_planted(planted, played.signal, table)
    return PlantedReport(planted, checks, played, signature_of(loaded))


def fit_to_record(
    loaded: LoadedExperiment,
    worlds: Path | None = None,
    progress: StageCallback | None = None,
    processes: bool = False,
) -> FitReport:
    """Return the draws of all numbers that the record leaves; for parameters see above.

    Whether planted truths were found is looked at by the command, before this is called.
    """
    seed = loaded.experiment.seed
    with WorkerProcesses(processes):
        player, pool, signal, failed = _play_pool(loaded, worlds, progress)
        record = player.targets.record(player.months)
        nearest = find_nearest(
            record, pool, signal.scale, signal.weights, record_fit_of(loaded).kept
        )
        rows = pool.rows[nearest.places]
        player.progress = stage_progress(progress, "fresh worlds under the draws that are left")
        predicted = player.play(STAGE_OF_PREDICTION, rows)
    played = PlayedPool(player, pool, signal, failed)
    fresh = distance_to(record, predicted, signal.scale, signal.weights)
    return FitReport(
        nearest,
        find_informed(player.table, pool.rows, rows, signal, seed),
        compare_targets(player.targets, record, pool.outputs, predicted, signal),
        int(np.argmin(fresh + nearest.distances)),
        played,
        tolerances_of_truths(
            pool, signal, record_fit_of(loaded).kept, record_fit_of(loaded).truths, seed
        ),
        signature_of(loaded),
    )


def _play_pool(
    loaded: LoadedExperiment, worlds: Path | None, progress: StageCallback | None
) -> PlayedPool:
    """Play the draws of the prior, and measure what numbers account for in them."""
    fit, seed = record_fit_of(loaded), loaded.experiment.seed
    signature = signature_of(loaded)
    parts = [signature[part] for part in ("rules", "ranges", "scenarios")]
    depends_on = repr([*parts, procedure_digest(SOURCES_OF_WORLDS)])
    player = HistoryPlayer(targets_of(loaded), seed, worlds, depends_on)
    player.progress = stage_progress(progress, "draws of the prior, a world of each country")
    rows = player.table.draw_prior(fit.pool, seed)
    outputs = player.play(STAGE_OF_POOL, rows)
    completed = np.isfinite(outputs).all(axis=1)
    pool = Pool(rows[completed], outputs[completed])
    signal = measure_signal(pool.rows, pool.outputs, seed)
    return PlayedPool(player, pool, signal, int((~completed).sum()))


class WorkerProcesses:
    """Plays worlds in processes as long as it is entered."""

    def __init__(self, processes: bool):
        self._count = available_processors() if processes else 0

    def __enter__(self) -> None:
        if self._count > 1:
            request_workers(self._count)

    def __exit__(self, *error: object) -> None:
        if self._count > 1:
            stop_workers()


def list_draws(report: FitReport, seed: int) -> list[dict[str, float | str]]:
    """Return the draws in an order by chance, so that the first few are a sample of all."""
    rows, table = report.rows, report.played.player.table
    order = np.random.default_rng((seed, 47)).permutation(len(rows))
    return [table.values(rows[index]) for index in order]
