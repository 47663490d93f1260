"""Citizens' choice: each keeps to the lesser evil, and says less than he thinks.

The rule of comparison has more numbers than most, as it reads all weights by which a citizen judges
ruler and rival (see the page of evaluation).

Equations
---------
citizens.appraise
    g          = the contender's advantage over the ruler before any fear of disorder, with what
                 custom lends to the old order: see the page of custom_of_rule
    gain       = g - the fear of the disorder that his victory would bring
    leaving    = gain of leaving the ruler, with full stakes: see the page of lesser_evil
    private    = -leaving; at most 1, at least -1
    a citizen chooses the contender with the largest expected gain if that and leaving exceed 0, and
    the ruler otherwise
    preferred  = share of citizens with gain > 0, for each contender
    liked      = share of citizens with g > 0, for each contender
    support    = share of citizens who choose him, for each contender
    discontent = the mean of clip01(reach o)
    approving  = the mean of clip01(approval_floor + v)
    approval moves to approving within a season; honeymoon and deflected are forgotten within a year

citizens.speak
    fear = repression + (1 - said_against) + (1 - habit)
    a citizen speaks against the ruler if private < -silence fear
    said_against moves to the share who speak within a season

Symbols
-------
private : the citizen's private margin for the ruler over what would follow him, below 0 against him
o : organisation of all movements whose leaders the citizen likes
v : the citizen's evaluation of the ruler
said_against : share of citizens heard to speak against the ruler
habit : mean democratic habit
season, year : memories that all rules share

References
----------
Theses T007 T018 T055 T073 T075 T081 T108; chapter, "Opposition: The Peril of
Moderates" and "Rising Opposition, Creeping Democratization".
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.functions import approach, clip, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Constituency, Role
from poruka.engine.rule import rule
from poruka.engine.world_types import CitizensNumbers, Parameters, Stream, World
from poruka.rules.actors.custom_of_rule import kinship_with_old_order, lent_to_old_order
from poruka.rules.actors.evaluation import (
    advantage_over_ruler,
    expected_disorder,
    fear_of_disorder,
    position_distance,
    ruler_evaluation,
    ruler_record,
)
from poruka.rules.actors.lesser_evil import expected_gain, gain_of_leaving, worth_of_fall


class ComparisonWithRuler(NamedTuple):
    """What a citizen finds when he compares the ruler with every contender."""

    choice: int  # row of the contender he chooses
    margin: float
    organisation: float  # of all movements whose leaders he likes


# --- equations -----------------------------------------------------------------------------------


@kernel
def approval_share(p: CitizensNumbers, evaluation):
    """Return the chance in [0, 1] that a citizen with this evaluation approves of the ruler.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> approval_share(p, 0.2) > approval_share(p, -0.2) > 0.0
    True
    """
    return clip01(p.approval_floor + evaluation)


@kernel
def fear_to_speak(repression, said_against, habit):
    """Return the fear to speak against the ruler in this society: one for each full reason.

    >>> fear_to_speak(0.8, 0.2, 0.1) > fear_to_speak(0.2, 0.2, 0.1)
    True
    >>> fear_to_speak(0.5, 0.6, 0.1) < fear_to_speak(0.5, 0.2, 0.1)
    True
    >>> fear_to_speak(0.5, 0.2, 0.4) < fear_to_speak(0.5, 0.2, 0.1)
    True
    """
    return repression + (1.0 - said_against) + (1.0 - habit)


@kernel
def speaks_against(p: CitizensNumbers, private, fear):
    """Return whether a citizen speaks against the ruler; fear keeps opinion private (T081).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> speaks_against(p, -0.2, 0.5), speaks_against(p, -0.2, 2.5), speaks_against(p, 0.2, 0.0)
    (True, False, False)
    """
    return private < -p.silence * fear


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _prepare_contenders(world: World, params: Parameters):
    """Count the followers of contenders anew, and say what disorder is expected from each."""
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.preferred = 0.0
        contender.liked = 0.0
        contender.support = 0.0
        contender.disorder = expected_disorder(params, contender, j)


@kernel
def _compare_with_ruler(world: World, params: Parameters, i, evaluation, lent):
    """Return how citizen i compares the ruler with every contender, and count whom he prefers."""
    # Whom he prefers to the ruler is counted without the chance of winning, which enters his choice
    # and, as the chance to come after the ruler, his private margin (T007, T055, T108).
    citizen = world.citizens[i]
    p = params.citizens
    society = world.society[0]
    contender_count = len(world.contenders)
    group = Constituency.MINORITIES if citizen.minority else Constituency.TITULARS
    ruler = Role.RULER + 0  # his row, as the rows of others a plain number
    best, choice, own, organisation = 0.0, ruler, 0.0, 0.0
    weighted_gain, total_belief = 0.0, 0.0
    for j in range(1, contender_count):
        contender = world.contenders[j]
        if not contender.active or contender.jailed or contender.exiled or contender.coopted:
            continue
        separation = position_distance(params, citizen, contender, society.polarisation)
        safe_gain = (
            advantage_over_ruler(
                params, citizen, contender, society.solidarity, evaluation, separation
            )
            + kinship_with_old_order(world, j) * lent
        )
        # Where real power is not at stake he votes sincerely, for any movement he likes that
        # reaches him: in a chamber they need no common name (T075).
        likes = 1.0 if safe_gain > 0.0 else 0.0
        contender.liked += likes
        if stands_by_himself(j) and j != Role.VICE_PRESIDENT:
            organisation += likes * contender.organisation
        gain = safe_gain - fear_of_disorder(world, params, i, contender, separation)
        contender.preferred += 1.0 if gain > 0.0 else 0.0
        belief = world.beliefs[group * contender_count + j].believed_chance
        weighted_gain += belief * gain
        total_belief += belief
        expected = expected_gain(p, belief, gain, 1.0)
        is_better = choice == ruler or expected > best
        best = expected if is_better else best
        choice = j if is_better else choice
        own = gain if is_better else own
    fall = worth_of_fall(weighted_gain, total_belief, own)
    leaving = gain_of_leaving(world, Channel.OTHER_CAMP, i, own, fall, 1.0)
    if best <= 0.0 or leaving <= 0.0:
        choice = ruler
    return ComparisonWithRuler(choice, -leaving, organisation)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="citizens.appraise",
    claim=(
        "Each compares the ruler with every conceivable successor and keeps to the lesser evil, the"
        " more so the less he believes that another can win."
    ),
    theses=["T007", "T055", "T073", "T075", "T108"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M1.lesser_evil",
)
def compare_contenders(world: World, params: Parameters, stream: Stream):
    """Let each citizen choose, and take the shares of contenders and the ruler's approval."""
    p = params.citizens
    society = world.society[0]
    president = world.president[0]
    record = ruler_record(world, params)
    lent = lent_to_old_order(world, Channel.CUSTOM_AND_OLD_ORDER, params)
    _prepare_contenders(world, params)
    approving, backing, discontent = 0.0, 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        evaluation = ruler_evaluation(world, params, i, record)
        comparison = _compare_with_ruler(world, params, i, evaluation, lent)
        citizen.choice = comparison.choice
        chosen_contender = world.contenders[comparison.choice]
        chosen_contender.support += 1.0
        citizen.private = clip(comparison.margin, -1.0, 1.0)
        backing += 1.0 if comparison.choice == Role.RULER else 0.0
        discontent += clip01(params.elections.reach * comparison.organisation)
        approving += approval_share(p, evaluation)
    count = float(len(world.citizens))
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.preferred /= count
        contender.liked /= count
        contender.support /= count
    society.support = backing / count
    society.discontent = discontent / count
    memory = params.memory
    president.approval = approach(president.approval, approving / count, memory.season)
    president.honeymoon = forget(president.honeymoon, memory.year)
    president.deflected = forget(president.deflected, memory.year)


@rule(
    id="citizens.speak",
    claim=(
        "What is said aloud follows fear and what others say; private opinion may have turned long"
        " before."
    ),
    theses=["T018", "T081"],
    locator="Rising Opposition, Creeping Democratization",
    standing="assumption",
    mechanism="M7.falsification",
)
def express_opinion(world: World, params: Parameters, stream: Stream):
    """Let each citizen speak or keep silent, and move what is heard of criticism."""
    p = params.citizens
    society = world.society[0]
    fear = fear_to_speak(world.index[0].repression, society.said_against, society.habit)
    speaking_out = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.said = speaks_against(p, citizen.private, fear)
        speaking_out += 1.0 if citizen.said else 0.0
    society.said_against = approach(
        society.said_against, speaking_out / len(world.citizens), params.memory.season
    )
