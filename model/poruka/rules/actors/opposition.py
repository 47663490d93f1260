"""Opposition: movements that live on followers, money and seats.

Without them they fall dormant; money from the rich revives them.
"""

from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import Current, External, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.rules.actors.effects_on_rivals import lift_restrictions


@rule(
    id="opposition.fund",
    claim=(
        "Rich men in opposition bring money, channels and names; their number and fortune are what"
        " they lend to the one they stand behind."
    ),
    theses=["T042", "T046", "T096"],
    locator="The New Challenge: The Democratic Choice of Kazakhstan",
    standing="stated",
    mechanism="M1.coalition",
)
def fund(world, params, stream):
    p = params.opposition
    wealth, opposition_wealth = 0.0, 0.0
    opponents, opponent_count = 0.0, 0
    best_mark, leader = -1.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        if oligarch.stance == Stance.OPPONENT:
            opponents += 1.0
            opponent_count += 1
            opposition_wealth += oligarch.wealth
            mark = (
                oligarch.wealth
                * (p.leader_ability + oligarch.ability)
                * (p.leader_ambition + oligarch.ambition)
            )
            if oligarch.eligible and mark > best_mark:
                best_mark, leader = mark, i
    backing = clip01(
        p.backing_number * opponents / len(world.oligarchs)
        + p.backing_wealth * opposition_wealth / max(wealth, TINY)
    )
    society = world.society[0]
    society.rich_opposition = backing
    premier_contender = world.contenders[Role.PREMIER]
    magnate_contender = world.contenders[Role.MAGNATE]
    movement = world.movements[Current.RICH]
    if opponent_count >= int(p.founders) and leader >= 0:
        oligarch = world.oligarchs[leader]
        if not magnate_contender.active or magnate_contender.jailed or magnate_contender.exiled:
            magnate_contender.active, magnate_contender.open = True, True
            lift_restrictions(magnate_contender)
            magnate_contender.person = leader
            magnate_contender.nation = p.born_nation
            magnate_contender.market = p.born_market
            magnate_contender.radicalism = p.born_radicalism
            magnate_contender.minority = not oligarch.titular
            magnate_contender.horde = oligarch.horde
            magnate_contender.eligible = True
            magnate_contender.ability, magnate_contender.fame = oligarch.ability, p.born_fame
            movement.active, movement.asleep = True, False
            movement.energy = clip01(movement.energy + p.born_energy)
            event = log_event(
                world,
                EventKind.MOVEMENT,
                Entity.OLIGARCHS + leader,
                Entity.MOVEMENTS + Current.RICH,
                backing,
            )
            log_reason(world, event, Reason.POWER, opponents)
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backing = 0.0
    if magnate_contender.active:
        magnate_contender.backing = backing
        magnate_contender.money = relax(
            magnate_contender.money, clip01(p.lent_money * backing), p.lending_rate
        )
        magnate_contender.media = relax(
            magnate_contender.media, clip01(p.lent_media * backing), p.lending_rate
        )
        movement.money = magnate_contender.money
    if premier_contender.active and premier_contender.open:
        premier_contender.backing = clip01(backing + p.premier_backing)
    if world.contenders[Role.MODERATE].active and not magnate_contender.active:
        world.contenders[Role.MODERATE].backing = p.moderate_backing * backing


@rule(
    id="opposition.organise",
    claim=(
        "A movement lives on its base, money, seats and freedom to meet; shut out of everything it"
        " sleeps, and new money wakes the old ones."
    ),
    theses=["T046", "T077", "T079", "T081", "T091"],
    locator="Writing a New Constitution",
    standing="operationalised",
    mechanism="M1.coalition",
)
def organise(world, params, stream):
    p = params.opposition
    # Followers come first: without them a movement has money only. Money of the rich reaches the
    # old movements through the new one (T046, T079). The second reading starts from money and seats
    # instead.
    index = world.index[0]
    constitution = world.constitution[0]
    society = world.society[0]
    parliament = world.parliament[0]
    closure = (
        p.closure_repression * index.repression
        + (p.closure_ban if constitution.street_banned else 0.0)
        + p.closure_barrier * constitution.party_barrier
    )
    rich = world.movements[Current.RICH]
    spillover = rich.money * rich.energy if rich.active else 0.0
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if not movement.active:
            continue
        contender = world.contenders[movement.contender]
        # Members need not believe that their leader can win.
        base = clip01(p.base_preferred * contender.preferred + p.base_liked * contender.liked)
        seats = movement.seats if parliament.sits else 0.0
        gain = (
            p.energy_base * base
            + p.energy_seats * seats
            + p.energy_money * movement.money
            + (p.energy_spillover * spillover if m < Current.RICH else 0.0)
            + p.energy_protest * society.protest
            + p.energy_habit * society.habit
        )
        goal = clip01(gain + p.energy_floor - closure)
        if not contender.active or contender.jailed or contender.exiled or contender.coopted:
            # Followers who are used to parties depend less on a leader.
            goal *= clip01(p.leaderless_floor + p.leaderless_habit * society.habit)
        if movement.contender == Role.NATIONALIST:
            # A threat from abroad restrains opposition to one's own leader (T091).
            goal *= 1.0 - p.restraint * clip01(world.outsides[External.TERRITORIAL_CLAIMS].value)
        movement.energy = relax(
            movement.energy, goal, p.growing if goal > movement.energy else p.withering
        )
        movement.asleep = movement.energy < p.sleep
        if m <= Current.RICH and movement.contender != Role.PREMIER:
            contender.organisation = relax(
                contender.organisation, movement.energy, p.organisation_rate
            )
            if m < Current.RICH:
                contender.money = relax(
                    contender.money,
                    clip01(p.dues * movement.energy + p.money_spillover * spillover),
                    p.money_rate,
                )
        # Hopelessness radicalises; seats and safe criticism moderate (T081), and so does a cause
        # that has been won.
        moderation = p.moderation_criticism * society.safe_criticism + p.moderation_seats * seats
        if movement.contender == Role.NATIONALIST:
            moderation += p.fulfilment * society.statehood * (1.0 - society.nostalgia)
        # A large movement whose followers are used to parties replaces a leader who was co-opted or
        # imprisoned.
        leader_unavailable = contender.coopted or contender.jailed or contender.exiled
        if (
            m < Current.RICH
            and leader_unavailable
            and uniform(stream, 20, m) < p.heads * movement.energy * society.habit
        ):
            lift_restrictions(contender)
            contender.open = True
            contender.fame = p.heads_fame * contender.fame
            event = log_event(
                world,
                EventKind.CANDIDACY,
                Entity.CONTENDERS + movement.contender,
                Entity.CONTENDERS + Role.RULER,
                movement.energy,
            )
            log_reason(world, event, Reason.POWER, movement.energy)
        contender.radicalism = clip01(
            relax(contender.radicalism, movement.born_radicalism - moderation, p.radicalism_rate)
        )
    premier_money = (
        world.contenders[Role.PREMIER].money if world.contenders[Role.PREMIER].open else 0.0
    )
    premier_contender = world.contenders[Role.PREMIER]
    if (
        premier_contender.active
        and premier_contender.open
        and not premier_contender.jailed
        and not premier_contender.exiled
    ):
        following = clip01(
            p.premier_money * premier_money
            + p.premier_acceptability * premier_contender.acceptability
            + premier_contender.backing
            - p.premier_closure * closure
        )
        premier_contender.organisation = relax(
            premier_contender.organisation, following, p.premier_rate
        )
