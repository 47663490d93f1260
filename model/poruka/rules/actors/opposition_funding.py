"""Funding of the opposition: what rich opponents lend to the one they stand behind.

Equations
---------
opposition.fund
    rank    = wealth (leader_ability + ability) (leader_ambition + ambition), of an opponent
    backing = clip01(backing_number n / all + backing_wealth w / wealth of all)
    once n is founders or more, the eligible opponent of the highest rank founds a movement of the
    stands born_nation and born_market, the radicalism born_radicalism, the fame born_fame, and
    energy = clip01(energy + born_energy)
    money   = money + lending_rate (clip01(lent_money backing) - money), of the magnate
    media   = media + lending_rate (clip01(lent_media backing) - media), of the magnate
    the magnate is backed by backing, a premier who stands by clip01(backing + premier_backing), and
    a moderate, where there is no magnate, by moderate_backing backing

Symbols
-------
n, w : number and wealth of the oligarchs who are opponents
all : number of all oligarchs
ability, ambition : fields of an oligarch
magnate : the rich man who leads the movement of the rich

References
----------
Theses T042 T046 T096; chapter, "The New Challenge".
"""

from typing import NamedTuple

from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
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
def rank_of_opponent(p, wealth, ability, ambition):
    """Return the rank of a rich opponent among those who could lead.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> rank_of_opponent(p, 2.0, 0.5, 0.5) > rank_of_opponent(p, 1.0, 0.5, 0.5)
    True
    >>> rank_of_opponent(p, 1.0, 0.0, 0.5) > 0.0 < rank_of_opponent(p, 1.0, 0.5, 0.0)
    True
    """
    return wealth * (p.leader_ability + ability) * (p.leader_ambition + ambition)


@kernel
def backing_of_rich(p, opponents, oligarchs, opposition_wealth, wealth):
    """Return what opponents lend to their candidate, in [0, 1], by their number and wealth (T046).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = backing_of_rich(p, 2.0, 20, 1.0, 10.0)
    >>> backing_of_rich(p, 4.0, 20, 1.0, 10.0) > least
    True
    >>> backing_of_rich(p, 2.0, 20, 3.0, 10.0) > least
    True
    """
    return clip01(
        p.backing_number * opponents / oligarchs
        + p.backing_wealth * opposition_wealth / max(wealth, TINY)
    )


@kernel
def backing_of_premier(p, backing):
    """Return the backing of a dismissed premier who stands: a little beyond that of the rich.

    >>> from poruka.engine.parameters import default_numbers
    >>> backing_of_premier(default_numbers("opposition"), 0.3) > 0.3
    True
    """
    return clip01(backing + p.premier_backing)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _assess_rich_opposition(world, p):
    """Return what the oligarchs in opposition are together."""
    wealth, opposition_wealth, opponents = 0.0, 0.0, 0.0
    highest, leader = -1.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        if oligarch.stance == Stance.OPPONENT:
            opponents += 1.0
            opposition_wealth += oligarch.wealth
            rank = rank_of_opponent(p, oligarch.wealth, oligarch.ability, oligarch.ambition)
            if oligarch.eligible and rank > highest:
                highest, leader = rank, i
    backing = backing_of_rich(p, opponents, len(world.oligarchs), opposition_wealth, wealth)
    return RichOpposition(backing, opponents, leader)


# --- the rule ------------------------------------------------------------------------------------


@kernel
def _found_movement(world, p, rich):
    """Make the leader of the rich opponents a contender with a movement, and log it."""
    oligarch = world.oligarchs[rich.leader]
    magnate_contender = world.contenders[Role.MAGNATE]
    movement = world.movements[Current.RICH]
    magnate_contender.active, magnate_contender.open = True, True
    lift_restrictions(magnate_contender)
    magnate_contender.person = rich.leader
    magnate_contender.nation = p.born_nation
    magnate_contender.market = p.born_market
    magnate_contender.radicalism = p.born_radicalism
    magnate_contender.minority = not oligarch.titular
    magnate_contender.horde = oligarch.horde
    magnate_contender.eligible = True
    magnate_contender.ability, magnate_contender.fame = oligarch.ability, p.born_fame
    movement.active, movement.asleep = True, False
    movement.energy = clip01(movement.energy + p.born_energy)
    founder, founded = Entity.OLIGARCHS + rich.leader, Entity.MOVEMENTS + Current.RICH
    event = log_event(world, EventKind.MOVEMENT, founder, founded, rich.backing)
    log_reason(world, event, Reason.POWER, rich.number)


@kernel
def _lend(world, p, backing):
    """Let backing, money and media of the rich reach the contenders they stand behind."""
    magnate_contender = world.contenders[Role.MAGNATE]
    premier_contender = world.contenders[Role.PREMIER]
    moderate_contender = world.contenders[Role.MODERATE]
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backing = 0.0
    if magnate_contender.active:
        money, media = clip01(p.lent_money * backing), clip01(p.lent_media * backing)
        magnate_contender.backing = backing
        magnate_contender.money = relax(magnate_contender.money, money, p.lending_rate)
        magnate_contender.media = relax(magnate_contender.media, media, p.lending_rate)
        world.movements[Current.RICH].money = magnate_contender.money
    if premier_contender.active and premier_contender.open:
        premier_contender.backing = backing_of_premier(p, backing)
    if moderate_contender.active and not magnate_contender.active:
        moderate_contender.backing = p.moderate_backing * backing


@rule(
    id="opposition.fund",
    claim=(
        "Rich men in opposition bring money, channels and names; their number and fortune are what"
        " they lend to the one they stand behind."
    ),
    theses=["T042", "T046", "T096"],
    locator="The New Challenge: The Democratic Choice of Kazakhstan",
    standing="stated",
    mechanism="M1.coalition",
)
def fund(world, params, stream):
    """Let rich opponents found a movement when they are enough, and lend to their candidate."""
    p = params.opposition
    rich = _assess_rich_opposition(world, p)
    world.society[0].rich_opposition = rich.backing
    magnate_contender = world.contenders[Role.MAGNATE]
    is_free = not magnate_contender.jailed and not magnate_contender.exiled
    can_found = rich.number >= int(p.founders) and rich.leader >= 0
    if can_found and not (magnate_contender.active and is_free):
        _found_movement(world, p, rich)
    _lend(world, p, rich.backing)
