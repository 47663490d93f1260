"""Oligarchs: loyal while there is something to be given, insecure once there is something to be
taken, rebels when enough others are.
"""

from poruka.engine.codes import (
    CONTENDER_COMMUNIST,
    CONTENDER_MAGNATE,
    CONTENDER_MODERATE,
    CONTENDER_PREMIER,
    ENTITY_MOVEMENTS,
    ENTITY_OLIGARCHS,
    ENTITY_PRESIDENT,
    EVENT_CRITICISM,
    EVENT_DEFECTION,
    EVENT_DEFECTION_WAVE,
    EVENT_DEFECTOR_RETURN,
    NOBODY,
    REASON_BELIEVED_SUCCESS,
    REASON_GRIEVANCE,
    REASON_INSECURITY,
    REASON_LEAVE,
    REASON_PUNISHMENT,
    REASON_SPOILS,
    REASON_STAY,
    REASON_STREET_RISK,
    STANCE_CLIENT,
    STANCE_COOPTED,
    STANCE_CRITIC,
    STANCE_EXILE,
    STANCE_GRUMBLER,
    STANCE_OPPONENT,
    STANCE_PRISONER,
    STANCE_SILENT,
)
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.engine.rule import rule


@rule(
    id="oligarchs.fear_loss",
    claim=(
        "The richer a man is the more he has to lose: what power gave, power can take, so"
        " insecurity grows with fortune and with what is seen to happen to others."
    ),
    theses=["T041", "T045", "T050", "T057"],
    locator="The New Opposition",
    standing="stated",
    mechanism="M3.insecurity",
)
def fear_loss(world, params, stream):
    # Files are a bond and a threat (stay_and_leave), not part of this fear: an amnesty should free
    # men to leave (T050).
    economy = world.economy[0]
    society = world.society[0]
    risk = clip01(economy.property_risk + 0.5 * society.fear_of_kin + 0.15 * society.turnover)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        stake = oligarch.wealth / (oligarch.wealth + params.oligarchs.fortune)
        oligarch.insecurity = relax(
            oligarch.insecurity,
            clip01(risk * (1.0 - 0.5 * oligarch.protection) * 1.6 * stake),
            0.15,
        )
        oligarch.aspiration = relax(oligarch.aspiration, stake * oligarch.ambition, 0.05)
        # What foreigners got is what men of the country did not get (T045).
        oligarch.grievance = clip01(
            0.985 * oligarch.grievance + params.oligarchs.patriotism * economy.foreign_share * stake
        )


@kernel
def believed_success(world, params, oligarch, defected_share, defected_share_near):
    """Return an owner's belief that a breach with the ruler could succeed, given who is seen to
    have left.
    """
    society = world.society[0]
    pole = max(
        world.contenders[CONTENDER_MAGNATE].acceptability
        * world.contenders[CONTENDER_MAGNATE].belief,
        max(
            world.contenders[CONTENDER_PREMIER].acceptability
            * world.contenders[CONTENDER_PREMIER].belief,
            world.contenders[CONTENDER_MODERATE].acceptability
            * world.contenders[CONTENDER_MODERATE].belief,
        ),
    )
    seen = params.oligarchs.bandwagon * (defected_share + society.solidarity * defected_share_near)
    return clip01(
        0.02
        + seen
        + 0.6 * pole
        + 0.06 * clip(society.example_of_change, 0.0, 1.0)
        + 0.15 * society.safe_criticism
        - 0.6 * society.deterrence
    )


