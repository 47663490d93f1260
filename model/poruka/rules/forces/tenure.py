"""Tenure: how the rule of one man ends, and with what record his successor begins."""

from poruka.engine.codes import (
    CONTENDER_HEIR,
    CONTENDER_RULER,
    CONTENDER_SPOILER,
    CONTENDER_UNKNOWN,
    CRISIS_NONE,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_ACCESSION,
    EVENT_EXIT_OF_RULER,
    OUTCOME_BOUND_HEIR,
    OUTCOME_HEIR,
    OUTCOME_PALACE_COUP,
    OUTCOME_REVOLUTION,
    OUTCOME_ROTATION,
    REASON_GUILT,
    REASON_HEALTH,
    STANCE_CLIENT,
    STANCE_EXILE,
    STANCE_OPPONENT,
    STANCE_PRISONER,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform


@kernel
def end_tenure(world, params, stream, successor, outcome):
    """End a ruler's tenure in a given way and install the successor.

    The successor starts without his predecessor's record.
    """
    president = world.president[0]
    history = world.history[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    constitution = world.constitution[0]
    event = log_event(
        world, EVENT_EXIT_OF_RULER, ENTITY_PRESIDENT, ENTITY_CONTENDERS + successor, float(outcome)
    )
    log_reason(world, event, REASON_GUILT, president.guilt)
    log_reason(world, event, REASON_HEALTH, president.health)
    history.rulers += 1
    if history.first_exit == 0:
        history.first_exit = outcome
        history.first_exit_month = clock.month
        history.first_successor = successor
    if outcome == OUTCOME_ROTATION:
        history.rotations += 1
    elif outcome == OUTCOME_REVOLUTION:
        history.revolutions += 1
    elif outcome == OUTCOME_PALACE_COUP:
        history.coups += 1
    install_ruler(world, params, stream, successor, outcome)
    # Without a presidency parliament decides when it is next elected.
    if constitution.mandate > 0:
        constitution.mandate = 2 if outcome == OUTCOME_ROTATION else 1
        constitution.president_due = clock.month + (
            constitution.term_months if outcome == OUTCOME_ROTATION else 4
        )
    crisis.kind = CRISIS_NONE
    crisis.heat = 0.0


@kernel
def install_ruler(world, params, stream, successor, outcome):
    """Make a contender the ruler, with his own age, manner and people.

    He is trusted the more, the less he was part of what went before (T115).
    """
    president = world.president[0]
    society = world.society[0]
    ruler_contender = world.contenders[CONTENDER_RULER]
    contender = world.contenders[successor]
    novelty = (
        1.0
        if successor == CONTENDER_UNKNOWN
        else (
            0.8
            if outcome >= OUTCOME_ROTATION
            else 0.25
            if CONTENDER_HEIR <= successor < CONTENDER_SPOILER
            else 0.5
        )
    )
    kin_stays = CONTENDER_HEIR <= successor < CONTENDER_SPOILER
    president.age = 42.0 + 14.0 * uniform(stream, 50, successor)
    president.health = 0.95
    # A court selects its own kind: chosen successors are cautious and look ahead; whoever comes by
    # the street may be anybody (T004).
    selection = (
        0.2
        if outcome == OUTCOME_HEIR
        else 0.1
        if outcome == OUTCOME_BOUND_HEIR or outcome == OUTCOME_PALACE_COUP
        else 0.0
    )
    president.caution = clip01(0.5 + selection + 0.15 * normal(stream, 51, successor))
    president.foresight = clip01(0.5 + selection + 0.15 * normal(stream, 52, successor))
    president.impulsiveness = clip01(
        0.4 + 0.2 * normal(stream, 53, successor) + (0.2 if outcome >= OUTCOME_REVOLUTION else 0.0)
    )
    # He respects law as far as those among whom he rose do (T002, T060).
    president.reverence = clip01(
        0.05 + 0.6 * society.law_custom + 0.08 * normal(stream, 55, successor)
    )
    president.nation, president.market = contender.nation, contender.market
    president.horde, president.minority = contender.horde, contender.minority
    president.guilt = 0.25 * president.guilt if kin_stays else 0.1
    president.unpopularity = president.unpopularity * (1.0 - novelty)
    president.honeymoon = params.succession.honeymoon * novelty
    president.heir = -1
    president.hurt_by_premier *= 0.3
    president.ready_to_go = False
    president.approval = clip01(0.45 + 0.4 * novelty)
    president.expected_end = 0.0
    president.believed_remaining_months = 150.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kin_stays:
            kinsman.active = m < 3
            kinsman.wealth, kinsman.media, kinsman.security = 0.1, 0.0, 0.0
            kinsman.reach, kinsman.positioning = 0.0, 0.0
            kinsman.exiled, kinsman.son = False, False
            kinsman.party, kinsman.warned = False, 0
    # Grievances were against the former ruler; those who broke with him may return.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance *= 1.0 - 0.7 * novelty
        oligarch.kin *= 1.0 if kin_stays else 0.3
        if outcome >= OUTCOME_ROTATION and (
            oligarch.stance == STANCE_OPPONENT
            or oligarch.stance == STANCE_PRISONER
            or oligarch.stance == STANCE_EXILE
        ):
            oligarch.stance = STANCE_CLIENT
        elif oligarch.stance == STANCE_OPPONENT and uniform(stream, 54, i) < 0.5 * novelty:
            oligarch.stance = STANCE_CLIENT
    society.fear_of_kin = 0.0
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed *= 1.0 - 0.4 * novelty  # judges appointed by the former ruler
    ruler_contender.nation, ruler_contender.market = contender.nation, contender.market
    ruler_contender.horde, ruler_contender.minority = contender.horde, contender.minority
    contender.active, contender.open = False, False
    log_event(world, EVENT_ACCESSION, ENTITY_CONTENDERS + successor, ENTITY_PRESIDENT, novelty)
