"""Leaders of blocs: who enters the race at the head of one, and where a bloc begins and ends.

A bloc has a row among the movements and its leader one among the contenders; both are used anew.

Equations
---------
lead_bloc
    a rich man at the head of a bloc stands where the moderates stand, of `elite_radicalism`, as
    known as their leader; his people, horde and ability are his own
move_premier
    a premier who breaks away keeps his stands, his name, his means and what is believed of him
found_bloc
    energy = clip01(organisation + means)

Symbols
-------
organisation : that of the leader, which a premier has built in office
means : what the founder brings (:mod:`.blocs`)

References
----------
Theses T042 T046; chapter, "The New Challenge".
"""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_bloc, is_magnate, is_of_elite
from poruka.engine.kinds import Role, Stance
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.world_types import Parameters, World
from poruka.rules.actors.effects_on_rivals import lift_restrictions

# --- rows that are free --------------------------------------------------------------------------


@kernel
def free_bloc(world: World):
    """Return a row of the movements where a bloc can be founded, or -1."""
    for m in range(len(world.movements)):
        if is_bloc(m) and not world.movements[m].active:
            return m
    return -1


@kernel
def free_leader_row(world: World):
    """Return a row of the contenders that the leader of a bloc can have, or -1."""
    for j in range(len(world.contenders)):
        if is_magnate(j) and not world.contenders[j].active:
            return j
    return -1


# --- who leads ------------------------------------------------------------------------------------


@kernel
def rank_of_leader(world: World, i):
    """Return the rank of oligarch i as a leader, -1 for one who could not be imagined as ruler."""
    oligarch = world.oligarchs[i]
    return oligarch.wealth * oligarch.ability * oligarch.ambition if oligarch.eligible else -1.0


@kernel
def is_possible_ruler(world: World, i):
    """Return whether one of the rich is spoken of as a ruler, as a premier or head of a bloc."""
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        if is_of_elite(j) and contender.active and contender.person == i:
            return True
    return False


@kernel
def first_in_rank(world: World, bloc):
    """Return the opponent of the highest rank in a bloc, -1 where nobody could lead it."""
    highest, leader = -1.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_member = oligarch.stance == Stance.OPPONENT and oligarch.bloc == bloc
        if is_member and rank_of_leader(world, i) > highest:
            highest, leader = rank_of_leader(world, i), i
    return leader


@kernel
def lead_bloc(world: World, params: Parameters, j, leader):
    """Make one of the rich the contender who leads a bloc, with the stands of the moderates."""
    oligarch = world.oligarchs[leader]
    contender = world.contenders[j]
    moderate_contender = world.contenders[Role.MODERATE]
    contender.active, contender.open = True, True
    lift_restrictions(contender)
    contender.person = leader
    contender.nation, contender.market = moderate_contender.nation, moderate_contender.market
    contender.radicalism = params.initial.elite_radicalism
    contender.minority, contender.horde = not oligarch.titular, oligarch.horde
    contender.eligible, contender.ability = oligarch.eligible, oligarch.ability
    contender.fame = moderate_contender.fame
    contender.office, contender.published_share = 0.0, 0.0


@kernel
def move_premier(world: World, j):
    """Let a premier who broke away take his name and what is believed of him to a row j."""
    count = len(world.contenders)
    world.contenders[j] = world.contenders[Role.PREMIER]
    # He leaves the office with the ruler, and what had been held against him by the old side.
    lift_restrictions(world.contenders[j])
    world.contenders[j].office = 0.0
    for k in range(len(world.constituencies)):
        belief = world.beliefs[k * count + j]
        premier_belief = world.beliefs[k * count + Role.PREMIER]
        belief.believed_chance = premier_belief.believed_chance
    premier_contender = world.contenders[Role.PREMIER]
    premier_contender.active, premier_contender.open = False, False
    premier_contender.person, premier_contender.organisation = -1, 0.0
    premier_contender.published_share = 0.0


@kernel
def found_bloc(world: World, m, j, leader, means, founders):
    """Begin a bloc in row m of the movements behind the contender in row j, and log it."""
    movement = world.movements[m]
    contender = world.contenders[j]
    movement.active = True
    movement.contender = j
    movement.born_radicalism = contender.radicalism
    movement.seats = 0.0
    movement.energy = clip01(contender.organisation + means)
    world.oligarchs[leader].bloc = m
    founder, founded = Entity.OLIGARCHS + leader, Entity.MOVEMENTS + m
    event = log_event(world, EventKind.MOVEMENT, founder, founded, means)
    log_reason(world, event, Reason.POWER, founders)


@kernel
def end_bloc(world: World, m):
    """End a bloc: its leader is no contender any more, and its rows are free."""
    movement = world.movements[m]
    if is_magnate(movement.contender):
        contender = world.contenders[movement.contender]
        contender.active, contender.open = False, False
        contender.organisation, contender.money, contender.media = 0.0, 0.0, 0.0
        contender.backing, contender.published_share, contender.office = 0.0, 0.0, 0.0
    movement.active = False
    movement.energy, movement.money = 0.0, 0.0
    movement.seats, movement.members, movement.people = 0.0, 0.0, 0.0
    for i in range(len(world.oligarchs)):
        if world.oligarchs[i].bloc == m:
            world.oligarchs[i].bloc = -1


@kernel
def leave_blocs(world: World):
    """Let those who are no opponents at liberty leave their blocs."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance != Stance.OPPONENT:
            oligarch.bloc = -1
