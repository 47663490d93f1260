"""What a kernel's source says: the fields it reads and writes, the numbers it depends on, and what
would hide them.

By the custom of this house a row is called by its table's word (``oligarch.wealth``,
``rival_clan.posts``). For a rule of one's own, :func:`find_source_errors` holds it to that custom,
so that no write stays unseen, compiled or interpreted.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from poruka.engine.parameters import mechanisms, parameters
from poruka.engine.state import fields, tables
from poruka.utils.errors import BadInput, unknown_name_error

_EXTERNAL_MODULES = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}
_CONSTANT_TYPES = (bool, int, float, str, tuple)


def is_rule_id(id: Any) -> bool:
    """Return whether a word can be a rule's id.

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
            f"the source of {function.__name__} cannot be read, and what a rule writes is read off"
            " its source; write it in a file or in a notebook's cell, not at the prompt or in a"
            " string."
        ) from None


def _is_in_package(function: Callable) -> bool:
    return function.__module__.split(".")[0] == __name__.split(".")[0]


def _resolve_scope(function: Callable) -> dict[str, Any]:
    """Return what the names of a function stand for: those of its module and those of the function
    round it.
    """
    inner = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            inner[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return {**function.__globals__, **inner}


def _referenced_names(tree: ast.AST, scope: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names of the scope that a source mentions, ``module.name`` included, with what they
    stand for.
    """
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
    """Yield the kernels a source calls, of the package or of one's own."""
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
        one = _unwrap(dict(_referenced_names(call, scope)).get(name))
        if inspect.isfunction(one) and one.__module__.split(".")[0] not in _EXTERNAL_MODULES:
            yield one


def source_with_dependencies(function: Callable, seen: set | None = None) -> str:
    """Return the source of a kernel; where it is one's own, with the sources and constants of one's
    own that it rests on.
    """
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
    for one in _called_kernels(tree, function):
        if one not in seen and not _is_in_package(one):
            parts.append(source_with_dependencies(one, seen))
    return "\n".join(parts)


def _table_of_name(name: str) -> str | None:
    words = {table.row_name: table.name for table in tables().values()}
    for row, table in words.items():
        if name == row or name.endswith("_" + row):
            return table
    return None


def _attribute_path(node: ast.AST) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return [node.id, *reversed(parts)]
    if isinstance(node, ast.Subscript):  # world.oligarchs[i].wealth, params.x never gets here
        inner = _attribute_path(node.value)
        if len(inner) == 2 and inner[0] == "world":
            return ["world", inner[1], *reversed(parts)]
    return []


def _find_field_usage(
    function: Callable, seen: set | None = None
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Read off the source of a kernel, and of the kernels it calls, what it reads, writes and
    depends on.
    """
    seen = seen if seen is not None else set()
    function = _unwrap(function)
    if function in seen:
        return frozenset(), frozenset(), frozenset()
    seen.add(function)
    tree = ast.parse(_read_source(function))
    reads: set[str] = set()
    writes: set[str] = set()
    needs: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = _attribute_path(node)
            if len(parts) == 3 and parts[0] in ("params", "start"):
                needs.add(f"{parts[0]}.{parts[1]}.{parts[2]}")
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
    for called in _called_kernels(tree, function):
        more = _find_field_usage(called, seen)
        reads |= more[0]
        writes |= more[1]
        needs |= more[2]
    return frozenset(reads), frozenset(writes), frozenset(needs)


def _table_of_expression(node: ast.AST) -> str | None:
    """Return the table a row expression belongs to: ``world.clans[3]`` or a row's word."""
    if isinstance(node, ast.Subscript):
        parts = _attribute_path(node.value)
        return (
            parts[1] if len(parts) == 2 and parts[0] == "world" and parts[1] in tables() else None
        )
    return _table_of_name(node.id) if isinstance(node, ast.Name) else None


def _attribute_error(node: ast.Attribute, scope: dict[str, Any], location: str) -> str:
    """Return what is wrong with one ``a.b`` or ``a.b.c``, or an empty string."""
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
        known = [*parameters(), *(f"on.{one.switch}" for one in mechanisms().values())]
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
            [one.name for one in tables()[table].fields],
            location,
        )
    )


def find_source_errors(function: Callable, seen: set | None = None) -> list[str]:
    """Return what in a kernel of one's own would hide what it writes, or asks for what no world
    has; empty when nothing does.
    """
    seen = seen if seen is not None else set()
    function = _unwrap(function)
    seen.add(function)
    tree, scope, found = ast.parse(_read_source(function)), _resolve_scope(function), []
    for node in ast.walk(tree):
        line = f"line {node.lineno} of {function.__name__}" if hasattr(node, "lineno") else ""
        if isinstance(node, ast.Attribute):
            found.append(_attribute_error(node, scope, line))
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Attribute)
        ):
            found.append(
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
                        and (means := _table_of_expression(value))
                        and (word := _table_of_name(name.id))
                        and word != means
                    ):
                        found.append(
                            f"{line} calls a row of {means} {name.id!r}, the word of {word}; call"
                            f" it {tables()[means].row_name}"
                        )
    for one in _called_kernels(tree, function):
        if one not in seen and not _is_in_package(one):
            found += find_source_errors(one, seen)
    return [fault.rstrip(".") for fault in found if fault]
