"""Courts, election commission and procuracy: they obey whoever appointed them.

They hedge once he is no longer expected to last.
"""

from poruka.engine.codes import COURT_ELECTION_COMMISSION
from poruka.engine.functions import clip01, relax
from poruka.engine.rule import rule


@rule(
    id="courts.obey",
    claim=(
        "Judges, commissions and prosecutors follow their appointer as long as he will last; as his"
        " end nears, or society ripens, they hedge."
    ),
    theses=["T097"],
    locator="Genesis of the Kazakh and Russian Regimes",
    standing="operationalised",
    mechanism="M2.courts",
)
def follow_appointer(world, params, stream):
    president = world.president[0]
    constitution = world.constitution[0]
    society = world.society[0]
    index = world.index[0]
    tally = world.tally[0]
    for k in range(len(world.courts)):
        court = world.courts[k]
        # Vacancies arise and the ruler fills them.
        court.appointed = clip01(court.appointed + params.courts.filling * (1.0 - court.appointed))
        appointed = court.appointed
        if k == COURT_ELECTION_COMMISSION and constitution.governors_appointed:
            appointed = clip01(appointed + 0.3)
        expected_survival = 1.0 - 0.5 * president.expected_end - 0.5 * index.strongest_threat
        goal = clip01(
            params.courts.obedience * appointed * expected_survival
            + 0.25 * index.monolith
            - 0.25 * society.law_custom
        )
        court.obedience = relax(court.obedience, goal, 0.1)
        tally.verdicts += 0.25
        tally.verdicts_obeyed += 0.25 * court.obedience
