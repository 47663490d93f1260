"""The contenders of the first month, their movements and parties, and what is believed of them."""

from poruka.engine.constants import TINY, TWO
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Current, Role
from poruka.engine.random_streams import uniform
from poruka.rules.initial_population import assign_horde

DRAW_HORDE_OF_CONTENDER = 50


@kernel
def _set_contender(world, p, j, nation, market, radicalism, organisation, fame):
    """Set one contender's position, radicalism, organisation and fame."""
    contender = world.contenders[j]
    contender.active = organisation > 0.0
    contender.nation, contender.market = clip(nation, -1.0, 1.0), clip(market, -1.0, 1.0)
    contender.radicalism, contender.organisation, contender.fame = radicalism, organisation, fame
    contender.visible = p.fame_visible * fame
    contender.ability = p.contender_ability


@kernel
def _set_movement(world, m, j):
    """Set a movement and, for the four older ones, its party from its leader."""
    movement = world.movements[m]
    contender = world.contenders[j]
    movement.contender = j
    movement.active = contender.active
    movement.energy = contender.organisation
    movement.born_radicalism = contender.radicalism
    if m < Current.RICH and contender.active:
        party = world.parties[m]
        party.active = True
        party.contender = j
        party.organisation = contender.organisation
        party.radicalism = contender.radicalism


@kernel
def set_contenders(world, params, start, stream):
    """Set the contenders, their movements and parties, and initial beliefs about them."""
    p = params.initial
    camp_distance = start.society.camps_apart
    lean = start.society.nation_lean
    # Communism and nationalism fuse where the union was one's own empire (T076).
    fusion = start.opposition.imperial_nostalgia
    _set_contender(
        world, p, Role.RULER, start.president.nation, start.president.market, 0.0, 0.0, p.ruler_fame
    )
    world.contenders[Role.RULER].active = True
    _set_contender(
        world,
        p,
        Role.PEER,
        lean + p.peer_nation,
        p.peer_market,
        p.peer_radicalism,
        start.opposition.equals,
        p.peer_fame,
    )
    _set_contender(
        world,
        p,
        Role.MODERATE,
        lean + p.moderate_nation,
        p.moderate_market,
        start.opposition.moderate_radicalism,
        start.opposition.moderate,
        p.moderate_fame,
    )
    _set_contender(
        world,
        p,
        Role.NATIONALIST,
        lean + camp_distance + p.nationalist_nation,
        p.nationalist_market,
        start.opposition.nationalist_radicalism,
        start.opposition.nationalist,
        p.nationalist_fame,
    )
    _set_contender(
        world,
        p,
        Role.MINORITY_LEADER,
        lean - camp_distance - p.minority_nation,
        p.minority_market,
        p.minority_radicalism,
        start.opposition.minority,
        p.minority_fame,
    )
    world.contenders[Role.MINORITY_LEADER].minority = True
    _set_contender(
        world,
        p,
        Role.COMMUNIST,
        lean + camp_distance * (TWO * fusion - 1.0) * p.communist_nation,
        p.communist_market,
        clip01(start.opposition.communist_radicalism + p.communist_fusion * fusion),
        start.opposition.communist,
        p.communist_fame,
    )
    _set_contender(
        world,
        p,
        Role.VICE_PRESIDENT,
        start.president.nation,
        start.president.market,
        p.deputy_radicalism,
        p.deputy_organisation,
        p.deputy_fame,
    )
    _set_contender(
        world,
        p,
        Role.UNKNOWN,
        start.president.nation,
        start.president.market + p.unknown_market,
        p.unknown_radicalism,
        0.0,
        p.unknown_fame,
    )
    world.contenders[Role.UNKNOWN].active = True
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        contender.eligible = j != Role.UNKNOWN
        contender.horde = (
            assign_horde(params.population, start, uniform(stream, DRAW_HORDE_OF_CONTENDER, j))
            if j > 0
            else 0
        )
    _set_movement(world, Current.MODERATE, Role.MODERATE)
    _set_movement(world, Current.NATIONALIST, Role.NATIONALIST)
    _set_movement(world, Current.MINORITY, Role.MINORITY_LEADER)
    _set_movement(world, Current.COMMUNIST, Role.COMMUNIST)
    world.movements[Current.RICH].contender = Role.MAGNATE
    world.movements[Current.RICH].born_radicalism = p.rich_radicalism
    weights = (
        p.people_weight * (1.0 - start.society.minority_share),
        p.people_weight * start.society.minority_share,
        p.business_weight,
        p.officials_weight,
        p.west_weight,
        p.moscow_weight,
    )
    hearing = (
        p.people_hear,
        p.people_hear,
        p.business_hear,
        p.officials_hear,
        p.abroad_hear,
        p.abroad_hear,
    )
    people = p.people_weight
    total = people + p.business_weight + p.officials_weight + p.west_weight + p.moscow_weight
    for k in range(len(world.constituencies)):
        constituency = world.constituencies[k]
        constituency.weight = weights[k] / max(total, TINY)
        constituency.hears = hearing[k]
    for j in range(1, len(world.contenders)):
        for k in range(len(world.constituencies)):
            belief = world.beliefs[k * len(world.contenders) + j]
            belief.believed_chance = clip01(
                p.belief_floor + p.belief_organisation * world.contenders[j].organisation
            )
