"""The package is checked by its types, and the types of a world follow its declarations.

1. The stub of a world is what the declarations give.
2. A misspelt constant, field or number is refused before anything runs.
3. A rule that names nothing wrongly passes.
4. No file of the package is left out of the check.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from poruka.engine.type_stub import STUB, describe_types

ROOT = Path(__file__).parents[2]
RULE = """
from poruka.engine.kinds import Stance
from poruka.engine.world_types import Parameters, World


def leave(world: World, params: Parameters) -> None:
    p = params.oligarchs
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.wealth > p.{number}:
            oligarch.{field} = Stance.{constant}
"""
RIGHT = {"number": "inertia", "field": "stance", "constant": "OPPONENT"}


def errors_of(folder: Path, source: str) -> str:
    """Return what the type checker says of a rule."""
    page = folder / "rule.py"
    page.write_text(source)
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, str(page)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout if done.returncode else ""


def test_the_stub_of_a_world_is_what_the_declarations_give():
    """Proposition 1; `python -m poruka.engine.type_stub` writes it anew."""
    assert STUB.read_text(encoding="utf-8") == describe_types()


def test_what_is_misspelt_is_refused_before_anything_runs(tmp_path):
    """Propositions 2 and 3: one check of four rules, of which one names everything rightly."""
    wrong = {"number": "inertja", "field": "stanze", "constant": "OPONENT"}
    assert errors_of(tmp_path, RULE.format(**RIGHT)) == ""
    said = errors_of(tmp_path, RULE.format(**wrong))
    for name, right in (("inertja", "inertia"), ("stanze", "stance")):
        assert f'"{name}"; maybe "{right}"' in said
    assert 'no attribute "OPONENT"' in said


@pytest.mark.parametrize("forbidden", ["overrides", "exclude", "ignore_errors"])
def test_no_file_is_left_out_of_the_check(forbidden):
    """Proposition 4."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert forbidden not in settings
    assert settings["check_untyped_defs"]
