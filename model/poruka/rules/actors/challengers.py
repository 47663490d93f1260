"""Challengers: how far the opposition unites behind one name, and who declares himself.

Equations
---------
opposition.unite
    weight       = acceptability (o + money)
    the focal challenger is the contender of the largest weight above 0 who stands by himself: the
    Family competes for what the ruler leaves, and no opposition rallies behind it
    gap          = (|difference of nation| + |difference of market|) / 2
    joining      = clip01((1 - r) (1 - gap) (acceptability + magnet money)), of the challenger;
                   nothing beyond a gap of 1
    unity        = clip01(the sum of joining energy / the sum of energy), over other movements
    organisation = clip01(organisation + joining_gain the sum of joining energy), of the focal
                   challenger

opposition.bid
    wish = wish_reasons (election_near + belief + acceptability) - stigma control
    a leader declares himself with the chance bidding wish in a month

Symbols
-------
o, money : organisation of a contender, and the money he can use
r : the larger radicalism of the movement's leader and the focal challenger
energy : strength of a movement
nation, market : stands of a contender, from union to titular nation and from plan to market
control : the ruler's control, an index; election_near says how near a vote is
belief : the weighted belief of all constituencies in the contender

References
----------
Theses T017 T018 T046 T073 T076 T101; chapter, "Opposition: The Peril of Moderates".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY, TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import ChallengersNumbers, Contender, Parameters, Stream, World

DRAW_DECLARATION = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def focal_weight(acceptability, organisation, money):
    """Return the weight of a name to rally behind: one acceptable to all, with means.

    >>> focal_weight(0.6, 0.2, 0.0) > focal_weight(0.2, 0.2, 0.0)
    True
    >>> focal_weight(0.6, 0.2, 0.5) > focal_weight(0.6, 0.2, 0.0)
    True
    """
    return acceptability * (organisation + money)


@kernel
def position_gap(nation_difference, market_difference):
    """Return the distance between two stands as movements see it when they consider one name.

    >>> position_gap(0.3, -0.5) > position_gap(0.3, 0.0) < position_gap(-0.6, 0.0)
    True
    """
    return (abs(nation_difference) + abs(market_difference)) / TWO


@kernel
def joining_share(radicalism, gap, acceptability, draw_of_money):
    """Return the share of a movement that joins the focal challenger, in [0, 1].

    Extremes cannot be joined (T073, T076); a name acceptable to all draws, and so does money
    (T046, T073).

    >>> joining_share(0.1, 0.5, 0.3, 0.2) > joining_share(0.9, 0.5, 0.3, 0.2)
    True
    >>> joining_share(0.5, 0.1, 0.3, 0.2) > joining_share(0.5, 0.9, 0.3, 0.2) > 0.0
    True
    >>> joining_share(0.5, 0.5, 0.3, 0.8) > joining_share(0.5, 0.5, 0.3, 0.0) > 0.0
    True
    >>> joining_share(0.5, 0.5, 0.6, 0.2) > joining_share(0.5, 0.5, 0.1, 0.2)
    True
    >>> joining_share(0.5, 1.5, 0.3, 0.8) == 0.0
    True
    """
    return clip01((1.0 - radicalism) * (1.0 - gap) * (acceptability + draw_of_money))


@kernel
def wish_to_declare(p: ChallengersNumbers, stigma, election_near, belief, acceptability):
    """Return a leader's wish to stand; control makes ambition a stigma (T018).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("challengers")
    >>> least = wish_to_declare(p, 0.1, 0.0, 0.1, 0.2)
    >>> wish_to_declare(p, 0.1, 1.0, 0.1, 0.2) > least
    True
    >>> wish_to_declare(p, 0.1, 0.0, 0.1, 0.6) > least
    True
    >>> wish_to_declare(p, 0.3, 0.0, 0.1, 0.2) < least
    True
    """
    return p.wish_reasons * (election_near + belief + acceptability) - stigma


# --- what the equations read off the world -------------------------------------------------------


@kernel
def gap_between(contender: Contender, other_contender):
    """Return the distance between the stands of two contenders."""
    return position_gap(
        contender.nation - other_contender.nation, contender.market - other_contender.market
    )


@kernel
def _find_focal_challenger(world: World):
    """Return the row of the contender to rally behind, or -1."""
    best, focal = 0.0, -1
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        free = not contender.jailed and not contender.exiled and not contender.coopted
        if contender.active and free and stands_by_himself(j):
            weight = focal_weight(contender.acceptability, contender.organisation, contender.money)
            if weight > best:
                best, focal = weight, j
    return focal


@kernel
def _share_that_joins(world: World, params: Parameters, m, focal_contender):
    """Return the share of movement m that joins the focal challenger."""
    leader_contender = world.contenders[world.movements[m].contender]
    gap = gap_between(leader_contender, focal_contender)
    gap = through(world, Channel.DISTANCE_DIVIDES, m, gap)
    radicalism = max(leader_contender.radicalism, focal_contender.radicalism)
    radicalism = through(world, Channel.RADICALISM_DIVIDES, m, radicalism)
    drawn = through(
        world, Channel.MONEY_DRAWS_MOVEMENTS, m, params.opposition.magnet * focal_contender.money
    )
    accepted = focal_contender.acceptability
    accepted = through(world, Channel.ACCEPTABLE_NAME_UNITES, m, accepted)
    return joining_share(radicalism, gap, accepted, drawn)


@kernel
def _may_declare(contender: Contender, j):
    """Return whether a contender leads and is free to declare himself, and has not done so."""
    if not contender.active or contender.open:
        return False
    if contender.jailed or contender.exiled or contender.coopted:
        return False
    return j != Role.PREMIER and stands_by_himself(j)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="opposition.unite",
    claim=(
        "The milder the oppositions and the more money one of them has, the more of them stand"
        " behind one name; extremes cannot be joined."
    ),
    theses=["T017", "T046", "T073", "T076"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M1.coalition",
)
def unite(world: World, params: Parameters, stream: Stream):
    """Find the focal challenger, and let the other movements join him."""
    p = params.challengers
    society = world.society[0]
    focal = _find_focal_challenger(world)
    society.focal_challenger = focal
    society.unity = 0.0
    for m in range(len(world.movements)):
        world.movements[m].joined = 0.0
    if focal < 0:
        return
    focal_contender = world.contenders[focal]
    joined, total = 0.0, TINY
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if movement.active and movement.contender == focal:
            movement.joined = 1.0
        if not movement.active or movement.contender == focal:
            continue
        share = _share_that_joins(world, params, m, focal_contender)
        movement.joined = share
        joined += share * movement.energy
        total += movement.energy
    society.unity = clip01(joined / total)
    focal_contender.organisation = clip01(focal_contender.organisation + p.joining_gain * joined)


@rule(
    id="opposition.bid",
    claim=(
        "Leaders declare themselves when a vote is near and belief allows; the stigma of ambition"
        " keeps them silent while power is undivided."
    ),
    theses=["T018", "T101"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M1.coalition",
)
def declare(world: World, params: Parameters, stream: Stream):
    """Let leaders declare themselves, and log it."""
    p = params.challengers
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not _may_declare(contender, j):
            continue
        stigma = params.posts.stigma * world.index[0].control
        stigma = through(world, Channel.STIGMA_OF_AMBITION, j, stigma)
        near = world.society[0].election_near
        wish = wish_to_declare(p, stigma, near, contender.belief, contender.acceptability)
        if uniform(stream, DRAW_DECLARATION, j) < p.bidding * wish:
            contender.open = True
            ruler = Entity.CONTENDERS + Role.RULER
            event = log_event(world, EventKind.CANDIDACY, Entity.CONTENDERS + j, ruler, wish)
            log_reason(world, event, Reason.BELIEF, contender.belief)
            log_reason(world, event, Reason.ACCEPTABILITY, contender.acceptability)
