"""Renewal of the elite: younger men whom the regime made take the place of older ones.

A house keeps its fortune, its clan and what it suffered; its new head has a character and ties of
his own. Who holds a post keeps it. The place of one who has broken with the ruler is filled in
another way (:mod:`.elite_places`).

Equations
---------
elite.renew
    the head of a house without a post gives way with the chance 1 / generation a month
    regime_made = yes for the new head
    ability, ambition and boldness = clip01(usual + trait_spread N(0, 1)), each drawn anew
    his kinsman and his countryman are drawn anew (:mod:`.elite_ties`), and so are those of the men
        for whom his predecessor was one
    one who is spoken of as a possible ruler does not give way

Symbols
-------
generation : time in which a society is two thirds replaced by newcomers, a number of memory
usual, trait_spread : mean and spread of traits of character, numbers of the population
regime_made : whether he rose under this regime and not in the old order
N(0, 1) : a normal draw

References
----------
Thesis T048; chapter, "The New Challenge".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Post
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PopulationNumbers, Stream, World
from poruka.rules.actors.bloc_leaders import is_possible_ruler
from poruka.rules.actors.elite_ties import find_tie

DRAW_GIVING_WAY = 0
DRAW_NEW_ABILITY = 1
DRAW_NEW_AMBITION = 2
DRAW_NEW_BOLDNESS = 3
DRAW_NEW_KIN_TIE = 4
DRAW_NEW_HOME_TIE = 5

# --- equations -----------------------------------------------------------------------------------


@kernel
def chance_of_giving_way(generation):
    """Return the chance a month that an older man gives way to a younger one (T048).

    >>> chance_of_giving_way(240.0) > chance_of_giving_way(360.0) > 0.0
    True
    """
    return 1.0 - forget(1.0, generation)


@kernel
def trait_of_newcomer(p: PopulationNumbers, chance):
    """Return a trait of character of a new man, around that of men like him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("population")
    >>> trait_of_newcomer(p, 1.0) > trait_of_newcomer(p, -1.0)
    True
    """
    return clip01(p.usual + p.trait_spread * chance)


# --- what the equations write to the world -------------------------------------------------------


@kernel
def bring_newcomer(world: World, p: PopulationNumbers, stream: Stream, i, chance):
    """Put a man raised by the regime in place i, with a character and ties of his own, and log it.

    Who counts men, and not places, tells one from the next by this event.
    """
    oligarch = world.oligarchs[i]
    oligarch.regime_made = True
    oligarch.ability = trait_of_newcomer(p, normal(stream, DRAW_NEW_ABILITY, i))
    oligarch.ambition = trait_of_newcomer(p, normal(stream, DRAW_NEW_AMBITION, i))
    oligarch.boldness = trait_of_newcomer(p, normal(stream, DRAW_NEW_BOLDNESS, i))
    for n in range(len(world.oligarchs)):
        other_oligarch = world.oligarchs[n]
        if n == i or other_oligarch.kin_tie == i:
            quantile = uniform(stream, DRAW_NEW_KIN_TIE, n)
            other_oligarch.kin_tie = find_tie(world, n, quantile, True)
        if n == i or other_oligarch.home_tie == i:
            quantile = uniform(stream, DRAW_NEW_HOME_TIE, n)
            other_oligarch.home_tie = find_tie(world, n, quantile, False)
    return log_event(world, EventKind.NEWCOMER, Entity.OLIGARCHS + i, NOBODY, chance)


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="elite.renew",
    claim=(
        "Younger men without a past in the old order, raised by the regime, come to the head of the"
        " elite one by one, and bring ties of their own."
    ),
    theses=["T048"],
    locator="The New Challenge",
    standing="operationalised",
    mechanism="M3.renewal",
)
def renew(world: World, params: Parameters, stream: Stream):
    """Let older heads of the elite give way to younger ones."""
    p = params.population
    chance = chance_of_giving_way(params.memory.generation)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_in_place = has_broken_away(oligarch.stance) or oligarch.post != Post.NONE
        if is_in_place or is_possible_ruler(world, i):
            continue
        if uniform(stream, DRAW_GIVING_WAY, i) >= chance:
            continue
        bring_newcomer(world, p, stream, i, chance)
