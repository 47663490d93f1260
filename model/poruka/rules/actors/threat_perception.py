"""How the president assesses rivals and perceives threats, through noise and flattering reports."""

from poruka.engine.codes import (
    CONTENDER_HEIR,
    CONTENDER_SPOILER,
    CONTENDER_VICE_PRESIDENT,
    EXTERNAL_ALLY,
    EXTERNAL_NEIGHBOUR_MANDATE,
    EXTERNAL_PROSECUTION,
    EXTERNAL_TERRITORIAL_CLAIMS,
    EXTERNAL_UNION_HOLD,
    SPHERE_BLAME,
    SPHERE_BUSINESS,
    SPHERE_CABINET,
    SPHERE_COURTS,
    SPHERE_ELECTION,
    SPHERE_ETHNIC_CAMPS,
    SPHERE_KIN,
    SPHERE_LESSER_MANDATE,
    SPHERE_PARLIAMENT,
    SPHERE_PARTIES,
    SPHERE_POST_TENURE_FATE,
    SPHERE_PRESS,
    SPHERE_PROVINCES,
    SPHERE_RIVAL,
    SPHERE_STREET_PROTEST,
    SPHERE_SUCCESSION,
    STANCE_OPPONENT,
)
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal
from poruka.engine.rule import rule


@kernel
def political_opportunity(world, j):
    """Return how far the moment favours a rival: election, slump, sick ruler, example abroad."""
    society = world.society[0]
    president = world.president[0]
    economy = world.economy[0]
    example = 0.25 * clip(society.example_of_change, 0.0, 1.0)
    return clip01(
        0.22
        + 0.45 * society.election_near
        + 0.25 * economy.hardship
        + 0.25 * (1.0 - president.health)
        + example
    )


@rule(
    id="president.appraise",
    claim=(
        "A rival is as dangerous as he is acceptable, has means, and the moment is open; an"
        " acceptable moderate outweighs a loud extremist."
    ),
    theses=["T055", "T066", "T073", "T101"],
    locator="Opposition: The Peril of Moderates",
    standing="stated",
    mechanism="M2.appraisal",
)
def assess_rivals(world, params, stream):
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active or j == CONTENDER_SPOILER:
            contender.threat = 0.0
            continue
        means = clip01(
            0.1
            + 0.5 * contender.organisation
            + 0.3 * contender.money
            + 0.2 * contender.media
            + 0.4 * contender.office
        )
        freedom = 1.0
        if contender.jailed or contender.exiled:
            freedom = 0.35
        elif contender.coopted:
            freedom = 0.3
        elif contender.barred:
            freedom = 0.6
        freedom *= 1.0 if contender.eligible else 0.3
        if j >= CONTENDER_HEIR or j == CONTENDER_VICE_PRESIDENT:
            freedom *= 0.35  # members of his own camp wait rather than run
        contender.threat = clip01(
            params.president.threat
            * clip01(contender.acceptability + 0.3 * contender.belief)
            * means
            * political_opportunity(world, j)
            * freedom
        )


