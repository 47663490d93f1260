"""A ruler whom the house made: without a mandate of the people he goes with its majority.

He goes as one who has lost a vote goes: as far as law and habit bind him, and as far as he lacks
the means to stay.

Equations
---------
votes_for_another
    a new house votes for another head by the share of its deputies against the ruler, less those of
    parties whose leader stands nearer to the ruler than to that head
meet_new_house
    he loses the house if more than half of it votes for another head
lose_house
    he goes with the chance of a ruler who has lost a vote (see
    :func:`poruka.rules.forces.election_response.concession_chance`), and the leader of the
    strongest party takes his place, or else the focal challenger
    if he stays, the outrage is that at a lost vote in which he had the share of his own deputies
call_early_vote
    the house is elected anew within vacancy_months with the chance custom dissent

Symbols
-------
custom, dissent : of parliament: custom of separated powers; share of deputies against the ruler

References
----------
Theses T007 T012 T060 T067 T123; chapter, "The Rise of Personal Rule" and "Conclusion". That a house
which cannot govern goes back to the voters where powers are lived is an assumption.
"""

from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.actors.challengers import gap_between
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.forces.crisis import open_crisis
from poruka.rules.forces.election_response import (
    concession_chance,
    outrage_at_lost_vote,
    restraint_in_defeat,
)
from poruka.rules.forces.tenure import end_tenure, hangs_on_house, is_at_large

DRAW_YIELDING = 30
DRAW_EARLY_VOTE = 31


# --- what the equations read off the world --------------------------------------------------------
@kernel
def _head_of_majority(world: World):
    """Return whom the house would make its head: the leader of its strongest party, or -1."""
    best, head = 0.0, int(world.society[0].focal_challenger)
    for p in range(len(world.parties)):
        party = world.parties[p]
        is_led = party.contender > 0 and is_at_large(world.contenders[party.contender])
        if party.seats > best and is_led:
            best, head = party.seats, int(party.contender)
    return head if head > 0 and is_at_large(world.contenders[head]) else -1


@kernel
def votes_for_another(world: World, against, head):
    """Return the share of a house that would put this head in the ruler's place.

    Those to whom the ruler is nearer than the man who would follow keep to the lesser evil (T007).
    """
    votes = against
    ruler_contender, head_contender = world.contenders[Role.RULER], world.contenders[head]
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.seats > 0.0 and party.contender > 0:
            leader_contender = world.contenders[party.contender]
            to_head = gap_between(leader_contender, head_contender)
            if gap_between(leader_contender, ruler_contender) < to_head:
                votes -= party.seats
    return votes


@kernel
def meet_new_house(world: World, params: Parameters, stream: Stream, against):
    """Let a ruler lose a new house, a share of which is against him, if it agrees on another."""
    head = _head_of_majority(world)
    if head < 0 or not hangs_on_house(world):
        return
    votes = votes_for_another(world, against, head)
    if TWO * votes > 1.0:
        lose_house(world, params, stream, votes)


@kernel
def lose_house(world: World, params: Parameters, stream: Stream, against):
    """Let a ruler whom the house made, and whom a share of it rejects, go or refuse to go."""
    p = params.elections
    head = _head_of_majority(world)
    if head < 0:
        return
    guilt = min(1.0, world.president[0].guilt)
    restraint = restraint_in_defeat(world, params)
    means = world.index[0].control * mean_obedience(world)
    chance = concession_chance(p, restraint, means, guilt)
    event = log_event(
        world, EventKind.ELECTION, Entity.CONTENDERS + head, Entity.PRESIDENT, against
    )
    log_reason(world, event, Reason.VOTES_FOR, against)
    log_reason(world, event, Reason.BELIEF, chance)
    if uniform(stream, DRAW_YIELDING, 0) < chance:
        end_tenure(world, params, stream, head, Exit.ROTATION)
        return
    outrage = outrage_at_lost_vote(p, 0.0, 1.0 - against)
    open_crisis(world, Crisis.STOLEN_ELECTION, outrage, head)


@kernel
def call_early_vote(world: World, params: Parameters, stream: Stream):
    """Let a house that has felled a government go back to the voters, where powers are lived."""
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    if uniform(stream, DRAW_EARLY_VOTE, 0) < parliament.custom * parliament.dissent:
        soon = world.clock[0].month + int(params.parliament.vacancy_months)
        constitution.parliament_due = min(constitution.parliament_due, soon)
