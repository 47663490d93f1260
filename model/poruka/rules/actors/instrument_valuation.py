"""The value of an instrument to the ruler: the threat it should remove against what it costs.

What it costs stands in :mod:`.instrument_costs`.

Equations
---------
tool_reliability
    himself   1
    chamber   max(1 - dissent, 1 - cohesion), 1 while none sits, as he then decrees alone
    others    tool_floor + (1 - tool_floor) b, for
              courts     b of the two highest courts
              governors  b their delivery
              troops     b of the commanders
              press      b control of the media
              kin        the largest b, hold on security, of kin in public life; 0 without any
              money      b = clip01(fund + oil)

expected_threat_reduction
    the sum over spheres of the share removed times the threat that he believes to be there

remaining_scope
    1 less what is already done: 0 where the law is there, the vote called, the rival in a post or
    barred; 1 - honeymoon / its ceiling for praise, 1 - talk of union for more of it

instrument_value
    gain  = reduction scope reliability (1 + foresight lasting)
    fresh = exp(-(months since its last use) / year), 0 if never used, and for what wears down
    parliament blow by blow
    value = gain (1 + ratchet min(1, guilt)) (1 - fresh) - cost - tedium fresh

Symbols
-------
b : how far those obey or deliver through whom the instrument works
dissent, cohesion : dissent in the chamber; how far it stands together against him
fund, oil : his secret fund; income from oil
honeymoon : favour that the ruler still has from a fresh start, a victory or praise
reduction, scope, reliability, cost : the three functions above, and what it costs
foresight, guilt : foresight of the ruler; what he would have to answer for
lasting : how lasting the effect of the instrument is

References
----------
Theses T003 T006 T009 T022 T056 T063 T094 T097 T100 T124; chapter, "Presidents and Parliaments".
"""

import math

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY, TWO
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Tool, Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role, Sphere
from poruka.engine.world_types import Instrument, Parameters, ValuationNumbers, World
from poruka.rules.actors.commanders import mean_obedience
from poruka.rules.actors.instrument_costs import instrument_cost

# --- equations --------------------------------------------------------------------------------


@kernel
def reliable_share(p: ValuationNumbers, obedience):
    """Return how far a tool can be relied on, in [0, 1]: as far as its men obey (T097).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> reliable_share(p, 0.8) > reliable_share(p, 0.2)
    True
    """
    return p.tool_floor + (1.0 - p.tool_floor) * obedience


@kernel
def lasting_gain(gain, foresight, lasting):
    """Return a gain with what lasts of it counted: worth more to a foresighted ruler (T009).

    >>> lasting_gain(0.2, 0.9, 0.8) > lasting_gain(0.2, 0.1, 0.8)
    True
    """
    return gain * (1.0 + foresight * lasting)


@kernel
def ratchet_of_guilt(ratchet, guilt):
    """Return how much more staying in office counts, the more he would answer for (T003).

    >>> ratchet_of_guilt(0.5, 0.8) > ratchet_of_guilt(0.5, 0.2)
    True
    """
    return 1.0 + ratchet * min(1.0, guilt)


@kernel
def staleness_after(months, year):
    """Return how stale an instrument is some months after its use: 1 at once, less each month.

    >>> staleness_after(3, 12.0) > staleness_after(30, 12.0)
    True
    """
    return math.exp(-months / year)


@kernel
def besieges_parliament(verb):
    """Return whether an act wears parliament down, which takes many blows of one kind (T063, T094).

    >>> besieges_parliament(Verb.BUY_DEPUTIES), besieges_parliament(Verb.DISSOLVE_BY_OWN_VOTE)
    (True, False)
    """
    return (
        verb == Verb.DISCREDIT_PARLIAMENT
        or verb == Verb.BUY_DEPUTIES
        or verb == Verb.INTIMIDATE_DEPUTIES
    )


@kernel
def value_of_use(gain, ratchet, cost, tedium, staleness):
    """Return the value of an instrument: what it gains, less its cost and its staleness.

    >>> value_of_use(0.3, 1.2, 0.1, 0.3, 0.0) > value_of_use(0.3, 1.2, 0.1, 0.3, 0.8)
    True
    >>> value_of_use(0.3, 1.2, 0.1, 0.0, 0.0) > value_of_use(0.3, 1.2, 0.1, 0.0, 0.8)
    True
    """
    return gain * ratchet * (1.0 - staleness) - cost - tedium * staleness


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _kin_reliability(world: World, p: ValuationNumbers):
    """Return how far the most useful kinsman in public life can be relied on."""
    reliability = 0.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            reliability = max(reliability, reliable_share(p, kinsman.security))
    return reliability


