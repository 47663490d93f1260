"""What the source of a rule shows: the fields it reads and writes and the numbers it depends on.

By convention a row is named after its table (``oligarch.wealth``, ``rival_clan.posts``);
:mod:`.rule_source_errors` validates that custom rules follow this convention.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from poruka.engine.state import fields, tables
from poruka.utils.errors import BadInput

_EXTERNAL_MODULES = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}
_CONSTANT_TYPES = (bool, int, float, str, tuple)


def is_rule_id(id: Any) -> bool:
    """Return whether a value is a valid id of a rule.

    Examples
    --------
    >>> is_rule_id("oligarchs.defect"), is_rule_id("my rule")
    (True, False)
    """
    return isinstance(id, str) and re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", id) is not None


def has_rule_signature(function: Callable) -> bool:
    """Return whether a kernel has the arguments of a rule."""
    return tuple(inspect.signature(function).parameters) == ("world", "params", "stream")


def _unwrap(function: Any) -> Any:
    function = getattr(function, "function", function)  # a rule called by another
    return getattr(function, "py_func", function)


def _read_source(function: Callable) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise BadInput(
            f"the source of {function.__name__} cannot be read, and what a rule writes is"
            " read from its source; write it in a file or in a notebook's cell, not at the prompt"
            " or in a string."
        ) from None


def _is_in_package(function: Callable) -> bool:
    return function.__module__.split(".")[0] == __name__.split(".")[0]


def _resolve_scope(function: Callable) -> dict[str, Any]:
    """Return the values of the names in a function: of its module and of enclosing functions."""
    captured = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            captured[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return {**function.__globals__, **captured}


def _referenced_names(tree: ast.AST, scope: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names of the scope that a source uses, with their values; also ``module.name``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in scope:
            yield node.id, scope[node.id]
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and isinstance(scope.get(node.value.id), ModuleType)
        ):
            yield f"{node.value.id}.{node.attr}", getattr(scope[node.value.id], node.attr, None)


def _called_kernels(tree: ast.AST, function: Callable) -> Iterator[Callable]:
    """Yield the kernels that a source calls, of the package or custom ones."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    scope = _resolve_scope(function)
    for call in calls:
        name = (
            call.id
            if isinstance(call, ast.Name)
            else (
                f"{call.value.id}.{call.attr}"
                if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name)
                else ""
            )
        )
        callee = _unwrap(dict(_referenced_names(call, scope)).get(name))
        if inspect.isfunction(callee) and callee.__module__.split(".")[0] not in _EXTERNAL_MODULES:
            yield callee


def source_with_dependencies(function: Callable, seen: set | None = None) -> str:
    """Return the source of a kernel; for a custom one with the custom code it depends on."""
    seen = seen if seen is not None else set()
    function = _unwrap(function)
    seen.add(function)
    text = _read_source(function)
    if _is_in_package(function):
        return text
    tree = ast.parse(text)
    parts = [text]
    for name, value in sorted(dict(_referenced_names(tree, _resolve_scope(function))).items()):
        if isinstance(value, _CONSTANT_TYPES):
            parts.append(f"{name} = {value!r}\n")
        elif type(value).__module__ == "numpy" and hasattr(value, "tolist"):
            parts.append(f"{name} = {value.tolist()!r}\n")
    for callee in _called_kernels(tree, function):
        if callee not in seen and not _is_in_package(callee):
            parts.append(source_with_dependencies(callee, seen))
    return "\n".join(parts)


def _table_of_name(name: str) -> str | None:
    for table in tables().values():
        if name == table.row_name or name.endswith("_" + table.row_name):
            return table.name
    return None


def _attribute_path(node: ast.AST) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return [node.id, *reversed(parts)]
    if isinstance(node, ast.Subscript):  # world.oligarchs[i].wealth
        inner = _attribute_path(node.value)
        if len(inner) == 2 and inner[0] == "world":
            return ["world", inner[1], *reversed(parts)]
    return []


def find_field_usage(
    function: Callable, seen: set | None = None
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the fields a kernel and its callees read and write, and the numbers they depend on."""
    seen = seen if seen is not None else set()
    function = _unwrap(function)
    if function in seen:
        return frozenset(), frozenset(), frozenset()
    seen.add(function)
    tree = ast.parse(_read_source(function))
    reads: set[str] = set()
    writes: set[str] = set()
    numbers: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = _attribute_path(node)
            if len(parts) == 3 and parts[0] in ("params", "start"):
                numbers.add(f"{parts[0]}.{parts[1]}.{parts[2]}")
                continue
            table = (
                parts[1]
                if len(parts) == 3 and parts[0] == "world"
                else _table_of_name(parts[0])
                if len(parts) == 2
                else None
            )
            if table is None or f"{table}.{parts[-1]}" not in fields():
                continue
            key = f"{table}.{parts[-1]}"
            if isinstance(node.ctx, ast.Store):
                writes.add(key)
            else:
                reads.add(key)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            parts = _attribute_path(node.target)
            table = (
                parts[1]
                if len(parts) == 3 and parts[0] == "world"
                else _table_of_name(parts[0])
                if len(parts) == 2
                else None
            )
            if table and f"{table}.{parts[-1]}" in fields():
                reads.add(f"{table}.{parts[-1]}")
    for callee in _called_kernels(tree, function):
        callee_reads, callee_writes, callee_numbers = find_field_usage(callee, seen)
        reads |= callee_reads
        writes |= callee_writes
        numbers |= callee_numbers
    return frozenset(reads), frozenset(writes), frozenset(numbers)
