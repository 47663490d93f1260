"""Expressions of a kernel as expressions of C, each with its kind; every order of sums is kept."""

import ast
import builtins
import inspect
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from .kinds import (
    COUNT,
    FLAG,
    REAL,
    WORD,
    Array,
    Bytes,
    Kind,
    Record,
    Row,
    Scalar,
    Table,
    Untranslatable,
    World,
    cast,
    constant,
    joined,
    scalar,
)
from .layout import Layout, plain

Typed = tuple[str, Kind]
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
BITS = {ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^"}
SHIFTS = {ast.LShift: "<<", ast.RShift: ">>"}
COMPARISONS = {
    ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
SAME_IN_C = {getattr(math, name): name for name in ("exp", "log", "sqrt", "fabs", "sin", "cos",
             "tan", "atan", "tanh", "sinh", "cosh", "log1p", "expm1", "log2", "log10", "atan2",
             "hypot", "pow", "erf")}  # fmt: skip


class Unit(Protocol):
    """What an expression asks of the C file it becomes a part of."""

    layout: Layout

    def call(self, function: Callable, kinds: tuple[Kind, ...]) -> Typed:
        """Return the C name of a kernel for arguments of some kinds, and what it returns."""
        ...

    def array(self, name: str, values: np.ndarray) -> Typed:
        """Return the C name of a global array, and its kind."""
        ...


def python_function(value: object) -> Callable | None:
    """Return the plain function behind a kernel, or None if a value is no kernel."""
    found = getattr(value, "py_func", value)
    return found if inspect.isfunction(found) else None


class Expressions:
    """Translates the expressions of one function."""

    def __init__(self, unit: Unit, function: Callable):
        self.unit = unit
        self.function = function
        self.variables: dict[str, Kind] = {}
        closed = inspect.getclosurevars(function)
        self._outer: dict[str, Any] = {**vars(builtins), **function.__globals__, **closed.nonlocals}

    def refuse(self, node: ast.AST, why: str) -> Untranslatable:
        """Return the error that names the function and the line."""
        where = f"{self.function.__module__}.{self.function.__qualname__}"
        return Untranslatable(f"{where}: {ast.unparse(node)}: {why}")

    def outer(self, node: ast.expr) -> Any:
        """Return what a name, or a name in a module, stands for outside the function."""
        if isinstance(node, ast.Name) and node.id not in self.variables:
            if node.id in self._outer:
                return self._outer[node.id]
        if isinstance(node, ast.Attribute):
            module = self.outer(node.value)
            if isinstance(module, ModuleType) and hasattr(module, node.attr):
                return getattr(module, node.attr)
        raise self.refuse(node, "is neither a variable nor a known name")

    def value(self, node: ast.expr) -> Typed:
        """Return an expression and its kind."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise self.refuse(node, "is not translated")
        try:
            found: Typed = method(node)
        except Untranslatable as error:
            if ": " in str(error):
                raise
            raise self.refuse(node, str(error)) from None
        return found

    def number(self, node: ast.expr, wanted: Scalar) -> str:
        """Return an expression as a number of a kind."""
        return cast(*self.value(node), wanted)

    def truth(self, node: ast.expr) -> str:
        """Return an expression where only its truth counts."""
        if isinstance(node, ast.BoolOp):
            sign = " && " if isinstance(node.op, ast.And) else " || "
            return "(" + sign.join(self.truth(part) for part in node.values) + ")"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"(!{self.truth(node.operand)})"
        return self.number(node, FLAG)

    def _constant(self, node: ast.Constant) -> Typed:
        return constant(node.value)

    def _name(self, node: ast.Name) -> Typed:
        if node.id in self.variables:
            return plain(node.id), self.variables[node.id]
        return self._outside(node)

    def _outside(self, node: ast.Name | ast.Attribute) -> Typed:
        found = self.outer(node)
        if isinstance(found, np.ndarray):
            name = node.id if isinstance(node, ast.Name) else node.attr
            return self.unit.array(name, found)
        return constant(found)

    def _attribute(self, node: ast.Attribute) -> Typed:
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in self.variables:
            return self._outside(node)
        text, kind = self.value(node.value)
        field = f"{text}->{plain(node.attr)}"
        if isinstance(kind, World):
            found = self.unit.layout.part_of_world(node.attr)
            return (f"{field}.rows" if isinstance(found, Bytes) else f"(&{field})"), found
        if isinstance(kind, (Row, Record)):
            found = self.unit.layout.field_of(kind, node.attr)
            return (f"(&{field})" if isinstance(found, Record) else field), found
        raise self.refuse(node, f"{kind} has no fields")

    def _subscript(self, node: ast.Subscript) -> Typed:
        text, kind = self.value(node.value)
        place, place_kind = self.value(node.slice)
        if place_kind not in (COUNT, FLAG) or place.startswith("(-"):
            raise self.refuse(node, "a place is a whole number from 0")
        if isinstance(kind, Table):
            return f"(&{text}->rows[{place}])", Row(kind.name)
        if isinstance(kind, Array):
            return f"{text}[{place}]", kind.item
        raise self.refuse(node, f"{kind} has no places")

    def _unaryop(self, node: ast.UnaryOp) -> Typed:
        if isinstance(node.op, ast.Not):
            return self.truth(node), FLAG
        text, kind = self.value(node.operand)
        if not isinstance(node.op, ast.USub) or kind == WORD:
            raise self.refuse(node, "is not translated")
        wanted = joined(kind, COUNT)
        return f"(-{cast(text, kind, wanted)})", wanted

    def _binop(self, node: ast.BinOp) -> Typed:
        (left, left_kind), (right, right_kind) = self.value(node.left), self.value(node.right)
        operator = type(node.op)
        if operator in SHIFTS:
            both = scalar(joined(joined(left_kind, right_kind), left_kind))
            if both not in (COUNT, WORD):
                raise self.refuse(node, "only whole numbers are shifted")
            return f"({left} {SHIFTS[operator]} {right})", both
        if operator is ast.Div:
            return f"({cast(left, left_kind, REAL)} / {cast(right, right_kind, REAL)})", REAL
        both = scalar(joined(left_kind, right_kind))
        if operator in BITS and both != REAL:
            sign = BITS[operator]
        else:
            both = COUNT if both == FLAG else both
            sign = ARITHMETIC.get(operator, "")
        left, right = cast(left, left_kind, both), cast(right, right_kind, both)
        if operator in (ast.FloorDiv, ast.Mod) and both == COUNT:
            name = "floor_div" if operator is ast.FloorDiv else "floor_mod"
            return f"{name}({left}, {right})", both
        if not sign:
            raise self.refuse(node, f"is not translated for {both.c}")
        return f"({left} {sign} {right})", both

    def _compare(self, node: ast.Compare) -> Typed:
        terms = [node.left, *node.comparators]
        if any(isinstance(part, ast.Call) for term in terms[1:-1] for part in ast.walk(term)):
            raise self.refuse(node, "the middle of a chain would be computed twice")
        values = [self.value(term) for term in terms]
        parts = []
        for place, operator in enumerate(node.ops):
            (left, left_kind), (right, right_kind) = values[place], values[place + 1]
            both = joined(left_kind, right_kind)
            if type(operator) not in COMPARISONS or not isinstance(both, Scalar):
                raise self.refuse(node, "is not translated")
            left, right = cast(left, left_kind, both), cast(right, right_kind, both)
            parts.append(f"{left} {COMPARISONS[type(operator)]} {right}")
        return "(" + " && ".join(parts) + ")", FLAG

    def _boolop(self, node: ast.BoolOp) -> Typed:
        if any(self.value(part)[1] != FLAG for part in node.values):
            raise self.refuse(node, "`and` and `or` of numbers have no fixed kind")
        return self.truth(node), FLAG

    def _ifexp(self, node: ast.IfExp) -> Typed:
        (yes, yes_kind), (no, no_kind) = self.value(node.body), self.value(node.orelse)
        both = joined(yes_kind, no_kind)
        yes, no = cast(yes, yes_kind, both), cast(no, no_kind, both)
        return f"({self.truth(node.test)} ? {yes} : {no})", both

    def _call(self, node: ast.Call) -> Typed:
        called = self.outer(node.func)
        function = python_function(called)
        if function is not None:
            return self._call_of_kernel(node, function)
        if node.keywords:
            raise self.refuse(node, "arguments by name are for kernels only")
        if called in (min, max):
            return self._least_or_greatest(node, called.__name__)
        if called in SAME_IN_C:
            arguments = ", ".join(self.number(one, REAL) for one in node.args)
            return f"{SAME_IN_C[called]}({arguments})", REAL
        if len(node.args) != 1:
            raise self.refuse(node, "is not translated")
        text, kind = self.value(node.args[0])
        if called is len and isinstance(kind, Table):
            return f"{text}->count", COUNT
        if called is len and isinstance(kind, Array):
            return constant(kind.length)
        if called in (int, float, bool, np.uint64):
            wanted = {int: COUNT, float: REAL, bool: FLAG, np.uint64: WORD}[called]
            return cast(text, kind, wanted), wanted
        if called is abs:
            wanted = scalar(joined(kind, COUNT))
            return f"{'fabs' if wanted == REAL else 'llabs'}({cast(text, kind, wanted)})", wanted
        raise self.refuse(node, "is not translated")

    def _call_of_kernel(self, node: ast.Call, function: Callable) -> Typed:
        names = {word.arg: word.value for word in node.keywords if word.arg}
        bound = inspect.signature(function).bind(*node.args, **names)
        bound.apply_defaults()
        values = [
            self.value(one) if isinstance(one, ast.expr) else constant(one)
            for one in bound.arguments.values()
        ]
        name, kind = self.unit.call(function, tuple(kind for _, kind in values))
        return f"{name}({', '.join(text for text, _ in values)})", kind

    def _least_or_greatest(self, node: ast.Call, name: str) -> Typed:
        values = [self.value(one) for one in node.args]
        both: Kind = values[0][1]
        for _, kind in values:
            both = joined(both, kind)
        text = cast(*values[0], both)
        for one in values[1:]:
            text = f"{name}_{scalar(both).c}({text}, {cast(*one, both)})"
        return text, both
