"""Conditions of instruments that lie in institutions: parliament, constitution, elections, courts.

Equations
---------
parliament_is_loyal
    parliament sits, and dissent < divided
parliament_is_demoralised
    parliament sits, and cohesion < divided
parliament_is_hostile
    parliament sits, and conflict > hostile
speaker_is_loyal
    there is a second office, no hostile speaker, and weight of the second office < hostile
court_obeys
    obedience of the constitutional court > obeys
commission_obeys
    obedience of the election commission > obeys
has_decree_power
    decree power was given, or a ruler with a popular mandate has no parliament beside him
election_is_within_year, election_is_within_half_year
    months to the presidential election <= near_months, or settled_months

References
----------
Theses T063 T097; chapter, "Presidents and Parliaments".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through, through_as_flag
from poruka.engine.instrument_kinds import Condition
from poruka.engine.jit import inner_kernel
from poruka.engine.kinds import CourtKind, Mandate, Role
from poruka.engine.world_types import Parameters, World

# --- parliament ----------------------------------------------------------------------------------


@inner_kernel
def parliament_sits(world: World, params: Parameters):
    """Return whether parliament sits."""
    return world.parliament[0].sits


@inner_kernel
def no_parliament_sits(world: World, params: Parameters):
    """Return whether no parliament sits."""
    return not world.parliament[0].sits


@inner_kernel
def parliament_is_voidable(world: World, params: Parameters):
    """Return whether parliament was elected in a way that a court could void."""
    return through_as_flag(world, Channel.PRETEXT_TO_ANNUL, 0, world.parliament[0].tainted)


@inner_kernel
def parliament_is_loyal(world: World, params: Parameters):
    """Return whether the ruler can ask a law of parliament."""
    parliament = world.parliament[0]
    return parliament.sits and parliament.dissent < params.conditions.divided


@inner_kernel
def parliament_is_demoralised(world: World, params: Parameters):
    """Return whether parliament can be asked to dissolve itself (T063)."""
    parliament = world.parliament[0]
    return parliament.sits and parliament.cohesion < params.conditions.divided


@inner_kernel
def parliament_is_hostile(world: World, params: Parameters):
    """Return whether parliament is in conflict with the ruler."""
    parliament = world.parliament[0]
    return parliament.sits and parliament.conflict > params.conditions.hostile


@inner_kernel
def local_councils_exist(world: World, params: Parameters):
    """Return whether there are local councils."""
    return world.parliament[0].local_councils


@inner_kernel
def local_councils_are_dissolved(world: World, params: Parameters):
    """Return whether local councils are dissolved."""
    return not world.parliament[0].local_councils


@inner_kernel
def speaker_is_loyal(world: World, params: Parameters):
    """Return whether the vice-president could be moved out of the way without losing the chair."""
    return (
        world.constitution[0].deputy_office
        and not world.parliament[0].hostile_speaker
        and world.contenders[Role.VICE_PRESIDENT].office <= 0.0
    )


# --- constitution and mandate --------------------------------------------------------------------


@inner_kernel
def country_is_independent(world: World, params: Parameters):
    """Return whether the country is independent."""
    return world.constitution[0].independent


@inner_kernel
def constitution_is_adopted(world: World, params: Parameters):
    """Return whether a constitution of independence is in force."""
    return world.constitution[0].adopted


@inner_kernel
def constitution_is_own(world: World, params: Parameters):
    """Return whether the constitution in force is the ruler's own."""
    return world.constitution[0].own


@inner_kernel
def proposing_body_is_ready(world: World, params: Parameters):
    """Return whether a loyal assembly can propose a constitution."""
    return world.constitution[0].proposing_body


@inner_kernel
def deputy_office_exists(world: World, params: Parameters):
    """Return whether there is a vice-president or another second office."""
    return world.constitution[0].deputy_office


@inner_kernel
def governors_are_appointed(world: World, params: Parameters):
    """Return whether the ruler appoints governors."""
    return world.constitution[0].governors_appointed


@inner_kernel
def governors_are_elected(world: World, params: Parameters):
    """Return whether governors are elected."""
    return not world.constitution[0].governors_appointed


@inner_kernel
def has_presidency(world: World, params: Parameters):
    """Return whether the ruler holds an office of president."""
    return world.constitution[0].mandate != Mandate.NONE


@inner_kernel
def has_popular_mandate(world: World, params: Parameters):
    """Return whether the country elected the ruler."""
    return world.constitution[0].mandate == Mandate.POPULAR


