"""Parliament: independent when freely elected, obedient when small and selected.

It is weakened before it is dissolved, and assertive again once the elite is plural.
"""

from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.rules.actors.appointments import dismiss_premier


@kernel
def vote_propensity(world, params, deputy, i, noise):
    """Return a deputy's propensity to vote with the ruler; above zero he does.

    The size of parliament and its chambers change how many deputies can be reached and who must
    agree, not the will of a deputy (T065).
    """
    p = params.parliament
    society = world.society[0]
    economy = world.economy[0]
    parliament = world.parliament[0]
    president = world.president[0]
    hardship_factor = p.calm + p.crisis * economy.hardship
    pride = p.pride * deputy.free * (1.0 - parliament.custom) * hardship_factor
    clan_tie = 0.0
    if deputy.clan >= 0:
        clan = world.clans[deputy.clan]
        clan_tie = p.clan_favour * clan.standing - p.clan_positioning * clan.positioning
    fear = p.cowed * deputy.cowed + p.fear * parliament.fear_of_dissolution
    assertiveness = (
        p.awakening
        * society.safe_criticism
        * (p.single_elite + society.plural_clans)
        * (p.timid + deputy.boldness)
    )
    assertiveness *= 1.0 - params.clans.deference * society.autocratic_custom
    opposed = p.elected_against if deputy.opposition else 0.0
    return (
        p.bought * deputy.bought
        + fear
        + clan_tie
        + p.approval * president.approval
        - pride
        - assertiveness
        - opposed
        + p.temper * (noise - deputy.boldness + p.usual_boldness)
    )


@rule(
    id="parliament.vote",
    claim=(
        "Deputies vote by how they got in, who feeds them, what their clan wants and what criticism"
        " has cost others; a freely chosen chamber is nobody's."
    ),
    theses=["T059", "T060", "T062", "T065", "T067"],
    locator="Presidents and Parliaments",
    standing="stated",
    mechanism="M4.votes",
)
def vote(world, params, stream):
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    tally = world.tally[0]
    if not parliament.sits:
        parliament.dissent = relax(parliament.dissent, 0.0, p.dissent_fading)
        parliament.conflict = relax(parliament.conflict, 0.0, p.conflict_fading)
        return
    lower, upper, lower_yes, upper_yes, won_over = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        if not deputy.seated:
            continue
        deputy.yes = vote_propensity(world, params, deputy, i, normal(stream, 0, i)) > 0.0
        won_over += deputy.bought + deputy.cowed
        if deputy.upper:
            upper += 1.0
            upper_yes += 1.0 if deputy.yes else 0.0
        else:
            lower += 1.0
            lower_yes += 1.0 if deputy.yes else 0.0
    # A second chamber of selected members checks the first (T065).
    passed = lower_yes * TWO >= lower and (upper < 1.0 or upper_yes * TWO >= upper)
    dissent = 1.0 - (lower_yes + upper_yes) / max(1.0, lower + upper)
    parliament.cohesion = clip01(1.0 - won_over / max(1.0, lower + upper))
    tally.bills += 1.0
    tally.bills_passed += 1.0 if passed else 0.0
    parliament.dissent = relax(parliament.dissent, dissent, p.dissent_rate)
    # A speaker who is the ruler's equal makes the conflict personal (T061).
    resentment = p.resentment if parliament.hostile_speaker else 0.0
    clash = (
        parliament.dissent
        * constitution.parliament_powers
        * (1.0 - parliament.custom)
        * (p.clash + p.speaker_clash * resentment)
    )
    parliament.conflict = relax(parliament.conflict, clip01(clash), p.conflict_rate)
    parliament.fear_of_dissolution = p.dissolution_memory * parliament.fear_of_dissolution
    if not passed and uniform(stream, 1, 0) < p.lost_bill_news:
        event = log_event(world, EventKind.BILL, Entity.PARLIAMENT, Entity.PRESIDENT, dissent)
        log_reason(world, event, Reason.VOTES_FOR, lower_yes + upper_yes)
        log_reason(world, event, Reason.VOTES_NEEDED, (lower + upper) / TWO)
        log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)


