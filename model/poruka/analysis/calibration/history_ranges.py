"""What history matching leaves of each number, and of another sample such as a posterior."""

import numpy as np
import pandas as pd

from poruka.analysis.calibration.history_matching import HistoryMatch
from poruka.analysis.calibration.implausibility import judge_waves


def marginal_ranges(match: HistoryMatch) -> pd.DataFrame:
    """Return what is left of each number, the most narrowed first.

    Returns
    -------
    pandas.DataFrame
        Columns factor, prior_5, prior_50, prior_95 (percentiles of the prior), left_5, left_50,
        left_95 (of the region that is not implausible), left_lowest, left_highest (found in it),
        and width (of the 90 % band left, as a share of the prior's). NaN where nothing is left.
    """
    rows = []
    for name, prior in match.space.priors.items():
        before = prior.quantile(np.array([0.05, 0.5, 0.95]))
        values = match.region[name].to_numpy(dtype=float)
        after = (
            [*np.quantile(values, (0.05, 0.5, 0.95)), values.min(), values.max()]
            if len(values)
            else [np.nan] * 5
        )
        rows.append((name, *before, *after, (after[2] - after[0]) / (before[2] - before[0])))
    columns = ["factor", "prior_5", "prior_50", "prior_95", "left_5", "left_50", "left_95"]
    table = pd.DataFrame(rows, columns=[*columns, "left_lowest", "left_highest", "width"])
    return table.sort_values("width", kind="stable").reset_index(drop=True)


def share_not_implausible(
    match: HistoryMatch, points: pd.DataFrame, weights: np.ndarray, cutoff: float, misses: int
) -> float:
    """Return the share of weighted points that lie in the region that is not implausible."""
    judged = judge_waves(match.fitted, match.space.scaled(points), misses)
    return float(weights[judged <= cutoff].sum() / weights.sum())
