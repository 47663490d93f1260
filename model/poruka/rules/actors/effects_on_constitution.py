"""Acts on the rules of the game: plebiscite, early vote, longer term, new constitution, appointed
governors.
"""

from poruka.engine.codes import (
    ENTITY_CONSTITUTION,
    ENTITY_PARLIAMENT,
    ENTITY_PRESIDENT,
    EVENT_CONSTITUTION,
    EVENT_LAW,
    EVENT_REFERENDUM,
    NOBODY,
    REASON_ADDED_SHARE,
    REASON_APPROVAL,
    REASON_SUPPORT,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_codes import (
    VERB_APPOINT_GOVERNORS,
    VERB_EARLY_ELECTION,
    VERB_EXTEND_TERM,
    VERB_FORM_PROPOSING_BODY,
    VERB_NEW_CONSTITUTION,
    VERB_PLEBISCITE,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.rules.actors.citizens import ruler_evaluation, ruler_record


@kernel
def hold_referendum(world, params, stream, subject):
    """Hold a referendum and return whether it passed: true consent, then what governors add as far
    as they deliver.
    """
    society = world.society[0]
    constitution = world.constitution[0]
    yes = 0.0
    record = ruler_record(world, params)
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        # No rival stands against a question: the ruler is judged alone, and fear of the unknown
        # votes yes.
        wish = ruler_evaluation(world, params, citizen, record) + 0.4 * (citizen.order_demand - 0.3)
        yes += 1.0 if wish > -0.35 else 0.0
    true_yes = yes / len(world.citizens)
    added = clip01(params.elections.addition * society.delivering + constitution.count_control) * (
        1.0 - true_yes
    )
    official = clip01(true_yes + added)
    place = log_event(world, EVENT_REFERENDUM, ENTITY_PRESIDENT, subject, official)
    log_reason(world, place, REASON_SUPPORT, true_yes)
    log_reason(world, place, REASON_ADDED_SHARE, added)
    world.history[0].last_referendum_share = official
    return official > 0.5


@kernel
def impose_constitution(world, params):
    """Put the ruler's own constitution in force: small, split, weak house; no second elected man; a
    high bar against his cabinet.
    """
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    constitution.own, constitution.adopted, constitution.compromise = True, True, False
    constitution.freshness = 1.0
    constitution.parliament_powers = params.parliament.tailored_powers
    constitution.no_confidence_share = 2.0 / 3.0
    constitution.lower_size, constitution.upper_size = 67, 47
    constitution.managed_list = clip01(constitution.managed_list + 0.1)
    parliament.custom = clip01(parliament.custom + 0.05)


@kernel
def parliament_consents(world, params, stream, draw):
    """Return whether a sitting house consents; a silent or absent one does."""
    parliament = world.parliament[0]
    if not parliament.sits:
        return True
    # In hardship even proud deputies hand the executive what it asks for outside their own house.
    return uniform(stream, draw, 0) < clip01(
        1.2 - parliament.dissent - 0.3 * parliament.conflict + 0.2 * world.economy[0].hardship
    )


@kernel
def apply_to_constitution(world, params, stream, instrument_row, success):
    """Do what the verb says to the rules."""
    instrument = world.instruments[instrument_row]
    constitution = world.constitution[0]
    clock = world.clock[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == VERB_PLEBISCITE:
        constitution.sole_candidate = True
        constitution.president_due = min(
            constitution.president_due, clock.month + 2 + int(4.0 * uniform(stream, 71, 0))
        )
    elif verb == VERB_EARLY_ELECTION:
        constitution.president_due = clock.month + 3
        if strength > 0.9:
            constitution.term_months = 84
    elif verb == VERB_EXTEND_TERM:
        if hold_referendum(world, params, stream, ENTITY_PRESIDENT):
            constitution.president_due = max(constitution.president_due, clock.month) + 48
            log_event(world, EVENT_LAW, ENTITY_PRESIDENT, ENTITY_CONSTITUTION, 48.0)
    elif verb == VERB_NEW_CONSTITUTION:
        if hold_referendum(world, params, stream, ENTITY_CONSTITUTION):
            impose_constitution(world, params)
            place = log_event(
                world,
                EVENT_CONSTITUTION,
                ENTITY_PRESIDENT,
                ENTITY_CONSTITUTION,
                constitution.parliament_powers,
            )
            log_reason(world, place, REASON_APPROVAL, world.president[0].approval)
    elif verb == VERB_FORM_PROPOSING_BODY:
        constitution.proposing_body = True
        log_event(world, EVENT_LAW, ENTITY_PRESIDENT, NOBODY, 1.0)
    elif verb == VERB_APPOINT_GOVERNORS:
        if parliament_consents(world, params, stream, 70):
            constitution.governors_appointed = True
            log_event(world, EVENT_LAW, ENTITY_PARLIAMENT, ENTITY_CONSTITUTION, success)
