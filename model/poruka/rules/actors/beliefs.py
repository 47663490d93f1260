"""Beliefs: how likely each constituency thinks it that someone else could rule.

Only public signals move them.
"""

from poruka.engine.constants import TINY
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import Constituency, Role
from poruka.engine.rule import rule


@rule(
    id="beliefs.follow",
    claim=(
        "Belief in another ruler moves on published votes, open defections, registrations, what the"
        " media let through and falls abroad, never on the true state."
    ),
    theses=["T055", "T095", "T096", "T108"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M1.belief",
)
def update_beliefs(world, params, stream):
    p = params.beliefs
    society = world.society[0]
    contender_count = len(world.contenders)
    example = p.example * clip(society.example_of_change, 0.0, 1.0)
    highest_belief, weight = 0.0, 0.0
    for j in range(1, contender_count):
        contender = world.contenders[j]
        contender.belief = 0.0
        for k in range(len(world.constituencies)):
            constituency = world.constituencies[k]
            belief = world.beliefs[k * contender_count + j]
            if not contender.active:
                belief.believed_chance = 0.0
                continue
            public_signals = (
                p.published_votes * contender.published_share
                + p.backing * contender.backing
                + p.office * contender.office
            )
            visibility = (
                contender.visible
                if (k == Constituency.TITULARS or k == Constituency.MINORITIES)
                else max(contender.visible, p.elite_sight)
            )
            word_of_mouth = p.word_of_mouth * contender.preferred * constituency.hears
            signal = clip01(
                p.floor
                + public_signals
                + p.organisation * visibility * contender.organisation
                + word_of_mouth
                + example * contender.organisation
            )
            if contender.barred:
                signal *= p.barred
            # A second reading of the text: nobody believes in a contender who was co-opted or could
            # not be imagined as ruler.
            if contender.jailed or contender.exiled or contender.coopted or not contender.eligible:
                signal *= p.out_of_question
            rate = p.citizens_rate if k <= Constituency.MINORITIES else p.elite_rate
            belief.believed_chance = relax(belief.believed_chance, signal, rate)
            contender.belief += constituency.weight * belief.believed_chance
        if contender.active and contender.belief > highest_belief:
            highest_belief = contender.belief
        weight += 1.0
    society.belief_in_alternative = relax(
        society.belief_in_alternative, highest_belief, p.alternative_rate
    )


@rule(
    id="beliefs.accept",
    claim=(
        "A rival is acceptable as far as people, business, officials, the West and the big"
        " neighbour would each rather have him; one acceptable to all is the dangerous one."
    ),
    theses=["T055", "T066", "T073", "T074", "T076"],
    locator="The Kazhegel'din Menace",
    standing="stated",
    mechanism="M1.lesser_evil",
)
def update_acceptability(world, params, stream):
    p = params.beliefs
    society = world.society[0]
    economy = world.economy[0]
    president = world.president[0]
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active:
            contender.acceptability = 0.0
            continue
        moderation = 1.0 - contender.radicalism
        citizens = contender.preferred
        property_safety = clip01(
            p.property_floor
            + p.property_market * contender.market
            - p.property_radicalism * contender.radicalism
        )
        business = clip01(
            property_safety
            * (
                p.content_business
                + p.business_risk * economy.property_risk
                + p.business_backing * contender.backing
            )
        )
        officials = clip01(
            moderation
            * (
                p.officials_office * contender.office
                + p.officials_ability * contender.ability
                + p.officials_end * president.expected_end
                + p.officials_backing * contender.backing
                - p.officials_loyalty
            )
        )
        west = clip01(
            moderation
            * (p.west_floor + p.west_market * contender.market)
            * (p.west_interest + p.west_indulgence * (1.0 - society.west_price))
        )
        moscow = clip01(
            p.moscow_floor
            - p.moscow_nation * contender.nation
            - p.moscow_radicalism * contender.radicalism
        )
        total_weight = 0.0
        weighted_sum = 0.0
        for k in range(len(world.constituencies)):
            constituency = world.constituencies[k]
            preference = citizens
            if k == Constituency.BUSINESS:
                preference = business
            elif k == Constituency.OFFICIALS:
                preference = officials
            elif k == Constituency.WEST:
                preference = west
            elif k == Constituency.MOSCOW:
                preference = moscow
            weighted_sum += constituency.weight * preference
            total_weight += constituency.weight
        contender.acceptability = weighted_sum / max(total_weight, TINY)
    world.contenders[Role.RULER].acceptability = society.support
