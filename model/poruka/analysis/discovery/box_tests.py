"""Tests of the conditions of a box, each side by itself, on points that were held out."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.discovery.prim import BoxLimit, worlds_in_box
from poruka.analysis.inference.false_discovery import benjamini_hochberg

Limits = Mapping[str, BoxLimit]


class BoxSide(NamedTuple):
    """One side of a condition: ``low`` or ``high`` of a range, or ``levels``."""

    factor: str
    side: str


def box_sides(limits: Limits, full_ranges: Limits) -> list[BoxSide]:
    """Return the sides on which a box is restricted.

    Examples
    --------
    >>> box_sides({"x": (0.6, 1.0)}, {"x": (0.0, 1.0), "y": (0.0, 1.0)})
    [BoxSide(factor='x', side='low')]
    """
    sides = []
    for factor, limit in limits.items():
        whole = full_ranges[factor]
        if isinstance(limit, frozenset) or isinstance(whole, frozenset):
            sides.append(BoxSide(factor, "levels"))
            continue
        sides += [
            BoxSide(factor, side)
            for side, end, whole_end in zip(("low", "high"), limit, whole, strict=True)
            if end != whole_end
        ]
    return sides


def remove_side(limits: Limits, full_ranges: Limits, side: BoxSide) -> dict[str, BoxLimit]:
    """Return the limits of a box without one of its sides.

    Examples
    --------
    >>> remove_side({"x": (0.2, 0.6)}, {"x": (0.0, 1.0)}, BoxSide("x", "high"))
    {'x': (0.2, 1.0)}
    """
    limit, whole = limits[side.factor], full_ranges[side.factor]
    wider: BoxLimit = whole
    if not isinstance(limit, frozenset) and not isinstance(whole, frozenset):
        wider = (whole[0], limit[1]) if side.side == "low" else (limit[0], whole[1])
    remaining = {**limits, side.factor: wider}
    return {factor: limit for factor, limit in remaining.items() if limit != full_ranges[factor]}


def side_p_values(
    limits: Limits,
    full_ranges: Limits,
    conditions: pd.DataFrame,
    cases: np.ndarray,
    points: np.ndarray,
    draws: int = 999,
    seed: int = 1,
) -> dict[BoxSide, float]:
    """Return the p-value of each side of a box: how probable its gain is if it made no difference.

    The worlds in the box are compared with those that this side alone keeps out. If it made no
    difference, points could be exchanged between the two; they are exchanged whole, since worlds of
    one point share its numbers. Where a point was simulated at several levels, levels are exchanged
    within points. The test is one-sided, and valid only on points the box was not found on.

    Parameters
    ----------
    limits, full_ranges : mapping
        The box, and the range or the levels of every factor.
    conditions : pandas.DataFrame
        One row a world.
    cases : ndarray of bool
    points : ndarray of int
        The point of each world.
    draws, seed : int
        Of the permutations.

    Examples
    --------
    >>> table = pd.DataFrame({"x": np.linspace(0.0, 1.0, 200)})
    >>> p = side_p_values(
    ...     {"x": (0.6, 0.9)},
    ...     {"x": (0.0, 1.0)},
    ...     table,
    ...     (table["x"] > 0.6).to_numpy(),
    ...     np.arange(200),
    ... )
    >>> p[BoxSide("x", "low")] < 0.01, p[BoxSide("x", "high")] > 0.5
    (True, True)
    """
    return {
        side: _side_p_value(
            worlds_in_box(limits, conditions),
            worlds_in_box(remove_side(limits, full_ranges, side), conditions),
            conditions,
            cases,
            points,
            draws,
            np.random.default_rng(seed),
        )
        for side in box_sides(limits, full_ranges)
    }


def _side_p_value(
    inside: np.ndarray,
    wider: np.ndarray,
    conditions: pd.DataFrame,
    cases: np.ndarray,
    points: np.ndarray,
    draws: int,
    rng: np.random.Generator,
) -> float:
    if not inside.any() or not (wider & ~inside).any():
        return 1.0
    # An arm is a point at one combination of levels; all its worlds are in the box, or none.
    levels = [name for name in conditions if not pd.api.types.is_numeric_dtype(conditions[name])]
    arm = pd.DataFrame({"point": points, **{str(name): conditions[name] for name in levels}})
    table = (
        pd.DataFrame({"inside": inside, "case": cases, "world": 1})[wider]
        .groupby([arm[wider][name] for name in arm], sort=False)
        .agg({"inside": "first", "case": "sum", "world": "sum"})
    )
    of_point = table.index.get_level_values("point") if levels else table.index
    _, group = np.unique(of_point, return_inverse=True)
    found, worlds = (table[name].to_numpy(dtype=float) for name in ("case", "world"))
    labels = table["inside"].to_numpy(dtype=bool)
    first = np.zeros(group.max() + 1, dtype=bool)
    first[group] = labels
    mixed = bool((first[group] != labels).any())
    if not mixed:
        found, worlds, labels = (np.bincount(group, found), np.bincount(group, worlds), first)

    exchanged = np.tile(labels, (draws + 1, 1))
    if mixed:
        order = np.argsort(group, kind="stable")
        shuffled = np.lexsort((rng.random((draws, len(labels))), np.tile(group, (draws, 1))))
        exchanged[1:, order] = labels[shuffled]
    else:
        exchanged[1:] = rng.permuted(exchanged[1:], axis=1)
    gains = (exchanged @ found) / (exchanged @ worlds)
    gains -= (~exchanged @ found) / (~exchanged @ worlds)
    return float((gains >= gains[0] - 1e-12).mean())


def prune_box(
    limits: Limits,
    full_ranges: Limits,
    conditions: pd.DataFrame,
    cases: np.ndarray,
    points: np.ndarray,
    false_discovery_rate: float = 0.05,
) -> tuple[dict[str, BoxLimit], dict[BoxSide, float]]:
    """Return a box without the sides that may be due to chance, and the p-values of the others.

    The weakest side is removed first, until the false discovery rate over all sides that the box
    had (Benjamini and Hochberg 1995) is met.
    """
    remaining = dict(limits)
    count = len(box_sides(limits, full_ranges))
    while True:
        p_values = side_p_values(remaining, full_ranges, conditions, cases, points)
        removed = np.ones(count - len(p_values))
        adjusted = benjamini_hochberg(np.concatenate([list(p_values.values()), removed]))
        if not p_values or adjusted[: len(p_values)].max() <= false_discovery_rate:
            return remaining, p_values
        weakest = max(p_values, key=lambda side: p_values[side])
        remaining = remove_side(remaining, full_ranges, weakest)
