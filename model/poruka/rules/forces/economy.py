"""The economy: a shrinking inherited sector and a growing market sector.

Inherited links break; reform, order and oil let the market grow. People feel hardship.
"""

from poruka.engine.codes import (
    EXTERNAL_OIL_PRICE,
    EXTERNAL_PUTSCH,
    EXTERNAL_TRADE_SHOCK,
    EXTERNAL_UNION_HOLD,
)
from poruka.engine.functions import clip, clip01, relax
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
    economy = world.economy[0]
    president = world.president[0]
    free_hands = clip01(
        params.economy.free_hands * world.index[0].control + 0.6 * (1.0 - params.economy.free_hands)
    )
    economy.insulation = clip01(
        free_hands
        * (1.0 - 0.6 * world.society[0].election_near * (1.0 - world.society[0].uncontested))
    )
    appetite = clip01(0.4 + 0.6 * president.market)
    economy.pace = (
        params.economy.reform_pace
        * (1.0 - world.outsides[EXTERNAL_UNION_HOLD].value)
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
    # Reform harms equality, not output: the text credits it with growth (T102, T103).
    economy = world.economy[0]
    society = world.society[0]
    independence = 1.0 - world.outsides[EXTERNAL_UNION_HOLD].value
    shock = world.outsides[EXTERNAL_TRADE_SHOCK].value
    economy.old_sector -= (
        params.economy.decay
        * (independence + 2.0 * shock)
        * max(0.0, economy.old_sector - params.economy.old_floor)
    )
    oil = economy.oil_weight * (
        world.outsides[EXTERNAL_OIL_PRICE].value / params.economy.oil_reference - 1.0
    )
    market_growth = (
        params.economy.market_growth
        * economy.reform
        * (1.0 - 0.7 * society.chaos)
        * clip(1.0 + params.economy.oil_pull * oil, 0.1, 3.0)
    )
    room = max(0.0, 1.0 - economy.new_sector / params.economy.new_ceiling)
    economy.new_sector = max(
        0.01, economy.new_sector * (1.0 + market_growth * room - params.economy.shock_loss * shock)
    )
    # Harvests, prices of other goods and chance, which no rule here explains.
    luck = 1.0 + params.economy.luck * normal(stream, 0, 0)
    economy.old_sector *= luck
    economy.new_sector *= luck
    previous_gdp = economy.gdp
    economy.gdp = max(0.05, (economy.old_sector + economy.new_sector) * (1.0 - 0.25 * society.war))
    economy.growth = clip(
        relax(economy.growth, 12.0 * (economy.gdp / previous_gdp - 1.0), 0.15), -0.6, 0.4
    )
    economy.oil_income = (
        economy.oil_weight
        * world.outsides[EXTERNAL_OIL_PRICE].value
        / params.economy.oil_reference
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
    economy = world.economy[0]
    gap = (economy.accustomed - economy.gdp) / max(0.05, economy.accustomed)
    goal = clip01(
        params.economy.pain * gap
        + 0.25 * world.outsides[EXTERNAL_TRADE_SHOCK].value
        - 0.5 * max(0.0, economy.growth)
    )
    economy.hardship = relax(economy.hardship, goal, 0.25)
    economy.accustomed = relax(economy.accustomed, economy.gdp, params.economy.adaptation)
    privatised = 1.0 - economy.assets_left
    economy.inequality = relax(
        economy.inequality, 0.25 + 0.2 * privatised + 0.05 * economy.reform, 0.03
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
    society = world.society[0]
    economy = world.economy[0]
    collapse = 0.35 * max(0.0, 1.0 - world.outsides[EXTERNAL_UNION_HOLD].value - society.statehood)
    visible_disorder = (
        0.55 * economy.hardship
        + 0.5 * society.tension
        + collapse
        + 0.5 * world.outsides[EXTERNAL_PUTSCH].value
        + 0.8 * society.war
    )
    society.chaos = relax(
        society.chaos, clip01(visible_disorder + 0.4 * society.protest + 0.5 * society.blood), 0.25
    )
    society.blood = 0.9 * society.blood
