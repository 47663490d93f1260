"""How the president perceives threats, through noise and flattering reports, and what he fears.

The threat of most spheres is that of :mod:`.institution_threats` and :mod:`.society_threats`. For
sixteen spheres there are nine numbers, beside the memory of a season.

Equations
---------
president.perceive
    rival    = clip01 of the largest of danger ((1 - reported) + f) (1 + noise e) over active
               rivals; he is the target
    press    = U (1 - M)
    courts   = U (1 - obedience), obedience averaged over courts
    bias     = kept bias + sqrt(1 - kept^2) e, where kept is what a month leaves of what is
               forgotten within a season: errors last, and their size is that of e
    threat   = that of the sphere's function; sphere weighs what he sees there, U what he does not
    believed = clip01(threat (1 + noise bias))
    his fear moves to clip01(sum of believed^2 over spheres) within a season

    U is unease_about_unseen with vigilance, and election_threat the threat of a vote.

Symbols
-------
danger, reported : how dangerous a rival is; contentment that governors report
f, M : foresight of the ruler; control of the media
bias : the ruler's lasting error about a sphere
e : standard normal draws, one for each rival and each sphere

References
----------
Theses T009 T010 T012 T013 T016 T043 T051 T066 T073 T109 T110 T121; chapter, "Conclusion".
"""

import math
from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_discontented, stands_by_himself
from poruka.engine.kinds import External, Mandate, Sphere
from poruka.engine.random_streams import normal
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, ThreatsNumbers, World
from poruka.rules.actors.institution_threats import (
    cabinet_threat,
    election_threat,
    lesser_mandate_threat,
    provinces_threat,
    threat_of_house,
    unease_about_unseen,
)
from poruka.rules.actors.society_threats import (
    blame_threat,
    business_threat,
    ethnic_camps_threat,
    kin_threat,
    parties_threat,
    post_tenure_threat,
    street_threat,
    succession_threat,
)

# The draws of president.perceive: one for each contender and one for each sphere, by row.
DRAW_RIVAL_ERROR = 1
DRAW_SPHERE_ERROR = 2


class PerceivedRival(NamedTuple):
    """The most dangerous rival, as the ruler sees it: his row, -1 for none, and his danger."""

    row: int
    danger: float


# --- equations --------------------------------------------------------------------------------


@kernel
def rival_seen(danger, reported_contentment, foresight):
    """Return the danger a ruler sees in a rival before his error of the month.

    He learns of it from reports of discontent and by his own foresight (T009):

    >>> rival_seen(0.3, 0.2, 0.5) > rival_seen(0.3, 0.9, 0.5)
    True
    >>> rival_seen(0.3, 0.2, 0.9) > rival_seen(0.3, 0.2, 0.5)
    True
    """
    return danger * ((1.0 - reported_contentment) + foresight)


@kernel
def error_about_sphere(bias, draw, season):
    """Return this month's error about a threat: errors last, they are not drawn afresh.

    >>> error_about_sphere(1.0, 0.0, 3.0) > error_about_sphere(0.0, 0.0, 3.0)
    True
    """
    kept = forget(1.0, season)
    return kept * bias + math.sqrt(1.0 - kept * kept) * draw


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _reported_contentment(world: World):
    """Return the contentment that governors report, averaged over the regions."""
    reports = 0.0
    for i in range(len(world.regions)):
        reports += world.regions[i].reported
    return reports / len(world.regions)


@kernel
def _strongest_rival(world: World, noise, stream: Stream, reported_contentment):
    """Return the rival in whom the ruler sees the greatest danger."""
    best, target = 0.0, -1
    foresight = world.president[0].foresight
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        seen = rival_seen(contender.threat, reported_contentment, foresight)
        seen = through(world, Channel.RIVAL_SEEN, j, seen)
        danger = seen * (1.0 + noise * normal(stream, DRAW_RIVAL_ERROR, j))
        if contender.active and stands_by_himself(j) and danger > best:
            best, target = danger, j
    return PerceivedRival(target, through(world, Channel.DANGER_OF_RIVAL, 0, clip01(best)))


