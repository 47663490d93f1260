"""Tenure: how the rule of one man ends, and with what record his successor begins."""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, code_of
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Mandate, Role, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason

# Draws of a new ruler's person, and of those who return under him.
DRAW_SUCCESSOR_AGE = 50
DRAW_CAUTION = 51
DRAW_FORESIGHT = 52
DRAW_IMPULSIVENESS = 53
DRAW_RETURN = 54
DRAW_REVERENCE = 55


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
        world,
        EventKind.EXIT_OF_RULER,
        Entity.PRESIDENT,
        Entity.CONTENDERS + successor,
        code_of(outcome),
    )
    log_reason(world, event, Reason.GUILT, president.guilt)
    log_reason(world, event, Reason.HEALTH, president.health)
    history.rulers += 1
    if history.first_exit == 0:
        history.first_exit = outcome
        history.first_exit_month = clock.month
        history.first_successor = successor
    if outcome == Exit.ROTATION:
        history.rotations += 1
    elif outcome == Exit.REVOLUTION:
        history.revolutions += 1
    elif outcome == Exit.PALACE_COUP:
        history.coups += 1
    install_ruler(world, params, stream, successor, outcome)
    # Without a presidency parliament decides when it is next elected.
    if constitution.mandate > 0:
        constitution.mandate = (
            Mandate.POPULAR if outcome == Exit.ROTATION else Mandate.OF_PARLIAMENT
        )
        constitution.president_due = clock.month + (
            constitution.term_months
            if outcome == Exit.ROTATION
            else int(params.tenure.acting_months)
        )
    crisis.kind = Crisis.NONE
    crisis.heat = 0.0


@kernel
def install_ruler(world, params, stream, successor, outcome):
    """Make a contender the ruler, with his own age, manner and people.

    He is trusted the more, the less he was part of what went before (T115).
    """
    p = params.tenure
    president = world.president[0]
    society = world.society[0]
    ruler_contender = world.contenders[Role.RULER]
    contender = world.contenders[successor]
    novelty = (
        1.0
        if successor == Role.UNKNOWN
        else (
            p.outsider_novelty
            if outcome >= Exit.ROTATION
            else p.heir_novelty
            if Role.HEIR <= successor < Role.SPOILER
            else p.insider_novelty
        )
    )
    kin_stays = Role.HEIR <= successor < Role.SPOILER
    president.age = p.youngest_age + p.age_span * uniform(stream, DRAW_SUCCESSOR_AGE, successor)
    president.health = p.health
    # A court selects its own kind: chosen successors are cautious and look ahead; whoever comes by
    # the street may be anybody (T004).
    selection = (
        p.heir_selection
        if outcome == Exit.HEIR
        else p.elite_selection
        if outcome == Exit.BOUND_HEIR or outcome == Exit.PALACE_COUP
        else 0.0
    )
    president.caution = clip01(
        p.manner + selection + p.manner_spread * normal(stream, DRAW_CAUTION, successor)
    )
    president.foresight = clip01(
        p.manner + selection + p.manner_spread * normal(stream, DRAW_FORESIGHT, successor)
    )
    president.impulsiveness = clip01(
        p.impulsiveness
        + p.impulsiveness_spread * normal(stream, DRAW_IMPULSIVENESS, successor)
        + (p.street_impulse if outcome >= Exit.REVOLUTION else 0.0)
    )
    # He respects law as far as those among whom he rose do (T002, T060).
    president.reverence = clip01(
        p.reverence_floor
        + p.reverence_law * society.law_custom
        + p.reverence_spread * normal(stream, DRAW_REVERENCE, successor)
    )
    president.nation, president.market = contender.nation, contender.market
    president.horde, president.minority = contender.horde, contender.minority
    president.guilt = p.heir_guilt * president.guilt if kin_stays else p.fresh_guilt
    president.unpopularity = president.unpopularity * (1.0 - novelty)
    president.honeymoon = params.succession.honeymoon * novelty
    president.heir = -1
    president.hurt_by_premier *= p.hurt_memory
    president.ready_to_go = False
    president.approval = clip01(p.approval_floor + p.approval_novelty * novelty)
    president.expected_end = 0.0
    president.believed_remaining_months = p.remaining_months
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kin_stays:
            kinsman.active = m < int(p.kinsmen)
            kinsman.wealth, kinsman.media, kinsman.security = p.kin_fortune, 0.0, 0.0
            kinsman.reach, kinsman.positioning = 0.0, 0.0
            kinsman.exiled, kinsman.son = False, False
            kinsman.party, kinsman.warned = False, 0
    # Grievances were against the former ruler; those who broke with him may return.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance *= 1.0 - p.grievance_novelty * novelty
        oligarch.kin *= 1.0 if kin_stays else p.kin_left
        if outcome >= Exit.ROTATION and (
            oligarch.stance == Stance.OPPONENT
            or oligarch.stance == Stance.PRISONER
            or oligarch.stance == Stance.EXILE
        ):
            oligarch.stance = Stance.CLIENT
        elif (
            oligarch.stance == Stance.OPPONENT
            and uniform(stream, DRAW_RETURN, i) < p.return_novelty * novelty
        ):
            oligarch.stance = Stance.CLIENT
    society.fear_of_kin = 0.0
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed *= 1.0 - p.courts_novelty * novelty  # judges appointed by the former ruler
    ruler_contender.nation, ruler_contender.market = contender.nation, contender.market
    ruler_contender.horde, ruler_contender.minority = contender.horde, contender.minority
    contender.active, contender.open = False, False
    log_event(world, EventKind.ACCESSION, Entity.CONTENDERS + successor, Entity.PRESIDENT, novelty)
