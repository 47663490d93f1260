"""Effects of instruments that end a parliament: by its own vote, by a court's verdict, by force.

Equations
---------
end_parliament
    the next one is due after vacancy_months, under the constitution in force; a negotiated one no
    longer binds the ruler once a parliament elected under it is ended
    heat in the streets = clip01(outrage legitimacy)
dissolve_by_own_vote
    isolation = (1 - legitimacy + d) / 2
    y = bought + cowed + isolation - b free
    a deputy votes for the end if y > 0; it passes by more than half of the seats
    outrage = 1 - hidden_hand; refused, conflict += mark
dissolve_by_verdict
    voided with chance obedience; outrage = 1 - hidden_hand
dissolve_by_force
    blood += force_blood; it succeeds with chance success; outrage = 1
    if it fails, heat = legitimacy all the same, and unpopularity += mark

Symbols
-------
legitimacy : standing of parliament in the country
bought, cowed : how far a deputy is won by posts or frightened
d : 1 where local councils are dissolved, else 0
b, free : his boldness; how freely he was elected
obedience : that of the constitutional court to the ruler
success : chance that the troops obey

References
----------
Theses T005 T006 T008 T059 T063 T097; chapter, "Presidents and Parliaments".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, code_of
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.kinds import CourtKind, Crisis
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, ParliamentEnding, Reason
from poruka.engine.world_types import Parameters, PresidentNumbers, Stream, World
from poruka.rules.forces.crisis import open_crisis

DRAW_VERDICT = 64
DRAW_FORCE = 65


# --- equations -----------------------------------------------------------------------------------


@kernel
def parliament_isolation(legitimacy, local_councils):
    """Return how alone deputies feel: without standing, and without councils below them (T063).

    >>> respected = parliament_isolation(0.9, True)
    >>> parliament_isolation(0.1, True) > respected
    True
    >>> parliament_isolation(0.9, False) > respected
    True
    """
    return (1.0 - legitimacy + (0.0 if local_councils else 1.0)) / TWO


@kernel
def willingness_to_yield(won_over, isolation, boldness, free):
    """Return a deputy's willingness to vote for the end of his own parliament (y).

    A bold man who won a free election is proud (T059):

    >>> meek = willingness_to_yield(0.4, 0.1, 0.1, 1.0)
    >>> willingness_to_yield(0.4, 0.1, 0.9, 1.0) < meek
    True
    >>> willingness_to_yield(1.0, 0.1, 0.1, 1.0) > meek
    True
    """
    return won_over + isolation - boldness * free


@kernel
def outrage_at_lawful_end(p: PresidentNumbers):
    """Return the outrage at an end that looks lawful: what of the blame no hidden hand turns away.

    >>> from poruka.engine.parameters import default_numbers
    >>> 0.0 < outrage_at_lawful_end(default_numbers("president")) < 1.0
    True
    """
    return 1.0 - p.hidden_hand


# --- what several acts do ------------------------------------------------------------------------


@kernel
def _empty_seats(world: World):
    """Take their seats from all deputies, movements and parties."""
    for i in range(len(world.deputies)):
        world.deputies[i].seated = False
    for m in range(len(world.movements)):
        world.movements[m].seats = 0.0
    for j in range(len(world.parties)):
        world.parties[j].seats = 0.0


@kernel
def end_parliament(world: World, params: Parameters, ending, outrage):
    """Dissolve parliament; the ruler governs by decree until the next election is due.

    The constitution in force sets the date. Where it was negotiated with the house now ended it
    still binds the ruler, and the next house has its powers; the end of a house elected under it
    frees him (T006). A dissolution can provoke a crisis in the streets.
    """
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    clock = world.clock[0]
    parliament.sits = False
    parliament.hostile_speaker = False
    parliament.chair_empty = False
    parliament.opposition_seats = 0.0
    constitution.decree_power = True
    if parliament.under_constitution:
        constitution.compromise = False  # what was agreed is broken with the first fruit of it
    constitution.parliament_due = clock.month + int(params.parliament.vacancy_months)
    _empty_seats(world)
    world.history[0].dissolutions += 1
    if world.history[0].dissolutions == 1:
        world.history[0].first_dissolution_month = clock.month
        world.history[0].first_dissolution_how = ending
    event = log_event(
        world, EventKind.DISSOLUTION, Entity.PRESIDENT, Entity.PARLIAMENT, code_of(ending)
    )
    log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)
    log_reason(world, event, Reason.APPROVAL, world.president[0].approval)
    outrage = through(world, Channel.OUTRAGE_AT_DISSOLUTION, 0, outrage)
    standing = through(world, Channel.STANDING_IN_CRISIS, 0, parliament.legitimacy)
    open_crisis(world, Crisis.PARLIAMENT_DISSOLVED, clip01(outrage * standing), -1)


# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def dissolve_by_own_vote(world: World, params: Parameters, stream: Stream, instrument, success):
    """Ask parliament to vote for its own end; a refusal sharpens the conflict."""
    parliament = world.parliament[0]
    votes_for, seats = 0.0, 0.0
    standing = through(world, Channel.STANDING_IN_OWN_VOTE, 0, parliament.legitimacy)
    isolation = parliament_isolation(standing, parliament.local_councils)
    for d in range(len(world.deputies)):
        deputy = world.deputies[d]
        if deputy.seated:
            seats += 1.0
            won_over = through(world, Channel.WON_OVER_TO_YIELD, d, deputy.bought + deputy.cowed)
            willingness = willingness_to_yield(won_over, isolation, deputy.boldness, deputy.free)
            votes_for += 1.0 if willingness > 0.0 else 0.0
    share = votes_for / max(1.0, seats)
    event = log_event(world, EventKind.BILL, Entity.PARLIAMENT, Entity.PARLIAMENT, share)
    log_reason(world, event, Reason.VOTES_FOR, votes_for)
    log_reason(world, event, Reason.VOTES_NEEDED, seats / TWO)
    if votes_for * TWO > seats:
        outrage = outrage_at_lawful_end(params.president)
        end_parliament(world, params, ParliamentEnding.SELF_DISSOLVED, outrage)
    else:
        parliament.conflict = clip01(parliament.conflict + params.acts.mark)


@inner_kernel
def dissolve_by_verdict(world: World, params: Parameters, stream: Stream, instrument, success):
    """Let the constitutional court void parliament's election, if it obeys."""
    obedience = world.courts[CourtKind.CONSTITUTIONAL].obedience
    voided = uniform(stream, DRAW_VERDICT, 0) < obedience
    court = Entity.COURTS + CourtKind.CONSTITUTIONAL
    log_event(world, EventKind.VERDICT, court, Entity.PARLIAMENT, 1.0 if voided else 0.0)
    if voided:
        outrage = outrage_at_lawful_end(params.president)
        end_parliament(world, params, ParliamentEnding.COURT_VERDICT, outrage)


@inner_kernel
def dissolve_by_force(world: World, params: Parameters, stream: Stream, instrument, success):
    """Send troops against parliament."""
    p = params.acts_on_parliament
    president = world.president[0]
    world.society[0].blood = clip01(world.society[0].blood + p.force_blood)
    if uniform(stream, DRAW_FORCE, 0) < success:
        end_parliament(world, params, ParliamentEnding.FORCE, 1.0)
    else:
        open_crisis(world, Crisis.COUP_ATTEMPT, world.parliament[0].legitimacy, NOBODY)
        president.unpopularity = clip01(president.unpopularity + params.acts.mark)


EFFECTS_ON_PARLIAMENT = (
    (Verb.DISSOLVE_BY_OWN_VOTE, dissolve_by_own_vote),
    (Verb.DISSOLVE_BY_VERDICT, dissolve_by_verdict),
    (Verb.DISSOLVE_BY_FORCE, dissolve_by_force),
)