@kernel
def _court_defiance(world: World):
    """Return how far the courts disobey, summed over them."""
    court_defiance = 0.0
    for k in range(len(world.courts)):
        court_defiance += 1.0 - world.courts[k].obedience
    return court_defiance


@kernel
def _movement_energy(world: World):
    """Return the energy of all active movements."""
    energy = 0.0
    for m in range(len(world.movements)):
        energy += world.movements[m].energy if world.movements[m].active else 0.0
    return energy


@kernel
def _threat_of_business(world: World, p, unease):
    """Return the threat from the rich in this world."""
    critics, wealth, distant_wealth = 0.0, TINY, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if is_discontented(oligarch.stance):
            critics += 1.0
        wealth += oligarch.wealth
        distant_wealth += oligarch.wealth * (1.0 - oligarch.nearness)
    critics = through(world, Channel.CRITICS_AMONG_RICH, 0, critics / len(world.oligarchs))
    distant = through(world, Channel.UNEASE_ABOUT_FORTUNES, 0, unease * (distant_wealth / wealth))
    return business_threat(p, critics, distant)


# --- the rule ---------------------------------------------------------------------------------


@kernel
def _see_institutions(world: World, p: ThreatsNumbers, unease, independence):
    """Set the threat from parliament, press, provinces, courts, cabinet and a lesser mandate."""
    constitution = world.constitution[0]
    premier = world.premier[0]
    society = world.society[0]
    house = threat_of_house(world)
    house = through(world, Channel.THREAT_OF_HOUSE, 0, house)
    world.spheres[Sphere.PARLIAMENT].threat = p.sphere * house
    free_press = unease * (1.0 - world.index[0].media_control)
    world.spheres[Sphere.PRESS].threat = through(world, Channel.PRESS_OUT_OF_HAND, 0, free_press)
    world.spheres[Sphere.PROVINCES].threat = provinces_threat(
        p, unease, society.delivering, constitution.governors_appointed
    )
    defiance = unease * _court_defiance(world) / len(world.courts)
    world.spheres[Sphere.COURTS].threat = through(world, Channel.COURTS_OUT_OF_HAND, 0, defiance)
    hurt = through(world, Channel.MEMORY_OF_SCARE, 0, world.president[0].hurt_by_premier)
    cabinet = through(world, Channel.FEAR_OF_PREMIER, 0, cabinet_threat(p, premier.power, hurt))
    world.spheres[Sphere.CABINET].threat = p.sphere * cabinet
    world.spheres[Sphere.LESSER_MANDATE].threat = p.sphere * lesser_mandate_threat(
        world.outsides[External.NEIGHBOUR_MANDATE].value,
        constitution.mandate,
        independence,
        world.outsides[External.ALLY].value,
    )


@kernel
def _see_society(world: World, p: ThreatsNumbers, unease):
    """Set the threat from parties, street, business, ethnic camps and blame."""
    constitution = world.constitution[0]
    society = world.society[0]
    energy = through(world, Channel.PRESSURE_OF_MOVEMENTS, 0, _movement_energy(world))
    world.spheres[Sphere.PARTIES].threat = parties_threat(
        p, unease, energy, constitution.party_barrier
    )
    protest = through(world, Channel.PRESSURE_OF_STREET, 0, society.protest)
    world.spheres[Sphere.STREET_PROTEST].threat = street_threat(
        p, protest, unease, constitution.street_banned
    )
    owners = through(world, Channel.OWNERS_FEARED, 0, _threat_of_business(world, p, unease))
    world.spheres[Sphere.BUSINESS].threat = owners
    world.spheres[Sphere.ETHNIC_CAMPS].threat = p.sphere * ethnic_camps_threat(
        society.tension, world.outsides[External.TERRITORIAL_CLAIMS].value, society.statehood
    )
    hardship = through(world, Channel.SLUMP_AS_BLAME, 0, world.economy[0].hardship)
    blame = blame_threat(world.president[0].approval, hardship)
    blame = through(world, Channel.FEAR_OF_BLAME, 0, blame)
    world.spheres[Sphere.BLAME].threat = p.sphere * blame


