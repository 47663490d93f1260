"""Kernels as plain Python, for callers who hold the tables of a world but not its compiled form."""

import dis
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

from poruka.engine.code_keys import plain_function


@cache
def interpreted(kernel: Callable) -> Callable:
    """Return a kernel as plain Python, together with all kernels that it calls.

    The Python function behind a kernel alone would still call compiled kernels, and each of them
    would be compiled once more for the tables that it is given. A kernel that draws random numbers
    is not for this: compiled, its numbers wrap, and interpreted they have to be masked.

    Examples
    --------
    >>> from poruka.engine.functions import clip01
    >>> interpreted(clip01)(1.5)
    1.0
    """
    function: Any = plain_function(kernel)
    scope = dict(function.__globals__)
    for instruction in dis.get_instructions(function.__code__):
        name = instruction.argval
        if instruction.opname == "LOAD_GLOBAL" and hasattr(scope.get(name), "py_func"):
            scope[name] = interpreted(scope[name])
    return FunctionType(
        function.__code__, scope, function.__name__, function.__defaults__, function.__closure__
    )
