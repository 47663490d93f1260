"""Checks of a user's own kernel: its source must show every field it writes.

By convention a row is named after its table (``oligarch.wealth``, ``rival_clan.posts``), so that no
write is hidden, whether the kernel is compiled or interpreted.
"""

import ast
from collections.abc import Callable
from types import ModuleType
from typing import Any

from poruka.engine.parameters import mechanisms, parameters
from poruka.engine.rule_source import (
    attribute_path,
    called_kernels,
    is_in_package,
    read_kernel_source,
    resolve_scope,
    section_names,
    table_of_name,
    unwrap_kernel,
)
from poruka.engine.state import fields, tables
from poruka.utils.errors import unknown_name_error

_LOGS = ("events", "reasons", "memory")


def _table_of_expression(node: ast.AST) -> str | None:
    """Return the table whose row an expression is: ``world.clans[3]``, or a row's name."""
    if isinstance(node, ast.Subscript):
        path = attribute_path(node.value)
        is_table = len(path) == 2 and path[0] == "world" and path[1] in tables()
        return path[1] if is_table else None
    return table_of_name(node.id) if isinstance(node, ast.Name) else None


def _attribute_error(
    node: ast.Attribute, scope: dict[str, Any], sections: dict[str, tuple[str, str]], location: str
) -> str:
    """Return what is wrong with an expression ``a.b`` or ``a.b.c``, or an empty string."""
    path = attribute_path(node)
    if path and path[0] in sections:
        path = [*sections[path[0]], *path[1:]]
    if not path or isinstance(scope.get(path[0]), ModuleType):
        return ""
    if path[0] == "world":
        return _world_attribute_error(path, location)
    if path[0] == "params":
        known = [*parameters(), *(f"on.{mechanism.switch}" for mechanism in mechanisms().values())]
        key = ".".join(path[1:])
        if len(path) != 3 or key in known:
            return ""
        return str(unknown_name_error("number", key, known, location))
    if len(path) != 2:
        return ""
    table = table_of_name(path[0])
    if table is None and isinstance(node.ctx, ast.Store):
        return (
            f"{location} writes {path[0]}.{path[1]}, but {path[0]!r} is not named after a table, so"
            " that nobody could see what is written; name the row after its table, such as oligarch"
            " or rival_oligarch"
        )
    if table is None or f"{table}.{path[1]}" in fields():
        return ""
    return _unknown_field_error(table, path[1], location)


def _world_attribute_error(path: list[str], location: str) -> str:
    table = path[1]
    if table not in tables() and not (table in _LOGS and len(path) == 2):
        return str(unknown_name_error("table of a world", table, tables(), location))
    if len(path) != 3 or f"{table}.{path[2]}" in fields():
        return ""
    return _unknown_field_error(table, path[2], location)


def _unknown_field_error(table: str, field: str, location: str) -> str:
    kind = f"field of a {tables()[table].row_name}"
    known = [declared.name for declared in tables()[table].fields]
    return str(unknown_name_error(kind, field, known, location))


def _row_name_errors(node: ast.Assign, location: str) -> list[str]:
    """Return an error for every row that is named after another table than its own."""
    errors = []
    for target in node.targets:
        pairs: Any = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
        for variable, value in pairs:
            if not isinstance(variable, ast.Name):
                continue
            table, named_table = _table_of_expression(value), table_of_name(variable.id)
            if table and named_table and table != named_table:
                errors.append(
                    f"{location} names a row of {table} {variable.id!r}, which means {named_table};"
                    f" call it {tables()[table].row_name}"
                )
    return errors


def find_source_errors(function: Callable, seen: set | None = None) -> list[str]:
    """Return what in a user's kernel hides a write, or names a table, field or number that no world
    has.
    """
    seen = seen if seen is not None else set()
    function = unwrap_kernel(function)
    seen.add(function)
    tree, scope = ast.parse(read_kernel_source(function)), resolve_scope(function)
    errors, sections = list[str](), section_names(tree)
    for node in ast.walk(tree):
        location = f"line {node.lineno} of {function.__name__}" if hasattr(node, "lineno") else ""
        if isinstance(node, ast.Attribute):
            errors.append(_attribute_error(node, scope, sections, location))
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Attribute):
                errors.append(
                    f"{location} writes through an index into {ast.unparse(node.value)}; take the"
                    " row first and write its field: clan = world.clans[i], then clan.posts = …"
                )
        elif isinstance(node, ast.Assign):
            errors += _row_name_errors(node, location)
    for kernel in called_kernels(tree, function):
        if kernel not in seen and not is_in_package(kernel):
            errors += find_source_errors(kernel, seen)
    return [error.rstrip(".") for error in errors if error]
