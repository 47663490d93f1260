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
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from named_constants import GUARDS, MAJORITY, MEAN, PLACES, SCALE, has_form, uses
from number_counterfeits import HIDDEN_HALVES, counterfeits
from number_counterfeits import PLACES as NO_COUNTERFEITS
from number_literals import disguises, numbers, top_level_numbers

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
CONSTANTS = frozenset(name for name in vars(constants) if name.isupper() and name not in GUARDS)
NOT_MEASURED_YET = 0
"""Numbers of the rules of which nobody has measured what they move; to be lowered, never raised."""


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_rules_holds_no_number(name):
    """Proposition 1."""
    found = numbers(FILES[name].read_text())
    assert not found, "\n".join(f"{name}, line {line}: {text}" for line, text in found)


def test_the_count_covers_the_rules():
    """Proposition 1."""
    assert len(FILES) > 40


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_rules_hides_no_number(name):
    """Proposition 2."""
    source = FILES[name].read_text()
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


COUNTED = {
    "in an equation": ("def f(x):\n    return 0.3 * x", 1),
    "in an assignment": ("def f(x):\n    x.a = 7", 1),
    "in a tuple": ("def f(x):\n    x.a, x.b = 67, 47", 2),
    "in a call": ("def f(x):\n    return relax(x, 0.0, 0.25)", 1),
    "in range": ("def f(x):\n    for _ in range(6):\n        g(x)", 1),
    "as a default": ("def f(x, rate=0.25):\n    return x * rate", 1),
    "at the top": ("RATE = 0.25", 1),
    "in a table at the top": ("RATES = {'a': 0.25, 'b': 3}", 2),
    "below zero": ("def f(x):\n    return x - -2.0", 1),
    "in another base": ("def f(x):\n    return x * 0x10 + 0b11", 2),
    "with an exponent": ("def f(x):\n    return x * 5e-1", 1),
    "two": ("def f(x):\n    return x / 2", 1),
    "beside a draw": ("def f(s, i):\n    return uniform(s, 20, i) < 0.2", 1),
    "in a call inside an address": ("def f(s, i):\n    return uniform(s, g(20), i)", 1),
    "a fraction in an address": ("def f(s, i):\n    return uniform(s, int(2.5 * i), i)", 1),
    "in a subscripted tuple": ("def f(x):\n    return (0.3, 0.5)[1] * x", 2),
    "in a comparison": ("def f(x):\n    return x.age > 60", 1),
    "in a comprehension": ("def f(x):\n    return sum([3 * y for y in x])", 1),
    "imaginary": ("def f(x):\n    return x * 2j", 1),
    "a draw's name used as a number": ("DRAW_A = 20\ndef f(x):\n    return DRAW_A * x", 1),
    "zero, one and minus one": ("def f(x):\n    return x * 0.0 + 1 - (-1.0)", 0),
    "a subscript": ("def f(x):\n    return x[4].y", 0),
    "an address": ("def f(s, i):\n    return uniform(s, 20 + i, 3) + normal(s, 2, i)", 0),
    "a named address": ("DRAW_A = 20\ndef f(s, i):\n    return uniform(s, DRAW_A + i, i)", 0),
    "a text": ("def f(x):\n    '''Return 3.'''\n    return x", 0),
}


@pytest.mark.parametrize("place", COUNTED)
def test_numbers_are_seen_wherever_they_stand(place):
    """Proposition 4."""
    source, count = COUNTED[place]
    assert len(numbers(source)) == count


HIDDEN = {
    "a product": "def f(x):\n    return x * (2 * 3)",
    "a sum of ones": "def f(x):\n    return x / (1 + 1)",
    "a quotient of sums": "def f(x):\n    return x * (1 / (1 + 1))",
    "a shift": "def f(x):\n    return x * (1 << 1)",
    "truth added": "def f(x):\n    return x * (True + True)",
    "a converted text": "def f(x):\n    return x * float('0.3')",
    "a converted whole text": "def f(x):\n    return x * int('7')",
    "the length of a text": "def f(x):\n    return x * len('three')",
    "the length of a tuple": "def f(x):\n    return x * len((0, 0, 0))",
    "a letter's code": "def f(x):\n    return x * ord('a')",
    "letters counted": "def f(x):\n    return x * 'aaa'.count('a')",
    "bytes": "def f(x):\n    return x * b'abc'[0]",
    "a function of one": "def f(x):\n    return x * math.exp(1.0)",
    "pi": "def f(x):\n    return x * math.pi",
    "a library's constant": "from math import tau",
    "numpy's text": "def f(x):\n    return x * np.float64('0.3')",
    "a machine's number": "def f(x):\n    return x * np.finfo(x).eps",
    "a constant from elsewhere": "from poruka.utils.labels import RATE",
    "everything from elsewhere": "from poruka.utils.labels import *",
    "an attribute of a number": "def f(x):\n    return x * (1).bit_length()",
    "names of ones": "def f(x):\n    one = 1.0\n    return x / (one + one)",
    "ones with other names": "ONE = 1\ndef f(x):\n    return x / (ONE + ONE)",
    "ones compared": "def f(x):\n    return x * ((1 == 1) + (1 == 1))",
    "an inverted zero": "def f(x):\n    return x * ~1",
    "a parsed text": "def f(x):\n    return x * eval('0.3')",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_ways_to_hide_a_number_are_refused(way):
    """Proposition 4."""
    assert disguises(HIDDEN[way])


COUNTERFEIT = {
    "a term twice": "def f(x):\n    return x + x",
    "a one between": "def f(x):\n    return 1.0 + x + 1.0",
    "a third": "def f(x):\n    return x.a / (x.a + x.a + x.a)",
    "a term over itself": "def f(x):\n    return y + x / x",
    "a factor over itself": "def f(x):\n    return y * x / x",
    "an exponent": "def f(x):\n    return x * x * x",
    "a step twice": "def f(x):\n    x += 1.0\n    x += 1.0\n    return x",
    "a loop over noughts": "def f(x):\n    for _ in (0, 0, 0):\n        x += y\n    return x",
    "a loop over letters": "def f(x):\n    return [x for _ in 'abc']",
    "a kind": "def f(x):\n    return x * Stance.OPPONENT",
    "a kind converted": "def f(x):\n    return x / float(Stance.OPPONENT + 0)",
    "a small name from elsewhere": "from poruka.utils.labels import rate",
    "a library": "import calendar",
    "a docstring": "def f(x):\n    return x * len(f.__doc__)",
    "a module's name": "def f(x):\n    return x * len(__name__)",
    "a place in a call": "def f(x):\n    return x * range(len(x))[5]",
    "truth and a comparison": "def f(x):\n    return x * (True + (x > 0))",
}


@pytest.mark.parametrize("way", COUNTERFEIT)
def test_counterfeits_are_refused(way):
    """Proposition 4."""
    assert counterfeits(COUNTERFEIT[way])


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
    assert not disguises(source) and not numbers(source) and not counterfeits(source)
