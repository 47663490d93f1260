"""The labels a reader sees instead of stored codes."""

import pytest

from poruka.engine.codes import CONTENDERS, CRISES, EVENT_KINDS, OUTCOMES, POSTS, SPHERES
from poruka.engine.state import fields, tables
from poruka.utils.labels import LABELS, format_label

INDICES = tuple(field.name for field in tables()["index"].fields)
COMPLETE_FAMILIES = {
    "outcome": OUTCOMES,
    "index": INDICES,
    "contender": CONTENDERS,
    "sphere": SPHERES,
    "event": EVENT_KINDS,
    "post": POSTS,
    "crisis": CRISES,
}
FIELD_NAMES = tuple(dict.fromkeys(field.name for field in fields().values()))


@pytest.mark.parametrize("family", COMPLETE_FAMILIES)
def test_every_code_of_a_family_has_a_label_and_no_label_is_without_its_code(family):
    assert set(LABELS[family]) == set(COMPLETE_FAMILIES[family])


@pytest.mark.parametrize("family", LABELS)
def test_no_label_shows_an_underscore(family):
    codes = {**dict.fromkeys(COMPLETE_FAMILIES.get(family, ())), **LABELS[family]}
    for code in codes:
        label = format_label(code, family)
        assert label and "_" not in label, code


@pytest.mark.parametrize(
    "family, codes",
    [*((name, LABELS[name]) for name in LABELS), ("field", FIELD_NAMES), ("table", tables())],
)
def test_two_codes_of_a_family_never_share_a_label(family, codes):
    labels = [format_label(code, family) for code in codes]
    assert not sorted({label for label in labels if labels.count(label) > 1})


def test_one_thing_has_one_name_where_two_families_hold_the_same_code():
    ambiguous = {
        code
        for code in {code for table in LABELS.values() for code in table}
        if len({table[code] for table in LABELS.values() if code in table}) > 1
    }
    # Each of these means something else in each family; who shows one of them names the family.
    assert ambiguous == {"blame", "constitution", "mandate", "party"}


def test_a_code_that_is_not_listed_falls_back_to_itself_without_underscores():
    assert format_label("rouble_exit") == "rouble exit"
    with pytest.raises(KeyError):
        format_label("pact", "outcomes")
