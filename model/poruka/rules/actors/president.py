"""The president: his declared position follows support, and he delays naming an heir."""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import External, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="president.convert",
    claim=(
        "He believes in what keeps him in office: his declared position moves at once to where the"
        " most support lies."
    ),
    theses=["T001", "T007", "T111"],
    locator="Nazarbaev's Rise to Power",
    standing="stated",
    mechanism="M2.conversion",
)
def convert(world, params, stream):
    p = params.president
    president = world.president[0]
    ruler_contender = world.contenders[0]
    union_hold = world.outsides[External.UNION_HOLD].value
    nation_sum, market_sum = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        nation_sum += citizen.nation
        market_sum += citizen.market
    middle_nation = nation_sum / len(world.citizens) * (1.0 - p.convert_union * union_hold)
    # As the union's hold loosens, owning state property becomes possible.
    market_goal = market_sum / len(world.citizens) * p.convert_people + p.convert_property * (
        1.0 - union_hold
    )
    speed = p.convert_rate * president.flexibility
    president.nation = clip(relax(president.nation, middle_nation, speed), -1.0, 1.0)
    president.market = clip(relax(president.market, market_goal, speed), -1.0, 1.0)
    president.integration_talk *= p.talk_memory
    ruler_contender.nation, ruler_contender.market = president.nation, president.market
    ruler_contender.horde, ruler_contender.minority = president.horde, president.minority


@rule(
    id="president.name_heir",
    claim=(
        "Naming an heir creates a rival centre, so a ruler who fears rivals names none until age or"
        " illness presses."
    ),
    theses=["T013", "T112", "T115"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.heir",
)
def name_heir(world, params, stream):
    p = params.president
    president = world.president[0]
    if president.heir >= 0 and not world.contenders[president.heir].active:
        president.heir = -1
    if president.heir >= 0 or president.expected_end < p.naming_threshold:
        return
    best, chosen = 0.0, -1
    for j in range(Role.HEIR, len(world.contenders)):
        contender = world.contenders[j]
        if j == Role.SPOILER or not contender.active:
            continue
        trusted = 1.0 - contender.organisation * p.heir_organisation
        # Kin are considered as far as society accepts a public role of ruling kin (T028).
        kin_factor = 1.0
        if j < Role.SPOILER:
            kin_factor = p.heir_kin_floor + p.heir_kin_accepted * world.society[0].kin_acceptance
        value = (
            trusted
            * (p.heir_ability_floor + p.heir_ability * contender.ability)
            * kin_factor
            * uniform(stream, 0, j)
        )
        if value > best:
            best, chosen = value, j
    if chosen >= 0 and uniform(stream, 1, 0) < p.naming * president.expected_end * (
        1.0 - president.fear
    ):
        president.heir = chosen
        world.contenders[chosen].fame = clip01(world.contenders[chosen].fame + p.named_fame)
        world.contenders[chosen].office = clip01(world.contenders[chosen].office + p.named_office)
        event = log_event(
            world, EventKind.HEIR_NAMED, Entity.PRESIDENT, Entity.CONTENDERS + chosen, best
        )
        log_reason(world, event, Reason.REMAINING_MONTHS, president.believed_remaining_months)
