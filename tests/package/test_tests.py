"""The tests themselves: where they lie, and that they can fail.

1. Every module of tests lies in the folder of its concept, which CONTRIBUTING.md names; no two have
   one name, so that a test is found by its module alone.
2. What modules of several folders share is a module of its own, not a module of tests.
3. No assertion holds whatever the package does: none is a constant, sets a thing beside itself, or
   asks whether a length is 0 or more, or a call gave anything at all, or whether a module has
   names; nor does either branch of a conditional one. No bound is a sum of constants: "at least 25"
   is not asserted as `25 - 5`.
4. Tests reach the package by its public names alone.
5. Every module of the engine and of the runs has tests that look at it, in which lines that are
   broken on purpose are looked for; processes that tests start find the package that is tested,
   and not the sources beside the tests.
"""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from mutate import KERNEL_READERS, PACKAGES, looking_modules, module_name, sources

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
    if isinstance(test, ast.IfExp):
        return any(cannot_fail(part) for one in branches(test) for part in parts(one))
    if not isinstance(test, ast.Compare):
        return False
    sides = [test.left, *test.comparators]
    for left, sign, right in zip(sides, test.ops, sides[1:], strict=False):
        one, other = ast.unparse(left), ast.unparse(right)
        if is_reckoned(left) or is_reckoned(right):
            return True
        if {name for name in map(ast.unparse, branches(left)) if "(" not in name} & set(
            map(ast.unparse, branches(right))
        ):
            return True
        if isinstance(sign, ast.GtE) and one.startswith("len(") and other == "0":
            return True
        if isinstance(sign, ast.IsNot) and other == "None" and one.endswith(".draw()"):
            return True
    return False


def branches(side: ast.expr) -> list[ast.expr]:
    """Return what an expression can be: each branch of a conditional one."""
    if not isinstance(side, ast.IfExp):
        return [side]
    return [*branches(side.body), *branches(side.orelse)]


def is_reckoned(side: ast.expr) -> bool:
    """Return whether a bound is a sum or a difference of whole numbers, which hides what it is."""
    kinds = ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop
    is_sum = isinstance(side, ast.BinOp) and isinstance(side.op, ast.Add | ast.Sub)
    return is_sum and all(
        isinstance(one, kinds) and isinstance(getattr(one, "value", 0), int)
        for one in ast.walk(side)
    )


def lists_names(value: ast.AST) -> bool:
    """Return whether a value is built from the names of a module, a class or an object."""
    return any(
        (isinstance(node, ast.Call) and ast.unparse(node.func) in ("dir", "vars", "locals"))
        or (isinstance(node, ast.Attribute) and node.attr == "__dict__")
        for node in ast.walk(value)
    )


def is_of_names(test: ast.expr, sets: set[str]) -> bool:
    """Return whether a part asks only whether what was built from names holds any."""
    text = ast.unparse(test).removesuffix(" > 0").removesuffix(" != 0")
    bare = re.sub(r"^(?:len|bool|any|set|list)\((.*)\)$", r"\1", text)
    return bare in sets or (isinstance(test, ast.SetComp | ast.ListComp) and lists_names(test))


