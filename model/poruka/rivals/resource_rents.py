"""Resource rents: income from oil buys loyalty, and loyalty goes where the income goes.

A rival account. The state lives on rents and not on taxes, so it owes its elite and its citizens
shares and not a say; when rents fall short of what they are used to, they turn. It is silent about
age, ideas, dissolutions, constitutions, examples abroad and war: nothing of the kind happens here.

Equations
---------
loyalty_bought
    bought     = saturate(rents, half_bought)
unpaid_claims
    unpaid     = clip01(1 - bought + disappointment max(0, accustomed - bought))
chance_to_leave
    chance     = clip01(turning max(0, unpaid - tolerance) boldness_i)
chance_to_return
    chance     = clip01(turning max(0, tolerance - unpaid))
chance_of_uprising
    chance     = clip01(uprising max(0, unpaid - tolerance) g)
share_of_clients
    share      = approval + vote_buying bought (1 - approval)
resource_rents.distribute
    accustomed moves to bought within a term (it is kept as the `fund` that has to be filled)
    approval moves to 1 - unpaid within a season
resource_rents.turn
    one of the elite leaves with chance_to_leave, and comes back with chance_to_return
resource_rents.rise
    the ruler falls to the street with chance_of_uprising
resource_rents.elect_president
    the ruler has the votes of share_of_clients, the best organised challenger the others
resource_rents.elect_parliament
    opponents have 1 - share of the seats

Symbols
-------
rents : income from oil, 1 being all output at the start; saturate(x, h) is x / (x + h)
boldness_i : boldness of one of the elite
g : share of the elite in opposition
season, term : memories that all rules share

References
----------
H. Mahdavy, "The Patterns and Problems of Economic Development in Rentier States" (1970);
H. Beblawi and G. Luciani (eds.), The Rentier State (1987); M. Ross, "Does Oil Hinder Democracy?"
(2001), on rents that are spent, taxes that are spared and force that is paid, and The Oil Curse
(2012).
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import approach, clip01, saturate
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Crisis, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, ResourceRentsNumbers, Stream, World
from poruka.rivals.ballots import (
    best_organised_challenger,
    hold_vote,
    is_parliament_due,
    seat_parliament,
    share_in_opposition,
)
from poruka.rules.actors.defection import note_wave
from poruka.rules.forces.elections import is_president_due
from poruka.rules.forces.tenure import end_tenure
from poruka.rules.history_records import record_break

DRAW_TURN = 0
DRAW_UPRISING = 0


# --- equations -----------------------------------------------------------------------------------
@kernel
def loyalty_bought(p: ResourceRentsNumbers, rents):
    """Return the loyalty in [0, 1] that rents buy, ever less for each further part.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("resource_rents")
    >>> loyalty_bought(p, 0.8) > loyalty_bought(p, 0.3) > loyalty_bought(p, 0.0) == 0.0
    True
    """
    return saturate(rents, p.half_bought)


@kernel
def unpaid_claims(p: ResourceRentsNumbers, bought, accustomed):
    """Return the claims that rents leave unpaid; a fall hurts beyond the level.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("resource_rents")
    >>> unpaid_claims(p, 0.4, 0.4) > unpaid_claims(p, 0.6, 0.4)
    True
    >>> unpaid_claims(p, 0.4, 0.6) > unpaid_claims(p, 0.4, 0.4)
    True
    """
    return clip01(1.0 - bought + p.disappointment * max(0.0, accustomed - bought))


@kernel
def chance_to_leave(p: ResourceRentsNumbers, unpaid, boldness):
    """Return the chance that one of the elite leaves in a month in which claims stay unpaid.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("resource_rents")
    >>> chance_to_leave(p, 0.9, 0.5) > chance_to_leave(p, 0.7, 0.5)
    True
    >>> chance_to_leave(p, 0.9, 0.8) > chance_to_leave(p, 0.9, 0.2)
    True
    """
    return clip01(p.turning * max(0.0, unpaid - p.tolerance) * boldness)


@kernel
def chance_to_return(p: ResourceRentsNumbers, unpaid):
    """Return the chance that an opponent is bought back in a month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("resource_rents")
    >>> chance_to_return(p, 0.1) > chance_to_return(p, 0.3) > chance_to_return(p, 1.0) == 0.0
    True
    """
    return clip01(p.turning * max(0.0, p.tolerance - unpaid))


@kernel
def chance_of_uprising(p: ResourceRentsNumbers, unpaid, gone):
    """Return the chance that the unpaid, led by an elite that has left, drive the ruler out.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("resource_rents")
    >>> chance_of_uprising(p, 0.9, 0.5) > chance_of_uprising(p, 0.7, 0.5)
    True
    >>> chance_of_uprising(p, 0.9, 0.5) > chance_of_uprising(p, 0.9, 0.1)
    True
    """
    return clip01(p.uprising * max(0.0, unpaid - p.tolerance) * gone)


@kernel
def share_of_clients(p: ResourceRentsNumbers, approval, bought):
    """Return the share of votes of those who are content, and of those who are bought for the day.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("resource_rents")
    >>> share_of_clients(p, 0.4, 0.6) > share_of_clients(p, 0.4, 0.1) > 0.4
    True
    """
    return clip01(approval + p.vote_buying * bought * (1.0 - approval))


# --- what the equations read off the world -------------------------------------------------------
@kernel
def bought_now(world: World, p: ResourceRentsNumbers):
    """Return the loyalty that this month's rents buy."""
    return loyalty_bought(p, world.economy[0].oil_income)


