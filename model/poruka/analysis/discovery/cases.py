"""Cases of interest among the worlds of a design, and the half of the points that is held out."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.specification import PrimAnalysis, TreeAnalysis
from poruka.utils.errors import BadInput


class CaseWorlds(NamedTuple):
    """The worlds of a design, one row each.

    Attributes
    ----------
    conditions : pandas.DataFrame
        One column a factor.
    is_case : ndarray of bool
    held_out : ndarray of bool
        The worlds of half of the points.
    points : ndarray of int
        The point of each world; points that differ only in levels count as one.
    worlds : ndarray of int
        The number of each world: world k of all points may share its luck.
    """

    conditions: pd.DataFrame
    is_case: np.ndarray
    held_out: np.ndarray
    points: np.ndarray
    worlds: np.ndarray

    def half(self, held_out: bool) -> "CaseWorlds":
        """Return the worlds that are held out, or the others."""
        part = self.held_out == held_out
        return CaseWorlds(
            self.conditions[part].reset_index(drop=True),
            self.is_case[part],
            self.held_out[part],
            self.points[part],
            self.worlds[part],
        )

    def table_of(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of one value per world, shape (points, worlds)."""
        _, rows = np.unique(self.points, return_inverse=True)
        table = np.zeros((rows.max() + 1, self.worlds.max() + 1))
        np.add.at(table, (rows, self.worlds), values)
        return table


def prepare_cases(result: DesignResult, case_range: QuantityRange) -> CaseWorlds:
    """Return the conditions of every world, whether it is a case, and whether it is held out."""
    values = result.quantity_values(case_range.quantity)
    valid = np.isfinite(values).ravel()
    points = np.repeat(_group_points(result.points), result.worlds)
    _require_groups(int(points.max()) + 1)
    conditions = result.points.loc[result.points.index.repeat(result.worlds)]
    is_case = ((values >= case_range.low) & (values <= case_range.high)).ravel()
    half = np.random.default_rng(1).permutation(points.max() + 1) % 2 == 1
    worlds = np.tile(np.arange(result.worlds), len(result.points))
    return CaseWorlds(
        conditions.reset_index(drop=True)[valid].reset_index(drop=True),
        is_case[valid],
        half[points][valid],
        points[valid],
        worlds[valid],
    )


def _group_points(points: pd.DataFrame) -> np.ndarray:
    """Return the number of each point; those that differ only in levels have the same."""
    numbers = [name for name, column in points.items() if pd.api.types.is_numeric_dtype(column)]
    if not numbers:
        return np.arange(len(points))
    return np.asarray(points.groupby(numbers, sort=False).ngroup())


def _require_groups(count: int) -> None:
    if count < 8:
        raise BadInput(
            f"there are {count} points, too few to search for conditions in one half and test them"
            " on the other; give at least 8, better hundreds."
        )


def case_label(analysis: PrimAnalysis | TreeAnalysis) -> str:
    """Return the definition of a case as text.

    Examples
    --------
    >>> case_label(TreeAnalysis(kind="tree", where=QuantityRange(quantity="wars", low=1.0)))
    'wars at least 1'
    """
    case_range = analysis.where
    ends = [
        f"at least {case_range.low:g}" if case_range.low > -np.inf else "",
        f"at most {case_range.high:g}" if case_range.high < np.inf else "",
    ]
    return analysis.label or f"{case_range.quantity} {' and '.join(filter(None, ends))}"
