"""Ethnic camps: they arm against each other's arming, and from brawls a war may come.

Mutual fear and backing from abroad mobilise them; a ruler who moderates calms them. The page has
more numbers than most, as it holds how camps arm and how a clash becomes a war.

Equations
---------
camps.mobilise
    excluded   = 1 - hearing clip01(law_custom + consensus)
    moderation = moderation (1 - |nation|) calming (1 + approval + integration_talk)
    fear of the minority = claims + max(0, nation) + T + O
    fear of the titulars = claims + M + N
    stakes     = what either people would lose by the other's victory (see :mod:`.peoples`)
    occasion   = mixture (window excluded (1 - clip01(moderation)) + heat_fear heat)
    M and T move to clip01(fear stakes x fear of the camp x occasion) within a ``season``
    tension    = M T, and heat is forgotten within a ``year``

camps.clash
    two camps of a region clash with chance clash tension; then heat = 1, blood grows by
    clash_blood, and the clash becomes a war with chance escalation heat tension (1 - war), heat
    being that of the clashes before
    the heat of the crisis that a war opens = war_heat + (1 - war_heat) tension
    war is forgotten within a ``year``

Symbols
-------
law_custom, consensus : custom of law in society, and agreement on what the state should be
nation : what the ruler stands for, from -1 (the minority) to 1 (the titular nation)
claims : claims to territory from abroad
window : how far the union has let go and the new state is not yet believed in
mixture : how mixed a region is, 1 where both peoples are equal
M, T : how far the minority and the titular people of a region are mobilised
O, N : organisation of the minority's leader and of the nationalist contender
heat, tension : clashes remembered in a region, and how far both its camps stand ready
war, blood : war in the country, and blood in the streets

References
----------
Theses T060 T085 T091 T092 T111 T126; chapter, the section that the rules name.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import MIXTURE_SCALE
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, External, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.rules.forces.peoples import stakes_of_peoples

DRAW_CLASH = 0
DRAW_ESCALATION = 1


# --- equations ------------------------------------------------------------------------------------
@kernel
def exclusion_of_camps(p, law_custom, consensus):
    """Return how little a camp can expect to be heard, so that it has to arm (T060, T085, T126).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("camps")
    >>> exclusion_of_camps(p, 0.0, 0.0) > exclusion_of_camps(p, 0.5, 0.0)
    True
    >>> exclusion_of_camps(p, 0.0, 0.0) > exclusion_of_camps(p, 0.0, 0.5)
    True
    """
    return 1.0 - p.hearing * clip01(law_custom + consensus)


@kernel
def moderation_of_ruler(p, nation, approval, integration_talk):
    """Return how far a ruler calms the camps: one who stands for both, is liked and talks of union.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("camps")
    >>> moderation_of_ruler(p, 0.0, 0.5, 0.0) > moderation_of_ruler(p, 0.6, 0.5, 0.0)
    True
    >>> moderation_of_ruler(p, 0.0, 0.9, 0.0) > moderation_of_ruler(p, 0.0, 0.5, 0.0)
    True
    >>> moderation_of_ruler(p, 0.0, 0.5, 1.0) > moderation_of_ruler(p, 0.0, 0.5, 0.0)
    True
    """
    heard = p.calming * (1.0 + approval + integration_talk)
    return p.moderation * (1.0 - abs(nation)) * heard


@kernel
def occasion_to_arm(p, openness, moderation, mixture, heat):
    """Return how far fear can turn into arming in a region.

    ``openness`` is the window of the dissolving state times the exclusion of the camps. Where one
    camp lives alone there is nobody to arm against.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("camps")
    >>> occasion_to_arm(p, 0.5, 0.2, 1.0, 0.0) > occasion_to_arm(p, 0.5, 0.8, 1.0, 0.0)
    True
    >>> occasion_to_arm(p, 0.5, 0.2, 1.0, 0.5) > occasion_to_arm(p, 0.5, 0.2, 1.0, 0.0)
    True
    >>> occasion_to_arm(p, 0.5, 0.2, 0.0, 0.5)
    0.0
    """
    return mixture * (openness * (1.0 - clip01(moderation)) + p.heat_fear * heat)


@kernel
def goal_of_camp(p, stakes, fear, occasion):
    """Return how far a camp mobilises in the end: by what it would lose, and where it can arm.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("camps")
    >>> some = goal_of_camp(p, 0.5, 0.8, 0.5)
    >>> some > goal_of_camp(p, 0.5, 0.4, 0.5) and some > goal_of_camp(p, 0.5, 0.8, 0.2)
    True
    >>> some > goal_of_camp(p, 0.1, 0.8, 0.5) > goal_of_camp(p, 0.0, 0.8, 0.5)
    True
    """
    return clip01(p.fear * stakes * fear * occasion)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def _openness(world, p):
    """Return how far the state is open to a contest of camps: window times exclusion."""
    society = world.society[0]
    window = clip01(1.0 - world.outsides[External.UNION_HOLD].value) * (1.0 - society.statehood)
    exclusion = exclusion_of_camps(p, society.law_custom, society.consensus)
    return window * through(world, Channel.CAMPS_NOT_HEARD, 0, exclusion)


@kernel
def _arm_region(params, region, stakes, occasion, minority_fear, titular_fear):
    """Move both camps of a region towards what they fear, and let its clashes be forgotten."""
    p = params.camps
    season = params.memory.season
    minority_goal = goal_of_camp(p, stakes, minority_fear, occasion)
    titular_goal = goal_of_camp(p, stakes, titular_fear, occasion)
    region.minority_mobilised = approach(region.minority_mobilised, minority_goal, season)
    region.titular_mobilised = approach(region.titular_mobilised, titular_goal, season)
    region.tension = region.minority_mobilised * region.titular_mobilised
    region.heat = forget(region.heat, params.memory.year)


@kernel
def _start_war(world, p, i):
    """Turn the clash of a region into a war, which is a crisis unless the office is vacant."""
    region = world.regions[i]
    society = world.society[0]
    crisis = world.crisis[0]
    society.war = 1.0
    society.blood = 1.0
    if crisis.kind != Crisis.VACANCY:
        crisis.kind = Crisis.ETHNIC_WAR
        crisis.heat = p.war_heat + (1.0 - p.war_heat) * region.tension
    world.history[0].wars += 1
    event = log_event(world, EventKind.ETHNIC_WAR, Entity.REGIONS + i, NOBODY, region.tension)
    log_reason(world, event, Reason.TENSION, region.tension)


# --- the rules ------------------------------------------------------------------------------------
@rule(
    id="camps.mobilise",
    claim=(
        "While the old state dissolves and the new one is not yet believed in, each camp arms"
        " itself against the other's arming and against claims from abroad."
    ),
    theses=["T060", "T085", "T091", "T092", "T111", "T126"],
    locator="Genesis of the Kazakh and Russian Regimes",
    standing="operationalised",
    mechanism="M12.camps",
)
def mobilise(world, params, stream):
    """Let both camps of every region arm or disarm."""
    p = params.camps
    society = world.society[0]
    president = world.president[0]
    claims = world.outsides[External.TERRITORIAL_CLAIMS].value
    nationalists = world.contenders[Role.NATIONALIST].organisation
    minority = world.contenders[Role.MINORITY_LEADER].organisation
    openness = _openness(world, p)
    talk = through(world, Channel.TALK_OF_UNION, 0, president.integration_talk)
    moderation = moderation_of_ruler(p, president.nation, president.approval, talk)
    moderation = through(world, Channel.MODERATION_OF_RULER, 0, moderation)
    feared = through(world, Channel.NATIONAL_LINE_FEARED, 0, max(0.0, president.nation))
    stakes = through(world, Channel.DISTANCE_OF_PEOPLES, 0, stakes_of_peoples(world, params))
    society.tension = 0.0
    for i in range(len(world.regions)):
        region = world.regions[i]
        mixture = MIXTURE_SCALE * region.minority_share * (1.0 - region.minority_share)
        mixture = through(world, Channel.MIXTURE_OF_PEOPLES, i, mixture)
        # Each ground of fear counts alike: claims, the ruler, the other camp, one's own leader.
        minority_fear = claims + feared + region.titular_mobilised + minority
        titular_fear = claims + region.minority_mobilised + nationalists
        occasion = occasion_to_arm(p, openness, moderation, mixture, region.heat)
        _arm_region(params, region, stakes, occasion, minority_fear, titular_fear)
        society.tension += region.tension / len(world.regions)


@rule(
    id="camps.clash",
    claim=(
        "Where both camps stand ready a brawl is a matter of chance, and brawls feed on each other"
        " until some of them become a war."
    ),
    theses=["T126"],
    locator="Genesis of the Kazakh and Russian Regimes",
    standing="operationalised",
    mechanism="M12.camps",
)
def clash(world, params, stream):
    """Draw the clashes of a month, and which of them becomes a war."""
    p = params.camps
    society = world.society[0]
    society.war = forget(society.war, params.memory.year)
    for i in range(len(world.regions)):
        region = world.regions[i]
        if uniform(stream, DRAW_CLASH, i) > p.clash * region.tension:
            continue
        war_chance = p.escalation * region.heat * region.tension * (1.0 - society.war)
        region.heat = 1.0
        society.blood = clip01(society.blood + p.clash_blood)
        event = log_event(world, EventKind.ETHNIC_CLASH, Entity.REGIONS + i, NOBODY, region.tension)
        log_reason(world, event, Reason.TENSION, region.tension)
        if uniform(stream, DRAW_ESCALATION, i) < war_chance:
            _start_war(world, params.camps, i)
