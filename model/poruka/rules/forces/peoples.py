"""The distance between two peoples: what either would lose if the other's men ruled.

Equations
---------
mean_positions
    the mean stand on the nation of the titular citizens, of the minority and of all

stakes_of_peoples
    stakes = the distance of a citizen from a ruler's stand (see
             :func:`poruka.rules.actors.evaluation.squared_distance`), taken between the two means

Symbols
-------
nation : stand of a citizen, from the union, -1, to the titular nation, 1
stakes : what the victory of one people's man costs the mean member of the other, in utility

References
----------
Theses T007 T092 T126; chapter, "Balancing Between Opposing Camps".
"""

from typing import NamedTuple

from poruka.engine.jit import kernel
from poruka.rules.actors.evaluation import squared_distance


class MeanPositions(NamedTuple):
    """Where the titular people, the minority and all citizens stand on the nation."""

    titular: float
    minority: float
    all: float


@kernel
def mean_positions(world):
    """Return the mean stand on the nation of both peoples; of one that is gone, that of all."""
    titular, minority, minority_count = 0.0, 0.0, 0.0
    count = len(world.citizens)
    for i in range(count):
        citizen = world.citizens[i]
        if citizen.minority:
            minority += citizen.nation
            minority_count += 1.0
        else:
            titular += citizen.nation
    middle = (titular + minority) / count
    return MeanPositions(
        titular / (count - minority_count) if minority_count < count else middle,
        minority / minority_count if minority_count > 0.0 else middle,
        middle,
    )


@kernel
def stakes_of_peoples(world, params):
    """Return what either people would lose if the other's man ruled: nothing where they are one."""
    means = mean_positions(world)
    gap = means.titular - means.minority
    return squared_distance(params.evaluation, gap, 0.0, world.society[0].polarisation)
