"""Tenure: how the rule of one man ends, and with what record his successor begins.

Equations
---------
end_tenure
    the successor is elected by parliament for acting_months, or by the people for a whole term

install_ruler
    n             = 1 for an unknown; outsider_novelty for one who comes by vote, street, coup or
                    war; heir_novelty for one of the Family; insider_novelty for any other
    selection     = heir_selection for an heir, elite_selection for a bound heir or a coup, else 0
    age           = youngest_age + age_span U, and health = health
    caution, foresight
                  = clip01(manner + selection + manner_spread e)
    impulsiveness = clip01(impulsiveness + impulsiveness_spread e + street_impulse, if he came by
                    street, coup or war)
    reverence     = clip01(reverence_floor + reverence_law law_custom + reverence_spread e)
    guilt         = heir_guilt guilt for one of the Family, else fresh_guilt
    honeymoon     = honeymoon n
    approval      = clip01(approval_floor + approval_novelty n)
    people give him remaining_months; hurt by premiers is hurt_memory of the former ruler's
    an opponent returns with chance return_novelty n under an heir, bound or not, and in any case
    after a vote, the street, a coup or a war, with those in exile and in prison
    grievances lose grievance_novelty n, appointed judges courts_novelty n of themselves
    where the Family goes, kin_left of kinship is left, and as many relatives of the new ruler as
    ``kinsmen`` says, with kin_fortune each, take its place

Symbols
-------
n : novelty: how little the successor was part of what went before
U, e : a uniform and a normal draw
law_custom : custom of law in society

References
----------
Theses T002 T003 T004 T005 T014 T053 T060 T115; chapter, "Some Comparisons".
"""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, code_of
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Mandate, Role, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason

# A new ruler's person, and those who return under him. Many rules hand their stream to this page:
# they keep the fifties free.
DRAW_SUCCESSOR_AGE = 50
DRAW_CAUTION = 51
DRAW_FORESIGHT = 52
DRAW_IMPULSIVENESS = 53
DRAW_RETURN = 54
DRAW_REVERENCE = 55


