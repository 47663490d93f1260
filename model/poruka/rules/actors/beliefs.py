"""Beliefs: how likely each constituency thinks it that someone else could rule, moved by public
signals only.
"""

from poruka.engine.codes import (
    CONSTITUENCY_BUSINESS,
    CONSTITUENCY_MINORITIES,
    CONSTITUENCY_MOSCOW,
    CONSTITUENCY_OFFICIALS,
    CONSTITUENCY_TITULARS,
    CONSTITUENCY_WEST,
    CONTENDER_RULER,
)
from poruka.engine.functions import clip, clip01, relax
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
    society = world.society[0]
    seats = len(world.contenders)
    example = 0.25 * clip(society.example_of_change, 0.0, 1.0)
    believed, weight = 0.0, 0.0
    for j in range(1, seats):
        contender = world.contenders[j]
        contender.belief = 0.0
        for k in range(len(world.constituencies)):
            constituency = world.constituencies[k]
            belief = world.beliefs[k * seats + j]
            if not contender.active:
                belief.believed_chance = 0.0
                continue
            public = (
                0.9 * contender.published_share + 0.9 * contender.backing + 0.15 * contender.office
            )
            heard = (
                contender.visible
                if (k == CONSTITUENCY_TITULARS or k == CONSTITUENCY_MINORITIES)
                else max(contender.visible, 0.5)
            )
            word = 0.6 * contender.preferred * constituency.hears
            signal = clip01(
                params.beliefs.floor
                + public
                + 0.25 * heard * contender.organisation
                + word
                + example * contender.organisation
            )
            if contender.barred:
                signal *= 0.4
            # A second reading of the text: who was bought, or could not be imagined as ruler, is
            # not believed in either.
            if contender.jailed or contender.exiled or contender.coopted or not contender.eligible:
                signal *= 0.3
            rate = (
                params.beliefs.citizens_rate
                if k <= CONSTITUENCY_MINORITIES
                else params.beliefs.elite_rate
            )
            belief.believed_chance = relax(belief.believed_chance, signal, rate)
            contender.belief += constituency.weight * belief.believed_chance
        if contender.active and contender.belief > believed:
            believed = contender.belief
        weight += 1.0
    society.belief_in_alternative = relax(society.belief_in_alternative, believed, 0.5)


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
    society = world.society[0]
    economy = world.economy[0]
    president = world.president[0]
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active:
            contender.acceptability = 0.0
            continue
        tame = 1.0 - contender.radicalism
        people = contender.preferred
        safe = clip01(0.5 + 0.5 * contender.market - 0.6 * contender.radicalism)
        business = clip01(safe * (0.2 + 1.2 * economy.property_risk + 0.8 * contender.backing))
        officials = clip01(
            tame
            * (
                0.3 * contender.office
                + 0.4 * contender.ability
                + 0.6 * president.twilight
                + 0.5 * contender.backing
                - 0.2
            )
        )
        west = clip01(
            tame * (0.3 + 0.6 * contender.market) * (0.4 + 0.6 * (1.0 - society.west_price))
        )
        moscow = clip01(0.5 - 0.6 * contender.nation - 0.3 * contender.radicalism)
        all_weight = 0.0
        held = 0.0
        for k in range(len(world.constituencies)):
            constituency = world.constituencies[k]
            like = people
            if k == CONSTITUENCY_BUSINESS:
                like = business
            elif k == CONSTITUENCY_OFFICIALS:
                like = officials
            elif k == CONSTITUENCY_WEST:
                like = west
            elif k == CONSTITUENCY_MOSCOW:
                like = moscow
            held += constituency.weight * like
            all_weight += constituency.weight
        contender.acceptability = held / max(all_weight, 1e-9)
    world.contenders[CONTENDER_RULER].acceptability = society.support