@kernel
def stay_and_leave_values(world, params, oligarch, success):
    """Return what staying and leaving are worth to an owner, with the numbers behind them.

    Returns
    -------
    tuple of float
        stay, leave, spoils, punishment, street.
    """
    society = world.society[0]
    economy = world.economy[0]
    index = world.index[0]
    president = world.president[0]
    survival = clip01(1.0 - 0.6 * success - 0.3 * president.twilight)
    spoils = params.oligarchs.spoils * economy.assets_left * (0.15 + oligarch.nearness)
    security = params.oligarchs.surety * oligarch.skeletons * (0.4 + 0.6 * index.monolith)
    stay = survival * (spoils + security + 0.35 * oligarch.nearness) - oligarch.insecurity
    shield = 1.0 - 0.6 * society.solidarity * (1.0 if oligarch.titular else 0.2)
    punishment = (
        params.oligarchs.punishment
        * (0.35 + 0.65 * oligarch.skeletons)
        * shield
        * survival
        * (0.5 + 0.5 * index.control)
        * (1.4 - oligarch.boldness)
    )
    red_contender = world.contenders[CONTENDER_COMMUNIST]
    street = params.oligarchs.street * (
        red_contender.organisation * red_contender.radicalism
        + 0.5 * society.chaos
        + 0.3 * economy.hardship
    )
    # Who could never rule himself has less to gain from a breach (T021).
    rules = oligarch.insecurity + params.oligarchs.ambition * oligarch.aspiration * (
        1.0 if oligarch.eligible else 0.3
    )
    leave = success * (rules + 0.3) + 0.35 * rules - (1.0 - success) * punishment - street
    return stay, leave, spoils, punishment, street


