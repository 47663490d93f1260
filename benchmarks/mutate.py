"""Break lines of the engine and of the runs, one at a time, and say which broken line no test sees.

    python benchmarks/mutate.py engine --sample 20       # 20 breaks, drawn by seed
    python benchmarks/mutate.py runs --only chunks.py    # every break of one module
    python benchmarks/mutate.py engine --sample 40 --out tests/reference/mutations.csv

A break turns a comparison or an operation round, moves a whole number by one, negates a condition,
or exchanges `and` and `or`, True and False. It is made in a copy of the package. Tests are the
doctests of the broken module and the modules of tests that look at it (`looking_modules`). The
engine is tested interpreted, as its kernels cannot be compiled anew for every break. Tests that
fail without any break, or take too long, say nothing of its module, which is said. Tests that run
on are told apart: an endless loop is noticed so, but so is nothing at all where a break only makes
them slow. With `--out` each verdict is kept as it comes, and what is there is not tried again.
"""

import argparse
import ast
import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
KERNEL_READERS = {
    *(f"kernel_{part}.py" for part in ("attributes", "calls", "reader", "source", "statements")),
    *("kernel_values.py", "rule_source.py"),
}
READERS_ARE_TRIED = ("tests/rules/test_rules_hide_nothing.py", "tests/engine/test_declarations.py")
LONG = tuple(  # where worlds are played for long
    f"tests/{place}"
    for place in ("argument/", "figures/", "app/", "experiments/", "package/test_n")
)
IN_WORDS = re.compile(r"(?:^|from |import )(poruka(?:\.\w+)+)")
NO_TESTS = "not tried"
VERDICTS = ("seen", "ran on", "NOT SEEN", NO_TESTS)
PATIENCE = 4
PACKAGES = {"engine": {"NUMBA_DISABLE_JIT": "1"}, "runs": {}}
TURNED: dict[type, type] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq},
    **{ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn},
    **{ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add},
    **{ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.And: ast.Or, ast.Or: ast.And},
}


class Break(NamedTuple):
    """A line that is broken: its module, number, what stood there and what stands there now."""

    module: str
    line: int
    before: str
    after: str
    source: str


def breaks(module: str, source: str) -> Iterator[Break]:
    """Yield each way to break a module, one at a time."""
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        if not hasattr(node, "lineno"):
            continue
        before = ast.unparse(node)
        for mend in broken(node):
            after, text = ast.unparse(node), ast.unparse(tree)
            mend()
            yield Break(module, node.lineno, before, after, text)


