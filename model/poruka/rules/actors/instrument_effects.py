"""Effects of using an instrument: what every use does, then what its verb does."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_instrument
from poruka.engine.functions import clip, clip01
from poruka.engine.instrument_kinds import Manner, Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.record_kinds import Entity, EventKind
from poruka.rules.actors.effects_on_constitution import apply_to_constitution
from poruka.rules.actors.effects_on_parliament import apply_to_parliament
from poruka.rules.actors.effects_on_rivals import apply_to_rival
from poruka.rules.actors.effects_on_society import apply_to_society


@kernel
def apply_costs(world, params, instrument):
    """Let those offended remember it, and add to the ruler's guilt for what broke the law."""
    p = params.acts
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    concealment = (
        instrument.deniable
        * (p.concealment_floor + p.concealment_caution * president.caution)
        * params.president.hidden_hand
    )
    visibility = clip01(1.0 - concealment)
    president.unpopularity = clip01(
        president.unpopularity
        + params.president.offence
        * instrument.cost_citizens
        * visibility
        * (1.0 - p.chaos_cover * society.chaos)
    )
    president.guilt = clip(
        president.guilt + params.president.guilt_per_act * instrument.irregular,
        0.0,
        p.guilt_ceiling,
    )
    index.repression = clip01(
        index.repression + p.repression * instrument.blunt * instrument.irregular
    )
    society.arbitrariness = clip01(society.arbitrariness + p.arbitrariness * instrument.cost_elite)
    if instrument.cost_minority > 0.0:
        president.nation = clip(president.nation + instrument.cost_minority, -1.0, 1.0)
    if instrument.cost_elite > 0.0:
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            oligarch.grievance = clip01(
                oligarch.grievance
                + p.grievance * instrument.cost_elite * visibility * (1.0 - oligarch.nearness)
            )


@kernel
def apply_instrument(world, params, stream, instrument_row, success):
    """Use an instrument: apply its costs, then the effect of its verb, which may fail."""
    p = params.acts
    instrument = world.instruments[instrument_row]
    clock = world.clock[0]
    instrument.uses += 1
    instrument.last_month = clock.month
    apply_costs(world, params, instrument)
    world.tally[0].defensive = clip01(
        p.defensive_memory * world.tally[0].defensive
        + (p.defensive_act if instrument.defensive else 0.0)
    )
    _count_manners(world, p, instrument)
    if instrument.verb <= Verb.FIELD_SPOILER:
        apply_to_rival(world, params, stream, instrument_row, success)
    elif Verb.DISCREDIT_PARLIAMENT <= instrument.verb <= Verb.FALSIFY_COUNT:
        apply_to_parliament(world, params, stream, instrument_row, success)
    elif instrument.verb <= Verb.APPOINT_GOVERNORS:
        apply_to_constitution(world, params, stream, instrument_row, success)
    else:
        apply_to_society(world, params, stream, instrument_row, success)


@kernel
def _count_manners(world, p, instrument):
    """Count the manners of acting that the text names as instruments of their own.

    They are: after the example of another country, under a shock, in haste.
    """
    clock = world.clock[0]
    if instrument.irregular < p.manner_irregular:
        return
    for m in range(len(world.instruments)):
        manner_instrument = world.instruments[m]
        if manner_instrument.verb != Verb.MANNER or manner_instrument.forbidden:
            continue
        fits = False
        if manner_instrument.manner == Manner.AFTER_EXAMPLE:
            fits = (
                instrument.precedent >= 0
                and world.outsides[instrument.precedent].value > p.example_threshold
            )
        elif manner_instrument.manner == Manner.UNDER_SHOCK:
            fits = world.outsides[External.TRADE_SHOCK].value > p.shock_threshold
        elif manner_instrument.manner == Manner.IN_HASTE:
            fits = clock.month - clock.last_act_month <= 1
        if fits and manner_instrument.last_month != clock.month:
            manner_instrument.uses += 1
            manner_instrument.last_month = clock.month
            log_instrument(
                world, EventKind.INSTRUMENT, m, Entity.PRESIDENT, NOBODY, instrument.irregular
            )
    clock.last_act_month = clock.month
