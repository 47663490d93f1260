"""Defection of the rich: when an oligarch openly breaks with the ruler, and how a breach spreads.

He compares what leaving and staying are worth to him (:mod:`.stay_or_leave`). News runs in rounds
within a month: in each everybody sees who had left before it, and the first round that moves nobody
is the last. So one who leaves can carry with him others who would not have gone first. The rule has
more numbers than most, as the text names many reasons to stay and to leave, and each is weighed.

Equations
---------
oligarchs.defect
    push    = leave - stay + impulse (w_i + o_i + (a_i if regime_made, else 0)) + temper (2 b_i - 1)
              - inertia + mood N(0, 1)
    he breaks with the ruler if push > 0, in whichever round of news that comes about
    he criticises if push > -reserve c, and grumbles if not and push > -reserve
    moving is forgotten within a `season`; those who left this month are added, and those who leave
    in a crisis (see the page of crisis_round)
    a wave is noted when moving rises from below wave_size to it

Symbols
-------
leave, stay : worth of leaving and of staying
w_i, o_i : his grievance; his exclusion
a_i, b_i : his aspiration to power and respect; his boldness
distrust : how much it counts that a man could rule himself, a number of :mod:`.privatisation`
regime_made : whether he rose under this regime and not in the old order
c : belief that criticism is survivable
N(0, 1) : his mood in this month
moving : recent defections, never more than the elite

References
----------
Theses T021 T024 T032 T038 T039 T040 T041 T042 T044 T047 T048 (the rule), T031 T054 T081 (single
numbers); chapter, "The New Opposition".
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import forget
from poruka.engine.instrument_kinds import Tool
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away, is_loyal, is_of_elite
from poruka.engine.kinds import Role, Stance
from poruka.engine.random_streams import normal
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import OligarchsNumbers, Parameters, Stream, World
from poruka.rules.actors.elite_ties import gather_support
from poruka.rules.actors.instrument_valuation import tool_reliability
from poruka.rules.actors.stay_or_leave import (
    expected_punishment,
    ground_for_punishment,
    leave_value,
    risk_from_street,
    stay_value,
    success_of_breach,
    worth_of_rules,
)
from poruka.rules.actors.ties import tie_elite, ties_of_property
from poruka.rules.history_records import record_break

DRAW_MOOD_OF_OLIGARCH = 0


class Prospects(NamedTuple):
    """What an oligarch expects of staying and of leaving, and the parts that explain it."""

    success: float
    stay: float
    leave: float
    spoils: float
    punishment: float
    street_risk: float


# --- equations -----------------------------------------------------------------------------------


@kernel
def push_to_leave(p: OligarchsNumbers, advantage, grievance, exclusion, impatience, held):
    """Return the push to leave of a man of usual boldness: interest and wrongs (T031, T048).

    What holds a man where he is, held, is taken off.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> wronged = push_to_leave(p, 0.1, 0.5, 0.5, 0.5, 0.1)
    >>> wronged > push_to_leave(p, 0.1, 0.0, 0.5, 0.5, 0.1)
    True
    >>> wronged > push_to_leave(p, 0.1, 0.5, 0.0, 0.5, 0.1)
    True
    >>> wronged > push_to_leave(p, 0.1, 0.5, 0.5, 0.0, 0.1)
    True
    """
    return advantage + p.impulse * (grievance + exclusion + impatience) - held


@kernel
def temper_and_mood(p: OligarchsNumbers, boldness, mood):
    """Return how far the bold leave before others of equal interest, and this month's mood.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> temper_and_mood(p, 0.8, 0.0) > temper_and_mood(p, 0.2, 0.0)
    True
    """
    return p.temper * (TWO * boldness - 1.0) + p.mood * mood


# --- what the equations read off the world -------------------------------------------------------


@kernel
def see_who_left(world: World):
    """Fix what everybody sees at the start of a round, and whom it reaches along ties.

    Returns
    -------
    float
        The share of oligarchs seen to be out (g).
    """
    opponents = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.seen_out = oligarch.stance == Stance.OPPONENT
        opponents += 1.0 if oligarch.seen_out else 0.0
    gather_support(world)
    return opponents / float(len(world.oligarchs))


@kernel
def own_people_out(world: World, i):
    """Return how much it counts for oligarch i that some of those tied to him are out."""
    return through(world, Channel.OWN_PEOPLE_LEAVE, i, world.oligarchs[i].support)


@kernel
def believed_success(world: World, p: OligarchsNumbers, defected_share, support):
    """Return an oligarch's belief that a break with the ruler could succeed."""
    society = world.society[0]
    alternative = 0.0
    for j in range(len(world.contenders)):
        contender = world.contenders[j]
        if is_of_elite(j) or j == Role.MODERATE:
            alternative = max(alternative, contender.acceptability * contender.belief)
    return success_of_breach(
        p,
        through(world, Channel.BREACHES_SEEN, 0, defected_share),
        support,
        alternative,
        through(world, Channel.CRITICISM_AND_HOPE, 0, society.safe_criticism),
        through(world, Channel.DETERRENCE_OF_BREACH, 0, society.deterrence),
    )


