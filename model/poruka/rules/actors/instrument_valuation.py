"""The value of an instrument to the ruler: the threat it should remove against what it costs.

What it costs stands in :mod:`.instrument_costs`.

Equations
---------
tool_reliability
    himself   1
    courts    clip01(courts_floor + courts_obedience b), b of the two highest courts
    governors clip01(governors_floor + governors_delivery b)
    chamber   max(1 - dissent, 1 - cohesion), chamber_absent while none sits
    troops    clip01(troops_floor + b)
    press     clip01(press_floor + press_control b)
    kin       the largest clip01(kin_floor + kin_security b) of kin in public life, 0 without any
    money     clip01(money_floor + money_fund fund + money_oil oil)

expected_threat_reduction
    the sum over spheres of the share removed times the threat that he believes to be there

remaining_scope
    1 less what is already done; media_scope times the share of media he lacks, at most 1;
    own_constitution_scope for a new constitution when he already has his own

instrument_value
    gain  = reduction scope reliability (1 + far_sight foresight lasting)
    fresh = exp(-(months since its last use) / staleness_months), 0 if never used
    value = gain (1 + ratchet min(guilt_ceiling, guilt)) (1 - stale_loss fresh)
            - cost - tedium fresh

Symbols
-------
b : how far those obey or deliver through whom the instrument works
dissent, cohesion : dissent in the chamber; how far it stands together against him
fund, oil : his secret fund; income from oil
reduction, scope, reliability, cost : the three functions above, and what it costs
foresight, guilt : foresight of the ruler; what he would have to answer for
lasting : how lasting the effect of the instrument is

References
----------
Theses T003 T006 T009 T022 T056 T094 T097 T100; chapter, "Presidents and Parliaments".
"""

import math

from poruka.engine.constants import TWO
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Tool, Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.actors.instrument_costs import instrument_cost

# --- equations --------------------------------------------------------------------------------


@kernel
def reliable_share(floor, weight, obedience):
    """Return how far a tool can be relied on, in [0, 1]: as far as its men obey.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> reliable_share(p.courts_floor, p.courts_obedience, 0.8) > reliable_share(
    ...     p.courts_floor, p.courts_obedience, 0.2)
    True
    >>> p.governors_delivery > 0.0, p.press_control > 0.0, p.kin_security > 0.0
    (True, True, True)
    """
    return clip01(floor + weight * obedience)


@kernel
def money_reliability(p, fund, oil_income):
    """Return how far money does what he wants, in [0, 1].

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> money_reliability(p, 0.3, 0.2) > money_reliability(p, 0.1, 0.2)
    True
    >>> money_reliability(p, 0.1, 0.6) > money_reliability(p, 0.1, 0.2)
    True
    """
    return clip01(p.money_floor + p.money_fund * fund + p.money_oil * oil_income)


@kernel
def lasting_gain(gain, far_sight, foresight, lasting):
    """Return a gain with what lasts of it counted: worth more to a foresighted ruler (T009).

    >>> far_sight = 1.0
    >>> lasting_gain(0.2, far_sight, 0.9, 0.8) > lasting_gain(0.2, far_sight, 0.1, 0.8)
    True
    """
    return gain * (1.0 + far_sight * foresight * lasting)


@kernel
def ratchet_of_guilt(p, ratchet, guilt):
    """Return how much more staying in office counts, the more he would answer for (T003).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> ratchet_of_guilt(p, 0.5, 1.0) > ratchet_of_guilt(p, 0.5, 0.2)
    True
    """
    return 1.0 + ratchet * min(p.guilt_ceiling, guilt)


@kernel
def staleness_after(months, staleness_months):
    """Return how stale an instrument is some months after its use: 1 at once, less each month.

    >>> staleness_after(3, 20.0) > staleness_after(30, 20.0)
    True
    """
    return math.exp(-months / staleness_months)


