"""Whole kernels as C functions: each statement becomes one statement, names are declared first."""

import ast
import inspect
import textwrap
from collections.abc import Callable

from .expressions import Expressions, Translation, Typed
from .kinds import INT64, Array, Bytes, Kind, Scalar, ScalarTuple, Void, cast, common_kind, scalar
from .layout import c_name


class Function(Expressions):
    """Translates one kernel for arguments of some kinds."""

    def __init__(
        self, translation: Translation, function: Callable, name: str, kinds: tuple[Kind, ...]
    ):
        super().__init__(translation, function)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        assert isinstance(tree, ast.FunctionDef)
        self.name, self.tree = name, tree
        self.arguments = dict(
            zip([argument.arg for argument in tree.args.args], kinds, strict=True)
        )
        self.variables.update(self.arguments)
        self.returns: Kind | None = None
        self._temporaries = 0

    def translate(self) -> tuple[str, Kind]:
        """Return the C function and what it returns; read again until every kind is settled."""
        previous: object = None
        while previous != (self.variables, self.returns):
            previous = (dict(self.variables), self.returns)
            self._temporaries = 0
            body = self._block(self.tree.body, 1)
        returns = self.returns or Void()
        arguments = ", ".join(f"{kind.c} {c_name(name)}" for name, kind in self.arguments.items())
        declared = "".join(
            f"    {self._declaration(name, kind)};\n"
            for name, kind in self.variables.items()
            if name not in self.arguments
        )
        return f"static {returns.c} {self.name}({arguments})\n{{\n{declared}{body}}}\n", returns

    def _declaration(self, name: str, kind: Kind) -> str:
        if isinstance(kind, Array):
            return f"{kind.item.c} {c_name(name)}[{kind.length}]"
        return f"{kind.c} {c_name(name)}"

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _block(self, statements: list[ast.stmt], depth: int) -> str:
        indent = "    " * depth
        lines = [line for statement in statements for line in self._statement(statement, depth)]
        return "".join(f"{indent}{line}\n" for line in lines)

    def _inner(self, head: str, statements: list[ast.stmt], depth: int) -> str:
        indent = "    " * depth
        return f"{head} {{\n{self._block(statements, depth + 1)}{indent}}}"

    def _statement(self, node: ast.stmt, depth: int) -> list[str]:
        if isinstance(node, ast.Expr):
            constant = isinstance(node.value, ast.Constant)  # a docstring
            return [] if constant else [f"{self.value(node.value)[0]};"]
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            return self._assign(node.targets[0], node.value)
        if isinstance(node, ast.AugAssign):
            loaded = ast.parse(ast.unparse(node.target), mode="eval").body
            changed = ast.BinOp(loaded, node.op, node.value)
            return [self._store(node.target, self.value(changed))]
        if isinstance(node, ast.If):
            text = self._inner(f"if ({self.truth(node.test)})", node.body, depth)
            return [self._inner(f"{text} else", node.orelse, depth) if node.orelse else text]
        if isinstance(node, ast.While) and not node.orelse:
            return [self._inner(f"while ({self.truth(node.test)})", node.body, depth)]
        if isinstance(node, ast.For) and not node.orelse:
            return [self._loop(node, depth)]
        if isinstance(node, ast.Return):
            return [self._return(node.value)]
        keywords = {ast.Continue: ["continue;"], ast.Break: ["break;"], ast.Pass: []}
        if type(node) in keywords:
            return keywords[type(node)]
        raise self.untranslatable(node, "is not translated")

    def _store(self, target: ast.expr, value: Typed) -> str:
        text, kind = value
        if isinstance(target, ast.Name):
            target_kind = common_kind(self.variables.get(target.id), kind)
            self.variables[target.id] = target_kind
            return f"{c_name(target.id)} = {cast(text, kind, target_kind)};"
        if not isinstance(target, ast.Attribute):
            raise self.untranslatable(target, "only names and fields are written")
        place, target_kind = self.value(target)
        return f"{place} = {cast(text, kind, scalar(target_kind))};"

    def _assign(self, target: ast.expr, value: ast.expr) -> list[str]:
        if isinstance(target, ast.Tuple):
            if isinstance(value, ast.Tuple):
                return self._assign_many(
                    target.elts, [self.value(element) for element in value.elts]
                )
            text, kind = self.value(value)
            if not isinstance(kind, ScalarTuple):
                raise self.untranslatable(value, "returns no tuple")
            name = self._temporary()
            parts = [(f"{name}.part{place}", part) for place, part in enumerate(kind.parts)]
            pairs = zip(target.elts, parts, strict=True)
            stores = " ".join(self._store(element, part) for element, part in pairs)
            return [f"{{ {kind.c} {name} = {text}; {stores} }}"]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            return [self._copy(target, value)]
        if isinstance(target, ast.Name) and isinstance(value, ast.Tuple):
            return self._fill(target, [self.value(element) for element in value.elts])
        return [self._store(target, self.value(value))]

    def _assign_many(self, targets: list[ast.expr], values: list[Typed]) -> list[str]:
        """Read every value before the first is written."""
        names = [self._temporary() for _ in values]
        reads = [
            f"{kind.c} {name} = {text};" for name, (text, kind) in zip(names, values, strict=True)
        ]
        stores = [
            self._store(target, (name, kind))
            for target, name, (_, kind) in zip(targets, names, values, strict=True)
        ]
        return [f"{{ {' '.join(reads + stores)} }}"]

    def _fill(self, target: ast.Name, values: list[Typed]) -> list[str]:
        item = values[0][1]
        for _, kind in values:
            item = common_kind(item, kind)
        array = common_kind(self.variables.get(target.id), Array(scalar(item), len(values)))
        assert isinstance(array, Array)
        self.variables[target.id] = array
        return [
            f"{c_name(target.id)}[{place}] = {cast(*value, array.item)};"
            for place, value in enumerate(values)
        ]

    def _copy(self, target: ast.Subscript, value: ast.expr) -> str:
        """Copy a whole block of memory; its length is that of the table it fills."""
        (destination, destination_kind) = self.value(target.value)
        (source, kind) = self.value(value)
        part = target.slice
        whole = isinstance(part, ast.Slice) and not (part.lower or part.upper or part.step)
        if (
            not whole
            or destination_kind != Bytes()
            or kind != Bytes()
            or not destination.endswith(".rows")
        ):
            raise self.untranslatable(target, "only whole memory is copied")
        return (
            f"memcpy({destination}, {source}, (size_t){destination.removesuffix('.rows')}.count);"
        )

    def _loop(self, node: ast.For, depth: int) -> str:
        call, target = node.iter, node.target
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name):
            raise self.untranslatable(node.iter, "only a range is counted through")
        if self.global_value(call.func) is not range or not 1 <= len(call.args) <= 2:
            raise self.untranslatable(node.iter, "only a range of step 1 is counted through")
        first = self.number(call.args[0], INT64) if len(call.args) == 2 else "0"
        last = self.number(call.args[-1], INT64)
        self.variables[target.id] = common_kind(self.variables.get(target.id), INT64)
        name = self._temporary()
        # A counter of its own: what the body does to its variable does not move the loop.
        head = f"for (int64_t {name} = {first}, {name}_end = {last}; {name} < {name}_end; {name}++)"
        body = self._block(node.body, depth + 1)
        indent = "    " * depth
        return f"{head} {{\n{indent}    {c_name(target.id)} = {name};\n{body}{indent}}}"

    def _return(self, value: ast.expr | None) -> str:
        if value is None:
            return "return;"
        if isinstance(value, ast.Tuple):
            elements = [self.value(element) for element in value.elts]
            kind = common_kind(
                self.returns, ScalarTuple(tuple(scalar(kind) for _, kind in elements))
            )
            assert isinstance(kind, ScalarTuple)
            self.returns = kind
            pairs = zip(elements, kind.parts, strict=True)
            parts = ", ".join(cast(*element, part) for element, part in pairs)
            return f"return ({kind.c}){{{parts}}};"
        text, kind = self.value(value)
        if isinstance(kind, Void):
            return f"{text}; return;"
        self.returns = common_kind(self.returns, kind)
        return f"return {cast(text, kind, self.returns) if isinstance(kind, Scalar) else text};"
