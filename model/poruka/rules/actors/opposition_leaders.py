"""Leaders of the opposition: what a movement gives its leader, and how it gets another.

Equations
---------
follow_movement
    organisation moves to energy within a year; that of the leader of a bloc is its energy, as it is
    made of men who come with what they have
    money moves to clip01(dues energy + life pay) within a year, in an older movement

moderate_leader
    hearing    = safe_criticism + seats + statehood (1 - nostalgia) (for nationalists)
    radicalism moves to born_radicalism - moderation hearing within a term; custom of one-man rule
    keeps those of the old order from learning: see the page of custom_of_rule

new_leader_chance
    chance = heads energy habit, in a month

replace_leader
    the name stays with the movement, and its new leader stands openly and free

Symbols
-------
energy : energy of the movement; born_radicalism is the radicalism it started with
pay : what blocs give the movement for standing behind one name with them (:mod:`.opposition`)
seats : share of the seats of a parliament that sits, 0 where none does
safe_criticism, habit, statehood, nostalgia : fields of society
organisation, money, radicalism : fields of a contender
year, term : memories that all rules share

References
----------
Theses T046 T079 T081 T089; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.world_types import Contender, Movement, OppositionNumbers, Parameters, World
from poruka.rules.actors.custom_of_rule import hearing_under_custom, kinship_with_old_order
from poruka.rules.actors.effects_on_rivals import lift_restrictions

# --- equations -----------------------------------------------------------------------------------


@kernel
def money_of_leader(p: OppositionNumbers, energy, pay):
    """Return the money that the leader of an older movement comes to have, in [0, 1] (T046).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = money_of_leader(p, 0.2, 0.1)
    >>> money_of_leader(p, 0.6, 0.1) > least < money_of_leader(p, 0.2, 0.4)
    True
    """
    return clip01(p.dues * energy + p.life * pay)


@kernel
def moderation_of_movement(p: OppositionNumbers, safe_criticism, seats, won_cause):
    """Return the radicalism that a movement loses by safe criticism, seats and a won cause (T081).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = moderation_of_movement(p, 0.1, 0.1, 0.1)
    >>> moderation_of_movement(p, 0.5, 0.1, 0.1) > least
    True
    >>> moderation_of_movement(p, 0.1, 0.5, 0.1) > least < moderation_of_movement(p, 0.1, 0.1, 0.5)
    True
    """
    return p.moderation * (safe_criticism + seats + won_cause)


@kernel
def new_leader_chance(p: OppositionNumbers, energy, habit):
    """Return the chance that a movement gets a new leader in a month.

    It has to be large, and its followers used to parties.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> new_leader_chance(p, 0.6, 0.5) > new_leader_chance(p, 0.1, 0.5)
    True
    >>> new_leader_chance(p, 0.6, 0.5) > new_leader_chance(p, 0.6, 0.1)
    True
    """
    return p.heads * energy * habit


# --- what the equations move ---------------------------------------------------------------------


@kernel
def follow_movement(params: Parameters, movement: Movement, contender: Contender, is_older, pay):
    """Let a leader's organisation, and in an older movement his money, follow his movement."""
    year = params.memory.year
    if not is_older:
        contender.organisation = movement.energy
    else:
        contender.organisation = approach(contender.organisation, movement.energy, year)
        money = money_of_leader(params.opposition, movement.energy, pay)
        contender.money = approach(contender.money, money, year)


@kernel
def moderate_leader(
    world: World, params: Parameters, movement: Movement, contender: Contender, seats
):
    """Move a leader's radicalism: hopelessness radicalises, a hearing and a won cause moderate."""
    society = world.society[0]
    # Only the nationalists' cause is won by a state of their own.
    won_cause = 0.0
    if movement.contender == Role.NATIONALIST:
        won_cause = society.statehood * (1.0 - society.nostalgia)
    moderation = moderation_of_movement(params.opposition, society.safe_criticism, seats, won_cause)
    custom = through(world, Channel.CUSTOM_AND_MODERATION, 0, society.autocratic_custom)
    kinship = kinship_with_old_order(world, movement.contender)
    goal = movement.born_radicalism - hearing_under_custom(moderation, custom, kinship)
    contender.radicalism = clip01(approach(contender.radicalism, goal, params.memory.term))


@kernel
def replace_leader(world: World, movement: Movement, contender: Contender):
    """Put another in the place of a leader who was won over or locked away, and log it."""
    lift_restrictions(contender)
    contender.open = True
    leader, ruler = Entity.CONTENDERS + movement.contender, Entity.CONTENDERS + Role.RULER
    event = log_event(world, EventKind.CANDIDACY, leader, ruler, movement.energy)
    log_reason(world, event, Reason.POWER, movement.energy)
