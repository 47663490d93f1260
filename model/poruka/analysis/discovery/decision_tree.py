"""Classification tree (CART) of the conditions under which worlds are cases, tested on held-out
points.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.discovery.cases import case_label, prepare_cases
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.specification import TreeAnalysis
from poruka.utils.errors import BadInput


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
        a non-case), with a 95 % interval over points; 0.5 is chance.
    """

    label: str
    nodes: pd.DataFrame
    auc: float
    auc_low: float
    auc_high: float


def grow_tree(
    result: DesignResult, analysis: TreeAnalysis, seed: int = 1, resamples: int = 300
) -> TreeResult:
    """Return a classification tree, grown on one half of the points and tested on the other."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ModuleNotFoundError:
        raise BadInput(
            "a tree needs scikit-learn, which is not installed; install it with `pip install"
            " poruka[analysis]`."
        ) from None
    conditions, is_case, held_out = prepare_cases(result, analysis.where)
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
    low, high = _auc_interval(scores, is_case[held_out], result.worlds, resamples, seed)
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


def _auc_interval(
    scores: np.ndarray, cases: np.ndarray, worlds: int, resamples: int, seed: int
) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    blocks = np.arange(len(scores)) // worlds
    places = [np.flatnonzero(blocks == block) for block in range(blocks.max() + 1)]
    resampled = []
    for _ in range(resamples):
        drawn_blocks = rng.integers(len(places), size=len(places))
        sample = np.concatenate([places[block] for block in drawn_blocks])
        resampled.append(auc(scores[sample], cases[sample]))
    low, high = np.nanquantile(resampled, (0.025, 0.975))
    return float(low), float(high)
