"""The few functions that the equations of the rules are made of."""

from poruka.engine.jit import kernel


@kernel
def clip(x, low, high):
    """Return x, bounded below and above.

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
    """Return x, bounded to the range 0 to 1.

    >>> clip01(-0.25)
    0.0
    """
    return clip(x, 0.0, 1.0)


@kernel
def code_of(kind):
    """Return the number of a kind as an event's value, which the compiler does not see by itself.

    >>> from poruka.engine.kinds import Stance
    >>> code_of(Stance.OPPONENT)
    3.0
    """
    return float(kind + 0)


@kernel
def relax(value, target, rate):
    """Return a value moved towards a target by a share of the distance.

    >>> relax(0.0, 1.0, 0.25)
    0.25
    """
    return value + rate * (target - value)


@kernel
def approach(value, target, months):
    """Return a value a month later that follows a target with a memory of so many months.

    The memories are shared by all rules (``params.memory``: a season, a year, a term, a
    generation): after that time about two thirds of the way are covered.

    >>> approach(0.0, 1.0, 4.0)
    0.25
    >>> approach(0.0, 1.0, 60.0) < approach(0.0, 1.0, 12.0)
    True
    """
    return value + (target - value) / max(months, 1.0)


@kernel
def forget(value, months):
    """Return what is left of a value a month later that is remembered for so many months.

    >>> forget(1.0, 4.0)
    0.75
    """
    return value * (1.0 - 1.0 / max(months, 1.0))


@kernel
def saturate(x, half_saturation):
    """Return x on a saturating scale: 0 at zero, one half at the level of half saturation, below 1.

    >>> saturate(2.0, 2.0)
    0.5
    """
    if x <= 0.0:
        return 0.0
    return x / (x + half_saturation) if x + half_saturation > 0.0 else 0.0
