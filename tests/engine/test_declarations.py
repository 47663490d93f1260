"""Numbers are declared by key, and a wrong declaration is refused when it is read.

1. The shipped declarations are read, in the order of the files' names.
2. An entry that lacks a key, has one too many, or holds something that cannot be read is refused,
   with its key, its file and what is allowed.
3. The effect of a number is a quantity with a direction, none detected, or still to be measured.
4. A section has room for a fixed number of entries.
5. Every column of the table of instruments is declared, with what 0 and the ends of its range mean,
   and its range is that of the field in which a world holds it; a wrong declaration is refused.
6. Every number of the rules says what its range rests on, and where it is drawn from a part of its
   range, that part holds its value.
7. An instrument that lacks a key or a number, has one too many, or a number out of its range is
   refused, with the file, the instrument and the key.
"""

import re
from collections import namedtuple
from copy import deepcopy

import pytest

from poruka.engine.declarations import UNITS, build_declaration, read_parameters, rival_sections
from poruka.engine.instrument_columns import build_instrument_column, instrument_columns
from poruka.engine.instrument_steps import STEPS
from poruka.engine.parameters import SECTION_CAPACITY, as_record
from poruka.engine.state import fields, read_data_file
from poruka.rules.instruments import instruments, read_instruments
from poruka.theory.theses import theses
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
    main = [section for section in sections if section not in rival_sections()]
    assert sections == [*sorted(main), *sorted(rival_sections())] and len(main) > 20
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


def test_every_column_of_the_instruments_is_declared():
    """Proposition 5."""
    columns = instrument_columns()
    assert len(columns) == 25
    for name, column in columns.items():
        field = fields()[
            "aims.fall" if name.startswith("against.") else f"instruments.{name.replace('.', '_')}"
        ]
        assert (column.low, column.high) == (field.low, field.high), name
        assert tuple(column.steps) == STEPS and column.signed == (column.low < 0.0), name
        assert set(re.findall(r"T\d+", column.source)) <= set(theses()), name
        # A cell left out is none and not written, so a world must start with 0.
        assert not name.startswith("against.") or field.initial == 0.0


COLUMN = read_data_file("instrument_columns")["against"]["rival"]
WRONG_COLUMNS = {
    "a range of one number": {"range": [0.0]},
    "a range without a width": {"range": [1.0, 1.0]},
    "a range without a minus": {"range": [0.0, 1.0]},
    "a range beyond the steps": {"range": [-2.0, 1.0]},
    "an unknown unit": {"unit": "parsec"},
    "no meaning": {"meaning": ""},
    "a step without a meaning": {"steps": {"none": "a", "slight": "b", "middling": "c"}},
    "steps out of order": {"steps": {"none": "", "middling": "", "slight": "", "strong": ""}},
    "a step that says nothing": {
        "steps": {"none": "a", "slight": " ", "middling": "c", "strong": "d"}
    },
    "steps that are no table": {"steps": "none nothing"},
    "a minus that says nothing": {"minus": ""},
    "a source that is no thesis": {"source": "common sense"},
    "an assumption that cites": {"standing": "assumption"},
    "no rule": {"rule": ""},
    "an effect without a direction": {"effect": "wars"},
    "a key too many": {"value": 0.5},
}


@pytest.mark.parametrize("fault", WRONG_COLUMNS)
def test_a_wrong_column_is_refused(fault):
    """Proposition 5."""
    assert build_instrument_column("against.rival", COLUMN).signed
    with pytest.raises(BadInput, match=r"against\.rival.*data/instrument_columns\.toml"):
        build_instrument_column("against.rival", {**COLUMN, **WRONG_COLUMNS[fault]})


@pytest.mark.parametrize("missing", sorted(COLUMN))
def test_a_column_that_lacks_a_key_is_refused(missing):
    """Proposition 5."""
    entry = {key: value for key, value in COLUMN.items() if key != missing}
    with pytest.raises(BadInput, match=r"give exactly unit, range|what a minus means"):
        build_instrument_column("against.rival", entry)


