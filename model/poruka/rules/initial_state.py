"""The initial state: a country's start values and a seed become the first month of a world.

People, clans, parliament and beliefs are drawn from the country's start values alone; everything
later follows from the rules.
"""

from poruka.engine.constants import HALF, NEVER, TWO
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_precedent
from poruka.engine.kinds import External, OutletOwner, Post
from poruka.engine.random_streams import INITIAL_STATE_STREAM, month_key, rule_stream, uniform
from poruka.engine.world_types import Parameters, StartValues, Stream, World
from poruka.rules.actors.oligarchs import lesson_of_criticism
from poruka.rules.actors.press import hold_on_media
from poruka.rules.actors.regions import flattering_report
from poruka.rules.actors.ties import tie_elite
from poruka.rules.forces.ageing import fit_to_rule, hazard_of_age
from poruka.rules.forces.economy import income_from_oil, insulation_from_votes, visible_disorder
from poruka.rules.forces.elections import meaninglessness
from poruka.rules.forces.external_shocks import strongest_alternatives, western_fear
from poruka.rules.forces.parliament_elections import legitimacy_of_parliament
from poruka.rules.indices import measure_cohesion
from poruka.rules.initial_contenders import set_contenders
from poruka.rules.initial_population import draw_citizens, draw_elite

# Draws of the deputies; those of people and clans stand in initial_population.
DRAW_OPPOSITION = 40
DRAW_BOLDNESS = 41
DRAW_CLAN = 42


@kernel
def _set_ruler(world: World, params: Parameters, start: StartValues):
    """Set the ruler's person and the constitution he starts with."""
    president = world.president[0]
    constitution = world.constitution[0]
    president.age, president.health = start.president.age, start.president.health
    age_hazard = hazard_of_age(params.biology, president.age)
    fit = fit_to_rule(params.biology, age_hazard, president.health, params.memory.term)
    president.expected_end = 1.0 - fit
    president.caution, president.foresight = start.president.caution, start.president.foresight
    president.impulsiveness = start.president.impulsiveness
    president.reverence = start.president.reverence
    president.flexibility = start.president.flexibility
    president.nation, president.market = start.president.nation, start.president.market
    president.horde, president.minority = 0, False
    president.honeymoon = start.president.goodwill
    president.guilt = start.president.guilt
    president.approval = clip01(params.population.usual + start.president.goodwill)
    constitution.mandate = int(start.constitution.mandate)
    constitution.governors_appointed = start.constitution.governors_appointed > HALF
    constitution.deputy_office = start.constitution.deputy_office > HALF
    constitution.term_months = int(start.constitution.term_months)
    constitution.president_due = (
        int(start.constitution.president_due) if constitution.mandate > 0 else NEVER
    )
    constitution.registration_barrier = start.constitution.registration_barrier
    constitution.parliament_powers = start.parliament.powers
    constitution.parliament_term_months = int(start.parliament.term_months)
    constitution.parliament_due = int(start.parliament.due_months)
    constitution.lower_size = min(start.parliament.seats, float(len(world.deputies)))
    constitution.independent = start.constitution.independent > HALF
    constitution.no_confidence_share = 1.0 / TWO
    constitution.party_barrier = params.initial.party_barrier


