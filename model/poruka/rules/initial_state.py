"""The start: a country's start values and one seed become the people, clans, houses and beliefs of
the first month.

Whoever is drawn here is drawn from the country's start values alone; everything later follows from
the rules.
"""

import math

from poruka.engine.codes import (
    CONTENDER_COMMUNIST,
    CONTENDER_MAGNATE,
    CONTENDER_MINORITY_LEADER,
    CONTENDER_MODERATE,
    CONTENDER_NATIONALIST,
    CONTENDER_PEER,
    CONTENDER_RULER,
    CONTENDER_UNKNOWN,
    CONTENDER_VICE_PRESIDENT,
    EXTERNAL_PRECEDENT_DISPERSAL,
    EXTERNAL_PUTSCH,
    EXTERNAL_TRADE_SHOCK,
    OUTLET_OWNER_INDEPENDENT,
    OUTLET_OWNER_STATE,
    POST_GOVERNOR,
)
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import month_key, normal, rule_stream, uniform

INITIAL_STATE_STREAM = (
    7_310_441_973  # the start's own constant among the streams; rules have theirs from their ids
)


@kernel
def _draw_share(stream, draw, row, mean, spread):
    return clip01(mean + spread * normal(stream, draw, row))


@kernel
def _draw_citizens(world, params, start, stream):
    """Draw the citizens: two peoples around their own positions, cohorts, habits and wishes."""
    society = world.society[0]
    apart = start.society.camps_apart
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        # Shares are met exactly by place in the sample, so that no world starts with another
        # country.
        citizen.minority = (i + 0.5) / len(world.citizens) < start.society.minority_share
        side = -1.0 if citizen.minority else 1.0
        citizen.nation = clip(
            start.society.nation_lean + side * apart + 0.25 * normal(stream, 1, i), -1.0, 1.0
        )
        citizen.market = clip(
            start.society.market_lean
            + (0.45 - 0.3 * start.society.consensus) * normal(stream, 2, i),
            -1.0,
            1.0,
        )
        citizen.age = 18.0 + 55.0 * uniform(stream, 3, i)
        citizen.order_demand = _draw_share(stream, 4, i, start.society.order_demand, 0.12)
        citizen.habit = _draw_share(
            stream, 5, i, start.society.habit * (1.3 if citizen.age < 35.0 else 0.8), 0.05
        )
        citizen.horde = _assign_horde(start, uniform(stream, 6, i))
    society.minority_share = start.society.minority_share
    society.polarisation = start.society.polarisation * (1.0 - 0.6 * start.society.consensus)
    society.consensus = start.society.consensus
    society.solidarity = clip01(start.society.solidarity * params.clans.solidarity)
    society.atomisation = start.society.atomisation
    society.autocratic_custom = start.society.autocratic_custom
    society.kin_acceptance = start.society.kin_acceptance
    society.law_custom = start.society.law_custom
    society.nostalgia = start.opposition.imperial_nostalgia
    society.order_demand = start.society.order_demand
    society.habit = start.society.habit
    society.contested = start.society.contested
    society.said_against = 0.15


@kernel
def _assign_horde(start, quantile):
    """Return a horde by its share; a country without hordes has one."""
    if start.society.hordes < 2.0:
        return 0
    if quantile < start.elite.own_horde_share:
        return 0
    return (
        1
        if quantile < start.elite.own_horde_share + 0.6 * (1.0 - start.elite.own_horde_share)
        else 2
    )


@kernel
def _set_ruler(world, start):
    president = world.president[0]
    constitution = world.constitution[0]
    president.age, president.health = start.president.age, start.president.health
    president.caution, president.foresight = start.president.caution, start.president.foresight
    president.impulsiveness, president.reverence = (
        start.president.impulsiveness,
        start.president.reverence,
    )
    president.flexibility = start.president.flexibility
    president.nation, president.market = start.president.nation, start.president.market
    president.horde, president.minority = 0, False
    president.honeymoon = start.president.goodwill
    president.guilt = start.president.guilt
    president.approval = 0.5 + start.president.goodwill
    constitution.mandate = int(start.constitution.mandate)
    constitution.governors_appointed = start.constitution.governors_appointed > 0.5
    constitution.deputy_office = start.constitution.deputy_office > 0.5
    constitution.term_months = int(start.constitution.term_months)
    constitution.president_due = (
        int(start.constitution.president_due) if constitution.mandate > 0 else 100000
    )
    constitution.registration_barrier = start.constitution.registration_barrier
    constitution.parliament_powers = start.parliament.powers
    constitution.parliament_term_months = int(start.parliament.term_months)
    constitution.parliament_due = int(start.parliament.due_months)
    constitution.lower_size = min(start.parliament.seats, float(len(world.deputies)))
    constitution.independent = start.constitution.independent > 0.5


