"""Commanders of force: they obey, stall or switch by pay, by patron, and by who they think will be
there tomorrow.
"""

from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.rule import rule


@kernel
def mean_obedience(world):
    """Return how far those who command armed men obey the ruler, on average."""
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
        tie = 0.35 + 0.35 * patron_clan.standing - 0.35 * patron_clan.positioning
        own = 0.1 if commander.horde == president.horde else 0.0
        goal = clip01(
            tie
            + own
            + 0.3 * president.approval
            + 0.2 * index.monolith
            - 0.3 * index.strongest_threat
            - 0.25 * society.rich_opposition * 2.0
        )
        commander.obedience = relax(commander.obedience, goal, 0.15)
