"""The monthly indices of a world, each defined once by its formula on one fixed scale.

The tallies they are computed from are kept here too.

Equations
---------
measures.control
    share      = done / asked over about the last year, where more than request_threshold was asked;
                 else unasked_share (for bills: and decree_share more where he rules by decree)
    exclusion  is asked against every contender with organisation above challenger_threshold, with
               exclusion_weight organisation; done where he is barred, jailed, exiled or coopted,
               else as far as the barrier of registration
    control    moves by control_rate to
               clip01(control_bills bills + control_orders orders + control_media media
                      + control_verdicts verdicts + control_exclusion exclusion)
    tallies    keep tally_memory of themselves a month
measures.indices
    dissent    = critic_dissent per critic + grumbler_dissent per grumbler or silent man
    monolith   = clip01(1 - monolith_defectors gone - monolith_dissent dissent / elite
                        - monolith_positioning positioning - monolith_quarrels quarrels)
    repression keeps repression_memory of itself a month
    the other indices are read off the state as they are
effective_power_centres
    pluralism  = (sum of weights)^2 / sum of squared weights; the ruler weighs 1,
    a clan     clan_power rooting (clan_power_floor + clan_power_positioning positioning),
    parliament parliament_power powers dissent,
    the rich   business_power rich_opposition,
    a kinsman  kinsman_power positioning,
    a movement movement_power energy

Symbols
-------
bills, orders, verdicts, media : shares of bills passed, orders carried out, verdicts obeyed, media
    held
gone, elite : share of the elite that has broken away; number of the elite
positioning, quarrels : of society, of a clan, of a kinsman: how far they prepare for the time after
    the ruler; memory of open quarrels
"""

from poruka.engine.constants import TINY
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role, Stance
from poruka.engine.rule import rule
from poruka.rules.history_records import record_reform_and_opposition, record_wealth

# --- equations -----------------------------------------------------------------------------------


@kernel
def compliance(p, bills, orders, media, verdicts, exclusion):
    """Return what the ruler gets of what he asks for, over five fields.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("indices")
    >>> compliance(p, 0.9, 0.5, 0.5, 0.5, 0.5) > compliance(p, 0.1, 0.5, 0.5, 0.5, 0.5)
    True
    >>> compliance(p, 0.5, 0.9, 0.5, 0.5, 0.5) > compliance(p, 0.5, 0.1, 0.5, 0.5, 0.5)
    True
    """
    return (
        p.control_bills * bills
        + p.control_orders * orders
        + p.control_media * media
        + p.control_verdicts * verdicts
        + p.control_exclusion * exclusion
    )


@kernel
def cohesion_of_elite(p, defectors, dissent, oligarch_count, positioning, quarrels):
    """Return the cohesion of the elite: what break-away, dissent and positioning leave of it.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("indices")
    >>> cohesion_of_elite(p, 10.0, 5.0, 50.0, 0.1, 0) < cohesion_of_elite(p, 0.0, 5.0, 50.0, 0.1, 0)
    True
    >>> cohesion_of_elite(p, 0.0, 5.0, 50.0, 0.9, 0) < cohesion_of_elite(p, 0.0, 5.0, 50.0, 0.1, 0)
    True
    """
    return clip01(
        1.0
        - p.monolith_defectors * defectors / oligarch_count
        - p.monolith_dissent * dissent / oligarch_count
        - p.monolith_positioning * positioning
        - p.monolith_quarrels * quarrels
    )


# --- what the equations read off the world -------------------------------------------------------


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
    """Return a share, or a default where nothing was requested.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("indices")
    >>> share_or_default(p, 3.0, 4.0, 0.5) > share_or_default(p, 0.0, 0.0, 0.5)
    True
    """
    return fulfilled / requested if requested > p.request_threshold else default


@kernel
def _tally_exclusions(world, p):
    """Count the contenders whom the ruler would keep out, and those whom he keeps out."""
    tally = world.tally[0]
    constitution = world.constitution[0]
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


@kernel
def _count_stances(world, p):
    """Return the number of men who broke away, and the dissent of those who stay."""
    defectors, dissent = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
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
    return defectors, dissent


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


# --- the rules -----------------------------------------------------------------------------------


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
    """Measure what the ruler asks for and gets."""
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
    _tally_exclusions(world, p)
    exclusion = share_or_default(p, tally.kept_out, tally.unwanted, p.unasked_share)
    granted = compliance(p, bills, orders, index.media_control, verdicts, exclusion)
    index.control = relax(index.control, clip01(granted), p.control_rate)
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
    """Read the indices off the state of the month."""
    p = params.indices
    index = world.index[0]
    society = world.society[0]
    parliament = world.parliament[0]
    economy = world.economy[0]
    record_wealth(world)
    record_reform_and_opposition(world)
    defectors, dissent = _count_stances(world, p)
    oligarch_count = float(len(world.oligarchs))
    index.defected_share = defectors / oligarch_count
    index.monolith = cohesion_of_elite(
        p, defectors, dissent, oligarch_count, society.positioning, society.quarrels
    )
    index.pluralism = effective_power_centres(world, p)
    index.readiness = society.readiness
    index.approval = world.president[0].approval
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
