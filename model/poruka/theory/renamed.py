"""Names of version 0.1 and what they are called now: the table ``docs/renamed.csv``."""

import csv
from functools import cache
from importlib import import_module
from typing import NamedTuple

from poruka.utils.shipped_files import shipped_places


class RenamedName(NamedTuple):
    """A public name that has changed; ``kind`` is module, class, function, constant, attribute,
    parameter, or field for a field of the state such as ``president.unpopularity``.
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


def find_renamed(name: str) -> list[RenamedName]:
    """Return what a name of version 0.1 is called now: the name may be whole or its last parts.

    Examples
    --------
    >>> [renamed.new for renamed in find_renamed("ThreadHand")]
    ['poruka.runs.workers.ThreadWorker']
    >>> [renamed.new for renamed in find_renamed("poruka.streams.uniform")]
    ['poruka.engine.random_streams.uniform']
    """
    matches = [
        renamed
        for renamed in renamed_names()
        if renamed.old == name or renamed.old.endswith(f".{name}")
    ]
    return matches or _find_in_renamed_module(name)


def _find_in_renamed_module(name: str) -> list[RenamedName]:
    """Return the new place of a name that has only moved with its module.

    For a name that is gone the module is all there is to tell.
    """
    modules = {renamed.old: renamed for renamed in renamed_names() if renamed.kind == "module"}
    prefix, _, last = name.rpartition(".")
    if prefix not in modules:
        return []
    module = modules[prefix]
    if not hasattr(import_module(module.new), last):
        return [module]
    return [RenamedName(name, f"{module.new}.{last}", "name")]


def explain_renamed(name: str) -> str | None:
    """Return in words what a name of version 0.1 is called now, or None for a name it had not."""
    matches = find_renamed(name)
    return "\n".join(f"{kind} {old} is now {new}" for old, new, kind in matches) or None
