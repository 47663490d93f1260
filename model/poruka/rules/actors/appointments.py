"""Appointments: premiers, ministers and governors are chosen by nearness to the ruler.

A premier gathers power in office, carries the blame for failure and may become a rival.
"""

from poruka.engine.codes import (
    CONTENDER_PREMIER,
    ENTITY_CONTENDERS,
    ENTITY_OLIGARCHS,
    ENTITY_PRESIDENT,
    EVENT_APPOINTMENT,
    EVENT_CANDIDACY,
    POST_GOVERNOR,
    POST_MINISTER,
    POST_NONE,
    POST_PREMIER,
    REASON_ACCEPTABILITY,
    REASON_POWER,
    STANCE_OPPONENT,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule


@kernel
def remove_from_post(world, person, grievance):
    """Remove an oligarch from his post and add to his grievance.

    His clientele and reputation stay his; they decide whether he can oppose the ruler.
    """
    if person >= 0:
        oligarch = world.oligarchs[person]
        oligarch.post = POST_NONE
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
    premier = world.premier[0]
    president = world.president[0]
    if premier.person < 0:
        best, appointee = -9.0, -1
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance > 2 or oligarch.post == POST_GOVERNOR:
                continue
            suitability = (
                oligarch.nearness
                + (0.5 - 2.0 * params.posts.wariness * president.hurt_by_premier) * oligarch.ability
                - params.posts.wariness * president.hurt_by_premier * oligarch.ambition
                + 0.3 * uniform(stream, 0, i)
            )
            if suitability > best:
                best, appointee = suitability, i
        if appointee >= 0:
            oligarch = world.oligarchs[appointee]
            oligarch.post = POST_PREMIER
            premier.person = appointee
            premier.months = 0
            premier.power = 0.1
            premier.blame = 0.0
            premier.portfolio = 1.0
            event = log_event(
                world, EVENT_APPOINTMENT, ENTITY_PRESIDENT, ENTITY_OLIGARCHS + appointee, best
            )
            log_reason(world, event, REASON_POWER, oligarch.ability)
    # About a quarter of the inner circle hold ministries: those nearest the ruler.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if (
            oligarch.post == POST_NONE
            and oligarch.stance <= 1
            and uniform(stream, 1, i) < 0.02 * oligarch.nearness
        ):
            oligarch.post = POST_MINISTER
        elif oligarch.post == POST_MINISTER and uniform(stream, 1, i) < 0.03 * (
            1.0 - oligarch.nearness
        ):
            remove_from_post(world, i, 0.1)


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
    premier = world.premier[0]
    economy = world.economy[0]
    if premier.person < 0:
        return
    oligarch = world.oligarchs[premier.person]
    premier.months += 1
    growth = (
        params.posts.premier_growth
        * oligarch.ability
        * (0.3 + 0.7 * premier.portfolio)
        * (0.4 + oligarch.ambition)
    )
    premier.power = clip01(premier.power + growth * (1.0 - premier.power))
    premier.blame = clip01(premier.blame + 0.04 * economy.hardship - 0.01)
    oligarch.wealth += 0.02 * economy.gdp * (1.0 + premier.power)


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
    premier = world.premier[0]
    contender = world.contenders[CONTENDER_PREMIER]
    if premier.person >= 0 and premier.power > 0.35 and not contender.open:
        _set_premier_contender(world, premier.person, premier.power, 0.5)
        contender.active = True
    if contender.active and not contender.open and not contender.coopted and contender.person >= 0:
        oligarch = world.oligarchs[contender.person]
        out_of_office = contender.person != premier.person
        # Being seen to want the presidency is itself dangerous, so most wait until they have
        # nothing left to lose (T018).
        wish = (
            contender.acceptability * oligarch.ambition * (1.5 if out_of_office else 0.15)
            - params.posts.stigma * world.index[0].control * 0.2
        )
        if uniform(stream, 0, 0) < 0.12 * wish:
            contender.open = True
            oligarch.stance = STANCE_OPPONENT
            oligarch.post = POST_NONE
            if not out_of_office:
                premier.person = -1
            event = log_event(
                world,
                EVENT_CANDIDACY,
                ENTITY_OLIGARCHS + contender.person,
                ENTITY_CONTENDERS + CONTENDER_PREMIER,
                wish,
            )
            log_reason(world, event, REASON_ACCEPTABILITY, contender.acceptability)
            log_reason(world, event, REASON_POWER, contender.organisation)


@kernel
def _set_premier_contender(world, person, power, office):
    """Fill the premier's seat among the contenders from the man who holds or held the post."""
    oligarch = world.oligarchs[person]
    contender = world.contenders[CONTENDER_PREMIER]
    contender.person = person
    contender.nation, contender.market = 0.05, 0.6
    contender.radicalism = 0.1
    contender.minority, contender.horde = not oligarch.titular, oligarch.horde
    contender.money = oligarch.wealth / (oligarch.wealth + 6.0)
    contender.media = max(contender.media, 0.2 * power)
    contender.organisation = relax(contender.organisation, clip01(0.8 * power), 0.2)
    contender.office = office
    contender.ability, contender.fame = oligarch.ability, clip01(0.3 + 0.6 * power)
    contender.eligible = oligarch.eligible
    contender.jailed, contender.exiled = False, False
    contender.barred, contender.coopted = False, False


@kernel
def dismiss_premier(world, relief):
    """Dismiss the premier, who takes blame with him and keeps the power base he has built.

    The ruler's approval profits from new hope for a while.
    """
    premier = world.premier[0]
    president = world.president[0]
    contender = world.contenders[CONTENDER_PREMIER]
    if premier.person < 0:
        return
    president.deflected = clip01(president.deflected + relief * (0.3 + premier.blame))
    president.honeymoon = min(0.3, president.honeymoon + 0.08 * relief)
    stronger = (
        not contender.active
        or contender.exiled
        or contender.jailed
        or premier.power > contender.organisation
    )
    if premier.power > 0.3 and stronger and contender.person != premier.person:
        _set_premier_contender(world, premier.person, premier.power, 0.0)
        contender.active, contender.open = True, False
    if contender.person == premier.person:
        contender.office = 0.0
    president.hurt_by_premier = clip01(
        president.hurt_by_premier + 0.8 * max(0.0, premier.power - 0.3)
    )
    remove_from_post(world, premier.person, 0.2 + 0.4 * premier.power)
    premier.person = -1
    premier.power = 0.0
    premier.blame = 0.0
    world.society[0].turnover = clip01(world.society[0].turnover + 0.2)
