"""Paths put to the test: each is played with the history it leaves under one seed, and what was
expected of it is judged.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.paired_runs import paired_difference, run_arms
from poruka.analysis.statistics import Z90, Z95, EffectEstimate
from poruka.scenario.schema import Expectation
from poruka.theory.counterfactuals.specification import Counterfactual
from poruka.utils.statistics import wilson_interval

NAN = float("nan")
BORNE_OUT, CONTRADICTED, INCONCLUSIVE = "borne out", "opposite", "not told apart"


class MeanEstimate(NamedTuple):
    """A mean over worlds with its 95 % interval, and how far worlds lie apart."""

    mean: float
    low: float
    high: float
    standard_deviation: float


class ExpectationResult(NamedTuple):
    """What was found of one expectation of a path.

    Attributes
    ----------
    there, here : Level
        The quantity in the history it is set against, and on the path.
    effect : EffectEstimate
        Mean difference with its 95 % interval; world by world where the two are histories of one
        country.
    opened : float
        Share of worlds in which the path parts from its parent at all.
    """

    counterfactual: Counterfactual
    expectation: Expectation
    baseline_mean: MeanEstimate
    counterfactual_mean: MeanEstimate
    effect: EffectEstimate
    divergence_share: float
    verdict: str
    worlds: int
    seed: int


def estimate_mean(values: np.ndarray) -> MeanEstimate:
    """Return a mean and its 95 % interval: Wilson's for what is either so or not, normal for
    everything else.

    Examples
    --------
    >>> [round(x, 3) for x in estimate_mean(np.array([0.0] * 20))]
    [0.0, 0.0, 0.161, 0.0]
    """
    values = values[np.isfinite(values)]  # a world that has nothing of the kind counts for nothing
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

    For what is either so or not the interval is Bonett and Price's, which a few worlds that differ
    cannot fool: the normal one would call four worlds of 200, all to one side, beyond doubt.

    Examples
    --------
    >>> here = pd.DataFrame({"x": [0.0] * 200})
    >>> there = pd.DataFrame({"x": [1.0] * 4 + [0.0] * 196})
    >>> few = paired_effect(here, there, "x")
    >>> few.mean, few.low < 0.0
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
    """Return the difference of a quantity between the worlds of two countries, which are no pairs,
    with its 95 % interval.

    For what is either so or not the interval is Agresti and Caffo's, for everything else Welch's
    with normal quantiles.

    Examples
    --------
    >>> one, other = pd.DataFrame({"x": [0.0, 1.0] * 50}), pd.DataFrame({"x": [1.0] * 100})
    >>> round(unpaired_effect(one, other, "x").mean, 2)
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


def decide_expectation(
    expectation: Expectation, counterfactual_mean: MeanEstimate, effect: EffectEstimate
) -> str:
    """Return whether an expectation is borne out, its opposite is, or neither can be told.

    A difference is borne out when its 95 % interval lies on the expected side of nothing (or of the
    margin, where one is given: no less); none at all when its 90 % interval lies within what still
    counts as none (two one-sided tests at 5 %). A level is borne out when its whole 95 % interval
    lies where it should.

    Examples
    --------
    >>> rare = Expectation(quantity="wars", at_most=0.02, stands_for="virtually impossible")
    >>> decide_expectation(rare, MeanEstimate(0.0, 0.0, 0.019, 0.0), None)
    'borne out'
    """
    if expectation.sign is None:
        least = -math.inf if expectation.at_least is None else float(expectation.at_least)
        most = math.inf if expectation.at_most is None else float(expectation.at_most)
        if least <= counterfactual_mean.low and counterfactual_mean.high <= most:
            return BORNE_OUT
        return (
            CONTRADICTED
            if counterfactual_mean.high < least or counterfactual_mean.low > most
            else INCONCLUSIVE
        )
    if expectation.sign == "0":
        margin = float(expectation.within or 0.0)
        if abs(effect.mean) + Z90 * effect.standard_error <= margin:
            return BORNE_OUT
        return CONTRADICTED if effect.low > margin or effect.high < -margin else INCONCLUSIVE
    low, high = (
        (effect.low, effect.high) if expectation.sign == "+" else (-effect.high, -effect.low)
    )
    margin = -float(expectation.within or 0.0)
    return BORNE_OUT if low > margin else CONTRADICTED if high < margin else INCONCLUSIVE