def vacuous(tree: ast.AST) -> list[str]:
    """Return the parts of assertions that cannot fail, each function with names of its own."""
    found = []
    for scope in [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)] or [tree]:
        inside = list(ast.walk(scope))
        given = [one for one in inside if isinstance(one, ast.Assign) and lists_names(one.value)]
        sets = {ast.unparse(to) for one in given for to in one.targets}
        tests = [part for one in inside if isinstance(one, ast.Assert) for part in parts(one.test)]
        found += [ast.unparse(one) for one in tests if cannot_fail(one) or is_of_names(one, sets)]
    return found


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
        ("assert len(rows) >= 25 - 5", True),
        ("assert 0 < -2 + 3 < count", True),
        ("assert found == (found if expected is None else expected)", True),
        ("assert done and (made == 3 if counted else True)", True),
        ("taken = {one for one in dir(pk) if one[0] != '_'}\nassert taken", True),
        ("taken = sorted(vars(pk))\nassert len(taken) > 0 and done", True),
        ("assert [one for one in dir(pk) if one.isidentifier()]", True),
        ("taken = set(dir(pk))\nassert taken == set(pk.__all__)", False),
        ("taken = set(read(run))\nassert taken", False),
        ("assert len(rows) >= 2 * 10 and size <= 2**20 and count == len(names) - 5", False),
        ("def one():\n    taken = dir(pk)\n\ndef two(taken):\n    assert taken", False),
        ("assert score <= 1.0 + 1e-06", False),
        ("assert found == (first if known else second) and (a == b if known else a == c)", False),
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
        elif isinstance(node, ast.Call) and re.search(
            r"(^|\.)[gsd]e[tl]attr$|^hasattr$", ast.unparse(node.func)
        ):
            found |= {
                one.value.rpartition(".")[2]
                for one in node.args[:2]
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return {name for name in found if re.match(r"_[A-Za-z]", name)} - HOOKS


@pytest.mark.parametrize("name", MODULES)
def test_no_private_name_of_the_package_is_used(name):
    """Proposition 4."""
    assert not private_names(MODULES[name])


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from poruka.engine.driver import _compiled_files", {"_compiled_files"}),
        ("from poruka.runs import _hidden as shown", {"_hidden"}),
        ("player._compile = None", {"_compile"}),
        ("monkeypatch.setattr(player, '_compile', None)", {"_compile"}),
        ("patch.setattr('poruka.runs.job._open', open)", {"_open"}),
        ("getattr(player, '_compile')()", {"_compile"}),
        ("figure._repr_html_()", set()),
        ("from worlds import _mine", set()),
    ],
)
def test_a_private_name_is_seen(line, found):
    """Proposition 4: the test can fail."""
    assert private_names(ast.parse(line)) == found


LOOKED_AT = [
    (package, path.name)
    for package in PACKAGES
    for path in sorted((TESTS.parent / "model" / "poruka" / package).glob("*.py"))
    if path.name != "__init__.py"
]


@pytest.mark.parametrize(("package", "module"), LOOKED_AT)
def test_every_module_has_tests_that_look_at_it(package, module):
    """Proposition 5: modules of tests that are there and reach it by what they import."""
    found = looking_modules(package, module)
    assert found and {name.removeprefix("tests/") for name in found} <= set(MODULES)
    name = f"poruka.{package}.{module.removesuffix('.py')}"
    assert all(name in reached_by(one) for one in found)


@cache
def reached_by(test: str) -> frozenset[str]:
    """Return what a module of tests imports, and what that imports, as far as it goes."""
    known = {module_name(path): taken for path, taken in sources().items()}
    reached: set[str] = set()
    ahead = set(sources()[test])
    while ahead:
        reached |= ahead
        ahead = {name for one in ahead for name in known.get(one, ())} - reached
    return frozenset(reached)


def test_what_reads_kernels_is_looked_at_where_rules_hide():
    """Proposition 5: not in whatever happens to import a neighbour of it."""
    assert "tests/rules/test_rules_hide_nothing.py" in looking_modules("engine", "kernel_calls.py")
    assert looking_modules("engine", "machine_code.py") == ["tests/engine/test_compile_cache.py"]
    assert KERNEL_READERS <= {module for _, module in LOOKED_AT}
    assert LOOKED_AT[-1][0] == "runs"
    assert len(LOOKED_AT) > 60


def paths_given(tree: ast.AST) -> list[str]:
    """Return what a module gives processes as their path."""
    given: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            given += [value for key, value in pairs if is_the_path(key)]
        elif isinstance(node, ast.Assign):
            given += [node.value for to in node.targets if is_the_path(getattr(to, "slice", None))]
    return [ast.unparse(value) for value in given]


def is_the_path(key: ast.expr | None) -> bool:
    """Return whether a key is the name of the path of a process."""
    return isinstance(key, ast.Constant) and key.value == "PYTHONPATH"


@pytest.mark.parametrize("name", sorted(set(MODULES) - AT_THE_ROOT))
def test_processes_of_tests_find_the_package_that_is_tested(name):
    """Proposition 5: their path is that of the package, not of the sources beside the tests."""
    assert not [given for given in paths_given(MODULES[name]) if "'model'" in given]


@pytest.mark.parametrize(
    "line", ["{'PYTHONPATH': str(ROOT / 'model')}", "e['PYTHONPATH'] = 'model'"]
)
def test_a_path_to_the_sources_beside_the_tests_is_seen(line):
    """Proposition 5: the test can fail."""
    assert "'model'" in paths_given(ast.parse(line))[0]
