"""Funding of the opposition: what rich opponents lend to the one they stand behind.

Equations
---------
opposition.fund
    rank    = wealth ability ambition, of an opponent
    backing = (n / all + w / wealth of all) / 2
    once n is founders or more, the eligible opponent of the highest rank founds a movement; he
    takes the stands and the fame of the moderates, and energy = clip01(energy + backing)
    money and media of the magnate move to clip01(lent backing) within a season
    the magnate, a premier who stands, and, where there is no magnate, a moderate have this backing

Symbols
-------
n, w : number and wealth of the oligarchs who are opponents
all : number of all oligarchs
ability, ambition : fields of an oligarch
magnate : the rich man who leads the movement of the rich
season : a memory that all rules share

References
----------
Theses T042 T046 T096; chapter, the section that the rule names.
"""

from typing import NamedTuple

from poruka.engine.constants import TINY, TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Current, Role, Stance
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.rules.actors.effects_on_rivals import lift_restrictions


class RichOpposition(NamedTuple):
    """What the oligarchs in opposition are together."""

    backing: float
    number: float
    leader: int  # row of the oligarch who would lead, or -1


# --- equations -----------------------------------------------------------------------------------


@kernel
def backing_of_rich(opponents, oligarchs, opposition_wealth, wealth):
    """Return what opponents lend to their candidate, in [0, 1], by their number and wealth (T046).

    >>> least = backing_of_rich(2.0, 20, 1.0, 10.0)
    >>> backing_of_rich(4.0, 20, 1.0, 10.0) > least < backing_of_rich(2.0, 20, 3.0, 10.0)
    True
    """
    return (opponents / oligarchs + opposition_wealth / max(wealth, TINY)) / TWO


@kernel
def lent_means(p, backing):
    """Return the money, or the media, that the rich come to lend to their candidate, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> lent_means(p, 0.2) > lent_means(p, 0.1)
    True
    """
    return clip01(p.lent * backing)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _assess_rich_opposition(world):
    """Return what the oligarchs in opposition are together."""
    wealth, opposition_wealth, opponents = 0.0, 0.0, 0.0
    highest, leader = -1.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        if oligarch.stance == Stance.OPPONENT:
            opponents += 1.0
            opposition_wealth += oligarch.wealth
            rank = oligarch.wealth * oligarch.ability * oligarch.ambition
            if oligarch.eligible and rank > highest:
                highest, leader = rank, i
    backing = backing_of_rich(opponents, len(world.oligarchs), opposition_wealth, wealth)
    return RichOpposition(backing, opponents, leader)


# --- the rule ------------------------------------------------------------------------------------


@kernel
def _found_movement(world, rich):
    """Make the leader of the rich opponents a contender with a movement, and log it."""
    oligarch = world.oligarchs[rich.leader]
    magnate_contender = world.contenders[Role.MAGNATE]
    movement = world.movements[Current.RICH]
    magnate_contender.active, magnate_contender.open = True, True
    lift_restrictions(magnate_contender)
    magnate_contender.person = rich.leader
    moderate_contender = world.contenders[Role.MODERATE]
    magnate_contender.nation = moderate_contender.nation
    magnate_contender.market = moderate_contender.market
    magnate_contender.radicalism = movement.born_radicalism
    magnate_contender.minority = not oligarch.titular
    magnate_contender.horde = oligarch.horde
    magnate_contender.eligible = True
    magnate_contender.ability = oligarch.ability
    magnate_contender.fame = moderate_contender.fame
    movement.active, movement.asleep = True, False
    movement.energy = clip01(movement.energy + rich.backing)
    founder, founded = Entity.OLIGARCHS + rich.leader, Entity.MOVEMENTS + Current.RICH
    event = log_event(world, EventKind.MOVEMENT, founder, founded, rich.backing)
    log_reason(world, event, Reason.POWER, rich.number)


@kernel
def _lend(world, params, backing):
    """Let backing, money and media of the rich reach the contenders they stand behind."""
    magnate_contender = world.contenders[Role.MAGNATE]
    premier_contender = world.contenders[Role.PREMIER]
    moderate_contender = world.contenders[Role.MODERATE]
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backing = 0.0
    if magnate_contender.active:
        lent, season = lent_means(params.opposition, backing), params.memory.season
        magnate_contender.backing = backing
        magnate_contender.money = approach(magnate_contender.money, lent, season)
        magnate_contender.media = approach(magnate_contender.media, lent, season)
        world.movements[Current.RICH].money = magnate_contender.money
    if premier_contender.active and premier_contender.open:
        premier_contender.backing = backing
    if moderate_contender.active and not magnate_contender.active:
        moderate_contender.backing = backing


@rule(
    id="opposition.fund",
    claim=(
        "Rich men in opposition bring money, channels and names; their number and fortune are what"
        " they lend to the one they stand behind."
    ),
    theses=["T042", "T046", "T096"],
    locator="The New Challenge",
    standing="stated",
    mechanism="M1.coalition",
)
def fund(world, params, stream):
    """Let rich opponents found a movement when they are enough, and lend to their candidate."""
    rich = _assess_rich_opposition(world)
    world.society[0].rich_opposition = rich.backing
    magnate_contender = world.contenders[Role.MAGNATE]
    is_free = not magnate_contender.jailed and not magnate_contender.exiled
    can_found = rich.number >= int(params.opposition.founders) and rich.leader >= 0
    if can_found and not (magnate_contender.active and is_free):
        _found_movement(world, rich)
    _lend(world, params, rich.backing)
