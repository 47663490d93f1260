"""The tests themselves: where they lie, and that they can fail.

1. Every module of tests lies in the folder of its concept, which CONTRIBUTING.md names; no two have
   one name, so that a test is found by its module alone.
2. What modules of several folders share is a module of its own, not a module of tests.
3. No assertion holds whatever the package does: none is a constant, sets a thing beside itself, or
   asks whether a length is 0 or more, or a call gave anything at all.
4. Tests reach the package by its public names; every exception is listed with its reason.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MODULES = {
    path.relative_to(TESTS).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(TESTS.rglob("*.py"))
}
AT_THE_ROOT = {"run_tests.py"}
HOOKS = {"_repr_html_", "_repr_png_", "_replace", "_asdict", "_fields"}
"""Names that begin with an underscore and are public all the same."""

OTHERS = {"self", "figure", "ax", "os"}
"""What is not of the package: a test's own object, and objects of other libraries."""

PRIVATE = {
    "engine/test_compile_cache.py": {
        "_cache_folder": "files of kernels are taken away",
        "_write_code": "a file of a kernel is written by itself",
        "_read_code": "a file of a kernel is read by itself",
        "_compiled_files": "files are gone while the process lives",
    },
    "engine/test_streams.py": {"_mix_bits": "the published sequence is that of the mixing alone"},
    "experiments/test_sweep.py": {"_play": "what the table holds is played a second time"},
    "rules/test_rules_hide_nothing.py": {"_compiler": "what numba compiles of a kernel is forged"},
    "runs/test_reading_gate.py": {
        "_receipts": "receipts of a run too large to be made here",
        "_RunFileSystem": "a file changes while it is read",
        "_open": "the hook by which a file system opens a file",
    },
    "scoring/test_record_fit.py": {"_compile": "worlds that are kept are read, and none is played"},
    "simulation/test_failed_worlds.py": {"_results": "the same worlds, of which some failed"},
    "theory/test_hypotheses_bench.py": {"_play_arm": "arms are counted, and not played"},
    "theory/test_hypotheses_bounds.py": {"_code": "the code of the rules is another"},
}
"""Private names of the package that tests use, by module, each with what it is used for."""


def folders() -> set[str]:
    """Return the folders of tests."""
    return {path.name for path in TESTS.iterdir() if path.is_dir() and path.name[0].isalpha()}


def test_every_module_of_tests_lies_in_the_folder_of_its_concept():
    """Proposition 1."""
    assert {name for name in MODULES if "/" not in name} == AT_THE_ROOT
    text = (TESTS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`tests/(\w+)/`", text)) == folders()
    assert len(MODULES) > 100
    counts = Counter(name.rpartition("/")[2] for name in MODULES)
    assert not [name for name, count in counts.items() if count > 1]


def test_tests_of_other_folders_are_not_imported():
    """Proposition 2: neither are helpers of theirs."""
    home = {name.rpartition("/")[2].removesuffix(".py"): name.split("/")[0] for name in MODULES}
    imported = [
        (name, module)
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([node.module] if isinstance(node, ast.ImportFrom) else names_of(node))
        if module in home and home[module] not in (name.split("/")[0], "support", "run_tests.py")
    ]
    assert not imported


def names_of(node: ast.Import) -> list[str]:
    """Return the modules that a statement imports."""
    return [one.name for one in node.names]


def parts(test: ast.expr) -> list[ast.expr]:
    """Return what an assertion joins with `and` or `or`."""
    return [part for one in test.values for part in parts(one)] if is_joined(test) else [test]


def is_joined(test: ast.expr) -> bool:
    """Return whether an expression joins others."""
    return isinstance(test, ast.BoolOp)


def cannot_fail(test: ast.expr) -> bool:
    """Return whether one part of an assertion holds whatever the package does."""
    if isinstance(test, ast.Constant | ast.Tuple | ast.Lambda | ast.GeneratorExp):
        return True
    if not isinstance(test, ast.Compare):
        return False
    sides = [test.left, *test.comparators]
    for left, sign, right in zip(sides, test.ops, sides[1:], strict=False):
        one, other = ast.unparse(left), ast.unparse(right)
        if one == other and "(" not in one:
            return True
        if isinstance(sign, ast.GtE) and one.startswith("len(") and other == "0":
            return True
        if isinstance(sign, ast.IsNot) and other == "None" and one.endswith(".draw()"):
            return True
    return False


def vacuous(tree: ast.AST) -> list[str]:
    """Return the parts of assertions that cannot fail."""
    return [
        ast.unparse(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
        for part in parts(node.test)
        if cannot_fail(part)
    ]


@pytest.mark.parametrize("name", MODULES)
def test_every_assertion_can_fail(name):
    """Proposition 3."""
    assert not vacuous(MODULES[name])


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("assert True", True),
        ("assert (found, 'a message')", True),
        ("assert made and made == made", True),
        ("assert len(rows) >= 0", True),
        ("assert figure.draw() is not None", True),
        ("assert (x for x in rows)", True),
        ("assert draw(3) == draw(3)", False),
        ("assert len(rows) > 0 and read(run) is not None", False),
    ],
)
def test_an_assertion_that_cannot_fail_is_seen(line, seen):
    """Proposition 3: the test can fail."""
    assert bool(vacuous(ast.parse(line))) is seen


def private_names(tree: ast.AST) -> set[str]:
    """Return the private names of the package that a module imports, uses or replaces."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("poruka"):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) not in OTHERS:
            found.add(node.attr)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".setattr"):
            found |= {
                one.value.rpartition(".")[2]
                for one in node.args[:2]
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return {name for name in found if re.match(r"_[A-Za-z]", name)} - HOOKS


@pytest.mark.parametrize("name", MODULES)
def test_private_names_are_used_only_where_the_list_says(name):
    """Proposition 4."""
    assert private_names(MODULES[name]) == set(PRIVATE.get(name, {}))


def test_the_list_of_private_names_is_of_modules_that_are_there():
    """Proposition 4."""
    assert set(PRIVATE) <= set(MODULES)
    reasons = [reason for names in PRIVATE.values() for reason in names.values()]
    assert all(len(reason) > 20 for reason in reasons)
