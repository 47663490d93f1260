"""Conditions: what an instrument needs before it can be used, read off the state, one bit each."""

from poruka.engine.codes import (
    CLAIMS,
    COMMISSION,
    CONSTITUTIONAL_COURT,
    CRITIC,
    MAGNATE,
    MODERATE,
    OPPONENT,
    PARTNER,
    PREMIER,
    PRISONER,
    PROSECUTION,
)
from poruka.engine.instrument_codes import (
    COND_BODY_READY,
    COND_CAMPS_STIR,
    COND_CHAIR_LOYAL,
    COND_COMMISSION_OBEYS,
    COND_CONSTITUTION_ADOPTED,
    COND_COUNCILS_FOLDED,
    COND_COUNCILS_STAND,
    COND_COURT_OBEYS,
    COND_DECREE_POWER,
    COND_DEPUTY_OFFICE,
    COND_FORCE_OBEYS,
    COND_GOVERNORS_APPOINTED,
    COND_GOVERNORS_ELECTED,
    COND_HAS_PRESIDENCY,
    COND_HOUSE_DEMORALISED,
    COND_HOUSE_HOSTILE,
    COND_HOUSE_LOYAL,
    COND_HOUSE_TAINTED,
    COND_INDEPENDENT,
    COND_INQUIRY_ABROAD,
    COND_KIN_ARMED,
    COND_KIN_OVERREACH,
    COND_MEDIA_GRIP,
    COND_MODERATE_AT_HAND,
    COND_NO_PARLIAMENT,
    COND_NO_POCKET_PARTY,
    COND_NO_POPULAR_MANDATE,
    COND_OLD_AND_ILL,
    COND_OWN_CONSTITUTION,
    COND_OWNERS_RESTLESS,
    COND_PARLIAMENT_SITS,
    COND_POCKET_PARTY,
    COND_POPULAR_MANDATE,
    COND_PREMIER_SITS,
    COND_PREMIER_STRONG,
    COND_PRISONER_HELD,
    COND_RIVAL_HAS_RANK,
    COND_RIVAL_OPEN,
    COND_RIVAL_OWNS,
    COND_VOTE_DUE_SOON,
    COND_VOTE_FAR,
    COND_VOTE_NEAR,
)
from poruka.engine.jit import kernel
from poruka.rules.actors.commanders import mean_obedience


@kernel
def put(mask, condition, holds):
    """Return the mask of conditions with one of them set if it holds."""
    return mask | (1 << condition) if holds else mask


@kernel
def conditions(world):
    """Return which conditions hold now, one bit each, read off the state."""
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    president = world.president[0]
    premier = world.premier[0]
    society = world.society[0]
    index = world.index[0]
    clock = world.clock[0]
    target = president.target
    rival = (
        target >= 0
        and world.contenders[target].active
        and not world.contenders[target].jailed
        and not world.contenders[target].exiled
    )
    owns = (
        rival and world.contenders[target].person >= 0 and (target == PREMIER or target == MAGNATE)
    )
    moderate_contender = world.contenders[MODERATE]
    armed, held, restless = False, False, 0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active and not kinsman.exiled and kinsman.security > 0.15:
            armed = True
    for i in range(len(world.oligarchs)):
        stance = world.oligarchs[i].stance
        if stance == PRISONER:
            held = True
        if stance == CRITIC or stance == OPPONENT:
            restless += 1
    months = constitution.president_due - clock.month
    appointed = constitution.governors_appointed
    m = 0
    m = put(m, COND_PARLIAMENT_SITS, parliament.sits)
    m = put(m, COND_NO_PARLIAMENT, not parliament.sits)
    m = put(
        m,
        COND_DECREE_POWER,
        constitution.decree_power or (constitution.mandate >= 2 and not parliament.sits),
    )
    m = put(m, COND_INDEPENDENT, constitution.independent)
    m = put(m, COND_GOVERNORS_APPOINTED, appointed)
    m = put(m, COND_GOVERNORS_ELECTED, not appointed)
    m = put(m, COND_MEDIA_GRIP, index.media_control > 0.55)
    m = put(m, COND_COURT_OBEYS, world.courts[CONSTITUTIONAL_COURT].obedience > 0.4)
    m = put(m, COND_COMMISSION_OBEYS, world.courts[COMMISSION].obedience > 0.4)
    m = put(m, COND_BODY_READY, constitution.proposing_body)
    m = put(m, COND_HOUSE_TAINTED, parliament.tainted)
    m = put(m, COND_HOUSE_LOYAL, parliament.sits and parliament.dissent < 0.4)
    m = put(m, COND_HOUSE_DEMORALISED, parliament.sits and parliament.cohesion < 0.55)
    m = put(m, COND_COUNCILS_FOLDED, not parliament.local_councils)
    m = put(m, COND_COUNCILS_STAND, parliament.local_councils)
    m = put(m, COND_FORCE_OBEYS, mean_obedience(world) > 0.45)
    m = put(m, COND_CONSTITUTION_ADOPTED, constitution.adopted)
    m = put(m, COND_OWN_CONSTITUTION, constitution.own)
    m = put(m, COND_DEPUTY_OFFICE, constitution.deputy_office)
    m = put(m, COND_NO_POPULAR_MANDATE, constitution.mandate < 2)
    m = put(m, COND_POPULAR_MANDATE, constitution.mandate >= 2)
    m = put(m, COND_KIN_ARMED, armed)
    m = put(m, COND_RIVAL_OPEN, rival and world.contenders[target].open)
    m = put(m, COND_RIVAL_OWNS, owns)
    m = put(
        m,
        COND_RIVAL_HAS_RANK,
        rival
        and world.contenders[target].fame > 0.35
        and world.contenders[target].radicalism < 0.4,
    )
    m = put(m, COND_VOTE_NEAR, months <= 12)
    m = put(m, COND_VOTE_DUE_SOON, months <= 6)
    m = put(m, COND_VOTE_FAR, months > 12)
    m = put(m, COND_POCKET_PARTY, constitution.pocket_open)
    m = put(m, COND_NO_POCKET_PARTY, not constitution.pocket_open)
    m = put(
        m,
        COND_MODERATE_AT_HAND,
        moderate_contender.active
        and not moderate_contender.coopted
        and moderate_contender.radicalism < 0.45,
    )
    m = put(m, COND_PREMIER_SITS, premier.person >= 0 and premier.months > 8)
    m = put(
        m,
        COND_PREMIER_STRONG,
        premier.person >= 0 and premier.power > 0.35 - 0.25 * president.burnt,
    )
    m = put(m, COND_OWNERS_RESTLESS, restless >= 3)
    m = put(m, COND_KIN_OVERREACH, society.fear_of_kin > 0.25)
    m = put(m, COND_OLD_AND_ILL, president.health < 0.6)
    m = put(m, COND_PRISONER_HELD, held)
    m = put(m, COND_INQUIRY_ABROAD, world.outsides[PROSECUTION].value > 0.1)
    m = put(
        m,
        COND_CAMPS_STIR,
        society.tension > 0.003 or (world.outsides[CLAIMS].value > 0.2 and society.statehood < 0.8),
    )
    m = put(m, COND_HOUSE_HOSTILE, parliament.sits and parliament.conflict > 0.2)
    m = put(
        m,
        COND_CHAIR_LOYAL,
        constitution.deputy_office
        and not parliament.hostile_speaker
        and world.contenders[PARTNER].office < 0.3,
    )
    m = put(m, COND_HAS_PRESIDENCY, constitution.mandate >= 1)
    return m
