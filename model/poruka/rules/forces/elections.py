"""Presidential elections: their date, how they are held and who is published as the winner.

The rule of the vote has more numbers than most, as it holds the whole of an election, and a stolen
or lost one plays the crisis that follows.

Equations
---------
elections.calendar
    near        = clip01(1 - months / horizon_months)
    uncontested moves to clip01(barrier + uncontested_media media) within a ``year``

elections.president
    votes are counted with the stakes of a first_round, and in a second round, or with nobody
    admitted against the ruler, with full stakes;
    he has won if he has more than half of the first, or as much as the other in the second
    contested   = clip01(contested + `contested` rivals (1 - official))
    the ruler responds to victory or defeat: see the page of election_response

Symbols
-------
months : months until the next presidential election
near, uncontested : how near it is, and how far elections have lost their meaning
barrier, media : barrier to candidates, and the ruler's control of the media
contested : how contested the last votes were, raised by the number of that name
rivals : share of the names on the ballot that are not the ruler's, admitted / (admitted + 1)
official : the ruler's published share of the votes

References
----------
Theses T012 T056 T075 T083 T098 T101 T123; chapter, the sections that the rules name.
"""

from typing import NamedTuple

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Mandate, Role
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import ElectionsNumbers, Parameters, Stream, World
from poruka.rules.forces.election_response import (
    respond_to_defeat,
    respond_to_victory,
    restraint_in_defeat,
)
from poruka.rules.forces.tenure import is_at_large
from poruka.rules.forces.vote_count import admit_candidates, count_votes, publish_result
from poruka.rules.history_records import record_official_share


class _Vote(NamedTuple):
    """A presidential election: who stood, how it was counted and what was published."""

    admitted: int
    true_share: float
    first_round: float
    runner_up: int
    won: bool


# --- equations ------------------------------------------------------------------------------------
@kernel
def meaninglessness(p: ElectionsNumbers, barrier, media):
    """Return how far elections lose their meaning where rivals are kept out and unheard (T098).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("elections")
    >>> meaninglessness(p, 0.5, 0.5) > meaninglessness(p, 0.1, 0.5)
    True
    >>> meaninglessness(p, 0.1, 0.9) > meaninglessness(p, 0.1, 0.5)
    True
    """
    return clip01(barrier + p.uncontested_media * media)


@kernel
def contest_of_election(p: ElectionsNumbers, admitted, official):
    """Return what an election adds to how contested votes are: many rivals, a narrow result.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("elections")
    >>> contest_of_election(p, 2, 0.5) > contest_of_election(p, 1, 0.5)
    True
    >>> contest_of_election(p, 2, 0.5) > contest_of_election(p, 2, 0.9)
    True
    """
    rivals = admitted / (admitted + 1.0)
    return p.contested * rivals * (1.0 - official)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def is_president_due(world: World):
    """Return whether the ruler's term ends in this month by the constitution in force."""
    constitution = world.constitution[0]
    return (
        constitution.mandate != Mandate.NONE
        and world.clock[0].month >= constitution.president_due
        and world.crisis[0].kind != Crisis.VACANCY
    )


@kernel
def put_on_ballot(world: World, challenger):
    """Put one challenger on the ballot and nobody else, or nobody at all for -1."""
    for j in range(1, len(world.contenders)):
        world.contenders[j].on_ballot = j == challenger


@kernel
def _hold_vote(world: World, params: Parameters):
    """Count an election, in a second round where nobody has half of the first."""
    ruler_contender = world.contenders[Role.RULER]
    admitted = admit_candidates(world, params)
    # Less is at stake in a first round: a second one remains to stop a feared candidate (T075).
    stakes = params.elections.first_round if admitted > 0 else 1.0
    true_share = count_votes(world, params, stakes)
    runner_up = publish_result(world, params, true_share)
    first_round = ruler_contender.published_share
    won = TWO * first_round > 1.0
    if not won and runner_up >= 0:
        # One against one, whoever fears the challenger more keeps to the ruler (T075).
        put_on_ballot(world, runner_up)
        true_share = count_votes(world, params, 1.0)
        publish_result(world, params, true_share)
        won = ruler_contender.published_share >= world.contenders[runner_up].published_share
    return _Vote(admitted, true_share, first_round, runner_up, won)


