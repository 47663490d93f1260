"""Parliamentary elections: how each deputy gets his seat.

By a list, by a district that governors control, or by winning a real contest.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY, TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Mandate
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, ParliamentEnding, Reason
from poruka.engine.rule import rule
from poruka.rules.forces.tenure import end_tenure


@kernel
def _fill_seat(world, p, stream, i, upper, freedom):
    """Fill one seat from a list, by a controlled district or by a real contest.

    Returns 1 if the deputy belongs to the opposition, else 0.
    """
    constitution = world.constitution[0]
    society = world.society[0]
    deputy = world.deputies[i]
    deputy.seated, deputy.upper = True, upper
    deputy.bought, deputy.cowed, deputy.opposition, deputy.yes = 0.0, 0.0, False, True
    deputy.boldness = uniform(stream, 1, i)
    deputy.clan = int(uniform(stream, 2, i) * len(world.clans))
    deputy.party = -1
    if upper or uniform(stream, 3, i) < constitution.managed_list:
        deputy.free = p.list_freedom
        deputy.bought = p.list_debt
        return 0.0
    deputy.free = freedom
    # Parliamentary elections do not decide who rules, so discontent shows in them (T075).
    opposition_vote = clip01(society.discontent + p.unity * society.unity)
    opposition_chance = opposition_vote * (p.closed_contest + p.open_contest * freedom)
    if uniform(stream, 4, i) < opposition_chance:
        deputy.opposition = True
        deputy.party = _draw_party(world, stream, i)
        return 1.0
    deputy.bought = p.district_debt * (1.0 - freedom)
    return 0.0


@kernel
def _draw_party(world, stream, i):
    """Return the opposition party an opposition deputy stands for, or -1."""
    total = 0.0
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.active and party.registered and not party.pocket:
            total += party.organisation
    mark = uniform(stream, 5, i) * max(total, TINY)
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.active and party.registered and not party.pocket:
            mark -= party.organisation
            if mark <= 0.0:
                return p
    return -1


@kernel
def _count_seats(world, params, lower, size):
    """Give parties, movements and their leaders their seats.

    Earlier published shares lose weight against the newest (T108).
    """
    own = params.deputies
    for m in range(len(world.movements)):
        movement = world.movements[m]
        movement.seats = 0.0
    for p in range(len(world.parties)):
        party = world.parties[p]
        party.seats = 0.0
    for i in range(lower):
        if world.deputies[i].party >= 0:
            seated_party = world.parties[world.deputies[i].party]
            seated_party.seats += 1.0 / size
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.published_share *= own.share_memory
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.seats <= 0.0 or party.contender < 1:
            continue
        leader_contender = world.contenders[party.contender]
        leader_contender.published_share = max(leader_contender.published_share, party.seats)
        for m in range(len(world.movements)):
            if world.movements[m].contender == party.contender:
                movement = world.movements[m]
                movement.seats += party.seats


@rule(
    id="elections.parliament",
    claim=(
        "A parliament is as free as the commissions that admit its candidates; appointed chains"
        " fill it with the obedient, but discontent slips through; a ruler without a popular"
        " mandate goes with the parliament that made him."
    ),
    theses=["T012", "T059", "T065", "T075", "T077", "T099"],
    locator="Opposition: The Peril of Moderates",
    standing="stated",
    mechanism="M8.house",
)
def elect_parliament(world, params, stream):
    p = params.deputies
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    society = world.society[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    if clock.month < constitution.parliament_due:
        return
    if parliament.sits:
        world.history[0].last_house_ended = ParliamentEnding.TERM_EXPIRED
    management = constitution.registration_barrier + (
        p.appointed_management * society.delivering
        if constitution.governors_appointed
        else p.elected_management
    )
    freedom = clip01(1.0 - management)
    lower = min(int(constitution.lower_size), len(world.deputies))
    upper = min(int(constitution.upper_size), len(world.deputies) - lower)
    for i in range(len(world.deputies)):
        world.deputies[i].seated = False
    opposition_deputies = 0.0
    for i in range(lower + upper):
        opposition_deputies += _fill_seat(world, p, stream, i, i >= lower, freedom)
    size = float(lower + upper)
    parliament.sits = True
    parliament.seats = size
    parliament.freedom = freedom
    parliament.opposition_seats = opposition_deputies / size
    parliament.legitimacy = clip01(
        p.legitimacy_floor
        + p.legitimacy_freedom * freedom
        + p.legitimacy_chance * normal(stream, 6, 0)
    )
    parliament.cohesion = 1.0
    # Irregular election rules leave a pretext to void the result (T099): decrees, lists, a
    # manipulated count.
    parliament.tainted = (
        constitution.managed_list + constitution.count_control + constitution.registration_barrier
        > p.taint_threshold
    )
    parliament.chair_empty = True
    parliament.local_councils = not constitution.governors_appointed or parliament.local_councils
    parliament.dissent = p.dissent
    parliament.conflict *= p.conflict_memory  # a new parliament begins with less conflict
    constitution.decree_power = False
    constitution.parliament_due = clock.month + constitution.parliament_term_months
    # After two dissolutions a parliament fears a third; the fear fades unless renewed.
    parliament.fear_of_dissolution = clip01(p.dissolution_fear * world.history[0].dissolutions)
    _count_seats(world, params, lower, size)
    society.contested = clip01(society.contested + p.contested * freedom)
    event = log_event(
        world, EventKind.ELECTION, NOBODY, Entity.PARLIAMENT, opposition_deputies / size
    )
    log_reason(world, event, Reason.SUPPORT, freedom)
    if (
        constitution.mandate < Mandate.POPULAR
        and constitution.independent
        and TWO * opposition_deputies > size
        and crisis.kind != Crisis.VACANCY
    ):
        _replace_ruler(world, params, stream, opposition_deputies / size)


@kernel
def _replace_ruler(world, params, stream, opposition_share):
    """Let a parliament in which the ruler's opponents have most seats elect another head.

    A ruler without a mandate of his own goes with the parliament that elected him.
    """
    constitution = world.constitution[0]
    best, successor = 0.0, int(world.society[0].focal_challenger)
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.seats > best and party.contender > 0 and world.contenders[party.contender].active:
            best, successor = party.seats, int(party.contender)
    if successor < 1 or not world.contenders[successor].active:
        return
    mandate, next_election = constitution.mandate, constitution.president_due
    event = log_event(
        world, EventKind.ELECTION, Entity.CONTENDERS + successor, Entity.PRESIDENT, opposition_share
    )
    log_reason(world, event, Reason.VOTES_FOR, opposition_share)
    end_tenure(world, params, stream, successor, Exit.ROTATION)
    # The mandate and the date of the next election do not change.
    constitution.mandate, constitution.president_due = (mandate, next_election)
