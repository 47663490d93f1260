"""Parliamentary elections: how each deputy gets his seat.

By a list, by a district that governors control, or by winning a real contest. The page has more
numbers than most, as it follows a house from the list and the districts to its legitimacy and its
fears.

Equations
---------
elections.parliament
    freedom    = clip01(1 - barrier - addition delivering, times elected_delivery where governors
                 are elected)
    a seat is filled from the list with the chance `managed_list`, and always in the upper chamber:
    such a deputy is bought by ``debt``
    any other is won by the opposition with the chance
    discontent (unfree + (1 - unfree) freedom);
    a deputy who did not win so is bought by debt (1 - freedom)
    legitimacy = unfree + (1 - unfree) freedom
    the house can be voided if managed_list + count_control + barrier > taint_threshold, or if the
    ruler decreed the rules while no house sat
    it begins without conflict, is expected to dissent as far as opponents sit in it, and has the
    fear clip01(dissolution_fear x dissolutions so far)
    published shares of contenders keep the part older_result of themselves; a leader's is at
    least the share of seats of his party
    contested  = clip01(contested + `contested` freedom)
    a ruler who hangs on the house can lose it: see the page of :mod:`.head_of_house`

Symbols
-------
barrier, managed_list, count_control : of the constitution: barrier of registration, share of seats
    filled from a managed list, what commissions add to the count
delivering, discontent : of society: how far governors deliver, and discontent
addition, elected_delivery : as in a presidential election (`elections.addition`,
    `votes.elected_delivery`)
contested : of society: how contested the last votes were, raised by the number of that name

References
----------
Theses T012 T059 T065 T075 T077 T099 T108; chapter, "Opposition: The Peril of Moderates".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, ParliamentEnding, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import DeputiesNumbers, Parameters, Stream, World
from poruka.rules.forces.head_of_house import meet_new_house

# The draws of one seat, each with the number of the seat as its row.
DRAW_DEPUTY_BOLDNESS = 1
DRAW_DEPUTY_CLAN = 2
DRAW_LIST = 3
DRAW_CONTEST = 4
DRAW_PARTY = 5

# --- equations -----------------------------------------------------------------------------------


@kernel
def chance_of_opposition(p: DeputiesNumbers, discontent, freedom):
    """Return the chance that a district elects an opponent.

    Parliamentary elections do not decide who rules, so discontent shows in them (T075).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("deputies")
    >>> chance_of_opposition(p, 0.6, 0.9) > chance_of_opposition(p, 0.2, 0.9)
    True
    >>> chance_of_opposition(p, 0.6, 0.9) > chance_of_opposition(p, 0.6, 0.1)
    True
    """
    return discontent * (p.unfree + (1.0 - p.unfree) * freedom)


@kernel
def legitimacy_of_parliament(p: DeputiesNumbers, freedom):
    """Return the standing of a parliament, which a free contest gives it (T059).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("deputies")
    >>> legitimacy_of_parliament(p, 0.8) > legitimacy_of_parliament(p, 0.2)
    True
    """
    return p.unfree + (1.0 - p.unfree) * freedom


# --- what the equations read off the world -------------------------------------------------------


@kernel
def freedom_of_election(world: World, params: Parameters):
    """Return how free a parliamentary election is of barriers and of governors."""
    constitution = world.constitution[0]
    management = (
        params.elections.addition
        * world.society[0].delivering
        * (1.0 if constitution.governors_appointed else params.votes.elected_delivery)
    )
    management = through(world, Channel.GOVERNORS_FILL_HOUSE, 0, management)
    return clip01(1.0 - constitution.registration_barrier - management)


@kernel
def _fill_seat(world: World, p: DeputiesNumbers, stream: Stream, i, upper, freedom):
    """Fill one seat from a list, by a controlled district or by a real contest.

    Returns 1 if the deputy belongs to the opposition, else 0.
    """
    constitution = world.constitution[0]
    society = world.society[0]
    deputy = world.deputies[i]
    deputy.seated, deputy.upper = True, upper
    deputy.bought, deputy.cowed, deputy.opposition, deputy.yes = 0.0, 0.0, False, True
    deputy.boldness = uniform(stream, DRAW_DEPUTY_BOLDNESS, i)
    deputy.clan = int(uniform(stream, DRAW_DEPUTY_CLAN, i) * len(world.clans))
    deputy.party = -1
    if upper or uniform(stream, DRAW_LIST, i) < constitution.managed_list:
        deputy.free = 0.0
        deputy.bought = p.debt
        return 0.0
    deputy.free = freedom
    if uniform(stream, DRAW_CONTEST, i) < chance_of_opposition(p, society.discontent, freedom):
        deputy.opposition = True
        deputy.party = _draw_party(world, stream, i)
        return 1.0
    deputy.bought = p.debt * (1.0 - freedom)
    return 0.0


@kernel
def _draw_party(world: World, stream: Stream, i):
    """Return the opposition party an opposition deputy stands for, or -1."""
    total = 0.0
    for k in range(len(world.parties)):
        party = world.parties[k]
        if party.active and party.registered and not party.pocket:
            total += party.organisation
    mark = uniform(stream, DRAW_PARTY, i) * max(total, TINY)
    for k in range(len(world.parties)):
        party = world.parties[k]
        if party.active and party.registered and not party.pocket:
            mark -= party.organisation
            if mark <= 0.0:
                return k
    return -1


@kernel
def _count_seats(world: World, params: Parameters, lower, size):
    """Give parties, movements and their leaders their seats.

    Earlier published shares lose weight against the newest (T108).
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
        contender.published_share *= params.elections.older_result
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


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="elections.parliament",
    claim=(
        "A parliament is as free as the commissions that admit its candidates; appointed chains"
        " fill it with the obedient, but discontent slips through; a ruler without a popular"
        " mandate goes with the parliament that made him."
    ),
    theses=["T012", "T059", "T065", "T075", "T077", "T099"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M8.house",
)
def elect_parliament(world: World, params: Parameters, stream: Stream):
    """Elect a parliament when one is due, seat by seat."""
    p = params.deputies
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    society = world.society[0]
    clock = world.clock[0]
    if clock.month < constitution.parliament_due:
        return
    if parliament.sits:
        world.history[0].last_house_ended = ParliamentEnding.TERM_EXPIRED
    freedom = freedom_of_election(world, params)
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
    parliament.legitimacy = legitimacy_of_parliament(p, freedom)
    parliament.cohesion = 1.0
    # Irregular election rules leave a pretext to void the result (T099): decrees, lists, a
    # manipulated count.
    irregular = (
        constitution.managed_list + constitution.count_control + constitution.registration_barrier
    )
    parliament.tainted = constitution.decree_power or irregular > p.taint_threshold
    parliament.under_constitution = constitution.adopted
    parliament.chair_empty = True
    parliament.local_councils = not constitution.governors_appointed or parliament.local_councils
    parliament.dissent = parliament.opposition_seats
    parliament.conflict = 0.0
    constitution.decree_power = False
    constitution.parliament_due = clock.month + constitution.parliament_term_months
    # After two dissolutions a parliament fears a third; the fear fades unless renewed.
    parliament.fear_of_dissolution = clip01(p.dissolution_fear * world.history[0].dissolutions)
    _count_seats(world, params, lower, size)
    society.contested = clip01(society.contested + params.elections.contested * freedom)
    event = log_event(
        world, EventKind.ELECTION, NOBODY, Entity.PARLIAMENT, opposition_deputies / size
    )
    log_reason(world, event, Reason.SUPPORT, freedom)
    meet_new_house(world, params, stream, opposition_deputies / size)
