"""Regions and governors: appointed governors deliver votes and order to the ruler.

They do so as long as they expect him to last and to keep them.
"""

from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import Post, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="regions.obey",
    claim=(
        "An appointed governor carries out orders, runs the commissions and delivers votes; each"
        " builds a clientele of his own, and an elected one answers to others."
    ),
    theses=["T034", "T035", "T038", "T056", "T057", "T058", "T089"],
    locator="Presidents and Parliaments",
    standing="stated",
    mechanism="M8.governors",
)
def carry_out_orders(world, params, stream):
    p = params.regions
    constitution = world.constitution[0]
    president = world.president[0]
    index = world.index[0]
    tally = world.tally[0]
    society = world.society[0]
    society.turnover = p.turnover_memory * society.turnover
    for i in range(len(world.regions)):
        region = world.regions[i]
        oligarch = world.oligarchs[region.governor]
        region.months += 1
        # Clienteles that grow under a hierarchy erode its discipline (M11).
        growth = (
            p.clientele * (p.loose_growth + p.ties_growth * society.solidarity)
            if params.on.M11_followings > 0.0
            else 0.0
        )
        region.clientele = clip01(region.clientele + growth * (1.0 - region.clientele))
        loyalty_tie = (
            (p.distant_tie + p.near_tie * oligarch.nearness)
            if constitution.governors_appointed
            else p.elected_tie
        )
        if oligarch.stance >= Stance.OPPONENT:
            loyalty_tie = p.opponent_tie
        expected_survival = (
            1.0 - p.end_doubt * president.expected_end - p.threat_doubt * index.strongest_threat
        )
        # Clans that compete for favour, and the pyramid of clients below, reinforce compliance
        # (T035, T038).
        reinforcement = p.single_compliance + p.courting * society.courting
        # Where one-man rule is the custom, officials follow a popular ruler more readily (T089).
        custom = p.recognition * society.autocratic_custom * president.approval
        region.loyalty = relax(
            region.loyalty,
            clip01(
                loyalty_tie * expected_survival * reinforcement
                + p.pyramid * society.pyramid_loyalty
                + custom
                - p.slack
            ),
            p.loyalty_rate,
        )
        localism = (
            p.localism
            * region.clientele
            * (p.usual_localism + p.end_localism * president.expected_end)
        )
        region.delivers = relax(
            region.delivers,
            clip01(p.loyal_delivery * region.loyalty - localism + p.routine),
            p.delivery_rate,
        )
        carried_out = (
            1.0 if uniform(stream, 0, i) < clip01(region.delivers + p.cheap_orders) else 0.0
        )
        tally.orders += 1.0
        tally.orders_done += carried_out
        # Reports upward flatter: the ruler hears of less discontent than there is (T056).
        region.reported = clip01(
            1.0
            - world.society[0].said_against * (1.0 - p.flattery * region.delivers)
            + p.report_chance * normal(stream, 1, i)
        )
    total = 0.0
    for i in range(len(world.regions)):
        total += world.regions[i].delivers
    society.delivering = total / len(world.regions)


@rule(
    id="regions.replace",
    claim=(
        "A ruler who appoints governors replaces the lax and the over-rooted; each newcomer"
        " redistributes local property."
    ),
    theses=["T056", "T057"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M8.governors",
)
def replace_governors(world, params, stream):
    p = params.regions
    constitution = world.constitution[0]
    society = world.society[0]
    if not constitution.governors_appointed:
        return
    for i in range(len(world.regions)):
        region = world.regions[i]
        if uniform(stream, 0, i) > p.turnover * (
            p.routine_turnover
            + p.lax_turnover * (1.0 - region.delivers)
            + p.rooted_turnover * region.clientele
        ):
            continue
        best, new_governor = -1.0, region.governor
        for n in range(len(world.oligarchs)):
            oligarch = world.oligarchs[n]
            if oligarch.stance > Stance.GRUMBLER or (
                oligarch.post != Post.NONE and oligarch.post != Post.MINISTER
            ):
                continue
            suitability = oligarch.nearness + p.choice_chance * uniform(stream, 1 + i, n)
            if suitability > best:
                best, new_governor = suitability, n
        if new_governor == region.governor:
            continue
        outgoing_oligarch = world.oligarchs[region.governor]
        outgoing_oligarch.post = Post.NONE
        outgoing_oligarch.grievance = clip01(outgoing_oligarch.grievance + p.governor_grievance)
        world.oligarchs[new_governor].post = Post.GOVERNOR
        region.governor = new_governor
        region.months = 0
        region.clientele *= p.kept_clientele
        society.turnover = clip01(society.turnover + p.turnover_trace)
        event = log_event(
            world, EventKind.APPOINTMENT, Entity.REGIONS + i, Entity.OLIGARCHS + new_governor, best
        )
        log_reason(world, event, Reason.OBEDIENCE, region.delivers)
