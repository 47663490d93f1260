"""PRIM, the patient rule induction method (Friedman and Fisher 1999): boxes of conditions that
contain most cases of interest.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

BoxLimit = tuple[float, float] | frozenset[str]
"""A condition: the lower and upper limit of a range, or the allowed levels."""


class Box(NamedTuple):
    """A box with its coverage, density and mass.

    Attributes
    ----------
    limits : dict
        Factor to the range or the levels it is restricted to; unrestricted factors are missing.
    coverage : float
        Share of all cases of interest that lie in the box.
    density : float
        Share of the worlds in the box that are cases.
    mass : float
        Share of all worlds that lie in the box.
    """

    limits: dict[str, BoxLimit]
    coverage: float
    density: float
    mass: float


def worlds_in_box(limits: Mapping[str, BoxLimit], conditions: pd.DataFrame) -> np.ndarray:
    """Return whether each world meets all conditions of a box.

    Examples
    --------
    >>> worlds_in_box({"x": (0.0, 0.5)}, pd.DataFrame({"x": [0.2, 0.9]})).tolist()
    [True, False]
    """
    chosen = np.ones(len(conditions), dtype=bool)
    for name, limit in limits.items():
        values = conditions[name].to_numpy()
        chosen &= (
            np.isin(values, list(limit))
            if isinstance(limit, frozenset)
            else (values >= limit[0]) & (values <= limit[1])
        )
    return chosen


def evaluate_box(
    limits: Mapping[str, BoxLimit], conditions: pd.DataFrame, cases: np.ndarray
) -> Box:
    """Return a box with its coverage, density and mass on given worlds."""
    chosen = worlds_in_box(limits, conditions)
    cases_inside = int((chosen & cases).sum())
    return Box(
        dict(limits),
        cases_inside / max(1, int(cases.sum())),
        cases_inside / max(1, int(chosen.sum())),
        float(chosen.mean()),
    )


def peel(
    conditions: pd.DataFrame, cases: np.ndarray, alpha: float = 0.05, min_mass: float = 0.05
) -> list[Box]:
    """Return the boxes of one peeling, from the whole space to the smallest box, the last pasted.

    Each step removes the slice whose removal raises the density of cases most, per world removed.

    Parameters
    ----------
    conditions : pandas.DataFrame
        One row a world; numbers, or strings for levels.
    cases : ndarray of bool
        Whether each world is a case of interest.
    alpha : float
        Share of the box removed in one step.
    min_mass : float
        Share of all worlds below which a box is not peeled.

    Examples
    --------
    >>> table = pd.DataFrame({"x": np.linspace(0.0, 1.0, 101), "y": ([0.0, 1.0] * 51)[:101]})
    >>> best = peel(table, (table["x"] > 0.6).to_numpy())[-1]
    >>> best.density, round(best.limits["x"][0], 1), "y" in best.limits
    (1.0, 0.6, False)
    """
    full_ranges = _full_ranges(conditions)
    limits, boxes = dict(full_ranges), [evaluate_box({}, conditions, cases)]
    while True:
        chosen = worlds_in_box(limits, conditions)
        options = [
            (name, limit, inside)
            for name in conditions
            for limit, inside in _peeling_candidates(
                conditions[name].to_numpy(), limits[name], chosen, alpha
            )
            if inside.sum() >= min_mass * len(cases)
        ]
        before, count = cases[chosen].mean() if chosen.any() else 0.0, int(chosen.sum())
        gains = [
            (cases[inside].mean() - before) / (count - int(inside.sum()))
            for _, _, inside in options
        ]
        if not gains or max(gains) <= 0.0:
            break
        name, limit, _ = options[int(np.argmax(gains))]
        limits[name] = limit
        boxes.append(evaluate_box(_restricting_limits(limits, full_ranges), conditions, cases))
    pasted = _paste(limits, full_ranges, conditions, cases, alpha)
    if pasted != limits:
        boxes.append(evaluate_box(_restricting_limits(pasted, full_ranges), conditions, cases))
    return boxes


def _full_ranges(conditions: pd.DataFrame) -> dict[str, BoxLimit]:
    return {
        str(name): (
            (float(column.min()), float(column.max()))
            if pd.api.types.is_numeric_dtype(column)
            else frozenset(map(str, column.unique()))
        )
        for name, column in conditions.items()
    }


def _restricting_limits(
    limits: Mapping[str, BoxLimit], full_ranges: Mapping[str, BoxLimit]
) -> dict[str, BoxLimit]:
    return {name: limit for name, limit in limits.items() if limit != full_ranges[name]}


def _peeling_candidates(
    values: np.ndarray, limit: BoxLimit, chosen: np.ndarray, alpha: float
) -> list[tuple[BoxLimit, np.ndarray]]:
    """Return the boxes that remain when a slice of one factor is removed: from below, from above,
    or one level.
    """
    if isinstance(limit, frozenset):
        return (
            [(limit - {level}, chosen & (values != level)) for level in sorted(limit)]
            if len(limit) > 1
            else []
        )
    candidates: list[tuple[BoxLimit, np.ndarray]] = []
    inside = values[chosen]
    low = np.quantile(inside, alpha, method="higher")
    high = np.quantile(inside, 1.0 - alpha, method="lower")
    # Where many worlds share the lowest value, as on a grid, that value is removed as a whole.
    above = inside[inside > low] if low <= inside.min() else inside[inside >= low]
    below = inside[inside < high] if high >= inside.max() else inside[inside <= high]
    if len(above):
        candidates.append(((float(above.min()), limit[1]), chosen & (values >= above.min())))
    if len(below):
        candidates.append(((limit[0], float(below.max())), chosen & (values <= below.max())))
    return candidates


def _paste(
    limits: Mapping[str, BoxLimit],
    full_ranges: Mapping[str, BoxLimit],
    conditions: pd.DataFrame,
    cases: np.ndarray,
    alpha: float,
) -> dict[str, BoxLimit]:
    """Return the box extended again wherever that does not lower its density."""
    limits = dict(limits)
    while True:
        chosen = worlds_in_box(limits, conditions)
        density, best = cases[chosen].mean(), None
        for name, limit in limits.items():
            for wider in _pasting_candidates(
                limit,
                full_ranges[name],
                conditions[name].to_numpy(),
                worlds_in_box({k: v for k, v in limits.items() if k != name}, conditions),
                alpha,
                chosen,
            ):
                inside = worlds_in_box({**limits, name: wider}, conditions)
                if inside.sum() > chosen.sum() and cases[inside].mean() >= density:
                    density, best = cases[inside].mean(), (name, wider)
        if best is None:
            return limits
        limits[best[0]] = best[1]


def _pasting_candidates(
    limit: BoxLimit,
    full_range: BoxLimit,
    values: np.ndarray,
    in_other_limits: np.ndarray,
    alpha: float,
    chosen: np.ndarray,
) -> list[BoxLimit]:
    if isinstance(limit, frozenset):
        assert isinstance(full_range, frozenset)
        return [limit | {level} for level in sorted(full_range - limit)]
    candidates: list[BoxLimit] = []
    count = max(1, int(alpha * chosen.sum()))
    below = np.sort(values[in_other_limits & (values < limit[0])])[::-1]
    above = np.sort(values[in_other_limits & (values > limit[1])])
    if len(below):
        candidates.append((float(below[min(count, len(below)) - 1]), limit[1]))
    if len(above):
        candidates.append((limit[0], float(above[min(count, len(above)) - 1])))
    return candidates


def quasi_p_values(
    box: Mapping[str, BoxLimit], conditions: pd.DataFrame, cases: np.ndarray
) -> dict[str, float]:
    """Return the quasi-p-value of each condition of a box.

    It is the probability of at least as many cases if that condition had no effect.

    Examples
    --------
    >>> table = pd.DataFrame({"x": np.linspace(0.0, 1.0, 100)})
    >>> quasi_p_values({"x": (0.6, 1.0)}, table, (table["x"] > 0.6).to_numpy())["x"] < 0.001
    True
    """
    from scipy.stats import binom

    p_values, chosen = {}, worlds_in_box(box, conditions)
    for name in box:
        without = worlds_in_box(
            {factor: limit for factor, limit in box.items() if factor != name}, conditions
        )
        share = cases[without].mean() if without.any() else 0.0
        p_values[name] = float(binom.sf(int(cases[chosen].sum()) - 1, int(chosen.sum()), share))
    return p_values


def prune(
    box: Box, conditions: pd.DataFrame, cases: np.ndarray, significance_level: float = 0.05
) -> Box:
    """Return a box without the conditions that may be due to chance, the weakest removed first."""
    limits = dict(box.limits)
    while limits:
        weakest, p = max(
            quasi_p_values(limits, conditions, cases).items(), key=lambda item: item[1]
        )
        if p <= significance_level:
            break
        del limits[weakest]
    return evaluate_box(limits, conditions, cases)


def tradeoff_table(boxes: Sequence[Box]) -> pd.DataFrame:
    """Return coverage, density, mass and the number of conditions of each box."""
    rows: list[tuple[Any, ...]] = [
        (index, box.coverage, box.density, box.mass, len(box.limits))
        for index, box in enumerate(boxes)
    ]
    return pd.DataFrame(rows, columns=["box", "coverage", "density", "mass", "conditions"])
