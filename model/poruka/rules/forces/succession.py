"""Succession: when the ruler hands over, and whom the clans back when the office is vacant.

The page has more numbers than most: candidates are weighed, and a whole new ruler is drawn and met.

Equations
---------
succession.hand_over
    only a ruler with health below frail, or one who is ready to go, thinks of it, and only
    if his named heir is free and in the country; one who is ready to go also takes an unknown
    staying    = health clip01(1 - threat) (bare_office + (1 - bare_office) control)
    safety     = (monolith + 1 - guilt, or 1 by law) / 2
    chance     = (control + monolith) / 2 clip01(1 - threat)
    he goes with chance leaving clip01(chance safety - love_of_office staying), and the
    office falls vacant with his heir in view

succession.fill
    every centre with means of its own may put up a man: whoever is free and in the country stands
    backers move in as many public rounds as in a crisis: see the page of clan_backing
    where the candidate with most backers has less than ``agreement`` of them, the focal challenger
    takes the office with chance readiness + unity, or else the armed forces fill it, unless it is
    handed to this candidate
    an heir is bound if those who ask for terms are needed, best (1 - asked) < agreement, or if he
    comes from the opposition; then parliament_powers and law_custom grow by ``bound``, and the
    barrier to candidates loses as large a part

Symbols
-------
health, guilt : the ruler's health, and the irregular acts he answers for, at most 1
threat, control, monolith : strongest threat, the ruler's control, cohesion of the elite
frail : health below which he counts as ill, `conditions.frail`
safety, chance : trust in the heir's promise of immunity or in a law; that he keeps the office
best, asked : share of backers of the strongest candidate, and of those who ask for terms
readiness, unity : society's readiness for democracy, and unity of the opposition

References
----------
Theses T003 T013 T112 T113 T115 T116 T117 T122; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, SuccessionNumbers, World
from poruka.rules.actors.manners import free_predecessor
from poruka.rules.forces.clan_backing import back_candidates, read_wishes_for_rules, terms_asked
from poruka.rules.forces.inheritance import is_of_opposition
from poruka.rules.forces.tenure import end_tenure, is_at_large

# The preferences of the clans take 0 in the same stream.
DRAW_BALLOT = 10
DRAW_HANDOVER = 11


# --- equations ------------------------------------------------------------------------------------
@kernel
def worth_of_staying(p: SuccessionNumbers, health, threat, control):
    """Return what the office is still worth to a ruler.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("succession")
    >>> worth = worth_of_staying(p, 0.8, 0.2, 0.5)
    >>> worth > worth_of_staying(p, 0.5, 0.2, 0.5), worth > worth_of_staying(p, 0.8, 0.6, 0.5)
    (True, True)
    >>> worth_of_staying(p, 0.8, 0.2, 0.9) > worth
    True
    """
    return health * clip01(1.0 - threat) * (p.bare_office + (1.0 - p.bare_office) * control)


@kernel
def trust_in_immunity(monolith, guilt, is_law):
    """Return how far a ruler trusts that his heir will leave him in peace.

    A cohesive elite is one half of it, a clean record the other; a law makes the record clean.

    >>> trust_in_immunity(0.6, 1.0, False) > trust_in_immunity(0.3, 1.0, False)
    True
    >>> trust_in_immunity(0.3, 0.5, False) > trust_in_immunity(0.3, 1.0, False)
    True
    >>> trust_in_immunity(0.3, 1.0, True) > trust_in_immunity(0.3, 1.0, False)
    True
    """
    clean = 1.0 if is_law else 1.0 - min(1.0, guilt)
    return (monolith + clean) / TWO


@kernel
def chance_of_heir(control, monolith, threat):
    """Return the chance that the heir keeps what he is given (T113).

    >>> chance_of_heir(0.6, 0.3, 0.2) > chance_of_heir(0.3, 0.3, 0.2)
    True
    >>> chance_of_heir(0.3, 0.6, 0.2) > chance_of_heir(0.3, 0.3, 0.2)
    True
    >>> chance_of_heir(0.3, 0.3, 0.2) > chance_of_heir(0.3, 0.3, 0.5)
    True
    """
    return (control + monolith) / TWO * clip01(1.0 - threat)


@kernel
def handover_chance(p: SuccessionNumbers, heir_chance, trust, staying):
    """Return the chance that a ruler hands over in this month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("succession")
    >>> handover_chance(p, 0.8, 0.8, 0.2) > handover_chance(p, 0.5, 0.8, 0.2)
    True
    >>> handover_chance(p, 0.8, 0.8, 0.2) > handover_chance(p, 0.8, 0.5, 0.2)
    True
    >>> handover_chance(p, 0.8, 0.8, 0.2) > handover_chance(p, 0.8, 0.8, 0.6)
    True
    """
    return p.leaving * clip01(heir_chance * trust - p.love_of_office * staying)


@kernel
def backing_without_terms(best, asked):
    """Return the share of backers that a candidate has without those who ask for terms (T117).

    >>> backing_without_terms(0.9, 0.1) > backing_without_terms(0.5, 0.1)
    True
    >>> backing_without_terms(0.9, 0.1) > backing_without_terms(0.9, 0.6)
    True
    """
    return best * (1.0 - asked)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def _available_heir(world: World):
    """Return the named heir if he is at large, an unknown for one ready to go, or else -1."""
    president = world.president[0]
    if president.heir >= 0 and is_at_large(world.contenders[int(president.heir)]):
        return president.heir
    is_ready = president.ready_to_go and world.contenders[Role.UNKNOWN].active
    return Role.UNKNOWN if is_ready else -1


@kernel
def _nominate_candidates(world: World):
    """Let stand who is free and in the country, those who left included; an unknown always does."""
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        has_office = j != Role.VICE_PRESIDENT or world.constitution[0].deputy_office
        contender.stands = is_at_large(contender) and j != Role.SPOILER and has_office
        contender.backers_seen = 0.0
    unknown_contender = world.contenders[Role.UNKNOWN]
    unknown_contender.active, unknown_contender.stands = True, True


@kernel
def _chance_of_ballot(world: World):
    """Return the chance that a ballot decides where nobody is agreed on."""
    society = world.society[0]
    return through(world, Channel.BALLOT_IN_VACANCY, 0, society.readiness + society.unity)


@kernel
def _most_backed(world: World):
    """Return the candidate with most backers, and their share."""
    best, winner = 0.0, Role.UNKNOWN + 0
    for j in range(1, len(world.contenders)):
        if world.contenders[j].stands and world.contenders[j].backers_seen > best:
            best, winner = world.contenders[j].backers_seen, j
    return winner, best


# --- how the vacancy ends -------------------------------------------------------------------------
@kernel
def _ballot_decides(world: World, params: Parameters, stream: Stream, ballot):
    """Let street and ballot bring the focal challenger to office; return whether they do."""
    challenger = int(world.society[0].focal_challenger)
    if challenger <= 0 or not is_at_large(world.contenders[challenger]):
        return False
    if uniform(stream, DRAW_BALLOT, 0) >= ballot:
        return False
    end_tenure(world, params, stream, challenger, Exit.ROTATION)
    return True


@kernel
def _fill_by_force(world: World, params: Parameters, stream: Stream, winner, best):
    """Let the armed forces install the most backed candidate."""
    event = log_event(world, EventKind.COUP, NOBODY, Entity.CONTENDERS + winner, best)
    log_reason(world, event, Reason.POWER, best)
    end_tenure(world, params, stream, winner, Exit.PALACE_COUP)


@kernel
def _fill_by_agreement(world: World, params: Parameters, stream: Stream, winner, best, asked):
    """Install the candidate on whom a sufficient part agrees, with or without conditions.

    One to whom the office is handed over takes it with less, and needs those who ask for terms.
    """
    p = params.succession
    society = world.society[0]
    constitution = world.constitution[0]
    needs_them = backing_without_terms(best, asked) < p.agreement
    is_bound = needs_them or is_of_opposition(world, winner)
    event = log_event(
        world, EventKind.SUCCESSION_AGREEMENT, Entity.CONTENDERS + winner, NOBODY, best
    )
    log_reason(world, event, Reason.HEIR_CHANCE, best)
    log_reason(world, event, Reason.POWER, asked)
    end_tenure(world, params, stream, winner, Exit.BOUND_HEIR if is_bound else Exit.HEIR)
    if is_bound:
        constitution.parliament_powers = clip01(constitution.parliament_powers + p.bound)
        society.law_custom = clip01(society.law_custom + p.bound)
        constitution.registration_barrier *= 1.0 - p.bound


@kernel
def _contest_office(world: World, params: Parameters, stream: Stream, heir, hold):
    """Let every centre contest the office: an heir to whom it is handed has what its posts lend."""
    p = params.succession
    ballot, asked = _chance_of_ballot(world), terms_asked(world)
    _nominate_candidates(world)
    back_candidates(world, params, stream, heir, hold, True)
    for _ in range(int(params.crisis.rounds)):
        if not back_candidates(world, params, stream, heir, hold, False):
            break
    winner, best = _most_backed(world)
    is_agreed = best >= p.agreement
    if not is_agreed and _ballot_decides(world, params, stream, ballot):
        return
    if is_agreed or winner == heir:
        _fill_by_agreement(world, params, stream, winner, best, asked)
    else:
        _fill_by_force(world, params, stream, winner, best)


# --- the rules ------------------------------------------------------------------------------------
@rule(
    id="succession.hand_over",
    claim=(
        "He goes of his own will when staying is worth less than the heir's chance times his trust"
        " in the promise of immunity."
    ),
    theses=["T003", "T113", "T115"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.handover",
)
def hand_over(world: World, params: Parameters, stream: Stream):
    """Let an ill or tired ruler who has an heir go, if that is worth more than staying."""
    p = params.succession
    president = world.president[0]
    constitution = world.constitution[0]
    index = world.index[0]
    if (
        world.crisis[0].kind == Crisis.VACANCY
        or not constitution.independent
        or (president.health >= params.conditions.frail and not president.ready_to_go)
    ):
        return
    heir = _available_heir(world)
    if heir < 0:
        return
    staying = worth_of_staying(p, president.health, index.strongest_threat, index.control)
    trust = trust_in_immunity(index.monolith, president.guilt, constitution.immunity)
    trust = through(world, Channel.TRUST_IN_HEIR, 0, trust)
    chance = chance_of_heir(index.control, index.monolith, index.strongest_threat)
    if uniform(stream, DRAW_HANDOVER, 0) < handover_chance(p, chance, trust, staying):
        event = log_event(
            world, EventKind.HANDOVER, Entity.PRESIDENT, Entity.CONTENDERS + heir, chance
        )
        log_reason(world, event, Reason.HEIR_CHANCE, chance)
        log_reason(world, event, Reason.HEALTH, president.health)
        free_predecessor(world)
        president.heir = heir
        _contest_office(world, params, stream, heir, index.control)


@rule(
    id="succession.fill",
    claim=(
        "Every centre with means of its own contests a vacant office, those who left included;"
        " whom the clans agree on is bound where those who ask for terms are needed."
    ),
    theses=["T013", "T112", "T113", "T116", "T117"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.vacancy",
)
def fill_vacancy(world: World, params: Parameters, stream: Stream):
    """Fill an empty office by rounds of the clans; links are read monthly, to have a mean."""
    _chance_of_ballot(world)
    terms_asked(world)
    read_wishes_for_rules(world)
    if world.crisis[0].kind == Crisis.VACANCY:
        _contest_office(world, params, stream, NOBODY, 0.0)
