"""Scenario discovery by PRIM: the conditions under which worlds are cases of interest, tested on
held-out points.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.discovery.box_tests import BoxSide, prune_box
from poruka.analysis.discovery.cases import CaseWorlds, case_label, prepare_cases
from poruka.analysis.discovery.prim import (
    Box,
    BoxLimit,
    evaluate_box,
    find_full_ranges,
    peel,
    tradeoff_table,
    worlds_in_box,
)
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.inference.two_way import share_interval
from poruka.analysis.specification import PrimAnalysis
from poruka.utils.errors import BadInput


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
        The chosen box, without sides that may be due to chance.
    condition_table : pandas.DataFrame
        One row a condition: factor, low, high or levels, the full range, and the p-value of each
        side on the points held out: p_low, p_high or p_levels.
    held_out : dict
        Coverage and density of the chosen box on the points held out, with 95 % intervals over
        points and worlds; ``share`` is the share of cases among all their worlds.
    """

    label: str
    tradeoff: pd.DataFrame
    chosen_index: int
    box: Box
    condition_table: pd.DataFrame
    held_out: dict[str, float]


def run_prim(result: DesignResult, analysis: PrimAnalysis) -> PrimResult:
    """Return the boxes of PRIM, found on one half of the points and tested on the other.

    The chosen box is the densest of those that hold the required share of cases. Each side of each
    condition is tested on the half held out, with whole points as the unit; sides that may be due
    to chance are removed, with a false discovery rate of 5 % over the sides of the box.
    """
    cases = prepare_cases(result, analysis.where)
    training, test = cases.half(held_out=False), cases.half(held_out=True)
    label = case_label(analysis)
    if not training.is_case.any() or training.is_case.all():
        raise BadInput(
            f"{'no world is' if not cases.is_case.any() else 'all worlds are'} a case of"
            f" {label!r}, so there is nothing to find; widen the ranges of the factors, or change"
            " `where`."
        )
    boxes = peel(training.conditions, training.is_case, analysis.alpha, analysis.smallest)
    curve = tradeoff_table(boxes)
    test_boxes = [evaluate_box(box.limits, test.conditions, test.is_case) for box in boxes]
    curve["coverage_new"], curve["density_new"] = (
        [box.coverage for box in test_boxes],
        [box.density for box in test_boxes],
    )
    eligible = [index for index, box in enumerate(boxes) if box.coverage >= analysis.coverage]
    chosen = max(eligible, key=lambda index: boxes[index].density)
    full_ranges = find_full_ranges(training.conditions)
    limits, p_values = prune_box(
        boxes[chosen].limits, full_ranges, test.conditions, test.is_case, test.points
    )
    return PrimResult(
        label,
        curve,
        chosen,
        evaluate_box(limits, training.conditions, training.is_case),
        _condition_table(limits, full_ranges, p_values),
        evaluate_on_held_out(limits, test),
    )


def _condition_table(
    limits: Mapping[str, BoxLimit],
    full_ranges: Mapping[str, BoxLimit],
    p_values: Mapping[BoxSide, float],
) -> pd.DataFrame:
    rows = []
    for name, limit in limits.items():
        levels, ends, whole = "", (np.nan, np.nan), (np.nan, np.nan)
        full_range = full_ranges[name]
        if isinstance(limit, frozenset) or isinstance(full_range, frozenset):
            levels = ", ".join(sorted(map(str, limit)))
        else:
            ends, whole = limit, full_range
        sides = [p_values.get(BoxSide(name, side), np.nan) for side in ("low", "high", "levels")]
        rows.append((name, *ends, levels, *whole, *sides))
    return pd.DataFrame(
        rows,
        columns=[
            "factor",
            "low",
            "high",
            "levels",
            "whole_low",
            "whole_high",
            "p_low",
            "p_high",
            "p_levels",
        ],
    )


def evaluate_on_held_out(limits: Mapping[str, BoxLimit], test: CaseWorlds) -> dict[str, float]:
    """Return coverage and density of a box on points it was not found on, with 95 % intervals."""
    inside = worlds_in_box(limits, test.conditions)
    cases = test.is_case
    density = float(cases[inside].mean()) if inside.any() else 0.0
    coverage = float(inside[cases].mean()) if cases.any() else 0.0
    of_density = test.table_of(inside * (cases - density) / max(1, int(inside.sum())))
    of_coverage = test.table_of(cases * (inside - coverage) / max(1, int(cases.sum())))
    has_box, has_case = (test.table_of(part).any(axis=1) for part in (inside, cases))
    density_ends = share_interval(density, of_density[has_box])
    coverage_ends = share_interval(coverage, of_coverage[has_case])
    return {
        "worlds": float(len(cases)),
        "points": float(len(set(test.points))),
        "share": float(cases.mean()),
        "coverage": coverage,
        "coverage_low": coverage_ends.low,
        "coverage_high": coverage_ends.high,
        "density": density,
        "density_low": density_ends.low,
        "density_high": density_ends.high,
    }
