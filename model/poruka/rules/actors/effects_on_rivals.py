"""Effects of instruments on rivals: exclusion, smears, harassment, prosecution, co-optation."""

from poruka.engine.codes import (
    CONTENDER_MAGNATE,
    CONTENDER_PREMIER,
    CONTENDER_SPOILER,
    CONTENDER_VICE_PRESIDENT,
    COURT_ELECTION_COMMISSION,
    COURT_SUPREME,
    ENTITY_CONTENDERS,
    ENTITY_COURTS,
    ENTITY_PRESIDENT,
    EVENT_APPOINTMENT,
    EVENT_SCANDAL,
    EVENT_VERDICT,
    POST_AMBASSADOR,
    POST_MINISTER,
    POST_NONE,
    REASON_OBEDIENCE,
    STANCE_COOPTED,
    STANCE_EXILE,
    STANCE_PRISONER,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_codes import (
    CONDITION_SPEAKER_LOYAL,
    VERB_ASSAULT,
    VERB_BAR_FROM_BALLOT,
    VERB_COOPT,
    VERB_FIELD_SPOILER,
    VERB_HARASS,
    VERB_PROSECUTE,
    VERB_RAISE_BARRIER,
    VERB_SMEAR,
    VERB_TRANSFER_RIVAL,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform


@kernel
def lift_restrictions(contender):
    """Lift every restriction from a contender."""
    contender.jailed, contender.exiled = False, False
    contender.barred, contender.coopted = False, False


@kernel
def weaken_contender(contender, fraction):
    """Reduce a contender's organisation, money and media by a share."""
    contender.organisation *= 1.0 - fraction
    contender.media *= 1.0 - 0.7 * fraction
    contender.money *= 1.0 - 0.4 * fraction


@kernel
def _prosecute(world, stream, target, strength, success):
    """Prosecute a contender: prison, or exile for one with ties abroad, as far as courts obey."""
    contender = world.contenders[target]
    convicted = uniform(stream, 90, target) < success
    event = log_event(
        world,
        EVENT_VERDICT,
        ENTITY_COURTS + COURT_SUPREME,
        ENTITY_CONTENDERS + target,
        1.0 if convicted else 0.0,
    )
    log_reason(world, event, REASON_OBEDIENCE, success)
    if not convicted:
        contender.fame = clip01(contender.fame + 0.05)
        return
    goes_abroad = uniform(stream, 91, target) < 0.3 + 0.4 * contender.fame
    contender.exiled, contender.jailed = goes_abroad, not goes_abroad
    contender.barred = True
    world.society[0].deterrence = clip01(world.society[0].deterrence + 0.3)
    weaken_contender(contender, 0.5 * strength)
    if contender.person >= 0 and (target == CONTENDER_PREMIER or target == CONTENDER_MAGNATE):
        oligarch = world.oligarchs[contender.person]
        oligarch.stance = STANCE_EXILE if goes_abroad else STANCE_PRISONER
        oligarch.post = POST_NONE
        if world.premier[0].person == contender.person:
            world.premier[0].person = -1  # a convicted premier loses his office
        oligarch.sentence_months = 60 + int(24.0 * uniform(stream, 92, target))
        oligarch.wealth *= 0.5
    elif not goes_abroad:
        contender.sentence_months = 36


@kernel
def apply_to_rival(world, params, stream, instrument_row, success):
    """Apply the effect of an instrument's verb to the rival the ruler has targeted."""
    instrument = world.instruments[instrument_row]
    constitution = world.constitution[0]
    president = world.president[0]
    verb, strength = instrument.verb, instrument.strength
    target = president.target
    if verb == VERB_RAISE_BARRIER:
        constitution.registration_barrier = clip01(
            constitution.registration_barrier + strength * success
        )
        return
    if verb == VERB_FIELD_SPOILER:
        spoiler_contender = world.contenders[CONTENDER_SPOILER]
        lift_restrictions(spoiler_contender)
        spoiler_contender.active, spoiler_contender.open = True, True
        spoiler_contender.nation = 0.1
        spoiler_contender.market = -0.2
        spoiler_contender.radicalism = 0.5
        spoiler_contender.organisation = 0.15
        spoiler_contender.fame = 0.35
        spoiler_contender.visible = 0.4
        spoiler_contender.money = 0.1
        return
    if verb == VERB_TRANSFER_RIVAL and (instrument.needs & (1 << CONDITION_SPEAKER_LOYAL)) != 0:
        # The vice-president is promoted away; parliament fills the speaker's chair he leaves,
        # perhaps against the ruler.
        world.contenders[CONTENDER_VICE_PRESIDENT].office = 0.4
        world.parliament[0].chair_empty = True
        return
    if target < 0:
        return
    contender = world.contenders[target]
    if verb == VERB_BAR_FROM_BALLOT:
        barred = uniform(stream, 80, target) < success
        contender.barred = barred
        log_event(
            world,
            EVENT_VERDICT,
            ENTITY_COURTS + COURT_ELECTION_COMMISSION,
            ENTITY_CONTENDERS + target,
            1.0 if barred else 0.0,
        )
    elif verb == VERB_SMEAR:
        contender.fame = clip01(contender.fame - 0.25 * strength * success)
        world.premier[0].blame = clip01(world.premier[0].blame + 0.2 * strength)
        log_event(world, EVENT_SCANDAL, ENTITY_PRESIDENT, ENTITY_CONTENDERS + target, strength)
    elif verb == VERB_HARASS:
        weaken_contender(contender, strength * success)
    elif verb == VERB_ASSAULT:
        weaken_contender(contender, 0.7 * strength)
        world.society[0].blood = clip01(world.society[0].blood + 0.02)
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            outlet.cowed = clip01(outlet.cowed + 0.15)
    elif verb == VERB_PROSECUTE:
        _prosecute(world, stream, target, strength, success)
    elif verb == VERB_COOPT or verb == VERB_TRANSFER_RIVAL:
        willingness = (
            1.0
            - 0.6 * contender.acceptability
            - 0.5 * contender.belief
            + 0.2 * world.economy[0].fund
        )
        accepts = uniform(stream, 81, target) < strength * willingness * (
            1.0 - contender.radicalism
        )
        if accepts:
            contender.coopted, contender.open = True, False
            if contender.person >= 0 and (
                target == CONTENDER_PREMIER or target == CONTENDER_MAGNATE
            ):
                oligarch = world.oligarchs[contender.person]
                oligarch.stance = STANCE_COOPTED
                oligarch.post = POST_AMBASSADOR if verb == VERB_TRANSFER_RIVAL else POST_MINISTER
            log_event(
                world, EVENT_APPOINTMENT, ENTITY_PRESIDENT, ENTITY_CONTENDERS + target, willingness
            )
