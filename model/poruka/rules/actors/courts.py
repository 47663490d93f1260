"""Courts, election commission and procuracy: they obey whoever appointed them.

They hedge once he is no longer expected to last.
"""

from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import CourtKind
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
    p = params.courts
    president = world.president[0]
    constitution = world.constitution[0]
    society = world.society[0]
    index = world.index[0]
    tally = world.tally[0]
    share = 1.0 / len(world.courts)  # one verdict a month is wanted of all courts together
    for k in range(len(world.courts)):
        court = world.courts[k]
        # Vacancies arise and the ruler fills them.
        court.appointed = clip01(court.appointed + p.filling * (1.0 - court.appointed))
        appointed = court.appointed
        if k == CourtKind.ELECTION_COMMISSION and constitution.governors_appointed:
            appointed = clip01(appointed + p.commission_locals)
        expected_survival = (
            1.0
            - p.survival_end * president.expected_end
            - p.survival_threat * index.strongest_threat
        )
        goal = clip01(
            p.obedience * appointed * expected_survival
            + p.monolith * index.monolith
            - p.law_custom * society.law_custom
        )
        court.obedience = relax(court.obedience, goal, p.obedience_rate)
        tally.verdicts += share
        tally.verdicts_obeyed += share * court.obedience
