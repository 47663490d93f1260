"""Places in the elite: in that of a man who stands apart the regime raises another.

Some who break with the ruler are called back, some are let back, and the leaders go to prison or
abroad. One who stays outside remains a power as far as he has a fortune of his own: then a place is
free no sooner than in a house that never broke. As far as he has none he is forgotten within a
term. A new man of his clan and people gets the place and what is left of the fortune. He has broken
with nobody and suffered nothing, and judges for himself from the next month on.

Equations
---------
elite.fill_places
    the place of one who stands apart is filled anew with the chance
    stake / generation + (1 - stake) / term a month
    stake = saturate(wealth_i, fortune)
    the new man has traits and ties as one who comes to the head of a house (:mod:`.elite_renewal`);
    he begins as a client, as near to the ruler as his clan makes him, no kinsman of his, and
    without grievance, exclusion, insecurity or aspiration
    one who is spoken of as a possible ruler keeps his place

Symbols
-------
stands apart : has broken with the ruler and was not called back
generation, term : numbers of memory
saturate(x, half) : x / (x + half)
wealth_i : his fortune, which melts while he is in prison or abroad (:mod:`.privatisation`)
fortune : fortune at which wealth gives half of what it can, a number of :mod:`.oligarchs`

References
----------
Theses T048 T080 T082 T120; chapter, "The New Challenge" and "Crushing the New Opposition".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_reason
from poruka.engine.functions import saturate
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Post, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import MemoryNumbers, Parameters, Stream, World
from poruka.rules.actors.bloc_leaders import is_possible_ruler
from poruka.rules.actors.elite_renewal import bring_newcomer, chance_of_giving_way
from poruka.rules.actors.nearness import distinction_of_own, favour_at_court

# The draws of a newcomer have the numbers before it (see the page of elite_renewal).
DRAW_PLACE_FILLED = 10

# --- equations -----------------------------------------------------------------------------------


@kernel
def chance_of_new_man(p: MemoryNumbers, stake):
    """Return the chance a month that another gets the place of one who stands apart (T080, T082).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("memory")
    >>> chance_of_new_man(p, 0.1) > chance_of_new_man(p, 0.8)
    True
    >>> chance_of_new_man(p, 1.0) == chance_of_giving_way(p.generation)
    True
    """
    sooner, later = chance_of_giving_way(p.term), chance_of_giving_way(p.generation)
    return stake * later + (1.0 - stake) * sooner


# --- what the equations read off the world, and write to it --------------------------------------


@kernel
def stands_apart(world: World, i):
    """Return whether one of the elite has broken with the ruler, was not called back, nor leads."""
    oligarch = world.oligarchs[i]
    is_apart = has_broken_away(oligarch.stance) and oligarch.stance != Stance.COOPTED
    return is_apart and not is_possible_ruler(world, i)


@kernel
def forget_predecessor(world: World, params: Parameters, i, distinction):
    """Clear what the man in place i before was, and let the new one begin as the ruler's client."""
    oligarch = world.oligarchs[i]
    oligarch.stance, oligarch.post, oligarch.bloc = Stance.CLIENT, Post.NONE, NOBODY
    oligarch.sentence_months = 0
    oligarch.seen_out, oligarch.against_kin = False, False
    oligarch.grievance, oligarch.exclusion = 0.0, 0.0
    oligarch.insecurity, oligarch.aspiration = 0.0, 0.0
    oligarch.kin = 0.0
    oligarch.nearness = favour_at_court(world, params.clans, i, distinction)


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="elite.fill_places",
    claim=(
        "Those who broke with the ruler and were not called back are forgotten, sooner without a"
        " fortune, and men whom the regime raises take their places."
    ),
    theses=["T048", "T080", "T082", "T120"],
    locator="Crushing the New Opposition",
    standing="operationalised",
    mechanism="M3.places",
)
def fill_places(world: World, params: Parameters, stream: Stream):
    """Let new men take the places of those who stand apart."""
    distinction = distinction_of_own(world, world.president[0].horde)
    for i in range(len(world.oligarchs)):
        if not stands_apart(world, i):
            continue
        stake = saturate(world.oligarchs[i].wealth, params.oligarchs.fortune)
        chance = chance_of_new_man(params.memory, stake)
        if uniform(stream, DRAW_PLACE_FILLED, i) < chance:
            event = bring_newcomer(world, params.population, stream, i, chance)
            log_reason(world, event, Reason.MEANS, stake)
            forget_predecessor(world, params, i, distinction)
