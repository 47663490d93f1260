"""Protest: a cascade over the thresholds of citizens, each of whom waits for others to go first.

The page has more numbers than most: the cascade weighs four reasons to go out against three to stay
at home, and every way to divide the weights of the former is to be tried.

Equations
---------
protest_turnout
    outrage   = spark (outrage_floor + (1 - outrage_floor) clip01(habit + example))
    reasons   = hardship h - preference private + divided_elite (1 - monolith)
                + solidarity s (1 - atomisation)
    push      = outrage + reasons + contagion t + personal e
    hurdle    = threshold + held_back (r + order_demand) + ban (where meetings are banned or
                emergency powers are on the books)
    a citizen goes out if push > hurdle
    t, the share who are out, is 0 at first and taken anew in each of crisis.rounds of a month,
    until it no longer grows

citizens.protest
    turnout = protest_turnout without a spark
    protest moves to turnout within a season
    it is reported if turnout > small_crowd, and as a crowd if turnout > great_crowd, which are
    numbers of a crisis

Symbols
-------
spark : size of an outrage, 0 in a month without one
habit, private, order_demand : democratic habit, private margin for the ruler, demand for order
example : recent falls of rulers before crowds elsewhere
h, r, s : hardship, recent repression, solidarity of kin, horde and place
monolith : how far the elite is one, an index
e : a standard normal draw for each citizen, the same in all rounds
season : a memory that all rules share

The cascade is a threshold model as those of Granovetter and of Kuran.

References
----------
Theses T090 T093 T108 T121; chapter, "The New Opposition".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.random_streams import normal
from poruka.engine.record_kinds import EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Citizen, Parameters, ProtestNumbers, Stream, World

DRAW_OWN_REASONS = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def felt_outrage(p: ProtestNumbers, spark, lesson):
    """Return what an outrage counts for a citizen: more as habit, or an example abroad, taught.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("protest")
    >>> felt_outrage(p, 0.5, 0.6) > felt_outrage(p, 0.5, 0.0) > felt_outrage(p, 0.1, 0.0)
    True
    """
    return spark * (p.outrage_floor + (1.0 - p.outrage_floor) * lesson)


@kernel
def protest_reasons(p: ProtestNumbers, hardship, private, monolith, ties):
    """Return the everyday reasons to go out.

    They are hardship (T090), preference for a rival, a divided elite, and ties to others that
    isolation does not cut (T093).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("protest")
    >>> least = protest_reasons(p, 0.1, 0.0, 0.8, 0.1)
    >>> protest_reasons(p, 0.6, 0.0, 0.8, 0.1) > least
    True
    >>> protest_reasons(p, 0.1, -0.5, 0.8, 0.1) > least
    True
    >>> protest_reasons(p, 0.1, 0.0, 0.4, 0.1) > least
    True
    >>> protest_reasons(p, 0.1, 0.0, 0.8, 0.6) > least
    True
    """
    return (
        p.hardship * hardship
        - p.preference * private
        + p.divided_elite * (1.0 - monolith)
        + p.solidarity * ties
    )


@kernel
def protest_push(p: ProtestNumbers, outrage, reasons, turnout, own_reasons):
    """Return what draws a citizen out, others who are out already among it.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("protest")
    >>> least = protest_push(p, 0.1, 0.3, 0.1, 0.0)
    >>> protest_push(p, 0.1, 0.3, 0.4, 0.0) > least, protest_push(p, 0.1, 0.3, 0.1, 1.0) > least
    (True, True)
    """
    return outrage + reasons + p.contagion * turnout + p.personal * own_reasons


@kernel
def protest_hurdle(p: ProtestNumbers, repression, order_demand, is_forbidden):
    """Return the push that it takes to bring a citizen out.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("protest")
    >>> least = protest_hurdle(p, 0.2, 0.3, False)
    >>> protest_hurdle(p, 0.6, 0.3, False) > least, protest_hurdle(p, 0.2, 0.8, False) > least
    (True, True)
    >>> protest_hurdle(p, 0.2, 0.3, True) > least
    True
    """
    return (
        p.threshold + p.held_back * (repression + order_demand) + (p.ban if is_forbidden else 0.0)
    )


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _push_of(world: World, p: ProtestNumbers, citizen: Citizen, spark, turnout, own_reasons):
    """Return what draws one citizen out when this share is out already."""
    society = world.society[0]
    ties = society.solidarity * (1.0 - society.atomisation)
    ties = through(world, Channel.TIES_AMONG_CITIZENS, 0, ties)
    hardship = through(world, Channel.HARDSHIP_IN_PROTEST, 0, world.economy[0].hardship)
    reasons = protest_reasons(p, hardship, citizen.private, world.index[0].monolith, ties)
    # That votes are taken back by crowds is learnt at home or from a fall elsewhere (T108).
    lesson = clip01(citizen.habit + world.outsides[External.PRECEDENT_CROWD].value)
    lesson = through(world, Channel.HABIT_IN_OUTRAGE, 0, lesson)
    return protest_push(p, felt_outrage(p, spark, lesson), reasons, turnout, own_reasons)


@kernel
def _hurdle_of(world: World, p: ProtestNumbers, citizen: Citizen):
    """Return the push that it takes to bring one citizen out."""
    constitution = world.constitution[0]
    is_forbidden = constitution.street_banned or constitution.emergency
    return protest_hurdle(p, world.index[0].repression, citizen.order_demand, is_forbidden)


@kernel
def protest_turnout(world: World, params: Parameters, stream: Stream, draw, spark):
    """Return the share of citizens who protest after a trigger of a given size.

    A cascade over individual thresholds: each needs others to go first.
    """
    p = params.protest
    turnout = 0.0
    for _ in range(int(params.crisis.rounds)):
        new_turnout = 0.0
        for i in range(len(world.citizens)):
            citizen = world.citizens[i]
            own_reasons = normal(stream, draw, i)
            push = _push_of(world, p, citizen, spark, turnout, own_reasons)
            citizen.out = push > _hurdle_of(world, p, citizen)
            new_turnout += 1.0 if citizen.out else 0.0
        new_turnout /= len(world.citizens)
        if new_turnout <= turnout:
            return turnout
        turnout = new_turnout
    return turnout


# --- the rule ------------------------------------------------------------------------------------


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
def protest(world: World, params: Parameters, stream: Stream):
    """Let citizens protest, remember it, and report what is large enough to be noticed."""
    society = world.society[0]
    turnout = protest_turnout(world, params, stream, DRAW_OWN_REASONS, 0.0)
    society.protest = approach(society.protest, turnout, params.memory.season)
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, turnout)
    if turnout > params.crisis.small_crowd:
        kind = EventKind.CROWD if turnout > params.crisis.great_crowd else EventKind.PROTEST
        event = log_event(world, kind, NOBODY, NOBODY, turnout)
        log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)
        log_reason(world, event, Reason.CROWD_SHARE, turnout)
