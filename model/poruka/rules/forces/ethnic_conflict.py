"""Camps: they arm against each other's arming, and from brawls a war may come.

Two peoples, or the hordes of one, quarrel. Mutual fear and backing from abroad mobilise them; a
ruler who moderates calms them. The page has
more numbers than most, as it holds how camps arm and how a clash becomes a war.

Equations
---------
camps.mobilise
    excluded   = 1 - hearing clip01(law_custom + consensus)
    moderation = moderation (1 - |nation|) (1 + approval + integration_talk)
    fear of the minority = claims + max(0, nation) + T + O
    fear of the titulars = claims + M + N
    stakes     = what either people would lose by the other's victory (see :mod:`.peoples`)
    occasion   = mixture (window excluded (1 - clip01(moderation)) + heat_fear heat)
    M and T move to clip01(fear stakes x fear of the camp x occasion) within a ``season``
    U and I likewise, of hordes, with stakes, fears, moderation and mixture of their own (see
    :mod:`.hordes`)
    tension    = the larger of M T and U I, and heat is forgotten within a ``year``

camps.clash
    two camps of a region clash with chance clash tension; then heat = 1, blood grows by
    clash_blood, and the clash becomes a war with chance escalation heat tension (1 - war), heat
    being that of the clashes before
    the crisis that a war opens is as hot as the tension of the region; if peoples fought, a
    nationalist claims the office and those of the region part (see :mod:`.peoples`), and if hordes
    did, the focal challenger claims it
    war is forgotten within a ``year``

Symbols
-------
law_custom, consensus : custom of law in society, and agreement on what the state should be
nation : what the ruler stands for, from -1 (the minority) to 1 (the titular nation)
claims : claims to territory from abroad
window : how far the union has let go and the new state is not yet believed in
mixture : how mixed a region is, 1 where both peoples are equal
M, T : how far the minority and the titular people of a region are mobilised
U, I : how far the hordes that the ruler shuts out, and his own, are mobilised
O, N : organisation of the minority's leader and of the nationalist contender
heat, tension : clashes remembered in a region, and how far both its camps stand ready
war, blood : war in the country, and blood in the streets

References
----------
Theses T031 T060 T085 T091 T092 T111 T126; chapter, the section that the rules name.
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
from poruka.engine.world_types import CampsNumbers, Parameters, Region, Stream, World
from poruka.rules.forces.hordes import quarrel_of_hordes
from poruka.rules.forces.peoples import part_peoples, stakes_of_peoples

DRAW_CLASH = 0
DRAW_ESCALATION = 1


# --- equations ------------------------------------------------------------------------------------
@kernel
def exclusion_of_camps(p: CampsNumbers, law_custom, consensus):
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
def moderation_of_ruler(p: CampsNumbers, nation, approval, integration_talk):
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
    return p.moderation * (1.0 - abs(nation)) * (1.0 + approval + integration_talk)


@kernel
def occasion_to_arm(p: CampsNumbers, openness, moderation, mixture, heat):
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
def goal_of_camp(p: CampsNumbers, stakes, fear, occasion):
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
def _openness(world: World, p: CampsNumbers):
    """Return how far the state is open to a contest of camps: window times exclusion."""
    society = world.society[0]
    window = clip01(1.0 - world.outsides[External.UNION_HOLD].value) * (1.0 - society.statehood)
    exclusion = exclusion_of_camps(p, society.law_custom, society.consensus)
    return window * through(world, Channel.CAMPS_NOT_HEARD, 0, exclusion)


@kernel
def tension_of_peoples(region: Region):
    """Return how far both peoples of a region stand ready: it takes two."""
    return region.minority_mobilised * region.titular_mobilised


@kernel
def _arm(params: Parameters, mobilised, stakes, fear, occasion):
    """Return how far a camp is mobilised a month later, on its way to what it fears."""
    goal = goal_of_camp(params.camps, stakes, fear, occasion)
    return approach(mobilised, goal, params.memory.season)


@kernel
def _arm_hordes(world: World, params: Parameters, i, openness, quarrel):
    """Let the ruler's own horde and those he shuts out arm in a region (T031)."""
    p = params.camps
    region = world.regions[i]
    moderation = moderation_of_ruler(p, quarrel.stakes, world.president[0].approval, 0.0)
    occasion = occasion_to_arm(p, openness, moderation, quarrel.mixture, region.heat)
    outsider_fear = quarrel.arms_outside + region.insiders_mobilised
    insider_fear = quarrel.arms_inside + region.outsiders_mobilised
    outsiders, insiders = region.outsiders_mobilised, region.insiders_mobilised
    region.outsiders_mobilised = _arm(params, outsiders, quarrel.stakes, outsider_fear, occasion)
    region.insiders_mobilised = _arm(params, insiders, quarrel.stakes, insider_fear, occasion)


@kernel
def _start_war(world: World, i):
    """Turn the clash of a region into a war, which is a crisis unless the office is vacant."""
    region = world.regions[i]
    society = world.society[0]
    crisis = world.crisis[0]
    between_peoples = tension_of_peoples(region) >= region.tension
    society.war = 1.0
    society.blood = 1.0
    if crisis.kind != Crisis.VACANCY:
        crisis.kind = Crisis.ETHNIC_WAR
        crisis.heat = region.tension
        crisis.claimant = int(society.focal_challenger)
        if between_peoples:
            crisis.claimant = Role.NATIONALIST
    world.history[0].wars += 1
    if between_peoples:
        part_peoples(world, i)
    event = log_event(world, EventKind.ETHNIC_WAR, Entity.REGIONS + i, NOBODY, region.tension)
    log_reason(world, event, Reason.TENSION, region.tension)


# --- the rules ------------------------------------------------------------------------------------
@rule(
    id="camps.mobilise",
    claim=(
        "While the old state dissolves and the new one is not yet believed in, each camp arms"
        " itself against the other's arming and against claims from abroad, the more the farther"
        " they stand apart; so do the hordes of one people where the ruler shuts some out."
    ),
    theses=["T031", "T060", "T085", "T091", "T092", "T111", "T126"],
    locator="Genesis of the Kazakh and Russian Regimes",
    standing="operationalised",
    mechanism="M12.camps",
)
def mobilise(world: World, params: Parameters, stream: Stream):
    """Let the camps of every region arm or disarm."""
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
    quarrel = quarrel_of_hordes(world)
    society.tension = 0.0
    for i in range(len(world.regions)):
        region = world.regions[i]
        mixture = MIXTURE_SCALE * region.minority_share * (1.0 - region.minority_share)
        mixture = through(world, Channel.MIXTURE_OF_PEOPLES, i, mixture)
        # Each ground of fear counts alike: claims, the ruler, the other camp, one's own leader.
        minority_fear = claims + feared + region.titular_mobilised + minority
        titular_fear = claims + region.minority_mobilised + nationalists
        occasion = occasion_to_arm(p, openness, moderation, mixture, region.heat)
        armed, others_armed = region.minority_mobilised, region.titular_mobilised
        region.minority_mobilised = _arm(params, armed, stakes, minority_fear, occasion)
        region.titular_mobilised = _arm(params, others_armed, stakes, titular_fear, occasion)
        _arm_hordes(world, params, i, openness, quarrel)
        of_hordes = region.outsiders_mobilised * region.insiders_mobilised
        region.tension = max(tension_of_peoples(region), of_hordes)
        region.heat = forget(region.heat, params.memory.year)
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
def clash(world: World, params: Parameters, stream: Stream):
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
            _start_war(world, i)
