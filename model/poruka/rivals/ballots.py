"""The bookkeeping of votes, which no theory of politics has to explain.

Who is elected when the theory says how people vote: what is counted, logged and dated.

Equations
---------
record_vote
    the next vote is due after term_months; a vote of the people gives a popular mandate
settle_vote
    the ruler stays with half of the published votes; with less the winner takes the office
seat_parliament
    each seat is the opposition's with the chance ``share``; the next vote is due after
    parliament_term_months

Symbols
-------
share : share of the votes that the theory gives to opponents of the ruler
term_months, parliament_term_months : of the constitution

References
----------
None: this is arithmetic and calendar.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Mandate, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, ParliamentEnding, Reason
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.forces.elections import put_on_ballot
from poruka.rules.forces.tenure import end_tenure, is_at_large
from poruka.rules.history_records import record_official_share

# The draw of one seat, with the number of the seat as its row.
DRAW_SEAT = 30


# --- what is due ---------------------------------------------------------------------------------
@kernel
def is_parliament_due(world: World):
    """Return whether the term of parliament ends in this month by the constitution in force."""
    return world.clock[0].month >= world.constitution[0].parliament_due


@kernel
def is_possible_candidate(world: World, j):
    """Return whether a contender leads something of his own and is free to stand."""
    leads = stands_by_himself(j) and j != Role.RULER and j != Role.VICE_PRESIDENT
    return leads and is_at_large(world.contenders[j])


@kernel
def best_organised_challenger(world: World):
    """Return the possible candidate with most organisation, or -1."""
    most, challenger = 0.0, -1
    for j in range(1, len(world.contenders)):
        if is_possible_candidate(world, j) and world.contenders[j].organisation > most:
            most, challenger = world.contenders[j].organisation, j
    return challenger


# --- presidential elections ----------------------------------------------------------------------
@kernel
def record_vote(world: World, true_share, official, runner_up):
    """Log and date a presidential election, with the official shares of both."""
    constitution, history = world.constitution[0], world.history[0]
    target = Entity.CONTENDERS + runner_up if runner_up >= 0 else NOBODY
    event = log_event(world, EventKind.ELECTION, Entity.PRESIDENT, target, official)
    log_reason(world, event, Reason.SUPPORT, true_share)
    log_reason(world, event, Reason.ADDED_SHARE, official - true_share)
    record_official_share(world, official)
    ruler_contender = world.contenders[Role.RULER]
    ruler_contender.votes, ruler_contender.published_share = true_share, official
    if runner_up >= 0:
        contender = world.contenders[runner_up]
        contender.votes, contender.published_share = 1.0 - true_share, 1.0 - official
        history.rival_share = contender.published_share
    constitution.mandate = Mandate.POPULAR
    constitution.president_due = world.clock[0].month + constitution.term_months


@kernel
def settle_vote(world: World, params: Parameters, stream: Stream, official, runner_up):
    """Let the ruler stay with half of the published votes, or else the winner take the office."""
    if TWO * official >= 1.0 or runner_up < 1:
        return
    winner = Entity.CONTENDERS + runner_up
    log_event(world, EventKind.ELECTION, winner, Entity.PRESIDENT, 1.0 - official)
    end_tenure(world, params, stream, runner_up, Exit.ROTATION)


@kernel
def hold_vote(world: World, params: Parameters, stream: Stream, true_share, official):
    """Let the ruler stand against the best organised challenger, by shares that a theory gives."""
    challenger = best_organised_challenger(world)
    put_on_ballot(world, challenger)
    record_vote(world, true_share, official, challenger)
    settle_vote(world, params, stream, official, challenger)


# --- parliamentary elections ---------------------------------------------------------------------
@kernel
def begin_parliament(world: World, opposition_share):
    """Let an elected parliament meet, of which opponents hold a share of the seats."""
    constitution, parliament = world.constitution[0], world.parliament[0]
    if parliament.sits:
        world.history[0].last_house_ended = ParliamentEnding.TERM_EXPIRED
    parliament.sits = True
    parliament.opposition_seats, parliament.dissent = opposition_share, opposition_share
    constitution.decree_power = False
    constitution.parliament_due = world.clock[0].month + constitution.parliament_term_months
    log_event(world, EventKind.ELECTION, NOBODY, Entity.PARLIAMENT, opposition_share)


@kernel
def seats_of_parliament(world: World):
    """Return how many seats the constitution gives to parliament."""
    constitution = world.constitution[0]
    size = int(constitution.lower_size) + int(constitution.upper_size)
    return min(size, len(world.deputies))


@kernel
def seat_parliament(world: World, stream: Stream, share):
    """Elect a parliament whose seats are each the opposition's with one chance."""
    size = seats_of_parliament(world)
    opponents = 0.0
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        deputy.seated = i < size
        deputy.opposition = deputy.seated and uniform(stream, DRAW_SEAT, i) < share
        opponents += 1.0 if deputy.opposition else 0.0
    world.parliament[0].seats = float(size)
    begin_parliament(world, opponents / max(1.0, float(size)))


# --- the elite -----------------------------------------------------------------------------------
@kernel
def share_in_opposition(world: World):
    """Return the share of the elite that has broken with the ruler."""
    gone = 0.0
    for i in range(len(world.oligarchs)):
        gone += 1.0 if world.oligarchs[i].stance == Stance.OPPONENT else 0.0
    return gone / max(1.0, float(len(world.oligarchs)))
