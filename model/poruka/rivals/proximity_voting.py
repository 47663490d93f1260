"""Proximity voting: each votes for the candidate nearest to him, and candidates seek the centre.

A rival account. A ruler lasts while nobody stands nearer to the voters than he does, or while the
count is not honest. It is silent about the elite, force, dissolutions, constitutions and war:
nothing of the kind happens here.

Equations
---------
loss_of_distance
    loss       = (n_i - n_j)^2 + salience (m_i - m_j)^2
utility_of_candidate
    utility    = valence fame_j - loss
position_after_campaign
    position moves to the mean voter by mobility (1 - radicalism) of the distance in a month
published_share
    official   = true + padding (1 - true)
proximity_voting.converge
    every possible ruler campaigns: see position_after_campaign
proximity_voting.compare
    a citizen supports the contender of the greatest utility; approval is the ruler's support
proximity_voting.elect_president
    a contender is on the ballot with the chance 1 - barrier (1 - organisation)
    each votes for the candidate of the greatest utility; without half of the votes the ruler meets
    the runner-up alone
proximity_voting.elect_parliament
    each seat falls as one citizen, drawn for it, would vote
    a ruler without a popular mandate goes where most seats prefer the contender with most
    supporters to him

Symbols
-------
n, m : positions of a citizen i and a contender j on the nation and on the market
fame_j : how well he is known, his advantage apart from any position
barrier, organisation : of registration; behind a contender

References
----------
H. Hotelling, "Stability in Competition" (1929); D. Black, The Theory of Committees and Elections
(1958); A. Downs, An Economic Theory of Democracy (1957); J. Enelow and M. Hinich, The Spatial
Theory of Voting (1984), for the term that does not depend on positions.
"""

from poruka.engine.constants import TWO
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Crisis, Mandate, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Exit
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, ProximityVotingNumbers, Stream, World
from poruka.rivals.ballots import (
    begin_parliament,
    is_parliament_due,
    is_possible_candidate,
    record_vote,
    seats_of_parliament,
    settle_vote,
)
from poruka.rules.forces.elections import is_president_due, put_on_ballot
from poruka.rules.forces.tenure import end_tenure

DRAW_ENTRY = 0
DRAW_VOTER = 1


# --- equations -----------------------------------------------------------------------------------
@kernel
def loss_of_distance(p: ProximityVotingNumbers, nation_gap, market_gap):
    """Return what the distance to a candidate costs a voter, its square on every axis.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("proximity_voting")
    >>> loss_of_distance(p, 0.8, 0.2) > loss_of_distance(p, 0.4, 0.2)
    True
    >>> loss_of_distance(p, 0.4, -0.6) > loss_of_distance(p, 0.4, 0.2)
    True
    """
    return nation_gap * nation_gap + p.salience * market_gap * market_gap


@kernel
def utility_of_candidate(p: ProximityVotingNumbers, loss, fame):
    """Return the worth of a candidate to a voter: near, and well known.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("proximity_voting")
    >>> utility_of_candidate(p, 0.1, 0.5) > utility_of_candidate(p, 0.4, 0.5)
    True
    >>> utility_of_candidate(p, 0.4, 0.9) > utility_of_candidate(p, 0.4, 0.5)
    True
    """
    return p.valence * fame - loss


@kernel
def position_after_campaign(p: ProximityVotingNumbers, position, mean, radicalism):
    """Return a contender's position after a month: nearer to the mean voter, radicals more slowly.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("proximity_voting")
    >>> 0.8 > position_after_campaign(p, 0.8, 0.2, 0.5) > position_after_campaign(p, 0.8, 0.2, 0.0)
    True
    """
    return clip(position + p.mobility * (1.0 - radicalism) * (mean - position), -1.0, 1.0)


@kernel
def published_share(p: ProximityVotingNumbers, true_share):
    """Return the share that the count gives to the ruler.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("proximity_voting")
    >>> 0.6 > published_share(p, 0.4) > 0.4
    True
    """
    return clip01(true_share + p.padding * (1.0 - true_share))


# --- what the equations read off the world -------------------------------------------------------
@kernel
def utility_for_citizen(world: World, p, i, j):
    """Return the worth of contender j to citizen i."""
    citizen, contender = world.citizens[i], world.contenders[j]
    loss = loss_of_distance(p, citizen.nation - contender.nation, citizen.market - contender.market)
    return utility_of_candidate(p, loss, contender.fame)


@kernel
def preferred_candidate(world: World, p: ProximityVotingNumbers, i):
    """Return whom citizen i votes for among the ruler and those on the ballot."""
    choice = Role.RULER + 0
    best = utility_for_citizen(world, p, i, choice)
    for j in range(1, len(world.contenders)):
        if world.contenders[j].on_ballot:
            utility = utility_for_citizen(world, p, i, j)
            if utility > best:
                best, choice = utility, j
    return choice


@kernel
def is_nearer(world: World, p: ProximityVotingNumbers, i, j):
    """Return whether citizen i prefers contender j to the ruler; nobody is preferred for -1."""
    if j < 1:
        return False
    ruler = Role.RULER + 0
    return utility_for_citizen(world, p, i, j) > utility_for_citizen(world, p, i, ruler)


