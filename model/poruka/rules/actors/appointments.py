"""Posts: premiers who gather power, carry the blame and become rivals; ministers and governors
chosen by nearness.
"""

from poruka.engine.codes import (
    AT_CONTENDERS,
    AT_OLIGARCHS,
    AT_PRESIDENT,
    EVENT_APPOINTMENT,
    EVENT_BID,
    OPPONENT,
    POST_GOVERNOR_POST,
    POST_MINISTER,
    POST_NONE,
    POST_PREMIER_POST,
    PREMIER,
    WHY_ACCEPTABILITY,
    WHY_POWER,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share, toward
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule


@kernel
def leave_office(world, person, grievance):
    """Take an oligarch's post away; what he keeps of clientele and name decides whether he can
    oppose.
    """
    if person >= 0:
        oligarch = world.oligarchs[person]
        oligarch.post = POST_NONE
        oligarch.grievance = share(oligarch.grievance + grievance)


@rule(
    id="posts.appoint",
    claim=(
        "Vacant posts go to the near and the able; once burnt by a strong premier the ruler prefers"
        " the weak and changes them sooner."
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
        best, found = -9.0, -1
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance > 2 or oligarch.post == POST_GOVERNOR_POST:
                continue
            worth = (
                oligarch.nearness
                + (0.5 - 2.0 * params.posts.wariness * president.burnt) * oligarch.ability
                - params.posts.wariness * president.burnt * oligarch.ambition
                + 0.3 * uniform(stream, 0, i)
            )
            if worth > best:
                best, found = worth, i
        if found >= 0:
            oligarch = world.oligarchs[found]
            oligarch.post = POST_PREMIER_POST
            premier.person = found
            premier.months = 0
            premier.power = 0.1
            premier.blame = 0.0
            premier.portfolio = 1.0
            place = tell(world, EVENT_APPOINTMENT, AT_PRESIDENT, AT_OLIGARCHS + found, best)
            because(world, place, WHY_POWER, oligarch.ability)
    # A quarter of the inner circle holds ministries: those nearest the ruler.
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
            leave_office(world, i, 0.1)


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
    grows = (
        params.posts.premier_growth
        * oligarch.ability
        * (0.3 + 0.7 * premier.portfolio)
        * (0.4 + oligarch.ambition)
    )
    premier.power = share(premier.power + grows * (1.0 - premier.power))
    premier.blame = share(premier.blame + 0.04 * economy.hardship - 0.01)
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
    contender = world.contenders[PREMIER]
    if premier.person >= 0 and premier.power > 0.35 and not contender.open:
        _present(world, premier.person, premier.power, 0.5)
        contender.active = True
    if contender.active and not contender.open and not contender.coopted and contender.person >= 0:
        oligarch = world.oligarchs[contender.person]
        out = contender.person != premier.person
        # Being thought to want the presidency is itself a danger, so most wait until they have
        # nothing to lose (T018).
        wish = (
            contender.acceptability * oligarch.ambition * (1.5 if out else 0.15)
            - params.posts.stigma * world.index[0].control * 0.2
        )
        if uniform(stream, 0, 0) < 0.12 * wish:
            contender.open = True
            oligarch.stance = OPPONENT
            oligarch.post = POST_NONE
            if not out:
                premier.person = -1
            place = tell(
                world, EVENT_BID, AT_OLIGARCHS + contender.person, AT_CONTENDERS + PREMIER, wish
            )
            because(world, place, WHY_ACCEPTABILITY, contender.acceptability)
            because(world, place, WHY_POWER, contender.organisation)


@kernel
def _present(world, person, power, office):
    """Fill the seat of the premier among the contenders from the man who holds or held the post."""
    oligarch = world.oligarchs[person]
    contender = world.contenders[PREMIER]
    contender.person = person
    contender.nation, contender.market = 0.05, 0.6
    contender.radicalism = 0.1
    contender.minority, contender.horde = not oligarch.titular, oligarch.horde
    contender.money = oligarch.wealth / (oligarch.wealth + 6.0)
    contender.media = max(contender.media, 0.2 * power)
    contender.organisation = toward(contender.organisation, share(0.8 * power), 0.2)
    contender.office = office
    contender.ability, contender.fame = oligarch.ability, share(0.3 + 0.6 * power)
    contender.eligible = oligarch.eligible
    contender.jailed, contender.exiled, contender.barred, contender.coopted = (
        False,
        False,
        False,
        False,
    )


@kernel
def dismiss_premier(world, relief):
    """Dismiss the premier: blame goes with him, hope returns for a while, and what he gathered
    stays his.
    """
    premier = world.premier[0]
    president = world.president[0]
    contender = world.contenders[PREMIER]
    if premier.person < 0:
        return
    president.deflected = share(president.deflected + relief * (0.3 + premier.blame))
    president.honeymoon = min(0.3, president.honeymoon + 0.08 * relief)
    stronger = (
        not contender.active
        or contender.exiled
        or contender.jailed
        or premier.power > contender.organisation
    )
    if premier.power > 0.3 and stronger and contender.person != premier.person:
        _present(world, premier.person, premier.power, 0.0)
        contender.active, contender.open = True, False
    if contender.person == premier.person:
        contender.office = 0.0
    president.burnt = share(president.burnt + 0.8 * max(0.0, premier.power - 0.3))
    leave_office(world, premier.person, 0.2 + 0.4 * premier.power)
    premier.person = -1
    premier.power = 0.0
    premier.blame = 0.0
    world.society[0].turnover = share(world.society[0].turnover + 0.2)
