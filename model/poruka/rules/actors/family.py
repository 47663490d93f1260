"""The Family: the ruler's kin, who gather wealth, channels and force, and compete to succeed him.

They cannot be dismissed like ministers. A son settles the question of the heir; without one up to
three of the kin count as heirs, and each with means seeks followers of his own.

Equations
---------
family.grow
    means       = saturate(wealth, fortune)
    acceptance  = kin_acceptance (far_kin + near_kin kinship)
    media       = relax(media, clip01(means acceptance publicity), gathering)
    security    = relax(security, clip01(means acceptance aggressiveness), gathering)
    wish        = clip01(ambition (early_wish + e) + reach_wish reach)
    q           = relax(q, wish means, positioning_rate)
    reach       = reach_memory reach
    in exile: security = relax(security, 0, exile_security); reach = relax(reach, 0, exile_reach)

family.compete
    claim       = kinship (modest_claim + ambition) (idle_claim + q) + (1 if a son)
    heirs are the three with the strongest claims, or only the first where he is a son, as far as
    ambition (early_bid + e) >= heir_threshold
    an heir is a contender with radicalism heir_radicalism, ability heir_ability, and
        office       = clip01(heir_office + security)
        organisation = relax(organisation, clip01(heir_following q), following_rate)
        fame         = clip01(heir_fame + publicity_fame publicity)
    he founds a party, one in his life, if q > party_wish, with the chance party_chance a month
    a ruler with a son and e > naming_threshold names him heir with the chance naming a month

Symbols
-------
saturate(x, half) : x / (x + half); relax(x, goal, rate) : x moved by the share rate to its goal
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

from poruka.engine.codes import HEIRS, NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule

DRAW_PARTY_OF_HEIR = 0
DRAW_NAMING_OF_SON = 1


class Heirs(NamedTuple):
    """Rows of the three of the kin with the strongest claims, -1 for nobody."""

    first: int
    second: int
    third: int


# --- equations -----------------------------------------------------------------------------------


@kernel
def acceptance_of_kinsman(p, kin_acceptance, kinship):
    """Return how calmly society takes a public role of one of the kin, of the nearest most (T028).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> acceptance_of_kinsman(p, 0.8, 0.5) > acceptance_of_kinsman(p, 0.2, 0.5)
    True
    >>> acceptance_of_kinsman(p, 0.8, 0.9) > acceptance_of_kinsman(p, 0.8, 0.5)
    True
    """
    return kin_acceptance * (p.far_kin + p.near_kin * kinship)


@kernel
def wish_to_succeed(p, ambition, expected_end, reach):
    """Return the wish to succeed the ruler, which his near end and past takings feed (T112).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> wish_to_succeed(p, 0.4, 0.6, 0.2) > wish_to_succeed(p, 0.4, 0.0, 0.2)
    True
    >>> wish_to_succeed(p, 0.4, 0.0, 0.0) > wish_to_succeed(p, 0.1, 0.0, 0.0)
    True
    >>> wish_to_succeed(p, 0.4, 0.6, 0.2) > wish_to_succeed(p, 0.4, 0.6, 0.0)
    True
    """
    return clip01(ambition * (p.early_wish + expected_end) + p.reach_wish * reach)


@kernel
def claim_to_succession(p, kinship, ambition, positioning, is_son):
    """Return the claim of one of the kin to the succession; a son comes before others (T116).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> claim_to_succession(p, 0.5, 0.1, 0.0, True) > claim_to_succession(p, 0.5, 0.5, 0.4, False)
    True
    >>> claim_to_succession(p, 0.5, 0.0, 0.0, False) > claim_to_succession(p, 0.1, 0.0, 0.0, False)
    True
    """
    return kinship * (p.modest_claim + ambition) * (p.idle_claim + positioning) + (
        1.0 if is_son else 0.0
    )


@kernel
def bid_for_succession(p, ambition, expected_end):
    """Return how far ambition shows, the more the nearer the ruler's end is (T112).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> bid_for_succession(p, 0.8, 0.0) > bid_for_succession(p, 0.2, 0.0)
    True
    """
    return ambition * (p.early_bid + expected_end)


@kernel
def fame_of_heir(p, publicity):
    """Return the fame of an heir, to which public roles add (T028).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> fame_of_heir(p, 0.8) > fame_of_heir(p, 0.1)
    True
    """
    return clip01(p.heir_fame + p.publicity_fame * publicity)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def claim_of_row(world, p, m):
    """Return the claim of the kinsman in row m."""
    kinsman = world.family[m]
    return claim_to_succession(
        p, kinsman.kinship, kinsman.ambition, kinsman.positioning, kinsman.son
    )


@kernel
def strongest_claims(world, p):
    """Return the rows of the three of the kin who have the strongest claims."""
    first, second, third = -1, -1, -1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled:
            continue
        claim = claim_of_row(world, p, m)
        if first < 0 or claim > claim_of_row(world, p, first):
            first, second, third = m, first, second
        elif second < 0 or claim > claim_of_row(world, p, second):
            second, third = m, second
        elif third < 0 or claim > claim_of_row(world, p, third):
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
def gather_resources(world, params, stream):
    """Let kin in public life gather channels and force, and turn to the succession."""
    p = params.family
    society, president = world.society[0], world.president[0]
    president.kin = 0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active:
            continue
        president.kin += 1
        if kinsman.exiled:
            kinsman.security = relax(kinsman.security, 0.0, p.exile_security)
            kinsman.reach = relax(kinsman.reach, 0.0, p.exile_reach)
            continue
        means = saturate(kinsman.wealth, p.fortune)
        acceptance = acceptance_of_kinsman(p, society.kin_acceptance, kinsman.kinship)
        channels = clip01(means * acceptance * kinsman.publicity)
        kinsman.media = relax(kinsman.media, channels, p.gathering)
        force = clip01(means * acceptance * kinsman.aggressiveness)
        kinsman.security = relax(kinsman.security, force, p.gathering)
        wish = wish_to_succeed(p, kinsman.ambition, president.expected_end, kinsman.reach)
        kinsman.positioning = relax(kinsman.positioning, wish * means, p.positioning_rate)
        kinsman.reach *= p.reach_memory


@kernel
def stand_as_heir(world, p, m, rank):
    """Make the kinsman in row m the contender who is heir of this rank."""
    kinsman = world.family[m]
    contender = world.contenders[Role.HEIR + rank]
    president = world.president[0]
    contender.active, contender.eligible = True, True
    contender.person = m
    contender.nation, contender.market = president.nation, president.market
    contender.radicalism, contender.ability = p.heir_radicalism, p.heir_ability
    contender.minority, contender.horde = False, president.horde
    contender.money, contender.media = saturate(kinsman.wealth, p.fortune), kinsman.media
    contender.office = clip01(p.heir_office + kinsman.security)
    following = clip01(p.heir_following * kinsman.positioning)
    contender.organisation = relax(contender.organisation, following, p.following_rate)
    contender.fame = fame_of_heir(p, kinsman.publicity)


@kernel
def found_own_party(world, p, stream, m, money):
    """Let an heir who wants a party and has none found it (T026)."""
    kinsman = world.family[m]
    is_due = kinsman.positioning > p.party_wish and not kinsman.party
    if is_due and uniform(stream, DRAW_PARTY_OF_HEIR, m) < p.party_chance:
        kinsman.party = True
        founder = Entity.FAMILY + m
        event = log_event(world, EventKind.PARTY, founder, NOBODY, kinsman.positioning)
        remaining_months = world.president[0].believed_remaining_months
        log_reason(world, event, Reason.POWER, money)
        log_reason(world, event, Reason.REMAINING_MONTHS, remaining_months)


@kernel
def name_son_heir(world, p, stream, m):
    """Let a ruler whose end is near name his son, in row m, his heir (T116)."""
    president = world.president[0]
    is_due = president.expected_end > p.naming_threshold and president.heir < 0
    if is_due and uniform(stream, DRAW_NAMING_OF_SON, 0) < p.naming:
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
    standing="stated",
    mechanism="M6.heirs",
)
def compete(world, params, stream):
    """Decide who of the kin counts as an heir, and let heirs found parties or be named."""
    p = params.family
    president, society = world.president[0], world.society[0]
    heirs = strongest_claims(world, p)
    has_son = heirs.first >= 0 and world.family[heirs.first].son
    society.heirs = 0.0
    for rank in range(HEIRS):
        m = heirs[rank]
        contender = world.contenders[Role.HEIR + rank]
        if m < 0 or (has_son and rank > 0):
            contender.active = False
            continue
        bid = bid_for_succession(p, world.family[m].ambition, president.expected_end)
        if bid < p.heir_threshold:
            contender.active = False
            continue
        stand_as_heir(world, p, m, rank)
        society.heirs += 1.0
        found_own_party(world, p, stream, m, contender.money)
    if has_son:
        name_son_heir(world, p, stream, heirs.first)
