"""Layout of the package.

1. Files of the package stay under 300 lines, lines under 100 columns, tracked files under 1 MB.
2. The wheel holds one top-level name, `poruka`, with all packages and a copy of the scenarios.
3. Imports run one way: layers of packages, no circle of modules, numba behind the engine only.
4. Rules name no country, year or person.
5. No public name is defined in two modules.
6. Every source by which stored runs are told apart exists.
"""

import ast
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import grimp
import networkx as nx
from package_folder import MODEL

from poruka.engine.jit import KERNEL_SOURCES
from poruka.runs.manifest import TABLE_SOURCES

ROOT = Path(__file__).parents[2]
RULES = [
    *sorted(ROOT.glob("model/poruka/rules/**/*.py")),
    *sorted(ROOT.glob("model/poruka/rivals/*.py")),
]


def test_files_stay_short():
    """Proposition 1."""
    long = {
        str(path.relative_to(ROOT)): count
        for path in ROOT.glob("model/**/*.py")
        if (count := len(path.read_text().splitlines())) > 300
    }
    assert not long


def test_tracked_files_stay_small():
    """Proposition 1; in an export without git every file is looked at."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    paths = [ROOT / name for name in listed if name] or [
        path
        for folder in ("model", "scenarios", "experiments")
        for path in ROOT.glob(f"{folder}/**/*")
    ]
    assert len(paths) > 100
    assert not [str(path) for path in paths if path.is_file() and path.stat().st_size > 2**20]


def test_the_wheel_holds_one_name_and_the_scenarios(tmp_path):
    """Proposition 2: it is built, unpacked elsewhere, and loads Kazakhstan from its own copy."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"poruka"}
    assert (
        "poruka/data/scenarios/kazakhstan.toml" in names
        and "poruka/data/scenarios/kazakhstan.record.csv" in names
        and "poruka/data/fields.toml" in names
        and "poruka/data/parameters/camps.toml" in names
        and "poruka/runs/job.py" in names
        and "poruka/data/renamed.csv" in names
        and {"poruka/data/templates/page.html", "poruka/data/templates/page.css"} <= set(names)
        and "poruka/py.typed" in names
    )
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import poruka; print(poruka.__file__); print(poruka.load('kazakhstan').months)"
    alone = {
        "PYTHONPATH": str(tmp_path / "site"),
        "NUMBA_DISABLE_JIT": "1",
        "HOME": str(tmp_path),
        "PATH": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split()[-1] == "178" and str(tmp_path) in done.stdout, done.stderr


def test_imports_run_one_way():
    """Proposition 3."""
    alone = {
        "PYTHONPATH": str(MODEL),
        "PATH": "",
        "NUMBA_DISABLE_JIT": "1",
        "HOME": str(ROOT / ".cache"),
    }
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    importing = [
        path.name
        for path in ROOT.glob("model/**/*.py")
        if re.search(r"^\s*(import|from) numba", path.read_text(), re.M)
    ]
    assert sorted(importing) == ["jit.py", "machine_code.py"]


def test_rules_name_no_country_year_or_person():
    """Proposition 4: code and claims of the rules, and the tables they read."""
    assert len(RULES) > 30
    forbidden = re.compile(
        r"kazakh|russia|nazarb|yeltsin|putin|ukrain|georgia|moldova|\b(19|20)\d\d\b", re.I
    )
    tables = [*ROOT.glob("model/poruka/data/parameters/**/*.toml")]
    assert len(tables) > 20
    for path in [*RULES, *tables, ROOT / "model/poruka/data/instruments.toml"]:
        text = path.read_text()
        if path.parent.name == "rivals":  # what a rival account rests on has a year
            text = re.sub(r"\nReferences\n-+\n.*?\"{3}", "", text, count=1, flags=re.S)
        for number, line in enumerate(text.splitlines(), start=1):
            bare = re.sub(r'locator="[^"]*"', "", line)
            assert not forbidden.search(bare), f"{path.name}, line {number}: {line.strip()}"


def test_no_modules_import_each_other_in_a_circle():
    """Proposition 3: imports inside functions count as well."""
    graph = grimp.build_graph("poruka", cache_dir=None)
    imports = nx.DiGraph(
        (module, imported)
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    )
    assert len(imports) > 200
    circles = [sorted(part) for part in nx.strongly_connected_components(imports) if len(part) > 1]
    assert not circles


def test_no_public_name_is_defined_in_two_modules():
    """Proposition 5: functions, classes and constants at the top of a module."""
    homes = defaultdict(list)
    for path in ROOT.glob("model/poruka/**/*.py"):
        for name in defined_names(ast.parse(path.read_text())):
            if not name.startswith("_"):
                homes[name].append(str(path.relative_to(ROOT / "model" / "poruka")))
    assert len(homes) > 1000
    assert not {name: paths for name, paths in homes.items() if len(paths) > 1}


def defined_names(module: ast.Module) -> set[str]:
    """Return the names a module defines at its top."""
    names = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                names |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    return names


def test_the_sources_of_worlds_and_tables_exist():
    """Proposition 6: a pattern that fits no file would leave a change of code unseen."""
    package = ROOT / "model" / "poruka"
    assert not [name for name in KERNEL_SOURCES if not list(package.glob(name))]
    assert not [name for name in TABLE_SOURCES if not (package / name).is_file()]
    covered = {path for name in KERNEL_SOURCES for path in package.glob(name)}
    # What writes the instruments into a world is a source of the tables; what describes their
    # numbers to a reader moves nothing.
    assert "rules/instruments.py" in TABLE_SOURCES
    others = {"__init__.py", "instruments.py", "instrument_numbers.py"}
    assert {path for path in RULES if path.name not in others} <= covered
