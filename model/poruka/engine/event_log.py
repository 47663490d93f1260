"""What a world tells: one event for every act, vote, defection, dismissal, law, verdict and
scandal, with its reasons.
"""

from poruka.engine.jit import kernel


@kernel
def log_event(world, kind, actor, target, value):
    """Record an event of this month and return its place, or -1 when there is no room left (which
    fails the world).
    """
    return log_instrument(world, kind, -1, actor, target, value)


@kernel
def log_instrument(world, kind, instrument, actor, target, value):
    """Record an event that used an instrument of the ruler; see :func:`log_event`."""
    clock = world.clock[0]
    place = clock.told
    clock.told = place + 1
    if place >= len(world.events):
        return -1
    event = world.events[place]
    event.month = clock.month
    event.kind = kind
    event.rule = clock.rule
    event.instrument = instrument
    event.actor = actor
    event.target = target
    event.value = value
    return place


@kernel
def log_reason(world, event_row, quantity, value):
    """Keep one number that decided an event; only a world that is being asked *why* has room for
    it.
    """
    clock = world.clock[0]
    if clock.reasons < len(world.reasons):
        reason = world.reasons[clock.reasons]
        reason.event = event_row
        reason.quantity = quantity
        reason.value = value
    clock.reasons += 1
