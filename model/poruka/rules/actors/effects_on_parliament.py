"""Acts against parliament: blackened, hollowed out, frightened, isolated, then ended by its own
vote, a verdict or troops.
"""

from poruka.engine.codes import (
    AT_COURTS,
    AT_PARLIAMENT,
    AT_PREMIER,
    AT_PRESIDENT,
    BROKEN_HOUSE,
    CONSTITUTIONAL_COURT,
    COUP_ATTEMPT,
    DISSOLVED_ITSELF,
    EVENT_BILL,
    EVENT_CONFIDENCE,
    EVENT_DISSOLUTION,
    EVENT_VERDICT,
    FORCE_ENDED,
    VERDICT_ENDED,
    WHY_APPROVAL,
    WHY_HARDSHIP,
    WHY_VOTES_FOR,
    WHY_VOTES_NEEDED,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share
from poruka.engine.instrument_codes import (
    VERB_CAMPAIGN_HOUSE,
    VERB_COW,
    VERB_DARE_HOUSE,
    VERB_FOLD_COUNCILS,
    VERB_FORCE_DISSOLVE,
    VERB_HOLLOW,
    VERB_MANAGE_LIST,
    VERB_SELF_DISSOLVE,
    VERB_STRIP_MANDATE,
    VERB_STUFF_COUNT,
    VERB_VERDICT_DISSOLVE,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import normal, uniform
from poruka.rules.actors.appointments import dismiss_premier


@kernel
def end_house(world, params, how, cost):
    """End a parliament: decrees take its place until the election its constitution asks for, and
    the street may answer.
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
    constitution.proposing_body = constitution.proposing_body and how != FORCE_ENDED
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
        world.history[0].first_dissolution_how = how
    place = tell(world, EVENT_DISSOLUTION, AT_PRESIDENT, AT_PARLIAMENT, float(how))
    because(world, place, WHY_HARDSHIP, world.economy[0].hardship)
    because(world, place, WHY_APPROVAL, world.president[0].approval)
    crisis.kind = BROKEN_HOUSE
    crisis.heat = share(cost * parliament.legitimacy)


@kernel
def _bribe(world, params, stream, seats, fear):
    """Win deputies one by one: the same effort reaches a larger part of a smaller house."""
    parliament = world.parliament[0]
    reach = seats / max(30.0, parliament.seats)
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        if not deputy.seated or uniform(stream, 60 + fear, i) > reach * (1.3 - deputy.boldness):
            continue
        if fear:
            deputy.cowed = share(deputy.cowed + 0.6)
        else:
            deputy.bought = share(deputy.bought + 0.7)


@kernel
def act_on_house(world, params, stream, i, success):
    """Do what the verb says to the house."""
    instrument = world.instruments[i]
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    president = world.president[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == VERB_CAMPAIGN_HOUSE:
        parliament.legitimacy = share(parliament.legitimacy - strength * success)
    elif verb == VERB_HOLLOW:
        _bribe(world, params, stream, params.parliament.posts_to_give * strength, 0)
    elif verb == VERB_COW:
        _bribe(world, params, stream, params.parliament.posts_to_give * strength * success, 1)
    elif verb == VERB_FOLD_COUNCILS:
        parliament.local_councils = False
        parliament.legitimacy = share(parliament.legitimacy - 0.3)
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            deputy.cowed = share(deputy.cowed + 0.3 * uniform(stream, 62, d))
    elif verb == VERB_SELF_DISSOLVE:
        tired, seats = 0.0, 0.0
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            if deputy.seated:
                seats += 1.0
                alone = 0.3 * (1.0 - parliament.legitimacy) + (
                    0.15 if not parliament.local_councils else 0.0
                )
                gives_in = (
                    deputy.bought + deputy.cowed + alone - 0.7 * deputy.boldness * deputy.free
                )
                tired += 1.0 if gives_in + 0.15 * normal(stream, 63, d) > 0.0 else 0.0
        passed = tired * 2.0 > seats
        place = tell(world, EVENT_BILL, AT_PARLIAMENT, AT_PARLIAMENT, tired / max(1.0, seats))
        because(world, place, WHY_VOTES_FOR, tired)
        because(world, place, WHY_VOTES_NEEDED, 0.5 * seats)
        if passed:
            end_house(world, params, DISSOLVED_ITSELF, 0.25)
        else:
            parliament.conflict = share(parliament.conflict + 0.1)
    elif verb == VERB_VERDICT_DISSOLVE:
        voided = uniform(stream, 64, 0) < world.courts[CONSTITUTIONAL_COURT].obedience
        tell(
            world,
            EVENT_VERDICT,
            AT_COURTS + CONSTITUTIONAL_COURT,
            AT_PARLIAMENT,
            1.0 if voided else 0.0,
        )
        if voided:
            end_house(world, params, VERDICT_ENDED, 0.3)
    elif verb == VERB_FORCE_DISSOLVE:
        world.society[0].blood = share(world.society[0].blood + 0.4)
        if uniform(stream, 65, 0) < success:
            end_house(world, params, FORCE_ENDED, 0.9)
            # Victory by force leaves nothing standing to be tied by: a constitution can follow at
            # once (T006).
            constitution.proposing_body = True
            constitution.compromise = False
            constitution.freshness = 0.0
        else:
            world.crisis[0].kind = COUP_ATTEMPT
            world.crisis[0].heat = 0.6
            president.odium = share(president.odium + 0.2)
    elif verb == VERB_STRIP_MANDATE:
        for d in range(len(world.deputies)):
            deputy = world.deputies[d]
            if deputy.seated and deputy.opposition and uniform(stream, 66, d) < 0.3 * strength:
                deputy.seated = False
            elif deputy.seated:
                deputy.cowed = share(deputy.cowed + 0.1)
    elif verb == VERB_DARE_HOUSE:
        # The threat works as long as dissolution is believed (T068).
        if uniform(stream, 67, 0) < parliament.fear_of_dissolution:
            for d in range(len(world.deputies)):
                world.deputies[d].cowed = share(world.deputies[d].cowed + 0.2)
        else:
            against, seats = 0.0, 0.0
            for d in range(len(world.deputies)):
                if world.deputies[d].seated:
                    seats += 1.0
                    against += (
                        0.0 if world.deputies[d].yes and world.deputies[d].bought > 0.5 else 1.0
                    )
            place = tell(
                world, EVENT_CONFIDENCE, AT_PARLIAMENT, AT_PREMIER, against / max(1.0, seats)
            )
            because(world, place, WHY_VOTES_FOR, against)
            because(world, place, WHY_VOTES_NEEDED, constitution.no_confidence_share * seats)
            if against >= constitution.no_confidence_share * seats:
                world.history[0].governments_fallen += 1
                dismiss_premier(world, 0.4)
    elif verb == VERB_MANAGE_LIST:
        constitution.managed_list = share(constitution.managed_list + strength)
    elif verb == VERB_STUFF_COUNT:
        constitution.count_control = share(constitution.count_control + strength * success)
