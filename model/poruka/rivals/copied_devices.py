"""Devices that a ruler copies from rulers nearby, where diffusion is all there is.

Which instruments belong to which precedent stands in the table of instruments; what they do here is
no more than what they are: a parliament ends, a date moves, an office changes hands.

Equations
---------
instrument_of_precedent
    one of the instruments with this precedent, each with the same chance
copy_device
    a dispersal ends parliament; an extension moves the next vote by term_months, and a constitution
    of one's own is adopted, both by a referendum with the consent of a vote; immunity is a law; a
    handover gives the office to an unknown

Symbols
-------
term_months : of the constitution

References
----------
Those of the page of diffusion.
"""

from poruka.engine.event_log import log_event, log_instrument
from poruka.engine.functions import code_of
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import External, Mandate, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, ParliamentEnding
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.actors.effects_on_parliament import end_parliament
from poruka.rules.forces.tenure import end_tenure

DRAW_DEVICE = 2


# --- what the equations read off the world -------------------------------------------------------
@kernel
def instrument_of_precedent(world: World, stream: Stream, precedent):
    """Return one of the instruments that are used after an example, or -1 if there is none."""
    count = 0
    for i in range(len(world.instruments)):
        instrument = world.instruments[i]
        count += 1 if instrument.precedent == precedent and not instrument.forbidden else 0
    left = int(uniform(stream, DRAW_DEVICE, precedent) * count)
    for i in range(len(world.instruments)):
        instrument = world.instruments[i]
        if instrument.precedent == precedent and not instrument.forbidden:
            if left == 0:
                return i
            left -= 1
    return -1


@kernel
def has_copied(world: World, precedent):
    """Return whether any instrument with this precedent has been used."""
    for i in range(len(world.instruments)):
        if world.instruments[i].precedent == precedent and world.instruments[i].uses > 0:
            return True
    return False


@kernel
def can_copy(world: World, precedent):
    """Return whether there is in this country what the precedent is about."""
    constitution = world.constitution[0]
    if not constitution.independent:
        return False
    if precedent == External.PRECEDENT_DISPERSAL:
        return world.parliament[0].sits
    return constitution.mandate != Mandate.NONE


@kernel
def ending_by_verb(verb):
    """Return how a parliament ends by an instrument of this verb.

    >>> ending_by_verb(Verb.DISSOLVE_BY_FORCE) == ParliamentEnding.FORCE
    True
    """
    if verb == Verb.DISSOLVE_BY_FORCE:
        return ParliamentEnding.FORCE + 0
    if verb == Verb.DISSOLVE_BY_VERDICT:
        return ParliamentEnding.COURT_VERDICT + 0
    return ParliamentEnding.SELF_DISSOLVED + 0


@kernel
def _hold_plebiscite(world: World, subject, consent):
    """Hold a referendum with the consent that a vote would have."""
    log_event(world, EventKind.REFERENDUM, Entity.PRESIDENT, subject, consent)
    world.history[0].last_referendum_share = consent


@kernel
def copy_device(world: World, params: Parameters, stream: Stream, precedent, row, consent):
    """Do what rulers nearby have done, with one instrument."""
    constitution, clock = world.constitution[0], world.clock[0]
    instrument = world.instruments[row]
    instrument.uses += 1
    instrument.last_month = clock.month
    ruler = Entity.PRESIDENT + Role.RULER
    log_instrument(world, EventKind.INSTRUMENT, row, ruler, Entity.CONSTITUTION, consent)
    if precedent == External.PRECEDENT_DISPERSAL:
        end_parliament(world, params, ending_by_verb(instrument.verb), 0.0)
    elif precedent == External.PRECEDENT_EXTENSION:
        _hold_plebiscite(world, ruler, consent)
        constitution.president_due += constitution.term_months
    elif precedent == External.PRECEDENT_CHAMBER:
        _hold_plebiscite(world, Entity.CONSTITUTION, consent)
        constitution.own, constitution.adopted = True, True
        powers = constitution.parliament_powers
        log_event(world, EventKind.CONSTITUTION, ruler, Entity.CONSTITUTION, powers)
    elif precedent == External.PRECEDENT_IMMUNITY:
        constitution.immunity = True
    elif precedent == External.PRECEDENT_HANDOVER:
        world.contenders[Role.UNKNOWN].active = True
        successor = Entity.CONTENDERS + Role.UNKNOWN
        log_event(world, EventKind.HANDOVER, ruler, successor, code_of(Role.UNKNOWN))
        end_tenure(world, params, stream, Role.UNKNOWN, Exit.HEIR)
