"""Conditions an instrument needs before it can be used, read from the state, one bit each."""

from poruka.engine.codes import (
    CONTENDER_MAGNATE,
    CONTENDER_MODERATE,
    CONTENDER_PREMIER,
    CONTENDER_VICE_PRESIDENT,
    COURT_CONSTITUTIONAL,
    COURT_ELECTION_COMMISSION,
    EXTERNAL_PROSECUTION,
    EXTERNAL_TERRITORIAL_CLAIMS,
    MANDATE_OF_PARLIAMENT,
    MANDATE_POPULAR,
    STANCE_CRITIC,
    STANCE_OPPONENT,
    STANCE_PRISONER,
)
from poruka.engine.constants import MONTHS_PER_YEAR, TWO
from poruka.engine.instrument_codes import (
    CONDITION_BUSINESS_DISCONTENTED,
    CONDITION_COMMISSION_OBEYS,
    CONDITION_CONSTITUTION_ADOPTED,
    CONDITION_COURT_OBEYS,
    CONDITION_DECREE_POWER,
    CONDITION_DEPUTY_OFFICE,
    CONDITION_ELECTION_FAR,
    CONDITION_ELECTION_WITHIN_HALF_YEAR,
    CONDITION_ELECTION_WITHIN_YEAR,
    CONDITION_ETHNIC_TENSION,
    CONDITION_FORCE_OBEYS,
    CONDITION_FOREIGN_PROSECUTION,
    CONDITION_GOVERNORS_APPOINTED,
    CONDITION_GOVERNORS_ELECTED,
    CONDITION_HAS_PRESIDENCY,
    CONDITION_INDEPENDENT,
    CONDITION_KIN_ARMED,
    CONDITION_KIN_FEARED,
    CONDITION_LOCAL_COUNCILS_DISSOLVED,
    CONDITION_LOCAL_COUNCILS_EXIST,
    CONDITION_LOYAL_PARTY,
    CONDITION_MEDIA_CONTROLLED,
    CONDITION_MODERATE_AVAILABLE,
    CONDITION_NO_LOYAL_PARTY,
    CONDITION_NO_PARLIAMENT,
    CONDITION_NO_POPULAR_MANDATE,
    CONDITION_OWN_CONSTITUTION,
    CONDITION_PARLIAMENT_DEMORALISED,
    CONDITION_PARLIAMENT_HOSTILE,
    CONDITION_PARLIAMENT_LOYAL,
    CONDITION_PARLIAMENT_SITS,
    CONDITION_PARLIAMENT_VOIDABLE,
    CONDITION_POPULAR_MANDATE,
    CONDITION_PREMIER_IN_OFFICE,
    CONDITION_PREMIER_STRONG,
    CONDITION_PRISONER_HELD,
    CONDITION_PROPOSING_BODY_READY,
    CONDITION_RIVAL_DECLARED,
    CONDITION_RIVAL_IS_BUSINESSMAN,
    CONDITION_RIVAL_IS_PROMINENT,
    CONDITION_RULER_ILL,
    CONDITION_SPEAKER_LOYAL,
)
from poruka.engine.jit import kernel
from poruka.rules.actors.commanders import mean_obedience


@kernel
def set_condition(mask, condition, holds):
    """Return the mask of conditions with the bit of one condition set if it holds."""
    return mask | (1 << condition) if holds else mask


