"""Interventions: what an experimenter makes happen in a branch of a world.

A death, an illness, a named heir, an instrument forbidden, allowed or forced.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_instrument
from poruka.engine.functions import clip01
from poruka.engine.kinds import Crisis
from poruka.engine.record_kinds import Entity, EventKind, Intervention
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
        if kind == Intervention.FORCED:
            instrument = world.instruments[subject]
            if (instrument.needs & current_conditions(world, params)) != instrument.needs:
                continue  # it waits until the instrument's conditions hold
            target = president.target
            log_instrument(
                world,
                EventKind.INSTRUMENT,
                subject,
                Entity.PRESIDENT,
                Entity.CONTENDERS + target if target >= 0 else NOBODY,
                0.0,
            )
            apply_instrument(
                world, params, stream, subject, tool_reliability(world, params, instrument.through)
            )
        elif kind == Intervention.DIES:
            if world.crisis[0].kind == Crisis.VACANCY:
                continue
            log_event(world, EventKind.DEATH, Entity.PRESIDENT, NOBODY, president.age)
            world.crisis[0].kind = Crisis.VACANCY
        elif kind == Intervention.ILL:
            president.health = min(president.health, p.illness_health)
            log_event(world, EventKind.ILLNESS, Entity.PRESIDENT, NOBODY, president.health)
        elif kind == Intervention.NAMED:
            contender = world.contenders[subject]
            contender.active = True
            contender.fame = clip01(contender.fame + p.named_fame)
            contender.office = clip01(contender.office + p.named_office)
            president.heir = subject
            log_event(
                world, EventKind.HEIR_NAMED, Entity.PRESIDENT, Entity.CONTENDERS + subject, 1.0
            )
        elif kind == Intervention.FORBIDDEN or kind == Intervention.ALLOWED:
            world.instruments[subject].forbidden = kind == Intervention.FORBIDDEN
        intervention.done = True
