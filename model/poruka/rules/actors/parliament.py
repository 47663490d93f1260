"""Parliament: independent when freely elected, obedient when small and selected.

It is weakened before it is dissolved, and assertive again once the elite is plural. The page has
more numbers than most, as a deputy's vote weighs all that the text gives as a reason for it.

Equations
---------
vote_propensity
    pride      = `pride` free (1 - C) (1 + crisis hardship)
    assertive  = awakening c (single_elite + plural) (1 + b - usual)
                 (1 - clans.deference autocratic_custom)
    propensity = inducement (bought_i + cowed_i) + `fear` D + clan_tie (standing - positioning)
                 + `approval` A - pride - assertive - (elected_against if elected against him)
                 + temper (N(0, 1) + usual - b)
    a deputy votes with the ruler if his propensity > 0
parliament.vote
    a bill passes with half of each chamber
    dissent    follows the share of deputies against within a season
    conflict   follows clip01(dissent powers (1 - U) (1 - C) (clash (1 + i) + r)) within a year,
               where r is `resentment` under a hostile speaker, else 0
    D          is forgotten within a term
    without a parliament dissent is forgotten within a season, and conflict within a term

Symbols
-------
usual : the middle of a scale, `population.usual`
free, b : how freely the deputy was elected; his boldness
bought_i, cowed_i : how far the deputy is bought and intimidated
C, D, powers : custom of separated powers; fear of dissolution; powers of parliament
U, i : hold of the union, which leaves less to quarrel over; impulsiveness of the ruler
standing, positioning : of the deputy's clan with the ruler, and for the time after him
c, plural : how survivable criticism is; how plural the clans are
A : approval of the ruler

References
----------
Theses T005 T059 T060 T062 T065 T067 T081; chapter, "Presidents and Parliaments", "Rising
Opposition, Creeping Democratization".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.random_streams import normal
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, ParliamentNumbers, Stream, World

DRAW_DEPUTY_MOOD = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def sharpening_by_crisis(p: ParliamentNumbers, hardship):
    """Return how much a crisis of the country sharpens that of its branches of power (T062).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parliament")
    >>> sharpening_by_crisis(p, 0.9) > sharpening_by_crisis(p, 0.1)
    True
    """
    return p.crisis * hardship


@kernel
def pride_of_deputy(p: ParliamentNumbers, freedom, custom, sharpening):
    """Return how far a deputy's own mandate makes him nobody's: more where custom is absent (T060).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parliament")
    >>> pride_of_deputy(p, 0.9, 0.1, 0.5) > pride_of_deputy(p, 0.2, 0.1, 0.5)
    True
    >>> pride_of_deputy(p, 0.9, 0.1, 0.9) > pride_of_deputy(p, 0.9, 0.9, 0.1)
    True
    """
    return p.pride * freedom * (1.0 - custom) * (1.0 + sharpening)


@kernel
def assertiveness_of_deputy(p: ParliamentNumbers, safe_criticism, plural_clans, beyond_usual):
    """Return how far survivable criticism in a plural elite makes a deputy speak up (T067).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parliament")
    >>> assertiveness_of_deputy(p, 0.8, 0.5, 0.0) > assertiveness_of_deputy(p, 0.2, 0.5, 0.0)
    True
    >>> assertiveness_of_deputy(p, 0.8, 0.9, 0.0) > assertiveness_of_deputy(p, 0.8, 0.0, 0.0)
    True
    >>> assertiveness_of_deputy(p, 0.8, 0.5, 0.3) > assertiveness_of_deputy(p, 0.8, 0.5, -0.3)
    True
    """
    freed = p.awakening * safe_criticism * (p.single_elite + plural_clans)
    return freed * (1.0 + beyond_usual)


@kernel
def conflict_with_ruler(p: ParliamentNumbers, dissent, powers, custom, impulsiveness, resentment):
    """Return the conflict to which dissent leads: with much power, no custom, a hostile speaker.

    A blunt ruler aggravates it himself (T005):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("parliament")
    >>> open_quarrel = conflict_with_ruler(p, 0.6, 0.9, 0.1, 0.1, 0.0)
    >>> open_quarrel > conflict_with_ruler(p, 0.6, 0.9, 0.9, 0.1, 0.0)
    True
    >>> open_quarrel < conflict_with_ruler(p, 0.6, 0.9, 0.1, 0.9, 0.0)
    True
    >>> open_quarrel < conflict_with_ruler(p, 0.6, 0.9, 0.1, 0.1, 0.9)
    True
    """
    quarrel = p.clash * (1.0 + impulsiveness) + resentment
    return dissent * powers * (1.0 - custom) * quarrel


# --- what the equations read off the world -------------------------------------------------------


@kernel
def vote_propensity(world: World, params: Parameters, i, noise):
    """Return the propensity of deputy i to vote with the ruler; above zero he does.

    The size of a house changes whom one can reach and who must agree, not his will (T065).
    """
    p = params.parliament
    society = world.society[0]
    parliament = world.parliament[0]
    deputy = world.deputies[i]
    sharpening = sharpening_by_crisis(p, world.economy[0].hardship)
    sharpening = through(world, Channel.CRISIS_IN_HOUSE, 0, sharpening)
    pride = pride_of_deputy(p, deputy.free, parliament.custom, sharpening)
    clan_tie = 0.0
    if deputy.clan >= 0:
        clan = world.clans[deputy.clan]
        clan_tie = p.clan_tie * (clan.standing - clan.positioning)
    boldness = deputy.boldness - params.population.usual
    assertiveness = assertiveness_of_deputy(
        p, society.safe_criticism, society.plural_clans, boldness
    )
    custom = through(world, Channel.CUSTOM_AND_DEPUTIES, 0, society.autocratic_custom)
    assertiveness *= 1.0 - params.clans.deference * custom
    opposed = p.elected_against if deputy.opposition else 0.0
    return (
        through(world, Channel.DEPUTY_WON_OVER, i, p.inducement * (deputy.bought + deputy.cowed))
        + through(world, Channel.DISSOLUTION_FEARED, i, p.fear * parliament.fear_of_dissolution)
        + through(world, Channel.TIE_TO_CLAN, i, clan_tie)
        + p.approval * world.president[0].approval
        - through(world, Channel.PRIDE_OF_DEPUTY, i, pride)
        - through(world, Channel.ASSERTIVE_DEPUTY, i, assertiveness)
        - opposed
        + p.temper * (noise - boldness)
    )


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="parliament.vote",
    claim=(
        "Deputies vote by how they got in, who feeds them, what their clan wants and what criticism"
        " has cost others; a freely chosen chamber is nobody's, and a blunt ruler sharpens the"
        " quarrel."
    ),
    theses=["T005", "T059", "T060", "T062", "T065", "T067"],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M4.votes",
)
def vote(world: World, params: Parameters, stream: Stream):
    """Let deputies vote on the ruler's bills, and dissent become conflict."""
    p = params.parliament
    parliament = world.parliament[0]
    constitution = world.constitution[0]
    tally = world.tally[0]
    if not parliament.sits:
        parliament.dissent = forget(parliament.dissent, params.memory.season)
        parliament.conflict = forget(parliament.conflict, params.memory.term)
        return
    lower, upper, lower_yes, upper_yes, won_over = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(world.deputies)):
        deputy = world.deputies[i]
        if not deputy.seated:
            continue
        deputy.yes = vote_propensity(world, params, i, normal(stream, DRAW_DEPUTY_MOOD, i)) > 0.0
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
    won_over = through(world, Channel.LOSS_OF_COHESION, 0, won_over / max(1.0, lower + upper))
    parliament.cohesion = clip01(1.0 - won_over)
    tally.bills += 1.0
    tally.bills_passed += 1.0 if passed else 0.0
    parliament.dissent = approach(parliament.dissent, dissent, params.memory.season)
    # A speaker who is the ruler's equal makes the conflict personal (T061).
    resentment = p.resentment if parliament.hostile_speaker else 0.0
    powers = through(world, Channel.POWERS_IN_CONFLICT, 0, constitution.parliament_powers)
    resentment = through(world, Channel.EQUAL_AGAINST_RULER, 0, resentment)
    # Both can claim only what the centre of a union has left them (T060).
    powers *= 1.0 - world.outsides[External.UNION_HOLD].value
    manner = through(world, Channel.MANNER_IN_CONFLICT, 0, world.president[0].impulsiveness)
    clash = conflict_with_ruler(
        p, parliament.dissent, powers, parliament.custom, manner, resentment
    )
    clash = through(world, Channel.CLASH_OF_POWERS, 0, clash)
    parliament.conflict = approach(parliament.conflict, clip01(clash), params.memory.year)
    parliament.fear_of_dissolution = forget(parliament.fear_of_dissolution, params.memory.term)
    if not passed:
        event = log_event(world, EventKind.BILL, Entity.PARLIAMENT, Entity.PRESIDENT, dissent)
        log_reason(world, event, Reason.VOTES_FOR, lower_yes + upper_yes)
        log_reason(world, event, Reason.VOTES_NEEDED, (lower + upper) / TWO)
        log_reason(world, event, Reason.HARDSHIP, world.economy[0].hardship)