@kernel
def _draw_elite(world, start, stream):
    """Draw clans, the heads of the fifty families and the pyramid below them."""
    clans = len(world.clans)
    for c in range(clans):
        clan = world.clans[c]
        clan.horde = _assign_horde(start, (c + 0.5) / clans)
        clan.clientele = _draw_share(stream, 10, c, 0.12, 0.04)
        clan.enforcement = _draw_share(stream, 11, c, 0.25, 0.15)
        clan.media = _draw_share(stream, 12, c, 0.08, 0.05)
        clan.standing = _draw_share(stream, 13, c, 0.5, 0.12)
        clan.rooting = 0.05
        clan.leader = 0
        clan.members = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.clan = i % clans
        oligarch.horde = world.clans[oligarch.clan].horde
        oligarch.titular = uniform(stream, 14, i) < start.elite.titular_share
        oligarch.eligible = (
            oligarch.titular or uniform(stream, 15, i) < start.elite.outsiders_eligible
        )
        oligarch.regime_made = uniform(stream, 16, i) < start.elite.regime_made
        oligarch.wealth = 0.15 * math.exp(0.5 * normal(stream, 17, i))
        oligarch.skeletons = _draw_share(stream, 18, i, start.elite.skeletons, 0.15)
        oligarch.ability = _draw_share(stream, 19, i, 0.5, 0.2)
        oligarch.ambition = _draw_share(stream, 20, i, 0.45, 0.2)
        oligarch.boldness = _draw_share(stream, 21, i, 0.4, 0.2)
        oligarch.nearness = _draw_share(stream, 22, i, 0.45, 0.15)
        oligarch.kin = (
            clip01(1.5 * (uniform(stream, 23, i) - 0.9) * 6.0) if oligarch.horde == 0 else 0.0
        )
        clan = world.clans[oligarch.clan]
        if (
            clan.members < 0.5
            or oligarch.ability * oligarch.ambition
            > world.oligarchs[clan.leader].ability * world.oligarchs[clan.leader].ambition
        ):
            clan.leader = i
        clan.members += 1.0
    tops = len(world.clients) // 3
    for i in range(len(world.clients)):
        client = world.clients[i]
        client.layer = 1 if i < tops else 2 if i < 2 * tops else 3
        above = len(world.oligarchs) if i < tops else tops
        client.patron = (
            i % above if i < tops else (i % max(1, tops)) + (0 if client.layer == 2 else tops)
        )
        client.skeletons = _draw_share(stream, 24, i, start.elite.skeletons, 0.15)
        client.loyalty = _draw_share(stream, 25, i, 0.6, 0.1)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        kinsman.active = m < int(start.family.members)
        kinsman.son = m < int(start.family.sons)
        kinsman.kinship = clip01(0.9 - 0.12 * m)
        kinsman.ambition = _draw_share(stream, 26, m, start.family.ambition, 0.2)
        kinsman.aggressiveness = _draw_share(stream, 27, m, start.family.aggressiveness, 0.25)
        kinsman.publicity = _draw_share(stream, 28, m, 0.45, 0.25)
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        commander.clan = k % clans
        commander.horde = world.clans[commander.clan].horde
        commander.obedience = _draw_share(stream, 29, k, start.force.obedience, 0.08)
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed = _draw_share(stream, 30, k, start.force.courts, 0.08)
        court.obedience = 0.8 * court.appointed


@kernel
def _draw_institutions(world, start, stream):
    """Draw parliament, regions and outlets."""
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    parliament.seats = constitution.lower_size
    parliament.freedom = start.parliament.freedom
    parliament.custom = start.parliament.custom
    parliament.opposition_seats = start.parliament.opposition
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        deputy.seated = i < int(constitution.lower_size)
        deputy.free = start.parliament.freedom
        deputy.opposition = uniform(stream, 40, i) < start.parliament.opposition
        deputy.boldness = uniform(stream, 41, i)
        deputy.clan = int(uniform(stream, 42, i) * len(world.clans))
        deputy.bought = 0.5 * (1.0 - start.parliament.freedom)
    count = len(world.regions)
    for r in range(count):
        region = world.regions[r]
        # Minorities live unevenly: a fixed spread round the country's share, north to south.
        region.minority_share = clip01(
            start.society.minority_share
            + start.society.minority_spread * (1.0 - 2.0 * (r + 0.5) / count)
        )
        region.governor = (r * 3) % len(world.oligarchs)
        region.delivers = 0.4
        region.clientele = 0.1
        world.oligarchs[region.governor].post = POST_GOVERNOR
    outlets = len(world.outlets)
    for o in range(outlets):
        outlet = world.outlets[o]
        outlet.owner = (
            OUTLET_OWNER_INDEPENDENT
            if (o + 0.5) / outlets < start.media.independent
            else OUTLET_OWNER_STATE
        )
        outlet.reach = 1.0 / outlets
        outlet.line = 0.2 if outlet.owner == OUTLET_OWNER_INDEPENDENT else 1.0


@kernel
def _set_contender(world, j, nation, market, radicalism, organisation, fame):
    contender = world.contenders[j]
    contender.active = organisation > 0.0
    contender.nation, contender.market = clip(nation, -1.0, 1.0), clip(market, -1.0, 1.0)
    contender.radicalism, contender.organisation, contender.fame = radicalism, organisation, fame
    contender.visible = 0.3 * fame
    contender.ability = 0.5


