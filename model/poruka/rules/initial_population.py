"""The initial population: citizens, clans, oligarchs, clients, kin, commanders and courts."""

import math

from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform


@kernel
def draw_share(stream, draw, row, mean, spread):
    """Draw a share around a mean."""
    return clip01(mean + spread * normal(stream, draw, row))


@kernel
def draw_citizens(world, params, start, stream):
    """Draw the citizens: two peoples around their own positions, cohorts, habits and wishes."""
    society = world.society[0]
    camp_distance = start.society.camps_apart
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        # Shares are met exactly by position in the sample, so that no world starts with the shares
        # of another country.
        citizen.minority = (i + 0.5) / len(world.citizens) < start.society.minority_share
        side = -1.0 if citizen.minority else 1.0
        citizen.nation = clip(
            start.society.nation_lean + side * camp_distance + 0.25 * normal(stream, 1, i),
            -1.0,
            1.0,
        )
        citizen.market = clip(
            start.society.market_lean
            + (0.45 - 0.3 * start.society.consensus) * normal(stream, 2, i),
            -1.0,
            1.0,
        )
        citizen.age = 18.0 + 55.0 * uniform(stream, 3, i)
        citizen.order_demand = draw_share(stream, 4, i, start.society.order_demand, 0.12)
        citizen.habit = draw_share(
            stream, 5, i, start.society.habit * (1.3 if citizen.age < 35.0 else 0.8), 0.05
        )
        citizen.horde = assign_horde(start, uniform(stream, 6, i))
    society.minority_share = start.society.minority_share
    society.polarisation = start.society.polarisation * (1.0 - 0.6 * start.society.consensus)
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
    society.said_against = 0.15


@kernel
def assign_horde(start, quantile):
    """Return a horde by its share of the population; a country without hordes has one."""
    if start.society.hordes < 2.0:
        return 0
    if quantile < start.elite.own_horde_share:
        return 0
    return (
        1
        if quantile < start.elite.own_horde_share + 0.6 * (1.0 - start.elite.own_horde_share)
        else 2
    )


@kernel
def draw_elite(world, start, stream):
    """Draw clans, the heads of the fifty families and the pyramid of clients below them."""
    clan_count = len(world.clans)
    for c in range(clan_count):
        clan = world.clans[c]
        clan.horde = assign_horde(start, (c + 0.5) / clan_count)
        clan.clientele = draw_share(stream, 10, c, 0.12, 0.04)
        clan.enforcement = draw_share(stream, 11, c, 0.25, 0.15)
        clan.media = draw_share(stream, 12, c, 0.08, 0.05)
        clan.standing = draw_share(stream, 13, c, 0.5, 0.12)
        clan.rooting = 0.05
        clan.leader = 0
        clan.members = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.clan = i % clan_count
        oligarch.horde = world.clans[oligarch.clan].horde
        oligarch.titular = uniform(stream, 14, i) < start.elite.titular_share
        oligarch.eligible = (
            oligarch.titular or uniform(stream, 15, i) < start.elite.outsiders_eligible
        )
        oligarch.regime_made = uniform(stream, 16, i) < start.elite.regime_made
        oligarch.wealth = 0.15 * math.exp(0.5 * normal(stream, 17, i))
        oligarch.compromising_files = draw_share(stream, 18, i, start.elite.skeletons, 0.15)
        oligarch.ability = draw_share(stream, 19, i, 0.5, 0.2)
        oligarch.ambition = draw_share(stream, 20, i, 0.45, 0.2)
        oligarch.boldness = draw_share(stream, 21, i, 0.4, 0.2)
        oligarch.nearness = draw_share(stream, 22, i, 0.45, 0.15)
        oligarch.kin = (
            clip01(1.5 * (uniform(stream, 23, i) - 0.9) * 6.0) if oligarch.horde == 0 else 0.0
        )
        clan = world.clans[oligarch.clan]
        if (
            clan.members < 0.5
            or oligarch.ability * oligarch.ambition
            > world.oligarchs[clan.leader].ability * world.oligarchs[clan.leader].ambition
        ):
            clan.leader = i
        clan.members += 1.0
    first_layer_size = len(world.clients) // 3
    for i in range(len(world.clients)):
        client = world.clients[i]
        client.layer = 1 if i < first_layer_size else 2 if i < 2 * first_layer_size else 3
        patron_count = len(world.oligarchs) if i < first_layer_size else first_layer_size
        client.patron = (
            i % patron_count
            if i < first_layer_size
            else (i % max(1, first_layer_size)) + (0 if client.layer == 2 else first_layer_size)
        )
        client.compromising_files = draw_share(stream, 24, i, start.elite.skeletons, 0.15)
        client.loyalty = draw_share(stream, 25, i, 0.6, 0.1)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        kinsman.active = m < int(start.family.members)
        kinsman.son = m < int(start.family.sons)
        kinsman.kinship = clip01(0.9 - 0.12 * m)
        kinsman.ambition = draw_share(stream, 26, m, start.family.ambition, 0.2)
        kinsman.aggressiveness = draw_share(stream, 27, m, start.family.aggressiveness, 0.25)
        kinsman.publicity = draw_share(stream, 28, m, 0.45, 0.25)
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        commander.clan = k % clan_count
        commander.horde = world.clans[commander.clan].horde
        commander.obedience = draw_share(stream, 29, k, start.force.obedience, 0.08)
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed = draw_share(stream, 30, k, start.force.courts, 0.08)
        court.obedience = 0.8 * court.appointed
