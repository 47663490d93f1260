"""Kernels generated from tables that hold a kernel for every kind.

What an instrument does depends on its verb, and whether it can be used depends on conditions. Every
verb and every condition has a kernel of its own, and a table says which. The kernel that picks
among them is written from the table, which has to hold every kind exactly once: one without an
entry is refused when the package is imported, and no chain of comparisons ends in nothing.

``inspect.getsource`` shows the generated source like that of any kernel.
"""

import linecache
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any

from poruka.engine.code_keys import plain_function
from poruka.engine.jit import kernel

KernelTable = Iterable[tuple[IntEnum, Callable]]
"""Pairs of a kind and its kernel: of two entries for one kind, a dict would hide the first."""


def dispatching_kernel(
    name: str,
    pairs: KernelTable,
    kinds: type[IntEnum],
    kind: str,
    arguments: Sequence[str],
    module: str,
) -> Callable:
    """Return a kernel that calls the one kernel for a kind.

    Parameters
    ----------
    name : str
        The name of the kernel.
    pairs : iterable of (kind, kernel)
    kinds : IntEnum
        Every member of it has one entry among the pairs.
    kind : str
        The kind, as an expression in the arguments.
    arguments : sequence of str
        The names of the arguments, which every kernel of the table takes in this order.
    module : str
        The module that asks for the kernel, to which it then belongs.

    Raises
    ------
    TypeError
        When the table is not complete: an error in the code, which no input of a user can cause.
    """
    table = complete_table(pairs, kinds, arguments)
    return _compile_source(name, dispatcher_source(name, table, kind, arguments), table, module)


def mask_kernel(
    name: str, pairs: KernelTable, kinds: type[IntEnum], arguments: Sequence[str], module: str
) -> Callable:
    """Return a kernel that tells of every kind whether it holds, one bit each.

    The arguments and errors are those of :func:`dispatching_kernel`.
    """
    table = complete_table(pairs, kinds, arguments)
    return _compile_source(name, mask_source(name, table, arguments), table, module)


def complete_table(
    pairs: KernelTable, kinds: type[IntEnum], arguments: Sequence[str]
) -> dict[IntEnum, Callable]:
    """Return the kernel of every kind, in the order of the kinds, or refuse the table.

    Examples
    --------
    >>> from poruka.engine.instrument_kinds import Manner
    >>> complete_table([], Manner, ["world"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    TypeError: the table of Manner lacks NONE, AFTER_EXAMPLE, UNDER_SHOCK, IN_HASTE, ...
    """
    found: dict[IntEnum, Callable] = {}
    named: dict[str, Callable] = {}
    errors: dict[str, list[str]] = {}
    for kind, function in pairs:
        key = function.__name__
        if not isinstance(kind, kinds):
            errors.setdefault("holds what is no member of it:", []).append(repr(kind))
            continue
        if kind in found:
            errors.setdefault("holds twice", []).append(kind.name)
        if named.setdefault(key, function) is not function:
            errors.setdefault("holds different kernels of one name:", []).append(key)
        if _arguments_of(function) != tuple(arguments):
            errors.setdefault("holds a kernel with other arguments for", []).append(kind.name)
        found[kind] = function
    if missing := [kind.name for kind in kinds if kind not in found]:
        errors["lacks"] = missing
    if errors:
        text = "; ".join(f"{error} {', '.join(names)}" for error, names in errors.items())
        raise TypeError(f"the table of {kinds.__name__} {text}")
    return {kind: found[kind] for kind in kinds}


def _arguments_of(function: Callable) -> tuple[str, ...]:
    code = plain_function(function).__code__
    return code.co_varnames[: code.co_argcount]


def dispatcher_source(
    name: str, table: dict[IntEnum, Callable], kind: str, arguments: Sequence[str]
) -> str:
    """Return the source of a kernel that calls the one kernel for a kind."""
    given = ", ".join(arguments)
    lines = [
        f"def {name}({given}):",
        f'    """Call the one kernel that belongs to {kind}."""',
        f"    kind = {kind}",
    ]
    for position, (member, function) in enumerate(table.items()):
        lines += [
            f"    {'elif' if position else 'if'} kind == {int(member)}:  # {member.name}",
            f"        {function.__name__}({given})",
        ]
    lines += ["    else:", f'        raise ValueError("{kind} is of no known kind")']
    return "\n".join(lines) + "\n"


def mask_source(name: str, table: dict[IntEnum, Callable], arguments: Sequence[str]) -> str:
    """Return the source of a kernel that sets the bit of every kind that holds."""
    given = ", ".join(arguments)
    kinds = type(next(iter(table))).__name__
    lines = [
        f"def {name}({given}):",
        f'    """Return every {kinds} that holds now, one bit each."""',
        "    mask = 0",
    ]
    for member, function in table.items():
        lines += [
            f"    if {function.__name__}({given}):",
            f"        mask |= 1 << {int(member)}  # {member.name}",
        ]
    return "\n".join([*lines, "    return mask"]) + "\n"


def _compile_source(
    name: str, source: str, table: dict[IntEnum, Callable], module: str
) -> Callable:
    """Return the kernel of a source that calls the kernels of a table."""
    scope: dict[str, Any] = {function.__name__: function for function in table.values()}
    scope["__name__"] = module  # by which the kernel counts as one of the package
    file = f"<{name} of {module}>"
    # Without a time of change the lines are never looked for on disk.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), scope)
    return kernel(scope[name])