@kernel
def value_of_use(p, gain, ratchet, cost, tedium, staleness):
    """Return the value of an instrument: what it gains, less its cost and its staleness.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> value_of_use(p, 0.3, 1.2, 0.1, 0.3, 0.0) > value_of_use(p, 0.3, 1.2, 0.1, 0.3, 0.8)
    True
    >>> value_of_use(p, 0.3, 1.2, 0.1, 0.0, 0.0) > value_of_use(p, 0.3, 1.2, 0.1, 0.0, 0.8)
    True
    """
    return gain * ratchet * (1.0 - p.stale_loss * staleness) - cost - tedium * staleness


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _kin_reliability(world, p):
    """Return how far the most useful kinsman in public life can be relied on."""
    reliability = 0.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            reliability = max(
                reliability, reliable_share(p.kin_floor, p.kin_security, kinsman.security)
            )
    return reliability


@kernel
def tool_reliability(world, params, tool):
    """Return how far the tool an instrument works through can be relied on."""
    p = params.valuation
    economy = world.economy[0]
    if tool == Tool.HIMSELF:
        return 1.0
    if tool == Tool.COURTS:
        obedience = world.courts[0].obedience + world.courts[1].obedience
        return reliable_share(p.courts_floor, p.courts_obedience, obedience / TWO)
    if tool == Tool.GOVERNORS:
        return reliable_share(p.governors_floor, p.governors_delivery, world.society[0].delivering)
    if tool == Tool.CHAMBER:
        parliament = world.parliament[0]
        if not parliament.sits:
            return p.chamber_absent
        return max(1.0 - parliament.dissent, 1.0 - parliament.cohesion)
    if tool == Tool.TROOPS:
        return clip01(p.troops_floor + mean_obedience(world))
    if tool == Tool.PRESS:
        return reliable_share(p.press_floor, p.press_control, world.index[0].media_control)
    if tool == Tool.KIN:
        return _kin_reliability(world, p)
    return money_reliability(p, economy.fund, economy.oil_income)


@kernel
def expected_threat_reduction(world, params, instrument_row):
    """Return the fall in believed threat that an instrument promises."""
    total = 0.0
    for s in range(len(world.spheres)):
        total += (
            world.aims[instrument_row * len(world.spheres) + s].fall
            * world.spheres[s].believed_threat
        )
    return total


@kernel
def _already_done(world, verb):
    """Return whether what an instrument brings about is already there."""
    constitution = world.constitution[0]
    return (
        (verb == Verb.BAN_RALLIES and constitution.street_banned)
        or (verb == Verb.IMMUNITY and constitution.immunity)
        or (verb == Verb.EMERGENCY and constitution.emergency)
        or (verb == Verb.FORM_PROPOSING_BODY and constitution.proposing_body)
        or (verb == Verb.FIELD_SPOILER and world.contenders[Role.SPOILER].active)
    )


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
    return 0.0 if _already_done(world, verb) else 1.0


@kernel
def instrument_value(world, params, instrument_row):
    """Return the value of an instrument: expected fall in threat less cost and staleness.

    What stays won counts more for a foresighted ruler, and all of it more the more he would answer
    for.
    """
    p = params.valuation
    president = world.president[0]
    instrument = world.instruments[instrument_row]
    gain = (
        expected_threat_reduction(world, params, instrument_row)
        * remaining_scope(world, params, instrument)
        * tool_reliability(world, params, instrument.through)
    )
    gain = lasting_gain(gain, params.president.far_sight, president.foresight, instrument.lasting)
    ratchet = ratchet_of_guilt(p, params.president.ratchet, president.guilt)
    staleness = 0.0
    if instrument.uses > 0:
        months = world.clock[0].month - instrument.last_month
        staleness = staleness_after(months, params.president.staleness_months)
    cost = instrument_cost(world, params, instrument)
    return value_of_use(p, gain, ratchet, cost, params.president.tedium, staleness)
