"""Institutions: independence, the presidency and the growing belief in the new state."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import External, Mandate
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="institutions.stand",
    claim=(
        "When the centre's hold is gone the republic is a state, whether it wanted to or not;"
        " people come to believe in it slowly."
    ),
    theses=["T085", "T092", "T111"],
    locator="The Rise of Personal Rule",
    standing="stated",
    mechanism="M9.shocks",
)
def update_statehood(world, params, stream):
    p = params.institutions
    constitution = world.constitution[0]
    society = world.society[0]
    union_hold = world.outsides[External.UNION_HOLD].value
    if not constitution.independent and union_hold < p.independence_threshold:
        constitution.independent = True
        log_event(world, EventKind.INDEPENDENCE, Entity.PARLIAMENT, NOBODY, union_hold)
    if constitution.independent:
        society.statehood = clip01(relax(society.statehood, 1.0, p.statehood * (1.0 - society.war)))


@rule(
    id="institutions.crown",
    claim=(
        "A ruler cannot hold a lesser mandate than his peers: when they become presidents, his"
        " parliament makes him one."
    ),
    theses=["T012"],
    locator="The Rise of Personal Rule",
    standing="stated",
    mechanism="M8.calendar",
)
def create_presidency(world, params, stream):
    p = params.institutions
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    president = world.president[0]
    clock = world.clock[0]
    if (
        constitution.mandate > Mandate.NONE
        or not parliament.sits
        or world.outsides[External.NEIGHBOUR_MANDATE].value < 1.0
    ):
        return
    # Where powers have long been separated, parliament keeps its own head and creates no office
    # above itself (T060).
    wish = (
        p.presidency_floor
        + p.presidency_approval * president.approval
        - p.presidency_dissent * parliament.dissent
    ) * (1.0 - p.presidency_custom * parliament.custom)
    if uniform(stream, 0, 0) < clip01(wish):
        constitution.mandate = Mandate.OF_PARLIAMENT
        parliament.chair_empty = True  # he leaves the speaker's chair for the new office
        constitution.president_due = clock.month + constitution.term_months
        event = log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.PRESIDENT, 1.0)
        log_reason(world, event, Reason.APPROVAL, president.approval)
        log_reason(world, event, Reason.POWER, parliament.dissent)


@rule(
    id="institutions.settle",
    claim=(
        "Custom grows where rules are kept and withers where they are remade: each year under one"
        " constitution teaches something, each breach unteaches more."
    ),
    theses=["T060", "T087"],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M4.custom",
)
def update_legal_custom(world, params, stream):
    p = params.institutions
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    society = world.society[0]
    constitution.freshness *= p.freshness_memory
    custom_growth = p.custom * (1.0 if constitution.adopted and parliament.sits else 0.0)
    parliament.custom = clip01(parliament.custom + custom_growth * (1.0 - parliament.custom))
    society.law_custom = clip01(
        society.law_custom
        + p.law_growth * custom_growth * (p.law_floor + society.habit) * (1.0 - society.law_custom)
        - p.law_breach * society.arbitrariness
    )