@kernel
def stay_and_leave_values(world: World, params: Parameters, i, success):
    """Return what staying and leaving are worth to oligarch i, with their parts."""
    p = params.oligarchs
    oligarch = world.oligarchs[i]
    society, economy = world.society[0], world.economy[0]
    communist_contender = world.contenders[Role.COMMUNIST]
    files, nearness = oligarch.compromising_files, oligarch.nearness
    spoils, cover = ties_of_property(world, params, i)
    stay = stay_value(p, success, spoils, cover, world.index[0].defected_share, nearness)
    insecurity = through(world, Channel.INSECURITY_OF_PROPERTY, i, oligarch.insecurity)
    rules = worth_of_rules(
        p,
        params.property.distrust,
        insecurity,
        oligarch.aspiration,
        oligarch.eligible,
        society.law_custom,
    )
    rules = through(world, Channel.WORTH_OF_RULES, i, rules)
    ground = through(world, Channel.FILES_DETER, i, ground_for_punishment(p, files))
    shield = society.solidarity if oligarch.titular else 0.0
    shield = through(world, Channel.SHIELD_OF_OWN_PEOPLE, i, shield)
    conviction = tool_reliability(world, params, Tool.COURTS)
    punishment = expected_punishment(p, ground, conviction, shield, True)
    red_threat = communist_contender.organisation * communist_contender.radicalism
    red_threat = through(world, Channel.RED_DANGER, i, red_threat)
    street_risk = risk_from_street(p, red_threat, society.chaos, economy.hardship)
    street_risk = through(world, Channel.RISK_OF_STREET, i, street_risk)
    leave = leave_value(p, success, rules, punishment, street_risk)
    return Prospects(success, stay, leave, spoils, punishment, street_risk)


@kernel
def push_of_oligarch(world: World, p: OligarchsNumbers, i, prospects, mood, held):
    """Return how far leaving draws oligarch i, above 0 so far that he leaves what held him."""
    oligarch = world.oligarchs[i]
    advantage = prospects.leave - prospects.stay
    grievance = through(world, Channel.WRONGS_SUFFERED, i, oligarch.grievance)
    exclusion = through(world, Channel.EXCLUSION_FELT, i, oligarch.exclusion)
    impatience = oligarch.aspiration if oligarch.regime_made else 0.0
    impatience = through(world, Channel.STANDARDS_OF_YOUNG, i, impatience)
    push = push_to_leave(p, advantage, grievance, exclusion, impatience, held)
    return push + temper_and_mood(p, oligarch.boldness, mood)


# --- the rule ------------------------------------------------------------------------------------


@kernel
def break_with_ruler(world: World, i, push, prospects):
    """Move oligarch i into opposition, count it, and log what decided it."""
    oligarch = world.oligarchs[i]
    event = record_break(world, i, push)
    log_reason(world, event, Reason.STAY, prospects.stay)
    log_reason(world, event, Reason.LEAVE, prospects.leave)
    log_reason(world, event, Reason.BELIEVED_SUCCESS, prospects.success)
    log_reason(world, event, Reason.INSECURITY, oligarch.insecurity)
    log_reason(world, event, Reason.SPOILS, prospects.spoils)
    log_reason(world, event, Reason.PUNISHMENT, prospects.punishment)
    log_reason(world, event, Reason.STREET_RISK, prospects.street_risk)
    log_reason(world, event, Reason.GRIEVANCE, oligarch.grievance)


@kernel
def voice_discontent(world: World, p: OligarchsNumbers, i, push):
    """Let one who stays criticise or grumble, the louder the nearer he is to leaving."""
    oligarch = world.oligarchs[i]
    stance = Stance.CLIENT
    safety = through(world, Channel.SAFETY_OF_CRITICISM, 0, world.society[0].safe_criticism)
    if push > -p.reserve * safety:
        stance = Stance.CRITIC
    elif push > -p.reserve:
        stance = Stance.GRUMBLER
    if stance == Stance.CRITIC and is_loyal(oligarch.stance):
        log_event(world, EventKind.CRITICISM, Entity.OLIGARCHS + i, Entity.PRESIDENT, push)
    oligarch.stance = stance


@kernel
def note_movers(world: World, params: Parameters, was_moving, left):
    """Add to those who left lately some who have just left; log a wave when they are many."""
    society = world.society[0]
    # Never more than the elite, however long defections are remembered.
    society.moving = min(society.moving + left, float(len(world.oligarchs)))
    if was_moving < params.oligarchs.wave_size <= society.moving:
        log_event(world, EventKind.DEFECTION_WAVE, NOBODY, Entity.MOVEMENTS, society.moving)


@kernel
def note_wave(world: World, params: Parameters, left_this_month):
    """Remember those who left lately, and those who left this month."""
    society = world.society[0]
    was_moving = society.moving
    society.moving = forget(society.moving, params.memory.season)
    note_movers(world, params, was_moving, left_this_month)


@rule(
    id="oligarchs.defect",
    claim=(
        "A rich man breaks with the ruler when rules would protect him better than favour and"
        " enough others, those tied to him first, are seen to leave."
    ),
    theses=["T021", "T024", "T032", "T038", "T039", "T040", "T041", "T042", "T044", "T047", "T048"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M3.defection",
)
def defect(world: World, params: Parameters, stream: Stream):
    """Tie each to the ruler, then play the month's rounds of news until nobody else leaves."""
    p = params.oligarchs
    left_this_month = 0
    tie_elite(world, params)
    is_first_round, is_news = True, True
    while is_news:
        defected_share = see_who_left(world)
        left = 0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if has_broken_away(oligarch.stance):
                continue
            success = believed_success(world, p, defected_share, own_people_out(world, i))
            prospects = stay_and_leave_values(world, params, i, success)
            mood = normal(stream, DRAW_MOOD_OF_OLIGARCH, i)
            push = push_of_oligarch(world, p, i, prospects, mood, p.inertia)
            oligarch.believed_success = success
            if push > 0.0:
                break_with_ruler(world, i, push, prospects)
                left += 1
            elif is_first_round:
                voice_discontent(world, p, i, push)
        left_this_month += left
        is_first_round, is_news = False, left > 0
    note_wave(world, params, left_this_month)
