"""Appointments: premiers, ministers and governors are chosen by nearness to the ruler.

A premier gathers power in office, carries the blame for failure and may become a rival.
"""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Post, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@kernel
def remove_from_post(world, person, grievance):
    """Remove an oligarch from his post and add to his grievance.

    His clientele and reputation stay his; they decide whether he can oppose the ruler.
    """
    if person >= 0:
        oligarch = world.oligarchs[person]
        oligarch.post = Post.NONE
        oligarch.grievance = clip01(oligarch.grievance + grievance)


@rule(
    id="posts.appoint",
    claim=(
        "Vacant posts go to the near and the able; once hurt by a strong premier the ruler"
        " prefers the weak and changes them sooner."
    ),
    theses=["T030", "T053"],
    locator="The Kazhegel'din Menace",
    standing="stated",
    mechanism="M5.appointment",
)
def appoint(world, params, stream):
    p = params.posts
    premier = world.premier[0]
    president = world.president[0]
    if premier.person < 0:
        best, appointee = 0.0, -1
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance > Stance.CRITIC or oligarch.post == Post.GOVERNOR:
                continue
            suitability = (
                oligarch.nearness
                + (p.ability - p.burnt_ability * p.wariness * president.hurt_by_premier)
                * oligarch.ability
                - p.wariness * president.hurt_by_premier * oligarch.ambition
                + p.appointment_chance * uniform(stream, 0, i)
            )
            if appointee < 0 or suitability > best:
                best, appointee = suitability, i
        if appointee >= 0:
            oligarch = world.oligarchs[appointee]
            oligarch.post = Post.PREMIER
            premier.person = appointee
            premier.months = 0
            premier.power = p.premier_start
            premier.blame = 0.0
            premier.portfolio = 1.0
            event = log_event(
                world, EventKind.APPOINTMENT, Entity.PRESIDENT, Entity.OLIGARCHS + appointee, best
            )
            log_reason(world, event, Reason.POWER, oligarch.ability)
    # About a quarter of the inner circle hold ministries: those nearest the ruler.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if (
            oligarch.post == Post.NONE
            and oligarch.stance <= Stance.GRUMBLER
            and uniform(stream, 1, i) < p.minister_appointed * oligarch.nearness
        ):
            oligarch.post = Post.MINISTER
        elif oligarch.post == Post.MINISTER and uniform(stream, 1, i) < p.minister_removed * (
            1.0 - oligarch.nearness
        ):
            remove_from_post(world, i, p.minister_grievance)


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
def govern(world, params, stream):
    p = params.posts
    premier = world.premier[0]
    economy = world.economy[0]
    if premier.person < 0:
        return
    oligarch = world.oligarchs[premier.person]
    premier.months += 1
    growth = (
        p.premier_growth
        * oligarch.ability
        * (p.poor_portfolio + p.portfolio * premier.portfolio)
        * (p.modest_premier + oligarch.ambition)
    )
    premier.power = clip01(premier.power + growth * (1.0 - premier.power))
    premier.blame = clip01(premier.blame + p.hardship_blame * economy.hardship - p.blame_fading)
    oligarch.wealth += p.premier_income * economy.gdp * (1.0 + premier.power)


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
def bid(world, params, stream):
    p = params.posts
    premier = world.premier[0]
    contender = world.contenders[Role.PREMIER]
    if premier.person >= 0 and premier.power > p.premier_threshold and not contender.open:
        _set_premier_contender(world, p, premier.person, premier.power, p.premier_office)
        contender.active = True
    if contender.active and not contender.open and not contender.coopted and contender.person >= 0:
        oligarch = world.oligarchs[contender.person]
        out_of_office = contender.person != premier.person
        # Being seen to want the presidency is itself dangerous, so most wait until they have
        # nothing left to lose (T018).
        wish = (
            contender.acceptability
            * oligarch.ambition
            * (p.wish_out_of_office if out_of_office else p.wish_in_office)
            - p.stigma * world.index[0].control * p.stigma_scale
        )
        if uniform(stream, 0, 0) < p.candidacy * wish:
            contender.open = True
            oligarch.stance = Stance.OPPONENT
            oligarch.post = Post.NONE
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


@kernel
def _set_premier_contender(world, p, person, power, office):
    """Fill the premier's seat among the contenders from the man who holds or held the post."""
    oligarch = world.oligarchs[person]
    contender = world.contenders[Role.PREMIER]
    contender.person = person
    contender.nation, contender.market = p.premier_nation, p.premier_market
    contender.radicalism = p.premier_radicalism
    contender.minority, contender.horde = not oligarch.titular, oligarch.horde
    contender.money = oligarch.wealth / (oligarch.wealth + p.premier_fortune)
    contender.media = max(contender.media, p.premier_media * power)
    contender.organisation = relax(
        contender.organisation, clip01(p.premier_following * power), p.following_rate
    )
    contender.office = office
    contender.ability, contender.fame = (
        oligarch.ability,
        clip01(p.premier_fame + p.power_fame * power),
    )
    contender.eligible = oligarch.eligible
    contender.jailed, contender.exiled = False, False
    contender.barred, contender.coopted = False, False


@kernel
def dismiss_premier(world, p, relief):
    """Dismiss the premier, who takes blame with him and keeps the power base he has built.

    The ruler's approval profits from new hope for a while.
    """
    premier = world.premier[0]
    president = world.president[0]
    contender = world.contenders[Role.PREMIER]
    if premier.person < 0:
        return
    president.deflected = clip01(president.deflected + relief * (p.relief_floor + premier.blame))
    president.honeymoon = min(p.hope_ceiling, president.honeymoon + p.hope * relief)
    stronger = (
        not contender.active
        or contender.exiled
        or contender.jailed
        or premier.power > contender.organisation
    )
    if premier.power > p.base_threshold and stronger and contender.person != premier.person:
        _set_premier_contender(world, p, premier.person, premier.power, 0.0)
        contender.active, contender.open = True, False
    if contender.person == premier.person:
        contender.office = 0.0
    president.hurt_by_premier = clip01(
        president.hurt_by_premier + p.hurt * max(0.0, premier.power - p.hurt_threshold)
    )
    remove_from_post(world, premier.person, p.premier_grievance + p.power_grievance * premier.power)
    premier.person = -1
    premier.power = 0.0
    premier.blame = 0.0
    world.society[0].turnover = clip01(world.society[0].turnover + p.premier_turnover)
