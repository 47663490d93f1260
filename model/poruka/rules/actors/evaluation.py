"""How a citizen evaluates the ruler and his rivals: proximity, record and expected disorder."""

from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role


@kernel
def position_distance(params, citizen, contender, polarisation):
    """Return the squared distance between the positions of a citizen and a contender.

    Squared, so that the distant camp is much worse than the centre.
    """
    p = params.evaluation
    nation_gap = citizen.nation - contender.nation
    market_gap = citizen.market - contender.market
    return (
        polarisation
        * p.distance
        * (nation_gap * nation_gap + p.distance_market * market_gap * market_gap)
    )


@kernel
def expected_disorder(params, contender, j):
    """Return the disorder people expect from a contender's victory; none from the ruler's."""
    p = params.evaluation
    if j == Role.RULER:
        return 0.0
    return clip01(
        p.disorder_floor
        + p.disorder_radicalism * contender.radicalism
        - p.disorder_backing * contender.backing
        - p.disorder_fame * contender.fame
    )


@kernel
def shared_identity_bonus(params, citizen, contender, solidarity):
    """Return the bonus a contender gets for belonging to the citizen's people and horde."""
    p = params.evaluation
    if citizen.minority != contender.minority:
        return 0.0
    same_horde = citizen.horde == contender.horde and not citizen.minority
    return p.own_people + (p.own_horde * solidarity if same_horde else 0.0)


@kernel
def ruler_record(world, params):
    """Return the value of the ruler's record to any citizen.

    Hardship less what scapegoats take on themselves, growth, honeymoon and unpopularity.
    """
    p = params.evaluation
    president = world.president[0]
    economy = world.economy[0]
    blame = economy.hardship * (1.0 - p.scapegoat * president.deflected)
    return (
        -params.citizens.blame * blame
        + p.growth * clip(economy.growth, p.growth_low, p.growth_high)
        + president.honeymoon
        - p.unpopularity * president.unpopularity
    )


@kernel
def nearness_to_ruler(world, params, citizen):
    """Return the proximity of the ruler to a citizen: people and horde, less distance."""
    society = world.society[0]
    ruler_contender = world.contenders[Role.RULER]
    identity = shared_identity_bonus(params, citizen, ruler_contender, society.solidarity)
    return identity - position_distance(params, citizen, ruler_contender, society.polarisation)


@kernel
def ruler_evaluation(world, params, citizen, record):
    """Return a citizen's evaluation of the ruler: proximity, record and wish for a firm hand."""
    p = params.evaluation
    society = world.society[0]
    # Where one-man rule is the custom, a ruler in control is recognised as legitimate (T089).
    control = world.index[0].control
    recognition = (
        params.citizens.recognition
        * society.autocratic_custom
        * max(0.0, control - p.recognition_control)
    )
    # Demand for order favours a ruler who provides some.
    firm_hand = (
        params.citizens.wish_for_hand
        * (citizen.order_demand - p.firm_hand_order)
        * (p.firm_hand_floor + p.firm_hand_control * control)
    )
    return nearness_to_ruler(world, params, citizen) + record + firm_hand + recognition


@kernel
def fear_of_disorder(params, citizen, contender, separation):
    """Return the disorder a citizen fears from a contender's victory.

    It grows with his demand for order and with the distance of that camp from him (T075).
    """
    p = params.evaluation
    if params.on.M1_comparison <= 0.0:
        return 0.0
    return (
        params.citizens.dread
        * citizen.order_demand
        * contender.disorder
        * clip01(p.dread_floor + p.dread_distance * separation)
    )


@kernel
def advantage_over_ruler(params, citizen, contender, solidarity, ruler_value, separation):
    """Return a contender's advantage over the ruler before any fear of disorder."""
    p = params.evaluation
    if params.on.M1_comparison <= 0.0:
        # Ablated: the ruler is judged alone, against a fixed demand.
        return -ruler_value - p.fixed_demand
    return (
        shared_identity_bonus(params, citizen, contender, solidarity)
        - separation
        + p.fame * contender.fame
        - ruler_value
    )
