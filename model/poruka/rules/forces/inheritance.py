"""Inheritance: what outlives a ruler, and is met by his successor as it stands.

Grievances, fortunes, clienteles, blocs and habits stay what they are. With the man goes his own
odium, as far as the successor was no part of it (see the page of tenure), and his Family, unless
the successor is one of it. Those who had left him do not come home because the man has changed:
each judges anew, by what he holds against the regime.

Equations
---------
novelty_of_successor
    n = 0 for one of the Family, insider_novelty for one who held office under the former ruler and
        has not declared himself against him, 1 for any other
leave_fortunes
    a fortune of the Family goes to the rich by kinship_i / the sum of kinship, its channels go to
    magnates, and passed_on of kinship is left; who gains a fortune so owes it to power
bring_family
    as many relatives of the new ruler as ``kinsmen`` says, with kin_fortune each, take its place,
    and nobody is feared among them yet
judge_anew
    an opponent stays away if push > 0, and is a client again if not; he weighs
    what he would find as a client: favour by clan, horde and kin (see the page of nearness), and
    the claim to property that goes with it (see the page of privatisation)
    one who leads a bloc stays at its head
    where the opposition has won, exiles and prisoners are free and judge with them, and those whose
    bloc brought the new ruler to office begin as his clients

Symbols
-------
n : novelty: how little the successor was part of what went before
kinship_i : kinship of one of the rich with the former ruler
push : what draws a man to leave (see the page of defection); inertia, which holds him where he is,
    is taken off there, of one who is in, and put on here, of one who is out

References
----------
Theses T003 T080 T113 T115 T122; chapter, "Some Comparisons".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_kin, is_of_elite, stands_by_himself
from poruka.engine.kinds import OutletOwner, Post, Role, Stance
from poruka.engine.random_streams import normal
from poruka.engine.record_kinds import Entity, EventKind, Exit
from poruka.engine.world_types import Parameters, PropertyNumbers, Stream, TenureNumbers, World
from poruka.rules.actors.bloc_leaders import is_possible_ruler
from poruka.rules.actors.defection import (
    believed_success,
    own_people_out,
    push_of_oligarch,
    see_who_left,
    stay_and_leave_values,
)
from poruka.rules.actors.nearness import distinction_of_own, favour_at_court, kinship_by_place
from poruka.rules.actors.ties import receive_from_power
from poruka.rules.forces.privatisation import care_of_ruler, right_to_assets

# Many rules hand their stream to this page and that of tenure: they keep the fifties free.
DRAW_JUDGEMENT = 54


# --- equations ------------------------------------------------------------------------------------
@kernel
def novelty_of_successor(p: TenureNumbers, successor, served):
    """Return how little a successor was part of what went before (T115).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("tenure")
    >>> unknown = novelty_of_successor(p, Role.UNKNOWN, False)
    >>> minister = novelty_of_successor(p, Role.PREMIER, True)
    >>> unknown == novelty_of_successor(p, Role.PREMIER, False) > minister
    True
    >>> minister > novelty_of_successor(p, Role.HEIR, False)
    True
    """
    return 0.0 if is_kin(successor) else p.insider_novelty if served else 1.0


# --- what the equations read off the world --------------------------------------------------------
@kernel
def has_served(world: World, successor):
    """Return whether a possible ruler held office under this one and has not declared himself."""
    holds_office = (
        successor == Role.VICE_PRESIDENT or successor == Role.PREMIER or successor == Role.PEER
    )
    return holds_office and not world.contenders[successor].open


@kernel
def is_of_opposition(world: World, successor):
    """Return whether a possible ruler stands against this one, be it at the head of those who left.

    Neither kin nor servants do, nor one whom nobody knows.
    """
    return stands_by_himself(successor) and not has_served(world, successor)


# --- what goes with the man, and what stays -------------------------------------------------------
@kernel
def leave_fortunes(world: World, p: TenureNumbers):
    """Leave fortunes and channels of a Family that goes to those of the rich who are its kin."""
    fortune, kinship = 0.0, 0.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            fortune += kinsman.wealth
    for i in range(len(world.oligarchs)):
        kinship += world.oligarchs[i].kin + TINY
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        # What a Family leaves it had by power and not by law.
        receive_from_power(world, i, fortune * (oligarch.kin + TINY) / kinship, 0.0)
        oligarch.kin *= p.passed_on
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        if outlet.owner == OutletOwner.KIN:
            outlet.owner = OutletOwner.MAGNATES


@kernel
def bring_family(world: World, p: TenureNumbers):
    """Put the new ruler's kin in the place of the former ruler's."""
    for m in range(len(world.family)):
        kinsman = world.family[m]
        kinsman.active = m < int(p.kinsmen)
        kinsman.kinship = kinship_by_place(m, p.kinsmen)
        kinsman.wealth, kinsman.media, kinsman.security = p.kin_fortune, 0.0, 0.0
        kinsman.reach, kinsman.positioning = 0.0, 0.0
        kinsman.exiled, kinsman.son = False, False
        kinsman.party, kinsman.party_seated, kinsman.warned = False, False, 0
        kinsman.against_kin = False
    for i in range(len(world.oligarchs)):
        world.oligarchs[i].against_kin = False
    world.society[0].united_against_kin = 0.0
    world.society[0].fear_of_kin = 0.0


@kernel
def succeed_in_office(world: World, successor):
    """Let the successor give up what he was: one of the kin, of the rich, the premier."""
    contender = world.contenders[successor]
    if contender.person >= 0 and is_kin(successor):
        world.family[contender.person].active = False
    elif contender.person >= 0 and is_of_elite(successor):
        oligarch = world.oligarchs[contender.person]
        oligarch.stance, oligarch.post = Stance.CLIENT, Post.NONE
        if world.premier[0].person == contender.person:
            world.premier[0].person = -1
    contender.active, contender.open = False, False


@kernel
def _set_free(world: World):
    """Set possible rulers free who are in prison or abroad, with the verdicts on them."""
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if stands_by_himself(j):
            contender.jailed, contender.exiled, contender.barred = False, False, False


@kernel
def _claim_of_client(world: World, p: PropertyNumbers, i):
    """Return the claim that oligarch i would have to what is given away, among the clients."""
    care = care_of_ruler(world, p)
    own = right_to_assets(world, p, i, care)
    rights, given = TINY + own, 0.0
    for n in range(len(world.oligarchs)):
        oligarch = world.oligarchs[n]
        given += oligarch.claim
        if n != i and oligarch.claim > 0.0:
            rights += right_to_assets(world, p, n, care)
    return given * own / rights


@kernel
def _push_from_home(world: World, params: Parameters, stream: Stream, i, defected_share):
    """Return how far leaving would draw opponent i, were he a client of the new ruler (T080)."""
    p = params.oligarchs
    oligarch = world.oligarchs[i]
    nearness, claim = oligarch.nearness, oligarch.claim
    distinction = distinction_of_own(world, world.president[0].horde)
    oligarch.nearness = favour_at_court(world, params.clans, i, distinction)
    oligarch.claim = _claim_of_client(world, params.property, i)
    success = believed_success(world, p, defected_share, own_people_out(world, i))
    prospects = stay_and_leave_values(world, params, i, success)
    # What he would find is not yet what he has.
    oligarch.nearness, oligarch.claim = nearness, claim
    mood = normal(stream, DRAW_JUDGEMENT, i)
    # What holds a man where he is holds this one outside.
    return push_of_oligarch(world, p, i, prospects, mood, -p.inertia)


@kernel
def _stands_behind(world: World, i, successor):
    """Return whether one of the rich stood behind the new ruler, by his bloc or without one."""
    bloc = world.oligarchs[i].bloc
    if bloc < 0:
        return successor == Role.MODERATE
    return world.movements[bloc].contender == successor


@kernel
def judge_anew(
    world: World, params: Parameters, stream: Stream, outcome, opposition_wins, successor
):
    """Let each who had left the former ruler judge the new one by the ordinary reasons."""
    has_fallen = opposition_wins or outcome == Exit.ROTATION or outcome == Exit.REVOLUTION
    if has_fallen:
        _set_free(world)
    defected_share = see_who_left(world)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_held = oligarch.stance == Stance.EXILE or oligarch.stance == Stance.PRISONER
        if oligarch.stance != Stance.OPPONENT and not (is_held and has_fallen):
            continue
        oligarch.stance = Stance.OPPONENT
        push = _push_from_home(world, params, stream, i, defected_share)
        is_home = push <= 0.0 and not is_possible_ruler(world, i)
        if is_home or (opposition_wins and _stands_behind(world, i, successor)):
            oligarch.stance = Stance.CLIENT
            log_event(world, EventKind.DEFECTOR_RETURN, Entity.OLIGARCHS + i, NOBODY, push)
