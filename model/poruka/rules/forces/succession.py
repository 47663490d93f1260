"""Succession: when the ruler hands over, and whom the clans back when the office is vacant."""

from poruka.engine.codes import (
    CONTENDER_HEIR,
    CONTENDER_MAGNATE,
    CONTENDER_MODERATE,
    CONTENDER_PREMIER,
    CONTENDER_SPOILER,
    CONTENDER_UNKNOWN,
    CONTENDER_VICE_PRESIDENT,
    CRISIS_VACANCY,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_COUP,
    EVENT_HANDOVER,
    EVENT_SUCCESSION_AGREEMENT,
    NOBODY,
    OUTCOME_BOUND_HEIR,
    OUTCOME_HEIR,
    OUTCOME_PALACE_COUP,
    OUTCOME_ROTATION,
    REASON_HEALTH,
    REASON_HEIR_CHANCE,
    REASON_POWER,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule
from poruka.rules.forces.tenure import end_tenure


@rule(
    id="succession.hand_over",
    claim=(
        "He goes of his own will when staying is worth less than the heir's chance times his trust"
        " in the promise of immunity."
    ),
    theses=["T003", "T113", "T115"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.handover",
)
def hand_over(world, params, stream):
    president = world.president[0]
    constitution = world.constitution[0]
    index = world.index[0]
    crisis = world.crisis[0]
    if (
        crisis.kind == CRISIS_VACANCY
        or not constitution.independent
        or (president.health > 0.65 and not president.ready_to_go)
    ):
        return
    heir = (
        president.heir
        if president.heir >= 0
        else (
            CONTENDER_UNKNOWN
            if president.ready_to_go and world.contenders[CONTENDER_UNKNOWN].active
            else -1
        )
    )
    if heir < 0:
        return
    value_of_staying = (
        president.health * clip01(1.0 - index.strongest_threat) * (0.6 + 0.4 * index.control)
    )
    trust_in_immunity = clip01(
        0.55
        + 0.35 * index.monolith
        - 0.6 * min(1.0, 0.5 * president.guilt)
        + (0.2 if constitution.immunity else 0.0)
    )
    heir_chance = clip01(0.35 + 0.5 * index.control + 0.3 * index.monolith - index.strongest_threat)
    if uniform(stream, 0, 0) < params.succession.leaving * clip01(
        heir_chance * trust_in_immunity - 0.6 * value_of_staying + 0.1
    ):
        event = log_event(
            world, EVENT_HANDOVER, ENTITY_PRESIDENT, ENTITY_CONTENDERS + heir, heir_chance
        )
        log_reason(world, event, REASON_HEIR_CHANCE, heir_chance)
        log_reason(world, event, REASON_HEALTH, president.health)
        constitution.immunity = True
        end_tenure(world, params, stream, heir, OUTCOME_HEIR)


@kernel
def _candidate_value(world, params, j, clan):
    """Return what a clan expects of a candidate: posts, rules and safety."""
    president = world.president[0]
    contender = world.contenders[j]
    same_horde = 0.25 if contender.horde == clan.horde else 0.0
    posts = 0.4 * (1.0 - contender.organisation) + same_horde
    rules = clan.rooting * (1.0 - contender.radicalism) * 0.3
    named = 0.45 * (1.0 - president.unpopularity) if president.heir == j else 0.0
    kin = (
        0.3 * (world.society[0].kin_acceptance - 0.5)
        if CONTENDER_HEIR <= j < CONTENDER_SPOILER
        else 0.0
    )
    # The vice-president is the successor the constitution provides for (T013).
    lawful = 0.3 if j == CONTENDER_VICE_PRESIDENT else 0.0
    return posts + rules + named + kin + lawful + 0.3 * contender.ability + 0.3 * contender.office


@rule(
    id="succession.fill",
    claim=(
        "In a vacancy backers move in public rounds, each to the candidate worth most times his"
        " visible chance; rooted clans that agree bind the heir by conditions."
    ),
    theses=["T013", "T112", "T113", "T116", "T117"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.vacancy",
)
def fill_vacancy(world, params, stream):
    crisis = world.crisis[0]
    society = world.society[0]
    constitution = world.constitution[0]
    index = world.index[0]
    if crisis.kind != CRISIS_VACANCY:
        return
    contender_count = len(world.contenders)
    for j in range(1, contender_count):
        contender = world.contenders[j]
        is_insider = (
            j >= CONTENDER_HEIR
            or j == CONTENDER_VICE_PRESIDENT
            or j == CONTENDER_PREMIER
            or j == CONTENDER_MAGNATE
            or j == CONTENDER_MODERATE
        )
        at_large = (
            contender.active
            and not contender.jailed
            and not contender.exiled
            and j != CONTENDER_SPOILER
        )
        contender.stands = (
            at_large
            and is_insider
            and (j != CONTENDER_VICE_PRESIDENT or constitution.deputy_office)
        )
        contender.backers = 0.0
    unknown_contender = world.contenders[CONTENDER_UNKNOWN]
    unknown_contender.active, unknown_contender.stands = True, True
    total = 0.0
    for _ in range(6):
        has_changed = False
        total = 1e-9
        for c in range(len(world.clans)):
            clan = world.clans[c]
            if not clan.active:
                continue
            weight = 0.2 + clan.rooting + 0.3 * clan.posts / max(1.0, clan.members)
            total += weight
            best, choice = -9.0, -1
            for j in range(1, contender_count):
                contender = world.contenders[j]
                if not contender.stands:
                    continue
                seen_chance = 0.5 + 0.5 * contender.backers_seen
                # Each clan has its own preference among candidates, the same in every round.
                value = (
                    _candidate_value(world, params, j, clan)
                    + 0.2 * normal(stream, 0, c * contender_count + j)
                ) * seen_chance
                if value > best:
                    best, choice = value, j
            if choice != clan.backing:
                has_changed = True
            clan.backing = choice
            backed_contender = world.contenders[choice]
            backed_contender.backers += weight
        for j in range(1, contender_count):
            contender = world.contenders[j]
            contender.backers_seen = contender.backers / total
            contender.backers = 0.0
        if not has_changed:
            break
    best, winner = 0.0, CONTENDER_UNKNOWN
    for j in range(1, contender_count):
        if world.contenders[j].stands and world.contenders[j].backers_seen > best:
            best, winner = world.contenders[j].backers_seen, j
    if best < params.succession.agreement:
        # Without an agreement inside the elite, street and ballot decide, or else the armed forces
        # install the candidate with most backers.
        challenger = int(society.focal_challenger)
        if (
            challenger > 0
            and world.contenders[challenger].active
            and uniform(stream, 10, 0) < society.readiness + 0.5 * society.unity
        ):
            end_tenure(world, params, stream, challenger, OUTCOME_ROTATION)
        else:
            event = log_event(world, EVENT_COUP, NOBODY, ENTITY_CONTENDERS + winner, best)
            log_reason(world, event, REASON_POWER, best)
            end_tenure(world, params, stream, winner, OUTCOME_PALACE_COUP)
        return
    conditions = (
        society.plural_clans * (1.0 - index.control)
        + society.rich_opposition
        + 0.5 * society.readiness
    )
    outcome = (
        OUTCOME_BOUND_HEIR
        if conditions > params.succession.conditions
        or winner == CONTENDER_MODERATE
        or winner == CONTENDER_MAGNATE
        else OUTCOME_HEIR
    )
    event = log_event(world, EVENT_SUCCESSION_AGREEMENT, ENTITY_CONTENDERS + winner, NOBODY, best)
    log_reason(world, event, REASON_HEIR_CHANCE, best)
    log_reason(world, event, REASON_POWER, conditions)
    end_tenure(world, params, stream, winner, outcome)
    if outcome == OUTCOME_BOUND_HEIR:
        constitution.parliament_powers = clip01(constitution.parliament_powers + 0.3)
        society.law_custom = clip01(society.law_custom + 0.15)
        constitution.registration_barrier *= 0.5
