"""The Family: the ruler's kin, who gather wealth, channels and force, and compete to succeed him.

They cannot be dismissed like ministers. A son settles the question of the heir; without one up to
three of the kin count as heirs, and each with means seeks followers of his own.

Equations
---------
family.grow
    means       = saturate(wealth, fortune)
    acceptance  = kin_acceptance (far_kin + (1 - far_kin) kinship)
    media moves to means acceptance publicity within a `term`
    security moves to means acceptance aggressiveness within a `term`
    wish        = clip01(ambition (early_wish + e))
    q moves to wish means within a `year`
    reach is forgotten within a `term`
    in exile security goes within a `season`

family.compete
    claim       = kinship (ambition + q) + (1 if a son)
    heirs are the three with the strongest claims, or only the first where he is a son, as far as
    wish >= heir_threshold
    an heir is a contender without radicalism, of the ability `population.usual`, with
        office  = heir_name + (1 - heir_name) security
        fame    = heir_name + (1 - heir_name) publicity
        organisation, which moves to q within a `year`
    he founds a party, one in his life, with the chance open_step q a month
    a ruler with a son names him heir with the chance open_step e a month

Symbols
-------
saturate(x, half) : x / (x + half)
fortune : fortune at which wealth gives half of what it can, a number of :mod:`.oligarchs`
kin_acceptance : how far society takes ruling kin for natural
kinship, wealth, ambition, publicity, aggressiveness : traits of one of the kin
media, security, reach : his channels; his hold on organs of force; reach into others' property
e : expected end of the ruler's tenure, from 0 to 1
q : effort he puts into the succession

References
----------
Theses T022 T025 T028 T029 (family.grow), T026 T071 T116 (family.compete), T112 (single numbers);
chapter, "Privatization and Power" and "Rising Opposition, Creeping Democratization".
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through, through_as_flag
from poruka.engine.codes import HEIRS, NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import FamilyNumbers, Parameters, Stream, World

DRAW_PARTY_OF_HEIR = 0
DRAW_NAMING_OF_SON = 1


class Heirs(NamedTuple):
    """Rows of the three of the kin with the strongest claims, -1 for nobody."""

    first: int
    second: int
    third: int


# --- equations -----------------------------------------------------------------------------------


@kernel
def acceptance_of_kinsman(p: FamilyNumbers, kin_acceptance, kinship):
    """Return how calmly society takes a public role of one of the kin, of the nearest most (T028).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> acceptance_of_kinsman(p, 0.8, 0.5) > acceptance_of_kinsman(p, 0.2, 0.5)
    True
    >>> acceptance_of_kinsman(p, 0.8, 0.9) > acceptance_of_kinsman(p, 0.8, 0.5)
    True
    """
    return kin_acceptance * (p.far_kin + (1.0 - p.far_kin) * kinship)


@kernel
def wish_to_succeed(p: FamilyNumbers, ambition, expected_end):
    """Return the wish to succeed the ruler, which his near end feeds (T112).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> wish_to_succeed(p, 0.4, 0.6) > wish_to_succeed(p, 0.4, 0.0)
    True
    >>> wish_to_succeed(p, 0.4, 0.0) > wish_to_succeed(p, 0.1, 0.0)
    True
    """
    return clip01(ambition * (p.early_wish + expected_end))


@kernel
def claim_to_succession(kinship, ambition, positioning, is_son):
    """Return the claim of one of the kin to the succession; a son comes before others (T116).

    >>> claim_to_succession(0.5, 0.1, 0.0, True) > claim_to_succession(0.5, 0.5, 0.4, False)
    True
    >>> claim_to_succession(0.5, 0.2, 0.0, False) > claim_to_succession(0.1, 0.2, 0.0, False)
    True
    """
    return kinship * (ambition + positioning) + (1.0 if is_son else 0.0)


@kernel
def rank_of_heir(p: FamilyNumbers, support):
    """Return the fame or office of an heir: his name gives some, his roles the rest (T028, T029).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> rank_of_heir(p, 0.8) > rank_of_heir(p, 0.1) > 0.0
    True
    """
    return p.heir_name + (1.0 - p.heir_name) * support


# --- what the equations read off the world -------------------------------------------------------


@kernel
def claim_of_row(world: World, m):
    """Return the claim of the kinsman in row m."""
    kinsman = world.family[m]
    return claim_to_succession(kinsman.kinship, kinsman.ambition, kinsman.positioning, kinsman.son)


@kernel
def _wish_of_row(world: World, p: FamilyNumbers, m):
    """Return how much the kinsman in row m wishes to succeed the ruler."""
    near_end = through(world, Channel.END_IN_SIGHT_TO_KIN, m, world.president[0].expected_end)
    return wish_to_succeed(p, world.family[m].ambition, near_end)


@kernel
def strongest_claims(world: World):
    """Return the rows of the three of the kin who have the strongest claims."""
    first, second, third = -1, -1, -1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled:
            continue
        claim = claim_of_row(world, m)
        if first < 0 or claim > claim_of_row(world, first):
            first, second, third = m, first, second
        elif second < 0 or claim > claim_of_row(world, second):
            second, third = m, second
        elif third < 0 or claim > claim_of_row(world, third):
            third = m
    return Heirs(first, second, third)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="family.grow",
    claim=(
        "Kin gather fortunes, channels and posts in the organs of force, as far as society takes"
        " ruling kin for natural."
    ),
    theses=["T022", "T025", "T028", "T029"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M6.family",
)
def gather_resources(world: World, params: Parameters, stream: Stream):
    """Let kin in public life gather channels and force, and turn to the succession."""
    p = params.family
    memory = params.memory
    society, president = world.society[0], world.president[0]
    president.kin = 0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active:
            continue
        president.kin += 1
        kinsman.reach = forget(kinsman.reach, memory.term)
        if kinsman.exiled:
            kinsman.security = forget(kinsman.security, memory.season)
            continue
        means = saturate(kinsman.wealth, params.oligarchs.fortune)
        acceptance = acceptance_of_kinsman(p, society.kin_acceptance, kinsman.kinship)
        acceptance = through(world, Channel.KIN_ACCEPTED, m, acceptance)
        channels = means * acceptance * kinsman.publicity
        kinsman.media = approach(kinsman.media, channels, memory.term)
        force = means * acceptance * kinsman.aggressiveness
        kinsman.security = approach(kinsman.security, force, memory.term)
        wish = _wish_of_row(world, p, m)
        kinsman.positioning = approach(kinsman.positioning, wish * means, memory.year)


@kernel
def stand_as_heir(world: World, params: Parameters, m, rank):
    """Make the kinsman in row m the contender who is heir of this rank."""
    p = params.family
    kinsman = world.family[m]
    contender = world.contenders[Role.HEIR + rank]
    president = world.president[0]
    contender.active, contender.eligible = True, True
    contender.person = m
    contender.nation, contender.market = president.nation, president.market
    contender.radicalism, contender.ability = 0.0, params.population.usual
    contender.minority, contender.horde = False, president.horde
    contender.money = saturate(kinsman.wealth, params.oligarchs.fortune)
    contender.media = kinsman.media
    contender.office = rank_of_heir(p, kinsman.security)
    contender.organisation = approach(
        contender.organisation, kinsman.positioning, params.memory.year
    )
    contender.fame = rank_of_heir(p, kinsman.publicity)


@kernel
def found_own_party(world: World, p: FamilyNumbers, stream: Stream, m, money):
    """Let an heir who wants a party and has none found it (T026)."""
    kinsman = world.family[m]
    chance = through(world, Channel.HEIRS_FOUND_PARTIES, m, p.open_step * kinsman.positioning)
    if not kinsman.party and uniform(stream, DRAW_PARTY_OF_HEIR, m) < chance:
        kinsman.party = True
        founder = Entity.FAMILY + m
        event = log_event(world, EventKind.PARTY, founder, NOBODY, kinsman.positioning)
        log_reason(world, event, Reason.POWER, money)
        log_reason(world, event, Reason.EXPECTED_END, world.president[0].expected_end)


@kernel
def name_son_heir(world: World, p: FamilyNumbers, stream: Stream, m):
    """Let a ruler whose end is near name his son, in row m, his heir (T116)."""
    president = world.president[0]
    chance = p.open_step * president.expected_end
    if president.heir < 0 and uniform(stream, DRAW_NAMING_OF_SON, 0) < chance:
        president.heir = Role.HEIR
        son = Entity.FAMILY + m
        log_event(world, EventKind.HEIR_NAMED, son, NOBODY, president.expected_end)


@rule(
    id="family.compete",
    claim=(
        "With no son the heirs are several: each who has means seeks his own party, channel and"
        " followers, and the Family becomes a source of pluralism."
    ),
    theses=["T026", "T071", "T116"],
    locator="Rising Opposition, Creeping Democratization",
    standing="operationalised",
    mechanism="M6.heirs",
)
def compete(world: World, params: Parameters, stream: Stream):
    """Decide who of the kin counts as an heir, and let heirs found parties or be named."""
    p = params.family
    society = world.society[0]
    heirs = strongest_claims(world)
    has_son = heirs.first >= 0 and world.family[heirs.first].son
    is_settled = through_as_flag(world, Channel.SON_SETTLES_SUCCESSION, 0, has_son)
    society.heirs = 0.0
    for rank in range(HEIRS):
        m = heirs[rank]
        contender = world.contenders[Role.HEIR + rank]
        if m < 0 or (is_settled and rank > 0):
            contender.active = False
            continue
        wish = _wish_of_row(world, p, m)
        if wish < p.heir_threshold:
            contender.active = False
            continue
        stand_as_heir(world, params, m, rank)
        society.heirs += 1.0
        found_own_party(world, p, stream, m, contender.money)
    if has_son:
        name_son_heir(world, p, stream, heirs.first)