@kernel
def _set_movement(world, m, j):
    movement = world.movements[m]
    contender = world.contenders[j]
    movement.contender = j
    movement.active = contender.active
    movement.energy = contender.organisation
    movement.born_radicalism = contender.radicalism
    if m < 4 and contender.active:
        party = world.parties[m]
        party.active = True
        party.contender = j
        party.organisation = contender.organisation
        party.radicalism = contender.radicalism


@kernel
def _set_contenders(world, start, stream):
    """Seat the conceivable rulers, their movements and parties, and what each constituency believes
    of them.
    """
    apart = start.society.camps_apart
    lean = start.society.nation_lean
    fuse = (
        start.opposition.imperial_nostalgia
    )  # communism and nationalism fuse where the union was one's own empire (T076)
    _set_contender(
        world, CONTENDER_RULER, start.president.nation, start.president.market, 0.0, 0.0, 0.6
    )
    world.contenders[CONTENDER_RULER].active = True
    _set_contender(world, CONTENDER_PEER, lean - 0.1, -0.3, 0.25, start.opposition.equals, 0.3)
    _set_contender(
        world,
        CONTENDER_MODERATE,
        lean + 0.1,
        0.2,
        start.opposition.moderate_radicalism,
        start.opposition.moderate,
        0.45,
    )
    _set_contender(
        world,
        CONTENDER_NATIONALIST,
        lean + apart + 0.3,
        0.2,
        start.opposition.nationalist_radicalism,
        start.opposition.nationalist,
        0.35,
    )
    _set_contender(
        world,
        CONTENDER_MINORITY_LEADER,
        lean - apart - 0.2,
        -0.1,
        0.5,
        start.opposition.minority,
        0.2,
    )
    world.contenders[CONTENDER_MINORITY_LEADER].minority = True
    _set_contender(
        world,
        CONTENDER_COMMUNIST,
        lean + apart * (2.0 * fuse - 1.0) * 0.6,
        -0.7,
        clip01(start.opposition.communist_radicalism + 0.3 * fuse),
        start.opposition.communist,
        0.3,
    )
    _set_contender(
        world,
        CONTENDER_VICE_PRESIDENT,
        start.president.nation,
        start.president.market,
        0.05,
        0.05,
        0.3,
    )
    _set_contender(
        world,
        CONTENDER_UNKNOWN,
        start.president.nation,
        start.president.market + 0.1,
        0.05,
        0.0,
        0.05,
    )
    world.contenders[CONTENDER_UNKNOWN].active = True
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.eligible = j != CONTENDER_UNKNOWN
        contender.horde = _assign_horde(start, uniform(stream, 50, j)) if j > 0 else 0
    _set_movement(world, 0, CONTENDER_MODERATE)
    _set_movement(world, 1, CONTENDER_NATIONALIST)
    _set_movement(world, 2, CONTENDER_MINORITY_LEADER)
    _set_movement(world, 3, CONTENDER_COMMUNIST)
    world.movements[4].contender = CONTENDER_MAGNATE
    world.movements[4].born_radicalism = 0.15
    weights = (
        0.30 * (1.0 - start.society.minority_share) * 2.0,
        0.30 * start.society.minority_share * 2.0,
        0.14,
        0.14,
        0.07,
        0.05,
    )
    hears = (0.35, 0.35, 0.7, 0.8, 0.5, 0.5)
    for k in range(len(world.constituencies)):
        constituency = world.constituencies[k]
        constituency.weight = weights[k]
        constituency.hears = hears[k]
    for j in range(1, len(world.contenders)):
        for k in range(len(world.constituencies)):
            belief = world.beliefs[k * len(world.contenders) + j]
            belief.believed_chance = clip01(0.05 + 0.4 * world.contenders[j].organisation)


@kernel
def initialise_world(world, initial_memory, params, start, seed, world_number):
    """Fill a world's memory with the first month of one country under one seed."""
    world.memory[:] = initial_memory
    stream = rule_stream(month_key(seed, world_number, -1), INITIAL_STATE_STREAM)
    economy = world.economy[0]
    _set_external_variables(world, start)
    _draw_citizens(world, params, start, stream)
    _set_ruler(world, start)
    _draw_elite(world, start, stream)
    _draw_institutions(world, start, stream)
    _set_contenders(world, start, stream)
    economy.oil_weight = start.economy.oil_weight
    economy.new_sector = start.economy.market_share
    economy.old_sector = 1.0 - start.economy.market_share
    economy.reform = start.economy.reform
    world.tally[0].bills, world.tally[0].bills_passed = 4.0, 3.0


@kernel
def _set_external_variables(world, start):
    levels = (
        start.outside.union_hold,
        0.0,
        0.0,
        start.outside.oil_price,
        start.outside.claims,
        start.outside.ally,
        start.outside.neighbour_mandate,
        start.outside.prosecution,
        start.outside.west_attention,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    )
    for i in range(len(world.outsides)):
        outside = world.outsides[i]
        outside.value = levels[i]
        outside.fades = (
            i == EXTERNAL_PUTSCH or i == EXTERNAL_TRADE_SHOCK or i >= EXTERNAL_PRECEDENT_DISPERSAL
        )
