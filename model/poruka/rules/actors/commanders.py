"""Commanders of the armed forces: they obey, stall or switch sides.

What decides is pay, the patron's standing and who they expect to be in power tomorrow.
"""

from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.rule import rule


@kernel
def mean_obedience(world):
    """Return the mean obedience of the commanders of armed men to the ruler."""
    total = 0.0
    for k in range(len(world.commanders)):
        total += world.commanders[k].obedience
    return total / len(world.commanders)


@rule(
    id="commanders.reckon",
    claim=(
        "A commander obeys a ruler he expects to survive, whose patronage reaches him and whom the"
        " country does not despise."
    ),
    theses=["T123", "T126"],
    locator="Presidents and Parliaments",
    standing="assumption",
    mechanism="M12.force",
)
def update_obedience(world, params, stream):
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        patron_clan = world.clans[commander.clan]
        patron_tie = 0.35 + 0.35 * patron_clan.standing - 0.35 * patron_clan.positioning
        same_horde = 0.1 if commander.horde == president.horde else 0.0
        goal = clip01(
            patron_tie
            + same_horde
            + 0.3 * president.approval
            + 0.2 * index.monolith
            - 0.3 * index.strongest_threat
            - 0.25 * society.rich_opposition * 2.0
        )
        commander.obedience = relax(commander.obedience, goal, 0.15)
