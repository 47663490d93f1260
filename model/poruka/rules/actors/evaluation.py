"""How a citizen evaluates the ruler and his rivals: proximity, record and expected disorder.

The page has more numbers than most, as every citizen judges positions, record, order and the
disorder of a rival's victory, each by a weight of its own.

Equations
---------
position_distance
    distance between citizen and contender
           = z distance ((N - N_j)^2 + (M - M_j)^2)

expected_disorder
    D_j    = clip01(r_j + unknown (1 - b_j - f_j)); none from the ruler's victory

shared_identity_bonus
    I_j    = familiar (1 + s [of one horde]) for a contender of his people, otherwise 0

ruler_record
    record = blame (g - hardship (1 - d)) + honeymoon - unpopularity v

nearness_to_ruler
    I_0 - distance of the ruler

ruler_evaluation
    nearness_to_ruler + record + wish_for_hand (o - usual) K
                      + recognition of the ruler, in control above recognised_control: see
                        the page of custom_of_rule

fear_of_disorder
    dread o D_j clip01(dread_floor + distance)
    (with M1_comparison off: 0)

advantage_over_ruler
    I_j - distance + familiar f_j - evaluation of the ruler; to which callers add what custom lends
    to the old order (see the page of custom_of_rule)
    (with M1_comparison off: -evaluation of the ruler, who is judged alone)

Symbols
-------
N, M; N_j, M_j : position on the nation and between plan and market of a citizen; of contender j
z : polarisation of society
r_j, b_j, f_j : radicalism, backing by the rich, fame of contender j
s : how far kin, horde and place are living loyalties
usual : the middle of a scale, `population.usual`
[c] : 1 where c holds, otherwise 0
hardship, honeymoon : hardship in the economy; what is left of the ruler's first credit
d : how far others take the blame
g, v : growth of the economy in a year; unpopularity of the ruler and his circle
o, K : the citizen's demand for order; the ruler's control

References
----------
Theses T007 T032 T051 T073 T075 T086 T089 T101; chapter, "The Rise of Personal
Rule" and "Opposition: The Peril of Moderates".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.world_types import Citizen, Contender, EvaluationNumbers, Parameters, World
from poruka.rules.actors.custom_of_rule import recognition_of_ruler

# --- equations --------------------------------------------------------------------------------


@kernel
def squared_distance(p: EvaluationNumbers, nation_gap, market_gap, polarisation):
    """Return the distance between two positions, squared: the far camp is much worse (T007).

    Twice as far is more than twice as bad, and a polarised society sees it larger:

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("evaluation")
    >>> near, far = squared_distance(p, 0.4, 0.2, 0.5), squared_distance(p, 0.8, 0.4, 0.5)
    >>> far - near > near
    True
    >>> squared_distance(p, 0.4, 0.2, 0.9) > near, squared_distance(p, 0.4, 0.6, 0.5) > near
    (True, True)
    """
    return polarisation * p.distance * (nation_gap * nation_gap + market_gap * market_gap)


@kernel
def disorder_of_victory(p: EvaluationNumbers, radicalism, backing, fame):
    """Return the disorder in [0, 1] that people expect from a rival's victory.

    A radical frightens; a known man whom the rich back does not (T073):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("evaluation")
    >>> disorder_of_victory(p, 0.9, 0.3, 0.3) > disorder_of_victory(p, 0.3, 0.3, 0.3)
    True
    >>> disorder_of_victory(p, 0.6, 0.3, 0.3) > disorder_of_victory(p, 0.6, 0.9, 0.3)
    True
    >>> disorder_of_victory(p, 0.6, 0.3, 0.3) > disorder_of_victory(p, 0.6, 0.3, 0.9)
    True
    """
    return clip01(radicalism + p.unknown * (1.0 - backing - fame))


@kernel
def economic_record(blame, blamed_hardship, growth):
    """Return what the economy counts in a ruler's record: hardship against him, growth for him.

    A slump costs him votes, growth brings them (T101):

    >>> economic_record(1.0, 0.7, 0.0) < economic_record(1.0, 0.2, 0.0)
    True
    >>> economic_record(1.0, 0.2, 0.06) > economic_record(1.0, 0.2, -0.06)
    True
    """
    return blame * (growth - blamed_hardship)


@kernel
def record_value(p: EvaluationNumbers, economic, honeymoon, unpopularity):
    """Return the value of a ruler's record: what the economy counts, his credit, his circle.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("evaluation")
    >>> record_value(p, -0.7, 0.1, 0.2) < record_value(p, -0.2, 0.1, 0.2)
    True
    >>> record_value(p, -0.2, 0.1, 0.7) < record_value(p, -0.2, 0.1, 0.2)
    True
    """
    return economic + honeymoon - p.unpopularity * unpopularity


@kernel
def blamed_on_ruler(hardship, deflected):
    """Return the hardship for which the ruler is blamed: less what scapegoats take (T051).

    >>> blamed_on_ruler(0.6, 0.8) < blamed_on_ruler(0.6, 0.0)
    True
    """
    return hardship * (1.0 - deflected)


@kernel
def firm_hand_value(usual, wish_for_hand, order_demand, control):
    """Return what a firm hand is worth to one who wants order; he who wants none resents it.

    >>> firm_hand_value(0.5, 1.0, 0.8, 0.9) > firm_hand_value(0.5, 1.0, 0.8, 0.2)
    True
    >>> firm_hand_value(0.5, 1.0, 0.1, 0.9) < firm_hand_value(0.5, 1.0, 0.1, 0.2)
    True
    """
    return wish_for_hand * (order_demand - usual) * control


@kernel
def dreaded_disorder(p: EvaluationNumbers, dread, order_demand, disorder, separation):
    """Return the disorder a citizen dreads: the more, the farther that camp is from him (T075).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("evaluation")
    >>> dreaded_disorder(p, 1.0, 0.5, 0.6, 0.3) > dreaded_disorder(p, 1.0, 0.5, 0.6, 0.1)
    True
    """
    return dread * order_demand * disorder * clip01(p.dread_floor + separation)


# --- what the equations read off the world ----------------------------------------------------


@kernel
def position_distance(params: Parameters, citizen: Citizen, contender: Contender, polarisation):
    """Return the squared distance between the positions of a citizen and a contender."""
    nation_gap = citizen.nation - contender.nation
    market_gap = citizen.market - contender.market
    return squared_distance(params.evaluation, nation_gap, market_gap, polarisation)


@kernel
def expected_disorder(params: Parameters, contender: Contender, j):
    """Return the disorder people expect from a contender's victory; none from the ruler's."""
    if j == Role.RULER:
        return 0.0
    p = params.evaluation
    return disorder_of_victory(p, contender.radicalism, contender.backing, contender.fame)


@kernel
def shared_identity_bonus(params: Parameters, citizen: Citizen, contender: Contender, solidarity):
    """Return the bonus a contender gets for belonging to the citizen's people and horde."""
    p = params.evaluation
    if citizen.minority != contender.minority:
        return 0.0
    same_horde = citizen.horde == contender.horde and not citizen.minority
    return p.familiar * (1.0 + (solidarity if same_horde else 0.0))


