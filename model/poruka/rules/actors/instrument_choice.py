"""Choice among instruments: expected fall in threat against cost, over sequences of up to three
acts.
"""

import math

from poruka.engine.codes import (
    CONTENDER_SPOILER,
    CRISIS_VACANCY,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_INSTRUMENT,
    NOBODY,
    REASON_COST,
    REASON_DENIABLE,
    REASON_FOLLOW_UP,
    REASON_GUILT,
    REASON_SUCCESS_CHANCE,
    REASON_THREAT,
    REASON_VALUE,
)
from poruka.engine.event_log import log_instrument, log_reason
from poruka.engine.functions import clip, clip01
from poruka.engine.instrument_codes import (
    TOOL_CHAMBER,
    TOOL_COURTS,
    TOOL_GOVERNORS,
    TOOL_HIMSELF,
    TOOL_KIN,
    TOOL_PRESS,
    TOOL_TROOPS,
    VERB_ALLOCATE_TO_SAFE_OWNERS,
    VERB_BAN_RALLIES,
    VERB_EMERGENCY,
    VERB_FALSIFY_COUNT,
    VERB_FIELD_SPOILER,
    VERB_FORM_PROPOSING_BODY,
    VERB_FOUND_LOYAL_PARTY,
    VERB_IMMUNITY,
    VERB_INTIMIDATE_PRESS,
    VERB_MANAGE_LIST,
    VERB_MANNER,
    VERB_NEW_CONSTITUTION,
    VERB_PARTY_LAW,
    VERB_RAISE_BARRIER,
    VERB_REPLACE_COURT,
    VERB_TAKE_MEDIA,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal
from poruka.engine.rule import rule
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.actors.instrument_effects import apply_instrument


@kernel
def tool_reliability(world, tool):
    """Return how far the tool an act goes through can be relied on."""
    if tool == TOOL_HIMSELF:
        return 1.0
    if tool == TOOL_COURTS:
        return 0.3 + 0.7 * (world.courts[0].obedience + world.courts[1].obedience) / 2.0
    if tool == TOOL_GOVERNORS:
        return 0.3 + 0.7 * world.society[0].delivering
    if tool == TOOL_CHAMBER:
        parliament = world.parliament[0]
        return max(1.0 - parliament.dissent, 1.0 - parliament.cohesion) if parliament.sits else 0.9
    if tool == TOOL_TROOPS:
        return clip01(0.2 + mean_obedience(world))
    if tool == TOOL_PRESS:
        return 0.3 + 0.7 * world.index[0].media_control
    if tool == TOOL_KIN:
        total = 0.0
        for m in range(len(world.family)):
            if world.family[m].active:
                total = max(total, 0.4 + 0.6 * world.family[m].security)
        return total
    return clip01(0.5 + 0.5 * world.economy[0].fund + 0.3 * world.economy[0].oil_income)


@kernel
def instrument_cost(world, params, instrument):
    """Return what an act costs: offence to each constituency, less what falls on others, less what
    an example abroad excuses.
    """
    president = world.president[0]
    society = world.society[0]
    # The hidden hand needs a society that cannot agree on what it sees (T085).
    hidden = (
        instrument.deniable
        * (0.3 + 0.7 * president.caution)
        * params.president.hidden_hand
        * (1.0 - society.consensus)
    )
    noticed = (
        1.0 - 0.5 * society.chaos
    )  # amid upheaval people do not care about institutions (T064)
    offence = (
        instrument.cost_citizens * noticed * (0.5 + society.habit)
        + instrument.cost_minority * society.minority_share
    )
    offence += instrument.cost_elite * (0.4 + 0.6 * society.plural_clans) + instrument.cost_west * (
        0.1 + 2.0 * society.west_price
    )
    # A society agreed on its rules forgives their breach least of all (T085).
    law = instrument.irregular * (0.08 + params.president.agreement * society.consensus)
    example = 0.0
    if instrument.precedent >= 0:
        example = (
            params.president.imitation
            * clip(world.outsides[instrument.precedent].value, 0.0, 1.0)
            * (0.4 + 0.6 * president.caution)
        )
        law += (
            params.president.untried
            * president.caution
            * (1.0 - clip(world.outsides[instrument.precedent].value, 0.0, 1.0))
        )
    if instrument.verb == VERB_FOUND_LOYAL_PARTY:
        # A party has a programme and an apparatus that bind its chief, less where people obey
        # anyway (T011, T072).
        law += params.parties.binding * (1.0 - society.autocratic_custom)
    if instrument.verb == VERB_NEW_CONSTITUTION:
        # What he praised last year cannot be thrown away at once (T006).
        law += params.president.consistency * world.constitution[0].freshness
    # Force is foreign to a cautious man; a blunt one finds the gentle way merely tedious (T005).
    apart = instrument.blunt - president.impulsiveness
    manner = (
        params.president.manner
        * (apart if apart > 0.0 else -0.25 * apart)
        * (0.3 + 0.7 * instrument.blunt)
    )
    # What breaks the law costs a man who reveres it something, whoever gets the blame (T002).
    conscience = params.president.conscience * president.reverence * instrument.irregular
    return max(0.0, (offence * 2.0 + law) * (1.0 - hidden) - example * 0.2) + manner + conscience


@kernel
def expected_threat_reduction(world, params, instrument_row):
    """Return the fall in believed threat an act promises: its aim at each sphere times the threat
    seen there.
    """
    total = 0.0
    for s in range(len(world.spheres)):
        total += (
            world.aims[instrument_row * len(world.spheres) + s].fall
            * world.spheres[s].believed_threat
        )
    return total


@kernel
def remaining_scope(world, instrument):
    """Return how much is left for an act to do: nothing where the thing is already done."""
    constitution = world.constitution[0]
    economy = world.economy[0]
    verb = instrument.verb
    if verb == VERB_RAISE_BARRIER:
        return 1.0 - constitution.registration_barrier
    if verb == VERB_PARTY_LAW:
        return 1.0 - constitution.party_barrier
    if verb == VERB_TAKE_MEDIA or verb == VERB_INTIMIDATE_PRESS:
        return clip01(1.5 * (1.0 - world.index[0].media_control))
    if verb == VERB_MANAGE_LIST:
        return 1.0 - constitution.managed_list
    if verb == VERB_FALSIFY_COUNT:
        return 1.0 - constitution.count_control
    if verb == VERB_ALLOCATE_TO_SAFE_OWNERS:
        return economy.assets_left * (1.0 - economy.safe_policy)
    if verb == VERB_REPLACE_COURT:
        return 1.0 - world.courts[0].appointed
    if verb == VERB_NEW_CONSTITUTION:
        return 0.1 if constitution.own else 1.0
    done = (verb == VERB_BAN_RALLIES and constitution.street_banned) or (
        verb == VERB_IMMUNITY and constitution.immunity
    )
    done = (
        done
        or (verb == VERB_EMERGENCY and constitution.emergency)
        or (verb == VERB_FORM_PROPOSING_BODY and constitution.proposing_body)
    )
    done = done or (verb == VERB_FIELD_SPOILER and world.contenders[CONTENDER_SPOILER].active)
    return 0.0 if done else 1.0


@kernel
def instrument_value(world, params, instrument_row):
    """Return the value of an act: chance of still ruling gained, weighted by what losing would
    mean, less its cost and its staleness.
    """
    president = world.president[0]
    clock = world.clock[0]
    instrument = world.instruments[instrument_row]
    gain = (
        expected_threat_reduction(world, params, instrument_row)
        * remaining_scope(world, instrument)
        * tool_reliability(world, instrument.through)
    )
    # What stays won is worth more the further he looks ahead (T009).
    gain *= 1.0 + params.president.far_sight * president.foresight * instrument.lasting
    ratchet = 1.0 + params.president.ratchet * min(1.5, president.guilt)
    stale = (
        math.exp(-(clock.month - instrument.last_month) / params.president.staleness_months)
        if instrument.uses > 0
        else 0.0
    )
    return (
        gain * ratchet * (1.0 - 0.9 * stale)
        - instrument_cost(world, params, instrument)
        - params.president.tedium * stale
    )


@kernel
def follow_up_value(world, params, instrument_row, held_conditions):
    """Return the best that an act opens, up to two acts further on."""
    best = 0.0
    after = held_conditions | world.instruments[instrument_row].gives
    if after == held_conditions:
        return 0.0
    for b in range(len(world.instruments)):
        second = world.instruments[b].needs
        if (
            b == instrument_row
            or (second & held_conditions) == second
            or (second & after) != second
        ):
            continue
        value = params.president.patience * world.instruments[b].worth
        later = after | world.instruments[b].gives
        if later != after:
            further = 0.0
            for c in range(len(world.instruments)):
                third = world.instruments[c].needs
                if (
                    c == instrument_row
                    or c == b
                    or (third & after) == third
                    or (third & later) != third
                ):
                    continue
                further = max(
                    further,
                    params.president.patience
                    * params.president.patience
                    * world.instruments[c].worth,
                )
            value += further
        best = max(best, value)
    return best


@rule(
    id="president.act",
    claim=(
        "He takes the act, or the sequence, that most raises his chance of still ruling for what it"
        " costs; cautious men choose the deniable and tried, blunt men force."
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
    president = world.president[0]
    clock = world.clock[0]
    if world.crisis[0].kind == CRISIS_VACANCY:
        return  # the dead do not act
    held = current_conditions(world)
    attention = (
        1
        + (1 if president.fear > params.president.alarm else 0)
        + (1 if president.fear > 2.0 * params.president.alarm else 0)
    )
    # The impulsive wait until it hurts, then strike; the foresighted act on less.
    threshold = params.president.inertia * (
        1.0 + 0.5 * president.impulsiveness - 0.5 * president.foresight
    )
    for turn in range(attention):
        best, found, opens = threshold, -1, 0.0
        for i in range(len(world.instruments)):
            world.instruments[i].worth = (
                -9.0 if world.instruments[i].forbidden else instrument_value(world, params, i)
            )
        for i in range(len(world.instruments)):
            instrument = world.instruments[i]
            if (
                instrument.forbidden
                or instrument.verb == VERB_MANNER
                or (instrument.needs & held) != instrument.needs
                or instrument.last_month == clock.month
            ):
                continue
            later = follow_up_value(world, params, i, held)
            value = (
                instrument.worth + later + params.president.noise * 0.1 * normal(stream, turn, i)
            )
            if value > best:
                best, found, opens = value, i, later
        if found < 0:
            return
        instrument = world.instruments[found]
        success = tool_reliability(world, instrument.through)
        target = president.target
        place = log_instrument(
            world,
            EVENT_INSTRUMENT,
            found,
            ENTITY_PRESIDENT,
            ENTITY_CONTENDERS + target if target >= 0 else NOBODY,
            best,
        )
        log_reason(world, place, REASON_VALUE, best)
        log_reason(world, place, REASON_THREAT, expected_threat_reduction(world, params, found))
        log_reason(world, place, REASON_COST, instrument_cost(world, params, instrument))
        log_reason(world, place, REASON_SUCCESS_CHANCE, success)
        log_reason(world, place, REASON_FOLLOW_UP, opens)
        log_reason(world, place, REASON_DENIABLE, instrument.deniable)
        log_reason(world, place, REASON_GUILT, president.guilt)
        apply_instrument(world, params, stream, found, success)
        held = current_conditions(world)
