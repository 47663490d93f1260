"""Estimates for counterfactuals: means, and differences of paired and unpaired worlds, each with a
95 % interval.
"""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.paired_runs import paired_difference
from poruka.analysis.statistics import Z95, EffectEstimate
from poruka.utils.statistics import wilson_interval

NAN = float("nan")


class MeanEstimate(NamedTuple):
    """A mean over worlds with its 95 % interval and standard deviation."""

    mean: float
    low: float
    high: float
    standard_deviation: float


def estimate_mean(values: np.ndarray) -> MeanEstimate:
    """Return a mean and its 95 % interval: Wilson's for a binary quantity, else normal.

    Examples
    --------
    >>> [round(x, 3) for x in estimate_mean(np.array([0.0] * 20))]
    [0.0, 0.0, 0.161, 0.0]
    """
    values = values[np.isfinite(values)]  # worlds to which the quantity does not apply are omitted
    if len(values) < 2:
        return MeanEstimate(NAN, NAN, NAN, NAN)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    if _is_binary(values):
        return MeanEstimate(mean, *wilson_interval(int(values.sum()), len(values)), spread)
    half = Z95 * spread / math.sqrt(len(values))
    return MeanEstimate(mean, mean - half, mean + half, spread)


def _is_binary(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def paired_effect(
    baseline: pd.DataFrame, counterfactual: pd.DataFrame, quantity: str
) -> EffectEstimate:
    """Return the mean paired difference of a quantity with its 95 % interval.

    For a binary quantity the interval is Bonett and Price's, which remains valid if few worlds
    differ: the normal interval excludes 0 if four worlds of 200 differ in one direction.

    Examples
    --------
    >>> baseline = pd.DataFrame({"x": [0.0] * 200})
    >>> counterfactual = pd.DataFrame({"x": [1.0] * 4 + [0.0] * 196})
    >>> effect = paired_effect(baseline, counterfactual, "x")
    >>> effect.mean, effect.low < 0.0
    (0.02, True)
    """
    shared_worlds = baseline.index[baseline[quantity].notna()].intersection(
        counterfactual.index[counterfactual[quantity].notna()]
    )
    baseline_values, counterfactual_values = (
        baseline.loc[shared_worlds, quantity].to_numpy(dtype=float),
        counterfactual.loc[shared_worlds, quantity].to_numpy(dtype=float),
    )
    if len(shared_worlds) < 2 or not (
        _is_binary(baseline_values) and _is_binary(counterfactual_values)
    ):
        return paired_difference(
            baseline.loc[shared_worlds], counterfactual.loc[shared_worlds], quantity
        )
    worlds = len(shared_worlds)
    gained, lost = (
        float(((counterfactual_values - baseline_values) == direction).sum() + 1) / (worlds + 2)
        for direction in (1.0, -1.0)
    )
    middle, error = gained - lost, math.sqrt((gained + lost - (gained - lost) ** 2) / (worlds + 2))
    return EffectEstimate(
        float((counterfactual_values - baseline_values).mean()),
        middle - Z95 * error,
        middle + Z95 * error,
        error,
    )


def unpaired_effect(
    baseline: pd.DataFrame, counterfactual: pd.DataFrame, quantity: str
) -> EffectEstimate:
    """Return the difference of a quantity between unpaired worlds, with its 95 % interval.

    For a binary quantity the interval is Agresti and Caffo's, for any other Welch's with normal
    quantiles.

    Examples
    --------
    >>> first, second = pd.DataFrame({"x": [0.0, 1.0] * 50}), pd.DataFrame({"x": [1.0] * 100})
    >>> round(unpaired_effect(first, second, "x").mean, 2)
    0.5
    """
    baseline_values, counterfactual_values = (
        frame[quantity].dropna().to_numpy(dtype=float) for frame in (baseline, counterfactual)
    )
    if len(baseline_values) < 2 or len(counterfactual_values) < 2:
        return EffectEstimate(NAN, NAN, NAN, NAN)
    mean = float(counterfactual_values.mean() - baseline_values.mean())
    if _is_binary(baseline_values) and _is_binary(counterfactual_values):
        shares = [
            (values.sum() + 1.0) / (len(values) + 2.0)
            for values in (baseline_values, counterfactual_values)
        ]
        error = math.sqrt(
            sum(
                share * (1.0 - share) / (len(values) + 2.0)
                for share, values in zip(
                    shares, (baseline_values, counterfactual_values), strict=True
                )
            )
        )
        middle = float(shares[1] - shares[0])
    else:
        error, middle = (
            math.sqrt(
                baseline_values.var(ddof=1) / len(baseline_values)
                + counterfactual_values.var(ddof=1) / len(counterfactual_values)
            ),
            mean,
        )
    return EffectEstimate(mean, middle - Z95 * error, middle + Z95 * error, error)
