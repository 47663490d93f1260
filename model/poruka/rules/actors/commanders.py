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
    p = params.commanders
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        patron_clan = world.clans[commander.clan]
        patron_tie = (
            p.patron_floor
            + p.patron_standing * patron_clan.standing
            - p.patron_positioning * patron_clan.positioning
        )
        same_horde = p.same_horde if commander.horde == president.horde else 0.0
        goal = clip01(
            patron_tie
            + same_horde
            + p.approval * president.approval
            + p.monolith * index.monolith
            - p.threat * index.strongest_threat
            - p.rich_opposition * society.rich_opposition
        )
        commander.obedience = relax(commander.obedience, goal, p.obedience_rate)
