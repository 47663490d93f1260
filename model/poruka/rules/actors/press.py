"""Press and broadcasters: ownership decides what the public learns.

Compromising files are published by those who hold both files and media.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import OutletOwner
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="press.report",
    claim=(
        "Ownership of the media decides whose name is heard: state and kin keep rivals unknown,"
        " independent and magnates' outlets make them visible."
    ),
    theses=["T094", "T095", "T096"],
    locator="A President Empowered and Glorified",
    standing="stated",
    mechanism="M9.press",
)
def report(world, params, stream):
    p = params.press
    index = world.index[0]
    loyal_reach, reach = 0.0, 0.0
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        reach += outlet.reach
        line_goal = 1.0
        if outlet.owner == OutletOwner.INDEPENDENT:
            line_goal = outlet.cowed
        elif outlet.owner == OutletOwner.MAGNATES:
            line_goal = clip01(
                outlet.cowed + p.magnates_loyalty * (1.0 - index.defected_share * p.magnates_break)
            )
        elif outlet.owner == OutletOwner.KIN:
            line_goal = clip01(1.0 - p.kin_independence * world.president[0].expected_end)
        outlet.line = relax(outlet.line, line_goal, p.line_rate)
        outlet.cowed *= p.cowed_memory
        loyal_reach += outlet.reach * outlet.line
    controlled_share = loyal_reach / max(reach, TINY)
    index.media_control = controlled_share
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if contender.active:
            own_media = p.visible_media * contender.media
            contender.visible = relax(
                contender.visible,
                clip01(
                    own_media
                    + (1.0 - controlled_share) * (p.visible_floor + p.visible_fame * contender.fame)
                ),
                p.visible_rate,
            )


@rule(
    id="press.leak",
    claim=(
        "Clans and kin who hold both files and media publish against each other without asking"
        " the ruler and so force him to act."
    ),
    theses=["T027", "T036"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="stated",
    mechanism="M6.kompromat",
)
def leak(world, params, stream):
    p = params.press
    society = world.society[0]
    premier = world.premier[0]
    president = world.president[0]
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled:
            continue
        means = kinsman.media * kinsman.security
        if uniform(stream, 0, m) < p.leaking * means * kinsman.ambition * (
            p.leaking_floor + premier.power + president.expected_end
        ):
            if uniform(stream, 1, m) < p.scandal_floor + p.scandal_reach * kinsman.reach:
                president.unpopularity = clip01(president.unpopularity + p.scandal_unpopularity)
                event = log_event(world, EventKind.SCANDAL, Entity.FAMILY + m, NOBODY, means)
            else:
                premier.blame = clip01(premier.blame + p.scandal_blame)
                event = log_event(
                    world, EventKind.SCANDAL, Entity.FAMILY + m, Entity.PREMIER, premier.blame
                )
            log_reason(world, event, Reason.POWER, means)
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        if uniform(stream, 2, c) < p.leaking * clan.media * clan.positioning:
            rival = int(uniform(stream, 3, c) * len(world.clans))
            if rival == c or not world.clans[rival].active:
                continue
            world.clans[rival].standing = clip01(world.clans[rival].standing - p.quarrel_standing)
            society.quarrels = clip01(society.quarrels + p.quarrel_openness)
            event = log_event(
                world,
                EventKind.OPEN_QUARREL,
                Entity.OLIGARCHS + clan.leader,
                Entity.OLIGARCHS + world.clans[rival].leader,
                clan.positioning,
            )
            log_reason(world, event, Reason.POWER, clan.media)
    society.quarrels *= p.quarrel_memory
    president.unpopularity = clip(president.unpopularity * p.unpopularity_memory, 0.0, 1.0)
