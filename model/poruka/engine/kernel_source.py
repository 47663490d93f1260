"""The source of a kernel, checked to be what runs."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

from poruka.utils.errors import BadInput


def read_kernel_source(function: Callable) -> str:
    """Return the source of a kernel without its indentation.

    Raises
    ------
    BadInput
        When the source is not in a file or a notebook.
    """
    return _read_source(function.__code__)


def _read_source(code: CodeType) -> str:
    try:
        # Of a decorated function the lines of its code are wanted, not those it says it wraps.
        return textwrap.dedent(inspect.getsource(code))
    except (OSError, TypeError):
        raise BadInput(
            f"the source of {code.co_name} cannot be read, and what a rule writes is known"
            " from its source; write it in a file or in a notebook's cell, not at the prompt or in"
            " a string."
        ) from None


def is_in_package(function: Callable) -> bool:
    """Return whether a function comes with the package: its module is one, and its names too."""
    name = str(function.__globals__.get("__name__"))
    module = sys.modules.get(name) if name.split(".")[0] == __name__.split(".")[0] else None
    if module is None or module.__dict__ is not function.__globals__:
        return False
    # A function can be made over the names of any module, from code that is not of its file.
    return function.__code__.co_filename == getattr(module, "__file__", None)


def resolve_scope(function: Callable) -> dict[str, Any]:
    """Return the values of the names a function can use: of its module and enclosing function."""
    enclosing = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            enclosing[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return {**function.__globals__, **enclosing}


def parse_kernel(function: Callable) -> ast.FunctionDef:
    """Return the definition of a kernel.

    Raises
    ------
    BadInput
        When there is none, or it is not the code that runs.
    """
    definition = _parse(function.__code__)
    if isinstance(definition, str):
        raise BadInput(f"{function.__name__} {definition}.")
    return definition


@cache
def _parse(code: CodeType) -> ast.FunctionDef | str:
    """Return the definition in the source of a code, or why it is not that of the code."""
    try:
        body = ast.parse(_read_source(code)).body
    except SyntaxError:
        body = []
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        return "is not written with `def`, so that it cannot be read; write `def` and a name"
    definition = body[0]
    # `module.name(...)` has other code where the module is imported at the head of a file.
    called = {
        node.func.value.id
        for node in ast.walk(definition)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }
    if any(_is_same_code(_compile(definition, code, names), code) for names in (called, set())):
        return definition
    return (
        "does not run as its source reads: the file has changed since, or its code was replaced;"
        " import it again, and let nothing change it afterwards"
    )


def names_outside_comprehensions(definition: ast.FunctionDef) -> list[ast.Name]:
    """Return the names that only a comprehension gives a value, and that are used outside of it.

    There they stand for something else: the variable lives in its comprehension only.

    Examples
    --------
    >>> definition = ast.parse("def f(xs): return sum([x for x in xs]) + x").body[0]
    >>> [(name.id, name.col_offset) for name in names_outside_comprehensions(definition)]
    [('x', 41)]
    """
    variables: set[str] = set()
    inside: set[int] = set()
    for comprehension in ast.walk(definition):
        if not isinstance(comprehension, ast.ListComp | ast.GeneratorExp):
            continue
        # What the first loop goes over belongs to the kernel around the comprehension.
        first = {id(node) for node in ast.walk(comprehension.generators[0].iter)}
        mine = {
            node.id
            for loop in comprehension.generators
            for node in ast.walk(loop.target)
            if isinstance(node, ast.Name)
        }
        variables |= mine
        inside |= {
            id(node)
            for node in ast.walk(comprehension)
            if isinstance(node, ast.Name) and node.id in mine and id(node) not in first
        }
    outside = [
        node
        for node in ast.walk(definition)
        if isinstance(node, ast.Name) and node.id in variables and id(node) not in inside
    ]
    # Of a name that the kernel gives a value too, the reader knows all that it can stand for.
    known = {node.id for node in outside if isinstance(node.ctx, ast.Store)}
    known |= {argument.arg for argument in definition.args.args}
    return [node for node in outside if node.id not in known]


def _compile(definition: ast.FunctionDef, code: CodeType, imported: set[str]) -> CodeType:
    """Return the code of a definition, with the names of a function that encloses it."""
    head = "".join(f"import {name}\n" for name in sorted(imported))
    given = "".join(f"{name} = " for name in code.co_freevars)
    module: Any = ast.parse(f"{head}def enclosing():\n    {given}0\n    def enclosed(): 0")
    enclosed = module.body[-1].body[-1]
    enclosed.args, enclosed.body = definition.args, definition.body
    compiled = compile(module, "<kernel>", "exec", dont_inherit=True)
    return _nested(_nested(compiled, "enclosing"), "enclosed")


def _nested(code: CodeType, name: str) -> CodeType:
    return next(
        part for part in code.co_consts if isinstance(part, CodeType) and part.co_name == name
    )


def _is_same_code(one: CodeType, other: CodeType) -> bool:
    """Return whether two codes do the same, wherever they stand."""
    parts = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars")
    if any(getattr(one, part) != getattr(other, part) for part in parts):
        return False
    return len(one.co_consts) == len(other.co_consts) and all(
        _is_same_code(mine, theirs)
        if isinstance(mine, CodeType) and isinstance(theirs, CodeType)
        else repr(mine) == repr(theirs)
        for mine, theirs in zip(one.co_consts, other.co_consts, strict=True)
    )
