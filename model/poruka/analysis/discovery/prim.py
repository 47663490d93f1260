"""PRIM, the patient rule induction method (Friedman and Fisher 1999): boxes of conditions in which
most cases of interest lie.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

BoxLimit = tuple[float, float] | frozenset[str]
"""A condition: the two ends of a range, or the levels allowed."""


class Box(NamedTuple):
    """A box with how good it is.

    Attributes
    ----------
    limits : dict
        Factor to the range or the levels it is restricted to; factors that do not matter are
        missing.
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
    """Return which worlds meet all conditions of a box.

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
    held = int((chosen & cases).sum())
    return Box(
        dict(limits),
        held / max(1, int(cases.sum())),
        held / max(1, int(chosen.sum())),
        float(chosen.mean()),
    )


def peel(
    conditions: pd.DataFrame, cases: np.ndarray, alpha: float = 0.05, min_mass: float = 0.05
) -> list[Box]:
    """Return the boxes of one peeling, from the whole space to the smallest box, the last pasted.

    At each step the thin slice is cut off whose loss raises the share of cases most, per world
    lost.

    Parameters
    ----------
    conditions : pandas.DataFrame
        One row a world; numbers, or words for levels.
    cases : ndarray of bool
        Which worlds are cases of interest.
    alpha : float
        Share of the box that is cut off at once.
    smallest : float
        Share of all worlds below which a box is not cut.

    Examples
    --------
    >>> x = pd.DataFrame({"x": np.linspace(0.0, 1.0, 101), "y": np.tile([0.0, 1.0], 51)[:101]})
    >>> best = peel(x, (x["x"] > 0.6).to_numpy())[-1]
    >>> best.density, round(best.limits["x"][0], 1), "y" in best.limits
    (1.0, 0.6, False)
    """
    whole = _full_ranges(conditions)
    limits, boxes = dict(whole), [evaluate_box({}, conditions, cases)]
    while True:
        chosen = worlds_in_box(limits, conditions)
        options = [
            (name, limit, there)
            for name in conditions
            for limit, there in _peeling_candidates(
                conditions[name].to_numpy(), limits[name], chosen, alpha
            )
            if there.sum() >= min_mass * len(cases)
        ]
        before, count = cases[chosen].mean() if chosen.any() else 0.0, int(chosen.sum())
        gains = [
            (cases[there].mean() - before) / (count - int(there.sum())) for _, _, there in options
        ]
        if not gains or max(gains) <= 0.0:
            break
        name, limit, _ = options[int(np.argmax(gains))]
        limits[name] = limit
        boxes.append(evaluate_box(_restricting_limits(limits, whole), conditions, cases))
    pasted = _paste(limits, whole, conditions, cases, alpha)
    if pasted != limits:
        boxes.append(evaluate_box(_restricting_limits(pasted, whole), conditions, cases))
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
    """Return the boxes that are left when a slice of one factor is cut off: from below, from above,
    or one level.
    """
    if isinstance(limit, frozenset):
        return (
            [(limit - {one}, chosen & (values != one)) for one in sorted(limit)]
            if len(limit) > 1
            else []
        )
    own, made = values[chosen], list[tuple[BoxLimit, np.ndarray]]()
    low, high = (
        np.quantile(own, alpha, method="higher"),
        np.quantile(own, 1.0 - alpha, method="lower"),
    )
    # Where many worlds share the lowest value, as on a grid, that value goes as a whole.
    above, below = (
        own[own > low] if low <= own.min() else own[own >= low],
        (own[own < high] if high >= own.max() else own[own <= high]),
    )
    if len(above):
        made.append(((float(above.min()), limit[1]), chosen & (values >= above.min())))
    if len(below):
        made.append(((limit[0], float(below.max())), chosen & (values <= below.max())))
    return made


def _paste(
    limits: Mapping[str, BoxLimit],
    full_ranges: Mapping[str, BoxLimit],
    conditions: pd.DataFrame,
    cases: np.ndarray,
    alpha: float,
) -> dict[str, BoxLimit]:
    """Return the box grown again wherever that does not lower its density."""
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
                there = worlds_in_box({**limits, name: wider}, conditions)
                if there.sum() > chosen.sum() and cases[there].mean() >= density:
                    density, best = cases[there].mean(), (name, wider)
        if best is None:
            return limits
        limits[best[0]] = best[1]


def _pasting_candidates(
    limit: BoxLimit,
    full_range: BoxLimit,
    values: np.ndarray,
    others: np.ndarray,
    alpha: float,
    chosen: np.ndarray,
) -> list[BoxLimit]:
    if isinstance(limit, frozenset):
        assert isinstance(full_range, frozenset)
        return [limit | {one} for one in sorted(full_range - limit)]
    count, made = max(1, int(alpha * chosen.sum())), list[BoxLimit]()
    below, above = (
        np.sort(values[others & (values < limit[0])])[::-1],
        np.sort(values[others & (values > limit[1])]),
    )
    if len(below):
        made.append((float(below[min(count, len(below)) - 1]), limit[1]))
    if len(above):
        made.append((limit[0], float(above[min(count, len(above)) - 1])))
    return made


def quasi_p_values(
    box: Mapping[str, BoxLimit], conditions: pd.DataFrame, cases: np.ndarray
) -> dict[str, float]:
    """Return for each condition of a box how likely so many cases would be by chance if that
    condition did nothing.

    Examples
    --------
    >>> x = pd.DataFrame({"x": np.linspace(0.0, 1.0, 100)})
    >>> quasi_p_values({"x": (0.6, 1.0)}, x, (x["x"] > 0.6).to_numpy())["x"] < 0.001
    True
    """
    from scipy.stats import binom

    found, chosen = {}, worlds_in_box(box, conditions)
    for name in box:
        without = worlds_in_box(
            {other: limit for other, limit in box.items() if other != name}, conditions
        )
        share = cases[without].mean() if without.any() else 0.0
        found[name] = float(binom.sf(int(cases[chosen].sum()) - 1, int(chosen.sum()), share))
    return found


def prune(
    box: Box, conditions: pd.DataFrame, cases: np.ndarray, significance_level: float = 0.05
) -> Box:
    """Return a box without the conditions that may be chance, the weakest dropped first."""
    limits = dict(box.limits)
    while limits:
        weakest, p = max(quasi_p_values(limits, conditions, cases).items(), key=lambda one: one[1])
        if p <= significance_level:
            break
        del limits[weakest]
    return evaluate_box(limits, conditions, cases)


def tradeoff_table(boxes: Sequence[Box]) -> pd.DataFrame:
    """Return coverage, density, mass and the number of conditions of each box."""
    rows: list[tuple[Any, ...]] = [
        (place, one.coverage, one.density, one.mass, len(one.limits))
        for place, one in enumerate(boxes)
    ]
    return pd.DataFrame(rows, columns=["box", "coverage", "density", "mass", "conditions"])
