"""Effects of instruments on media, streets, parties, cabinet, business, kin and the ruler."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import CourtKind, OutletOwner, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.rules.actors.premiers import dismiss_premier


@kernel
def _apply_to_press(world, p, stream, instrument, success):
    """Take over media outlets or intimidate them."""
    if instrument.verb == Verb.TAKE_MEDIA:
        takeovers_left = 1.0 + p.takeovers * instrument.strength
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            if (
                outlet.owner == OutletOwner.INDEPENDENT
                and takeovers_left > 0.0
                and uniform(stream, 40, o) < p.takeover_floor + p.takeover_success * success
            ):
                outlet.owner = (
                    OutletOwner.KIN
                    if world.president[0].kin > 0
                    and uniform(stream, 41, o) < world.society[0].kin_acceptance
                    else OutletOwner.STATE
                )
                takeovers_left -= 1.0
    elif instrument.verb == Verb.INTIMIDATE_PRESS:
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            outlet.cowed = clip01(outlet.cowed + instrument.strength * success)
        log_event(
            world, EventKind.VERDICT, Entity.COURTS + CourtKind.SUPREME, Entity.OUTLETS, success
        )
    else:  # suppress a scandal
        world.president[0].unpopularity = clip01(
            world.president[0].unpopularity - p.hushed_scandal * instrument.strength
        )


@kernel
def _apply_to_business(world, p, stream, instrument, success):
    """Warn the rich, take property from one of them or punish one as an example."""
    society = world.society[0]
    if instrument.verb == Verb.PURGE:
        highest_exposure, victim = 0.0, -1
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            exposure = (
                oligarch.wealth
                * oligarch.compromising_files
                * (1.0 - oligarch.nearness)
                * (p.disloyalty if Stance.GRUMBLER <= oligarch.stance <= Stance.OPPONENT else 1.0)
            )
            if (
                exposure > highest_exposure
                and oligarch.kin < p.spared_kin
                and oligarch.stance <= Stance.OPPONENT
            ):
                highest_exposure, victim = exposure, i
        if victim >= 0:
            oligarch = world.oligarchs[victim]
            oligarch.wealth *= p.purged_fortune
            oligarch.grievance = clip01(oligarch.grievance + p.purged_grievance)
            log_event(
                world,
                EventKind.PROPERTY_SEIZURE,
                Entity.PRESIDENT,
                Entity.OLIGARCHS + victim,
                highest_exposure,
            )
        society.arbitrariness = clip01(society.arbitrariness + p.purge_arbitrariness)
        return
    # A warning or an example: those who waver step back as far as they have something to hide.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        intimidation = (
            instrument.strength
            * oligarch.compromising_files
            * (1.0 - oligarch.boldness)
            * (1.0 - oligarch.believed_success)
        )
        draw = uniform(stream, 42, i)
        if oligarch.stance == Stance.OPPONENT and draw < p.silencing * intimidation:
            oligarch.stance = Stance.SILENT
            oligarch.grievance = clip01(oligarch.grievance + p.silenced_grievance)
            log_event(world, EventKind.DEFECTOR_RETURN, Entity.OLIGARCHS + i, NOBODY, intimidation)
        elif (
            oligarch.stance == Stance.GRUMBLER or oligarch.stance == Stance.CRITIC
        ) and draw < intimidation:
            oligarch.stance = Stance.CLIENT
            oligarch.grievance = clip01(oligarch.grievance + p.warned_grievance)


@kernel
def _apply_to_parties(world, params, stream, instrument):
    """Raise the party barrier, admit loyal parties, or register the moderates alone."""
    own = params.acts_on_society
    constitution = world.constitution[0]
    society = world.society[0]
    if instrument.verb == Verb.PARTY_LAW:
        constitution.party_barrier = clip01(constitution.party_barrier + instrument.strength)
        log_event(
            world, EventKind.LAW, Entity.PRESIDENT, Entity.CONSTITUTION, constitution.party_barrier
        )
    elif instrument.verb == Verb.FOUND_LOYAL_PARTY:
        constitution.pocket_open = True
    else:
        for p in range(len(world.parties)):
            party = world.parties[p]
            moderate = party.radicalism < params.conditions.moderate
            if party.active and not party.pocket and moderate:
                party.moderate_pass, party.registered = True, True
        society.unity *= 1.0 - instrument.strength
        society.safe_criticism = clip01(society.safe_criticism + own.registered_criticism)
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            chance = own.moderating * instrument.strength * (1.0 - oligarch.boldness)
            if oligarch.stance == Stance.OPPONENT and uniform(stream, 43, i) < chance:
                oligarch.stance = Stance.CRITIC


@kernel
def _apply_to_cabinet(world, params, stream, instrument):
    """Dismiss the premier, rotate premiers or take portfolios from the premier."""
    premier = world.premier[0]
    if premier.person < 0:
        return
    if instrument.verb == Verb.STRIP_PORTFOLIO:
        premier.portfolio = 0.0
        premier.power *= 1.0 - instrument.strength
        return
    event = log_event(
        world,
        EventKind.DISMISSAL,
        Entity.PRESIDENT,
        Entity.OLIGARCHS + premier.person,
        premier.power,
    )
    log_reason(world, event, Reason.POWER, premier.power)
    log_reason(world, event, Reason.APPROVAL, world.president[0].approval)
    dismiss_premier(world, params.posts, instrument.strength)


@kernel
def _sideline_kinsman(world, p, instrument):
    """Sideline the most feared kinsman.

    Short of full strength he keeps his fortune and his kinship (T025).
    """
    highest_fear, most_feared = 0.0, -1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if (
            kinsman.active
            and not kinsman.exiled
            and kinsman.reach * kinsman.aggressiveness > highest_fear
        ):
            highest_fear, most_feared = kinsman.reach * kinsman.aggressiveness, m
    if most_feared < 0:
        return
    kinsman = world.family[most_feared]
    kinsman.warned += 1
    kinsman.security *= 1.0 - instrument.strength
    world.society[0].fear_of_kin *= p.warned_fear
    if kinsman.warned > 1:
        kinsman.exiled = True
        world.society[0].fear_of_kin *= p.exiled_fear
    # Punished like anybody else, he loses most of his assets.
    if instrument.strength > p.punishing_strength:
        kinsman.wealth *= p.punished_fortune
        kinsman.media *= p.punished_media
        kinsman.positioning = 0.0
    log_event(
        world, EventKind.DISMISSAL, Entity.PRESIDENT, Entity.FAMILY + most_feared, highest_fear
    )


@kernel
def _apply_to_ruler(world, params, instrument):
    """Apply an instrument to the ruler's image, safety and funds, and to ethnic calm."""
    p = params.acts_on_society
    president = world.president[0]
    constitution = world.constitution[0]
    economy = world.economy[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == Verb.GLORIFY:
        ceiling = params.tenure.honeymoon
        president.honeymoon = min(ceiling, president.honeymoon + strength)
    elif verb == Verb.CALM_ETHNIC_CAMPS:
        president.integration_talk = 1.0
        for r in range(len(world.regions)):
            region = world.regions[r]
            region.minority_mobilised *= 1.0 - p.calming * strength
    elif verb == Verb.IMMUNITY:
        constitution.immunity = True
        log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.PRESIDENT, president.guilt)
    elif verb == Verb.EMERGENCY:
        constitution.emergency = True
        log_event(world, EventKind.LAW, Entity.PRESIDENT, Entity.CONSTITUTION, p.emergency_days)
    elif verb == Verb.FILL_SECRET_FUND:
        economy.fund = clip01(economy.fund + p.fund_share * economy.oil_income)
    elif verb == Verb.ABOLISH_DEPUTY:
        constitution.deputy_office = False
        world.contenders[Role.VICE_PRESIDENT].office = 0.0
    elif verb == Verb.REPLACE_COURT:
        world.courts[CourtKind.CONSTITUTIONAL].appointed = 1.0
        log_event(world, EventKind.LAW, Entity.PRESIDENT, Entity.COURTS, 1.0)
    elif verb == Verb.ALLOCATE_TO_SAFE_OWNERS:
        economy.safe_policy = clip01(economy.safe_policy + strength)
    elif verb == Verb.CONCEDE:
        society = world.society[0]
        society.contested = clip01(society.contested + p.concession_contest * strength)
        constitution.registration_barrier = clip01(
            constitution.registration_barrier - p.concession_barrier * strength
        )
        society.west_price = clip01(society.west_price - p.concession_west)
        president.deflected = clip01(president.deflected + p.concession_blame * strength)


