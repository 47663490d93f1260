"""Challengers: how far the opposition unites behind one name, and who declares himself."""

from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="opposition.unite",
    claim=(
        "The milder the oppositions and the more money one of them has, the more of them stand"
        " behind one name; extremes cannot be joined."
    ),
    theses=["T017", "T046", "T073", "T076"],
    locator="Opposition: The Peril of Moderates",
    standing="stated",
    mechanism="M1.coalition",
)
def unite(world, params, stream):
    p = params.challengers
    society = world.society[0]
    best, focal = 0.0, -1
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if (
            contender.active
            and not contender.jailed
            and not contender.exiled
            and not contender.coopted
            and j != Role.SPOILER
        ):
            focal_weight = contender.acceptability * (
                p.means_floor + contender.organisation + p.means_money * contender.money
            )
            if focal_weight > best:
                best, focal = focal_weight, j
    society.focal_challenger = focal
    society.unity = 0.0
    if focal < 0:
        return
    focal_contender = world.contenders[focal]
    joined, total = 0.0, TINY
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if not movement.active or movement.contender == focal:
            continue
        leader_contender = world.contenders[movement.contender]
        position_gap = abs(leader_contender.nation - focal_contender.nation) + p.market_gap * abs(
            leader_contender.market - focal_contender.market
        )
        moderation = 1.0 - max(leader_contender.radicalism, focal_contender.radicalism)
        joining_share = clip01(
            moderation
            * (p.gap_limit - position_gap)
            * (p.joining_floor + p.joining_money * focal_contender.money)
            * params.opposition.magnet
        )
        joined += joining_share * movement.energy
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
def declare(world, params, stream):
    p = params.challengers
    society = world.society[0]
    index = world.index[0]
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if (
            not contender.active
            or contender.open
            or contender.jailed
            or contender.exiled
            or contender.coopted
            or j == Role.PREMIER
            or j >= Role.HEIR
        ):
            continue
        wish = (
            p.wish_election * society.election_near
            + contender.belief
            + p.wish_acceptability * contender.acceptability
            - params.posts.stigma * index.control
        )
        if uniform(stream, 0, j) < p.bidding * wish:
            contender.open = True
            event = log_event(
                world,
                EventKind.CANDIDACY,
                Entity.CONTENDERS + j,
                Entity.CONTENDERS + Role.RULER,
                wish,
            )
            log_reason(world, event, Reason.BELIEF, contender.belief)
            log_reason(world, event, Reason.ACCEPTABILITY, contender.acceptability)
