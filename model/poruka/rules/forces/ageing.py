"""Age and health of the ruler: a clock independent of the cycle of the regime."""

import math

from poruka.engine.codes import NOBODY
from poruka.engine.constants import MONTHS_PER_YEAR
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.kinds import Crisis
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="biology.age",
    claim=(
        "The ruler ages, falls ill and may die, by a hazard that asks neither the stage of the"
        " regime nor his popularity."
    ),
    theses=["T112", "T114"],
    locator="Some Comparisons",
    standing="stated",
    mechanism="M10.biology",
)
def age(world, params, stream):
    p = params.biology
    president = world.president[0]
    president.age += 1.0 / MONTHS_PER_YEAR
    usual_health = clip(
        1.0 - p.health_decline * max(0.0, president.age - p.decline_age), p.health_floor, 1.0
    )
    president.health = clip01(relax(president.health, usual_health, p.health_rate))
    age_factor = math.exp(p.hazard_growth * (president.age - p.hazard_age))
    if uniform(stream, 0, 0) < p.illness * age_factor:
        president.health = clip01(
            president.health - p.illness_harm - p.illness_spread * uniform(stream, 1, 0)
        )
        event = log_event(world, EventKind.ILLNESS, Entity.PRESIDENT, NOBODY, president.health)
        log_reason(world, event, Reason.HEALTH, president.health)
    frailty = p.death_ill - p.death_health * president.health
    if uniform(stream, 2, 0) < p.death * age_factor * frailty:
        event = log_event(world, EventKind.DEATH, Entity.PRESIDENT, NOBODY, president.age)
        log_reason(world, event, Reason.HEALTH, president.health)
        world.crisis[0].kind = Crisis.VACANCY


@rule(
    id="biology.reckon",
    claim=(
        "Everyone estimates how long the ruler will last, and whoever expects the end looks past"
        " him."
    ),
    theses=["T036", "T112"],
    locator="The Son-in-Law: Challenge and Defeat",
    standing="operationalised",
    mechanism="M10.horizon",
)
def update_expected_tenure(world, params, stream):
    p = params.biology
    president = world.president[0]
    remaining_months = max(
        p.shortest_horizon, MONTHS_PER_YEAR * (p.expected_age - president.age) * president.health
    )
    danger = clip01(world.index[0].strongest_threat)
    president.believed_remaining_months = relax(
        president.believed_remaining_months,
        remaining_months * (1.0 - p.horizon_danger * danger),
        p.horizon_rate,
    )
    # How near the end of his tenure is expected to be: 0 far away, 1 tomorrow.
    president.expected_end = clip01(1.0 - president.believed_remaining_months / p.horizon_months)
