"""Runs of counterfactuals: each is simulated with its baseline under one seed, and a verdict is
reached on each of its expectations.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from poruka.analysis.inference import equivalence_of_estimate
from poruka.analysis.paired_runs import run_arms
from poruka.analysis.statistics import EffectEstimate
from poruka.scenario.scenario import Scenario
from poruka.scenario.schema import Expectation
from poruka.theory.counterfactuals.estimates import (
    MeanEstimate,
    estimate_mean,
    paired_effect,
    unpaired_effect,
)
from poruka.theory.counterfactuals.specification import Counterfactual

BORNE_OUT, CONTRADICTED, INCONCLUSIVE = "borne out", "opposite", "not told apart"


class ExpectationResult(NamedTuple):
    """The result of one expectation of a counterfactual.

    Attributes
    ----------
    baseline_mean, counterfactual_mean : MeanEstimate
        The quantity in the baseline and in the counterfactual.
    effect : EffectEstimate
        Mean difference with its 95 % interval; of paired worlds if both are histories of one
        country.
    divergence_share : float
        Share of worlds in which the counterfactual diverges from its parent.
    worlds, completed : int
        Worlds requested of each history, and those completed in both; a paired world that failed in
        one is left out of both.
    """

    counterfactual: Counterfactual
    expectation: Expectation
    baseline_mean: MeanEstimate
    counterfactual_mean: MeanEstimate
    effect: EffectEstimate
    divergence_share: float
    verdict: str
    worlds: int
    completed: int
    seed: int


def decide_expectation(
    expectation: Expectation, counterfactual_mean: MeanEstimate, effect: EffectEstimate
) -> str:
    """Return the verdict on an expectation: borne out, opposite, or not told apart.

    A difference is borne out if its 95 % interval lies on the expected side of 0 (or of the margin,
    if one is given). An expectation of no difference is borne out if the 90 % interval lies within
    the margin (two one-sided tests at 5 %). A level is borne out if the whole 95 % interval lies
    within the expected limits.

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
        if equivalence_of_estimate(effect, margin).equivalent:
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
    """Simulate counterfactuals with their baselines; return the result of every expectation.

    Parameters
    ----------
    counterfactuals : mapping of str to Counterfactual
    worlds, seed : int
        Worlds per history, and the seed of all histories.
    progress : callable, optional
        Receives ``(histories completed, histories in all)``.
    quiet : bool
        Whether rules compile without printing anything.

    Examples
    --------
    >>> from poruka.theory.counterfactuals.specification import load_counterfactuals
    >>> results = run_counterfactuals({"E01": load_counterfactuals()["E01"]}, worlds=2, seed=1)
    >>> results[0].worlds, results[0].divergence_share
    (2, 1.0)
    """
    arms, quantities = build_history_arms(counterfactuals)
    tables = run_arms(arms, quantities, worlds, seed, progress, quiet)
    return [
        _build_expectation_result(
            counterfactual, expect, tables[f"against {id}"], tables[id], worlds, seed
        )
        for id, counterfactual in counterfactuals.items()
        for expect in counterfactual.entry.expect
    ]


def build_history_arms(
    counterfactuals: Mapping[str, Counterfactual],
) -> tuple[dict[str, Scenario], dict[str, list[str]]]:
    """Return the scenarios of counterfactuals and of their baselines by name, and the quantities
    that are needed of each.
    """
    arms: dict[str, Scenario] = {}
    quantities: dict[str, list[str]] = {}
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
    return arms, quantities


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
    completed = min(len(baseline_table), len(counterfactual_table))
    if counterfactual.is_paired:
        shared = baseline_table.index.intersection(counterfactual_table.index)
        baseline_table, counterfactual_table = (
            table.loc[shared] for table in (baseline_table, counterfactual_table)
        )
        completed = len(shared)
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
        completed,
        seed,
    )


def _divergence_share(counterfactual: Counterfactual, counterfactual_table: pd.DataFrame) -> float:
    """Return the share of worlds in which a counterfactual diverges from its baseline.

    It is 1 if the two differ before any fork, else the share in which a fork of its own opens.
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
    """Return whether a counterfactual differs from its baseline before any fork.

    It may differ by start values, parameters, shocks or disabled mechanisms.
    """
    values = counterfactual.scenario.resolved_values()
    baseline_values = counterfactual.baseline.resolved_values()
    return any(
        values[key] != baseline_values[key]
        for key in values
        if key not in ("name", "title", "forks")
    )