@kernel
def unpaid_now(world: World, p: ResourceRentsNumbers):
    """Return the claims that this month's rents leave unpaid."""
    return unpaid_claims(p, bought_now(world, p), world.economy[0].fund)


@kernel
def votes_of_clients(world: World, p: ResourceRentsNumbers):
    """Return the share of votes that the ruler has today."""
    return share_of_clients(p, world.president[0].approval, bought_now(world, p))


@kernel
def turn_oligarch(world: World, p: ResourceRentsNumbers, stream: Stream, i, unpaid):
    """Let oligarch i leave or return as he is paid; return 1 if he left, else 0."""
    oligarch = world.oligarchs[i]
    luck = uniform(stream, DRAW_TURN, i)
    if oligarch.stance == Stance.OPPONENT:
        if luck < chance_to_return(p, unpaid):
            oligarch.stance = Stance.CLIENT
            log_event(world, EventKind.DEFECTOR_RETURN, Entity.OLIGARCHS + i, NOBODY, unpaid)
        return 0
    if has_broken_away(oligarch.stance) or luck >= chance_to_leave(p, unpaid, oligarch.boldness):
        return 0
    record_break(world, i, unpaid)
    return 1


# --- the rules -----------------------------------------------------------------------------------
@rule(
    id="resource_rents.distribute",
    claim="Rents buy approval; people get used to what they are paid, and feel the less of it.",
    standing="assumption",
)
def distribute_rents(world: World, params: Parameters, stream: Stream):
    """Let rents be shared out, and let people get used to them."""
    p = params.resource_rents
    president = world.president[0]
    content = 1.0 - unpaid_now(world, p)
    president.approval = approach(president.approval, content, params.memory.season)
    economy = world.economy[0]
    economy.fund = approach(economy.fund, bought_now(world, p), params.memory.term)


@rule(
    id="resource_rents.turn",
    claim="The elite turns from a ruler who can no longer pay, and back to one who can again.",
    standing="assumption",
)
def turn_with_rents(world: World, params: Parameters, stream: Stream):
    """Let each of the elite leave or return as he is paid."""
    p = params.resource_rents
    unpaid = unpaid_now(world, p)
    left_this_month = 0
    for i in range(len(world.oligarchs)):
        left_this_month += turn_oligarch(world, p, stream, i, unpaid)
    note_wave(world, params, left_this_month)


@rule(
    id="resource_rents.rise",
    claim="Where claims stay unpaid and the elite has left, the street drives the ruler out.",
    standing="assumption",
)
def rise_unpaid(world: World, params: Parameters, stream: Stream):
    """Let the ruler fall to an uprising."""
    p = params.resource_rents
    challenger = best_organised_challenger(world)
    if challenger < 1 or world.crisis[0].kind == Crisis.VACANCY:
        return
    chance = chance_of_uprising(p, unpaid_now(world, p), share_in_opposition(world))
    if uniform(stream, DRAW_UPRISING, 0) < chance:
        ruler = Entity.PRESIDENT + Role.RULER
        log_event(world, EventKind.CROWD, NOBODY, ruler, share_in_opposition(world))
        end_tenure(world, params, stream, challenger, Exit.REVOLUTION)


@rule(
    id="resource_rents.elect_president",
    claim="Votes go to whoever pays: the content vote for the ruler, and others are bought.",
    standing="assumption",
)
def elect_by_rents(world: World, params: Parameters, stream: Stream):
    """Hold a presidential election that is due."""
    if not is_president_due(world):
        return
    share = votes_of_clients(world, params.resource_rents)
    hold_vote(world, params, stream, world.president[0].approval, share)


@rule(
    id="resource_rents.elect_parliament",
    claim="A parliament is elected by the same money as a ruler.",
    standing="assumption",
)
def elect_house_by_rents(world: World, params: Parameters, stream: Stream):
    """Elect a parliament that is due."""
    if is_parliament_due(world):
        seat_parliament(world, stream, 1.0 - votes_of_clients(world, params.resource_rents))
