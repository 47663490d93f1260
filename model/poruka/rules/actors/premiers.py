"""Premiers: one gathers power in office, carries the blame for failure and may become a rival.

The page has more numbers than most, as it holds a whole career: what a premier gathers, how he
stands as a contender, and what his fall leaves behind.

Equations
---------
posts.govern
    growth   = premier_growth a (stripped_growth + (1 - stripped_growth) share)
               (modest_growth + (1 - modest_growth) m)
    power    = power + growth (1 - power)
    blame    follows hardship within a year
    fortune  = fortune + premier_income gdp (1 + power), a gift of power (:mod:`.ties`)
posts.bid
    seek     = P e while the ruler has named no heir, else 0
    a premier with power + seek above premier_threshold becomes a contender
    wish     = acceptability m (1 once dismissed, 0 before) + seek
               - stigma control premier_stigma
    he declares himself with the chance bidding wish, which is a break with the ruler unless he had
    left before
    as a contender he stands at premier_market, for neither people, with premier_radicalism; his
    money = saturate(fortune, premier_fortune), his fame premier_fame + (1 - premier_fame) power,
    the weight of his office premier_office while he holds it, and his organisation follows his
    power + seek within a season
dismiss_premier
    blame deflected from the ruler rises by
    relief (blameless_relief + (1 - blameless_relief) blame), his honeymoon by `hope` relief
    one with power above premier_threshold who is stronger than the ex-premier before, or takes
    the place of one who is inactive, jailed or exiled, stays a contender; the ruler's hurt
    rises by max(0, power - premier_threshold), the dismissed man's grievance by `grievance` +
    power, the memory of turnover by premier_turnover

Symbols
-------
a, m : the premier's ability and ambition
share : of his portfolio that has been left to him
saturate(x, half) : x / (x + half)
relief : how great a change the dismissal is to people
bidding : declaration of one whose wish to declare himself is 1, a number of :mod:`.challengers`
P, e : how far clans look past the ruler; how near his end is expected to be
seek : how far a court without an heir in view seeks a man of its own

References
----------
Theses T018 T051 T052 T054 T055; chapter, "The Kazhegel'din Menace"; T112 (seek), "Some
Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, saturate
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Post, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PostsNumbers, Stream, World
from poruka.rules.actors.appointments import remove_from_post
from poruka.rules.actors.defection import note_movers
from poruka.rules.actors.ties import receive_from_power
from poruka.rules.history_records import record_break

DRAW_PREMIER_CANDIDACY = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def growth_of_premier(p: PostsNumbers, ability, portfolio, ambition):
    """Return how fast a premier gathers power: an able and ambitious one with a full portfolio.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("posts")
    >>> growth_of_premier(p, 0.9, 1.0, 0.5) > growth_of_premier(p, 0.2, 1.0, 0.5)
    True
    >>> growth_of_premier(p, 0.9, 1.0, 0.5) > growth_of_premier(p, 0.9, 0.2, 0.5)
    True
    """
    by_portfolio = p.stripped_growth + (1.0 - p.stripped_growth) * portfolio
    by_ambition = p.modest_growth + (1.0 - p.modest_growth) * ambition
    return p.premier_growth * ability * by_portfolio * by_ambition


@kernel
def search_for_successor(positioning, expected_end, has_heir):
    """Return how far a court whose ruler nears his end seeks a man of its own (T112).

    Once an heir is named it knows whom to court.

    >>> search_for_successor(0.5, 0.8, False) > search_for_successor(0.5, 0.2, False)
    True
    >>> search_for_successor(0.5, 0.8, False) > search_for_successor(0.1, 0.8, False)
    True
    >>> search_for_successor(0.5, 0.8, True)
    0.0
    """
    return 0.0 if has_heir else positioning * expected_end


@kernel
def wish_to_rule(p: PostsNumbers, acceptability, ambition, freedom, stigma, seek):
    """Return how far a strong premier wishes to be seen as a candidate.

    Being seen to want the presidency is itself dangerous, so most wait until they have nothing left
    to lose, which is what freedom says (T018, T054). A court that seeks a successor pushes him
    (T112).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("posts")
    >>> wish_to_rule(p, 0.6, 0.6, 1.0, 0.3, 0.0) > wish_to_rule(p, 0.6, 0.6, 0.2, 0.3, 0.0)
    True
    >>> wish_to_rule(p, 0.6, 0.6, 1.0, 0.9, 0.0) < wish_to_rule(p, 0.6, 0.6, 1.0, 0.1, 0.0)
    True
    >>> wish_to_rule(p, 0.6, 0.6, 0.2, 0.3, 0.4) > wish_to_rule(p, 0.6, 0.6, 0.2, 0.3, 0.0)
    True
    """
    return acceptability * ambition * freedom + seek - stigma * p.premier_stigma


# --- what the equations read off the world, and write to it --------------------------------------


@kernel
def _set_premier_contender(world: World, params: Parameters, person, power, office):
    """Fill the premier's seat among the contenders from the man who holds or held the post."""
    p = params.posts
    season = params.memory.season
    oligarch = world.oligarchs[person]
    contender = world.contenders[Role.PREMIER]
    contender.person = person
    contender.nation, contender.market = 0.0, p.premier_market
    contender.radicalism = p.premier_radicalism
    contender.minority, contender.horde = not oligarch.titular, oligarch.horde
    contender.money = saturate(oligarch.wealth, p.premier_fortune)
    contender.organisation = approach(contender.organisation, power, season)
    contender.office = office
    contender.ability = oligarch.ability
    contender.fame = p.premier_fame + (1.0 - p.premier_fame) * power
    contender.eligible = oligarch.eligible
    contender.jailed, contender.exiled = False, False
    contender.barred, contender.coopted = False, False


