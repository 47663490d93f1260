"""Ways to make a number that a single expression does not show, or that a function makes.

:mod:`number_counterfeits` reads one expression at a time. Here stands what needs more: a thing
under a second name, a count that starts at one and goes on, a kind or an address given where a
magnitude is asked for, a function that makes a half of any two equal things, a coin, a bit moved.
"""

import ast
from collections.abc import Iterator
from typing import Any

from number_counterfeits import ONES, counterfeits, is_member

EQUATION_FUNCTIONS = ("clip", "clip01", "relax", "approach", "forget", "saturate")
"""The functions of equations; together with those of Python that take and give magnitudes."""
MAGNITUDES = (
    *EQUATION_FUNCTIONS,
    "min",
    "max",
    "abs",
    "range",
    "sum",
    "sqrt",
    "exp",
    "pow",
    "divmod",
)
GIVES_BACK = ("abs", "clip01", "float", "max", "min")
"""What gives back a share as it is."""
BIT_OPERATIONS = (ast.LShift, ast.RShift, ast.BitXor)
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
SUM_OPERATIONS = (ast.Add, ast.Sub)
COUNTS_OF_CODES = ("HEIRS", "LAYERS")
"""How many there are of a kind: sizes of tables, and of nothing else."""
LIBRARY_FUNCTIONS = {"math": ("exp", "sqrt"), "numpy": (), "re": ("fullmatch",)}
"""Of other libraries, which have numbers of their own: the base of a logarithm, degrees."""
SHARED_MODULES = (
    *("channel_kinds", "channel_switch", "codes", "constants", "declarations", "dispatch"),
    *("event_log", "functions", "instrument_codes", "instrument_columns", "instrument_kinds"),
    *("instrument_steps", "jit", "kind_predicates", "kinds", "random_streams", "record_kinds"),
    *("rule", "state", "world_types"),
)
"""Modules of the engine that the rules use: another one would be a place for numbers."""


def makers(source: str) -> list[str]:
    """Return the expressions of a source that make a number out of something else."""
    tree = ast.parse(source)
    return [ast.unparse(node) for node in ast.walk(tree) if _makes(node)] + [
        found for one in _functions(tree) for found in _under_second_names(one)
    ]


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _makes(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _moves_bits_or_kinds(node)
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, BIT_OPERATIONS) or _is_kind(node.value)
    if isinstance(node, ast.Compare):
        return _is_empty_question(node)
    if isinstance(node, ast.Call):
        return _is_call_for_a_number(node)
    if isinstance(node, ast.For | ast.comprehension):
        return _is_repeated_row(node.iter) or _goes_on(getattr(node, "body", None))
    if isinstance(node, ast.Subscript):
        parts = ast.walk(node.slice) if isinstance(node.slice, ast.BinOp) else ()
        return any(isinstance(part, ast.Constant) and part.value not in (0, 1) for part in parts)
    if isinstance(node, ast.ImportFrom):
        return not _is_shared(node.module or "", [alias.name for alias in node.names])
    if isinstance(node, ast.NamedExpr):
        return _is_plain(node.value)
    if isinstance(node, ast.FunctionDef):
        return _gives_one_number(node) or _goes_on(node.body)
    if isinstance(node, ast.Name) and node.id in COUNTS_OF_CODES:
        return True
    return any(_goes_on(getattr(node, part, None)) for part in ("body", "orelse"))


def _moves_bits_or_kinds(node: ast.BinOp) -> bool:
    """Return whether bits are moved, odds are taken, a text is filled in, or a kind is added.

    A kind is added to nothing but rows: where a table of actors begins (``Entity.OLIGARCHS + i``),
    or the first of a run of roles.
    """
    if isinstance(node.op, BIT_OPERATIONS) or isinstance(getattr(node.left, "value", None), str):
        return True
    if any(map(_is_of_module, (node.left, node.right))):
        return True
    if isinstance(node.op, ast.Div):
        rest = node.right
        return isinstance(rest, ast.BinOp) and _is_rest_of(rest, ast.unparse(node.left))
    if isinstance(node.op, ast.Pow) or _is_square(node):
        return True
    if not isinstance(node.op, SUM_OPERATIONS):
        return False
    if _is_draw(node.left) and isinstance(node.right, ast.Constant):
        return True
    plain = ast.unparse(node.right) == "0" or ast.unparse(node).startswith("Role.HEIR + ")
    rows = any(ast.unparse(side).startswith("Entity.") for side in (node.left, node.right))
    return any(map(_is_kind, (node.left, node.right))) and not plain and not rows


def _is_square(node: ast.BinOp) -> bool:
    """Return whether the last two factors of a product are the same: an exponent of two."""
    if not isinstance(node.op, ast.Mult):
        return False
    last = node.left.right if isinstance(node.left, ast.BinOp) else node.left
    return ast.unparse(last) == ast.unparse(node.right)


def _is_rest_of(rest: ast.BinOp, thing: str) -> bool:
    is_rest = isinstance(rest.op, ast.Sub) and ast.unparse(rest.left) in ONES
    return is_rest and ast.unparse(rest.right) == thing


def _is_empty_question(node: ast.Compare) -> bool:
    """Return whether a comparison has one answer, or is a coin, or asks for the order of kinds."""
    sides = [node.left, *node.comparators]
    called = [getattr(getattr(side, "func", None), "id", "") for side in sides]
    coin = "normal" in called or called.count("uniform") > 1
    ordered = any(isinstance(one, ORDER) for one in node.ops)
    kinds = ordered and any(_is_kind(side) or _is_draw(side) for side in sides)
    return coin or kinds or _repeats([ast.unparse(side) for side in sides])


