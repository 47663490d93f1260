"""Emigration of the minority: who leaves a state that becomes the other people's, and what follows.

Equations
---------
citizens.emigrate
    chance         = leaving statehood (calm_leaving + hardship)
    newcomer       = a titular citizen with the nation clip(newcomer_nation + newcomer_spread e,
                     -1, 1) and any of the hordes, who takes the place of one who left
    minority_share = minority_share (1 - left / minority), in each region
    size           = clip01(minority_share / large_minority), in the whole country
    organisation   = at most small_following + size_following size, of the minority's leader
    organisation   = nationalist_memory organisation, of the nationalist

Symbols
-------
chance : chance of a citizen of the minority to leave in a month
statehood : how far the state is that of the titular people, a field of society
nation : stand from the union, -1, to the titular nation, 1
left, minority : citizens who leave, and all of the minority before they did
e : a standard normal draw

References
----------
Thesis T092; chapter, note 18.
"""

from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Horde, Role
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule

DRAW_LEAVING = 0
DRAW_NEWCOMER_NATION = 1
DRAW_NEWCOMER_HORDE = 2

# --- equations -----------------------------------------------------------------------------------


@kernel
def leaving_chance(p, statehood, hardship):
    """Return the chance that a citizen of the minority leaves in a month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> leaving_chance(p, 0.8, 0.2) > leaving_chance(p, 0.3, 0.2)
    True
    >>> leaving_chance(p, 0.8, 0.6) > leaving_chance(p, 0.8, 0.2) > 0.0
    True
    """
    return p.leaving * statehood * (p.calm_leaving + hardship)


@kernel
def following_limit(p, minority_share):
    """Return the most organisation that a movement of a minority of this size can have.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> following_limit(p, 0.3) > following_limit(p, 0.1) > 0.0
    True
    """
    return p.small_following + p.size_following * clip01(minority_share / p.large_minority)


# --- the rule ------------------------------------------------------------------------------------


@kernel
def _replace_emigrant(p, citizen, shift, horde):
    """Give the place of one who left to a citizen of the titular people."""
    citizen.minority = False
    citizen.nation = clip(p.newcomer_nation + p.newcomer_spread * shift, -1.0, 1.0)
    citizen.horde = int((Horde.THIRD + 1) * horde)


@kernel
def _shrink_minority_of_regions(world, left, minority):
    """Let the minority of every region shrink by the share of it that left the country."""
    for r in range(len(world.regions)):
        region = world.regions[r]
        region.minority_share = clip01(region.minority_share * (1.0 - left / minority))


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
    """Let members of the minority leave, and the movements of both peoples weaken."""
    p = params.citizens
    society = world.society[0]
    chance = leaving_chance(p, society.statehood, world.economy[0].hardship)
    left, stayed = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        if citizen.minority:
            if uniform(stream, DRAW_LEAVING, i) < chance:
                shift = normal(stream, DRAW_NEWCOMER_NATION, i)
                _replace_emigrant(p, citizen, shift, uniform(stream, DRAW_NEWCOMER_HORDE, i))
                left += 1.0
            else:
                stayed += 1.0
    if left > 0.0:
        _shrink_minority_of_regions(world, left, stayed + left)
    society.minority_share = stayed / len(world.citizens)
    minority_contender = world.contenders[Role.MINORITY_LEADER]
    minority_contender.organisation = min(
        minority_contender.organisation, following_limit(p, society.minority_share)
    )
    world.contenders[Role.NATIONALIST].organisation *= p.nationalist_memory
