"""The notebooks.

1. There are ten, numbered in their order; each opens with its question as a title and ends with
   questions to go on from, and none carries outputs.
2. They use what the package offers to everybody, no inner pages.
3. Each runs from top to bottom in a kernel of its own, here with the small sizes it declares (the
   seven longest in the long campaigns), there as a reader runs it, in under three minutes.
"""

import ast
import re
import time
from pathlib import Path

import nbformat
import papermill
import pytest

import poruka as pk
from poruka import figures

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
OWN_RULES = {
    "poruka.engine.rule",
    "poruka.engine.random_streams",
    "poruka.engine.functions",
    "poruka.engine.jit",
    "poruka.rules.instruments",
    "poruka.engine.event_log",
}
"""Pages from which a rule of one's own is written; see notebooks/README.md."""


def code_of(path: Path) -> str:
    """Return everything a notebook runs."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(
        re.sub(r"^\s*[%!].*$", "", cell.source, flags=re.M)
        for cell in cells
        if cell.cell_type == "code"
    )


def run(path: Path, folder: Path, numbers: dict) -> float:
    """Run a notebook in a folder of its own and return the seconds it took."""
    began = time.monotonic()
    papermill.execute_notebook(
        str(path),
        str(folder / path.name),
        parameters=numbers,
        kernel_name="python3",
        cwd=str(folder),
        progress_bar=False,
    )
    return time.monotonic() - began


def test_there_are_ten_in_their_order():
    """Proposition 1."""
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02d}" for number in range(1, 11)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_reads_as_an_essay_and_carries_no_outputs(path):
    """Proposition 1: a title first, questions last, words between any two long stretches of code,
    and numbers that can be made small.
    """
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    first, last = notebook.cells[0], notebook.cells[-1]
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    assert (
        last.cell_type == "markdown"
        and "## Questions" in last.source
        and last.source.count("?") >= 2
    )
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, (
                "clear the outputs before committing"
            )
            assert (
                len(re.sub(r"('''|\"\"\").*?\1", "", cell.source, flags=re.S).splitlines()) <= 25
            ), cell.source  # files it writes left aside
    small = notebook.metadata["poruka"]["small"]
    stated = [
        cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())
    ]
    assert len(stated) == 1 and all(re.search(rf"^{name} = ", stated[0], re.M) for name in small)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_uses_what_everybody_may_use(path):
    """Proposition 2: names of poruka and of its figures, the pages for rules of one's own; no name
    with a leading underscore.
    """
    for node in ast.walk(ast.parse(code_of(path))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("poruka"):
            offered = {
                "poruka": {*pk.__all__, "figures"},
                "poruka.figures": set(figures.__all__),
            }.get(node.module)
            assert node.module in OWN_RULES or (
                offered is not None and {one.name for one in node.names} <= offered
            ), ast.unparse(node)
        if isinstance(node, ast.Import):
            assert all(
                not one.name.startswith("poruka") or one.name in ("poruka", "poruka.figures")
                for one in node.names
            ), ast.unparse(node)
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_"), f"{node.attr} is an inner name"


LONG = ("04", "05", "06", "07", "08", "09", "10")
"""Notebooks that take more than the others together; the long campaigns run them."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=[pytest.mark.slow] if path.stem.startswith(LONG) else []
        )
        for path in NOTEBOOKS
    ],
)
def test_it_runs_at_a_small_size(path, tmp_path):
    """Proposition 3."""
    run(path, tmp_path, dict(nbformat.read(path, as_version=4).metadata["poruka"]["small"]))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_as_a_reader_runs_it(path, tmp_path):
    """Proposition 3, at full size."""
    assert run(path, tmp_path, {}) < 180.0
