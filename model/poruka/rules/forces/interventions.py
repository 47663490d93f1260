"""Interventions: what an experimenter makes happen in a branch of a world.

A death, an illness, a named heir, an instrument forbidden, allowed or forced.
"""

from poruka.engine.codes import (
    CRISIS_VACANCY,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_DEATH,
    EVENT_HEIR_NAMED,
    EVENT_ILLNESS,
    EVENT_INSTRUMENT,
    INTERVENTION_ALLOWED,
    INTERVENTION_DIES,
    INTERVENTION_FORBIDDEN,
    INTERVENTION_FORCED,
    INTERVENTION_ILL,
    INTERVENTION_NAMED,
    NOBODY,
)
from poruka.engine.event_log import log_event, log_instrument
from poruka.engine.functions import clip01
from poruka.engine.rule import rule
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.actors.instrument_effects import apply_instrument
from poruka.rules.actors.instrument_valuation import tool_reliability


@rule(
    id="interventions.strike",
    claim=(
        "These events do not arise in a country by itself: an experimenter asks for them, and a"
        " forced instrument is used as soon as its conditions hold."
    ),
    standing="assumption",
    mechanism="",
)
def apply_interventions(world, params, stream):
    p = params.interventions
    president = world.president[0]
    clock = world.clock[0]
    for i in range(len(world.interventions)):
        intervention = world.interventions[i]
        if intervention.done or intervention.month < 0 or clock.month < intervention.month:
            continue
        kind, subject = intervention.kind, intervention.subject
        if kind == INTERVENTION_FORCED:
            instrument = world.instruments[subject]
            if (instrument.needs & current_conditions(world, params)) != instrument.needs:
                continue  # it waits until the instrument's conditions hold
            target = president.target
            log_instrument(
                world,
                EVENT_INSTRUMENT,
                subject,
                ENTITY_PRESIDENT,
                ENTITY_CONTENDERS + target if target >= 0 else NOBODY,
                0.0,
            )
            apply_instrument(
                world, params, stream, subject, tool_reliability(world, params, instrument.through)
            )
        elif kind == INTERVENTION_DIES:
            if world.crisis[0].kind == CRISIS_VACANCY:
                continue
            log_event(world, EVENT_DEATH, ENTITY_PRESIDENT, NOBODY, president.age)
            world.crisis[0].kind = CRISIS_VACANCY
        elif kind == INTERVENTION_ILL:
            president.health = min(president.health, p.illness_health)
            log_event(world, EVENT_ILLNESS, ENTITY_PRESIDENT, NOBODY, president.health)
        elif kind == INTERVENTION_NAMED:
            contender = world.contenders[subject]
            contender.active = True
            contender.fame = clip01(contender.fame + p.named_fame)
            contender.office = clip01(contender.office + p.named_office)
            president.heir = subject
            log_event(world, EVENT_HEIR_NAMED, ENTITY_PRESIDENT, ENTITY_CONTENDERS + subject, 1.0)
        elif kind == INTERVENTION_FORBIDDEN or kind == INTERVENTION_ALLOWED:
            world.instruments[subject].forbidden = kind == INTERVENTION_FORBIDDEN
        intervention.done = True
