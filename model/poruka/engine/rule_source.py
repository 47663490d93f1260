"""What the source of a rule shows: fields it reads and writes, numbers it depends on, all its text.

:mod:`.kernel_reader` follows every name of a kernel; here it is asked, and here the source of a
rule is put together with all that it rests on.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from poruka.engine.code_keys import plain_function
from poruka.engine.kernel_reader import Usage, read_usage
from poruka.engine.kernel_source import is_in_package, read_kernel_source, resolve_scope
from poruka.engine.kernel_values import RULE_ARGUMENTS, START_ARGUMENTS
from poruka.utils.errors import BadInput

_EXTERNAL_MODULES = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}
_CONSTANT_TYPES = (bool, int, float, str, tuple)


def is_rule_id(id: Any) -> bool:
    """Return whether a name can be the id of a rule.

    Examples
    --------
    >>> is_rule_id("oligarchs.defect"), is_rule_id("my rule")
    (True, False)
    """
    return isinstance(id, str) and re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", id) is not None


def has_rule_signature(function: Callable) -> bool:
    """Return whether a kernel has the arguments of a rule."""
    return argument_names(function) == tuple(RULE_ARGUMENTS)


def argument_names(function: Callable) -> tuple[str, ...]:
    """Return the names of the arguments of a kernel, off its code."""
    code = function.__code__
    has_more = code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if not has_more else ()


def unwrap_kernel(function: Any) -> Any:
    """Return the Python function behind a rule or a compiled kernel, or the value itself."""
    return plain_function(getattr(function, "function", function))  # a rule called by another


def _referenced_names(tree: ast.AST, scope: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names of the scope in a source, ``module.name`` included, with their values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in scope:
            yield node.id, scope[node.id]
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and isinstance(scope.get(node.value.id), ModuleType)
        ):
            yield f"{node.value.id}.{node.attr}", getattr(scope[node.value.id], node.attr, None)


def called_kernels(tree: ast.AST, function: Callable) -> Iterator[Callable]:
    """Yield the kernels that a source names, those of the package and those of the user."""
    for _, value in _referenced_names(tree, resolve_scope(function)):
        kernel = unwrap_kernel(value)
        if inspect.isfunction(kernel) and kernel.__module__.split(".")[0] not in _EXTERNAL_MODULES:
            yield kernel


def source_with_dependencies(function: Callable, seen: set | None = None) -> str:
    """Return the source of a kernel; for a user's own also the sources and constants it uses."""
    seen = seen if seen is not None else set()
    function = unwrap_kernel(function)
    seen.add(function)
    source = read_kernel_source(function)
    if is_in_package(function):
        return source
    tree = ast.parse(source)
    parts = [source]
    for name, value in sorted(dict(_referenced_names(tree, resolve_scope(function))).items()):
        if isinstance(value, _CONSTANT_TYPES):
            parts.append(f"{name} = {value!r}\n")
        elif type(value).__module__ == "numpy" and hasattr(value, "tolist"):
            parts.append(f"{name} = {value.tolist()!r}\n")
    for kernel in called_kernels(tree, function):
        if kernel not in seen and not is_in_package(kernel):
            parts.append(source_with_dependencies(kernel, seen))
    return "\n".join(parts)


def find_source_errors(function: Callable) -> list[str]:
    """Return what in a rule and the kernels it calls is unknown, or cannot be followed."""
    return list(read_usage(unwrap_kernel(function), RULE_ARGUMENTS).problems)


def find_field_usage(function: Callable) -> Usage:
    """Return what a rule, or the initialisation of a world, reads, writes and depends on.

    Raises
    ------
    BadInput
        When some of it cannot be followed; the message says what and where, and what to write.
    """
    function = unwrap_kernel(function)
    is_start = argument_names(function) == tuple(START_ARGUMENTS)
    usage = read_usage(function, START_ARGUMENTS if is_start else RULE_ARGUMENTS, is_start)
    if usage.problems:
        raise BadInput("; ".join(usage.problems) + ".")
    return usage
