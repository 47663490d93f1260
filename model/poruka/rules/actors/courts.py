"""Courts, election commission and procuracy: they obey whoever appointed them, while he lasts.

Equations
---------
courts.obey
    appointed moves to 1 within a generation
    w    = appointed; 1 for the election commission of a country whose governors are appointed
    s    = 1 - (e + t) / 2
    goal = clip01(w s + climate (m - l))
    obedience of the court moves to goal within a year

Symbols
-------
w : how far those who decide in a court were appointed by the ruler or by his governors
s : how far they expect him to last
e, t : expected end of his tenure; the strongest threat to him
m, l : unity of the elite; custom of law

References
----------
Thesis T097; chapter, the section that the rule names.
"""

from poruka.engine.constants import TWO
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import CourtKind
from poruka.engine.rule import rule
from poruka.engine.world_types import CourtsNumbers, Parameters, Stream, World

# --- equations --------------------------------------------------------------------------------


@kernel
def ruler_lasts_for_judges(expected_end, strongest_threat):
    """Return how far judges expect the ruler to last: less as his end nears, or a rival rises.

    >>> ruler_lasts_for_judges(0.8, 0.2) < ruler_lasts_for_judges(0.1, 0.2)
    True
    >>> ruler_lasts_for_judges(0.1, 0.6) < ruler_lasts_for_judges(0.1, 0.2)
    True
    """
    return 1.0 - (expected_end + strongest_threat) / TWO


@kernel
def court_obedience_goal(p: CourtsNumbers, appointed, expected_survival, monolith, law_custom):
    """Return the obedience in [0, 1] that a court tends to.

    Courts serve their appointer, more in a united elite, less where law is a custom (T097):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("courts")
    >>> court_obedience_goal(p, 0.8, 0.7, 0.5, 0.3) > court_obedience_goal(p, 0.3, 0.7, 0.5, 0.3)
    True
    >>> court_obedience_goal(p, 0.8, 0.7, 0.5, 0.3) > court_obedience_goal(p, 0.8, 0.7, 0.5, 0.9)
    True
    >>> court_obedience_goal(p, 0.8, 0.7, 0.5, 0.3) > court_obedience_goal(p, 0.8, 0.7, 0.1, 0.3)
    True
    """
    return clip01(appointed * expected_survival + p.climate * (monolith - law_custom))


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _appointed_by_his_men(world: World, k):
    """Return how far the ruler or governors whom he appoints filled a court."""
    if k == CourtKind.ELECTION_COMMISSION and world.constitution[0].governors_appointed:
        return 1.0
    return world.courts[k].appointed


# --- the rule ---------------------------------------------------------------------------------


@rule(
    id="courts.obey",
    claim=(
        "Judges, commissions and prosecutors follow their appointer as long as he will last; as his"
        " end nears, or society ripens, they hedge."
    ),
    theses=["T097"],
    locator="The Rise of Personal Rule",
    standing="operationalised",
    mechanism="M2.courts",
)
def follow_appointer(world: World, params: Parameters, stream: Stream):
    """Fill vacancies, move every court's obedience, and count the verdicts wanted and given."""
    p = params.courts
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    tally = world.tally[0]
    share = 1.0 / len(world.courts)  # one verdict a month is wanted of all courts together
    for k in range(len(world.courts)):
        court = world.courts[k]
        # Vacancies arise and the ruler fills them.
        court.appointed = approach(court.appointed, 1.0, params.memory.generation)
        appointed = _appointed_by_his_men(world, k)
        survival = ruler_lasts_for_judges(president.expected_end, index.strongest_threat)
        goal = court_obedience_goal(p, appointed, survival, index.monolith, society.law_custom)
        court.obedience = approach(court.obedience, goal, params.memory.year)
        tally.verdicts += share
        tally.verdicts_obeyed += share * court.obedience
