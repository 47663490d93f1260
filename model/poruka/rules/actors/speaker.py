"""The speaker and the bargain: the second peak of power, and a constitution before the clash.

The rule of the speaker has more numbers than most, as he is chosen by the votes of deputies and
reads the weights of those too (see the page of parliament).

Equations
---------
parliament.speak
    an empty chair goes to a man who rose beside the ruler if most deputies would vote against him
    office of the peer  follows `resentment` powers within a season while he holds the chair, else 0
    his organisation    follows his office, upwards within a year, and downwards the
                        faster the more control the ruler has
    office of the moderate leader follows powers opposition_seats within a season
parliament.bargain
    willing    = caution (1 - impulsiveness) (1 - conflict)
    with the chance bargaining willing the house and the ruler agree on a constitution; in powers
    and in seats it lies between his draft and what the house claims, the nearer to the house, the
    more power it has:
    powers = draft + (1 - draft) powers, where draft is the tailored_powers of his own constitution
    seats  = seats (cut + (1 - cut) powers), where cut is its own_seats

Symbols
-------
powers, conflict, opposition_seats : of parliament: its powers; conflict with the ruler; share of
    seats of the opposition
caution, impulsiveness : of the ruler

References
----------
Theses T005 T006 T060 T061 T069; chapter, "Presidents and Parliaments".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.actors.parliament import vote_propensity

DRAW_ELECTOR_MOOD = 0
DRAW_AGREEMENT = 0  # in the stream of parliament.bargain

# --- equations -----------------------------------------------------------------------------------


@kernel
def will_to_bargain(caution, impulsiveness, conflict):
    """Return how willing ruler and house are to agree before they clash (T005, T006).

    >>> will_to_bargain(0.9, 0.1, 0.3) > will_to_bargain(0.2, 0.1, 0.3)
    True
    >>> will_to_bargain(0.9, 0.1, 0.9) < will_to_bargain(0.9, 0.1, 0.1)
    True
    """
    return caution * (1.0 - impulsiveness) * (1.0 - conflict)


@kernel
def bargained_share(draft, claim, strength):
    """Return what a bargain gives: between a ruler's draft and a claim, by its holder's strength.

    Both sides claim all (T060), and neither can write the constitution alone:

    >>> bargained_share(0.3, 1.0, 0.9) > bargained_share(0.3, 1.0, 0.2) >= 0.3
    True
    """
    return draft + (claim - draft) * strength


# --- what the equations read off the world -------------------------------------------------------


@kernel
def deputies_against(world: World, params: Parameters, stream: Stream):
    """Return the number of deputies who would take a rival of the ruler as speaker, and of all."""
    against, seats = 0.0, 0.0
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        if deputy.seated:
            seats += 1.0
            against += (
                1.0
                if vote_propensity(world, params, i, normal(stream, DRAW_ELECTOR_MOOD, i)) < 0.0
                else 0.0
            )
    return against, seats


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="parliament.speak",
    claim=(
        "The speaker's chair is the second peak: men who rose beside the ruler resent him, and an"
        " independent parliament elects one of them."
    ),
    theses=["T061", "T069"],
    locator="Presidents and Parliaments",
    standing="stated",
    mechanism="M4.speaker",
)
def elect_speaker(world: World, params: Parameters, stream: Stream):
    """Let parliament fill its chair, and the chair make or unmake a second peak of power."""
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    peer_contender = world.contenders[Role.PEER]
    if parliament.sits and parliament.chair_empty:
        against, seats = deputies_against(world, params, stream)
        parliament.hostile_speaker = TWO * against > seats
        parliament.chair_empty = False
        target = Entity.CONTENDERS + (
            Role.PEER if parliament.hostile_speaker else Role.VICE_PRESIDENT
        )
        event = log_event(
            world, EventKind.APPOINTMENT, Entity.PARLIAMENT, target, against / max(1.0, seats)
        )
        log_reason(world, event, Reason.VOTES_FOR, against)
        if parliament.hostile_speaker:
            peer_contender.active = True
    holds_chair = parliament.sits and parliament.hostile_speaker
    office_goal = constitution.parliament_powers if holds_chair else 0.0
    season, year = params.memory.season, params.memory.year
    office_goal = through(world, Channel.EQUAL_IN_CHAIR, 0, p.resentment * office_goal)
    peer_contender.office = approach(peer_contender.office, clip01(office_goal), season)
    following = peer_contender.office
    # The ruler's peers lose their own organisation as his hold on posts grows.
    pace = 1.0 if following > peer_contender.organisation else world.index[0].control
    peer_contender.organisation = relax(peer_contender.organisation, following, pace / year)
    moderate_contender = world.contenders[Role.MODERATE]
    leadership = (
        constitution.parliament_powers * parliament.opposition_seats if parliament.sits else 0.0
    )
    moderate_contender.office = approach(moderate_contender.office, leadership, season)


@rule(
    id="parliament.bargain",
    claim=(
        "A cautious ruler and a parliament that is not yet at war with him write a compromise"
        " constitution; a blunt ruler does not, and the clash comes first."
    ),
    theses=["T005", "T006", "T060"],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M4.bargain",
)
def bargain(world: World, params: Parameters, stream: Stream):
    """Let a cautious ruler and his parliament agree on a constitution."""
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    president = world.president[0]
    if not parliament.sits or constitution.adopted or not constitution.independent:
        return
    willing = will_to_bargain(president.caution, president.impulsiveness, parliament.conflict)
    if uniform(stream, DRAW_AGREEMENT, 0) < p.bargaining * willing:
        constitution.adopted = True
        constitution.compromise = True
        powers = constitution.parliament_powers
        kept = bargained_share(params.acts_on_constitution.own_seats, 1.0, powers)
        constitution.parliament_powers = bargained_share(p.tailored_powers, 1.0, powers)
        constitution.lower_size = max(1.0, kept * constitution.lower_size)
        event = log_event(
            world,
            EventKind.CONSTITUTION,
            Entity.PARLIAMENT,
            Entity.PRESIDENT,
            constitution.parliament_powers,
        )
        log_reason(world, event, Reason.POWER, constitution.parliament_powers)
