"""The distance between two peoples: what either has to fear, and how quarrels cool or are parted.

Equations
---------
mean_positions
    the mean stand on the nation of the titular citizens, and of the minority

stakes_of_peoples
    stakes = quarrel x the distance of a citizen from a ruler's stand (see
             :func:`poruka.rules.actors.evaluation.squared_distance`), taken between the two means

camps.cool
    quarrel falls by the part statehood (1 - blood) / generation of itself in a month

part_peoples
    in the region of a war the peoples part: its minority_share is 0 from then on, and so many of
    the minority's citizens give place to titular ones, who stand by the distance of the means
    nearer to their people; organisation of the minority's leader and the quarrel shrink by the part
    of the minority that is gone

Symbols
-------
nation : stand of a citizen, from the union, -1, to the titular nation, 1
quarrel : how far camps still fear each other's victory, 1 at the start
statehood, blood : belief that the new state will stay; blood in the streets
stakes : what the victory of one people's man costs the mean member of the other, in utility

References
----------
Theses T007 T092 T126; chapter, "The Rise of Personal Rule" and note 18. That quarrels cool with
a generation is an assumption.
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.functions import clip
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.rule import rule
from poruka.engine.world_types import Citizen, Parameters, Stream, World
from poruka.rules.actors.evaluation import squared_distance


class MeanPositions(NamedTuple):
    """Where the titular people and the minority stand on the nation."""

    titular: float
    minority: float


# --- equations ------------------------------------------------------------------------------------
@kernel
def cooling_of_quarrel(statehood, blood, generation):
    """Return the part of a quarrel that is laid aside in a month of peace (T092).

    >>> cooling_of_quarrel(0.9, 0.0, 300.0) > cooling_of_quarrel(0.2, 0.0, 300.0)
    True
    >>> cooling_of_quarrel(0.9, 0.0, 300.0) > cooling_of_quarrel(0.9, 0.8, 300.0)
    True
    """
    return statehood * (1.0 - blood) / generation


# --- what the equations read off the world --------------------------------------------------------
@kernel
def mean_positions(world: World):
    """Return the mean stand on the nation of both peoples; of one that is gone, the other's."""
    titular, minority, minority_count = 0.0, 0.0, 0.0
    count = len(world.citizens)
    for i in range(count):
        citizen = world.citizens[i]
        if citizen.minority:
            minority += citizen.nation
            minority_count += 1.0
        else:
            titular += citizen.nation
    if minority_count <= 0.0:
        return MeanPositions(titular / count, titular / count)
    if minority_count >= count:
        return MeanPositions(minority / count, minority / count)
    return MeanPositions(titular / (count - minority_count), minority / minority_count)


@kernel
def stakes_of_peoples(world: World, params: Parameters):
    """Return what either people would lose if the other's man ruled: nothing where they are one."""
    means = mean_positions(world)
    society = world.society[0]
    gap = means.titular - means.minority
    return society.quarrel * squared_distance(params.evaluation, gap, 0.0, society.polarisation)


@kernel
def join_other_people(citizen: Citizen, gap):
    """Give the place of one of the minority who is gone to a titular citizen of like mind."""
    citizen.minority = False
    citizen.nation = clip(citizen.nation + gap, -1.0, 1.0)


@kernel
def shrink_minority(world: World, left, minority):
    """Let its movement and the quarrel shrink by the share that left, and count who stayed."""
    stayed = 1.0 - left / minority
    world.contenders[Role.MINORITY_LEADER].organisation *= stayed
    world.society[0].quarrel *= stayed
    world.society[0].minority_share = (minority - left) / len(world.citizens)


@kernel
def part_peoples(world: World, i):
    """Let the peoples of region i part after a war: the minority flees or goes its own way."""
    everywhere = 0.0
    for r in range(len(world.regions)):
        everywhere += world.regions[r].minority_share
    if everywhere <= 0.0:
        return
    means = mean_positions(world)
    part = world.regions[i].minority_share / everywhere
    minority, left, due = 0.0, 0.0, 0.0
    for c in range(len(world.citizens)):
        citizen = world.citizens[c]
        if not citizen.minority:
            continue
        minority += 1.0
        due += part
        if due >= 1.0:
            due -= 1.0
            left += 1.0
            join_other_people(citizen, means.titular - means.minority)
    world.regions[i].minority_share = 0.0
    if left > 0.0:
        shrink_minority(world, left, minority)


# --- the rule -------------------------------------------------------------------------------------
@rule(
    id="camps.cool",
    claim=(
        "Where the state is believed in and no blood flows, camps have less and less to fear: they"
        " arm less, and fear of the other camp no longer keeps them with the man between."
    ),
    theses=["T007", "T092"],
    locator="The Rise of Personal Rule",
    standing="assumption",
    mechanism="M12.camps",
)
def cool_quarrels(world: World, params: Parameters, stream: Stream):
    """Let the quarrel of the camps cool in peace."""
    society = world.society[0]
    cooling = cooling_of_quarrel(society.statehood, society.blood, params.memory.generation)
    society.quarrel *= 1.0 - through(world, Channel.QUARREL_COOLS, 0, cooling)
