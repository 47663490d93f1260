"""Whoever knows version 0.1 finds its names again.

1. Every name that `docs/renamed.csv` gives exists, and is public.
2. No module of version 0.1 is left under its old name.
3. `poruka explain` takes an old name, whole or its last parts, and lists every new one.
4. The table travels in the wheel.
5. A declared number of version 0.1 is declared still, or whoever asks for it is told what replaces
   it, or why nothing does.
6. Of one that has kept its key and means something else, whoever asks for it, or gives a value that
   only its old meaning allows, is told what it meant.
"""

import importlib
import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

from poruka.engine.parameters import parameters, validate_parameter
from poruka.engine.state import fields
from poruka.theory.explanations import explain
from poruka.theory.renamed import explain_renamed, find_renamed
from poruka.utils.errors import BadInput
from poruka.utils.renamed_names import (
    NUMBER,
    NUMBER_CHANGED,
    NUMBER_GONE,
    RenamedName,
    renamed_names,
)

ROOT = Path(__file__).parents[2]
KINDS = ("module", "class", "function", "constant", "attribute", "parameter", "field")
NUMBERS = {
    renamed.old: renamed for renamed in renamed_names() if renamed.kind in (NUMBER, NUMBER_GONE)
}
CHANGED = {renamed.old: renamed for renamed in renamed_names() if renamed.kind == NUMBER_CHANGED}
OF_FIRST_VERSION = (ROOT / "tests/reference/numbers_of_0_1.txt").read_text().split()


def exists(renamed: RenamedName) -> bool:
    """Return whether the new name of a module, or of something in a module, is there."""
    if renamed.kind == "module":
        return importlib.import_module(renamed.new) is not None
    holder, _, name = renamed.new.rpartition(".")
    if holder.rpartition(".")[2][0].isupper():  # a member of an enumeration
        module, _, kind = holder.rpartition(".")
        return hasattr(getattr(importlib.import_module(module), kind), name)
    return hasattr(importlib.import_module(holder), name)


def is_module_file(name: str) -> bool:
    """Return whether a name is that of a module, which a package is not."""
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # its package is gone too
        return False
    return spec is not None and spec.submodule_search_locations is None


def test_every_new_name_exists():
    """Proposition 1."""
    assert {renamed.kind for renamed in renamed_names()} <= {
        *KINDS,
        NUMBER,
        NUMBER_GONE,
        NUMBER_CHANGED,
    }
    names = [renamed for renamed in renamed_names() if renamed.kind in KINDS[:4]]
    assert not [renamed for renamed in names if not exists(renamed)]
    both = [part for renamed in renamed_names() for part in (renamed.old, renamed.new)]
    assert not [name for name in both if re.search(r"\._(?!_init__\.)", name)]
    assert len({(renamed.old, renamed.new) for renamed in renamed_names()}) == len(both) / 2


def test_every_new_field_exists():
    """Proposition 1, for fields of the state."""
    renamed_fields = [renamed for renamed in renamed_names() if renamed.kind == "field"]
    assert not [renamed for renamed in renamed_fields if renamed.new not in fields()]
    assert not [renamed for renamed in renamed_fields if renamed.old in fields()]


def test_no_module_is_left_under_its_old_name():
    """Proposition 2: a package may have the name of an old module, such as `poruka.scenario`."""
    modules = [renamed.old for renamed in renamed_names() if renamed.kind == "module"]
    assert not [name for name in modules if is_module_file(name)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lab.hands", "module poruka.lab.hands is now poruka.runs.workers"),
        ("ThreadHand", "class poruka.lab.hands.ThreadHand is now poruka.runs.workers.ThreadWorker"),
        ("poruka.forms.share", "function poruka.forms.share is now poruka.engine.functions.clip01"),
        ("RuleBook", "class poruka.rules.RuleBook is now poruka.engine.rule.Schedule"),
        ("poruka.streams.normal", "is now poruka.engine.random_streams.normal"),
    ],
)
def test_an_old_name_is_explained_by_the_new_one(old, new):
    """Proposition 3."""
    assert new in explain(old).splitlines()[0]


def test_all_that_bore_an_old_name_are_listed():
    """Proposition 3: two modules of version 0.1 had a `Found`."""
    lines = explain("Found").splitlines()
    assert len(lines) == len(find_renamed("Found")) >= 2
    assert explain_renamed("no_such_name") is None


def test_a_name_that_is_gone_is_not_given_a_new_one():
    """Proposition 3: the module it stood in is all there is to tell."""
    told = "module poruka.ensemble is now poruka.simulation.ensemble"
    assert explain_renamed("poruka.ensemble.check_arguments") == told


def test_the_table_travels_in_the_wheel():
    """Proposition 4; that the wheel is built as declared is tested with the layout."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    included = wheel["targets"]["wheel"]["force-include"]
    assert included["docs/renamed.csv"] == "poruka/data/renamed.csv"
    assert (ROOT / "docs" / "renamed.csv").is_file()


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_that_was_replaced_is_named(key):
    """Proposition 5."""
    renamed = NUMBERS[key]
    assert key not in parameters()
    assert renamed.kind == NUMBER_GONE or renamed.new in parameters()
    with pytest.raises(BadInput, match=re.escape(renamed.new)):
        validate_parameter(key, 0.5, "a.toml")
    assert renamed.new in explain(key)


def test_a_number_that_never_was_is_not_explained_by_the_table():
    """Proposition 5."""
    with pytest.raises(BadInput, match="did you mean 'memory.year'"):
        validate_parameter("memory.yaer", 12.0)


def test_every_number_of_the_first_version_is_accounted_for():
    """Proposition 5: the table leaves none of them out."""
    assert len(OF_FIRST_VERSION) == 139
    assert set(OF_FIRST_VERSION) <= {*parameters(), *NUMBERS}


@pytest.mark.parametrize("key", CHANGED)
def test_a_number_that_means_something_else_says_so(key):
    """Proposition 6."""
    assert key in parameters() and key not in NUMBERS
    with pytest.raises(BadInput, match=re.escape(f"In version 0.1 {key} meant something else: ")):
        validate_parameter(key, parameters()[key].high + 1.0, "a.toml")
    assert CHANGED[key].new in explain(key)


def test_an_unchanged_number_says_nothing_of_the_first_version():
    """Proposition 6."""
    with pytest.raises(BadInput) as refused:
        validate_parameter("clans.rooting", 2.0)
    assert "version 0.1" not in str(refused.value) + explain("clans.rooting")
