"""Effects of instruments on the constitution: referendum, early election, term, governors."""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.rules.actors.evaluation import ruler_evaluation, ruler_record

DRAW_CONSENT = 70


@kernel
def hold_referendum(world, params, stream, subject):
    """Hold a referendum and return whether it passed.

    Governors add to the true consent as far as they deliver votes.
    """
    p = params.acts_on_constitution
    society = world.society[0]
    constitution = world.constitution[0]
    yes_votes = 0.0
    record = ruler_record(world, params)
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        # A referendum has no rival candidate: the ruler is judged alone, and fear of the unknown
        # favours a yes.
        evaluation = ruler_evaluation(world, params, citizen, record) + p.order_favour * (
            citizen.order_demand - p.order_middle
        )
        yes_votes += 1.0 if evaluation > p.yes_threshold else 0.0
    true_consent = yes_votes / len(world.citizens)
    added = clip01(params.elections.addition * society.delivering + constitution.count_control) * (
        1.0 - true_consent
    )
    official_consent = clip01(true_consent + added)
    event = log_event(world, EventKind.REFERENDUM, Entity.PRESIDENT, subject, official_consent)
    log_reason(world, event, Reason.SUPPORT, true_consent)
    log_reason(world, event, Reason.ADDED_SHARE, added)
    world.history[0].last_referendum_share = official_consent
    return TWO * official_consent > 1.0


@kernel
def impose_constitution(world, params):
    """Put the ruler's own constitution in force.

    It brings a small, divided and weak parliament, no second elected office and a high threshold
    for a vote of no confidence.
    """
    p = params.acts_on_constitution
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    constitution.own, constitution.adopted, constitution.compromise = True, True, False
    constitution.freshness = 1.0
    constitution.parliament_powers = params.parliament.tailored_powers
    constitution.no_confidence_share = p.own_no_confidence
    constitution.lower_size, constitution.upper_size = p.own_lower_seats, p.own_upper_seats
    constitution.managed_list = clip01(constitution.managed_list + p.own_managed_list)
    parliament.custom = clip01(parliament.custom + p.own_custom)


@kernel
def parliament_consents(world, params, stream, draw):
    """Return whether a sitting parliament consents; without a parliament the answer is yes."""
    p = params.acts_on_constitution
    parliament = world.parliament[0]
    if not parliament.sits:
        return True
    # In hardship even independent deputies grant the executive what it asks for outside parliament.
    return uniform(stream, draw, 0) < clip01(
        p.consent_start
        - parliament.dissent
        - p.consent_conflict * parliament.conflict
        + p.consent_hardship * world.economy[0].hardship
    )


@kernel
def apply_to_constitution(world, params, stream, instrument_row, success):
    """Apply the effect of an instrument's verb to the constitution."""
    p = params.acts_on_constitution
    instrument = world.instruments[instrument_row]
    constitution = world.constitution[0]
    clock = world.clock[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == Verb.PLEBISCITE:
        constitution.sole_candidate = True
        constitution.president_due = min(
            constitution.president_due,
            clock.month
            + int(p.plebiscite_months)
            + int(p.plebiscite_spread * uniform(stream, 71, 0)),
        )
    elif verb == Verb.EARLY_ELECTION:
        constitution.president_due = clock.month + int(p.early_election_months)
        if strength > p.longer_term_strength:
            constitution.term_months = int(p.longer_term_months)
    elif verb == Verb.EXTEND_TERM:
        if hold_referendum(world, params, stream, Entity.PRESIDENT):
            due = max(constitution.president_due, clock.month)
            constitution.president_due = due + int(p.extension_months)
            log_event(
                world, EventKind.LAW, Entity.PRESIDENT, Entity.CONSTITUTION, p.extension_months
            )
    elif verb == Verb.NEW_CONSTITUTION:
        if hold_referendum(world, params, stream, Entity.CONSTITUTION):
            impose_constitution(world, params)
            event = log_event(
                world,
                EventKind.CONSTITUTION,
                Entity.PRESIDENT,
                Entity.CONSTITUTION,
                constitution.parliament_powers,
            )
            log_reason(world, event, Reason.APPROVAL, world.president[0].approval)
    elif verb == Verb.FORM_PROPOSING_BODY:
        constitution.proposing_body = True
        log_event(world, EventKind.LAW, Entity.PRESIDENT, NOBODY, 1.0)
    elif verb == Verb.APPOINT_GOVERNORS:
        if parliament_consents(world, params, stream, DRAW_CONSENT):
            constitution.governors_appointed = True
            log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.CONSTITUTION, success)
