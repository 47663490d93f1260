"""Defection: an oligarch compares staying with leaving, and observes who else has left."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Post, Role, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@kernel
def believed_success(world, params, oligarch, defected_share, defected_share_near):
    """Return an oligarch's belief that a break with the ruler could succeed.

    Defections he can see, in the whole elite and among his peers, count most.
    """
    p = params.oligarchs
    society = world.society[0]
    challenger_chance = max(
        world.contenders[Role.MAGNATE].acceptability * world.contenders[Role.MAGNATE].belief,
        max(
            world.contenders[Role.PREMIER].acceptability * world.contenders[Role.PREMIER].belief,
            world.contenders[Role.MODERATE].acceptability * world.contenders[Role.MODERATE].belief,
        ),
    )
    visible_defections = p.bandwagon * (defected_share + society.solidarity * defected_share_near)
    return clip01(
        p.success_floor
        + visible_defections
        + p.rival * challenger_chance
        + p.example * clip(society.example_of_change, 0.0, 1.0)
        + p.criticism * society.safe_criticism
        - p.deterrence * society.deterrence
    )


@kernel
def stay_and_leave_values(world, params, oligarch, success):
    """Return what staying and leaving are worth to an oligarch, with their components.

    Returns
    -------
    tuple of float
        Value of staying, value of leaving, spoils, punishment, risk from the street.
    """
    p = params.oligarchs
    society = world.society[0]
    economy = world.economy[0]
    index = world.index[0]
    president = world.president[0]
    survival = clip01(1.0 - p.success_doubt * success - p.end_doubt * president.expected_end)
    spoils = p.spoils * economy.assets_left * (p.distant_spoils + oligarch.nearness)
    mutual_surety = (
        p.surety * oligarch.compromising_files * (p.loose_surety + p.united_surety * index.monolith)
    )
    stay = (
        survival * (spoils + mutual_surety + p.nearness * oligarch.nearness) - oligarch.insecurity
    )
    shield = 1.0 - p.shield * society.solidarity * (1.0 if oligarch.titular else p.outsider_shield)
    punishment = (
        p.punishment
        * (p.clean_punishment + p.files_punishment * oligarch.compromising_files)
        * shield
        * survival
        * (p.weak_punishment + p.control_punishment * index.control)
        * (p.timid - oligarch.boldness)
    )
    communist_contender = world.contenders[Role.COMMUNIST]
    street_risk = p.street * (
        communist_contender.organisation * communist_contender.radicalism
        + p.chaos * society.chaos
        + p.hardship * economy.hardship
    )
    # Whoever could never rule himself has less to gain from a break (T021).
    gain_from_rules = oligarch.insecurity + p.ambition * oligarch.aspiration * (
        1.0 if oligarch.eligible else p.ineligible
    )
    leave = (
        success * (gain_from_rules + p.victory)
        + p.certain_gain * gain_from_rules
        - (1.0 - success) * punishment
        - street_risk
    )
    return stay, leave, spoils, punishment, street_risk


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
    p = params.oligarchs
    society = world.society[0]
    clock = world.clock[0]
    oligarch_count = float(len(world.oligarchs))
    defectors_this_month = 0
    for news_round in range(_news_rounds(params)):
        opponents = 0.0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            oligarch.seen_out = oligarch.stance == Stance.OPPONENT
            opponents += 1.0 if oligarch.seen_out else 0.0
        new_defectors = 0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance >= Stance.OPPONENT:
                continue
            peers, peers_gone = 0.0, 0.0
            for n in range(len(world.oligarchs)):
                peer_oligarch = world.oligarchs[n]
                if n != i and (
                    peer_oligarch.clan == oligarch.clan
                    or (
                        peer_oligarch.horde == oligarch.horde
                        and peer_oligarch.titular == oligarch.titular
                    )
                ):
                    peers += 1.0
                    peers_gone += 1.0 if peer_oligarch.seen_out else 0.0
            success = believed_success(
                world, params, oligarch, opponents / oligarch_count, peers_gone / max(peers, 1.0)
            )
            stay, leave, spoils, punishment, street_risk = stay_and_leave_values(
                world, params, oligarch, success
            )
            new_standards = p.new_standards if oligarch.regime_made else 0.0
            push = (
                leave
                - stay
                + p.grievance * oligarch.grievance
                + p.exclusion * oligarch.exclusion
                + new_standards * oligarch.aspiration
                - p.kin * oligarch.kin
            )
            push -= p.inertia + (p.post if oligarch.post > Post.NONE else 0.0)
            push += p.temper * (oligarch.boldness - p.usual_boldness) + p.mood * normal(
                stream, news_round, i
            )
            oligarch.believed_success = success
            if push > 0.0:
                oligarch.stance = Stance.OPPONENT
                oligarch.post = Post.NONE
                new_defectors += 1
                world.history[0].shut_out_defections += (
                    1 if oligarch.horde != world.president[0].horde else 0
                )
                world.history[0].young_defections += 1 if oligarch.regime_made else 0
                event = log_event(
                    world, EventKind.DEFECTION, Entity.OLIGARCHS + i, Entity.PRESIDENT, push
                )
                log_reason(world, event, Reason.STAY, stay)
                log_reason(world, event, Reason.LEAVE, leave)
                log_reason(world, event, Reason.BELIEVED_SUCCESS, success)
                log_reason(world, event, Reason.INSECURITY, oligarch.insecurity)
                log_reason(world, event, Reason.SPOILS, spoils)
                log_reason(world, event, Reason.PUNISHMENT, punishment)
                log_reason(world, event, Reason.STREET_RISK, street_risk)
                log_reason(world, event, Reason.GRIEVANCE, oligarch.grievance)
            elif news_round == 0:
                stance = (
                    Stance.CRITIC
                    if push > -p.critic_reserve and society.safe_criticism > p.safe_threshold
                    else Stance.GRUMBLER
                    if push > -p.grumbler_reserve
                    else Stance.CLIENT
                )
                if (
                    stance == Stance.CRITIC
                    and oligarch.stance < Stance.CRITIC
                    and uniform(stream, 20, i) < p.criticism_news
                ):
                    log_event(
                        world, EventKind.CRITICISM, Entity.OLIGARCHS + i, Entity.PRESIDENT, push
                    )
                oligarch.stance = stance
        defectors_this_month += new_defectors
        if new_defectors == 0:
            break
    # Never more than the elite, however long defections are remembered.
    society.moving = min(p.wave_memory * society.moving + defectors_this_month, oligarch_count)
    if society.moving >= p.wave_size and clock.month - society.wave_month > p.wave_pause:
        society.wave_month = clock.month
        log_event(world, EventKind.DEFECTION_WAVE, NOBODY, Entity.MOVEMENTS, society.moving)


@kernel
def _news_rounds(params):
    """Return the number of rounds of news in one month."""
    return int(params.oligarchs.rounds)