@kernel
def ruler_record(world: World, params: Parameters):
    """Return the value of the ruler's record to any citizen."""
    president = world.president[0]
    economy = world.economy[0]
    deflected = through(world, Channel.BLAME_TAKEN_ALONG, 0, president.deflected)
    blamed = blamed_on_ruler(economy.hardship, deflected)
    economic = economic_record(params.citizens.blame, blamed, economy.growth)
    economic = through(world, Channel.ECONOMY_JUDGED, 0, economic)
    hope = through(world, Channel.NEW_HOPE, 0, president.honeymoon)
    return record_value(params.evaluation, economic, hope, president.unpopularity)


@kernel
def nearness_to_ruler(world: World, params: Parameters, citizen):
    """Return the proximity of the ruler to a citizen: people and horde, less distance."""
    society = world.society[0]
    ruler_contender = world.contenders[Role.RULER]
    identity = shared_identity_bonus(params, citizen, ruler_contender, society.solidarity)
    return identity - position_distance(params, citizen, ruler_contender, society.polarisation)


@kernel
def ruler_evaluation(world: World, params: Parameters, i, record):
    """Return citizen i's evaluation of the ruler: proximity, record and wish for a firm hand."""
    citizen = world.citizens[i]
    control = world.index[0].control
    custom = world.society[0].autocratic_custom
    threshold = params.evaluation.recognised_control
    recognition = through(
        world,
        Channel.RECOGNITION_OF_RULER,
        0,
        recognition_of_ruler(params.citizens.recognition, custom, control, threshold),
    )
    wish = params.citizens.wish_for_hand
    firm_hand = through(
        world,
        Channel.WISH_FOR_FIRM_HAND,
        i,
        firm_hand_value(params.population.usual, wish, citizen.order_demand, control),
    )
    return nearness_to_ruler(world, params, citizen) + record + firm_hand + recognition


@kernel
def fear_of_disorder(world: World, params: Parameters, i, contender: Contender, separation):
    """Return the disorder citizen i fears from a contender's victory, by his demand for order."""
    p = params.evaluation
    if params.on.M1_comparison <= 0.0:
        return 0.0
    order_demand = world.citizens[i].order_demand
    dread = dreaded_disorder(p, params.citizens.dread, order_demand, contender.disorder, separation)
    return through(world, Channel.DREAD_OF_DISORDER, i, dread)


@kernel
def advantage_over_ruler(
    params: Parameters, citizen, contender: Contender, solidarity, ruler_value, separation
):
    """Return a contender's advantage over the ruler before any fear of disorder."""
    if params.on.M1_comparison <= 0.0:
        return -ruler_value  # ablated: the ruler is judged alone
    return (
        shared_identity_bonus(params, citizen, contender, solidarity)
        - separation
        + params.evaluation.familiar * contender.fame
        - ruler_value
    )