@kernel
def tool_reliability(world: World, params: Parameters, tool):
    """Return how far the tool an instrument works through can be relied on."""
    p = params.valuation
    economy = world.economy[0]
    if tool == Tool.HIMSELF:
        return 1.0
    if tool == Tool.COURTS:
        obedience = (world.courts[0].obedience + world.courts[1].obedience) / TWO
        return reliable_share(p, through(world, Channel.COURTS_AS_TOOL, 0, obedience))
    if tool == Tool.GOVERNORS:
        return reliable_share(p, world.society[0].delivering)
    if tool == Tool.CHAMBER:
        parliament = world.parliament[0]
        if not parliament.sits:
            return 1.0
        return max(1.0 - parliament.dissent, 1.0 - parliament.cohesion)
    if tool == Tool.TROOPS:
        return reliable_share(p, mean_obedience(world))
    if tool == Tool.PRESS:
        return reliable_share(p, world.index[0].media_control)
    if tool == Tool.KIN:
        return _kin_reliability(world, p)
    return reliable_share(p, clip01(economy.fund + economy.oil_income))


@kernel
def expected_threat_reduction(world: World, params: Parameters, instrument_row):
    """Return the fall in believed threat that an instrument promises."""
    total = 0.0
    for s in range(len(world.spheres)):
        fall = world.aims[instrument_row * len(world.spheres) + s].fall
        promised = fall * world.spheres[s].believed_threat
        if s == Sphere.LESSER_MANDATE and fall > 0.0:
            promised = through(world, Channel.LESSER_MANDATE, instrument_row, promised)
        elif s == Sphere.POST_TENURE_FATE and fall > 0.0:
            promised = through(world, Channel.FATE_IN_CHOICE, instrument_row, promised)
        total += promised
    return total


@kernel
def _done_to_rival(world: World, verb):
    """Return whether the rival whom he fears is where an instrument would put him."""
    target = world.president[0].target
    if target < 0:
        return False
    rival = world.contenders[target]
    offers_post = verb == Verb.COOPT or verb == Verb.TRANSFER_RIVAL
    return (offers_post and rival.coopted) or (verb == Verb.BAR_FROM_BALLOT and rival.barred)


@kernel
def _already_done(world: World, verb):
    """Return whether what an instrument brings about is already there."""
    constitution = world.constitution[0]
    return (
        _done_to_rival(world, verb)
        or (verb == Verb.BAN_RALLIES and constitution.street_banned)
        or (verb == Verb.IMMUNITY and constitution.immunity)
        or (verb == Verb.EMERGENCY and constitution.emergency)
        or (verb == Verb.NEW_CONSTITUTION and constitution.own)
        or (verb == Verb.FORM_PROPOSING_BODY and constitution.proposing_body)
        or (verb == Verb.FIELD_SPOILER and world.contenders[Role.SPOILER].active)
        or (verb == Verb.PLEBISCITE and constitution.sole_candidate)
        or (verb == Verb.HAND_OVER and world.president[0].ready_to_go)
    )


@kernel
def remaining_scope(world: World, params: Parameters, instrument: Instrument):
    """Return how much is left for an instrument to do; nothing where it is already done."""
    constitution = world.constitution[0]
    economy = world.economy[0]
    verb = instrument.verb
    if verb == Verb.RAISE_BARRIER:
        return 1.0 - constitution.registration_barrier
    if verb == Verb.PARTY_LAW:
        return 1.0 - constitution.party_barrier
    if verb == Verb.TAKE_MEDIA or verb == Verb.INTIMIDATE_PRESS:
        return 1.0 - world.index[0].media_control
    if verb == Verb.MANAGE_LIST:
        return 1.0 - constitution.managed_list
    if verb == Verb.FALSIFY_COUNT:
        return 1.0 - constitution.count_control
    if verb == Verb.ALLOCATE_TO_SAFE_OWNERS:
        return economy.assets_left * (1.0 - economy.safe_policy)
    if verb == Verb.REPLACE_COURT:
        return 1.0 - world.courts[0].appointed
    if verb == Verb.GLORIFY:
        return clip01(1.0 - world.president[0].honeymoon / max(TINY, params.tenure.honeymoon))
    if verb == Verb.CALM_ETHNIC_CAMPS:
        return 1.0 - world.president[0].integration_talk
    return 0.0 if _already_done(world, verb) else 1.0


@kernel
def instrument_value(world: World, params: Parameters, instrument_row):
    """Return the value of an instrument: expected fall in threat less cost and staleness.

    What stays won counts more for a foresighted ruler, and all of it more the more he would answer
    for.
    """
    president = world.president[0]
    instrument = world.instruments[instrument_row]
    gain = (
        expected_threat_reduction(world, params, instrument_row)
        * remaining_scope(world, params, instrument)
        * tool_reliability(world, params, instrument.through)
    )
    gain = lasting_gain(gain, president.foresight, instrument.lasting)
    ratchet = ratchet_of_guilt(params.president.ratchet, president.guilt)
    ratchet = through(world, Channel.GUILT_IN_CHOICE, 0, ratchet)
    staleness = 0.0
    if instrument.uses > 0 and not besieges_parliament(instrument.verb):
        months = world.clock[0].month - instrument.last_month
        staleness = staleness_after(months, params.memory.year)
    cost = instrument_cost(world, params, instrument)
    return value_of_use(gain, ratchet, cost, params.president.tedium, staleness)
