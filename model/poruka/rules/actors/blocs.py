"""Blocs: those who broke with the ruler join forces, or found a bloc where none will do for them.

A bloc pools money, media, leading men and followers. It is one of the movements, in a row that is
used anew once it has gone; how many there are is not fixed. What a bloc pays the older movements
stands in :mod:`.opposition`, what it pools in :mod:`.pooled_means`, how one is split in
:mod:`.split_blocs`.

Equations
---------
opposition.gather
    i joins the bloc of the largest worth = trust (means of the bloc + his own), if worth > his own
        means; trust = 1 in a leader of his clan, or of his horde and people, else 1 - solidarity
    of those for whom none will do, the eligible man of the highest rank founds a bloc if founders,
        himself included, would join it; rank = wealth ability ambition
    a premier who breaks away founds one alone, by the name and the following of his office
    a leader who gave in, was won over, tried or driven out gives way to the next man in rank; a
        bloc without members at liberty is gone
    who belongs to no bloc stands behind a moderate

Symbols
-------
means : what a bloc pools, and what a man brings alone (:mod:`.pooled_means`)
ability, ambition : fields of an oligarch
solidarity : living loyalty of kin, horde and place, a field of society

References
----------
Theses T042 T046 T080 T096; chapter, "The New Challenge".
"""

from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_bloc
from poruka.engine.kinds import Role, Stance
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.actors.bloc_leaders import (
    end_bloc,
    first_in_rank,
    found_bloc,
    free_bloc,
    free_leader_row,
    lead_bloc,
    leave_blocs,
    move_premier,
    rank_of_leader,
)
from poruka.rules.actors.pooled_means import (
    lend_pooled,
    means_of,
    means_of_opponents,
    own_means,
    wealth_of_all,
)

# --- equations -----------------------------------------------------------------------------------


@kernel
def trust_in_leader(solidarity, is_near):
    """Return how far a man counts on a leader: on a stranger less where kin and horde are close.

    >>> trust_in_leader(0.6, True) > trust_in_leader(0.2, False) > trust_in_leader(0.6, False)
    True
    """
    return 1.0 if is_near else 1.0 - solidarity


@kernel
def worth_of_joining(trust, pooled, own):
    """Return what a man has of means that he pools, to be held against what he has alone (T046).

    A large bloc draws strangers too, a small one does not:

    >>> worth_of_joining(0.4, 0.6, 0.2) > 0.2 > worth_of_joining(0.4, 0.1, 0.2)
    True
    """
    return trust * (pooled + own)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _trust_in(world: World, i, leader):
    """Return how far oligarch i counts on another of the rich as leader."""
    oligarch, leader_oligarch = world.oligarchs[i], world.oligarchs[leader]
    is_of_his_people = (
        oligarch.horde == leader_oligarch.horde and oligarch.titular == leader_oligarch.titular
    )
    is_near = oligarch.clan == leader_oligarch.clan or is_of_his_people
    return trust_in_leader(world.society[0].solidarity, is_near)


@kernel
def _keep_bloc(world: World, params: Parameters, m, wealth):
    """Give a bloc its next man if it lost its leader, and end it if nobody can lead it any more."""
    movement = world.movements[m]
    contender = world.contenders[movement.contender]
    members, pooled, means = means_of_opponents(world, m, wealth)
    successor = first_in_rank(world, m)
    movement.members = members
    person = contender.person
    has_leader = person >= 0 and world.oligarchs[person].stance == Stance.OPPONENT
    if not contender.active or movement.members < 1.0 or (not has_leader and successor < 0):
        end_bloc(world, m)
        return
    contender.backing = means
    if not has_leader:
        lead_bloc(world, params, movement.contender, successor)


