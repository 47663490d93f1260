"""External shocks: Moscow, the neighbours, the oil market and foreign courts.

The scenario alone dates them.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import External, Role
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.rule import rule


@rule(
    id="abroad.strike",
    claim=(
        "What happens abroad reaches the country at its own date and changes only the external"
        " variables."
    ),
    theses=["T105", "T108", "T110"],
    locator="A President Empowered and Glorified",
    standing="operationalised",
    mechanism="M9.shocks",
)
def apply_external_shocks(world, params, stream):
    clock = world.clock[0]
    for i in range(len(world.shocks)):
        shock = world.shocks[i]
        if shock.month != clock.month:
            continue
        if shock.variable >= External.PRECEDENT_DISPERSAL and params.on.M9_precedents <= 0.0:
            continue
        outside = world.outsides[shock.variable]
        outside.value = outside.value + shock.value if shock.adds else shock.value
        log_event(world, EventKind.SHOCK, NOBODY, Entity.OUTSIDES + shock.variable, outside.value)


@rule(
    id="abroad.fade",
    claim=(
        "An example set abroad cheapens the same trick for a few years and is then forgotten; a"
        " slump carried in passes sooner."
    ),
    theses=["T105", "T108"],
    locator="note 61",
    standing="operationalised",
    mechanism="M9.precedents",
)
def fade(world, params, stream):
    for i in range(len(world.outsides)):
        outside = world.outsides[i]
        if outside.fades:
            rate = (
                params.abroad.forgetting
                if i >= External.PRECEDENT_DISPERSAL
                else params.abroad.shock_passing
            )
            outside.value = outside.value * (1.0 - rate)


@rule(
    id="abroad.judge",
    claim=(
        "The West forgives more the worse the alternative looks: it weighs who would come before it"
        " protests."
    ),
    theses=["T074", "T106", "T107"],
    locator="Opposition: The Peril of Moderates",
    standing="stated",
    mechanism="M9.west",
)
def update_western_tolerance(world, params, stream):
    p = params.abroad
    society = world.society[0]
    worst, best = 0.0, 0.0
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active:
            continue
        strength = contender.organisation * contender.belief
        if j == Role.COMMUNIST or j == Role.NATIONALIST:
            worst = max(worst, strength * contender.radicalism)
        elif j >= Role.MODERATE:
            best = max(best, strength * (1.0 - contender.radicalism))
    fear = clip01(
        p.west_fear
        * (p.west_fear_floor + worst - p.west_moderates * best + p.west_chaos * society.chaos)
    )
    # Western protest can raise the cost of an instrument; it never forbids one (T107).
    society.west_price = relax(
        society.west_price,
        world.outsides[External.WEST_ATTENTION].value * (1.0 - fear),
        p.west_rate,
    )
    examples = (
        world.outsides[External.PRECEDENT_DEFEAT].value
        + world.outsides[External.PRECEDENT_CROWD].value
    )
    society.example_of_change = relax(
        society.example_of_change, clip(examples, 0.0, p.example_ceiling), p.example_rate
    )
