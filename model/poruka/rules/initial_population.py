"""The initial population: citizens, clans, oligarchs, clients, kin, commanders and courts."""

import math

from poruka.engine.codes import LAYERS
from poruka.engine.constants import HALF, TINY
from poruka.engine.functions import clip, clip01, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import Horde, Layer
from poruka.engine.random_streams import normal, uniform
from poruka.engine.world_types import Parameters, PopulationNumbers, StartValues, Stream, World
from poruka.rules.actors.elite_ties import draw_ties
from poruka.rules.actors.nearness import (
    distinction_of_own,
    favour_of_man,
    is_of_own_group,
    kinship_by_place,
    protection_of_fortune,
)

# The draws of the initial state, each with a number of its own.
DRAW_NATION = 1
DRAW_MARKET = 2
DRAW_AGE = 3
DRAW_ORDER_DEMAND = 4
DRAW_HABIT = 5
DRAW_HORDE = 6
DRAW_CLAN_CLIENTELE = 10
DRAW_CLAN_ENFORCEMENT = 11
DRAW_CLAN_MEDIA = 12
DRAW_CLAN_STANDING = 13
DRAW_TITULAR = 14
DRAW_ELIGIBLE = 15
DRAW_REGIME_MADE = 16
DRAW_FORTUNE = 17
DRAW_FILES = 18
DRAW_ABILITY = 19
DRAW_AMBITION = 20
DRAW_BOLDNESS_OF_ELITE = 21
DRAW_KIN = 23
DRAW_CLIENT_FILES = 24
DRAW_CLIENT_LOYALTY = 25
DRAW_KIN_AMBITION = 26
DRAW_KIN_AGGRESSIVENESS = 27
DRAW_KIN_PUBLICITY = 28
DRAW_COMMANDER = 29
DRAW_COURT = 30
DRAW_KIN_TIE = 31
DRAW_HOME_TIE = 32


@kernel
def draw_share(stream: Stream, draw, row, mean, spread):
    """Draw a share around a mean."""
    return clip01(mean + spread * normal(stream, draw, row))


@kernel
def draw_citizens(world: World, params: Parameters, start: StartValues, stream: Stream):
    """Draw the citizens: two peoples around their own positions, cohorts, habits and wishes."""
    p = params.population
    society = world.society[0]
    camp_distance = start.society.camps_apart
    disagreement = 1.0 - start.society.consensus
    market_spread = p.market_spread * (1.0 - p.agreement + p.agreement * disagreement)
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        # Shares are met exactly by position in the sample, so that no world starts with the shares
        # of another country.
        citizen.minority = (i + HALF) / len(world.citizens) < start.society.minority_share
        side = -1.0 if citizen.minority else 1.0
        citizen.nation = clip(
            start.society.nation_lean
            + side * camp_distance
            + p.nation_spread * normal(stream, DRAW_NATION, i),
            -1.0,
            1.0,
        )
        citizen.market = clip(
            start.society.market_lean + market_spread * normal(stream, DRAW_MARKET, i), -1.0, 1.0
        )
        citizen.age = p.adult_age + p.ages_span * uniform(stream, DRAW_AGE, i)
        citizen.order_demand = draw_share(
            stream, DRAW_ORDER_DEMAND, i, start.society.order_demand, p.spread
        )
        citizen.habit = draw_share(
            stream,
            DRAW_HABIT,
            i,
            start.society.habit
            * (1.0 + (p.young_habit if citizen.age < p.young_age else -p.young_habit)),
            p.spread,
        )
        citizen.horde = assign_horde(p, start, uniform(stream, DRAW_HORDE, i))
    society.minority_share = start.society.minority_share
    society.polarisation = start.society.polarisation * (1.0 - start.society.consensus)
    society.consensus = start.society.consensus
    society.solidarity = clip01(start.society.solidarity * params.clans.solidarity)
    society.atomisation = start.society.atomisation
    society.autocratic_custom = start.society.autocratic_custom
    society.kin_acceptance = start.society.kin_acceptance
    society.law_custom = start.society.law_custom
    society.nostalgia = start.opposition.imperial_nostalgia
    society.order_demand = start.society.order_demand
    society.habit = start.society.habit
    society.contested = start.society.contested


@kernel
def assign_horde(p: PopulationNumbers, start: StartValues, quantile):
    """Return a horde by its share of the population; a country without hordes has one."""
    if int(start.society.hordes) <= 1:
        return Horde.OWN
    if quantile < start.elite.own_horde_share:
        return Horde.OWN
    others = 1.0 - start.elite.own_horde_share
    second = start.elite.own_horde_share + others / (start.society.hordes - 1.0)
    return Horde.SECOND if quantile < second else Horde.THIRD


