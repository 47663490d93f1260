"""Crises: after an election, a dissolution or a plot, the actors respond to each other in rounds.

Street, armed forces, elite and ruler move until nobody changes his position.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import CommanderStance, Crisis, Role, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.rule import rule
from poruka.rules.actors.protest import protest_turnout
from poruka.rules.forces.tenure import end_tenure

# Draws of a round, plus its number.
DRAW_NERVE = 20
DRAW_PULL = 30
DRAW_TURNOUT = 40


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
    if crisis.kind != Crisis.NONE or not world.constitution[0].independent:
        return
    disloyalty = 0.0
    for k in range(len(world.commanders)):
        disloyalty += 1.0 - world.commanders[k].obedience
    disloyalty /= len(world.commanders)
    if uniform(stream, 0, 0) < params.crisis.plotting * disloyalty * disloyalty * (
        1.0 - index.monolith
    ) * (1.0 - index.approval):
        crisis.kind = Crisis.COUP_ATTEMPT
        crisis.heat = disloyalty
        crisis.claimant = int(world.society[0].focal_challenger)


@kernel
def _choose_successor(world, claimant):
    """Return who succeeds a fallen ruler: the claimant, the focal challenger or an unknown."""
    if claimant > 0 and world.contenders[claimant].active and not world.contenders[claimant].jailed:
        return claimant
    challenger = int(world.society[0].focal_challenger)
    if challenger > 0 and world.contenders[challenger].active:
        return challenger
    world.contenders[Role.UNKNOWN].active = True
    return Role.UNKNOWN


@kernel
def _update_commander_stances(world, p, stream, step, crowd_share):
    """Let each commander obey, stall or switch in the face of a crowd.

    Returns
    -------
    tuple of float
        Share of commanders who obey, share who switch.
    """
    obey, switch = 0.0, 0.0
    for k in range(len(world.commanders)):
        commander = world.commanders[k]
        nerve = (
            commander.obedience
            - p.crowd_weight * crowd_share
            + p.nerve_noise * normal(stream, DRAW_NERVE + step, k)
        )
        commander.stance = (
            CommanderStance.OBEYS
            if nerve > p.obey_nerve
            else CommanderStance.STALLS
            if nerve > p.stall_nerve
            else CommanderStance.SWITCHES
        )
        obey += 1.0 if commander.stance == CommanderStance.OBEYS else 0.0
        switch += 1.0 if commander.stance == CommanderStance.SWITCHES else 0.0
    count = float(len(world.commanders))
    return obey / count, switch / count


@kernel
def _elite_defections(world, p, stream, step, crowd_share, switched_share):
    """Let oligarchs defect who see the crowd and the switching commanders; return their number."""
    defectors = 0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance >= Stance.OPPONENT:
            continue
        pull = (
            p.pull_crowd * crowd_share
            + p.pull_switched * switched_share
            + p.pull_grievance * oligarch.grievance
            + p.pull_exclusion * oligarch.exclusion
            - p.hold_nearness * oligarch.nearness
            - p.hold_kin * oligarch.kin
        )
        if pull + p.pull_noise * normal(stream, DRAW_PULL + step, i) > p.pull_threshold:
            oligarch.stance = Stance.OPPONENT
            defectors += 1
            event = log_event(
                world, EventKind.DEFECTION, Entity.OLIGARCHS + i, Entity.PRESIDENT, pull
            )
            log_reason(world, event, Reason.CROWD_SHARE, crowd_share)
    return defectors


@rule(
    id="crisis.play",
    claim=(
        "A lost vote alone removes nobody; crowds, wavering commanders and leaving magnates"
        " together do, each responding to the moves of the others."
    ),
    theses=["T008", "T093", "T122", "T123"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M12.crisis",
)
def resolve_crisis(world, params, stream):
    p = params.crisis
    crisis = world.crisis[0]
    society = world.society[0]
    president = world.president[0]
    index = world.index[0]
    if crisis.kind == Crisis.NONE or crisis.kind == Crisis.VACANCY:
        return
    if crisis.kind == Crisis.ETHNIC_WAR:
        survival_chance = clip01(
            p.war_survival
            + p.war_approval * president.approval
            + p.war_obedience * world.commanders[0].obedience
            - p.war_heat * crisis.heat
            - p.war_nation * abs(president.nation)
        )
        if uniform(stream, 0, 0) > survival_chance:
            end_tenure(
                world, params, stream, _choose_successor(world, Role.NATIONALIST), Exit.ETHNIC_WAR
            )
        crisis.kind, crisis.heat = Crisis.NONE, 0.0
        return
    spark = crisis.heat * p.spark
    turnout, ruler_falls = 0.0, False
    previous_turnout = 0.0
    for step in range(int(p.rounds)):
        turnout = protest_turnout(world, params, stream, DRAW_TURNOUT + step, spark)
        obey, switch = _update_commander_stances(
            world,
            p,
            stream,
            step,
            turnout + (p.coup_crowd * crisis.heat if crisis.kind == Crisis.COUP_ATTEMPT else 0.0),
        )
        defectors = _elite_defections(world, p, stream, step, turnout, switch)
        if switch > p.fall_switched or (
            obey < p.fall_obeying and (turnout > p.fall_crowd or crisis.kind == Crisis.COUP_ATTEMPT)
        ):
            ruler_falls = True
            break
        if obey > p.disperse_obeying and turnout > p.disperse_crowd:
            # The crowd is dispersed; bloodshed brings some out and sends more home.
            spark *= p.dispersed_spark - p.dispersed_impulse * president.impulsiveness
            society.blood = clip01(
                society.blood + p.blood_crowd * turnout * (p.blood_floor + president.impulsiveness)
            )
            index.repression = clip01(
                index.repression + p.repression_crowd * turnout + p.repression_dispersal
            )
        elif turnout > p.hesitation_crowd:
            spark *= p.hesitation_spark  # hesitation of the armed forces encourages more
        if defectors == 0 and abs(turnout - previous_turnout) < p.still_crowd:
            break
        previous_turnout = turnout
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, turnout)
    if turnout > p.told_crowd:
        event = log_event(world, EventKind.CROWD, NOBODY, Entity.PRESIDENT, turnout)
        log_reason(world, event, Reason.CROWD_SHARE, turnout)
        log_reason(world, event, Reason.OBEDIENCE, world.commanders[0].obedience)
    if ruler_falls:
        vote_lost = (
            crisis.kind == Crisis.STOLEN_ELECTION
            and crisis.claimant > 0
            and world.contenders[Role.RULER].published_share
            < world.contenders[int(crisis.claimant)].published_share
        )
        if turnout > p.revolution_crowd:
            outcome = Exit.REVOLUTION
        elif vote_lost:
            outcome = Exit.ROTATION  # by the published count the election is lost
        else:
            outcome = Exit.PALACE_COUP
            event = log_event(world, EventKind.COUP, NOBODY, Entity.PRESIDENT, crisis.heat)
            log_reason(world, event, Reason.POWER, crisis.heat)
        if (
            crisis.kind == Crisis.STOLEN_ELECTION
            and turnout > p.revolution_crowd
            and society.blood < p.rotation_blood
            and world.society[0].law_custom > p.rotation_law
        ):
            outcome = Exit.ROTATION
        end_tenure(world, params, stream, _choose_successor(world, int(crisis.claimant)), outcome)
    elif crisis.kind == Crisis.COUP_ATTEMPT:
        event = log_event(world, EventKind.COUP, NOBODY, Entity.PRESIDENT, 0.0)
        log_reason(world, event, Reason.POWER, crisis.heat)
        index.repression = clip01(index.repression + p.failed_coup_repression)
    crisis.kind, crisis.heat, crisis.claimant = Crisis.NONE, 0.0, -1
