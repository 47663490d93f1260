"""Planted truths in the country itself: many of them, from one bank of played worlds."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.calibration.history_targets import (
    build_history_targets,
    compute_target_outputs,
)
from poruka.analysis.calibration.implausibility import (
    HistoryWave,
    fit_target_emulator,
    judge_implausibility,
)
from poruka.analysis.calibration.number_space import NumberSpace
from poruka.analysis.calibration.planted_truths import locate_truth
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.calibration.targets import CalibrationTargets, build_calibration_targets
from poruka.analysis.evaluate import Model
from poruka.analysis.factors import Factor
from poruka.analysis.specification import Calibration
from poruka.scenario.scenario import Scenario
from poruka.scoring.proper_scores import baseline_forecast, crps

BANK_STAGE, WAVE_STAGE = 2000, 2001
"""Numbers of the two stages among the generations, so that their worlds are others."""
NEAREST = 0.05
"""Share of the bank that the posterior of a planted history is made of."""


class PlantedHistories(NamedTuple):
    """Planted truths of a country, located by ABC and by history matching.

    Attributes
    ----------
    located : pandas.DataFrame
        As :func:`poruka.analysis.calibration.planted_truths.plant_truths` returns it.
    matched : pandas.DataFrame
        One row a planted truth: kept (whether history matching leaves it), share (of the prior
        that it leaves), and kept_second, share_second by the second maximum of implausibility.
    targets : int
    worlds : int
        Worlds played.
    """

    located: pd.DataFrame
    matched: pd.DataFrame
    targets: int
    worlds: int


def plant_histories(
    model_for_stage: Callable[[int], Model],
    factors: Sequence[Factor],
    scenario: Scenario,
    specification: Calibration,
    bank: int = 1500,
    truths: int = 300,
    seed: int = 1,
    progress: ProgressCallback | None = None,
) -> PlantedHistories:
    """Return whether planted truths of a country are found again.

    One world is played at each point of a bank drawn from the prior. Each of some points is in
    turn the truth, and its world the record: the posterior is made of the points whose worlds come
    nearest to that history among all others. For history matching one wave of further points is
    played; its emulators do not depend on the record, so they serve all truths.

    Parameters
    ----------
    model_for_stage : callable
        Returns the model of a stage, whose points have worlds of their own.
    factors : sequence of Factor
    scenario : Scenario
    specification : Calibration
    bank, truths, seed : int
    progress : callable, optional
    """
    targets = build_calibration_targets(specification, scenario)
    aims = build_history_targets(specification, targets)
    space = NumberSpace(factors, build_priors(factors, scenario, specification.prior))
    rng = np.random.default_rng((seed, 11))

    def play(stage: int, count: int, worlds: int) -> tuple[pd.DataFrame, np.ndarray]:
        points = space.points(rng.random((count, len(factors))))
        model = model_for_stage(stage)
        values = model.values(points, targets.quantities, worlds, progress)
        return points, compute_target_outputs(values, targets)

    points, outputs = play(BANK_STAGE, bank, 1)
    histories = outputs[:, 0, :]
    wave_points = specification.points_of_wave(len(factors))
    inputs, replicated = play(WAVE_STAGE, wave_points, specification.wave_worlds)
    emulators = [
        fit_target_emulator(
            aim, space.scaled(inputs), replicated[:, :, index], specification.emulator, seed
        )
        for index, aim in enumerate(aims)
    ]
    scaled = space.scaled(points)
    kept_count = max(20, int(NEAREST * bank))
    located: list[dict[str, object]] = []
    matched = []
    for truth in range(min(truths, bank)):
        distances = distances_from(histories, histories[truth], targets)
        distances[truth] = np.inf
        nearest = np.argsort(distances, kind="stable")[:kept_count]
        located += locate_truth(
            points.iloc[nearest], np.ones(kept_count), points.iloc[truth].to_numpy(), rng
        )
        wave = HistoryWave(
            tuple(
                emulator._replace(target=emulator.target._replace(value=float(value)))
                for emulator, value in zip(emulators, histories[truth], strict=True)
            )
        )
        each = wave.implausibilities(scaled)
        row: dict[str, object] = {}
        for suffix, misses in (("", 0), ("_second", 1)):
            inside = judge_implausibility(each, misses) <= specification.cutoff
            row |= {f"kept{suffix}": bool(inside[truth]), f"share{suffix}": float(inside.mean())}
        matched.append(row)
    worlds = bank + wave_points * specification.wave_worlds
    return PlantedHistories(pd.DataFrame(located), pd.DataFrame(matched), len(aims), worlds)


def distances_from(
    histories: np.ndarray, record: np.ndarray, targets: CalibrationTargets
) -> np.ndarray:
    """Return the distance of each history from one that stands for the record.

    As :func:`poruka.analysis.calibration.targets.compute_distances` has it, but for patterns that
    the record does not show either: patterns, figures and numbers have equal weights.

    Parameters
    ----------
    histories : ndarray of float64, shape (histories, targets)
    record : ndarray of float64, shape (targets,)
    targets : CalibrationTargets
    """
    gaps = np.abs(histories - record)
    first, second = len(targets.patterns), len(targets.patterns) + len(targets.figures)
    parts = []
    if first:
        weights = 1.0 / np.arange(1, first + 1)
        parts.append(gaps[:, :first] @ weights / weights.sum())
    if second > first:
        scale = [
            crps(baseline_forecast(figure.kind, value, targets.months), value)
            for figure, value in zip(targets.figures, record[first:second], strict=True)
        ]
        parts.append((gaps[:, first:second] / np.maximum(scale, 1e-9)).mean(axis=1))
    if gaps.shape[1] > second:
        scales = np.maximum(np.nanstd(histories[:, second:], axis=0), 1e-9)
        parts.append(np.sqrt(((gaps[:, second:] / scales) ** 2).mean(axis=1)))
    distance = np.mean(parts, axis=0)
    return np.where(np.isnan(distance), np.inf, distance)
