"""The initial state: a country's start values and a seed become the first month of a world.

People, clans, parliament and beliefs are drawn from the country's start values alone; everything
later follows from the rules.
"""

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
from poruka.engine.random_streams import month_key, rule_stream, uniform
from poruka.rules.initial_population import assign_horde, draw_citizens, draw_elite

# Key of the initial state among the random streams; rules derive theirs from their ids.
INITIAL_STATE_STREAM = 7_310_441_973


@kernel
def _set_ruler(world, start):
    """Set the ruler's person and the constitution he starts with."""
    president = world.president[0]
    constitution = world.constitution[0]
    president.age, president.health = start.president.age, start.president.health
    president.caution, president.foresight = start.president.caution, start.president.foresight
    president.impulsiveness = start.president.impulsiveness
    president.reverence = start.president.reverence
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
def _draw_institutions(world, start, stream):
    """Draw parliament, regions and media outlets."""
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
    region_count = len(world.regions)
    for r in range(region_count):
        region = world.regions[r]
        # Minorities are distributed unevenly: a fixed spread around the country's share,
        # from north to south.
        region.minority_share = clip01(
            start.society.minority_share
            + start.society.minority_spread * (1.0 - 2.0 * (r + 0.5) / region_count)
        )
        region.governor = (r * 3) % len(world.oligarchs)
        region.delivers = 0.4
        region.clientele = 0.1
        world.oligarchs[region.governor].post = POST_GOVERNOR
    outlet_count = len(world.outlets)
    for o in range(outlet_count):
        outlet = world.outlets[o]
        outlet.owner = (
            OUTLET_OWNER_INDEPENDENT
            if (o + 0.5) / outlet_count < start.media.independent
            else OUTLET_OWNER_STATE
        )
        outlet.reach = 1.0 / outlet_count
        outlet.line = 0.2 if outlet.owner == OUTLET_OWNER_INDEPENDENT else 1.0


@kernel
def _set_contender(world, j, nation, market, radicalism, organisation, fame):
    """Set one contender's position, radicalism, organisation and fame."""
    contender = world.contenders[j]
    contender.active = organisation > 0.0
    contender.nation, contender.market = clip(nation, -1.0, 1.0), clip(market, -1.0, 1.0)
    contender.radicalism, contender.organisation, contender.fame = radicalism, organisation, fame
    contender.visible = 0.3 * fame
    contender.ability = 0.5


@kernel
def _set_movement(world, m, j):
    """Set a movement and, for the four older ones, its party from its leader."""
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
    """Set the contenders, their movements and parties, and initial beliefs about them."""
    camp_distance = start.society.camps_apart
    lean = start.society.nation_lean
    # Communism and nationalism fuse where the union was one's own empire (T076).
    fusion = start.opposition.imperial_nostalgia
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
        lean + camp_distance + 0.3,
        0.2,
        start.opposition.nationalist_radicalism,
        start.opposition.nationalist,
        0.35,
    )
    _set_contender(
        world,
        CONTENDER_MINORITY_LEADER,
        lean - camp_distance - 0.2,
        -0.1,
        0.5,
        start.opposition.minority,
        0.2,
    )
    world.contenders[CONTENDER_MINORITY_LEADER].minority = True
    _set_contender(
        world,
        CONTENDER_COMMUNIST,
        lean + camp_distance * (2.0 * fusion - 1.0) * 0.6,
        -0.7,
        clip01(start.opposition.communist_radicalism + 0.3 * fusion),
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
        contender.horde = assign_horde(start, uniform(stream, 50, j)) if j > 0 else 0
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
    hearing = (0.35, 0.35, 0.7, 0.8, 0.5, 0.5)
    for k in range(len(world.constituencies)):
        constituency = world.constituencies[k]
        constituency.weight = weights[k]
        constituency.hears = hearing[k]
    for j in range(1, len(world.contenders)):
        for k in range(len(world.constituencies)):
            belief = world.beliefs[k * len(world.contenders) + j]
            belief.believed_chance = clip01(0.05 + 0.4 * world.contenders[j].organisation)


@kernel
def initialise_world(world, initial_memory, params, start, seed, world_number):
    """Fill the memory of a world with the first month of a country under a seed."""
    world.memory[:] = initial_memory
    stream = rule_stream(month_key(seed, world_number, -1), INITIAL_STATE_STREAM)
    economy = world.economy[0]
    _set_external_variables(world, start)
    draw_citizens(world, params, start, stream)
    _set_ruler(world, start)
    draw_elite(world, start, stream)
    _draw_institutions(world, start, stream)
    _set_contenders(world, start, stream)
    economy.oil_weight = start.economy.oil_weight
    economy.new_sector = start.economy.market_share
    economy.old_sector = 1.0 - start.economy.market_share
    economy.reform = start.economy.reform
    world.tally[0].bills, world.tally[0].bills_passed = 4.0, 3.0


@kernel
def _set_external_variables(world, start):
    """Set the variables that lie outside the country to their start values."""
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
