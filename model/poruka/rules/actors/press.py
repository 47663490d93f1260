"""Press and broadcasters: who owns them decides what the public hears, and who publishes files.

Equations
---------
press.report
    goal    = 1                                                            of an outlet of the state
    goal    = cowed                                                     of an independent outlet
    goal    = clip01(cowed + 1 - magnates_break defected_share)                      of magnates
    goal    = 1 - expected_end                                                            of kin
    line moves to goal within a season; cowed is forgotten within a term
    control = the mean of line over outlets, by reach
    visible moves to clip01(media + (1 - control) fame) within a season, for each contender

press.leak
    chance  = leaking media security ambition (power + expected_end), of a kinsman
    the scandal hurts the ruler with the chance reach, and then
    unpopularity = clip01(unpopularity + slight); otherwise it hurts the premier,
    blame   = clip01(blame + strong)
    chance  = leaking media positioning, of a clan against another, drawn by lot, and then
    standing = clip01(standing - strong), of the other clan
    quarrels = clip01(quarrels + slight)
    after all, quarrels are forgotten within a year, and unpopularity within a term

Symbols
-------
line : how far an outlet follows the ruler's line
cowed : how far an outlet is intimidated
defected_share : share of the elite that has broken with the ruler, an index
expected_end : how near the end of the ruler's tenure is thought to be
media, security, ambition : fields of a kinsman; media also of a contender and of a clan
reach : share of listeners of an outlet, and a kinsman's reach into others' property
fame : name and reputation of a contender
power, blame : power of the premier, and what he is blamed for
positioning : how eagerly a clan takes its place for the time after the ruler
season, year, term : memories that all rules share

References
----------
Theses T027 T036 T094 T095 T096; chapter, "A President Empowered and Glorified" and "The Son-in-Law:
Challenge and Defeat".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kinds import OutletOwner
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Clan, Parameters, PressNumbers, Stream, World

DRAW_KIN_LEAK = 0
DRAW_SCANDAL_TARGET = 1
DRAW_CLAN_LEAK = 2
DRAW_EXPOSED_CLAN = 3

# --- equations -----------------------------------------------------------------------------------


@kernel
def magnates_line(p: PressNumbers, cowed, defected_share):
    """Return how far an outlet of magnates moves towards the ruler's line, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("press")
    >>> magnates_line(p, 0.1, 0.1) > magnates_line(p, 0.1, 0.2) > 0.1
    True
    >>> magnates_line(p, 0.3, 0.2) > magnates_line(p, 0.1, 0.2)
    True
    """
    return clip01(cowed + 1.0 - p.magnates_break * defected_share)


@kernel
def contender_visibility(media, fame, control):
    """Return how much the public comes to hear of a contender, in [0, 1] (T095, T096).

    >>> contender_visibility(0.1, 0.3, 0.9) < contender_visibility(0.1, 0.3, 0.2)
    True
    >>> contender_visibility(0.5, 0.3, 0.9) > contender_visibility(0.1, 0.3, 0.9)
    True
    >>> contender_visibility(0.0, 0.8, 0.5) > contender_visibility(0.0, 0.2, 0.5)
    True
    """
    return clip01(media + (1.0 - control) * fame)


@kernel
def kin_leak_chance(p: PressNumbers, means, ambition, power, expected_end):
    """Return the chance that a kinsman with files and media publishes in a month (T027).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("press")
    >>> kin_leak_chance(p, 0.4, 0.5, 0.8, 0.1) > kin_leak_chance(p, 0.4, 0.5, 0.0, 0.1)
    True
    >>> kin_leak_chance(p, 0.4, 0.5, 0.0, 0.6) > kin_leak_chance(p, 0.4, 0.5, 0.0, 0.1)
    True
    """
    return p.leaking * means * ambition * (power + expected_end)


@kernel
def clan_leak_chance(p: PressNumbers, media, positioning):
    """Return the chance that a clan publishes files of another in a month (T036).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("press")
    >>> clan_leak_chance(p, 0.4, 0.8) > clan_leak_chance(p, 0.4, 0.2) > 0.0
    True
    """
    return p.leaking * media * positioning


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _line_goal(world: World, p: PressNumbers, o):
    """Return how far the outlet in row o is to follow the ruler's line, by its owner."""
    outlet = world.outlets[o]
    near_end = world.president[0].expected_end
    near_end = through(world, Channel.END_IN_SIGHT_TO_PRESS_OF_KIN, o, near_end)
    if outlet.owner == OutletOwner.INDEPENDENT:
        return outlet.cowed
    if outlet.owner == OutletOwner.MAGNATES:
        return magnates_line(p, outlet.cowed, world.index[0].defected_share)
    if outlet.owner == OutletOwner.KIN:
        return 1.0 - near_end
    return 1.0


