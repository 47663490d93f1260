"""Effects of instruments on society: the press, the streets, parties, the country's peoples.

Equations
---------
take_media
    an independent outlet is taken over with the chance strength success
    the kin get it with chance a, where the ruler has kin, and the state otherwise
intimidate_press
    fear in every outlet += strength success
suppress_scandal
    unpopularity -= `concession` strength
raise_party_barrier
    barrier for parties += strength
register_moderates
    parties less radical than moderate are registered; unity falls by strength
    belief in safe criticism += `concession`
    opponents return to criticism (:mod:`.split_blocs`)
concede
    contested votes and deflected blame += `concession` strength
    price in the West -= `concession` strength
    barrier of registration falls by strength
calm_ethnic_camps
    mobilised minority falls by strength in every region

Symbols
-------
strength, success : how far the act goes; the chance that its tool obeys, or the share carried out
a : acceptance of the kin in society

References
----------
Theses T017 T081 T095 T111 T124; chapter, "Crushing the New Opposition", "A
President Empowered and Glorified".
"""

from poruka.engine.event_log import log_event
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel
from poruka.engine.kinds import CourtKind, OutletOwner
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.world_types import Instrument, Parameters, Stream, World
from poruka.rules.actors.split_blocs import reconcile_wing

DRAW_TAKEOVER = 40
DRAW_NEW_OWNER = 41


# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def take_media(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Take over independent outlets, for the state or for kin (T095)."""
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        taken = uniform(stream, DRAW_TAKEOVER, o) < instrument.strength * success
        if outlet.owner == OutletOwner.INDEPENDENT and taken:
            outlet.owner = (
                OutletOwner.KIN
                if world.president[0].kin > 0
                and uniform(stream, DRAW_NEW_OWNER, o) < world.society[0].kin_acceptance
                else OutletOwner.STATE
            )


@inner_kernel
def intimidate_press(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Frighten all outlets by trials for libel."""
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        outlet.cowed = clip01(outlet.cowed + instrument.strength * success)
    court = Entity.COURTS + CourtKind.SUPREME
    log_event(world, EventKind.VERDICT, court, Entity.OUTLETS, success)


@inner_kernel
def suppress_scandal(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Let a scandal vanish from the news."""
    p = params.acts_on_society
    president = world.president[0]
    president.unpopularity = clip01(president.unpopularity - p.concession * instrument.strength)


@inner_kernel
def ban_rallies(world: World, params: Parameters, stream: Stream, instrument, success):
    """Close the streets to rallies."""
    world.constitution[0].street_banned = True


@inner_kernel
def raise_party_barrier(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Make it harder by law to found and to register a party."""
    constitution = world.constitution[0]
    constitution.party_barrier = clip01(constitution.party_barrier + instrument.strength)
    log_event(
        world, EventKind.LAW, Entity.PRESIDENT, Entity.CONSTITUTION, constitution.party_barrier
    )


@inner_kernel
def register_moderates(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Register moderate parties alone, which splits the opposition (T017)."""
    p = params.acts_on_society
    society = world.society[0]
    for j in range(len(world.parties)):
        party = world.parties[j]
        is_moderate = party.radicalism < params.conditions.moderate
        if party.active and not party.pocket and is_moderate:
            party.moderate_pass, party.registered = True, True
    society.unity *= 1.0 - instrument.strength
    society.safe_criticism = clip01(society.safe_criticism + p.concession)
    reconcile_wing(world, stream, instrument.strength)


@inner_kernel
def found_loyal_party(world: World, params: Parameters, stream: Stream, instrument, success):
    """Let loyal parties be founded."""
    world.constitution[0].pocket_open = True


@inner_kernel
def concede(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Concede something to critics at home and abroad (T124)."""
    p = params.acts_on_society
    strength = instrument.strength
    given = p.concession * strength
    society = world.society[0]
    constitution = world.constitution[0]
    president = world.president[0]
    society.contested = clip01(society.contested + given)
    constitution.registration_barrier *= 1.0 - strength
    society.west_price = clip01(society.west_price - given)
    president.deflected = clip01(president.deflected + given)


@inner_kernel
def calm_ethnic_camps(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Speak of union with the minority's country, which disarms it (T111)."""
    world.president[0].integration_talk = 1.0
    for r in range(len(world.regions)):
        world.regions[r].minority_mobilised *= 1.0 - instrument.strength


EFFECTS_ON_SOCIETY = (
    (Verb.TAKE_MEDIA, take_media),
    (Verb.INTIMIDATE_PRESS, intimidate_press),
    (Verb.SUPPRESS_SCANDAL, suppress_scandal),
    (Verb.BAN_RALLIES, ban_rallies),
    (Verb.PARTY_LAW, raise_party_barrier),
    (Verb.REGISTER_MODERATES, register_moderates),
    (Verb.FOUND_LOYAL_PARTY, found_loyal_party),
    (Verb.CONCEDE, concede),
    (Verb.CALM_ETHNIC_CAMPS, calm_ethnic_camps),
)
