"""Parties: loyal ones backed by a clan each, and opposition parties that need registration.

Equations
---------
parties.form
    chance       = forming rooting solidarity (1 - n / room_parties), of a clan without a party,
                   where loyal parties are wanted
    organisation = clientele, of the party of a clan
    organisation = media, of the party of a kinsman

parties.live
    goal         = organisation of the party's leader, or 0 if he is not active; times seatless
                   if the party has no seats
    organisation moves to goal within a year
    registered if organisation > party_barrier radicalism, or if the ruler lets moderates pass

Symbols
-------
n : number of loyal parties, ``society.pocket_parties``
rooting, clientele : how far a clan has taken root, and how many clients it has
solidarity : solidarity of kin, horde and place
media : media that the kinsman holds
party_barrier : height of the barrier to parties in the constitution
year : a memory that all rules share

References
----------
Theses T011 T070 T071 T072 T077 T098; chapter, the sections that the two rules name.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PartiesNumbers, Party, Stream, World

DRAW_CLAN_PARTY = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def party_wish(p: PartiesNumbers, rooting, solidarity):
    """Return the wish of a clan for a loyal party of its own (T070).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parties")
    >>> party_wish(p, 0.8, 0.5) > party_wish(p, 0.2, 0.5)
    True
    >>> party_wish(p, 0.5, 0.8) > party_wish(p, 0.5, 0.2)
    True
    """
    return p.forming * rooting * solidarity


@kernel
def party_chance(p: PartiesNumbers, wish, pocket_parties):
    """Return the chance that a clan forms a loyal party in a month (T070, T071).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parties")
    >>> party_chance(p, 0.5, 0.0) > party_chance(p, 0.2, 0.0)
    True
    >>> party_chance(p, 0.5, 3.0) < party_chance(p, 0.5, 0.0)
    True
    """
    return wish * (1.0 - pocket_parties / p.room_parties)


@kernel
def needed_organisation(party_barrier, radicalism):
    """Return the organisation that wins registration; moderates are let in first (T098).

    >>> needed_organisation(0.5, 0.8) > needed_organisation(0.5, 0.2) > 0.0
    True
    >>> needed_organisation(0.8, 0.5) > needed_organisation(0.2, 0.5)
    True
    """
    return party_barrier * radicalism


@kernel
def party_goal(p: PartiesNumbers, organisation, has_seats):
    """Return the organisation that an opposition party moves to; without seats it is less (T077).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parties")
    >>> party_goal(p, 0.5, True) > party_goal(p, 0.5, False) > 0.0
    True
    """
    return organisation if has_seats else organisation * p.seatless


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _count_pocket_parties(world: World):
    """Return the number of loyal parties."""
    pocket_parties = 0.0
    for row in range(len(world.parties)):
        party = world.parties[row]
        if party.active and party.pocket:
            pocket_parties += 1.0
    return pocket_parties


@kernel
def _find_free_row(world: World):
    """Return the first unused row of the table of parties, or -1."""
    for row in range(len(world.parties)):
        if not world.parties[row].active:
            return row
    return -1


# --- the rules -----------------------------------------------------------------------------------


@kernel
def _found_loyal_party(party: Party, c, contender, means):
    """Fill the row of a loyal party with its clan or contender and what its founder brings."""
    party.active, party.pocket, party.registered = True, True, True
    party.clan, party.contender = c, contender
    party.organisation = clip01(means)


@rule(
    id="parties.form",
    claim=(
        "Where clans are strong each of them seeks a loyal party of its own, so that the"
        " imitation holds a real plurality; without clans one official party suffices."
    ),
    theses=["T011", "T070", "T071", "T072"],
    locator="The Elections of 1999",
    standing="stated",
    mechanism="M6.parties",
)
def form(world: World, params: Parameters, stream: Stream):
    """Let clans form loyal parties while there is room, and seat those of kinsmen."""
    p = params.parties
    society = world.society[0]
    pocket_parties = _count_pocket_parties(world)
    society.pocket_parties = pocket_parties
    # A ruler who fears being bound by a programme and an apparatus postpones the first loyal party
    # (T011).
    parties_wanted = world.constitution[0].pocket_open
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active or clan.party or not parties_wanted:
            continue
        wish = party_wish(p, clan.rooting, society.solidarity)
        wish = through(world, Channel.CLANS_FOUND_PARTIES, c, wish)
        chance = party_chance(p, wish, pocket_parties)
        if uniform(stream, DRAW_CLAN_PARTY, c) < chance:
            row = _find_free_row(world)
            if row < 0:
                return
            _found_loyal_party(world.parties[row], c, -1, clan.clientele)
            clan.party = True
            pocket_parties += 1.0
            leader, founded = Entity.OLIGARCHS + clan.leader, Entity.PARTIES + row
            log_event(world, EventKind.PARTY, leader, founded, clan.rooting)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.party and not kinsman.party_seated:
            kinsman.party_seated = True
            row = _find_free_row(world)
            if row >= 0:
                _found_loyal_party(world.parties[row], -1, Role.HEIR, kinsman.media)


@rule(
    id="parties.live",
    claim=(
        "Opposition parties decay without seats and are refused registration where the barrier is"
        " high, moderates first to be let in."
    ),
    theses=["T077", "T098"],
    locator="A President Empowered and Glorified",
    standing="operationalised",
    mechanism="M1.coalition",
)
def update_parties(world: World, params: Parameters, stream: Stream):
    """Let opposition parties follow their leaders, and register or refuse them."""
    p = params.parties
    for row in range(len(world.parties)):
        party = world.parties[row]
        if not party.active or party.pocket:
            continue
        contender = world.contenders[party.contender]
        following = contender.organisation if contender.active else 0.0
        has_seats = world.parliament[0].sits and party.seats > 0.0
        goal = party_goal(p, following, has_seats)
        party.organisation = approach(party.organisation, goal, params.memory.year)
        needed = needed_organisation(world.constitution[0].party_barrier, contender.radicalism)
        party.registered = party.moderate_pass or party.organisation > needed
        party.radicalism = contender.radicalism
