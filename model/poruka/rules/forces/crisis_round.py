"""One round of a crisis: what commanders, oligarchs and ruler do in the face of a crowd.

The page has more numbers than most, as each of them has a threshold of his own.

Equations
---------
update_commander_stances
    nerve = obedience - crowd + noise e
    a commander obeys if nerve > obey_nerve, stalls if nerve > 0, and else switches

defect_in_crisis
    nobody leaves for a crowd <= small_crowd while no commander has switched; beyond that
    pull  = crowd + switched + pull_own ((grievance - bond) + (exclusion - kin))
    an oligarch leaves the ruler if pull + noise e > pull_threshold, and breaks with him as in any
    other month (see the page of defection)

falls_in_round
    the ruler falls if switched > obeying, or if obeying < enough_force and there is a coup or
    crowd > great_crowd

respond_to_crowd
    nothing if crowd <= small_crowd
    if obeying > enough_force the crowd is dispersed, and outrage is divided by 1 + obeying
    blood      = clip01(blood + crowd (calm_blood + (1 - calm_blood) impulsiveness))
    repression = clip01(repression + crackdown crowd)
    else outrage is multiplied by 1 + (1 - obeying)

Symbols
-------
crowd : share of citizens in the street; for commanders also what a coup counts beside it
obedience, impulsiveness : of a commander to the ruler, and of the ruler
obeying, switched : share of commanders who obey, and who have switched
grievance, exclusion, kin : of an oligarch
bond : how firmly he is tied to the ruler, by favour and by property (:mod:`.ties`)
e : a normal draw, new in every round

References
----------
Theses T005 T020 T031 T038 T041 T121 T123; chapter, "Conclusion".
"""

from poruka.engine.event_log import log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import CommanderStance
from poruka.engine.random_streams import draw_of_round, normal
from poruka.engine.record_kinds import Reason
from poruka.engine.world_types import CrisisNumbers, Parameters, Stream, World
from poruka.rules.actors.defection import note_movers
from poruka.rules.history_records import record_break

# Each draw is made in every round: rounds beyond the room take addresses of a later block.
DRAW_NERVE = 20
DRAW_NERVE_ROOM = 10
DRAW_PULL = 30
DRAW_PULL_ROOM = 10


# --- equations ------------------------------------------------------------------------------------
@kernel
def nerve_of_commander(p: CrisisNumbers, obedience, crowd, chance):
    """Return the nerve of a commander: crowds wear it down.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("crisis")
    >>> nerve_of_commander(p, 0.8, 0.1, 0.0) > nerve_of_commander(p, 0.8, 0.4, 0.0)
    True
    >>> nerve_of_commander(p, 0.8, 0.1, 0.0) > nerve_of_commander(p, 0.5, 0.1, 0.0)
    True
    """
    return obedience - crowd + p.noise * chance


@kernel
def stance_of_commander(p: CrisisNumbers, nerve):
    """Return whether a commander obeys, stalls or switches.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("crisis")
    >>> stance_of_commander(p, 1.0) < stance_of_commander(p, 0.2) < stance_of_commander(p, -1.0)
    True
    """
    return (
        CommanderStance.OBEYS
        if nerve > p.obey_nerve
        else CommanderStance.STALLS
        if nerve > 0.0
        else CommanderStance.SWITCHES
    )


@kernel
def pull_of_crisis(p: CrisisNumbers, crowd, switched, grievance, exclusion, bond, kin):
    """Return what draws an oligarch away in a crisis, less what holds him.

    His own relation to the ruler has two balances: what he holds against him, less the bond between
    them, and how far he is shut out, less kinship.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("crisis")
    >>> pull = pull_of_crisis(p, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
    >>> pull_of_crisis(p, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1) > pull
    True
    >>> pull_of_crisis(p, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1) > pull
    True
    >>> pull_of_crisis(p, 0.1, 0.1, 0.5, 0.1, 0.1, 0.1) > pull
    True
    >>> pull_of_crisis(p, 0.1, 0.1, 0.1, 0.5, 0.1, 0.1) > pull
    True
    >>> pull_of_crisis(p, 0.1, 0.1, 0.1, 0.1, 0.5, 0.1) < pull
    True
    >>> pull_of_crisis(p, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5) < pull
    True
    """
    held_against, shut_out = grievance - bond, exclusion - kin
    return crowd + switched + p.pull_own * (held_against + shut_out)


