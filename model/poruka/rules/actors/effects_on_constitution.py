"""Acts on the rules of the game: plebiscite, early vote, longer term, new constitution, appointed
governors.
"""

from poruka.engine.codes import (
    AT_CONSTITUTION,
    AT_PARLIAMENT,
    AT_PRESIDENT,
    EVENT_CONSTITUTION,
    EVENT_LAW,
    EVENT_REFERENDUM,
    NOBODY,
    WHY_ADDED_SHARE,
    WHY_APPROVAL,
    WHY_SUPPORT,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share
from poruka.engine.instrument_codes import (
    VERB_APPOINT_GOVERNORS,
    VERB_EARLY_ELECTION,
    VERB_EXTEND_TERM,
    VERB_FORM_BODY,
    VERB_NEW_CONSTITUTION,
    VERB_PLEBISCITE,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.rules.actors.citizens import record_of, worth_of_ruler


@kernel
def referendum(world, params, stream, subject):
    """Hold a referendum and return whether it passed: true consent, then what governors add as far
    as they deliver.
    """
    society = world.society[0]
    constitution = world.constitution[0]
    yes = 0.0
    record = record_of(world, params)
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        # No rival stands against a question: the ruler is judged alone, and fear of the unknown
        # votes yes.
        wish = worth_of_ruler(world, params, citizen, record) + 0.4 * (citizen.order_demand - 0.3)
        yes += 1.0 if wish > -0.35 else 0.0
    true_yes = yes / len(world.citizens)
    added = share(params.elections.addition * society.delivering + constitution.count_control) * (
        1.0 - true_yes
    )
    official = share(true_yes + added)
    place = tell(world, EVENT_REFERENDUM, AT_PRESIDENT, subject, official)
    because(world, place, WHY_SUPPORT, true_yes)
    because(world, place, WHY_ADDED_SHARE, added)
    world.history[0].last_referendum_share = official
    return official > 0.5


@kernel
def give_constitution(world, params):
    """Put the ruler's own constitution in force: small, split, weak house; no second elected man; a
    high bar against his cabinet.
    """
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    constitution.own, constitution.adopted, constitution.compromise = True, True, False
    constitution.freshness = 1.0
    constitution.parliament_powers = params.parliament.tailored_powers
    constitution.no_confidence_share = 2.0 / 3.0
    constitution.lower_size, constitution.upper_size = 67, 47
    constitution.managed_list = share(constitution.managed_list + 0.1)
    parliament.custom = share(parliament.custom + 0.05)


@kernel
def ask_house(world, params, stream, draw):
    """Return whether a sitting house consents; a silent or absent one does."""
    parliament = world.parliament[0]
    if not parliament.sits:
        return True
    # In hardship even proud deputies hand the executive what it asks for outside their own house.
    return uniform(stream, draw, 0) < share(
        1.2 - parliament.dissent - 0.3 * parliament.conflict + 0.2 * world.economy[0].hardship
    )


@kernel
def act_on_rules(world, params, stream, i, success):
    """Do what the verb says to the rules."""
    instrument = world.instruments[i]
    constitution = world.constitution[0]
    clock = world.clock[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == VERB_PLEBISCITE:
        constitution.sole_candidate = True
        constitution.president_due = min(
            constitution.president_due, clock.month + 2 + int(4.0 * uniform(stream, 71, 0))
        )
    elif verb == VERB_EARLY_ELECTION:
        constitution.president_due = clock.month + 3
        if strength > 0.9:
            constitution.term_months = 84
    elif verb == VERB_EXTEND_TERM:
        if referendum(world, params, stream, AT_PRESIDENT):
            constitution.president_due = max(constitution.president_due, clock.month) + 48
            tell(world, EVENT_LAW, AT_PRESIDENT, AT_CONSTITUTION, 48.0)
    elif verb == VERB_NEW_CONSTITUTION:
        if referendum(world, params, stream, AT_CONSTITUTION):
            give_constitution(world, params)
            place = tell(
                world,
                EVENT_CONSTITUTION,
                AT_PRESIDENT,
                AT_CONSTITUTION,
                constitution.parliament_powers,
            )
            because(world, place, WHY_APPROVAL, world.president[0].approval)
    elif verb == VERB_FORM_BODY:
        constitution.proposing_body = True
        tell(world, EVENT_LAW, AT_PRESIDENT, NOBODY, 1.0)
    elif verb == VERB_APPOINT_GOVERNORS:
        if ask_house(world, params, stream, 70):
            constitution.governors_appointed = True
            tell(world, EVENT_LAW, AT_PARLIAMENT, AT_CONSTITUTION, success)
