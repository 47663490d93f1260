"""Statistics of paired worlds: when each pair diverges, how far indices and outcomes differ."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.comparison.traced_world import find_unmatched_events
from poruka.utils.coverage import coverage_of
from poruka.utils.statistics import paired_share_interval, t_interval


def count_requested_pairs(first: Any, second: Any) -> tuple[int, int]:
    """Return how many pairs of worlds were requested of two runs, and how many of them failed.

    A pair whose world failed in one run has failed. Where the runs are of different size, worlds
    that only the larger one has count as requested.
    """
    coverages = [coverage_of(run) for run in (first, second)]
    failed = {
        int(world)
        for run in (first, second)
        for world in getattr(run, "failures", pd.DataFrame(columns=["world"]))["world"]
    }
    return max(coverage.requested for coverage in coverages), len(failed)


def first_index_differences(
    index_values: Mapping[str, tuple[np.ndarray, np.ndarray]], worlds: int, months: int
) -> np.ndarray:
    """Return the first month of each pair in which an index differs; ``months`` where none does."""
    first = np.full(worlds, months)
    for parent, branch in index_values.values():
        differs = parent != branch
        first = np.minimum(first, np.where(differs.any(axis=1), differs.argmax(axis=1), months))
    return first


def first_event_differences(runs: Sequence[Any], worlds: np.ndarray, months: int) -> np.ndarray:
    """Return the first month of each pair in which an event differs; ``months`` where none does."""
    first = np.full(len(worlds), months)
    empty = runs[0].events.iloc[:0]
    events_by_world = [dict(tuple(run.events.groupby("world"))) for run in runs]
    for row, world in enumerate(worlds):
        frames = [events.get(world, empty).reset_index(drop=True) for events in events_by_world]
        frames = [frame[frame["month"] < months] for frame in frames]
        for frame, numbers in zip(frames, find_unmatched_events(*frames), strict=True):
            if len(numbers):
                first[row] = min(first[row], int(frame["month"].iloc[numbers[0]]))
    return first


def mean_index_differences(
    index_values: Mapping[str, tuple[np.ndarray, np.ndarray]],
    divergence_months: np.ndarray,
    months: int,
) -> dict[str, np.ndarray]:
    """Return how far each index of paired worlds lies apart on average since they diverged, a value
    a pair.
    """
    since = np.arange(months)[None, :] >= divergence_months[:, None]
    return {
        name: np.where(since, branch - parent, 0.0).sum(axis=1) / since.sum(axis=1)
        for name, (parent, branch) in index_values.items()
    }


def index_difference_table(
    index_values: Mapping[str, tuple[np.ndarray, np.ndarray]],
    divergence_months: np.ndarray,
    months: int,
) -> pd.DataFrame:
    """Return how far the indices of paired worlds lie apart after they diverge.

    Returns
    -------
    pandas.DataFrame
        Columns index, mean (branch less parent, over the months since the divergence), low, high
        (Student's 95 % interval over worlds), at_end, in_spreads (mean in standard deviations of
        all months of the parent's worlds: how much the index moves in a history, which stays a
        measure where all worlds are alike), higher (share of worlds in which the branch lies
        higher); the most different first.
    """
    rows = []
    means_by_index = mean_index_differences(index_values, divergence_months, months)
    for name, (parent, branch) in index_values.items():
        differences, means = branch - parent, means_by_index[name]
        mean, spread = float(means.mean()), float(parent.std())
        low, high = t_interval(means)
        rows.append(
            {
                "index": name,
                "mean": mean,
                "low": low,
                "high": high,
                "at_end": float(differences[:, -1].mean()),
                "in_spreads": mean / spread if spread > 1e-12 else 0.0,
                "higher": float((means > 0).mean()),
            }
        )
    frame = pd.DataFrame(rows)
    order = frame["in_spreads"].abs().sort_values(ascending=False, kind="stable").index
    return frame.reindex(order).reset_index(drop=True)


def paired_outcome_shares(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of outcomes in parent and branch, with their paired difference.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        A row per pair, with the outcomes in columns parent and branch.

    Returns
    -------
    pandas.DataFrame
        Columns outcome, parent, branch (shares of worlds), difference (branch less parent), low,
        high (its 95 % interval, after Bonett and Price); the most frequent first.

    Examples
    --------
    >>> pairs = pd.DataFrame({"parent": ["heir", "heir"], "branch": ["heir", "coup"]})
    >>> paired_outcome_shares(pairs)["difference"].tolist()
    [-0.5, 0.5]
    """
    by_frequency = [
        outcome for side in ("parent", "branch") for outcome in outcomes[side].value_counts().index
    ]
    rows = []
    for outcome in dict.fromkeys(by_frequency):
        in_parent, in_branch = (outcomes[side] == outcome for side in ("parent", "branch"))
        gained = int((in_branch & ~in_parent).sum())
        lost = int((in_parent & ~in_branch).sum())
        low, high = paired_share_interval(gained, lost, len(outcomes))
        rows.append(
            {
                "outcome": outcome,
                "parent": in_parent.mean(),
                "branch": in_branch.mean(),
                "difference": in_branch.mean() - in_parent.mean(),
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)
