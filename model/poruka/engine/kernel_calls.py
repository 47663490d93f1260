"""What a call in a kernel is: of a kernel, of a function of numbers, or of a loop's helper."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from poruka.engine.kernel_attributes import refuse_name
from poruka.engine.kernel_source import has_plain_arguments, is_in_package, parse_kernel
from poruka.engine.kernel_values import (
    DATA,
    UNASSIGNED,
    Thing,
    Value,
    constants_in,
    holds_parts,
    is_data,
    one,
    part_of_constant,
    parts_of,
    union,
    value_of_object,
)
from poruka.utils.errors import BadInput


class CallReader:
    """The part of a reader that follows calls and loops."""

    reader: Any
    function: Callable
    value: Callable[[ast.expr], Value]
    number: Callable[[ast.expr], None]
    require_number: Callable[[ast.expr, Value], None]
    problem: Callable[[ast.AST, str], Value]
    use: Callable[[Any], None]

    def naming(self, node: ast.AST, text: str) -> None:
        """Write down that a row of a user's kernel has a name that hides it."""
        if not is_in_package(self.function):
            self.problem(node, text)

    def refuse_joining(self, node: ast.AST, value: Value) -> None:
        """Write down a problem where tuples are joined or repeated."""
        if any(holds_parts(thing) for thing in value):
            self.problem(
                node,
                f"joins or repeats tuples in {ast.unparse(node)}, so that nobody could see what the"
                " parts are; write one tuple with all its parts",
            )

    def element(self, node: ast.expr, value: Value) -> Value:
        """Return what the name of a loop stands for."""
        found = []
        for thing in value:
            if thing.kind == "table":
                found.append(one("row", thing.detail))
            elif thing.kind in ("tuple", "named"):
                found.append(union(parts_of(thing)))
            elif thing.kind == "series":
                found.append(thing.detail[0])
            elif thing.kind == "constant":
                found.append(part_of_constant(thing))
            elif thing.kind == "data":
                found.append(DATA)
            else:
                found.append(
                    self.problem(
                        node,
                        f"loops over {ast.unparse(node)}, which is {thing}; loop over a table, a"
                        " tuple or range(...), and name the fields that are meant",
                    )
                )
        return union(found)

    def value_of_Call(self, node: ast.Call) -> Value:
        """Return what a call gives."""
        if any(isinstance(argument, ast.Starred) for argument in node.args) or any(
            keyword.arg is None for keyword in node.keywords
        ):
            return self.problem(
                node,
                f"calls {ast.unparse(node.func)} with * or **, so that nobody could see what is"
                " passed; write every argument",
            )
        positional = [self.value(argument) for argument in node.args]
        named = {str(keyword.arg): self.value(keyword.value) for keyword in node.keywords}
        return union(self.call(node, thing, positional, named) for thing in self.value(node.func))

    def call(
        self, node: ast.Call, thing: Thing, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        """Return what a call of one function gives."""
        if thing.kind == "function":
            return self.call_kernel(node, thing.detail, positional, named)
        if thing.kind == "builtin":
            return self.call_builtin(node, thing.detail, positional, named)
        if thing.kind == "maker":
            return self.make_tuple(node, thing.detail, positional, named)
        if thing.kind in ("compute", "kinds"):
            return self.compute(node, thing, positional, named)
        if thing.kind == "data" and self.is_refused(node.func):
            return DATA  # told already
        return self.problem(
            node, f"calls {ast.unparse(node.func)}, which is {thing} and no function; call a kernel"
        )

    def make_tuple(
        self, node: ast.Call, maker: Any, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        """Return a tuple with names."""
        given = {**dict(zip(maker._fields, positional, strict=False)), **named}
        if set(given) != set(maker._fields) or len(positional) > len(maker._fields):
            return self.problem(
                node,
                f"makes a {maker.__name__} without all its parts; give each once:"
                f" {', '.join(maker._fields)}",
            )
        return one("named", (maker, tuple(given[name] for name in maker._fields)))

    def is_refused(self, node: ast.expr) -> bool:
        """Return whether a problem has been written down for a function that is called."""
        start = f"line {node.lineno} of {self.function.__name__} "
        return any(text.startswith(start) for text in self.problems)  # type: ignore[attr-defined]

    def compute(
        self, node: ast.Call, thing: Thing, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        """Return a number that a function of numbers gives."""
        name = ast.unparse(node.func)
        given = [*zip(node.args, positional, strict=True)]
        given += [*zip((keyword.value for keyword in node.keywords), named.values(), strict=True)]
        for argument, value in given:
            for one_thing in value:
                if not is_data(frozenset([one_thing])):
                    self.problem(
                        argument,
                        f"passes {ast.unparse(argument)}, which is {one_thing}, to {name}, which"
                        " takes numbers; pass its fields or numbers",
                    )
        is_ufunc = isinstance(thing.detail, np.ufunc)
        if is_ufunc and (named or len(positional) > thing.detail.nin):
            self.problem(node, f"lets {name} write into an array; assign what it returns")
        if is_ufunc:
            return DATA  # a new array
        # max and min give back what they were given, or a part of it.
        values = [value for _, value in given]
        if thing.detail in (max, min) and len(positional) == 1:
            values = [self.element(node.args[0], positional[0])]
        elif thing.detail is sum:
            values = [*positional[1:], *named.values()]
            added = self.element(node.args[0], positional[0]) if positional else UNASSIGNED
            self.refuse_joining(node, union([added, *values]))
        return DATA | {part for part in union(values) if constants_in(frozenset([part]))}

    def call_builtin(
        self, node: ast.Call, builtin: Any, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        """Return what len, enumerate, zip or reversed gives."""
        known = {enumerate: {"start"}, zip: {"strict"}}.get(builtin, set())
        if set(named) - known or (builtin is not zip and len(positional) != 1):
            return self.problem(
                node,
                f"calls {builtin.__name__} otherwise than as {builtin.__name__}(…) with what it"
                " goes over; give that by its place, once, and only start= or strict= by name",
            )
        for keyword in node.keywords:
            self.require_number(keyword.value, named[str(keyword.arg)])
        if builtin is len:
            for value in positional:
                for thing in value:
                    if thing.kind not in ("table", "log", "tuple") and not is_data(
                        frozenset([thing])
                    ):
                        self.problem(
                            node, f"asks for the length of {thing}; a table and a tuple have one"
                        )
            return DATA
        parts = [
            self.element(argument, value)
            for argument, value in zip(node.args, positional, strict=True)
        ]
        if builtin is reversed:
            return one("series", (parts[0],))
        if builtin is enumerate:
            parts = [DATA, parts[0]]
        return one("series", (one("tuple", tuple(parts)),))

    def call_kernel(
        self, node: ast.Call, kernel: Callable, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        """Return what another kernel gives, and use what it uses."""
        if kernel in self.reader.in_progress:
            return self.problem(
                node,
                f"calls {kernel.__name__}, which calls itself in the end, so that it cannot be"
                " followed; write a loop",
            )
        try:
            definition = parse_kernel(kernel)
        except BadInput as error:
            return self.problem(node, f"calls a kernel that cannot be read: {str(error)[:-1]}")
        if not has_plain_arguments(definition):
            return self.problem(
                node,
                f"calls {kernel.__name__}, which takes arguments by *, ** or /; give every argument"
                " a plain name",
            )
        names = [argument.arg for argument in definition.args.args]
        given = {**dict(zip(names, positional, strict=False)), **named}
        defaults = kernel.__defaults__ or ()  # type: ignore[attr-defined]
        for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
            if name not in given:
                value = value_of_object(default)
                if value is None or any(thing.kind == "module" for thing in value):
                    value = refuse_name(self, node, default)
                given[name] = value
        if set(given) != set(names) or len(positional) > len(names):
            return self.problem(
                node,
                f"calls {kernel.__name__} with other arguments than it takes:"
                f" {', '.join(names) or 'none'}; write each of them once",
            )
        if any(value == UNASSIGNED for value in given.values()):
            return UNASSIGNED  # not known yet
        returned, usage = self.reader.read(kernel, [given[name] for name in names])
        self.use(usage)
        return returned  # type: ignore[no-any-return]