@kernel
def apply_to_society(world, params, stream, instrument_row, success):
    """Apply the effect of an instrument's verb to society, elite or ruler."""
    p = params.acts_on_society
    instrument = world.instruments[instrument_row]
    president = world.president[0]
    verb = instrument.verb
    if verb == Verb.TAKE_MEDIA or verb == Verb.INTIMIDATE_PRESS or verb == Verb.SUPPRESS_SCANDAL:
        _apply_to_press(world, p, stream, instrument, success)
    elif verb == Verb.BAN_RALLIES:
        world.constitution[0].street_banned = True
    elif (
        verb == Verb.PARTY_LAW or verb == Verb.REGISTER_MODERATES or verb == Verb.FOUND_LOYAL_PARTY
    ):
        _apply_to_parties(world, params, stream, instrument)
    elif verb == Verb.SCAPEGOAT or verb == Verb.STRIP_PORTFOLIO or verb == Verb.ROTATE_PREMIERS:
        _apply_to_cabinet(world, params, stream, instrument)
    elif verb == Verb.PURGE or verb == Verb.WARN_BUSINESS or verb == Verb.MAKE_EXAMPLE:
        _apply_to_business(world, p, stream, instrument, success)
    elif verb == Verb.SIDELINE_KINSMAN:
        _sideline_kinsman(world, p, instrument)
    elif verb == Verb.HAND_OVER:
        president.ready_to_go = True
    else:
        _apply_to_ruler(world, params, instrument)
