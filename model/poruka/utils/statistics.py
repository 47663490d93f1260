"""Small statistics that need no library."""

import math


def wilson_interval(count: int, worlds: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share.

    It stays within 0 and 1 and is wide for few worlds.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson_interval(0, 10)]
    [0.0, 0.278]
    >>> [round(bound, 3) for bound in wilson_interval(50, 100)]
    [0.404, 0.596]
    """
    if worlds == 0:
        return 0.0, 1.0
    p = count / worlds
    middle = (p + z * z / (2 * worlds)) / (1 + z * z / worlds)
    spread = math.sqrt(p * (1 - p) / worlds + z * z / (4 * worlds * worlds))
    half = z * spread / (1 + z * z / worlds)
    # At 0 and 1 a bound equals the share itself; rounding must not put it on the other side.
    return min(p, max(0.0, middle - half)), max(p, min(1.0, middle + half))
