"""The monthly indices of a world, each defined once by its formula on one fixed scale.

The tallies they are computed from are kept here too.

Equations
---------
measures.control
    share      = done / asked over about the last year; `unasked` where nothing was asked
                 (for bills: 1 where he rules by decree)
    exclusion  is asked against every contender outside the Family as far as he is organised, and
               done where he is barred, jailed, exiled or coopted, else as far as the barrier of
               registration
    control    follows (bills + orders + media + verdicts + exclusion) / 5 within a season
measures.indices
    step_i     = 1 of one who broke away, stance_step of a critic, stance_step^2 of a grumbler or
                 silent man, else 0
    held       = mean of bond_i (1 - step_i) over the elite
    monolith   = clip01(held - looking_past (positioning + quarrels))
    repression is forgotten within a year
    the other indices are read off the state as they are; the month by which reform reaches
    half_reformed is kept in the history, and whether the way to a change by vote is closed: where
    control, or the barrier of registration to rivals, is above closed_control
effective_power_centres
    pluralism  = (sum of weights)^2 / sum of squared weights; the ruler weighs 1, and other_power x
    rooting positioning of a clan, powers dissent of parliament, rich_opposition of the rich outside
    blocs, positioning of a kinsman, energy of a movement

Symbols
-------
bills, orders, verdicts, media : shares of bills passed, orders carried out, verdicts obeyed, media
    held
bond_i, held : how firmly one of the elite is tied to the ruler; how firmly the elite is held
positioning, quarrels : of society, of a clan, of a kinsman: how far they prepare for the time after
    the ruler; memory of open quarrels
"""

from poruka.engine.constants import FIELDS_OF_CONTROL, TINY
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Stance
from poruka.engine.rule import rule
from poruka.engine.world_types import IndicesNumbers, Parameters, Stream, Tally, World
from poruka.rules.history_records import (
    record_closed_way,
    record_reform_and_opposition,
    record_wealth,
)

# --- equations -----------------------------------------------------------------------------------


@kernel
def compliance(bills, orders, media, verdicts, exclusion):
    """Return what the ruler gets of what he asks for: the mean of five fields.

    >>> compliance(0.9, 0.5, 0.5, 0.5, 0.5) > compliance(0.1, 0.5, 0.5, 0.5, 0.5)
    True
    """
    return (bills + orders + media + verdicts + exclusion) / FIELDS_OF_CONTROL


@kernel
def cohesion_of_elite(p: IndicesNumbers, held, positioning, quarrels):
    """Return the cohesion of the elite: how firmly it is held, less what looks past the ruler.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("indices")
    >>> cohesion_of_elite(p, 0.7, 0.1, 0.0) > cohesion_of_elite(p, 0.4, 0.1, 0.0)
    True
    >>> cohesion_of_elite(p, 0.7, 0.9, 0.0) < cohesion_of_elite(p, 0.7, 0.1, 0.0)
    True
    """
    return clip01(held - p.looking_past * (positioning + quarrels))


# --- what the equations read off the world -------------------------------------------------------


@kernel
def update_tallies(tally: Tally, months):
    """Discount last year's counts, so that shares describe about the last year."""
    tally.bills = forget(tally.bills, months)
    tally.bills_passed = forget(tally.bills_passed, months)
    tally.orders = forget(tally.orders, months)
    tally.orders_done = forget(tally.orders_done, months)
    tally.verdicts = forget(tally.verdicts, months)
    tally.verdicts_obeyed = forget(tally.verdicts_obeyed, months)
    tally.unwanted = forget(tally.unwanted, months)
    tally.kept_out = forget(tally.kept_out, months)


@kernel
def share_or_default(fulfilled, requested, default):
    """Return a share, or a default where nothing was requested."""
    return fulfilled / requested if requested > TINY else default


@kernel
def _tally_exclusions(world: World):
    """Count the contenders whom the ruler would keep out, and those whom he keeps out."""
    tally = world.tally[0]
    barrier = world.constitution[0].registration_barrier
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if contender.active and stands_by_himself(j):
            is_excluded = (
                contender.barred or contender.jailed or contender.exiled or contender.coopted
            )
            tally.unwanted += contender.organisation
            tally.kept_out += contender.organisation * (1.0 if is_excluded else barrier)


