"""Conditions an instrument needs before it can be used, read from the state, one bit each."""

from poruka.engine.constants import MONTHS_PER_YEAR, TWO
from poruka.engine.instrument_kinds import Condition
from poruka.engine.jit import kernel
from poruka.engine.kinds import CourtKind, External, Mandate, Role, Stance
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
        and (target == Role.PREMIER or target == Role.MAGNATE)
    )
    moderate_contender = world.contenders[Role.MODERATE]
    kin_armed, prisoner_held, discontented = False, False, 0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active and not kinsman.exiled and kinsman.security > p.kin_armed:
            kin_armed = True
    for i in range(len(world.oligarchs)):
        stance = world.oligarchs[i].stance
        if stance == Stance.PRISONER:
            prisoner_held = True
        if stance == Stance.CRITIC or stance == Stance.OPPONENT:
            discontented += 1
    months_to_election = constitution.president_due - clock.month
    appointed = constitution.governors_appointed
    mask = 0
    mask = set_condition(mask, Condition.PARLIAMENT_SITS, parliament.sits)
    mask = set_condition(mask, Condition.NO_PARLIAMENT, not parliament.sits)
    mask = set_condition(
        mask,
        Condition.DECREE_POWER,
        constitution.decree_power
        or (constitution.mandate >= Mandate.POPULAR and not parliament.sits),
    )
    mask = set_condition(mask, Condition.INDEPENDENT, constitution.independent)
    mask = set_condition(mask, Condition.GOVERNORS_APPOINTED, appointed)
    mask = set_condition(mask, Condition.GOVERNORS_ELECTED, not appointed)
    mask = set_condition(mask, Condition.MEDIA_CONTROLLED, index.media_control > p.media_controlled)
    mask = set_condition(
        mask,
        Condition.COURT_OBEYS,
        world.courts[CourtKind.CONSTITUTIONAL].obedience > p.court_obeys,
    )
    mask = set_condition(
        mask,
        Condition.COMMISSION_OBEYS,
        world.courts[CourtKind.ELECTION_COMMISSION].obedience > p.commission_obeys,
    )
    mask = set_condition(mask, Condition.PROPOSING_BODY_READY, constitution.proposing_body)
    mask = set_condition(mask, Condition.PARLIAMENT_VOIDABLE, parliament.tainted)
    mask = set_condition(
        mask,
        Condition.PARLIAMENT_LOYAL,
        parliament.sits and parliament.dissent < p.parliament_loyal,
    )
    mask = set_condition(
        mask,
        Condition.PARLIAMENT_DEMORALISED,
        parliament.sits and parliament.cohesion < p.parliament_demoralised,
    )
    mask = set_condition(mask, Condition.LOCAL_COUNCILS_DISSOLVED, not parliament.local_councils)
    mask = set_condition(mask, Condition.LOCAL_COUNCILS_EXIST, parliament.local_councils)
    mask = set_condition(mask, Condition.FORCE_OBEYS, mean_obedience(world) > p.force_obeys)
    mask = set_condition(mask, Condition.CONSTITUTION_ADOPTED, constitution.adopted)
    mask = set_condition(mask, Condition.OWN_CONSTITUTION, constitution.own)
    mask = set_condition(mask, Condition.DEPUTY_OFFICE, constitution.deputy_office)
    popular = constitution.mandate >= Mandate.POPULAR
    mask = set_condition(mask, Condition.NO_POPULAR_MANDATE, not popular)
    mask = set_condition(mask, Condition.POPULAR_MANDATE, popular)
    mask = set_condition(mask, Condition.KIN_ARMED, kin_armed)
    mask = set_condition(
        mask, Condition.RIVAL_DECLARED, has_rival and world.contenders[target].open
    )
    mask = set_condition(mask, Condition.RIVAL_IS_BUSINESSMAN, rival_is_businessman)
    mask = set_condition(
        mask,
        Condition.RIVAL_IS_PROMINENT,
        has_rival
        and world.contenders[target].fame > p.prominent_fame
        and world.contenders[target].radicalism < p.prominent_radicalism,
    )
    within_year = months_to_election <= MONTHS_PER_YEAR
    within_half_year = TWO * months_to_election <= MONTHS_PER_YEAR
    mask = set_condition(mask, Condition.ELECTION_WITHIN_YEAR, within_year)
    mask = set_condition(mask, Condition.ELECTION_WITHIN_HALF_YEAR, within_half_year)
    mask = set_condition(mask, Condition.ELECTION_FAR, not within_year)
    mask = set_condition(mask, Condition.LOYAL_PARTY, constitution.pocket_open)
    mask = set_condition(mask, Condition.NO_LOYAL_PARTY, not constitution.pocket_open)
    mask = set_condition(
        mask,
        Condition.MODERATE_AVAILABLE,
        moderate_contender.active
        and not moderate_contender.coopted
        and moderate_contender.radicalism < p.moderate,
    )
    mask = set_condition(
        mask, Condition.PREMIER_IN_OFFICE, premier.person >= 0 and premier.months > p.premier_months
    )
    mask = set_condition(
        mask,
        Condition.PREMIER_STRONG,
        premier.person >= 0
        and premier.power > p.premier_strong - p.premier_wariness * president.hurt_by_premier,
    )
    mask = set_condition(
        mask, Condition.BUSINESS_DISCONTENTED, discontented >= p.business_discontented
    )
    mask = set_condition(mask, Condition.KIN_FEARED, society.fear_of_kin > p.kin_feared)
    mask = set_condition(mask, Condition.RULER_ILL, president.health < p.ruler_ill)
    mask = set_condition(mask, Condition.PRISONER_HELD, prisoner_held)
    mask = set_condition(
        mask,
        Condition.FOREIGN_PROSECUTION,
        world.outsides[External.PROSECUTION].value > p.foreign_prosecution,
    )
    mask = set_condition(
        mask,
        Condition.ETHNIC_TENSION,
        society.tension > p.ethnic_tension
        or (
            world.outsides[External.TERRITORIAL_CLAIMS].value > p.claims
            and society.statehood < p.claims_statehood
        ),
    )
    mask = set_condition(
        mask,
        Condition.PARLIAMENT_HOSTILE,
        parliament.sits and parliament.conflict > p.parliament_hostile,
    )
    mask = set_condition(
        mask,
        Condition.SPEAKER_LOYAL,
        constitution.deputy_office
        and not parliament.hostile_speaker
        and world.contenders[Role.VICE_PRESIDENT].office < p.chair_office,
    )
    mask = set_condition(
        mask, Condition.HAS_PRESIDENCY, constitution.mandate >= Mandate.OF_PARLIAMENT
    )
    return mask
