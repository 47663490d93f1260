"""Citizens: they want order first, choose the lesser evil, learn, and say less than they think."""

from poruka.engine.constants import MONTHS_PER_YEAR
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import Constituency, Horde, Role
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule
from poruka.rules.actors.evaluation import (
    advantage_over_ruler,
    expected_disorder,
    fear_of_disorder,
    position_distance,
    ruler_evaluation,
    ruler_record,
)


@rule(
    id="citizens.want_order",
    claim=(
        "Chaos makes order the first demand whatever the system; as the crisis recedes the demand"
        " fades, slower where one-man rule is the custom."
    ),
    theses=["T086", "T088", "T089"],
    locator="Mutability of Leaders and the Social Context",
    standing="stated",
    mechanism="M7.order",
)
def want_order(world, params, stream):
    p = params.citizens
    society = world.society[0]
    custom = society.autocratic_custom
    total = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        goal = clip01(
            p.order_floor
            + p.fear_of_chaos * society.chaos
            + p.order_custom * custom
            - p.order_habit * citizen.habit
        )
        rate = (
            p.alarm
            if goal > citizen.order_demand
            else p.calming * (1.0 - p.custom_calming * custom)
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
    p = params.citizens
    society = world.society[0]
    economy = world.economy[0]
    market = economy.new_sector / max(p.output_floor, economy.gdp)
    lesson = p.learning * (
        p.market_lesson * market
        + p.vote_lesson * society.contested
        + p.plural_lesson * society.plural_clans
    )
    society.contested = p.contest_memory * society.contested
    habit_total, readiness_total = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.age += 1.0 / MONTHS_PER_YEAR
        if citizen.age > p.life_span + p.life_chance * uniform(stream, 0, i):
            # A member of the next generation, raised under freer conditions, replaces him in the
            # sample.
            citizen.age = p.adult_age
            citizen.habit = clip01(citizen.habit + p.new_cohort * (1.0 - citizen.habit))
        youth = p.young_lesson if citizen.age < p.youth_end else p.old_lesson
        citizen.habit = clip01(
            citizen.habit
            + lesson * youth * (1.0 - citizen.habit)
            - p.order_unlearning * citizen.order_demand
        )
        habit_total += citizen.habit
        readiness_total += citizen.habit * (1.0 - citizen.order_demand)
    society.habit = habit_total / len(world.citizens)
    society.readiness = readiness_total / len(world.citizens)


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
    p = params.citizens
    # Preference and the chance of winning are kept apart: belief enters the choice, not the private
    # margin (T055, T108).
    society = world.society[0]
    president = world.president[0]
    record = ruler_record(world, params)
    contenders, beliefs, citizens = world.contenders, world.beliefs, world.citizens
    polarisation, solidarity = society.polarisation, society.solidarity
    contender_count = len(contenders)
    for j in range(contender_count):
        contender = contenders[j]
        contender.preferred = 0.0
        contender.liked = 0.0
        contender.support = 0.0
        contender.disorder = expected_disorder(params, contender, j)
    approving, backing, discontent = 0.0, 0.0, 0.0
    for i in range(len(citizens)):
        citizen = citizens[i]
        group = Constituency.MINORITIES if citizen.minority else Constituency.TITULARS
        ruler_value = ruler_evaluation(world, params, citizen, record)
        best, choice, margin, best_organisation, risk = 0.0, Role.RULER, 1.0, 0.0, 0.0
        for j in range(1, contender_count):
            contender = contenders[j]
            if not contender.active or contender.jailed or contender.exiled or contender.coopted:
                continue
            separation = position_distance(params, citizen, contender, polarisation)
            safe_gain = advantage_over_ruler(
                params, citizen, contender, solidarity, ruler_value, separation
            )
            # Where real power is not at stake he votes sincerely, for movements whose organisation
            # reaches him (T075).
            if safe_gain > 0.0:
                contender.liked += 1.0
                if j < Role.HEIR and j != Role.VICE_PRESIDENT:
                    best_organisation = max(best_organisation, contender.organisation)
            gain = safe_gain - fear_of_disorder(params, citizen, contender, separation)
            margin = min(margin, -gain)
            if gain > 0.0:
                contender.preferred += 1.0
            belief = beliefs[group * contender_count + j].believed_chance
            risk = max(risk, -belief * gain)
            expected_value = belief * gain - (1.0 - belief) * p.futility
            if expected_value > best:
                best, choice = expected_value, j
        # Abandoning the centre may bring the other camp to power: both sides keep to the ruler
        # between them (T007).
        if best <= p.other_camp * risk:
            choice = Role.RULER
        citizen.choice = choice
        chosen_contender = contenders[choice]
        chosen_contender.support += 1.0
        citizen.private = clip(margin, -1.0, 1.0)
        backing += 1.0 if choice == Role.RULER else 0.0
        discontent += clip01(params.elections.reach * best_organisation)
        approving += clip01(p.approval_floor + p.approval_slope * ruler_value)
    count = float(len(world.citizens))
    for j in range(contender_count):
        contender = world.contenders[j]
        contender.preferred /= count
        contender.liked /= count
        contender.support /= count
    society.support = backing / count
    society.discontent = discontent / count
    president.approval = relax(president.approval, approving / count, p.approval_rate)
    president.honeymoon *= p.honeymoon_memory
    president.deflected *= p.deflected_memory


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
    p = params.citizens
    society = world.society[0]
    index = world.index[0]
    fear = clip01(
        p.repression_fear * index.repression
        + p.lonely_fear * (1.0 - society.said_against)
        - p.habit_courage * society.habit
    )
    speaking_out = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.said = citizen.private < -p.silence * fear or (
            citizen.private < 0.0 and society.said_against > p.speaking_threshold
        )
        speaking_out += 1.0 if citizen.said else 0.0
    society.said_against = relax(
        society.said_against, speaking_out / len(world.citizens), p.speaking_rate
    )


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
    p = params.citizens
    society = world.society[0]
    pressure = p.leaving * society.statehood * (p.calm_leaving + world.economy[0].hardship)
    leavers, minority = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        if citizen.minority:
            if uniform(stream, 0, i) < pressure:
                citizen.minority = False  # his place in the sample goes to the titular majority
                citizen.nation = clip(
                    p.newcomer_nation + p.newcomer_spread * normal(stream, 1, i), -1.0, 1.0
                )
                citizen.horde = int((Horde.THIRD + 1) * uniform(stream, 2, i))
                leavers += 1.0
            else:
                minority += 1.0
    previous_minority = minority + leavers
    if previous_minority > 0.0 and leavers > 0.0:
        for r in range(len(world.regions)):
            region = world.regions[r]
            region.minority_share = clip01(
                region.minority_share * (1.0 - leavers / previous_minority)
            )
    society.minority_share = minority / len(world.citizens)
    relative_size = clip01(society.minority_share / p.large_minority)
    world.contenders[Role.MINORITY_LEADER].organisation = min(
        world.contenders[Role.MINORITY_LEADER].organisation,
        p.small_following + p.size_following * relative_size,
    )
    world.contenders[Role.NATIONALIST].organisation *= p.nationalist_memory
