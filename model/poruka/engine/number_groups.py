"""Numbers that belong together when they are drawn: kept in order, or the weights of one sum."""

from collections.abc import Mapping
from typing import Any

from poruka.utils.errors import BadInput


def order_groups(declared: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the keys of each group that is kept in increasing order, the lowest first.

    Parameters
    ----------
    declared : mapping of str to Parameter

    Examples
    --------
    >>> from poruka.engine.declarations import Parameter
    >>> a, b = (Parameter(k, 1.0, "level", 0.0, 1.0, "", "", "", "", f"steps {k}") for k in "21")
    >>> order_groups({"a": a, "b": b})
    {'steps': ('b', 'a')}
    """
    placed: dict[str, dict[int, str]] = {}
    for key, number in declared.items():
        if number.order:
            group, position = number.order.split()
            if int(position) in placed.setdefault(group, {}):
                other = placed[group][int(position)]
                raise BadInput(
                    f"{key} and {other} both have the order {number.order!r}; give each number of"
                    " a group a position of its own."
                )
            placed[group][int(position)] = key
    return {group: tuple(keys[at] for at in sorted(keys)) for group, keys in placed.items()}


def dirichlet_groups(declared: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the keys of the weights of each sum that is drawn as a whole.

    Examples
    --------
    >>> from poruka.engine.declarations import Parameter
    >>> one = Parameter("a.b", 1.0, "weight", 0.0, 1.0, "", "", "", "", dirichlet="reasons")
    >>> dirichlet_groups({"a.b": one, "a.c": one})
    {'reasons': ('a.b', 'a.c')}
    """
    groups: dict[str, tuple[str, ...]] = {}
    for key, number in declared.items():
        if number.dirichlet:
            groups[number.dirichlet] = (*groups.get(number.dirichlet, ()), key)
    return groups


def validate_number_groups(declared: Mapping[str, Any]) -> None:
    """Raise an error if the numbers of a group cannot be drawn together from their ranges.

    Raises
    ------
    BadInput
        For a group of one, values or ranges that are not in the order of their positions, weights
        whose ranges do not hold every way to divide their sum, or an order between weights of
        different sums; the message names the numbers.
    """
    for group, keys in order_groups(declared).items():
        members = [declared[key] for key in keys]
        _require_company("order", group, keys)
        for below, above in zip(members, members[1:], strict=False):
            for part in ("value", "low", "high"):
                if getattr(below, part) > getattr(above, part):
                    raise BadInput(
                        f"{below.key} stands before {above.key} in the order {group!r}, but its"
                        f" {part} is greater; give values and ranges that do not fall."
                    )
        if len({member.dirichlet for member in members}) > 1:
            raise BadInput(
                f"the order {group!r} joins weights of different sums ({', '.join(keys)}); keep"
                " those of one dirichlet group in an order of their own."
            )
    for group, keys in dirichlet_groups(declared).items():
        _require_company("dirichlet", group, keys)
        total = sum(declared[key].value for key in keys)
        for key in keys:
            number = declared[key]
            if number.low > 0.0 or number.high < total or total <= 0.0:
                raise BadInput(
                    f"{key} has the range {number.low:g} to {number.high:g}; the weights of the sum"
                    f" {group!r} come to {total:g}, so give each a range with 0 and {total:g}."
                )


def _require_company(kind: str, group: str, keys: tuple[str, ...]) -> None:
    if len(keys) < 2:
        raise BadInput(f"{keys[0]} is alone in the {kind} group {group!r}; name another, or none.")
