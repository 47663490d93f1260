"""Predation: when nothing is left to give away, kin and strong clans take from the rich.

The rule has more numbers than most, as kin and clans take by a chance each, and what is taken
leaves traces with owners, public and court.

Equations
---------
property.seize
    hunger        = (1 - assets_left)^2
    F is forgotten within a `term`
    a kinsman takes from somebody with the chance a month
        predation hunger aggressiveness security
    a clan takes from somebody with the chance a month
        clan_predation hunger enforcement roots
    the victim is no kin and of another clan, and is he with the most
        wealth (1 - protection) U
    he loses bite wealth, and his grievance rises by `wrong`; what a clan takes its leader owes to
    power (:mod:`.ties`)
    a kinsman who takes is felt to reach further by kin_trace, and F rises by
    kin_trace aggressiveness
    takings       = takings by kin and by clans
    danger        = clip01(lawlessness (1 - assets_left) (1 - law_custom) + alarm (takings + a))
    property_risk moves to danger within a `year`, and a is forgotten within a `year`

Symbols
-------
assets_left : share of state assets that is still to be given away
aggressiveness, security : of a kinsman: readiness to take; hold on organs of force
reach : how far a kinsman has lately reached into others' property
enforcement, roots : of a clan: its control of files, tax police and prosecutors; how rooted it is
protection, U : of a victim: his protection; a number drawn evenly from 0 to 1
F, a : fear of the ruler's kin; memory of arbitrary punishments
wrong : grievance that prison or a robbery leaves, a number of :mod:`.oligarchs`
property_risk : danger of losing property, as owners see it
law_custom : how far rule by law is the custom

References
----------
Theses T022 T023 T025 T041 (property.seize), T036 T050 (single numbers and kernels); chapter, "The
Son-in-Law: Challenge and Defeat".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PropertyNumbers, Stream, World
from poruka.rules.actors.ties import receive_from_power

DRAW_TAKING_BY_KIN = 0
DRAW_TAKING_BY_CLAN = 1
# The attraction of victims takes one address for each predator, kin first and then clans; it comes
# last, as nothing bounds their number here.
DRAW_VICTIM = 2


# --- equations -----------------------------------------------------------------------------------


@kernel
def appetite_of_kinsman(p: PropertyNumbers, hunger, aggressiveness, security):
    """Return the chance that armed kin take from somebody, where little is left to give (T022).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> appetite_of_kinsman(p, 0.9, 0.6, 0.5) > appetite_of_kinsman(p, 0.1, 0.6, 0.5)
    True
    """
    return p.predation * hunger * aggressiveness * security


@kernel
def appetite_of_clan(p: PropertyNumbers, hunger, enforcement, rooting):
    """Return the chance that a clan takes from somebody, most one with roots and tools (T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> appetite_of_clan(p, 0.9, 0.5, 0.6) > appetite_of_clan(p, 0.1, 0.5, 0.6)
    True
    >>> appetite_of_clan(p, 0.9, 0.5, 0.6) > appetite_of_clan(p, 0.9, 0.5, 0.1)
    True
    """
    return p.clan_predation * hunger * enforcement * rooting


@kernel
def attraction_of_victim(wealth, protection):
    """Return how much a rich man draws predators: by his fortune, less by who protects him (T041).

    >>> attraction_of_victim(2.0, 0.3) > attraction_of_victim(1.0, 0.3)
    True
    >>> attraction_of_victim(2.0, 0.3) > attraction_of_victim(2.0, 0.9)
    True
    """
    return wealth * (1.0 - protection)


@kernel
def danger_of_seizure(p: PropertyNumbers, assets_left, law_custom, seizures, arbitrariness):
    """Return the danger that owners see: what power gave, power can take (T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> feared = danger_of_seizure(p, 0.2, 0.3, 1.0, 0.2)
    >>> feared > danger_of_seizure(p, 0.8, 0.3, 1.0, 0.2)
    True
    >>> feared > danger_of_seizure(p, 0.2, 0.9, 1.0, 0.2)
    True
    >>> feared > danger_of_seizure(p, 0.2, 0.3, 0.0, 0.2)
    True
    >>> feared > danger_of_seizure(p, 0.2, 0.3, 1.0, 0.0)
    True
    """
    # All fortunes began unlawfully: once privatisation ends only rules could bind power (T050).
    legal_insecurity = p.lawlessness * (1.0 - assets_left) * (1.0 - law_custom)
    return clip01(legal_insecurity + p.alarm * (seizures + arbitrariness))


# --- what the equations read off the world -------------------------------------------------------


@kernel
def choose_victim(world: World, stream: Stream, predator, excluded_clan):
    """Return the row of the richest weakly protected oligarch in reach of a predator, or -1."""
    best, victim = 0.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.kin or oligarch.clan == excluded_clan:
            continue
        attraction = attraction_of_victim(oligarch.wealth, oligarch.protection) * uniform(
            stream, DRAW_VICTIM + predator, i
        )
        if attraction > best:
            best, victim = attraction, i
    return victim


# --- the rule ------------------------------------------------------------------------------------


@kernel
def take_from(world: World, victim, bite, grievance):
    """Take a share of a victim's fortune, which he remembers, and return it."""
    oligarch = world.oligarchs[victim]
    seized_wealth = bite * oligarch.wealth
    oligarch.wealth -= seized_wealth
    oligarch.grievance = clip01(oligarch.grievance + grievance)
    return seized_wealth


@kernel
def seize_by_kinsman(world: World, params: Parameters, stream: Stream, m):
    """Let the kinsman in row m take from a victim in reach; return the number of takings."""
    p = params.property
    victim = choose_victim(world, stream, m, -1)
    if victim < 0:
        return 0.0
    kinsman = world.family[m]
    society = world.society[0]
    seized_wealth = take_from(world, victim, p.bite, params.oligarchs.wrong)
    kinsman.wealth += seized_wealth
    kinsman.reach = clip01(kinsman.reach + p.kin_trace)
    society.fear_of_kin = clip01(society.fear_of_kin + p.kin_trace * kinsman.aggressiveness)
    predator, target = Entity.FAMILY + m, Entity.OLIGARCHS + victim
    event = log_event(world, EventKind.PROPERTY_SEIZURE, predator, target, seized_wealth)
    log_reason(world, event, Reason.POWER, kinsman.security)
    log_reason(world, event, Reason.GRIEVANCE, world.oligarchs[victim].grievance)
    return 1.0


@kernel
def seize_by_clan(world: World, params: Parameters, stream: Stream, c):
    """Let the clan in row c take from an oligarch of another; return the number of takings."""
    p = params.property
    victim = choose_victim(world, stream, len(world.family) + c, c)
    if victim < 0:
        return 0.0
    clan = world.clans[c]
    seized_wealth = take_from(world, victim, p.bite, params.oligarchs.wrong)
    # No law gives what is taken so, whatever is the custom elsewhere.
    receive_from_power(world, clan.leader, seized_wealth, 0.0)
    predator, target = Entity.OLIGARCHS + clan.leader, Entity.OLIGARCHS + victim
    log_event(world, EventKind.PROPERTY_SEIZURE, predator, target, seized_wealth)
    return 1.0


@rule(
    id="property.seize",
    claim=(
        "When nothing is left to give away, gains come only from others: kin and strong clans take"
        " from the rich, and one who takes from everybody frightens all."
    ),
    theses=["T022", "T023", "T025", "T041"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="operationalised",
    mechanism="M3.predation",
)
def seize(world: World, params: Parameters, stream: Stream):
    """Let kin and clans take from the rich, and the danger that owners see follow."""
    p = params.property
    # Fear of a change of governors enters in oligarchs.fear_loss; files and obedient courts enter
    # there and in the instruments against business, not a second time here.
    economy, society = world.economy[0], world.society[0]
    memory = params.memory
    society.fear_of_kin = forget(society.fear_of_kin, memory.term)
    seizures = 0.0
    hunger = (1.0 - economy.assets_left) * (1.0 - economy.assets_left)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled:
            continue
        appetite = appetite_of_kinsman(p, hunger, kinsman.aggressiveness, kinsman.security)
        appetite = through(world, Channel.APPETITE_OF_KIN, m, appetite)
        if uniform(stream, DRAW_TAKING_BY_KIN, m) <= appetite:
            seizures += seize_by_kinsman(world, params, stream, m)
    for c in range(len(world.clans)):
        clan = world.clans[c]
        appetite = appetite_of_clan(p, hunger, clan.enforcement, clan.rooting)
        if clan.active and uniform(stream, DRAW_TAKING_BY_CLAN, c) <= appetite:
            seizures += seize_by_clan(world, params, stream, c)
    seizures = through(world, Channel.ALARM_AT_TAKINGS, 0, seizures)
    danger = danger_of_seizure(
        p, economy.assets_left, society.law_custom, seizures, society.arbitrariness
    )
    economy.property_risk = approach(economy.property_risk, danger, memory.year)
    society.arbitrariness = forget(society.arbitrariness, memory.year)