# --- the rules -----------------------------------------------------------------------------------


@kernel
def hold_on_media(world: World):
    """Return how far the media follow the ruler: the mean of their lines, by reach."""
    loyal_reach, reach = 0.0, 0.0
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        reach += outlet.reach
        loyal_reach += outlet.reach * outlet.line
    return loyal_reach / max(reach, TINY)


@rule(
    id="press.report",
    claim=(
        "Ownership of the media decides whose name is heard: state and kin keep rivals unknown,"
        " independent and magnates' outlets make them visible."
    ),
    theses=["T094", "T095", "T096"],
    locator="A President Empowered and Glorified",
    standing="operationalised",
    mechanism="M9.press",
)
def report(world: World, params: Parameters, stream: Stream):
    """Move the line of every outlet, and with the media how visible contenders are."""
    memory = params.memory
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        goal = _line_goal(world, params.press, o)
        outlet.line = approach(outlet.line, goal, memory.season)
        outlet.cowed = forget(outlet.cowed, memory.term)
    control = hold_on_media(world)
    world.index[0].media_control = control
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if contender.active:
            heard = contender_visibility(contender.media, contender.fame, control)
            contender.visible = approach(contender.visible, heard, memory.season)


@kernel
def _publish_as_kinsman(world: World, p: PressNumbers, m, hurts_ruler):
    """Let the scandal of a kinsman hurt the ruler or the premier, and log it."""
    kinsman = world.family[m]
    premier = world.premier[0]
    president = world.president[0]
    means = kinsman.media * kinsman.security
    if hurts_ruler:
        president.unpopularity = clip01(president.unpopularity + p.slight)
        event = log_event(world, EventKind.SCANDAL, Entity.FAMILY + m, NOBODY, means)
    else:
        premier.blame = clip01(premier.blame + p.strong)
        event = log_event(
            world, EventKind.SCANDAL, Entity.FAMILY + m, Entity.PREMIER, premier.blame
        )
    log_reason(world, event, Reason.POWER, means)


@kernel
def _publish_as_clan(world: World, p: PressNumbers, clan: Clan, exposed_clan):
    """Let one clan expose another, and log the open quarrel."""
    society = world.society[0]
    exposed_clan.standing = clip01(exposed_clan.standing - p.strong)
    society.quarrels = clip01(society.quarrels + p.slight)
    actor, target = Entity.OLIGARCHS + clan.leader, Entity.OLIGARCHS + exposed_clan.leader
    event = log_event(world, EventKind.OPEN_QUARREL, actor, target, clan.positioning)
    log_reason(world, event, Reason.POWER, clan.media)


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
def leak(world: World, params: Parameters, stream: Stream):
    """Let kinsmen and clans publish files, and let quarrels and unpopularity fade."""
    p = params.press
    society = world.society[0]
    president = world.president[0]
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled:
            continue
        chance = kin_leak_chance(
            p,
            kinsman.media * kinsman.security,
            kinsman.ambition,
            world.premier[0].power,
            president.expected_end,
        )
        chance = through(world, Channel.LEAKS_OF_KIN, m, chance)
        if uniform(stream, DRAW_KIN_LEAK, m) < chance:
            target = uniform(stream, DRAW_SCANDAL_TARGET, m)
            _publish_as_kinsman(world, p, m, target < kinsman.reach)
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        chance = clan_leak_chance(p, clan.media, clan.positioning)
        chance = through(world, Channel.LEAKS_OF_CLANS, c, chance)
        if uniform(stream, DRAW_CLAN_LEAK, c) < chance:
            exposed = int(uniform(stream, DRAW_EXPOSED_CLAN, c) * len(world.clans))
            if exposed != c and world.clans[exposed].active:
                _publish_as_clan(world, p, clan, world.clans[exposed])
    society.quarrels = forget(society.quarrels, params.memory.year)
    president.unpopularity = clip01(forget(president.unpopularity, params.memory.term))
