"""Numbers are declared by key, and a wrong declaration is refused when it is read.

1. The shipped declarations are read, in the order of the files' names.
2. An entry that lacks a key, has one too many, or holds something that cannot be read is refused,
   with its key, its file and what is allowed.
3. The effect of a number is a quantity with a direction, none detected, or still to be measured.
4. A section has room for a fixed number of entries.
"""

from collections import namedtuple

import pytest

from poruka.engine.declarations import UNITS, build_declaration, read_parameters
from poruka.engine.parameters import SECTION_CAPACITY, as_record
from poruka.utils.errors import BadInput

KEYS = ("value", "unit", "range", "meaning", "source", "standing", "effect")
GOOD = {
    "value": 0.3,
    "unit": "weight",
    "range": [0.0, 2.0],
    "meaning": "what one thing counts",
    "source": "T024 T032",
    "standing": "operationalised",
    "effect": "wars +",
}


def declare(name="clans.some_weight", **changes):
    """Return a declaration that differs from a good one."""
    return build_declaration(name, {**GOOD, **changes}, KEYS, "parameters/clans.toml")


def test_the_shipped_declarations_are_ordered_by_file():
    """Proposition 1."""
    sections = list(dict.fromkeys(key.split(".")[0] for key in read_parameters()))
    assert sections == sorted(sections) and len(sections) > 20
    assert {one.unit for one in read_parameters().values()} <= set(UNITS)


def test_a_good_entry_is_read():
    """Proposition 2, from the other side."""
    one = declare()
    assert (one.key, one.value, one.low, one.high) == ("clans.some_weight", 0.3, 0.0, 2.0)
    assert (one.unit, one.source, one.standing) == ("weight", "T024 T032", "operationalised")
    assert declare(value=1).value == 1.0


WRONG = {
    "a value outside its range": {"value": 2.5},
    "a value below its range": {"value": -0.1},
    "a value that is no number": {"value": "0.3"},
    "a value that is a truth": {"value": True},
    "a value that is not finite": {"value": float("nan")},
    "a range of one number": {"range": [0.0]},
    "a range that is no list": {"range": 2.0},
    "a range without a width": {"value": 1.0, "range": [1.0, 1.0]},
    "a range upside down": {"range": [2.0, 0.0]},
    "an infinite range": {"range": [0.0, float("inf")]},
    "an unknown unit": {"unit": "parsec"},
    "no meaning": {"meaning": ""},
    "a meaning with blank ends": {"meaning": " a thing "},
    "a meaning that is no text": {"meaning": 3},
    "a source that is no thesis": {"source": "common sense"},
    "an empty source": {"source": ""},
    "an unknown standing": {"standing": "guessed"},
    "an assumption that cites": {"standing": "assumption"},
    "a cited number without a source": {"source": "assumption"},
    "an effect without a direction": {"effect": "wars"},
    "an effect with an unknown direction": {"effect": "wars up"},
    "an empty effect": {"effect": ""},
    "an effect in no context": {"effect": "wars + |"},
    "a key too many": {"note": "x"},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_entry_is_refused(fault):
    """Proposition 2."""
    with pytest.raises(BadInput, match=r"clans\.some_weight.*data/parameters/clans\.toml"):
        declare(**WRONG[fault])


@pytest.mark.parametrize("missing", KEYS)
def test_a_missing_key_is_refused(missing):
    """Proposition 2."""
    entry = {key: value for key, value in GOOD.items() if key != missing}
    with pytest.raises(BadInput, match="give exactly value, unit, range"):
        build_declaration("clans.some_weight", entry, KEYS, "parameters/clans.toml")


@pytest.mark.parametrize("name", ["Some", "some-weight", "some__weight", "_some", "some.more", ""])
def test_a_wrong_name_is_refused(name):
    """Proposition 2."""
    with pytest.raises(BadInput, match="no name of a number"):
        declare(f"clans.{name}")


@pytest.mark.parametrize("entry", [0.3, [0.3, "weight"], None])
def test_an_entry_without_keys_is_refused(entry):
    """Proposition 2."""
    with pytest.raises(BadInput, match="give exactly"):
        build_declaration("clans.some_weight", entry, KEYS, "parameters/clans.toml")


@pytest.mark.parametrize(
    "effect",
    ["wars +", "wars -", "wars reverses", "wars + | old ruler", "none detected", "not measured"],
)
def test_an_effect_can_be_said_in_these_ways(effect):
    """Proposition 3."""
    assert declare(effect=effect).effect == effect


def test_a_section_has_room_for_a_fixed_number_of_entries():
    """Proposition 4."""
    names = [f"number_{i}" for i in range(SECTION_CAPACITY + 1)]
    full = namedtuple("Full", names[:-1])(*range(SECTION_CAPACITY))
    over = namedtuple("Over", names)(*range(SECTION_CAPACITY + 1))
    sections = namedtuple("Sections", ["one", "other"])
    record = as_record(sections(full, full))
    assert record[0].other.number_127 == 127.0
    with pytest.raises(BadInput, match="a section of their own"):
        as_record(sections(full, over))
