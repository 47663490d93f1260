"""How the president assesses rivals and perceives threats, through noise and flattering reports."""

from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import External, Mandate, Role, Sphere, Stance
from poruka.engine.random_streams import normal
from poruka.engine.rule import rule


@kernel
def political_opportunity(world, p):
    """Return how far the moment favours a rival: election, slump, sick ruler, example abroad."""
    society = world.society[0]
    president = world.president[0]
    economy = world.economy[0]
    example = p.moment_example * clip(society.example_of_change, 0.0, 1.0)
    return clip01(
        p.moment_floor
        + p.moment_election * society.election_near
        + p.moment_hardship * economy.hardship
        + p.moment_health * (1.0 - president.health)
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
    p = params.threats
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active or j == Role.SPOILER:
            contender.threat = 0.0
            continue
        means = clip01(
            p.means_floor
            + p.means_organisation * contender.organisation
            + p.means_money * contender.money
            + p.means_media * contender.media
            + p.means_office * contender.office
        )
        freedom = 1.0
        if contender.jailed or contender.exiled:
            freedom = p.freedom_away
        elif contender.coopted:
            freedom = p.freedom_coopted
        elif contender.barred:
            freedom = p.freedom_barred
        freedom *= 1.0 if contender.eligible else p.freedom_ineligible
        if j >= Role.HEIR or j == Role.VICE_PRESIDENT:
            freedom *= p.freedom_own_camp  # members of his own camp wait rather than run
        contender.threat = clip01(
            params.president.threat
            * clip01(contender.acceptability + p.acceptance_belief * contender.belief)
            * means
            * political_opportunity(world, p)
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
    p = params.threats
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
    independence = 1.0 - world.outsides[External.UNION_HOLD].value
    # Unease about what could grow unseen: foresight, a society that is ripening, and guilt he would
    # have to answer for.
    unease = (
        params.president.vigilance
        * president.foresight
        * (
            p.unease_floor
            + p.unease_readiness * society.readiness
            + p.unease_guilt * min(1.0, president.guilt)
        )
        * independence
    )
    # An uncertain patron abroad adds urgency (T110).
    unease = clip01(unease * (1.0 + p.unease_patron * (1.0 - world.outsides[External.ALLY].value)))
    best, target = 0.0, -1
    for j in range(1, len(world.contenders)):
        perceived_threat = world.contenders[j].threat * (
            p.rival_floor
            + p.rival_discontent * (1.0 - reported_contentment)
            + p.rival_foresight * president.foresight
        ) + p.rival_error * abs(normal(stream, 1, j))
        if world.contenders[j].active and j < Role.HEIR and perceived_threat > best:
            best, target = perceived_threat, j
    president.target = target
    for s in range(len(world.spheres)):
        world.spheres[s].threat = 0.0
    world.spheres[Sphere.RIVAL].threat = best
    opposition_seats = 0.0
    if parliament.sits:
        opposition_seats = p.parliament_opposition * parliament.opposition_seats * society.unity
    # An absent parliament threatens by its return: by the powers it will find in force and by how
    # the last one behaved.
    world.spheres[Sphere.PARLIAMENT].threat = constitution.parliament_powers * (
        (p.parliament_sitting if parliament.sits else p.parliament_absent) * parliament.conflict
        + opposition_seats
    )
    world.spheres[Sphere.PRESS].threat = unease * (1.0 - index.media_control)
    world.spheres[Sphere.PROVINCES].threat = (
        p.provinces
        * unease
        * (p.provinces_delivery - society.delivering)
        * (1.0 if not constitution.governors_appointed else p.provinces_appointed)
    )
    court_defiance = 0.0
    for k in range(len(world.courts)):
        court_defiance += 1.0 - world.courts[k].obedience
    world.spheres[Sphere.COURTS].threat = unease * court_defiance / len(world.courts) * p.courts
    movement_energy = 0.0
    for m in range(len(world.movements)):
        movement_energy += world.movements[m].energy if world.movements[m].active else 0.0
    world.spheres[Sphere.PARTIES].threat = (
        unease
        * clip01(p.parties_floor + p.parties_energy * movement_energy)
        * (1.0 - p.parties_barrier * constitution.party_barrier)
    )
    world.spheres[Sphere.STREET_PROTEST].threat = clip01(
        p.street_protest * society.protest
        + unease * p.street_unease * (0.0 if constitution.street_banned else 1.0)
    )
    critics, distant_wealth = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.GRUMBLER or oligarch.stance == Stance.CRITIC:
            critics += 1.0
        elif oligarch.stance == Stance.OPPONENT:
            critics += p.business_opponent
        distant_wealth += oligarch.wealth * (1.0 - oligarch.nearness)
    world.spheres[Sphere.BUSINESS].threat = clip01(
        p.business_critics * critics / len(world.oligarchs)
        + p.business_wealth * distant_wealth * unease
    )
    world.spheres[Sphere.CABINET].threat = clip01(
        p.cabinet
        * max(
            0.0,
            premier.power
            - p.cabinet_harmless
            + p.cabinet_memory * president.hurt_by_premier * premier.power,
        )
    )
    world.spheres[Sphere.KIN].threat = clip01(
        p.kin_fear * society.fear_of_kin
        + p.kin_heirs * society.heirs * president.expected_end * p.kin_end
    )
    missing_support = clip01(
        p.election_safe
        - society.support * (p.election_seen + p.election_reported * reported_contentment)
    )
    world.spheres[Sphere.ELECTION].threat = (
        params.president.forestall
        * society.election_near
        * (missing_support + p.election_rival * best)
        * (1.0 if constitution.mandate >= Mandate.POPULAR else 0.0)
    )
    exposure = p.fate_immune if constitution.immunity else 1.0
    world.spheres[Sphere.POST_TENURE_FATE].threat = clip01(
        p.fate
        * min(1.0, president.guilt)
        * (p.fate_floor + p.fate_prosecution * world.outsides[External.PROSECUTION].value)
        * exposure
    )
    world.spheres[Sphere.ETHNIC_CAMPS].threat = clip01(
        p.camps_tension * society.tension
        + p.camps_claims
        * world.outsides[External.TERRITORIAL_CLAIMS].value
        * (1.0 - society.statehood)
    )
    world.spheres[Sphere.BLAME].threat = clip01(
        p.blame * (1.0 - president.approval) * (p.blame_floor + economy.hardship)
    )
    # A lesser mandate than that of his peers matters once the union's centre no longer protects
    # him, sooner where the centre is hostile.
    unprotected = max(
        independence * independence, 1.0 - world.outsides[External.ALLY].value - p.mandate_patron
    )
    world.spheres[Sphere.LESSER_MANDATE].threat = (
        p.mandate
        * max(0.0, world.outsides[External.NEIGHBOUR_MANDATE].value - constitution.mandate)
        * (p.mandate_floor + p.mandate_unprotected * clip01(unprotected))
    )
    world.spheres[Sphere.SUCCESSION].threat = clip01(
        (p.succession_deputy if constitution.deputy_office else 0.0) * unease
        + p.succession_health * (1.0 - president.health) * president.expected_end
    )
    squared_threats = 0.0
    for s in range(len(world.spheres)):
        sphere = world.spheres[s]
        # His errors persist for months; they are not drawn afresh each month.
        sphere.bias = p.error_persistence * sphere.bias + p.error_step * normal(stream, 2, s)
        sphere.believed_threat = clip01(
            sphere.threat * (1.0 + params.president.noise * sphere.bias)
        )
        squared_threats += sphere.believed_threat * sphere.believed_threat
    president.fear = relax(president.fear, clip01(squared_threats * p.fear), p.fear_rate)
