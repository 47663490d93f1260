"""No number stands hidden in the rules.

1. No file of the rules holds a number without a declaration, except 0, 1 and minus 1.
2. No file hides a number: by arithmetic between numbers, by converting a literal, by a constant of
   another library, or under a name at the top of a module.
3. Constants by name are few, stand in one module, and rules take them from there.
4. The count sees numbers wherever they stand and is not misled by the ways to write them.
5. Effects that are not measured only become fewer.
6. The table of instruments holds no number.
7. What is no number is not made one: a term added to itself, a loop over three of anything, a kind
   as a factor, the length of a docstring; the functions that equations are made of hold none.
8. A constant by name stands only where it is arithmetic, law or calendar: every place is listed
   with its reason, has the form that the reason asks for, and is there. Half of one and a share is
   no mean: half of it would be a number without a name.
9. No value before anything is set is a number: every field begins at 0, 1 or -1, and what a world
   starts from is set by the start.
10. A number is not made out of sight of its expression either: under a second name, by steps from
    one, by a function of the rules or of a library, by moved bits, by a coin, by an exponent, by a
    kind or the address of a draw where a magnitude is asked for.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_places import MADE_PLACES
from named_constants import GUARDS, MAJORITY, MEAN, PLACES, SCALE, has_form, uses
from number_counterfeits import HIDDEN_HALVES, counterfeits
from number_counterfeits import PLACES as NO_COUNTERFEITS
from number_literals import disguises, numbers, top_level_numbers
from number_makers import makers
from planted_numbers import COUNTED, COUNTERFEIT, HIDDEN, MADE

from poruka.engine import constants
from poruka.engine.declarations import NOT_MEASURED
from poruka.engine.parameters import parameters
from poruka.rules.instrument_numbers import given_instrument_numbers

ROOT = Path(__file__).parents[2]
RULES = ROOT / "model" / "poruka" / "rules"
DATA = ROOT / "model" / "poruka" / "data"
FILES = {path.relative_to(RULES).as_posix(): path for path in sorted(RULES.rglob("*.py"))} | {
    f"rivals/{path.name}": path for path in sorted((RULES.parent / "rivals").glob("[a-z]*.py"))
}
FILES |= {
    f"engine/{name}.py": RULES.parent / "engine" / f"{name}.py"
    for name in ("functions", "kind_predicates")
}
"""All that the rules are made of: their pages, rival accounts, and what all pages share."""
COUNTED_FILES = FILES | {"simulation/outcomes.py": RULES.parent / "simulation" / "outcomes.py"}
"""What also decides how a world is told: its outcome and its group."""
FIRST_VALUES = (0, 1, -1)
CONSTANTS = frozenset(name for name in vars(constants) if name.isupper() and name not in GUARDS)
NOT_MEASURED_YET = 0
"""Numbers of the rules of which nobody has measured what they move; to be lowered, never raised."""


@pytest.mark.parametrize("name", COUNTED_FILES)
def test_a_file_of_the_rules_holds_no_number(name):
    """Proposition 1."""
    found = numbers(COUNTED_FILES[name].read_text())
    assert not found, "\n".join(f"{name}, line {line}: {text}" for line, text in found)


def test_the_count_covers_the_rules():
    """Proposition 1."""
    assert len(FILES) > 40


@pytest.mark.parametrize("name", COUNTED_FILES)
def test_a_file_of_the_rules_hides_no_number(name):
    """Proposition 2."""
    source = COUNTED_FILES[name].read_text()
    assert not top_level_numbers(source)
    assert not disguises(source)


@pytest.mark.parametrize("name", FILES)
def test_nothing_else_is_made_a_number(name):
    """Proposition 7: nothing else is found, and nothing listed is gone."""
    assert set(counterfeits(FILES[name].read_text())) == NO_COUNTERFEITS.get(name, set())


def test_constants_by_name_are_few():
    """Proposition 3."""
    tree = ast.parse(Path(str(constants.__file__)).read_text())
    named = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert 0 < len(named) <= 20
    assert all(isinstance(node.value, ast.Constant) for node in named)
    assert all(len(node.targets) == 1 for node in named)


def test_effects_that_are_not_measured_become_fewer():
    """Proposition 5: a number added without a measured effect fails here."""
    unmeasured = [key for key, one in parameters().items() if one.effect == NOT_MEASURED]
    assert len(unmeasured) <= NOT_MEASURED_YET


def numbers_of_table(entry: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every number of a table that was read, however deep, with its place."""
    inside = entry.items() if isinstance(entry, dict) else ()
    inside = enumerate(entry) if isinstance(entry, list) else inside
    for key, value in inside:
        yield from numbers_of_table(value, (*path, str(key)))
    if not isinstance(entry, (dict, list, str, bool)):
        yield ".".join(path), entry


def test_the_table_of_instruments_holds_no_number():
    """Proposition 6: read from the file alone, without the package's own loader."""
    table = tomllib.loads((DATA / "instruments.toml").read_text())
    assert not list(numbers_of_table(table)) and len(given_instrument_numbers()) > 500


@pytest.mark.parametrize(
    "entry",
    [
        {"I01": {"strength": 0.5}},
        {"I01": {"cost": {"workers": 0.0}}},
        {"I01": {"against": {"rival": float("nan")}}},
        {"I01": {"needs": ["independent", 3]}},
        {"verbs": [1]},
        {"limit": 0.5},
    ],
)
def test_a_number_in_the_table_is_found(entry):
    """Proposition 6, from the other side."""
    assert len(list(numbers_of_table(entry))) == 1