@kernel
def draw_elite(world: World, params: Parameters, start: StartValues, stream: Stream):
    """Draw clans, the heads of the fifty families and the pyramid of clients below them.

    The old elite owes the ruler nothing yet: a man is as near to him as kin, horde and clan make
    him, and holds no property by his power (T039).
    """
    p = params.population
    clan_count = len(world.clans)
    for c in range(clan_count):
        clan = world.clans[c]
        clan.horde = assign_horde(p, start, (c + HALF) / clan_count)
        clan.clientele = draw_share(stream, DRAW_CLAN_CLIENTELE, c, p.clan_means, p.spread)
        clan.enforcement = draw_share(stream, DRAW_CLAN_ENFORCEMENT, c, p.clan_means, p.spread)
        clan.media = draw_share(stream, DRAW_CLAN_MEDIA, c, p.clan_means, p.spread)
        clan.standing = draw_share(stream, DRAW_CLAN_STANDING, c, p.usual, p.spread)
        clan.rooting = 0.0
        clan.leader = 0
        clan.members = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.clan = i % clan_count
        oligarch.horde = world.clans[oligarch.clan].horde
        oligarch.titular = uniform(stream, DRAW_TITULAR, i) < start.elite.titular_share
        oligarch.eligible = (
            oligarch.titular or uniform(stream, DRAW_ELIGIBLE, i) < start.elite.outsiders_eligible
        )
        oligarch.regime_made = uniform(stream, DRAW_REGIME_MADE, i) < start.elite.regime_made
        oligarch.wealth = p.fortune * math.exp(p.fortune_spread * normal(stream, DRAW_FORTUNE, i))
        oligarch.compromising_files = draw_share(
            stream, DRAW_FILES, i, start.elite.skeletons, p.spread
        )
        oligarch.ability = draw_share(stream, DRAW_ABILITY, i, p.usual, p.trait_spread)
        oligarch.ambition = draw_share(stream, DRAW_AMBITION, i, p.usual, p.trait_spread)
        oligarch.boldness = draw_share(stream, DRAW_BOLDNESS_OF_ELITE, i, p.usual, p.trait_spread)
        oligarch.kin = (
            clip01(
                (uniform(stream, DRAW_KIN, i) - p.kin_quantile) / max(TINY, 1.0 - p.kin_quantile)
            )
            if oligarch.horde == Horde.OWN
            else 0.0
        )
        clan = world.clans[oligarch.clan]
        if (
            clan.members < 1.0
            or oligarch.ability * oligarch.ambition
            > world.oligarchs[clan.leader].ability * world.oligarchs[clan.leader].ambition
        ):
            clan.leader = i
        clan.members += 1.0
    draw_ties(world, stream, DRAW_KIN_TIE, DRAW_HOME_TIE)
    apart = distinction_of_own(world, Horde.OWN)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.nearness = favour_of_man(
            params.clans,
            world.clans[oligarch.clan].standing,
            oligarch.kin,
            apart if is_of_own_group(oligarch, Horde.OWN) else 0.0,
            1.0 if oligarch.eligible else 0.0,
            False,
        )
        clientele = world.clans[oligarch.clan].clientele
        oligarch.protection = protection_of_fortune(oligarch.nearness, clientele)
    # As many are sampled of each layer, however many clients a layer has.
    first_layer_size = len(world.clients) // LAYERS
    for i in range(len(world.clients)):
        client = world.clients[i]
        client.layer = Layer.THIRD
        if i - first_layer_size < first_layer_size:
            client.layer = Layer.FIRST if i < first_layer_size else Layer.SECOND
        patron_count = len(world.oligarchs) if i < first_layer_size else first_layer_size
        client.patron = (
            i % patron_count
            if i < first_layer_size
            else (i % max(1, first_layer_size))
            + (0 if client.layer == Layer.SECOND else first_layer_size)
        )
        client.compromising_files = draw_share(
            stream, DRAW_CLIENT_FILES, i, start.elite.skeletons, p.spread
        )
        client.loyalty = draw_share(stream, DRAW_CLIENT_LOYALTY, i, p.client_loyalty, p.spread)
        client.fed = (
            saturate(world.oligarchs[client.patron].wealth, params.oligarchs.fortune)
            if client.layer == Layer.FIRST
            else world.clients[client.patron].fed
        )
    world.society[0].pyramid_loyalty = p.client_loyalty
    for m in range(len(world.family)):
        kinsman = world.family[m]
        kinsman.active = m < int(start.family.members)
        kinsman.son = m < int(start.family.sons)
        kinsman.kinship = kinship_by_place(m, start.family.members)
        kinsman.wealth = params.tenure.kin_fortune
        kinsman.ambition = draw_share(
            stream, DRAW_KIN_AMBITION, m, start.family.ambition, p.trait_spread
        )
        kinsman.aggressiveness = draw_share(
            stream, DRAW_KIN_AGGRESSIVENESS, m, start.family.aggressiveness, p.trait_spread
        )
        kinsman.publicity = draw_share(stream, DRAW_KIN_PUBLICITY, m, p.usual, p.trait_spread)
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        commander.clan = k % clan_count
        commander.horde = world.clans[commander.clan].horde
        commander.obedience = draw_share(stream, DRAW_COMMANDER, k, start.force.obedience, p.spread)
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed = draw_share(stream, DRAW_COURT, k, start.force.courts, p.spread)
        court.obedience = court.appointed
