"""The value of an instrument to the ruler: the threat it should remove against what it costs."""

import math

from poruka.engine.constants import TWO
from poruka.engine.functions import clip, clip01
from poruka.engine.instrument_kinds import Tool, Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.rules.actors.commanders import mean_obedience


@kernel
def tool_reliability(world, params, tool):
    """Return how far the tool an instrument works through can be relied on."""
    p = params.valuation
    if tool == Tool.HIMSELF:
        return 1.0
    if tool == Tool.COURTS:
        obedience = world.courts[0].obedience + world.courts[1].obedience
        return clip01(p.courts_floor + p.courts_obedience * obedience / TWO)
    if tool == Tool.GOVERNORS:
        return clip01(p.governors_floor + p.governors_delivery * world.society[0].delivering)
    if tool == Tool.CHAMBER:
        parliament = world.parliament[0]
        if not parliament.sits:
            return p.chamber_absent
        return max(1.0 - parliament.dissent, 1.0 - parliament.cohesion)
    if tool == Tool.TROOPS:
        return clip01(p.troops_floor + mean_obedience(world))
    if tool == Tool.PRESS:
        return clip01(p.press_floor + p.press_control * world.index[0].media_control)
    if tool == Tool.KIN:
        reliability = 0.0
        for m in range(len(world.family)):
            if world.family[m].active:
                reliability = max(
                    reliability, clip01(p.kin_floor + p.kin_security * world.family[m].security)
                )
        return reliability
    return clip01(
        p.money_floor
        + p.money_fund * world.economy[0].fund
        + p.money_oil * world.economy[0].oil_income
    )


@kernel
def instrument_cost(world, params, instrument):
    """Return the cost of using an instrument.

    It is the offence to each constituency and the breach of law, less what is concealed and less
    what an example abroad excuses; style and conscience come on top.
    """
    p = params.valuation
    president = world.president[0]
    society = world.society[0]
    # Concealment needs a society that cannot agree on what it sees (T085).
    concealment = (
        instrument.deniable
        * (p.hiding_floor + p.hiding_caution * president.caution)
        * params.president.hidden_hand
        * (1.0 - society.consensus)
    )
    # In times of upheaval people pay less attention to institutions (T064).
    public_attention = 1.0 - p.inattention * society.chaos
    offence = (
        instrument.cost_citizens * public_attention * (p.citizens_floor + society.habit)
        + instrument.cost_minority * society.minority_share
    )
    offence += instrument.cost_elite * (
        p.elite_floor + p.elite_plural * society.plural_clans
    ) + instrument.cost_west * (p.west_floor + p.west_price * society.west_price)
    # A society that agrees on its rules forgives a breach of them least (T085).
    legal_cost = instrument.irregular * (
        p.breach_floor + params.president.agreement * society.consensus
    )
    example_discount = 0.0
    if instrument.precedent >= 0:
        example_discount = (
            params.president.imitation
            * clip(world.outsides[instrument.precedent].value, 0.0, 1.0)
            * (p.example_floor + p.example_caution * president.caution)
        )
        legal_cost += (
            params.president.untried
            * president.caution
            * (1.0 - clip(world.outsides[instrument.precedent].value, 0.0, 1.0))
        )
    if instrument.verb == Verb.FOUND_LOYAL_PARTY:
        # A party's programme and apparatus bind its leader, less where people obey anyway (T011,
        # T072).
        legal_cost += params.parties.binding * (1.0 - society.autocratic_custom)
    if instrument.verb == Verb.NEW_CONSTITUTION:
        # A constitution he has recently praised cannot be discarded at once (T006).
        legal_cost += params.president.consistency * world.constitution[0].freshness
    # Force costs a cautious ruler most; for an impulsive one the gentle way costs a little (T005).
    style_gap = instrument.blunt - president.impulsiveness
    style_cost = (
        params.president.manner
        * (style_gap if style_gap > 0.0 else -p.gentleness * style_gap)
        * (p.style_floor + p.style_blunt * instrument.blunt)
    )
    # Breaking the law costs a ruler who reveres it, whoever gets the blame (T002).
    conscience = params.president.conscience * president.reverence * instrument.irregular
    return (
        max(
            0.0,
            (offence * p.offended + legal_cost) * (1.0 - concealment)
            - example_discount * p.example_excuse,
        )
        + style_cost
        + conscience
    )


@kernel
def expected_threat_reduction(world, params, instrument_row):
    """Return the fall in believed threat that an instrument promises.

    It is the sum over spheres of the share removed times the threat seen there.
    """
    total = 0.0
    for s in range(len(world.spheres)):
        total += (
            world.aims[instrument_row * len(world.spheres) + s].fall
            * world.spheres[s].believed_threat
        )
    return total


@kernel
def remaining_scope(world, params, instrument):
    """Return how much is left for an instrument to do; nothing where it is already done."""
    p = params.valuation
    constitution = world.constitution[0]
    economy = world.economy[0]
    verb = instrument.verb
    if verb == Verb.RAISE_BARRIER:
        return 1.0 - constitution.registration_barrier
    if verb == Verb.PARTY_LAW:
        return 1.0 - constitution.party_barrier
    if verb == Verb.TAKE_MEDIA or verb == Verb.INTIMIDATE_PRESS:
        return clip01(p.media_scope * (1.0 - world.index[0].media_control))
    if verb == Verb.MANAGE_LIST:
        return 1.0 - constitution.managed_list
    if verb == Verb.FALSIFY_COUNT:
        return 1.0 - constitution.count_control
    if verb == Verb.ALLOCATE_TO_SAFE_OWNERS:
        return economy.assets_left * (1.0 - economy.safe_policy)
    if verb == Verb.REPLACE_COURT:
        return 1.0 - world.courts[0].appointed
    if verb == Verb.NEW_CONSTITUTION:
        return p.own_constitution_scope if constitution.own else 1.0
    done = (verb == Verb.BAN_RALLIES and constitution.street_banned) or (
        verb == Verb.IMMUNITY and constitution.immunity
    )
    done = (
        done
        or (verb == Verb.EMERGENCY and constitution.emergency)
        or (verb == Verb.FORM_PROPOSING_BODY and constitution.proposing_body)
    )
    done = done or (verb == Verb.FIELD_SPOILER and world.contenders[Role.SPOILER].active)
    return 0.0 if done else 1.0


@kernel
def instrument_value(world, params, instrument_row):
    """Return the value of an instrument: expected fall in threat less cost and staleness.

    What stays won counts more for a foresighted ruler, and all of it more the more he would answer
    for.
    """
    p = params.valuation
    president = world.president[0]
    clock = world.clock[0]
    instrument = world.instruments[instrument_row]
    gain = (
        expected_threat_reduction(world, params, instrument_row)
        * remaining_scope(world, params, instrument)
        * tool_reliability(world, params, instrument.through)
    )
    # Lasting gains are worth more to a foresighted ruler (T009).
    gain *= 1.0 + params.president.far_sight * president.foresight * instrument.lasting
    ratchet = 1.0 + params.president.ratchet * min(p.guilt_ceiling, president.guilt)
    staleness = (
        math.exp(-(clock.month - instrument.last_month) / params.president.staleness_months)
        if instrument.uses > 0
        else 0.0
    )
    return (
        gain * ratchet * (1.0 - p.stale_loss * staleness)
        - instrument_cost(world, params, instrument)
        - params.president.tedium * staleness
    )