@kernel
def _found_by_premier(world: World, wealth):
    """Let a premier who broke away found a bloc of his own."""
    premier_contender = world.contenders[Role.PREMIER]
    person = premier_contender.person
    if not premier_contender.active or person < 0:
        return
    oligarch = world.oligarchs[person]
    m, j = free_bloc(world), free_leader_row(world)
    if m < 0 or j < 0 or oligarch.stance != Stance.OPPONENT or oligarch.bloc >= 0:
        return
    move_premier(world, j)
    if world.premier[0].person == person:
        world.premier[0].person = -1
    found_bloc(world, m, j, person, own_means(world, person, wealth), 1.0)


@kernel
def _join_bloc(world: World, i, wealth):
    """Let oligarch i join the bloc that is worth most to him, if one is worth more than himself."""
    own = own_means(world, i, wealth)
    best = own
    for m in range(len(world.movements)):
        if not (is_bloc(m) and world.movements[m].active):
            continue
        contender = world.contenders[world.movements[m].contender]
        trust = _trust_in(world, i, contender.person)
        worth = worth_of_joining(trust, contender.backing, own)
        if worth > best:
            best = worth
            world.oligarchs[i].bloc = m


@kernel
def _followers_of(world: World, leader, wealth):
    """Return how many of those without a bloc would join one that this man leads, and himself."""
    followers = 1.0
    pooled = own_means(world, leader, wealth)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if i == leader or oligarch.stance != Stance.OPPONENT or oligarch.bloc >= 0:
            continue
        own = own_means(world, i, wealth)
        if worth_of_joining(_trust_in(world, i, leader), pooled, own) > own:
            followers += 1.0
    return followers


@kernel
def _found_by_many(world: World, params: Parameters, wealth):
    """Let the best man behind whom enough of those without a bloc would stand found one."""
    highest, leader, founders = -1.0, -1, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance != Stance.OPPONENT or oligarch.bloc >= 0:
            continue
        if rank_of_leader(world, i) <= highest:
            continue
        followers = _followers_of(world, i, wealth)
        if followers >= int(params.opposition.founders):
            highest, leader, founders = rank_of_leader(world, i), i, followers
    m, j = free_bloc(world), free_leader_row(world)
    if leader < 0 or m < 0 or j < 0:
        return
    lead_bloc(world, params, j, leader)
    world.contenders[j].backing = own_means(world, leader, wealth)
    found_bloc(world, m, j, leader, world.contenders[j].backing, founders)


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="opposition.gather",
    claim=(
        "Those who broke away pool money, channels, names and people in blocs: each joins the one"
        " in which he counts for more than alone, and some found one of their own."
    ),
    theses=["T042", "T046", "T096"],
    locator="The New Challenge",
    standing="operationalised",
    mechanism="M1.coalition",
)
def gather(world: World, params: Parameters, stream: Stream):
    """Keep, found and join blocs, and lend what they pool to their leaders."""
    wealth = wealth_of_all(world)
    leave_blocs(world)
    for j in range(1, len(world.contenders)):
        world.contenders[j].backing = 0.0
    for m in range(len(world.movements)):
        if is_bloc(m) and world.movements[m].active:
            _keep_bloc(world, params, m, wealth)
    _found_by_premier(world, wealth)
    opponents, opponents_wealth = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.OPPONENT:
            opponents += 1.0
            opponents_wealth += oligarch.wealth
            if oligarch.bloc < 0:
                _join_bloc(world, i, wealth)
    _found_by_many(world, params, wealth)
    rich_opposition = means_of(opponents, len(world.oligarchs), opponents_wealth, wealth)
    world.society[0].rich_opposition = rich_opposition
    for m in range(len(world.movements)):
        if is_bloc(m) and world.movements[m].active:
            members, pooled, means = means_of_opponents(world, m, wealth)
            world.movements[m].members = members
            lend_pooled(world, params, m, pooled, means)
    moderate_contender = world.contenders[Role.MODERATE]
    if moderate_contender.active:
        members, pooled, means = means_of_opponents(world, -1, wealth)
        moderate_contender.backing = means
