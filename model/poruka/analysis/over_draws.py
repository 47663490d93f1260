"""Means and effects of quantities in worlds of which several share a draw of the numbers: each has
an interval of chance, and one over the numbers.
"""

import numpy as np

from poruka.analysis.inference import mean_over_valid_worlds
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, SHARE, estimate_over_draws
from poruka.utils.statistics import Interval

INTERVALS_IN_WORDS = (
    "low and high: 95 % interval of chance, of the mean over other draws of the numbers and other"
    " worlds; numbers low and numbers high: over the numbers, where the value expected under a"
    " further draw of them lies with 95 %"
)
"""What is said beside a table with both intervals."""
BARS_IN_WORDS = (
    " Thin bars: 95 % intervals of chance, over draws of the numbers and worlds; wide pale bars:"
    " over the numbers, where the value expected under a further draw of them lies with 95 %."
)
"""What is said beside a figure with both intervals."""


def is_share(quantity: str) -> bool:
    """Return whether a quantity is 0 or 1 in every world, so that its mean is a share of worlds.

    Examples
    --------
    >>> is_share("share_pact"), is_share("is first_successor kin")
    (True, True)
    >>> is_share("largest_wave"), is_share("share_pact minus share_heir")
    (False, False)
    """
    combines_two = " minus " in quantity or " over " in quantity
    return not combines_two and (
        quantity.startswith(("share_", "group_", "is ")) or quantity in ("broken", "passed_on")
    )


def mean_over_draws(values: np.ndarray, draws: np.ndarray, quantity: str) -> dict[str, float]:
    """Return the mean of a quantity over draws of the numbers, with both intervals.

    Parameters
    ----------
    values : ndarray, shape (points, worlds)
        Where several points are given, a world counts with its mean over them.
    draws : ndarray of int
        The draw of each world, the same at all points.
    quantity : str

    Examples
    --------
    >>> found = mean_over_draws(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([0, 0, 1, 1]), "wars")
    >>> list(found), found["mean"]
    (['mean', 'low', 'high', 'numbers_low', 'numbers_high'], 2.5)
    """
    bounds = SHARE if is_share(quantity) else None
    return _both_intervals(mean_over_valid_worlds(values, axis=0), draws, bounds, "mean")


def paired_effect_over_draws(
    differences: np.ndarray, draws: np.ndarray, quantity: str = ""
) -> dict[str, float]:
    """Return the mean of paired differences over draws of the numbers, with both intervals.

    Parameters
    ----------
    differences : ndarray
        One a world, whose luck and whose draw are the same on both sides.
    draws : ndarray of int
        The draw of each world.
    quantity : str
        Empty for a difference of differences, which has no bounds.

    Examples
    --------
    >>> differences, draws = np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1])
    >>> found = paired_effect_over_draws(differences, draws, "wars")
    >>> found["effect"], found["numbers_low"] <= found["low"]
    (2.0, True)
    """
    bounds = DIFFERENCE_OF_SHARES if is_share(quantity) else None
    return _both_intervals(differences, draws, bounds, "effect")


def _both_intervals(
    values: np.ndarray, draws: np.ndarray, bounds: Interval | None, name: str
) -> dict[str, float]:
    found = estimate_over_draws(values, draws, bounds)
    return {
        name: found.mean,
        "low": found.mean_low,
        "high": found.mean_high,
        "numbers_low": found.low,
        "numbers_high": found.high,
    }


def average_by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return values of worlds, their second axis, as means over the worlds of each draw.

    Draws are independent of each other, the worlds of one draw are not.

    Examples
    --------
    >>> average_by_draw(np.array([[1.0, 3.0, 5.0, np.nan]]), np.array([0, 0, 1, 1]))
    array([[2., 5.]])
    """
    return np.stack(
        [mean_over_valid_worlds(values[:, draws == draw], axis=1) for draw in np.unique(draws)],
        axis=1,
    )