@rule(
    id="parliament.speak",
    claim=(
        "The speaker's chair is the second peak: men who rose beside the ruler resent him, and an"
        " independent parliament elects one of them."
    ),
    theses=["T061", "T069"],
    locator="Presidents and Parliaments",
    standing="stated",
    mechanism="M4.speaker",
)
def elect_speaker(world, params, stream):
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    peer_contender = world.contenders[Role.PEER]
    if parliament.sits and parliament.chair_empty:
        against, seats = 0.0, 0.0
        for i in range(len(world.deputies)):
            deputy = world.deputies[i]
            if deputy.seated:
                seats += 1.0
                against += (
                    1.0
                    if vote_propensity(world, params, deputy, i, normal(stream, 0, i))
                    < p.speaker_threshold
                    else 0.0
                )
        parliament.hostile_speaker = TWO * against > seats
        parliament.chair_empty = False
        target = Entity.CONTENDERS + (
            Role.PEER if parliament.hostile_speaker else Role.VICE_PRESIDENT
        )
        event = log_event(
            world, EventKind.APPOINTMENT, Entity.PARLIAMENT, target, against / max(1.0, seats)
        )
        log_reason(world, event, Reason.VOTES_FOR, against)
        if parliament.hostile_speaker:
            peer_contender.active = True
    office_goal = (
        constitution.parliament_powers * (p.chair_floor + p.chair_conflict * parliament.conflict)
        if parliament.sits and parliament.hostile_speaker
        else 0.0
    )
    peer_contender.office = clip01(
        relax(peer_contender.office, p.resentment * office_goal, p.office_rate)
    )
    organisation_goal = clip01(p.chair_following * peer_contender.office + p.following_floor)
    # The ruler's peers lose their own organisation slowly, as his hold on posts grows.
    peer_contender.organisation = relax(
        peer_contender.organisation,
        organisation_goal,
        (
            p.following_rate
            if organisation_goal > peer_contender.organisation
            else p.eclipse * world.index[0].control
        ),
    )
    moderate_contender = world.contenders[Role.MODERATE]
    leadership = (
        constitution.parliament_powers * parliament.opposition_seats if parliament.sits else 0.0
    )
    moderate_contender.office = relax(
        moderate_contender.office, p.leader_office * leadership, p.office_rate
    )


@rule(
    id="parliament.bargain",
    claim=(
        "A cautious ruler and a parliament that is not yet at war with him write a compromise"
        " constitution; a blunt ruler does not, and the clash comes first."
    ),
    theses=["T005", "T006", "T060"],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M4.bargain",
)
def bargain(world, params, stream):
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    president = world.president[0]
    if not parliament.sits or constitution.adopted or not constitution.independent:
        return
    willing = (
        president.caution
        * (1.0 - president.impulsiveness)
        * (1.0 - p.conflict_bars * parliament.conflict)
    )
    if uniform(stream, 0, 0) < p.bargaining * willing:
        constitution.adopted = True
        constitution.compromise = True
        constitution.freshness = 1.0
        constitution.parliament_powers = p.compromise_powers
        event = log_event(
            world,
            EventKind.CONSTITUTION,
            Entity.PARLIAMENT,
            Entity.PRESIDENT,
            constitution.parliament_powers,
        )
        log_reason(world, event, Reason.POWER, constitution.parliament_powers)


@rule(
    id="parliament.confide",
    claim=(
        "When dissolution is no longer feared, even selected deputies turn on a premier; one who"
        " dares them with a vote can lose it."
    ),
    theses=["T067", "T068"],
    locator="Rising Opposition, Creeping Democratization",
    standing="stated",
    mechanism="M4.alive",
)
def hold_confidence_vote(world, params, stream):
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    premier = world.premier[0]
    if not parliament.sits or premier.person < 0:
        return
    if uniform(stream, 0, 0) > p.motion * (p.motion_floor + premier.blame + parliament.dissent):
        return
    lower, upper, lower_no, upper_no = 0.0, 0.0, 0.0, 0.0
    shield = p.fear * parliament.fear_of_dissolution + p.shield * (1.0 - premier.blame)
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        if not deputy.seated:
            continue
        # The vote is on the premier, not the ruler: criticism inside the system (T081).
        votes_no = (
            vote_propensity(world, params, deputy, i, normal(stream, 1, i))
            + shield
            - p.blame * premier.blame
            - p.safe_target
            < 0.0
        )
        if deputy.upper:
            upper += 1.0
            upper_no += 1.0 if votes_no else 0.0
        else:
            lower += 1.0
            lower_no += 1.0 if votes_no else 0.0
    needed = constitution.no_confidence_share
    government_falls = lower_no >= needed * lower and (upper < 1.0 or upper_no >= needed * upper)
    is_close = lower_no >= p.close_share * lower
    if government_falls or is_close:
        event = log_event(
            world,
            EventKind.CONFIDENCE_VOTE,
            Entity.PARLIAMENT,
            Entity.PREMIER,
            lower_no / max(1.0, lower),
        )
        log_reason(world, event, Reason.VOTES_FOR, lower_no + upper_no)
        log_reason(world, event, Reason.VOTES_NEEDED, needed * (lower + upper))
    if government_falls:
        world.history[0].governments_fallen += 1
        dismiss_premier(world, params.posts, p.fall_relief)
