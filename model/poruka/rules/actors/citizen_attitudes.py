"""Citizens' attitudes: the demand for order that chaos raises, and the habits of democracy.

Equations
---------
citizens.want_order
    goal = clip01(fear_of_chaos chaos + order_custom custom + order_inexperience (1 - habit))
    order_demand rises to goal within a year; it falls towards it within a term, of which only the
    part 1 - custom is covered

citizens.learn
    market = new_sector / gdp
    lesson = learning (market + contested + plural_clans)
    habit  = clip01(habit + lesson (1 - habit)), of which the part order_demand is forgotten within
             a generation
    contested is forgotten within a term
    a citizen older than adult_age + ages_span leaves the sample, and one of the age adult_age
    enters with the habit habit + new_cohort (1 - habit)
    readiness = the mean of habit (1 - order_demand)

Symbols
-------
custom : how far one-man rule is the custom, ``society.autocratic_custom``
chaos, contested, plural_clans : fields of society; contested is the memory of an open vote
habit : a citizen's democratic habit; its mean over citizens is ``society.habit``
adult_age, ages_span : numbers of the population at the start
year, term, generation : memories that all rules share

References
----------
Theses T037 T086 T087 T088 T089 T120; chapter, "Mutability of Leaders and the Social Context" and
"Rising Opposition, Creeping Democratization".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import MONTHS_PER_YEAR, TINY
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.rule import rule
from poruka.engine.world_types import CitizensNumbers, MemoryNumbers, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def order_goal(p: CitizensNumbers, chaos, custom, habit):
    """Return the demand for order in [0, 1] that a citizen moves towards.

    Chaos raises it most (T086), then the custom of one-man rule (T089) and want of habit.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> calm = order_goal(p, 0.0, 0.0, 0.2)
    >>> order_goal(p, 0.5, 0.0, 0.2) > calm > 0.0, order_goal(p, 0.0, 0.5, 0.2) > calm
    (True, True)
    >>> order_goal(p, 0.5, 0.5, 0.8) < order_goal(p, 0.5, 0.5, 0.2)
    True
    """
    return clip01(
        p.fear_of_chaos * chaos + p.order_custom * custom + p.order_inexperience * (1.0 - habit)
    )


@kernel
def moved_order_demand(memory: MemoryNumbers, order_demand, goal, custom):
    """Return the demand for order a month later.

    Alarm is fast; calm is slow, and slower where one-man rule is the custom (T088).

    >>> from poruka.engine.parameters import default_numbers
    >>> memory = default_numbers("memory")
    >>> fades = moved_order_demand(memory, 0.8, 0.2, 0.0)
    >>> 0.8 > moved_order_demand(memory, 0.8, 0.2, 0.5) > fades
    True
    >>> moved_order_demand(memory, 0.2, 0.8, 0.0) - 0.2 > 0.8 - fades
    True
    """
    if goal > order_demand:
        return approach(order_demand, goal, memory.year)
    calmed = order_demand - approach(order_demand, goal, memory.term)
    return order_demand - (1.0 - custom) * calmed


@kernel
def monthly_lesson(p: CitizensNumbers, market, contested, plural_clans):
    """Return the habit that a month of market life, open votes and many power centres teaches.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> least = monthly_lesson(p, 0.1, 0.1, 0.1)
    >>> monthly_lesson(p, 0.5, 0.1, 0.1) > least, monthly_lesson(p, 0.1, 0.5, 0.1) > least
    (True, True)
    >>> monthly_lesson(p, 0.1, 0.1, 0.5) > least
    True
    """
    return p.learning * (market + contested + plural_clans)


@kernel
def democratic_habit(memory: MemoryNumbers, habit, lesson, order_demand):
    """Return a citizen's democratic habit in [0, 1] after a month; a demand for order unlearns it.

    >>> from poruka.engine.parameters import default_numbers
    >>> memory = default_numbers("memory")
    >>> democratic_habit(memory, 0.5, 0.01, 0.5) > democratic_habit(memory, 0.5, 0.0, 0.5)
    True
    >>> 0.5 < democratic_habit(memory, 0.5, 0.01, 0.0) > democratic_habit(memory, 0.5, 0.01, 1.0)
    True
    """
    unlearnt = order_demand * (habit - forget(habit, memory.generation))
    return clip01(habit + lesson * (1.0 - habit) - unlearnt)


@kernel
def cohort_gain(p: CitizensNumbers, habit):
    """Return how much more habit has one raised in freer conditions who comes after (T120).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> cohort_gain(p, 0.2) > cohort_gain(p, 0.5) > 0.0
    True
    """
    return p.new_cohort * (1.0 - habit)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _lesson_of_month(world: World, p: CitizensNumbers):
    """Return the lesson of this month in this society and economy."""
    society = world.society[0]
    economy = world.economy[0]
    market = economy.new_sector / max(economy.gdp, TINY)
    market = through(world, Channel.MARKET_TEACHES, 0, market)
    plurality = through(world, Channel.PLURALITY_TEACHES, 0, society.plural_clans)
    return monthly_lesson(p, market, society.contested, plurality)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="citizens.want_order",
    claim=(
        "Chaos makes order the first demand whatever the system; as the crisis recedes the demand"
        " fades, slower where one-man rule is the custom."
    ),
    theses=["T086", "T088", "T089"],
    locator="Mutability of Leaders and the Social Context",
    standing="operationalised",
    mechanism="M7.order",
)
def want_order(world: World, params: Parameters, stream: Stream):
    """Move each citizen's demand for order, and take the mean."""
    p = params.citizens
    society = world.society[0]
    custom = through(world, Channel.CUSTOM_AND_ORDER, 0, society.autocratic_custom)
    chaos = through(world, Channel.CHAOS_AND_ORDER, 0, society.chaos)
    total = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        goal = order_goal(p, chaos, custom, citizen.habit)
        citizen.order_demand = moved_order_demand(params.memory, citizen.order_demand, goal, custom)
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
def learn(world: World, params: Parameters, stream: Stream):
    """Let citizens age and learn, and take the means of their habit and readiness."""
    p = params.citizens
    society = world.society[0]
    lesson = _lesson_of_month(world, p)
    society.contested = forget(society.contested, params.memory.term)
    oldest = params.population.adult_age + params.population.ages_span
    habit_total, readiness_total = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.age += 1.0 / MONTHS_PER_YEAR
        gain = 0.0
        if citizen.age > oldest:
            # One of the next generation takes his place in the sample.
            citizen.age = params.population.adult_age
            gain = cohort_gain(p, citizen.habit)
        gain = through(world, Channel.NEW_GENERATION, 0, gain)
        citizen.habit = clip01(citizen.habit + gain)
        citizen.habit = democratic_habit(params.memory, citizen.habit, lesson, citizen.order_demand)
        habit_total += citizen.habit
        readiness_total += citizen.habit * (1.0 - citizen.order_demand)
    society.habit = habit_total / len(world.citizens)
    society.readiness = readiness_total / len(world.citizens)
