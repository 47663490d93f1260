"""Presidential elections: their date, how they are held and how the ruler responds to defeat."""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Mandate, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.rule import rule
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.forces.tenure import end_tenure
from poruka.rules.forces.vote_count import admit_candidates, count_votes, publish_result


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
    p = params.elections
    constitution = world.constitution[0]
    society = world.society[0]
    clock = world.clock[0]
    months_to_election = constitution.president_due - clock.month
    society.election_near = (
        clip01(1.0 - months_to_election / p.horizon_months)
        if constitution.mandate >= Mandate.OF_PARLIAMENT
        else 0.0
    )
    society.uncontested = relax(
        society.uncontested,
        clip01(
            constitution.registration_barrier + p.uncontested_media * world.index[0].media_control
        ),
        p.uncontested_rate,
    )


@kernel
def _record_result(world, p, official, admitted):
    """Record the result of a presidential election and set the date of the next."""
    constitution = world.constitution[0]
    society = world.society[0]
    history = world.history[0]
    clock = world.clock[0]
    if history.elections == 0:
        history.first_election_share, history.first_election_month = official, clock.month
    elif history.elections == 1:
        history.second_election_share, history.second_election_month = official, clock.month
    history.elections += 1
    history.last_election_share = official
    history.rival_share = 0.0
    society.contested = clip01(
        society.contested + p.contested * min(1.0, admitted / p.full_field) * (1.0 - official)
    )
    constitution.mandate = Mandate.POPULAR
    constitution.sole_candidate = False
    constitution.president_due = clock.month + constitution.term_months
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.barred = False
        if j == Role.SPOILER:
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
    p = params.elections
    constitution = world.constitution[0]
    president = world.president[0]
    crisis = world.crisis[0]
    if (
        constitution.mandate < Mandate.OF_PARLIAMENT
        or world.clock[0].month < constitution.president_due
        or crisis.kind == Crisis.VACANCY
    ):
        return
    admitted = admit_candidates(world, params)
    # Less is at stake in a first round: a second one remains to stop a feared candidate (T075).
    true_share = count_votes(world, params, p.first_round)
    runner_up = publish_result(world, params, true_share)
    first_round = world.contenders[Role.RULER].published_share
    won = TWO * first_round > 1.0
    if not won and runner_up >= 0:
        # In the second round, one against one, whoever fears the challenger more keeps to the ruler
        # (T075).
        for j in range(1, len(world.contenders)):
            contender = world.contenders[j]
            contender.on_ballot = j == runner_up
        true_share = count_votes(world, params, 1.0)
        publish_result(world, params, true_share)
        won = (
            world.contenders[Role.RULER].published_share
            >= world.contenders[runner_up].published_share
        )
    official = world.contenders[Role.RULER].published_share
    runner_up_share = world.contenders[runner_up].published_share if runner_up >= 0 else 0.0
    event = log_event(
        world,
        EventKind.ELECTION,
        Entity.PRESIDENT,
        Entity.CONTENDERS + runner_up if runner_up >= 0 else NOBODY,
        official,
    )
    log_reason(world, event, Reason.SUPPORT, true_share)
    log_reason(world, event, Reason.ADDED_SHARE, official - true_share)
    log_reason(world, event, Reason.VOTES_FOR, first_round)
    _record_result(world, p, official, admitted)
    fraud = official - true_share
    if not won:
        _respond_to_defeat(
            world,
            params,
            stream,
            runner_up if runner_up >= 0 else int(world.society[0].focal_challenger),
            runner_up_share,
            true_share,
        )
    elif TWO * true_share >= 1.0:
        president.honeymoon = min(
            p.honeymoon_ceiling, president.honeymoon + p.victory_hope + p.victory_share * true_share
        )
        if fraud > p.fraud_threshold and admitted > 0:
            crisis.kind = Crisis.STOLEN_ELECTION
        if crisis.kind == Crisis.STOLEN_ELECTION:
            crisis.heat = clip01(p.fraud_heat * fraud)
    elif runner_up < 0 or true_share < world.contenders[runner_up].votes:
        crisis.kind = Crisis.STOLEN_ELECTION
        crisis.heat = clip01(p.stolen_floor + fraud + p.stolen_shortfall * (1.0 - TWO * true_share))
        crisis.claimant = runner_up


@kernel
def _respond_to_defeat(world, params, stream, winner, winner_share, true_share):
    """Let a ruler who has lost even by the published count go or refuse to go.

    He goes where law binds him, or where he lacks the means to stay and has little to answer for
    (T123).
    """
    p = params.elections
    society = world.society[0]
    president = world.president[0]
    crisis = world.crisis[0]
    if winner < 1:
        return  # votes against all leave no other winner: he stays
    means = clip01(p.means_floor + world.index[0].control) * mean_obedience(world)
    liability = min(1.0, president.guilt)
    legal_restraint = (
        society.law_custom * (1.0 - p.liability_law * liability)
        + p.habit_law * society.habit * society.habit
    )
    concession_chance = clip01(
        legal_restraint + p.helpless * (p.sufficient_means - means) - p.liability * liability
    )
    event = log_event(
        world, EventKind.ELECTION, Entity.CONTENDERS + winner, Entity.PRESIDENT, winner_share
    )
    log_reason(world, event, Reason.BELIEF, concession_chance)
    log_reason(world, event, Reason.OBEDIENCE, means)
    log_reason(world, event, Reason.GUILT, president.guilt)
    if uniform(stream, 0, 0) < concession_chance:
        end_tenure(world, params, stream, winner, Exit.ROTATION)
        return
    crisis.kind = Crisis.STOLEN_ELECTION
    crisis.heat = clip01(p.refusal_floor + p.refusal_shortfall * (1.0 - TWO * true_share))
    crisis.claimant = winner
