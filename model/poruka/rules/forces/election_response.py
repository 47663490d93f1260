"""The ruler's response to the result of a presidential election: hope, a theft, going or staying.

Equations
---------
respond_to_victory
    after a real majority
    hope      = min(honeymoon, hope + honeymoon true)
    and if fraud > fraud_threshold the outrage is fraud
    after a victory that was none
    outrage   = clip01(stolen_heat + fraud + 1 - 2 true)

respond_to_defeat
    restraint = law_custom (1 - liability guilt) + habit_law habit^2; habit binds who has it and
                trusts that those who come have it too, hence the square (ours)
    means     = control obedience
    he goes with chance
                clip01(restraint + helpless (sufficient_means - means) - liability guilt)
    outrage if he stays = clip01(stolen_heat + 1 - 2 true)

Symbols
-------
true : the ruler's share of the votes cast
fraud : what the published share has beyond the true one
hope : what citizens place in the ruler for the moment; its ceiling is `tenure.honeymoon`
law_custom, habit : custom of law in society, and democratic habits
guilt : what the ruler has to answer for, at most 1
control, obedience : the ruler's control, and the mean obedience of the commanders

References
----------
Theses T003 T060 T087 T123; chapter, the section that ``elections.president`` names.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.world_types import ElectionsNumbers, Parameters, Stream, World
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.forces.crisis import open_crisis
from poruka.rules.forces.tenure import end_tenure

DRAW_CONCESSION = 0


# --- equations ------------------------------------------------------------------------------------
@kernel
def honeymoon_after_victory(most, honeymoon, true_share):
    """Return the hope for the moment that a real victory gives the ruler, who can have so much.

    >>> honeymoon_after_victory(0.3, 0.0, 0.9) > honeymoon_after_victory(0.3, 0.0, 0.6) > 0.0
    True
    >>> honeymoon_after_victory(0.3, 0.2, 0.6) == honeymoon_after_victory(0.3, 0.3, 0.6)
    True
    """
    return min(most, honeymoon + most * true_share)


@kernel
def outrage_at_lost_vote(p: ElectionsNumbers, fraud, true_share):
    """Return the outrage at a ruler who stays without a majority, or hides the lack of one.

    The greater the more was added to the count, and the more he lacked.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("elections")
    >>> outrage_at_lost_vote(p, 0.2, 0.45) > outrage_at_lost_vote(p, 0.0, 0.45)
    True
    >>> outrage_at_lost_vote(p, 0.0, 0.3) > outrage_at_lost_vote(p, 0.0, 0.45)
    True
    """
    return clip01(p.stolen_heat + fraud + 1.0 - TWO * true_share)


@kernel
def restraint_of_law(p: ElectionsNumbers, law_custom, habit, guilt):
    """Return how far law and habit bind a ruler; guilt weakens what law can do (T125).

    Habit binds who has it himself and trusts that those who come after him have it too:

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("elections")
    >>> bound = restraint_of_law(p, 0.5, 0.5, 0.2)
    >>> bound > restraint_of_law(p, 0.3, 0.5, 0.2), restraint_of_law(p, 0.5, 0.9, 0.2) > bound
    (True, True)
    >>> clean = restraint_of_law(p, 0.8, 0.5, 0.1) - restraint_of_law(p, 0.3, 0.5, 0.1)
    >>> guilty = restraint_of_law(p, 0.8, 0.5, 0.4) - restraint_of_law(p, 0.3, 0.5, 0.4)
    >>> clean > guilty
    True
    """
    return law_custom * (1.0 - p.liability * guilt) + p.habit_law * habit * habit


@kernel
def concession_chance(p: ElectionsNumbers, restraint, means, guilt):
    """Return the chance that a ruler who has lost goes (T123).

    Law and habit bind him, and so does the lack of means to stay; guilt keeps him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("elections")
    >>> concession_chance(p, 0.5, 0.4, 0.2) > concession_chance(p, 0.3, 0.4, 0.2)
    True
    >>> concession_chance(p, 0.3, 0.4, 0.2) > concession_chance(p, 0.3, 0.5, 0.2)
    True
    >>> concession_chance(p, 0.3, 0.4, 0.2) > concession_chance(p, 0.3, 0.4, 0.5)
    True
    """
    return clip01(restraint + p.helpless * (p.sufficient_means - means) - p.liability * guilt)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def respond_to_victory(world: World, params: Parameters, true_share, fraud, admitted, runner_up):
    """Let a real victory give hope, and a stolen one open a crisis."""
    p = params.elections
    president = world.president[0]
    if TWO * true_share >= 1.0:
        president.honeymoon = honeymoon_after_victory(
            params.tenure.honeymoon, president.honeymoon, true_share
        )
        if fraud > p.fraud_threshold and admitted > 0:
            open_crisis(world, Crisis.STOLEN_ELECTION, fraud, runner_up)
    elif runner_up < 0 or true_share < world.contenders[runner_up].votes:
        outrage = outrage_at_lost_vote(p, fraud, true_share)
        open_crisis(world, Crisis.STOLEN_ELECTION, outrage, runner_up)


@kernel
def restraint_in_defeat(world: World, params: Parameters):
    """Return how far law and habit would bind the ruler if he lost a vote."""
    society = world.society[0]
    guilt = min(1.0, world.president[0].guilt)
    restraint = restraint_of_law(params.elections, society.law_custom, society.habit, guilt)
    return through(world, Channel.RESTRAINT_IN_DEFEAT, 0, restraint)


@kernel
def respond_to_defeat(
    world: World, params: Parameters, stream: Stream, winner, winner_share, true_share, restraint
):
    """Let a ruler who has lost even by the published count go or refuse to go."""
    p = params.elections
    president = world.president[0]
    if winner < 1:
        return  # votes against all leave no other winner: he stays
    means = world.index[0].control * mean_obedience(world)
    guilt = min(1.0, president.guilt)
    chance = concession_chance(p, restraint, means, guilt)
    event = log_event(
        world, EventKind.ELECTION, Entity.CONTENDERS + winner, Entity.PRESIDENT, winner_share
    )
    log_reason(world, event, Reason.BELIEF, chance)
    log_reason(world, event, Reason.OBEDIENCE, means)
    log_reason(world, event, Reason.GUILT, president.guilt)
    if uniform(stream, DRAW_CONCESSION, 0) < chance:
        end_tenure(world, params, stream, winner, Exit.ROTATION)
        return
    outrage = outrage_at_lost_vote(p, 0.0, true_share)
    open_crisis(world, Crisis.STOLEN_ELECTION, outrage, winner)
