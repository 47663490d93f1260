"""Appointments: premiers and ministers are chosen by nearness to the ruler and by ability.

Equations
---------
posts.appoint
    a vacant premiership goes to the man who stands no further than critic, governs no region, and
    whose suitability is highest:
    n + a - h (a + m) + president.noise U(0, 1)
    a man without a post becomes minister with the chance `turnover` n, a minister loses his
    post with the chance `turnover` (1 - n), and `grievance` is added to his

Symbols
-------
n, a, m : a man's nearness to the ruler; his ability; his ambition
h : how far strong premiers have hurt the ruler

References
----------
Theses T030 T053; chapter, "The New Opposition" and note 110.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away, is_loyal
from poruka.engine.kinds import Post
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, World

DRAW_SUITABILITY = 0
DRAW_MINISTRY = 1

# --- equations -----------------------------------------------------------------------------------


@kernel
def wariness_of_strong(ability, ambition, hurt):
    """Return what speaks against a strong premier: that one has hurt the ruler before (T053).

    >>> wariness_of_strong(0.5, 0.9, 1.0) > wariness_of_strong(0.5, 0.1, 1.0)
    True
    >>> wariness_of_strong(0.5, 0.9, 1.0) > wariness_of_strong(0.5, 0.9, 0.0) == 0.0
    True
    """
    return hurt * (ability + ambition)


@kernel
def suitability_as_premier(nearness, ability, wariness):
    """Return how well a man suits as premier: near and able, but not strong if one has hurt (T053).

    >>> suitability_as_premier(0.5, 0.9, 0.0) > suitability_as_premier(0.5, 0.1, 0.0)
    True
    >>> suitability_as_premier(0.5, 0.5, 0.9) < suitability_as_premier(0.5, 0.5, 0.1)
    True
    """
    return nearness + ability - wariness


# --- what the equations read off the world, and write to it --------------------------------------


@kernel
def remove_from_post(world: World, person, grievance):
    """Remove an oligarch from his post and add to his grievance.

    His clientele and reputation stay his; they decide whether he can oppose the ruler.
    """
    if person >= 0:
        oligarch = world.oligarchs[person]
        oligarch.post = Post.NONE
        oligarch.grievance = clip01(oligarch.grievance + grievance)


@kernel
def _best_premier(world: World, noise, stream: Stream):
    """Return the man who suits best as premier and his suitability; -1 if nobody can be asked."""
    president = world.president[0]
    best, appointee = 0.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if has_broken_away(oligarch.stance) or oligarch.post == Post.GOVERNOR:
            continue
        wariness = wariness_of_strong(
            oligarch.ability, oligarch.ambition, president.hurt_by_premier
        )
        wariness = through(world, Channel.WARINESS_OF_STRONG, i, wariness)
        suitability = suitability_as_premier(oligarch.nearness, oligarch.ability, wariness)
        suitability += noise * uniform(stream, DRAW_SUITABILITY, i)
        if appointee < 0 or suitability > best:
            best, appointee = suitability, i
    return best, appointee


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="posts.appoint",
    claim=(
        "Vacant posts go to the near and the able; once hurt by a strong premier the ruler"
        " prefers the weak and changes them sooner."
    ),
    theses=["T030", "T053"],
    locator="note 110",
    standing="operationalised",
    mechanism="M5.appointment",
)
def appoint(world: World, params: Parameters, stream: Stream):
    """Fill the premiership and the ministries from the elite."""
    p = params.posts
    premier = world.premier[0]
    if premier.person < 0:
        best, appointee = _best_premier(world, params.president.noise, stream)
        if appointee >= 0:
            oligarch = world.oligarchs[appointee]
            oligarch.post = Post.PREMIER
            premier.person = appointee
            premier.months = 0
            premier.power = 0.0
            premier.blame = 0.0
            premier.portfolio = 1.0
            event = log_event(
                world, EventKind.APPOINTMENT, Entity.PRESIDENT, Entity.OLIGARCHS + appointee, best
            )
            log_reason(world, event, Reason.POWER, oligarch.ability)
    # In the long run a man is a minister for as much of his time as he is near to the ruler.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if (
            oligarch.post == Post.NONE
            and is_loyal(oligarch.stance)
            and uniform(stream, DRAW_MINISTRY, i) < p.turnover * oligarch.nearness
        ):
            oligarch.post = Post.MINISTER
        elif oligarch.post == Post.MINISTER and uniform(stream, DRAW_MINISTRY, i) < p.turnover * (
            1.0 - oligarch.nearness
        ):
            remove_from_post(world, i, p.grievance)