@inner_kernel
def has_no_popular_mandate(world: World, params: Parameters):
    """Return whether the country never elected the ruler."""
    return world.constitution[0].mandate != Mandate.POPULAR


@inner_kernel
def has_decree_power(world: World, params: Parameters):
    """Return whether the ruler can make law by decree."""
    constitution = world.constitution[0]
    decrees = constitution.decree_power or (
        constitution.mandate == Mandate.POPULAR and not world.parliament[0].sits
    )
    return through_as_flag(world, Channel.DECREES_WITHOUT_HOUSE, 0, decrees)


# --- elections, parties, courts ------------------------------------------------------------------


@inner_kernel
def election_is_within_year(world: World, params: Parameters):
    """Return whether the presidential election is due within a year."""
    months = world.constitution[0].president_due - world.clock[0].month
    return months <= params.conditions.near_months


@inner_kernel
def election_is_within_half_year(world: World, params: Parameters):
    """Return whether the presidential election is due within half a year."""
    months = world.constitution[0].president_due - world.clock[0].month
    return months <= params.conditions.settled_months


@inner_kernel
def election_is_far(world: World, params: Parameters):
    """Return whether the presidential election is more than a year away."""
    months = world.constitution[0].president_due - world.clock[0].month
    return months > params.conditions.near_months


@inner_kernel
def loyal_party_exists(world: World, params: Parameters):
    """Return whether loyal parties can be founded."""
    return world.constitution[0].pocket_open


@inner_kernel
def no_loyal_party_exists(world: World, params: Parameters):
    """Return whether no loyal party can be founded."""
    return not world.constitution[0].pocket_open


@inner_kernel
def court_obeys(world: World, params: Parameters):
    """Return whether the ruler can turn to the constitutional court (T097)."""
    obedience = world.courts[CourtKind.CONSTITUTIONAL].obedience
    return through(world, Channel.COURT_AT_HAND, 0, obedience) > params.conditions.obeys


@inner_kernel
def commission_obeys(world: World, params: Parameters):
    """Return whether the ruler can turn to the election commission."""
    obedience = world.courts[CourtKind.ELECTION_COMMISSION].obedience
    return through(world, Channel.COMMISSION_AT_HAND, 0, obedience) > params.conditions.obeys


INSTITUTIONAL_CONDITIONS = (
    (Condition.PARLIAMENT_SITS, parliament_sits),
    (Condition.NO_PARLIAMENT, no_parliament_sits),
    (Condition.DECREE_POWER, has_decree_power),
    (Condition.INDEPENDENT, country_is_independent),
    (Condition.GOVERNORS_APPOINTED, governors_are_appointed),
    (Condition.GOVERNORS_ELECTED, governors_are_elected),
    (Condition.COURT_OBEYS, court_obeys),
    (Condition.COMMISSION_OBEYS, commission_obeys),
    (Condition.PROPOSING_BODY_READY, proposing_body_is_ready),
    (Condition.PARLIAMENT_VOIDABLE, parliament_is_voidable),
    (Condition.PARLIAMENT_LOYAL, parliament_is_loyal),
    (Condition.PARLIAMENT_DEMORALISED, parliament_is_demoralised),
    (Condition.LOCAL_COUNCILS_DISSOLVED, local_councils_are_dissolved),
    (Condition.LOCAL_COUNCILS_EXIST, local_councils_exist),
    (Condition.CONSTITUTION_ADOPTED, constitution_is_adopted),
    (Condition.OWN_CONSTITUTION, constitution_is_own),
    (Condition.DEPUTY_OFFICE, deputy_office_exists),
    (Condition.NO_POPULAR_MANDATE, has_no_popular_mandate),
    (Condition.POPULAR_MANDATE, has_popular_mandate),
    (Condition.ELECTION_WITHIN_YEAR, election_is_within_year),
    (Condition.ELECTION_FAR, election_is_far),
    (Condition.LOYAL_PARTY, loyal_party_exists),
    (Condition.NO_LOYAL_PARTY, no_loyal_party_exists),
    (Condition.PARLIAMENT_HOSTILE, parliament_is_hostile),
    (Condition.SPEAKER_LOYAL, speaker_is_loyal),
    (Condition.HAS_PRESIDENCY, has_presidency),
    (Condition.ELECTION_WITHIN_HALF_YEAR, election_is_within_half_year),
)
