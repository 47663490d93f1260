"""What a kernel reads and writes, by following what every name in it can stand for.

The reader goes through a kernel and the kernels that it calls, as they are called, until no name
stands for anything new. It takes no branch for impossible, so that nothing a run can do is missed.
What it cannot follow it does not guess: it writes down a problem, and the rule is refused.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from poruka.engine import kernel_attributes as attributes
from poruka.engine.kernel_calls import CallReader
from poruka.engine.kernel_source import is_in_package, parse_kernel, resolve_scope
from poruka.engine.kernel_statements import StatementReader
from poruka.engine.kernel_values import (
    DATA,
    UNASSIGNED,
    Value,
    constants_in,
    is_data,
    one,
    part_of_constant,
    parts_of,
    union,
    value_of_builtin,
    value_of_object,
)
from poruka.utils.errors import BadInput


class Usage(NamedTuple):
    """Fields that a kernel reads and writes, numbers it depends on, and what could not be read."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


_Answers = dict[tuple[Callable, tuple[Value, ...], bool], tuple[Value, Usage]]
_OF_PACKAGE: _Answers = {}
"""What was read off kernels of the package, whose names stand for the same in all of a process."""


class Reader:
    """Reads a kernel and all that it calls, each once for the same arguments."""

    def __init__(self, is_start: bool = False) -> None:
        self.is_start = is_start
        self.answers: _Answers = {}
        self.in_progress: list[Callable] = []

    def read(self, function: Callable, arguments: Sequence[Value]) -> tuple[Value, Usage]:
        """Return what a kernel returns and uses, given what its arguments are."""
        key = (function, tuple(arguments), self.is_start)
        answers = _OF_PACKAGE if is_in_package(function) else self.answers
        if key not in answers:
            self.in_progress.append(function)
            answers[key] = _KernelReader(self, function, arguments).read()
            self.in_progress.pop()
        return answers[key]


