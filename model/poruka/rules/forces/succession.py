"""Succession: when he hands over, whom the magnates back when the seat is empty, and with what
record a new ruler starts.
"""

from poruka.engine.codes import (
    CONTENDER_HEIR,
    CONTENDER_MAGNATE,
    CONTENDER_MODERATE,
    CONTENDER_PREMIER,
    CONTENDER_RULER,
    CONTENDER_SPOILER,
    CONTENDER_UNKNOWN,
    CONTENDER_VICE_PRESIDENT,
    CRISIS_NONE,
    CRISIS_VACANCY,
    ENTITY_CONTENDERS,
    ENTITY_PRESIDENT,
    EVENT_ACCESSION,
    EVENT_COUP,
    EVENT_EXIT_OF_RULER,
    EVENT_HANDOVER,
    EVENT_SUCCESSION_AGREEMENT,
    NOBODY,
    OUTCOME_BOUND_HEIR,
    OUTCOME_HEIR,
    OUTCOME_PALACE_COUP,
    OUTCOME_REVOLUTION,
    OUTCOME_ROTATION,
    REASON_GUILT,
    REASON_HEALTH,
    REASON_HEIR_CHANCE,
    REASON_POWER,
    STANCE_CLIENT,
    STANCE_EXILE,
    STANCE_OPPONENT,
    STANCE_PRISONER,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule


@kernel
def end_tenure(world, params, stream, successor, outcome):
    """End a rule in a given way and seat the successor, who starts without his predecessor's
    record.
    """
    president = world.president[0]
    history = world.history[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    constitution = world.constitution[0]
    place = log_event(
        world, EVENT_EXIT_OF_RULER, ENTITY_PRESIDENT, ENTITY_CONTENDERS + successor, float(outcome)
    )
    log_reason(world, place, REASON_GUILT, president.guilt)
    log_reason(world, place, REASON_HEALTH, president.health)
    history.rulers += 1
    if history.first_exit == 0:
        history.first_exit = outcome
        history.first_exit_month = clock.month
        history.first_successor = successor
    if outcome == OUTCOME_ROTATION:
        history.rotations += 1
    elif outcome == OUTCOME_REVOLUTION:
        history.revolutions += 1
    elif outcome == OUTCOME_PALACE_COUP:
        history.coups += 1
    install_ruler(world, params, stream, successor, outcome)
    if (
        constitution.mandate > 0
    ):  # where there is no presidency the house will have its say when it is next elected
        constitution.mandate = 2 if outcome == OUTCOME_ROTATION else 1
        constitution.president_due = clock.month + (
            constitution.term_months if outcome == OUTCOME_ROTATION else 4
        )
    crisis.kind = CRISIS_NONE
    crisis.heat = 0.0


@kernel
def install_ruler(world, params, stream, successor, outcome):
    """Make a contender the ruler: his own age, manner and people; trust by how little he was part
    of what went before (T115).
    """
    president = world.president[0]
    society = world.society[0]
    ruler_contender = world.contenders[CONTENDER_RULER]
    contender = world.contenders[successor]
    apart = (
        1.0
        if successor == CONTENDER_UNKNOWN
        else (
            0.8
            if outcome >= OUTCOME_ROTATION
            else 0.25
            if CONTENDER_HEIR <= successor < CONTENDER_SPOILER
            else 0.5
        )
    )
    kin_stays = CONTENDER_HEIR <= successor < CONTENDER_SPOILER
    president.age = 42.0 + 14.0 * uniform(stream, 50, successor)
    president.health = 0.95
    # A court passes on its own kind: the chosen are careful and look ahead; whom the street brings
    # may be anybody (T004).
    picked = (
        0.2
        if outcome == OUTCOME_HEIR
        else 0.1
        if outcome == OUTCOME_BOUND_HEIR or outcome == OUTCOME_PALACE_COUP
        else 0.0
    )
    president.caution = clip01(0.5 + picked + 0.15 * normal(stream, 51, successor))
    president.foresight = clip01(0.5 + picked + 0.15 * normal(stream, 52, successor))
    president.impulsiveness = clip01(
        0.4 + 0.2 * normal(stream, 53, successor) + (0.2 if outcome >= OUTCOME_REVOLUTION else 0.0)
    )
    # He reveres law as far as those among whom he rose do (T002, T060).
    president.reverence = clip01(
        0.05 + 0.6 * society.law_custom + 0.08 * normal(stream, 55, successor)
    )
    president.nation, president.market = contender.nation, contender.market
    president.horde, president.minority = contender.horde, contender.minority
    president.guilt = 0.25 * president.guilt if kin_stays else 0.1
    president.odium = president.odium * (1.0 - apart)
    president.honeymoon = params.succession.honeymoon * apart
    president.heir = -1
    president.burnt *= 0.3
    president.ready_to_go = False
    president.approval = clip01(0.45 + 0.4 * apart)
    president.twilight = 0.0
    president.believed_remaining_months = 150.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kin_stays:
            kinsman.active = m < 3
            kinsman.wealth, kinsman.media, kinsman.security, kinsman.reach, kinsman.positioning = (
                0.1,
                0.0,
                0.0,
                0.0,
                0.0,
            )
            kinsman.exiled, kinsman.son, kinsman.party, kinsman.warned = False, False, False, 0
    # Old grievances were against the man who went; those who broke with him may come home.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance *= 1.0 - 0.7 * apart
        oligarch.kin *= 1.0 if kin_stays else 0.3
        if outcome >= OUTCOME_ROTATION and (
            oligarch.stance == STANCE_OPPONENT
            or oligarch.stance == STANCE_PRISONER
            or oligarch.stance == STANCE_EXILE
        ):
            oligarch.stance = STANCE_CLIENT
        elif oligarch.stance == STANCE_OPPONENT and uniform(stream, 54, i) < 0.5 * apart:
            oligarch.stance = STANCE_CLIENT
    society.fear_of_kin = 0.0
    for k in range(len(world.courts)):
        court = world.courts[k]
        court.appointed *= 1.0 - 0.4 * apart  # judges of the man before
    (
        ruler_contender.nation,
        ruler_contender.market,
        ruler_contender.horde,
        ruler_contender.minority,
    ) = (contender.nation, contender.market, contender.horde, contender.minority)
    contender.active, contender.open = False, False
    log_event(world, EVENT_ACCESSION, ENTITY_CONTENDERS + successor, ENTITY_PRESIDENT, apart)


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
    stays = president.health * clip01(1.0 - index.strongest_threat) * (0.6 + 0.4 * index.control)
    promise = clip01(
        0.55
        + 0.35 * index.monolith
        - 0.6 * min(1.0, 0.5 * president.guilt)
        + (0.2 if constitution.immunity else 0.0)
    )
    heir_chance = clip01(0.35 + 0.5 * index.control + 0.3 * index.monolith - index.strongest_threat)
    if uniform(stream, 0, 0) < params.succession.leaving * clip01(
        heir_chance * promise - 0.6 * stays + 0.1
    ):
        place = log_event(
            world, EVENT_HANDOVER, ENTITY_PRESIDENT, ENTITY_CONTENDERS + heir, heir_chance
        )
        log_reason(world, place, REASON_HEIR_CHANCE, heir_chance)
        log_reason(world, place, REASON_HEALTH, president.health)
        constitution.immunity = True
        end_tenure(world, params, stream, heir, OUTCOME_HEIR)


@kernel
def _candidate_value(world, params, j, clan):
    """Return what a clan expects of a candidate: posts for the near, rules from the moderate,
    safety from the weak.
    """
    president = world.president[0]
    contender = world.contenders[j]
    same = 0.25 if contender.horde == clan.horde else 0.0
    posts = 0.4 * (1.0 - contender.organisation) + same
    rules = clan.rooting * (1.0 - contender.radicalism) * 0.3
    named = 0.45 * (1.0 - president.odium) if president.heir == j else 0.0
    kin = (
        0.3 * (world.society[0].kin_acceptance - 0.5)
        if CONTENDER_HEIR <= j < CONTENDER_SPOILER
        else 0.0
    )
    lawful = (
        0.3 if j == CONTENDER_VICE_PRESIDENT else 0.0
    )  # the second office is the constitution's own answer (T013)
    return posts + rules + named + kin + lawful + 0.3 * contender.ability + 0.3 * contender.office


@rule(
    id="succession.fill",
    claim=(
        "On an empty seat backers move in public rounds, each to the candidate worth most times his"
        " seen chance; rooted clans that agree bind the heir by conditions."
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
    seats = len(world.contenders)
    for j in range(1, seats):
        contender = world.contenders[j]
        inside = (
            j >= CONTENDER_HEIR
            or j == CONTENDER_VICE_PRESIDENT
            or j == CONTENDER_PREMIER
            or j == CONTENDER_MAGNATE
            or j == CONTENDER_MODERATE
        )
        free = (
            contender.active
            and not contender.jailed
            and not contender.exiled
            and j != CONTENDER_SPOILER
        )
        contender.stands = (
            free and inside and (j != CONTENDER_VICE_PRESIDENT or constitution.deputy_office)
        )
        contender.backers = 0.0
    unknown_contender = world.contenders[CONTENDER_UNKNOWN]
    unknown_contender.active, unknown_contender.stands = True, True
    total = 0.0
    for _ in range(6):
        moved = False
        total = 1e-9
        for c in range(len(world.clans)):
            clan = world.clans[c]
            if not clan.active:
                continue
            weight = 0.2 + clan.rooting + 0.3 * clan.posts / max(1.0, clan.members)
            total += weight
            best, found = -9.0, -1
            for j in range(1, seats):
                contender = world.contenders[j]
                if not contender.stands:
                    continue
                seen = 0.5 + 0.5 * contender.backers_seen
                # Each clan has its own liking for each candidate, the same in every round.
                worth = (
                    _candidate_value(world, params, j, clan)
                    + 0.2 * normal(stream, 0, c * seats + j)
                ) * seen
                if worth > best:
                    best, found = worth, j
            if found != clan.backing:
                moved = True
            clan.backing = found
            backed_contender = world.contenders[found]
            backed_contender.backers += weight
        for j in range(1, seats):
            contender = world.contenders[j]
            contender.backers_seen = contender.backers / total
            contender.backers = 0.0
        if not moved:
            break
    best, winner = 0.0, CONTENDER_UNKNOWN
    for j in range(1, seats):
        if world.contenders[j].stands and world.contenders[j].backers_seen > best:
            best, winner = world.contenders[j].backers_seen, j
    if best < params.succession.agreement:
        # No agreement inside: the street and the ballot decide, or else the barracks seat the one
        # most stand behind.
        pole = int(society.pole)
        if (
            pole > 0
            and world.contenders[pole].active
            and uniform(stream, 10, 0) < society.readiness + 0.5 * society.unity
        ):
            end_tenure(world, params, stream, pole, OUTCOME_ROTATION)
        else:
            place = log_event(world, EVENT_COUP, NOBODY, ENTITY_CONTENDERS + winner, best)
            log_reason(world, place, REASON_POWER, best)
            end_tenure(world, params, stream, winner, OUTCOME_PALACE_COUP)
        return
    bound = (
        society.plural_clans * (1.0 - index.control)
        + society.rich_opposition
        + 0.5 * society.readiness
    )
    how = (
        OUTCOME_BOUND_HEIR
        if bound > params.succession.conditions
        or winner == CONTENDER_MODERATE
        or winner == CONTENDER_MAGNATE
        else OUTCOME_HEIR
    )
    place = log_event(world, EVENT_SUCCESSION_AGREEMENT, ENTITY_CONTENDERS + winner, NOBODY, best)
    log_reason(world, place, REASON_HEIR_CHANCE, best)
    log_reason(world, place, REASON_POWER, bound)
    end_tenure(world, params, stream, winner, how)
    if how == OUTCOME_BOUND_HEIR:
        constitution.parliament_powers = clip01(constitution.parliament_powers + 0.3)
        society.law_custom = clip01(society.law_custom + 0.15)
        constitution.registration_barrier *= 0.5
