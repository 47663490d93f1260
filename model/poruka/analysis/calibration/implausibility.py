"""Implausibility: how far the record lies from what an emulator expects of one history."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from poruka.analysis.calibration.emulator import Emulator, fit_emulator
from poruka.analysis.calibration.history_targets import HistoryTarget
from poruka.analysis.calibration.world_variance import WorldVariance, fit_world_variance


class TargetEmulator(NamedTuple):
    """The emulator of one target: of the mean over worlds, and of the variance of worlds."""

    target: HistoryTarget
    emulator: Emulator
    world_variance: WorldVariance

    def implausibility(self, inputs: np.ndarray) -> np.ndarray:
        """Return the implausibility of inputs between 0 and 1, one value a point.

        It is the distance of the record from the expected output, in standard deviations of
        emulator, worlds, the model's discrepancy and the observation together (Craig et al. 1997,
        Vernon et al. 2010). A pattern is there or not, which is nothing like normal: what counts
        is the probability that a world shows what the record shows, as the normal value that is
        as rare (3 for 0.27 %). It is never taken below one over the worlds played, and is raised
        by the standard deviation of emulator, discrepancy and observation.
        """
        means, of_emulator = self.emulator.predict(inputs)
        doubt = of_emulator + self.target.model**2 + self.target.observation**2
        if self.target.is_share:
            likely = means if self.target.value >= 0.5 else 1.0 - means
            likely = np.maximum(likely, self.world_variance.floor) + np.sqrt(doubt)
            return -ndtri(np.minimum(likely, 1.0) / 2.0)
        total = doubt + self.world_variance.at(inputs, means)
        return np.abs(self.target.value - means) / np.sqrt(np.maximum(total, 1e-300))


def fit_target_emulator(
    target: HistoryTarget, inputs: np.ndarray, worlds: np.ndarray, method: str, seed: int = 1
) -> TargetEmulator:
    """Return the emulator of one target.

    Parameters
    ----------
    target : HistoryTarget
    inputs : ndarray of float64, shape (points, inputs)
        Between 0 and 1.
    worlds : ndarray of float64, shape (points, worlds)
        Outputs; NaN where a point has fewer worlds. Every point has at least one.
    method : {"gaussian process", "boosted trees"}
    seed : int
    """
    count = np.isfinite(worlds).sum(axis=1)
    means = np.nanmean(worlds, axis=1)
    every = np.arange(inputs.shape[1])[: min(inputs.shape[1], 4)]
    pooled = fit_world_variance(inputs, worlds, every[:0], target.is_share)
    noise = pooled.at(inputs, np.full(len(means), means.mean())) / count
    emulator = fit_emulator(inputs, means, noise, method, seed)
    variance = fit_world_variance(inputs, worlds, emulator.active, target.is_share)
    return TargetEmulator(target, emulator, variance)


def judge_implausibility(implausibilities: np.ndarray, misses: int) -> np.ndarray:
    """Return the implausibility each point is judged by.

    It is the maximum over targets, or with ``misses`` 1 the second maximum, and so on.

    Examples
    --------
    >>> judge_implausibility(np.array([[4.0, 1.0, 2.0]]), misses=1).tolist()
    [2.0]
    """
    position = max(implausibilities.shape[1] - 1 - misses, 0)
    return np.sort(implausibilities, axis=1)[:, position]


class HistoryWave(NamedTuple):
    """The emulators of one wave."""

    emulators: tuple[TargetEmulator, ...]

    def implausibilities(self, inputs: np.ndarray) -> np.ndarray:
        """Return the implausibility of each point for each target, shape (points, targets)."""
        return np.column_stack([one.implausibility(inputs) for one in self.emulators])

    def table(self, names: Sequence[str], wave: int) -> pd.DataFrame:
        """Return one row a target: how well it is emulated, and the terms of its variance.

        The standard deviations of emulator and worlds are those at the middle of the ranges.
        """
        middle, rows = np.full((1, len(names)), 0.5), []
        for target, emulator, variance in self.emulators:
            mean, of_emulator = emulator.predict(middle)
            rows.append(
                {
                    "wave": wave,
                    "target": target.id,
                    "label": target.label,
                    "record": target.value,
                    "method": emulator.method,
                    "points_fitted": emulator.points,
                    "held_out_error": emulator.held_out_error,
                    "explained": emulator.explained,
                    "beyond_3_sd": emulator.beyond,
                    "sd_emulator": float(np.sqrt(of_emulator[0])),
                    "sd_worlds": float(np.sqrt(variance.at(middle, mean)[0])),
                    "sd_varies": variance.varies,
                    "sd_model": target.model,
                    "sd_observation": target.observation,
                    "source": target.source,
                    "moved_by": ", ".join(names[index] for index in emulator.active[:4]) or "none",
                }
            )
        return pd.DataFrame(rows)


def judge_waves(waves: Sequence[HistoryWave], inputs: np.ndarray, misses: int) -> np.ndarray:
    """Return the largest implausibility of each point over all waves; each may rule it out."""
    judged = [judge_implausibility(wave.implausibilities(inputs), misses) for wave in waves]
    return np.max(judged, axis=0) if judged else np.zeros(len(inputs))
