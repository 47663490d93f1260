"""Effects of instruments on the constitution: plebiscite, early election, term, referendum.

The page has more numbers than most, as the ruler's own constitution is written here, with its
seats, majorities and terms.

Equations
---------
hold_referendum
    e = v + order_favour order demand
    a citizen votes yes if e > yes_threshold
    added = clip01(addition delivering + count control) (1 - yes)
    it passes if yes + added > 1/2
impose_constitution
    powers of parliament = tailored_powers; no confidence needs own_no_confidence of its seats
    lower chamber = own_seats of its seats; upper chamber = own_seats of those left
parliament_consents
    chance = clip01(1 - dissent + hardship - conflict)
call_plebiscite
    held in notice_months, or when it is due if that is sooner
call_early_election, call_election_for_longer_term
    held in notice_months; for a longer term, terms grow by the share slight x
    strength, slight being a step of the table of instruments
extend_term
    if the referendum passes, the election is due a whole term later

Symbols
-------
v : a citizen's evaluation of the ruler, judged alone (ruler_evaluation)
yes : share of citizens who vote yes
delivering, count control : share of votes that governors deliver; hold on the count
strength : how far the act goes
dissent, conflict : share of deputies against the ruler; conflict between him and parliament

References
----------
Theses T065 T066 T086; chapter, "Writing a New Constitution".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.world_types import ActsOnConstitutionNumbers, Parameters, Stream, World
from poruka.rules.actors.evaluation import ruler_evaluation, ruler_record

DRAW_CONSENT = 70


# --- equations -----------------------------------------------------------------------------------


@kernel
def referendum_evaluation(p: ActsOnConstitutionNumbers, evaluation, order_demand):
    """Return what the ruler is worth to a citizen where no rival stands (e).

    Fear of the unknown favours a yes (T086):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("acts_on_constitution")
    >>> referendum_evaluation(p, 0.0, 0.9) > referendum_evaluation(p, 0.0, 0.1)
    True
    """
    return evaluation + p.order_favour * order_demand


@kernel
def added_consent(addition, delivering, count_control, true_consent):
    """Return the share of yes votes that governors and the count add to the true ones.

    >>> added_consent(0.2, 0.9, 0.1, 0.5) > added_consent(0.2, 0.1, 0.1, 0.5)
    True
    """
    return clip01(addition * delivering + count_control) * (1.0 - true_consent)


@kernel
def consent_chance(dissent, conflict, hardship):
    """Return the chance that a sitting parliament grants what the ruler asks for.

    In hardship even independent deputies grant the executive what it asks for outside parliament:

    >>> split = consent_chance(0.4, 0.3, 0.0)
    >>> consent_chance(0.5, 0.3, 0.0) < split, consent_chance(0.4, 0.4, 0.0) < split
    (True, True)
    >>> consent_chance(0.4, 0.3, 0.2) > split
    True
    """
    return clip01(1.0 - dissent + hardship - conflict)


# --- what several acts do ------------------------------------------------------------------------


@kernel
def hold_referendum(world: World, params: Parameters, stream: Stream, subject):
    """Hold a referendum and return whether it passed.

    Governors add to the true consent as far as they deliver votes.
    """
    p = params.acts_on_constitution
    society = world.society[0]
    constitution = world.constitution[0]
    yes_votes = 0.0
    record = ruler_record(world, params)
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        judged_alone = ruler_evaluation(world, params, i, record)
        evaluation = referendum_evaluation(p, judged_alone, citizen.order_demand)
        yes_votes += 1.0 if evaluation > p.yes_threshold else 0.0
    true_consent = yes_votes / len(world.citizens)
    added = added_consent(
        params.elections.addition, society.delivering, constitution.count_control, true_consent
    )
    official_consent = clip01(true_consent + added)
    event = log_event(world, EventKind.REFERENDUM, Entity.PRESIDENT, subject, official_consent)
    log_reason(world, event, Reason.SUPPORT, true_consent)
    log_reason(world, event, Reason.ADDED_SHARE, added)
    world.history[0].last_referendum_share = official_consent
    return TWO * official_consent > 1.0


@kernel
def impose_constitution(world: World, params: Parameters):
    """Put the ruler's own constitution in force.

    It brings a smaller, divided and weak parliament and a high threshold for a vote of no
    confidence. The second elected office stays until it is abolished.
    """
    p = params.acts_on_constitution
    constitution = world.constitution[0]
    constitution.own, constitution.adopted, constitution.compromise = True, True, False
    constitution.parliament_powers = params.parliament.tailored_powers
    constitution.no_confidence_share = p.own_no_confidence
    constitution.lower_size = max(1.0, p.own_seats * constitution.lower_size)
    constitution.upper_size = p.own_seats * constitution.lower_size


@kernel
def parliament_consents(world: World, params: Parameters, stream: Stream, draw):
    """Return whether a sitting parliament consents; without a parliament the answer is yes."""
    parliament = world.parliament[0]
    if not parliament.sits:
        return True
    return uniform(stream, draw, 0) < consent_chance(
        parliament.dissent, parliament.conflict, world.economy[0].hardship
    )


@kernel
def _date_of_vote(world: World, params: Parameters):
    """Return the month of a vote that the ruler calls now."""
    return world.clock[0].month + int(params.acts_on_constitution.notice_months)


# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def call_plebiscite(world: World, params: Parameters, stream: Stream, instrument, success):
    """Let the country confirm the ruler soon, with one name on the ballot."""
    constitution = world.constitution[0]
    constitution.sole_candidate = True
    constitution.president_due = min(constitution.president_due, _date_of_vote(world, params))


@inner_kernel
def call_early_election(world: World, params: Parameters, stream: Stream, instrument, success):
    """Bring the presidential election forward."""
    world.constitution[0].president_due = _date_of_vote(world, params)


@inner_kernel
def call_election_for_longer_term(
    world: World, params: Parameters, stream: Stream, instrument, success
):
    """Bring the presidential election forward, and bundle a longer term with it."""
    constitution = world.constitution[0]
    constitution.president_due = _date_of_vote(world, params)
    # From five years to seven is less than half as long again: a slight step.
    longer = params.steps.slight * instrument.strength
    constitution.term_months += int(longer * constitution.term_months)


@inner_kernel
def extend_term(world: World, params: Parameters, stream: Stream, instrument, success):
    """Put a stay in office for a further term, without an election, to a referendum."""
    constitution = world.constitution[0]
    if hold_referendum(world, params, stream, Entity.PRESIDENT):
        due = max(constitution.president_due, world.clock[0].month)
        constitution.president_due = due + constitution.term_months
        term = float(constitution.term_months)
        log_event(world, EventKind.LAW, Entity.PRESIDENT, Entity.CONSTITUTION, term)


@inner_kernel
def adopt_constitution(world: World, params: Parameters, stream: Stream, instrument, success):
    """Put the ruler's own constitution to a referendum."""
    if hold_referendum(world, params, stream, Entity.CONSTITUTION):
        impose_constitution(world, params)
        powers = world.constitution[0].parliament_powers
        event = log_event(
            world, EventKind.CONSTITUTION, Entity.PRESIDENT, Entity.CONSTITUTION, powers
        )
        log_reason(world, event, Reason.APPROVAL, world.president[0].approval)


@inner_kernel
def form_proposing_body(world: World, params: Parameters, stream: Stream, instrument, success):
    """Set up a loyal assembly that can propose a constitution in parliament's place."""
    world.constitution[0].proposing_body = True
    log_event(world, EventKind.LAW, Entity.PRESIDENT, NOBODY, 1.0)


@inner_kernel
def appoint_governors(world: World, params: Parameters, stream: Stream, instrument, success):
    """Take the right to appoint governors, if parliament consents or does not sit."""
    if parliament_consents(world, params, stream, DRAW_CONSENT):
        world.constitution[0].governors_appointed = True
        log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.CONSTITUTION, success)


EFFECTS_ON_CONSTITUTION = (
    (Verb.PLEBISCITE, call_plebiscite),
    (Verb.EARLY_ELECTION, call_early_election),
    (Verb.ELECTION_FOR_LONGER_TERM, call_election_for_longer_term),
    (Verb.EXTEND_TERM, extend_term),
    (Verb.NEW_CONSTITUTION, adopt_constitution),
    (Verb.FORM_PROPOSING_BODY, form_proposing_body),
    (Verb.APPOINT_GOVERNORS, appoint_governors),
)
