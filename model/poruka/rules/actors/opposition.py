"""Opposition: movements that live on followers, money and seats, and fall dormant without them.

Equations
---------
opposition.organise
    closure      = closure_repression repression + closure_ban (where meetings are banned)
                   + closure_barrier party_barrier
    base         = clip01(base_preferred preferred + base_liked liked)
    spillover    = money times energy of the movement of the rich
    goal         = clip01(energy_base base + energy_seats seats + energy_money money
                   + energy_spillover spillover (for the older movements) + energy_protest protest
                   + energy_habit habit + energy_floor - closure)
    goal is multiplied by clip01(leaderless_floor + leaderless_habit habit) where the leader cannot
    lead, and for nationalists by 1 - restraint claims
    energy       = energy + growing (goal - energy), or withering (goal - energy) where it falls;
                   a movement is asleep below the energy sleep
    the leader follows his movement (:mod:`.opposition_leaders`), and a leader of an older one who
    was won over or locked away is replaced with new_leader_chance

Symbols
-------
closure : how far movements are shut out of public life
money, energy : fields of a movement
preferred, liked : shares of citizens who prefer the leader, and who would without fear of disorder
seats : share of the seats of a parliament that sits, 0 where none does
habit, protest : democratic habit of society, and its memory of protest
claims : territorial claims from abroad, between 0 and 1

References
----------
Theses T046 T077 T079 T081 T091; chapter, "Writing a New Constitution".
"""

from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Current, External, Role
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule
from poruka.rules.actors.opposition_leaders import (
    follow_movement,
    moderate_leader,
    new_leader_chance,
    organise_premier,
    replace_leader,
)

DRAW_NEW_LEADER = 20

# --- equations -----------------------------------------------------------------------------------


@kernel
def closure_to_movements(p, repression, is_banned, party_barrier):
    """Return how far movements are shut out of public life.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = closure_to_movements(p, 0.1, False, 0.1)
    >>> closure_to_movements(p, 0.6, False, 0.1) > least
    True
    >>> closure_to_movements(p, 0.1, True, 0.1) > least < closure_to_movements(p, 0.1, False, 0.6)
    True
    """
    return (
        p.closure_repression * repression
        + (p.closure_ban if is_banned else 0.0)
        + p.closure_barrier * party_barrier
    )


@kernel
def base_of_movement(p, preferred, liked):
    """Return the following of a movement in [0, 1]; not all believe that its leader can win.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> base_of_movement(p, 0.2, 0.1) > base_of_movement(p, 0.1, 0.1)
    True
    >>> base_of_movement(p, 0.1, 0.2) > base_of_movement(p, 0.1, 0.1)
    True
    """
    return clip01(p.base_preferred * preferred + p.base_liked * liked)


@kernel
def energy_goal(p, base, seats, money, spillover, protest, habit, closure):
    """Return the energy in [0, 1] that a movement moves to.

    It lives on its base and seats (T077); money of the rich wakes the older ones (T079).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = energy_goal(p, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.05)
    >>> energy_goal(p, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.05) > least > 0.1
    True
    >>> energy_goal(p, 0.1, 0.3, 0.0, 0.0, 0.0, 0.0, 0.05) > least
    True
    >>> energy_goal(p, 0.1, 0.0, 0.3, 0.0, 0.0, 0.0, 0.05) > least
    True
    >>> energy_goal(p, 0.1, 0.0, 0.0, 0.3, 0.0, 0.0, 0.05) > least
    True
    >>> energy_goal(p, 0.1, 0.0, 0.0, 0.0, 0.3, 0.0, 0.05) > least
    True
    >>> energy_goal(p, 0.1, 0.0, 0.0, 0.0, 0.0, 0.3, 0.05) > least
    True
    """
    return clip01(
        p.energy_base * base
        + p.energy_seats * seats
        + p.energy_money * money
        + p.energy_spillover * spillover
        + p.energy_protest * protest
        + p.energy_habit * habit
        + p.energy_floor
        - closure
    )


@kernel
def leaderless_share(p, habit):
    """Return the share of its energy that a movement keeps without its leader, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> leaderless_share(p, 0.6) > leaderless_share(p, 0.0) > 0.0
    True
    """
    return clip01(p.leaderless_floor + p.leaderless_habit * habit)


@kernel
def restrained_energy(p, energy, claims):
    """Return the energy of nationalists where claims from abroad rally them to the ruler (T091).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> restrained_energy(p, 0.5, 0.8) < restrained_energy(p, 0.5, 0.0)
    True
    """
    return energy * (1.0 - p.restraint * claims)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _closure_of_regime(world, p):
    """Return how far this regime shuts movements out."""
    constitution = world.constitution[0]
    return closure_to_movements(
        p, world.index[0].repression, constitution.street_banned, constitution.party_barrier
    )


@kernel
def _spillover_of_rich(world):
    """Return what the movement of the rich has to give to the older ones."""
    rich_movement = world.movements[Current.RICH]
    return rich_movement.money * rich_movement.energy if rich_movement.active else 0.0


@kernel
def _goal_of_movement(world, p, movement, contender, spillover, seats, closure):
    """Return the energy that one movement moves to."""
    society = world.society[0]
    base = base_of_movement(p, contender.preferred, contender.liked)
    goal = energy_goal(
        p, base, seats, movement.money, spillover, society.protest, society.habit, closure
    )
    if not contender.active or contender.jailed or contender.exiled or contender.coopted:
        goal *= leaderless_share(p, society.habit)
    if movement.contender == Role.NATIONALIST:
        goal = restrained_energy(p, goal, clip01(world.outsides[External.TERRITORIAL_CLAIMS].value))
    return goal


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="opposition.organise",
    claim=(
        "A movement lives on its base, money, seats and freedom to meet; shut out of everything it"
        " sleeps, and new money wakes the old ones."
    ),
    theses=["T046", "T077", "T079", "T081", "T091"],
    locator="Writing a New Constitution",
    standing="operationalised",
    mechanism="M1.coalition",
)
def organise(world, params, stream):
    """Move the energy of every movement, and let its leader follow it."""
    # Followers come first: without them a movement has money only. Money of the rich reaches the
    # old movements through the new one (T046, T079). The second reading starts from money and seats
    # instead.
    p = params.opposition
    closure = _closure_of_regime(world, p)
    spillover = _spillover_of_rich(world)
    for m in range(len(world.movements)):
        movement = world.movements[m]
        if not movement.active:
            continue
        contender = world.contenders[movement.contender]
        is_older = m < Current.RICH
        seats = movement.seats if world.parliament[0].sits else 0.0
        lent = spillover if is_older else 0.0
        goal = _goal_of_movement(world, p, movement, contender, lent, seats, closure)
        rate = p.growing if goal > movement.energy else p.withering
        movement.energy = relax(movement.energy, goal, rate)
        movement.asleep = movement.energy < p.sleep
        if movement.contender != Role.PREMIER:
            follow_movement(p, movement, contender, m, spillover)
        is_leaderless = contender.coopted or contender.jailed or contender.exiled
        chance = new_leader_chance(p, movement.energy, world.society[0].habit)
        if is_older and is_leaderless and uniform(stream, DRAW_NEW_LEADER, m) < chance:
            replace_leader(world, p, movement, contender)
        moderate_leader(world, p, movement, contender, seats)
    organise_premier(world, p, closure)
