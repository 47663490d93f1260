"""Kinds are compared by name, never by their place in an enum.

1. No rule asks whether a kind comes before or after another.
2. Such a question is found wherever it stands.
"""

import ast
from pathlib import Path

import pytest

import poruka
from poruka.engine import kinds, record_kinds

PACKAGE = Path(poruka.__file__).parent
PAGES = sorted(path for folder in ("rules", "rivals") for path in (PACKAGE / folder).rglob("*.py"))
KINDS = {
    name for module in (kinds, record_kinds) for name in vars(module) if isinstance(name, str)
} - {"Entity"}  # rows of entities are blocks of numbers on purpose
ORDERS = ast.Lt | ast.LtE | ast.Gt | ast.GtE


def is_member(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in KINDS


def asked_by_place(source: str) -> list[str]:
    """Return the comparisons and ranges of a source that depend on the order of a kind."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(isinstance(op, ORDERS) for op in node.ops):
            found += [node] if any(map(is_member, [node.left, *node.comparators])) else []
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range":
            found += [node] if any(map(is_member, node.args)) else []
    return [ast.unparse(node) for node in found]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_rule_compares_kinds_by_name(path):
    """Proposition 1."""
    assert not asked_by_place(path.read_text())


@pytest.mark.parametrize(
    "source",
    [
        "x = j < Role.HEIR",
        "x = Stance.CLIENT <= stance",
        "x = Role.HEIR <= j < Role.SPOILER",
        "for j in range(Role.HEIR, n):\n    pass",
        "x = outcome >= Exit.ROTATION",
    ],
)
def test_a_question_for_the_place_of_a_kind_is_found(source):
    """Proposition 2."""
    assert asked_by_place(source)
    assert not asked_by_place("x = j == Role.HEIR or is_kin(j) or j < size")