@kernel
def dismiss_premier(world: World, params: Parameters, relief):
    """Dismiss the premier, who takes blame with him and keeps the power base he has built.

    The ruler's approval profits from new hope for a while.
    """
    p = params.posts
    premier = world.premier[0]
    president = world.president[0]
    contender = world.contenders[Role.PREMIER]
    if premier.person < 0:
        return
    by_blame = p.blameless_relief + (1.0 - p.blameless_relief) * premier.blame
    president.deflected = clip01(president.deflected + relief * by_blame)
    president.honeymoon = min(1.0, president.honeymoon + p.hope * relief)
    stronger = (
        not contender.active
        or contender.exiled
        or contender.jailed
        or premier.power > contender.organisation
    )
    if premier.power > p.premier_threshold and stronger and contender.person != premier.person:
        _set_premier_contender(world, params, premier.person, premier.power, 0.0)
        contender.active, contender.open = True, False
    if contender.person == premier.person:
        contender.office = 0.0
    president.hurt_by_premier = clip01(
        president.hurt_by_premier + max(0.0, premier.power - p.premier_threshold)
    )
    remove_from_post(world, premier.person, p.grievance + premier.power)
    premier.person = -1
    premier.power = 0.0
    premier.blame = 0.0
    world.society[0].turnover = clip01(world.society[0].turnover + p.premier_turnover)


@kernel
def _break_by_bid(world: World, params: Parameters, person, wish):
    """Move one who declares himself into opposition: a break, unless he had left before."""
    oligarch, moving = world.oligarchs[person], world.society[0].moving
    if has_broken_away(oligarch.stance):
        oligarch.stance, oligarch.post = Stance.OPPONENT, Post.NONE
        return
    record_break(world, person, wish)
    note_movers(world, params, moving, 1.0)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="posts.govern",
    claim=(
        "An able premier who stays gathers clients and reaches for what the Family holds, while"
        " whatever goes wrong sticks to him."
    ),
    theses=["T051", "T052"],
    locator="The Kazhegel'din Menace",
    standing="stated",
    mechanism="M5.power",
)
def govern(world: World, params: Parameters, stream: Stream):
    """Let the premier gather power, blame and a fortune."""
    p = params.posts
    premier = world.premier[0]
    economy = world.economy[0]
    if premier.person < 0:
        return
    oligarch = world.oligarchs[premier.person]
    premier.months += 1
    growth = growth_of_premier(p, oligarch.ability, premier.portfolio, oligarch.ambition)
    growth = through(world, Channel.GROWTH_OF_PREMIER, 0, growth)
    premier.power = clip01(premier.power + growth * (1.0 - premier.power))
    premier.blame = approach(premier.blame, economy.hardship, params.memory.year)
    income = p.premier_income * economy.gdp * (1.0 + premier.power)
    receive_from_power(world, premier.person, income, world.society[0].law_custom)


@rule(
    id="posts.bid",
    claim=(
        "A strong premier, in office or dismissed, becomes a contender: officials discover"
        " democracy when they have lost their place and kept their means."
    ),
    theses=["T052", "T054", "T055"],
    locator="The Kazhegel'din Menace",
    standing="stated",
    mechanism="M5.rival",
)
def bid(world: World, params: Parameters, stream: Stream):
    """Make a strong premier a contender, and let him declare himself."""
    p = params.posts
    premier, president = world.premier[0], world.president[0]
    contender = world.contenders[Role.PREMIER]
    seek = search_for_successor(
        world.society[0].positioning, president.expected_end, president.heir >= 0
    )
    seek = through(world, Channel.CANDIDATE_OF_ELITE, 0, seek)
    power = clip01(premier.power + seek)
    if premier.person >= 0 and power > p.premier_threshold and not contender.open:
        _set_premier_contender(world, params, premier.person, power, p.premier_office)
        contender.active = True
    if contender.active and not contender.open and not contender.coopted and contender.person >= 0:
        oligarch = world.oligarchs[contender.person]
        out_of_office = contender.person != premier.person
        stigma = through(world, Channel.STIGMA_OF_PREMIER, 0, p.stigma * world.index[0].control)
        freedom = through(world, Channel.LOSS_OF_OFFICE, 0, 1.0 if out_of_office else 0.0)
        wish = wish_to_rule(p, contender.acceptability, oligarch.ambition, freedom, stigma, seek)
        if uniform(stream, DRAW_PREMIER_CANDIDACY, 0) < params.challengers.bidding * wish:
            contender.open = True
            _break_by_bid(world, params, contender.person, wish)
            if not out_of_office:
                premier.person = -1
            event = log_event(
                world,
                EventKind.CANDIDACY,
                Entity.OLIGARCHS + contender.person,
                Entity.CONTENDERS + Role.PREMIER,
                wish,
            )
            log_reason(world, event, Reason.ACCEPTABILITY, contender.acceptability)
            log_reason(world, event, Reason.POWER, contender.organisation)
