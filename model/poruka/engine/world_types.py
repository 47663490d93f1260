"""Names of the types of a world, its numbers and its start values, for annotations of rules.

What they hold stands in the stub beside this file, which type checkers and editors read. When a
rule runs they are names and no more: the compiler finds its own types.
"""

from typing import Any

from poruka.engine.type_stub import type_names

_NAMES = frozenset(type_names())


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return Any
    raise AttributeError(f"module {__name__!r} has no type {name!r}")
