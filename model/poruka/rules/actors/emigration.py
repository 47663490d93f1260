"""Emigration of the minority: who leaves a state that becomes the other people's, and what follows.

Equations
---------
citizens.emigrate
    chance         = leaving statehood
    the place of one who left goes to a titular citizen of any of the hordes, whose nation is his
    with the sign turned
    minority_share = minority_share (1 - left / minority), in each region
    organisation   = organisation (1 - left / minority), of the minority's leader

Symbols
-------
chance : chance of a citizen of the minority to leave in a month
statehood : how far the state is that of the titular people, a field of society
nation : stand from the union, -1, to the titular nation, 1
left, minority : citizens who leave, and all of the minority before they did

References
----------
Thesis T092; chapter, note 18.
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Horde, Role
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule

DRAW_LEAVING = 0
DRAW_NEWCOMER_HORDE = 2

# --- equations -----------------------------------------------------------------------------------


@kernel
def leaving_chance(p, statehood):
    """Return the chance that a citizen of the minority leaves in a month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> leaving_chance(p, 0.8) > leaving_chance(p, 0.3)
    True
    """
    return p.leaving * statehood


# --- the rule ------------------------------------------------------------------------------------


@kernel
def _replace_emigrant(citizen, horde):
    """Give the place of one who left to a citizen of the titular people."""
    citizen.minority = False
    citizen.nation = -citizen.nation
    citizen.horde = int((Horde.THIRD + 1) * horde)


@kernel
def _shrink_minority(world, left, minority):
    """Let the minority of every region, and its movement, shrink by the share that left."""
    stayed = 1.0 - left / minority
    for r in range(len(world.regions)):
        region = world.regions[r]
        region.minority_share = clip01(region.minority_share * stayed)
    world.contenders[Role.MINORITY_LEADER].organisation *= stayed


@rule(
    id="citizens.emigrate",
    claim=(
        "Members of the minority leave as the state becomes the other people's; their going calms"
        " the country."
    ),
    theses=["T092"],
    locator="note 18",
    standing="stated",
    mechanism="M12.emigration",
)
def emigrate(world, params, stream):
    """Let members of the minority leave, and its movement weaken."""
    society = world.society[0]
    chance = leaving_chance(params.citizens, society.statehood)
    left, stayed = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        if citizen.minority:
            if uniform(stream, DRAW_LEAVING, i) < chance:
                _replace_emigrant(citizen, uniform(stream, DRAW_NEWCOMER_HORDE, i))
                left += 1.0
            else:
                stayed += 1.0
    if left > 0.0:
        _shrink_minority(world, left, stayed + left)
    society.minority_share = stayed / len(world.citizens)
