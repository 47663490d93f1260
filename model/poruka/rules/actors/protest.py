"""Protest: a cascade over the thresholds of citizens, each of whom waits for others to go first."""

from poruka.engine.codes import (
    EVENT_CROWD,
    EVENT_PROTEST,
    EXTERNAL_PRECEDENT_CROWD,
    NOBODY,
    REASON_CROWD_SHARE,
    REASON_HARDSHIP,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule


@kernel
def protest_turnout(world, params, stream, draw, spark):
    """Return the share of citizens who protest after a trigger of a given size.

    A cascade over individual thresholds: each needs others to go first. Fear and the demand for
    order restrain a citizen; a divided elite and an example abroad encourage him, and so does
    democratic habit when something outrages. Everyday protest follows hardship alone (T090).
    """
    society = world.society[0]
    economy = world.economy[0]
    index = world.index[0]
    example = 0.15 * clip(world.outsides[EXTERNAL_PRECEDENT_CROWD].value, 0.0, 1.0)
    restraint = (
        0.3 * index.repression
        + (0.12 if world.constitution[0].street_banned else 0.0)
        + (0.08 if world.constitution[0].emergency else 0.0)
    )
    turnout = 0.0
    for _ in range(6):
        new_turnout = 0.0
        for i in range(len(world.citizens)):
            citizen = world.citizens[i]
            anger = (
                spark * (0.4 + citizen.habit)
                + 0.45 * economy.hardship
                - 0.6 * citizen.private * (1.0 if citizen.said else 0.5)
            )
            push = (
                anger
                + example
                + 0.3 * (1.0 - index.monolith)
                + params.citizens.contagion * turnout
                + 0.12 * normal(stream, draw, i)
            )
            threshold = (
                params.citizens.threshold
                + restraint
                + 0.45 * citizen.order_demand
                - 0.25 * society.solidarity * (1.0 - society.atomisation)
            )
            citizen.out = push > threshold
            new_turnout += 1.0 if citizen.out else 0.0
        new_turnout /= len(world.citizens)
        if new_turnout <= turnout:
            return turnout
        turnout = new_turnout
    return turnout


@rule(
    id="citizens.protest",
    claim=(
        "Hardship brings people out early, each when enough others are there; recovery and"
        " habituation send them home."
    ),
    theses=["T090", "T093", "T121"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M7.protest",
)
def protest(world, params, stream):
    society = world.society[0]
    turnout = protest_turnout(world, params, stream, 0, 0.0)
    society.protest = relax(society.protest, turnout, 0.5)
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, turnout)
    if turnout > 0.04 and uniform(stream, 1, 0) < 0.5:
        event = log_event(
            world, EVENT_CROWD if turnout > 0.25 else EVENT_PROTEST, NOBODY, NOBODY, turnout
        )
        log_reason(world, event, REASON_HARDSHIP, world.economy[0].hardship)
        log_reason(world, event, REASON_CROWD_SHARE, turnout)
