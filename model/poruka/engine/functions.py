"""The few shapes formulas are made of."""

import math

from poruka.engine.jit import kernel


@kernel
def clip(x, low, high):
    """Return x held between two bounds.

    >>> clip(1.5, 0.0, 1.0)
    1.0
    """
    if x < low:
        return low
    if x > high:
        return high
    return x


@kernel
def clip01(x):
    """Return x held between 0 and 1.

    >>> clip01(-0.25)
    0.0
    """
    return clip(x, 0.0, 1.0)


@kernel
def logistic(x):
    """Return the logistic of x: the chance that belongs to an advantage.

    >>> logistic(0.0)
    0.5
    """
    return 1.0 / (1.0 + math.exp(-clip(x, -40.0, 40.0)))


@kernel
def relax(value, target, rate):
    """Return the value that has covered a share of its way to a goal.

    >>> relax(0.0, 1.0, 0.25)
    0.25
    """
    return value + rate * (target - value)


@kernel
def saturate(x, half_saturation):
    """Return how far x has passed a level, saturating towards 1: 0 at zero, one half at the level.

    >>> saturate(2.0, 2.0)
    0.5
    """
    if x <= 0.0:
        return 0.0
    return x / (x + half_saturation) if x + half_saturation > 0.0 else 0.0
