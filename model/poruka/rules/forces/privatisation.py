"""Property: privatisation of state assets, rents of those near the ruler, and predation."""

from poruka.engine.codes import (
    ENTITY_FAMILY,
    ENTITY_OLIGARCHS,
    EVENT_PROPERTY_SEIZURE,
    EXTERNAL_UNION_HOLD,
    REASON_GRIEVANCE,
    REASON_POWER,
    STANCE_EXILE,
    STANCE_OPPONENT,
    STANCE_PRISONER,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule


@kernel
def _choose_victim(world, stream, draw_offset, excluded_clan):
    """Return the richest weakly protected oligarch within a predator's reach, or -1."""
    best, victim = 0.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.kin or oligarch.clan == excluded_clan or oligarch.wealth < 0.2:
            continue
        attraction = (
            oligarch.wealth
            * (1.0 - 0.8 * oligarch.protection)
            * uniform(stream, 2 + draw_offset, i)
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
    economy = world.economy[0]
    president = world.president[0]
    released = (
        economy.assets_left
        * params.property.pace
        * (1.0 - world.outsides[EXTERNAL_UNION_HOLD].value)
        * (0.3 + 0.7 * economy.insulation)
    )
    economy.assets_left = clip01(economy.assets_left - released)
    released_value = 100.0 * released
    # Unaccountable power enriches its circle without any special greed (T019).
    fear = clip01(params.property.safe_hands * (0.4 + president.fear) + 0.5 * economy.safe_policy)
    kin_part = (
        released_value
        * params.property.kin_share
        * (0.6 + 0.4 * fear)
        * (1.0 if president.kin > 0 else 0.0)
    )
    foreign_part = released_value * params.property.resource_share * (0.35 + 0.35 * fear)
    economy.foreign_share = clip01(economy.foreign_share + foreign_part / 100.0)
    home_part = max(0.0, released_value - kin_part - foreign_part)
    total = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        trusted = 1.0 - 0.6 * fear * (1.0 if oligarch.eligible else 0.0)
        is_excluded = (
            oligarch.stance == STANCE_OPPONENT
            or oligarch.stance == STANCE_EXILE
            or oligarch.stance == STANCE_PRISONER
        )
        oligarch.claim = (
            0.0 if is_excluded else (0.05 + oligarch.nearness) * trusted * oligarch.ability
        )
        total += oligarch.claim
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        received = home_part * oligarch.claim / max(total, 1e-9)
        oligarch.wealth += received
    total_kinship = 0.0
    for m in range(len(world.family)):
        total_kinship += world.family[m].kinship if world.family[m].active else 0.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            kinsman.wealth += kin_part * kinsman.kinship / max(total_kinship, 1e-9)


@rule(
    id="property.earn",
    claim="Fortunes grow with the market; nearness to the ruler adds rent on top.",
    theses=["T039", "T042"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M3.rents",
)
def earn(world, params, stream):
    economy = world.economy[0]
    base = params.property.yield_rate / 12.0 + 0.5 * economy.growth / 12.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == STANCE_PRISONER or oligarch.stance == STANCE_EXILE:
            oligarch.wealth *= 0.97
            continue
        rent = params.property.rent * oligarch.nearness * economy.gdp / 12.0
        room = 1.0 / (1.0 + oligarch.wealth / 40.0)
        oligarch.wealth = max(0.01, oligarch.wealth * (1.0 + base * room) + rent)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            kinsman.wealth = max(0.0, kinsman.wealth * (1.0 + base / (1.0 + kinsman.wealth / 40.0)))


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
    # Fear of a change of governors enters in oligarchs.fear_loss; files and obedient courts enter
    # there and in the instruments against business, not a second time here.
    economy = world.economy[0]
    society = world.society[0]
    society.fear_of_kin = 0.97 * society.fear_of_kin
    seizures = 0.0
    hunger = (1.0 - economy.assets_left) * (1.0 - economy.assets_left)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled or kinsman.security < 0.05:
            continue
        appetite = params.property.predation * hunger * kinsman.aggressiveness * kinsman.security
        if uniform(stream, 0, m) > appetite:
            continue
        victim = _choose_victim(world, stream, m, -1)
        if victim < 0:
            continue
        oligarch = world.oligarchs[victim]
        seized_wealth = params.property.bite * oligarch.wealth
        oligarch.wealth -= seized_wealth
        oligarch.grievance = clip01(oligarch.grievance + 0.5)
        kinsman.wealth += seized_wealth
        kinsman.reach = clip01(kinsman.reach + 0.12)
        society.fear_of_kin = clip01(society.fear_of_kin + 0.10 * kinsman.aggressiveness)
        seizures += 1.0
        event = log_event(
            world,
            EVENT_PROPERTY_SEIZURE,
            ENTITY_FAMILY + m,
            ENTITY_OLIGARCHS + victim,
            seized_wealth,
        )
        log_reason(world, event, REASON_POWER, kinsman.security)
        log_reason(world, event, REASON_GRIEVANCE, oligarch.grievance)
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active or uniform(
            stream, 1, c
        ) > params.property.clan_predation * hunger * clan.enforcement * (0.3 + clan.rooting):
            continue
        victim = _choose_victim(world, stream, len(world.family) + c, c)
        if victim < 0:
            continue
        oligarch = world.oligarchs[victim]
        seized_wealth = 0.5 * params.property.bite * oligarch.wealth
        oligarch.wealth -= seized_wealth
        oligarch.grievance = clip01(oligarch.grievance + 0.3)
        world.oligarchs[clan.leader].wealth += seized_wealth
        seizures += 0.6
        log_event(
            world,
            EVENT_PROPERTY_SEIZURE,
            ENTITY_OLIGARCHS + clan.leader,
            ENTITY_OLIGARCHS + victim,
            seized_wealth,
        )
    # All fortunes began unlawfully: once privatisation ends, power can take what power gave, unless
    # rules bind it (T041, T050).
    legal_insecurity = (
        params.property.lawlessness * (1.0 - economy.assets_left) * (1.0 - society.law_custom)
    )
    economy.property_risk = relax(
        economy.property_risk,
        clip01(legal_insecurity + params.property.alarm * seizures + 0.5 * society.arbitrariness),
        0.06,
    )
    society.arbitrariness = 0.95 * society.arbitrariness
