"""What the statements of a kernel do: assign, write to fields, loop, return."""

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Any

from poruka.engine import kernel_attributes as attributes
from poruka.engine.kernel_source import has_plain_arguments, names_outside_comprehensions
from poruka.engine.kernel_values import (
    DATA,
    UNASSIGNED,
    Value,
    constants_in,
    depth,
    holds_parts,
    is_data,
    object_of_python,
    one,
    part_of_constant,
    parts_of,
    union,
)

_DEEPEST = 6
_PLAIN_STATEMENTS = (ast.Pass, ast.Break, ast.Continue)


class StatementReader:
    """The part of a reader that follows statements."""

    reader: Any
    function: Callable
    definition: ast.FunctionDef
    values: dict[str, Value]
    scope: dict[str, Any]
    local_names: set[str]
    returned: Value
    value: Callable[[ast.expr], Value]
    element: Callable[[ast.expr, Value], Value]
    number: Callable[[ast.expr], None]
    index: Callable[[ast.expr], int]
    require_number: Callable[[ast.expr, Value], None]
    refuse_constant: Callable[[ast.AST, Value], None]
    refuse_joining: Callable[[ast.AST, Value], None]
    problem: Callable[[ast.AST, str], Value]

    def check_definition(self) -> None:
        """Write down where an argument or a name does not stand for what it seems to stand for."""
        own: Any = self.function
        if not has_plain_arguments(self.definition):
            self.problem(
                self.definition, "takes arguments by *, ** or /; give every argument a plain name"
            )
        if type(own.__globals__) is not dict:
            self.problem(
                self.definition,
                "takes its names from an object that can give others when it runs; write it in a"
                " module or a notebook",
            )
        given = own.__globals__.get("__builtins__")
        if own.__builtins__ is not vars(builtins) or given not in (builtins, vars(builtins)):
            self.problem(
                self.definition,
                "belongs to a module in which the names of Python were replaced, such as max; give"
                " a function of your own a name of its own",
            )
        for node in names_outside_comprehensions(self.definition):
            self.problem(
                node,
                f"uses {node.id} outside of a comprehension that has a variable of this name, where"
                " it is something else; give the variable a name of its own",
            )
        for argument in self.definition.args.args:
            attributes.check_name(self, argument, argument.arg, self.values[argument.arg])

    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements in order."""
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        """Follow a statement."""
        if isinstance(node, ast.Assign):
            value = self.value(node.value)
            for target in node.targets:
                self.assign(target, value)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.assign(node.target, self.value(node.value))
            elif not isinstance(node.target, ast.Name):
                self.value(node.target)
        elif isinstance(node, ast.AugAssign):
            added = self.value(node.value)
            self.require_number(node.value, added)
            target = _as_load(node.target)
            value = self.value(target)
            self.require_number(target, value)
            if constants_in(value):
                self.problem(
                    node,
                    f"changes {ast.unparse(target)}, which can be a constant of a module, in its"
                    " place; give the result a name of its own",
                )
            self.refuse_joining(node, added | value)
            if any(thing.detail > 1 for thing in constants_in(added)):
                self.refuse_constant(node, added)  # a list would take its rows
            self.assign(node.target, DATA)
        elif isinstance(node, ast.For):
            self.assign(node.target, self.element(node.iter, self.value(node.iter)))
            self.body(node.body + node.orelse)
        elif isinstance(node, ast.If | ast.While):
            self.number(node.test)
            self.body(node.body + node.orelse)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                self.returned |= self.value(node.value)
        elif isinstance(node, ast.Expr):
            self.value(node.value)
        elif isinstance(node, ast.Assert):
            self.number(node.test)
            if node.msg is not None:
                self.number(node.msg)
        elif isinstance(node, ast.Raise):
            for error in (node.exc, node.cause):
                if error is not None:
                    self.raised(error)
        elif not isinstance(node, _PLAIN_STATEMENTS):
            kind = type(node).__name__.lower()
            self.problem(
                node,
                f"has a statement ({kind}) that cannot be followed; a kernel is made of"
                " assignments, if, for, while, calls and return",
            )

    def raised(self, node: ast.expr) -> None:
        """Follow what is raised: an exception of Python with a text."""
        raised = node.func if isinstance(node, ast.Call) else node
        name = raised.id if isinstance(raised, ast.Name) else ""
        found = object_of_python(name)
        is_python = isinstance(found, type) and issubclass(found, Exception)
        if not is_python or name in {*self.local_names, *self.scope}:
            self.problem(node, "raises what is no error of Python; raise ValueError with a text")
        if isinstance(node, ast.Call):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                self.number(argument)

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a value to what stands on the left of an assignment."""
        if isinstance(target, ast.Name):
            if depth(value) > _DEEPEST:
                self.problem(target, f"builds a tuple {target.id!r} without end; use numbers")
                return
            attributes.check_name(self, target, target.id, value)
            self.values[target.id] = self.values.get(target.id, UNASSIGNED) | value
        elif isinstance(target, ast.Tuple | ast.List):
            for part, element in zip(
                target.elts, self.parts(target, value, len(target.elts)), strict=True
            ):
                self.assign(part, element)
        elif isinstance(target, ast.Attribute):
            attributes.store_attribute(self, target, value)
        elif isinstance(target, ast.Subscript):
            self.store_at(target, value)
        else:
            self.problem(
                target,
                f"assigns to {ast.unparse(target)}, which cannot be followed; give every value a"
                " name of its own",
            )

    def parts(self, node: ast.AST, value: Value, count: int) -> list[Value]:
        """Return what each of several names on the left of an assignment gets."""
        parts = [UNASSIGNED] * count
        for thing in value:
            if thing.kind in ("tuple", "named") and len(parts_of(thing)) == count:
                parts = [old | new for old, new in zip(parts, parts_of(thing), strict=True)]
            elif thing.kind == "constant":
                parts = [old | part_of_constant(thing) for old in parts]
            elif holds_parts(thing) and is_data(frozenset([thing])):
                parts = [old | union(parts_of(thing)) for old in parts]
            elif is_data(frozenset([thing])):
                parts = [old | DATA for old in parts]
            else:
                self.problem(
                    node,
                    f"takes {thing} apart, so that nobody could see what the names are; write"
                    " one assignment for each",
                )
                parts = [old | DATA for old in parts]
        return parts

    def store_at(self, target: ast.Subscript, value: Value) -> None:
        """Write to ``something[i]``."""
        self.index(target.slice)
        is_start = self.reader.is_start
        for thing in self.value(target.value):
            if thing.kind == "table" and value and value <= one("row", thing.detail):
                attributes.use_whole_row(self, thing.detail)
            elif thing.kind == "data":
                self.require_number(target, value)
                self.refuse_constant(target, value)
            elif not (thing.kind == "memory" and value <= one("memory") and is_start):
                attributes.refuse_index(self, target, thing)


def _as_load(target: ast.expr) -> ast.expr:
    """Return the target of ``+=`` as an expression that is read."""
    copy: Any = ast.parse(ast.unparse(target), mode="eval").body
    for node in ast.walk(copy):
        ast.copy_location(node, target)
    return copy  # type: ignore[no-any-return]
