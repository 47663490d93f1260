"""Citizens: they want order first, compare rulers as evils, learn, say less than they think, and
now and then come out.
"""

from poruka.engine.codes import (
    CONSTITUENCY_MINORITIES,
    CONSTITUENCY_TITULARS,
    CONTENDER_HEIR,
    CONTENDER_MINORITY_LEADER,
    CONTENDER_NATIONALIST,
    CONTENDER_RULER,
    CONTENDER_VICE_PRESIDENT,
    EVENT_CROWD,
    EVENT_PROTEST,
    EXTERNAL_PRECEDENT_CROWD,
    NOBODY,
    REASON_CROWD_SHARE,
    REASON_HARDSHIP,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule


@rule(
    id="citizens.want_order",
    claim=(
        "Chaos makes order the first wish whatever the system; as the crisis recedes the wish"
        " fades, slower where one-man rule is the custom."
    ),
    theses=["T086", "T088", "T089"],
    locator="Mutability of Leaders and the Social Context",
    standing="stated",
    mechanism="M7.order",
)
def want_order(world, params, stream):
    society = world.society[0]
    custom = society.autocratic_custom
    total = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        goal = clip01(
            0.12
            + params.citizens.fear_of_chaos * society.chaos
            + 0.4 * custom
            - 0.25 * citizen.habit
        )
        rate = (
            0.10 if goal > citizen.order_demand else params.citizens.calming * (1.0 - 0.7 * custom)
        )
        citizen.order_demand = clip01(relax(citizen.order_demand, goal, rate))
        total += citizen.order_demand
    society.order_demand = total / len(world.citizens)


@rule(
    id="citizens.learn",
    claim=(
        "Market life, contested votes, many power centres and new generations teach people that"
        " criticism is survivable and rulers can be chosen."
    ),
    theses=["T037", "T087", "T120"],
    locator="Rising Opposition, Creeping Democratization",
    standing="operationalised",
    mechanism="M7.habit",
)
def learn(world, params, stream):
    society = world.society[0]
    economy = world.economy[0]
    market = economy.new_sector / max(0.1, economy.gdp)
    lesson = params.citizens.learning * (
        0.5 * market + 0.7 * society.contested + 0.4 * society.plural_clans
    )
    society.contested = 0.985 * society.contested
    total, ready = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.age += 1.0 / 12.0
        if citizen.age > 70.0 + 10.0 * uniform(stream, 0, i):
            citizen.age = (
                18.0  # a grandchild takes the seat in the sample, reared under freer conditions
            )
            citizen.habit = clip01(
                citizen.habit + params.citizens.new_cohort * (1.0 - citizen.habit)
            )
        youth = 1.3 if citizen.age < 40.0 else 0.8
        citizen.habit = clip01(
            citizen.habit + lesson * youth * (1.0 - citizen.habit) - 0.001 * citizen.order_demand
        )
        total += citizen.habit
        ready += citizen.habit * (1.0 - citizen.order_demand)
    society.habit = total / len(world.citizens)
    society.readiness = ready / len(world.citizens)


@kernel
def position_distance(citizen, contender, polarisation):
    """Return how far a contender stands from a citizen: squared, so the far camp is much worse than
    the middle.
    """
    across = citizen.nation - contender.nation
    along = citizen.market - contender.market
    return polarisation * 0.5 * (across * across + 0.6 * along * along)


@kernel
def expected_disorder(contender, j):
    """Return how much disorder people expect from a contender's victory; none from the one who
    already rules.
    """
    if j == CONTENDER_RULER:
        return 0.0
    return clip01(
        0.25 + 0.7 * contender.radicalism - 0.35 * contender.backing - 0.15 * contender.fame
    )


@kernel
def shared_identity_bonus(citizen, contender, solidarity):
    """Return the bonus of shared people and shared horde."""
    if citizen.minority != contender.minority:
        return 0.0
    same_horde = citizen.horde == contender.horde and not citizen.minority
    return 0.08 + (0.15 * solidarity if same_horde else 0.0)


@kernel
def ruler_record(world, params):
    """Return what the ruler's record is worth to anybody: hardship less what falls on scapegoats,
    growth, honeymoon, odium.
    """
    president = world.president[0]
    economy = world.economy[0]
    blame = economy.hardship * (1.0 - 0.5 * president.deflected)
    return (
        -params.citizens.blame * blame
        + 0.8 * clip(economy.growth, -0.1, 0.1)
        + president.honeymoon
        - 0.4 * president.odium
    )


@kernel
def nearness_to_ruler(world, citizen):
    """Return how near the ruler stands to a citizen: people and horde, less distance of
    positions.
    """
    society = world.society[0]
    ruler_contender = world.contenders[CONTENDER_RULER]
    return shared_identity_bonus(citizen, ruler_contender, society.solidarity) - position_distance(
        citizen, ruler_contender, society.polarisation
    )


@kernel
def ruler_evaluation(world, params, citizen, record):
    """Return what a citizen thinks of the ruler: nearness, record and the wish for a firm hand."""
    society = world.society[0]
    # Where one-man rule is the custom, a firm ruler is recognised as the rightful one (T089).
    control = world.index[0].control
    firm = params.citizens.recognition * society.autocratic_custom * max(0.0, control - 0.45)
    # A wish for order helps him who has some to offer.
    hand = params.citizens.wish_for_hand * (citizen.order_demand - 0.4) * (0.5 + 0.7 * control)
    return nearness_to_ruler(world, citizen) + record + hand + firm


@kernel
def fear_of_disorder(params, citizen, contender, separation):
    """Return what a citizen fears of a contender's victory: disorder, the more he wants order and
    the farther that camp is from him (T075).
    """
    if params.on.M1_comparison < 0.5:
        return 0.0
    return (
        params.citizens.dread
        * citizen.order_demand
        * contender.disorder
        * clip01(0.3 + 2.0 * separation)
    )


@kernel
def advantage_over_ruler(params, citizen, contender, solidarity, ruler_value, separation):
    """Return how much better a contender at some distance would be than the ruler, before any fear
    of disorder.
    """
    if params.on.M1_comparison < 0.5:
        return -ruler_value - 0.3  # the ruler is judged alone, against a fixed demand
    return (
        shared_identity_bonus(citizen, contender, solidarity)
        - separation
        + 0.15 * contender.fame
        - ruler_value
    )


@rule(
    id="citizens.appraise",
    claim=(
        "Each compares the ruler with every conceivable successor and keeps to the lesser evil, the"
        " more so the less he believes that another can win."
    ),
    theses=["T007", "T055", "T073", "T075", "T108"],
    locator="Balancing Between Opposing Camps",
    standing="operationalised",
    mechanism="M1.lesser_evil",
)
def compare_contenders(world, params, stream):
    # Whom one prefers and who can win are kept apart: belief enters the choice, not the private
    # margin (T055, T108).
    society = world.society[0]
    president = world.president[0]
    record = ruler_record(world, params)
    contenders, beliefs, citizens = world.contenders, world.beliefs, world.citizens
    polarisation, solidarity = society.polarisation, society.solidarity
    seats = len(contenders)
    for j in range(seats):
        contender = contenders[j]
        contender.preferred = 0.0
        contender.liked = 0.0
        contender.support = 0.0
        contender.disorder = expected_disorder(contender, j)
    approving, backing, discontent = 0.0, 0.0, 0.0
    for i in range(len(citizens)):
        citizen = citizens[i]
        group = CONSTITUENCY_MINORITIES if citizen.minority else CONSTITUENCY_TITULARS
        own = ruler_evaluation(world, params, citizen, record)
        best, choice, margin, heard, risk = 0.0, CONTENDER_RULER, 1.0, 0.0, 0.0
        for j in range(1, seats):
            contender = contenders[j]
            if not contender.active or contender.jailed or contender.exiled or contender.coopted:
                continue
            far = position_distance(citizen, contender, polarisation)
            safe_gain = advantage_over_ruler(params, citizen, contender, solidarity, own, far)
            # Where real power is not at stake he votes as he likes, for those whose organisation
            # reaches him (T075).
            if safe_gain > 0.0:
                contender.liked += 1.0
                if j < CONTENDER_HEIR and j != CONTENDER_VICE_PRESIDENT:
                    heard = max(heard, contender.organisation)
            gain = safe_gain - fear_of_disorder(params, citizen, contender, far)
            margin = min(margin, -gain)
            if gain > 0.0:
                contender.preferred += 1.0
            belief = beliefs[group * seats + j].believed_chance
            risk = max(risk, -belief * gain)
            worth = belief * gain - (1.0 - belief) * params.citizens.futility
            if worth > best:
                best, choice = worth, j
        # Who leaves the middle may bring the other camp in: both sides keep to the man between them
        # (T007).
        if best <= params.citizens.other_camp * risk:
            choice = CONTENDER_RULER
        citizen.choice = choice
        chosen_contender = contenders[choice]
        chosen_contender.support += 1.0
        citizen.private = clip(margin, -1.0, 1.0)
        backing += 1.0 if choice == CONTENDER_RULER else 0.0
        discontent += clip01(params.elections.reach * heard)
        approving += clip01(0.62 + 0.9 * own)
    count = float(len(world.citizens))
    for j in range(seats):
        contender = world.contenders[j]
        contender.preferred /= count
        contender.liked /= count
        contender.support /= count
    society.support = backing / count
    society.discontent = discontent / count
    president.approval = relax(president.approval, approving / count, 0.35)
    president.honeymoon *= 0.94
    president.deflected *= 0.93


@rule(
    id="citizens.speak",
    claim=(
        "What is said aloud follows fear and what others say; private opinion may have turned long"
        " before."
    ),
    theses=["T018", "T081"],
    locator="Rising Opposition, Creeping Democratization",
    standing="assumption",
    mechanism="M7.falsification",
)
def express_opinion(world, params, stream):
    society = world.society[0]
    index = world.index[0]
    fear = clip01(
        0.25 * index.repression + 0.3 * (1.0 - society.said_against) - 0.4 * society.habit
    )
    against = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.said = citizen.private < -params.citizens.silence * fear or (
            citizen.private < 0.0 and society.said_against > 0.5
        )
        against += 1.0 if citizen.said else 0.0
    society.said_against = relax(society.said_against, against / len(world.citizens), 0.3)


@kernel
def protest_turnout(world, params, stream, draw, spark):
    """Return the share of citizens who come out when a spark of given size falls: a cascade over
    their thresholds.

    Each needs others to go first; fear and the wish for order hold him, a split elite and an
    example abroad push, and habit does when something outrages: everyday protest is hardship alone
    (T090).
    """
    society = world.society[0]
    economy = world.economy[0]
    index = world.index[0]
    example = 0.15 * clip(world.outsides[EXTERNAL_PRECEDENT_CROWD].value, 0.0, 1.0)
    held = (
        0.3 * index.repression
        + (0.12 if world.constitution[0].street_banned else 0.0)
        + (0.08 if world.constitution[0].emergency else 0.0)
    )
    out = 0.0
    for _ in range(6):
        now = 0.0
        for i in range(len(world.citizens)):
            citizen = world.citizens[i]
            anger = (
                spark * (0.4 + citizen.habit)
                + 0.45 * economy.hardship
                - 0.6 * citizen.private * (1.0 if citizen.said else 0.5)
            )
            push = (
                anger
                + example
                + 0.3 * (1.0 - index.monolith)
                + params.citizens.contagion * out
                + 0.12 * normal(stream, draw, i)
            )
            hold = (
                params.citizens.threshold
                + held
                + 0.45 * citizen.order_demand
                - 0.25 * society.solidarity * (1.0 - society.atomisation)
            )
            citizen.out = push > hold
            now += 1.0 if citizen.out else 0.0
        now /= len(world.citizens)
        if now <= out:
            return out
        out = now
    return out


@rule(
    id="citizens.protest",
    claim=(
        "Hardship brings people out early, each when enough others are there; recovery and"
        " habituation send them home."
    ),
    theses=["T090", "T093", "T121"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M7.protest",
)
def protest(world, params, stream):
    society = world.society[0]
    out = protest_turnout(world, params, stream, 0, 0.0)
    society.protest = relax(society.protest, out, 0.5)
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, out)
    if out > 0.04 and uniform(stream, 1, 0) < 0.5:
        place = log_event(world, EVENT_CROWD if out > 0.25 else EVENT_PROTEST, NOBODY, NOBODY, out)
        log_reason(world, place, REASON_HARDSHIP, world.economy[0].hardship)
        log_reason(world, place, REASON_CROWD_SHARE, out)


@rule(
    id="citizens.emigrate",
    claim=(
        "Members of the minority leave as the state becomes the other people's; their going calms"
        " the country."
    ),
    theses=["T092"],
    locator="note 18",
    standing="stated",
    mechanism="M12.emigration",
)
def emigrate(world, params, stream):
    society = world.society[0]
    pressure = params.citizens.leaving * society.statehood * (0.4 + world.economy[0].hardship)
    leavers, minority = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        if citizen.minority:
            if uniform(stream, 0, i) < pressure:
                citizen.minority = False  # his place in the sample goes to the growing majority
                citizen.nation = clip(0.25 + 0.25 * normal(stream, 1, i), -1.0, 1.0)
                citizen.horde = int(3.0 * uniform(stream, 2, i))
                leavers += 1.0
            else:
                minority += 1.0
    before = minority + leavers
    if before > 0.0 and leavers > 0.0:
        for r in range(len(world.regions)):
            region = world.regions[r]
            region.minority_share = clip01(region.minority_share * (1.0 - leavers / before))
    society.minority_share = minority / len(world.citizens)
    weaker = clip01(society.minority_share / 0.4)
    world.contenders[CONTENDER_MINORITY_LEADER].organisation = min(
        world.contenders[CONTENDER_MINORITY_LEADER].organisation, 0.2 + 0.5 * weaker
    )
    world.contenders[CONTENDER_NATIONALIST].organisation *= 0.999
