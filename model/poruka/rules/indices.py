"""The monthly indices of a world, each defined once by its formula on one fixed scale.

The tallies they are computed from are kept here too.
"""

from poruka.engine.codes import (
    OUTLET_OWNER_KIN,
    STANCE_CRITIC,
    STANCE_EXILE,
    STANCE_GRUMBLER,
    STANCE_OPPONENT,
    STANCE_PRISONER,
    STANCE_SILENT,
)
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.rule import rule


@kernel
def update_tallies(tally, retention):
    """Discount last year's counts, so that shares describe about the last year."""
    tally.bills *= retention
    tally.bills_passed *= retention
    tally.orders *= retention
    tally.orders_done *= retention
    tally.verdicts *= retention
    tally.verdicts_obeyed *= retention
    tally.unwanted *= retention
    tally.kept_out *= retention


@kernel
def share_or_default(fulfilled, requested, default):
    """Return a share, or a default where nothing was requested."""
    return fulfilled / requested if requested > 1e-6 else default


@rule(
    id="measures.control",
    claim=(
        "Control is observed: what the ruler asks for and gets, from bills, regions, media, courts"
        " and lists of candidates."
    ),
    standing="assumption",
    mechanism="",
)
def update_control(world, params, stream):
    index = world.index[0]
    tally = world.tally[0]
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    default_share = 0.5 + 0.5 * (1.0 if constitution.decree_power else 0.0)
    bills = (
        share_or_default(tally.bills_passed, tally.bills, default_share)
        if parliament.sits
        else default_share
    )
    orders = share_or_default(tally.orders_done, tally.orders, 0.5)
    verdicts = share_or_default(tally.verdicts_obeyed, tally.verdicts, 0.5)
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if contender.active and contender.organisation > 0.05 and j < 9:
            tally.unwanted += 0.1 * contender.organisation
            is_excluded = (
                contender.barred or contender.jailed or contender.exiled or contender.coopted
            )
            tally.kept_out += (
                0.1 * contender.organisation
                if is_excluded
                else 0.1 * contender.organisation * constitution.registration_barrier
            )
    exclusion = share_or_default(tally.kept_out, tally.unwanted, 0.5)
    compliance = (
        0.25 * bills
        + 0.25 * orders
        + 0.2 * index.media_control
        + 0.15 * verdicts
        + 0.15 * exclusion
    )
    index.control = relax(index.control, clip01(compliance), 0.2)
    update_tallies(tally, 0.9)


@rule(
    id="measures.indices",
    claim=(
        "Cohesion, pluralism, threats and the rest are read off the state; no index feeds another's"
        " formula."
    ),
    standing="assumption",
    mechanism="",
)
def update_indices(world, params, stream):
    index = world.index[0]
    society = world.society[0]
    parliament = world.parliament[0]
    president = world.president[0]
    economy = world.economy[0]
    defectors, dissent, wealth, outsider_wealth = 0.0, 0.0, 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        outsider_wealth += 0.0 if oligarch.eligible else oligarch.wealth
        if (
            oligarch.stance == STANCE_OPPONENT
            or oligarch.stance == STANCE_EXILE
            or oligarch.stance == STANCE_PRISONER
        ):
            defectors += 1.0
        elif oligarch.stance == STANCE_CRITIC:
            dissent += 0.5
        elif oligarch.stance == STANCE_GRUMBLER or oligarch.stance == STANCE_SILENT:
            dissent += 0.2
    kin_wealth = 0.0
    for m in range(len(world.family)):
        kin_wealth += world.family[m].wealth if world.family[m].active else 0.0
    history = world.history[0]
    history.kin_wealth_share = kin_wealth / max(wealth + kin_wealth, 1e-9)
    history.outsider_wealth_share = outsider_wealth / max(wealth + kin_wealth, 1e-9)
    history.foreign_share = economy.foreign_share
    history.media_of_kin = 0.0
    for o in range(len(world.outlets)):
        history.media_of_kin += (
            world.outlets[o].reach if world.outlets[o].owner == OUTLET_OWNER_KIN else 0.0
        )
    history.reform = economy.reform
    if economy.reform < 0.5:
        history.half_reformed_month = world.clock[0].month + 1
    old_movement_energy = 0.0
    for m in range(4):
        old_movement_energy += world.movements[m].energy if world.movements[m].active else 0.0
    history.old_opposition = 0.25 * old_movement_energy
    history.coalition += (society.unity - history.coalition) / float(world.clock[0].month + 1)
    oligarch_count = float(len(world.oligarchs))
    index.defected_share = defectors / oligarch_count
    index.monolith = clip01(
        1.0
        - 1.3 * defectors / oligarch_count
        - 0.5 * dissent / oligarch_count
        - 0.4 * society.positioning
        - 0.2 * society.quarrels
    )
    index.pluralism = effective_power_centres(world)
    index.readiness = society.readiness
    index.approval = president.approval
    index.belief_in_alternative = society.belief_in_alternative
    index.order_demand = society.order_demand
    index.parliament_autonomy = parliament.dissent if parliament.sits else 0.0
    index.repression = clip(index.repression * 0.92, 0.0, 1.0)
    index.gdp = economy.gdp
    index.inequality = economy.inequality
    strongest = 0.0
    for j in range(1, len(world.contenders)):
        strongest = max(strongest, world.contenders[j].threat)
    index.strongest_threat = clip01(strongest)


@kernel
def effective_power_centres(world):
    """Return the effective number of power centres that can act on their own.

    It is the inverse of the sum of their squared shares of power.
    """
    society = world.society[0]
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    ruler_weight = 1.0
    total, squares = ruler_weight, ruler_weight * ruler_weight
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.active:
            weight = 0.5 * clan.rooting * (0.1 + 0.9 * clan.positioning)
            total += weight
            squares += weight * weight
    parliament_weight = (
        0.8 * constitution.parliament_powers * parliament.dissent if parliament.sits else 0.0
    )
    business_weight = 1.2 * society.rich_opposition
    total += parliament_weight + business_weight
    squares += parliament_weight * parliament_weight + business_weight * business_weight
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            weight = 0.5 * kinsman.positioning
            total += weight
            squares += weight * weight
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if movement.active:
            weight = 0.5 * movement.energy
            total += weight
            squares += weight * weight
    return total * total / max(squares, 1e-9)
