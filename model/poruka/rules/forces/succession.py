"""Succession: when the ruler hands over, and whom the clans back when the office is vacant."""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Role
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.rule import rule
from poruka.rules.forces.tenure import end_tenure

DRAW_PREFERENCE = 0
DRAW_BALLOT = 10


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
    p = params.succession
    president = world.president[0]
    constitution = world.constitution[0]
    index = world.index[0]
    crisis = world.crisis[0]
    if (
        crisis.kind == Crisis.VACANCY
        or not constitution.independent
        or (president.health > p.fit_health and not president.ready_to_go)
    ):
        return
    heir = (
        president.heir
        if president.heir >= 0
        else (
            Role.UNKNOWN if president.ready_to_go and world.contenders[Role.UNKNOWN].active else -1
        )
    )
    if heir < 0:
        return
    value_of_staying = (
        president.health
        * clip01(1.0 - index.strongest_threat)
        * (p.staying_floor + p.staying_control * index.control)
    )
    trust_in_immunity = clip01(
        p.trust_floor
        + p.trust_monolith * index.monolith
        - p.trust_guilt * min(1.0, p.guilt_scale * president.guilt)
        + (p.trust_law if constitution.immunity else 0.0)
    )
    heir_chance = clip01(
        p.chance_floor
        + p.chance_control * index.control
        + p.chance_monolith * index.monolith
        - index.strongest_threat
    )
    if uniform(stream, 0, 0) < p.leaving * clip01(
        heir_chance * trust_in_immunity - p.love_of_office * value_of_staying + p.tiredness
    ):
        event = log_event(
            world, EventKind.HANDOVER, Entity.PRESIDENT, Entity.CONTENDERS + heir, heir_chance
        )
        log_reason(world, event, Reason.HEIR_CHANCE, heir_chance)
        log_reason(world, event, Reason.HEALTH, president.health)
        constitution.immunity = True
        end_tenure(world, params, stream, heir, Exit.HEIR)


@kernel
def _candidate_value(world, p, j, clan):
    """Return what a clan expects of a candidate: posts, rules and safety."""
    president = world.president[0]
    contender = world.contenders[j]
    same_horde = p.own_horde if contender.horde == clan.horde else 0.0
    posts = p.free_posts * (1.0 - contender.organisation) + same_horde
    rules = clan.rooting * (1.0 - contender.radicalism) * p.rules
    named = p.named * (1.0 - president.unpopularity) if president.heir == j else 0.0
    kin = (
        p.kin * (world.society[0].kin_acceptance - p.kin_indifference)
        if Role.HEIR <= j < Role.SPOILER
        else 0.0
    )
    # The vice-president is the successor the constitution provides for (T013).
    lawful = p.lawful if j == Role.VICE_PRESIDENT else 0.0
    return (
        posts
        + rules
        + named
        + kin
        + lawful
        + p.ability * contender.ability
        + p.office * contender.office
    )


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
    p = params.succession
    crisis = world.crisis[0]
    society = world.society[0]
    constitution = world.constitution[0]
    index = world.index[0]
    if crisis.kind != Crisis.VACANCY:
        return
    contender_count = len(world.contenders)
    for j in range(1, contender_count):
        contender = world.contenders[j]
        is_insider = (
            j >= Role.HEIR
            or j == Role.VICE_PRESIDENT
            or j == Role.PREMIER
            or j == Role.MAGNATE
            or j == Role.MODERATE
        )
        at_large = (
            contender.active and not contender.jailed and not contender.exiled and j != Role.SPOILER
        )
        contender.stands = (
            at_large and is_insider and (j != Role.VICE_PRESIDENT or constitution.deputy_office)
        )
        contender.backers = 0.0
    unknown_contender = world.contenders[Role.UNKNOWN]
    unknown_contender.active, unknown_contender.stands = True, True
    total = 0.0
    for _ in range(int(p.rounds)):
        has_changed = False
        total = TINY
        for c in range(len(world.clans)):
            clan = world.clans[c]
            if not clan.active:
                continue
            weight = (
                p.backer_floor + clan.rooting + p.backer_posts * clan.posts / max(1.0, clan.members)
            )
            total += weight
            best, choice = 0.0, -1
            for j in range(1, contender_count):
                contender = world.contenders[j]
                if not contender.stands:
                    continue
                seen_chance = p.unseen_chance + p.seen_chance * contender.backers_seen
                # Each clan has its own preference among candidates, the same in every round.
                value = (
                    _candidate_value(world, p, j, clan)
                    + p.preference_spread * normal(stream, DRAW_PREFERENCE, c * contender_count + j)
                ) * seen_chance
                if choice < 0 or value > best:
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
    best, winner = 0.0, Role.UNKNOWN
    for j in range(1, contender_count):
        if world.contenders[j].stands and world.contenders[j].backers_seen > best:
            best, winner = world.contenders[j].backers_seen, j
    if best < p.agreement:
        # Without an agreement inside the elite, street and ballot decide, or else the armed forces
        # install the candidate with most backers.
        challenger = int(society.focal_challenger)
        if (
            challenger > 0
            and world.contenders[challenger].active
            and uniform(stream, DRAW_BALLOT, 0) < society.readiness + p.ballot_unity * society.unity
        ):
            end_tenure(world, params, stream, challenger, Exit.ROTATION)
        else:
            event = log_event(world, EventKind.COUP, NOBODY, Entity.CONTENDERS + winner, best)
            log_reason(world, event, Reason.POWER, best)
            end_tenure(world, params, stream, winner, Exit.PALACE_COUP)
        return
    conditions = (
        society.plural_clans * (1.0 - index.control)
        + society.rich_opposition
        + p.binding_readiness * society.readiness
    )
    outcome = (
        Exit.BOUND_HEIR
        if conditions > p.conditions or winner == Role.MODERATE or winner == Role.MAGNATE
        else Exit.HEIR
    )
    event = log_event(
        world, EventKind.SUCCESSION_AGREEMENT, Entity.CONTENDERS + winner, NOBODY, best
    )
    log_reason(world, event, Reason.HEIR_CHANCE, best)
    log_reason(world, event, Reason.POWER, conditions)
    end_tenure(world, params, stream, winner, outcome)
    if outcome == Exit.BOUND_HEIR:
        constitution.parliament_powers = clip01(constitution.parliament_powers + p.bound_powers)
        society.law_custom = clip01(society.law_custom + p.bound_law)
        constitution.registration_barrier *= p.bound_barrier
