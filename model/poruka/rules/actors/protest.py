"""Protest: a cascade over the thresholds of citizens, each of whom waits for others to go first."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import EventKind, Reason
from poruka.engine.rule import rule


@kernel
def protest_turnout(world, params, stream, draw, spark):
    """Return the share of citizens who protest after a trigger of a given size.

    A cascade over individual thresholds: each needs others to go first. Fear and the demand for
    order restrain a citizen; a divided elite and an example abroad encourage him, and so does
    democratic habit when something outrages. Everyday protest follows hardship alone (T090).
    """
    p = params.protest
    society = world.society[0]
    economy = world.economy[0]
    index = world.index[0]
    example = p.example * clip(world.outsides[External.PRECEDENT_CROWD].value, 0.0, 1.0)
    restraint = (
        p.repression * index.repression
        + (p.ban if world.constitution[0].street_banned else 0.0)
        + (p.emergency if world.constitution[0].emergency else 0.0)
    )
    turnout = 0.0
    for _ in range(int(p.looks)):
        new_turnout = 0.0
        for i in range(len(world.citizens)):
            citizen = world.citizens[i]
            anger = (
                spark * (p.outrage_floor + citizen.habit)
                + p.hardship * economy.hardship
                - p.preference * citizen.private * (1.0 if citizen.said else p.unspoken)
            )
            push = (
                anger
                + example
                + p.divided_elite * (1.0 - index.monolith)
                + params.citizens.contagion * turnout
                + p.personal * normal(stream, draw, i)
            )
            threshold = (
                params.citizens.threshold
                + restraint
                + p.order * citizen.order_demand
                - p.solidarity * society.solidarity * (1.0 - society.atomisation)
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
    p = params.protest
    society = world.society[0]
    turnout = protest_turnout(world, params, stream, 0, 0.0)
    society.protest = relax(society.protest, turnout, p.rate)
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, turnout)
    if turnout > p.noticed and uniform(stream, 1, 0) < p.reporting:
        event = log_event(
            world,
            EventKind.CROWD if turnout > p.crowd else EventKind.PROTEST,
            NOBODY,
            NOBODY,
            turnout,
        )
        log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)
        log_reason(world, event, Reason.CROWD_SHARE, turnout)
