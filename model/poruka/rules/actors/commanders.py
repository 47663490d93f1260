"""Commanders of armed force: how far they obey the ruler, by whom they expect to rule tomorrow.

Reasons to obey count alike, and so do reasons to waver: the text weighs none above another.

Equations
---------
commanders.reckon
    goal = clip01(habit + kept (s + [of the ruler's horde] + a + m) - doubt (q + t + r))
    obedience moves to goal by (1 - union) / year of the way in a month

mean_obedience
    obedience, averaged over all commanders

Symbols
-------
union : hold of a centre above the country, whose army it is
s, q : standing of the patron's clan with the ruler; its effort for the succession
a, m : approval of the ruler; unity of the elite
t, r : the strongest threat to the ruler; share of fortunes that is in opposition
[c] : 1 where c holds, otherwise 0

References
----------
Theses T123 T126; chapter, "Conclusion". That commanders reckon so is an assumption.
"""

from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.rule import rule
from poruka.engine.world_types import CommandersNumbers, Parameters, Stream, World

# --- equations --------------------------------------------------------------------------------


@kernel
def reasons_to_obey(standing, own_horde, approval, monolith):
    """Return what keeps a commander: a patron in favour, his horde, a liked ruler, unity (T126).

    >>> least = reasons_to_obey(0.5, False, 0.5, 0.5)
    >>> reasons_to_obey(0.8, False, 0.5, 0.5) > least, reasons_to_obey(0.5, True, 0.5, 0.5) > least
    (True, True)
    >>> reasons_to_obey(0.5, False, 0.8, 0.5) > least, reasons_to_obey(0.5, False, 0.5, 0.8) > least
    (True, True)
    """
    return standing + (1.0 if own_horde else 0.0) + approval + monolith


@kernel
def reasons_to_waver(positioning, threat, rich_opposition):
    """Return what makes a commander doubt: a patron who looks ahead, a rival, rich opponents.

    >>> least = reasons_to_waver(0.1, 0.1, 0.1)
    >>> reasons_to_waver(0.8, 0.1, 0.1) > least, reasons_to_waver(0.1, 0.4, 0.1) > least
    (True, True)
    >>> reasons_to_waver(0.1, 0.1, 0.4) > least
    True
    """
    return positioning + threat + rich_opposition


@kernel
def commander_obedience_goal(p: CommandersNumbers, obey, waver):
    """Return the obedience in [0, 1] that a commander's reckoning leads to.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("commanders")
    >>> calm = commander_obedience_goal(p, 1.5, 0.3)
    >>> commander_obedience_goal(p, 0.5, 0.3) < calm > commander_obedience_goal(p, 1.5, 0.9)
    True
    """
    return clip01(p.habit + p.kept * obey - p.doubt * waver)


# --- what the equations read off the world ----------------------------------------------------


@kernel
def mean_obedience(world: World):
    """Return the mean obedience of the commanders of armed men to the ruler."""
    total = 0.0
    for k in range(len(world.commanders)):
        total += world.commanders[k].obedience
    return total / len(world.commanders)


# --- the rule ---------------------------------------------------------------------------------


@rule(
    id="commanders.reckon",
    claim=(
        "A commander obeys a ruler he expects to survive, whose patronage reaches him and whom the"
        " country does not despise, once no centre above the country commands him."
    ),
    theses=["T123", "T126"],
    locator="Conclusion",
    standing="assumption",
    mechanism="M12.force",
)
def update_obedience(world: World, params: Parameters, stream: Stream):
    """Move every commander's obedience towards what his reckoning leads to."""
    p = params.commanders
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    # While the union holds them, they are its men, and reckon with it rather than with him.
    freed = clip01(1.0 - world.outsides[External.UNION_HOLD].value)
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        patron_clan = world.clans[commander.clan]
        goal = commander_obedience_goal(
            p,
            reasons_to_obey(
                patron_clan.standing,
                commander.horde == president.horde,
                president.approval,
                index.monolith,
            ),
            reasons_to_waver(
                patron_clan.positioning, index.strongest_threat, society.rich_opposition
            ),
        )
        commander.obedience = relax(commander.obedience, goal, freed / params.memory.year)