WRONG_INSTRUMENTS = {
    "a number above its range": ({"strength": 1.5}, "strength is 1.5; give a number between 0 and"),
    "a number below its range": ({"blunt": -0.1}, "blunt is -0.1; give a number between 0 and 1"),
    "a number that is none": ({"lasting": float("nan")}, "lasting is nan; give a number"),
    "a truth": ({"deniable": True}, "deniable is True; give a number"),
    "a text": ({"irregular": "0.3"}, "irregular is '0.3'; give a number"),
    "a misspelt step": ({"irregular": "slihgt"}, "irregular is 'slihgt'; did you mean 'slight'"),
    "a minus where none is": ({"blunt": "-slight"}, "blunt is '-slight'; .*between 0 and 1"),
    "a key that no instrument has": ({"stength": 0.5}, "unknown key 'stength'.*'strength'"),
    "a number for a text": ({"label": 3}, "label is 3, a number in no column"),
    "a number in a list": ({"needs": [3]}, r"needs is \[3\], a number in no column"),
    "a number for a whole group": ({"cost": 0.1}, "unknown column .*'cost'"),
    "a bearer too many": (
        {"cost": {"citizens": 0.0, "elite": 0.0, "west": 0.0, "minority": 0.0, "army": 0.0}},
        "unknown column.*'cost.army'",
    ),
    "a cost out of its range": (
        {"cost": {"citizens": 2.0, "elite": 0.0, "west": 0.0, "minority": 0.0}},
        "cost.citizens is 2.0; give a number between -1 and 1",
    ),
    "an unknown sphere": ({"against": {"rivals": 0.1}}, "'against.rivals'.*'against.rival'"),
    "a promise out of its range": ({"against": {"vote": 1.2}}, "against.vote is 1.2"),
}


@pytest.mark.parametrize("fault", WRONG_INSTRUMENTS)
def test_a_wrong_instrument_is_refused(fault):
    """Proposition 7."""
    changes, words = WRONG_INSTRUMENTS[fault]
    entry = {**deepcopy(read_data_file("instruments")["I08"]), **changes}
    with pytest.raises(BadInput, match=words) as refused:
        read_instruments({"verbs": [], "I08": entry})
    assert "data/instruments.toml, I08" in str(refused.value)


CELLS = ("strength", "lasting", "irregular", "deniable", "blunt", "cost", "against")


@pytest.mark.parametrize("missing", sorted(set(read_data_file("instruments")["I08"]) - {*CELLS}))
def test_an_instrument_that_lacks_a_key_is_refused(missing):
    """Proposition 7."""
    table = read_data_file("instruments")
    entry = {key: value for key, value in table["I08"].items() if key != missing}
    with pytest.raises(BadInput, match=rf"data/instruments\.toml, I08: {missing} is missing"):
        read_instruments({"I08": entry})
    assert read_instruments({"I08": table["I08"]}) == (instruments()[7],)


@pytest.mark.parametrize("missing", CELLS)
def test_a_cell_left_out_is_none(missing):
    """Proposition 7."""
    table = read_data_file("instruments")["I08"]
    entry = {key: value for key, value in table.items() if key != missing}
    (read,) = read_instruments({"I08": entry})
    assert getattr(read, missing) == ({} if missing in ("cost", "against") else "none")


def test_an_entry_of_the_table_that_is_no_instrument_is_refused():
    """Proposition 7."""
    with pytest.raises(BadInput, match=r"data/instruments\.toml, limit: this is 0\.5"):
        read_instruments({"limit": 0.5})


def test_every_range_says_what_it_rests_on():
    """Proposition 6."""
    assert not [key for key, one in read_parameters().items() if not one.basis]
    with pytest.raises(BadInput, match="figure: which, and whence"):
        build_declaration("clans.fortune", {**GOOD, "basis": "habit"}, KEYS, "clans.toml")
    narrow = {**GOOD, "drawn": [GOOD["value"] + 0.01, GOOD["range"][1]]}
    with pytest.raises(BadInput, match="a part of the range that holds the value"):
        build_declaration("clans.fortune", narrow, KEYS, "clans.toml")
