"""Effects of instruments on parliament: discredited, bought, intimidated, isolated, dissolved.

It is dissolved by its own vote, by a court's verdict or by force.
"""

from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, code_of
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.kinds import CourtKind, Crisis
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, ParliamentEnding, Reason
from poruka.rules.actors.premiers import dismiss_premier


@kernel
def end_parliament(world, params, ending, outrage):
    """Dissolve parliament; the ruler governs by decree until the next election is due.

    The constitution in force sets the date; a dissolution can provoke a crisis in the streets.
    """
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    parliament.sits = False
    parliament.hostile_speaker = False
    parliament.chair_empty = False
    parliament.opposition_seats = 0.0
    constitution.decree_power = True
    constitution.proposing_body = constitution.proposing_body and ending != ParliamentEnding.FORCE
    constitution.parliament_due = clock.month + int(params.parliament.vacancy_months)
    for i in range(len(world.deputies)):
        world.deputies[i].seated = False
    for m in range(len(world.movements)):
        world.movements[m].seats = 0.0
    for p in range(len(world.parties)):
        world.parties[p].seats = 0.0
    world.history[0].dissolutions += 1
    if world.history[0].dissolutions == 1:
        world.history[0].first_dissolution_month = clock.month
        world.history[0].first_dissolution_how = ending
    event = log_event(
        world, EventKind.DISSOLUTION, Entity.PRESIDENT, Entity.PARLIAMENT, code_of(ending)
    )
    log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)
    log_reason(world, event, Reason.APPROVAL, world.president[0].approval)
    crisis.kind = Crisis.PARLIAMENT_DISSOLVED
    crisis.heat = clip01(outrage * parliament.legitimacy)


@kernel
def _sway_deputies(world, params, stream, effort, by_fear):
    """Win deputies over one by one; an effort reaches a larger share of a small parliament."""
    p = params.acts_on_parliament
    reach = effort / max(p.smallest_seats, world.parliament[0].seats)
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        won_over = uniform(stream, 60 + by_fear, i) <= reach * (p.sway_timid - deputy.boldness)
        if not deputy.seated or not won_over:
            continue
        if by_fear:
            deputy.cowed = clip01(deputy.cowed + p.sway_fear)
        else:
            deputy.bought = clip01(deputy.bought + p.sway_posts)


@kernel
def apply_to_parliament(world, params, stream, instrument_row, success):
    """Apply the effect of an instrument's verb to parliament."""
    p = params.acts_on_parliament
    instrument = world.instruments[instrument_row]
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    president = world.president[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == Verb.DISCREDIT_PARLIAMENT:
        parliament.legitimacy = clip01(parliament.legitimacy - strength * success)
    elif verb == Verb.BUY_DEPUTIES:
        _sway_deputies(world, params, stream, params.parliament.posts_to_give * strength, 0)
    elif verb == Verb.INTIMIDATE_DEPUTIES:
        _sway_deputies(
            world, params, stream, params.parliament.posts_to_give * strength * success, 1
        )
    elif verb == Verb.DISSOLVE_LOCAL_COUNCILS:
        parliament.local_councils = False
        parliament.legitimacy = clip01(parliament.legitimacy - p.councils_standing)
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            deputy.cowed = clip01(deputy.cowed + p.councils_fear * uniform(stream, 62, d))
    elif verb == Verb.DISSOLVE_BY_OWN_VOTE:
        votes_for, seats = 0.0, 0.0
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            if deputy.seated:
                seats += 1.0
                isolation = p.isolation_standing * (1.0 - parliament.legitimacy) + (
                    p.isolation_councils if not parliament.local_councils else 0.0
                )
                willingness_to_yield = (
                    deputy.bought
                    + deputy.cowed
                    + isolation
                    - p.boldness * deputy.boldness * deputy.free
                )
                mood = p.mood * normal(stream, 63, d)
                votes_for += 1.0 if willingness_to_yield + mood > 0.0 else 0.0
        passed = votes_for * TWO > seats
        event = log_event(
            world, EventKind.BILL, Entity.PARLIAMENT, Entity.PARLIAMENT, votes_for / max(1.0, seats)
        )
        log_reason(world, event, Reason.VOTES_FOR, votes_for)
        log_reason(world, event, Reason.VOTES_NEEDED, seats / TWO)
        if passed:
            end_parliament(world, params, ParliamentEnding.SELF_DISSOLVED, p.vote_outrage)
        else:
            parliament.conflict = clip01(parliament.conflict + p.refusal_conflict)
    elif verb == Verb.DISSOLVE_BY_VERDICT:
        voided = uniform(stream, 64, 0) < world.courts[CourtKind.CONSTITUTIONAL].obedience
        log_event(
            world,
            EventKind.VERDICT,
            Entity.COURTS + CourtKind.CONSTITUTIONAL,
            Entity.PARLIAMENT,
            1.0 if voided else 0.0,
        )
        if voided:
            end_parliament(world, params, ParliamentEnding.COURT_VERDICT, p.verdict_outrage)
    elif verb == Verb.DISSOLVE_BY_FORCE:
        world.society[0].blood = clip01(world.society[0].blood + p.force_blood)
        if uniform(stream, 65, 0) < success:
            end_parliament(world, params, ParliamentEnding.FORCE, p.force_outrage)
            # A victory by force leaves no earlier commitment: a new constitution can follow at once
            # (T006).
            constitution.proposing_body = True
            constitution.compromise = False
            constitution.freshness = 0.0
        else:
            world.crisis[0].kind = Crisis.COUP_ATTEMPT
            world.crisis[0].heat = p.failure_heat
            president.unpopularity = clip01(president.unpopularity + p.failure_blame)
    elif verb == Verb.STRIP_MANDATE:
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            expelled = uniform(stream, 66, d) < p.expulsion * strength
            if deputy.seated and deputy.opposition and expelled:
                deputy.seated = False
            elif deputy.seated:
                deputy.cowed = clip01(deputy.cowed + p.expulsion_fear)
    elif verb == Verb.THREATEN_DISSOLUTION:
        # The threat works as long as deputies believe that dissolution will follow (T068).
        if uniform(stream, 67, 0) < parliament.fear_of_dissolution:
            for d in range(len(world.deputies)):
                deputy = world.deputies[d]
                deputy.cowed = clip01(deputy.cowed + p.threat_fear)
        else:
            against, seats = 0.0, 0.0
            for d in range(len(world.deputies)):
                deputy = world.deputies[d]
                if deputy.seated:
                    seats += 1.0
                    against += 0.0 if deputy.yes and deputy.bought > p.held_vote else 1.0
            event = log_event(
                world,
                EventKind.CONFIDENCE_VOTE,
                Entity.PARLIAMENT,
                Entity.PREMIER,
                against / max(1.0, seats),
            )
            log_reason(world, event, Reason.VOTES_FOR, against)
            log_reason(world, event, Reason.VOTES_NEEDED, constitution.no_confidence_share * seats)
            if against >= constitution.no_confidence_share * seats:
                world.history[0].governments_fallen += 1
                dismiss_premier(world, params, p.fall_relief)
    elif verb == Verb.MANAGE_LIST:
        constitution.managed_list = clip01(constitution.managed_list + strength)
    elif verb == Verb.FALSIFY_COUNT:
        constitution.count_control = clip01(constitution.count_control + strength * success)
