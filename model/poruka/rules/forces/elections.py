"""Elections: who is let in, what citizens choose, what governors add, what is published, and the
gap people can tell.
"""

from poruka.engine.codes import (
    CONSTITUENCY_MINORITIES,
    CONSTITUENCY_TITULARS,
    CONTENDER_HEIR,
    CONTENDER_RULER,
    CONTENDER_SPOILER,
    CRISIS_STOLEN_ELECTION,
    CRISIS_VACANCY,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_ELECTION,
    NOBODY,
    OUTCOME_ROTATION,
    REASON_ADDED_SHARE,
    REASON_BELIEF,
    REASON_GUILT,
    REASON_OBEDIENCE,
    REASON_SUPPORT,
    REASON_VOTES_FOR,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule
from poruka.rules.actors.citizens import (
    advantage_over_ruler,
    fear_of_disorder,
    nearness_to_ruler,
    position_distance,
    ruler_evaluation,
    ruler_record,
)
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.forces.succession import end_tenure


@kernel
def _admit_candidates(world, params):
    """Let contenders on the ballot who have declared, are free, and pass the barrier; return how
    many there are.
    """
    constitution = world.constitution[0]
    admitted = 0
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        free = (
            contender.active
            and contender.open
            and not (contender.barred or contender.jailed or contender.exiled or contender.coopted)
        )
        reach = contender.organisation + 0.4 * contender.money + 0.3 * contender.office + 0.25
        contender.on_ballot = free and j < CONTENDER_HEIR or (free and j == CONTENDER_SPOILER)
        # One name is asked for, and those who can be kept out are; a movement that fills squares
        # cannot.
        barrier = constitution.registration_barrier + (1.0 if constitution.sole_candidate else 0.0)
        if (
            j != CONTENDER_SPOILER
            and reach < 0.1 + 0.38 * barrier
            or j == CONTENDER_SPOILER
            and constitution.sole_candidate
        ):
            contender.on_ballot = False
        admitted += 1 if contender.on_ballot else 0
    return admitted


@kernel
def _count_votes(world, params, stakes):
    """Count true votes among those let in and return the ruler's true share."""
    seats = len(world.contenders)
    society = world.society[0]
    record = ruler_record(world, params)
    for j in range(seats):
        contender = world.contenders[j]
        contender.votes = 0.0
    cast = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        group = CONSTITUENCY_MINORITIES if citizen.minority else CONSTITUENCY_TITULARS
        own = ruler_evaluation(world, params, citizen, record)
        best, choice, risk = 0.0, CONTENDER_RULER, 0.0
        for j in range(1, seats):
            contender = world.contenders[j]
            if not contender.active or contender.jailed or contender.exiled:
                continue
            far = position_distance(citizen, contender, society.polarisation)
            gain = advantage_over_ruler(
                params, citizen, contender, society.solidarity, own, far
            ) - stakes * fear_of_disorder(params, citizen, contender, far)
            # A name on the ballot is itself a reason to believe.
            belief = clip01(
                world.beliefs[group * seats + j].believed_chance
                + (0.3 if contender.on_ballot else 0.0)
            )
            risk = max(risk, -stakes * belief * gain)
            worth = belief * gain - (1.0 - belief) * params.citizens.futility * stakes
            if contender.on_ballot and worth > best:
                best, choice = worth, j
        afraid = params.citizens.other_camp * risk
        if best <= afraid:
            choice = CONTENDER_RULER
        chosen_contender = world.contenders[choice]
        # Without a man of his own he judges how he is ruled, not where the ruler stands.
        ruled = own - nearness_to_ruler(world, citizen) + afraid
        if choice == CONTENDER_RULER and ruled < -0.4:
            continue  # nobody to vote for: he stays at home
        cast += 1.0
        if choice != CONTENDER_RULER or ruled > -0.18:
            chosen_contender.votes += 1.0  # else his vote is against everybody
    for j in range(seats):
        contender = world.contenders[j]
        contender.votes /= max(1.0, cast)
    return world.contenders[CONTENDER_RULER].votes


@rule(
    id="elections.calendar",
    claim=(
        "Every due date follows from the constitution in force; its nearness opens opportunity for"
        " rivals."
    ),
    theses=["T012", "T101"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M8.calendar",
)
def calendar(world, params, stream):
    constitution = world.constitution[0]
    society = world.society[0]
    clock = world.clock[0]
    months = constitution.president_due - clock.month
    society.election_near = (
        clip01(1.0 - months / params.elections.horizon_months) if constitution.mandate >= 1 else 0.0
    )
    society.uncontested = relax(
        society.uncontested,
        clip01(constitution.registration_barrier + 0.3 * world.index[0].media_control),
        0.1,
    )


@kernel
def _publish_result(world, params, true_share):
    """Publish what was counted and added; return the best of the others, or -1."""
    constitution = world.constitution[0]
    ruler_contender = world.contenders[CONTENDER_RULER]
    means = (
        params.elections.addition
        * world.society[0].delivering
        * (1.0 if constitution.governors_appointed else 0.35)
        + constitution.count_control
    )
    ruler_contender.published_share = clip01(true_share + clip01(means) * (1.0 - true_share))
    best, second = 0.0, -1
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        left = (
            contender.votes / max(1e-9, 1.0 - true_share) * (1.0 - ruler_contender.published_share)
            if true_share < 1.0
            else 0.0
        )
        contender.published_share = left if contender.on_ballot else 0.5 * contender.published_share
        if contender.on_ballot and left > best:
            best, second = left, j
    return second


@kernel
def _record_result(world, official, admitted):
    """Enter a vote in the books and set the date of the next."""
    constitution = world.constitution[0]
    society = world.society[0]
    history = world.history[0]
    clock = world.clock[0]
    history.elections += 1
    if history.elections == 1:
        history.first_election_share, history.first_election_month = official, clock.month
    elif history.elections == 2:
        history.second_election_share, history.second_election_month = official, clock.month
    history.last_election_share = official
    history.rival_share = 0.0
    society.contested = clip01(
        society.contested + 0.35 * min(1.0, admitted / 3.0) * (1.0 - official) * 2.0
    )
    constitution.mandate = 2
    constitution.sole_candidate = False
    constitution.president_due = clock.month + constitution.term_months
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.barred = False
        if j == CONTENDER_SPOILER:
            contender.active = False
        elif contender.on_ballot:
            history.rival_share = max(history.rival_share, contender.published_share)


@rule(
    id="elections.president",
    claim=(
        "Citizens choose the lesser evil among those admitted, in a second round where nobody has"
        " half; governors add what they can; what is published is believed as far as the gap cannot"
        " be seen."
    ),
    theses=["T012", "T056", "T075", "T083", "T098", "T123"],
    locator="The Elections of 1999",
    standing="stated",
    mechanism="M8.vote",
)
def elect_president(world, params, stream):
    constitution = world.constitution[0]
    president = world.president[0]
    crisis = world.crisis[0]
    if (
        constitution.mandate < 1
        or world.clock[0].month < constitution.president_due
        or crisis.kind == CRISIS_VACANCY
    ):
        return
    admitted = _admit_candidates(world, params)
    # In a first round less is at stake: there is a second one to stop whom one fears (T075).
    true_share = _count_votes(world, params, params.elections.first_round)
    second = _publish_result(world, params, true_share)
    first_round = world.contenders[CONTENDER_RULER].published_share
    won = first_round > 0.5
    if not won and second >= 0:
        # The second round is the lesser evil itself: one against one, and who fears the other more
        # keeps to the ruler (T075).
        for j in range(1, len(world.contenders)):
            contender = world.contenders[j]
            contender.on_ballot = j == second
        true_share = _count_votes(world, params, 1.0)
        _publish_result(world, params, true_share)
        won = (
            world.contenders[CONTENDER_RULER].published_share
            >= world.contenders[second].published_share
        )
    official = world.contenders[CONTENDER_RULER].published_share
    best = world.contenders[second].published_share if second >= 0 else 0.0
    place = log_event(
        world,
        EVENT_ELECTION,
        ENTITY_PRESIDENT,
        ENTITY_CONTENDERS + second if second >= 0 else NOBODY,
        official,
    )
    log_reason(world, place, REASON_SUPPORT, true_share)
    log_reason(world, place, REASON_ADDED_SHARE, official - true_share)
    log_reason(world, place, REASON_VOTES_FOR, first_round)
    _record_result(world, official, admitted)
    fraud = official - true_share
    if not won:
        _respond_to_defeat(
            world,
            params,
            stream,
            second if second >= 0 else int(world.society[0].pole),
            best,
            true_share,
        )
    elif true_share >= 0.5:
        president.honeymoon = min(0.3, president.honeymoon + 0.05 + 0.10 * true_share)
        crisis.kind = CRISIS_STOLEN_ELECTION if fraud > 0.25 and admitted > 0 else crisis.kind
        crisis.heat = clip01(0.7 * fraud) if crisis.kind == CRISIS_STOLEN_ELECTION else crisis.heat
    elif second < 0 or true_share < world.contenders[second].votes:
        crisis.kind = CRISIS_STOLEN_ELECTION
        crisis.heat = clip01(0.35 + fraud + 0.6 * (0.5 - true_share))
        crisis.claimant = second


@kernel
def _respond_to_defeat(world, params, stream, winner, winner_share, true_share):
    """Even what is published is lost: he goes where law binds him, or where he has no means to stay
    and little to answer for (T123).
    """
    society = world.society[0]
    president = world.president[0]
    crisis = world.crisis[0]
    if winner < 1:
        return  # against everybody and for nobody: he stays for want of another
    means = clip01(0.25 + world.index[0].control) * mean_obedience(world)
    answers = min(1.0, president.guilt)
    bound = society.law_custom * (1.0 - 0.6 * answers) + 0.3 * society.habit * society.habit
    goes = clip01(bound + params.elections.helpless * (0.55 - means) - 0.5 * answers)
    place = log_event(
        world, EVENT_ELECTION, ENTITY_CONTENDERS + winner, ENTITY_PRESIDENT, winner_share
    )
    log_reason(world, place, REASON_BELIEF, goes)
    log_reason(world, place, REASON_OBEDIENCE, means)
    log_reason(world, place, REASON_GUILT, president.guilt)
    if uniform(stream, 0, 0) < goes:
        end_tenure(world, params, stream, winner, OUTCOME_ROTATION)
        return
    crisis.kind = CRISIS_STOLEN_ELECTION
    crisis.heat = clip01(0.6 + 0.6 * (0.5 - true_share))
    crisis.claimant = winner
