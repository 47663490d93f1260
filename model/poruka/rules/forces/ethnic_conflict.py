"""Ethnic camps: mobilised by mutual fear and by backing from abroad.

A ruler who moderates calms them.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import MIXTURE_SCALE
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import Crisis, External, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
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
    p = params.camps
    society = world.society[0]
    president = world.president[0]
    claims = world.outsides[External.TERRITORIAL_CLAIMS].value
    window = clip01(1.0 - world.outsides[External.UNION_HOLD].value) * (1.0 - society.statehood)
    nationalist_organisation = world.contenders[Role.NATIONALIST].organisation
    minority_organisation = world.contenders[Role.MINORITY_LEADER].organisation
    # Where rules bind power, or all agree on the state, a camp can expect a hearing and need not
    # arm (T060, T085, T126).
    exclusion = 1.0 - p.hearing * clip01(
        society.law_custom + p.hearing_consensus * society.consensus
    )
    ruler_moderation = (
        p.moderation
        * (1.0 - abs(president.nation))
        * (p.moderation_floor + p.moderation_approval * president.approval)
        * (1.0 + p.moderation_talk * president.integration_talk)
    )
    society.tension = 0.0
    for i in range(len(world.regions)):
        region = world.regions[i]
        mixture = MIXTURE_SCALE * region.minority_share * (1.0 - region.minority_share)
        minority_fear = (
            p.claims_fear * claims
            + p.nation_fear * max(0.0, president.nation)
            + p.titular_fear * region.titular_mobilised
            + p.movement_fear * minority_organisation
        )
        titular_fear = (
            p.claims_fear * claims
            + p.minority_fear * region.minority_mobilised
            + p.nationalist_fear * nationalist_organisation
        )
        heat = (
            window * exclusion * (1.0 - clip01(ruler_moderation)) * mixture
            + p.heat_fear * region.heat
        )
        region.minority_mobilised = relax(
            region.minority_mobilised, clip01(p.fear * minority_fear * heat), p.arming
        )
        region.titular_mobilised = relax(
            region.titular_mobilised, clip01(p.fear * titular_fear * heat), p.arming
        )
        region.tension = region.minority_mobilised * region.titular_mobilised
        region.heat = p.heat_memory * region.heat
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
    p = params.camps
    society = world.society[0]
    crisis = world.crisis[0]
    society.war = society.war * p.war_memory if society.war > p.war_end else 0.0
    for i in range(len(world.regions)):
        region = world.regions[i]
        if uniform(stream, 0, i) > p.clash * region.tension:
            continue
        region.heat = clip01(region.heat + p.clash_heat)
        society.blood = clip01(society.blood + p.clash_blood)
        event = log_event(world, EventKind.ETHNIC_CLASH, Entity.REGIONS + i, NOBODY, region.tension)
        log_reason(world, event, Reason.TENSION, region.tension)
        if (
            society.war < p.war_end
            and uniform(stream, 1, i) < p.escalation * region.heat * region.tension
        ):
            society.war = 1.0
            society.blood = 1.0
            if crisis.kind != Crisis.VACANCY:
                crisis.kind = Crisis.ETHNIC_WAR
                crisis.heat = p.crisis_floor + p.crisis_tension * region.tension
            world.history[0].wars += 1
            event = log_event(
                world, EventKind.ETHNIC_WAR, Entity.REGIONS + i, NOBODY, region.tension
            )
            log_reason(world, event, Reason.TENSION, region.tension)
