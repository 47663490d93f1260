"""The counter-coalition: who stands together against a kinsman of the ruler that takes from all.

It is a quarrel with a man, not with the ruler, whom all ask for help. Once it is over those who
wanted safety are content, and those who want rules have learned that no man but the power of one
man was to blame.

Equations
---------
family.resist
    k is the kinsman in public life of the largest danger = reach aggressiveness
    gain_i = danger (1 - q_i), of one of the rich; danger, of another of the kin; 0 while danger is
             not above manifest
    risk   = security (1 - U)
    one stands against k while gain > risk; rounds go on until nobody else joins
    whoever of the rich stood against k and does so no more has his grievance risen by wrong a_i

Symbols
-------
reach, aggressiveness, security : of a kinsman: how far he has reached into others' property;
    readiness to take; hold on organs of force
q_i, a_i : protection of one of the rich; his aspiration to power and respect, which rules would
    serve where safety alone would not
U : share of the rich at court and the kin who stand against k, as everybody sees it
manifest : danger from which a kinsman is reckoned with, a number of :mod:`.conditions`
wrong : grievance that prison or a robbery leaves, a number of :mod:`.oligarchs`

References
----------
Theses T023 T024 T025; chapter, "The Son-in-Law: Challenge and Defeat".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.rule import rule
from poruka.engine.world_types import ConditionsNumbers, Kinsman, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def stands_against(p: ConditionsNumbers, danger, protection, security, united):
    """Return whether a man stands against a kinsman: what he fears against what it would cost.

    Where many stand together nobody has to pay for it (T023):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("conditions")
    >>> stands_against(p, 0.3, 0.2, 0.5, 0.0), stands_against(p, 0.3, 0.2, 0.5, 0.7)
    (False, True)
    >>> stands_against(p, 0.6, 0.1, 0.5, 0.0), stands_against(p, 0.6, 0.9, 0.5, 0.0)
    (True, False)
    >>> stands_against(p, 0.01, 0.0, 0.0, 1.0)
    False
    """
    return danger > p.manifest and danger * (1.0 - protection) > security * (1.0 - united)


@kernel
def turned_on_ruler(wrong, aspiration):
    """Return the grievance against the ruler of one whose quarrel with a kinsman is over (T024).

    >>> turned_on_ruler(0.3, 0.8) > turned_on_ruler(0.3, 0.1) > turned_on_ruler(0.3, 0.0)
    True
    """
    return wrong * aspiration


# --- what the equations read off the world -------------------------------------------------------


@kernel
def danger_of_kinsman(kinsman: Kinsman):
    """Return how dangerous one of the kin is to others, 0 if he is out of public life."""
    if not kinsman.active or kinsman.exiled:
        return 0.0
    return kinsman.reach * kinsman.aggressiveness


@kernel
def _most_dangerous(world: World):
    """Return the row of the most dangerous of the kin, the first where none is."""
    most, row = 0.0, 0
    for m in range(len(world.family)):
        danger = danger_of_kinsman(world.family[m])
        if danger > most:
            most, row = danger, m
    return row


@kernel
def _can_stand(world: World, m, k):
    """Return whether the one of the kin in row m is there to stand against him in row k."""
    return world.family[m].active and not world.family[m].exiled and m != k


@kernel
def share_united(world: World, k):
    """Return the share of the rich at court and of the other kin who stand against kinsman k."""
    against, all_of_court = 0.0, 1.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if not has_broken_away(oligarch.stance):
            all_of_court += 1.0
            against += 1.0 if oligarch.against_kin else 0.0
    for m in range(len(world.family)):
        if _can_stand(world, m, k):
            all_of_court += 1.0
            against += 1.0 if world.family[m].against_kin else 0.0
    return against / all_of_court


@kernel
def _join_round(world: World, p: ConditionsNumbers, k, danger):
    """Let all who would join those seen to stand against kinsman k do so; return how many did."""
    united, joined = share_united(world, k), 0
    security = world.family[k].security
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_there = not has_broken_away(oligarch.stance) and not oligarch.against_kin
        if is_there and stands_against(p, danger, oligarch.protection, security, united):
            oligarch.against_kin = True
            joined += 1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        is_there = _can_stand(world, m, k) and not kinsman.against_kin
        if is_there and stands_against(p, danger, 0.0, security, united):
            kinsman.against_kin = True
            joined += 1
    return joined


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="family.resist",
    claim=(
        "A kinsman who takes from all unites rich men and kin against him; once he is gone those"
        " who wanted safety are content, and those who want rules turn on the ruler."
    ),
    theses=["T023", "T024", "T025"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="operationalised",
    mechanism="M6.family",
)
def resist(world: World, params: Parameters, stream: Stream):
    """Let those whom a kinsman threatens stand together, and the quarrel end or become general."""
    p = params.conditions
    k = _most_dangerous(world)
    danger = through(world, Channel.DANGER_OF_KINSMAN, 0, danger_of_kinsman(world.family[k]))
    world.family[k].against_kin = False
    joined = 1
    while joined > 0:
        joined = _join_round(world, p, k, danger)
    united = share_united(world, k)
    security = world.family[k].security
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not stands_against(p, danger, 0.0, security, united):
            kinsman.against_kin = False
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        grudge = turned_on_ruler(params.oligarchs.wrong, oligarch.aspiration)
        # Read for everybody, so that its mean is known where no quarrel is.
        grudge = through(world, Channel.QUARREL_TURNS, i, grudge)
        if stands_against(p, danger, oligarch.protection, security, united):
            continue
        # Who leaves while the danger lasts has made his peace; only the end of it leaves a grudge.
        if oligarch.against_kin and danger <= p.manifest:
            oligarch.grievance = clip01(oligarch.grievance + grudge)
        oligarch.against_kin = False
    world.society[0].united_against_kin = share_united(world, k)