@kernel
def _draw_institutions(world: World, params: Parameters, start: StartValues, stream: Stream):
    """Draw parliament, regions and media outlets."""
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    parliament.seats = constitution.lower_size
    parliament.freedom = start.parliament.freedom
    parliament.legitimacy = legitimacy_of_parliament(params.deputies, start.parliament.freedom)
    parliament.custom = start.parliament.custom
    parliament.opposition_seats = start.parliament.opposition
    parliament.dissent = parliament.opposition_seats
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        deputy.seated = i < int(constitution.lower_size)
        deputy.free = start.parliament.freedom
        deputy.opposition = uniform(stream, DRAW_OPPOSITION, i) < start.parliament.opposition
        deputy.boldness = uniform(stream, DRAW_BOLDNESS, i)
        deputy.clan = int(uniform(stream, DRAW_CLAN, i) * len(world.clans))
        deputy.bought = params.deputies.debt * (1.0 - start.parliament.freedom)
    region_count = len(world.regions)
    world.society[0].delivering = params.population.usual
    for r in range(region_count):
        region = world.regions[r]
        # Minorities are distributed unevenly: a fixed spread around the country's share,
        # from north to south.
        region.minority_share = clip01(
            start.society.minority_share
            + start.society.minority_spread * (1.0 - TWO * (r + HALF) / region_count)
        )
        region.governor = r * len(world.oligarchs) // region_count
        region.loyalty = region.delivers = params.population.usual
        region.reported = flattering_report(world.society[0].said_against, region.delivers)
        world.oligarchs[region.governor].post = Post.GOVERNOR
    outlet_count = len(world.outlets)
    for o in range(outlet_count):
        outlet = world.outlets[o]
        outlet.owner = (
            OutletOwner.INDEPENDENT
            if (o + HALF) / outlet_count < start.media.independent
            else OutletOwner.STATE
        )
        outlet.reach = 1.0 / outlet_count
        outlet.line = 0.0 if outlet.owner == OutletOwner.INDEPENDENT else 1.0


@kernel
def initialise_world(
    world: World, initial_memory, params: Parameters, start: StartValues, seed, world_number
):
    """Fill the memory of a world with the first month of a country under a seed."""
    world.memory[:] = initial_memory
    stream = rule_stream(month_key(seed, world_number, -1), INITIAL_STATE_STREAM)
    _set_external_variables(world, start)
    draw_citizens(world, params, start, stream)
    _set_ruler(world, params, start)
    draw_elite(world, params, start, stream)
    _draw_institutions(world, params, start, stream)
    set_contenders(world, params, start, stream)
    _set_economy(world, params, start)
    _read_first_levels(world, params)
    # What holds an elite together in the first month is known as soon as its men are.
    tie_elite(world, params)
    measure_cohesion(world, params.indices)


@kernel
def _set_economy(world: World, params: Parameters, start: StartValues):
    """Set the economy: no property is given away yet, and people are used to what there is."""
    economy = world.economy[0]
    economy.oil_weight = start.economy.oil_weight
    economy.new_sector = start.economy.market_share
    economy.old_sector = 1.0 - start.economy.market_share
    economy.reform = start.economy.reform
    economy.inequality = params.economy.inequality_floor
    economy.oil_income = income_from_oil(
        params.economy, economy.oil_weight, start.outside.oil_price, economy.gdp
    )


@kernel
def _read_first_levels(world: World, params: Parameters):
    """Read off the first state, by the equations of a month, what people and ruler see of it.

    What has not happened yet, such as hardship, fear, protest, danger to property or conflict with
    parliament, begins at 0.
    """
    society, economy, index = world.society[0], world.economy[0], world.index[0]
    index.control = params.indices.unasked
    index.media_control = hold_on_media(world)
    barrier = world.constitution[0].registration_barrier
    society.uncontested = meaninglessness(params.elections, barrier, index.media_control)
    economy.insulation = insulation_from_votes(
        params.economy, index.control, society.election_near, society.uncontested
    )
    collapse = max(0.0, 1.0 - world.outsides[External.UNION_HOLD].value)
    society.chaos = visible_disorder(params.economy, 0.0, 0.0, collapse, 0.0, 0.0, 0.0, 0.0)
    worst, best = strongest_alternatives(world)
    fear = western_fear(params.abroad, worst, best, society.chaos)
    society.west_price = world.outsides[External.WEST_ATTENTION].value * (1.0 - fear)
    society.safe_criticism = lesson_of_criticism(
        params.oligarchs, society.plural_clans, society.habit, 0.0, 0.0, float(len(world.oligarchs))
    )
    society.support = world.president[0].approval


@kernel
def _set_external_variables(world: World, start: StartValues):
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
        outside.value = outside.learnt = levels[i]
        outside.fades = i == External.PUTSCH or i == External.TRADE_SHOCK or is_precedent(i)
