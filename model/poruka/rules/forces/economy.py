"""The economy: a shrinking inherited sector and a growing market sector.

Inherited links break; reform, order and oil let the market grow into the room it has, and what it
learns by producing widens that room. People feel hardship. The page has more numbers than most, as
it holds four rules: reform, output, what people feel of it, and the chaos that follows.

Equations
---------
economy.reform
    hands      = free_hands + (1 - free_hands) control
    insulation = clip01(hands (1 - election_caution near (1 - uncontested)))
    appetite   = clip01(appetite_floor + (1 - appetite_floor) m)
    pace       = reform_pace (1 - union) insulation appetite
    reform     = reform + pace (1 - reform)
economy.produce
    old        = old - decay (1 - union + shock) max(0, old - old_floor)
    oil        = oil_weight (price / oil_reference - 1)
    growth_m   = market_growth reform (1 - chaos) max(0, 1 + oil_pull oil)
    used       = new / (new_ceiling know_how)
    know_how   = know_how (1 + learning used / 12)
    new        = max(0, new (1 + growth_m max(0, 1 - used) - shock_loss shock))
    gdp        = (old + new) (1 - war_loss war)
    growth     follows 12 (gdp / gdp a month ago - 1), within -1 and 1, within a season
economy.hurt
    hardship   follows clip01(pain (accustomed - gdp) / accustomed + shock_pain shock
                              - growth_relief max(0, growth)) within a season
    accustomed follows gdp within a term
    inequality follows clip01(inequality_floor + inequality_property privatised) within a term
economy.upset
    collapse   = max(0, 1 - union - statehood)
    chaos      follows clip01(disorder (hardship + tension + collapse + putsch + war + protest
                                        + blood)) within a season
    blood      is forgotten within a year

Symbols
-------
union, shock, price, putsch : variables abroad: hold of the union's centre, trade shock, price of
    oil, putsch in the centre
near, uncontested : nearness of a vote; how safe it is
m : the ruler's position on the market
old, new : output of the inherited and of the market sector
used : share of its room that the market sector fills
know_how : knowledge and capital gathered by producing, which widen that room; 1 at the start
oil, growth_m : what oil adds; growth of the market sector in a month, where it has room
privatised : share of the assets of the state given away

References
----------
Theses T044 T051 T064 T086 T090 T101 T102 T103; chapter, "Privatization and Power", "The New
Opposition", "Mutability of Leaders and the Social Context".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import MONTHS_PER_YEAR, TINY
from poruka.engine.functions import approach, clip, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.rule import rule
from poruka.engine.world_types import EconomyNumbers, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def insulation_from_votes(p: EconomyNumbers, control, election_near, uncontested):
    """Return how free a ruler is to reform: control frees his hands, a vote he may lose ties them.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> insulation_from_votes(p, 0.9, 0.0, 0.0) > insulation_from_votes(p, 0.1, 0.0, 0.0)
    True
    >>> insulation_from_votes(p, 0.9, 1.0, 0.0) < insulation_from_votes(p, 0.9, 1.0, 1.0)
    True
    """
    hands = p.free_hands + (1.0 - p.free_hands) * control
    return clip01(hands * (1.0 - p.election_caution * election_near * (1.0 - uncontested)))


@kernel
def pace_of_reform(p: EconomyNumbers, union_hold, insulation, market):
    """Return the share of what is left to reform that a month reforms (T102).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> pace_of_reform(p, 0.0, 0.9, 0.5) > pace_of_reform(p, 0.0, 0.3, 0.5)
    True
    >>> pace_of_reform(p, 0.0, 0.9, 0.5) > pace_of_reform(p, 0.0, 0.9, -0.5)
    True
    """
    appetite = clip01(p.appetite_floor + (1.0 - p.appetite_floor) * market)
    return p.reform_pace * (1.0 - union_hold) * insulation * appetite


@kernel
def growth_of_market(p: EconomyNumbers, reform, chaos, oil):
    """Return how much the market sector grows in a month where it has room.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> growth_of_market(p, 0.8, 0.0, 0.0) > growth_of_market(p, 0.2, 0.0, 0.0)
    True
    >>> growth_of_market(p, 0.8, 0.9, 0.0) < growth_of_market(p, 0.8, 0.1, 0.0)
    True
    """
    return p.market_growth * reform * (1.0 - chaos) * max(0.0, 1.0 + p.oil_pull * oil)


@kernel
def widened_know_how(p: EconomyNumbers, know_how, used):
    """Return the know-how after a month: a market sector learns as far as it fills its room (T103).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> widened_know_how(p, 1.0, 0.9) > widened_know_how(p, 1.0, 0.1) > 1.0
    True
    """
    return know_how * (1.0 + p.learning * used / MONTHS_PER_YEAR)


@kernel
def felt_hardship(p: EconomyNumbers, gap, shock, growth):
    """Return the hardship that people come to feel: the fall against what they were used to (T090).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> felt_hardship(p, 0.3, 0.0, 0.0) > felt_hardship(p, 0.1, 0.0, 0.0)
    True
    >>> felt_hardship(p, 0.3, 0.0, 0.1) < felt_hardship(p, 0.3, 0.0, 0.0)
    True
    """
    return clip01(p.pain * gap + p.shock_pain * shock - p.growth_relief * max(0.0, growth))


@kernel
def visible_disorder(p: EconomyNumbers, hardship, tension, collapse, putsch, war, protest, blood):
    """Return the disorder that people see: all its kinds are one thing to them (T064, T086).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> visible_disorder(p, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0) > 0.0
    True
    >>> visible_disorder(p, 0.5, 0, 0.4, 0, 0, 0, 0.2) > visible_disorder(p, 0.5, 0, 0, 0, 0, 0, 0)
    True
    """
    return clip01(p.disorder * (hardship + tension + collapse + putsch + war + protest + blood))


@kernel
def income_from_oil(p: EconomyNumbers, weight, price, gdp):
    """Return the income from oil: its weight in output, at the price of the day (T103).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("economy")
    >>> income_from_oil(p, 0.3, 40.0, 1.0) > income_from_oil(p, 0.3, 20.0, 1.0)
    True
    """
    return weight * price / p.oil_reference * gdp


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="economy.reform",
    claim="A ruler with free hands reforms faster; a vote that might be lost slows him down.",
    theses=["T102"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M3.privatisation",
)
def reform(world: World, params: Parameters, stream: Stream):
    """Reform the economy, the faster the freer the ruler's hands."""
    p = params.economy
    economy = world.economy[0]
    society = world.society[0]
    economy.insulation = insulation_from_votes(
        p, world.index[0].control, society.election_near, society.uncontested
    )
    union_hold = world.outsides[External.UNION_HOLD].value
    insulation = through(world, Channel.FREE_HANDS_IN_REFORM, 0, economy.insulation)
    economy.pace = pace_of_reform(p, union_hold, insulation, world.president[0].market)
    economy.reform = clip01(economy.reform + economy.pace * (1.0 - economy.reform))


