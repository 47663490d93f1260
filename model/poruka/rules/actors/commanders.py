"""Commanders of armed force: how far they obey the ruler, by whom they expect to rule tomorrow.

The page has more numbers than most, as a commander weighs six reasons to obey against two to waver,
and every way to divide their weights is to be tried.

Equations
---------
commanders.reckon
    tie  = standing s - positioning q
    goal = clip01(habit + tie + same_horde [of the ruler's horde] + approval a + monolith m
                  - threat t - rich_opposition r)
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

# --- equations --------------------------------------------------------------------------------


@kernel
def commander_tie(p, standing, positioning):
    """Return how far the patron keeps a commander loyal.

    A patron in favour keeps him, one who prepares for the succession draws him away:

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("commanders")
    >>> commander_tie(p, 0.5, 0.8) < commander_tie(p, 0.5, 0.1) < commander_tie(p, 0.8, 0.1)
    True
    """
    return p.standing * standing - p.positioning * positioning


@kernel
def commander_obedience_goal(p, tie, own_horde, approval, monolith, threat, rich_opposition):
    """Return the obedience in [0, 1] that a commander's reckoning leads to.

    Fortunes in opposition, and a rival who could rule, make him doubt; approval, a united elite
    and a common horde keep him (T126):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("commanders")
    >>> calm = commander_obedience_goal(p, 0.0, False, 0.5, 0.5, 0.1, 0.1)
    >>> calm > commander_obedience_goal(p, 0.0, False, 0.5, 0.5, 0.1, 0.4)
    True
    >>> calm > commander_obedience_goal(p, 0.0, False, 0.5, 0.5, 0.4, 0.1)
    True
    >>> calm > commander_obedience_goal(p, 0.0, False, 0.2, 0.5, 0.1, 0.1)
    True
    >>> calm > commander_obedience_goal(p, 0.0, False, 0.5, 0.1, 0.1, 0.1)
    True
    >>> calm < commander_obedience_goal(p, 0.0, True, 0.5, 0.5, 0.1, 0.1)
    True
    """
    return clip01(
        p.habit
        + tie
        + (p.same_horde if own_horde else 0.0)
        + p.approval * approval
        + p.monolith * monolith
        - p.threat * threat
        - p.rich_opposition * rich_opposition
    )


# --- what the equations read off the world ----------------------------------------------------


@kernel
def mean_obedience(world):
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
def update_obedience(world, params, stream):
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
            commander_tie(p, patron_clan.standing, patron_clan.positioning),
            commander.horde == president.horde,
            president.approval,
            index.monolith,
            index.strongest_threat,
            society.rich_opposition,
        )
        commander.obedience = relax(commander.obedience, goal, freed / params.memory.year)
