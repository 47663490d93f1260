"""What the source of a kernel shows: the fields it reads and writes, and the numbers it depends on.

By convention a row is named after its table (``oligarch.wealth``, ``rival_clan.posts``). A user's
own rule has to follow this convention; :mod:`.rule_validation` checks it.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

from poruka.engine.code_keys import plain_function
from poruka.engine.state import fields, tables
from poruka.utils.errors import BadInput

_EXTERNAL_MODULES = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}
_CONSTANT_TYPES = (bool, int, float, str, tuple)


class FieldUsage(NamedTuple):
    """Fields that a kernel reads and writes, and the parameters and start values it depends on."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()


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
    return tuple(inspect.signature(function).parameters) == ("world", "params", "stream")


def unwrap_kernel(function: Any) -> Any:
    """Return the Python function behind a rule or a compiled kernel, or the value itself."""
    return plain_function(getattr(function, "function", function))  # a rule called by another


def read_kernel_source(function: Callable) -> str:
    """Return the source of a kernel without its indentation.

    Raises
    ------
    BadInput
        When the source is not in a file or a notebook.
    """
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise BadInput(
            f"the source of {function.__name__} cannot be read, and what a rule writes is known"
            " from its source; write it in a file or in a notebook's cell, not at the prompt or in"
            " a string."
        ) from None


def is_in_package(function: Callable) -> bool:
    """Return whether a function comes with the package."""
    return function.__module__.split(".")[0] == __name__.split(".")[0]


def resolve_scope(function: Callable) -> dict[str, Any]:
    """Return the values of the names a function can use: of its module and enclosing function."""
    enclosing = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            enclosing[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return {**function.__globals__, **enclosing}


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
    """Yield the kernels a source calls, those of the package and those of the user."""
    for kernel, _ in _calls_of_kernels(tree, function):
        yield kernel


def _calls_of_kernels(tree: ast.AST, function: Callable) -> Iterator[tuple[Callable, ast.Call]]:
    scope = resolve_scope(function)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called, name = node.func, ""
        if isinstance(called, ast.Name):
            name = called.id
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            name = f"{called.value.id}.{called.attr}"
        kernel = unwrap_kernel(dict(_referenced_names(called, scope)).get(name))
        if inspect.isfunction(kernel) and kernel.__module__.split(".")[0] not in _EXTERNAL_MODULES:
            yield kernel, node


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


def table_of_name(name: str) -> str | None:
    """Return the table whose row a variable is, by its name; None for any other variable.

    Examples
    --------
    >>> table_of_name("rival_clan")
    'clans'
    """
    for table in tables().values():
        if name == table.row_name or name.endswith("_" + table.row_name):
            return table.name
    return None


def attribute_path(node: ast.AST) -> list[str]:
    """Return the parts of an expression such as ``world.clans[i].posts``; empty for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return [node.id, *reversed(parts)]
    if isinstance(node, ast.Subscript):
        inner = attribute_path(node.value)
        if len(inner) == 2 and inner[0] == "world":
            return ["world", inner[1], *reversed(parts)]
    return []


def _field_of_path(path: list[str]) -> str | None:
    """Return the key of the field that an expression names, or None."""
    table = None
    if len(path) == 3 and path[0] == "world":
        table = path[1]
    elif len(path) == 2:
        table = table_of_name(path[0])
    return f"{table}.{path[-1]}" if table and f"{table}.{path[-1]}" in fields() else None


def _section_of(node: ast.AST, sections: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """Return the section of numbers that an expression is, such as ``params.camps``, or None."""
    path = attribute_path(node)
    if len(path) == 1:
        return sections.get(path[0])
    return (path[0], path[1]) if len(path) == 2 and path[0] in ("params", "start") else None


def section_names(tree: ast.AST) -> dict[str, tuple[str, str]]:
    """Return the local names of sections of numbers in a source, as in ``p = params.camps``.

    Examples
    --------
    >>> section_names(ast.parse("ruler, p = start.president, params.camps"))
    {'ruler': ('start', 'president'), 'p': ('params', 'camps')}
    """
    names: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target, value in _assigned_pairs(node):
                if isinstance(target, ast.Name) and (section := _section_of(value, {})):
                    names[target.id] = section
    return names


def _assigned_pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target of an assignment with its value; ``a, b = c, d`` has two."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


def _section_arguments(
    kernel: Callable, call: ast.Call, sections: dict[str, tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """Return the arguments of a called kernel that are sections of numbers, by name."""
    given = dict(zip(inspect.signature(kernel).parameters, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    found = {name: _section_of(node, sections) for name, node in given.items()}
    return {name: section for name, section in found.items() if section}


def find_field_usage(
    function: Callable, seen: set | None = None, sections: dict[str, tuple[str, str]] | None = None
) -> FieldUsage:
    """Return what a kernel, and the kernels it calls, read, write and depend on.

    ``sections`` gives the arguments of the kernel that are sections of the numbers, such as
    ``p = params.camps``, by name.
    """
    seen = seen if seen is not None else set()
    function = unwrap_kernel(function)
    sections = sections or {}
    visit = (function, tuple(sorted(sections.items())))
    if visit in seen:
        return FieldUsage()
    seen.add(visit)
    tree = ast.parse(read_kernel_source(function))
    sections = {**sections, **section_names(tree)}
    reads: set[str] = set()
    writes: set[str] = set()
    numbers: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            path = attribute_path(node)
            if path and path[0] in sections:
                path = [*sections[path[0]], *path[1:]]
            if len(path) == 3 and path[0] in ("params", "start"):
                numbers.add(".".join(path))
            elif field := _field_of_path(path):
                (writes if isinstance(node.ctx, ast.Store) else reads).add(field)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            if field := _field_of_path(attribute_path(node.target)):
                reads.add(field)
    for kernel, call in _calls_of_kernels(tree, function):
        usage = find_field_usage(kernel, seen, _section_arguments(kernel, call, sections))
        reads |= usage.reads
        writes |= usage.writes
        numbers |= usage.parameters
    return FieldUsage(frozenset(reads), frozenset(writes), frozenset(numbers))