@rule(
    id="president.perceive",
    claim=(
        "He sees threats through noise and flattering reports; spheres that nobody controls count"
        " as threats in themselves, so control must keep growing."
    ),
    theses=["T009", "T010", "T012", "T013", "T016", "T043", "T051", "T109", "T110", "T121"],
    locator="Conclusion",
    standing="operationalised",
    mechanism="M2.appraisal",
)
def perceive(world, params, stream):
    president = world.president[0]
    society = world.society[0]
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    premier = world.premier[0]
    economy = world.economy[0]
    index = world.index[0]
    reports = 0.0
    for i in range(len(world.regions)):
        reports += world.regions[i].reported
    reported_contentment = reports / len(world.regions)
    independence = 1.0 - world.outsides[EXTERNAL_UNION_HOLD].value
    # Unease about what could grow unseen: foresight, a society that is ripening, and guilt he would
    # have to answer for.
    unease = (
        params.president.vigilance
        * president.foresight
        * (0.4 + 0.8 * society.readiness + 0.4 * min(1.0, president.guilt))
        * independence
    )
    # An uncertain patron abroad adds urgency (T110).
    unease *= 1.0 + 0.3 * (1.0 - world.outsides[EXTERNAL_ALLY].value)
    best, target = 0.0, -1
    for j in range(1, len(world.contenders)):
        perceived_threat = world.contenders[j].threat * (
            0.4 + 0.8 * (1.0 - reported_contentment) + 0.4 * president.foresight
        ) + 0.03 * abs(normal(stream, 1, j))
        if world.contenders[j].active and j < CONTENDER_HEIR and perceived_threat > best:
            best, target = perceived_threat, j
    president.target = target
    for s in range(len(world.spheres)):
        world.spheres[s].threat = 0.0
    world.spheres[SPHERE_RIVAL].threat = best
    opposition_seats = 0.6 * parliament.opposition_seats * society.unity if parliament.sits else 0.0
    # An absent parliament threatens by its return: by the powers it will find in force and by how
    # the last one behaved.
    world.spheres[SPHERE_PARLIAMENT].threat = constitution.parliament_powers * (
        (0.75 if parliament.sits else 0.6) * parliament.conflict + opposition_seats
    )
    world.spheres[SPHERE_PRESS].threat = unease * (1.0 - index.media_control)
    world.spheres[SPHERE_PROVINCES].threat = (
        1.6
        * unease
        * (1.2 - society.delivering)
        * (1.0 if not constitution.governors_appointed else 0.3)
    )
    court_defiance = 0.0
    for k in range(len(world.courts)):
        court_defiance += 1.0 - world.courts[k].obedience
    world.spheres[SPHERE_COURTS].threat = unease * court_defiance / len(world.courts) * 0.6
    movement_energy = 0.0
    for m in range(len(world.movements)):
        movement_energy += world.movements[m].energy if world.movements[m].active else 0.0
    world.spheres[SPHERE_PARTIES].threat = (
        unease * clip01(0.25 + 0.5 * movement_energy) * (1.0 - 0.6 * constitution.party_barrier)
    )
    world.spheres[SPHERE_STREET_PROTEST].threat = clip01(
        0.8 * society.protest + unease * 0.4 * (0.0 if constitution.street_banned else 1.0)
    )
    critics, distant_wealth = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == 1 or oligarch.stance == 2:
            critics += 1.0
        elif oligarch.stance == STANCE_OPPONENT:
            critics += 2.5
        distant_wealth += oligarch.wealth * (1.0 - oligarch.nearness)
    world.spheres[SPHERE_BUSINESS].threat = clip01(
        0.8 * critics / len(world.oligarchs) + 0.003 * distant_wealth * unease
    )
    world.spheres[SPHERE_CABINET].threat = clip01(
        0.9 * max(0.0, premier.power - 0.3 + 0.3 * president.hurt_by_premier * premier.power)
    )
    world.spheres[SPHERE_KIN].threat = clip01(
        1.2 * society.fear_of_kin + 0.3 * society.heirs * president.expected_end * 0.3
    )
    missing_support = clip01(0.72 - society.support * (0.75 + 0.25 * reported_contentment))
    world.spheres[SPHERE_ELECTION].threat = (
        params.president.forestall
        * society.election_near
        * (missing_support + 0.6 * best)
        * (1.0 if constitution.mandate >= 2 else 0.0)
    )
    exposure = 0.35 if constitution.immunity else 1.0
    world.spheres[SPHERE_POST_TENURE_FATE].threat = clip01(
        0.25
        * min(1.0, president.guilt)
        * (0.2 + 1.5 * world.outsides[EXTERNAL_PROSECUTION].value)
        * exposure
    )
    world.spheres[SPHERE_ETHNIC_CAMPS].threat = clip01(
        2.0 * society.tension
        + 0.15 * world.outsides[EXTERNAL_TERRITORIAL_CLAIMS].value * (1.0 - society.statehood)
    )
    world.spheres[SPHERE_BLAME].threat = clip01(
        0.6 * (1.0 - president.approval) * (0.4 + economy.hardship)
    )
    # A lesser mandate than that of his peers matters once the union's centre no longer protects
    # him, sooner where the centre is hostile.
    unprotected = max(independence * independence, 1.0 - world.outsides[EXTERNAL_ALLY].value - 0.3)
    world.spheres[SPHERE_LESSER_MANDATE].threat = (
        0.2
        * max(0.0, world.outsides[EXTERNAL_NEIGHBOUR_MANDATE].value - constitution.mandate)
        * (0.05 + 0.95 * clip01(unprotected))
    )
    world.spheres[SPHERE_SUCCESSION].threat = clip01(
        (0.15 if constitution.deputy_office else 0.0) * unease
        + 0.5 * (1.0 - president.health) * president.expected_end
    )
    squared_threats = 0.0
    for s in range(len(world.spheres)):
        sphere = world.spheres[s]
        # His errors persist for months; they are not drawn afresh each month.
        sphere.bias = 0.85 * sphere.bias + 0.53 * normal(stream, 2, s)
        sphere.believed_threat = clip01(
            sphere.threat * (1.0 + params.president.noise * sphere.bias)
        )
        squared_threats += sphere.believed_threat * sphere.believed_threat
    president.fear = relax(president.fear, clip01(squared_threats * 1.2), 0.3)
