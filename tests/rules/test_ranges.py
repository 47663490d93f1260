"""A range follows from what its number means, and not from the value that the number has today.

1. A range with the value in its very middle is the whole scale of its unit, of which nothing else
   is known; or all that the weights of one sum can be, where they are equal; or it is listed here
   with what sets both of its ends.
   Numbers of rival accounts stand in the middle by their own rule (`tests/rules/test_rivals.py`).
2. The list is short, holds nothing that is no longer so, and nothing that rests on ignorance.
3. A range from 0 to twice the value, which says nothing but the value, is noticed.
"""

import math

import pytest

from poruka.engine.declarations import Parameter
from poruka.engine.number_groups import dirichlet_groups
from poruka.engine.parameters import main_parameters

UNITS_FROM_0_TO_1 = (
    *("share", "level", "threshold", "chance", "chance per month", "share per month"),
    *("weight", "factor", "utility"),
)
WHOLE_SCALES = {unit: (0.0, 1.0) for unit in UNITS_FROM_0_TO_1} | {"-1 to 1": (-1.0, 1.0)}
"""Units with a scale of their own; a weight, a factor or a utility of 1 counts as much as what it
is weighed against."""

SET_AT_BOTH_ENDS = {
    "conditions.divided": "half of a chamber, a quarter of deputies to either side being absent",
    "economy.inequality_floor": "Gini coefficients of the republics, about a quarter",
    "patronage.patron": "a half, as his part is not the smaller one, and the whole",
    "population.ages_span": "from adult age to the expectation of life, lowest and highest",
    "population.usual": "between the steps slight and strong of the codebook",
}
"""Numbers in the middle of their range, and what sets the ends."""


def is_centred(number: Parameter) -> bool:
    """Return whether a number stands in the very middle of its range."""
    return math.isclose(number.value - number.low, number.high - number.value, rel_tol=1e-9)


def says_why(number: Parameter, sums: dict[str, float]) -> bool:
    """Return whether the range of a centred number follows from its unit, or from its sum."""
    if WHOLE_SCALES.get(number.unit) == (number.low, number.high):
        return True
    whole = sums.get(number.dirichlet, 0.0)
    return number.low == 0.0 and math.isclose(number.high, whole)


def sums_of_weights() -> dict[str, float]:
    """Return the sum of each group of weights."""
    declared = main_parameters()
    return {
        group: sum(declared[key].value for key in keys)
        for group, keys in dirichlet_groups(declared).items()
    }


def centred_without_reason() -> set[str]:
    sums = sums_of_weights()
    return {
        key
        for key, number in main_parameters().items()
        if is_centred(number) and not says_why(number, sums)
    }


def test_a_range_is_not_centred_on_the_value_by_habit():
    """Propositions 1 and 2: every such range is listed, and every listed one is such."""
    assert centred_without_reason() == set(SET_AT_BOTH_ENDS)
    assert len(SET_AT_BOTH_ENDS) <= 5


@pytest.mark.parametrize("key", SET_AT_BOTH_ENDS)
def test_a_listed_range_rests_on_something(key):
    """Proposition 2."""
    assert main_parameters()[key].basis.startswith(("text: ", "figure: "))


@pytest.mark.parametrize(
    ("unit", "value", "low", "high", "noticed"),
    [
        ("weight", 0.2, 0.0, 0.4, True),
        ("months", 36.0, 12.0, 60.0, True),
        ("share per month", 0.05, 0.0, 0.1, True),
        ("share", 0.5, 0.0, 1.0, False),
        ("weight", 0.2, 0.0, 1.0, False),
    ],
)
def test_a_range_made_of_the_value_is_noticed(unit, value, low, high, noticed):
    """Proposition 3."""
    number = main_parameters()["biology.illness"]._replace(
        unit=unit, value=value, low=low, high=high
    )
    assert (is_centred(number) and not says_why(number, {})) is noticed
