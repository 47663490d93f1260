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
        chosen &= _meets(conditions[name].to_numpy(), limit)
    return chosen


def _meets(values: np.ndarray, limit: BoxLimit) -> np.ndarray:
    if isinstance(limit, frozenset):
        return np.isin(values, list(limit))
    return np.asarray((values >= limit[0]) & (values <= limit[1]))


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
    conditions: pd.DataFrame,
    cases: np.ndarray,
    alpha: float = 0.05,
    min_mass: float = 0.05,
    width: int = 3,
) -> list[Box]:
    """Return the boxes between which a choice is to be made, from the whole space to the densest.

    Slices are peeled off to the end, also where a cut gains nothing by itself, since the next may
    gain the more. A peeling that always takes the best cut may miss boxes that start with a lesser
    one, so there are two: that of the best cut, and one that goes on from the ``width`` densest
    boxes of every size. From each box of both, slices are pasted back where the density does not
    fall. Kept are the boxes that no other beats in coverage and density at once; which one to take
    is the user's choice (Bryant and Lempert 2010).

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
    width : int
        Boxes of each size from which the wider peeling goes on.

    Examples
    --------
    >>> table = pd.DataFrame({"x": np.linspace(0.0, 1.0, 101), "y": ([0.0, 1.0] * 51)[:101]})
    >>> best = peel(table, (table["x"] > 0.6).to_numpy())[-1]
    >>> best.density, round(best.limits["x"][0], 1), "y" in best.limits
    (1.0, 0.6, False)
    """
    full_ranges = find_full_ranges(conditions)
    found = {
        tuple(limits.items()): None
        for boxes_of_a_size in sorted({1, width})
        for limits in _peel_to_the_end(
            full_ranges, conditions, cases, alpha, min_mass, boxes_of_a_size
        )
    }

    def evaluate(limits: Mapping[str, BoxLimit]) -> Box:
        return evaluate_box(_restricting_limits(limits, full_ranges), conditions, cases)

    peeled = [evaluate(dict(limits)) for limits in found]
    pasted = [
        evaluate(_paste(dict(limits), full_ranges, conditions, cases, alpha)) for limits in found
    ]
    whole = evaluate_box({}, conditions, cases)
    return [whole, *(box for box in _undominated([whole, *peeled, *pasted]) if box.limits)]


def _undominated(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes that no other beats in coverage and density, the largest coverage first."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: (-box.coverage, -box.density, len(box.limits))):
        if not kept or box.density > kept[-1].density:
            kept.append(box)
    return kept


def _peel_to_the_end(
    full_ranges: Mapping[str, BoxLimit],
    conditions: pd.DataFrame,
    cases: np.ndarray,
    alpha: float,
    min_mass: float,
    width: int,
) -> list[dict[str, BoxLimit]]:
    """Return the limits of all boxes gone through, with up to ``width`` going on at each size.

    Boxes are of one size if their masses differ by less than half a slice.
    """
    step = -np.log1p(-alpha) / 2.0
    columns = {str(name): conditions[name].to_numpy() for name in conditions}
    sizes = int(-np.log(min_mass) / step) + 2
    by_size: list[list[tuple[tuple[float, int], dict[str, BoxLimit], np.ndarray]]] = [
        [] for _ in range(sizes)
    ]
    by_size[0].append(((0.0, 0), dict(full_ranges), np.ones(len(cases), dtype=bool)))
    passed = []
    for boxes in by_size:
        for _, limits, chosen in boxes:
            passed.append(limits)
            for name, values in columns.items():
                for limit, inside in _peeling_candidates(values, limits[name], chosen, alpha):
                    count = int(inside.sum())
                    if count < min_mass * len(cases):
                        continue
                    free = sum(
                        (limit if other == name else limits[other]) == full_ranges[other]
                        for other in limits
                    )
                    # Of equally dense boxes the one with fewer conditions is worth more.
                    worth = (float(cases[inside].mean()), free)
                    place = by_size[min(sizes - 1, int(-np.log(count / len(cases)) / step + 1e-9))]
                    if place is boxes or any(np.array_equal(inside, box[2]) for box in place):
                        continue
                    place.append((worth, {**limits, name: limit}, inside))
                    place.sort(key=lambda box: box[0], reverse=True)
                    del place[width:]
    return passed


def find_full_ranges(conditions: pd.DataFrame) -> dict[str, BoxLimit]:
    """Return the range or the levels that each factor has among given worlds.

    Examples
    --------
    >>> find_full_ranges(pd.DataFrame({"x": [0.2, 0.9]}))
    {'x': (0.2, 0.9)}
    """
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
    inside = np.sort(values[chosen])
    slice_size = max(1, int(np.ceil(alpha * (len(inside) - 1))))
    # Where many worlds share the lowest value, as on a grid, that value is removed as a whole.
    above = inside[np.searchsorted(inside, inside[slice_size - 1], side="right") :]
    below = inside[: np.searchsorted(inside, inside[-slice_size], side="left")]
    if len(above):
        candidates.append(((float(above[0]), limit[1]), chosen & (values >= above[0])))
    if len(below):
        candidates.append(((limit[0], float(below[-1])), chosen & (values <= below[-1])))
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
    columns = {name: conditions[name].to_numpy() for name in limits}
    met = {name: _meets(columns[name], limit) for name, limit in limits.items()}
    while True:
        missed = len(met) - np.sum(list(met.values()), axis=0)
        chosen = missed == 0
        count = int(chosen.sum())
        best = (float(cases[chosen].mean()), count)
        wider_box: tuple[str, BoxLimit, np.ndarray] | None = None
        for name in _restricting_limits(limits, full_ranges):
            # Worlds that this condition alone keeps out.
            outside = (missed == 1) & ~met[name]
            for wider in _pasting_candidates(
                limits[name], full_ranges[name], columns[name], outside, alpha, count
            ):
                meets = _meets(columns[name], wider)
                inside = chosen | (outside & meets)
                value = (float(cases[inside].mean()), int(inside.sum()))
                if value[1] > count and value >= best:
                    best, wider_box = value, (name, wider, meets)
        if wider_box is None:
            return limits
        limits[wider_box[0]], met[wider_box[0]] = wider_box[1], wider_box[2]


def _pasting_candidates(
    limit: BoxLimit,
    full_range: BoxLimit,
    values: np.ndarray,
    outside: np.ndarray,
    alpha: float,
    chosen_count: int,
) -> list[BoxLimit]:
    """Return the wider ranges or levels that take in a slice of the worlds now kept outside."""
    if isinstance(limit, frozenset):
        assert isinstance(full_range, frozenset)
        return [limit | {level} for level in sorted(full_range - limit)]
    candidates: list[BoxLimit] = []
    count = max(1, int(alpha * chosen_count))
    below = np.sort(values[outside & (values < limit[0])])[::-1]
    above = np.sort(values[outside & (values > limit[1])])
    if len(below):
        candidates.append((float(below[min(count, len(below)) - 1]), limit[1]))
    if len(above):
        candidates.append((limit[0], float(above[min(count, len(above)) - 1])))
    return candidates


def tradeoff_table(boxes: Sequence[Box]) -> pd.DataFrame:
    """Return coverage, density, mass and the number of conditions of each box."""
    rows: list[tuple[Any, ...]] = [
        (index, box.coverage, box.density, box.mass, len(box.limits))
        for index, box in enumerate(boxes)
    ]
    return pd.DataFrame(rows, columns=["box", "coverage", "density", "mass", "conditions"])
