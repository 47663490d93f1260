"""What the address of a draw can be, as the sources of the rules show it.

Loops run over ``range`` of a declared number up to the end of its declared range, over the rows of
a table up to the most that a scenario may ask for; an argument is what a caller gives.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from poruka.engine.random_streams import draw_of_round

STREAMS = ("rule_stream",)
MOST_VALUES = 10_000  # a number with a wider range bounds no address
round_address: Callable = getattr(draw_of_round, "py_func", draw_of_round)
BLOCK = round_address(0, 1, 1)  # addresses of the block that the first rounds share


class Value(NamedTuple):
    """What an expression can be: whole numbers (None: any), with the draws that it names."""

    numbers: frozenset[int] | None = None
    names: frozenset[str] = frozenset()
    bases: tuple[int, ...] = ()
    section: str = ""
    is_stream: bool = False


UNKNOWN = Value()
STREAM = Value(is_stream=True)


def either(values: list[Value]) -> Value:
    """Return what an expression can be that is one of several."""
    if any(value.numbers is None for value in values):
        numbers = None
    else:
        numbers = frozenset(number for value in values for number in value.numbers or ())
    return Value(
        numbers,
        frozenset(name for value in values for name in value.names),
        tuple(base for value in values for base in value.bases),
        values[0].section if len({value.section for value in values}) == 1 else "",
        all(value.is_stream for value in values),
    )


@dataclass
class Module:
    """A module of the rules: its functions, constants and what it imports from others."""

    name: str
    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    constants: dict[str, int] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what stands at the top."""
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                if type(node.value.value) is int:
                    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                    self.constants |= dict.fromkeys(names, node.value.value)
            elif isinstance(node, ast.ImportFrom):
                origin = (node.module or "").removeprefix("poruka.rules.")
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (origin, alias.name)


@dataclass
class Sources:
    """Sources of rules by module, ranges of the numbers by key, most rows of the tables by name."""

    texts: Mapping[str, str]
    ranges: Mapping[str, tuple[float, float]]
    rows: Mapping[str, int]

    def __post_init__(self) -> None:
        """Read the modules."""
        self.modules = {name: Module(name, ast.parse(text)) for name, text in self.texts.items()}

    def find(self, module: Module, name: str) -> tuple[Module, str]:
        """Return the module in which a name is defined, and its name there."""
        origin, original = module.imports.get(name, (module.name, name))
        return self.modules.get(origin, module), original

    def rules(self) -> dict[str, tuple[Module, ast.FunctionDef]]:
        """Return the rules by id, and beside them what starts a stream of its own."""
        found = {}
        for module in self.modules.values():
            for name, function in module.functions.items():
                for call in function.decorator_list:
                    if isinstance(call, ast.Call) and called_name(call) == "rule":
                        ids = [keyword.value for keyword in call.keywords if keyword.arg == "id"]
                        found[ast.literal_eval(ids[0])] = (module, function)
                if any(called_name(call) in STREAMS for call in calls_in(function)):
                    found[f"{module.name}.{name}"] = (module, function)
        return found


