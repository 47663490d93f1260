"""Parties: loyal ones backed by a clan each, and opposition parties that need registration.

Where clans are strong there are several loyal parties; opposition parties live on seats.
"""

from poruka.engine.event_log import log_event
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.rule import rule


@kernel
def _find_free_row(world):
    """Return the first unused row of the table of parties, or -1."""
    for row in range(len(world.parties)):
        if not world.parties[row].active:
            return row
    return -1


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
def form(world, params, stream):
    p = params.parties
    society = world.society[0]
    constitution = world.constitution[0]
    pocket_parties = 0.0
    for row in range(len(world.parties)):
        party = world.parties[row]
        if party.active and party.pocket:
            pocket_parties += 1.0
    society.pocket_parties = pocket_parties
    # A ruler who fears being bound by a programme and an apparatus postpones the first loyal party
    # (T011).
    parties_wanted = constitution.pocket_open
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active or clan.party or not parties_wanted:
            continue
        if uniform(stream, 0, c) < p.forming * clan.rooting * (
            p.forming_floor + p.forming_solidarity * society.solidarity
        ) * (p.room_first - pocket_parties / p.room_parties):
            row = _find_free_row(world)
            if row < 0:
                return
            party = world.parties[row]
            party.active, party.pocket, party.registered = True, True, True
            party.clan = c
            party.contender = -1
            party.organisation = clip01(p.born_organisation + clan.clientele)
            clan.party = True
            pocket_parties += 1.0
            log_event(
                world,
                EventKind.PARTY,
                Entity.OLIGARCHS + clan.leader,
                Entity.PARTIES + row,
                clan.rooting,
            )
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.party and not kinsman.party_seated:
            kinsman.party_seated = True
            row = _find_free_row(world)
            if row >= 0:
                party = world.parties[row]
                party.active, party.pocket, party.registered = True, True, True
                party.clan, party.contender = -1, Role.HEIR
                party.organisation = clip01(p.born_organisation + kinsman.media)


@rule(
    id="parties.live",
    claim=(
        "Opposition parties decay without seats and are refused registration where the barrier is"
        " high, moderates first to be let in."
    ),
    theses=["T077", "T098"],
    locator="Writing a New Constitution",
    standing="stated",
    mechanism="M1.coalition",
)
def update_parties(world, params, stream):
    p = params.parties
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    for row in range(len(world.parties)):
        party = world.parties[row]
        if not party.active or party.pocket:
            continue
        contender = world.contenders[party.contender]
        goal = contender.organisation if contender.active else 0.0
        if not parliament.sits or party.seats <= 0.0:
            goal *= p.seatless
        party.organisation = relax(party.organisation, goal, p.organisation_rate)
        refusal_level = constitution.party_barrier * (
            p.refusal_floor + p.refusal_radicalism * contender.radicalism
        )
        party.registered = (
            party.moderate_pass or party.organisation > p.admitted_organisation * refusal_level
        )
        party.radicalism = contender.radicalism
