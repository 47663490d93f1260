"""Choice among instruments: value of each against inertia, over up to three in sequence.

What an instrument is worth stands in :mod:`.instrument_valuation`. The rule has more numbers than
most, as it reads what every instrument is worth to him, and what each does when he uses it.

Equations
---------
president.act
    threshold = inertia (1 + temper (a - b))
    acts      = 1, and another if fear > alarm
    for each of these acts he takes the usable instrument with the greatest
    worth + follow_up + noise inertia e, if that is above threshold: what he would not notice he
    cannot compare either

follow_up_value
    follow_up = the largest of patience worth_2 + the largest of patience^2 worth_3
    over the instruments that the first makes usable, and those that such a second one does;
    0 if it opens none that he may use

Symbols
-------
a, b : impulsiveness and foresight of the ruler
fear : what he fears from all spheres together
worth, worth_2, worth_3 : values of the instrument, of a second and of a third one
e : a standard normal draw for each act and instrument

References
----------
Theses T002 T003 T004 T005 T008 T009 T010 T011 T016 T017 T063 T064 T072 T085 T094 T105 T119 T124;
chapter, "Presidents and Parliaments".
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_instrument, log_reason
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis
from poruka.engine.random_streams import normal
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import ChoiceNumbers, Instrument, Parameters, Stream, World
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.actors.instrument_costs import instrument_cost
from poruka.rules.actors.instrument_effects import apply_instrument
from poruka.rules.actors.instrument_valuation import (
    expected_threat_reduction,
    instrument_value,
    tool_reliability,
)

# One draw for each act of the month, which are two at most, by row of the instrument. What an act
# does draws from the same stream: see the pages of the effects.
DRAW_COMPARISON = 0
DRAW_COMPARISON_ROOM = 3


class InstrumentChoice(NamedTuple):
    """The chosen row among the instruments, -1 for none, its value and what it opens."""

    row: int
    value: float
    follow_up: float


# --- equations --------------------------------------------------------------------------------


@kernel
def threshold_of_action(p: ChoiceNumbers, inertia, impulsiveness, foresight):
    """Return the value above which he acts.

    An impulsive ruler waits until much is at stake, a foresighted one acts early (T005, T009):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("choice")
    >>> threshold_of_action(p, 0.1, 0.9, 0.5) > threshold_of_action(p, 0.1, 0.2, 0.5)
    True
    >>> threshold_of_action(p, 0.1, 0.5, 0.9) < threshold_of_action(p, 0.1, 0.5, 0.2)
    True
    """
    return inertia * (1.0 + p.temper * (impulsiveness - foresight))


@kernel
def acts_of_month(alarm, fear):
    """Return how many acts he considers this month: fear makes him do more (T016).

    >>> acts_of_month(0.1, 0.9) > acts_of_month(0.1, 0.05)
    True
    """
    return 1 + (1 if fear > alarm else 0)


@kernel
def newly_usable(needs, before, after):
    """Return whether conditions needed did not hold before, and hold after.

    >>> newly_usable(0b110, 0b010, 0b111), newly_usable(0b010, 0b010, 0b111)
    (True, False)
    """
    return (needs & before) != needs and (needs & after) == needs


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _is_act(instrument: Instrument):
    """Return whether an instrument is open to him and an act of its own, not a manner of acting."""
    return not instrument.forbidden and instrument.verb != Verb.MANNER


@kernel
def _third_value(world: World, patience, first, second, before, after):
    """Return the value of the best third instrument that a second one opens."""
    best = 0.0
    for third in range(len(world.instruments)):
        third_instrument = world.instruments[third]
        if (
            third == first
            or third == second
            or not _is_act(third_instrument)
            or not newly_usable(third_instrument.needs, before, after)
        ):
            continue
        best = max(best, patience * patience * third_instrument.worth)
    return best


@kernel
def follow_up_value(world: World, params: Parameters, instrument_row, held_conditions):
    """Return the value of the best sequence an instrument opens, up to two further instruments.

    No sequence leads through an instrument that is forbidden, nor through a manner of acting.
    """
    best = 0.0
    patience = params.president.patience
    conditions_after = held_conditions | world.instruments[instrument_row].gives
    if conditions_after == held_conditions:
        return 0.0
    for second in range(len(world.instruments)):
        second_instrument = world.instruments[second]
        if (
            second == instrument_row
            or not _is_act(second_instrument)
            or not newly_usable(second_instrument.needs, held_conditions, conditions_after)
        ):
            continue
        value = patience * second_instrument.worth
        conditions_later = conditions_after | second_instrument.gives
        if conditions_later != conditions_after:
            value += _third_value(
                world, patience, instrument_row, second, conditions_after, conditions_later
            )
        best = max(best, value)
    return best


@kernel
def _is_usable(instrument: Instrument, held_conditions, month):
    """Return whether he may and can use an instrument, and has not done so this month."""
    return (
        _is_act(instrument)
        and (instrument.needs & held_conditions) == instrument.needs
        and instrument.last_month != month
    )


@kernel
def _best_instrument(
    world: World, params: Parameters, stream: Stream, turn, threshold, held_conditions
):
    """Return the instrument that seems best to him, if it seems better than to do nothing."""
    best, chosen, chosen_follow_up = threshold, -1, 0.0
    error = params.president.noise * params.president.inertia
    for i in range(len(world.instruments)):
        instrument = world.instruments[i]
        if not _is_usable(instrument, held_conditions, world.clock[0].month):
            continue
        follow_up = follow_up_value(world, params, i, held_conditions)
        value = instrument.worth + follow_up + error * normal(stream, DRAW_COMPARISON + turn, i)
        if value > best:
            best, chosen, chosen_follow_up = value, i, follow_up
    return InstrumentChoice(chosen, best, chosen_follow_up)


# --- the rule ---------------------------------------------------------------------------------


@kernel
def _log_choice(world: World, params: Parameters, choice, success):
    """Log the use of an instrument and the numbers that decided it."""
    president = world.president[0]
    instrument = world.instruments[choice.row]
    event = log_instrument(
        world,
        EventKind.INSTRUMENT,
        choice.row,
        Entity.PRESIDENT,
        Entity.CONTENDERS + president.target if president.target >= 0 else NOBODY,
        choice.value,
    )
    log_reason(world, event, Reason.VALUE, choice.value)
    log_reason(world, event, Reason.THREAT, expected_threat_reduction(world, params, choice.row))
    log_reason(world, event, Reason.COST, instrument_cost(world, params, instrument))
    log_reason(world, event, Reason.SUCCESS_CHANCE, success)
    log_reason(world, event, Reason.FOLLOW_UP, choice.follow_up)
    log_reason(world, event, Reason.DENIABLE, instrument.deniable)
    log_reason(world, event, Reason.GUILT, president.guilt)


@rule(
    id="president.act",
    claim=(
        "He uses the instrument, or the sequence of them, that most raises his chance of still"
        " ruling for what it costs; cautious men choose the deniable and tried, blunt men force."
    ),
    theses=[
        "T002",
        "T003",
        "T004",
        "T005",
        "T008",
        "T009",
        "T010",
        "T011",
        "T016",
        "T017",
        "T063",
        "T064",
        "T072",
        "T085",
        "T094",
        "T105",
        "T119",
        "T124",
    ],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M2.choice",
)
def act(world: World, params: Parameters, stream: Stream):
    """Use the best instrument, and in fear another one, as long as any seems worth it."""
    president = world.president[0]
    if world.crisis[0].kind == Crisis.VACANCY:
        return  # the office is vacant
    threshold = threshold_of_action(
        params.choice, params.president.inertia, president.impulsiveness, president.foresight
    )
    threshold = through(world, Channel.EARLY_OR_LATE, 0, threshold)
    fear = through(world, Channel.FEAR_AND_HASTE, 0, president.fear)
    for turn in range(acts_of_month(params.president.alarm, fear)):
        held_conditions = current_conditions(world, params)
        for i in range(len(world.instruments)):
            world.instruments[i].worth = instrument_value(world, params, i)
        choice = _best_instrument(world, params, stream, turn, threshold, held_conditions)
        if choice.row < 0:
            return
        success = tool_reliability(world, params, world.instruments[choice.row].through)
        _log_choice(world, params, choice, success)
        apply_instrument(world, params, stream, choice.row, success)