def called_name(call: ast.Call) -> str:
    """Return the name of what is called."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def calls_in(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in a source."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def literals_in(node: ast.AST) -> list[ast.Constant]:
    """Return the numbers written into an expression, but not those of subscripts."""
    if isinstance(node, ast.Subscript):
        return literals_in(node.value)
    found = [node] if isinstance(node, ast.Constant) else []
    return [*found, *(part for child in ast.iter_child_nodes(node) for part in literals_in(child))]


class Frame:
    """A function with what its arguments can be; says what its expressions can be."""

    def __init__(
        self,
        sources: Sources,
        module: Module,
        function: ast.FunctionDef,
        given: dict[str, Value],
        callers: frozenset[str] = frozenset(),
    ) -> None:
        self.sources, self.module, self.given = sources, module, given
        self.callers = callers | {function.name}
        self.bound: dict[str, list[ast.AST | None]] = {}
        self._running: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value)
            elif isinstance(node, ast.AugAssign):
                self._bind(node.target, None)
            elif isinstance(node, ast.For):
                self._bind(node.target, node.iter)

    def _bind(self, target: ast.AST, value: ast.AST | None) -> None:
        if isinstance(target, ast.Name):
            self.bound.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple):
            parts = value.elts if isinstance(value, ast.Tuple) else [None] * len(target.elts)
            for part, item in zip(target.elts, parts, strict=True):
                self._bind(part, item)

    def value(self, node: ast.AST | None) -> Value:
        """Return what an expression can be."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return Value(frozenset([int(node.value)]))
        if isinstance(node, ast.Name):
            return self._value_of_name(node.id)
        if isinstance(node, ast.Attribute):
            return self._value_of_attribute(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            return self._sum(self.value(node.left), self.value(node.right), node.op)
        if isinstance(node, ast.IfExp):
            return either([self.value(node.body), self.value(node.orelse)])
        if isinstance(node, ast.Compare | ast.BoolOp):
            return Value(frozenset([0, 1]))
        if isinstance(node, ast.Call):
            return self._value_of_call(node)
        return UNKNOWN

    def _value_of_name(self, name: str) -> Value:
        if name in self.bound and name not in self._running:
            self._running.add(name)
            found = either([self.value(value) for value in self.bound[name]])
            self._running.discard(name)
            return either([found, self.given[name]]) if name in self.given else found
        if name in self.given:
            return self.given[name]
        if name in self.bound:
            return UNKNOWN
        home, original = self.sources.find(self.module, name)
        if original not in home.constants:
            return UNKNOWN
        number = home.constants[original]
        if not original.startswith("DRAW_") or original.endswith("_ROOM"):
            return Value(frozenset([number]))
        names = frozenset([f"{home.name}.{original}"])
        return Value(frozenset([number]), names, (number,))

    def _value_of_attribute(self, node: ast.Attribute) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id in ("params", "start"):
            prefix = "start." if node.value.id == "start" else ""
            return Value(section=prefix + node.attr)
        section = self.value(node.value).section
        low, high = self.sources.ranges.get(f"{section}.{node.attr}", (0.0, float("inf")))
        if high - low > MOST_VALUES:
            return UNKNOWN
        return Value(frozenset(range(int(low), int(high) + 1)))

    @staticmethod
    def _sum(left: Value, right: Value, op: ast.operator) -> Value:
        names, bases = left.names | right.names, left.bases + right.bases
        if left.numbers is None or right.numbers is None:
            return Value(None, names, bases)
        if len(left.numbers) * len(right.numbers) > MOST_VALUES:
            return Value(None, names, bases)
        sign = 1 if isinstance(op, ast.Add) else -1
        numbers = frozenset(one + sign * other for one in left.numbers for other in right.numbers)
        return Value(numbers, names, bases)

    def _value_of_call(self, call: ast.Call) -> Value:
        name, values = called_name(call), [self.value(argument) for argument in call.args]
        if name in STREAMS:
            return STREAM
        if name == "int":
            return values[0]
        if name == "len":
            rows = self.sources.rows.get(getattr(call.args[0], "attr", ""))
            if rows is None or rows > MOST_VALUES:
                return UNKNOWN
            return Value(frozenset(range(rows + 1)))
        if name == "range":
            ends = values[-1 if len(values) == 1 else 1].numbers
            starts = frozenset([0]) if len(values) == 1 else values[0].numbers
            if ends is None or starts is None or len(values) > 2:
                return UNKNOWN
            return Value(frozenset(range(min(starts), max(ends))))
        if name == "draw_of_round":
            draw, room, step = values
            if draw.numbers is None or room.numbers is None or step.numbers is None:
                return Value(None, draw.names, draw.bases)
            numbers = frozenset(
                round_address(a, b, c)
                for a in draw.numbers
                for b in room.numbers
                for c in step.numbers
            )
            return Value(numbers, draw.names, draw.bases)
        home, original = self.sources.find(self.module, name)
        called = home.functions.get(original)
        if called is None or original in self.callers:
            return UNKNOWN
        *texts, last = called.body
        if not isinstance(last, ast.Return) or not all(isinstance(one, ast.Expr) for one in texts):
            return UNKNOWN
        names = [argument.arg for argument in called.args.args]
        given = dict(zip(names, values, strict=False))
        return Frame(self.sources, home, called, given, self.callers).value(last.value)
