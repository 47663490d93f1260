"""The table ``docs/renamed.csv``: names of version 0.1 and what they are called now."""

import csv
from functools import cache
from typing import NamedTuple

from poruka.utils.shipped_files import shipped_places

NUMBER, NUMBER_GONE, NUMBER_CHANGED = "number", "number gone", "number changed"
"""Kinds of the declared numbers of the rules: one that another replaces, one that none does, and
one that has kept its key and means something else."""


class RenamedName(NamedTuple):
    """A public name that has changed; ``kind`` is module, class, function, constant, attribute,
    parameter, field for a field of the state such as ``president.unpopularity``, or number for a
    declared number of the rules such as ``memory.year``. Of a ``number gone`` ``new`` says why, of
    a ``number changed`` what was meant in version 0.1.
    """

    old: str
    new: str
    kind: str


@cache
def renamed_names() -> tuple[RenamedName, ...]:
    """Return all renamed names, modules first.

    Examples
    --------
    >>> renamed_names()[0].kind
    'module'
    """
    places = shipped_places("docs/renamed.csv", "renamed.csv")
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return ()
    with open(path, encoding="utf-8", newline="") as file:
        return tuple(RenamedName(**row) for row in csv.DictReader(file))


def describe_renamed(name: RenamedName) -> str:
    """Return in words what has become of a name.

    Examples
    --------
    >>> describe_renamed(RenamedName("abroad.forgetting", "memory.term", NUMBER))
    'number abroad.forgetting is now memory.term'
    """
    if name.kind == NUMBER_GONE:
        return f"number {name.old} is gone: {name.new}"
    if name.kind == NUMBER_CHANGED:
        return f"in version 0.1 {name.old} meant something else: {name.new}"
    return f"{name.kind} {name.old} is now {name.new}"


def replaced_number(key: str) -> str:
    """Return in words what has replaced a declared number of version 0.1; empty for any other name.

    Examples
    --------
    >>> replaced_number("abroad.forgetting")
    'number abroad.forgetting is now memory.term'
    >>> replaced_number("clans.solidarty")
    ''
    """
    kinds = (NUMBER, NUMBER_GONE)
    found = [name for name in renamed_names() if name.old == key and name.kind in kinds]
    return "; ".join(map(describe_renamed, found))


def changed_number(key: str) -> str:
    """Return in words what a number that kept its key meant in version 0.1; empty for any other.

    Examples
    --------
    >>> changed_number("citizens.silence")
    'in version 0.1 citizens.silence meant something else: the weight of fear, all reasons together'
    >>> changed_number("memory.year")
    ''
    """
    found = (name for name in renamed_names() if name.old == key and name.kind == NUMBER_CHANGED)
    return "; ".join(map(describe_renamed, found))
