"""Age and health: the clock that has nothing to do with the cycle of the regime."""

import math

from poruka.engine.codes import (
    AT_PRESIDENT,
    EMPTY_SEAT,
    EVENT_DEATH,
    EVENT_ILLNESS,
    NOBODY,
    WHY_HEALTH,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import clip, share, toward
from poruka.engine.random_streams import uniform
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
    president = world.president[0]
    president.age += 1.0 / 12.0
    president.health = share(
        toward(president.health, clip(1.0 - 0.012 * max(0.0, president.age - 50.0), 0.2, 1.0), 0.02)
    )
    older = math.exp(0.09 * (president.age - 60.0))
    if uniform(stream, 0, 0) < params.biology.illness * older:
        president.health = share(president.health - 0.1 - 0.3 * uniform(stream, 1, 0))
        place = tell(world, EVENT_ILLNESS, AT_PRESIDENT, NOBODY, president.health)
        because(world, place, WHY_HEALTH, president.health)
    if uniform(stream, 2, 0) < params.biology.death * older * (2.0 - 1.5 * president.health):
        place = tell(world, EVENT_DEATH, AT_PRESIDENT, NOBODY, president.age)
        because(world, place, WHY_HEALTH, president.health)
        world.crisis[0].kind = EMPTY_SEAT


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
def reckon(world, params, stream):
    president = world.president[0]
    left = max(6.0, 12.0 * (params.biology.expected_age - president.age) * president.health)
    danger = share(world.index[0].strongest_threat)
    president.believed_remaining_months = toward(
        president.believed_remaining_months, left * (1.0 - 0.5 * danger), 0.1
    )
    # How near the end is thought to be: 0 far away, 1 tomorrow.
    president.twilight = share(
        1.0 - president.believed_remaining_months / params.biology.horizon_months
    )