@kernel
def count_ballots(world: World, p: ProximityVotingNumbers):
    """Count true votes; return the runner-up to the ruler, or -1."""
    for j in range(len(world.contenders)):
        world.contenders[j].votes = 0.0
    ballot = 1.0 / len(world.citizens)
    for i in range(len(world.citizens)):
        chosen_contender = world.contenders[preferred_candidate(world, p, i)]
        chosen_contender.votes += ballot
    most, runner_up = 0.0, -1
    for j in range(1, len(world.contenders)):
        if world.contenders[j].on_ballot and world.contenders[j].votes > most:
            most, runner_up = world.contenders[j].votes, j
    return runner_up


@kernel
def most_supported(world: World):
    """Return the possible candidate whom most citizens support, or -1."""
    most, leader = 0.0, -1
    for j in range(1, len(world.contenders)):
        if is_possible_candidate(world, j) and world.contenders[j].support > most:
            most, leader = world.contenders[j].support, j
    return leader


# --- the rules -----------------------------------------------------------------------------------
@rule(
    id="proximity_voting.converge",
    claim="Whoever seeks votes moves towards the mean voter, the less the more radical he is.",
    standing="assumption",
)
def converge(world: World, params: Parameters, stream: Stream):
    """Let all contenders campaign for a month."""
    p = params.proximity_voting
    nation, market = 0.0, 0.0
    for i in range(len(world.citizens)):
        nation += world.citizens[i].nation / len(world.citizens)
        market += world.citizens[i].market / len(world.citizens)
    for j in range(len(world.contenders)):
        if not stands_by_himself(j):
            continue
        contender = world.contenders[j]
        rigidity = contender.radicalism
        contender.nation = position_after_campaign(p, contender.nation, nation, rigidity)
        contender.market = position_after_campaign(p, contender.market, market, rigidity)
    president, ruler_contender = world.president[0], world.contenders[Role.RULER]
    president.nation, president.market = ruler_contender.nation, ruler_contender.market


@rule(
    id="proximity_voting.compare",
    claim="Each citizen supports the contender who stands nearest to him, fame apart.",
    standing="assumption",
)
def compare_positions(world: World, params: Parameters, stream: Stream):
    """Let each citizen support whoever stands nearest."""
    p = params.proximity_voting
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.support = 0.0
        contender.on_ballot = is_possible_candidate(world, j)
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.choice = preferred_candidate(world, p, i)
        chosen_contender = world.contenders[citizen.choice]
        chosen_contender.support += 1.0 / len(world.citizens)
    support = clip01(world.contenders[Role.RULER].support)
    world.society[0].support, world.president[0].approval = support, support


@rule(
    id="proximity_voting.elect_president",
    claim="A ruler falls when a nearer candidate stands and the count is honest enough.",
    standing="assumption",
)
def elect_nearest(world: World, params: Parameters, stream: Stream):
    """Hold a presidential election that is due, in two rounds if need be."""
    p = params.proximity_voting
    if not is_president_due(world):
        return
    barrier = world.constitution[0].registration_barrier
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        admission = 1.0 - barrier * (1.0 - contender.organisation)
        is_admitted = uniform(stream, DRAW_ENTRY, j) < admission
        contender.on_ballot = is_possible_candidate(world, j) and is_admitted
    runner_up = count_ballots(world, p)
    true_share = clip01(world.contenders[Role.RULER].votes)
    if TWO * published_share(p, true_share) < 1.0 and runner_up > 0:
        put_on_ballot(world, runner_up)
        count_ballots(world, p)
        true_share = clip01(world.contenders[Role.RULER].votes)
    official = published_share(p, true_share)
    record_vote(world, true_share, official, runner_up)
    settle_vote(world, params, stream, official, runner_up)


@rule(
    id="proximity_voting.elect_parliament",
    claim="A parliament is a sample of voters: each seat falls to whoever stands nearest to one.",
    standing="assumption",
)
def elect_sample(world: World, params: Parameters, stream: Stream):
    """Elect a parliament that is due, and let it choose another head where it may."""
    if not is_parliament_due(world):
        return
    p = params.proximity_voting
    size, leader = seats_of_parliament(world), most_supported(world)
    opponents, for_leader = 0.0, 0.0
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        voter = int(uniform(stream, DRAW_VOTER, i) * len(world.citizens))
        deputy.seated = i < size
        deputy.opposition = deputy.seated and world.citizens[voter].choice != Role.RULER
        opponents += 1.0 if deputy.opposition else 0.0
        for_leader += 1.0 if deputy.seated and is_nearer(world, p, voter, leader) else 0.0
    constitution = world.constitution[0]
    world.parliament[0].seats = float(size)
    begin_parliament(world, opponents / max(1.0, float(size)))
    has_own_mandate = constitution.mandate == Mandate.POPULAR
    is_empty = world.crisis[0].kind == Crisis.VACANCY
    if has_own_mandate or is_empty or not constitution.independent:
        return
    if TWO * for_leader > size:
        end_tenure(world, params, stream, leader, Exit.ROTATION)