@kernel
def _challenger_at_large(world: World):
    """Return the focal challenger if he is free and in the country, or else -1."""
    challenger = int(world.society[0].focal_challenger)
    return challenger if challenger > 0 and is_at_large(world.contenders[challenger]) else -1


@kernel
def _log_vote(world: World, vote, official):
    """Log the result of a presidential election."""
    runner_up = vote.runner_up
    target = Entity.CONTENDERS + runner_up if runner_up >= 0 else NOBODY
    event = log_event(world, EventKind.ELECTION, Entity.PRESIDENT, target, official)
    log_reason(world, event, Reason.SUPPORT, vote.true_share)
    log_reason(world, event, Reason.ADDED_SHARE, official - vote.true_share)
    log_reason(world, event, Reason.VOTES_FOR, vote.first_round)


@kernel
def _record_result(world: World, p: ElectionsNumbers, official, admitted):
    """Record the result of a presidential election and set the date of the next."""
    constitution = world.constitution[0]
    society = world.society[0]
    history = world.history[0]
    record_official_share(world, official)
    society.contested = clip01(society.contested + contest_of_election(p, admitted, official))
    constitution.mandate = Mandate.POPULAR
    constitution.sole_candidate = False
    constitution.president_due = world.clock[0].month + constitution.term_months
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.barred = False
        if j == Role.SPOILER:
            contender.active = False
        elif contender.on_ballot:
            history.rival_share = max(history.rival_share, contender.published_share)


# --- the rules ------------------------------------------------------------------------------------
@rule(
    id="elections.calendar",
    claim=(
        "Every due date follows from the constitution in force; its nearness opens opportunity for"
        " rivals."
    ),
    theses=["T012", "T101"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M8.calendar",
)
def calendar(world: World, params: Parameters, stream: Stream):
    """Let the next election come nearer, and elections lose or regain their meaning."""
    p = params.elections
    constitution = world.constitution[0]
    society = world.society[0]
    months = constitution.president_due - world.clock[0].month
    is_elected = constitution.mandate != Mandate.NONE
    society.election_near = clip01(1.0 - months / p.horizon_months) if is_elected else 0.0
    media = world.index[0].media_control
    meaningless = meaninglessness(p, constitution.registration_barrier, media)
    society.uncontested = approach(society.uncontested, meaningless, params.memory.year)


@rule(
    id="elections.president",
    claim=(
        "Citizens choose the lesser evil among those admitted, in a second round where nobody has"
        " half; governors add what they can; what is published is believed as far as the gap cannot"
        " be seen."
    ),
    theses=["T012", "T056", "T075", "T083", "T098", "T123"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M8.vote",
)
def elect_president(world: World, params: Parameters, stream: Stream):
    """Hold a presidential election that is due, and let the ruler respond to its result."""
    # Read in every month: most worlds have no lost vote, and a link held at its mean needs one.
    restraint = restraint_in_defeat(world, params)
    if not is_president_due(world):
        return
    vote = _hold_vote(world, params)
    official = world.contenders[Role.RULER].published_share
    _log_vote(world, vote, official)
    _record_result(world, params.elections, official, vote.admitted)
    runner_up = vote.runner_up
    if vote.won:
        fraud = official - vote.true_share
        respond_to_victory(world, params, vote.true_share, fraud, vote.admitted, runner_up)
        return
    # With nobody on the ballot against him, the challenger to whom people look has won.
    winner, winner_share = _challenger_at_large(world), 0.0
    if runner_up >= 0:
        winner, winner_share = runner_up, world.contenders[runner_up].published_share
    respond_to_defeat(world, params, stream, winner, winner_share, vote.true_share, restraint)
