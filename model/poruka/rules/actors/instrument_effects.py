"""Acts: what using an instrument does, first what all acts do, then what its verb does."""

from poruka.engine.codes import AT_PRESIDENT, EVENT_INSTRUMENT, NOBODY, TRADE_SHOCK
from poruka.engine.event_log import tell_act
from poruka.engine.functions import clip, share
from poruka.engine.instrument_codes import (
    VERB_APPOINT_GOVERNORS,
    VERB_CAMPAIGN_HOUSE,
    VERB_MODIFIER,
    VERB_PUT_DECOY,
    VERB_STUFF_COUNT,
)
from poruka.engine.jit import kernel
from poruka.rules.actors.effects_on_constitution import act_on_rules
from poruka.rules.actors.effects_on_parliament import act_on_house
from poruka.rules.actors.effects_on_rivals import act_on_rivals
from poruka.rules.actors.effects_on_society import act_on_society


@kernel
def bear_cost(world, params, instrument):
    """Let those who are offended remember it, and the ruler's guilt grow by what broke the law."""
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    hidden = instrument.deniable * (0.3 + 0.7 * president.caution) * params.president.hidden_hand
    seen = 1.0 - hidden
    president.odium = share(
        president.odium
        + params.president.offence * instrument.cost_citizens * seen * (1.0 - 0.5 * society.chaos)
    )
    president.guilt = clip(
        president.guilt + params.president.guilt_per_act * instrument.irregular, 0.0, 10.0
    )
    index.repression = share(index.repression + 0.25 * instrument.blunt * instrument.irregular)
    society.arbitrariness = share(society.arbitrariness + 0.3 * instrument.cost_elite)
    if instrument.cost_minority > 0.0:
        president.nation = clip(president.nation + instrument.cost_minority, -1.0, 1.0)
    if instrument.cost_elite > 0.0:
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            oligarch.grievance = share(
                oligarch.grievance + 0.5 * instrument.cost_elite * seen * (1.0 - oligarch.nearness)
            )


@kernel
def perform(world, params, stream, i, success):
    """Carry an act out; its tool may fail it."""
    instrument = world.instruments[i]
    clock = world.clock[0]
    instrument.uses += 1
    instrument.last_month = clock.month
    bear_cost(world, params, instrument)
    world.tally[0].defensive = 0.95 * world.tally[0].defensive + (
        0.05 if instrument.defensive else 0.0
    )
    _note_manner(world, instrument)
    if instrument.verb <= VERB_PUT_DECOY:
        act_on_rivals(world, params, stream, i, success)
    elif VERB_CAMPAIGN_HOUSE <= instrument.verb <= VERB_STUFF_COUNT:
        act_on_house(world, params, stream, i, success)
    elif instrument.verb <= VERB_APPOINT_GOVERNORS:
        act_on_rules(world, params, stream, i, success)
    else:
        act_on_society(world, params, stream, i, success)


@kernel
def _note_manner(world, instrument):
    """Count the ways of acting the text names as tricks of their own: after another's example,
    under a shock, in haste.
    """
    clock = world.clock[0]
    if instrument.irregular < 0.15:
        return
    for m in range(len(world.instruments)):
        manner_instrument = world.instruments[m]
        if manner_instrument.verb != VERB_MODIFIER or manner_instrument.forbidden:
            continue
        fits = False
        if manner_instrument.manner == 1:
            fits = instrument.precedent >= 0 and world.outsides[instrument.precedent].value > 0.4
        elif manner_instrument.manner == 2:
            fits = world.outsides[TRADE_SHOCK].value > 0.3
        elif manner_instrument.manner == 3:
            fits = clock.month - clock.last_act_month <= 1
        if fits and manner_instrument.last_month != clock.month:
            manner_instrument.uses += 1
            manner_instrument.last_month = clock.month
            tell_act(world, EVENT_INSTRUMENT, m, AT_PRESIDENT, NOBODY, instrument.irregular)
    clock.last_act_month = clock.month