@kernel
def _see_his_own_end(world: World, p: ThreatsNumbers, unease):
    """Set the threat from kin, from what awaits him after office, and from the succession."""
    president = world.president[0]
    constitution = world.constitution[0]
    society = world.society[0]
    united = through(world, Channel.UNITED_AGAINST_KIN, 0, society.united_against_kin)
    world.spheres[Sphere.KIN].threat = p.sphere * kin_threat(
        society.fear_of_kin, united, society.heirs, president.expected_end
    )
    inquiries = world.outsides[External.PROSECUTION].value
    inquiries = through(world, Channel.PROSECUTION_ABROAD, 0, inquiries)
    fate = p.sphere * post_tenure_threat(p, president.guilt, inquiries, constitution.immunity)
    world.spheres[Sphere.POST_TENURE_FATE].threat = through(
        world, Channel.FATE_AFTER_OFFICE, 0, fate
    )
    world.spheres[Sphere.SUCCESSION].threat = succession_threat(
        p, constitution.deputy_office, unease, president.health, president.expected_end
    )


@kernel
def _believed_threats_squared(world: World, noise, season, stream: Stream):
    """Set what the ruler believes about every sphere; return the sum of squares of it."""
    squared_threats = 0.0
    for s in range(len(world.spheres)):
        sphere = world.spheres[s]
        draw = normal(stream, DRAW_SPHERE_ERROR, s)
        sphere.bias = error_about_sphere(sphere.bias, draw, season)
        sphere.believed_threat = clip01(sphere.threat * (1.0 + noise * sphere.bias))
        squared_threats += sphere.believed_threat * sphere.believed_threat
    return squared_threats


@rule(
    id="president.perceive",
    claim=(
        "He sees threats through noise and flattering reports; spheres that nobody controls count"
        " as threats in themselves, so control must keep growing."
    ),
    theses=["T009", "T010", "T012", "T013", "T016", "T043", "T051", "T066", "T109", "T110", "T121"],
    locator="Conclusion",
    standing="operationalised",
    mechanism="M2.appraisal",
)
def perceive(world: World, params: Parameters, stream: Stream):
    """Set the threat of every sphere, what he believes about it, and his fear."""
    p = params.threats
    president = world.president[0]
    society = world.society[0]
    noise, season = params.president.noise, params.memory.season
    independence = 1.0 - world.outsides[External.UNION_HOLD].value
    unease = unease_about_unseen(
        p,
        params.president.vigilance,
        president.foresight,
        through(world, Channel.RIPENESS_IN_UNEASE, 0, society.readiness),
        through(world, Channel.GUILT_AND_UNEASE, 0, min(1.0, president.guilt)),
        independence,
        through(world, Channel.PATRON_IN_UNEASE, 0, world.outsides[External.ALLY].value),
    )
    rival = _strongest_rival(world, noise, stream, _reported_contentment(world))
    president.target = rival.row
    world.spheres[Sphere.RIVAL].threat = rival.danger
    _see_institutions(world, p, unease, independence)
    _see_society(world, p, unease)
    _see_his_own_end(world, p, unease)
    vote = election_threat(
        p, society.election_near, president.foresight, society.support, rival.danger
    ) * (1.0 if world.constitution[0].mandate == Mandate.POPULAR else 0.0)
    world.spheres[Sphere.ELECTION].threat = through(world, Channel.VOTE_FEARED, 0, vote)
    squared_threats = _believed_threats_squared(world, noise, season, stream)
    president.fear = approach(president.fear, clip01(squared_threats), season)
