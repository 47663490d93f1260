"""Names of version 0.1 and what they are called now: the table ``docs/renamed.csv``."""

from importlib import import_module

from poruka.utils.renamed_names import NUMBER_CHANGED, RenamedName, describe_renamed, renamed_names


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
        if renamed.kind != NUMBER_CHANGED
        and (renamed.old == name or renamed.old.endswith(f".{name}"))
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
    return "\n".join(map(describe_renamed, matches)) or None
