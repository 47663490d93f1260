"""The source of a kernel, checked to be what runs."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from poruka.engine.code_keys import plain_function
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


class _ModuleAsImported(NamedTuple):
    """What a module of the package held when it was first seen."""

    names: dict[str, Any]
    functions: dict[int, tuple[Any, ...]]
    """Each function by its place in memory, with the code and the defaults that it had."""


_PACKAGE = __name__.split(".")[0]
_AS_IMPORTED: dict[str, _ModuleAsImported] = {}


def remember_package() -> None:
    """Remember what the modules of the package hold, before somebody puts something else there."""
    for name, module in list(sys.modules.items()):
        is_whole = not getattr(getattr(module, "__spec__", None), "_initializing", False)
        if name.split(".")[0] == _PACKAGE and is_whole:
            _as_imported(name)


def _as_imported(name: str) -> _ModuleAsImported:
    if name not in _AS_IMPORTED:
        names = dict(vars(sys.modules[name]))
        functions = (_function_of(value) for value in names.values())
        kept = {id(one): _state_of(one) for one in functions if one is not None}
        _AS_IMPORTED[name] = _ModuleAsImported(names, kept)
    return _AS_IMPORTED[name]


def _function_of(value: Any) -> Any:
    """Return the function behind a function, a compiled kernel or a rule; None for all else."""
    if isinstance(value, type | ModuleType):
        return None
    found = plain_function(getattr(value, "function", value))
    return found if type(found) is FunctionType else None


def _state_of(function: Any) -> tuple[Any, ...]:
    return function, function.__code__, function.__defaults__, function.__kwdefaults__


def _rests_on_package(function: Any) -> bool:
    """Return whether a function of the package and all it calls are as they were imported."""
    reached = {id(function): function}
    waiting = [function]
    for one in waiting:  # grows as functions name others
        home = _as_imported(one.__globals__["__name__"])
        if any(
            now is not then
            for now, then in zip(_state_of(one), home.functions.get(id(one), ()), strict=False)
        ):
            return False
        for name in _outer_names(one.__code__):
            value = one.__globals__.get(name)
            if value is not home.names.get(name):
                return False
            called = _function_of(value)
            if called is None or id(called) in reached:
                continue
            if str(called.__globals__.get("__name__")) in _AS_IMPORTED:
                reached[id(called)] = called
                waiting.append(called)
    return True


@cache
def _outer_names(code: CodeType) -> frozenset[str]:
    """Return the names that a code and the codes in it look up outside of them."""
    inner = (_outer_names(part) for part in code.co_consts if isinstance(part, CodeType))
    return frozenset(code.co_names).union(*inner)


def is_in_package(function: Callable) -> bool:
    """Return whether a function comes with the package, and all that it names and calls.

    What was put into a module of the package since it was imported does not come with it, nor does
    a function that would use it.
    """
    name = str(function.__globals__.get("__name__"))
    module = sys.modules.get(name) if name.split(".")[0] == _PACKAGE else None
    if module is None or module.__dict__ is not function.__globals__:
        return False
    # A function can be made over the names of any module, from code that is not of its file.
    if function.__code__.co_filename != getattr(module, "__file__", None):
        return False
    return id(function) in _as_imported(name).functions and _rests_on_package(function)


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


def has_plain_arguments(definition: ast.FunctionDef) -> bool:
    """Return whether every argument of a kernel can be given by place and by name.

    Examples
    --------
    >>> [has_plain_arguments(ast.parse(f"def f({of}): pass").body[0]) for of in ("x", "x, /")]
    [True, False]
    """
    own = definition.args
    return not (own.posonlyargs or own.kwonlyargs or own.vararg or own.kwarg)


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


def _describe_constant(constant: Any) -> Any:
    """Return type and text of a constant, as a class of one's own can have the text of another."""
    if isinstance(constant, tuple | frozenset):
        held = [_describe_constant(part) for part in constant]
        return type(constant), held if isinstance(constant, tuple) else sorted(held, key=repr)
    return type(constant), repr(constant)


_PARTS_OF_CODE = (
    *("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_exceptiontable"),
    *("co_argcount", "co_posonlyargcount", "co_kwonlyargcount"),
)
_FLAGS_THAT_ACT = (
    *(inspect.CO_OPTIMIZED, inspect.CO_NEWLOCALS, inspect.CO_VARARGS, inspect.CO_VARKEYWORDS),
    *(inspect.CO_GENERATOR, inspect.CO_COROUTINE, inspect.CO_ASYNC_GENERATOR),
    inspect.CO_ITERABLE_COROUTINE,
)
"""Of the flags of a code those that change what it does; the others say where it stands."""


def _is_same_code(one: CodeType, other: CodeType) -> bool:
    """Return whether two codes do the same, wherever they stand."""
    if any(getattr(one, part) != getattr(other, part) for part in _PARTS_OF_CODE):
        return False
    if (one.co_flags ^ other.co_flags) & sum(_FLAGS_THAT_ACT):
        return False
    return len(one.co_consts) == len(other.co_consts) and all(
        _is_same_code(mine, theirs)
        if isinstance(mine, CodeType) and isinstance(theirs, CodeType)
        else _describe_constant(mine) == _describe_constant(theirs)
        for mine, theirs in zip(one.co_consts, other.co_consts, strict=True)
    )
