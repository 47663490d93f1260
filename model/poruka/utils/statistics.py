"""Elementary intervals: of a mean, of a share, of a further value."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit


class Interval(NamedTuple):
    """The lower and upper end of an interval."""

    low: float
    high: float


def t_quantile(degrees_of_freedom: float, level: float = 0.95) -> float:
    """Return how many standard errors a two-sided interval reaches to each side.

    With infinitely many degrees of freedom this is the normal quantile.

    Examples
    --------
    >>> round(t_quantile(4), 3), round(t_quantile(math.inf), 3)
    (2.776, 1.96)
    """
    upper = 0.5 + level / 2.0
    if math.isinf(degrees_of_freedom):
        return float(ndtri(upper))
    return float(stdtrit(degrees_of_freedom, upper)) if degrees_of_freedom > 0 else math.nan


Z95 = t_quantile(math.inf)
"""Standard normal quantile of a two-sided 95 % interval."""


def t_interval(values: np.ndarray, level: float = 0.95) -> Interval:
    """Return Student's interval of the mean of independent values.

    Degrees of freedom are the number of values less one. Values that share their luck, such as one
    world at several points, are not independent: give their mean as one value.

    Of strongly skewed values it takes more for the stated level: of exponential ones (times until
    an event) the interval of 95 % holds the mean in 88 % of samples of five and 91 % of 20.

    Parameters
    ----------
    values : ndarray
        One value per independent unit; NaN counts as missing. Below two the interval is NaN.
    level : float
        The confidence level.

    Examples
    --------
    >>> t_interval(np.array([1.0, 2.0, 3.0])).high.__round__(3)
    4.484
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return Interval(math.nan, math.nan)
    mean = float(values.mean())
    half = t_quantile(len(values) - 1, level) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Interval(mean - half, mean + half)


def wilson_interval(count: float, worlds: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share of independent worlds.

    It stays within 0 and 1 and is wide for few worlds.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson_interval(0, 10)]
    [0.0, 0.278]
    >>> [round(bound, 3) for bound in wilson_interval(50, 100)]
    [0.404, 0.596]
    """
    # `scipy.stats.binomtest` gives the same for whole counts (a test holds them together). It takes
    # no others, and worlds that share their numbers make fewer, and no whole number of, effective
    # ones; nor does it take Student's quantile; and it would make every summary load for a second.
    if worlds == 0:
        return 0.0, 1.0
    p = count / worlds
    middle = (p + z * z / (2 * worlds)) / (1 + z * z / worlds)
    spread = math.sqrt(p * (1 - p) / worlds + z * z / (4 * worlds * worlds))
    half = z * spread / (1 + z * z / worlds)
    # At 0 and 1 a bound equals the share itself; rounding must not put it on the other side.
    return min(p, max(0.0, middle - half)), max(p, min(1.0, middle + half))


def paired_share_interval(gained: float, lost: float, pairs: float, z: float = Z95) -> Interval:
    """Return the 95 % interval of the difference of two shares in paired worlds.

    After Bonett and Price (2012), who add a pair to each kind that differs. It holds where few
    worlds differ: Student's excludes 0 already where four worlds of 200 differ in one direction.

    Parameters
    ----------
    gained, lost : float
        Pairs in which only the second world shows what is counted, and in which only the first.
    pairs : float
        All pairs.
    z : float
        How many standard errors the interval reaches to each side.

    Examples
    --------
    >>> [round(end, 3) for end in paired_share_interval(gained=4, lost=0, pairs=200)]
    [-0.004, 0.043]
    """
    up, down = (gained + 1) / (pairs + 2), (lost + 1) / (pairs + 2)
    half = z * math.sqrt((up + down - (up - down) ** 2) / (pairs + 2))
    return Interval(max(-1.0, up - down - half), min(1.0, up - down + half))


def prediction_interval(values: np.ndarray, level: float = 0.9) -> Interval:
    """Return the band that holds one further value with the given probability.

    Percentiles of few values lie too close together: between the 5th and the 95th of 20 values
    only 81 % of further values fall. The band therefore reaches from rank (n + 1) (1 - level) / 2
    to its mirror image, which holds the level for any distribution; between two ranks it is
    interpolated. Where there are too few values for that (below 19 at 90 %), it is Student's band
    of a further value, mean ± t s √(1 + 1/n), which assumes a normal distribution, but no narrower
    than from the smallest to the largest value; with infinite values it is that range.

    Parameters
    ----------
    values : ndarray
        Independent values; infinite ones stand for what never happened.
    level : float
        The share of further values that the band holds.

    Examples
    --------
    >>> [round(end, 3) for end in prediction_interval(np.arange(1.0, 40.0))]
    [2.0, 38.0]
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    ordered = ordered[~np.isnan(ordered)]
    count = len(ordered)
    if count == 0:
        return Interval(math.nan, math.nan)
    # The small number guards whole ranks against rounding: 20 * 0.05 may be just below 1.
    place = (count + 1) * (1.0 - level) / 2.0 + 1e-9
    rank = math.floor(place)
    if rank >= 1:
        inwards = place - rank
        low, high = ordered[rank - 1], ordered[count - rank]
        # Next to a value that never came there is nothing to interpolate.
        if np.isfinite(ordered[rank]) and np.isfinite(low):
            low += inwards * (ordered[rank] - low)
        if np.isfinite(ordered[count - rank - 1]) and np.isfinite(high):
            high -= inwards * (high - ordered[count - rank - 1])
        return Interval(float(low), float(high))
    low, high = float(ordered[0]), float(ordered[-1])
    if count < 2 or not np.isfinite(ordered).all():
        return Interval(low, high)
    mean = float(ordered.mean())
    reach = t_quantile(count - 1, level) * float(ordered.std(ddof=1)) * math.sqrt(1 + 1 / count)
    return Interval(min(low, mean - reach), max(high, mean + reach))
