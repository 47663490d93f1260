"""Clans: court factions that compete for the ruler's favour, take root and outlast him.

While the ruler is expected to last they court him; later they position themselves for the
succession.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import OutletOwner, Post, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="clans.root",
    claim=(
        "Fortunes and posts become clienteles; clans take root, and what grows under a hierarchy"
        " uses its discipline up."
    ),
    theses=["T034", "T036"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="stated",
    mechanism="M6.rooting",
)
def take_root(world, params, stream):
    p = params.clans
    society = world.society[0]
    for c in range(len(world.clans)):
        clan = world.clans[c]
        clan.wealth, clan.posts, clan.members = 0.0, 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        clan = world.clans[oligarch.clan]
        clan.wealth += oligarch.wealth
        clan.posts += 1.0 if oligarch.post > Post.NONE else 0.0
        clan.members += 1.0
    squares, total = 0.0, 0.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.members < 1.0:
            clan.active = False
            continue
        means = clan.wealth / (clan.wealth + p.fortune) if clan.wealth > 0.0 else 0.0
        living_ties = p.ties_floor + p.ties * society.solidarity
        clan.clientele = relax(
            clan.clientele,
            clip01(means * living_ties + p.posts_clientele * clan.posts / clan.members),
            p.rooting,
        )
        clan.rooting = relax(
            clan.rooting,
            clip01(clan.clientele * (p.poor_rooting + p.means_rooting * means)),
            p.rooting,
        )
        total += clan.rooting
        squares += clan.rooting * clan.rooting
    # Effective number of rooted clans, from 0 for none or one to 1 for many.
    effective = total * total / squares if squares > TINY else 1.0
    society.plural_clans = clip01((effective - 1.0) / p.plural_clans) * clip01(
        total / len(world.clans) * p.plural_rooting
    )


@rule(
    id="clans.court",
    claim=(
        "While clans are weak, rivalry for his favour strengthens the ruler; once they are rooted"
        " or his end is in sight, effort moves from courting to positioning."
    ),
    theses=["T035", "T036", "T089", "T112"],
    locator="Privatization and Power",
    standing="stated",
    mechanism="M6.rivalry",
)
def court_ruler(world, params, stream):
    p = params.clans
    # Low standing is an effect of positioning for the succession, not its cause; what is left to
    # distribute works through rooting (T040).
    society = world.society[0]
    president = world.president[0]
    courting, positioning, active_clans = 0.0, 0.0, 0.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        positioning_goal = clip01(
            p.positioning * clan.rooting * (p.long_reign + p.near_end * president.expected_end)
            + p.kin_positioning * society.fear_of_kin * clan.rooting
        )
        # Where autocracy is the custom clans defer to the ruler (T089).
        positioning_goal *= 1.0 - p.deference * society.autocratic_custom
        clan.positioning = relax(clan.positioning, positioning_goal, p.positioning_rate)
        own_horde = 1.0 if clan.horde == president.horde else 0.0
        favour = clip01(
            p.favour_floor
            + p.own_horde * (own_horde - p.horde_middle)
            + p.courting * (1.0 - clan.positioning)
            + p.favour_chance * (uniform(stream, 0, c) - p.chance_middle)
        )
        clan.standing = relax(clan.standing, favour, p.favour_rate)
        courting += (1.0 - clan.positioning) * clan.standing
        positioning += clan.positioning
        active_clans += 1.0
        if (
            clan.positioning > p.quarrel_threshold
            and uniform(stream, 1, c) < p.quarrel * clan.positioning
        ):
            if clan.media < p.enough_media:
                clan.media = clip01(clan.media + p.media_gain)
                outlet = world.outlets[int(uniform(stream, 2, c) * len(world.outlets))]
                if outlet.owner == OutletOwner.INDEPENDENT and outlet.cowed < p.outlet_threshold:
                    outlet.owner = OutletOwner.MAGNATES
            society.quarrels = clip01(society.quarrels + p.quarrel_trace)
            event = log_event(
                world,
                EventKind.OPEN_QUARREL,
                Entity.OLIGARCHS + clan.leader,
                NOBODY,
                clan.positioning,
            )
            log_reason(world, event, Reason.POWER, clan.rooting)
            log_reason(world, event, Reason.REMAINING_MONTHS, president.believed_remaining_months)
    society.courting = courting / max(active_clans, 1.0)
    society.positioning = positioning / max(active_clans, 1.0)


@rule(
    id="clans.favour",
    claim=(
        "Nearness to the ruler goes to kin, home, own horde, those who court him and those in"
        " posts; the others feel shut out and have a base to stand on."
    ),
    theses=["T030", "T031", "T033"],
    locator="The New Opposition",
    standing="stated",
    mechanism="M6.favour",
)
def update_nearness(world, params, stream):
    p = params.clans
    society = world.society[0]
    president = world.president[0]
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        clan = world.clans[oligarch.clan]
        in_group = 1.0 if oligarch.horde == president.horde and oligarch.titular else 0.0
        harmlessness = 0.0 if oligarch.eligible else p.harmlessness
        favour = clip01(
            p.clan_nearness * clan.standing
            + p.kin_nearness * oligarch.kin
            + p.own_horde * p.horde_nearness * in_group
            + harmlessness
            + (p.post_nearness if oligarch.post > Post.NONE else 0.0)
            - p.distance_floor
        )
        if oligarch.stance >= Stance.OPPONENT and oligarch.stance != Stance.COOPTED:
            favour = 0.0
        oligarch.nearness = relax(oligarch.nearness, favour, p.favour_rate)
        exclusion_goal = clip01(
            (1.0 - oligarch.nearness)
            * (1.0 - in_group)
            * (p.loose_exclusion + p.solidary_exclusion * society.solidarity)
            - p.exclusion_threshold
        )
        oligarch.exclusion = relax(oligarch.exclusion, exclusion_goal, p.exclusion_rate)
        oligarch.protection = clip01(
            p.near_protection * oligarch.nearness + p.clan_protection * clan.clientele
        )
