"""Numbers written into the sources of rules: what :mod:`test_no_hidden_number` counts.

A number counts wherever it stands: in an equation, an assignment, a tuple, a call, ``range``, a
default, at the top of a module. Only 0, 1 and -1, whole numbers that are a subscript, and whole
numbers that address a draw do not count; an address may have a name, ``DRAW_…``, at the top of its
module if the name is used for nothing else. What would hide a number is refused: arithmetic between
numbers only, conversions of literals, constants of other libraries.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

DRAWS = ("uniform", "normal")
FREE = (0, 1)  # -1 is the negative of 1
DECORATORS = ("rule", "kernel", "inner_kernel", "inlined_kernel", "cached_kernel", "cache")
CONVERSIONS = (
    *("int", "float", "complex", "bool", "len", "ord", "sum", "hash", "abs", "round", "pow"),
    *("eval", "literal_eval", "Decimal", "Fraction", "fromhex", "from_bytes", "bit_length"),
    *("count", "find", "index", "float64", "int64", "__len__"),
)
LIBRARY_NUMBERS = (
    *("pi", "e", "tau", "inf", "nan", "euler_gamma", "maxsize", "float_info", "int_info"),
    *("maxunicode", "hexversion", "finfo", "iinfo", "epsilon"),
)
SOURCES_OF_CONSTANTS = (
    "poruka.engine.codes",
    "poruka.engine.constants",
    "poruka.engine.index_series",
    "poruka.engine.instrument_codes",
    "poruka.engine.random_streams",  # the address of the initial state
)


class Finding(NamedTuple):
    """A number, or a way to hide one, with its line."""

    line: int
    text: str


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float, complex))


def _is_literal(node: ast.AST, names: frozenset[str]) -> bool:
    """Return whether an expression is made of literals and names of such only."""
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Constant):
        return node.value is not None
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(_is_literal(item, names) for item in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_literal(node.operand, names)
    if isinstance(node, ast.BinOp):
        return _is_literal(node.left, names) and _is_literal(node.right, names)
    if isinstance(node, ast.Compare):
        return all(_is_literal(item, names) for item in (node.left, *node.comparators))
    if isinstance(node, ast.BoolOp):
        return all(_is_literal(item, names) for item in node.values)
    if isinstance(node, ast.IfExp):
        return all(_is_literal(item, names) for item in (node.test, node.body, node.orelse))
    return isinstance(node, ast.JoinedStr)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _whole_numbers(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the whole numbers of an address, but not those inside a call in it."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node
    elif not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from _whole_numbers(child)


def _addresses(tree: ast.AST) -> set[ast.AST]:
    """Return the whole numbers that are subscripts or address a draw."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Constant):
            found.update(_whole_numbers(node.slice))
        elif isinstance(node, ast.Call) and _called(node) in DRAWS:
            for argument in node.args[1:]:
                found.update(_whole_numbers(argument))
    for name, value in _named_draws(tree).items():
        if _is_only_passed_on(tree, name):
            found.add(value)
    return found


def _named_draws(tree: ast.AST) -> dict[str, ast.AST]:
    """Return the whole numbers that a module calls ``DRAW_…`` at its top, by name."""
    return {
        target.id: node.value
        for node in getattr(tree, "body", ())
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) is int
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.startswith("DRAW_")
    }


def _is_only_passed_on(tree: ast.AST, name: str) -> bool:
    """Return whether a name is only used as an argument, alone or with something added."""
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                passed.add(argument)
                if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Add):
                    passed |= {argument.left, argument.right}
    return all(
        node in passed
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    )


def _decorations(tree: ast.AST) -> set[ast.AST]:
    """Return the calls that declare a rule; their texts are not code."""
    return {
        call
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and _called(call) in DECORATORS
    }


def _constant_names(tree: ast.AST) -> frozenset[str]:
    """Return the names that are assigned once in a source, and then a literal."""
    bound: dict[str, list[ast.AST | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    bound.setdefault(target.id, []).append(node.value)
                elif isinstance(target, ast.Tuple):
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            bound.setdefault(name.id, []).append(None)
        elif isinstance(node, ast.AugAssign | ast.For | ast.NamedExpr | ast.comprehension):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    bound.setdefault(name.id, []).append(None)
        elif isinstance(node, ast.arg):
            bound.setdefault(node.arg, []).append(None)
    nothing: frozenset[str] = frozenset()
    return frozenset(
        name
        for name, values in bound.items()
        if len(values) == 1 and values[0] is not None and _is_literal(values[0], nothing)
    )


def numbers(source: str) -> list[Finding]:
    """Return the numbers of a source that have no name, unit and range."""
    tree = ast.parse(source)
    free = _addresses(tree)
    return [
        Finding(node.lineno, repr(node.value))
        for node in ast.walk(tree)
        if _is_number(node)
        and not isinstance(node.value, bool)
        and node.value not in FREE
        and node not in free
    ]


def disguises(source: str) -> list[Finding]:
    """Return what could hide a number in a source."""
    tree = ast.parse(source)
    names, free, declared = _constant_names(tree), _addresses(tree), _decorations(tree)
    return [
        Finding(node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if node not in declared and _is_disguise(node, names, free)
    ]


def _is_disguise(node: ast.AST, names: frozenset[str], free: set[ast.AST]) -> bool:
    if isinstance(node, ast.BinOp):
        if node.left in free or node.right in free:
            return False
        return _is_literal(node.left, names) and _is_literal(node.right, names)
    if isinstance(node, ast.UnaryOp):
        plain = isinstance(node.op, ast.USub | ast.UAdd) and _is_number(node.operand)
        return _is_literal(node.operand, names) and not plain
    if isinstance(node, ast.Call):
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
            given.append(node.func.value)
        hides = _called(node) in CONVERSIONS or any(map(_is_number, given))
        return bool(given) and hides and all(_is_literal(argument, names) for argument in given)
    if isinstance(node, ast.Attribute):
        return _is_number(node.value) or node.attr in LIBRARY_NUMBERS
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.ImportFrom):
        return any(_is_foreign_constant(node, alias.name) for alias in node.names)
    return False


def _is_foreign_constant(node: ast.ImportFrom, name: str) -> bool:
    if name in LIBRARY_NUMBERS or name == "*":
        return True
    if not name.isupper() or (node.module or "").startswith("poruka.rules"):
        return False  # what a module of the rules defines is counted there
    return node.module not in SOURCES_OF_CONSTANTS


def top_level_numbers(source: str) -> list[str]:
    """Return the names that a module gives to numbers at its top, but not those of draws."""
    return [
        target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and node.value is not None
        and any(_is_number(part) for part in ast.walk(node.value))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and not target.id.startswith("DRAW_")
    ]
