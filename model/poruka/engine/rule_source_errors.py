"""Validation of a custom rule's source: it must show everything that the rule reads and writes.

By convention a row is named after its table (``oligarch.wealth``, ``rival_clan.posts``), so that no
write stays hidden, compiled or interpreted.
"""

import ast
from collections.abc import Callable
from types import ModuleType
from typing import Any

from poruka.engine.parameters import mechanisms, parameters
from poruka.engine.rule_source import (
    _attribute_path,
    _called_kernels,
    _is_in_package,
    _read_source,
    _resolve_scope,
    _table_of_name,
    _unwrap,
)
from poruka.engine.state import fields, tables
from poruka.utils.errors import unknown_name_error


def _table_of_expression(node: ast.AST) -> str | None:
    """Return the table of a row expression: ``world.clans[3]`` or the name of a row."""
    if isinstance(node, ast.Subscript):
        parts = _attribute_path(node.value)
        return (
            parts[1] if len(parts) == 2 and parts[0] == "world" and parts[1] in tables() else None
        )
    return _table_of_name(node.id) if isinstance(node, ast.Name) else None


def _attribute_error(node: ast.Attribute, scope: dict[str, Any], location: str) -> str:
    """Return the error in an expression ``a.b`` or ``a.b.c``, or an empty string."""
    parts = _attribute_path(node)
    if not parts or isinstance(scope.get(parts[0]), ModuleType):
        return ""
    if parts[0] == "world":
        if parts[1] not in tables() and not (
            parts[1] in ("events", "reasons", "memory") and len(parts) == 2
        ):
            return str(unknown_name_error("table of a world", parts[1], tables(), location))
        row, field = parts[1], parts[2] if len(parts) == 3 else ""
        return (
            ""
            if not field or f"{row}.{field}" in fields()
            else _unknown_field_error(row, field, location)
        )
    if parts[0] == "params" and len(parts) == 3:
        known = [*parameters(), *(f"on.{mechanism.switch}" for mechanism in mechanisms().values())]
        key = ".".join(parts[1:])
        return "" if key in known else str(unknown_name_error("number", key, known, location))
    if len(parts) != 2 or parts[0] == "params":
        return ""
    table = _table_of_name(parts[0])
    if table is None and isinstance(node.ctx, ast.Store):
        return (
            f"{location} writes {parts[0]}.{parts[1]}, and {parts[0]!r} is no table's word, so"
            " nobody could see what is written; call the row by its table's word, such as oligarch"
            " or rival_oligarch"
        )
    return (
        ""
        if table is None or f"{table}.{parts[1]}" in fields()
        else _unknown_field_error(table, parts[1], location)
    )


def _unknown_field_error(table: str, field: str, location: str) -> str:
    return str(
        unknown_name_error(
            f"field of a {tables()[table].row_name}",
            field,
            [declared.name for declared in tables()[table].fields],
            location,
        )
    )


def find_source_errors(function: Callable, seen: set | None = None) -> list[str]:
    """Return the errors in a custom kernel: hidden writes, and names that no world has."""
    seen = seen if seen is not None else set()
    function = _unwrap(function)
    seen.add(function)
    tree, scope = ast.parse(_read_source(function)), _resolve_scope(function)
    errors: list[str] = []
    for node in ast.walk(tree):
        line = f"line {node.lineno} of {function.__name__}" if hasattr(node, "lineno") else ""
        if isinstance(node, ast.Attribute):
            errors.append(_attribute_error(node, scope, line))
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Attribute)
        ):
            errors.append(
                f"{line} writes through an index into {ast.unparse(node.value)}; "
                "take the row first and write its field: clan = world.clans[i], then clan.posts = …"
            )
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                for name, value in pairs:
                    if (
                        isinstance(name, ast.Name)
                        and (table := _table_of_expression(value))
                        and (named_table := _table_of_name(name.id))
                        and named_table != table
                    ):
                        errors.append(
                            f"{line} calls a row of {table} {name.id!r}, the word of"
                            f" {named_table}; call it {tables()[table].row_name}"
                        )
    for callee in _called_kernels(tree, function):
        if callee not in seen and not _is_in_package(callee):
            errors += find_source_errors(callee, seen)
    return [error.rstrip(".") for error in errors if error]
