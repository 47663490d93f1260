"""Clans: court factions that compete for the ruler's favour, take root and outlast him.

While the ruler is expected to last they court him; later they position themselves for the
succession.

Equations
---------
clans.root
    m            = saturate(wealth, fortune)
    clientele    = relax(clientele, clip01(m (ties_floor + ties solidarity)
                                           + posts_clientele posts / members), rooting)
    roots        = relax(roots, clip01(clientele (poor_rooting + means_rooting m)), rooting)
    effective    = (sum of roots)^2 / sum of roots^2, or 1 where nothing is rooted
    plurality    = clip01((effective - 1) / plural_clans) clip01(plural_rooting mean roots)

clans.court
    goal         = clip01(positioning roots (long_reign + near_end e) + kin_positioning F roots)
                   (1 - deference autocratic_custom)
    q            = relax(q, goal, positioning_rate)
    favour       = clip01(favour_floor + own_horde (h - horde_middle) + courting (1 - q)
                          + favour_chance (U - chance_middle))
    standing     = relax(standing, favour, favour_rate)
    a clan quarrels in the open if q > quarrel_threshold, with the chance quarrel q a month; the
    memory of quarrels rises by quarrel_trace; its media, if below enough_media, by media_gain, and
    an independent outlet that is cowed less than outlet_threshold becomes its own

Symbols
-------
saturate(x, half) : x / (x + half); relax(x, goal, rate) : x moved by the share rate to its goal
wealth, posts, members, m : fortunes, posts and number of a clan's members; its means
solidarity : living loyalty of kin, horde and place in this society
clientele, roots : dependants of a clan; how rooted it is
e, F : expected end of the ruler's tenure; fear of his kin
autocratic_custom : how far one-man rule is the custom
q, standing : effort a clan puts into the succession; its standing with the ruler
h, U : 1 for a clan of the ruler's horde and 0 for others; a number drawn evenly from 0 to 1

References
----------
Theses T034 T036 (clans.root), T035 T036 T089 T112 (clans.court), T024 T030 T032 (single numbers);
chapter, "Privatization and Power" and "The Son-in-Law: Challenge and Defeat".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import OutletOwner, Post
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule

DRAW_FAVOUR_OF_CLAN = 0
DRAW_QUARREL = 1
DRAW_OUTLET_WON = 2


# --- equations -----------------------------------------------------------------------------------


@kernel
def clientele_of_clan(p, means, solidarity, posts, members):
    """Return the following a clan can have: fortunes buy it where loyalties live (T034, T036).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> followed = clientele_of_clan(p, 0.5, 0.6, 1.0, 4.0)
    >>> followed > clientele_of_clan(p, 0.1, 0.6, 1.0, 4.0)
    True
    >>> followed > clientele_of_clan(p, 0.5, 0.0, 1.0, 4.0)
    True
    >>> followed > clientele_of_clan(p, 0.5, 0.6, 0.0, 4.0)
    True
    """
    living_ties = p.ties_floor + p.ties * solidarity
    return clip01(means * living_ties + p.posts_clientele * posts / members)


@kernel
def rooting_of_clan(p, clientele, means):
    """Return how far a clan takes root with its following and its fortune (T036).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> rooting_of_clan(p, 0.6, 0.5) > rooting_of_clan(p, 0.6, 0.0) > rooting_of_clan(p, 0.1, 0.0)
    True
    """
    return clip01(clientele * (p.poor_rooting + p.means_rooting * means))


@kernel
def plurality_of_elite(p, effective_clans, mean_rooting):
    """Return how plural the elite is: 0 for one rooted clan, 1 for many (T036).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> plurality_of_elite(p, 4.0, 0.3) > plurality_of_elite(p, 2.0, 0.3)
    True
    >>> plurality_of_elite(p, 4.0, 0.3) > plurality_of_elite(p, 4.0, 0.1)
    True
    """
    return clip01((effective_clans - 1.0) / p.plural_clans) * clip01(
        mean_rooting * p.plural_rooting
    )


@kernel
def positioning_of_clan(p, rooting, expected_end, fear_of_kin, autocratic_custom):
    """Return how far a clan looks past the ruler: a near end draws it (T112), custom holds (T089).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> positioned = positioning_of_clan(p, 0.3, 0.4, 0.2, 0.3)
    >>> positioned > positioning_of_clan(p, 0.1, 0.4, 0.2, 0.3)
    True
    >>> positioned > positioning_of_clan(p, 0.3, 0.1, 0.2, 0.3)
    True
    >>> positioned > positioning_of_clan(p, 0.3, 0.4, 0.0, 0.3)
    True
    >>> positioned > positioning_of_clan(p, 0.3, 0.4, 0.2, 0.9)
    True
    """
    goal = clip01(
        p.positioning * rooting * (p.long_reign + p.near_end * expected_end)
        + p.kin_positioning * fear_of_kin * rooting
    )
    return goal * (1.0 - p.deference * autocratic_custom)


@kernel
def favour_of_clan(p, own_horde, positioning, luck):
    """Return the favour a clan finds: that of his own horde, and who courts him, more (T035).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> favour_of_clan(p, 1.0, 0.3, 0.5) > favour_of_clan(p, 0.0, 0.3, 0.5)
    True
    >>> favour_of_clan(p, 0.0, 0.3, 0.5) > favour_of_clan(p, 0.0, 0.9, 0.5)
    True
    """
    return clip01(
        p.favour_floor
        + p.own_horde * (own_horde - p.horde_middle)
        + p.courting * (1.0 - positioning)
        + p.favour_chance * (luck - p.chance_middle)
    )


# --- the rules -----------------------------------------------------------------------------------


@kernel
def count_members(world):
    """Add up the fortunes, posts and members of every clan."""
    for c in range(len(world.clans)):
        clan = world.clans[c]
        clan.wealth, clan.posts, clan.members = 0.0, 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        clan = world.clans[oligarch.clan]
        clan.wealth += oligarch.wealth
        clan.posts += 1.0 if oligarch.post > Post.NONE else 0.0
        clan.members += 1.0


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
    """Let every clan gather a following and take root, and count how many have."""
    p = params.clans
    society = world.society[0]
    count_members(world)
    squares, total = 0.0, 0.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.members < 1.0:
            clan.active = False
            continue
        means = saturate(clan.wealth, p.fortune)
        following = clientele_of_clan(p, means, society.solidarity, clan.posts, clan.members)
        clan.clientele = relax(clan.clientele, following, p.rooting)
        clan.rooting = relax(clan.rooting, rooting_of_clan(p, clan.clientele, means), p.rooting)
        total += clan.rooting
        squares += clan.rooting * clan.rooting
    effective = total * total / squares if squares > TINY else 1.0
    society.plural_clans = plurality_of_elite(p, effective, total / len(world.clans))


@kernel
def quarrel_in_the_open(world, p, stream, c):
    """Let clan c attack others in public; it wins media, which an independent outlet may join."""
    clan = world.clans[c]
    society, president = world.society[0], world.president[0]
    if clan.media < p.enough_media:
        clan.media = clip01(clan.media + p.media_gain)
        outlet = world.outlets[int(uniform(stream, DRAW_OUTLET_WON, c) * len(world.outlets))]
        if outlet.owner == OutletOwner.INDEPENDENT and outlet.cowed < p.outlet_threshold:
            outlet.owner = OutletOwner.MAGNATES
    society.quarrels = clip01(society.quarrels + p.quarrel_trace)
    leader = Entity.OLIGARCHS + clan.leader
    event = log_event(world, EventKind.OPEN_QUARREL, leader, NOBODY, clan.positioning)
    log_reason(world, event, Reason.POWER, clan.rooting)
    log_reason(world, event, Reason.REMAINING_MONTHS, president.believed_remaining_months)


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
    """Let every clan divide its effort between the ruler and the time after him."""
    p = params.clans
    # Low standing is an effect of positioning for the succession, not its cause; what is left to
    # distribute works through rooting (T040).
    society, president = world.society[0], world.president[0]
    courting, positioning, active_clans = 0.0, 0.0, 0.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        goal = positioning_of_clan(
            p, clan.rooting, president.expected_end, society.fear_of_kin, society.autocratic_custom
        )
        clan.positioning = relax(clan.positioning, goal, p.positioning_rate)
        own_horde = 1.0 if clan.horde == president.horde else 0.0
        luck = uniform(stream, DRAW_FAVOUR_OF_CLAN, c)
        favour = favour_of_clan(p, own_horde, clan.positioning, luck)
        clan.standing = relax(clan.standing, favour, p.favour_rate)
        courting += (1.0 - clan.positioning) * clan.standing
        positioning += clan.positioning
        active_clans += 1.0
        is_open = uniform(stream, DRAW_QUARREL, c) < p.quarrel * clan.positioning
        if clan.positioning > p.quarrel_threshold and is_open:
            quarrel_in_the_open(world, p, stream, c)
    society.courting = courting / max(active_clans, 1.0)
    society.positioning = positioning / max(active_clans, 1.0)
