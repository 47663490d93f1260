"""Conditions an instrument needs before it can be used, read from the state, one bit each.

Those that lie in institutions stand on their own page; here are those that lie in people, in the
country's mood and abroad, and the table of all. One number says from
what level anything is manifest enough to be reckoned with, and one how far anybody must obey to be
turned to.

Equations
---------
rival_is_prominent
    there is a rival, his fame > manifest, his radicalism < moderate
moderate_is_available
    a moderate leader is active and not bought, his radicalism < moderate
premier_is_in_office
    there is a premier, for more than settled_months
premier_is_strong
    there is a premier, his power > premier_threshold (1 - hurt)
business_is_discontented
    more than one of the rich is a critic or an opponent
kinsmen_are_armed
    a kinsman's security forces > manifest
kin_is_feared
    fear of kin > manifest
ruler_is_ill
    health < frail
forces_obey
    mean obedience of commanders > obeys
media_are_controlled
    control of the media > obeys
ethnic_tension_is_felt
    tension > ethnic_tension, or territorial claims > manifest
foreign_prosecution_threatens
    inquiries > manifest

Symbols
-------
hurt : how far the ruler was hurt by a premier before

References
----------
Theses T017 T052 T053 T109; chapter, "The Kazhegel'din Menace", note 110.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.dispatch import mask_kernel
from poruka.engine.instrument_kinds import Condition
from poruka.engine.jit import inner_kernel
from poruka.engine.kind_predicates import is_of_elite
from poruka.engine.kinds import External, Role, Stance
from poruka.engine.world_types import Parameters, World
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.actors.institutional_conditions import INSTITUTIONAL_CONDITIONS

# --- rivals --------------------------------------------------------------------------------------


@inner_kernel
def _has_rival(world: World):
    """Return whether the ruler fears a rival who is active and free."""
    target = world.president[0].target
    return (
        target >= 0
        and world.contenders[target].active
        and not world.contenders[target].jailed
        and not world.contenders[target].exiled
    )


@inner_kernel
def rival_is_declared(world: World, params: Parameters):
    """Return whether the rival has declared himself."""
    return _has_rival(world) and world.contenders[world.president[0].target].open


@inner_kernel
def rival_is_businessman(world: World, params: Parameters):
    """Return whether the rival owns a fortune, so that he can be prosecuted for it."""
    target = world.president[0].target
    return _has_rival(world) and world.contenders[target].person >= 0 and is_of_elite(target)


@inner_kernel
def rival_is_prominent(world: World, params: Parameters):
    """Return whether the rival has the rank for an honourable post, and would take one (T017)."""
    p = params.conditions
    target = world.president[0].target
    return (
        _has_rival(world)
        and world.contenders[target].fame > p.manifest
        and world.contenders[target].radicalism < p.moderate
    )


@inner_kernel
def moderate_is_available(world: World, params: Parameters):
    """Return whether there is a moderate leader to be won (T017)."""
    moderate_contender = world.contenders[Role.MODERATE]
    return (
        moderate_contender.active
        and not moderate_contender.coopted
        and moderate_contender.radicalism < params.conditions.moderate
    )


# --- cabinet, business, kin, the ruler -----------------------------------------------------------


@inner_kernel
def premier_is_in_office(world: World, params: Parameters):
    """Return whether a premier has sat long enough to carry the blame."""
    premier = world.premier[0]
    return premier.person >= 0 and premier.months > params.conditions.settled_months


@inner_kernel
def premier_is_strong(world: World, params: Parameters):
    """Return whether the premier looks strong to the ruler, sooner if one hurt him (T052, T053)."""
    premier = world.premier[0]
    hurt = through(world, Channel.SCARE_LOWERS_BAR, 0, world.president[0].hurt_by_premier)
    return premier.person >= 0 and premier.power > params.posts.premier_threshold * (1.0 - hurt)


@inner_kernel
def business_is_discontented(world: World, params: Parameters):
    """Return whether one of the rich criticises or opposes the ruler."""
    for i in range(len(world.oligarchs)):
        stance = world.oligarchs[i].stance
        if stance == Stance.CRITIC or stance == Stance.OPPONENT:
            return True
    return False


@inner_kernel
def prisoner_is_held(world: World, params: Parameters):
    """Return whether one of the rich sits in prison."""
    for i in range(len(world.oligarchs)):
        if world.oligarchs[i].stance == Stance.PRISONER:
            return True
    return False


@inner_kernel
def kinsmen_are_armed(world: World, params: Parameters):
    """Return whether a kinsman commands armed men."""
    for m in range(len(world.family)):
        kinsman = world.family[m]
        is_present = kinsman.active and not kinsman.exiled
        if is_present and kinsman.security > params.conditions.manifest:
            return True
    return False


@inner_kernel
def kin_is_feared(world: World, params: Parameters):
    """Return whether a predatory kinsman is feared."""
    return world.society[0].fear_of_kin > params.conditions.manifest


@inner_kernel
def ruler_is_ill(world: World, params: Parameters):
    """Return whether the ruler is ill."""
    return world.president[0].health < params.conditions.frail


# --- troops, media, peoples, abroad --------------------------------------------------------------


@inner_kernel
def forces_obey(world: World, params: Parameters):
    """Return whether the ruler can use troops."""
    return mean_obedience(world) > params.conditions.obeys


@inner_kernel
def media_are_controlled(world: World, params: Parameters):
    """Return whether the media obey, so that an issue can be made to vanish from the news."""
    return world.index[0].media_control > params.conditions.obeys


@inner_kernel
def ethnic_tension_is_felt(world: World, params: Parameters):
    """Return whether ethnic camps stir, by themselves or at claims from abroad."""
    p = params.conditions
    claims = world.outsides[External.TERRITORIAL_CLAIMS].value
    return world.society[0].tension > p.ethnic_tension or claims > p.manifest


@inner_kernel
def foreign_prosecution_threatens(world: World, params: Parameters):
    """Return whether inquiries abroad are a danger to the ruler (T109)."""
    return world.outsides[External.PROSECUTION].value > params.conditions.manifest


current_conditions = mask_kernel(
    "current_conditions",
    (
        *INSTITUTIONAL_CONDITIONS,
        (Condition.RIVAL_DECLARED, rival_is_declared),
        (Condition.RIVAL_IS_BUSINESSMAN, rival_is_businessman),
        (Condition.RIVAL_IS_PROMINENT, rival_is_prominent),
        (Condition.MODERATE_AVAILABLE, moderate_is_available),
        (Condition.PREMIER_IN_OFFICE, premier_is_in_office),
        (Condition.PREMIER_STRONG, premier_is_strong),
        (Condition.BUSINESS_DISCONTENTED, business_is_discontented),
        (Condition.PRISONER_HELD, prisoner_is_held),
        (Condition.KIN_ARMED, kinsmen_are_armed),
        (Condition.KIN_FEARED, kin_is_feared),
        (Condition.RULER_ILL, ruler_is_ill),
        (Condition.FORCE_OBEYS, forces_obey),
        (Condition.MEDIA_CONTROLLED, media_are_controlled),
        (Condition.ETHNIC_TENSION, ethnic_tension_is_felt),
        (Condition.FOREIGN_PROSECUTION, foreign_prosecution_threatens),
    ),
    kinds=Condition,
    arguments=("world", "params"),
    module=__name__,
)
