"""The economy: a shrinking inherited sector and a growing market sector.

Inherited links break; reform, order and oil let the market grow. People feel hardship.
"""

from poruka.engine.constants import MONTHS_PER_YEAR
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import External
from poruka.engine.random_streams import normal
from poruka.engine.rule import rule


@rule(
    id="economy.reform",
    claim="A ruler with free hands reforms faster; a vote that might be lost slows him down.",
    theses=["T102"],
    locator="Privatization and Power",
    standing="stated",
    mechanism="M3.privatisation",
)
def reform(world, params, stream):
    p = params.economy
    economy = world.economy[0]
    president = world.president[0]
    free_hands = clip01(
        p.free_hands * world.index[0].control + p.usual_hands * (1.0 - p.free_hands)
    )
    economy.insulation = clip01(
        free_hands
        * (
            1.0
            - p.election_caution
            * world.society[0].election_near
            * (1.0 - world.society[0].uncontested)
        )
    )
    appetite = clip01(p.appetite_floor + p.appetite_market * president.market)
    economy.pace = (
        p.reform_pace
        * (1.0 - world.outsides[External.UNION_HOLD].value)
        * economy.insulation
        * appetite
    )
    economy.reform = clip01(economy.reform + economy.pace * (1.0 - economy.reform))


@rule(
    id="economy.produce",
    claim=(
        "Output falls while the inherited links break and rises once the new sector, fed by reform,"
        " order and oil, outweighs the old."
    ),
    theses=["T044", "T101", "T103"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M3.output",
)
def produce(world, params, stream):
    p = params.economy
    # Reform harms equality, not output: the text credits it with growth (T102, T103).
    economy = world.economy[0]
    society = world.society[0]
    independence = 1.0 - world.outsides[External.UNION_HOLD].value
    shock = world.outsides[External.TRADE_SHOCK].value
    economy.old_sector -= (
        p.decay
        * (independence + p.shock_decay * shock)
        * max(0.0, economy.old_sector - p.old_floor)
    )
    oil = economy.oil_weight * (world.outsides[External.OIL_PRICE].value / p.oil_reference - 1.0)
    market_growth = (
        p.market_growth
        * economy.reform
        * (1.0 - p.chaos_loss * society.chaos)
        * clip(1.0 + p.oil_pull * oil, p.oil_floor, p.oil_ceiling)
    )
    room = max(0.0, 1.0 - economy.new_sector / p.new_ceiling)
    economy.new_sector = max(
        p.market_floor, economy.new_sector * (1.0 + market_growth * room - p.shock_loss * shock)
    )
    # Harvests, prices of other goods and chance, which no rule here explains.
    luck = 1.0 + p.luck * normal(stream, 0, 0)
    economy.old_sector *= luck
    economy.new_sector *= luck
    previous_gdp = economy.gdp
    economy.gdp = max(
        p.output_floor, (economy.old_sector + economy.new_sector) * (1.0 - p.war_loss * society.war)
    )
    economy.growth = clip(
        relax(
            economy.growth, MONTHS_PER_YEAR * (economy.gdp / previous_gdp - 1.0), p.growth_learning
        ),
        p.growth_low,
        p.growth_high,
    )
    economy.oil_income = (
        economy.oil_weight
        * world.outsides[External.OIL_PRICE].value
        / p.oil_reference
        * economy.gdp
    )


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
def update_hardship(world, params, stream):
    p = params.economy
    economy = world.economy[0]
    gap = (economy.accustomed - economy.gdp) / max(p.output_floor, economy.accustomed)
    goal = clip01(
        p.pain * gap
        + p.shock_pain * world.outsides[External.TRADE_SHOCK].value
        - p.growth_relief * max(0.0, economy.growth)
    )
    economy.hardship = relax(economy.hardship, goal, p.hardship_rate)
    economy.accustomed = relax(economy.accustomed, economy.gdp, p.adaptation)
    privatised = 1.0 - economy.assets_left
    economy.inequality = relax(
        economy.inequality,
        clip01(
            p.inequality_floor
            + p.inequality_property * privatised
            + p.inequality_reform * economy.reform
        ),
        p.inequality_rate,
    )


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
def update_chaos(world, params, stream):
    p = params.economy
    society = world.society[0]
    economy = world.economy[0]
    collapse = p.chaos_collapse * max(
        0.0, 1.0 - world.outsides[External.UNION_HOLD].value - society.statehood
    )
    visible_disorder = (
        p.chaos_hardship * economy.hardship
        + p.chaos_tension * society.tension
        + collapse
        + p.chaos_putsch * world.outsides[External.PUTSCH].value
        + p.chaos_war * society.war
    )
    society.chaos = relax(
        society.chaos,
        clip01(
            visible_disorder + p.chaos_protest * society.protest + p.chaos_blood * society.blood
        ),
        p.chaos_rate,
    )
    society.blood = p.blood_memory * society.blood
