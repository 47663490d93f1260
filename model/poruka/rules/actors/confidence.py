"""Votes of no confidence: a motion, the vote on the cabinet, and what hangs on it.

The rule has more numbers than most, as it reads those of the votes of deputies and, as a new house
may be called, those of its election and of the crisis after it.

Equations
---------
parliament.confide
    a motion is put with the chance `motion` (blame + dissent)
    a deputy votes for it if propensity < blame
    the government falls if the share needed is reached in each chamber; the ruler then gains
    relief by fall_relief, the house may go back to the voters, and a ruler who hangs on it loses it
    if propensity < 0 for most of its members (see :mod:`poruka.rules.forces.head_of_house`)

Symbols
-------
propensity : of a deputy to vote with the ruler, see :mod:`.parliament`
blame, dissent : blame of the premier; share of deputies who vote against the ruler's bills

References
----------
Theses T067 T068 T081; chapter, "Rising Opposition, Creeping Democratization".
"""

from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, ParliamentNumbers, Stream, World
from poruka.rules.actors.parliament import vote_propensity
from poruka.rules.actors.premiers import dismiss_premier
from poruka.rules.forces.head_of_house import call_early_vote, lose_house
from poruka.rules.forces.tenure import hangs_on_house

DRAW_MOTION = 0
DRAW_MOOD_ON_MOTION = 1
DRAW_MOOD_ON_HEAD = 2

# --- equations -----------------------------------------------------------------------------------


@kernel
def chance_of_motion(p: ParliamentNumbers, blame, dissent):
    """Return the chance that a motion against the cabinet is put in a month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parliament")
    >>> chance_of_motion(p, 0.9, 0.2) > chance_of_motion(p, 0.1, 0.2)
    True
    """
    return p.motion * (blame + dissent)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _vote_on_head(world: World, params: Parameters, stream: Stream):
    """Let a house that has felled a government vote on a ruler who hangs on it."""
    if not hangs_on_house(world):
        return
    seated, against = 0.0, 0.0
    for i in range(len(world.deputies)):
        if world.deputies[i].seated:
            seated += 1.0
            mood = normal(stream, DRAW_MOOD_ON_HEAD, i)
            against += 1.0 if vote_propensity(world, params, i, mood) < 0.0 else 0.0
    if TWO * against > seated:
        lose_house(world, params, stream, against / seated)


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="parliament.confide",
    claim=(
        "When dissolution is no longer feared, even selected deputies turn on a premier; one who"
        " dares them with a vote can lose it, and so can a ruler who has his office from them."
    ),
    theses=["T067", "T068"],
    locator="Rising Opposition, Creeping Democratization",
    standing="stated",
    mechanism="M4.alive",
)
def hold_confidence_vote(world: World, params: Parameters, stream: Stream):
    """Let deputies vote on the cabinet when a motion is put."""
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    premier = world.premier[0]
    if not parliament.sits or premier.person < 0:
        return
    if uniform(stream, DRAW_MOTION, 0) > chance_of_motion(p, premier.blame, parliament.dissent):
        return
    lower, upper, lower_no, upper_no = 0.0, 0.0, 0.0, 0.0
    # The vote is on the premier, not the ruler: criticism inside the system (T081).
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        if not deputy.seated:
            continue
        mood = normal(stream, DRAW_MOOD_ON_MOTION, i)
        votes_no = vote_propensity(world, params, i, mood) < premier.blame
        if deputy.upper:
            upper += 1.0
            upper_no += 1.0 if votes_no else 0.0
        else:
            lower += 1.0
            lower_no += 1.0 if votes_no else 0.0
    needed = constitution.no_confidence_share
    government_falls = lower_no >= needed * lower and (upper < 1.0 or upper_no >= needed * upper)
    event = log_event(
        world,
        EventKind.CONFIDENCE_VOTE,
        Entity.PARLIAMENT,
        Entity.PREMIER,
        lower_no / max(1.0, lower),
    )
    log_reason(world, event, Reason.VOTES_FOR, lower_no + upper_no)
    log_reason(world, event, Reason.VOTES_NEEDED, needed * (lower + upper))
    if government_falls:
        world.history[0].governments_fallen += 1
        dismiss_premier(world, params, p.fall_relief)
        call_early_vote(world, params, stream)
        _vote_on_head(world, params, stream)
