"""Blocs: those who broke with the ruler join forces, or found a bloc where none will do for them.

A bloc pools money, media, leading men and followers. It is one of the movements, in a row that is
used anew once it has gone, and its leader is a contender in a row of his own kind, so that how many
there are is not fixed. What a bloc pays the older movements stands in :mod:`.opposition`.

Equations
---------
means_of
    means  = (n / all + w / wealth of all) / 2, of a bloc as of one man
opposition.gather
    i joins the bloc of the largest worth = trust (means of the bloc + his own), if worth > his own
        means; trust = 1 in a leader of his clan, or of his horde and people, else 1 - solidarity
    where none will do, the eligible man of the highest rank whom founders, himself included, would
        join founds a bloc; rank = wealth ability ambition
    a premier who breaks away founds one alone, by the name and the following of his office
    a leader who gave in, was won over, tried or driven out gives way to the next man in rank; a
        bloc without members at liberty is gone
    backing of its leader = means; his money and media move to clip01(lent means) within a season
    who belongs to no bloc stands behind a moderate

Symbols
-------
n, w : number and wealth of the oligarchs in a bloc who are opponents at liberty
all : number of all oligarchs
ability, ambition : fields of an oligarch
solidarity : living loyalty of kin, horde and place, a field of society
season : a memory that all rules share

References
----------
Theses T042 T046 T080 T096; chapter, "The New Challenge".
"""

from poruka.engine.constants import TINY, TWO
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_bloc
from poruka.engine.kinds import Role, Stance
from poruka.engine.rule import rule
from poruka.rules.actors.bloc_leaders import (
    end_bloc,
    found_bloc,
    free_bloc,
    free_leader_row,
    lead_bloc,
    move_premier,
)

# --- equations -----------------------------------------------------------------------------------


