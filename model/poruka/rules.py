"""A rule is a page a political scientist can read: claim, theses, place in the text, standing, and the kernel that does it.

What a rule reads, writes and depends on is not declared a second time: it is read off its source, since by the
custom of this house a row is called by its table's word (``oligarch.wealth``, ``rival_clan.posts``).
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .errors import BadInput, unknown
from .jit import inner_kernel
from .state import fields, tables
from .streams import rule_constant

STANDINGS = ("stated", "operationalised", "assumption")


@dataclass(frozen=True)
class Rule:
    """One rule of the model.

    Attributes
    ----------
    id : str
        ``page.verb``.
    claim : str
        What it says about the world, one sentence in our own words.
    theses : tuple of str
        The theses it encodes, such as ``("T041",)``; empty only for an assumption.
    locator : str
        Section title or note number of the chapter.
    standing : {"stated", "operationalised", "assumption"}
        ``stated``: the text gives the relation; ``operationalised``: it gives the direction and we chose the form;
        ``assumption``: it is silent and the world needs it.
    mechanism : str
        The part of a mechanism that switches it off, such as ``M3.defection``.
    run : callable
        The kernel ``run(world, params, stream)``.
    source : callable
        The function before compilation.
    """

    id: str
    claim: str
    theses: tuple[str, ...]
    locator: str
    standing: str
    mechanism: str
    run: Callable = field(repr=False, compare=False)
    source: Callable = field(repr=False, compare=False)

    @property
    def constant(self) -> int:
        """The number that addresses this rule's random stream."""
        return rule_constant(self.id)

    @cached_property
    def _use(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        return _uses(self.source)

    @property
    def reads(self) -> frozenset[str]:
        """Fields whose values the rule looks at."""
        return self._use[0]

    @property
    def writes(self) -> frozenset[str]:
        """Fields the rule may change."""
        return self._use[1]

    @property
    def parameters(self) -> frozenset[str]:
        """Parameters and start values the rule depends on."""
        return self._use[2]

    @property
    def text(self) -> str:
        """The source of the kernel."""
        return textwrap.dedent(inspect.getsource(self.source))


REGISTRY: dict[str, Rule] = {}


def rule(id: str, claim: str, theses: Iterable[str] = (), locator: str = "", standing: str = "operationalised",
         mechanism: str = "", register: bool = True) -> Callable[[Callable], Rule]:
    """Turn a kernel into a rule and register it; ``register=False`` keeps a rule of one's own out of the registry.

    Raises
    ------
    BadInput
        When the standing is unknown, or a rule that is no assumption names no thesis or no place.
    """
    theses = tuple(theses)
    if standing not in STANDINGS:
        raise unknown("standing", standing, STANDINGS, f"rule {id}")
    if standing != "assumption" and not (theses and locator):
        raise BadInput(f"rule {id}: a rule that is {standing} names its theses and its place in the text; "
                       "give both, or call it an assumption.")

    def wrap(function: Callable) -> Rule:
        made = Rule(id, claim, theses, locator, standing, mechanism, inner_kernel(function), function)
        if register:
            if id in REGISTRY and REGISTRY[id].source.__module__ != function.__module__:
                raise BadInput(f"two rules are called {id}: {REGISTRY[id].source.__module__} and {function.__module__}.")
            REGISTRY[id] = made
        return made

    return wrap


def _row_table(name: str) -> str | None:
    words = {table.row: table.name for table in tables().values()}
    for row, table in words.items():
        if name == row or name.endswith("_" + row):
            return table
    return None


def _dotted(node: ast.AST) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return [node.id, *reversed(parts)]
    if isinstance(node, ast.Subscript):  # world.oligarchs[i].wealth, params.x never gets here
        inner = _dotted(node.value)
        if len(inner) == 2 and inner[0] == "world":
            return ["world", inner[1], *reversed(parts)]
    return []


def _plain(function: Any) -> Any:
    return getattr(function, "py_func", function)


def _uses(function: Callable, seen: set | None = None) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Read off the source of a kernel, and of the kernels it calls, what it reads, writes and depends on."""
    seen = seen if seen is not None else set()
    function = _plain(function)
    if function in seen:
        return frozenset(), frozenset(), frozenset()
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    reads: set[str] = set()
    writes: set[str] = set()
    needs: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = _dotted(node)
            if len(parts) == 3 and parts[0] in ("params", "start"):
                needs.add(f"{parts[0]}.{parts[1]}.{parts[2]}")
                continue
            table = parts[1] if len(parts) == 3 and parts[0] == "world" else _row_table(parts[0]) if len(parts) == 2 else None
            if table is None or f"{table}.{parts[-1]}" not in fields():
                continue
            key = f"{table}.{parts[-1]}"
            if isinstance(node.ctx, ast.Store):
                writes.add(key)
            else:
                reads.add(key)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            parts = _dotted(node.target)
            table = parts[1] if len(parts) == 3 and parts[0] == "world" else _row_table(parts[0]) if len(parts) == 2 else None
            if table and f"{table}.{parts[-1]}" in fields():
                reads.add(f"{table}.{parts[-1]}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = function.__globals__.get(node.func.id)
            if isinstance(called, Rule):
                called = called.source
            called = _plain(called)
            if inspect.isfunction(called) and called.__module__.startswith(function.__module__.split(".")[0]):
                more = _uses(called, seen)
                reads |= more[0]
                writes |= more[1]
                needs |= more[2]
    return frozenset(reads), frozenset(writes), frozenset(needs)


@dataclass(frozen=True)
class RuleBook:
    """The rules of a world in the order of the month.

    Examples
    --------
    >>> from poruka.month import MONTH
    >>> MONTH.without_rule("citizens.emigrate").ids == tuple(i for i in MONTH.ids if i != "citizens.emigrate")
    True
    """

    rules: tuple[Rule, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rules, in order."""
        return tuple(one.id for one in self.rules)

    def _place(self, id: str) -> int:
        if id not in self.ids:
            raise unknown("rule", id, self.ids)
        return self.ids.index(id)

    def replace(self, id: str, mine: Rule) -> "RuleBook":
        """Put a rule in another's place; it keeps the replaced rule's id, and so its random stream."""
        place = self._place(id)
        return RuleBook(self.rules[:place] + (replace(mine, id=id),) + self.rules[place + 1:])

    def add(self, mine: Rule, after: str) -> "RuleBook":
        """Add a rule behind another."""
        place = self._place(after) + 1
        if mine.id in self.ids:
            raise BadInput(f"the month already has a rule {mine.id}; use replace, or give yours another id.")
        return RuleBook(self.rules[:place] + (mine,) + self.rules[place:])

    def without_rule(self, id: str) -> "RuleBook":
        """Leave a rule out."""
        place = self._place(id)
        return RuleBook(self.rules[:place] + self.rules[place + 1:])

    def order(self, ids: Iterable[str]) -> "RuleBook":
        """Play the same rules in another order."""
        ids = list(ids)
        if sorted(ids) != sorted(self.ids):
            missing, extra = sorted(set(self.ids) - set(ids)), sorted(set(ids) - set(self.ids))
            raise BadInput(f"an order names every rule of the month once; missing: {missing}, not in it: {extra}.")
        return RuleBook(tuple(self.rules[self._place(id)] for id in ids))
