"""Tenure: how the rule of one man ends, and with what record his successor begins.

The page has more numbers than others, as a whole person is drawn here with what he brings along.

Equations
---------
hangs_on_house
    a ruler of an independent state without a popular mandate hangs on the house

pass_mandate
    whom a vote brought is elected by the people for a whole term; after a vote of a house on which
    the former ruler hung, mandate and date of the next vote stay as they were
    any other is elected by parliament for vacancy_months (`parliament`)

install_ruler
    selected      = selection for an heir, elite_selection of it for a bound heir or a coup, else 0
    age           = youngest_age + age_span U, and his health is what is usual at it
    caution, foresight
                  = clip01(usual + selected + spread e)
    impulsiveness = clip01(usual + spread e + selection, if he came by street, coup or war)
    reverence     = clip01(law_custom + spread e)
    guilt         = passed_on guilt for one of the Family, else 0
    immunity      = none: it was given to the former ruler, for what he had done
    unpopularity loses the part n of itself
    hope          = honeymoon n
    approval      = clip01(n usual + (1 - n) approval + hope)
    people expect of him what they expect of any ruler of his age and health before the rivals who
    are left; hurt by premiers is passed_on of the former ruler's
    all else he meets as it stands (see the page of inheritance)

Symbols
-------
n : novelty: how little the successor was part of what went before (see the page of inheritance)
U, e : a uniform and a normal draw
usual : the middle of a scale, `population.usual`
law_custom : custom of law in society

References
----------
Theses T002 T003 T004 T005 T053 T060 T112 T115; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, code_of
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_by_force, is_kin
from poruka.engine.kinds import Crisis, Mandate, Role
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.world_types import Contender, Parameters, Stream, TenureNumbers, World
from poruka.rules.forces.ageing import end_in_sight, usual_health
from poruka.rules.forces.inheritance import (
    bring_family,
    has_served,
    is_of_opposition,
    judge_anew,
    leave_fortunes,
    novelty_of_successor,
    succeed_in_office,
)

# A new ruler's person. Many rules hand their stream to this page and that of inheritance: they keep
# the fifties free.
DRAW_SUCCESSOR_AGE = 50
DRAW_CAUTION = 51
DRAW_FORESIGHT = 52
DRAW_IMPULSIVENESS = 53
DRAW_REVERENCE = 55


# --- equations ------------------------------------------------------------------------------------
@kernel
def selection_of_successor(p: TenureNumbers, outcome):
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
def manner_of_successor(p: TenureNumbers, usual, selection, chance):
    """Return a successor's caution or foresight: the more, the more a court selected him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> manner_of_successor(p, 0.5, 0.2, 0.0) > manner_of_successor(p, 0.5, 0.0, 0.0)
    True
    """
    return clip01(usual + selection + p.spread * chance)


@kernel
def impulsiveness_of_successor(p: TenureNumbers, usual, outcome, chance):
    """Return a successor's impulsiveness: whoever comes by force has more of it (T004, T005).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> by_street = impulsiveness_of_successor(p, 0.5, Exit.REVOLUTION, 0.0)
    >>> by_street > impulsiveness_of_successor(p, 0.5, Exit.ROTATION, 0.0)
    True
    """
    by_force = p.selection if is_by_force(outcome) else 0.0
    return clip01(usual + p.spread * chance + by_force)


@kernel
def reverence_of_successor(p: TenureNumbers, law_custom, chance):
    """Return how far a successor respects law: as those do among whom he rose (T002, T060).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> reverence_of_successor(p, 0.8, 0.0) > reverence_of_successor(p, 0.2, 0.0)
    True
    """
    return clip01(law_custom + p.spread * chance)


# --- who can take the office ----------------------------------------------------------------------
@kernel
def is_at_large(contender: Contender):
    """Return whether a contender is in public life, free and in the country."""
    return contender.active and not contender.jailed and not contender.exiled


@kernel
def hangs_on_house(world: World):
    """Return whether the ruler has his office from the house alone, in a state of its own."""
    constitution = world.constitution[0]
    return (
        constitution.mandate != Mandate.POPULAR
        and constitution.independent
        and world.crisis[0].kind != Crisis.VACANCY
    )


# --- what a new ruler changes in the world --------------------------------------------------------
@kernel
def _draw_person(world: World, params: Parameters, stream: Stream, successor, outcome):
    """Draw the new ruler's age, manner and reverence for law."""
    p = params.tenure
    president = world.president[0]
    usual, selection = params.population.usual, selection_of_successor(p, outcome)
    president.age = p.youngest_age + p.age_span * uniform(stream, DRAW_SUCCESSOR_AGE, successor)
    president.health = usual_health(params.biology, president.age)
    president.caution = manner_of_successor(
        p, usual, selection, normal(stream, DRAW_CAUTION, successor)
    )
    president.foresight = manner_of_successor(
        p, usual, selection, normal(stream, DRAW_FORESIGHT, successor)
    )
    president.impulsiveness = impulsiveness_of_successor(
        p, usual, outcome, normal(stream, DRAW_IMPULSIVENESS, successor)
    )
    president.reverence = reverence_of_successor(
        p, world.society[0].law_custom, normal(stream, DRAW_REVERENCE, successor)
    )


