"""Crises: after a vote, a dissolution or a plot, street, force, elite and ruler move in rounds
until nobody moves.
"""

from poruka.engine.codes import (
    CONTENDER_NATIONALIST,
    CONTENDER_RULER,
    CONTENDER_UNKNOWN,
    CRISIS_COUP_ATTEMPT,
    CRISIS_ETHNIC_WAR,
    CRISIS_NONE,
    CRISIS_STOLEN_ELECTION,
    CRISIS_VACANCY,
    ENTITY_OLIGARCHS,
    ENTITY_PRESIDENT,
    EVENT_COUP,
    EVENT_CROWD,
    EVENT_DEFECTION,
    NOBODY,
    OUTCOME_ETHNIC_WAR,
    OUTCOME_PALACE_COUP,
    OUTCOME_REVOLUTION,
    OUTCOME_ROTATION,
    REASON_CROWD_SHARE,
    REASON_OBEDIENCE,
    REASON_POWER,
    STANCE_OPPONENT,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule
from poruka.rules.actors.citizens import protest_turnout
from poruka.rules.forces.succession import end_tenure


@rule(
    id="crisis.plot",
    claim=(
        "Where commanders waver and the elite is split, some of them may try to remove the ruler"
        " without asking the street."
    ),
    standing="assumption",
    mechanism="M12.coup",
)
def plot_coup(world, params, stream):
    crisis = world.crisis[0]
    index = world.index[0]
    if crisis.kind != CRISIS_NONE or not world.constitution[0].independent:
        return
    loose = 0.0
    for k in range(len(world.commanders)):
        loose += 1.0 - world.commanders[k].obedience
    loose /= len(world.commanders)
    if uniform(stream, 0, 0) < params.crisis.plotting * loose * loose * (1.0 - index.monolith) * (
        1.0 - index.approval
    ):
        crisis.kind = CRISIS_COUP_ATTEMPT
        crisis.heat = loose
        crisis.claimant = int(world.society[0].pole)


@kernel
def _choose_successor(world, claimant):
    """Return who takes the seat when the ruler falls: the claimant, else the pole of the
    opposition, else an unknown.
    """
    if claimant > 0 and world.contenders[claimant].active and not world.contenders[claimant].jailed:
        return claimant
    pole = int(world.society[0].pole)
    if pole > 0 and world.contenders[pole].active:
        return pole
    world.contenders[CONTENDER_UNKNOWN].active = True
    return CONTENDER_UNKNOWN


@kernel
def _update_commander_stances(world, params, stream, step, crowd_share):
    """Let each commander obey, stall or switch in the face of a crowd; return the shares that obey
    and that switch.
    """
    obey, switch = 0.0, 0.0
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        nerve = (
            commander.obedience
            - params.crisis.crowd_weight * crowd_share
            + 0.12 * normal(stream, 20 + step, k)
        )
        commander.stance = 0 if nerve > 0.3 else 1 if nerve > 0.08 else 2
        obey += 1.0 if commander.stance == 0 else 0.0
        switch += 1.0 if commander.stance == 2 else 0.0
    count = float(len(world.commanders))
    return obey / count, switch / count


@kernel
def _elite_defections(world, params, stream, step, crowd_share, switched_share):
    """Let owners who see the crowd and the barracks turn leave too; return how many did."""
    moved = 0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance >= STANCE_OPPONENT:
            continue
        pull = (
            1.2 * crowd_share
            + 0.8 * switched_share
            + 0.4 * oligarch.grievance
            + 0.3 * oligarch.exclusion
            - 0.6 * oligarch.nearness
            - 0.4 * oligarch.kin
        )
        if pull + 0.08 * normal(stream, 30 + step, i) > 0.55:
            oligarch.stance = STANCE_OPPONENT
            moved += 1
            place = log_event(world, EVENT_DEFECTION, ENTITY_OLIGARCHS + i, ENTITY_PRESIDENT, pull)
            log_reason(world, place, REASON_CROWD_SHARE, crowd_share)
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
def resolve_crisis(world, params, stream):
    crisis = world.crisis[0]
    society = world.society[0]
    president = world.president[0]
    index = world.index[0]
    if crisis.kind == CRISIS_NONE or crisis.kind == CRISIS_VACANCY:
        return
    if crisis.kind == CRISIS_ETHNIC_WAR:
        holds = clip01(
            0.25
            + 0.45 * president.approval
            + 0.3 * world.commanders[0].obedience
            - 0.3 * crisis.heat
            - 0.2 * abs(president.nation)
        )
        if uniform(stream, 0, 0) > holds:
            end_tenure(
                world,
                params,
                stream,
                _choose_successor(world, CONTENDER_NATIONALIST),
                OUTCOME_ETHNIC_WAR,
            )
        crisis.kind, crisis.heat = CRISIS_NONE, 0.0
        return
    spark = crisis.heat * params.crisis.spark
    out, falls = 0.0, False
    last = 0.0
    for step in range(int(params.crisis.rounds)):
        out = protest_turnout(world, params, stream, 40 + step, spark)
        obey, switch = _update_commander_stances(
            world,
            params,
            stream,
            step,
            out + (0.3 * crisis.heat if crisis.kind == CRISIS_COUP_ATTEMPT else 0.0),
        )
        moved = _elite_defections(world, params, stream, step, out, switch)
        if switch > 0.45 or (obey < 0.3 and (out > 0.2 or crisis.kind == CRISIS_COUP_ATTEMPT)):
            falls = True
            break
        if obey > 0.5 and out > 0.03:
            spark *= (
                0.75 - 0.2 * president.impulsiveness
            )  # dispersed; blood brings some out and sends more home
            society.blood = clip01(society.blood + 0.3 * out * (0.3 + president.impulsiveness))
            index.repression = clip01(index.repression + 0.2 * out + 0.05)
        elif out > 0.1:
            spark *= 1.08  # force that stalls invites more
        if moved == 0 and abs(out - last) < 0.01:
            break
        last = out
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, out)
    if out > 0.05:
        place = log_event(world, EVENT_CROWD, NOBODY, ENTITY_PRESIDENT, out)
        log_reason(world, place, REASON_CROWD_SHARE, out)
        log_reason(world, place, REASON_OBEDIENCE, world.commanders[0].obedience)
    if falls:
        lost = (
            crisis.kind == CRISIS_STOLEN_ELECTION
            and crisis.claimant > 0
            and world.contenders[CONTENDER_RULER].published_share
            < world.contenders[int(crisis.claimant)].published_share
        )
        if out > 0.12:
            how = OUTCOME_REVOLUTION
        elif lost:
            how = OUTCOME_ROTATION  # nobody would hold a seat that by its own count is lost
        else:
            how = OUTCOME_PALACE_COUP
            place = log_event(world, EVENT_COUP, NOBODY, ENTITY_PRESIDENT, crisis.heat)
            log_reason(world, place, REASON_POWER, crisis.heat)
        if (
            crisis.kind == CRISIS_STOLEN_ELECTION
            and out > 0.12
            and society.blood < 0.15
            and world.society[0].law_custom > 0.5
        ):
            how = OUTCOME_ROTATION
        end_tenure(world, params, stream, _choose_successor(world, int(crisis.claimant)), how)
    elif crisis.kind == CRISIS_COUP_ATTEMPT:
        place = log_event(world, EVENT_COUP, NOBODY, ENTITY_PRESIDENT, 0.0)
        log_reason(world, place, REASON_POWER, crisis.heat)
        index.repression = clip01(index.repression + 0.2)
    crisis.kind, crisis.heat, crisis.claimant = CRISIS_NONE, 0.0, -1
