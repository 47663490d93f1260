"""One draw of declared numbers from their ranges: whole where they count, in order, as the weights
of a sum.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping

from poruka.engine.declarations import Parameter
from poruka.engine.number_groups import dirichlet_groups, order_groups
from poruka.utils.errors import BadInput

WHOLE_UNITS = (
    "number",
    "rounds",
    "rows",
    "persons",
    "deputies",
    "seats",
    "acts",
    "months",
    "years",
    "rung",
    "yes/no",
)
"""Units that count: a number in one of them whose value and range are whole is drawn whole."""
MAX_ATTEMPTS = 10_000
"""Draws of a group that are tried where a scenario fixes some of its members."""
_TO_UNIT_INTERVAL = 2.0**-53


def draw_from_ranges(
    declared: Mapping[str, Parameter], fixed: Mapping[str, float], seed: int, draw: int
) -> dict[str, float]:
    """Return one draw of declared numbers, uniform over their ranges and within their groups.

    Parameters
    ----------
    declared : mapping of str to Parameter
        Numbers of an ``order`` are sorted into it; weights of a ``dirichlet`` group divide its sum.
    fixed : mapping of str to float
        Numbers that are not drawn, with their values.
    seed, draw : int

    Examples
    --------
    >>> one = Parameter("a.b", 0.5, "share", 0.0, 1.0, "", "", "", "")
    >>> 0.0 <= draw_from_ranges({"a.b": one}, {}, seed=1, draw=3)["a.b"] <= 1.0
    True
    """
    drawn = {
        key: _scale(number, uniform_of(seed, draw, key))
        for key, number in declared.items()
        if key not in fixed and not number.order and not number.dirichlet
    }
    orders = order_groups(declared)
    sums = dirichlet_groups(declared)
    for group, keys in sums.items():
        inner = [members for members in orders.values() if members[0] in keys]
        drawn |= _draw_sum(group, keys, inner, declared, fixed, seed, draw)
    for group, keys in orders.items():
        if not declared[keys[0]].dirichlet:
            drawn |= _draw_in_order(group, keys, declared, fixed, seed, draw)
    return {key: drawn[key] for key in declared if key in drawn}


def uniform_of(seed: int, draw: int, key: str, attempt: int = 0) -> float:
    """Return a uniform number between 0 and 1 by its address; neither end occurs.

    Examples
    --------
    >>> uniform_of(1, 0, "oligarchs.inertia") == uniform_of(1, 0, "oligarchs.inertia")
    True
    """
    address = f"{seed}/{draw}/{attempt}/{key}".encode()
    bits = int.from_bytes(hashlib.blake2b(address, digest_size=8).digest(), "big") >> 11
    return (bits + 0.5) * _TO_UNIT_INTERVAL


def is_whole(number: Parameter) -> bool:
    """Return whether a declared number counts things and is therefore drawn whole.

    Examples
    --------
    >>> from poruka.engine.parameters import parameters
    >>> is_whole(parameters()["crisis.rounds"]), is_whole(parameters()["oligarchs.inertia"])
    (True, False)
    """
    bounds = (number.value, *(number.drawn or (number.low, number.high)))
    return number.unit in WHOLE_UNITS and all(float(bound).is_integer() for bound in bounds)


def _scale(number: Parameter, share: float) -> float:
    low, high = number.drawn or (number.low, number.high)
    if is_whole(number):
        return math.floor(low + share * (high - low + 1.0))
    return low + share * (high - low)


def _draw_in_order(
    group: str,
    keys: tuple[str, ...],
    declared: Mapping[str, Parameter],
    fixed: Mapping[str, float],
    seed: int,
    draw: int,
) -> dict[str, float]:
    """Return the free numbers of an order, sorted; drawn again until they fit those that are fixed.

    Ranges do not fall along an order, so that sorted numbers stay within their own.
    """
    free = [key for key in keys if key not in fixed]
    for attempt in range(MAX_ATTEMPTS):
        values = sorted(_scale(declared[key], uniform_of(seed, draw, key, attempt)) for key in free)
        found = dict(zip(free, values, strict=True))
        if len(free) == len(keys) or _is_in_order(keys, {**fixed, **found}):
            return {key: float(value) for key, value in found.items()}
    raise _no_room(group, keys, fixed)


def _draw_sum(
    group: str,
    keys: tuple[str, ...],
    orders: list[tuple[str, ...]],
    declared: Mapping[str, Parameter],
    fixed: Mapping[str, float],
    seed: int,
    draw: int,
) -> dict[str, float]:
    """Return the free weights of a sum: a flat Dirichlet draw, sorted where an order is declared.

    The weights may be exchanged, so that sorting some of them leaves every division that is in
    order equally probable.
    """
    free = [key for key in keys if key not in fixed]
    left = sum(declared[key].value for key in keys) - sum(
        fixed[key] for key in keys if key in fixed
    )
    if not free:
        return {}
    for attempt in range(MAX_ATTEMPTS if left > 0.0 else 0):
        parts = {key: -math.log(uniform_of(seed, draw, key, attempt)) for key in free}
        for members in orders:
            inside = [key for key in members if key in parts]
            parts |= dict(zip(inside, sorted(parts[key] for key in inside), strict=True))
        whole = sum(parts.values())
        found = {key: left * part / whole for key, part in parts.items()}
        if len(free) == len(keys) or all(
            _is_in_order(members, {**fixed, **found}) for members in orders
        ):
            return found
    raise _no_room(group, keys, fixed)


def _is_in_order(keys: Iterable[str], values: Mapping[str, float]) -> bool:
    ordered = [values[key] for key in keys]
    return all(below <= above for below, above in zip(ordered, ordered[1:], strict=False))


def _no_room(group: str, keys: Iterable[str], fixed: Mapping[str, float]) -> BadInput:
    given = ", ".join(f"{key} = {fixed[key]:g}" for key in keys if key in fixed)
    return BadInput(
        f"{given} leaves no room for the other numbers of the group {group!r}; set all of them, or"
        " a value between theirs."
    )
