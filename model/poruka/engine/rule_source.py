"""What the source of a rule shows: fields it reads and writes, numbers it depends on, all its text.

:mod:`.kernel_reader` follows every name of a kernel; here it is asked, and here the source of a
rule is put together with all that it rests on.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from poruka.engine.code_keys import is_library_function, plain_function
from poruka.engine.kernel_reader import Usage, read_usage
from poruka.engine.kernel_source import is_in_package, read_kernel_source, resolve_scope
from poruka.engine.kernel_values import RULE_ARGUMENTS, START_ARGUMENTS
from poruka.engine.value_text import describe_value
from poruka.utils.errors import BadInput


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


def referenced_values(tree: ast.AST, function: Callable) -> dict[str, Any]:
    """Return what the outer names of a source stand for; of a module what is taken from it."""
    scope = resolve_scope(function)
    code = function.__code__
    own_names = {*code.co_varnames, *code.co_cellvars} - set(code.co_freevars)
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in scope and node.id not in own_names:
            found[node.id] = scope[node.id]
        elif isinstance(node, ast.Attribute):
            module = _module_before_dot(node, scope)
            if module is not None:
                found[ast.unparse(node)] = vars(module).get(node.attr)
    return found


def _module_before_dot(node: ast.Attribute, scope: dict[str, Any]) -> ModuleType | None:
    """Return the module of which ``module.name`` takes something, itself perhaps of a module."""
    before, found = node.value, None
    if isinstance(before, ast.Name):
        found = scope.get(before.id)
    elif isinstance(before, ast.Attribute):
        module = _module_before_dot(before, scope)
        found = vars(module).get(before.attr) if module is not None else None
    return found if isinstance(found, ModuleType) else None


def _kernel_of(value: Any) -> Callable | None:
    """Return the kernel that a value is, of the package or of the user; None for all else."""
    kernel = unwrap_kernel(value)
    return kernel if type(kernel) is FunctionType and not is_library_function(kernel) else None


def called_kernels(tree: ast.AST, function: Callable) -> Iterator[Callable]:
    """Yield the kernels that a source names, those of the package and those of the user."""
    for value in referenced_values(tree, function).values():
        if kernel := _kernel_of(value):
            yield kernel


def _without_labels(source: str) -> ast.AST:
    """Return a kernel without decorators and annotations, which do nothing when it runs."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list, node.returns = [], None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return tree


def source_with_dependencies(function: Callable) -> str:
    """Return the source of a kernel; for a user's own also all that its outer names stand for.

    The text tells two kernels apart that differ in nothing but a number of the module, a member of
    an enumeration, the default of an argument, or the function that a name stands for.
    """
    kernels = [unwrap_kernel(function)]
    parts = []
    for kernel in kernels:  # grows as kernels name others
        source = read_kernel_source(kernel)
        parts.append(source)
        if is_in_package(kernel):
            continue
        for name, value in sorted(referenced_values(_without_labels(source), kernel).items()):
            called = _kernel_of(value)
            if called is None or is_in_package(called):
                parts.append(f"{name} = {describe_value(value)}\n")
                continue
            if called not in kernels:
                kernels.append(called)
            # Where it is found differs between processes; its source follows under its number.
            parts.append(f"{name} = kernel {kernels.index(called)}\n")
        for defaults in (kernel.__defaults__, kernel.__kwdefaults__):
            if defaults:
                parts.append(f"defaults of {kernel.__name__} = {describe_value(defaults)}\n")
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
