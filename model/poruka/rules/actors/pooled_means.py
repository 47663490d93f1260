"""What a bloc pools: fortunes, channels, people, and how far it counts by them.

Equations
---------
means_of
    means  = (n / all + w / wealth of all) / 2, of a bloc as of one man
lend_pooled
    backing of the leader = means
    his money moves to saturate(w, premier_fortune) within a season, his media to money free
    people = clip01(the sum over its men of clientele / members of their clan)

Symbols
-------
saturate(x, half) : x / (x + half)
premier_fortune : fortune of which a contender can use half of all that money can do, a number of
    :mod:`.premiers`
n, w : number and wealth of the oligarchs in a bloc who are opponents at liberty
all : number of all oligarchs
free : share of channels, by their public, whose owner is neither the state nor kin
clientele, members : of a clan: how many clients it has; oligarchs in it
season : a memory that all rules share

References
----------
Theses T042 T046 T096; chapter, "The New Challenge".
"""

from poruka.engine.constants import TINY, TWO
from poruka.engine.functions import approach, clip01, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import OutletOwner, Stance
from poruka.engine.world_types import Parameters, World

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
def media_of_bloc(money, free_channels):
    """Return the media that the leader of a bloc can use: what is free of power, and paid (T096).

    >>> media_of_bloc(0.5, 0.4) > media_of_bloc(0.1, 0.4) < media_of_bloc(0.1, 0.9)
    True
    """
    return money * free_channels


# --- what the equations read off the world -------------------------------------------------------


@kernel
def wealth_of_all(world: World):
    """Return the wealth of all oligarchs."""
    wealth = 0.0
    for i in range(len(world.oligarchs)):
        wealth += world.oligarchs[i].wealth
    return wealth


@kernel
def means_of_opponents(world: World, bloc, wealth):
    """Return number, fortunes and means of the opponents in a bloc, or in none for -1."""
    members, pooled = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.OPPONENT and oligarch.bloc == bloc:
            members += 1.0
            pooled += oligarch.wealth
    return members, pooled, means_of(members, len(world.oligarchs), pooled, wealth)


@kernel
def _free_channels(world: World):
    """Return the share of channels, by their public, whose owner is neither the state nor kin."""
    free, reach = 0.0, TINY
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        reach += outlet.reach
        if outlet.owner == OutletOwner.INDEPENDENT or outlet.owner == OutletOwner.MAGNATES:
            free += outlet.reach
    return free / reach


@kernel
def _people_of_bloc(world: World, m):
    """Return the clients in [0, 1] whom the men of a bloc bring, each his part of his clan's."""
    people = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.OPPONENT and oligarch.bloc == m:
            clan = world.clans[oligarch.clan]
            people += clan.clientele / max(1.0, clan.members)
    return clip01(people)


@kernel
def own_means(world: World, i, wealth):
    """Return what oligarch i brings."""
    return means_of(1.0, len(world.oligarchs), world.oligarchs[i].wealth, wealth)


@kernel
def lend_pooled(world: World, params: Parameters, m, pooled, means):
    """Let the money and the media that a bloc pools reach its leader."""
    movement = world.movements[m]
    contender = world.contenders[movement.contender]
    season = params.memory.season
    money = saturate(pooled, params.posts.premier_fortune)
    contender.backing = means
    contender.money = approach(contender.money, money, season)
    media = media_of_bloc(contender.money, _free_channels(world))
    contender.media = approach(contender.media, media, season)
    movement.money = contender.money
    movement.people = _people_of_bloc(world, m)
