"""Names of version 0.1 and what they are called now: the table ``docs/renamed.csv``."""

import csv
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple


class RenamedName(NamedTuple):
    """A public name that has changed; ``kind`` is module, class, function, constant, attribute,
    parameter, or field for a field of the state such as ``president.unpopularity``.
    """

    old: str
    new: str
    kind: str


def _table_path() -> Path | None:
    package = Path(str(resources.files("poruka")))
    places = (package.parent.parent / "docs" / "renamed.csv", package / "data" / "renamed.csv")
    return next((path for path in places if path.is_file()), None)


@cache
def renamed_names() -> tuple[RenamedName, ...]:
    """Return all renamed names, modules first.

    Examples
    --------
    >>> renamed_names()[0].kind
    'module'
    """
    path = _table_path()
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
    """Return the new place of a name that has only moved with its module."""
    modules = {renamed.old: renamed.new for renamed in renamed_names() if renamed.kind == "module"}
    prefix, _, last = name.rpartition(".")
    return [RenamedName(name, f"{modules[prefix]}.{last}", "name")] if prefix in modules else []


def explain_renamed(name: str) -> str | None:
    """Return in words what a name of version 0.1 is called now, or None for a name it had not."""
    matches = find_renamed(name)
    return "\n".join(f"{kind} {old} is now {new}" for old, new, kind in matches) or None