# --- equations ------------------------------------------------------------------------------------
@kernel
def novelty_of_successor(p, successor, outcome):
    """Return how little a successor was part of what went before (T115).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> outsider = novelty_of_successor(p, Role.PEER, Exit.ROTATION)
    >>> insider = novelty_of_successor(p, Role.PREMIER, Exit.BOUND_HEIR)
    >>> novelty_of_successor(p, Role.UNKNOWN, Exit.HEIR) > outsider > insider
    True
    >>> insider > novelty_of_successor(p, Role.HEIR, Exit.HEIR)
    True
    """
    return (
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


@kernel
def selection_of_successor(p, outcome):
    """Return how far a court has selected a cautious successor; the street selects nobody (T004).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> selection_of_successor(p, Exit.HEIR) > selection_of_successor(p, Exit.PALACE_COUP)
    True
    >>> selection_of_successor(p, Exit.PALACE_COUP) > selection_of_successor(p, Exit.REVOLUTION)
    True
    """
    return (
        p.heir_selection
        if outcome == Exit.HEIR
        else p.elite_selection
        if outcome == Exit.BOUND_HEIR or outcome == Exit.PALACE_COUP
        else 0.0
    )


@kernel
def manner_of_successor(p, selection, chance):
    """Return a successor's caution or foresight: the more, the more a court selected him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> manner_of_successor(p, 0.2, 0.0) > manner_of_successor(p, 0.0, 0.0)
    True
    """
    return clip01(p.manner + selection + p.manner_spread * chance)


@kernel
def impulsiveness_of_successor(p, outcome, chance):
    """Return a successor's impulsiveness: whoever comes by force has more of it (T004, T005).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> by_street = impulsiveness_of_successor(p, Exit.REVOLUTION, 0.0)
    >>> by_street > impulsiveness_of_successor(p, Exit.ROTATION, 0.0)
    True
    """
    return clip01(
        p.impulsiveness
        + p.impulsiveness_spread * chance
        + (p.street_impulse if outcome >= Exit.REVOLUTION else 0.0)
    )


@kernel
def reverence_of_successor(p, law_custom, chance):
    """Return how far a successor respects law: as those do among whom he rose (T002, T060).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> reverence_of_successor(p, 0.8, 0.0) > reverence_of_successor(p, 0.2, 0.0)
    True
    """
    return clip01(p.reverence_floor + p.reverence_law * law_custom + p.reverence_spread * chance)


# --- what a new ruler changes in the world --------------------------------------------------------
@kernel
def _draw_person(world, p, stream, successor, outcome):
    """Draw the new ruler's age, manner and reverence for law."""
    president = world.president[0]
    selection = selection_of_successor(p, outcome)
    president.age = p.youngest_age + p.age_span * uniform(stream, DRAW_SUCCESSOR_AGE, successor)
    president.health = p.health
    president.caution = manner_of_successor(p, selection, normal(stream, DRAW_CAUTION, successor))
    president.foresight = manner_of_successor(
        p, selection, normal(stream, DRAW_FORESIGHT, successor)
    )
    president.impulsiveness = impulsiveness_of_successor(
        p, outcome, normal(stream, DRAW_IMPULSIVENESS, successor)
    )
    president.reverence = reverence_of_successor(
        p, world.society[0].law_custom, normal(stream, DRAW_REVERENCE, successor)
    )


@kernel
def _begin_record(world, params, successor, novelty, kin_stays):
    """Give the new ruler his own views, and as much of the former one's record as falls on him."""
    p = params.tenure
    president = world.president[0]
    contender = world.contenders[successor]
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


@kernel
def _bring_family(world, p):
    """Put the new ruler's kin in the place of the former ruler's."""
    for m in range(len(world.family)):
        kinsman = world.family[m]
        kinsman.active = m < int(p.kinsmen)
        kinsman.wealth, kinsman.media, kinsman.security = p.kin_fortune, 0.0, 0.0
        kinsman.reach, kinsman.positioning = 0.0, 0.0
        kinsman.exiled, kinsman.son = False, False
        kinsman.party, kinsman.warned = False, 0


@kernel
def _reconcile_elite(world, p, stream, outcome, novelty, kin_stays):
    """Let grievances against the former ruler fade, and those who broke with him return."""
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


@kernel
def install_ruler(world, params, stream, successor, outcome):
    """Make a contender the ruler, with his own age, manner and people."""
    p = params.tenure
    ruler_contender = world.contenders[Role.RULER]
    contender = world.contenders[successor]
    novelty = novelty_of_successor(p, successor, outcome)
    kin_stays = Role.HEIR <= successor < Role.SPOILER
    _draw_person(world, p, stream, successor, outcome)
    _begin_record(world, params, successor, novelty, kin_stays)
    if not kin_stays:
        _bring_family(world, p)
    _reconcile_elite(world, p, stream, outcome, novelty, kin_stays)
    world.society[0].fear_of_kin = 0.0
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed *= 1.0 - p.courts_novelty * novelty  # judges appointed by the former ruler
    ruler_contender.nation, ruler_contender.market = contender.nation, contender.market
    ruler_contender.horde, ruler_contender.minority = contender.horde, contender.minority
    contender.active, contender.open = False, False
    log_event(world, EventKind.ACCESSION, Entity.CONTENDERS + successor, Entity.PRESIDENT, novelty)


@kernel
def _count_exit(world, successor, outcome):
    """Count the end of a tenure in the history of the country."""
    history = world.history[0]
    history.rulers += 1
    if history.first_exit == 0:
        history.first_exit = outcome
        history.first_exit_month = world.clock[0].month
        history.first_successor = successor
    if outcome == Exit.ROTATION:
        history.rotations += 1
    elif outcome == Exit.REVOLUTION:
        history.revolutions += 1
    elif outcome == Exit.PALACE_COUP:
        history.coups += 1


@kernel
def end_tenure(world, params, stream, successor, outcome):
    """End a ruler's tenure in a given way and install the successor, without his record."""
    president = world.president[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    constitution = world.constitution[0]
    successor_entity = Entity.CONTENDERS + successor
    event = log_event(
        world, EventKind.EXIT_OF_RULER, Entity.PRESIDENT, successor_entity, code_of(outcome)
    )
    log_reason(world, event, Reason.GUILT, president.guilt)
    log_reason(world, event, Reason.HEALTH, president.health)
    _count_exit(world, successor, outcome)
    install_ruler(world, params, stream, successor, outcome)
    # Without a presidency parliament decides when it is next elected.
    if constitution.mandate > 0:
        is_elected = outcome == Exit.ROTATION
        constitution.mandate = Mandate.POPULAR if is_elected else Mandate.OF_PARLIAMENT
        constitution.president_due = clock.month + (
            constitution.term_months if is_elected else int(params.tenure.acting_months)
        )
    crisis.kind = Crisis.NONE
    crisis.heat = 0.0
