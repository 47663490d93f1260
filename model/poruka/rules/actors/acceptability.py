"""Acceptability: how far each constituency would rather have a rival than the ruler.

Equations
---------
beliefs.accept
    west      = (1 - radicalism) (1 + market) / 2
    business  = clip01(west (property_risk + b))
    officials = clip01((1 - radicalism) (officials_reasons (f + ability + expected_end + b)
                       - officials_loyalty))
    moscow    = (1 - radicalism) (1 - nation) / 2
    acceptability = the mean over the constituencies, by weight; citizens count with preferred

Symbols
-------
b, f : backing of the rival by the rich, weight of his office
market, nation : stands of the rival, from plan to market and from union to titular nation
preferred : share of citizens who privately prefer the rival to the ruler
property_risk : danger to property under the ruler
expected_end : how near the end of the ruler's tenure is thought to be

References
----------
Theses T055 T066 T073 T074 T076; chapter, "The Kazhegel'din Menace".
"""

from poruka.engine.constants import TINY, TWO
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Constituency, Role
from poruka.engine.rule import rule
from poruka.engine.world_types import BeliefsNumbers, Contender, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def market_liking(market, radicalism):
    """Return how far a rival stands for a safe market, in [0, 1]: what the West would rather have.

    >>> market_liking(0.5, 0.1) > market_liking(-0.5, 0.1)
    True
    >>> market_liking(0.0, 0.1) > market_liking(0.0, 0.8)
    True
    """
    return (1.0 - radicalism) * (1.0 + market) / TWO


@kernel
def business_liking(safety, property_risk, backing):
    """Return how far business would rather have a rival under whom property is safe, in [0, 1].

    >>> business_liking(0.5, 0.1, 0.4) > business_liking(0.5, 0.1, 0.0)
    True
    >>> business_liking(0.5, 0.4, 0.1) > business_liking(0.5, 0.1, 0.1)
    True
    >>> business_liking(0.5, 0.4, 0.1) > business_liking(0.2, 0.4, 0.1)
    True
    """
    return clip01(safety * (property_risk + backing))


@kernel
def officials_liking(p: BeliefsNumbers, radicalism, office, ability, expected_end, backing):
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
    reasons = office + ability + expected_end + backing
    return clip01((1.0 - radicalism) * (p.officials_reasons * reasons - p.officials_loyalty))


@kernel
def moscow_liking(nation, radicalism):
    """Return how far the big neighbour would rather have a rival, in [0, 1].

    >>> moscow_liking(-0.5, 0.1) > moscow_liking(0.5, 0.1)
    True
    >>> moscow_liking(0.0, 0.1) > moscow_liking(0.0, 0.8)
    True
    """
    return (1.0 - radicalism) * (1.0 - nation) / TWO


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _liking_of(world: World, p: BeliefsNumbers, contender: Contender, k):
    """Return how far one constituency would rather have a contender than the ruler."""
    radicalism = contender.radicalism
    if k == Constituency.BUSINESS:
        safety = market_liking(contender.market, radicalism)
        return business_liking(safety, world.economy[0].property_risk, contender.backing)
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
        return market_liking(contender.market, radicalism)
    if k == Constituency.MOSCOW:
        return moscow_liking(contender.nation, radicalism)
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
def update_acceptability(world: World, params: Parameters, stream: Stream):
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