@kernel
def hold_on_elite(world: World, p):
    """Return the share of the elite that broke away, and how firmly the ruler holds all of it."""
    defectors, held = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if (
            oligarch.stance == Stance.OPPONENT
            or oligarch.stance == Stance.EXILE
            or oligarch.stance == Stance.PRISONER
        ):
            defectors += 1.0
            continue
        step = 0.0
        if oligarch.stance == Stance.CRITIC:
            step = p.stance_step
        elif oligarch.stance == Stance.GRUMBLER or oligarch.stance == Stance.SILENT:
            step = p.stance_step * p.stance_step
        held += oligarch.bond * (1.0 - step)
    count = float(len(world.oligarchs))
    return defectors / count, held / count


@kernel
def _share_without_bloc(world: World):
    """Return the share of the rich opponents who belong to no bloc, which counts by itself."""
    opponents, alone = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.OPPONENT:
            opponents += 1.0
            alone += 1.0 if oligarch.bloc < 0 else 0.0
    return alone / max(opponents, 1.0)


@kernel
def effective_power_centres(world: World, p: IndicesNumbers):
    """Return the effective number of power centres that can act on their own.

    It is the inverse of the sum of their squared shares of power; the ruler counts 1.
    """
    society = world.society[0]
    parliament = world.parliament[0]
    total, squares = 1.0, 1.0
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.active:
            weight = p.other_power * clan.rooting * clan.positioning
            total += weight
            squares += weight * weight
    powers = world.constitution[0].parliament_powers if parliament.sits else 0.0
    parliament_weight = p.other_power * powers * parliament.dissent
    business_weight = p.other_power * society.rich_opposition * _share_without_bloc(world)
    total += parliament_weight + business_weight
    squares += parliament_weight * parliament_weight + business_weight * business_weight
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            weight = p.other_power * kinsman.positioning
            total += weight
            squares += weight * weight
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if movement.active:
            weight = p.other_power * movement.energy
            total += weight
            squares += weight * weight
    return total * total / max(squares, TINY)


@kernel
def measure_cohesion(world: World, p: IndicesNumbers):
    """Read off how firmly the elite holds together, and the share of it that broke away."""
    index, society = world.index[0], world.society[0]
    index.defected_share, held = hold_on_elite(world, p)
    index.monolith = cohesion_of_elite(p, held, society.positioning, society.quarrels)


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
def update_control(world: World, params: Parameters, stream: Stream):
    """Measure what the ruler asks for and gets."""
    index = world.index[0]
    tally = world.tally[0]
    unasked = params.indices.unasked
    unasked_bills = 1.0 if world.constitution[0].decree_power else unasked
    bills = unasked_bills
    if world.parliament[0].sits:
        bills = share_or_default(tally.bills_passed, tally.bills, unasked_bills)
    orders = share_or_default(tally.orders_done, tally.orders, unasked)
    verdicts = share_or_default(tally.verdicts_obeyed, tally.verdicts, unasked)
    _tally_exclusions(world)
    exclusion = share_or_default(tally.kept_out, tally.unwanted, unasked)
    granted = compliance(bills, orders, index.media_control, verdicts, exclusion)
    index.control = approach(index.control, clip01(granted), params.memory.season)
    update_tallies(tally, params.memory.year)


@rule(
    id="measures.indices",
    claim=(
        "Cohesion, pluralism, threats and the rest are read off the state; of the indices only"
        " the hold on media enters another, control."
    ),
    standing="assumption",
    mechanism="",
)
def update_indices(world: World, params: Parameters, stream: Stream):
    """Read the indices off the state of the month."""
    p = params.indices
    index = world.index[0]
    society = world.society[0]
    parliament = world.parliament[0]
    economy = world.economy[0]
    record_wealth(world)
    record_reform_and_opposition(world, p)
    record_closed_way(world, p)
    measure_cohesion(world, p)
    index.pluralism = effective_power_centres(world, p)
    index.readiness = society.readiness
    index.approval = world.president[0].approval
    index.belief_in_alternative = society.belief_in_alternative
    index.order_demand = society.order_demand
    index.parliament_autonomy = parliament.dissent if parliament.sits else 0.0
    index.repression = clip01(forget(index.repression, params.memory.year))
    index.gdp = economy.gdp
    index.inequality = economy.inequality
    strongest = 0.0
    for j in range(1, len(world.contenders)):
        strongest = max(strongest, world.contenders[j].threat)
    index.strongest_threat = clip01(strongest)
