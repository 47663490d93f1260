"""Equivalence tests: whether an effect is too small to matter."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from poruka.analysis.statistics import EffectEstimate
from poruka.utils.errors import BadInput


class EquivalenceTest(NamedTuple):
    """The result of two one-sided tests."""

    p_value: float
    equivalent: bool


def equivalence_test(values: np.ndarray, margin: float, alpha: float = 0.05) -> EquivalenceTest:
    """Return whether the mean of independent values is shown to lie within a margin around zero.

    Two one-sided t-tests (TOST; Schuirmann 1987): the mean is above -margin and below +margin. That
    an ordinary test finds no effect shows nothing of the kind.

    Parameters
    ----------
    values : ndarray
        One value per independent unit, paired differences for instance; NaN counts as missing.
    margin : float
        The smallest effect of interest.
    alpha : float
        The probability of calling an effect as large as the margin equivalent.

    Examples
    --------
    >>> equivalence_test(np.array([0.1, -0.1, 0.0, 0.05, -0.05]), margin=0.5).equivalent
    True
    >>> equivalence_test(np.array([2.0, -2.0, 1.0, -1.0]), margin=0.5).equivalent
    False
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return EquivalenceTest(math.nan, False)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    estimate = EffectEstimate(float(values.mean()), math.nan, math.nan, error, len(values) - 1)
    return equivalence_of_estimate(estimate, margin, alpha)


def equivalence_of_estimate(
    estimate: EffectEstimate, margin: float, alpha: float = 0.05
) -> EquivalenceTest:
    """Return the equivalence test of an estimate, from its standard error and degrees of freedom.

    Examples
    --------
    >>> effect = EffectEstimate(0.1, 0.0, 0.2, standard_error=0.05, degrees_of_freedom=30)
    >>> round(equivalence_of_estimate(effect, margin=0.2).p_value, 3)
    0.027
    """
    if not margin >= 0.0:
        raise BadInput(
            f"the margin of an equivalence test is {margin:g}; it must not be below 0: give the"
            " smallest effect of interest."
        )
    distance = margin - abs(estimate.mean)
    if estimate.standard_error == 0.0:
        p_value = 0.0 if distance >= 0.0 else 1.0
    else:
        p_value = float(stdtr(estimate.degrees_of_freedom, -distance / estimate.standard_error))
    return EquivalenceTest(p_value, p_value <= alpha)