def hidden_first_values(text: str) -> list[str]:
    """Return the fields of a table of fields that begin at another number than 0, 1 or -1."""
    return [
        f"{table}.{name}"
        for table, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
        if name != "table" and entry[4] not in FIRST_VALUES
    ]


def test_no_field_begins_at_a_number():
    """Proposition 9: read from the file alone, without the package's own loader."""
    assert not hidden_first_values((DATA / "fields.toml").read_text())


@pytest.mark.parametrize("planted", ["0.1", "-1000", "2", "0.5", "nan"])
def test_a_number_planted_as_a_first_value_is_found(planted):
    """Proposition 9, from the other side."""
    text = (DATA / "fields.toml").read_text()
    plain = 'hardship = ["real", "share", 0.0, 1.0, 0.0,'
    assert plain in text
    found = hidden_first_values(text.replace(plain, plain[:-4] + planted + ","))
    assert found == ["economy.hardship"]


def places_of_constants(source):
    return [use.expression for use in uses(source, CONSTANTS)]


@pytest.mark.parametrize("name", FILES)
def test_a_constant_by_name_stands_only_where_it_is_listed(name):
    """Proposition 8: nothing else is used, and nothing listed is gone."""
    assert set(places_of_constants(FILES[name].read_text())) == set(PLACES.get(name, {}))


@pytest.mark.parametrize("name", PLACES)
def test_a_constant_by_name_has_the_form_that_its_reason_asks_for(name):
    """Proposition 8."""
    for use in uses(FILES[name].read_text(), CONSTANTS):
        assert has_form(use, PLACES[name][use.expression]), use.expression


@pytest.mark.parametrize(
    "source",
    [
        "x = HALF",
        "x = f(HALF)",
        "x = constants.HALF * y",
        "from poruka.engine.constants import HALF as SHARE",
        "x = {TWO: 1}",
    ],
)
def test_a_constant_is_seen_wherever_it_is_used(source):
    """Proposition 8."""
    assert places_of_constants(source)


@pytest.mark.parametrize(
    ("expression", "reason", "allowed"),
    [
        ("(a + b) / TWO", MEAN, True),
        ("k * (1.0 - x + y) / TWO", MEAN, True),
        ("a / TWO", MEAN, False),
        ("(1.0 + a + b) / TWO", MEAN, False),
        ("(a - b - c) / TWO", MEAN, False),
        ("a * b / TWO", MEAN, False),
        ("(1.0 - x - y) / TWO", MEAN, True),
        ("(1.0 - x + (0.0 if y else 1.0)) / TWO", MEAN, True),
        ("TWO * votes > seats", MAJORITY, True),
        ("votes > HALF", MAJORITY, False),
        ("(1.0 - x) * (1.0 + market) / TWO", SCALE, True),
        ("(1.0 - ruler.nation) / TWO", SCALE, True),
        ("a + b * (TWO * share - 1.0)", SCALE, True),
        *((expression, reason, False) for expression, reason in HIDDEN_HALVES),
    ],
)
def test_a_mean_and_a_majority_are_told_from_a_number(expression, reason, allowed):
    """Proposition 8."""
    (use,) = uses(expression, CONSTANTS)
    assert has_form(use, reason) is allowed


@pytest.mark.parametrize("place", COUNTED)
def test_numbers_are_seen_wherever_they_stand(place):
    """Proposition 4."""
    source, count = COUNTED[place]
    assert len(numbers(source)) == count


@pytest.mark.parametrize("way", HIDDEN)
def test_ways_to_hide_a_number_are_refused(way):
    """Proposition 4."""
    assert disguises(HIDDEN[way])


@pytest.mark.parametrize("way", COUNTERFEIT)
def test_counterfeits_are_refused(way):
    """Proposition 4."""
    assert counterfeits(COUNTERFEIT[way])


@pytest.mark.parametrize("name", FILES)
def test_no_number_is_made_out_of_sight(name):
    """Proposition 10: nothing else is found, and nothing listed is gone."""
    assert set(makers(FILES[name].read_text())) == MADE_PLACES.get(name, set())


@pytest.mark.parametrize("way", MADE)
def test_numbers_made_out_of_sight_are_refused(way):
    """Proposition 10, from the other side."""
    assert makers(MADE[way])


def test_plain_code_is_not_refused():
    """Proposition 4: the equations of a rule hide nothing."""
    source = """
from poruka.engine.codes import NOBODY
from poruka.engine.constants import MONTHS_PER_YEAR

@rule(id="a.b", claim="A claim.", theses=["T001"])
def f(world, params, stream):
    count, total = 0, 0.0
    for i in range(len(world.clans)):
        clan = world.clans[i]
        total += clan.wealth * (1.0 - clan.posts) / MONTHS_PER_YEAR
        count += 1 if clan.posts > params.clans.threshold else 0
        draws = uniform(stream, 20 + i, i) + uniform(stream, 2 + 1, i)
    for step in range(int(params.crisis.rounds)):
        total = clip01(max(0.0, total) + step)
    return -1.0 * total if count > 0 and total == -1 else NOBODY
"""
    assert not disguises(source) and not numbers(source)
    assert not counterfeits(source) and not makers(source)
