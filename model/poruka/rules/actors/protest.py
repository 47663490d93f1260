"""Protest: a cascade over the thresholds of citizens, each of whom waits for others to go first.

Equations
---------
protest_turnout
    anger     = spark (outrage_floor + habit) + hardship h - preference private
    push      = anger + example abroad + divided_elite (1 - monolith) + contagion t + personal e
    restraint = repression r + ban (where meetings are banned) + emergency (where emergency powers
                are on the books)
    hurdle    = threshold + restraint + order order_demand - solidarity s (1 - atomisation)
    a citizen goes out if push > hurdle; private counts in full for one who speaks against the
    ruler, times unspoken for one who does not
    t, the share who are out, is 0 at first and taken anew in each of looks rounds of a month,
    until it no longer grows

citizens.protest
    turnout = protest_turnout without a spark
    protest = protest + rate (turnout - protest)
    it is reported with the chance reporting if turnout > noticed, and as a crowd if
    turnout > crowd

Symbols
-------
spark : size of an outrage, 0 in a month without one
habit, private, order_demand : democratic habit, private margin for the ruler, demand for order
h, r, s : hardship, recent repression, solidarity of kin, horde and place
abroad : a crowd that brought a ruler down elsewhere, between 0 and 1
monolith : how far the elite is one, an index
e : a standard normal draw for each citizen, the same in all rounds

The cascade is a threshold model as those of Granovetter and of Kuran.

References
----------
Theses T090 T093 T121; chapter, "The New Opposition".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import EventKind, Reason
from poruka.engine.rule import rule

DRAW_OWN_REASONS = 0
DRAW_REPORT = 1

# --- equations -----------------------------------------------------------------------------------


@kernel
def protest_anger(p, spark, habit, hardship, private, speaks):
    """Return a citizen's anger; habit makes an outrage count, everyday anger is hardship (T090).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("protest")
    >>> calm = protest_anger(p, 0.0, 0.2, 0.1, 0.0, False)
    >>> protest_anger(p, 0.5, 0.0, 0.1, 0.0, False) > calm
    True
    >>> protest_anger(p, 0.0, 0.2, 0.6, 0.0, False) > calm
    True
    >>> against = protest_anger(p, 0.0, 0.2, 0.1, -0.5, False)
    >>> protest_anger(p, 0.0, 0.2, 0.1, -0.5, True) > against > calm
    True
    """
    return (
        spark * (p.outrage_floor + habit)
        + p.hardship * hardship
        - p.preference * private * (1.0 if speaks else p.unspoken)
    )


@kernel
def protest_push(p, contagion, anger, abroad, monolith, turnout, own_reasons):
    """Return what draws a citizen out: anger, a divided elite, and others who are out already.

    >>> from poruka.engine.parameters import default_numbers
    >>> p, contagion = default_numbers("protest"), default_numbers("citizens").contagion
    >>> least = protest_push(p, contagion, 0.3, 0.0, 0.8, 0.1, 0.0)
    >>> protest_push(p, contagion, 0.3, 1.0, 0.8, 0.1, 0.0) > least
    True
    >>> protest_push(p, contagion, 0.3, 0.0, 0.4, 0.1, 0.0) > least
    True
    >>> protest_push(p, contagion, 0.3, 0.0, 0.8, 0.4, 0.0) > least
    True
    >>> protest_push(p, contagion, 0.3, 0.0, 0.8, 0.1, 1.0) > least
    True
    """
    return (
        anger
        + p.example * abroad
        + p.divided_elite * (1.0 - monolith)
        + contagion * turnout
        + p.personal * own_reasons
    )


@kernel
def protest_restraint(p, repression, is_banned, is_emergency):
    """Return what holds every citizen back.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("protest")
    >>> least = protest_restraint(p, 0.2, False, False)
    >>> protest_restraint(p, 0.6, False, False) > least
    True
    >>> protest_restraint(p, 0.2, True, False) > least < protest_restraint(p, 0.2, False, True)
    True
    """
    return (
        p.repression * repression
        + (p.ban if is_banned else 0.0)
        + (p.emergency if is_emergency else 0.0)
    )


@kernel
def protest_hurdle(p, threshold, restraint, order_demand, solidarity, atomisation):
    """Return the push that it takes to bring a citizen out; solidarity lowers it (T093).

    >>> from poruka.engine.parameters import default_numbers
    >>> p, threshold = default_numbers("protest"), default_numbers("citizens").threshold
    >>> least = protest_hurdle(p, threshold, 0.2, 0.3, 0.5, 0.5)
    >>> protest_hurdle(p, threshold, 0.2, 0.8, 0.5, 0.5) > least
    True
    >>> protest_hurdle(p, threshold, 0.2, 0.3, 0.8, 0.5) < least
    True
    >>> protest_hurdle(p, threshold, 0.2, 0.3, 0.5, 0.9) > least
    True
    """
    return (
        threshold
        + restraint
        + p.order * order_demand
        - p.solidarity * solidarity * (1.0 - atomisation)
    )


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _restraint_on_all(world, p):
    """Return what holds every citizen back this month."""
    constitution = world.constitution[0]
    return protest_restraint(
        p, world.index[0].repression, constitution.street_banned, constitution.emergency
    )


@kernel
def _push_of(world, params, citizen, spark, turnout, own_reasons):
    """Return what draws one citizen out when this share is out already."""
    p = params.protest
    anger = protest_anger(
        p, spark, citizen.habit, world.economy[0].hardship, citizen.private, citizen.said
    )
    abroad = clip01(world.outsides[External.PRECEDENT_CROWD].value)
    contagion, monolith = params.citizens.contagion, world.index[0].monolith
    return protest_push(p, contagion, anger, abroad, monolith, turnout, own_reasons)


@kernel
def _hurdle_of(world, params, citizen, restraint):
    """Return the push that it takes to bring one citizen out."""
    society = world.society[0]
    return protest_hurdle(
        params.protest,
        params.citizens.threshold,
        restraint,
        citizen.order_demand,
        society.solidarity,
        society.atomisation,
    )


@kernel
def protest_turnout(world, params, stream, draw, spark):
    """Return the share of citizens who protest after a trigger of a given size.

    A cascade over individual thresholds: each needs others to go first.
    """
    restraint = _restraint_on_all(world, params.protest)
    turnout = 0.0
    for _ in range(int(params.protest.looks)):
        new_turnout = 0.0
        for i in range(len(world.citizens)):
            citizen = world.citizens[i]
            own_reasons = normal(stream, draw, i)
            push = _push_of(world, params, citizen, spark, turnout, own_reasons)
            citizen.out = push > _hurdle_of(world, params, citizen, restraint)
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
def protest(world, params, stream):
    """Let citizens protest, remember it, and report what is large enough to be noticed."""
    p = params.protest
    society = world.society[0]
    turnout = protest_turnout(world, params, stream, DRAW_OWN_REASONS, 0.0)
    society.protest = relax(society.protest, turnout, p.rate)
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, turnout)
    if turnout > p.noticed and uniform(stream, DRAW_REPORT, 0) < p.reporting:
        kind = EventKind.CROWD if turnout > p.crowd else EventKind.PROTEST
        event = log_event(world, kind, NOBODY, NOBODY, turnout)
        log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)
        log_reason(world, event, Reason.CROWD_SHARE, turnout)
