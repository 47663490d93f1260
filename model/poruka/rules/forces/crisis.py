"""Crises: after a vote, a dissolution or a plot, street, force, elite and ruler move in rounds
until nobody moves.
"""

from poruka.engine.codes import (
    AT_OLIGARCHS,
    AT_PRESIDENT,
    CALM,
    CAMPS_WAR,
    CONFLICT_EXIT,
    COUP_ATTEMPT,
    COUP_EXIT,
    EMPTY_SEAT,
    EVENT_COUP,
    EVENT_CROWD,
    EVENT_DEFECTION,
    NATIONALIST,
    NOBODY,
    OPPONENT,
    REVOLUTION_EXIT,
    ROTATION_EXIT,
    RULER,
    STOLEN_VOTE,
    UNKNOWN,
    WHY_CROWD_SHARE,
    WHY_OBEDIENCE,
    WHY_POWER,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule
from poruka.rules.actors.citizens import crowd
from poruka.rules.forces.succession import leave_seat


@rule(
    id="crisis.plot",
    claim=(
        "Where commanders waver and the elite is split, some of them may try to remove the ruler"
        " without asking the street."
    ),
    standing="assumption",
    mechanism="M12.coup",
)
def plot(world, params, stream):
    crisis = world.crisis[0]
    index = world.index[0]
    if crisis.kind != CALM or not world.constitution[0].independent:
        return
    loose = 0.0
    for k in range(len(world.commanders)):
        loose += 1.0 - world.commanders[k].obedience
    loose /= len(world.commanders)
    if uniform(stream, 0, 0) < params.crisis.plotting * loose * loose * (1.0 - index.monolith) * (
        1.0 - index.approval
    ):
        crisis.kind = COUP_ATTEMPT
        crisis.heat = loose
        crisis.claimant = int(world.society[0].pole)


@kernel
def _who_comes(world, claimant):
    """Return who takes the seat when the ruler falls: the claimant, else the pole of the
    opposition, else an unknown.
    """
    if claimant > 0 and world.contenders[claimant].active and not world.contenders[claimant].jailed:
        return claimant
    pole = int(world.society[0].pole)
    if pole > 0 and world.contenders[pole].active:
        return pole
    world.contenders[UNKNOWN].active = True
    return UNKNOWN


@kernel
def _force_stands(world, params, stream, step, out):
    """Let each commander obey, stall or switch in the face of a crowd; return the shares that obey
    and that switch.
    """
    obey, switch = 0.0, 0.0
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        nerve = (
            commander.obedience
            - params.crisis.crowd_weight * out
            + 0.12 * normal(stream, 20 + step, k)
        )
        commander.stance = 0 if nerve > 0.3 else 1 if nerve > 0.08 else 2
        obey += 1.0 if commander.stance == 0 else 0.0
        switch += 1.0 if commander.stance == 2 else 0.0
    count = float(len(world.commanders))
    return obey / count, switch / count


@kernel
def _elite_moves(world, params, stream, step, out, switch):
    """Let owners who see the crowd and the barracks turn leave too; return how many did."""
    moved = 0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance >= OPPONENT:
            continue
        pull = (
            1.2 * out
            + 0.8 * switch
            + 0.4 * oligarch.grievance
            + 0.3 * oligarch.exclusion
            - 0.6 * oligarch.nearness
            - 0.4 * oligarch.kin
        )
        if pull + 0.08 * normal(stream, 30 + step, i) > 0.55:
            oligarch.stance = OPPONENT
            moved += 1
            place = tell(world, EVENT_DEFECTION, AT_OLIGARCHS + i, AT_PRESIDENT, pull)
            because(world, place, WHY_CROWD_SHARE, out)
    return moved


@rule(
    id="crisis.play",
    claim=(
        "A lost vote alone moves nobody out; crowds, wavering commanders and leaving magnates"
        " together do, each move read by the others."
    ),
    theses=["T008", "T093", "T122", "T123"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M12.crisis",
)
def play(world, params, stream):
    crisis = world.crisis[0]
    society = world.society[0]
    president = world.president[0]
    index = world.index[0]
    if crisis.kind == CALM or crisis.kind == EMPTY_SEAT:
        return
    if crisis.kind == CAMPS_WAR:
        holds = share(
            0.25
            + 0.45 * president.approval
            + 0.3 * world.commanders[0].obedience
            - 0.3 * crisis.heat
            - 0.2 * abs(president.nation)
        )
        if uniform(stream, 0, 0) > holds:
            leave_seat(world, params, stream, _who_comes(world, NATIONALIST), CONFLICT_EXIT)
        crisis.kind, crisis.heat = CALM, 0.0
        return
    spark = crisis.heat * params.crisis.spark
    out, falls = 0.0, False
    last = 0.0
    for step in range(int(params.crisis.rounds)):
        out = crowd(world, params, stream, 40 + step, spark)
        obey, switch = _force_stands(
            world,
            params,
            stream,
            step,
            out + (0.3 * crisis.heat if crisis.kind == COUP_ATTEMPT else 0.0),
        )
        moved = _elite_moves(world, params, stream, step, out, switch)
        if switch > 0.45 or (obey < 0.3 and (out > 0.2 or crisis.kind == COUP_ATTEMPT)):
            falls = True
            break
        if obey > 0.5 and out > 0.03:
            spark *= (
                0.75 - 0.2 * president.impulsiveness
            )  # dispersed; blood brings some out and sends more home
            society.blood = share(society.blood + 0.3 * out * (0.3 + president.impulsiveness))
            index.repression = share(index.repression + 0.2 * out + 0.05)
        elif out > 0.1:
            spark *= 1.08  # force that stalls invites more
        if moved == 0 and abs(out - last) < 0.01:
            break
        last = out
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, out)
    if out > 0.05:
        place = tell(world, EVENT_CROWD, NOBODY, AT_PRESIDENT, out)
        because(world, place, WHY_CROWD_SHARE, out)
        because(world, place, WHY_OBEDIENCE, world.commanders[0].obedience)
    if falls:
        lost = (
            crisis.kind == STOLEN_VOTE
            and crisis.claimant > 0
            and world.contenders[RULER].published_share
            < world.contenders[int(crisis.claimant)].published_share
        )
        if out > 0.12:
            how = REVOLUTION_EXIT
        elif lost:
            how = ROTATION_EXIT  # nobody would hold a seat that by its own count is lost
        else:
            how = COUP_EXIT
            place = tell(world, EVENT_COUP, NOBODY, AT_PRESIDENT, crisis.heat)
            because(world, place, WHY_POWER, crisis.heat)
        if (
            crisis.kind == STOLEN_VOTE
            and out > 0.12
            and society.blood < 0.15
            and world.society[0].law_custom > 0.5
        ):
            how = ROTATION_EXIT
        leave_seat(world, params, stream, _who_comes(world, int(crisis.claimant)), how)
    elif crisis.kind == COUP_ATTEMPT:
        place = tell(world, EVENT_COUP, NOBODY, AT_PRESIDENT, 0.0)
        because(world, place, WHY_POWER, crisis.heat)
        index.repression = share(index.repression + 0.2)
    crisis.kind, crisis.heat, crisis.claimant = CALM, 0.0, -1
