"""Emigration of the minority: who leaves a state that becomes the other people's, and what follows.

Equations
---------
citizens.emigrate
    chance         = leaving statehood
    the place of one who left goes to a titular citizen, who stands by the distance of the two
    peoples' means nearer to the titular nation
    minority_share = minority_share (1 - left / minority), in each region
    organisation   = organisation (1 - left / minority), of the minority's leader

Symbols
-------
chance : chance of a citizen of the minority to leave in a month
statehood : how far the state is that of the titular people, a field of society
left, minority : citizens who leave, and all of the minority before they did

References
----------
Thesis T092; chapter, note 18.
"""

from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule
from poruka.engine.world_types import CitizensNumbers, Parameters, Stream, World
from poruka.rules.forces.peoples import join_other_people, mean_positions, shrink_minority

DRAW_LEAVING = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def leaving_chance(p: CitizensNumbers, statehood):
    """Return the chance that a citizen of the minority leaves in a month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> leaving_chance(p, 0.8) > leaving_chance(p, 0.3)
    True
    """
    return p.leaving * statehood


# --- the rule ------------------------------------------------------------------------------------


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
def emigrate(world: World, params: Parameters, stream: Stream):
    """Let members of the minority leave, and its movement weaken."""
    society = world.society[0]
    chance = leaving_chance(params.citizens, society.statehood)
    means = mean_positions(world)
    left, stayed = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        if citizen.minority:
            if uniform(stream, DRAW_LEAVING, i) < chance:
                join_other_people(citizen, means.titular - means.minority)
                left += 1.0
            else:
                stayed += 1.0
    if left > 0.0:
        shrink_minority(world, left, stayed + left)
        for r in range(len(world.regions)):
            world.regions[r].minority_share *= stayed / (stayed + left)
