"""Age and health of the ruler, and how long everyone expects him to last.

His body is a clock of its own: it asks neither the stage of the regime nor his popularity. What
others make of it is not a count of months but a chance: that he is no longer fit to rule after
another term, or no longer there. His age, his illness and a due vote are known to all; a due vote
means little while nobody can think of another ruler. The page has more numbers than most, as three
hazards of the body, illness, decline and death, have each a level and share their growth with age.

Equations
---------
biology.age
    usual health = clip01(1 - health_decline max(0, age - old_age))
    health       moves to what is usual within a ``term``
    g            = exp(hazard_growth (age - old_age))
    he falls ill with chance illness g, and then health = health (1 - U)
    he dies with chance death g (1 + middling_health - health)

biology.reckon
    fit          = health exp(-``term`` g (illness + death (1 + middling_health - health)))
    held         = (1 - horizon_danger threat) (1 - near belief)
    expected end moves to 1 - fit held within a ``year``

Symbols
-------
age, health : the ruler's age in years, and his health from 0 to 1
g : the hazard at his age, that at old_age being 1
middling_health : health at which the hazard of death is that of the age alone, a number
U : a uniform draw, how heavy the illness is
fit, held : chance that his body, and his hold on the office, last for another term
threat : the strongest threat to him, from 0 to 1
near, belief : nearness of the vote on him; the highest belief in another ruler
expected end : how near his end is thought to be, 0 far away and 1 at hand

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
from poruka.engine.world_types import BiologyNumbers, Parameters, Stream, World

DRAW_ILLNESS = 0
DRAW_ILLNESS_HARM = 1
DRAW_DEATH = 2


# --- equations ------------------------------------------------------------------------------------
@kernel
def usual_health(p: BiologyNumbers, years):
    """Return the health that is usual at an age.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> usual_health(p, 55.0) > usual_health(p, 65.0)
    True
    """
    return clip01(1.0 - p.health_decline * max(0.0, years - p.old_age))


@kernel
def hazard_of_age(p: BiologyNumbers, years):
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
def death_chance(p: BiologyNumbers, age_hazard, health):
    """Return the chance that the ruler dies in this month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> in_middling_health = death_chance(p, 1.0, 0.5)
    >>> death_chance(p, 2.0, 0.5) > in_middling_health > death_chance(p, 1.0, 0.9)
    True
    """
    return p.death * age_hazard * (1.0 + p.middling_health - health)


@kernel
def fit_to_rule(p: BiologyNumbers, age_hazard, health, term):
    """Return the chance that a ruler is fit to rule after another term, by his age and health.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> young, old = hazard_of_age(p, 50.0), hazard_of_age(p, 65.0)
    >>> 1.0 > fit_to_rule(p, young, 0.9, 60.0) > fit_to_rule(p, old, 0.9, 60.0)
    True
    >>> fit_to_rule(p, old, 0.9, 60.0) > fit_to_rule(p, old, 0.5, 60.0) > 0.0
    True
    """
    monthly_hazard = p.illness * age_hazard + death_chance(p, age_hazard, health)
    return health * math.exp(-term * monthly_hazard)


@kernel
def hold_on_office(p: BiologyNumbers, threat, election_near, belief_in_alternative):
    """Return the chance that he is left in office: rivals endanger him, and a vote another may win.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("biology")
    >>> hold_on_office(p, 0.1, 0.5, 0.2) > hold_on_office(p, 0.6, 0.5, 0.2)
    True
    >>> hold_on_office(p, 0.1, 0.0, 0.6) > hold_on_office(p, 0.1, 1.0, 0.6)
    True

    Where nobody can think of another ruler, a due date means nothing:

    >>> hold_on_office(p, 0.1, 1.0, 0.0) == hold_on_office(p, 0.1, 0.0, 0.0)
    True
    """
    return (1.0 - p.horizon_danger * threat) * (1.0 - election_near * belief_in_alternative)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def end_in_sight(world: World, params: Parameters, threat, election_near, belief_in_alternative):
    """Return how near everybody must think the ruler's end, by his body, rivals and a due vote."""
    p = params.biology
    president = world.president[0]
    age_hazard = hazard_of_age(p, president.age)
    fit = fit_to_rule(p, age_hazard, president.health, params.memory.term)
    fit = through(world, Channel.BODY_IN_HORIZON, 0, fit)
    return 1.0 - fit * hold_on_office(p, threat, election_near, belief_in_alternative)


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
def age(world: World, params: Parameters, stream: Stream):
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
    if uniform(stream, DRAW_DEATH, 0) < death_chance(p, age_hazard, president.health):
        event = log_event(world, EventKind.DEATH, Entity.PRESIDENT, NOBODY, president.age)
        log_reason(world, event, Reason.HEALTH, president.health)
        world.crisis[0].kind = Crisis.VACANCY


@rule(
    id="biology.reckon",
    claim=(
        "Age, illness and due votes are known to all; everyone reckons from them whether the ruler"
        " lasts another term, and whoever doubts it looks past him."
    ),
    theses=["T036", "T112"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="operationalised",
    mechanism="M10.horizon",
)
def update_expected_tenure(world: World, params: Parameters, stream: Stream):
    """Let everyone revise how near he thinks the ruler's end."""
    president = world.president[0]
    society = world.society[0]
    threat = clip01(world.index[0].strongest_threat)
    near = through(world, Channel.DUE_VOTE_IN_HORIZON, 0, society.election_near)
    end = end_in_sight(world, params, threat, near, society.belief_in_alternative)
    president.expected_end = approach(president.expected_end, end, params.memory.year)
