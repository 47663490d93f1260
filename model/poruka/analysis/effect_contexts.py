"""Countries in which the effect of a number is measured where the usual one does not show it."""

from poruka.rivals import RIVALS
from poruka.scenario.scenario import Scenario

EFFECT_CONTEXTS = {
    "usual": {},
    "old ruler": {
        "start.president.age": 72.0,
        "start.president.health": 0.6,
        "start.family.ambition": 0.7,
    },
    "shaky ruler": {
        "start.force.obedience": 0.35,
        "start.force.courts": 0.2,
        "start.opposition.moderate": 0.5,
        "start.media.independent": 0.9,
        "start.society.habit": 0.3,
        "start.president.goodwill": -0.2,
    },
    "crowds": {
        "start.force.obedience": 0.5,
        "protest.threshold": 0.6,
        "crisis.spark": 1.5,
        "start.opposition.moderate": 0.5,
        "start.media.independent": 0.9,
    },
    "dying ruler": {
        "start.president.age": 72.0,
        "start.family.ambition": 0.7,
        "biology.death": 0.02,
        "biology.illness": 0.0,
    },
    "slow privatisation": {"property.pace": 0.015},
    "presidency": {"start.constitution.mandate": 2.0},
    "lawful": {
        "start.society.law_custom": 0.6,
        "start.society.habit": 0.5,
        "start.society.autocratic_custom": 0.05,
        "start.society.order_demand": 0.3,
        "start.society.consensus": 0.6,
        "start.opposition.nationalist": 0.6,
        "start.opposition.moderate": 0.6,
        "start.media.independent": 0.7,
        "start.president.goodwill": -0.2,
    },
    "lost votes": {
        "start.society.habit": 0.3,
        "start.society.consensus": 0.7,
        "start.opposition.moderate": 0.8,
        "start.opposition.equals": 0.6,
        "start.media.independent": 0.8,
        "start.president.goodwill": -0.3,
        "start.society.order_demand": 0.25,
        "camps.clash": 0.0,
    },
    "war": {
        "start.society.camps_apart": 0.95,
        "start.society.minority_spread": 0.5,
        "start.society.order_demand": 0.25,
        "start.president.nation": 0.75,
        "start.opposition.nationalist": 0.75,
        "start.opposition.nationalist_radicalism": 0.75,
        "start.opposition.minority": 0.75,
    },
    "strong house": {
        "start.parliament.custom": 0.75,
        "start.parliament.powers": 0.85,
        "start.parliament.freedom": 0.85,
        "start.opposition.moderate": 0.85,
        "start.media.independent": 0.75,
        "start.society.law_custom": 0.5,
        "start.society.habit": 0.5,
        "start.force.obedience": 0.35,
    },
    "ailing ruler": {
        "start.president.age": 72.0,
        "start.president.health": 0.35,
        "start.family.ambition": 0.7,
        "start.family.sons": 2,
        "start.constitution.independent": 1,
        "start.outside.union_hold": 0.0,
    },
    "court of kin": {
        "start.president.age": 65.0,
        "start.president.health": 0.6,
        "start.president.caution": 0.85,
        "start.family.ambition": 0.85,
        "start.family.members": 8,
        "start.family.sons": 3,
        "start.society.kin_acceptance": 0.5,
        "start.society.order_demand": 0.5,
        "start.force.obedience": 0.75,
        "biology.death": 0.01,
    },
}
"""Countries in which an effect is measured, by name: overrides of the scenario.

What happens only after the ruler has left does not show where the ruler stays to the end. A number
of a rival account is measured under its rules: the context has the name of the rival.
"""


def scenario_in_context(scenario: Scenario, context: str) -> Scenario:
    """Return the scenario in which an effect is measured.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> scenario_in_context(load("kazakhstan"), "diffusion").rules == RIVALS["diffusion"]
    True
    """
    if context in RIVALS:
        return scenario.with_rules(RIVALS[context])
    return scenario.change(EFFECT_CONTEXTS[context])
