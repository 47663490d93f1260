"""Tenure: how the rule of one man ends, and with what record his successor begins.

The page has more numbers than others, as a whole person is drawn here with what he brings along.

Equations
---------
end_tenure
    the successor is elected by parliament for acting_months, or by the people for a whole term

install_ruler
    n             = 1 for an unknown, and for one who comes by vote, street, coup or war;
                    0 for one of the Family; insider_novelty for any other
    selected      = selection for an heir, elite_selection of it for a bound heir or a coup, else 0
    age           = youngest_age + age_span U, and his health is full
    caution, foresight
                  = clip01(manner + selected + spread e)
    impulsiveness = clip01(manner + spread e + selection, if he came by street, coup or war)
    reverence     = clip01(law_custom + spread e)
    guilt         = passed_on guilt for one of the Family, else 0
    hope          = honeymoon n, and his approval = clip01(first_approval + hope)
    people give him the months that his age and health leave; hurt by premiers is premier_lesson of
    the former ruler's
    an opponent returns with chance renewal n, and in any case after a vote or the street, with
    those in exile and in prison
    grievances and appointed judges lose renewal n of themselves
    where the Family goes, former_kinship of kinship is left, and as many relatives of the new
    ruler as ``kinsmen`` says, with kin_fortune each, take its place

Symbols
-------
n : novelty: how little the successor was part of what went before
U, e : a uniform and a normal draw
law_custom : custom of law in society

References
----------
Theses T002 T003 T004 T005 T014 T053 T060 T115; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, code_of
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_by_force, is_kin
from poruka.engine.kinds import Crisis, Mandate, Role, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.rules.forces.ageing import months_left

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
    >>> novelty_of_successor(p, Role.UNKNOWN, Exit.HEIR) >= outsider > insider
    True
    >>> insider > novelty_of_successor(p, Role.HEIR, Exit.HEIR)
    True
    """
    return (
        1.0
        if successor == Role.UNKNOWN or outcome == Exit.ROTATION or is_by_force(outcome)
        else 0.0
        if is_kin(successor)
        else p.insider_novelty
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
        p.selection
        if outcome == Exit.HEIR
        else p.elite_selection * p.selection
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
    return clip01(p.manner + selection + p.spread * chance)


@kernel
def impulsiveness_of_successor(p, outcome, chance):
    """Return a successor's impulsiveness: whoever comes by force has more of it (T004, T005).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> by_street = impulsiveness_of_successor(p, Exit.REVOLUTION, 0.0)
    >>> by_street > impulsiveness_of_successor(p, Exit.ROTATION, 0.0)
    True
    """
    by_force = p.selection if is_by_force(outcome) else 0.0
    return clip01(p.manner + p.spread * chance + by_force)


@kernel
def reverence_of_successor(p, law_custom, chance):
    """Return how far a successor respects law: as those do among whom he rose (T002, T060).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> reverence_of_successor(p, 0.8, 0.0) > reverence_of_successor(p, 0.2, 0.0)
    True
    """
    return clip01(law_custom + p.spread * chance)


# --- who can take the office ----------------------------------------------------------------------
@kernel
def is_at_large(contender):
    """Return whether a contender is in public life, free and in the country."""
    return contender.active and not contender.jailed and not contender.exiled


# --- what a new ruler changes in the world --------------------------------------------------------
@kernel
def _draw_person(world, p, stream, successor, outcome):
    """Draw the new ruler's age, manner and reverence for law."""
    president = world.president[0]
    selection = selection_of_successor(p, outcome)
    president.age = p.youngest_age + p.age_span * uniform(stream, DRAW_SUCCESSOR_AGE, successor)
    president.health = 1.0
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
    president.guilt = p.passed_on * president.guilt if kin_stays else 0.0
    shed = through(world, Channel.ODIUM_LEFT_BEHIND, 0, novelty)
    president.unpopularity = president.unpopularity * (1.0 - shed)
    president.honeymoon = through(world, Channel.HOPE_IN_NEW_RULER, 0, p.honeymoon * novelty)
    president.heir = -1
    president.hurt_by_premier *= p.premier_lesson
    president.ready_to_go = False
    president.approval = clip01(p.first_approval + president.honeymoon)
    president.expected_end = 0.0
    president.believed_remaining_months = months_left(
        params.biology, president.age, president.health
    )


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
    is_by_people = outcome == Exit.ROTATION or outcome == Exit.REVOLUTION
    peace = through(world, Channel.PEACE_WITH_NEW_RULER, 0, p.renewal * novelty)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance *= 1.0 - peace
        oligarch.kin *= 1.0 if kin_stays else p.former_kinship
        if is_by_people and (
            oligarch.stance == Stance.OPPONENT
            or oligarch.stance == Stance.PRISONER
            or oligarch.stance == Stance.EXILE
        ):
            oligarch.stance = Stance.CLIENT
        elif oligarch.stance == Stance.OPPONENT and uniform(stream, DRAW_RETURN, i) < peace:
            oligarch.stance = Stance.CLIENT


@kernel
def install_ruler(world, params, stream, successor, outcome):
    """Make a contender the ruler, with his own age, manner and people."""
    p = params.tenure
    ruler_contender = world.contenders[Role.RULER]
    contender = world.contenders[successor]
    novelty = novelty_of_successor(params.tenure, successor, outcome)
    kin_stays = is_kin(successor)
    _draw_person(world, p, stream, successor, outcome)
    _begin_record(world, params, successor, novelty, kin_stays)
    if not kin_stays:
        _bring_family(world, p)
    _reconcile_elite(world, p, stream, outcome, novelty, kin_stays)
    world.society[0].fear_of_kin = 0.0
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed *= 1.0 - p.renewal * novelty  # judges appointed by the former ruler
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
