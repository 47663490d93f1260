"""The count of a presidential election: admitted candidates, true votes and published shares.

The page has more numbers than most, as it holds the whole of an election: who is admitted, who is
chosen, and what is published.

Equations
---------
admit_candidates
    a declared contender who is free is on the ballot unless his reach
    organisation + reach_means (money + office)
    is below barrier_slope (barrier, and 1 more for a sole candidate)
    kin stand only as successors; a spoiler passes every barrier but that of a sole candidate
count_votes
    gain_j    = advantage of j over the ruler - stakes x fear of disorder under j
    chance_j  = clip01(belief in j, and ballot_belief more if his name is on the ballot)
    leaving   = gain of leaving the ruler, whom a name on the ballot would follow, or anybody where
                there is none: see the page of lesser_evil
    a citizen votes for the name with the largest expected gain if that and leaving exceed 0; else
    he stays at home if -leaving is below apathy against_all, votes against all up to against_all,
    and else for the ruler
publish_result
    addition  = count_control + elections.addition delivering,
                times elected_delivery where governors are elected
    published = true + clip01(addition) (1 - true) for the ruler; the others share the rest
    the share of one who did not stand keeps the part older_result (`elections`) of itself

Symbols
-------
reach : how many people a contender can get to sign for him
barrier : height of the barrier of registration
stakes : how far power itself is at stake in this vote
elections.addition, delivering, count_control : votes that governors add; how far they deliver; what
    the commissions add
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through, through_as_flag
from poruka.engine.constants import TINY
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Constituency, Role
from poruka.engine.world_types import Parameters, VotesNumbers, World
from poruka.rules.actors.custom_of_rule import kinship_with_old_order, lent_to_old_order
from poruka.rules.actors.evaluation import (
    advantage_over_ruler,
    fear_of_disorder,
    nearness_to_ruler,
    position_distance,
    ruler_evaluation,
    ruler_record,
)
from poruka.rules.actors.lesser_evil import expected_gain, gain_of_leaving, worth_of_fall

# --- equations -----------------------------------------------------------------------------------


@kernel
def reach_of_candidate(p: VotesNumbers, organisation, money, office):
    """Return how many signatures a contender can get, by organisation, money and office.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("votes")
    >>> reach_of_candidate(p, 0.2, 0.9, 0.1) > reach_of_candidate(p, 0.2, 0.1, 0.1)
    True
    >>> reach_of_candidate(p, 0.2, 0.1, 0.9) > reach_of_candidate(p, 0.2, 0.1, 0.1)
    True
    """
    return organisation + p.reach_means * (money + office)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def admit_candidates(world: World, params: Parameters):
    """Admit declared contenders who are free and pass the barrier; return their number."""
    p = params.votes
    constitution = world.constitution[0]
    admitted = 0
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        at_large = (
            contender.active
            and contender.open
            and not (contender.barred or contender.jailed or contender.exiled or contender.coopted)
        )
        reach = reach_of_candidate(p, contender.organisation, contender.money, contender.office)
        contender.on_ballot = at_large and (stands_by_himself(j) or j == Role.SPOILER)
        # With a sole candidate weak contenders are kept out; a movement strong enough to fill
        # squares cannot be.
        barrier = constitution.registration_barrier
        barrier = through(world, Channel.BARRIER_AT_REGISTRATION, j, barrier)
        barrier += 1.0 if constitution.sole_candidate else 0.0
        if (
            j != Role.SPOILER
            and reach < p.barrier_slope * barrier
            or j == Role.SPOILER
            and constitution.sole_candidate
        ):
            contender.on_ballot = False
        if j == Role.SPOILER:
            on_ballot = contender.on_ballot
            contender.on_ballot = through_as_flag(world, Channel.DECOY_ON_BALLOT, 0, on_ballot)
        admitted += 1 if contender.on_ballot else 0
    return admitted


@kernel
def count_votes(world: World, params: Parameters, stakes):
    """Count the true votes for admitted candidates and return the ruler's true share."""
    p = params.votes
    contender_count = len(world.contenders)
    society = world.society[0]
    ruler = Role.RULER + 0  # his row, as the rows of others a plain number
    record = ruler_record(world, params)
    lent = lent_to_old_order(world, Channel.CUSTOM_AND_OLD_ORDER_AT_VOTE, params)
    is_contested = False
    for j in range(contender_count):
        contender = world.contenders[j]
        contender.votes = 0.0
        is_contested = is_contested or (j > 0 and contender.on_ballot)
    votes_cast = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        group = Constituency.MINORITIES if citizen.minority else Constituency.TITULARS
        nearness = nearness_to_ruler(world, params, citizen)
        place = through(world, Channel.RULERS_PLACE, i, nearness)
        # His value holds his nearness; what is in its place is added as a difference of 0.
        ruler_value = ruler_evaluation(world, params, i, record) + (place - nearness)
        best, choice, own = 0.0, ruler, 0.0
        weighted_gain, total_belief = 0.0, 0.0
        for j in range(1, contender_count):
            contender = world.contenders[j]
            is_out = contender.jailed or contender.exiled or contender.coopted
            if not contender.active or is_out:
                continue
            separation = position_distance(params, citizen, contender, society.polarisation)
            safe_gain = (
                advantage_over_ruler(
                    params, citizen, contender, society.solidarity, ruler_value, separation
                )
                + kinship_with_old_order(world, j) * lent
            )
            gain = safe_gain - stakes * fear_of_disorder(world, params, i, contender, separation)
            # A name on the ballot raises the belief in it.
            belief = clip01(
                world.beliefs[group * contender_count + j].believed_chance
                + (p.ballot_belief if contender.on_ballot else 0.0)
            )
            # By this vote nobody can come after the ruler who does not stand in it (T055, T075).
            if is_contested and not contender.on_ballot:
                continue
            weighted_gain += belief * gain
            total_belief += belief
            expected = expected_gain(params.citizens, belief, gain, stakes)
            if choice == ruler or expected > best:
                best, choice, own = expected, j, gain
        fall = worth_of_fall(weighted_gain, total_belief, own)
        leaving = gain_of_leaving(world, Channel.OTHER_CAMP_AT_VOTE, i, own, fall, stakes)
        if not is_contested or best <= 0.0 or leaving <= 0.0:
            choice = ruler
        if choice == ruler and -leaving < p.apathy * p.against_all:
            continue  # without a candidate he abstains
        votes_cast += 1.0
        if choice != ruler or -leaving > p.against_all:
            world.contenders[choice].votes += 1.0  # otherwise he votes against all candidates
    for j in range(contender_count):
        contender = world.contenders[j]
        contender.votes /= max(1.0, votes_cast)
    return world.contenders[Role.RULER].votes


@kernel
def publish_result(world: World, params: Parameters, true_share):
    """Publish the counted and added votes; return the strongest other candidate, or -1."""
    p = params.votes
    constitution = world.constitution[0]
    ruler_contender = world.contenders[Role.RULER]
    delivered = (
        params.elections.addition
        * world.society[0].delivering
        * (1.0 if constitution.governors_appointed else p.elected_delivery)
    )
    delivered = through(world, Channel.GOVERNORS_ADD_VOTES, 0, delivered)
    addition = delivered + constitution.count_control
    ruler_contender.published_share = clip01(true_share + clip01(addition) * (1.0 - true_share))
    best, runner_up = 0.0, -1
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        published = (
            contender.votes / max(TINY, 1.0 - true_share) * (1.0 - ruler_contender.published_share)
            if true_share < 1.0
            else 0.0
        )
        contender.published_share = (
            published
            if contender.on_ballot
            else params.elections.older_result * contender.published_share
        )
        if contender.on_ballot and published > best:
            best, runner_up = published, j
    return runner_up
