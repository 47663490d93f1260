"""What each number does.

1. Every parameter that declares a quantity moves it, in the declared direction, when raised from
   near its lower to near its upper bound.
2. Effects declared as reversing change sign between the lower and the upper half of the range.

Paired worlds (same seeds on both sides) give the test its power: each declared effect was at least
five standard errors on other seeds (see
`poruka.analysis.parameter_effects.measure_all_parameter_effects`), so a true one is missed with a
chance below 0.01 at the bound of two and a half used here.
"""

import pytest
from worlds import kazakhstan

from poruka.analysis.parameter_effects import (
    EFFECT_CONTEXTS,
    declared_effect,
    measure_parameter_effect,
    t_statistics,
    value_pairs_around_default,
)
from poruka.engine.declarations import NONE_DETECTED, NOT_MEASURED
from poruka.engine.parameters import parameters

WORLDS, SEED, BOUND = 40, 4_200, 2.5
# What acts only in rare moments needs more worlds to be seen.
FAINT = {
    "succession.agreement": 300,
    "succession.conditions": 300,
    "crisis.rounds": 400,
    "crisis.crowd_weight": 200,
    "president.consistency": 300,
    "abroad.west_fear": 250,
    "economy.luck": 300,
    "property.bite": 300,
    "citizens.silence": 250,
    "opposition.magnet": 250,
    "president.forestall": 150,
    "oligarchs.rounds": 100,
    "citizens.wish_for_hand": 100,
    "citizens.futility": 120,
    "clans.own_horde": 120,
    "parliament.crisis": 100,
    "president.untried": 100,
    "president.alarm": 100,
    "oligarchs.patriotism": 100,
    "opposition.restraint": 120,
    "posts.wariness": 100,
    "president.agreement": 100,
    "president.imitation": 80,
}


MEASURED = [
    key for key, one in parameters().items() if one.effect not in (NONE_DETECTED, NOT_MEASURED)
]


@pytest.mark.parametrize("key", MEASURED)
def test_a_parameter_moves_what_it_declares(key):
    """Propositions 1 and 2."""
    quantity, direction, context = declared_effect(parameters()[key])
    scenario = kazakhstan().change(EFFECT_CONTEXTS[context])
    worlds = FAINT.get(key, WORLDS if context == "usual" else 2 * WORLDS)
    if direction == "reverses":
        lower, upper = (
            t_statistics(measure_parameter_effect(scenario, key, worlds, SEED, values=values))[
                quantity
            ]
            for values in value_pairs_around_default(parameters()[key])
        )
        assert lower * upper < 0.0 and min(abs(lower), abs(upper)) > BOUND, (
            f"{key} should move {quantity} both ways: {lower:.1f}, {upper:.1f} standard errors"
        )
        return
    moved = t_statistics(measure_parameter_effect(scenario, key, worlds, SEED))[quantity]
    sign = 1.0 if direction == "+" else -1.0
    assert sign * moved > BOUND, (
        f"raising {key} should move {quantity} {direction}; it moves it by {moved:.1f} standard"
        " errors"
    )
