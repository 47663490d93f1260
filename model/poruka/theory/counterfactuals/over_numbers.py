"""Counterfactuals over the numbers: each history and its baseline have the same draws and seed."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.paired_runs import run_arms
from poruka.analysis.statistics import is_binary
from poruka.scenario.schema import Expectation
from poruka.simulation.number_design import NumberDesign
from poruka.theory.counterfactuals.run import (
    BORNE_OUT,
    CONTRADICTED,
    INCONCLUSIVE,
    build_history_arms,
)
from poruka.theory.counterfactuals.specification import Counterfactual, format_expectation
from poruka.utils.coverage import format_coverage
from poruka.utils.draw_statistics import (
    DIFFERENCE_OF_SHARES,
    SHARE,
    DrawEstimate,
    estimate_over_draws,
)


def decide_over_numbers(expectation: Expectation, level: DrawEstimate, effect: DrawEstimate) -> str:
    """Return whether 95 % of draws of the numbers bear an expectation out, or its opposite.

    Examples
    --------
    >>> rare = Expectation(quantity="wars", at_most=0.02, stands_for="virtually impossible")
    >>> some = DrawEstimate(0.1, 0.0, 0.2, 0.0, 0.3, 0.5, 40, 200)
    >>> decide_over_numbers(rare, some, some)
    'not told apart'
    """
    if expectation.sign is None:
        least = -math.inf if expectation.at_least is None else float(expectation.at_least)
        most = math.inf if expectation.at_most is None else float(expectation.at_most)
        inside = least <= level.low and level.high <= most
        outside = level.high < least or level.low > most
    else:
        margin, low, high = float(expectation.within or 0.0), effect.low, effect.high
        if expectation.sign == "0":
            inside, outside = -margin <= low and high <= margin, low > margin or high < -margin
        else:
            low, high = (low, high) if expectation.sign == "+" else (-high, -low)
            inside, outside = low > -margin, high < -margin
    return BORNE_OUT if inside else CONTRADICTED if outside else INCONCLUSIVE


def run_counterfactuals_over_numbers(
    counterfactuals: Mapping[str, Counterfactual],
    design: NumberDesign,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    quiet: bool = True,
) -> pd.DataFrame:
    """Simulate counterfactuals and their baselines with all numbers drawn from their ranges.

    Parameters
    ----------
    counterfactuals : mapping of str to Counterfactual
    design : NumberDesign
        How many draws in how many worlds each.
    seed, progress, quiet
        As for :func:`poruka.theory.counterfactuals.run.run_counterfactuals`.

    Returns
    -------
    pandas.DataFrame
        One row an expectation, in their order: id, quantity, said, there and here (means over the
        draws), here_low and here_high (where the expected level of a further draw lies with 95 %),
        those of :class:`poruka.utils.draw_statistics.DrawEstimate` for the paired difference,
        requested (pairs of worlds), verdict and coverage (in words).
    """
    arms, quantities = build_history_arms(counterfactuals)
    drawn = {name: scenario.with_draws(design.number_draws) for name, scenario in arms.items()}
    tables = run_arms(drawn, quantities, design.worlds, seed, progress, quiet)
    rows = [
        {"id": id, **_estimate(expect, tables[f"against {id}"], tables[id], design)}
        for id, counterfactual in counterfactuals.items()
        for expect in counterfactual.entry.expect
    ]
    return pd.DataFrame(rows)


def _estimate(
    expectation: Expectation, baseline: pd.DataFrame, history: pd.DataFrame, design: NumberDesign
) -> dict[str, Any]:
    shared = baseline.index.intersection(history.index)
    there, here = (
        table.loc[shared, expectation.quantity].to_numpy(dtype=float)
        for table in (baseline, history)
    )
    draws = np.asarray(shared) // design.worlds_each
    known = [values[np.isfinite(values)] for values in (there, here)]
    of_shares = all(len(values) and is_binary(values) for values in known)
    before, level = (
        estimate_over_draws(values, draws, SHARE if of_shares else None) for values in (there, here)
    )
    effect = estimate_over_draws(here - there, draws, DIFFERENCE_OF_SHARES if of_shares else None)
    lost = design.worlds - len(shared)
    counted = format_coverage(len(shared), design.worlds, lost, 0, 0, "pair", "pairs")
    return {
        "quantity": expectation.quantity,
        "said": format_expectation(expectation),
        "there": before.mean,
        "here": level.mean,
        "here_low": level.low,
        "here_high": level.high,
        **effect._asdict(),
        "requested": design.worlds,
        "verdict": decide_over_numbers(expectation, level, effect),
        "coverage": f"{design.draws:,} draws of all numbers from"
        f" {design.number_draws.source_label}; {counted} of worlds",
    }
