"""Opposition: movements that live on followers, money and seats.

Without them they fall dormant; money from the rich revives them.
"""

from poruka.engine.codes import (
    CONTENDER_MAGNATE,
    CONTENDER_MODERATE,
    CONTENDER_NATIONALIST,
    CONTENDER_PREMIER,
    CONTENDER_RULER,
    ENTITY_CONTENDERS,
    ENTITY_MOVEMENTS,
    ENTITY_OLIGARCHS,
    EVENT_CANDIDACY,
    EVENT_MOVEMENT,
    EXTERNAL_TERRITORIAL_CLAIMS,
    REASON_POWER,
    STANCE_OPPONENT,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.random_streams import uniform
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
    wealth, opposition_wealth = 0.0, 0.0
    opponents, opponent_count = 0.0, 0
    best_mark, leader = -1.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        if oligarch.stance == STANCE_OPPONENT:
            opponents += 1.0
            opponent_count += 1
            opposition_wealth += oligarch.wealth
            mark = oligarch.wealth * (0.3 + oligarch.ability) * (0.5 + oligarch.ambition)
            if oligarch.eligible and mark > best_mark:
                best_mark, leader = mark, i
    backing = clip01(
        0.5 * opponents / len(world.oligarchs) + 0.5 * opposition_wealth / max(wealth, 1e-9)
    )
    society = world.society[0]
    society.rich_opposition = backing
    premier_contender = world.contenders[CONTENDER_PREMIER]
    magnate_contender = world.contenders[CONTENDER_MAGNATE]
    movement = world.movements[4]
    if opponent_count >= int(params.opposition.founders) and leader >= 0:
        oligarch = world.oligarchs[leader]
        if not magnate_contender.active or magnate_contender.jailed or magnate_contender.exiled:
            magnate_contender.active, magnate_contender.open = True, True
            lift_restrictions(magnate_contender)
            magnate_contender.person = leader
            magnate_contender.nation = 0.1
            magnate_contender.market = 0.55
            magnate_contender.radicalism = 0.15
            magnate_contender.minority = not oligarch.titular
            magnate_contender.horde = oligarch.horde
            magnate_contender.eligible = True
            magnate_contender.ability, magnate_contender.fame = oligarch.ability, 0.4
            movement.active, movement.asleep = True, False
            movement.energy = clip01(movement.energy + 0.25)
            event = log_event(
                world, EVENT_MOVEMENT, ENTITY_OLIGARCHS + leader, ENTITY_MOVEMENTS + 4, backing
            )
            log_reason(world, event, REASON_POWER, opponents)
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backing = 0.0
    if magnate_contender.active:
        magnate_contender.backing = backing
        magnate_contender.money = relax(magnate_contender.money, clip01(3.0 * backing), 0.2)
        magnate_contender.media = relax(magnate_contender.media, clip01(2.0 * backing), 0.2)
        movement.money = magnate_contender.money
    if premier_contender.active and premier_contender.open:
        premier_contender.backing = clip01(backing + 0.05)
    if world.contenders[CONTENDER_MODERATE].active and not magnate_contender.active:
        world.contenders[CONTENDER_MODERATE].backing = 0.6 * backing


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
    # Followers come first: without them a movement has money only. Money of the rich reaches the
    # old movements through the new one (T046, T079). The second reading starts from money and seats
    # instead.
    index = world.index[0]
    constitution = world.constitution[0]
    society = world.society[0]
    parliament = world.parliament[0]
    closure = (
        0.3 * index.repression
        + (0.2 if constitution.street_banned else 0.0)
        + 0.2 * constitution.party_barrier
    )
    spillover = (
        world.movements[4].money * world.movements[4].energy if world.movements[4].active else 0.0
    )
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if not movement.active:
            continue
        contender = world.contenders[movement.contender]
        # Members need not believe that their leader can win.
        base = clip01(0.5 * contender.preferred + 0.5 * contender.liked)
        seats = movement.seats if parliament.sits else 0.0
        gain = (
            0.7 * base
            + 0.5 * seats
            + 0.35 * movement.money
            + (0.6 * spillover if m < 4 else 0.0)
            + 0.15 * society.protest
            + 0.1 * society.habit
        )
        goal = clip01(gain + 0.10 - closure)
        if not contender.active or contender.jailed or contender.exiled or contender.coopted:
            # Followers who are used to parties depend less on a leader.
            goal *= 0.35 + 0.65 * society.habit
        if movement.contender == CONTENDER_NATIONALIST:
            # A threat from abroad restrains opposition to one's own leader (T091).
            goal *= 1.0 - params.opposition.restraint * clip01(
                world.outsides[EXTERNAL_TERRITORIAL_CLAIMS].value
            )
        movement.energy = relax(
            movement.energy, goal, 0.08 if goal > movement.energy else params.opposition.withering
        )
        movement.asleep = movement.energy < 0.08
        if m < 5 and movement.contender != CONTENDER_PREMIER:
            contender.organisation = relax(contender.organisation, movement.energy, 0.15)
            if m < 4:
                contender.money = relax(
                    contender.money, clip01(0.15 * movement.energy + 0.6 * spillover), 0.1
                )
        # Hopelessness radicalises; seats and safe criticism moderate (T081), and so does a cause
        # that has been won.
        moderation = 0.3 * society.safe_criticism + 0.2 * seats
        if movement.contender == CONTENDER_NATIONALIST:
            moderation += (
                params.opposition.fulfilment * society.statehood * (1.0 - society.nostalgia)
            )
        # A large movement whose followers are used to parties replaces a leader who was co-opted or
        # imprisoned.
        leader_unavailable = contender.coopted or contender.jailed or contender.exiled
        if (
            m < 4
            and leader_unavailable
            and uniform(stream, 20, m) < params.opposition.heads * movement.energy * society.habit
        ):
            lift_restrictions(contender)
            contender.open = True
            contender.fame = 0.5 * contender.fame
            event = log_event(
                world,
                EVENT_CANDIDACY,
                ENTITY_CONTENDERS + movement.contender,
                ENTITY_CONTENDERS + CONTENDER_RULER,
                movement.energy,
            )
            log_reason(world, event, REASON_POWER, movement.energy)
        contender.radicalism = clip01(
            relax(contender.radicalism, movement.born_radicalism - moderation, 0.01)
        )
    premier_money = (
        world.contenders[CONTENDER_PREMIER].money
        if world.contenders[CONTENDER_PREMIER].open
        else 0.0
    )
    premier_contender = world.contenders[CONTENDER_PREMIER]
    if (
        premier_contender.active
        and premier_contender.open
        and not premier_contender.jailed
        and not premier_contender.exiled
    ):
        following = clip01(
            0.3 * premier_money
            + 0.6 * premier_contender.acceptability
            + premier_contender.backing
            - 0.5 * closure
        )
        premier_contender.organisation = relax(premier_contender.organisation, following, 0.08)
