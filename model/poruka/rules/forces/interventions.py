"""Interventions: what an experimenter makes happen in a branch of a world.

A death, an illness, a named heir, an instrument forbidden, allowed or forced. A death is met by the
whole succession: the rule has more numbers than most, as it reads those of the crisis and of
succession, and none of its own.

Equations
---------
interventions.strike
    an illness   : health = health (1 - usual), as an illness of middling weight does
    a named heir : fame = clip01(fame + family.heir_name), office likewise
    a forced instrument is used, with the reliability of what it acts through, in the first month
    in which its conditions hold

Symbols
-------
health : the ruler's health
fame, office : how well the named contender is known, and the weight of his office

References
----------
None: these events come from the experimenter and not from the text.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_instrument
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis
from poruka.engine.record_kinds import Entity, EventKind, Intervention
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.actors.instrument_effects import apply_instrument
from poruka.rules.actors.instrument_valuation import tool_reliability
from poruka.rules.forces.ageing import health_after_illness


# --- what each intervention does ------------------------------------------------------------------
@kernel
def _force_instrument(world: World, params: Parameters, stream: Stream, row):
    """Use an instrument if its conditions hold, and return whether they do."""
    instrument = world.instruments[row]
    if (instrument.needs & current_conditions(world, params)) != instrument.needs:
        return False
    target = world.president[0].target
    log_instrument(
        world,
        EventKind.INSTRUMENT,
        row,
        Entity.PRESIDENT,
        Entity.CONTENDERS + target if target >= 0 else NOBODY,
        0.0,
    )
    reliability = tool_reliability(world, params, instrument.through)
    apply_instrument(world, params, stream, row, reliability)
    return True


@kernel
def _let_ruler_die(world: World):
    """Let the ruler die, and return whether there was one."""
    if world.crisis[0].kind == Crisis.VACANCY:
        return False
    log_event(world, EventKind.DEATH, Entity.PRESIDENT, NOBODY, world.president[0].age)
    world.crisis[0].kind = Crisis.VACANCY
    return True


@kernel
def _name_heir(world: World, named, j):
    """Make a contender the ruler's named heir, and better known by it."""
    contender = world.contenders[j]
    contender.active = True
    contender.fame = clip01(contender.fame + named)
    contender.office = clip01(contender.office + named)
    world.president[0].heir = j
    log_event(world, EventKind.HEIR_NAMED, Entity.PRESIDENT, Entity.CONTENDERS + j, 1.0)


# --- the rule -------------------------------------------------------------------------------------
@rule(
    id="interventions.strike",
    claim=(
        "These events do not arise in a country by itself: an experimenter asks for them, and a"
        " forced instrument is used as soon as its conditions hold."
    ),
    standing="assumption",
    mechanism="",
)
def apply_interventions(world: World, params: Parameters, stream: Stream):
    """Carry out the interventions that are due; what cannot happen yet is tried again."""
    president = world.president[0]
    clock = world.clock[0]
    for i in range(len(world.interventions)):
        intervention = world.interventions[i]
        if intervention.done or intervention.month < 0 or clock.month < intervention.month:
            continue
        kind, subject = intervention.kind, intervention.subject
        has_happened = True
        if kind == Intervention.FORCED:
            has_happened = _force_instrument(world, params, stream, subject)
        elif kind == Intervention.DIES:
            has_happened = _let_ruler_die(world)
        elif kind == Intervention.ILL:
            severity = params.population.usual
            president.health = health_after_illness(president.health, severity)
            log_event(world, EventKind.ILLNESS, Entity.PRESIDENT, NOBODY, president.health)
        elif kind == Intervention.NAMED:
            _name_heir(world, params.family.heir_name, subject)
        elif kind == Intervention.FORBIDDEN or kind == Intervention.ALLOWED:
            world.instruments[subject].forbidden = kind == Intervention.FORBIDDEN
        intervention.done = has_happened
