"""Estimates for counterfactuals: means, and differences of paired and unpaired worlds, each with a
95 % interval.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.inference import t_interval, wilson_interval
from poruka.analysis.paired_runs import paired_difference
from poruka.analysis.statistics import (
    EffectEstimate,
    estimate_share_effect,
    estimate_unpaired_effect,
    is_binary,
)

NAN = float("nan")


class MeanEstimate(NamedTuple):
    """A mean over worlds with its 95 % interval and standard deviation."""

    mean: float
    low: float
    high: float
    standard_deviation: float


def estimate_mean(values: np.ndarray) -> MeanEstimate:
    """Return a mean and its 95 % interval: Wilson's for a binary quantity, else Student's.

    Examples
    --------
    >>> [round(x, 3) for x in estimate_mean(np.array([0.0] * 20))]
    [0.0, 0.0, 0.161, 0.0]
    """
    values = values[np.isfinite(values)]  # worlds to which the quantity does not apply are omitted
    if len(values) < 2:
        return MeanEstimate(NAN, NAN, NAN, NAN)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    if is_binary(values):
        return MeanEstimate(mean, *wilson_interval(int(values.sum()), len(values)), spread)
    return MeanEstimate(mean, *t_interval(values), spread)


def paired_effect(
    baseline: pd.DataFrame, counterfactual: pd.DataFrame, quantity: str
) -> EffectEstimate:
    """Return the mean paired difference of a quantity with its 95 % interval.

    For a binary quantity the interval is Bonett and Price's, which remains valid if few worlds
    differ: Student's excludes 0 if four worlds of 200 differ in one direction.

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
        is_binary(baseline_values) and is_binary(counterfactual_values)
    ):
        return paired_difference(
            baseline.loc[shared_worlds], counterfactual.loc[shared_worlds], quantity
        )
    return estimate_share_effect(counterfactual_values - baseline_values)


def unpaired_effect(
    baseline: pd.DataFrame, counterfactual: pd.DataFrame, quantity: str
) -> EffectEstimate:
    """Return the difference of a quantity between unpaired worlds, with its 95 % interval.

    For a binary quantity the interval is Agresti and Caffo's, for any other Welch's.

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
    return estimate_unpaired_effect(baseline_values, counterfactual_values)