def run_counterfactuals(
    counterfactuals: Mapping[str, Counterfactual],
    worlds: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    quiet: bool = True,
) -> list[ExpectationResult]:
    """Play paths with what they are set against, and judge every expectation.

    Parameters
    ----------
    wanted : mapping of str to PathTaken
    worlds, seed : int
        Worlds per history, and the seed of all of them.
    tell : callable, optional
        Told ``(histories done, histories in all)``.
    quiet : bool
        Whether compiling, where it must be, goes on in silence.

    Examples
    --------
    >>> from poruka.theory.counterfactuals.specification import load_counterfactuals
    >>> made = run_counterfactuals({"E01": load_counterfactuals()["E01"]}, worlds=2, seed=1)
    >>> made[0].worlds, made[0].divergence_share
    (2, 1.0)
    """
    arms, quantities = {}, {}
    for id, counterfactual in counterfactuals.items():
        expected_quantities = [expect.quantity for expect in counterfactual.entry.expect]
        arms[id], quantities[id] = (
            counterfactual.scenario,
            [*expected_quantities, *_fork_month_quantities(counterfactual)],
        )
        arms[f"against {id}"], quantities[f"against {id}"] = (
            counterfactual.baseline,
            expected_quantities,
        )
    tables = run_arms(arms, quantities, worlds, seed, progress, quiet)
    return [
        _build_expectation_result(
            counterfactual, expect, tables[f"against {id}"], tables[id], worlds, seed
        )
        for id, counterfactual in counterfactuals.items()
        for expect in counterfactual.entry.expect
    ]


def _fork_month_quantities(counterfactual: Counterfactual) -> list[str]:
    return [f"fork_{index + 1}_month" for index in range(len(counterfactual.scenario.forks))]


def _build_expectation_result(
    counterfactual: Counterfactual,
    expectation: Expectation,
    baseline_table: pd.DataFrame,
    counterfactual_table: pd.DataFrame,
    worlds: int,
    seed: int,
) -> ExpectationResult:
    effect = (paired_effect if counterfactual.is_paired else unpaired_effect)(
        baseline_table, counterfactual_table, expectation.quantity
    )
    baseline_mean, counterfactual_mean = (
        estimate_mean(frame[expectation.quantity].to_numpy(dtype=float))
        for frame in (baseline_table, counterfactual_table)
    )
    return ExpectationResult(
        counterfactual,
        expectation,
        baseline_mean,
        counterfactual_mean,
        effect,
        _divergence_share(counterfactual, counterfactual_table),
        decide_expectation(expectation, counterfactual_mean, effect),
        worlds,
        seed,
    )


def _divergence_share(counterfactual: Counterfactual, counterfactual_table: pd.DataFrame) -> float:
    """Return in what share of worlds a path parts from its parent: always where it differs before
    any fork, else where a fork of its own opens.
    """
    fork_quantities = [
        quantity
        for quantity, fork in zip(
            _fork_month_quantities(counterfactual), counterfactual.scenario.forks, strict=True
        )
        if fork not in counterfactual.baseline.forks
    ]
    if _differs_from_start(counterfactual) or not fork_quantities:
        return 1.0
    return float(
        (counterfactual_table[fork_quantities] < counterfactual.scenario.months).any(axis=1).mean()
    )


def _differs_from_start(counterfactual: Counterfactual) -> bool:
    """Return whether a path differs before any fork: by start values, parameters, shocks or what is
    left out.
    """
    values, baseline_values = (
        counterfactual.scenario.resolved_values(),
        counterfactual.baseline.resolved_values(),
    )
    return any(
        values[key] != baseline_values[key]
        for key in values
        if key not in ("name", "title", "forks")
    )
