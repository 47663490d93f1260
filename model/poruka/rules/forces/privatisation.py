"""Property: privatisation of state assets, rents of those near the ruler, and predation."""

from poruka.engine.constants import MONTHS_PER_YEAR, TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import External, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule

DRAW_VICTIM = 2  # plus the number of the predator


@kernel
def _choose_victim(world, p, stream, draw_offset, excluded_clan):
    """Return the richest weakly protected oligarch within a predator's reach, or -1."""
    best, victim = 0.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.kin or oligarch.clan == excluded_clan or oligarch.wealth < p.victim_fortune:
            continue
        attraction = (
            oligarch.wealth
            * (1.0 - p.shield * oligarch.protection)
            * uniform(stream, DRAW_VICTIM + draw_offset, i)
        )
        if attraction > best:
            best, victim = attraction, i
    return victim


@rule(
    id="property.privatise",
    claim=(
        "Assets go by nearness to the ruler; where he fears rivals the richest branches go to kin,"
        " to men who could never rule and to foreigners."
    ),
    theses=["T019", "T020", "T034", "T039", "T045"],
    locator="Privatization and Power",
    standing="stated",
    mechanism="M3.privatisation",
)
def privatise(world, params, stream):
    p = params.property
    economy = world.economy[0]
    president = world.president[0]
    released = (
        economy.assets_left
        * p.pace
        * (1.0 - world.outsides[External.UNION_HOLD].value)
        * (p.pace_floor + p.pace_insulation * economy.insulation)
    )
    economy.assets_left = clip01(economy.assets_left - released)
    released_value = p.assets_worth * released
    # Unaccountable power enriches its circle without any special greed (T019).
    fear = clip01(
        p.safe_hands * (p.usual_fear + president.fear) + p.safe_policy * economy.safe_policy
    )
    kin_part = (
        released_value
        * p.kin_share
        * (p.kin_floor + p.kin_fear * fear)
        * (1.0 if president.kin > 0 else 0.0)
    )
    foreign_part = released_value * p.resource_share * (p.foreign_floor + p.foreign_fear * fear)
    economy.foreign_share = clip01(economy.foreign_share + foreign_part / p.assets_worth)
    home_part = max(0.0, released_value - kin_part - foreign_part)
    total = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        trusted = 1.0 - p.distrust * fear * (1.0 if oligarch.eligible else 0.0)
        is_excluded = (
            oligarch.stance == Stance.OPPONENT
            or oligarch.stance == Stance.EXILE
            or oligarch.stance == Stance.PRISONER
        )
        oligarch.claim = (
            0.0 if is_excluded else (p.claim_floor + oligarch.nearness) * trusted * oligarch.ability
        )
        total += oligarch.claim
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        received = home_part * oligarch.claim / max(total, TINY)
        oligarch.wealth += received
    total_kinship = 0.0
    for m in range(len(world.family)):
        total_kinship += world.family[m].kinship if world.family[m].active else 0.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            kinsman.wealth += kin_part * kinsman.kinship / max(total_kinship, TINY)


@rule(
    id="property.earn",
    claim="Fortunes grow with the market; nearness to the ruler adds rent on top.",
    theses=["T039", "T042"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M3.rents",
)
def earn(world, params, stream):
    p = params.property
    economy = world.economy[0]
    base = p.yield_rate / MONTHS_PER_YEAR + p.growth_yield * economy.growth / MONTHS_PER_YEAR
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.PRISONER or oligarch.stance == Stance.EXILE:
            oligarch.wealth *= p.lost_memory
            continue
        rent = p.rent * oligarch.nearness * economy.gdp / MONTHS_PER_YEAR
        room = 1.0 / (1.0 + oligarch.wealth / p.full_fortune)
        oligarch.wealth = max(p.least_fortune, oligarch.wealth * (1.0 + base * room) + rent)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            kinsman.wealth = max(
                0.0, kinsman.wealth * (1.0 + base / (1.0 + kinsman.wealth / p.full_fortune))
            )


@rule(
    id="property.seize",
    claim=(
        "When nothing is left to give away, gains come only from others: kin and strong clans take"
        " from the rich, and one who takes from everybody frightens all."
    ),
    theses=["T022", "T023", "T025", "T041"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="stated",
    mechanism="M3.predation",
)
def seize(world, params, stream):
    p = params.property
    # Fear of a change of governors enters in oligarchs.fear_loss; files and obedient courts enter
    # there and in the instruments against business, not a second time here.
    economy = world.economy[0]
    society = world.society[0]
    society.fear_of_kin = p.kin_fear_memory * society.fear_of_kin
    seizures = 0.0
    hunger = (1.0 - economy.assets_left) * (1.0 - economy.assets_left)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled or kinsman.security < p.armed:
            continue
        appetite = p.predation * hunger * kinsman.aggressiveness * kinsman.security
        if uniform(stream, 0, m) > appetite:
            continue
        victim = _choose_victim(world, p, stream, m, -1)
        if victim < 0:
            continue
        oligarch = world.oligarchs[victim]
        seized_wealth = p.bite * oligarch.wealth
        oligarch.wealth -= seized_wealth
        oligarch.grievance = clip01(oligarch.grievance + p.kin_grievance)
        kinsman.wealth += seized_wealth
        kinsman.reach = clip01(kinsman.reach + p.kin_reach)
        society.fear_of_kin = clip01(society.fear_of_kin + p.kin_fright * kinsman.aggressiveness)
        seizures += 1.0
        event = log_event(
            world,
            EventKind.PROPERTY_SEIZURE,
            Entity.FAMILY + m,
            Entity.OLIGARCHS + victim,
            seized_wealth,
        )
        log_reason(world, event, Reason.POWER, kinsman.security)
        log_reason(world, event, Reason.GRIEVANCE, oligarch.grievance)
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active or uniform(
            stream, 1, c
        ) > p.clan_predation * hunger * clan.enforcement * (p.clan_floor + clan.rooting):
            continue
        victim = _choose_victim(world, p, stream, len(world.family) + c, c)
        if victim < 0:
            continue
        oligarch = world.oligarchs[victim]
        seized_wealth = p.clan_bite * p.bite * oligarch.wealth
        oligarch.wealth -= seized_wealth
        oligarch.grievance = clip01(oligarch.grievance + p.clan_grievance)
        world.oligarchs[clan.leader].wealth += seized_wealth
        seizures += p.clan_alarm
        log_event(
            world,
            EventKind.PROPERTY_SEIZURE,
            Entity.OLIGARCHS + clan.leader,
            Entity.OLIGARCHS + victim,
            seized_wealth,
        )
    # All fortunes began unlawfully: once privatisation ends, power can take what power gave, unless
    # rules bind it (T041, T050).
    legal_insecurity = p.lawlessness * (1.0 - economy.assets_left) * (1.0 - society.law_custom)
    economy.property_risk = relax(
        economy.property_risk,
        clip01(legal_insecurity + p.alarm * seizures + p.arbitrariness * society.arbitrariness),
        p.risk_rate,
    )
    society.arbitrariness = p.arbitrariness_memory * society.arbitrariness
