"""What kinds have in common, by name: no rule depends on the order in which an enum lists them.

Here and not beside the enums, because rules need them compiled, and whoever only names a kind needs
no compiler.
"""

from poruka.engine.jit import kernel
from poruka.engine.kinds import Constituency, Current, External, Role, Stance
from poruka.engine.record_kinds import Exit


@kernel
def is_kin(role):
    """Return whether a possible ruler is of the Family.

    >>> is_kin(Role.SECOND_HEIR), is_kin(Role.SPOILER), is_kin(Role.PREMIER)
    (True, False, False)
    """
    return role == Role.HEIR or role == Role.SECOND_HEIR or role == Role.THIRD_HEIR


@kernel
def stands_by_himself(role):
    """Return whether a possible ruler is neither of the Family, nor put up, nor unknown.

    >>> stands_by_himself(Role.COMMUNIST), stands_by_himself(Role.PREMIER)
    (True, True)
    >>> stands_by_himself(Role.HEIR), stands_by_himself(Role.UNKNOWN)
    (False, False)
    """
    return not is_kin(role) and role != Role.SPOILER and role != Role.UNKNOWN


@kernel
def is_magnate(role):
    """Return whether a possible ruler leads a bloc of those who broke away.

    >>> is_magnate(Role.MAGNATE), is_magnate(Role.SIXTH_MAGNATE), is_magnate(Role.PREMIER)
    (True, True, False)
    """
    return (
        role == Role.MAGNATE
        or role == Role.SECOND_MAGNATE
        or role == Role.THIRD_MAGNATE
        or role == Role.FOURTH_MAGNATE
        or role == Role.FIFTH_MAGNATE
        or role == Role.SIXTH_MAGNATE
    )


@kernel
def is_of_elite(role):
    """Return whether a possible ruler is one of the rich: a premier, or the leader of a bloc.

    >>> is_of_elite(Role.PREMIER), is_of_elite(Role.SECOND_MAGNATE), is_of_elite(Role.COMMUNIST)
    (True, True, False)
    """
    return role == Role.PREMIER or is_magnate(role)


@kernel
def is_bloc(movement):
    """Return whether a movement is a bloc of those who broke away, not one of the older ones.

    >>> is_bloc(Current.COMMUNIST), is_bloc(Current.FIRST_BLOC), is_bloc(Current.FIRST_BLOC + 1)
    (False, True, True)
    """
    return movement >= Current.FIRST_BLOC


@kernel
def is_loyal(stance):
    """Return whether one of the rich keeps to the ruler, or grumbles in private at the most.

    >>> is_loyal(Stance.GRUMBLER), is_loyal(Stance.CRITIC), is_loyal(Stance.SILENT)
    (True, False, False)
    """
    return stance == Stance.CLIENT or stance == Stance.GRUMBLER


@kernel
def has_broken_away(stance):
    """Return whether one of the rich has left the ruler's side, whatever became of him.

    >>> has_broken_away(Stance.OPPONENT), has_broken_away(Stance.COOPTED)
    (True, True)
    >>> has_broken_away(Stance.CRITIC)
    False
    """
    return not is_loyal(stance) and stance != Stance.CRITIC


@kernel
def is_discontented(stance):
    """Return whether one of the rich speaks or acts against the ruler, in private or in public.

    >>> is_discontented(Stance.GRUMBLER), is_discontented(Stance.OPPONENT)
    (True, True)
    >>> is_discontented(Stance.CLIENT), is_discontented(Stance.PRISONER)
    (False, False)
    """
    return stance == Stance.GRUMBLER or stance == Stance.CRITIC or stance == Stance.OPPONENT


@kernel
def is_people(constituency):
    """Return whether a constituency is one of the two peoples, and no part of the elite.

    >>> is_people(Constituency.MINORITIES), is_people(Constituency.OFFICIALS)
    (True, False)
    """
    return constituency == Constituency.TITULARS or constituency == Constituency.MINORITIES


@kernel
def is_precedent(variable):
    """Return whether a variable abroad is an example that others set.

    >>> is_precedent(External.PRECEDENT_CROWD), is_precedent(External.OIL_PRICE)
    (True, False)
    """
    return (
        variable == External.PRECEDENT_DISPERSAL
        or variable == External.PRECEDENT_EXTENSION
        or variable == External.PRECEDENT_CHAMBER
        or variable == External.PRECEDENT_IMMUNITY
        or variable == External.PRECEDENT_DEFEAT
        or variable == External.PRECEDENT_CROWD
        or variable == External.PRECEDENT_HANDOVER
    )


@kernel
def is_by_force(outcome):
    """Return whether a tenure was ended by the street, a coup or a war.

    >>> is_by_force(Exit.PALACE_COUP), is_by_force(Exit.ROTATION)
    (True, False)
    """
    return outcome == Exit.REVOLUTION or outcome == Exit.PALACE_COUP or outcome == Exit.ETHNIC_WAR
