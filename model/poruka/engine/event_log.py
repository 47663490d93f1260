"""The events of a world: one for every instrument used, vote, defection, dismissal, law, verdict
and scandal, with the quantities that decided it.
"""

from poruka.engine.jit import kernel


@kernel
def log_event(world, kind, actor, target, value):
    """Log an event of this month and return its row.

    Where there is no room left it returns -1, and the world fails.
    """
    return log_instrument(world, kind, -1, actor, target, value)


@kernel
def log_instrument(world, kind, instrument, actor, target, value):
    """Log an event in which the ruler used an instrument; see :func:`log_event`."""
    clock = world.clock[0]
    event_row = clock.told
    clock.told = event_row + 1
    if event_row >= len(world.events):
        return -1
    event = world.events[event_row]
    event.month = clock.month
    event.kind = kind
    event.rule = clock.rule
    event.instrument = instrument
    event.actor = actor
    event.target = target
    event.value = value
    return event_row


@kernel
def log_reason(world, event_row, quantity, value):
    """Log one quantity that decided an event.

    Only a world that is simulated again to answer *why* has room for reasons.
    """
    clock = world.clock[0]
    if clock.reasons < len(world.reasons):
        reason = world.reasons[clock.reasons]
        reason.event = event_row
        reason.quantity = quantity
        reason.value = value
    clock.reasons += 1
