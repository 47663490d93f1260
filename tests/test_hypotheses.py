"""The bench of hypothesis tests.

1. A declaration is data; what is wrong with a file is said with its place before anything is
   played.
2. A cause is a start value, a shock, an act or a state; every other key is a coefficient.
3. A declaration's hash depends on its content, not on comments or the order of keys.
"""

import pytest

from poruka.theory.hypotheses.causes import moved_coefficients, moved_keys
from poruka.theory.hypotheses.declaration import CauseArm
from poruka.theory.hypotheses.reading import declaration_hash, read_hypothesis
from poruka.utils.errors import BadInput

DECLARED = """
thesis = "T041"
[[part]]
cause = "danger to property"
low = { change = { "start.society.law_custom" = 0.9 } }
high = { change = { "start.society.law_custom" = 0.0 } }
quantity = "defections"
sign = "+"
smallest = 1.0
smallest_from = "one person"
channels = ["insecurity_of_property"]
[part.control]
cause = "obedience"
low = { change = { "start.force.obedience" = 0.2 } }
high = { change = { "start.force.obedience" = 0.9 } }
sign = "-"
smallest = 1.0
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("law_custom", "law_costum", "low in kazakhstan.*law_custom"),
        ('"defections"', '"defektions"', r"part 1 \(defektions\).*'defections'"),
        ('sign = "+"', 'sign = "up"', "part.0.sign"),
        ("T041", "T999", "unknown thesis 'T999'"),
        ("T041", "T042", "name the file after its thesis"),
        ('cause = "obedience"\n', "", "part.0.control.cause"),
        ("smallest_from", "smalest_from", "did you mean 'smallest_from'"),
        ('channels = ["insecurity_of_property"]', "", "name the links that carry the effect"),
        ("force.obedience", "society.law_custom", "a positive control is another cause"),
        ('sign = "+"\nsmallest', 'sign = "0"\nsmallest', "margin_argued"),
        ("[[part]]", 'untestable = "no"\n[[part]]', "give either"),
        ("[[part]]", 'scope = ["utopia"]\n[[part]]', "unknown country 'utopia'"),
        ("0.9 } }\nhigh = { change = { ", "0.0 } }\nhigh = { change = { ", "are the same"),
    ],
)
def test_a_broken_declaration_says_what_and_where(tmp_path, old, new, said):
    """Proposition 1."""
    path = tmp_path / "T041.toml"
    path.write_text(DECLARED)
    assert read_hypothesis(path).part[0].quantity == "defections"
    assert old in DECLARED
    path.write_text(DECLARED.replace(old, new))
    with pytest.raises(BadInput, match=f"(?s){said}"):
        read_hypothesis(path)


def test_a_cause_is_what_the_text_names_and_not_a_coefficient():
    """Proposition 2."""
    causes = [
        {"change": {"start.society.habit": 0.5}},
        {"change": {"shocks.oil.date": "1996-01"}},
        {"off": ["I13", "shocks.oil"]},
        {"happen": [{"date": "1998-10", "force": ["president.dies"]}]},
        {"fork": [{"at": "1998-10", "change": {"state.economy.assets_left": 0.1}}]},
        {"fork": [{"at": "1998-10", "force": "president.dies", "without": ["I13"]}]},
        {"pages": {"society": "russia"}},
        {"country": "russia"},
    ]
    coefficients = [
        {"change": {"property.pace": 0.1}},
        {"change": {"instruments.I13.strength": 0.1}},
        {"off": ["M3.predation"]},
        {"fork": [{"at": "1998-10", "change": {"property.pace": 0.1}}]},
        {"fork": [{"at": "1998-10", "without": ["M3.predation"]}]},
    ]
    for one in causes:
        assert moved_keys(CauseArm(), CauseArm(**one)), one
        assert not moved_coefficients(CauseArm(), CauseArm(**one)), one
        assert not moved_keys(CauseArm(**one), CauseArm(**one))
    for one in coefficients:
        assert moved_coefficients(CauseArm(), CauseArm(**one)), one


def test_a_hash_knows_the_content_and_not_the_comments(tmp_path):
    """Proposition 3."""
    path = tmp_path / "T041.toml"
    hashes = []
    for text in (
        DECLARED,
        "# one more comment\n" + DECLARED.replace("smallest = 1.0\n", "smallest = 1.00\n"),
        DECLARED.replace("[[part]]", "[[part]]\nworlds = 40"),
        DECLARED.replace("smallest = 1.0", "smallest = 1.1", 1),
    ):
        path.write_text(text)
        hashes.append(declaration_hash(read_hypothesis(path)))
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
