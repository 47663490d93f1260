"""Crises: after an election, a dissolution or a plot, the actors respond to each other in rounds.

Street, armed forces, elite and ruler move until nobody changes his position. The rule has more
numbers than most, as street, armed forces, elite and ruler act in it, and with a fall the successor
is made in it.

Equations
---------
crisis.plot
    disloyalty = 1 - mean obedience of the commanders
    some plot with chance plotting disloyalty^2 (1 - monolith) (1 - approval); a plot takes two who
    dare, each disloyal by the same odds, hence the square (ours)

crisis.play
    a ruler survives a war between camps with chance
    (approval + obedience) / 2 (1 - heat) (1 - |nation|)
    every other crisis is played in up to ``rounds`` rounds, from outrage = spark heat on:
    in each the citizens, the commanders, who count coup_crowd heat beside the crowd of a coup, the
    oligarchs and the ruler move (see the pages of protest and crisis_round), until he falls, or
    until nobody defects and the crowd does not grow
    a crowd > small_crowd is news
    a fallen ruler goes by revolution if crowd > great_crowd, but by rotation if the crisis is a
    stolen election and law_custom - blood > rotation_law; without such a crowd he goes by rotation
    if even the published vote was lost, or that of a house that he hangs on, and else by a coup
    his successor is the claimant, or else the focal challenger, whoever is free and in the country,
    or else an unknown
    after a coup that fails, repression = clip01(repression + crackdown)

open_crisis
    a vacant office and a war between camps are decided before anything else of that month

Symbols
-------
obedience : of the commanders of armed men, in a war their mean
monolith, approval : cohesion of the elite, and approval of the ruler
nation : what the ruler stands for, from -1 (the minority) to 1 (the titular nation)
heat : how hot the crisis is, a war being as hot as the tension of its region
crowd : share of citizens in the street
blood, law_custom : blood in the streets, and custom of law in society

References
----------
Theses T007 T008 T060 T093 T122 T123 T126; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Role
from poruka.engine.random_streams import draw_of_round, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import CrisisNumbers, Parameters, Stream, World
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.actors.protest import protest_turnout
from poruka.rules.forces.crisis_round import (
    defect_in_crisis,
    falls_in_round,
    respond_to_crowd,
    update_commander_stances,
)
from poruka.rules.forces.tenure import end_tenure, hangs_on_house, is_at_large

DRAW_PLOT = 0
DRAW_WAR = 0
# Made in every round: rounds beyond the room take addresses of a later block.
DRAW_TURNOUT = 40
DRAW_TURNOUT_ROOM = 10


# --- equations ------------------------------------------------------------------------------------
@kernel
def plot_chance(p: CrisisNumbers, disloyalty, monolith, approval):
    """Return the chance that commanders plot: disloyal ones, a split elite, an unloved ruler.

    A plot takes two who dare, each of them disloyal by the same odds:

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("crisis")
    >>> plot_chance(p, 0.6, 0.5, 0.5) > plot_chance(p, 0.3, 0.5, 0.5) > 0.0
    True
    >>> plot_chance(p, 0.6, 0.2, 0.5) > plot_chance(p, 0.6, 0.5, 0.5)
    True
    >>> plot_chance(p, 0.6, 0.5, 0.2) > plot_chance(p, 0.6, 0.5, 0.5)
    True
    """
    return p.plotting * disloyalty * disloyalty * (1.0 - monolith) * (1.0 - approval)


@kernel
def war_survival_chance(approval, obedience, heat, nation):
    """Return the chance that a ruler survives a war between camps.

    People and armed men hold him, as far as the war leaves him anything and he stands for both
    peoples (T007, T126).

    >>> chance = war_survival_chance(0.3, 0.3, 0.5, 0.2)
    >>> war_survival_chance(0.5, 0.3, 0.5, 0.2) > chance
    True
    >>> war_survival_chance(0.3, 0.5, 0.5, 0.2) > chance
    True
    >>> war_survival_chance(0.3, 0.3, 0.8, 0.2) < chance
    True
    >>> war_survival_chance(0.3, 0.3, 0.5, -0.8) < chance
    True
    """
    return (approval + obedience) / TWO * (1.0 - heat) * (1.0 - abs(nation))


# --- what the equations read off the world --------------------------------------------------------
@kernel
def _choose_successor(world: World, claimant):
    """Return who succeeds a fallen ruler: the claimant, the focal challenger or an unknown."""
    if claimant > 0 and is_at_large(world.contenders[claimant]):
        return claimant
    challenger = int(world.society[0].focal_challenger)
    if challenger > 0 and is_at_large(world.contenders[challenger]):
        return challenger
    world.contenders[Role.UNKNOWN].active = True
    return Role.UNKNOWN


@kernel
def way_of_fall(world: World, p: CrisisNumbers, turnout):
    """Return how a fallen ruler goes: by crowd, by vote or by a coup."""
    crisis = world.crisis[0]
    society = world.society[0]
    is_stolen = crisis.kind == Crisis.STOLEN_ELECTION
    is_crowd = turnout > p.great_crowd
    if is_stolen and is_crowd:
        if society.law_custom - society.blood > p.rotation_law:
            return Exit.ROTATION
    if is_crowd:
        return Exit.REVOLUTION
    is_vote_lost = is_stolen and hangs_on_house(world)
    if is_stolen and crisis.claimant > 0:
        claimant_share = world.contenders[int(crisis.claimant)].published_share
        is_vote_lost = is_vote_lost or world.contenders[Role.RULER].published_share < claimant_share
    return Exit.ROTATION if is_vote_lost else Exit.PALACE_COUP


@kernel
def open_crisis(world: World, kind, heat, claimant):
    """Open a crisis, unless the office is vacant or camps are at war: that is decided first."""
    crisis = world.crisis[0]
    if crisis.kind != Crisis.VACANCY and crisis.kind != Crisis.ETHNIC_WAR:
        crisis.kind, crisis.heat, crisis.claimant = kind, heat, claimant


# --- the course of a crisis -----------------------------------------------------------------------
@kernel
def _fight_war(world: World, params: Parameters, stream: Stream):
    """Let the ruler survive a war between camps, or lose the office to the head of one."""
    president = world.president[0]
    obedience = mean_obedience(world)
    heat = world.crisis[0].heat
    chance = war_survival_chance(president.approval, obedience, heat, president.nation)
    if uniform(stream, DRAW_WAR, 0) > chance:
        successor = _choose_successor(world, int(world.crisis[0].claimant))
        end_tenure(world, params, stream, successor, Exit.ETHNIC_WAR)


@kernel
def _play_rounds(world: World, params: Parameters, stream: Stream):
    """Let all move in rounds; return the last turnout, and whether the ruler falls."""
    p = params.crisis
    crisis = world.crisis[0]
    is_coup = crisis.kind == Crisis.COUP_ATTEMPT
    plotters = p.coup_crowd * crisis.heat if is_coup else 0.0
    spark = crisis.heat * p.spark
    turnout, previous_turnout = 0.0, 0.0
    for step in range(int(p.rounds)):
        draw = draw_of_round(DRAW_TURNOUT, DRAW_TURNOUT_ROOM, step)
        turnout = protest_turnout(world, params, stream, draw, spark)
        turnout = through(world, Channel.CROWD_IN_CRISIS, 0, turnout)
        obey, switch = update_commander_stances(world, params, stream, step, turnout + plotters)
        defectors = defect_in_crisis(world, params, stream, step, turnout, switch)
        if falls_in_round(p, obey, switch, turnout, is_coup):
            return turnout, True
        spark *= respond_to_crowd(world, p, obey, turnout)
        if defectors == 0 and turnout <= previous_turnout:
            break
        previous_turnout = turnout
    return turnout, False


@kernel
def _let_ruler_fall(world: World, params: Parameters, stream: Stream, turnout):
    """End the tenure of a ruler whom a crisis brings down."""
    crisis = world.crisis[0]
    outcome = way_of_fall(world, params.crisis, turnout)
    if outcome == Exit.PALACE_COUP:
        event = log_event(world, EventKind.COUP, NOBODY, Entity.PRESIDENT, crisis.heat)
        log_reason(world, event, Reason.POWER, crisis.heat)
    successor = _choose_successor(world, int(crisis.claimant))
    end_tenure(world, params, stream, successor, outcome)


# --- the rules ------------------------------------------------------------------------------------
@rule(
    id="crisis.plot",
    claim=(
        "Where commanders waver and the elite is split, some of them may try to remove the ruler"
        " without asking the street."
    ),
    standing="assumption",
    mechanism="M12.coup",
)
def plot_coup(world: World, params: Parameters, stream: Stream):
    """Let commanders try a coup."""
    crisis = world.crisis[0]
    index = world.index[0]
    if crisis.kind != Crisis.NONE or not world.constitution[0].independent:
        return
    disloyalty = 1.0 - mean_obedience(world)
    chance = plot_chance(params.crisis, disloyalty, index.monolith, index.approval)
    if uniform(stream, DRAW_PLOT, 0) < chance:
        crisis.kind = Crisis.COUP_ATTEMPT
        crisis.heat = disloyalty
        crisis.claimant = int(world.society[0].focal_challenger)


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
def resolve_crisis(world: World, params: Parameters, stream: Stream):
    """Play the crisis of this month to its end."""
    p = params.crisis
    crisis = world.crisis[0]
    index = world.index[0]
    if crisis.kind == Crisis.NONE or crisis.kind == Crisis.VACANCY:
        return
    if crisis.kind == Crisis.ETHNIC_WAR:
        _fight_war(world, params, stream)
        crisis.kind, crisis.heat, crisis.claimant = Crisis.NONE, 0.0, -1
        return
    turnout, ruler_falls = _play_rounds(world, params, stream)
    world.history[0].largest_crowd = max(world.history[0].largest_crowd, turnout)
    if turnout > p.small_crowd:
        event = log_event(world, EventKind.CROWD, NOBODY, Entity.PRESIDENT, turnout)
        log_reason(world, event, Reason.CROWD_SHARE, turnout)
        log_reason(world, event, Reason.OBEDIENCE, mean_obedience(world))
    if ruler_falls:
        _let_ruler_fall(world, params, stream, turnout)
    elif crisis.kind == Crisis.COUP_ATTEMPT:
        event = log_event(world, EventKind.COUP, NOBODY, Entity.PRESIDENT, 0.0)
        log_reason(world, event, Reason.POWER, crisis.heat)
        index.repression = clip01(index.repression + p.crackdown)
    crisis.kind, crisis.heat, crisis.claimant = Crisis.NONE, 0.0, -1
