"""Sign-flip tests: whether differences between paired worlds are more than luck, for many effects
at once.
"""

from typing import NamedTuple

import numpy as np

from poruka.analysis.inference.false_discovery import benjamini_yekutieli

SIGN_FLIPS = 2048
"""Sign vectors drawn where there are too many to try all."""


class JointTest(NamedTuple):
    """The p-value of each of many effects, and its false discovery rate among all of them."""

    p_values: np.ndarray
    q_values: np.ndarray


def draw_sign_flips(units: int, rng: np.random.Generator, draws: int = SIGN_FLIPS) -> np.ndarray:
    """Return vectors of signs for independent units, the first without any flip.

    All of them where there are few, up to a common sign, which makes the test exact; else random
    ones.

    Examples
    --------
    >>> draw_sign_flips(3, np.random.default_rng(1)).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, -1.0], [1.0, -1.0, 1.0], [1.0, -1.0, -1.0]]
    """
    if units <= 1 or 2 ** (units - 1) <= draws:
        codes = np.arange(2 ** max(0, units - 1))[:, None] >> np.arange(units)[::-1] & 1
        return np.asarray(1.0 - 2.0 * codes)
    signs = rng.choice([-1.0, 1.0], size=(draws, units))
    signs[0] = 1.0
    return signs


def assess_jointly(*flipped: np.ndarray) -> JointTest:
    """Return the p-value and the false discovery rate of each effect.

    If no unit's difference leans to either side, flipping its sign changes nothing, so that the
    first row is one among the others. All effects are flipped together, which keeps whatever they
    have in common. Several procedures share the error rate evenly: that of Westfall and Young
    (1993) on each statistic, stepping down from the largest, which is exact however few units
    there are; and that of Benjamini and Yekutieli (2001) on single p-values, which gains where many
    effects are real. What any of them finds is found: the share of false ones among those with a
    ``q_value`` of at most 5 % is at most 5 % on average, whatever the effects have in common, since
    each procedure adds its own share of false ones at most.

    Parameters
    ----------
    *flipped : ndarray of float, shape (flips, effects)
        Statistics of every effect under every vector of signs; large ones speak against luck; the
        first row is what was observed. Each must be comparable across effects. Single p-values are
        those of the first.
    """
    p_values = (flipped[0] >= _bound(flipped[0][0])).mean(axis=0)
    found = [benjamini_yekutieli(p_values), *map(_step_down, flipped)]
    return JointTest(p_values, np.minimum(1.0, len(found) * np.min(found, axis=0)))


def _bound(observed: np.ndarray) -> np.ndarray:
    """Return observed statistics a little lowered: sums of the same numbers in another order differ
    by rounding and must count as equal.
    """
    return np.asarray(observed - 1e-9 * np.abs(observed) - 1e-12)


def _step_down(flipped: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for the largest statistic among those that are not larger."""
    order = np.argsort(-flipped[0], kind="stable")
    largest_left = np.maximum.accumulate(flipped[:, order[::-1]], axis=1)[:, ::-1]
    stepped = np.maximum.accumulate((largest_left >= _bound(flipped[0, order])).mean(axis=0))
    adjusted = np.empty(len(order))
    adjusted[order] = stepped
    return adjusted


def fewest_units(level: float) -> int:
    """Return the smallest number of independent units with which anything can be found.

    Examples
    --------
    >>> fewest_units(0.05)
    7
    """
    return int(np.ceil(np.log2(3.0 / level))) + 1
