"""Opposition: movements that live on followers, money and seats, and fall dormant without them.

Equations
---------
opposition.organise
    closure = clip01(shut_out (repression + 1 (where meetings are banned) + party_barrier))
    base    = clip01((preferred + liked) / 2 + people)
    purse   = the sum of money energy over blocs
    goal    = clip01(life (base + seats + money + joined purse (for the older movements)))
              (1 - closure)
    goal is multiplied by habit where the leader cannot lead, and for nationalists by 1 - claims
    energy moves to goal within a year
    the leader follows his movement (:mod:`.opposition_leaders`), and a leader of an older one who
    was won over or locked away is replaced with new_leader_chance; blocs see to it themselves

Symbols
-------
closure : how far movements are shut out of public life
money, energy : fields of a movement
joined : share of a movement that stands behind the one name (:mod:`.challengers`), last month
preferred, liked : shares of citizens who prefer the leader, and who would without fear of disorder
people : clients whom the men of a bloc bring (:mod:`.blocs`)
seats : share of the seats of a parliament that sits, 0 where none does
habit : democratic habit of society
claims : territorial claims from abroad, between 0 and 1
year : a memory that all rules share

References
----------
Theses T046 T077 T079 T081 T089 T091; chapter, "A President Empowered and Glorified".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TWO
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_bloc
from poruka.engine.kinds import External, Role
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule
from poruka.engine.world_types import OppositionNumbers, Parameters, Stream, World
from poruka.rules.actors.opposition_leaders import (
    follow_movement,
    moderate_leader,
    new_leader_chance,
    replace_leader,
)

DRAW_NEW_LEADER = 20

# --- equations -----------------------------------------------------------------------------------


@kernel
def closure_to_movements(p: OppositionNumbers, repression, is_banned, party_barrier):
    """Return how far movements are shut out of public life, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = closure_to_movements(p, 0.1, False, 0.1)
    >>> closure_to_movements(p, 0.6, False, 0.1) > least
    True
    >>> closure_to_movements(p, 0.1, True, 0.1) > least < closure_to_movements(p, 0.1, False, 0.6)
    True
    """
    return clip01(p.shut_out * (repression + (1.0 if is_banned else 0.0) + party_barrier))


@kernel
def base_of_movement(preferred, liked, people):
    """Return the following of a movement in [0, 1]; not all believe that its leader can win.

    Those who break away bring clients of their own (T042):

    >>> least = base_of_movement(0.1, 0.1, 0.0)
    >>> base_of_movement(0.2, 0.1, 0.0) > least < base_of_movement(0.1, 0.2, 0.0)
    True
    >>> base_of_movement(0.1, 0.1, 0.3) > least
    True
    """
    following = (preferred + liked) / TWO
    return clip01(following + people)


@kernel
def energy_goal(p: OppositionNumbers, base, seats, money, paid, closure):
    """Return the energy in [0, 1] that a movement moves to.

    It lives on its base and seats (T077); what blocs pay wakes the older ones (T079).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = energy_goal(p, 0.1, 0.0, 0.0, 0.0, 0.2)
    >>> energy_goal(p, 0.3, 0.0, 0.0, 0.0, 0.2) > least < energy_goal(p, 0.1, 0.3, 0.0, 0.0, 0.2)
    True
    >>> energy_goal(p, 0.1, 0.0, 0.3, 0.0, 0.2) > least < energy_goal(p, 0.1, 0.0, 0.0, 0.3, 0.2)
    True
    >>> energy_goal(p, 0.1, 0.0, 0.0, 0.0, 0.6) < least
    True
    """
    return (1.0 - closure) * clip01(p.life * (base + seats + money) + paid)


@kernel
def restrained_energy(energy, claims):
    """Return the energy of nationalists where claims from abroad rally them to the ruler (T091).

    >>> restrained_energy(0.5, 0.8) < restrained_energy(0.5, 0.0)
    True
    """
    return energy * (1.0 - claims)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _closure_of_regime(world: World, p: OppositionNumbers):
    """Return how far this regime shuts movements out."""
    constitution = world.constitution[0]
    return closure_to_movements(
        p, world.index[0].repression, constitution.street_banned, constitution.party_barrier
    )


@kernel
def _purse_of_blocs(world: World):
    """Return what blocs have to give to the older movements that stand behind one name with them.

    A bloc pays out of its money as far as it is alive and stands behind that name itself.
    """
    purse = 0.0
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if movement.active and is_bloc(m):
            purse += movement.money * movement.energy * movement.joined
    return purse


@kernel
def _goal_of_movement(world: World, p: OppositionNumbers, m, pay, seats, closure):
    """Return the energy that movement m moves to."""
    movement = world.movements[m]
    contender = world.contenders[movement.contender]
    paid = through(world, Channel.MONEY_WAKES_MOVEMENTS, m, p.life * pay)
    base = base_of_movement(contender.preferred, contender.liked, movement.people)
    life = through(world, Channel.SEATS_KEEP_MOVEMENTS, m, seats)
    goal = energy_goal(p, base, life, movement.money, paid, closure)
    if not contender.active or contender.jailed or contender.exiled or contender.coopted:
        # Where people are used to parties, one outlives its leader.
        goal *= world.society[0].habit
    if movement.contender == Role.NATIONALIST:
        claims = clip01(world.outsides[External.TERRITORIAL_CLAIMS].value)
        claims = through(world, Channel.CLAIMS_RESTRAIN, 0, claims)
        goal = restrained_energy(goal, claims)
    return goal


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="opposition.organise",
    claim=(
        "A movement lives on its base, money, seats and freedom to meet; shut out of everything it"
        " sleeps, and new money wakes the old ones."
    ),
    theses=["T046", "T077", "T079", "T081", "T089", "T091"],
    locator="A President Empowered and Glorified",
    standing="operationalised",
    mechanism="M1.coalition",
)
def organise(world: World, params: Parameters, stream: Stream):
    """Move the energy of every movement, and let its leader follow it."""
    # Followers come first: without them a movement has money only. Money of the rich reaches the
    # old movements through blocs, as far as they stand behind one name with them (T046, T079). The
    # second reading starts from money and seats instead.
    p = params.opposition
    closure = _closure_of_regime(world, p)
    purse = _purse_of_blocs(world)
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if not movement.active:
            continue
        contender = world.contenders[movement.contender]
        is_older = not is_bloc(m)
        seats = movement.seats if world.parliament[0].sits else 0.0
        pay = movement.joined * purse if is_older else 0.0
        goal = _goal_of_movement(world, p, m, pay, seats, closure)
        movement.energy = approach(movement.energy, goal, params.memory.year)
        follow_movement(params, movement, contender, is_older, pay)
        is_leaderless = contender.coopted or contender.jailed or contender.exiled
        chance = new_leader_chance(p, movement.energy, world.society[0].habit)
        if is_older and is_leaderless and uniform(stream, DRAW_NEW_LEADER, m) < chance:
            replace_leader(world, movement, contender)
        moderate_leader(world, params, movement, contender, seats)
