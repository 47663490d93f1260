"""The monthly indices of a world, each defined once by its formula on one fixed scale.

The tallies they are computed from are kept here too.
"""

from poruka.engine.constants import TINY, TWO
from poruka.engine.functions import clip, clip01, code_of, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Current, OutletOwner, Role, Stance
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
def share_or_default(p, fulfilled, requested, default):
    """Return a share, or a default where nothing was requested."""
    return fulfilled / requested if requested > p.request_threshold else default


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
    p = params.indices
    index = world.index[0]
    tally = world.tally[0]
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    default_share = p.unasked_share + p.decree_share * (1.0 if constitution.decree_power else 0.0)
    bills = (
        share_or_default(p, tally.bills_passed, tally.bills, default_share)
        if parliament.sits
        else default_share
    )
    orders = share_or_default(p, tally.orders_done, tally.orders, p.unasked_share)
    verdicts = share_or_default(p, tally.verdicts_obeyed, tally.verdicts, p.unasked_share)
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if contender.active and contender.organisation > p.challenger_threshold and j < Role.HEIR:
            tally.unwanted += p.exclusion_weight * contender.organisation
            is_excluded = (
                contender.barred or contender.jailed or contender.exiled or contender.coopted
            )
            tally.kept_out += (
                p.exclusion_weight * contender.organisation
                if is_excluded
                else p.exclusion_weight * contender.organisation * constitution.registration_barrier
            )
    exclusion = share_or_default(p, tally.kept_out, tally.unwanted, p.unasked_share)
    compliance = (
        p.control_bills * bills
        + p.control_orders * orders
        + p.control_media * index.media_control
        + p.control_verdicts * verdicts
        + p.control_exclusion * exclusion
    )
    index.control = relax(index.control, clip01(compliance), p.control_rate)
    update_tallies(tally, p.tally_memory)


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
    p = params.indices
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
            oligarch.stance == Stance.OPPONENT
            or oligarch.stance == Stance.EXILE
            or oligarch.stance == Stance.PRISONER
        ):
            defectors += 1.0
        elif oligarch.stance == Stance.CRITIC:
            dissent += p.critic_dissent
        elif oligarch.stance == Stance.GRUMBLER or oligarch.stance == Stance.SILENT:
            dissent += p.grumbler_dissent
    kin_wealth = 0.0
    for m in range(len(world.family)):
        kin_wealth += world.family[m].wealth if world.family[m].active else 0.0
    history = world.history[0]
    history.kin_wealth_share = kin_wealth / max(wealth + kin_wealth, TINY)
    history.outsider_wealth_share = outsider_wealth / max(wealth + kin_wealth, TINY)
    history.foreign_share = economy.foreign_share
    history.media_of_kin = 0.0
    for o in range(len(world.outlets)):
        history.media_of_kin += (
            world.outlets[o].reach if world.outlets[o].owner == OutletOwner.KIN else 0.0
        )
    history.reform = economy.reform
    if TWO * economy.reform < 1.0:
        history.half_reformed_month = world.clock[0].month + 1
    old_movement_energy = 0.0
    for m in range(Current.RICH):
        old_movement_energy += world.movements[m].energy if world.movements[m].active else 0.0
    history.old_opposition = old_movement_energy / code_of(Current.RICH)
    history.coalition += (society.unity - history.coalition) / float(world.clock[0].month + 1)
    oligarch_count = float(len(world.oligarchs))
    index.defected_share = defectors / oligarch_count
    index.monolith = clip01(
        1.0
        - p.monolith_defectors * defectors / oligarch_count
        - p.monolith_dissent * dissent / oligarch_count
        - p.monolith_positioning * society.positioning
        - p.monolith_quarrels * society.quarrels
    )
    index.pluralism = effective_power_centres(world, p)
    index.readiness = society.readiness
    index.approval = president.approval
    index.belief_in_alternative = society.belief_in_alternative
    index.order_demand = society.order_demand
    index.parliament_autonomy = parliament.dissent if parliament.sits else 0.0
    index.repression = clip(index.repression * p.repression_memory, 0.0, 1.0)
    index.gdp = economy.gdp
    index.inequality = economy.inequality
    strongest = 0.0
    for j in range(1, len(world.contenders)):
        strongest = max(strongest, world.contenders[j].threat)
    index.strongest_threat = clip01(strongest)


@kernel
def effective_power_centres(world, p):
    """Return the effective number of power centres that can act on their own.

    It is the inverse of the sum of their squared shares of power; the ruler counts 1.
    """
    society = world.society[0]
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    total, squares = 1.0, 1.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.active:
            weight = (
                p.clan_power
                * clan.rooting
                * (p.clan_power_floor + p.clan_power_positioning * clan.positioning)
            )
            total += weight
            squares += weight * weight
    parliament_weight = (
        p.parliament_power * constitution.parliament_powers * parliament.dissent
        if parliament.sits
        else 0.0
    )
    business_weight = p.business_power * society.rich_opposition
    total += parliament_weight + business_weight
    squares += parliament_weight * parliament_weight + business_weight * business_weight
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            weight = p.kinsman_power * kinsman.positioning
            total += weight
            squares += weight * weight
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if movement.active:
            weight = p.movement_power * movement.energy
            total += weight
            squares += weight * weight
    return total * total / max(squares, TINY)
