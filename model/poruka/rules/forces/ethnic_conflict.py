"""Ethnic camps: mobilised by mutual fear and by backing from abroad.

A ruler who moderates calms them.
"""

from poruka.engine.codes import (
    CONTENDER_MINORITY_LEADER,
    CONTENDER_NATIONALIST,
    CRISIS_ETHNIC_WAR,
    CRISIS_VACANCY,
    ENTITY_REGIONS,
    EVENT_ETHNIC_CLASH,
    EVENT_ETHNIC_WAR,
    EXTERNAL_TERRITORIAL_CLAIMS,
    EXTERNAL_UNION_HOLD,
    NOBODY,
    REASON_TENSION,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule


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
    society = world.society[0]
    president = world.president[0]
    claims = world.outsides[EXTERNAL_TERRITORIAL_CLAIMS].value
    window = clip01(1.0 - world.outsides[EXTERNAL_UNION_HOLD].value) * (1.0 - society.statehood)
    nationalist_organisation = world.contenders[CONTENDER_NATIONALIST].organisation
    minority_organisation = world.contenders[CONTENDER_MINORITY_LEADER].organisation
    # Where rules bind power, or all agree on the state, a camp can expect a hearing and need not
    # arm (T060, T085, T126).
    exclusion = 1.0 - params.camps.hearing * clip01(society.law_custom + 0.6 * society.consensus)
    ruler_moderation = (
        params.camps.moderation
        * (1.0 - abs(president.nation))
        * (0.4 + 0.6 * president.approval)
        * (1.0 + 0.5 * president.integration_talk)
    )
    society.tension = 0.0
    for i in range(len(world.regions)):
        region = world.regions[i]
        mixture = 4.0 * region.minority_share * (1.0 - region.minority_share)
        minority_fear = (
            0.5 * claims
            + 0.7 * max(0.0, president.nation)
            + 0.6 * region.titular_mobilised
            + 0.3 * minority_organisation
        )
        titular_fear = (
            0.5 * claims + 0.5 * region.minority_mobilised + 0.4 * nationalist_organisation
        )
        heat = window * exclusion * (1.0 - clip01(ruler_moderation)) * mixture + 0.4 * region.heat
        region.minority_mobilised = relax(
            region.minority_mobilised, clip01(params.camps.fear * minority_fear * heat), 0.25
        )
        region.titular_mobilised = relax(
            region.titular_mobilised, clip01(params.camps.fear * titular_fear * heat), 0.25
        )
        region.tension = region.minority_mobilised * region.titular_mobilised
        region.heat = 0.93 * region.heat
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
    society = world.society[0]
    crisis = world.crisis[0]
    society.war = society.war * 0.93 if society.war > 0.05 else 0.0
    for i in range(len(world.regions)):
        region = world.regions[i]
        if uniform(stream, 0, i) > params.camps.clash * region.tension:
            continue
        region.heat = clip01(region.heat + 0.4)
        society.blood = clip01(society.blood + 0.08)
        event = log_event(world, EVENT_ETHNIC_CLASH, ENTITY_REGIONS + i, NOBODY, region.tension)
        log_reason(world, event, REASON_TENSION, region.tension)
        if (
            society.war < 0.05
            and uniform(stream, 1, i) < params.camps.escalation * region.heat * region.tension
        ):
            society.war = 1.0
            society.blood = 1.0
            if crisis.kind != CRISIS_VACANCY:
                crisis.kind = CRISIS_ETHNIC_WAR
                crisis.heat = 0.5 + 0.5 * region.tension
            world.history[0].wars += 1
            event = log_event(world, EVENT_ETHNIC_WAR, ENTITY_REGIONS + i, NOBODY, region.tension)
            log_reason(world, event, REASON_TENSION, region.tension)