@kernel
def current_conditions(world, params):
    """Return the conditions that hold now, one bit each, read from the state."""
    p = params.conditions
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    president = world.president[0]
    premier = world.premier[0]
    society = world.society[0]
    index = world.index[0]
    clock = world.clock[0]
    target = president.target
    has_rival = (
        target >= 0
        and world.contenders[target].active
        and not world.contenders[target].jailed
        and not world.contenders[target].exiled
    )
    rival_is_businessman = (
        has_rival
        and world.contenders[target].person >= 0
        and (target == CONTENDER_PREMIER or target == CONTENDER_MAGNATE)
    )
    moderate_contender = world.contenders[CONTENDER_MODERATE]
    kin_armed, prisoner_held, discontented = False, False, 0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active and not kinsman.exiled and kinsman.security > p.kin_armed:
            kin_armed = True
    for i in range(len(world.oligarchs)):
        stance = world.oligarchs[i].stance
        if stance == STANCE_PRISONER:
            prisoner_held = True
        if stance == STANCE_CRITIC or stance == STANCE_OPPONENT:
            discontented += 1
    months_to_election = constitution.president_due - clock.month
    appointed = constitution.governors_appointed
    mask = 0
    mask = set_condition(mask, CONDITION_PARLIAMENT_SITS, parliament.sits)
    mask = set_condition(mask, CONDITION_NO_PARLIAMENT, not parliament.sits)
    mask = set_condition(
        mask,
        CONDITION_DECREE_POWER,
        constitution.decree_power
        or (constitution.mandate >= MANDATE_POPULAR and not parliament.sits),
    )
    mask = set_condition(mask, CONDITION_INDEPENDENT, constitution.independent)
    mask = set_condition(mask, CONDITION_GOVERNORS_APPOINTED, appointed)
    mask = set_condition(mask, CONDITION_GOVERNORS_ELECTED, not appointed)
    mask = set_condition(mask, CONDITION_MEDIA_CONTROLLED, index.media_control > p.media_controlled)
    mask = set_condition(
        mask, CONDITION_COURT_OBEYS, world.courts[COURT_CONSTITUTIONAL].obedience > p.court_obeys
    )
    mask = set_condition(
        mask,
        CONDITION_COMMISSION_OBEYS,
        world.courts[COURT_ELECTION_COMMISSION].obedience > p.commission_obeys,
    )
    mask = set_condition(mask, CONDITION_PROPOSING_BODY_READY, constitution.proposing_body)
    mask = set_condition(mask, CONDITION_PARLIAMENT_VOIDABLE, parliament.tainted)
    mask = set_condition(
        mask,
        CONDITION_PARLIAMENT_LOYAL,
        parliament.sits and parliament.dissent < p.parliament_loyal,
    )
    mask = set_condition(
        mask,
        CONDITION_PARLIAMENT_DEMORALISED,
        parliament.sits and parliament.cohesion < p.parliament_demoralised,
    )
    mask = set_condition(mask, CONDITION_LOCAL_COUNCILS_DISSOLVED, not parliament.local_councils)
    mask = set_condition(mask, CONDITION_LOCAL_COUNCILS_EXIST, parliament.local_councils)
    mask = set_condition(mask, CONDITION_FORCE_OBEYS, mean_obedience(world) > p.force_obeys)
    mask = set_condition(mask, CONDITION_CONSTITUTION_ADOPTED, constitution.adopted)
    mask = set_condition(mask, CONDITION_OWN_CONSTITUTION, constitution.own)
    mask = set_condition(mask, CONDITION_DEPUTY_OFFICE, constitution.deputy_office)
    popular = constitution.mandate >= MANDATE_POPULAR
    mask = set_condition(mask, CONDITION_NO_POPULAR_MANDATE, not popular)
    mask = set_condition(mask, CONDITION_POPULAR_MANDATE, popular)
    mask = set_condition(mask, CONDITION_KIN_ARMED, kin_armed)
    mask = set_condition(
        mask, CONDITION_RIVAL_DECLARED, has_rival and world.contenders[target].open
    )
    mask = set_condition(mask, CONDITION_RIVAL_IS_BUSINESSMAN, rival_is_businessman)
    mask = set_condition(
        mask,
        CONDITION_RIVAL_IS_PROMINENT,
        has_rival
        and world.contenders[target].fame > p.prominent_fame
        and world.contenders[target].radicalism < p.prominent_radicalism,
    )
    within_year = months_to_election <= MONTHS_PER_YEAR
    within_half_year = TWO * months_to_election <= MONTHS_PER_YEAR
    mask = set_condition(mask, CONDITION_ELECTION_WITHIN_YEAR, within_year)
    mask = set_condition(mask, CONDITION_ELECTION_WITHIN_HALF_YEAR, within_half_year)
    mask = set_condition(mask, CONDITION_ELECTION_FAR, not within_year)
    mask = set_condition(mask, CONDITION_LOYAL_PARTY, constitution.pocket_open)
    mask = set_condition(mask, CONDITION_NO_LOYAL_PARTY, not constitution.pocket_open)
    mask = set_condition(
        mask,
        CONDITION_MODERATE_AVAILABLE,
        moderate_contender.active
        and not moderate_contender.coopted
        and moderate_contender.radicalism < p.moderate,
    )
    mask = set_condition(
        mask, CONDITION_PREMIER_IN_OFFICE, premier.person >= 0 and premier.months > p.premier_months
    )
    mask = set_condition(
        mask,
        CONDITION_PREMIER_STRONG,
        premier.person >= 0
        and premier.power > p.premier_strong - p.premier_wariness * president.hurt_by_premier,
    )
    mask = set_condition(
        mask, CONDITION_BUSINESS_DISCONTENTED, discontented >= p.business_discontented
    )
    mask = set_condition(mask, CONDITION_KIN_FEARED, society.fear_of_kin > p.kin_feared)
    mask = set_condition(mask, CONDITION_RULER_ILL, president.health < p.ruler_ill)
    mask = set_condition(mask, CONDITION_PRISONER_HELD, prisoner_held)
    mask = set_condition(
        mask,
        CONDITION_FOREIGN_PROSECUTION,
        world.outsides[EXTERNAL_PROSECUTION].value > p.foreign_prosecution,
    )
    mask = set_condition(
        mask,
        CONDITION_ETHNIC_TENSION,
        society.tension > p.ethnic_tension
        or (
            world.outsides[EXTERNAL_TERRITORIAL_CLAIMS].value > p.claims
            and society.statehood < p.claims_statehood
        ),
    )
    mask = set_condition(
        mask,
        CONDITION_PARLIAMENT_HOSTILE,
        parliament.sits and parliament.conflict > p.parliament_hostile,
    )
    mask = set_condition(
        mask,
        CONDITION_SPEAKER_LOYAL,
        constitution.deputy_office
        and not parliament.hostile_speaker
        and world.contenders[CONTENDER_VICE_PRESIDENT].office < p.chair_office,
    )
    mask = set_condition(
        mask, CONDITION_HAS_PRESIDENCY, constitution.mandate >= MANDATE_OF_PARLIAMENT
    )
    return mask
