"""External shocks: Moscow, the neighbours, the oil market and foreign courts.

The scenario alone dates them.

Equations
---------
abroad.strike
    in the month of a shock its variable is set to the value of the shock, or raised by it
abroad.fade
    an example set abroad is forgotten within a term, any other variable that fades within a year;
    what is learnt of each follows it within a season: an example is followed once one has seen how
    it ended
abroad.judge
    fear         = clip01(west_fear (worst - best + chaos))
    west_price   follows attention (1 - fear) within a season
    example      follows clip01(defeats + crowds) within a season

Symbols
-------
worst : organisation x belief x radicalism of the strongest communist or nationalist rival
best : organisation x belief x (1 - radicalism) of the strongest other rival but for the ruler's
    peers, who are of his making
west_price, example : of society: what Western protest costs the ruler; how far falls of rulers
    abroad are an example
attention, defeats, crowds : variables abroad: attention of the West, examples of rulers voted out
    and driven out

References
----------
Theses T074 T105 T106 T107 T108 T110; chapter, "Opposition: The Peril of Moderates",
note 61.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_precedent
from poruka.engine.kinds import External, Role
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.rule import rule
from poruka.engine.world_types import AbroadNumbers, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def western_fear(p: AbroadNumbers, worst, best, chaos):
    """Return how far the West fears what would come after the ruler (T074, T106).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("abroad")
    >>> western_fear(p, 0.4, 0.1, 0.0) > western_fear(p, 0.1, 0.1, 0.0)
    True
    >>> western_fear(p, 0.4, 0.5, 0.0) < western_fear(p, 0.4, 0.1, 0.0)
    True
    """
    return clip01(p.west_fear * (worst - best + chaos))


# --- what the equations read off the world -------------------------------------------------------


@kernel
def strongest_alternatives(world: World):
    """Return the strength of the strongest radical and of the strongest moderate rival."""
    worst, best = 0.0, 0.0
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active:
            continue
        strength = contender.organisation * contender.belief
        if j == Role.COMMUNIST or j == Role.NATIONALIST:
            worst = max(worst, strength * contender.radicalism)
        elif j != Role.PEER:
            best = max(best, strength * (1.0 - contender.radicalism))
    return worst, best


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="abroad.strike",
    claim=(
        "What happens abroad reaches the country at its own date and changes only the external"
        " variables."
    ),
    theses=["T105", "T108", "T110"],
    locator="note 61",
    standing="operationalised",
    mechanism="M9.shocks",
)
def apply_external_shocks(world: World, params: Parameters, stream: Stream):
    """Let the shocks of this month happen."""
    clock = world.clock[0]
    for i in range(len(world.shocks)):
        shock = world.shocks[i]
        if shock.month != clock.month:
            continue
        if is_precedent(shock.variable) and params.on.M9_precedents <= 0.0:
            continue
        outside = world.outsides[shock.variable]
        outside.value = outside.value + shock.value if shock.adds else shock.value
        log_event(world, EventKind.SHOCK, NOBODY, Entity.OUTSIDES + shock.variable, outside.value)


@rule(
    id="abroad.fade",
    claim=(
        "An example set abroad cheapens the same trick once it is seen to have worked, for a few"
        " years, and is then forgotten; a slump carried in passes sooner."
    ),
    theses=["T105", "T108"],
    locator="note 61",
    standing="operationalised",
    mechanism="M9.precedents",
)
def fade(world: World, params: Parameters, stream: Stream):
    """Let examples set abroad be learnt of and forgotten, and slumps pass."""
    memory = params.memory
    for i in range(len(world.outsides)):
        outside = world.outsides[i]
        if outside.fades:
            months = memory.term if is_precedent(i) else memory.year
            outside.value = forget(outside.value, months)
        outside.learnt = approach(outside.learnt, outside.value, memory.season)


@rule(
    id="abroad.judge",
    claim=(
        "The West forgives more the worse the alternative looks: it weighs who would come before it"
        " protests."
    ),
    theses=["T074", "T106", "T107"],
    locator="Opposition: The Peril of Moderates",
    standing="stated",
    mechanism="M9.west",
)
def update_western_tolerance(world: World, params: Parameters, stream: Stream):
    """Let the West weigh who would come, and let falls of rulers abroad become an example."""
    p = params.abroad
    society = world.society[0]
    worst, best = strongest_alternatives(world)
    fear = western_fear(p, worst, best, society.chaos)
    fear = through(world, Channel.FEAR_OF_THE_WEST, 0, fear)
    # Western protest can raise the cost of an instrument; it never forbids one (T107).
    society.west_price = approach(
        society.west_price,
        world.outsides[External.WEST_ATTENTION].value * (1.0 - fear),
        params.memory.season,
    )
    examples = (
        world.outsides[External.PRECEDENT_DEFEAT].value
        + world.outsides[External.PRECEDENT_CROWD].value
    )
    society.example_of_change = approach(
        society.example_of_change, clip01(examples), params.memory.season
    )
