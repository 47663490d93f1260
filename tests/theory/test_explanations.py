"""What `poruka explain` says of a number.

1. It names all that reads a number or a start value: rules, what a world begins with, and what is
   read before it begins; every one has a reader.
"""

import re
from pathlib import Path

import pytest

import poruka
from poruka.engine.parameters import parameters, start_values
from poruka.rivals import rules_of_package
from poruka.theory.explanations import explain
from poruka.theory.number_readers import describe_readers

PACKAGE = Path(poruka.__file__).parent
KEYS = [*parameters(), *(f"start.{key}" for key in start_values())]


@pytest.mark.parametrize(
    ("key", "reader"),
    [
        ("start.opposition.nationalist", "rules/initial_contenders.py:set_contenders"),
        ("initial.belief", "rules/initial_contenders.py:set_contenders"),
        ("start.president.age", "rules/initial_state.py:_set_ruler"),
        ("biology.hazard_growth", "rules/initial_state.py:_set_ruler"),
        ("start.scale.clans", "scenario/tables.py"),
        ("steps.strong", "scenario/definition.py"),
    ],
)
def test_what_is_read_as_a_world_begins_has_its_reader(key, reader):
    """Proposition 1."""
    line = next(line for line in explain(key).splitlines() if line.startswith("read "))
    assert reader in line and "no rule" not in line


def test_what_rules_and_the_start_both_read_has_both():
    """Proposition 1: a hazard of age is reckoned every month, and for the first ruler."""
    line = describe_readers("biology.hazard_growth")
    rules, _, start = line.partition("; read as a world begins")
    ids = rules.removeprefix("read by ").split(", ")
    assert start and ids == sorted(
        id
        for id, rule in rules_of_package().items()
        if "params.biology.hazard_growth" in rule.parameters
    )


def test_every_number_and_start_value_has_a_reader():
    """Proposition 1: of 340 numbers and all start values none is read by nobody."""
    assert [key for key in KEYS if describe_readers(key) == "read by no rule"] == []
    assert describe_readers("no.number") == "read by no rule"


def test_what_is_named_as_a_reader_exists():
    """Proposition 1."""
    places = {
        place for key in KEYS for place in re.findall(r"[\w/]+\.py(?::\w+)?", describe_readers(key))
    }
    assert len(places) >= 8
    for place in places:
        name, _, function = place.partition(":")
        assert f"def {function}" in (PACKAGE / name).read_text(encoding="utf-8")
