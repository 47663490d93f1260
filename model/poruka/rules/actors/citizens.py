"""Citizens' choice: each keeps to the lesser evil, and says less than he thinks.

Equations
---------
citizens.appraise
    g          = the contender's advantage over the ruler before any fear of disorder
    gain       = g - the fear of the disorder that his victory would bring
    private    = -gain of the contender with the largest gain; at most 1, at least -1
    expected   = belief gain - (1 - belief) futility
    risk       = quarrel x the largest -belief gain of any contender, at least 0
    a citizen chooses the contender with the largest expected value; he chooses the ruler if that
    value is no more than other_camp risk, or than 0
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
belief : chance in [0, 1] that the citizen's people give the contender to come to power
expected : worth of choosing a contender, in the utility of :mod:`.evaluation`
private : the citizen's private margin for the ruler over his best rival, below 0 for the rival
quarrel : how far camps still fear each other's victory, a field of society
o : organisation of the best organised movement whose leader the citizen likes
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

from poruka.engine.functions import approach, clip, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Constituency, Role
from poruka.engine.rule import rule
from poruka.rules.actors.evaluation import (
    advantage_over_ruler,
    expected_disorder,
    fear_of_disorder,
    position_distance,
    ruler_evaluation,
    ruler_record,
)


class ComparisonWithRuler(NamedTuple):
    """What a citizen finds when he compares the ruler with every contender."""

    choice: int  # row of the contender he chooses
    margin: float
    organisation: float  # of the best organised movement whose leader he likes


# --- equations -----------------------------------------------------------------------------------


@kernel
def expected_gain(p, belief, gain):
    """Return the worth of choosing a contender; one who cannot win costs something (T055).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> expected_gain(p, 0.6, 0.2) > expected_gain(p, 0.6, 0.1)
    True
    >>> expected_gain(p, 0.6, 0.0) > expected_gain(p, 0.1, 0.0)
    True
    """
    return belief * gain - (1.0 - belief) * p.futility


@kernel
def keeps_to_ruler(p, expected, risk):
    """Return whether the ruler is the lesser evil for a citizen.

    To leave the centre may bring the other camp to power, so both keep to the ruler between (T007).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> keeps_to_ruler(p, 0.05, 0.9), keeps_to_ruler(p, 0.05, 0.0)
    (True, False)
    """
    return expected <= p.other_camp * risk


@kernel
def approval_share(p, evaluation):
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
def speaks_against(p, private, fear):
    """Return whether a citizen speaks against the ruler; fear keeps opinion private (T081).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> speaks_against(p, -0.2, 0.5), speaks_against(p, -0.2, 2.5), speaks_against(p, 0.2, 0.0)
    (True, False, False)
    """
    return private < -p.silence * fear


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _prepare_contenders(world, params):
    """Count the followers of contenders anew, and say what disorder is expected from each."""
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.preferred = 0.0
        contender.liked = 0.0
        contender.support = 0.0
        contender.disorder = expected_disorder(params, contender, j)


@kernel
def _compare_with_ruler(world, params, i, evaluation):
    """Return how citizen i compares the ruler with every contender, and count whom he prefers."""
    # Preference and the chance of winning are kept apart: belief enters the choice, not the private
    # margin (T055, T108).
    citizen = world.citizens[i]
    p = params.citizens
    society = world.society[0]
    contender_count = len(world.contenders)
    group = Constituency.MINORITIES if citizen.minority else Constituency.TITULARS
    ruler = Role.RULER + 0  # his row, as the rows of others a plain number
    best, choice, margin, best_organisation, risk = 0.0, ruler, 1.0, 0.0, 0.0
    for j in range(1, contender_count):
        contender = world.contenders[j]
        if not contender.active or contender.jailed or contender.exiled or contender.coopted:
            continue
        separation = position_distance(params, citizen, contender, society.polarisation)
        safe_gain = advantage_over_ruler(
            params, citizen, contender, society.solidarity, evaluation, separation
        )
        # Where real power is not at stake he votes sincerely, for movements whose organisation
        # reaches him (T075).
        if safe_gain > 0.0:
            contender.liked += 1.0
            if stands_by_himself(j) and j != Role.VICE_PRESIDENT:
                best_organisation = max(best_organisation, contender.organisation)
        gain = safe_gain - fear_of_disorder(world, params, i, contender, separation)
        margin = min(margin, -gain)
        if gain > 0.0:
            contender.preferred += 1.0
        belief = world.beliefs[group * contender_count + j].believed_chance
        risk = max(risk, -belief * gain)
        expected = expected_gain(p, belief, gain)
        if expected > best:
            best, choice = expected, j
    if keeps_to_ruler(p, best, society.quarrel * risk):
        choice = ruler
    return ComparisonWithRuler(choice, margin, best_organisation)


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
def compare_contenders(world, params, stream):
    """Let each citizen choose, and take the shares of contenders and the ruler's approval."""
    p = params.citizens
    society = world.society[0]
    president = world.president[0]
    record = ruler_record(world, params)
    _prepare_contenders(world, params)
    approving, backing, discontent = 0.0, 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        evaluation = ruler_evaluation(world, params, i, record)
        comparison = _compare_with_ruler(world, params, i, evaluation)
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
def express_opinion(world, params, stream):
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