class _KernelReader(StatementReader, CallReader):
    """Reads one kernel, for one set of arguments."""

    def __init__(self, reader: Reader, function: Callable, arguments: Sequence[Value]):
        self.reader, self.function = reader, function
        self.scope = resolve_scope(function)
        self.definition = parse_kernel(function)
        names = [argument.arg for argument in self.definition.args.args]
        self.values: dict[str, Value] = dict(zip(names, arguments, strict=True))
        self.local_names = {
            node.id
            for node in ast.walk(self.definition)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
        } | set(names)
        self.forget()

    def forget(self) -> None:
        """Begin a reading: what counts is found when every name is known."""
        self.reads: set[str] = set()
        self.writes: set[str] = set()
        self.parameters: set[str] = set()
        self.problems: dict[str, None] = {}
        self.returned: Value = UNASSIGNED

    def read(self) -> tuple[Value, Usage]:
        """Return what the kernel returns and uses."""
        before: dict[str, Value] | None = None
        while before != self.values:
            before = dict(self.values)
            self.forget()
            self.check_definition()
            self.body(self.definition.body)
        found = frozenset(self.reads), frozenset(self.writes), frozenset(self.parameters)
        return self.returned or DATA, Usage(*found, tuple(self.problems))

    def use(self, usage: Usage) -> None:
        """Add what a called kernel uses."""
        self.reads |= usage.reads
        self.writes |= usage.writes
        self.parameters |= usage.parameters
        self.problems |= dict.fromkeys(usage.problems)

    def problem(self, node: ast.AST, text: str) -> Value:
        """Write down what is wrong at a place; there the value counts as a number."""
        line = getattr(node, "lineno", 1)
        self.problems[f"line {line} of {self.function.__name__} {text}"] = None
        return DATA

    def number(self, node: ast.expr) -> None:
        """Follow an expression that has to be a number."""
        self.require_number(node, self.value(node))

    def require_number(self, node: ast.expr, value: Value) -> None:
        """Write down a problem unless a value is a number."""
        for thing in value:
            if not is_data(frozenset([thing])):
                self.problem(
                    node,
                    f"uses {ast.unparse(node)}, which is {thing}, as if it were a number; name the"
                    " field or the number that is meant, such as oligarch.wealth or p.rate",
                )

    def refuse_constant(self, node: ast.AST, value: Value) -> None:
        """Write down a problem where an array of a module is put into one that can be written."""
        if constants_in(value):
            self.problem(
                node,
                f"puts a constant of a module into a list in {ast.unparse(node)}, so that nobody"
                " could see when it is written; use the constant itself",
            )

    def value(self, node: ast.expr) -> Value:
        """Return what an expression is; a module stands before a dot and nowhere else."""
        value = self.value_before_dot(node)
        if any(thing.kind == "module" for thing in value):
            attributes.refuse_module(self, node)
        return value

    def value_before_dot(self, node: ast.expr) -> Value:
        """Return what an expression is, perhaps a module of which something is taken."""
        if method := getattr(self, f"value_of_{type(node).__name__}", None):
            return method(node)  # type: ignore[no-any-return]
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                value = self.value(part)
                self.require_number(part, value)
                if isinstance(node, ast.BinOp):
                    self.refuse_joining(node, value)
        if isinstance(
            node, ast.BinOp | ast.UnaryOp | ast.Compare | ast.JoinedStr | ast.FormattedValue
        ):
            return DATA
        if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str):
            return DATA
        return self.problem(
            node,
            f"writes {ast.unparse(node)}, which cannot be followed; use assignments, loops and"
            " calls of kernels",
        )

    def value_of_Name(self, node: ast.Name) -> Value:
        """Return what a name stands for."""
        if node.id in self.local_names:
            if not self.values.get(node.id):
                self.problem(node, f"uses {node.id} where nothing was assigned to it; assign first")
            return self.values.get(node.id, UNASSIGNED)
        if node.id in self.scope:
            value = value_of_object(self.scope[node.id])
        else:
            value = value_of_builtin(node.id)
        if value is None:
            return attributes.refuse_name(self, node, self.scope.get(node.id))
        return value

    def value_of_Attribute(self, node: ast.Attribute) -> Value:
        """Return what ``a.b`` is."""
        return attributes.load_attribute(self, node)

    def value_of_IfExp(self, node: ast.IfExp) -> Value:
        """Return what either branch of a conditional expression is."""
        self.number(node.test)
        return self.value(node.body) | self.value(node.orelse)

    def value_of_BoolOp(self, node: ast.BoolOp) -> Value:
        """Return what ``a or b`` is: one of its parts."""
        values = [self.value(part) for part in node.values]
        for part, value in zip(node.values, values, strict=True):
            self.require_number(part, value)
        return union(values)

    def value_of_List(self, node: ast.List) -> Value:
        """Return a list of numbers."""
        for part in node.elts:
            value = self.value(part)
            self.require_number(part, value)
            self.refuse_constant(node, value)
        return DATA

    def value_of_Tuple(self, node: ast.Tuple) -> Value:
        """Return a tuple."""
        return one("tuple", tuple(self.value(part) for part in node.elts))

    def value_of_NamedExpr(self, node: ast.NamedExpr) -> Value:
        """Return what a name is given inside an expression."""
        value = self.value(node.value)
        self.assign(node.target, value)
        return value

    def value_of_ListComp(self, node: ast.ListComp) -> Value:
        """Return a list of numbers, with the names of its loops."""
        for loop in node.generators:
            self.assign(loop.target, self.element(loop.iter, self.value(loop.iter)))
            for test in loop.ifs:
                self.number(test)
        value = self.value(node.elt)
        self.require_number(node.elt, value)
        self.refuse_constant(node, value)
        return DATA

    value_of_GeneratorExp: Any = value_of_ListComp

    def value_of_Subscript(self, node: ast.Subscript) -> Value:
        """Return what ``something[i]`` is."""
        taken = self.index(node.slice)
        is_slice = isinstance(node.slice, ast.Slice)
        found = []
        for thing in self.value(node.value):
            if thing.kind in ("table", "log"):
                row = "row" if thing.kind == "table" else "entry"
                found.append(frozenset([thing]) if is_slice else one(row, thing.detail))
            elif thing.kind in ("tuple", "named") and is_slice:
                found.append(attributes.refuse_slice(self, node))
            elif thing.kind in ("tuple", "named"):
                parts = parts_of(thing)
                at = node.slice.value if isinstance(node.slice, ast.Constant) else None
                if isinstance(at, int) and 0 <= at < len(parts):
                    found.append(parts[at])
                else:
                    found.append(union(parts))
            elif thing.kind == "constant":
                found.append(part_of_constant(thing, taken))
            elif is_data(frozenset([thing])):
                found.append(frozenset([thing]))
            else:
                found.append(attributes.refuse_index(self, node, thing))
        return union(found)

    def index(self, node: ast.expr) -> int:
        """Follow what stands in brackets; return of how many dimensions it takes one element."""
        if any(isinstance(getattr(part, "value", None), str) for part in ast.walk(node)):
            self.problem(
                node,
                f"takes a field by the text {ast.unparse(node)}, so that nobody could see whose it"
                " is; take the row first and name its field, such as clan.posts",
            )
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        taken = 0
        for part in parts:
            if isinstance(part, ast.Slice):
                for end in (part.lower, part.upper, part.step):
                    if end is not None:
                        self.number(end)
            else:
                value = self.value(part)
                self.require_number(part, value)
                taken += all(thing.kind == "data" for thing in value)
        return taken


def read_usage(function: Callable, arguments: dict[str, Value], is_start: bool = False) -> Usage:
    """Return what a kernel reads and writes, given what its arguments are by name."""
    try:
        names = [argument.arg for argument in parse_kernel(function).args.args]
        given = [arguments.get(name, DATA) for name in names]
        return Reader(is_start).read(function, given)[1]
    except BadInput as error:
        return Usage(problems=(str(error).rstrip("."),))
