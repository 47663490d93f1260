"""Acceptability: how far each constituency would rather have a rival than the ruler.

Equations
---------
beliefs.accept
    safety    = clip01(property_floor + property_market market - property_radicalism radicalism)
    business  = clip01(safety (content_business + business_risk property_risk
                               + business_backing b))
    officials = clip01((1 - radicalism) (officials_office f + officials_ability ability
                       + officials_end expected_end + officials_backing b - officials_loyalty))
    west      = clip01((1 - radicalism) (west_floor + west_market market)
                       (west_interest + west_indulgence (1 - west_price)))
    moscow    = clip01(moscow_floor - moscow_nation nation - moscow_radicalism radicalism)
    acceptability = the mean over the constituencies, by weight; citizens count with preferred

Symbols
-------
b, f : backing of the rival by the rich, weight of his office
market, nation : stands of the rival, from plan to market and from union to titular nation
preferred : share of citizens who privately prefer the rival to the ruler
property_risk : danger to property under the ruler
west_price : the price that the West puts on irregular acts
expected_end : how near the end of the ruler's tenure is thought to be

References
----------
Theses T055 T066 T073 T074 T076; chapter, "The Kazhegel'din Menace".
"""

from poruka.engine.constants import TINY
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Constituency, Role
from poruka.engine.rule import rule

# --- equations -----------------------------------------------------------------------------------


@kernel
def property_safety(p, market, radicalism):
    """Return how safe property would be under a rival, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> property_safety(p, 0.5, 0.1) > property_safety(p, -0.5, 0.1)
    True
    >>> property_safety(p, 0.0, 0.1) > property_safety(p, 0.0, 0.8)
    True
    >>> property_safety(p, 0.0, 0.0) > 0.0
    True
    """
    return clip01(
        p.property_floor + p.property_market * market - p.property_radicalism * radicalism
    )


@kernel
def business_liking(p, safety, property_risk, backing):
    """Return how far business would rather have a rival, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> business_liking(p, 0.5, 0.0, 0.4) > business_liking(p, 0.5, 0.0, 0.0) > 0.0
    True
    >>> business_liking(p, 0.5, 0.4, 0.0) > business_liking(p, 0.5, 0.1, 0.0)
    True
    """
    return clip01(
        safety
        * (p.content_business + p.business_risk * property_risk + p.business_backing * backing)
    )


@kernel
def officials_liking(p, radicalism, office, ability, expected_end, backing):
    """Return how far officials would rather have a rival, in [0, 1]; loyalty holds them back.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> least = officials_liking(p, 0.1, 0.3, 0.5, 0.1, 0.1)
    >>> officials_liking(p, 0.1, 0.6, 0.5, 0.1, 0.1) > least
    True
    >>> officials_liking(p, 0.1, 0.3, 0.8, 0.1, 0.1) > least
    True
    >>> officials_liking(p, 0.1, 0.3, 0.5, 0.6, 0.1) > least
    True
    >>> officials_liking(p, 0.1, 0.3, 0.5, 0.1, 0.6) > least
    True
    >>> officials_liking(p, 0.0, 0.1, 0.1, 0.0, 0.0) == 0.0
    True
    """
    return clip01(
        (1.0 - radicalism)
        * (
            p.officials_office * office
            + p.officials_ability * ability
            + p.officials_end * expected_end
            + p.officials_backing * backing
            - p.officials_loyalty
        )
    )


@kernel
def west_liking(p, radicalism, market, west_price):
    """Return how far the West would rather have a rival, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> west_liking(p, 0.1, 0.5, 0.5) > west_liking(p, 0.8, 0.5, 0.5)
    True
    >>> west_liking(p, 0.1, 0.5, 0.5) > west_liking(p, 0.1, 0.0, 0.5) > 0.0
    True
    >>> west_liking(p, 0.1, 0.5, 0.2) > west_liking(p, 0.1, 0.5, 1.0) > 0.0
    True
    """
    return clip01(
        (1.0 - radicalism)
        * (p.west_floor + p.west_market * market)
        * (p.west_interest + p.west_indulgence * (1.0 - west_price))
    )


@kernel
def moscow_liking(p, nation, radicalism):
    """Return how far the big neighbour would rather have a rival, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> moscow_liking(p, -0.5, 0.1) > moscow_liking(p, 0.5, 0.1)
    True
    >>> moscow_liking(p, 0.0, 0.1) > moscow_liking(p, 0.0, 0.8) > 0.0
    True
    """
    return clip01(p.moscow_floor - p.moscow_nation * nation - p.moscow_radicalism * radicalism)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _liking_of(world, p, contender, k):
    """Return how far one constituency would rather have a contender than the ruler."""
    radicalism = contender.radicalism
    if k == Constituency.BUSINESS:
        safety = property_safety(p, contender.market, radicalism)
        return business_liking(p, safety, world.economy[0].property_risk, contender.backing)
    if k == Constituency.OFFICIALS:
        return officials_liking(
            p,
            radicalism,
            contender.office,
            contender.ability,
            world.president[0].expected_end,
            contender.backing,
        )
    if k == Constituency.WEST:
        return west_liking(p, radicalism, contender.market, world.society[0].west_price)
    if k == Constituency.MOSCOW:
        return moscow_liking(p, contender.nation, radicalism)
    return contender.preferred


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="beliefs.accept",
    claim=(
        "A rival is acceptable as far as people, business, officials, the West and the big"
        " neighbour would each rather have him; one acceptable to all is the dangerous one."
    ),
    theses=["T055", "T066", "T073", "T074", "T076"],
    locator="The Kazhegel'din Menace",
    standing="stated",
    mechanism="M1.lesser_evil",
)
def update_acceptability(world, params, stream):
    """Take the mean of what the constituencies think of each contender."""
    p = params.beliefs
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active:
            contender.acceptability = 0.0
            continue
        weighted_sum, total_weight = 0.0, 0.0
        for k in range(len(world.constituencies)):
            constituency = world.constituencies[k]
            weighted_sum += constituency.weight * _liking_of(world, p, contender, k)
            total_weight += constituency.weight
        contender.acceptability = weighted_sum / max(total_weight, TINY)
    world.contenders[Role.RULER].acceptability = world.society[0].support
