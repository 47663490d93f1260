"""Acts against persons: barring, smearing, harassing, prosecuting, buying and sending away."""

from poruka.engine.codes import (
    AT_CONTENDERS,
    AT_COURTS,
    AT_PRESIDENT,
    COMMISSION,
    COOPTED,
    DECOY,
    EVENT_APPOINTMENT,
    EVENT_SCANDAL,
    EVENT_VERDICT,
    EXILE,
    MAGNATE,
    PARTNER,
    POST_AMBASSADOR,
    POST_MINISTER,
    POST_NONE,
    PREMIER,
    PRISONER,
    SUPREME_COURT,
    WHY_OBEDIENCE,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share
from poruka.engine.instrument_codes import (
    COND_CHAIR_LOYAL,
    VERB_ASSAULT,
    VERB_BAR,
    VERB_COOPT,
    VERB_HARASS,
    VERB_POST_AWAY,
    VERB_PROSECUTE,
    VERB_PUT_DECOY,
    VERB_RAISE_BARRIER,
    VERB_SMEAR,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform


@kernel
def free_contender(contender):
    """Lift every hindrance from a contender."""
    contender.jailed, contender.exiled, contender.barred, contender.coopted = (
        False,
        False,
        False,
        False,
    )


@kernel
def hit(contender, force):
    """Take organisation, money and media from a contender by a share."""
    contender.organisation *= 1.0 - force
    contender.media *= 1.0 - 0.7 * force
    contender.money *= 1.0 - 0.4 * force


@kernel
def _jail(world, stream, target, strength, success):
    """Prosecute a contender: prison, or exile for one with ties abroad, as far as the
    courts obey.
    """
    contender = world.contenders[target]
    verdict = uniform(stream, 90, target) < success
    place = tell(
        world,
        EVENT_VERDICT,
        AT_COURTS + SUPREME_COURT,
        AT_CONTENDERS + target,
        1.0 if verdict else 0.0,
    )
    because(world, place, WHY_OBEDIENCE, success)
    if not verdict:
        contender.fame = share(contender.fame + 0.05)
        return
    abroad = uniform(stream, 91, target) < 0.3 + 0.4 * contender.fame
    contender.exiled, contender.jailed = abroad, not abroad
    contender.barred = True
    world.society[0].deterrence = share(world.society[0].deterrence + 0.3)
    hit(contender, 0.5 * strength)
    if contender.person >= 0 and (target == PREMIER or target == MAGNATE):
        oligarch = world.oligarchs[contender.person]
        oligarch.stance = EXILE if abroad else PRISONER
        oligarch.post = POST_NONE
        if world.premier[0].person == contender.person:
            world.premier[0].person = -1  # a premier convicted is premier no longer
        oligarch.sentence_months = 60 + int(24.0 * uniform(stream, 92, target))
        oligarch.wealth *= 0.5
    elif not abroad:
        contender.sentence_months = 36


@kernel
def act_on_rivals(world, params, stream, i, success):
    """Do what the verb says to the rival the ruler has in his eye."""
    instrument = world.instruments[i]
    constitution = world.constitution[0]
    president = world.president[0]
    verb, strength = instrument.verb, instrument.strength
    target = president.target
    if verb == VERB_RAISE_BARRIER:
        constitution.registration_barrier = share(
            constitution.registration_barrier + strength * success
        )
        return
    if verb == VERB_PUT_DECOY:
        decoy_contender = world.contenders[DECOY]
        free_contender(decoy_contender)
        decoy_contender.active, decoy_contender.open = True, True
        decoy_contender.nation, decoy_contender.market, decoy_contender.radicalism = 0.1, -0.2, 0.5
        (
            decoy_contender.organisation,
            decoy_contender.fame,
            decoy_contender.visible,
            decoy_contender.money,
        ) = (0.15, 0.35, 0.4, 0.1)
        return
    if verb == VERB_POST_AWAY and (instrument.needs & (1 << COND_CHAIR_LOYAL)) != 0:
        # The partner goes up and out, and the chair he leaves is filled by the house, perhaps
        # against the ruler.
        world.contenders[PARTNER].office = 0.4
        world.parliament[0].chair_empty = True
        return
    if target < 0:
        return
    contender = world.contenders[target]
    if verb == VERB_BAR:
        barred = uniform(stream, 80, target) < success
        contender.barred = barred
        tell(
            world,
            EVENT_VERDICT,
            AT_COURTS + COMMISSION,
            AT_CONTENDERS + target,
            1.0 if barred else 0.0,
        )
    elif verb == VERB_SMEAR:
        contender.fame = share(contender.fame - 0.25 * strength * success)
        world.premier[0].blame = share(world.premier[0].blame + 0.2 * strength)
        tell(world, EVENT_SCANDAL, AT_PRESIDENT, AT_CONTENDERS + target, strength)
    elif verb == VERB_HARASS:
        hit(contender, strength * success)
    elif verb == VERB_ASSAULT:
        hit(contender, 0.7 * strength)
        world.society[0].blood = share(world.society[0].blood + 0.02)
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            outlet.cowed = share(outlet.cowed + 0.15)
    elif verb == VERB_PROSECUTE:
        _jail(world, stream, target, strength, success)
    elif verb == VERB_COOPT or verb == VERB_POST_AWAY:
        price = (
            1.0
            - 0.6 * contender.acceptability
            - 0.5 * contender.belief
            + 0.2 * world.economy[0].fund
        )
        won = uniform(stream, 81, target) < strength * price * (1.0 - contender.radicalism)
        if won:
            contender.coopted, contender.open = True, False
            if contender.person >= 0 and (target == PREMIER or target == MAGNATE):
                oligarch = world.oligarchs[contender.person]
                oligarch.stance = COOPTED
                oligarch.post = POST_AMBASSADOR if verb == VERB_POST_AWAY else POST_MINISTER
            tell(world, EVENT_APPOINTMENT, AT_PRESIDENT, AT_CONTENDERS + target, price)
