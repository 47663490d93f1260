"""The package is checked by its types, and the types of a world follow its declarations.

1. The stub of a world is what the declarations give.
2. A misspelt constant is refused before anything runs, and so is a field, part of an event or
   number of what has a type: of a world, its rows and its numbers, where the kernel names them so.
   So is a kernel that is called with other arguments than it takes. The parts of an argument
   without a type, and of what a helper without one returns, are not looked at.
3. A rule that names nothing wrongly passes.
4. No file of the package is left out of the check, and no library but those that bring no types.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from poruka.engine.type_stub import STUB, describe_types

ROOT = Path(__file__).parents[2]
RULE = """
from poruka.engine.functions import clip01
from poruka.engine.jit import inner_kernel, inlined_kernel, kernel
from poruka.engine.kinds import Stance
from poruka.engine.world_types import Parameters, World


@kernel
def half(value: float) -> float:
    return value * 0.5


@inner_kernel
def third(value: float) -> float:
    return value / 3.0


@inlined_kernel
def fourth(value: float) -> float:
    return value * 0.25


@kernel
def gap(other):
    return other.natoin  # without a type it is not looked at


def leave(world: World, params: Parameters) -> None:
    p = params.oligarchs
    for clan in world.clans:
        clan.{looped} = half({halved}) + third({third}) + fourth({fourth}) + clip01({clipped})
    world.events[0].{told} = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.wealth > p.{number}:
            oligarch.{field} = Stance.{constant}
"""
RIGHT = {
    "number": "inertia",
    "field": "stance",
    "constant": "OPPONENT",
    "looped": "posts",
    "told": "value",
    "halved": "0.5",
    "third": "0.5",
    "fourth": "0.5",
    "clipped": "0.5",
}


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
    """Propositions 2 and 3: a rule that names everything rightly, and one that names nothing so."""
    wrong = {
        "number": "inertja",
        "field": "stanze",
        "constant": "OPONENT",
        "looped": "postz",
        "told": "valve",
        "halved": '"much"',
        "third": "0.5, 0.5",
        "fourth": "",
        "clipped": "0.5, 1.0",
    }
    assert errors_of(tmp_path, RULE.format(**RIGHT)) == ""
    said = errors_of(tmp_path, RULE.format(**wrong))
    for name, right in (("inertja", "inertia"), ("stanze", "stance"), ("valve", "value")):
        assert f'"{name}"; maybe "{right}"' in said
    for words in (
        'no attribute "OPONENT"',
        '"Clan" has no attribute "postz"',
        'Argument 1 to "half" has incompatible type "str"; expected "float"',
        'Too many arguments for "third"',
        'Missing positional argument "value" in call to "fourth"',
        'Too many arguments for "clip01"',
    ):
        assert words in said, said


@pytest.mark.parametrize("forbidden", ["exclude", "ignore_errors", "ignore_missing_imports"])
def test_no_file_is_left_out_of_the_check(forbidden):
    """Proposition 4."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert forbidden not in settings
    assert settings["check_untyped_defs"]
    for override in settings["overrides"]:
        assert set(override) == {"module", "ignore_missing_imports"}
        # A library by its name: neither a module of the package nor everything.
        assert all(re.fullmatch(r"(?!poruka)[a-z]+\.\*", one) for one in override["module"])
