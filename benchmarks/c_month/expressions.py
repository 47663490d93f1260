"""Expressions of a kernel as expressions of C, each with its kind; every order of sums is kept."""

import ast
import builtins
import inspect
import math
from collections.abc import Callable
from enum import EnumType
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from .kinds import (
    BOOL,
    FLOAT64,
    INT64,
    UINT64,
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
    common_kind,
    constant,
    scalar,
)
from .layout import Layout, c_name

Typed = tuple[str, Kind]
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
BITS = {ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^"}
SHIFTS = {ast.LShift: "<<", ast.RShift: ">>"}
COMPARISONS = {
    ast.Lt: "<",
    ast.Gt: ">",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
MATH_FUNCTIONS = {
    getattr(math, name): name
    for name in (
        "exp",
        "log",
        "sqrt",
        "fabs",
        "sin",
        "cos",
        "tan",
        "atan",
        "tanh",
        "sinh",
        "cosh",
        "log1p",
        "expm1",
        "log2",
        "log10",
        "atan2",
        "hypot",
        "pow",
        "erf",
    )
}


class Translation(Protocol):
    """What an expression asks of the C file it becomes a part of."""

    layout: Layout

    def call(self, function: Callable, kinds: tuple[Kind, ...]) -> Typed:
        """Return the C name of a kernel for arguments of some kinds, and what it returns."""
        ...

    def array(self, name: str, values: np.ndarray) -> Typed:
        """Return the C name of a global array, and its kind."""
        ...


def python_function(value: object) -> Callable | None:
    """Return the c_name function behind a kernel, or None if a value is no kernel."""
    function = getattr(value, "py_func", value)
    return function if inspect.isfunction(function) else None


class Expressions:
    """Translates the expressions of one function."""

    def __init__(self, translation: Translation, function: Callable):
        self.translation = translation
        self.function = function
        self.variables: dict[str, Kind] = {}
        captured = inspect.getclosurevars(function).nonlocals
        self._globals: dict[str, Any] = {**vars(builtins), **function.__globals__, **captured}

    def untranslatable(self, node: ast.AST, reason: str) -> Untranslatable:
        """Return the error that names the function and the line."""
        function = f"{self.function.__module__}.{self.function.__qualname__}"
        return Untranslatable(f"{function}: {ast.unparse(node)}: {reason}")

    def global_value(self, node: ast.expr) -> Any:
        """Return what a name, alone or in a module or enumeration, stands for globally."""
        if isinstance(node, ast.Name) and node.id not in self.variables:
            if node.id in self._globals:
                return self._globals[node.id]
        if isinstance(node, ast.Attribute):
            owner = self.global_value(node.value)
            if isinstance(owner, ModuleType | EnumType) and hasattr(owner, node.attr):
                return getattr(owner, node.attr)
        raise self.untranslatable(node, "is neither a variable nor a known name")

    def value(self, node: ast.expr) -> Typed:
        """Return an expression and its kind."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise self.untranslatable(node, "is not translated")
        try:
            typed: Typed = method(node)
        except Untranslatable as error:
            if ": " in str(error):
                raise
            raise self.untranslatable(node, str(error)) from None
        return typed

    def number(self, node: ast.expr, target: Scalar) -> str:
        """Return an expression as a number of a kind."""
        return cast(*self.value(node), target)

    def truth(self, node: ast.expr) -> str:
        """Return an expression where only its truth counts."""
        if isinstance(node, ast.BoolOp):
            sign = " && " if isinstance(node.op, ast.And) else " || "
            return "(" + sign.join(self.truth(part) for part in node.values) + ")"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"(!{self.truth(node.operand)})"
        return self.number(node, BOOL)

    def _constant(self, node: ast.Constant) -> Typed:
        return constant(node.value)

    def _name(self, node: ast.Name) -> Typed:
        if node.id in self.variables:
            return c_name(node.id), self.variables[node.id]
        return self._global(node)

    def _global(self, node: ast.Name | ast.Attribute) -> Typed:
        value = self.global_value(node)
        if isinstance(value, np.ndarray):
            name = node.id if isinstance(node, ast.Name) else node.attr
            return self.translation.array(name, value)
        return constant(value)

    def _attribute(self, node: ast.Attribute) -> Typed:
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in self.variables:
            return self._global(node)
        text, kind = self.value(node.value)
        field = f"{text}->{c_name(node.attr)}"
        if isinstance(kind, World):
            part = self.translation.layout.part_of_world(node.attr)
            return (f"{field}.rows" if isinstance(part, Bytes) else f"(&{field})"), part
        if isinstance(kind, (Row, Record)):
            field_kind = self.translation.layout.field_of(kind, node.attr)
            return (f"(&{field})" if isinstance(field_kind, Record) else field), field_kind
        raise self.untranslatable(node, f"{kind} has no fields")

    def _subscript(self, node: ast.Subscript) -> Typed:
        text, kind = self.value(node.value)
        index, index_kind = self.value(node.slice)
        if index_kind not in (INT64, BOOL) or index.startswith("(-"):
            raise self.untranslatable(node, "an index is a whole number from 0")
        if isinstance(kind, Table):
            return f"(&{text}->rows[{index}])", Row(kind.name)
        if isinstance(kind, Array):
            return f"{text}[{index}]", kind.item
        raise self.untranslatable(node, f"{kind} has no elements")

    def _unaryop(self, node: ast.UnaryOp) -> Typed:
        if isinstance(node.op, ast.Not):
            return self.truth(node), BOOL
        text, kind = self.value(node.operand)
        if not isinstance(node.op, ast.USub) or kind == UINT64:
            raise self.untranslatable(node, "is not translated")
        target = common_kind(kind, INT64)
        return f"(-{cast(text, kind, target)})", target

    def _binop(self, node: ast.BinOp) -> Typed:
        (left, left_kind), (right, right_kind) = self.value(node.left), self.value(node.right)
        operator = type(node.op)
        if operator in SHIFTS:
            both = scalar(common_kind(common_kind(left_kind, right_kind), left_kind))
            if both not in (INT64, UINT64):
                raise self.untranslatable(node, "only whole numbers are shifted")
            return f"({left} {SHIFTS[operator]} {right})", both
        if operator is ast.Div:
            return (
                f"({cast(left, left_kind, FLOAT64)} / {cast(right, right_kind, FLOAT64)})",
                FLOAT64,
            )
        both = scalar(common_kind(left_kind, right_kind))
        if operator in BITS and both != FLOAT64:
            sign = BITS[operator]
        else:
            both = INT64 if both == BOOL else both
            sign = ARITHMETIC.get(operator, "")
        left, right = cast(left, left_kind, both), cast(right, right_kind, both)
        if operator in (ast.FloorDiv, ast.Mod) and both == INT64:
            name = "floor_div" if operator is ast.FloorDiv else "floor_mod"
            return f"{name}({left}, {right})", both
        if not sign:
            raise self.untranslatable(node, f"is not translated for {both.c}")
        return f"({left} {sign} {right})", both

    def _compare(self, node: ast.Compare) -> Typed:
        terms = [node.left, *node.comparators]
        if any(isinstance(part, ast.Call) for term in terms[1:-1] for part in ast.walk(term)):
            raise self.untranslatable(node, "the middle of a chain would be computed twice")
        values = [self.value(term) for term in terms]
        parts = []
        for place, operator in enumerate(node.ops):
            (left, left_kind), (right, right_kind) = values[place], values[place + 1]
            both = common_kind(left_kind, right_kind)
            if type(operator) not in COMPARISONS or not isinstance(both, Scalar):
                raise self.untranslatable(node, "is not translated")
            left, right = cast(left, left_kind, both), cast(right, right_kind, both)
            parts.append(f"{left} {COMPARISONS[type(operator)]} {right}")
        return "(" + " && ".join(parts) + ")", BOOL

    def _boolop(self, node: ast.BoolOp) -> Typed:
        if any(self.value(part)[1] != BOOL for part in node.values):
            raise self.untranslatable(node, "`and` and `or` of numbers have no fixed kind")
        return self.truth(node), BOOL

    def _ifexp(self, node: ast.IfExp) -> Typed:
        (yes, yes_kind), (no, no_kind) = self.value(node.body), self.value(node.orelse)
        both = common_kind(yes_kind, no_kind)
        yes, no = cast(yes, yes_kind, both), cast(no, no_kind, both)
        return f"({self.truth(node.test)} ? {yes} : {no})", both

    def _call(self, node: ast.Call) -> Typed:
        callee = self.global_value(node.func)
        function = python_function(callee)
        if function is not None:
            return self._call_of_kernel(node, function)
        if node.keywords:
            raise self.untranslatable(node, "arguments by name are for kernels only")
        if callee in (min, max):
            return self._least_or_greatest(node, callee.__name__)
        if callee in MATH_FUNCTIONS:
            arguments = ", ".join(self.number(argument, FLOAT64) for argument in node.args)
            return f"{MATH_FUNCTIONS[callee]}({arguments})", FLOAT64
        if len(node.args) != 1:
            raise self.untranslatable(node, "is not translated")
        text, kind = self.value(node.args[0])
        if callee is len and isinstance(kind, Table):
            return f"{text}->count", INT64
        if callee is len and isinstance(kind, Array):
            return constant(kind.length)
        if callee in (int, float, bool, np.uint64):
            target = {int: INT64, float: FLOAT64, bool: BOOL, np.uint64: UINT64}[callee]
            return cast(text, kind, target), target
        if callee is abs:
            target = scalar(common_kind(kind, INT64))
            return f"{'fabs' if target == FLOAT64 else 'llabs'}({cast(text, kind, target)})", target
        raise self.untranslatable(node, "is not translated")

    def _call_of_kernel(self, node: ast.Call, function: Callable) -> Typed:
        names = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        bound = inspect.signature(function).bind(*node.args, **names)
        bound.apply_defaults()
        values = [
            self.value(argument) if isinstance(argument, ast.expr) else constant(argument)
            for argument in bound.arguments.values()
        ]
        name, kind = self.translation.call(function, tuple(kind for _, kind in values))
        return f"{name}({', '.join(text for text, _ in values)})", kind

    def _least_or_greatest(self, node: ast.Call, name: str) -> Typed:
        values = [self.value(argument) for argument in node.args]
        both: Kind = values[0][1]
        for _, kind in values:
            both = common_kind(both, kind)
        text = cast(*values[0], both)
        for value in values[1:]:
            text = f"{name}_{scalar(both).c}({text}, {cast(*value, both)})"
        return text, both
