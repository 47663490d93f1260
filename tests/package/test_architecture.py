"""The pages that lead a newcomer through the tree name what is there.

1. Every file, folder and function named in docs/architecture.md, README.md and CONTRIBUTING.md
   exists.
2. So does every dotted name of the package.
3. The picture of the packages has all layers of the import contract, and its arrows run downwards.
"""

import ast
import importlib
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("docs/architecture.md", "README.md", "CONTRIBUTING.md")
PLACES = (ROOT, ROOT / "model", ROOT / "model" / "poruka")
SUFFIXES = "py|toml|csv|md|txt|json|c|ipynb"
PATH = re.compile(rf"(?<![\w/.])((?:[\w.-]+/)*[\w-]+\.(?:{SUFFIXES})|(?:[a-z]\w+/)+)(?::([\w.]+))?")
DOTTED = re.compile(r"\bporuka(?:\.[A-Za-z_]\w*)+")
MADE_BY_THE_READER = {"mine.toml", "runs/"}


def quoted(page: str) -> list[str]:
    """Return what a page puts into backticks, its blocks of code left out."""
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


def find(path: str) -> Path | None:
    """Return a file or folder of the checkout; a page of the model may leave `model/poruka` out."""
    return next((place / path for place in PLACES if (place / path).exists()), None)


@cache
def defined_names(path: Path) -> set[str]:
    """Return the functions, classes, methods and constants of a module."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
            names |= {f"{node.name}.{method.name}" for method in methods}
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        # What is there with and without the compiler, such as `call`.
        if isinstance(node, ast.If):
            names |= {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    return names


def named_paths(page: str) -> list[tuple[str, str]]:
    """Return the paths a page names, each with the function behind its colon, if any."""
    return [
        (match[1], match[2] or "")
        for text in quoted(page)
        for match in PATH.finditer(text)
        if match[1] not in MADE_BY_THE_READER
    ]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_function_it_names_exists(page):
    """Proposition 1."""
    paths = named_paths(page)
    assert len(paths) >= 5
    assert not [path for path, _ in paths if find(path) is None]
    functions = [(path, name) for path, name in paths if name]
    assert not [(path, name) for path, name in functions if name not in defined_names(find(path))]


def test_a_page_that_is_out_of_date_is_noticed():
    """Proposition 1: the test can fail."""
    assert find("engine/no_such_page.py") is None
    assert "no_such_function" not in defined_names(find("engine/driver.py"))
    assert "run_chunk" in defined_names(find("engine/driver.py"))
    assert len([name for _, name in named_paths("docs/architecture.md") if name]) > 30


def dotted_name_exists(name: str) -> bool:
    """Return whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("page", PAGES)
def test_every_dotted_name_exists(page):
    """Proposition 2."""
    names = set(DOTTED.findall((ROOT / page).read_text(encoding="utf-8")))
    assert not [name for name in names if not dotted_name_exists(name)]


def test_the_picture_shows_the_import_contract():
    """Proposition 3."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = pyproject["tool"]["importlinter"]["contracts"][0]["layers"]
    level = {name: i for i, layer in enumerate(layers) for name in layer.split(" | ")}
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = text.partition("```mermaid")[2].partition("```")[0]
    assert set(re.findall(r"^    (\w+)\[", picture, re.MULTILINE)) == set(level)
    arrows = re.findall(r"^    (\w+) --> (\w+)$", picture, re.MULTILINE)
    assert {name for arrow in arrows for name in arrow} == set(level)
    assert not [arrow for arrow in arrows if level[arrow[0]] >= level[arrow[1]]]
