"""Classification tree (CART) of the conditions under which worlds are cases, tested on held-out
points.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.discovery.cases import CaseWorlds, case_label, prepare_cases
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.inference.two_way import two_way_variance
from poruka.analysis.specification import TreeAnalysis
from poruka.utils.errors import BadInput
from poruka.utils.statistics import Interval, t_quantile


class TreeResult(NamedTuple):
    """A classification tree.

    Attributes
    ----------
    label : str
        What a case is.
    nodes : pandas.DataFrame
        One row a node: node, parent, side, depth, condition (of the branch to the left), factor,
        threshold, worlds, share (of cases), leaf, and worlds_new, share_new on the worlds held out.
    auc, auc_low, auc_high : float
        Area under the ROC curve on the worlds held out (the probability that a case is ranked above
        a non-case), with a 95 % interval over points; 0.5 is chance. NaN where the worlds held out
        are all cases or none is, so that there is nothing to rank.
    """

    label: str
    nodes: pd.DataFrame
    auc: float
    auc_low: float
    auc_high: float

    def describe_ranking(self) -> str:
        """Say how well the tree ranks worlds held out, or why that is not known."""
        if math.isnan(self.auc):
            return "The worlds held out are all cases or none is, so that they test no ranking."
        return (
            f"A case is ranked above another world with a chance of {self.auc:.2f}"
            f" ({self.auc_low:.2f} to {self.auc_high:.2f}) on worlds held out."
        )


def grow_tree(result: DesignResult, analysis: TreeAnalysis, seed: int = 1) -> TreeResult:
    """Return a classification tree, grown on one half of the points and tested on the other."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ModuleNotFoundError:
        raise BadInput(
            "a tree needs scikit-learn, which is not installed; install it with `pip install"
            " poruka[analysis]`."
        ) from None
    cases = prepare_cases(result, analysis.where)
    conditions, is_case, held_out = cases.conditions, cases.is_case, cases.held_out
    if not is_case[~held_out].any() or is_case[~held_out].all():
        raise BadInput(
            f"{'no world is' if not is_case.any() else 'all worlds are'} a case of"
            f" {case_label(analysis)!r}, so there is nothing to find; widen the ranges of the"
            " factors, or change `where`."
        )
    encoded = _encode_levels(conditions)
    tree = DecisionTreeClassifier(
        max_depth=analysis.depth,
        min_samples_leaf=max(1, int(analysis.smallest * (~held_out).sum())),
        random_state=seed,
    )
    tree.fit(encoded[~held_out].to_numpy(), is_case[~held_out])
    scores = tree.predict_proba(encoded[held_out].to_numpy())[:, list(tree.classes_).index(True)]
    low, high = auc_interval(scores, cases.half(held_out=True))
    return TreeResult(
        case_label(analysis),
        _node_table(tree, encoded, is_case, held_out),
        auc(scores, is_case[held_out]),
        low,
        high,
    )


def _encode_levels(conditions: pd.DataFrame) -> pd.DataFrame:
    """Return conditions as numbers: each level of a factor becomes a column of 0 and 1."""
    columns = {}
    for name, column in conditions.items():
        if pd.api.types.is_numeric_dtype(column):
            columns[str(name)] = column.astype(float)
        else:
            columns |= {
                f"{name} = {level}": (column == level).astype(float) for level in column.unique()
            }
    return pd.DataFrame(columns)


def _node_table(
    tree: Any, encoded: pd.DataFrame, is_case: np.ndarray, held_out: np.ndarray
) -> pd.DataFrame:
    shape, rows = tree.tree_, []
    training, test = (
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
        threshold = f"{name} <= {shape.threshold[node]:.4g}"
        condition = "" if leaf else f"not {name}" if " = " in name else threshold
        rows.append(
            (
                node,
                parent,
                side,
                depth[node],
                condition,
                name,
                np.nan if leaf else float(shape.threshold[node]),
                int(training[:, node].sum()),
                float(is_case[~held_out][training[:, node]].mean()),
                bool(leaf),
                int(test[:, node].sum()),
                float(is_case[held_out][test[:, node]].mean()) if test[:, node].any() else np.nan,
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
    """Return the area under the ROC curve: the probability that a case is ranked above a non-case.

    Ties count half.

    Examples
    --------
    >>> auc(np.array([0.1, 0.9, 0.5]), np.array([False, True, True]))
    1.0
    """
    if cases.all() or not cases.any():
        return float("nan")
    ranks = pd.Series(scores).rank().to_numpy()
    case_count = int(cases.sum())
    return float(
        (ranks[cases].sum() - case_count * (case_count + 1) / 2)
        / (case_count * (len(cases) - case_count))
    )


def auc_interval(scores: np.ndarray, test: CaseWorlds) -> Interval:
    """Return the 95 % interval of the area under the ROC curve, over points and worlds.

    From the share of non-cases that each case is ranked above, and of cases that each non-case is
    ranked below (DeLong et al. 1988, for worlds that come in points: Obuchowski 1997); on the scale
    of log odds, which keeps it between 0 and 1.
    """
    cases = test.is_case
    area = auc(scores, cases)
    if not 0.0 < area < 1.0:
        return Interval(0.0, 1.0)
    above = np.where(
        cases, _share_below(scores, scores[~cases]), _share_below(-scores, -scores[cases])
    )
    counts = np.where(cases, cases.sum(), (~cases).sum())
    found = two_way_variance(test.table_of((above - area) / counts))
    half = t_quantile(found.degrees_of_freedom) * math.sqrt(found.variance) / (area * (1.0 - area))
    odds = math.log(area / (1.0 - area))
    return Interval(*(1.0 / (1.0 + math.exp(-end)) for end in (odds - half, odds + half)))


def _share_below(scores: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the share of the others that lie below each score; equal ones count half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, scores, side="left")
    not_above = np.searchsorted(ordered, scores, side="right")
    return np.asarray((below + not_above) / (2.0 * len(ordered)))
