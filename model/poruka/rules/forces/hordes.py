"""Camps within one people: hordes or regions of birth that a ruler shuts out, and who holds arms.

Equations
---------
quarrel_of_hordes
    stakes       = mean exclusion of the titular families that are not of the ruler's horde
    mixture      = 4 s (1 - s)
    arms inside  = mean obedience of the commanders; arms outside = 1 - arms inside
    moderation   = that of a ruler who is liked and shuts few out: stakes in the place of what he
                   stands for among peoples, and no talk of integration
    how the two sides arm stands on the page of :mod:`.ethnic_conflict`

Symbols
-------
exclusion : how far the head of a family feels shut out, most where hordes hold together
s : share of the titular citizens who are of the ruler's horde
obedience : of those who command armed men, to the ruler

References
----------
Thesis T031; chapter, "The New Opposition". That those shut out may fight is an assumption.
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import MIXTURE_SCALE
from poruka.engine.jit import kernel
from poruka.engine.world_types import World
from poruka.rules.actors.commanders import mean_obedience


class QuarrelOfHordes(NamedTuple):
    """What hordes quarrel about, how evenly they share the country, and the arms of each side."""

    stakes: float
    mixture: float
    arms_outside: float
    arms_inside: float


@kernel
def exclusion_of_hordes(world: World):
    """Return how far families of other hordes than the ruler's feel shut out; 0 without any."""
    horde = world.president[0].horde
    total, count = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.titular and oligarch.horde != horde:
            total += oligarch.exclusion
            count += 1.0
    return total / count if count > 0.0 else 0.0


@kernel
def share_of_rulers_horde(world: World):
    """Return the share of the titular citizens who are of the ruler's horde."""
    horde = world.president[0].horde
    own, count = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        if not citizen.minority:
            count += 1.0
            if citizen.horde == horde:
                own += 1.0
    return own / count if count > 0.0 else 0.0


@kernel
def quarrel_of_hordes(world: World):
    """Return what the hordes of the titular people have to fight about, and with what."""
    stakes = through(world, Channel.HORDES_SHUT_OUT, 0, exclusion_of_hordes(world))
    share = share_of_rulers_horde(world)
    mixture = MIXTURE_SCALE * share * (1.0 - share)
    obedience = mean_obedience(world)
    return QuarrelOfHordes(stakes, mixture, 1.0 - obedience, obedience)