def broken(node: ast.AST) -> Iterator:
    """Break a node in each of its ways, and yield what mends it."""

    def put(name: str, value: object, old: object):
        setattr(node, name, value)
        return lambda: setattr(node, name, old)

    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield put("ops", [TURNED[type(node.ops[0])](), *node.ops[1:]], node.ops)
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in TURNED:
        yield put("op", TURNED[type(node.op)](), node.op)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield put("value", not node.value, node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield put("value", node.value + 1, node.value)
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        yield put("test", ast.UnaryOp(ast.Not(), node.test), node.test)


@cache
def sources() -> dict[str, frozenset[str]]:
    """Return what each module of the package and of tests imports of the package, by its path."""
    paths = [*sorted((ROOT / "model").rglob("*.py")), *sorted((ROOT / "tests").rglob("test_*.py"))]
    return {path.relative_to(ROOT).as_posix(): frozenset(imported(path)) for path in paths}


def module_name(path: str) -> str:
    """Return the dotted name of a module of the package."""
    name = path.removeprefix("model/").removesuffix(".py").removesuffix("/__init__")
    return name.replace("/", ".")


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports of the package, or replaces in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for name in IN_WORDS.findall(node.value):
                yield from (name, name.rpartition(".")[0])


def looking_modules(package: str, module: str) -> list[str]:
    """Return the modules of tests that look at a module.

    They are those that import it or bear its name, or else those that import what imports it, and
    so on until there are some: in its folder, or else where worlds are not played for long. What
    reads kernels is looked at where rules try to get round it.
    """
    if module in KERNEL_READERS:
        return list(READERS_ARE_TRIED)
    near, seen = {f"model/poruka/{package}/{module}"}, set()
    while near:
        seen |= near
        names = {module_name(path) for path in near}
        found = {path for path, taken in sources().items() if taken & names} - seen
        found |= {f"tests/{package}/test_{module}"} & set(sources())
        tests = sorted(path for path in found if path.startswith("tests/"))
        home = [path for path in tests if path.startswith(f"tests/{package}/")]
        short = [path for path in tests if not path.startswith(LONG)]
        if home or short:
            return home or short
        near = found
    return []


def notices(copy: Path, package: str, module: str, seconds: float) -> str:
    """Return whether a test fails with the package as it stands in a copy, or tests run on."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["-m", "not slow and not bounds", *looking_modules(package, module)]
    command += [str(copy / "poruka" / package / module)]
    try:
        done = subprocess.run(
            [*command, f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}"],
            cwd=ROOT,
            env={**os.environ, **PACKAGES[package], "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return "ran on"
    return "NOT SEEN" if done.returncode == 0 else "seen"


def named(package: str, one: Break) -> tuple[str, str]:
    """Return where a break is, and what it makes of what: as it is kept, whatever line it is on."""
    before, after = (text.partition("\n")[0] for text in (one.before, one.after))
    return f"{package}/{one.module}", f"{before} → {after}"


def read_verdicts(path: Path) -> dict[tuple[str, str], str]:
    """Return the verdicts that are kept, by where a break is and what it is; begin the file."""
    if not path.is_file():
        path.write_text("module,break,verdict\n", encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["module"], row["break"]): row["verdict"] for row in csv.DictReader(file)}


def main() -> int:
    """Break lines and list those that nothing notices."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--only", nargs="*", help="modules, by file name; default all")
    parser.add_argument("--sample", type=int, help="how many breaks are drawn; default all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="table of verdicts, appended to")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for one break")
    asked = parser.parse_args()
    folder = ROOT / "model" / "poruka" / asked.package
    found = [
        one
        for path in sorted(folder.glob("*.py"))
        if path.name != "__init__.py" and path.name in (asked.only or [path.name])
        for one in breaks(path.name, path.read_text(encoding="utf-8"))
    ]
    drawn = random.Random(asked.seed).sample(found, min(asked.sample or len(found), len(found)))
    kept = read_verdicts(asked.out) if asked.out else {}
    verdicts = []
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "model"
        shutil.copytree(ROOT / "model", copy)
        silent = set()
        for module in sorted(
            {one.module for one in drawn if named(asked.package, one) not in kept}
        ):
            # The kernels are compiled once, before anything is broken.
            if notices(copy, asked.package, module, PATIENCE * asked.timeout) != "NOT SEEN":
                print(f"the tests of {module} fail, or take too long, as it is", flush=True)
                silent.add(module)
        for count, one in enumerate(drawn, start=1):
            place_of_break = named(asked.package, one)
            if place_of_break in kept:
                verdicts.append(kept[place_of_break])
                continue
            if one.module in silent:
                verdicts.append(NO_TESTS)
                continue
            path = copy / "poruka" / asked.package / one.module
            whole = path.read_text(encoding="utf-8")
            path.write_text(one.source, encoding="utf-8")
            seen = notices(copy, asked.package, one.module, asked.timeout)
            path.write_text(whole, encoding="utf-8")
            print(f"{count}: {seen}: {': '.join(place_of_break)}", flush=True)
            verdicts.append(seen)
            if asked.out:
                with asked.out.open("a", encoding="utf-8", newline="") as file:
                    csv.writer(file, lineterminator="\n").writerow((*place_of_break, seen))
    told = ", ".join(f"{verdicts.count(one)} {one}" for one in VERDICTS)
    print(f"{told}; {len(drawn)} of {len(found)} breaks")
    return 1 if "NOT SEEN" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
