"""Regions and governors: appointed governors deliver votes and order to the ruler.

They do so as long as they expect him to last and to keep them. The page has more numbers than most,
as it holds what ties a governor to the ruler, what he delivers and reports, and how he is replaced.

Equations
---------
regions.obey
    c           = c + clientele (loose_clientele + (1 - loose_clientele) s) (1 - c)
    tie         = distant_tie + (1 - distant_tie) nearness of an appointed governor; distant_tie
                  of an elected one; 0 of one who has broken with the ruler
    lasts       = 1 - (expected_end + strongest_threat) / 2, as judges reckon
    loyalty     follows clip01(tie lasts (1 + clans.courting C) + pyramid F
                               + recognition autocratic_custom approval) within a year
    delivers    follows clip01(loyal_delivery loyalty + routine
                       - localism c (usual_localism + (1 - usual_localism) expected_end))
                within a season
    an order is carried out with the chance clip01(delivers + routine): it costs less than votes
    delivering of the country is the mean of delivers over its regions
    reported    = 1 - against (1 - delivers)
regions.replace
    where he appoints governors, one is replaced with the chance
    posts.turnover ((1 - delivers) + c) by the man whose nearness + president.noise U(0, 1) is
    highest; the old one's grievance rises by posts.grievance, and he takes his following along
    society's memory of turnover rises by the share of governors replaced, forgotten within a year

Symbols
-------
c : clientele of the governor in his region
s : solidarity, living loyalties of kin, horde and place
lasts : how far he expects the ruler to last
C, F : courting of the ruler by clans; loyalty of the pyramid of clients
against : share of people who speak against the ruler
delivers, reported : how far the region carries out orders; support for the ruler that it reports

References
----------
Theses T034 T035 T038 T056 T057 T058 T089; chapter, "Presidents and Parliaments", "Privatization and
Power".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away, is_loyal
from poruka.engine.kinds import Post
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PostsNumbers, RegionsNumbers, Stream, World
from poruka.rules.actors.courts import ruler_lasts_for_judges

DRAW_ORDER = 0
# In the stream of regions.replace; the choice takes an address for each region.
DRAW_GOVERNOR_TURNOVER = 0
DRAW_GOVERNOR = 1

# --- equations -----------------------------------------------------------------------------------


@kernel
def governor_loyalty(
    p: RegionsNumbers, tie, lasts, reinforcement, pyramid, autocratic_custom, approval
):
    """Return the loyalty that a governor's tie, prospects and surroundings lead to.

    Clans that compete for favour, and the pyramid of clients below, reinforce it (T035, T038);
    where one-man rule is the custom, officials follow a popular ruler more readily (T089).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("regions")
    >>> governor_loyalty(p, 0.6, 1.0, 0, 0, 0, 0) > governor_loyalty(p, 0.6, 0.2, 0, 0, 0, 0)
    True
    >>> governor_loyalty(p, 0.6, 1.0, 0.3, 0, 0, 0) > governor_loyalty(p, 0.6, 1.0, 0.1, 0, 0, 0)
    True
    >>> governor_loyalty(p, 0.6, 1.0, 0, 0, 0.9, 1) > governor_loyalty(p, 0.6, 1.0, 0, 0, 0, 1)
    True
    """
    return clip01(
        tie * lasts * (1.0 + reinforcement)
        + p.pyramid * pyramid
        + p.recognition * autocratic_custom * approval
    )


@kernel
def delivery(p: RegionsNumbers, loyalty, clientele, expected_end):
    """Return how far a region delivers: loyalty less what its own following keeps back (T034).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("regions")
    >>> delivery(p, 0.8, 0.2, 0.1) > delivery(p, 0.3, 0.2, 0.1)
    True
    >>> delivery(p, 0.8, 0.9, 0.1) < delivery(p, 0.8, 0.1, 0.1)
    True
    """
    own_first = p.usual_localism + (1.0 - p.usual_localism) * expected_end
    localism = p.localism * clientele * own_first
    return clip01(p.loyal_delivery * loyalty - localism + p.routine)


@kernel
def turnover_of_governors(p: PostsNumbers, delivers, clientele):
    """Return the chance that a governor is replaced: the lax and the over-rooted first (T057).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("posts")
    >>> turnover_of_governors(p, 0.1, 0.5) > turnover_of_governors(p, 0.9, 0.5)
    True
    >>> turnover_of_governors(p, 0.5, 0.9) > turnover_of_governors(p, 0.5, 0.1)
    True
    """
    return p.turnover * ((1.0 - delivers) + clientele)


@kernel
def flattering_report(said_against, delivers):
    """Return the support that a region reports: who delivers tells of less discontent (T056).

    >>> flattering_report(0.6, 0.9) > flattering_report(0.6, 0.1)
    True
    """
    return 1.0 - said_against * (1.0 - delivers)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _tie_to_ruler(world: World, p: RegionsNumbers, governor_oligarch):
    """Return what ties a governor to the ruler."""
    if has_broken_away(governor_oligarch.stance):
        return 0.0
    if world.constitution[0].governors_appointed:
        return p.distant_tie + (1.0 - p.distant_tie) * governor_oligarch.nearness
    return p.distant_tie


@kernel
def _choose_governor(world: World, chance, stream: Stream, i):
    """Return the man who becomes governor of a region; the present one if nobody is free."""
    best, chosen = -1.0, world.regions[i].governor
    for n in range(len(world.oligarchs)):
        oligarch = world.oligarchs[n]
        if not is_loyal(oligarch.stance) or (
            oligarch.post != Post.NONE and oligarch.post != Post.MINISTER
        ):
            continue
        suitability = oligarch.nearness + chance * uniform(stream, DRAW_GOVERNOR + i, n)
        if suitability > best:
            best, chosen = suitability, n
    return best, chosen


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="regions.obey",
    claim=(
        "An appointed governor carries out orders, runs the commissions and delivers votes; each"
        " builds a clientele of his own, and an elected one answers to others."
    ),
    theses=["T034", "T035", "T038", "T056", "T057", "T058", "T089"],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M8.governors",
)
def carry_out_orders(world: World, params: Parameters, stream: Stream):
    """Let governors root, carry out orders as far as they are loyal, and report upward."""
    p = params.regions
    president = world.president[0]
    index = world.index[0]
    tally = world.tally[0]
    society = world.society[0]
    society.turnover = forget(society.turnover, params.memory.year)
    # Clienteles that grow under a hierarchy erode its discipline (M11).
    by_loyalties = p.loose_clientele + (1.0 - p.loose_clientele) * society.solidarity
    growth = p.clientele * by_loyalties if params.on.M11_followings > 0.0 else 0.0
    lasts = ruler_lasts_for_judges(president.expected_end, index.strongest_threat)
    courting = through(world, Channel.COURTING_AND_GOVERNORS, 0, society.courting)
    for i in range(len(world.regions)):
        region = world.regions[i]
        region.months += 1
        region.clientele = clip01(region.clientele + growth * (1.0 - region.clientele))
        tie = _tie_to_ruler(world, p, world.oligarchs[region.governor])
        tie = through(world, Channel.TIE_OF_GOVERNOR, i, tie)
        loyalty = governor_loyalty(
            p,
            tie,
            lasts,
            params.clans.courting * courting,
            society.pyramid_loyalty,
            through(world, Channel.CUSTOM_AND_GOVERNORS, i, society.autocratic_custom),
            president.approval,
        )
        region.loyalty = approach(region.loyalty, loyalty, params.memory.year)
        delivered = delivery(p, region.loyalty, region.clientele, president.expected_end)
        region.delivers = approach(region.delivers, delivered, params.memory.season)
        carried_out = (
            1.0 if uniform(stream, DRAW_ORDER, i) < clip01(region.delivers + p.routine) else 0.0
        )
        tally.orders += 1.0
        tally.orders_done += carried_out
        region.reported = flattering_report(society.said_against, region.delivers)
    total = 0.0
    for i in range(len(world.regions)):
        total += world.regions[i].delivers
    society.delivering = total / len(world.regions)


@rule(
    id="regions.replace",
    claim=(
        "A ruler who appoints governors replaces the lax and the over-rooted; each newcomer"
        " redistributes local property."
    ),
    theses=["T056", "T057"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M8.governors",
)
def replace_governors(world: World, params: Parameters, stream: Stream):
    """Replace the lax and the over-rooted where the ruler appoints governors."""
    society = world.society[0]
    if not world.constitution[0].governors_appointed:
        return
    for i in range(len(world.regions)):
        region = world.regions[i]
        if uniform(stream, DRAW_GOVERNOR_TURNOVER, i) > turnover_of_governors(
            params.posts, region.delivers, region.clientele
        ):
            continue
        best, new_governor = _choose_governor(world, params.president.noise, stream, i)
        if new_governor == region.governor:
            continue
        outgoing_oligarch = world.oligarchs[region.governor]
        outgoing_oligarch.post = Post.NONE
        outgoing_oligarch.grievance = clip01(outgoing_oligarch.grievance + params.posts.grievance)
        world.oligarchs[new_governor].post = Post.GOVERNOR
        region.governor = new_governor
        region.months = 0
        region.clientele = 0.0
        society.turnover = clip01(society.turnover + 1.0 / len(world.regions))
        event = log_event(
            world, EventKind.APPOINTMENT, Entity.REGIONS + i, Entity.OLIGARCHS + new_governor, best
        )
        log_reason(world, event, Reason.OBEDIENCE, region.delivers)