@rule(
    id="economy.produce",
    claim=(
        "Output falls while the inherited links break and rises once the new sector, fed by reform,"
        " order and oil, outweighs the old; what that sector learns lets it go on growing."
    ),
    theses=["T044", "T101", "T103"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M3.output",
)
def produce(world: World, params: Parameters, stream: Stream):
    """Let the inherited sector shrink and the market sector grow."""
    # Reform harms equality, not output: the text credits it with growth (T102, T103).
    p = params.economy
    economy = world.economy[0]
    society = world.society[0]
    independence = 1.0 - world.outsides[External.UNION_HOLD].value
    shock = world.outsides[External.TRADE_SHOCK].value
    economy.old_sector -= (
        p.decay * (independence + shock) * max(0.0, economy.old_sector - p.old_floor)
    )
    oil = economy.oil_weight * (world.outsides[External.OIL_PRICE].value / p.oil_reference - 1.0)
    oil = through(world, Channel.OIL_IN_GROWTH, 0, oil)
    reformed = through(world, Channel.REFORM_IN_GROWTH, 0, economy.reform)
    market_growth = growth_of_market(p, reformed, society.chaos, oil)
    used = economy.new_sector / (p.new_ceiling * economy.know_how)
    economy.know_how = widened_know_how(p, economy.know_how, used)
    economy.new_sector = max(
        0.0,
        economy.new_sector * (1.0 + market_growth * max(0.0, 1.0 - used) - p.shock_loss * shock),
    )
    previous_gdp = economy.gdp
    economy.gdp = max(
        TINY, (economy.old_sector + economy.new_sector) * (1.0 - p.war_loss * society.war)
    )
    # A year can lose everything or double what there is, as people see it.
    growth = clip(MONTHS_PER_YEAR * (economy.gdp / previous_gdp - 1.0), -1.0, 1.0)
    economy.growth = approach(economy.growth, growth, params.memory.season)
    price = world.outsides[External.OIL_PRICE].value
    economy.oil_income = income_from_oil(p, economy.oil_weight, price, economy.gdp)


@rule(
    id="economy.hurt",
    claim=(
        "People feel the fall against what they were used to, and get used to less; protest"
        " therefore fades though inequality stays."
    ),
    theses=["T051", "T090"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M7.hardship",
)
def update_hardship(world: World, params: Parameters, stream: Stream):
    """Let people feel the fall, and get used to less."""
    p = params.economy
    memory = params.memory
    economy = world.economy[0]
    gap = (economy.accustomed - economy.gdp) / max(TINY, economy.accustomed)
    shock = world.outsides[External.TRADE_SHOCK].value
    goal = felt_hardship(p, gap, shock, economy.growth)
    economy.hardship = approach(economy.hardship, goal, memory.season)
    economy.accustomed = approach(economy.accustomed, economy.gdp, memory.term)
    privatised = 1.0 - economy.assets_left
    divided = clip01(p.inequality_floor + p.inequality_property * privatised)
    economy.inequality = approach(economy.inequality, divided, memory.term)


@rule(
    id="economy.upset",
    claim=(
        "Slump, ethnic tension, a collapsing centre and blood in the streets are all seen as one"
        " thing: chaos."
    ),
    theses=["T064", "T086"],
    locator="Mutability of Leaders and the Social Context",
    standing="operationalised",
    mechanism="M7.order",
)
def update_chaos(world: World, params: Parameters, stream: Stream):
    """Let all disorder that is seen become one thing, chaos, and let blood be forgotten."""
    society = world.society[0]
    collapse = max(0.0, 1.0 - world.outsides[External.UNION_HOLD].value - society.statehood)
    disorder = visible_disorder(
        params.economy,
        world.economy[0].hardship,
        society.tension,
        collapse,
        world.outsides[External.PUTSCH].value,
        society.war,
        society.protest,
        society.blood,
    )
    society.chaos = approach(society.chaos, disorder, params.memory.season)
    society.blood = forget(society.blood, params.memory.year)
