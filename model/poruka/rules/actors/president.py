"""The president: what threatens him, seen through noise and through what governors tell him; what
he believes in is what pays.
"""

from poruka.engine.codes import (
    CONTENDER_HEIR,
    CONTENDER_SPOILER,
    CONTENDER_VICE_PRESIDENT,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_HEIR_NAMED,
    EXTERNAL_ALLY,
    EXTERNAL_NEIGHBOUR_MANDATE,
    EXTERNAL_PROSECUTION,
    EXTERNAL_TERRITORIAL_CLAIMS,
    EXTERNAL_UNION_HOLD,
    REASON_REMAINING_MONTHS,
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
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule


@rule(
    id="president.convert",
    claim=(
        "He believes in what keeps him in office: his declared position moves at once to where the"
        " most support lies."
    ),
    theses=["T001", "T007", "T111"],
    locator="Nazarbaev's Rise to Power",
    standing="stated",
    mechanism="M2.conversion",
)
def convert(world, params, stream):
    president = world.president[0]
    ruler_contender = world.contenders[0]
    hold = world.outsides[EXTERNAL_UNION_HOLD].value
    across, along = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        across += citizen.nation
        along += citizen.market
    middle_nation = across / len(world.citizens) * (1.0 - 0.5 * hold)
    gain_market = along / len(world.citizens) * 0.5 + 0.6 * (
        1.0 - hold
    )  # owning what was the state's becomes possible
    speed = 0.15 * president.flexibility
    president.nation = clip(relax(president.nation, middle_nation, speed), -1.0, 1.0)
    president.market = clip(relax(president.market, gain_market, speed), -1.0, 1.0)
    president.integration_talk *= 0.97
    ruler_contender.nation, ruler_contender.market = president.nation, president.market
    ruler_contender.horde, ruler_contender.minority = president.horde, president.minority


@kernel
def political_opportunity(world, j):
    """Return how far the moment favours a rival: a vote near, a slump, a sick ruler, an example
    abroad.
    """
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
        loose = 1.0
        if contender.jailed or contender.exiled:
            loose = 0.35
        elif contender.coopted:
            loose = 0.3
        elif contender.barred:
            loose = 0.6
        loose *= 1.0 if contender.eligible else 0.3
        if j >= CONTENDER_HEIR or j == CONTENDER_VICE_PRESIDENT:
            loose *= 0.35  # his own people wait rather than run
        contender.threat = clip01(
            params.president.threat
            * clip01(contender.acceptability + 0.3 * contender.belief)
            * means
            * political_opportunity(world, j)
            * loose
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
    calm = reports / len(world.regions)
    free = 1.0 - world.outsides[EXTERNAL_UNION_HOLD].value
    # Unease about what could grow unseen: foresight, a ripening society, guilt about what he would
    # answer for.
    unease = (
        params.president.vigilance
        * president.foresight
        * (0.4 + 0.8 * society.readiness + 0.4 * min(1.0, president.guilt))
        * free
    )
    unease *= 1.0 + 0.3 * (
        1.0 - world.outsides[EXTERNAL_ALLY].value
    )  # an uncertain patron abroad adds haste (T110)
    best, target = 0.0, -1
    for j in range(1, len(world.contenders)):
        seen = world.contenders[j].threat * (
            0.4 + 0.8 * (1.0 - calm) + 0.4 * president.foresight
        ) + 0.03 * abs(normal(stream, 1, j))
        if world.contenders[j].active and j < CONTENDER_HEIR and seen > best:
            best, target = seen, j
    president.target = target
    for s in range(len(world.spheres)):
        world.spheres[s].threat = 0.0
    world.spheres[SPHERE_RIVAL].threat = best
    seats = 0.6 * parliament.opposition_seats * society.unity if parliament.sits else 0.0
    # An absent house threatens by its return: the powers it will find in force, and how the last
    # one behaved.
    world.spheres[SPHERE_PARLIAMENT].threat = constitution.parliament_powers * (
        (0.75 if parliament.sits else 0.6) * parliament.conflict + seats
    )
    world.spheres[SPHERE_PRESS].threat = unease * (1.0 - index.media_control)
    world.spheres[SPHERE_PROVINCES].threat = (
        1.6
        * unease
        * (1.2 - society.delivering)
        * (1.0 if not constitution.governors_appointed else 0.3)
    )
    bench = 0.0
    for k in range(len(world.courts)):
        bench += 1.0 - world.courts[k].obedience
    world.spheres[SPHERE_COURTS].threat = unease * bench / len(world.courts) * 0.6
    live = 0.0
    for m in range(len(world.movements)):
        live += world.movements[m].energy if world.movements[m].active else 0.0
    world.spheres[SPHERE_PARTIES].threat = (
        unease * clip01(0.25 + 0.5 * live) * (1.0 - 0.6 * constitution.party_barrier)
    )
    world.spheres[SPHERE_STREET_PROTEST].threat = clip01(
        0.8 * society.protest + unease * 0.4 * (0.0 if constitution.street_banned else 1.0)
    )
    loud, apart = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == 1 or oligarch.stance == 2:
            loud += 1.0
        elif oligarch.stance == STANCE_OPPONENT:
            loud += 2.5
        apart += oligarch.wealth * (1.0 - oligarch.nearness)
    world.spheres[SPHERE_BUSINESS].threat = clip01(
        0.8 * loud / len(world.oligarchs) + 0.003 * apart * unease
    )
    world.spheres[SPHERE_CABINET].threat = clip01(
        0.9 * max(0.0, premier.power - 0.3 + 0.3 * president.burnt * premier.power)
    )
    world.spheres[SPHERE_KIN].threat = clip01(
        1.2 * society.fear_of_kin + 0.3 * society.heirs * president.twilight * 0.3
    )
    lost = clip01(0.72 - society.support * (0.75 + 0.25 * calm))
    world.spheres[SPHERE_ELECTION].threat = (
        params.president.forestall
        * society.election_near
        * (lost + 0.6 * best)
        * (1.0 if constitution.mandate >= 2 else 0.0)
    )
    immune = 0.35 if constitution.immunity else 1.0
    world.spheres[SPHERE_POST_TENURE_FATE].threat = clip01(
        0.25
        * min(1.0, president.guilt)
        * (0.2 + 1.5 * world.outsides[EXTERNAL_PROSECUTION].value)
        * immune
    )
    world.spheres[SPHERE_ETHNIC_CAMPS].threat = clip01(
        2.0 * society.tension
        + 0.15 * world.outsides[EXTERNAL_TERRITORIAL_CLAIMS].value * (1.0 - society.statehood)
    )
    world.spheres[SPHERE_BLAME].threat = clip01(
        0.6 * (1.0 - president.approval) * (0.4 + economy.hardship)
    )
    # A lesser mandate than the peers' is felt once the centre no longer covers for it, sooner where
    # the centre is an enemy.
    alone = max(free * free, 1.0 - world.outsides[EXTERNAL_ALLY].value - 0.3)
    world.spheres[SPHERE_LESSER_MANDATE].threat = (
        0.2
        * max(0.0, world.outsides[EXTERNAL_NEIGHBOUR_MANDATE].value - constitution.mandate)
        * (0.05 + 0.95 * clip01(alone))
    )
    world.spheres[SPHERE_SUCCESSION].threat = clip01(
        (0.15 if constitution.deputy_office else 0.0) * unease
        + 0.5 * (1.0 - president.health) * president.twilight
    )
    total = 0.0
    for s in range(len(world.spheres)):
        sphere = world.spheres[s]
        # He errs for months on end, not afresh every month.
        sphere.bias = 0.85 * sphere.bias + 0.53 * normal(stream, 2, s)
        sphere.believed_threat = clip01(
            sphere.threat * (1.0 + params.president.noise * sphere.bias)
        )
        total += sphere.believed_threat * sphere.believed_threat
    president.fear = relax(president.fear, clip01(total * 1.2), 0.3)


@rule(
    id="president.name_heir",
    claim=(
        "Naming an heir creates a rival centre, so a ruler who fears rivals names none until age or"
        " illness presses."
    ),
    theses=["T013", "T112", "T115"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.heir",
)
def name_heir(world, params, stream):
    president = world.president[0]
    if president.heir >= 0 and not world.contenders[president.heir].active:
        president.heir = -1
    if president.heir >= 0 or president.twilight < 0.6:
        return
    best, found = 0.0, -1
    for j in range(CONTENDER_HEIR, len(world.contenders)):
        contender = world.contenders[j]
        if j == CONTENDER_SPOILER or not contender.active:
            continue
        trusted = 1.0 - contender.organisation * 0.5
        # Kin come into question as far as people take ruling kin for natural (T028).
        natural = 0.15 + 1.1 * world.society[0].kin_acceptance if j < CONTENDER_SPOILER else 1.0
        worth = trusted * (0.4 + 0.4 * contender.ability) * natural * uniform(stream, 0, j)
        if worth > best:
            best, found = worth, j
    if found >= 0 and uniform(stream, 1, 0) < params.president.naming * president.twilight * (
        1.0 - president.fear
    ):
        president.heir = found
        world.contenders[found].fame = clip01(world.contenders[found].fame + 0.2)
        world.contenders[found].office = clip01(world.contenders[found].office + 0.3)
        place = log_event(
            world, EVENT_HEIR_NAMED, ENTITY_PRESIDENT, ENTITY_CONTENDERS + found, best
        )
        log_reason(world, place, REASON_REMAINING_MONTHS, president.believed_remaining_months)