@kernel
def falls_in_round(p: CrisisNumbers, obeying, switched, crowd, is_coup):
    """Return whether the ruler falls: more commanders go over than obey, or few obey when pressed.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("crisis")
    >>> falls_in_round(p, 0.0, 1.0, 0.0, False), falls_in_round(p, 1.0, 0.0, 1.0, True)
    (True, False)
    >>> falls_in_round(p, 0.0, 0.0, 1.0, False), falls_in_round(p, 0.0, 0.0, 0.0, False)
    (True, False)
    """
    is_pressed = crowd > p.great_crowd or is_coup
    return switched > obeying or (obeying < p.enough_force and is_pressed)


@kernel
def blood_of_dispersal(p: CrisisNumbers, crowd, impulsiveness):
    """Return the blood that the dispersal of a crowd sheds: a wholly impulsive ruler spares nobody.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("crisis")
    >>> blood_of_dispersal(p, 0.2, 0.8) > blood_of_dispersal(p, 0.2, 0.2)
    True
    >>> blood_of_dispersal(p, 0.2, 0.2) > blood_of_dispersal(p, 0.1, 0.2)
    True
    """
    return crowd * (p.calm_blood + (1.0 - p.calm_blood) * impulsiveness)


@kernel
def outrage_after_dispersal(obeying):
    """Return by what factor outrage changes with a dispersal: the less, the fewer took part in it.

    >>> outrage_after_dispersal(1.0) < outrage_after_dispersal(0.6) < 1.0
    True
    """
    return 1.0 / (1.0 + obeying)


@kernel
def outrage_after_hesitation(obeying):
    """Return by what factor outrage grows where force hesitates: the more, the more hesitate.

    >>> outrage_after_hesitation(0.0) > outrage_after_hesitation(0.4) > 1.0
    True
    """
    return 1.0 + (1.0 - obeying)


# --- the moves of a round -------------------------------------------------------------------------
@kernel
def update_commander_stances(world: World, params: Parameters, stream: Stream, step, crowd):
    """Let each commander obey, stall or switch in the face of a crowd.

    Returns
    -------
    tuple of float
        Share of commanders who obey, share who switch.
    """
    obey, switch = 0.0, 0.0
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        chance = normal(stream, draw_of_round(DRAW_NERVE, DRAW_NERVE_ROOM, step), k)
        nerve = nerve_of_commander(params.crisis, commander.obedience, crowd, chance)
        commander.stance = stance_of_commander(params.crisis, nerve)
        obey += 1.0 if commander.stance == CommanderStance.OBEYS else 0.0
        switch += 1.0 if commander.stance == CommanderStance.SWITCHES else 0.0
    count = float(len(world.commanders))
    return obey / count, switch / count


@kernel
def defect_in_crisis(world: World, params: Parameters, stream: Stream, step, crowd, switched):
    """Let oligarchs defect who see the crowd and the switching commanders; return their number.

    They break with the ruler as others do, who leave him in a quiet month: they lose their posts,
    are counted, and can found or join a bloc.
    """
    p = params.crisis
    # Where nothing is to be seen in the street or among the armed, he weighs what he always weighs.
    if crowd <= p.small_crowd and switched <= 0.0:
        return 0
    defectors = 0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if has_broken_away(oligarch.stance):
            continue
        pull = pull_of_crisis(
            p, crowd, switched, oligarch.grievance, oligarch.exclusion, oligarch.bond, oligarch.kin
        )
        chance = normal(stream, draw_of_round(DRAW_PULL, DRAW_PULL_ROOM, step), i)
        if pull + p.noise * chance > p.pull_threshold:
            defectors += 1
            event = record_break(world, i, pull)
            log_reason(world, event, Reason.CROWD_SHARE, crowd)
            log_reason(world, event, Reason.GRIEVANCE, oligarch.grievance)
    note_movers(world, params, world.society[0].moving, defectors)
    return defectors


@kernel
def respond_to_crowd(world: World, p: CrisisNumbers, obeying, crowd):
    """Disperse a crowd or hesitate; return the factor by which outrage changes.

    Force sends people home; hesitation of the armed forces encourages more to come.
    """
    society = world.society[0]
    index = world.index[0]
    impulsiveness = world.president[0].impulsiveness
    if crowd <= p.small_crowd:
        return 1.0
    if obeying > p.enough_force:
        society.blood = clip01(society.blood + blood_of_dispersal(p, crowd, impulsiveness))
        index.repression = clip01(index.repression + p.crackdown * crowd)
        return outrage_after_dispersal(obeying)
    return outrage_after_hesitation(obeying)
