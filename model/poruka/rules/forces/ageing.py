"""Age and health of the ruler, and how long everyone expects him to last.

His body is a clock of its own: it asks neither the stage of the regime nor his popularity. The page
has more numbers than most, as three hazards of the body, illness, decline and death, have each a
level and share their growth with age, and what others expect has a horizon of its own.

Equations
---------
biology.age
    usual health = clip01(1 - health_decline max(0, age - old_age))
    health       moves to what is usual within a ``term``
    g            = exp(hazard_growth (age - old_age))
    he falls ill with chance illness g, and then health = health (1 - U)
    he dies with chance death g (1 + usual - health)

biology.reckon
    months left  = 12 max(0, expected_age - age) health
    believed     moves to months left (1 - horizon_danger threat) within a ``year``
    expected end = clip01(1 - believed / horizon_months)

Symbols
-------
age, health : the ruler's age in years, and his health from 0 to 1
g : the hazard at his age, that at old_age being 1
usual : the middle of a scale, `population.usual`
U : a uniform draw, how heavy the illness is
believed : months that he is believed to have left
threat : the strongest threat to him, from 0 to 1
expected end : how near his end is thought to be, 0 far away and 1 tomorrow

References
----------
Theses T036 T112 T114; chapter, "Some Comparisons" and "The Son-in-Law: Challenge and Defeat".
"""

import math

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import MONTHS_PER_YEAR
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule

DRAW_ILLNESS = 0
DRAW_ILLNESS_HARM = 1
DRAW_DEATH = 2


# --- equations ------------------------------------------------------------------------------------
@kernel
def usual_health(p, years):
    """Return the health that is usual at an age.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> usual_health(p, 55.0) > usual_health(p, 65.0)
    True
    """
    return clip01(1.0 - p.health_decline * max(0.0, years - p.old_age))


@kernel
def hazard_of_age(p, years):
    """Return how much more dangerous an age is than that at which health begins to decline.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> hazard_of_age(p, 70.0) > hazard_of_age(p, 60.0)
    True
    """
    return math.exp(p.hazard_growth * (years - p.old_age))


@kernel
def health_after_illness(health, severity):
    """Return what an illness leaves of the ruler's health.

    >>> 0.8 > health_after_illness(0.8, 0.5) > health_after_illness(0.8, 1.0)
    True
    """
    return health * (1.0 - severity)


@kernel
def death_chance(p, age_hazard, usual, health):
    """Return the chance that the ruler dies in this month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> in_middling_health = death_chance(p, 1.0, 0.5, 0.5)
    >>> death_chance(p, 2.0, 0.5, 0.5) > in_middling_health > death_chance(p, 1.0, 0.5, 0.9)
    True
    """
    return p.death * age_hazard * (1.0 + usual - health)


@kernel
def months_left(p, years, health):
    """Return the months that the ruler's age and health alone would leave him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> months_left(p, 50.0, 0.9) > months_left(p, 60.0, 0.9) > months_left(p, 60.0, 0.5)
    True
    """
    return MONTHS_PER_YEAR * max(0.0, p.expected_age - years) * health


@kernel
def months_expected(p, months, threat):
    """Return the time that is expected of a ruler: his danger takes a part of what his body leaves.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> months_expected(p, 90.0, 0.0) > months_expected(p, 90.0, 0.5)
    True
    """
    return months * (1.0 - p.horizon_danger * threat)


@kernel
def end_in_sight(p, months):
    """Return how near his end is thought to be, from the months that a ruler is given.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> end_in_sight(p, 12.0) > end_in_sight(p, 60.0)
    True
    """
    return clip01(1.0 - months / p.horizon_months)


# --- the rules ------------------------------------------------------------------------------------
@rule(
    id="biology.age",
    claim=(
        "The ruler ages, falls ill and may die, by a hazard that asks neither the stage of the"
        " regime nor his popularity."
    ),
    theses=["T112", "T114"],
    locator="Some Comparisons",
    standing="stated",
    mechanism="M10.biology",
)
def age(world, params, stream):
    """Let a month pass for the ruler's body."""
    p = params.biology
    president = world.president[0]
    president.age += 1.0 / MONTHS_PER_YEAR
    usual = usual_health(p, president.age)
    president.health = approach(president.health, usual, params.memory.term)
    age_hazard = through(world, Channel.YEARS_IN_HAZARD, 0, hazard_of_age(p, president.age))
    if uniform(stream, DRAW_ILLNESS, 0) < p.illness * age_hazard:
        severity = uniform(stream, DRAW_ILLNESS_HARM, 0)
        president.health = health_after_illness(president.health, severity)
        event = log_event(world, EventKind.ILLNESS, Entity.PRESIDENT, NOBODY, president.health)
        log_reason(world, event, Reason.HEALTH, president.health)
    usual = params.population.usual
    if uniform(stream, DRAW_DEATH, 0) < death_chance(p, age_hazard, usual, president.health):
        event = log_event(world, EventKind.DEATH, Entity.PRESIDENT, NOBODY, president.age)
        log_reason(world, event, Reason.HEALTH, president.health)
        world.crisis[0].kind = Crisis.VACANCY


@rule(
    id="biology.reckon",
    claim=(
        "Everyone estimates how long the ruler will last, and whoever expects the end looks past"
        " him."
    ),
    theses=["T036", "T112"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="operationalised",
    mechanism="M10.horizon",
)
def update_expected_tenure(world, params, stream):
    """Let everyone revise the time that he gives the ruler."""
    p = params.biology
    president = world.president[0]
    months = months_expected(
        p, months_left(p, president.age, president.health), clip01(world.index[0].strongest_threat)
    )
    president.believed_remaining_months = approach(
        president.believed_remaining_months, months, params.memory.year
    )
    president.expected_end = end_in_sight(p, president.believed_remaining_months)
