"""Splitting a bloc: its mild wing is let back in, by posts or as a party inside the system.

Equations
---------
moderating_chance
    chance = strength (1 - boldness)
win_over_follower
    the least bold in the leader's bloc takes the post that he refused, with this chance
reconcile_wing
    each opponent is a critic again, in a registered party, with this chance

Symbols
-------
strength : how far the act of the ruler goes; of a post, times the willingness to take one, which
    is less the more people accept and believe in the leader (:mod:`.effects_on_rivals`)
boldness : that of a rich man in the opposition

References
----------
Theses T017 T081; chapter, "Crushing the New Opposition".
"""

from poruka.engine.event_log import log_event
from poruka.engine.jit import kernel
from poruka.engine.kinds import Post, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.world_types import Stream, World

DRAW_MODERATED = 43
DRAW_TAKES_POST = 92

# --- equations -----------------------------------------------------------------------------------


@kernel
def moderating_chance(strength, boldness):
    """Return the chance that an opponent comes back where moderates are let in or given posts.

    A bold one is less easily reconciled:

    >>> moderating_chance(0.5, 0.9) < moderating_chance(0.5, 0.1)
    True
    >>> moderating_chance(0.9, 0.5) > moderating_chance(0.1, 0.5)
    True
    """
    return strength * (1.0 - boldness)


# --- what the equations move ---------------------------------------------------------------------


@kernel
def _mildest_follower(world: World, leader):
    """Return the least bold opponent in a leader's bloc but himself, or -1."""
    bloc = world.oligarchs[leader].bloc
    mildest = -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_follower = i != leader and oligarch.bloc == bloc and bloc >= 0
        if not is_follower or oligarch.stance != Stance.OPPONENT:
            continue
        if mildest < 0 or oligarch.boldness < world.oligarchs[mildest].boldness:
            mildest = i
    return mildest


@kernel
def win_over_follower(world: World, stream: Stream, leader, strength):
    """Offer a post that a leader refused to the mildest of those who follow him (T017)."""
    i = _mildest_follower(world, leader)
    if i < 0:
        return
    oligarch = world.oligarchs[i]
    chance = moderating_chance(strength, oligarch.boldness)
    if uniform(stream, DRAW_TAKES_POST, i) < chance:
        oligarch.stance, oligarch.post = Stance.COOPTED, Post.MINISTER
        log_event(world, EventKind.APPOINTMENT, Entity.PRESIDENT, Entity.OLIGARCHS + i, chance)


@kernel
def reconcile_wing(world: World, stream: Stream, strength):
    """Let opponents go back to criticism inside the system, where a party of theirs is let in."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        chance = moderating_chance(strength, oligarch.boldness)
        if oligarch.stance == Stance.OPPONENT and uniform(stream, DRAW_MODERATED, i) < chance:
            oligarch.stance = Stance.CRITIC
