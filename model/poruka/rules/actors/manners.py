"""Manners of acting, which the text lists among the instruments: told of an act, never chosen.

Equations
---------
count_manners
    a manner is told of an act with irregular >= manifest: after an example or under a trade shock
    above ``manifest``, or within a month of the last act
free_predecessor
    where a ruler hands over to an heir, the promise that frees him is told of as a manner; it is
    his, and frees no ruler after him

References
----------
Theses T003 T005 T009 T064 T105; chapter, "Presidents and Parliaments".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_instrument
from poruka.engine.instrument_kinds import Manner, Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.world_types import ConditionsNumbers, Instrument, World


@kernel
def _fits_manner(world: World, p, instrument: Instrument, manner):
    """Return whether an act was done in a manner: after an example, under a shock, in haste."""
    clock = world.clock[0]
    if manner == Manner.AFTER_EXAMPLE:
        return instrument.precedent >= 0 and world.outsides[instrument.precedent].value > p.manifest
    if manner == Manner.UNDER_SHOCK:
        return world.outsides[External.TRADE_SHOCK].value > p.manifest
    # Before his first irregular act that of the last month is -1, and nothing came before it.
    was_busy = clock.last_act_month >= 0 and clock.month - clock.last_act_month <= 1
    return manner == Manner.IN_HASTE and was_busy


@kernel
def acts_so_far(world: World):
    """Return how often instruments were used in this world; a manner is no act of its own."""
    acts = 0
    for i in range(len(world.instruments)):
        if world.instruments[i].verb != Verb.MANNER:
            acts += world.instruments[i].uses
    return acts


@kernel
def _tell_of_manner(world: World, m, value):
    """Count a manner as used this month, and log it."""
    world.instruments[m].uses += 1
    world.instruments[m].last_month = world.clock[0].month
    log_instrument(world, EventKind.INSTRUMENT, m, Entity.PRESIDENT, NOBODY, value)


@kernel
def count_manners(world: World, p: ConditionsNumbers, instrument: Instrument):
    """Count the manners of acting that the text names as instruments of their own."""
    clock = world.clock[0]
    if instrument.irregular < p.manifest:
        return
    for m in range(len(world.instruments)):
        manner_instrument = world.instruments[m]
        if manner_instrument.verb != Verb.MANNER or manner_instrument.forbidden:
            continue
        fits = _fits_manner(world, p, instrument, manner_instrument.manner)
        if fits and manner_instrument.last_month != clock.month:
            _tell_of_manner(world, m, instrument.irregular)
    clock.last_act_month = clock.month


@kernel
def free_predecessor(world: World):
    """Free a ruler who hands over from answering for what he did: his heir's promise (T003)."""
    for m in range(len(world.instruments)):
        manner_instrument = world.instruments[m]
        if manner_instrument.manner == Manner.FOR_PREDECESSOR and not manner_instrument.forbidden:
            _tell_of_manner(world, m, world.president[0].guilt)