def _is_call_for_a_number(node: ast.Call) -> bool:
    """Return whether a function makes a number of what it is given."""
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    holder = getattr(getattr(node.func, "value", None), "id", "")
    library = LIBRARY_FUNCTIONS.get({"np": "numpy"}.get(holder, holder))
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    if name in ("round", "divmod") or library is not None and name not in library:
        return True
    if name == "getattr":
        return isinstance(given[1], ast.Constant)
    if name == "len":
        return isinstance(given[0], ast.Tuple | ast.List | ast.Set)
    if name not in MAGNITUDES:
        return False
    if any(map(_is_repeated_row, given)):
        return True
    texts = [ast.unparse(one) for one in given if not _is_plain(one)]
    return _repeats(texts) or any(_is_kind(one) or _is_draw(one) for one in given)


def _is_shared(module: str, names: list[str]) -> bool:
    """Return whether a module may be imported from: one that the rules share, and no other."""
    if module in LIBRARY_FUNCTIONS:
        return set(names) <= set(LIBRARY_FUNCTIONS[module])
    if module == "poruka.engine.codes":
        return set(names) <= {"NOBODY", *COUNTS_OF_CODES}
    if module == "poruka.engine":
        return set(names) <= set(SHARED_MODULES)
    return not module.startswith("poruka.engine.") or module.split(".")[2] in SHARED_MODULES


def _gives_one_number(function: ast.FunctionDef) -> bool:
    """Return whether a function gives back a number whatever it is asked."""
    given = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    values = {ast.unparse(value) for value in given if value is not None and _is_number(value)}
    return len(values) == 1 and len(values) == len(given)


def _goes_on(body: object) -> bool:
    """Return whether a name is set and then stepped on, in one run of statements."""
    known: dict[str, Any] = {}
    for step in body if isinstance(body, list) else []:
        if isinstance(step, ast.AugAssign) and isinstance(step.op, SUM_OPERATIONS):
            name, added = ast.unparse(step.target), step.value
        elif isinstance(step, ast.Assign) and isinstance(step.value, ast.BinOp):
            name, added = ast.unparse(step.targets[0]), step.value.right
            if (
                not isinstance(step.value.op, SUM_OPERATIONS)
                or ast.unparse(step.value.left) != name
            ):
                continue
        else:
            if isinstance(step, ast.Assign) and isinstance(step.value, ast.Constant | ast.Name):
                value = getattr(step.value, "value", ast.unparse(step.value))
                known[ast.unparse(step.targets[0])] = value
            continue
        before = known.get(name)
        if before is not None and before == ast.unparse(added):
            return True
        if isinstance(before, int | float) and isinstance(added, ast.Constant):
            known[name] = before + added.value
            if abs(before + added.value) > 1:
                return True
    return False


def _under_second_names(function: ast.FunctionDef) -> Iterator[str]:
    """Yield what is a counterfeit once every second name is replaced by what it stands for."""
    bound: dict[str, list[ast.AST | None]] = {one.arg: [None] for one in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            single = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                        bound.setdefault(name.id, []).append(node.value if single else None)
        elif isinstance(node, ast.AugAssign | ast.For | ast.comprehension | ast.NamedExpr):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    bound.setdefault(name.id, []).extend((None, None))
    once = {name: values[0] for name, values in bound.items() if len(values) == 1}

    def is_second(value: ast.AST | None) -> bool:
        if isinstance(value, ast.Name):
            return value.id in once
        if isinstance(value, ast.BinOp):
            return ast.unparse(value.left) in ONES and isinstance(value.op, ast.Sub)
        called = getattr(getattr(value, "func", None), "id", "")
        return value is not None and (_is_kind(value) or called == "code_of")

    seconds = {name: value for name, value in once.items() if is_second(value)}

    class Replaced(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802
            self.generic_visit(node)
            given = [one for one in node.args if not _is_plain(one)]
            called = getattr(node.func, "id", "")
            return given[0] if called in GIVES_BACK and len(given) == 1 else node

        def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # noqa: N802
            self.generic_visit(node)
            if isinstance(node.op, ast.Div) and ast.unparse(node.right) in ONES:
                return node.left
            if isinstance(node.op, ast.Mult) and ast.unparse(node.left) in ("-1", "-1.0"):
                return ast.UnaryOp(ast.USub(), node.right)
            return node

        def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802 (the name is Python's own)
            stands_for = seconds.get(node.id) if isinstance(node.ctx, ast.Load) else None
            return ast.parse(ast.unparse(stands_for), mode="eval").body if stands_for else node

    before = set(counterfeits(ast.unparse(function)))
    plain = Replaced().visit(ast.parse(ast.unparse(function)))
    yield from sorted(set(counterfeits(ast.unparse(plain))) - before)


def _is_repeated_row(row: ast.AST) -> bool:
    items = row.elts if isinstance(row, ast.Tuple | ast.List | ast.Set) else []
    return _repeats([ast.unparse(item) for item in items if not _is_plain(item)])


def _repeats(texts: list[str]) -> bool:
    return len(set(texts)) < len(texts)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _is_plain(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant | ast.UnaryOp)


def _is_kind(node: ast.AST) -> bool:
    """Return whether an operand is a member of an enumeration or its code."""
    if is_member(node):
        return True
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "code_of"


def _is_of_module(node: ast.AST) -> bool:
    """Return whether an operand is a constant read from a module of the engine."""
    if not isinstance(node, ast.Attribute) or not node.attr.isupper():
        return False
    holder = getattr(node.value, "id", "")
    return holder in SHARED_MODULES and holder != "constants"


def _is_draw(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id.startswith("DRAW_")
