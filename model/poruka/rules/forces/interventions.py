"""Interventions: what an experimenter makes happen in a branch of a world, a death, an illness, a
named heir, an act forbidden or forced.
"""

from poruka.engine.codes import (
    AT_CONTENDERS,
    AT_PRESIDENT,
    EMPTY_SEAT,
    EVENT_DEATH,
    EVENT_ILLNESS,
    EVENT_INSTRUMENT,
    EVENT_NAMING,
    INTERVENTION_ALLOWED,
    INTERVENTION_DIES,
    INTERVENTION_FORBIDDEN,
    INTERVENTION_FORCED,
    INTERVENTION_ILL,
    INTERVENTION_NAMED,
    NOBODY,
)
from poruka.engine.event_log import tell, tell_act
from poruka.engine.functions import share
from poruka.engine.rule import rule
from poruka.rules.actors.conditions import conditions
from poruka.rules.actors.instrument_choice import obedience
from poruka.rules.actors.instrument_effects import perform


@rule(
    id="interventions.strike",
    claim=(
        "Nothing here happens in a country by itself: what an experimenter has asked for happens, a"
        " forced act as soon as its conditions hold."
    ),
    standing="assumption",
    mechanism="",
)
def strike(world, params, stream):
    president = world.president[0]
    clock = world.clock[0]
    for i in range(len(world.interventions)):
        intervention = world.interventions[i]
        if intervention.done or intervention.month < 0 or clock.month < intervention.month:
            continue
        what, subject = intervention.what, intervention.subject
        if what == INTERVENTION_FORCED:
            instrument = world.instruments[subject]
            if (instrument.needs & conditions(world)) != instrument.needs:
                continue  # it waits until the act is possible at all
            target = president.target
            tell_act(
                world,
                EVENT_INSTRUMENT,
                subject,
                AT_PRESIDENT,
                AT_CONTENDERS + target if target >= 0 else NOBODY,
                0.0,
            )
            perform(world, params, stream, subject, obedience(world, instrument.through))
        elif what == INTERVENTION_DIES:
            if world.crisis[0].kind == EMPTY_SEAT:
                continue
            tell(world, EVENT_DEATH, AT_PRESIDENT, NOBODY, president.age)
            world.crisis[0].kind = EMPTY_SEAT
        elif what == INTERVENTION_ILL:
            president.health = min(president.health, 0.35)
            tell(world, EVENT_ILLNESS, AT_PRESIDENT, NOBODY, president.health)
        elif what == INTERVENTION_NAMED:
            contender = world.contenders[subject]
            contender.active = True
            contender.fame = share(contender.fame + 0.2)
            contender.office = share(contender.office + 0.3)
            president.heir = subject
            tell(world, EVENT_NAMING, AT_PRESIDENT, AT_CONTENDERS + subject, 1.0)
        elif what == INTERVENTION_FORBIDDEN or what == INTERVENTION_ALLOWED:
            world.instruments[subject].forbidden = what == INTERVENTION_FORBIDDEN
        intervention.done = True
