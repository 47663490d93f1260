"""The draws that a rule can make, with their addresses: what :mod:`test_draw_addresses` compares.

A rule hands its random stream to kernels, and these to others. From the sources of all of them
every call of ``uniform`` and ``normal`` on that stream is found, with the addresses it can take.
Where no bound is seen in the source, the draw needs a constant ``DRAW_…_ROOM`` beside its own.
"""

import ast
from typing import Any, NamedTuple

from draw_values import (
    BLOCK,
    STREAM,
    Frame,
    Module,
    Sources,
    Value,
    called_name,
    calls_in,
    literals_in,
)

DRAWS = ("uniform", "normal")


class Draw(NamedTuple):
    """A draw that a rule can make: its name, where it stands, the addresses it can take."""

    name: str
    place: str
    addresses: frozenset[int]


class Walk:
    """A walk through what one rule calls, which collects its draws and what is wrong with them."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.draws: set[Draw] = set()
        self.bare: set[str] = set()
        self.unbounded: set[str] = set()
        self.calls: set[tuple[str, int]] = set()
        self._visited: set[Any] = set()

    def visit(self, module: Module, function: ast.FunctionDef, given: dict[str, Value]) -> None:
        """Collect the draws of a function, and of those to which it hands a stream."""
        visit = (module.name, function.name, tuple(sorted(given.items())))
        if visit in self._visited:
            return
        self._visited.add(visit)
        frame = Frame(self.sources, module, function, given)
        for call in calls_in(ast.Module(function.body, [])):
            values = [frame.value(argument) for argument in call.args]
            if called_name(call) in DRAWS and values and values[0].is_stream:
                self._add(module, call, values[1])
                continue
            home, name = self.sources.find(module, called_name(call))
            called = home.functions.get(name)
            if called is None:
                continue
            names = [argument.arg for argument in called.args.args]
            given_there = dict(zip(names, values, strict=False))
            for keyword in call.keywords:
                given_there[str(keyword.arg)] = frame.value(keyword.value)
            if any(value.is_stream for value in given_there.values()):
                self.visit(home, called, given_there)

    def _add(self, module: Module, call: ast.Call, address: Value) -> None:
        place = f"{module.name}, line {call.lineno}"
        self.calls.add((module.name, call.lineno))
        written = ast.unparse(call.args[1])
        if not address.names or literals_in(call.args[1]):
            self.bare.add(f"{place}: {written}")
        names = ", ".join(sorted(address.names)) or f"{module.name}: {written}"
        numbers = address.numbers
        if numbers is None:
            rooms = [self._room(name) for name in address.names]
            if not rooms or None in rooms:
                self.unbounded.add(f"{place}: {written}")
            numbers = frozenset(
                base + step
                for base, room in zip(address.bases or (0,), rooms or (1,), strict=False)
                for step in range(room or 1)
            )
        elif not self._is_within_room(address):
            self.unbounded.add(f"{place}: {written}")
        self.draws.add(Draw(f"{names} ({called_name(call)})", place, numbers))

    def _is_within_room(self, address: Value) -> bool:
        """Return whether an address stays within the room of its name in every block."""
        rooms = [self._room(name) for name in address.names]
        if len(address.bases) != 1 or rooms == [None]:
            return True
        allowed = range(address.bases[0], address.bases[0] + (rooms[0] or 1))
        return all(number % BLOCK in allowed for number in address.numbers or ())

    def _room(self, name: str) -> int | None:
        module, _, constant = name.rpartition(".")
        return self.sources.modules[module].constants.get(f"{constant}_ROOM")

    def overlaps(self) -> list[str]:
        """Return which draws of different names can take the same address."""
        by_name: dict[str, set[int]] = {}
        for draw in self.draws:
            by_name.setdefault(draw.name, set()).update(draw.addresses)
        names = sorted(by_name)
        return [
            f"{first} and {second} meet at {sorted(by_name[first] & by_name[second])[:3]}"
            for i, first in enumerate(names)
            for second in names[i + 1 :]
            if by_name[first] & by_name[second]
        ]


def walk_rule(sources: Sources, module: Module, function: ast.FunctionDef) -> Walk:
    """Return the walk through all that a rule calls with its stream."""
    walk = Walk(sources)
    given = {"stream": STREAM} if "stream" in {arg.arg for arg in function.args.args} else {}
    walk.visit(module, function, given)
    return walk
