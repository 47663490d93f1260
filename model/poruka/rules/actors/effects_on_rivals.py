"""Effects of instruments on rivals: exclusion, smears, harassment, prosecution, co-optation."""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Condition, Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import CourtKind, Post, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason


@kernel
def lift_restrictions(contender):
    """Lift every restriction from a contender."""
    contender.jailed, contender.exiled = False, False
    contender.barred, contender.coopted = False, False


@kernel
def weaken_contender(p, contender, fraction):
    """Reduce a contender's organisation, money and media by a share."""
    contender.organisation *= 1.0 - fraction
    contender.media *= 1.0 - p.media_loss * fraction
    contender.money *= 1.0 - p.money_loss * fraction


@kernel
def _prosecute(world, p, stream, target, strength, success):
    """Prosecute a contender: prison, or exile for one with ties abroad, as far as courts obey."""
    contender = world.contenders[target]
    convicted = uniform(stream, 90, target) < success
    event = log_event(
        world,
        EventKind.VERDICT,
        Entity.COURTS + CourtKind.SUPREME,
        Entity.CONTENDERS + target,
        1.0 if convicted else 0.0,
    )
    log_reason(world, event, Reason.OBEDIENCE, success)
    if not convicted:
        contender.fame = clip01(contender.fame + p.acquittal_fame)
        return
    exile_chance = p.exile_floor + p.exile_fame * contender.fame
    goes_abroad = uniform(stream, 91, target) < exile_chance
    contender.exiled, contender.jailed = goes_abroad, not goes_abroad
    contender.barred = True
    society = world.society[0]
    society.deterrence = clip01(society.deterrence + p.conviction_deterrence)
    weaken_contender(p, contender, p.conviction_loss * strength)
    if contender.person >= 0 and (target == Role.PREMIER or target == Role.MAGNATE):
        oligarch = world.oligarchs[contender.person]
        oligarch.stance = Stance.EXILE if goes_abroad else Stance.PRISONER
        oligarch.post = Post.NONE
        if world.premier[0].person == contender.person:
            world.premier[0].person = -1  # a convicted premier loses his office
        further = int(p.sentence_spread * uniform(stream, 92, target))
        oligarch.sentence_months = int(p.sentence_months) + further
        oligarch.wealth *= p.convicted_fortune
    elif not goes_abroad:
        contender.sentence_months = int(p.plain_sentence_months)


@kernel
def apply_to_rival(world, params, stream, instrument_row, success):
    """Apply the effect of an instrument's verb to the rival the ruler has targeted."""
    p = params.acts_on_rivals
    instrument = world.instruments[instrument_row]
    constitution = world.constitution[0]
    president = world.president[0]
    verb, strength = instrument.verb, instrument.strength
    target = president.target
    if verb == Verb.RAISE_BARRIER:
        constitution.registration_barrier = clip01(
            constitution.registration_barrier + strength * success
        )
        return
    if verb == Verb.FIELD_SPOILER:
        spoiler_contender = world.contenders[Role.SPOILER]
        lift_restrictions(spoiler_contender)
        spoiler_contender.active, spoiler_contender.open = True, True
        spoiler_contender.nation = p.spoiler_nation
        spoiler_contender.market = p.spoiler_market
        spoiler_contender.radicalism = p.spoiler_radicalism
        spoiler_contender.organisation = p.spoiler_organisation
        spoiler_contender.fame = p.spoiler_fame
        spoiler_contender.visible = p.spoiler_visible
        spoiler_contender.money = p.spoiler_money
        return
    if verb == Verb.TRANSFER_RIVAL and (instrument.needs & (1 << Condition.SPEAKER_LOYAL)) != 0:
        # The vice-president is promoted away; parliament fills the speaker's chair he leaves,
        # perhaps against the ruler.
        world.contenders[Role.VICE_PRESIDENT].office = p.transferred_office
        world.parliament[0].chair_empty = True
        return
    if target < 0:
        return
    contender = world.contenders[target]
    if verb == Verb.BAR_FROM_BALLOT:
        barred = uniform(stream, 80, target) < success
        contender.barred = barred
        log_event(
            world,
            EventKind.VERDICT,
            Entity.COURTS + CourtKind.ELECTION_COMMISSION,
            Entity.CONTENDERS + target,
            1.0 if barred else 0.0,
        )
    elif verb == Verb.SMEAR:
        contender.fame = clip01(contender.fame - p.smear_fame * strength * success)
        world.premier[0].blame = clip01(world.premier[0].blame + p.smear_blame * strength)
        log_event(world, EventKind.SCANDAL, Entity.PRESIDENT, Entity.CONTENDERS + target, strength)
    elif verb == Verb.HARASS:
        weaken_contender(p, contender, strength * success)
    elif verb == Verb.ASSAULT:
        weaken_contender(p, contender, p.assault_loss * strength)
        world.society[0].blood = clip01(world.society[0].blood + p.assault_blood)
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            outlet.cowed = clip01(outlet.cowed + p.assault_fear)
    elif verb == Verb.PROSECUTE:
        _prosecute(world, p, stream, target, strength, success)
    elif verb == Verb.COOPT or verb == Verb.TRANSFER_RIVAL:
        willingness = (
            1.0
            - p.coopt_support * contender.acceptability
            - p.coopt_belief * contender.belief
            + p.coopt_fund * world.economy[0].fund
        )
        accepts = uniform(stream, 81, target) < strength * willingness * (
            1.0 - contender.radicalism
        )
        if accepts:
            contender.coopted, contender.open = True, False
            if contender.person >= 0 and (target == Role.PREMIER or target == Role.MAGNATE):
                oligarch = world.oligarchs[contender.person]
                oligarch.stance = Stance.COOPTED
                oligarch.post = Post.AMBASSADOR if verb == Verb.TRANSFER_RIVAL else Post.MINISTER
            log_event(
                world,
                EventKind.APPOINTMENT,
                Entity.PRESIDENT,
                Entity.CONTENDERS + target,
                willingness,
            )
