"""The contenders of the first month, their movements and parties, and what is believed of them."""

from poruka.engine.constants import TWO
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Constituency, Current, Role
from poruka.engine.random_streams import uniform
from poruka.engine.world_types import Parameters, StartValues, Stream, World
from poruka.rules.initial_population import assign_horde

DRAW_HORDE_OF_CONTENDER = 50


@kernel
def _set_contender(world: World, j, nation, market, radicalism, organisation, fame):
    """Set one contender's position, radicalism, organisation and fame."""
    contender = world.contenders[j]
    contender.active = organisation > 0.0
    contender.nation, contender.market = clip(nation, -1.0, 1.0), clip(market, -1.0, 1.0)
    contender.radicalism, contender.organisation, contender.fame = radicalism, organisation, fame
    contender.visible = fame


@kernel
def _set_movement(world: World, m, j):
    """Set one of the four older movements and its party from its leader."""
    movement = world.movements[m]
    contender = world.contenders[j]
    movement.contender = j
    movement.active = contender.active
    movement.energy = contender.organisation
    movement.born_radicalism = contender.radicalism
    if contender.active:
        party = world.parties[m]
        party.active = True
        party.contender = j
        party.organisation = contender.organisation
        party.radicalism = contender.radicalism


@kernel
def set_contenders(world: World, params: Parameters, start: StartValues, stream: Stream):
    """Set the contenders, their movements and parties, and initial beliefs about them."""
    p = params.initial
    camp_distance = start.society.camps_apart
    lean = start.society.nation_lean
    # Communism and nationalism fuse where the union was one's own empire (T076).
    fusion = start.opposition.imperial_nostalgia
    ruler, opposition = start.president, start.opposition
    elite, known = p.elite_radicalism, p.leader_fame
    beyond = params.population.nation_spread
    titular = lean + camp_distance + beyond
    other_people = lean - camp_distance - beyond
    old_union = lean + camp_distance * (TWO * fusion - 1.0)
    _set_contender(world, Role.RULER, ruler.nation, ruler.market, 0.0, 0.0, 1.0)
    world.contenders[Role.RULER].active = True
    _set_contender(world, Role.PEER, lean, 0.0, elite, opposition.equals, known)
    _set_contender(
        world,
        Role.MODERATE,
        lean,
        p.moderate_market,
        opposition.moderate_radicalism,
        opposition.moderate,
        known,
    )
    _set_contender(
        world,
        Role.NATIONALIST,
        titular,
        p.moderate_market,
        opposition.nationalist_radicalism,
        opposition.nationalist,
        known,
    )
    _set_contender(
        world,
        Role.MINORITY_LEADER,
        other_people,
        0.0,
        params.population.usual,
        opposition.minority,
        known,
    )
    world.contenders[Role.MINORITY_LEADER].minority = True
    _set_contender(
        world,
        Role.COMMUNIST,
        old_union,
        p.communist_market,
        opposition.communist_radicalism,
        opposition.communist,
        known,
    )
    _set_contender(
        world, Role.VICE_PRESIDENT, ruler.nation, ruler.market, elite, p.deputy_organisation, known
    )
    _set_contender(world, Role.UNKNOWN, ruler.nation, ruler.market, elite, 0.0, 0.0)
    world.contenders[Role.UNKNOWN].active = True
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.eligible = j != Role.UNKNOWN
        contender.ability = params.population.usual
        contender.horde = (
            assign_horde(params.population, start, uniform(stream, DRAW_HORDE_OF_CONTENDER, j))
            if j > 0
            else 0
        )
    _set_movement(world, Current.MODERATE, Role.MODERATE)
    _set_movement(world, Current.NATIONALIST, Role.NATIONALIST)
    _set_movement(world, Current.MINORITY, Role.MINORITY_LEADER)
    _set_movement(world, Current.COMMUNIST, Role.COMMUNIST)
    people = p.people_weight
    # Besides the two peoples there are business, officials, the West and the former centre.
    other = (1.0 - people) / (len(world.constituencies) - TWO)
    for k in range(len(world.constituencies)):
        constituency = world.constituencies[k]
        constituency.weight = other
        constituency.hears = p.people_hear
        if k == Constituency.BUSINESS or k == Constituency.OFFICIALS:
            constituency.hears = p.insiders_hear
    minority_share = start.society.minority_share
    world.constituencies[Constituency.TITULARS].weight = people * (1.0 - minority_share)
    world.constituencies[Constituency.MINORITIES].weight = people * minority_share
    society = world.society[0]
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        for k in range(len(world.constituencies)):
            belief = world.beliefs[k * len(world.contenders) + j]
            belief.believed_chance = clip01(p.belief * contender.organisation)
            contender.belief += world.constituencies[k].weight * belief.believed_chance
        society.belief_in_alternative = max(society.belief_in_alternative, contender.belief)
