"""Cases of interest among the worlds of a design, and the half of the points that is held out."""

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.specification import PrimAnalysis, TreeAnalysis
from poruka.utils.errors import BadInput


def prepare_cases(
    result: DesignResult, case_range: QuantityRange
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the conditions of every world, whether it is a case, and whether it is held out.

    The worlds of half of the points are held out.
    """
    values = result.quantity_values(case_range.quantity)
    conditions = result.points.loc[result.points.index.repeat(result.worlds)].reset_index(drop=True)
    is_case = ((values >= case_range.low) & (values <= case_range.high)).ravel()
    held_out = np.repeat(_random_half(result.points), result.worlds)
    valid = np.isfinite(values).ravel()
    return conditions[valid].reset_index(drop=True), is_case[valid], held_out[valid]


def _random_half(points: pd.DataFrame) -> np.ndarray:
    """Return a random half of the points; those that differ only in levels stay together."""
    numbers = [name for name, column in points.items() if pd.api.types.is_numeric_dtype(column)]
    groups = (
        points.groupby(numbers, sort=False).ngroup().to_numpy()
        if numbers
        else np.arange(len(points))
    )
    count = int(groups.max()) + 1
    if count < 8:
        raise BadInput(
            f"there are {count} points, too few to search for conditions in one half and test them"
            " on the other; give at least 8, better hundreds."
        )
    return np.asarray(np.random.default_rng(1).permutation(count)[groups] % 2 == 1)


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
