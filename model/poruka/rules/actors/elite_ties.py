"""Ties among the elite: whose break makes whose likelier, by kin, birthplace and patron.

The elite is no set of closed clans: each man has a kinsman, a countryman and a patron of his own,
so that ties run across courts and support travels along them. Ties hold both ways. Those of kin and
place are worth what such loyalties are worth in the country, that of a patron what his clan has
grown into.

Equations
---------
support_of_tied
    support_i  = the sum over i's ties of strength if the other is seen to be out, else 0, divided
                 by the number of i's ties
    strength   = solidarity for a tie of kin or birthplace, rooting of the clan for one of patronage

Symbols
-------
solidarity : living loyalty of kin, horde and place in this society
rooting : how rooted the clan of the patron is (:mod:`.clans`)
support_i : what a man who breaks with the ruler can count on among those tied to him

References
----------
Theses T032 T036 T084 T093; chapter, "The New Opposition".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.engine.world_types import Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def support_of_tied(strength_out, ties):
    """Return the support of those tied to a man who are out, none for one without ties (T032).

    >>> support_of_tied(1.5, 5.0) > support_of_tied(0.75, 5.0) > support_of_tied(0.0, 5.0)
    True
    >>> support_of_tied(0.75, 2.0) > support_of_tied(0.75, 6.0)
    True
    >>> support_of_tied(0.0, 0.0)
    0.0
    """
    return strength_out / max(ties, 1.0)


# --- the ties of a new world ---------------------------------------------------------------------


@kernel
def is_open_to_tie(world: World, i, n, same_people):
    """Return whether i can have a tie of origin with n: of his horde, and for kin of his people."""
    oligarch, other = world.oligarchs[i], world.oligarchs[n]
    is_of_his_people = other.titular == oligarch.titular or not same_people
    return n != i and other.horde == oligarch.horde and is_of_his_people


@kernel
def find_tie(world: World, i, quantile, same_people):
    """Return one of those with whom i can have a tie of origin, each as likely, or nobody."""
    found = 0
    for n in range(len(world.oligarchs)):
        found += 1 if is_open_to_tie(world, i, n, same_people) else 0
    place = int(quantile * found)
    for n in range(len(world.oligarchs)):
        if is_open_to_tie(world, i, n, same_people):
            if place == 0:
                return n
            place -= 1
    return NOBODY


@kernel
def draw_ties(world: World, stream: Stream, draw_kin, draw_home):
    """Give each of the elite a kinsman, a countryman and, at the head of his clan, a patron."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        leader = world.clans[oligarch.clan].leader
        oligarch.kin_tie = find_tie(world, i, uniform(stream, draw_kin, i), True)
        oligarch.home_tie = find_tie(world, i, uniform(stream, draw_home, i), False)
        oligarch.patron_tie = NOBODY if leader == i else leader


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _speak_along_tie(world: World, i, n, strength):
    """Count a tie for both of its ends, and the support that each gives if he is out."""
    if n < 0:
        return
    oligarch, other = world.oligarchs[i], world.oligarchs[n]
    oligarch.ties += 1.0
    other.ties += 1.0
    oligarch.support += strength if other.seen_out else 0.0
    other.support += strength if oligarch.seen_out else 0.0


@kernel
def gather_support(world: World):
    """Let what is seen of those who left travel along the ties of the elite."""
    solidarity = world.society[0].solidarity
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.ties, oligarch.support = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        _speak_along_tie(world, i, oligarch.kin_tie, solidarity)
        _speak_along_tie(world, i, oligarch.home_tie, solidarity)
        _speak_along_tie(world, i, oligarch.patron_tie, world.clans[oligarch.clan].rooting)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.support = support_of_tied(oligarch.support, oligarch.ties)
