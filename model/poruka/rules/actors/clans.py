"""Clans: court factions that compete for the ruler's favour, take root and outlast him.

While the ruler is expected to last they court him; later they position themselves for the
succession. The page has more numbers than most, as it holds what makes clans take root and what
they do with their strength, and the text names several reasons for each.

Equations
---------
clans.root
    m            = saturate(wealth / members, fortune)
    clientele moves to clip01(m (ties_floor + (1 - ties_floor) solidarity)
                              + posts_clientele posts / members) within a `year`
    roots        = relax(roots, clientele (poor_rooting + (1 - poor_rooting) m), rooting)
    effective    = (sum of roots)^2 / sum of roots^2, or 1 where nothing is rooted
    plurality    = (effective - 1) / (number of clans - 1) clip01(plural_rooting mean roots)

clans.court
    goal         = clip01(roots (positioning + near_end e)) (1 - deference autocratic_custom)
    q moves to the goal within a `year`
    favour       = clip01(1 - own_horde (1 - h) - courting q)
    standing moves to the favour within a `year`
    a clan quarrels in the open with the chance quarrel q a month; the memory of quarrels rises by
    press.slight, and an independent outlet becomes its own with the chance 1 - cowed

Symbols
-------
saturate(x, half) : x / (x + half); relax(x, goal, rate) : x moved by the share rate to its goal
fortune : fortune at which wealth gives half of what it can, a number of :mod:`.oligarchs`
wealth, posts, members, m : fortunes, posts and number of a clan's members; its means
solidarity : living loyalty of kin, horde and place in this society
clientele, roots : dependants of a clan; how rooted it is
e : expected end of the ruler's tenure, from 0 to 1
autocratic_custom : how far one-man rule is the custom
q, standing : effort a clan puts into the succession; its standing with the ruler
h : 1 for a clan of the ruler's horde and 0 for others
cowed : how far an outlet is intimidated

References
----------
Theses T034 T036 (clans.root), T035 T036 T089 T112 (clans.court), T030 T032 (single numbers);
chapter, "Privatization and Power" and "The Son-in-Law: Challenge and Defeat".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, relax, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import OutletOwner, Post
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import ClansNumbers, Parameters, Stream, World

DRAW_QUARREL = 0
DRAW_OUTLET_SOUGHT = 1
DRAW_OUTLET_WON = 2


# --- equations -----------------------------------------------------------------------------------


@kernel
def clientele_of_clan(p: ClansNumbers, means, solidarity, posts, members):
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
    living_ties = p.ties_floor + (1.0 - p.ties_floor) * solidarity
    return clip01(means * living_ties + p.posts_clientele * posts / members)


@kernel
def rooting_of_clan(p: ClansNumbers, clientele, means):
    """Return how far a clan takes root with its following and its fortune (T036).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> rooting_of_clan(p, 0.6, 0.5) > rooting_of_clan(p, 0.6, 0.0) > rooting_of_clan(p, 0.1, 0.0)
    True
    """
    return clientele * (p.poor_rooting + (1.0 - p.poor_rooting) * means)


@kernel
def plurality_of_elite(p: ClansNumbers, effective_clans, clan_count, mean_rooting):
    """Return how plural the elite is: 0 for one rooted clan, 1 for many (T036).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> plurality_of_elite(p, 4.0, 7.0, 0.3) > plurality_of_elite(p, 2.0, 7.0, 0.3)
    True
    >>> plurality_of_elite(p, 4.0, 7.0, 0.3) > plurality_of_elite(p, 4.0, 7.0, 0.1)
    True
    """
    spread = (effective_clans - 1.0) / max(clan_count - 1.0, 1.0)
    return spread * clip01(p.plural_rooting * mean_rooting)


@kernel
def positioning_of_clan(p: ClansNumbers, rooting, expected_end, autocratic_custom):
    """Return how far a clan looks past the ruler: a near end draws it (T112), custom holds (T089).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> positioned = positioning_of_clan(p, 0.3, 0.4, 0.3)
    >>> positioned > positioning_of_clan(p, 0.1, 0.4, 0.3)
    True
    >>> positioned > positioning_of_clan(p, 0.3, 0.1, 0.3)
    True
    >>> positioned > positioning_of_clan(p, 0.3, 0.4, 0.9)
    True
    """
    goal = clip01(rooting * (p.positioning + p.near_end * expected_end))
    return goal * (1.0 - p.deference * autocratic_custom)


@kernel
def favour_of_clan(p: ClansNumbers, own_horde, positioning):
    """Return the favour a clan finds: that of his own horde, and who courts him, more (T035).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> favour_of_clan(p, 1.0, 0.3) > favour_of_clan(p, 0.0, 0.3)
    True
    >>> favour_of_clan(p, 0.0, 0.3) > favour_of_clan(p, 0.0, 0.9)
    True
    """
    return clip01(1.0 - p.own_horde * (1.0 - own_horde) - p.courting * positioning)


# --- the rules -----------------------------------------------------------------------------------


@kernel
def count_members(world: World):
    """Add up the fortunes, posts and members of every clan."""
    for c in range(len(world.clans)):
        clan = world.clans[c]
        clan.wealth, clan.posts, clan.members = 0.0, 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        clan = world.clans[oligarch.clan]
        clan.wealth += oligarch.wealth
        clan.posts += 1.0 if oligarch.post != Post.NONE else 0.0
        clan.members += 1.0


@rule(
    id="clans.root",
    claim=(
        "Fortunes and posts become clienteles; clans take root, and what grows under a hierarchy"
        " uses its discipline up."
    ),
    theses=["T034", "T036"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="operationalised",
    mechanism="M6.rooting",
)
def take_root(world: World, params: Parameters, stream: Stream):
    """Let every clan gather a following and take root, and count how many have."""
    p = params.clans
    memory = params.memory
    society = world.society[0]
    count_members(world)
    squares, total = 0.0, 0.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.members < 1.0:
            clan.active = False
            continue
        means = saturate(clan.wealth / clan.members, params.oligarchs.fortune)
        following = clientele_of_clan(p, means, society.solidarity, clan.posts, clan.members)
        clan.clientele = approach(clan.clientele, following, memory.year)
        goal = rooting_of_clan(p, clan.clientele, means)
        goal = through(world, Channel.CLANS_TAKE_ROOT, c, goal)
        clan.rooting = relax(clan.rooting, goal, p.rooting)
        total += clan.rooting
        squares += clan.rooting * clan.rooting
    effective = total * total / squares if squares > TINY else 1.0
    clan_count = float(len(world.clans))
    society.plural_clans = plurality_of_elite(p, effective, clan_count, total / clan_count)


@kernel
def quarrel_in_the_open(world: World, trace, stream: Stream, c):
    """Let clan c attack others in public; an independent outlet that is not cowed may join it."""
    clan = world.clans[c]
    society, president = world.society[0], world.president[0]
    outlet = world.outlets[int(uniform(stream, DRAW_OUTLET_SOUGHT, c) * len(world.outlets))]
    is_free = outlet.owner == OutletOwner.INDEPENDENT
    if is_free and uniform(stream, DRAW_OUTLET_WON, c) < 1.0 - outlet.cowed:
        outlet.owner = OutletOwner.MAGNATES
    society.quarrels = clip01(society.quarrels + trace)
    leader = Entity.OLIGARCHS + clan.leader
    event = log_event(world, EventKind.OPEN_QUARREL, leader, NOBODY, clan.positioning)
    log_reason(world, event, Reason.POWER, clan.rooting)
    log_reason(world, event, Reason.EXPECTED_END, president.expected_end)


@rule(
    id="clans.court",
    claim=(
        "While clans are weak, rivalry for his favour strengthens the ruler; once they are rooted"
        " or his end is in sight, effort moves from courting to positioning."
    ),
    theses=["T035", "T036", "T089", "T112"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M6.rivalry",
)
def court_ruler(world: World, params: Parameters, stream: Stream):
    """Let every clan divide its effort between the ruler and the time after him."""
    p = params.clans
    memory = params.memory
    # Low standing is an effect of positioning for the succession, not its cause; what is left to
    # distribute works through rooting (T040).
    society, president = world.society[0], world.president[0]
    courting, positioning, active_clans = 0.0, 0.0, 0.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        near_end = through(world, Channel.END_IN_SIGHT_TO_CLANS, c, president.expected_end)
        custom = through(world, Channel.CUSTOM_AND_CLANS, c, society.autocratic_custom)
        goal = positioning_of_clan(p, clan.rooting, near_end, custom)
        clan.positioning = approach(clan.positioning, goal, memory.year)
        own_horde = 1.0 if clan.horde == president.horde else 0.0
        own_horde = through(world, Channel.STANDING_OF_OWN_HORDE, c, own_horde)
        favour = favour_of_clan(p, own_horde, clan.positioning)
        clan.standing = approach(clan.standing, favour, memory.year)
        courting += (1.0 - clan.positioning) * clan.standing
        positioning += clan.positioning
        active_clans += 1.0
        if uniform(stream, DRAW_QUARREL, c) < p.quarrel * clan.positioning:
            quarrel_in_the_open(world, params.press.slight, stream, c)
    society.courting = courting / max(active_clans, 1.0)
    society.positioning = positioning / max(active_clans, 1.0)
