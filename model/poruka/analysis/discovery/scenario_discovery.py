"""Scenario discovery: under which conditions do worlds end as asked? Boxes by PRIM and a tree by
CART, each tried on worlds it has not seen.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

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
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.specification import PrimAnalysis, TreeAnalysis
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval


class PrimResult(NamedTuple):
    """What PRIM found.

    Attributes
    ----------
    curve : pandas.DataFrame
        Columns box, coverage, density, mass, conditions, and coverage_new, density_new on the
        worlds held out.
    box : Box
        The chosen one, without conditions that may be chance.
    table : pandas.DataFrame
        One row a condition: factor, low, high or levels, the whole range, quasi_p.
    held_out : dict
        Coverage and density of the chosen box on new worlds, with 95 % intervals; ``share`` is that
        of cases among all of them.
    """

    label: str
    tradeoff: pd.DataFrame
    chosen_index: int
    box: Box
    condition_table: pd.DataFrame
    held_out: dict[str, float]


def prepare_cases(
    result: DesignResult, case_range: QuantityRange
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the conditions of every world, whether it is a case, and which worlds are held out:
    those of half of the points.
    """
    values = result.quantity_values(case_range.quantity)
    conditions = result.points.loc[result.points.index.repeat(result.worlds)].reset_index(drop=True)
    hit = ((values >= case_range.low) & (values <= case_range.high)).ravel()
    aside = np.repeat(_random_half(result.points), result.worlds)
    kept = np.isfinite(values).ravel()
    return conditions[kept].reset_index(drop=True), hit[kept], aside[kept]


def _random_half(points: pd.DataFrame) -> np.ndarray:
    """Return a random half of the points; those that differ in levels alone stay together, since
    they share what else decides.
    """
    numbers = [name for name, column in points.items() if pd.api.types.is_numeric_dtype(column)]
    groups = (
        points.groupby(numbers, sort=False).ngroup().to_numpy()
        if numbers
        else np.arange(len(points))
    )
    count = int(groups.max()) + 1
    if count < 8:
        raise BadInput(
            f"there are {count} points, too few to look for conditions in one half and try them on"
            " the other; give at least 8, better hundreds."
        )
    return np.asarray(np.random.default_rng(1).permutation(count)[groups] % 2 == 1)


def case_label(analysis: PrimAnalysis | TreeAnalysis) -> str:
    """Return in words what a case is.

    Examples
    --------
    >>> case_label(TreeAnalysis(kind="tree", where=QuantityRange(quantity="wars", low=1.0)))
    'wars at least 1'
    """
    one = analysis.where
    ends = [
        f"at least {one.low:g}" if one.low > -np.inf else "",
        f"at most {one.high:g}" if one.high < np.inf else "",
    ]
    return analysis.label or f"{one.quantity} {' and '.join(filter(None, ends))}"


def run_prim(result: DesignResult, analysis: PrimAnalysis) -> PrimResult:
    """Return the boxes of PRIM, found on half of the points and tried on the other half."""
    conditions, hit, aside = prepare_cases(result, analysis.where)
    label = case_label(analysis)
    if not hit[~aside].any() or hit[~aside].all():
        raise BadInput(
            f"{'no world is' if not hit.any() else 'all worlds are'} a case of {label!r}, so there"
            " is nothing to find; move more, or ask for something else."
        )
    seen, new = conditions[~aside].reset_index(drop=True), conditions[aside].reset_index(drop=True)
    boxes = peel(seen, hit[~aside], analysis.alpha, analysis.smallest)
    curve = tradeoff_table(boxes)
    fresh = [evaluate_box(one.limits, new, hit[aside]) for one in boxes]
    curve["coverage_new"], curve["density_new"] = (
        [one.coverage for one in fresh],
        [one.density for one in fresh],
    )
    enough = [place for place, one in enumerate(boxes) if one.coverage >= analysis.coverage]
    chosen = max(enough, key=lambda place: boxes[place].density)
    box = prune(boxes[chosen], seen, hit[~aside])
    return PrimResult(
        label,
        curve,
        chosen,
        box,
        _condition_table(box, seen, hit[~aside]),
        _evaluate_on_held_out(box, new, hit[aside]),
    )


def _condition_table(box: Box, conditions: pd.DataFrame, cases: np.ndarray) -> pd.DataFrame:
    chances, rows = quasi_p_values(box.limits, conditions, cases), []
    for name, limit in box.limits.items():
        column = conditions[name]
        levels = ", ".join(sorted(limit)) if isinstance(limit, frozenset) else ""
        ends = (np.nan, np.nan) if isinstance(limit, frozenset) else limit
        whole = (
            (np.nan, np.nan)
            if isinstance(limit, frozenset)
            else (float(column.min()), float(column.max()))
        )
        rows.append((name, *ends, levels, *whole, chances[name]))
    return pd.DataFrame(
        rows, columns=["factor", "low", "high", "levels", "whole_low", "whole_high", "quasi_p"]
    )


def _evaluate_on_held_out(
    box: Box, conditions: pd.DataFrame, cases: np.ndarray
) -> dict[str, float]:
    chosen = worlds_in_box(box.limits, conditions)
    held, there, all_cases = int((chosen & cases).sum()), int(chosen.sum()), int(cases.sum())
    density, coverage = wilson_interval(held, there), wilson_interval(held, all_cases)
    return {
        "worlds": float(len(cases)),
        "share": float(cases.mean()),
        "coverage": held / max(1, all_cases),
        "coverage_low": coverage[0],
        "coverage_high": coverage[1],
        "density": held / max(1, there),
        "density_low": density[0],
        "density_high": density[1],
    }


