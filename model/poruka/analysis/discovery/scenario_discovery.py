"""Scenario discovery by PRIM: the conditions under which worlds are cases of interest, tested on
held-out points.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.discovery.cases import case_label, prepare_cases
from poruka.analysis.discovery.prim import (
    Box,
    evaluate_box,
    peel,
    prune,
    quasi_p_values,
    tradeoff_table,
    worlds_in_box,
)
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.specification import PrimAnalysis
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval


class PrimResult(NamedTuple):
    """The result of PRIM.

    Attributes
    ----------
    label : str
        What a case is.
    tradeoff : pandas.DataFrame
        One row a box: box, coverage, density, mass, conditions, and coverage_new, density_new on
        the worlds held out.
    chosen_index : int
        Row of the chosen box in ``tradeoff``.
    box : Box
        The chosen box, without conditions that may be due to chance.
    condition_table : pandas.DataFrame
        One row a condition: factor, low, high or levels, the full range, quasi_p.
    held_out : dict
        Coverage and density of the chosen box on the worlds held out, with 95 % intervals;
        ``share`` is the share of cases among all of them.
    """

    label: str
    tradeoff: pd.DataFrame
    chosen_index: int
    box: Box
    condition_table: pd.DataFrame
    held_out: dict[str, float]


def run_prim(result: DesignResult, analysis: PrimAnalysis) -> PrimResult:
    """Return the boxes of PRIM, found on one half of the points and tested on the other."""
    conditions, is_case, held_out = prepare_cases(result, analysis.where)
    label = case_label(analysis)
    if not is_case[~held_out].any() or is_case[~held_out].all():
        raise BadInput(
            f"{'no world is' if not is_case.any() else 'all worlds are'} a case of {label!r}, so"
            " there is nothing to find; widen the ranges of the factors, or change `where`."
        )
    training = conditions[~held_out].reset_index(drop=True)
    test = conditions[held_out].reset_index(drop=True)
    boxes = peel(training, is_case[~held_out], analysis.alpha, analysis.smallest)
    curve = tradeoff_table(boxes)
    test_boxes = [evaluate_box(box.limits, test, is_case[held_out]) for box in boxes]
    curve["coverage_new"], curve["density_new"] = (
        [box.coverage for box in test_boxes],
        [box.density for box in test_boxes],
    )
    eligible = [index for index, box in enumerate(boxes) if box.coverage >= analysis.coverage]
    chosen = max(eligible, key=lambda index: boxes[index].density)
    box = prune(boxes[chosen], training, is_case[~held_out])
    return PrimResult(
        label,
        curve,
        chosen,
        box,
        _condition_table(box, training, is_case[~held_out]),
        _evaluate_on_held_out(box, test, is_case[held_out]),
    )


def _condition_table(box: Box, conditions: pd.DataFrame, cases: np.ndarray) -> pd.DataFrame:
    p_values, rows = quasi_p_values(box.limits, conditions, cases), []
    for name, limit in box.limits.items():
        column = conditions[name]
        levels = ", ".join(sorted(limit)) if isinstance(limit, frozenset) else ""
        ends = (np.nan, np.nan) if isinstance(limit, frozenset) else limit
        full_range = (
            (np.nan, np.nan)
            if isinstance(limit, frozenset)
            else (float(column.min()), float(column.max()))
        )
        rows.append((name, *ends, levels, *full_range, p_values[name]))
    return pd.DataFrame(
        rows, columns=["factor", "low", "high", "levels", "whole_low", "whole_high", "quasi_p"]
    )


def _evaluate_on_held_out(
    box: Box, conditions: pd.DataFrame, cases: np.ndarray
) -> dict[str, float]:
    chosen = worlds_in_box(box.limits, conditions)
    cases_inside, in_box = int((chosen & cases).sum()), int(chosen.sum())
    all_cases = int(cases.sum())
    density = wilson_interval(cases_inside, in_box)
    coverage = wilson_interval(cases_inside, all_cases)
    return {
        "worlds": float(len(cases)),
        "share": float(cases.mean()),
        "coverage": cases_inside / max(1, all_cases),
        "coverage_low": coverage[0],
        "coverage_high": coverage[1],
        "density": cases_inside / max(1, in_box),
        "density_low": density[0],
        "density_high": density[1],
    }
