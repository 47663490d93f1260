"""Choice among instruments: expected fall in threat against cost, over up to three in sequence."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_instrument, log_reason
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis
from poruka.engine.random_streams import normal
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.actors.instrument_effects import apply_instrument
from poruka.rules.actors.instrument_valuation import (
    expected_threat_reduction,
    instrument_cost,
    instrument_value,
    tool_reliability,
)


@kernel
def follow_up_value(world, params, instrument_row, held_conditions):
    """Return the value of the best sequence an instrument opens, up to two further instruments."""
    best = 0.0
    conditions_after = held_conditions | world.instruments[instrument_row].gives
    if conditions_after == held_conditions:
        return 0.0
    for second in range(len(world.instruments)):
        second_needs = world.instruments[second].needs
        if (
            second == instrument_row
            or (second_needs & held_conditions) == second_needs
            or (second_needs & conditions_after) != second_needs
        ):
            continue
        value = params.president.patience * world.instruments[second].worth
        conditions_later = conditions_after | world.instruments[second].gives
        if conditions_later != conditions_after:
            third_value = 0.0
            for third in range(len(world.instruments)):
                third_needs = world.instruments[third].needs
                if (
                    third == instrument_row
                    or third == second
                    or (third_needs & conditions_after) == third_needs
                    or (third_needs & conditions_later) != third_needs
                ):
                    continue
                third_value = max(
                    third_value,
                    params.president.patience
                    * params.president.patience
                    * world.instruments[third].worth,
                )
            value += third_value
        best = max(best, value)
    return best


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
        "T064",
        "T072",
        "T085",
        "T105",
        "T119",
    ],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M2.choice",
)
def act(world, params, stream):
    p = params.choice
    president = world.president[0]
    clock = world.clock[0]
    if world.crisis[0].kind == Crisis.VACANCY:
        return  # the office is vacant
    held_conditions = current_conditions(world, params)
    attention = (
        1
        + (1 if president.fear > params.president.alarm else 0)
        + (1 if president.fear > p.second_alarm * params.president.alarm else 0)
    )
    # An impulsive ruler acts only on a high value, a foresighted one already on a low one.
    threshold = params.president.inertia * (
        1.0 + p.impulsiveness * president.impulsiveness - p.foresight * president.foresight
    )
    for turn in range(attention):
        best, chosen, chosen_follow_up = threshold, -1, 0.0
        for i in range(len(world.instruments)):
            world.instruments[i].worth = (
                p.forbidden_worth
                if world.instruments[i].forbidden
                else instrument_value(world, params, i)
            )
        for i in range(len(world.instruments)):
            instrument = world.instruments[i]
            if (
                instrument.forbidden
                or instrument.verb == Verb.MANNER
                or (instrument.needs & held_conditions) != instrument.needs
                or instrument.last_month == clock.month
            ):
                continue
            follow_up = follow_up_value(world, params, i, held_conditions)
            value = (
                instrument.worth
                + follow_up
                + params.president.noise * p.error * normal(stream, turn, i)
            )
            if value > best:
                best, chosen, chosen_follow_up = value, i, follow_up
        if chosen < 0:
            return
        instrument = world.instruments[chosen]
        success = tool_reliability(world, params, instrument.through)
        target = president.target
        event = log_instrument(
            world,
            EventKind.INSTRUMENT,
            chosen,
            Entity.PRESIDENT,
            Entity.CONTENDERS + target if target >= 0 else NOBODY,
            best,
        )
        log_reason(world, event, Reason.VALUE, best)
        log_reason(world, event, Reason.THREAT, expected_threat_reduction(world, params, chosen))
        log_reason(world, event, Reason.COST, instrument_cost(world, params, instrument))
        log_reason(world, event, Reason.SUCCESS_CHANCE, success)
        log_reason(world, event, Reason.FOLLOW_UP, chosen_follow_up)
        log_reason(world, event, Reason.DENIABLE, instrument.deniable)
        log_reason(world, event, Reason.GUILT, president.guilt)
        apply_instrument(world, params, stream, chosen, success)
        held_conditions = current_conditions(world, params)
