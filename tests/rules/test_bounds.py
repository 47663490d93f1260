"""Compiled with bounds checking, no rule reaches outside its tables.

1. Forty default worlds, worlds at random points and worlds of the smallest scale run without
   leaving a table.
2. So do worlds under the rules of each rival account.
"""

import numpy as np
import pytest
from test_invariants import random_point
from worlds import kazakhstan, play, small

from poruka.rivals import RIVALS

pytestmark = pytest.mark.bounds


def test_no_rule_reaches_outside_its_tables():
    """Proposition 1: an index out of range raises instead of reading a neighbour."""
    draw = np.random.default_rng(77)
    for number in range(40):
        play(kazakhstan(), seed=21, world=number, months=178)
        play(kazakhstan().change(random_point(draw)), seed=21, world=number, months=178)
    play(
        small().change(
            {
                "start.scale.oligarchs": 12,
                "start.scale.regions": 2,
                "start.scale.clients": 3,
                "start.scale.citizens": 20,
            }
        ),
        seed=21,
        world=0,
        months=178,
    )


@pytest.mark.parametrize("name", RIVALS)
def test_no_rule_of_a_rival_reaches_outside_its_tables(name):
    """Proposition 2."""
    draw = np.random.default_rng(78)
    for number in range(10):
        scenario = kazakhstan().change(random_point(draw)).with_rules(RIVALS[name])
        play(scenario, seed=21, world=number, months=178)
