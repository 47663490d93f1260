"""Houses: how each deputy gets in, by a list, by a district governors control, or by winning a real
contest.
"""

from poruka.engine.codes import (
    CRISIS_VACANCY,
    ENDING_TERM_EXPIRED,
    ENTITY_CONTENDERS,
    ENTITY_PARLIAMENT,
    ENTITY_PRESIDENT,
    EVENT_ELECTION,
    NOBODY,
    OUTCOME_ROTATION,
    REASON_SUPPORT,
    REASON_VOTES_FOR,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule
from poruka.rules.forces.succession import end_tenure


@kernel
def _fill_seat(world, params, stream, i, upper, free):
    """Decide how one deputy gets in: from a list, by a district governors control, or by winning a
    real contest.
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
        deputy.free = 0.1
        deputy.bought = 0.6
        return 0.0
    deputy.free = free
    # Votes for a house are not about real power, so discontent shows in them (T075).
    against = clip01(society.discontent + 0.15 * society.unity)
    wins = against * (0.35 + 0.65 * free)
    if uniform(stream, 4, i) < wins:
        deputy.opposition = True
        deputy.party = _draw_party(world, stream, i)
        return 1.0
    deputy.bought = 0.5 * (1.0 - free)
    return 0.0


@kernel
def _draw_party(world, stream, i):
    """Return the opposition party an opposition deputy stands for, or -1."""
    total = 0.0
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.active and party.registered and not party.pocket:
            total += party.organisation
    mark = uniform(stream, 5, i) * max(total, 1e-9)
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.active and party.registered and not party.pocket:
            mark -= party.organisation
            if mark <= 0.0:
                return p
    return -1


@kernel
def _count_seats(world, lower, size):
    """Give parties, movements and their leaders the seats that are published; older counts fade
    before the newest (T108).
    """
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
        contender.published_share *= 0.5
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
        "A house is as free as the commissions that admit its candidates; appointed chains fill it"
        " with the obedient, but discontent slips through; a ruler without a popular mandate goes"
        " with the house that made him."
    ),
    theses=["T012", "T059", "T065", "T075", "T077", "T099"],
    locator="Opposition: The Peril of Moderates",
    standing="stated",
    mechanism="M8.house",
)
def elect_parliament(world, params, stream):
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    society = world.society[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    if clock.month < constitution.parliament_due:
        return
    if parliament.sits:
        world.history[0].last_house_ended = ENDING_TERM_EXPIRED
    managed = constitution.registration_barrier + (
        0.35 * society.delivering if constitution.governors_appointed else 0.1
    )
    free = clip01(1.0 - managed)
    lower = min(int(constitution.lower_size), len(world.deputies))
    upper = min(int(constitution.upper_size), len(world.deputies) - lower)
    for i in range(len(world.deputies)):
        world.deputies[i].seated = False
    against = 0.0
    for i in range(lower + upper):
        against += _fill_seat(world, params, stream, i, i >= lower, free)
    size = float(lower + upper)
    parliament.sits = True
    parliament.seats = size
    parliament.freedom = free
    parliament.opposition_seats = against / size
    parliament.legitimacy = clip01(0.35 + 0.5 * free + 0.1 * normal(stream, 6, 0))
    parliament.cohesion = 1.0
    # Rules that broke the law leave a pretext behind (T099): decree rules, lists, a count helped
    # along.
    parliament.tainted = (
        constitution.managed_list + constitution.count_control + constitution.registration_barrier
        > 0.45
    )
    parliament.chair_empty = True
    parliament.local_councils = not constitution.governors_appointed or parliament.local_councils
    parliament.dissent = 0.3
    parliament.conflict *= 0.35  # a new house has yet to find its quarrel
    constitution.decree_power = False
    constitution.parliament_due = clock.month + constitution.parliament_term_months
    # Twice dissolved, a house fears a third time; the fear fades unless renewed.
    parliament.fear_of_dissolution = clip01(0.45 * world.history[0].dissolutions)
    _count_seats(world, lower, size)
    society.contested = clip01(society.contested + 0.2 * free)
    place = log_event(world, EVENT_ELECTION, NOBODY, ENTITY_PARLIAMENT, against / size)
    log_reason(world, place, REASON_SUPPORT, free)
    if (
        constitution.mandate < 2
        and constitution.independent
        and against > 0.5 * size
        and crisis.kind != CRISIS_VACANCY
    ):
        _replace_ruler(world, params, stream, against / size)


@kernel
def _replace_ruler(world, params, stream, against):
    """Let a house in which his opponents have most seats choose another head: who has no mandate of
    his own goes with the house that made him.
    """
    constitution = world.constitution[0]
    best, found = 0.0, int(world.society[0].pole)
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.seats > best and party.contender > 0 and world.contenders[party.contender].active:
            best, found = party.seats, int(party.contender)
    if found < 1 or not world.contenders[found].active:
        return
    mandate, due = constitution.mandate, constitution.president_due
    place = log_event(world, EVENT_ELECTION, ENTITY_CONTENDERS + found, ENTITY_PRESIDENT, against)
    log_reason(world, place, REASON_VOTES_FOR, against)
    end_tenure(world, params, stream, found, OUTCOME_ROTATION)
    constitution.mandate, constitution.president_due = mandate, due  # the office stays what it was
