"""How a citizen evaluates the ruler and his rivals: proximity, record and expected disorder."""

from poruka.engine.codes import CONTENDER_RULER
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel


@kernel
def position_distance(citizen, contender, polarisation):
    """Return the squared distance between the positions of a citizen and a contender.

    Squared, so that the distant camp is much worse than the centre.
    """
    nation_gap = citizen.nation - contender.nation
    market_gap = citizen.market - contender.market
    return polarisation * 0.5 * (nation_gap * nation_gap + 0.6 * market_gap * market_gap)


@kernel
def expected_disorder(contender, j):
    """Return the disorder people expect from a contender's victory; none from the ruler's."""
    if j == CONTENDER_RULER:
        return 0.0
    return clip01(
        0.25 + 0.7 * contender.radicalism - 0.35 * contender.backing - 0.15 * contender.fame
    )


@kernel
def shared_identity_bonus(citizen, contender, solidarity):
    """Return the bonus a contender gets for belonging to the citizen's people and horde."""
    if citizen.minority != contender.minority:
        return 0.0
    same_horde = citizen.horde == contender.horde and not citizen.minority
    return 0.08 + (0.15 * solidarity if same_horde else 0.0)


@kernel
def ruler_record(world, params):
    """Return the value of the ruler's record to any citizen.

    Hardship less what scapegoats take on themselves, growth, honeymoon and unpopularity.
    """
    president = world.president[0]
    economy = world.economy[0]
    blame = economy.hardship * (1.0 - 0.5 * president.deflected)
    return (
        -params.citizens.blame * blame
        + 0.8 * clip(economy.growth, -0.1, 0.1)
        + president.honeymoon
        - 0.4 * president.unpopularity
    )


@kernel
def nearness_to_ruler(world, citizen):
    """Return the proximity of the ruler to a citizen: people and horde, less distance."""
    society = world.society[0]
    ruler_contender = world.contenders[CONTENDER_RULER]
    return shared_identity_bonus(citizen, ruler_contender, society.solidarity) - position_distance(
        citizen, ruler_contender, society.polarisation
    )


@kernel
def ruler_evaluation(world, params, citizen, record):
    """Return a citizen's evaluation of the ruler: proximity, record and wish for a firm hand."""
    society = world.society[0]
    # Where one-man rule is the custom, a ruler in control is recognised as legitimate (T089).
    control = world.index[0].control
    recognition = params.citizens.recognition * society.autocratic_custom * max(0.0, control - 0.45)
    # Demand for order favours a ruler who provides some.
    firm_hand = params.citizens.wish_for_hand * (citizen.order_demand - 0.4) * (0.5 + 0.7 * control)
    return nearness_to_ruler(world, citizen) + record + firm_hand + recognition


@kernel
def fear_of_disorder(params, citizen, contender, separation):
    """Return the disorder a citizen fears from a contender's victory.

    It grows with his demand for order and with the distance of that camp from him (T075).
    """
    if params.on.M1_comparison < 0.5:
        return 0.0
    return (
        params.citizens.dread
        * citizen.order_demand
        * contender.disorder
        * clip01(0.3 + 2.0 * separation)
    )


@kernel
def advantage_over_ruler(params, citizen, contender, solidarity, ruler_value, separation):
    """Return a contender's advantage over the ruler before any fear of disorder."""
    if params.on.M1_comparison < 0.5:
        return -ruler_value - 0.3  # ablated: the ruler is judged alone, against a fixed demand
    return (
        shared_identity_bonus(citizen, contender, solidarity)
        - separation
        + 0.15 * contender.fame
        - ruler_value
    )
