"""Effects of instruments on deputies: discredited, bought, intimidated, expelled, threatened.

Equations
---------
discredit_parliament
    standing of parliament -= strength success
buy_deputies, intimidate_deputies
    effort = posts_to_give strength, and for fear effort = posts_to_give strength success
    r = effort / seats
    a deputy is reached with chance r (1 - boldness)
    bought += sway, or cowed += sway
dissolve_local_councils
    standing of parliament -= mark; every deputy's fear += mark
strip_mandates
    a deputy of the opposition loses his seat with chance strength
    the fear of any other who sits += mark
threaten_dissolution
    the threat is believed with chance f, and every deputy's fear += mark
    otherwise there is a vote: whoever is for the ruler keeps the cabinet as far as he is bought;
    it falls from no_confidence_share of the seats on, and takes fall_relief of blame along
manage_list
    seats that the ruler fills himself += strength
falsify_count
    hold on the count of votes += strength success

Symbols
-------
mark : the mark that an act of full strength leaves, `acts.mark`
strength, success : how far the act goes; the chance that its tool obeys, or the share carried out
r : reach of an effort, larger in a small parliament
f : how far deputies fear that dissolution will follow

References
----------
Theses T051 T063 T068 T081; chapter, "Presidents and Parliaments".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.world_types import Instrument, Parameters, Stream, World
from poruka.rules.actors.premiers import dismiss_premier

DRAW_BOUGHT = 60
DRAW_COWED = 61
DRAW_EXPELLED = 66
DRAW_THREAT = 67


# --- equations -----------------------------------------------------------------------------------


@kernel
def sway_reach(effort, seats):
    """Return how far an effort to win deputies reaches; a small parliament is won sooner (r).

    >>> sway_reach(10.0, 67.0) > sway_reach(10.0, 360.0)
    True
    """
    return effort / max(1.0, seats)


@kernel
def sway_chance(reach, boldness):
    """Return the chance that a deputy is won over, the higher the less bold he is.

    >>> sway_chance(0.3, 0.1) > sway_chance(0.3, 0.9)
    True
    """
    return reach * (1.0 - boldness)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _reach_of_effort(world: World, effort):
    """Return how far an effort to win deputies reaches in this parliament."""
    reach = sway_reach(effort, world.parliament[0].seats)
    return through(world, Channel.REACH_IN_HOUSE, 0, reach)


@kernel
def _is_won_over(world: World, stream: Stream, draw, d, reach):
    """Return whether an effort reaches a deputy who sits."""
    deputy = world.deputies[d]
    won_over = uniform(stream, draw, d) < sway_chance(reach, deputy.boldness)
    return deputy.seated and won_over


@kernel
def _votes_against_cabinet(world: World):
    """Return how many deputies would fell the cabinet, and how many sit."""
    against, seats = 0.0, 0.0
    for d in range(len(world.deputies)):
        deputy = world.deputies[d]
        if deputy.seated:
            seats += 1.0
            against += 1.0 - deputy.bought if deputy.yes else 1.0
    return against, seats


# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def discredit_parliament(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Take standing from parliament in the eyes of the country."""
    parliament = world.parliament[0]
    parliament.legitimacy = clip01(parliament.legitimacy - instrument.strength * success)


@inner_kernel
def buy_deputies(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Win deputies one by one with posts."""
    p = params.acts_on_parliament
    effort = params.parliament.posts_to_give * instrument.strength
    reach = _reach_of_effort(world, effort)
    for d in range(len(world.deputies)):
        deputy = world.deputies[d]
        if _is_won_over(world, stream, DRAW_BOUGHT, d, reach):
            deputy.bought = clip01(deputy.bought + p.sway)


@inner_kernel
def intimidate_deputies(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Frighten deputies one by one, as far as the tool obeys."""
    p = params.acts_on_parliament
    effort = params.parliament.posts_to_give * instrument.strength * success
    reach = _reach_of_effort(world, effort)
    for d in range(len(world.deputies)):
        deputy = world.deputies[d]
        if _is_won_over(world, stream, DRAW_COWED, d, reach):
            deputy.cowed = clip01(deputy.cowed + p.sway)


@inner_kernel
def dissolve_local_councils(world: World, params: Parameters, stream: Stream, instrument, success):
    """Dissolve local councils, which leaves deputies alone and afraid (T063)."""
    parliament = world.parliament[0]
    parliament.local_councils = False
    parliament.legitimacy = clip01(parliament.legitimacy - params.acts.mark)
    for d in range(len(world.deputies)):
        deputy = world.deputies[d]
        if deputy.seated:
            deputy.cowed = clip01(deputy.cowed + params.acts.mark)


@inner_kernel
def strip_mandates(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Expel deputies of the opposition, which frightens the others."""
    for d in range(len(world.deputies)):
        deputy = world.deputies[d]
        expelled = uniform(stream, DRAW_EXPELLED, d) < instrument.strength
        if deputy.seated and deputy.opposition and expelled:
            deputy.seated = False
        elif deputy.seated:
            deputy.cowed = clip01(deputy.cowed + params.acts.mark)


@inner_kernel
def threaten_dissolution(world: World, params: Parameters, stream: Stream, instrument, success):
    """Threaten to dissolve parliament unless it keeps the cabinet.

    The threat works as long as deputies believe that dissolution will follow (T068).
    """
    if uniform(stream, DRAW_THREAT, 0) < world.parliament[0].fear_of_dissolution:
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            if deputy.seated:
                deputy.cowed = clip01(deputy.cowed + params.acts.mark)
        return
    against, seats = _votes_against_cabinet(world)
    needed = world.constitution[0].no_confidence_share * seats
    share = against / max(1.0, seats)
    event = log_event(world, EventKind.CONFIDENCE_VOTE, Entity.PARLIAMENT, Entity.PREMIER, share)
    log_reason(world, event, Reason.VOTES_FOR, against)
    log_reason(world, event, Reason.VOTES_NEEDED, needed)
    if against >= needed:
        world.history[0].governments_fallen += 1
        dismiss_premier(world, params, params.parliament.fall_relief)


@inner_kernel
def manage_list(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Fill further seats of the next parliament with men of the ruler's choice."""
    constitution = world.constitution[0]
    constitution.managed_list = clip01(constitution.managed_list + instrument.strength)


@inner_kernel
def falsify_count(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Take hold of the count of votes, as far as those who count obey."""
    constitution = world.constitution[0]
    constitution.count_control = clip01(constitution.count_control + instrument.strength * success)


EFFECTS_ON_DEPUTIES = (
    (Verb.DISCREDIT_PARLIAMENT, discredit_parliament),
    (Verb.BUY_DEPUTIES, buy_deputies),
    (Verb.INTIMIDATE_DEPUTIES, intimidate_deputies),
    (Verb.DISSOLVE_LOCAL_COUNCILS, dissolve_local_councils),
    (Verb.STRIP_MANDATE, strip_mandates),
    (Verb.THREATEN_DISSOLUTION, threaten_dissolution),
    (Verb.MANAGE_LIST, manage_list),
    (Verb.FALSIFY_COUNT, falsify_count),
)
