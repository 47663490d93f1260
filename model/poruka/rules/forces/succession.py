"""Succession: when he hands over, whom the magnates back when the seat is empty, and with what
record a new ruler starts.
"""

from poruka.engine.codes import (
    AT_CONTENDERS,
    AT_PRESIDENT,
    CALM,
    CLIENT,
    COUP_EXIT,
    DECOY,
    EMPTY_SEAT,
    EVENT_ACCESSION,
    EVENT_CONCLAVE,
    EVENT_COUP,
    EVENT_EXIT_OF_RULER,
    EVENT_HANDOVER,
    EXILE,
    HEIR,
    HEIR_EXIT,
    MAGNATE,
    MODERATE,
    NOBODY,
    OPPONENT,
    PACT_EXIT,
    PARTNER,
    PREMIER,
    PRISONER,
    REVOLUTION_EXIT,
    ROTATION_EXIT,
    RULER,
    UNKNOWN,
    WHY_GUILT,
    WHY_HEALTH,
    WHY_HEIR_CHANCE,
    WHY_POWER,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule


@kernel
def leave_seat(world, params, stream, successor, how):
    """End a rule in a given way and seat the successor, who starts without his predecessor's
    record.
    """
    president = world.president[0]
    history = world.history[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    constitution = world.constitution[0]
    place = tell(world, EVENT_EXIT_OF_RULER, AT_PRESIDENT, AT_CONTENDERS + successor, float(how))
    because(world, place, WHY_GUILT, president.guilt)
    because(world, place, WHY_HEALTH, president.health)
    history.rulers += 1
    if history.first_exit == 0:
        history.first_exit = how
        history.first_exit_month = clock.month
        history.first_successor = successor
    if how == ROTATION_EXIT:
        history.rotations += 1
    elif how == REVOLUTION_EXIT:
        history.revolutions += 1
    elif how == COUP_EXIT:
        history.coups += 1
    seat(world, params, stream, successor, how)
    if (
        constitution.mandate > 0
    ):  # where there is no presidency the house will have its say when it is next elected
        constitution.mandate = 2 if how == ROTATION_EXIT else 1
        constitution.president_due = clock.month + (
            constitution.term_months if how == ROTATION_EXIT else 4
        )
    crisis.kind = CALM
    crisis.heat = 0.0


@kernel
def seat(world, params, stream, successor, how):
    """Make a contender the ruler: his own age, manner and people; trust by how little he was part
    of what went before (T115).
    """
    president = world.president[0]
    society = world.society[0]
    ruler_contender = world.contenders[RULER]
    contender = world.contenders[successor]
    apart = (
        1.0
        if successor == UNKNOWN
        else 0.8
        if how >= ROTATION_EXIT
        else 0.25
        if HEIR <= successor < DECOY
        else 0.5
    )
    kin_stays = HEIR <= successor < DECOY
    president.age = 42.0 + 14.0 * uniform(stream, 50, successor)
    president.health = 0.95
    # A court passes on its own kind: the chosen are careful and look ahead; whom the street brings
    # may be anybody (T004).
    picked = 0.2 if how == HEIR_EXIT else 0.1 if how == PACT_EXIT or how == COUP_EXIT else 0.0
    president.caution = share(0.5 + picked + 0.15 * normal(stream, 51, successor))
    president.foresight = share(0.5 + picked + 0.15 * normal(stream, 52, successor))
    president.impulsiveness = share(
        0.4 + 0.2 * normal(stream, 53, successor) + (0.2 if how >= REVOLUTION_EXIT else 0.0)
    )
    # He reveres law as far as those among whom he rose do (T002, T060).
    president.reverence = share(
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
    president.approval = share(0.45 + 0.4 * apart)
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
        if how >= ROTATION_EXIT and (
            oligarch.stance == OPPONENT or oligarch.stance == PRISONER or oligarch.stance == EXILE
        ):
            oligarch.stance = CLIENT
        elif oligarch.stance == OPPONENT and uniform(stream, 54, i) < 0.5 * apart:
            oligarch.stance = CLIENT
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
    tell(world, EVENT_ACCESSION, AT_CONTENDERS + successor, AT_PRESIDENT, apart)


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
        crisis.kind == EMPTY_SEAT
        or not constitution.independent
        or (president.health > 0.65 and not president.ready_to_go)
    ):
        return
    heir = (
        president.heir
        if president.heir >= 0
        else UNKNOWN
        if president.ready_to_go and world.contenders[UNKNOWN].active
        else -1
    )
    if heir < 0:
        return
    stays = president.health * share(1.0 - index.strongest_threat) * (0.6 + 0.4 * index.control)
    promise = share(
        0.55
        + 0.35 * index.monolith
        - 0.6 * min(1.0, 0.5 * president.guilt)
        + (0.2 if constitution.immunity else 0.0)
    )
    heir_chance = share(0.35 + 0.5 * index.control + 0.3 * index.monolith - index.strongest_threat)
    if uniform(stream, 0, 0) < params.succession.leaving * share(
        heir_chance * promise - 0.6 * stays + 0.1
    ):
        place = tell(world, EVENT_HANDOVER, AT_PRESIDENT, AT_CONTENDERS + heir, heir_chance)
        because(world, place, WHY_HEIR_CHANCE, heir_chance)
        because(world, place, WHY_HEALTH, president.health)
        constitution.immunity = True
        leave_seat(world, params, stream, heir, HEIR_EXIT)


@kernel
def _appeal(world, params, j, clan):
    """Return what a clan expects of a candidate: posts for the near, rules from the moderate,
    safety from the weak.
    """
    president = world.president[0]
    contender = world.contenders[j]
    same = 0.25 if contender.horde == clan.horde else 0.0
    posts = 0.4 * (1.0 - contender.organisation) + same
    rules = clan.rooting * (1.0 - contender.radicalism) * 0.3
    named = 0.45 * (1.0 - president.odium) if president.heir == j else 0.0
    kin = 0.3 * (world.society[0].kin_acceptance - 0.5) if HEIR <= j < DECOY else 0.0
    lawful = (
        0.3 if j == PARTNER else 0.0
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
def fill(world, params, stream):
    crisis = world.crisis[0]
    society = world.society[0]
    constitution = world.constitution[0]
    index = world.index[0]
    if crisis.kind != EMPTY_SEAT:
        return
    seats = len(world.contenders)
    for j in range(1, seats):
        contender = world.contenders[j]
        inside = j >= HEIR or j == PARTNER or j == PREMIER or j == MAGNATE or j == MODERATE
        free = contender.active and not contender.jailed and not contender.exiled and j != DECOY
        contender.stands = free and inside and (j != PARTNER or constitution.deputy_office)
        contender.backers = 0.0
    unknown_contender = world.contenders[UNKNOWN]
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
                    _appeal(world, params, j, clan) + 0.2 * normal(stream, 0, c * seats + j)
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
    best, winner = 0.0, UNKNOWN
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
            leave_seat(world, params, stream, pole, ROTATION_EXIT)
        else:
            place = tell(world, EVENT_COUP, NOBODY, AT_CONTENDERS + winner, best)
            because(world, place, WHY_POWER, best)
            leave_seat(world, params, stream, winner, COUP_EXIT)
        return
    bound = (
        society.plural_clans * (1.0 - index.control)
        + society.rich_opposition
        + 0.5 * society.readiness
    )
    how = (
        PACT_EXIT
        if bound > params.succession.conditions or winner == MODERATE or winner == MAGNATE
        else HEIR_EXIT
    )
    place = tell(world, EVENT_CONCLAVE, AT_CONTENDERS + winner, NOBODY, best)
    because(world, place, WHY_HEIR_CHANCE, best)
    because(world, place, WHY_POWER, bound)
    leave_seat(world, params, stream, winner, how)
    if how == PACT_EXIT:
        constitution.parliament_powers = share(constitution.parliament_powers + 0.3)
        society.law_custom = share(society.law_custom + 0.15)
        constitution.registration_barrier *= 0.5