class TreeResult(NamedTuple):
    """A tree.

    Attributes
    ----------
    nodes : pandas.DataFrame
        One row a node: node, parent, side, depth, condition (what leads on to the left), worlds,
        share (of cases), leaf, and share_new, worlds_new on the worlds held out.
    auc, auc_low, auc_high : float
        How surely a case is ranked above a world that is none, on the worlds held out, with a 95 %
        interval over points; 0.5 is chance.
    """

    label: str
    nodes: pd.DataFrame
    auc: float
    auc_low: float
    auc_high: float


def grow_tree(
    result: DesignResult, analysis: TreeAnalysis, seed: int = 1, resamples: int = 300
) -> TreeResult:
    """Return a classification tree, grown on half of the points and tried on the other half."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ModuleNotFoundError:
        raise BadInput(
            "a tree needs scikit-learn, which is not installed; `pip install poruka[analysis]`"
            " brings it."
        ) from None
    conditions, hit, aside = prepare_cases(result, analysis.where)
    if not hit[~aside].any() or hit[~aside].all():
        raise BadInput(
            f"{'no world is' if not hit.any() else 'all worlds are'} a case of"
            f" {case_label(analysis)!r}, so there is nothing to find."
        )
    coded = _encode_levels(conditions)
    tree = DecisionTreeClassifier(
        max_depth=analysis.depth,
        min_samples_leaf=max(1, int(analysis.smallest * (~aside).sum())),
        random_state=seed,
    )
    tree.fit(coded[~aside].to_numpy(), hit[~aside])
    ranked = tree.predict_proba(coded[aside].to_numpy())[:, list(tree.classes_).index(True)]
    low, high = _auc_interval(ranked, hit[aside], result.worlds, resamples, seed)
    return TreeResult(
        case_label(analysis),
        _node_table(tree, coded, hit, aside),
        auc(ranked, hit[aside]),
        low,
        high,
    )


def _encode_levels(conditions: pd.DataFrame) -> pd.DataFrame:
    """Return conditions as numbers: each level of a factor is a column of its own."""
    made = {}
    for name, column in conditions.items():
        if pd.api.types.is_numeric_dtype(column):
            made[str(name)] = column.astype(float)
        else:
            made |= {
                f"{name} = {level}": (column == level).astype(float) for level in column.unique()
            }
    return pd.DataFrame(made)


def _node_table(
    tree: Any, encoded: pd.DataFrame, is_case: np.ndarray, held_out: np.ndarray
) -> pd.DataFrame:
    shape, rows = tree.tree_, []
    seen, new = (
        np.asarray(tree.decision_path(encoded[part].to_numpy()).todense(), dtype=bool)
        for part in (~held_out, held_out)
    )
    parents = {
        int(child): (node, side)
        for node in range(shape.node_count)
        for side, child in (
            ("left", shape.children_left[node]),
            ("right", shape.children_right[node]),
        )
        if child >= 0
    }
    depth = {0: 0}
    for node in range(shape.node_count):
        parent, side = parents.get(node, (-1, ""))
        depth[node] = depth.get(parent, -1) + 1
        leaf = shape.children_left[node] < 0
        name = "" if leaf else str(encoded.columns[shape.feature[node]])
        condition = (
            ""
            if leaf
            else f"not {name}"
            if " = " in name
            else f"{name} <= {shape.threshold[node]:.4g}"
        )
        rows.append(
            (
                node,
                parent,
                side,
                depth[node],
                condition,
                name,
                np.nan if leaf else float(shape.threshold[node]),
                int(seen[:, node].sum()),
                float(is_case[~held_out][seen[:, node]].mean()),
                bool(leaf),
                int(new[:, node].sum()),
                float(is_case[held_out][new[:, node]].mean()) if new[:, node].any() else np.nan,
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "node",
            "parent",
            "side",
            "depth",
            "condition",
            "factor",
            "threshold",
            "worlds",
            "share",
            "leaf",
            "worlds_new",
            "share_new",
        ],
    )


def auc(scores: np.ndarray, cases: np.ndarray) -> float:
    """Return the chance that a case is ranked above a world that is none (ties count half).

    Examples
    --------
    >>> auc(np.array([0.1, 0.9, 0.5]), np.array([False, True, True]))
    1.0
    """
    if cases.all() or not cases.any():
        return float("nan")
    ranks = pd.Series(scores).rank().to_numpy()
    held = int(cases.sum())
    return float((ranks[cases].sum() - held * (held + 1) / 2) / (held * (len(cases) - held)))


def _auc_interval(
    scores: np.ndarray, cases: np.ndarray, worlds: int, resamples: int, seed: int
) -> tuple[float, float]:
    rng, blocks = np.random.default_rng(seed), np.arange(len(scores)) // worlds
    places = [np.flatnonzero(blocks == block) for block in range(blocks.max() + 1)]
    drawn = [
        auc(scores[some], cases[some])
        for _ in range(resamples)
        for some in [
            np.concatenate([places[one] for one in rng.integers(len(places), size=len(places))])
        ]
    ]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return float(low), float(high)
