"""Citizens' attitudes: the demand for order that chaos raises, and the habits of democracy.

Equations
---------
citizens.want_order
    goal         = clip01(order_floor + fear_of_chaos chaos + order_custom custom
                          - order_habit habit)
    rate         = alarm where the demand rises, calming (1 - custom_calming custom) where it fades
    order_demand = order_demand + rate (goal - order_demand)

citizens.learn
    market    = new_sector / max(output_floor, gdp)
    lesson    = learning (market_lesson market + vote_lesson contested
                          + plural_lesson plural_clans)
    pace      = young_lesson below the age of youth_end, old_lesson from then on
    habit     = clip01(habit + lesson pace (1 - habit) - order_unlearning order_demand)
    contested = contest_memory contested
    a citizen leaves the sample at the age of life_span + life_chance u, and one of the age
    adult_age enters with the habit clip01(habit + new_cohort (1 - habit))
    readiness = the mean of habit (1 - order_demand)

Symbols
-------
custom : how far one-man rule is the custom, ``society.autocratic_custom``
chaos, contested, plural_clans : fields of society; contested is the memory of an open vote
habit : a citizen's democratic habit; its mean over citizens is ``society.habit``
u : a uniform draw for each citizen and month

References
----------
Theses T037 T086 T087 T088 T089 T120; chapter, "Mutability of Leaders and the Social Context" and
"Rising Opposition, Creeping Democratization".
"""

from poruka.engine.constants import MONTHS_PER_YEAR
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule

DRAW_LIFE_SPAN = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def order_goal(p, chaos, custom, habit):
    """Return the demand for order in [0, 1] that a citizen moves towards.

    Chaos and the custom of one-man rule raise it (T086, T089), democratic habit lowers it.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> calm = order_goal(p, 0.0, 0.0, 0.2)
    >>> order_goal(p, 0.5, 0.0, 0.2) > calm > 0.0, order_goal(p, 0.0, 0.5, 0.2) > calm
    (True, True)
    >>> order_goal(p, 0.5, 0.5, 0.8) < order_goal(p, 0.5, 0.5, 0.2)
    True
    """
    return clip01(
        p.order_floor + p.fear_of_chaos * chaos + p.order_custom * custom - p.order_habit * habit
    )


@kernel
def order_rate(p, rises, custom):
    """Return the share of the distance to its goal that the demand for order covers in a month.

    Alarm is fast; calm is slow, and slower where one-man rule is the custom (T088).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> order_rate(p, True, 0.0) > order_rate(p, False, 0.0) > order_rate(p, False, 0.5)
    True
    """
    return p.alarm if rises else p.calming * (1.0 - p.custom_calming * custom)


@kernel
def monthly_lesson(p, market, contested, plural_clans):
    """Return the habit that a month of market life, open votes and many power centres teaches.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> least = monthly_lesson(p, 0.1, 0.1, 0.1)
    >>> monthly_lesson(p, 0.5, 0.1, 0.1) > least, monthly_lesson(p, 0.1, 0.5, 0.1) > least
    (True, True)
    >>> monthly_lesson(p, 0.1, 0.1, 0.5) > least
    True
    """
    return p.learning * (
        p.market_lesson * market + p.vote_lesson * contested + p.plural_lesson * plural_clans
    )


@kernel
def democratic_habit(p, habit, lesson, age, order_demand):
    """Return a citizen's democratic habit in [0, 1] after a month.

    The young learn faster (T120); a demand for order unlearns the habit.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> democratic_habit(p, 0.5, 0.01, 20.0, 0.5) > democratic_habit(p, 0.5, 0.01, 60.0, 0.5)
    True
    >>> 0.5 < democratic_habit(p, 0.5, 0.01, 60.0, 0.0) > democratic_habit(p, 0.5, 0.01, 60.0, 1.0)
    True
    """
    pace = p.young_lesson if age < p.youth_end else p.old_lesson
    return clip01(habit + lesson * pace * (1.0 - habit) - p.order_unlearning * order_demand)


@kernel
def cohort_habit(p, habit):
    """Return the habit of one raised under freer conditions who takes another's place (T120).

    >>> from poruka.engine.parameters import default_numbers
    >>> cohort_habit(default_numbers("citizens"), 0.5) > 0.5
    True
    """
    return clip01(habit + p.new_cohort * (1.0 - habit))


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _lesson_of_month(world, p):
    """Return the lesson of this month in this society and economy."""
    society = world.society[0]
    economy = world.economy[0]
    market = economy.new_sector / max(p.output_floor, economy.gdp)
    return monthly_lesson(p, market, society.contested, society.plural_clans)


# --- the rules -----------------------------------------------------------------------------------


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
    """Move each citizen's demand for order, and take the mean."""
    p = params.citizens
    society = world.society[0]
    custom = society.autocratic_custom
    total = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        goal = order_goal(p, society.chaos, custom, citizen.habit)
        rate = order_rate(p, goal > citizen.order_demand, custom)
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
    """Let citizens age and learn, and take the means of their habit and readiness."""
    p = params.citizens
    society = world.society[0]
    lesson = _lesson_of_month(world, p)
    society.contested = p.contest_memory * society.contested
    habit_total, readiness_total = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.age += 1.0 / MONTHS_PER_YEAR
        if citizen.age > p.life_span + p.life_chance * uniform(stream, DRAW_LIFE_SPAN, i):
            # One of the next generation takes his place in the sample.
            citizen.age = p.adult_age
            citizen.habit = cohort_habit(p, citizen.habit)
        citizen.habit = democratic_habit(
            p, citizen.habit, lesson, citizen.age, citizen.order_demand
        )
        habit_total += citizen.habit
        readiness_total += citizen.habit * (1.0 - citizen.order_demand)
    society.habit = habit_total / len(world.citizens)
    society.readiness = readiness_total / len(world.citizens)