@kernel
def _threat_of_others(world: World, successor):
    """Return the strongest threat from a rival who is left when the successor rules."""
    strongest = 0.0
    for j in range(1, len(world.contenders)):
        if j != successor and world.contenders[j].active:
            strongest = max(strongest, world.contenders[j].threat)
    return clip01(strongest)


@kernel
def _begin_record(world: World, params: Parameters, successor, novelty):
    """Give the new ruler his own views, and as much of the former one's record as falls on him."""
    p = params.tenure
    president = world.president[0]
    contender = world.contenders[successor]
    president.nation, president.market = contender.nation, contender.market
    president.horde, president.minority = contender.horde, contender.minority
    president.guilt = p.passed_on * president.guilt if is_kin(successor) else 0.0
    shed = through(world, Channel.ODIUM_LEFT_BEHIND, 0, novelty)
    president.unpopularity = president.unpopularity * (1.0 - shed)
    president.honeymoon = through(world, Channel.HOPE_IN_NEW_RULER, 0, p.honeymoon * novelty)
    known = params.population.usual * novelty + president.approval * (1.0 - novelty)
    president.approval = clip01(known + president.honeymoon)
    president.heir = -1
    president.hurt_by_premier *= p.passed_on
    president.ready_to_go = False
    world.constitution[0].immunity = False
    # The vote that was due is behind him, and belief in another was belief in him.
    others = _threat_of_others(world, successor)
    president.expected_end = end_in_sight(world, params, others, 0.0, 0.0)


@kernel
def install_ruler(world: World, params: Parameters, stream: Stream, successor, outcome):
    """Make a contender the ruler of the country as it stands, with a person of his own."""
    ruler_contender = world.contenders[Role.RULER]
    contender = world.contenders[successor]
    novelty = novelty_of_successor(params.tenure, successor, has_served(world, successor))
    opposition_wins = is_of_opposition(world, successor)
    _draw_person(world, params, stream, successor, outcome)
    _begin_record(world, params, successor, novelty)
    ruler_contender.nation, ruler_contender.market = contender.nation, contender.market
    ruler_contender.horde, ruler_contender.minority = contender.horde, contender.minority
    succeed_in_office(world, successor)
    if not is_kin(successor):
        leave_fortunes(world, params.tenure)
        bring_family(world, params.tenure)
    judge_anew(world, params, stream, outcome, opposition_wins, successor)
    log_event(world, EventKind.ACCESSION, Entity.CONTENDERS + successor, Entity.PRESIDENT, novelty)


@kernel
def _count_exit(world: World, successor, outcome):
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
def pass_mandate(world: World, params: Parameters, outcome):
    """Give the successor the mandate that his way to the office gives, and date the next vote."""
    constitution = world.constitution[0]
    is_elected = outcome == Exit.ROTATION
    # Without a presidency parliament decides when it is next elected, and so does a house that has
    # changed its head, with or without a crowd.
    if constitution.mandate == Mandate.NONE or is_elected and hangs_on_house(world):
        return
    constitution.mandate = Mandate.POPULAR if is_elected else Mandate.OF_PARLIAMENT
    constitution.president_due = world.clock[0].month + (
        constitution.term_months if is_elected else int(params.parliament.vacancy_months)
    )


@kernel
def end_tenure(world: World, params: Parameters, stream: Stream, successor, outcome):
    """End a ruler's tenure in a given way and install the successor."""
    president = world.president[0]
    crisis = world.crisis[0]
    successor_entity = Entity.CONTENDERS + successor
    event = log_event(
        world, EventKind.EXIT_OF_RULER, Entity.PRESIDENT, successor_entity, code_of(outcome)
    )
    log_reason(world, event, Reason.GUILT, president.guilt)
    log_reason(world, event, Reason.HEALTH, president.health)
    _count_exit(world, successor, outcome)
    install_ruler(world, params, stream, successor, outcome)
    pass_mandate(world, params, outcome)
    crisis.kind, crisis.heat, crisis.claimant = Crisis.NONE, 0.0, -1
