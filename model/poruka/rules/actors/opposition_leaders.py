"""Leaders of the opposition: what a movement gives its leader, and how it gets another.

Equations
---------
follow_movement
    organisation = organisation + organisation_rate (energy - organisation)
    money        = money + money_rate (clip01(dues energy + money_spillover spillover) - money), in
                   an older movement

moderate_leader
    moderation = moderation_criticism safe_criticism + moderation_seats seats
                 + fulfilment statehood (1 - nostalgia) (for nationalists)
    radicalism = clip01(radicalism + radicalism_rate (born_radicalism - moderation - radicalism))

new_leader_chance
    chance = heads energy habit, in a month

replace_leader
    fame = heads_fame fame, and he stands openly and free

organise_premier
    following    = clip01(premier_money money + premier_acceptability acceptability + backing
                   - premier_closure closure)
    organisation = organisation + premier_rate (following - organisation)

Symbols
-------
energy : energy of the movement; born_radicalism is the radicalism it started with
spillover : money times energy of the movement of the rich
seats : share of the seats of a parliament that sits, 0 where none does
safe_criticism, habit, statehood, nostalgia : fields of society
closure : how far movements are shut out of public life
organisation, money, radicalism, fame, acceptability, backing : fields of a contender

References
----------
Theses T046 T079 T081; chapter, "Writing a New Constitution".
"""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Current, Role
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.rules.actors.effects_on_rivals import lift_restrictions

# --- equations -----------------------------------------------------------------------------------


@kernel
def money_of_leader(p, energy, spillover):
    """Return the money that the leader of an older movement comes to have, in [0, 1] (T046).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = money_of_leader(p, 0.2, 0.1)
    >>> money_of_leader(p, 0.6, 0.1) > least < money_of_leader(p, 0.2, 0.4)
    True
    """
    return clip01(p.dues * energy + p.money_spillover * spillover)


@kernel
def moderation_of_movement(p, safe_criticism, seats, statehood, nostalgia):
    """Return the radicalism that a movement loses by safe criticism, seats and a won cause (T081).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = moderation_of_movement(p, 0.1, 0.1, 0.1, 0.2)
    >>> moderation_of_movement(p, 0.5, 0.1, 0.1, 0.2) > least
    True
    >>> moderation_of_movement(p, 0.1, 0.5, 0.1, 0.2) > least
    True
    >>> moderation_of_movement(p, 0.1, 0.1, 0.5, 0.2) > least
    True
    """
    return (
        p.moderation_criticism * safe_criticism
        + p.moderation_seats * seats
        + p.fulfilment * statehood * (1.0 - nostalgia)
    )


@kernel
def new_leader_chance(p, energy, habit):
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


@kernel
def following_of_premier(p, money, acceptability, backing, closure):
    """Return the organisation in [0, 1] that a dismissed premier who stands moves to.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("opposition")
    >>> least = following_of_premier(p, 0.1, 0.3, 0.1, 0.2)
    >>> following_of_premier(p, 0.5, 0.3, 0.1, 0.2) > least
    True
    >>> following_of_premier(p, 0.1, 0.6, 0.1, 0.2) > least
    True
    >>> following_of_premier(p, 0.1, 0.3, 0.1, 0.5) < least
    True
    """
    return clip01(
        p.premier_money * money
        + p.premier_acceptability * acceptability
        + backing
        - p.premier_closure * closure
    )


# --- what the equations move ---------------------------------------------------------------------


@kernel
def follow_movement(p, movement, contender, m, spillover):
    """Let a leader's organisation, and in an older movement his money, follow his movement."""
    contender.organisation = relax(contender.organisation, movement.energy, p.organisation_rate)
    if m < Current.RICH:
        money = money_of_leader(p, movement.energy, spillover)
        contender.money = relax(contender.money, money, p.money_rate)


@kernel
def moderate_leader(world, p, movement, contender, seats):
    """Move a leader's radicalism: hopelessness radicalises, a hearing and a won cause moderate."""
    society = world.society[0]
    # Only the nationalists' cause is won by a state of their own.
    statehood = society.statehood if movement.contender == Role.NATIONALIST else 0.0
    moderation = moderation_of_movement(
        p, society.safe_criticism, seats, statehood, society.nostalgia
    )
    contender.radicalism = clip01(
        relax(contender.radicalism, movement.born_radicalism - moderation, p.radicalism_rate)
    )


@kernel
def replace_leader(world, p, movement, contender):
    """Put another in the place of a leader who was won over or locked away, and log it."""
    lift_restrictions(contender)
    contender.open = True
    contender.fame = p.heads_fame * contender.fame
    leader, ruler = Entity.CONTENDERS + movement.contender, Entity.CONTENDERS + Role.RULER
    event = log_event(world, EventKind.CANDIDACY, leader, ruler, movement.energy)
    log_reason(world, event, Reason.POWER, movement.energy)


@kernel
def organise_premier(world, p, closure):
    """Let a dismissed premier who stands build or lose an organisation."""
    premier_contender = world.contenders[Role.PREMIER]
    is_free = not premier_contender.jailed and not premier_contender.exiled
    if premier_contender.active and premier_contender.open and is_free:
        following = following_of_premier(
            p,
            premier_contender.money,
            premier_contender.acceptability,
            premier_contender.backing,
            closure,
        )
        premier_contender.organisation = relax(
            premier_contender.organisation, following, p.premier_rate
        )