@kernel
def means_of(members, oligarchs, own_wealth, wealth):
    """Return what some of the rich bring, in [0, 1]: their number and their fortunes (T046).

    >>> least = means_of(2.0, 20, 1.0, 10.0)
    >>> means_of(4.0, 20, 1.0, 10.0) > least < means_of(2.0, 20, 3.0, 10.0)
    True
    """
    return (members / oligarchs + own_wealth / max(wealth, TINY)) / TWO


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

    A large bloc draws strangers too, a small one only those who trust its leader:

    >>> worth_of_joining(0.4, 0.6, 0.2) > 0.2 > worth_of_joining(0.4, 0.1, 0.2)
    True
    >>> worth_of_joining(1.0, 0.1, 0.2) > 0.2
    True
    """
    return trust * (pooled + own)


@kernel
def lent_means(p, means):
    """Return the money, or the media, that the leader of a bloc comes to have, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> lent_means(p, 0.2) > lent_means(p, 0.1)
    True
    """
    return clip01(p.lent * means)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _wealth_of_all(world):
    """Return the wealth of all oligarchs."""
    wealth = 0.0
    for i in range(len(world.oligarchs)):
        wealth += world.oligarchs[i].wealth
    return wealth


@kernel
def _means_of_opponents(world, bloc, wealth):
    """Return how many opponents belong to a bloc, or to none for -1, and what they bring."""
    members, pooled = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.OPPONENT and oligarch.bloc == bloc:
            members += 1.0
            pooled += oligarch.wealth
    return members, means_of(members, len(world.oligarchs), pooled, wealth)


@kernel
def _own_means(world, i, wealth):
    """Return what oligarch i brings."""
    return means_of(1.0, len(world.oligarchs), world.oligarchs[i].wealth, wealth)


@kernel
def _trust_in(world, i, leader):
    """Return how far oligarch i counts on another of the rich as leader."""
    oligarch, leader_oligarch = world.oligarchs[i], world.oligarchs[leader]
    is_of_his_people = (
        oligarch.horde == leader_oligarch.horde and oligarch.titular == leader_oligarch.titular
    )
    is_near = oligarch.clan == leader_oligarch.clan or is_of_his_people
    return trust_in_leader(world.society[0].solidarity, is_near)


@kernel
def _rank(world, i):
    """Return the rank of oligarch i as a leader, -1 for one who could not be imagined as ruler."""
    oligarch = world.oligarchs[i]
    return oligarch.wealth * oligarch.ability * oligarch.ambition if oligarch.eligible else -1.0


@kernel
def _first_in_rank(world, bloc):
    """Return the opponent of the highest rank in a bloc, -1 where nobody could lead it."""
    highest, leader = -1.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_member = oligarch.stance == Stance.OPPONENT and oligarch.bloc == bloc
        if is_member and _rank(world, i) > highest:
            highest, leader = _rank(world, i), i
    return leader


@kernel
def _keep_bloc(world, params, m, wealth):
    """Give a bloc its next man if it lost its leader, and end it if nobody can lead it any more."""
    movement = world.movements[m]
    contender = world.contenders[movement.contender]
    members, means = _means_of_opponents(world, m, wealth)
    successor = _first_in_rank(world, m)
    movement.members = members
    person = contender.person
    has_leader = contender.active and person >= 0
    has_leader = has_leader and world.oligarchs[person].stance == Stance.OPPONENT
    if not contender.active or members < 1.0 or (not has_leader and successor < 0):
        end_bloc(world, m)
        return
    contender.backing = means
    if not has_leader:
        lead_bloc(world, params, movement.contender, successor)


@kernel
def _found_by_premier(world, wealth):
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
    found_bloc(world, m, j, person, _own_means(world, person, wealth), 1.0)


@kernel
def _join_bloc(world, i, wealth):
    """Let oligarch i join the bloc that is worth most to him, if one is worth more than himself."""
    own = _own_means(world, i, wealth)
    best = own
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if not (is_bloc(m) and movement.active):
            continue
        pooled = world.contenders[movement.contender].backing
        trust = _trust_in(world, i, world.contenders[movement.contender].person)
        worth = worth_of_joining(trust, pooled, own)
        if worth > best:
            best = worth
            world.oligarchs[i].bloc = m


@kernel
def _followers_of(world, leader, wealth):
    """Return how many of those without a bloc would join one that this man leads, and himself."""
    followers = 1.0
    pooled = _own_means(world, leader, wealth)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if i == leader or oligarch.stance != Stance.OPPONENT or oligarch.bloc >= 0:
            continue
        own = _own_means(world, i, wealth)
        if worth_of_joining(_trust_in(world, i, leader), pooled, own) > own:
            followers += 1.0
    return followers


@kernel
def _found_by_many(world, params, wealth):
    """Let the best man behind whom enough of those without a bloc would stand found one."""
    highest, leader, founders = -1.0, -1, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance != Stance.OPPONENT or oligarch.bloc >= 0:
            continue
        if _rank(world, i) <= highest:
            continue
        followers = _followers_of(world, i, wealth)
        if followers >= int(params.opposition.founders):
            highest, leader, founders = _rank(world, i), i, followers
    m, j = free_bloc(world), free_leader_row(world)
    if leader < 0 or m < 0 or j < 0:
        return
    lead_bloc(world, params, j, leader)
    world.contenders[j].backing = _own_means(world, leader, wealth)
    found_bloc(world, m, j, leader, world.contenders[j].backing, founders)


# --- the rule ------------------------------------------------------------------------------------


@kernel
def _leave_blocs(world):
    """Let those who are no opponents at liberty leave their blocs."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance != Stance.OPPONENT:
            oligarch.bloc = -1


@kernel
def _lend(world, params, m, means):
    """Let the money and the media that a bloc pools reach its leader."""
    movement = world.movements[m]
    contender = world.contenders[movement.contender]
    lent, season = lent_means(params.opposition, means), params.memory.season
    contender.backing = means
    contender.money = approach(contender.money, lent, season)
    contender.media = approach(contender.media, lent, season)
    movement.money = contender.money


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
def gather(world, params, stream):
    """Keep, found and join blocs, and lend what they pool to their leaders."""
    wealth = _wealth_of_all(world)
    _leave_blocs(world)
    for j in range(1, len(world.contenders)):
        world.contenders[j].backing = 0.0
    for m in range(len(world.movements)):
        if is_bloc(m) and world.movements[m].active:
            _keep_bloc(world, params, m, wealth)
    _found_by_premier(world, wealth)
    _found_by_many(world, params, wealth)
    opponents, opponents_wealth = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.OPPONENT:
            opponents += 1.0
            opponents_wealth += oligarch.wealth
            if oligarch.bloc < 0:
                _join_bloc(world, i, wealth)
    count = len(world.oligarchs)
    world.society[0].rich_opposition = means_of(opponents, count, opponents_wealth, wealth)
    for m in range(len(world.movements)):
        if is_bloc(m) and world.movements[m].active:
            members, means = _means_of_opponents(world, m, wealth)
            world.movements[m].members = members
            _lend(world, params, m, means)
    moderate_contender = world.contenders[Role.MODERATE]
    if moderate_contender.active:
        members, means = _means_of_opponents(world, -1, wealth)
        moderate_contender.backing = means