@rule(
    id="oligarchs.defect",
    claim=(
        "A rich man breaks with the ruler when rules would protect him better than favour and"
        " enough others, his own kin and horde first, are seen to leave."
    ),
    theses=["T021", "T024", "T032", "T038", "T040", "T041", "T042", "T044", "T047", "T048"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M3.defection",
)
def defect(world, params, stream):
    society = world.society[0]
    clock = world.clock[0]
    count = float(len(world.oligarchs))
    moved_total = 0
    for step in range(_news_rounds(params)):
        gone = 0.0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            oligarch.seen_out = oligarch.stance == STANCE_OPPONENT
            gone += 1.0 if oligarch.seen_out else 0.0
        moved = 0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance >= STANCE_OPPONENT:
                continue
            near, near_gone = 0.0, 0.0
            for n in range(len(world.oligarchs)):
                other_oligarch = world.oligarchs[n]
                if n != i and (
                    other_oligarch.clan == oligarch.clan
                    or (
                        other_oligarch.horde == oligarch.horde
                        and other_oligarch.titular == oligarch.titular
                    )
                ):
                    near += 1.0
                    near_gone += 1.0 if other_oligarch.seen_out else 0.0
            success = believed_success(
                world, params, oligarch, gone / count, near_gone / max(near, 1.0)
            )
            stay, leave, spoils, punishment, street = stay_and_leave_values(
                world, params, oligarch, success
            )
            young = params.oligarchs.new_standards if oligarch.regime_made else 0.0
            push = (
                leave
                - stay
                + 0.35 * oligarch.grievance
                + 0.3 * oligarch.exclusion
                + young * oligarch.aspiration
                - 0.3 * oligarch.kin
            )
            push -= params.oligarchs.inertia + (0.15 if oligarch.post > 0 else 0.0)
            push += params.oligarchs.temper * (oligarch.boldness - 0.5) + 0.10 * normal(
                stream, step, i
            )
            oligarch.believed_success = success
            if push > 0.0:
                oligarch.stance = STANCE_OPPONENT
                oligarch.post = 0
                moved += 1
                world.history[0].shut_out_defections += (
                    1 if oligarch.horde != world.president[0].horde else 0
                )
                world.history[0].young_defections += 1 if oligarch.regime_made else 0
                place = log_event(
                    world, EVENT_DEFECTION, ENTITY_OLIGARCHS + i, ENTITY_PRESIDENT, push
                )
                log_reason(world, place, REASON_STAY, stay)
                log_reason(world, place, REASON_LEAVE, leave)
                log_reason(world, place, REASON_BELIEVED_SUCCESS, success)
                log_reason(world, place, REASON_INSECURITY, oligarch.insecurity)
                log_reason(world, place, REASON_SPOILS, spoils)
                log_reason(world, place, REASON_PUNISHMENT, punishment)
                log_reason(world, place, REASON_STREET_RISK, street)
                log_reason(world, place, REASON_GRIEVANCE, oligarch.grievance)
            elif step == 0:
                stance = (
                    STANCE_CRITIC
                    if push > -0.15 and society.safe_criticism > 0.2
                    else STANCE_GRUMBLER
                    if push > -0.3
                    else STANCE_CLIENT
                )
                if (
                    stance == STANCE_CRITIC
                    and oligarch.stance < STANCE_CRITIC
                    and uniform(stream, 20, i) < 0.3
                ):
                    log_event(world, EVENT_CRITICISM, ENTITY_OLIGARCHS + i, ENTITY_PRESIDENT, push)
                oligarch.stance = stance
        moved_total += moved
        if moved == 0:
            break
    society.moving = 0.75 * society.moving + moved_total
    if society.moving >= 3.0 and clock.month - society.wave_month > 12:
        society.wave_month = clock.month
        log_event(world, EVENT_DEFECTION_WAVE, NOBODY, ENTITY_MOVEMENTS, society.moving)


@kernel
def _news_rounds(params):
    """Return how many rounds of news one month holds."""
    return int(params.oligarchs.rounds)


@rule(
    id="oligarchs.settle",
    claim=(
        "Those who lived through a crushed wave keep their grievance and learn what dissent costs;"
        " who repents is let back, who is called back takes a post."
    ),
    theses=["T080", "T082", "T084"],
    locator="Crushing the New Opposition",
    standing="stated",
    mechanism="M3.aftermath",
)
def process_aftermath(world, params, stream):
    society = world.society[0]
    index = world.index[0]
    lesson = 0.0
    society.deterrence *= 0.965
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == STANCE_PRISONER:
            lesson += 1.0
            oligarch.sentence_months -= 1
            if oligarch.sentence_months <= 0 or uniform(stream, 0, i) < 0.03 * (
                1.0 - oligarch.boldness
            ):
                oligarch.stance = STANCE_SILENT
                oligarch.grievance = clip01(oligarch.grievance + 0.3)
                log_event(
                    world, EVENT_DEFECTOR_RETURN, ENTITY_OLIGARCHS + i, NOBODY, oligarch.boldness
                )
        elif oligarch.stance == STANCE_EXILE:
            lesson += 0.5
        elif oligarch.stance == STANCE_OPPONENT:
            # Hope fades and files are opened: most give in before they are tried.
            fear = (
                (0.25 + index.repression + society.deterrence)
                * oligarch.skeletons
                * (1.0 - oligarch.boldness)
                * (1.0 - oligarch.believed_success)
            )
            if uniform(stream, 1, i) < params.oligarchs.giving_in * fear:
                oligarch.stance = STANCE_SILENT
                oligarch.grievance = clip01(oligarch.grievance + 0.15)
                log_event(world, EVENT_DEFECTOR_RETURN, ENTITY_OLIGARCHS + i, NOBODY, fear)
        elif oligarch.stance == STANCE_SILENT or oligarch.stance == STANCE_COOPTED:
            if uniform(stream, 2, i) < 0.02:
                oligarch.stance = STANCE_CLIENT
    # Criticism that goes unpunished teaches the others that it is survivable; prison teaches the
    # reverse for a while.
    open_critics = 0.0
    for i in range(len(world.oligarchs)):
        open_critics += 1.0 if world.oligarchs[i].stance == STANCE_CRITIC else 0.0
    count = float(len(world.oligarchs))
    goal = clip01(
        0.5 * society.plural_clans
        + 0.6 * society.habit
        + open_critics / count
        - 2.0 * lesson / count
        - 0.3 * index.repression
    )
    society.safe_criticism = relax(society.safe_criticism, goal, params.oligarchs.lesson)
