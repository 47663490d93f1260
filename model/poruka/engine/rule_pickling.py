"""How rules travel between processes: by their name, and rules of one's own also by their source.

Pickle only travels between processes of one user, as with ``multiprocessing``. The package never
reads one from a file or a run folder.
"""

import ast
import builtins
import hashlib
import importlib
import inspect
import linecache
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.kernel_source import is_in_package, read_kernel_source, resolve_scope
from poruka.engine.rule_source import unwrap_kernel

Described = tuple[str, Any]
"""A value that a kernel uses: its kind, and what it is made again from."""


def _find(module: str, name: str) -> Any:
    found = sys.modules.get(module) or importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def is_found_by_name(function: Callable) -> bool:
    """Return whether another process finds a function where this one has it."""
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or module.startswith("poruka_own_rule_"):
        return False
    try:
        return unwrap_kernel(_find(module, name)) is function
    except (ImportError, AttributeError, ValueError):
        return False


def describe_function(function: Any, seen: dict[int, int] | None = None) -> Described:
    """Return how a function is found again in another process: by name, or by source and names."""
    plain = unwrap_kernel(function)
    if is_in_package(plain) or is_found_by_name(plain):
        return "name", (plain.__module__, plain.__qualname__)
    source = read_kernel_source(plain)
    scope, values = resolve_scope(plain), {}
    tree = ast.parse(source)
    tree.body[0].decorator_list = []  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in scope and node.id != plain.__name__:
            values[node.id] = _describe(scope[node.id])
    return "source", (source, plain.__name__, values)


def _describe(value: Any) -> Described:
    if isinstance(value, ModuleType):
        return "module", value.__name__
    plain = unwrap_kernel(value)
    if inspect.isfunction(plain):
        if plain.__module__ in sys.stdlib_module_names or plain.__module__.startswith("numpy"):
            return "value", value
        kind, content = describe_function(plain)
        return ("kernel", (kind, content)) if value is not plain else (kind, content)
    return "value", value


def restore_function(described: Described) -> Callable:
    """Return a function from how it was described."""
    kind, content = described
    if kind == "name":
        return unwrap_kernel(_find(*content))
    source, name, values = content
    module = f"poruka_own_rule_{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    tree = ast.parse(source)
    tree.body[0].decorator_list = []  # type: ignore[attr-defined]
    # The kernel is compiled from its source, which is read as that of a file.
    filename = f"<{module}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    names: dict[str, Any] = {"__name__": module, "__builtins__": builtins}
    names |= {used: _restore(value) for used, value in values.items()}
    exec(compile(tree, filename, "exec"), names)
    function = names[name]
    # Its source begins with the decorators, so that its hash is that of the rule it was.
    function.__code__ = function.__code__.replace(co_firstlineno=1)
    return function


def _restore(described: Described) -> Any:
    kind, content = described
    if kind == "module":
        return importlib.import_module(content)
    if kind == "kernel":
        if content[0] == "name":
            return _find(*content[1])  # as the module has it: compiled
        return kernel(restore_function(content))
    return content if kind == "value" else restore_function(described)


def restore_kernel(described: Described, function: Callable | None = None) -> Callable:
    """Return a compiled kernel from how its function was described, as its module has it.

    One that no module has is made of the ``function`` that was restored, where it is given.
    """
    kind, content = described
    if kind == "name":
        found = _find(*content)
        return getattr(found, "run", found)
    return inner_kernel(function or restore_function(described))
